"""The spreadsheet of the customer space: a row a gas day, a week (`Du … au …`) or a month.

Its table starts below what is said of the home, in column B. A month's and a week's rows are sums
of the days that were exported: the first and the last month may not be whole.
"""

import re
from datetime import date, datetime, timedelta

from domicile import BadFile, Workbook
from values import (
    PARIS,
    Found,
    calendar_day,
    celsius,
    figure,
    meter,
    plain,
    quality,
    utc,
)

HEAD_ROWS, SHEETS = 40, 3  # where the table is looked for
MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12,
}  # fmt: skip
COLUMNS = {
    "index de debut": "indexStart",
    "index de fin": "indexEnd",
    "volume": "m3",
    "energie": "kwh",
    "coefficient": "coefficient",
    "temperature": "celsius",
    "qualification": "quality",
}
_EXPORTED = re.compile(r"export du ([0-9]{2})/([0-9]{2})/([0-9]{4})")
_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_WEEK = re.compile(rf"du {_DAY.pattern} au {_DAY.pattern}")
_MONTH = re.compile(r"([a-z]+) ([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}(?:\.0)?")
_PCE = re.compile(r"n[o°]?\.? ?pce ?:?(.*)")


def is_ours(file):
    """Whether a workbook has GRDF's table. One that cannot be looked into that far is nobody's here:
    the connector that reads other workbooks says what is wrong with it."""
    try:
        return _table(Workbook(file.opened())) is not None
    except BadFile:
        return False


def read(file, notes):
    """(records by what they are of, facts of the file)."""
    book = Workbook(file.opened())
    return _read(book.rows(_table(book)), notes)


def _table(book):
    """The first sheet that has the table's header near its top, None where none has."""
    for sheet in book.sheets[:SHEETS]:
        for line, cells in book.rows(sheet):
            if line > HEAD_ROWS:
                break
            if _header(cells):
                return sheet
    return None


def _header(cells):
    """{column: position} of the table, with "date", if this is its header."""
    named = {}
    for at, cell in enumerate(cells):
        name = plain(cell)
        if name.startswith("date de releve"):
            named["date"] = at
        for start, column in COLUMNS.items():
            if name.startswith(start):
                named.setdefault(column, at)
    return named if "date" in named and ("m3" in named or "kwh" in named) else None


def _read(rows, notes):
    found, columns, pce, exported, last = Found(notes), None, None, None, 1
    months = []
    for line, cells in rows:
        last = line
        if columns is None:
            pce = _pce(cells, line) or pce
            exported = _exported(cells, line) or exported
            columns = _header(cells)
            continue
        said = _cell(cells, columns["date"])
        if not any(_cell(cells, at) for at in columns.values()):
            continue
        figures = _figures(cells, columns, notes, line)
        span = _span(said, line)
        if isinstance(span, date):
            found.day(pce, span, line, **figures)
        elif span[2] == "monthly":
            months.append((line, span, figures))
        else:
            found.period(pce, *span, line, **figures)
    for line, span, figures in months:
        edge = exported is not None and span[0] <= exported < span[1]
        partial = True if edge or span[0] == min(m[1][0] for m in months) else None
        found.period(pce, *span, line, partial=partial, **figures)
    if pce is None:
        notes.add("no-meter")
    said = _midnight(exported) if exported else None
    return found.records, {**found.facts(said), **({} if found.records else {"line": last})}


def _pce(cells, line):
    """The number after « N° PCE : », in the same cell or in the next that is not empty."""
    for at, cell in enumerate(cells):
        named = _PCE.fullmatch(plain(cell))
        if named:
            rest = [named[1], *cells[at + 1 :]]
            return meter(next((c for c in rest if c.strip()), None), line)
    return None


def _exported(cells, line):
    for cell in cells:
        if said := _EXPORTED.search(plain(cell)):
            number, month, year = map(int, said.groups())
            return calendar_day(year, month, number, line, cell)
    return None


def _midnight(day):
    """The local midnight at which the day of the export starts: its hour is not said."""
    return utc(datetime(day.year, day.month, day.day, tzinfo=PARIS))


def _figures(cells, columns, notes, line):
    def cell(name):
        return _cell(cells, columns.get(name))

    return {
        "m3": figure(cell("m3"), "m3", line),
        "kwh": figure(cell("kwh"), "kwh", line),
        "coefficient": figure(cell("coefficient"), "coefficient", line),
        "indexStart": figure(cell("indexStart"), "index", line),
        "indexEnd": figure(cell("indexEnd"), "index", line),
        "celsius": celsius(cell("celsius"), line),
        "quality": quality(cell("quality"), notes, line),
    }


def _span(text, line):
    """A gas day, or (first, the one after the last, nature) of a week or month."""
    said = plain(text)
    if found := _DAY.fullmatch(said):
        return _date(found.groups(), line, text)
    if _SERIAL.fullmatch(said):
        return _serial(said, line, text)
    if found := _WEEK.fullmatch(said):
        first, last = _date(found.groups()[:3], line, text), _date(found.groups()[3:], line, text)
        return first, last + timedelta(days=1), "weekly"
    found = _MONTH.fullmatch(said)
    if found and found[1] in MONTHS:
        first = calendar_day(int(found[2]), MONTHS[found[1]], 1, line, text)
        return first, (first + timedelta(days=32)).replace(day=1), "monthly"
    raise BadFile("bad-time", line=line, text=text[:40])


def _serial(said, line, text):
    found = date(1899, 12, 30) + timedelta(days=int(float(said)))
    return calendar_day(found.year, found.month, found.day, line, text)


def _date(parts, line, text):
    number, month, year = map(int, parts)
    return calendar_day(year, month, number, line, text)


def _cell(cells, at):
    return cells[at].strip() if at is not None and at < len(cells) else ""
