"""Gas: `/energy/gas/METER/2024-01.ttl` for the gas days that start in a month,
`/energy/gas/METER/readings/2024.ttl` for what was used between two dates, by the year it starts in.

A gas day runs from 06:00 to 06:00 on the local clock: 23 or 25 hours where clocks change. Of two
files that tell the same day, or the same two dates, the newer one's figures count; volumes and
energies are as they are stated, and neither is worked out from the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pod.model import Json
from pod.programs.merge.check import DAY, match
from pod.programs.merge.days import DAY as ONE_DAY
from pod.programs.merge.days import Days, utc
from pod.programs.merge.electricity import UNKNOWN, slug
from pod.programs.merge.items import Field, Item, Items, Shape, item
from pod.programs.merge.meters import meter_of
from pod.programs.merge.model import Document, Family, Found, Ground
from pod.rdf.terms import DOM, SAREF, SCHEMA, SOSA, XSD

HOME = "/energy/gas/"
GAS_HOUR = 6
NATURES = frozenset({"published", "informative", "weekly", "monthly"})
QUALITIES = {"measured": "Measured", "estimated": "Estimated", "corrected": "Corrected"}
STATUSES = {"provisional": "Provisional", "final": "Final"}
MOST = {"m3": 10**6, "kwh": 10**8, "coefficient": 100, "indexStart": 10**9, "indexEnd": 10**9}
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{0,5}[1-9])?")
_CELSIUS = re.compile(r"(?!-0$)-?(0|[1-9][0-9]?)(\.[0-9]?[1-9])?")

FIGURES = (
    Field("m3", DOM.volumeM3, XSD.decimal),
    Field("kwh", DOM.energyKWh, XSD.decimal),
    Field("coefficient", DOM.kWhPerM3, XSD.decimal),
    Field("indexStart", DOM.indexStartM3, XSD.decimal),
    Field("indexEnd", DOM.indexEndM3, XSD.decimal),
    Field("celsius", DOM.outsideCelsius, XSD.decimal),
    Field("quality", DOM.quality, ""),
    Field("status", DOM.readingStatus, ""),
)
DERIVED = (
    Field("startsAt", DOM.startsAt, XSD.dateTime),
    Field("endsAt", DOM.endsAt, XSD.dateTime),
    Field("sensor", SOSA.madeBySensor, ""),
)
GAS_DAY = Shape(
    types=(DOM.GasDay,),
    fields=(Field("day", DOM.day, XSD.date), *FIGURES),
    must=("day",),
    figures=("m3", "kwh"),
    derived=DERIVED,
)
GAS_READING = Shape(
    types=(DOM.GasReading,),
    fields=(
        Field("from", DOM["from"], XSD.date),
        Field("until", DOM.until, XSD.date),
        Field("nature", DOM.readingNature),
        Field("partial", DOM.partial, XSD.boolean),
        *FIGURES,
    ),
    must=("from", "until", "nature"),
    figures=("m3", "kwh"),
    derived=DERIVED,
)
METER = Shape(types=(SAREF.Meter,), fields=(Field("number", SCHEMA.identifier),))

Record = tuple[str | None, Item]  # the meter that a file names, and what it says of it


def _day(record: Json) -> Record:
    day = date.fromisoformat(match(DAY, record["day"])).isoformat()
    return meter_of(record), item(GAS_DAY, day, {"day": day, **_figures(record)})


def _reading(record: Json) -> Record:
    """What was used from the gas day `from` until that of `to` starts."""
    first, until = (date.fromisoformat(match(DAY, record[name])) for name in ("from", "to"))
    if until <= first:
        raise ValueError("ends before it starts")
    if record["nature"] not in NATURES:
        raise ValueError("nature is not known")
    values = {
        "from": first.isoformat(),
        "until": until.isoformat(),
        "nature": record["nature"],
        "partial": "true" if record.get("partial") is True else None,
        **_figures(record),
    }
    return meter_of(record), item(GAS_READING, f"{first}--{until}-{record['nature']}", values)


def _figures(record: Json) -> dict[str, str | None]:
    if record.get("m3") is None and record.get("kwh") is None:
        raise ValueError("neither m3 nor kwh")
    found = {name: _amount(record.get(name), most) for name, most in MOST.items()}
    celsius, quality, status = (record.get(name) for name in ("celsius", "quality", "status"))
    return {
        **found,
        "celsius": None if celsius is None else temperature(celsius),
        "quality": None if quality is None else str(DOM[QUALITIES[quality]]),
        "status": None if status is None else str(DOM[STATUSES[status]]),
    }


def _amount(value: Any, most: int) -> str | None:
    """Decimal text in its one spelling, never a float."""
    if value is None:
        return None
    if Decimal(match(_DECIMAL, value)) > most:
        raise ValueError(f"{value[:40]} is too large")
    return str(value)


def temperature(value: Any) -> str:
    """°C with two decimals at most, in its one spelling."""
    if abs(Decimal(match(_CELSIUS, value))) > 60:
        raise ValueError(f"{value} °C is no weather")
    return str(value)


def folder_of(meter: str | None) -> str:
    """The container of a gas meter's documents."""
    return f"{HOME}{slug(meter or UNKNOWN) or UNKNOWN}/"


