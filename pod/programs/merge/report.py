"""What a file holds, counted from its records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pod.programs.merge.days import Days, utc
from pod.programs.merge.figures import number, watt_hours
from pod.programs.merge.meters import Curve, Index, Record
from pod.programs.merge.model import Found

MOST_GAPS = 100
DAY = timedelta(days=1)


def find(records: Iterable[Record], days: Days, found: Found) -> None:
    """Readings, period, energy, steps and gaps of a file, all its meters together."""
    flows = dict[tuple[str | None, str], list[Curve]]()
    spans = []
    for record in records:
        if record.meter not in found.meters:
            found.meters.append(record.meter)
        if isinstance(record, Curve):
            flows.setdefault((record.meter, record.flow), []).append(record)
        elif isinstance(record, Index):
            found.index_days += 1
            spans.append((record.day, record.day))
    energy = {"consumption": 0, "production": 0}
    for (_, flow), curves in flows.items():
        first, last, amount = _count(curves, found)
        energy[flow] += amount
        if last > first:
            spans.append((days.day_of(first), days.day_of(last - 1)))
    sums = {flow: number(watt_hours(energy[flow])) for _, flow in flows}
    found.energy_wh, found.production_wh = sums.get("consumption"), sums.get("production")
    if not flows:
        found.readings += found.index_days
    if spans:
        first_day, last_day = min(s[0] for s in spans), max(s[1] for s in spans)
        found.reach(first_day.isoformat(), last_day.isoformat())


def _count(curves: list[Curve], found: Found) -> tuple[int, int, int]:
    """(start of the first reading, end of the last, mW·min) of one meter's curves of one flow."""
    begin, until, energy = 0, 0, 0
    for curve in sorted(curves, key=lambda c: c.start):
        known = [value for value in curve.values if value is not None]
        found.readings += len(known)
        found.steps[curve.step] = found.steps.get(curve.step, 0) + len(known)
        energy += curve.step * sum(known)
        for start, end in _stretches(curve):
            if not until:
                begin = start
            elif start > until:
                _gap(until, start, found)
            until = max(until, end)
    return begin, until, energy


def _stretches(curve: Curve) -> Iterable[tuple[int, int]]:
    """(start, end) of each stretch without a gap."""
    if None not in curve.values:
        yield curve.start, curve.start + curve.step * len(curve.values)
        return
    for at, value in enumerate(curve.values):
        if value is not None:
            start = curve.start + at * curve.step
            yield start, start + curve.step


def _gap(start: int, end: int, found: Found) -> None:
    halves = -(-(end - start) // 30)
    found.missing += halves
    found.gap_count += 1
    if len(found.gaps) < MOST_GAPS:
        found.gaps.append({"from": utc(start), "to": utc(end), "missing": halves})
