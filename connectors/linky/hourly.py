"""The hour curve of the customer space: `Enedis_Conso_Heure_*`, as text or as a spreadsheet."""

from clock import OffGrid, Stamps, is_instant, minutes_of_step
from curve import curves
from domicile import BadFile
from labels import instants
from rows import cell, columns, plain, shown
from values import Powers

FLOWS = {"consommation": "consumption", "production": "production"}
FLOWS |= {"cons": "consumption", "prod": "production", "soutirage": "consumption"}
FLOWS |= {"injection": "production"}


class Head:
    """The two rows on top: what the file says of itself."""

    def __init__(self, rows):
        rows = iter(rows)
        line, names = next(rows, (1, []))
        self.line, cells = next(rows, (line + 1, []))
        at = columns(names)
        self._named = {name: cell(cells, position) for name, position in at.items()}
        if not cells:
            raise BadFile("no-readings", line=line)
        self.meter = self.get("identifiant prm") or None
        flow = plain(self.get("grandeur metier"))
        if flow and flow not in FLOWS:
            raise BadFile("quantity", line=self.line, found=flow[:40])
        self.flow = FLOWS.get(flow, "consumption")
        self.kind = plain(self.get("type de donnees"))
        self.unit = self.get("unite")
        self.announced = {"from": self.get("date de debut"), "to": self.get("date de fin")}

    def get(self, name):
        return self._named.get(name, "")

    def skip_to(self, rows, first):
        """The line and cells of the table's header, whose first cell is `first`."""
        for line, cells in rows:
            if plain(cell(cells, 0)) == first:
                return line, cells
            if any(text.strip() for text in cells):
                raise BadFile("bad-line", line=line, text=shown(cells))
        raise BadFile("no-readings", line=self.line)


def read(rows, notes):
    """(records, facts) of the file."""
    rows = iter(rows)
    head = Head(rows)
    if "courbe" not in head.kind:
        raise BadFile("quantity", line=head.line, found=head.kind[:40] or "?")
    line, names = head.skip_to(rows, "horodate")
    at = columns(names)
    if "valeur" not in at:
        raise BadFile("columns", line=line, expected="Horodate;Valeur")
    readings = _readings(rows, at, Powers(head.unit), notes)
    if not readings:
        raise BadFile("no-readings", line=line)
    step = minutes_of_step(head.get("pas en minutes"))
    records, facts = curves(readings, head.meter, head.flow, notes, step)
    return records, {**facts, "meter": head.meter, "announced": head.announced}


def _readings(rows, at, powers, notes):
    when, what = at["horodate"], at["valeur"]
    moment, read, found = Moments(), powers.read, []
    days, times, offsets, known = moment.days, moment.times, moment.offsets, powers.known
    for line, cells in rows:
        try:  # the shortest way, for a stamp whose day, time and offset have been seen
            stamp, text = cells[when], cells[what]
            end = days[stamp[:10]] + times[stamp[10:19]] - offsets[stamp[19:]]
            found.append((end, known[text], line, None))
            if len(cells) == 2:
                continue
        except (KeyError, IndexError):
            pass
        else:
            found.pop()
        try:
            end = moment.read(cells[when].strip())
            found.append((end, read(cells[what], line), line, None))
        except OffGrid:
            notes.add("off-grid", line, at=cells[when][:40])
        except (ValueError, IndexError):
            raise _unread(cells, when, line) from None
        if len(cells) > 2 and any(c.strip() for n, c in enumerate(cells) if n not in (when, what)):
            raise BadFile("bad-line", line=line, text=shown(cells))
    return placed(found, notes) if moment.naive else found


class Moments:
    """Reads stamps with an offset as instants; all as labels where the first has none."""

    def __init__(self):
        self.naive, self._stamps = None, Stamps()
        parts = self._stamps
        self.days, self.times, self.offsets = parts.days, parts.times, parts.offsets

    def read(self, text):
        if self.naive is None:
            self.naive = not is_instant(text)
        return self._stamps.label(text) if self.naive else self._stamps.instant(text)


def placed(naive, notes):
    """Readings with labels of the local clock, as readings with instants."""
    backwards = len(naive) > 1 and naive[0][0] > naive[-1][0]
    naive = naive[::-1] if backwards else naive
    found = []
    for reading, instant in zip(naive, instants([r[0] for r in naive]), strict=True):
        if instant is None:
            notes.add("no-such-hour", reading[2])
        else:
            found.append((instant, *reading[1:]))
    return found


def _unread(cells, when, line):
    """A row that is cut short, has a moment that cannot be, or is something else."""
    if len(cells) <= 1:
        return BadFile("bad-line", line=line, text=shown(cells))
    return BadFile("bad-time", line=line, text=cell(cells, when)[:40])