def _place(records: Sequence[Record], ground: Ground) -> dict[str, list[Item]]:
    """A file that does not name its meter is of the only one that the pod knows, if there is one."""
    known = set(ground.known_meters.get(HOME, ()))
    only = next(iter(known)) if len(known) == 1 else None
    placed: dict[str, list[Item]] = {}
    for meter, one in records:
        folder = folder_of(meter or only)
        if one.shape is GAS_DAY:
            path = f"{folder}{one.get('day')[:7]}.ttl"
        else:
            path = f"{folder}readings/{one.get('from')[:4]}.ttl"
        placed.setdefault(path, []).append(one)
        if meter is not None and len(placed[path]) == 1:
            placed[path].append(item(METER, "meter", {"number": meter}))
    return placed


def _open(path: str, body: bytes | None, ground: Ground) -> Document:
    def derive(one: Item) -> dict[str, str]:
        if one.shape is METER:
            return {}
        first = one.get("day") or one.get("from")
        until = one.get("until") or (date.fromisoformat(first) + ONE_DAY).isoformat()
        starts, ends = (gas_start(ground.days, date.fromisoformat(day)) for day in (first, until))
        return {"startsAt": starts, "endsAt": ends, "sensor": "#meter"}

    return Items(path, body, [GAS_DAY, GAS_READING, METER], derive=derive)


def gas_start(days: Days, day: date) -> str:
    """When a gas day starts, in UTC."""
    return utc(days.at(day, GAS_HOUR))


def _count(records: Sequence[Record], ground: Ground, found: Found) -> None:
    """Readings, their period and, for each meter and kind of reading, their sums."""
    sums: dict[tuple[str | None, str], Json] = {}
    for meter, one in records:
        found.readings += 1
        if meter not in found.meters:
            found.meters.append(meter)
        first = one.get("day") or one.get("from")
        until = one.get("until")
        last = (date.fromisoformat(until) - ONE_DAY).isoformat() if until else first
        found.reach(first, last)
        kind = one.get("nature") or "daily"
        empty = {"meter": meter, "kind": kind, "readings": 0, "kwh": Decimal(0), "m3": Decimal(0)}
        facts = sums.setdefault((meter, kind), empty)
        facts["readings"] += 1
        facts["kwh"] += Decimal(one.get("kwh") or 0)
        facts["m3"] += Decimal(one.get("m3") or 0)
    found.facts["gas"] = [
        {**one, "kwh": f"{one['kwh']:f}", "m3": f"{one['m3']:f}"} for one in sums.values()
    ]


FAMILY = Family(
    home=HOME,
    classes=("GasDay", "GasReading"),
    types={"GasDay": _day, "GasReading": _reading},
    place=_place,
    open=_open,
    count=_count,
)
