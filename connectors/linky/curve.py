"""From readings to load curves: order, repetitions, steps, gaps.

A reading is `(end, value, line, step)`: the instant of its END in UTC minutes, W or None, the line
that it stands on, and its step in minutes where the file says it, else None.
"""

from itertools import pairwise

from clock import STEPS, local, local_day, utc
from domicile import BadFile

MOST_VALUES = 2000
FILLED = 48  # missing slots that are written as null inside one record

END, VALUE, LINE, STEP = range(4)


def curves(readings, meter, flow, notes, stated=None):
    """The LoadCurve records of one meter and flow, and a dict of facts for the File record.

    `stated` is the step that the file's head gives. Raises BadFile where nothing can be read.
    """
    if not any(reading[VALUE] is not None for reading in readings):
        raise BadFile("no-readings", line=readings[-1][LINE] if readings else None)
    readings = _unique(_ordered(_on_grid(readings, notes), notes), notes)
    steps = _steps(readings, stated, notes)
    placed = _placed(readings, steps, notes)
    _tell_gaps(placed, notes)
    known = [reading for reading in placed if reading[1] is not None]
    if not known:
        raise BadFile("no-readings", line=readings[-1][LINE])
    records = [
        {"type": "LoadCurve", "meter": meter, "flow": flow, "unit": "W", **run}
        for run in _runs(known)
    ]
    end = placed[-1][0] + placed[-1][2]
    facts = {
        "from": local_day(known[0][0]),
        "to": local_day(known[-1][0]),
        "end": utc(end),
        "readings": len(known),
    }
    return records, facts


def _on_grid(readings, notes):
    """Without the minutes at which no step of a meter ends."""
    kept = [r for r in readings if not r[END] % 10 or not r[END] % 15]
    if len(kept) < len(readings):
        for reading in readings:
            if reading[END] % 10 and reading[END] % 15:
                notes.add("off-grid", reading[LINE], at=local(reading[END]))
    return kept


def _ordered(readings, notes):
    ends = [reading[END] for reading in readings]
    if all(a <= b for a, b in pairwise(ends)):
        return readings
    if all(a >= b for a, b in pairwise(ends)):
        return readings[::-1]
    at = next(n for n, (a, b) in enumerate(pairwise(ends), 1) if a > b)
    notes.add("unsorted", readings[at][LINE])
    return sorted(readings, key=lambda reading: reading[END])


def _unique(readings, notes):
    """One reading for each END and step: the first that has a value."""
    if all(a[END] != b[END] for a, b in pairwise(readings)):
        return readings
    kept, repeated, first = {}, 0, None
    for reading in readings:
        before = kept.setdefault((reading[END], reading[STEP]), reading)
        if before is reading:
            continue
        if before[VALUE] is None:
            kept[reading[END], reading[STEP]] = reading
        elif reading[VALUE] in (None, before[VALUE]):
            repeated, first = repeated + 1, first or reading[LINE]
        else:
            notes.add(
                "conflicting-duplicate",
                reading[LINE],
                at=local(reading[END]),
                kept=before[VALUE],
                other=reading[VALUE],
                first=before[LINE],
            )
    if repeated:
        notes.add("duplicate", first, count=repeated)
    return list(kept.values())


def _steps(readings, stated, notes):
    """The step of each reading: its own, the file's, else from the distances between them."""
    given = [reading[STEP] for reading in readings]
    if None not in given:
        return given
    between = [b[END] - a[END] for a, b in pairwise(readings)]
    if stated is not None:
        narrow = next((n for n, d in enumerate(between, 1) if 0 < d < stated), None)
        if narrow is None:
            return [step or stated for step in given]
        notes.add("step-contradicted", readings[narrow][LINE], stated=stated)
    found = [distance if distance in STEPS else None for distance in [0, *between]]
    following = None
    for at in range(len(found) - 1, -1, -1):
        found[at] = given[at] or found[at] or following
        following = found[at]
    for at in range(1, len(found)):  # a last reading, alone after a gap
        found[at] = found[at] or found[at - 1]
    if found and found[0] is None:
        raise BadFile("step-unknown", line=readings[0][LINE])
    return found


def _placed(readings, steps, notes):
    """(start, value, step, line) in order of time, none over another."""
    placed, until, before = [], None, None
    for (end, value, line, _), step in zip(readings, steps, strict=True):
        start = end - step
        if until is not None and start < until:
            notes.add("overlap", line, at=local(start), minutes=step)
            continue
        if before not in (None, step):
            notes.add("step-change", line, at=local(start), before=before, after=step)
        placed.append((start, value, step, line))
        until, before = end, step
    return placed


def _tell_gaps(placed, notes):
    since, empty = placed[0][0], 0
    for start, value, step, line in placed:
        if value is None:
            empty += 1
            continue
        if start > since:
            _tell_gap(since, start, empty, line, notes)
        since, empty = start + step, 0
    if empty:
        _tell_gap(since, placed[-1][0] + placed[-1][2], empty, placed[-1][3], notes)


def _tell_gap(since, until, empty, line, notes):
    """`missing` half hours, `empty` of its rows being there without a value."""
    period = {"from": local(since), "to": local(until)}
    notes.add("gap", line, **period, missing=-(-(until - since) // 30), empty=empty)


def _runs(known):
    """Contiguous slots of one step: {"step" in s, "start", "values", "line"}."""
    head, values, expected, current = {}, [], None, None
    for start, value, step, line in known:
        missing = None
        if values and step == current:
            missing, rest = divmod(start - expected, step)
            if rest or missing > FILLED or len(values) + missing >= MOST_VALUES:
                missing = None
        if missing is None:
            if values:
                yield {**head, "values": values}
            head = {"step": step * 60, "start": utc(start), "line": line}
            values, current = [value], step
        else:
            values += [None] * missing
            values.append(value)
        expected = start + step
    if values:
        yield {**head, "values": values}
