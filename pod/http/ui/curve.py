"""A month of a load curve as the pages show it: days, their readings, and views of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pod.http.ui.visit import Visit
from pod.model import Iri, Json, Resource
from pod.programs.merge.electricity import UNKNOWN
from pod.rdf.graph import Graph, parse
from pod.rdf.terms import DOM, QUDT, RDF, SCHEMA, SOSA, UNIT

_STEP = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?")
_MONTH = re.compile(r"(\d{4}-\d\d)\.ttl")


@dataclass(frozen=True, slots=True)
class Day:
    """One local day at one step (minutes). `watts` None: a gap. Energy in Wh."""

    day: str
    starts: datetime
    step: int
    watts: tuple[float | None, ...]
    energy: float
    missing: int
    production: bool
    meter: str


@dataclass(frozen=True, slots=True)
class Month:
    """What a month document holds, for a calendar: `missing` half hours or days without any."""

    month: str
    days: int
    missing: int
    energy: float


def days(graph: Graph) -> list[Day]:
    """The days of a document, in order; readings that another import has replaced are left out."""
    found = []
    for subject, _, _ in graph.match(None, RDF.type, DOM.LoadCurveDay):
        day = _day(graph, str(subject))
        if day is not None:
            found.append(day)
    return sorted(found, key=lambda d: (d.production, d.starts))


def _day(graph: Graph, subject: str) -> Day | None:
    def text(predicate: str) -> str:
        return str(graph.value(subject, predicate) or "")

    step = _STEP.fullmatch(text(DOM.step))
    try:
        starts = datetime.fromisoformat(text(DOM.startsAt))
        day = date.fromisoformat(text(DOM.day)).isoformat()
        factor = 1000.0 if text(QUDT.unit) == UNIT.KiloW else 1.0
        values = [None if v == "-" else float(v) * factor for v in text(DOM["values"]).split()]
        energy = float(text(DOM.energyWh) or 0)
        missing = int(text(DOM.missing) or 0)
    except ValueError:
        return None
    minutes = int(step[1] or 0) * 60 + int(step[2] or 0) if step else 0
    if not minutes or not values or starts.tzinfo is None:
        return None
    meter = graph.value(text(SOSA.madeBySensor), SCHEMA.identifier)
    production = text(SOSA.observedProperty) == DOM.ActivePowerExport
    return Day(day, starts, minutes, tuple(values), energy, missing, production, str(meter or ""))


def views(found: Sequence[Day], texts: Any, zone: ZoneInfo) -> list[Json]:
    """The month as declared views: each day's energy, then every reading."""
    made: list[Json] = []
    for production in (False, True):
        mine = [d for d in found if d.production is production]
        if mine:
            made += _flow(mine, texts, zone, "export" if production else "import")
    return made


def _flow(mine: list[Day], texts: Any, zone: ZoneInfo, flow: str) -> list[Json]:
    energy: dict[str, float] = {}
    for day in mine:
        energy[day.day] = energy.get(day.day, 0.0) + day.energy
    moments = readings(mine, zone)
    total = sum(energy.values()) / 1000
    top = max(energy, key=lambda day: energy[day])
    known = [w for _, w in moments if w is not None]
    sentence = texts(
        f"curve-{flow}-days",
        total=texts.amount(total, "kWh"),
        day=texts.day(top),
        most=texts.amount(energy[top] / 1000, "kWh"),
    )
    return [
        {
            "type": "bar",
            "id": f"{flow}-days",
            "question": texts(f"curve-{flow}-by-day"),
            "unit": "kWh",
            "x": sorted(energy),
            "x_kind": "day",
            "series": [
                {
                    "name": texts("curve-energy"),
                    "values": [round(energy[d] / 1000, 3) for d in sorted(energy)],
                }
            ],
            "sentence": sentence,
        },
        {
            "type": "line",
            "id": f"{flow}-readings",
            "question": texts(f"curve-{flow}-readings"),
            "unit": "W",
            "x": [at for at, _ in moments],
            "x_kind": "hour",
            "series": [
                {"name": texts("curve-power"), "values": [w for _, w in moments], "area": True}
            ],
            "sentence": texts(
                "curve-readings", count=len(known), most=texts.amount(max(known, default=0), "W")
            ),
        },
    ]


