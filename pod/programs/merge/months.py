"""Load curves: one document a local month, one subject a local day and step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from pod.programs.merge import documents
from pod.programs.merge.days import Days, minute_of, utc
from pod.programs.merge.documents import Stored, literal, reference
from pod.programs.merge.figures import number, watt_hours, watts
from pod.programs.merge.meters import Curve
from pod.programs.merge.model import Change, Rank, Source
from pod.programs.merge.packed import pack, pack_origin, unpack, unpack_origin
from pod.programs.merge.settle import Day, Slots, missing, settle
from pod.rdf.terms import DOM, PROV, QUDT, SAREF, SOSA, UNIT

FLOWS = {"consumption": "ActivePowerImport", "production": "ActivePowerExport"}
KINDS = (DOM.LoadCurveDay, DOM.SupersededReadings)
TYPES = (*KINDS, SOSA.ObservationCollection)
PREDICATES = (
    *(DOM[n] for n in ("day", "startsAt", "step", "count", "values", "energyWh", "maxW")),
    *(DOM.missing, DOM.origin, QUDT.unit),
    *(SOSA.madeBySensor, SOSA.observedProperty, PROV.wasDerivedFrom),
)
_STEP = re.compile(r"PT(?:([0-9]{1,2})H)?(?:([0-9]{1,3})M)?")

Key = tuple[date, str]  # local day, flow
Part = tuple[Curve, date, int, int]  # slots of one local day: curve, day, first and last position


def month_path(folder: str, day: date) -> str:
    return f"{folder}{day:%Y-%m}.ttl"


def parts_of(curve: Curve, days: Days) -> Iterator[Part]:
    """A curve cut at local midnights: a reading belongs to the day of its START."""
    at, count = 0, len(curve.values)
    while at < count:
        start = curve.start + at * curve.step
        day = days.day_of(start)
        end = days.start(day) + days.length(day)
        last = min(count, at - (start - end) // curve.step)
        yield curve, day, at, last
        at = last


class Month:
    """The readings of one document: what is stored, and what `join` adds."""

    def __init__(self, path: str, body: bytes | None, days: Days) -> None:
        self._days, self._body = days, body
        self._stored = Stored(path, body, (*KINDS, SAREF.Meter))
        self._sources = self._stored.sources()
        self._meter = self._stored.meter()
        self._readings: dict[Key, Day] = {}
        for kind in KINDS:
            for iri in self._stored.subjects(kind):
                self._load(iri)

    def join(self, parts: Iterable[Part], source: Source) -> tuple[list[Change], int]:
        """Adds readings of `source`: (what changed, how many it lost to something newer).

        Of two values for the same step and time the newer file's stays; any value wins over a gap.
        """
        source = documents.known(self._sources, source)
        touched: dict[Key, Day] = {}
        for part in parts:
            key, step = (part[1], part[0].flow), part[0].step
            self._meter = self._meter or part[0].meter
            if slots := self._slots(part, source.raw):
                touched.setdefault(key, {}).setdefault(step, {}).update(slots)
        changes, kept = [], 0
        for key, fresh in touched.items():
            before = settle(self._readings.get(key, {}), self._rank)[0]
            before = {step: dict(slots) for step, slots in before.items()}
            self._add(self._readings.setdefault(key, {}), fresh, source.rank)
            after = settle(self._readings[key], self._rank)[0]
            kept += _differing(fresh, after)
            if replaced := _differing(before, after):
                sums = [number(watt_hours(_energy(side))) for side in (before, after)]
                changes.append(Change(self._stored.path, key[0].isoformat(), replaced, *sums))
        return changes, kept

    def text(self) -> bytes | None:
        """The document, or None if the stored one says the same."""
        parts = [documents.HEAD, documents.meter_text(self._meter)]
        used: set[str] = set()
        for key in sorted(self._readings):
            parts += self._day_text(key, used)
        parts.append(documents.sources_text(self._sources, used))
        parts.append(self._stored.foreign())
        body = "".join(parts).encode()
        if body == self._body or (self._body is not None and self._stored.says(body)):
            return None
        return body

    # ---------------------------------------------------------------- stored readings

    def _load(self, iri: str) -> None:
        stored = self._stored
        found = stored.take(iri, PREDICATES, TYPES)
        values = stored.one(found, DOM.values, iri)
        try:
            start = minute_of(datetime.fromisoformat(stored.one(found, DOM.startsAt, iri)))
            step = _minutes(stored.one(found, DOM.step, iri))
            day = self._days.day_of(start)
            names = sorted(
                o.value.removeprefix(documents.ORIGIN) for o in found.get(PROV.wasDerivedFrom, ())
            )
            if not set(names) <= set(self._sources):
                names = []
            origin = found.get(DOM.origin)
            raws = unpack_origin(
                str(origin[0].value) if origin else None, names, len(values.split())
            )
            slots = unpack(start - self._days.start(day), step, values, raws)
        except (ValueError, TypeError) as error:
            raise stored.spoilt(iri, str(error)) from None
        if any(unit.value != UNIT.W for unit in found.get(QUDT.unit, ())):
            raise stored.spoilt(iri, "its unit is not W")
        observed = stored.one(found, SOSA.observedProperty, iri)
        flow = "production" if observed == DOM.ActivePowerExport else "consumption"
        if not slots:
            return
        readings = self._readings.setdefault((day, flow), {}).setdefault(step, {})
        for minute, reading in slots.items():
            other = readings.get(minute)
            if other is None or self._rank(other[1]) < self._rank(reading[1]):
                readings[minute] = reading

    def _rank(self, raw: str) -> Rank:
        return self._sources[raw].rank if raw else ("", "", "", "")

    # ---------------------------------------------------------------- new readings

    def _slots(self, part: Part, raw: str) -> Slots:
        curve, day, first, last = part
        minute = curve.start + first * curve.step - self._days.start(day)
        step = curve.step
        return {
            minute + at * step: (value, raw)
            for at, value in enumerate(curve.values[first:last])
            if value is not None
        }

    def _add(self, readings: Day, fresh: Day, rank: Rank) -> None:
        wins: dict[str, bool] = {}
        for step, slots in fresh.items():
            if step not in readings:
                readings[step] = dict(slots)
                continue
            stored = readings[step]
            for minute, reading in slots.items():
                other = stored.get(minute)
                if other is not None:
                    if other[1] not in wins:
                        wins[other[1]] = rank >= self._rank(other[1])
                    if not wins[other[1]]:
                        continue
                stored[minute] = reading

    # ---------------------------------------------------------------- writing

    def _day_text(self, key: Key, used: set[str]) -> Iterator[str]:
        counted, covered = settle(self._readings[key], self._rank)
        absent = missing(counted, self._days.length(key[0]))
        for step, phase, slots in _grids(counted):
            yield self._subject(key, step, phase, slots, used, absent)
        for step, phase, slots in _grids(covered):
            yield self._subject(key, step, phase, slots, used, None)

    def _subject(
        self, key: Key, step: int, phase: int, slots: Slots, used: set[str], absent: int | None
    ) -> str:
        """`absent` is None for readings that do not count."""
        day, flow = key
        first, values, raws = pack(slots, step)
        names = sorted(set(raws) - {"-", ""})
        used.update(names)
        kind = "SupersededReadings" if absent is None else "LoadCurveDay"
        name = f"{day.isoformat()}-PT{step}M{f'-{phase}' if phase else ''}"
        name += "-export" if flow == "production" else ""
        name += "-superseded" if absent is None else ""
        start = utc(self._days.start(day) + first)
        lines = [
            f"\n<#{name}> a sosa:ObservationCollection, dom:{kind}",
            f'dom:day "{day.isoformat()}"^^xsd:date',
            f'dom:startsAt "{start}"^^xsd:dateTime',
            f'dom:step "{"PT1H" if step == 60 else f"PT{step}M"}"^^xsd:dayTimeDuration',
            f"dom:count {len(values)}",
            f"dom:values {literal(' '.join(values))}",
        ]
        if absent is not None:
            lines += [
                f"dom:energyWh {watt_hours(step * sum(r[0] for r in slots.values()))}",
                f"dom:maxW {watts(max(r[0] for r in slots.values()))}",
                f"dom:missing {absent}",
            ]
        lines += [
            "qudt:unit unit:W",
            f"sosa:madeBySensor <#meter> ; sosa:observedProperty dom:{FLOWS[flow]}",
        ]
        if names:
            lines.append("prov:wasDerivedFrom " + ", ".join(reference(raw) for raw in names))
        if (origin := pack_origin(raws)) is not None:
            lines.append(f'dom:origin "{origin}"')
        return " ;\n    ".join(lines) + " .\n"


def _grids(day: Day) -> Iterator[tuple[int, int, Slots]]:
    """(step, minutes past its usual marks, slots): one subject each."""
    for step in sorted(day):
        grids: dict[int, Slots] = {}
        for minute, reading in day[step].items():
            grids.setdefault(minute % step, {})[minute] = reading
        for phase in sorted(grids):
            yield step, phase, grids[phase]


def _differing(readings: Day, counted: Day) -> int:
    """How many of `readings` are not among what counts, with the same value."""
    count = 0
    for step, slots in readings.items():
        other = counted.get(step, {})
        for minute, reading in slots.items():
            found = other.get(minute)
            count += found is None or found[0] != reading[0]
    return count


def _energy(day: Day) -> int:
    return sum(step * sum(r[0] for r in slots.values()) for step, slots in day.items())


def _minutes(text: str) -> int:
    found = _STEP.fullmatch(text)
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
    if minutes not in (10, 15, 30, 60):
        raise ValueError(f"step {text[:20]!r}")
    return minutes
