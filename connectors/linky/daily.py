"""Daily registers: `Enedis_Conso_Jour_*` with the calendar block that may follow.

A row's date is what counts: summer rows say 01:00 but hold the registers of local midnight.
"""

import re

from clock import day_number, iso_day, midnight, utc
from domicile import BadFile
from hourly import Head
from rows import cell, columns, plain, shown
from values import register

UNITS = {"wh": 1, "kwh": 1000}
KINDS = ("EAS", "EAI")
TOTALS = ("eas t", "eai t")
STAMP = re.compile(
    r"([0-9/-]{10})(?:[T ]([0-9]{2}:[0-9]{2})(?::[0-9]{2})?(?:[+-][0-9]{2}:?[0-9]{2}|Z)?)?"
)


def read(rows, notes, more=()):
    """(records, facts) of the file; `more` are rows of other sheets, for the calendar block."""
    rows = iter(rows)
    head = Head(rows)
    if "index" not in head.kind:
        raise BadFile("quantity", line=head.line, found=head.kind[:40] or "?")
    factor = UNITS.get(head.unit.lower())
    if factor is None:
        raise BadFile("unit", line=head.line, expected="Wh, kWh", found=head.unit[:20])
    line, names = head.skip_to(rows, "horodate")
    found = {n: name.strip() for n, name in enumerate(names) if name.strip()[:3] in KINDS}
    if not found:
        raise BadFile("columns", line=line, expected="EAS F1..EAS T")
    days, block = {}, None
    for line, cells in rows:
        if plain(cell(cells, 0)) == "periode":
            block = (line, cells)
            break
        _add(days, line, cells, found, factor, notes)
    if not days:
        raise BadFile("no-readings", line=line)
    records = [{**days[day], "meter": head.meter} for day in sorted(days)]
    calendars = list(_calendars(block, rows, head.meter)) if block else list(_elsewhere(more, head))
    first, last = iso_day(min(days)), iso_day(max(days))
    facts = {"meter": head.meter, "from": first, "to": last, "end": utc(midnight(max(days)))}
    return records + calendars, {**facts, "readings": len(days), "announced": head.announced}


def _add(days, line, cells, names, factor, notes):
    day = day_of(cell(cells, 0), line, notes)
    if day is None:
        return
    numbers = {}
    for at, name in names.items():
        value = register(cell(cells, at), line, factor)
        if value is not None:
            numbers[name] = value
    if not numbers:
        notes.add("gap", line, **{"from": iso_day(day), "to": iso_day(day)}, missing=0, empty=1)
        return
    total = next((numbers.pop(n) for n in list(numbers) if plain(n) in TOTALS), None)
    add_day(days, day, numbers, total, line, notes)


def add_day(days, day, numbers, total, line, notes):
    """Keeps a day's registers; the same again is counted, others are told, the first ones kept."""
    record = {
        "type": "DailyIndex",
        "day": iso_day(day),
        "registers": numbers,
        "total": total,
        "line": line,
    }
    before = days.setdefault(day, record)
    if before is not record:
        same = (before["registers"], before["total"]) == (numbers, total)
        reason = "duplicate" if same else "conflicting-duplicate"
        notes.add(reason, line, at=iso_day(day), first=before["line"])


def day_of(text, line, notes):
    """The local day that a register's stamp starts; None where it is not read at midnight."""
    found = STAMP.fullmatch(text)
    try:
        day = day_number(found[1] if found else text)
    except ValueError:
        reason = "bad-time" if text[:2].isdigit() else "bad-line"
        raise BadFile(reason, line=line, text=text[:40]) from None
    if found and found[2] not in (None, "00:00", "01:00"):
        notes.add("off-midnight", line, at=text[:40])
        return None
    return day


def _calendars(block, rows, meter):
    """The block after the registers: from when on which register counts which hours."""
    line, names = block
    at = columns(names)
    pairs = [
        (at[f"libelle classe temporelle {n}"], at[f"cadran classe temporelle {n}"])
        for n in range(1, 11)
        if f"libelle classe temporelle {n}" in at and f"cadran classe temporelle {n}" in at
    ]
    if not pairs:
        raise BadFile("columns", line=line, expected="Libelle classe temporelle 1")
    for line, cells in rows:
        registers = {cell(cells, r): cell(cells, name) for name, r in pairs if cell(cells, name)}
        registers.pop("", None)
        words = cell(cells, 0).split()
        try:
            since = iso_day(day_number(words[1][:10]))
        except (IndexError, ValueError):
            raise BadFile("bad-line", line=line, text=shown(cells)) from None
        if registers:
            yield {
                "type": "TariffCalendar",
                "meter": meter,
                "from": since,
                "name": cell(cells, at.get("libelle calendrier fournisseur")),
                "registers": registers,
                "line": line,
            }


def _elsewhere(more, head):
    for rows in more:
        first = rows.peek(1)
        if first and plain(cell(first[0][1], 0)) == "periode":
            rows = iter(rows)
            yield from _calendars(next(rows), rows, head.meter)
