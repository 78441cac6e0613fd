"""Positions: `/mobility/positions/2025-03.ttl` for a local month, one subject a day, device and file.

A day's positions are one literal of integers, four a position: seconds since the one before,
differences of latitude and longitude in millionths of a degree, accuracy in metres (-1: not known).
Of each five seconds one position of a device is kept, the newest file's.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pod.model import Json
from pod.programs.merge import documents
from pod.programs.merge.check import match
from pod.programs.merge.days import DAY
from pod.programs.merge.documents import Statements, Stored, literal, reference
from pod.programs.merge.electricity import slug
from pod.programs.merge.model import Change, Family, Found, Ground, Rank, Source
from pod.rdf.terms import DOM, PROV

HOME = "/mobility/positions/"
SLOT = 5  # seconds
MOST_PACK = 10_000
MOST_DEVICES = 50
EARLIEST, LATEST = 946_684_800, 4_102_444_800  # 2000 and 2100
NORTH, EAST, METRES = 90_000_000, 180_000_000, 100_000
PREDICATES = (DOM.day, DOM.startsAt, DOM.device, DOM["count"], DOM.positions, PROV.wasDerivedFrom)
NOBODY: Rank = ("", "", "", "")
DEVICE = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,39}")

Point = tuple[int, int, int, int]  # seconds since 1970, millionths of a degree north and east, m
Key = tuple[str, str, str]  # day, device, raw


@dataclass(frozen=True, slots=True)
class Pack:
    """Positions of one device in the order of the file: four integers each, 24 bytes."""

    device: str
    times: array[int]
    norths: array[int]
    easts: array[int]
    metres: array[int]

    def points(self, first: int, end: int) -> Iterable[Point]:
        cut = slice(first, end)
        return zip(
            self.times[cut], self.norths[cut], self.easts[cut], self.metres[cut], strict=True
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """The positions of a pack from `first` to before `end`, all of one local day."""

    pack: Pack
    day: date
    first: int
    end: int


def unpack(start: int, text: str) -> Iterable[Point]:
    """The positions of a literal whose first lies `start` seconds after 1970, each checked."""
    numbers = [int(word) for word in text.split()]
    if not numbers or len(numbers) % 4:
        raise ValueError("positions: four integers each")
    at, north, east = start, 0, 0
    words = iter(numbers)
    for seconds, norths, easts, metres in zip(words, words, words, words, strict=True):
        at, north, east = at + seconds, north + norths, east + easts
        if not (EARLIEST <= at < LATEST and -1 <= metres <= METRES):
            raise ValueError("positions: a time or an accuracy out of bounds")
        if not (-NORTH <= north <= NORTH and -EAST <= east <= EAST):
            raise ValueError("positions: a place out of bounds")
        yield at, north, east, metres


def pack(points: Sequence[Point]) -> str:
    """The opposite of `unpack`, for positions in order of time."""
    words = []
    at, north, east = points[0][0], 0, 0
    for time, norths, easts, metres in points:
        words.append(f"{time - at} {norths - north} {easts - east} {metres}")
        at, north, east = time, norths, easts
    return " ".join(words)


def _positions(record: Json) -> list[Pack]:
    packs = record["packs"]
    if not isinstance(packs, dict) or not 0 < len(packs) <= MOST_DEVICES:
        raise ValueError("packs: none, or too many")
    return [_pack(match(DEVICE, device), text) for device, text in packs.items()]


def _pack(device: str, text: Any) -> Pack:
    if not isinstance(text, str) or len(text) > MOST_PACK * 48:
        raise ValueError("a pack is text, and not too long")
    columns = tuple(zip(*unpack(0, text), strict=True))
    if len(columns[0]) > MOST_PACK:
        raise ValueError("too many positions in a pack")
    return Pack(device, array("q", columns[0]), *(array("i", column) for column in columns[1:]))


def _place(records: Sequence[list[Pack]], ground: Ground) -> dict[str, list[Stretch]]:
    placed: dict[str, list[Stretch]] = {}
    for one in (pack for packs in records for pack in packs):
        first, (day, start, end) = 0, _day(one.times[0], ground)
        for at, time in enumerate(one.times):
            if not start <= time < end:
                placed.setdefault(_path(day), []).append(Stretch(one, day, first, at))
                first, (day, start, end) = at, _day(time, ground)
        placed.setdefault(_path(day), []).append(Stretch(one, day, first, len(one.times)))
    return placed


def _day(time: int, ground: Ground) -> tuple[date, int, int]:
    """(local day of a moment, its first second, the first of the next)."""
    day = ground.days.day_of(time // 60)
    return day, ground.days.start(day) * 60, ground.days.start(day + DAY) * 60


def _path(day: date) -> str:
    return f"{HOME}{day:%Y-%m}.ttl"


class Month:
    """The positions of one document: what is stored, and what `join` adds."""

    def __init__(self, path: str, body: bytes | None) -> None:
        self._path, self._body = path, body
        self._stored = Stored(path, body, [DOM.PositionDay])
        self._sources = self._stored.sources()
        self._days: dict[tuple[str, str], dict[int, tuple[Point, str]]] = {}
        for iri in self._stored.subjects(DOM.PositionDay):
            found = self._stored.take(iri, PREDICATES, [DOM.PositionDay])
            try:
                self._load(iri, found)
            except ValueError as error:
                raise self._stored.spoilt(iri, str(error)) from None

    def join(self, parts: Iterable[Stretch], source: Source) -> tuple[list[Change], int]:
        """Adds positions of `source`. (no changes, how many lost to a newer file's)."""
        source = documents.known(self._sources, source)
        for slots in self._days.values():  # what the same file was read as before makes room
            for slot in [s for s, (_, raw) in slots.items() if raw == source.raw]:
                del slots[slot]
        lost = 0
        for part in parts:
            slots = self._days.setdefault((part.day.isoformat(), part.pack.device), {})
            for point in part.pack.points(part.first, part.end):
                lost += not self._add(slots, point, source.raw)
        return [], lost

    def text(self) -> bytes | None:
        """The document, or None if the stored one says the same."""
        found: dict[Key, list[Point]] = {}
        for (day, device), slots in self._days.items():
            for point, raw in slots.values():
                found.setdefault((day, device, raw), []).append(point)
        raws = sorted({raw for _, _, raw in found})
        lines = [documents.HEAD]
        lines += [self._text(key, raws.index(key[2]), sorted(found[key])) for key in sorted(found)]
        lines.append(documents.sources_text(self._sources, set(raws) - {""}))
        lines.append(self._stored.foreign())
        body = "".join(lines).encode()
        if body == self._body or (self._body is not None and self._stored.says(body)):
            return None
        return body

    def _load(self, iri: str, found: Statements) -> None:
        day, device, text, start = (
            self._stored.one(found, name, iri)
            for name in (DOM.day, DOM.device, DOM.positions, DOM.startsAt)
        )
        key = (date.fromisoformat(day).isoformat(), match(DEVICE, device))
        raws = [o.value.removeprefix(documents.ORIGIN) for o in found.get(PROV.wasDerivedFrom, ())]
        raw = max((r for r in raws if r in self._sources), key=self._rank, default="")
        moment = datetime.fromisoformat(start)
        if moment.tzinfo is None:
            raise ValueError("startsAt has no offset")
        slots = self._days.setdefault(key, {})
        for point in unpack(int(moment.timestamp()), text):
            self._add(slots, point, raw)

    def _add(self, slots: dict[int, tuple[Point, str]], point: Point, raw: str) -> bool:
        """Whether a position takes its five seconds: the newest file's, of it the first one."""
        held = slots.get(point[0] // SLOT)
        if held is not None:
            if held[1] != raw and self._rank(held[1]) > self._rank(raw):
                return False
            if held[1] == raw and _order(held[0]) <= _order(point):
                return True
        slots[point[0] // SLOT] = (point, raw)
        return True

    def _rank(self, raw: str) -> Rank:
        return self._sources[raw].rank if raw else NOBODY

    def _text(self, key: Key, number: int, points: list[Point]) -> str:
        day, device, raw = key
        start = datetime.fromtimestamp(points[0][0], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines = [
            f"\n<#{day}-{slug(device)}-{number}> a dom:PositionDay",
            f'dom:day "{day}"^^xsd:date',
            f'dom:startsAt "{start}"^^xsd:dateTime',
            f"dom:device {literal(device)}",
            f"dom:count {len(points)}",
            f"dom:positions {literal(pack(points))}",
        ]
        if raw:
            lines.append(f"prov:wasDerivedFrom {reference(raw)}")
        return " ;\n    ".join(lines) + " .\n"


def _order(point: Point) -> tuple[int, ...]:
    """The earlier first, of two at once the more accurate."""
    return point[0], point[3] if point[3] >= 0 else METRES, point[1], point[2]


def _open(path: str, body: bytes | None, ground: Ground) -> Month:
    return Month(path, body)


def _count(records: Sequence[list[Pack]], ground: Ground, found: Found) -> None:
    number = sum(len(one.times) for packs in records for one in packs)
    found.readings += number
    found.facts["positions"] = number
    local: Callable[[int], str] = lambda time: ground.days.day_of(time // 60).isoformat()  # noqa: E731
    firsts, lasts = ([pick(one.times) for packs in records for one in packs] for pick in (min, max))
    found.reach(local(min(firsts)), local(max(lasts)))


FAMILY = Family(
    home=HOME,
    classes=("PositionDay",),
    types={"Positions": _positions},
    place=_place,
    open=_open,
    count=_count,
)
