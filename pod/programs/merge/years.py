"""Registers: one document a year, one subject a day, and what each register counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from pod.errors import Conflict
from pod.programs.merge import documents
from pod.programs.merge.documents import Stored, literal, reference
from pod.programs.merge.meters import Calendar, Index
from pod.programs.merge.model import Change, Rank, Source
from pod.rdf.terms import DOM, PROV, SAREF, SCHEMA, SOSA

KINDS = (DOM.DailyIndex, DOM.TariffCalendar)
PREDICATES = (
    *(DOM[n] for n in ("day", "registers", "totalWh", "from", "registerNames")),
    *(SCHEMA.name, SOSA.madeBySensor, PROV.wasDerivedFrom),
)
NOBODY: Rank = ("", "", "", "")

T = TypeVar("T")
Pairs = tuple[tuple[str, str], ...]
Figures = tuple[Pairs, int | None]  # registers, total in Wh
Names = tuple[Pairs, str]  # what each register counts, the calendar's name


def year_path(folder: str, day: date) -> str:
    return f"{folder}index/{day:%Y}.ttl"


class Year:
    """The registers of one document: what is stored, and what `join` adds."""

    def __init__(self, path: str, body: bytes | None) -> None:
        self._body = body
        self._stored = Stored(path, body, (*KINDS, SAREF.Meter))
        self._sources = self._stored.sources()
        self._meter = self._stored.meter()
        self._days: dict[date, tuple[Figures, str]] = {}
        self._calendars: dict[date, tuple[Names, str]] = {}
        for iri in self._stored.subjects(DOM.DailyIndex):
            self._load(iri, self._load_day)
        for iri in self._stored.subjects(DOM.TariffCalendar):
            self._load(iri, self._load_calendar)

    def join(self, records: Iterable[Index | Calendar], source: Source) -> tuple[list[Change], int]:
        """Adds records of `source`: (what changed, how many it lost to something newer).

        Of two readings of the same midnight the newer file's stays.
        """
        source = documents.known(self._sources, source)
        changes, kept = [], 0
        for record in records:
            self._meter = self._meter or record.meter
            if isinstance(record, Calendar):
                named: Names = (tuple(sorted(record.registers)), record.name)
                _newer(self._calendars, record.since, (named, source.raw), self._rank)
                continue
            pairs = tuple(sorted((name, str(wh)) for name, wh in record.registers))
            figures: Figures = (pairs, record.total)
            old = self._days.get(record.day)
            won = _newer(self._days, record.day, (figures, source.raw), self._rank)
            if old is not None and old[0] != figures:
                kept += not won
                if won:
                    changes.append(Change(self._stored.path, record.day.isoformat(), 1))
        return changes, kept

    def text(self) -> bytes | None:
        """The document, or None if the stored one says the same."""
        parts = [documents.HEAD, documents.meter_text(self._meter)]
        parts += [self._day_text(day) for day in sorted(self._days)]
        parts += [self._calendar_text(day) for day in sorted(self._calendars)]
        held = [raw for _, raw in (*self._days.values(), *self._calendars.values())]
        parts.append(documents.sources_text(self._sources, set(held) - {""}))
        parts.append(self._stored.foreign())
        body = "".join(parts).encode()
        if body == self._body or (self._body is not None and self._stored.says(body)):
            return None
        return body

    # ---------------------------------------------------------------- stored

    def _load(self, iri: str, load: Callable[[str, documents.Statements, str], None]) -> None:
        found = self._stored.take(iri, PREDICATES, KINDS)
        raws = [o.value.removeprefix(documents.ORIGIN) for o in found.get(PROV.wasDerivedFrom, ())]
        known = [raw for raw in raws if raw in self._sources]
        try:
            load(iri, found, max(known, key=self._rank, default=""))
        except (ValueError, TypeError) as error:
            raise self._spoilt(iri, error) from None

    def _spoilt(self, iri: str, error: Exception) -> Conflict:
        return self._stored.spoilt(iri, str(error))

    def _load_day(self, iri: str, found: documents.Statements, raw: str) -> None:
        day = date.fromisoformat(self._stored.one(found, DOM.day, iri))
        pairs = (
            _pairs(self._stored.one(found, DOM.registers, iri)) if DOM.registers in found else ()
        )
        total = int(self._stored.one(found, DOM.totalWh, iri)) if DOM.totalWh in found else None
        for _, wh in pairs:
            int(wh)
        _newer(self._days, day, ((tuple(sorted(pairs)), total), raw), self._rank)

    def _load_calendar(self, iri: str, found: documents.Statements, raw: str) -> None:
        since = date.fromisoformat(self._stored.one(found, DOM["from"], iri))
        pairs = _pairs(self._stored.one(found, DOM.registerNames, iri))
        name = self._stored.one(found, SCHEMA.name, iri) if SCHEMA.name in found else ""
        _newer(self._calendars, since, ((tuple(sorted(pairs)), name), raw), self._rank)

    def _rank(self, raw: str) -> Rank:
        return self._sources[raw].rank if raw else NOBODY

    # ---------------------------------------------------------------- writing

    def _day_text(self, day: date) -> str:
        (pairs, total), raw = self._days[day]
        lines = [f"\n<#{day}> a dom:DailyIndex", f'dom:day "{day}"^^xsd:date']
        if pairs:
            lines.append(f"dom:registers {_literal(pairs)}")
        if total is not None:
            lines.append(f"dom:totalWh {total}")
        return " ;\n    ".join([*lines, *_from(raw)]) + " .\n"

    def _calendar_text(self, since: date) -> str:
        (pairs, name), raw = self._calendars[since]
        lines = [f"\n<#calendar-{since}> a dom:TariffCalendar", f'dom:from "{since}"^^xsd:date']
        if name:
            lines.append(f"schema:name {literal(name)}")
        lines.append(f"dom:registerNames {_literal(pairs)}")
        return " ;\n    ".join([*lines, *_from(raw)]) + " .\n"


def _newer(
    held: dict[date, tuple[T, str]], day: date, fresh: tuple[T, str], rank: Callable[[str], Rank]
) -> bool:
    """Holds `fresh` unless something newer is held already; whether it does."""
    if day in held and rank(held[day][1]) > rank(fresh[1]):
        return False
    held[day] = fresh
    return True


def _from(raw: str) -> Iterator[str]:
    yield "sosa:madeBySensor <#meter>"
    if raw:
        yield f"prov:wasDerivedFrom {reference(raw)}"


def _literal(pairs: Pairs) -> str:
    """`name=value`: the supplier's registers (F1…) first, each kind in order of its numbers."""
    ordered = sorted(pairs, key=lambda pair: (" D" in pair[0], len(pair[0]), pair[0]))
    return literal(";".join(f"{name}={value}" for name, value in ordered))


def _pairs(text: str) -> Pairs:
    found = [part.rpartition("=") for part in text.split(";")]
    if not all(name and equals for name, equals, _ in found):
        raise ValueError(f"registers {text[:40]!r}")
    return tuple((name, value) for name, _, value in found)
