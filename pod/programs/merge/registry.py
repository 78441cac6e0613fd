"""Every class of records that the pod knows, and the merge of a whole file.

To add a class, write its `Family` in a module of its own and name it in `FAMILIES`: see
docs/developer.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from pod.errors import BadOutput
from pod.model import Json
from pod.programs.merge import (
    electricity,
    finance,
    gas,
    mobility,
    positions,
    purchases,
    refuels,
    statements,
    weather,
)
from pod.programs.merge.check import facts
from pod.programs.merge.days import Days
from pod.programs.merge.electricity import UNKNOWN as UNKNOWN
from pod.programs.merge.model import Change, Family, Found, Ground, Merged, Source

FAMILIES: tuple[Family, ...] = (
    electricity.FAMILY,
    gas.FAMILY,
    weather.FAMILY,
    finance.FAMILY,
    positions.FAMILY,
    mobility.TRIPS,
    mobility.VISITS,
    mobility.EVENTS,
    mobility.CORRECTIONS,
    refuels.FAMILY,
    purchases.FAMILY,
    *statements.FAMILIES,
)
# The families whose documents lie by meter: a file may not name its own.
METERED = (electricity.HOME, gas.HOME)
# Where documents of a class are: what a program that may read the class is granted.
HOMES = {kind: family.home for family in FAMILIES for kind in family.classes}
_TYPES = {kind: (family, check) for family in FAMILIES for kind, check in family.types.items()}

Sorted = list[tuple[Family, list[Any]]]


def merge_documents(
    records: Sequence[Json],
    source: Source,
    existing: Callable[[str], bytes | None],
    *,
    zone: str = "Europe/Paris",
    known_meters: Mapping[str, Collection[str]] | None = None,
) -> Merged:
    """Documents as they are after importing `records` of `source`, whatever came in before.

    `existing` gives the stored Turtle at a path of the pod. A file that does not name its meter is
    the only one of `known_meters` (by family's home), if there is one only. Raises BadOutput for
    records that are not what they should be, Conflict for a stored document that an edit has made
    unreadable.
    """
    families, source, counts = checked(records, source)
    if not families:
        raise BadOutput("the connector yielded no record", where="records", reason="none")
    ground = Ground(Days(zone), existing, known_meters or {}, source.arrived)
    found = Found(counts=counts)
    writes: dict[str, bytes] = {}
    changed: list[Change] = []
    for family, mine in families:
        placed = family.place(mine, ground)
        for path in sorted(placed):
            document = family.open(path, existing(path), ground)
            changes, kept = document.join(placed[path], source)
            changed += changes
            found.kept += kept
            if (body := document.text()) is not None:
                writes[path] = body
        family.count(mine, ground, found)
        found.documents += placed
    found.documents.sort()
    found.replaced = sum(change.replaced for change in changed)
    return Merged(writes, found, changed)


def checked(records: Sequence[Json], source: Source) -> tuple[Sorted, Source, dict[str, int]]:
    """(each family with its records, `source` with what the File record says of it, records by
    type). Raises BadOutput naming the record, counted from 1."""
    found: dict[str, tuple[Family, list[Any]]] = {}
    counts: dict[str, int] = {}
    for number, record in enumerate(records):
        kind = record.get("type")
        try:
            if kind == "File":
                source = facts(record, source)
                continue
            if not isinstance(kind, str) or kind not in _TYPES:
                raise ValueError(f"unknown type {str(kind)[:40]!r}")
            family, check = _TYPES[kind]
            found.setdefault(family.home, (family, []))[1].append(check(record))
            counts[kind] = counts.get(kind, 0) + 1
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadOutput(
                f"record {number + 1}: {error}", where=f"record {number + 1}", reason=str(error)
            ) from None
    return list(found.values()), source, counts
