"""QIF: letters at the start of lines, `^` ends a transaction. Neither account nor currency is in it."""

import re

from domicile import BadFile
from money import amount, day, decimal_mark
from statement import Statement

_DATE = re.compile(r"\s*([0-9]{1,4})\s*[/.' -]\s*([0-9]{1,2})\s*[/.' -]\s*([0-9]{1,4})\s*")
TYPES = ("bank", "ccard", "cash", "oth a", "oth l")


def recognise(text):
    return bool(re.match(r"\s*!(Type|Account|Option|Clear)", text, re.I))


def read(file, notes):
    entries = list(_entries(file))
    if not entries:
        raise BadFile("no-statement", line=1)
    order = _order([entry.get("D", "") for _, entry in entries], notes)
    mark = decimal_mark((entry.get("T", "") for _, entry in entries), ".")
    statement = Statement()
    for line, entry in entries:
        try:
            when = _day(entry["D"], order)
            value = amount(entry.get("T") or entry["U"], mark)
        except (KeyError, ValueError):
            raise BadFile("bad-transaction", line=line, text=str(entry)[:60]) from None
        facts = {"description": " ".join(entry[k] for k in ("P", "M") if entry.get(k))}
        if entry.get("P"):
            facts["counterparty"] = entry["P"]
        statement.add(when, value, line, **facts)
    return [statement], None


def _entries(file):
    """(first line, values by letter) of each transaction."""
    held, kind, first = {}, "bank", None
    for number, line in file.lines():
        if line.startswith("!"):
            kind = line[1:].lower().removeprefix("type:").strip()
        elif line.startswith("^"):
            if held and kind in TYPES:
                yield first, held
            held, first = {}, None
        elif line.strip():
            first = first or number
            held.setdefault(line[0], line[1:].strip())
    if held:
        raise BadFile("cut-short", line=first)


def _order(texts, notes):
    """ "dmy" unless the numbers say otherwise."""
    found = [m for m in map(_DATE.fullmatch, texts) if m]
    if any(len(m[1]) == 4 for m in found):
        return "ymd"
    if any(int(m[1]) > 12 for m in found):
        return "dmy"
    if any(int(m[2]) > 12 for m in found):
        return "mdy"
    notes.add("date-order-assumed", text="jj/mm/aaaa")
    return "dmy"


def _day(text, order):
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError("no date")
    parts = dict(zip(order, found.groups(), strict=True))
    year = int(parts["y"])
    return day(year + 2000 if year < 100 else year, parts["m"], parts["d"])