def readings(mine: Iterable[Day], zone: ZoneInfo) -> list[tuple[str, float | None]]:
    """(local wall clock with offset, W) of every interval; a value wins over a gap."""
    at: dict[datetime, float | None] = {}
    for day in mine:
        for place, value in enumerate(day.watts):
            moment = day.starts + timedelta(minutes=day.step * place)
            if value is not None or moment not in at:
                at[moment] = value
    return [(moment.astimezone(zone).isoformat(), value) for moment, value in sorted(at.items())]


def coverage(visit: Visit) -> dict[str, dict[str, Month]]:
    """meter → month (`2024-01`) → what is known of it, from the documents of load curves."""
    home = visit.iri("/energy/electricity/")
    if not visit.space.exists(visit.agent, home):
        return {}
    found: dict[str, dict[str, Month]] = {}
    for folder in visit.space.list(visit.agent, home):
        if not folder.iri.is_container:
            continue
        months = {}
        for member in visit.space.list(visit.agent, folder.iri):
            named = _MONTH.fullmatch(member.iri.name)
            if named:
                months[named[1]] = _month(visit, member, named[1])
        if months:
            found[folder.iri.name] = months
    return found


def _month(visit: Visit, member: Resource, name: str) -> Month:
    key = (str(member.iri), member.version)
    if key not in _known:
        if len(_known) > 5000:
            _known.clear()
        shown = visit.space.get(visit.agent, member.iri)
        body = shown.body.read(visit.services.settings.max_rdf_bytes)
        _known[key] = _summed(days(parse(body, shown.type, str(member.iri))), name)
    return _known[key]


# A document's version is a position of the log, and never comes back with other content.
_known: dict[tuple[str, int], Month] = {}


def _summed(found: Sequence[Day], name: str) -> Month:
    mine = [d for d in found if not d.production] or list(found)
    missing = {day.day: day.missing for day in mine}
    return Month(name, len(missing), sum(missing.values()), sum(d.energy for d in mine))


@lru_cache(64)
def length(month: str) -> int:
    """Days of a month."""
    first = date.fromisoformat(month + "-01")
    return ((first + timedelta(days=32)).replace(day=1) - first).days


def meter_title(visit: Visit, kind: str, meter: str) -> str:
    """What a meter of `kind` (electricity, gas) is called."""
    if meter == UNKNOWN:
        return visit.texts(f"source-unknown-{kind}")
    return visit.texts(f"source-{kind}", meter=meter.upper())


def state(month: Month | None) -> str:
    """`full`, `part` or `no`, as the calendars show it."""
    if month is None or not month.days:
        return "no"
    return "full" if month.days == length(month.month) and month.missing <= 4 else "part"


def last_months(months: dict[str, Month], count: int = 12) -> list[tuple[str, str]]:
    """(month, state) of the `count` months up to the last known one."""
    if not months:
        return []
    last = max(months)
    names = months_between(month_after(last, 1 - count), last)
    return [(name, state(months.get(name))) for name in names]


def month_after(month: str, count: int) -> str:
    """The month that comes `count` months after (before, if negative): `2026-11`, 2 is `2027-01`."""
    place = int(month[:4]) * 12 + int(month[5:7]) - 1 + count
    return f"{place // 12:04}-{place % 12 + 1:02}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included."""
    found = [first]
    while found[-1] < last:
        found.append(month_after(found[-1], 1))
    return found


def iri_of_month(visit: Visit, meter: str, month: str) -> Iri:
    return visit.iri(f"/energy/electricity/{meter}/{month}.ttl")
