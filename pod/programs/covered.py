"""Which days a stored document tells of: what calendars of known and missing days are made from.

A document is told in a few hundred bytes, so that a page of many sources reads no document at all:
see `coverage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pod.model import Json
from pod.programs.merge.finance import HOME as FINANCE
from pod.programs.merge.mobility import CORRECTIONS, EVENTS, TRIPS, VISITS
from pod.programs.merge.positions import HOME as POSITIONS
from pod.programs.merge.purchases import HOME as PURCHASES
from pod.programs.merge.refuels import HOME as REFUELS
from pod.programs.merge.registry import HOMES
from pod.programs.merge.weather import HOME as TEMPERATURES
from pod.rdf.graph import Graph
from pod.rdf.terms import DOM, ICAL, PROV, SOSA

FULL, PART = "f", "p"
MOST_DAYS = 4000  # of one thing: a right of ten years
# When a thing was, the surest first: what a statement is for, else when it was made.
_WHEN = (
    *(DOM.day, DOM.bookingDate, ICAL.dtstart, DOM.forMonth, DOM.referencePeriod),
    *(DOM["from"], DOM.paidOn, DOM.asOf),
)
_BESIDE = (DOM.until, DOM.lastDay, DOM.missing, DOM.device, PROV.wasDerivedFrom)
_WANTED = frozenset((*_WHEN, *_BESIDE, SOSA.observedProperty))


@dataclass(frozen=True, slots=True)
class Rule:
    """What is to be expected of a kind of source. `by`: what tells its series apart (their `folder`, a
    `device`, nothing). `every`: each day should be there. Else `quiet` is how many days without
    anything may lie between two files before they count as missing; None: nothing is ever missing.
    `lag`: days until a holder has a day."""

    kind: str
    by: str = ""
    every: bool = False
    quiet: int | None = None
    lag: int = 1


OTHER = Rule("other")
RULES: Mapping[str, Rule] = {
    "/energy/electricity/": Rule("electricity", "folder", every=True, lag=2),
    "/energy/gas/": Rule("gas", "folder", every=True, lag=3),
    FINANCE: Rule("account", "folder", quiet=7),
    POSITIONS: Rule("positions", "device", every=True),
    TRIPS.home: Rule("trips", "device", quiet=3),
    VISITS.home: Rule("visits", "device", quiet=3),
    EVENTS.home: Rule("agenda"),
    REFUELS: Rule("refuels"),
    PURCHASES: Rule("purchases"),
    "/benefits/": Rule("benefits"),
    TEMPERATURES: Rule("temperatures"),
}
INDEX = Rule("index", "folder", every=True, lag=2)
UNDATED = (
    "/papers/",
    "/household/",
    "/studies/",
    "/vehicles/",
    "/housing/",
)  # of years, or of no time
ROOTS = tuple(sorted(set(HOMES.values()) - {*UNDATED, CORRECTIONS.home}))


def rule(kind: str) -> Rule:
    """The rule of a kind, `OTHER` for one that is not known."""
    known = (*RULES.values(), INDEX)
    return next((one for one in known if one.kind == kind), OTHER)


def rule_of(path: str) -> Rule:
    """The rule of the document at `path`. A home without one is told as what it is called."""
    if path.startswith("/energy/electricity/") and "/index/" in path:
        return INDEX
    home = next((home for home in ROOTS if path.startswith(home)), "")
    return RULES.get(home) or Rule(home.strip("/").replace("/", "-") or OTHER.kind, "folder")


def told(path: str, graph: Graph, zone: ZoneInfo) -> list[Json]:
    """One a series that the document has something of: {"kind","name","months","spans"}. `months`:
    `2024-01` → a sign a day, `.` for nothing; `spans`: file → [first, last day that it tells of]."""
    found: dict[str, _Told] = {}
    one = rule_of(path)
    for thing in _things(graph):
        span = _span(thing, zone)
        if span is None:
            continue
        name = _name(one, path, thing)
        series = found.setdefault(name, _Told())
        missing = thing.get(DOM.missing, ["0"])[0]
        exported = str(DOM.ActivePowerExport) in thing.get(SOSA.observedProperty, ())
        series.add(span, FULL if missing == "0" else PART, exported)
        for raw in thing.get(PROV.wasDerivedFrom, ()):
            series.reach(raw, span)
    return [{"kind": one.kind, "name": name, **found[name].as_json()} for name in sorted(found)]


class _Told:
    """Signs and spans of one series. What a home gives back counts only where nothing it takes does."""

    def __init__(self) -> None:
        self._days: tuple[dict[date, str], dict[date, str]] = ({}, {})
        self._spans: dict[str, tuple[date, date]] = {}

    def add(self, span: tuple[date, date], sign: str, exported: bool) -> None:
        days = self._days[exported]
        for number in range((span[1] - span[0]).days + 1):
            day = span[0] + timedelta(days=number)
            days[day] = max(days.get(day, sign), sign)  # a part weighs more than the whole

    def reach(self, raw: str, span: tuple[date, date]) -> None:
        first, last = self._spans.get(raw, span)
        self._spans[raw] = (min(first, span[0]), max(last, span[1]))

    def as_json(self) -> Json:
        months: dict[str, list[str]] = {}
        days = self._days[False] or self._days[True]
        for day in sorted(days):
            signs = months.setdefault(f"{day:%Y-%m}", ["."] * 31)
            signs[day.day - 1] = days[day]
        return {
            "months": {month: "".join(signs) for month, signs in months.items()},
            "spans": {
                raw: [first.isoformat(), last.isoformat()]
                for raw, (first, last) in sorted(self._spans.items())
            },
        }


Thing = dict[str, list[str]]


def _things(graph: Graph) -> Iterator[Thing]:
    things: dict[str, Thing] = {}
    for quad in graph:
        predicate = quad.predicate.value
        if predicate in _WANTED and hasattr(quad.object, "value"):
            thing = things.setdefault(str(quad.subject), {})
            thing.setdefault(predicate, []).append(quad.object.value)
    yield from things.values()


def _span(thing: Thing, zone: ZoneInfo) -> tuple[date, date] | None:
    """The first and the last local day of a thing; None for what has none, or an edit has spoilt."""
    said = next((thing[name][0] for name in _WHEN if name in thing), None)
    if said is None:
        return None
    until = next((thing[name][0] for name in (DOM.until, DOM.lastDay) if name in thing), said)
    try:
        first, last = _days(said, zone)[0], _days(until, zone)[1]
    except ValueError:
        return None
    return (first, last) if 0 <= (last - first).days <= MOST_DAYS else (first, first)


def _days(text: str, zone: ZoneInfo) -> tuple[date, date]:
    """The first and last day of `2024-03-05`, of a moment, of `2024-03`."""
    if "T" in text:
        day = datetime.fromisoformat(text).astimezone(zone).date()
        return day, day
    if len(text) == 7:
        first = date.fromisoformat(f"{text}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    day = date.fromisoformat(text)
    return day, day


def _name(one: Rule, path: str, thing: Thing) -> str:
    if one.by == "device":
        return thing.get(DOM.device, ["phone"])[0]
    if one.by == "folder":
        folders = path.split("/")[1:-1]
        return folders[-2] if folders[-1] == "index" else folders[-1]
    return ""
