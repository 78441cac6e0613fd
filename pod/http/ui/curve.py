"""A month of a load curve as the pages show it: days, their readings, and views of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pod.http.ui import months
from pod.http.ui.months import Month
from pod.http.ui.visit import Visit
from pod.model import Json
from pod.programs.merge.electricity import HOME
from pod.rdf.graph import Graph
from pod.rdf.terms import DOM, QUDT, RDF, SCHEMA, SOSA, UNIT

_STEP = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?")


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
    return months.coverage(visit, HOME, _summed)


def _summed(graph: Graph, name: str) -> Month:
    found = days(graph)
    mine = [d for d in found if not d.production] or found
    missing = {day.day: day.missing for day in mine}
    return Month(name, len(missing), sum(missing.values()), sum(d.energy for d in mine))
