"""Cells of receipts: days, hours, amounts, quantities and barcodes as tables and shops write them."""

import csv
import io
import re
import unicodedata
from datetime import date
from decimal import Decimal

from domicile import BadFile

MOST_COLUMNS = 60
UNITS = {"kg": "kg", "kilo": "kg", "kilos": "kg", "g": "g", "gr": "g", "l": "L", "litre": "L", "litres": "L",
         "ml": "mL", "piece": "piece", "pieces": "piece", "pce": "piece", "u": "piece", "unite": "piece",
         "x": "piece", "unit": "piece", "pc": "piece", "st": "piece"}  # fmt: skip
_JUNK = re.compile(r"[\s\u00a0\u202f'’]|€|\$|£|CHF|EUR|USD|GBP")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{0,6})?|\.[0-9]{1,6}")
_DAY = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})")
_CLOCK = re.compile(r"(?:^|[ T])(\d{1,2})[:hH](\d{2})")


def plain(text):
    """Lower case without accents or marks: what names and labels are compared by."""
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


def number(value):
    """A signed Decimal of text or a JSON number; None for nothing. ValueError for no number."""
    if value is None or isinstance(value, bool):
        return None
    bare = _JUNK.sub("", str(value).replace("\u2212", "-"))
    if not bare:
        return None
    minus, bare = bare.startswith("-"), bare.lstrip("+-")
    if "," in bare and "." in bare:
        last = max(bare.rfind(","), bare.rfind("."))
        bare = bare[:last].replace(",", "").replace(".", "") + "." + bare[last + 1 :]
    bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        raise ValueError(f"not a number: {str(value)[:40]!r}")
    return -Decimal(bare) if minus else Decimal(bare)


def money(value):
    return None if value is None else f"{value:.2f}"


def quantity(value):
    """A positive quantity as records have it; None where there is none or it says nothing."""
    return None if value is None or value <= 0 else f"{round(value, 4).normalize():f}"


def day(text):
    """ISO text; days first, as here. ValueError for no day, or one before 2000."""
    found = _DAY.search(str(text))
    if not found:
        raise ValueError(f"not a day: {str(text)[:40]!r}")
    one, two, three = (int(part) for part in found.groups())
    year, month, number_ = (one, two, three) if len(found[1]) == 4 else (three, two, one)
    made = date(year + (2000 if year < 100 else 0), month, number_)
    if not 2000 <= made.year < 2100:
        raise ValueError("out of range")
    return made.isoformat()


def clock(text):
    """HH:MM, or None."""
    found = _CLOCK.search(str(text))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return f"{int(found[1]):02}:{found[2]}"


def ean(value):
    """Thirteen digits whose check digit is right (GS1 General Specifications, 7.9), of an EAN-13, an EAN-8
    or a UPC-A; None of nothing. ValueError for what is none."""
    digits = re.sub(r"[\s-]", "", "" if value is None else str(value))
    if not digits:
        return None
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,13}", digits):
        raise ValueError("not a barcode")
    digits = digits.zfill(13)
    total = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(digits[:12]))
    if (10 - total) % 10 != int(digits[12]):
        raise ValueError("its check digit is wrong")
    return digits
