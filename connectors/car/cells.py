"""Cells of a CSV file: sections, days, amounts and units as apps and people write them."""

import csv
import io
import re
import unicodedata
from datetime import date
from decimal import Decimal

from domicile import BadFile

MOST_COLUMNS = 60
KM_A_MILE = Decimal("1.609344")
LITRES = {"l": Decimal(1), "gal": Decimal("3.785411784"), "gal us": Decimal("3.785411784"),
          "us gallon": Decimal("3.785411784"), "gal uk": Decimal("4.54609"),
          "uk gallon": Decimal("4.54609")}  # fmt: skip
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "CHF": "CHF"}
_JUNK = re.compile(r"[\s\u00a0\u202f'’]|€|\$|£|CHF|EUR|USD|GBP|km|kWh|\bL\b")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{0,6})?|\.[0-9]{1,6}")
_DAY = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})")
_CLOCK = re.compile(r"(?:^|[ T])(\d{1,2})[:hH](\d{2})")
_MARK = re.compile(r"^(?:#+ ?(\S.*)|(Metadata|Vehicles|[A-Z][\w-]+ Records))$")
_CALLED = {"reabastecimiento": "refuelling"}


def plain(text):
    """Lower case without accents or marks: what headers are compared by."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", flat))


def rows(text):
    """(line, cells) of each row that has any. BadFile for cells without an end."""
    head = "\n".join(text.splitlines()[:40])
    mark = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells[:MOST_COLUMNS]]
    except csv.Error:
        raise BadFile("bad-line", line=reader.line_num) from None


def sections(text):
    """(name in lower case, its rows) of each section; what stands before the first has none."""
    found, name = [], ""
    try:
        for line, cells in rows(text):
            mark = _MARK.match(cells[0]) if not any(cells[1:]) else None
            if mark:
                name = (mark[1] or mark[2]).strip().lower()
                found.append((_CALLED.get(name, name), []))
            elif found:
                found[-1][1].append((line, cells))
    except BadFile:
        if not found:
            return []
        raise
    return found


def number(text):
    """A Decimal; of a comma and a point the last is the decimal mark, a comma alone too (1,759 €/L). None
    for an empty cell, ValueError for no number."""
    bare = _JUNK.sub("", text)
    if not bare:
        return None
    if "," in bare and "." in bare:
        last = max(bare.rfind(","), bare.rfind("."))
        bare = bare[:last].replace(",", "").replace(".", "") + "." + bare[last + 1 :]
    bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        raise ValueError(f"not a number: {text[:40]!r}")
    return Decimal(bare)


def thousands(text):
    """A number of an app that writes in English: a comma groups."""
    return number(text.replace(",", ""))


def written(value, places=4):
    """A number as records have it; None stays."""
    return None if value is None else f"{round(value, places).normalize():f}"


def money(value):
    return None if value is None else f"{value:.2f}"


def currency(texts):
    """What the signs beside amounts say, else euros."""
    said = {code for text in texts for sign, code in CURRENCIES.items() if sign in text}
    return said.pop() if len(said) == 1 else "EUR"


def day(text, month_first=False):
    """ISO text. ValueError for no day, or one before 1990."""
    found = _DAY.search(text)
    if not found:
        raise ValueError(f"not a day: {text[:40]!r}")
    one, two, three = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        year, month, number_ = one, two, three
    else:
        year, month, number_ = three, *((one, two) if month_first else (two, one))
    year += 2000 if year < 100 else 0
    made = date(year, month, number_)
    if not 2000 <= made.year < 2100:
        raise ValueError("out of range")
    return made.isoformat()


def clock(text):
    """HH:MM, or None."""
    found = _CLOCK.search(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return f"{int(found[1]):02}:{found[2]}"
