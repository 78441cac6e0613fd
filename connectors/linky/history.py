"""`historique_conso_PRM*.csv`: start, end and kW on the local clock, without offsets."""

import re

from clock import STEPS, OffGrid, Stamps
from curve import curves
from domicile import BadFile
from labels import instants
from rows import cell, columns, shown
from values import Powers

METER = re.compile(r"(?<![0-9])[0-9]{14}(?![0-9])")


def read(rows, notes, name):
    """(records, facts) of the file; its name may hold the meter's number."""
    rows = iter(rows)
    line, names = next(rows)
    at = columns(names)
    unit = next((u for u in ("kw", "w") if u in at), None)
    if unit is None or "debut" not in at or "fin" not in at:
        raise BadFile("columns", line=line, expected="debut;fin;kW")
    found = _rows(rows, (at["debut"], at["fin"], at[unit]), Powers(unit), notes)
    if not found:
        raise BadFile("no-readings", line=line)
    if found[0][0] > found[-1][0]:
        found.reverse()
    readings = list(_readings(found, notes))
    meter = METER.search(name)
    if meter is None:
        notes.add("no-meter")
    meter = meter and meter[0]
    records, facts = curves(readings, meter, "consumption", notes)
    return records, {**facts, "meter": meter}


def _rows(rows, at, powers, notes):
    """(start label, end label, W, line)"""
    start, end, what = at
    label, read, found = Stamps().label, powers.read, []
    for line, cells in rows:
        try:
            text = cells[what]
            found.append((label(cells[start]), label(cells[end]), read(text, line), line))
        except OffGrid:
            notes.add("off-grid", line, at=cell(cells, start)[:40])
        except IndexError:
            raise BadFile("bad-line", line=line, text=shown(cells)) from None
        except ValueError:
            raise BadFile("bad-time", line=line, text=shown(cells)) from None
    return found


def _readings(found, notes):
    starts = instants([row[0] for row in found])
    for start, row in zip(starts, found, strict=True):
        if start is None:
            notes.add("no-such-hour", row[3])
            continue
        step = row[1] - row[0]
        if step not in STEPS:  # the clock changed in between: the spring row spans 90 minutes
            ends = {e - start for e in instants([row[1], row[1]]) if e is not None}
            step = min(ends & set(STEPS), default=None)
        if step is None:
            raise BadFile("bad-time", line=row[3])
        yield start + step, row[2], row[3], step
