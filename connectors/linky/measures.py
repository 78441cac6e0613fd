"""R63 (load curves) and R64 (registers): one row a value, each with all that describes it."""

from clock import OffGrid, Stamps, is_instant, midnight, minutes_of_step, utc
from curve import curves
from daily import add_day, day_of
from domicile import BadFile
from hourly import FLOWS, placed
from rows import cell, columns, plain, shown
from values import Powers, register

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
        for name in ("identifiant prm", "horodate", "valeur", "unite"):
            if name not in self._at:
                raise BadFile("columns", line=self.line, expected=name)
        self.width = max(self._at[name] for name in ("horodate", "valeur", "unite")) + 1

    def has(self, name):
        return name in self._at

    def get(self, cells, *names):
        """The first of these columns that has a text."""
        for name in names:
            if found := cell(cells, self._at.get(name)):
                return found
        return ""

    def check(self, line, cells):
        if len(cells) < self.width:
            raise BadFile("bad-line", line=line, text=shown(cells))


def read(rows, notes):
    """(records, facts) of an R63 or R64; the unit of each row says which it is."""
    rows = iter(rows)
    table = Table(rows)
    powers, registers, line = {}, {}, table.line
    for line, cells in rows:
        table.check(line, cells)
        unit = plain(table.get(cells, "unite"))
        metier = plain(table.get(cells, "grandeur metier"))
        physical = plain(table.get(cells, "grandeur physique"))
        key = (table.get(cells, "identifiant prm") or None, FLOWS.get(metier or "cons"))
        if key[1] is not None and unit in POWERS and physical in ("", "pa", "energie active"):
            powers.setdefault((*key, unit), []).append((line, cells))
        elif key[1] is not None and unit in ENERGIES and physical in ("", "ea", "energie active"):
            registers.setdefault((*key, unit), []).append((line, cells))
        else:
            found = " ".join(filter(None, (physical, metier, unit)))
            notes.add("other-quantity", line, found=found[:40])
    if not powers and not registers:
        raise BadFile("no-readings", line=line)
    records, all_facts = [], []
    for parts, reader in ((powers, _curve), (registers, _registers)):
        for (meter, flow, unit), found in parts.items():
            made, facts = reader(table, found, (meter, flow, unit), notes)
            records += made
            all_facts.append({**facts, "meter": meter})
    return records, _joined(all_facts)


def _curve(table, rows, key, notes):
    meter, flow, unit = key
    powers, stamps, found = Powers(unit), Stamps(), []
    naive = not is_instant(table.get(rows[0][1], "horodate"))
    moment = stamps.label if naive else stamps.instant
    steps = {}
    for line, cells in rows:
        text = table.get(cells, "pas")
        if text not in steps:
            steps[text] = minutes_of_step(text) if text else None
            if text and steps[text] is None:
                raise BadFile("step-unknown", line=line, text=text[:20])
        try:
            end = moment(table.get(cells, "horodate"))
        except OffGrid:
            notes.add("off-grid", line, at=table.get(cells, "horodate")[:40])
            continue
        except ValueError:
            text = table.get(cells, "horodate")[:40]
            raise BadFile("bad-time", line=line, text=text) from None
        found.append((end, powers.read(table.get(cells, "valeur"), line), line, steps[text]))
    return curves(placed(found, notes) if naive else found, meter, flow, notes)


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
