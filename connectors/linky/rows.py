"""Rows of a file as (line, cells), whether it is text or a spreadsheet; columns by their names."""

import csv
import unicodedata

from domicile import BadFile, Workbook

ZIP = b"PK\x03\x04"
SHOWN = 60


class Rows:
    """`peek(n)` looks at the first rows; iterating gives all; `sheet` is "" for text."""

    def __init__(self, lines, sheet=""):
        self._lines, self._held, self.sheet = iter(lines), [], sheet

    def peek(self, count=12):
        while len(self._held) < count:
            row = next(self._lines, None)
            if row is None:
                break
            self._held.append(row)
        return self._held[:count]

    def __iter__(self):
        while self._held:
            yield self._held.pop(0)
        yield from self._lines


def is_zip(file):
    return file.head(4) == ZIP


def tables(file):
    """(creation date or None, list of Rows): one for a text file, one a sheet for a spreadsheet."""
    if not is_zip(file):
        return None, [Rows(text_rows(file.text()))]
    book = Workbook(file.opened())
    return book.created(), [Rows(book.rows(sheet), sheet) for sheet in book.sheets]


def text_rows(text):
    """Rows of semicolon-separated text that are not blank. Quotes only where a cell starts."""
    for line, row in enumerate(text.splitlines(), 1):
        if '"' in row:
            try:
                yield line, next(csv.reader([row], delimiter=";", strict=True))
            except (csv.Error, StopIteration):
                raise BadFile("bad-line", line=line, text=row[:SHOWN]) from None
        elif row.strip("; \t"):
            yield line, row.split(";")


def plain(text):
    """A column's name without accents, case and double spaces, to compare."""
    letters = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).lower().split())


def columns(cells):
    """{plain name: position} of a header's cells."""
    return {plain(cell): at for at, cell in enumerate(cells) if cell.strip()}


def cell(cells, at):
    """A cell's text, "" beyond the end of a short row or for a column that there is not."""
    return cells[at].strip() if at is not None and at < len(cells) else ""


def shown(cells):
    """The start of a row, for a sentence."""
    return ";".join(cells)[:SHOWN]
