"""EDF's `mes-puissances-atteintes-30min-*`: a block a day, the latest first, labels of ENDs.

`00:00:00` in a block is the end of that day. The files carry no meter number.
"""

from clock import DAY, OffGrid, day_number, local, time_of_day
from curve import curves
from domicile import BadFile
from labels import instants
from rows import cell, plain, shown
from values import Powers

STEP = 30


def read(rows, notes):
    """(records, facts) of the file."""
    powers, readings, block, day, line = None, [], [], None, 1
    for line, cells in rows:
        if powers is None:
            powers = _powers(line, cells)
        elif (found := _day(cells)) is not None:
            readings += _placed(block, notes)
            block, day = [], found
        elif day is None:
            raise BadFile("bad-line", line=line, text=shown(cells))
        else:
            _add(block, day, line, cells, powers, notes)
    if powers is None:
        raise BadFile("columns", line=line, expected="Puissance atteinte (W)")
    readings += _placed(block, notes)
    if not readings:
        raise BadFile("no-readings", line=line)
    readings.sort(key=lambda reading: reading[0])
    notes.add("no-meter")
    records, facts = curves(readings, None, "consumption", notes)
    return records, {**facts, "meter": None}


def _powers(line, cells):
    """None above the table; its header says the unit."""
    names = [plain(text) for text in cells]
    if len(names) < 2 or not names[0].startswith("date et heure"):
        if cell(cells, 1):
            raise BadFile("bad-line", line=line, text=shown(cells))
        return None
    unit = names[1].rpartition("(")[2].rstrip(")")
    return Powers(unit)


def _day(cells):
    if cell(cells, 1):
        return None
    try:
        return day_number(cell(cells, 0))
    except ValueError:
        return None


def _add(block, day, line, cells, powers, notes):
    try:
        minutes = time_of_day(cell(cells, 0))
    except OffGrid:
        notes.add("off-grid", line, at=cell(cells, 0)[:40])
        return
    except ValueError:
        reason = "bad-time" if cell(cells, 1) else "bad-line"
        raise BadFile(reason, line=line, text=shown(cells)) from None
    if len(cells) < 2:
        raise BadFile("bad-line", line=line, text=shown(cells))
    block.append((day * DAY + (minutes or DAY), powers.read(cell(cells, 1), line), line))


def _placed(block, notes):
    """A block's readings with instants; it is written the latest first."""
    if len(block) > 1 and block[0][0] > block[-1][0]:
        block = block[::-1]
    for (_, value, line), end in zip(block, instants([b[0] for b in block]), strict=True):
        if end is None:
            notes.add("no-such-hour", line)
        elif end % STEP:
            notes.add("off-grid", line, at=local(end))
        else:
            yield end, value, line, STEP
