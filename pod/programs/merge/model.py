"""What goes into a merge and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pod.model import Json
from pod.programs.merge.days import Days

Rank = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """An imported file. `raw` is the path of the kept bytes, as documents refer to it.

    `exported`, `period_end` and `arrived` are UTC times (`2024-07-24T22:00:00Z`), "" where unknown.
    """

    raw: str
    sha256: str
    name: str = ""
    exported: str = ""
    period_end: str = ""
    arrived: str = ""

    @property
    def rank(self) -> Rank:
        """The newer of two files has the greater rank: one total order, whatever is known."""
        return (self.exported or self.period_end, self.period_end, self.sha256, self.raw)


@dataclass(frozen=True, slots=True)
class Change:
    """Stored figures of one day that an import replaced: how many, and the day's sum (Wh) before
    and after it where it is a day of a load curve."""

    path: str
    day: str
    replaced: int
    old_wh: float | None = None
    new_wh: float | None = None


@dataclass(slots=True)
class Found:
    """What a file holds, for the page that says so. Local days, both included; `gaps` are UTC.

    `readings` counts values of load curves, else days of registers. `missing` is in half hours.
    """

    readings: int = 0
    first: str | None = None
    last: str | None = None
    missing: int = 0
    energy_wh: float | None = None
    production_wh: float | None = None
    index_days: int = 0
    meters: list[str | None] = field(default_factory=list)
    steps: dict[int, int] = field(default_factory=dict)
    gaps: list[Json] = field(default_factory=list)
    gap_count: int = 0
    documents: list[str] = field(default_factory=list)
    replaced: int = 0
    kept: int = 0
    counts: dict[str, int] = field(default_factory=dict)  # records by type
    facts: Json = field(default_factory=dict)  # what a class alone has to say, by its own names

    def reach(self, first: str, last: str) -> None:
        """Widens the period to hold the local days `first` and `last`."""
        self.first = min(self.first or first, first)
        self.last = max(self.last or last, last)

    def as_json(self) -> Json:
        return {
            "meters": self.meters,
            "from": self.first,
            "to": self.last,
            "readings": self.readings,
            "missing": self.missing,
            "energy_wh": self.energy_wh,
            "production_wh": self.production_wh,
            "index_days": self.index_days,
            "steps": [{"minutes": m, "readings": n} for m, n in sorted(self.steps.items())],
            "gaps": self.gaps,
            "gap_count": self.gap_count,
            "documents": self.documents,
            "replaced": self.replaced,
            "kept": self.kept,
            "counts": self.counts,
            **self.facts,
        }


@dataclass(frozen=True, slots=True)
class Merged:
    """`writes`: path → Turtle of the documents that differ from what is stored, and no others."""

    writes: dict[str, bytes]
    found: Found
    changed: list[Change]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a merge stands on besides its records: the local days, what is stored (Turtle at a path
    of the pod, None where nothing is), the meters that the pod knows, by their family's home, and
    when the file first arrived (UTC, "" where unknown).
    """

    days: Days
    existing: Callable[[str], bytes | None]
    known_meters: Mapping[str, Collection[str]] = field(default_factory=dict)
    arrived: str = ""


class Document(Protocol):
    """One document while a file is merged into it."""

    def join(self, parts: Iterable[Any], source: Source) -> tuple[list[Change], int]:
        """Adds what `source` says: (what changed, how much of it lost to something newer)."""

    def text(self) -> bytes | None:
        """The document, or None if the stored one says the same."""


@dataclass(frozen=True, slots=True)
class Family:
    """Classes of records that share documents: everything that the merge has to know of them.

    `types`: the checker of each record's "type", which gives a record of its own shape or raises
    ValueError, TypeError, KeyError or AttributeError. `classes`: the names that manifests ask for.
    `place` says which parts go to which path, `open` reads what is stored there, `count` adds to
    what the page says that the file holds. Each path is merged on its own.
    """

    home: str
    classes: tuple[str, ...]
    types: Mapping[str, Callable[[Json], Any]]
    place: Callable[[Sequence[Any], Ground], Mapping[str, list[Any]]]
    open: Callable[[str, bytes | None, Ground], Document]
    count: Callable[[Sequence[Any], Ground, Found], None]
