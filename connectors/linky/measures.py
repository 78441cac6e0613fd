"""R63 (load curves) and R64 (registers): one row a value, each with all that describes it."""

from operator import itemgetter

from clock import OffGrid, Stamps, is_instant, midnight, minutes_of_step, utc
from curve import curves
from daily import add_day, day_of
from domicile import BadFile
from hourly import FLOWS, placed
from rows import cell, columns, plain, shown
from values import Powers, register

NEEDED = ("identifiant prm", "horodate", "valeur", "unite", "grandeur metier", "grandeur physique")
POWERS = ("w", "kw")
ENERGIES = {"wh": 1, "kwh": 1000}
REGISTER = ("cadran", "code cadran", "identifiant classe temporelle", "code classe temporelle")
REGISTER += ("classe temporelle", "libelle classe temporelle", "libelle cadran")
LABEL = ("libelle classe temporelle", "libelle cadran", "classe temporelle")
CALENDAR = ("libelle calendrier fournisseur", "libelle calendrier", "calendrier")


class Table:
    """The header of such a file; `get(cells, name)` finds a column by its plain name."""

    def __init__(self, rows):
        self.line, names = next(rows)
        self._at = columns(names)
        if any("Ã" in name for name in names):
            raise BadFile("encoding", line=self.line, found="mojibake")
        for name in NEEDED[:4]:
            if name not in self._at:
                raise BadFile("columns", line=self.line, expected=name)
        self.width = max(at for name, at in self._at.items() if name in NEEDED) + 1
        described = ("identifiant prm", "grandeur physique", "grandeur metier", "unite")
        self.told = itemgetter(*[self._at[name] for name in described if name in self._at])

    def at(self, name):
        """The position of a column, None where there is none."""
        return self._at.get(name)

    def get(self, cells, *names):
        """The first of these columns that has a text."""
        for name in names:
            if found := cell(cells, self._at.get(name)):
                return found
        return ""


def read(rows, notes):
    """(records, facts) of an R63 or R64; the unit of each row says which it is."""
    rows = iter(rows)
    table = Table(rows)
    powers, registers, line = _sorted(table, rows, notes)
    if not powers and not registers:
        raise BadFile("no-readings", line=line)
    records, all_facts = [], []
    for parts, reader in ((powers, _curve), (registers, _registers)):
        for (meter, flow, unit), found in parts.items():
            made, facts = reader(table, found, (meter, flow, unit), notes)
            records += made
            all_facts.append({**facts, "meter": meter})
    return records, _joined(all_facts)


def _sorted(table, rows, notes):
    """(rows of powers, rows of registers, last line), by meter, flow and unit."""
    powers, registers, lists, line = {}, {}, {}, table.line
    told, width = table.told, table.width
    for line, cells in rows:
        if len(cells) < width:
            raise BadFile("bad-line", line=line, text=shown(cells))
        mark = told(cells)
        if mark not in lists:
            lists[mark] = _list(table, cells, powers, registers)
        if lists[mark] is None:
            notes.add("other-quantity", line, found=" ".join(filter(None, mark[1:]))[:40])
        else:
            lists[mark].append((line, cells))
    return powers, registers, line


def _list(table, cells, powers, registers):
    """Where rows that are described like this one belong; None: nowhere."""
    unit = plain(table.get(cells, "unite"))
    flow = FLOWS.get(plain(table.get(cells, "grandeur metier")) or "cons")
    physical = plain(table.get(cells, "grandeur physique"))
    key = (table.get(cells, "identifiant prm") or None, flow, unit)
    if flow is not None and unit in POWERS and physical in ("", "pa", "energie active"):
        return powers.setdefault(key, [])
    if flow is not None and unit in ENERGIES and physical in ("", "ea", "energie active"):
        return registers.setdefault(key, [])
    return None


def _curve(table, rows, key, notes):
    meter, flow, unit = key
    when, what, pace = (table.at(name) for name in ("horodate", "valeur", "pas"))
    powers, stamps, found = Powers(unit), Stamps(), []
    naive = not is_instant(cell(rows[0][1], when))
    moment, read, steps = stamps.label if naive else stamps.instant, powers.read, {}
    for line, cells in rows:
        text = cell(cells, pace) if pace is not None else ""
        if text not in steps:
            steps[text] = _step(text, line)
        try:
            found.append((moment(cells[when]), read(cells[what], line), line, steps[text]))
        except OffGrid:
            notes.add("off-grid", line, at=cells[when][:40])
        except ValueError:
            raise BadFile("bad-time", line=line, text=cells[when][:40]) from None
    return curves(placed(found, notes) if naive else found, meter, flow, notes)


def _step(text, line):
    """The minutes of a step, None where the file does not say it."""
    found = minutes_of_step(text) if text else None
    if text and found is None:
        raise BadFile("step-unknown", line=line, text=text[:20])
    return found


def _registers(table, rows, key, notes):
    """The registers that one midnight has rows for are one day's."""
    meter, flow, unit = key
    days, lines, names, titles = {}, {}, {}, {}
    prefix = "EAS" if flow == "consumption" else "EAI"
    for line, cells in rows:
        day = day_of(table.get(cells, "horodate"), line, notes)
        value = register(table.get(cells, "valeur"), line, ENERGIES[unit])
        if day is None or value is None:
            continue
        name = _register_name(table, cells, prefix)
        numbers = days.setdefault(day, {})
        lines.setdefault(day, line)
        before = numbers.setdefault(name, value)
        if before != value:
            notes.add("conflicting-duplicate", line, at=name, kept=before, other=value)
        # The grid's own registers (D1…) count the same energy again.
        if (label := table.get(cells, *LABEL)) and " D" not in name:
            names.setdefault(name, label)
            titles.setdefault(table.get(cells, *CALENDAR), day)
    if not days:
        raise BadFile("no-readings", line=rows[-1][0])
    records = {}
    for day in sorted(days):
        total = days[day].pop(f"{prefix} T", None)
        add_day(records, day, days[day], total, lines[day], notes)
    made = [{**record, "meter": meter} for record in records.values()]
    first, last = made[0]["day"], made[-1]["day"]
    if names:
        title = next(iter(titles), "")
        calendar = {"from": first, "name": title, "registers": names, "line": rows[0][0]}
        made.append({"type": "TariffCalendar", "meter": meter, **calendar})
    end = utc(midnight(max(days)))
    facts = {"from": first, "to": last, "end": end, "readings": len(days)}
    return made, facts


def _register_name(table, cells, prefix):
    found = table.get(cells, *REGISTER)
    if not found or plain(found) in ("total", "totalisateur", "t", "eas t", "eai t"):
        return f"{prefix} T"
    return found.replace(";", ",").replace("=", ":")[:40]


def _joined(facts):
    meters = sorted({f["meter"] for f in facts if f["meter"]})
    return {
        "meter": meters[0] if len(meters) == 1 else None,
        "meters": meters,
        "from": min(f["from"] for f in facts),
        "to": max(f["to"] for f in facts),
        "end": max(f["end"] for f in facts),
        "readings": sum(f["readings"] for f in facts),
    }
