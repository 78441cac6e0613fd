"""What is known of each source, day by day, and what is missing.

What a document tells of days (`covered`) is kept as a record beside it under its version, so that
a page reads only what was written since it was last looked at, by whomever.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from pod.model import Agent, Json, Resource
from pod.programs.covered import FULL, INDEX, PART, ROOTS, RULES, Rule, rule, told
from pod.rdf.graph import RDF_TYPES, parse
from pod.space import Space

KIND = "covered"
MOST = 50_000  # documents
DEPTH = 3
LONGEST = 366 * 40  # days of one series that are looked at, the last ones
QUIET = "q"


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without anything, both ends included. `why`: `within` a file that covers them all,
    `between` two files, or `since` the last one."""

    first: date
    last: date
    why: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Series:
    """One meter, account, device…: `signs` by the day's number: FULL, PART, or QUIET (a file covers
    it and nothing happened). `documents`: month → path of what holds it."""

    rule: Rule
    name: str
    signs: Mapping[int, str]
    gaps: tuple[Gap, ...]
    documents: Mapping[str, str]

    @property
    def key(self) -> str:
        return f"{self.rule.kind}/{self.name}" if self.name else self.rule.kind

    @property
    def first(self) -> date:
        return date.fromordinal(min(self.signs))

    @property
    def last(self) -> date:
        return date.fromordinal(max(self.signs))

    def count(self, *signs: str) -> int:
        return sum(sign in signs for sign in self.signs.values())

    @property
    def missing(self) -> int:
        """Days that are missing before the last known one."""
        return sum(gap.days for gap in self.gaps if gap.why != "since")


class Coverage:
    """The series of one pod."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._zone = ZoneInfo(space.settings.time_zone)
        self._one = threading.Lock()  # two pages that look at once read a new document once

    def series(self, agent: Agent, today: date) -> list[Series]:
        """Every series that the pod has a day of, those of a kind together."""
        drawn: dict[tuple[str, str], _Drawn] = {}
        for path, record in self._records(agent).items():
            for part in record["parts"]:
                key = (str(part["kind"]), str(part["name"]))
                drawn.setdefault(key, _Drawn()).add(path, part)
        order = {one.kind: at for at, one in enumerate(RULES.values())}
        order[INDEX.kind] = order["electricity"]
        made = [
            found
            for (kind, name), one in drawn.items()
            if (found := one.series(rule(kind), name, today)) is not None
        ]
        return sorted(made, key=lambda one: (order.get(one.rule.kind, 99), one.key))

    def refresh(self, agent: Agent) -> None:
        """Reads what was written since: done once imports are over, so that no page waits for it."""
        self._records(agent)

    def _records(self, agent: Agent) -> dict[str, Json]:
        """Path → what its document tells, as it is stored now."""
        with self._one:
            known = dict(self._space.journal.records(agent, KIND, MOST))
            found: dict[str, Json] = {}
            changed: dict[tuple[str, str], Json | None] = {}
            for path, resource in self._documents(agent):
                record = known.pop(path, None)
                if record is None or record["version"] != resource.version:
                    record = self._read(agent, path, resource)
                    changed[KIND, path] = record
                found[path] = record
            changed |= dict.fromkeys(((KIND, path) for path in known), None)
            if changed:
                self._space.journal.record(agent, None, changed)
            return found

    def _documents(self, agent: Agent) -> Iterator[tuple[str, Resource]]:
        for home in ROOTS:
            if self._space.exists(agent, self._space.iri_of(home)):
                yield from self._below(agent, home, DEPTH)

    def _below(self, agent: Agent, path: str, depth: int) -> Iterator[tuple[str, Resource]]:
        for member in self._space.list(agent, self._space.iri_of(path)):
            below = self._space.path_of(member.iri)
            if member.iri.is_container:
                if depth > 1 and below not in ROOTS:
                    yield from self._below(agent, below, depth - 1)
            elif member.type in RDF_TYPES:
                yield below, member

    def _read(self, agent: Agent, path: str, resource: Resource) -> Json:
        found = self._space.get(agent, resource.iri)
        body = found.body.read(self._space.settings.max_rdf_bytes)
        graph = parse(body, found.type, str(resource.iri))
        parts = told(path, graph, self._zone)
        base = str(self._space.iri_of("/"))
        for part in parts:  # a storage can move
            spans = part["spans"].items()
            part["spans"] = {"/" + raw.removeprefix(base): span for raw, span in spans}
        return {"version": found.resource.version, "parts": parts}


@dataclass(slots=True)
class _Drawn:
    """What the documents of one series tell, joined."""

    signs: dict[int, str] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, part: Json) -> None:
        for month, signs in part["months"].items():
            first = date.fromisoformat(f"{month}-01").toordinal()
            for at, sign in enumerate(signs):
                if sign in (FULL, PART):
                    self.signs[first + at] = max(self.signs.get(first + at, sign), sign)
            self.documents.setdefault(month, path)
        for raw, ends in part["spans"].items():
            first, last = (date.fromisoformat(day).toordinal() for day in ends)
            known = self.spans.get(raw, (first, last))
            self.spans[raw] = (min(known[0], first), max(known[1], last))

    def series(self, one: Rule, name: str, today: date) -> Series | None:
        """None for a series without a day. What lies ahead (an event, a right) is no matter here."""
        now = today.toordinal()
        signs = {day: sign for day, sign in self.signs.items() if now - LONGEST < day <= now}
        if not signs:
            return None
        covers = sorted(self.spans.values())
        if not one.every:
            self._fill(one, signs, covers)
        first, last = min(signs), max(signs)
        gaps = list(self._holes(signs, first, last, covers))
        waits = max(one.quiet or 0, one.lag)
        if (one.every or one.quiet is not None) and now - one.lag - last >= waits:
            gaps.append(_gap(last + 1, now - one.lag, "since"))
        return Series(one, name, dict(sorted(signs.items())), tuple(gaps), self.documents)

    def _fill(self, one: Rule, signs: dict[int, str], covers: list[tuple[int, int]]) -> None:
        """Nothing happened on a day that a file covers, nor in a short while between two files."""
        first, last = min(signs), max(signs)
        if one.quiet is None:
            covers = [(first, last)]
        for start, end in covers:
            for day in range(max(start, first), min(end, last) + 1):
                signs.setdefault(day, QUIET)
        for start, end in list(_runs(signs, first, last)):
            if end - start + 1 <= (one.quiet or 0):
                signs.update(dict.fromkeys(range(start, end + 1), QUIET))

    def _holes(
        self, signs: Mapping[int, str], first: int, last: int, covers: list[tuple[int, int]]
    ) -> Iterator[Gap]:
        for start, end in _runs(signs, first, last):
            inside = any(a <= start and end <= b for a, b in covers)
            yield _gap(start, end, "within" if inside else "between")


def _runs(signs: Mapping[int, str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Stretches without a sign between two days that have one."""
    start = None
    for day in range(first, last + 1):
        if day not in signs:
            start = day if start is None else start
        elif start is not None:
            yield start, day - 1
            start = None


def _gap(first: int, last: int, why: str) -> Gap:
    return Gap(date.fromordinal(first), date.fromordinal(last), why)
