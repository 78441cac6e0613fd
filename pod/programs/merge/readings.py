"""What a meter itself told at a moment: `/energy/electricity/METER/readings/2024-01.ttl`, one subject
a moment, by the local month. A frame without a date is of the moment at which its file arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pod.model import Json
from pod.programs.merge.check import TIME, line, match
from pod.programs.merge.days import minute_of
from pod.programs.merge.items import Field, Item, Items, Shape, item
from pod.programs.merge.meters import MOST_WH, NAME, meter_of
from pod.programs.merge.model import Ground
from pod.rdf.terms import DOM, SAREF, SCHEMA, SOSA, XSD

MOST_VA = 1_000_000
MOST_REGISTERS = 20
READING = Shape(
    types=(DOM.MeterReading,),
    fields=(
        Field("at", SOSA.resultTime, XSD.dateTime),
        Field("registers", DOM.registers),
        Field("total", DOM.totalWh, XSD.integer),
        Field("produced", DOM.producedWh, XSD.integer),
        Field("apparentVa", DOM.apparentVa, XSD.integer),
        Field("subscribedKva", DOM.subscribedKva, XSD.integer),
        Field("tariff", DOM.tariffName),
        Field("period", DOM.tariffPeriod),
    ),
    must=("at", "registers"),
    figures=("registers",),
    derived=(Field("sensor", SOSA.madeBySensor, ""),),
)
METER = Shape(types=(SAREF.Meter,), fields=(Field("number", SCHEMA.identifier),))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A meter's registers (Wh) and what else it told, in UTC; `at` None: when its file arrived."""

    meter: str | None
    at: str | None
    values: tuple[tuple[str, str | None], ...]


def snapshot(record: Json) -> Snapshot:
    """A MeterReading, checked. ValueError, TypeError, KeyError, AttributeError for what is none."""
    registers = {match(NAME, k): _whole(v, MOST_WH) for k, v in record["registers"].items()}
    if not 0 < len(registers) <= MOST_REGISTERS:
        raise ValueError("registers: none, or too many")
    at = record["at"]
    if at is not None:
        datetime.fromisoformat(match(TIME, at))
    values = {
        "registers": ";".join(f"{name}={wh}" for name, wh in sorted(registers.items())),
        "total": _maybe(record.get("total"), MOST_WH),
        "produced": _maybe(record.get("produced"), MOST_WH),
        "apparentVa": _maybe(record.get("apparentVa"), MOST_VA),
        "subscribedKva": _maybe(record.get("subscribedKva"), MOST_VA),
        "tariff": line(record.get("tariff"), 40),
        "period": line(record.get("period"), 40),
    }
    return Snapshot(meter_of(record), at, tuple(values.items()))


def _maybe(value: Any, most: int) -> str | None:
    return None if value is None else _whole(value, most)


def _whole(value: Any, most: int) -> str:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"not a whole number up to {most}: {str(value)[:40]}")
    return str(value)


def moment_of(found: Snapshot, ground: Ground) -> str:
    """When it was told, in UTC. ValueError where neither the frame nor the file says."""
    return match(TIME, found.at or ground.arrived)


def placed(found: Snapshot, folder: str, ground: Ground) -> tuple[str, list[Item]]:
    """(path, items) of a snapshot of the meter whose container is `folder`."""
    at = moment_of(found, ground)
    minute = minute_of(datetime.fromisoformat(f"{at[:17]}00Z"))
    fragment = at.replace("-", "").replace(":", "")
    items = [item(READING, fragment, {"at": at, **dict(found.values)})]
    if found.meter is not None:
        items.append(item(METER, "meter", {"number": found.meter}))
    return f"{folder}readings/{ground.days.day_of(minute):%Y-%m}.ttl", items


class Readings(Items):
    """The moments of one document."""

    def __init__(self, path: str, body: bytes | None) -> None:
        super().__init__(path, body, [READING, METER], derive=_derive)


def _derive(one: Item) -> dict[str, str]:
    return {"sensor": "#meter"} if one.shape is READING else {}


def count(found: Sequence[Snapshot], ground: Ground) -> list[Json]:
    """[{"meter","readings","from","to"}], moments in UTC."""
    meters: dict[str | None, list[str]] = {}
    for one in found:
        meters.setdefault(one.meter, []).append(moment_of(one, ground))
    return [
        {"meter": meter, "readings": len(at), "from": min(at), "to": max(at)}
        for meter, at in meters.items()
    ]
