"""Months as the calendars and axes show them: their names in order, and what a meter has of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from pod.http.ui.visit import Visit
from pod.model import Resource
from pod.programs.merge.electricity import UNKNOWN
from pod.rdf.graph import Graph, parse

KEPT = 5000  # months that are remembered
_DOCUMENT = re.compile(r"(\d{4}-\d\d)\.ttl")


@dataclass(frozen=True, slots=True)
class Month:
    """What a month document holds, for a calendar: `missing` half hours or days without any."""

    month: str
    days: int
    missing: int
    energy: float


Summed = Callable[[Graph, str], Month]
# A document's version is a position of the log, and never comes back with other content.
_known: dict[tuple[str, int], Month] = {}


def coverage(visit: Visit, home: str, summed: Summed) -> dict[str, dict[str, Month]]:
    """meter → month (`2024-01`) → what `summed` says of its document, one folder a meter in `home`."""
    container = visit.iri(home)
    found: dict[str, dict[str, Month]] = {}
    if not visit.space.exists(visit.agent, container):
        return found
    for folder in visit.space.list(visit.agent, container):
        if not folder.iri.is_container:
            continue
        months = {
            named[1]: _month(visit, member, named[1], summed)
            for member in visit.space.list(visit.agent, folder.iri)
            if (named := _DOCUMENT.fullmatch(member.iri.name))
        }
        if months:
            found[folder.iri.name] = months
    return found


def _month(visit: Visit, member: Resource, name: str, summed: Summed) -> Month:
    key = (str(member.iri), member.version)
    if key not in _known:
        if len(_known) >= KEPT:
            _known.clear()
        shown = visit.space.get(visit.agent, member.iri)
        body = shown.body.read(visit.services.settings.max_rdf_bytes)
        _known[key] = summed(parse(body, shown.type, str(member.iri)), name)
    return _known[key]


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
