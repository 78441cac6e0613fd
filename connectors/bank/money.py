"""Amounts as decimals and days as ISO text; never a float."""

import re
from datetime import date
from decimal import Decimal

_PLAIN = re.compile(r"[0-9]{1,13}(\.[0-9]{0,6})?|\.[0-9]{1,6}")
_JUNK = re.compile(r"[\s\u00a0\u202f\u2009'’€]|EUR|USD|GBP|CHF")
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-"})


def amount(text, mark=","):
    """A Decimal; `mark` is the decimal mark, the other one groups. ValueError for no amount."""
    plain = _JUNK.sub("", text.translate(_SIGNS))
    sign = ""
    if plain[:1] in ("+", "-"):
        sign, plain = plain[0], plain[1:]
    elif plain[-1:] in ("+", "-"):
        sign, plain = plain[-1], plain[:-1]
    plain = plain.replace("." if mark == "," else ",", "").replace(mark, ".")
    if not _PLAIN.fullmatch(plain):
        raise ValueError(f"not an amount: {text[:40]!r}")
    return -Decimal(plain) if sign == "-" else Decimal(plain)


def decimal_mark(texts, default):
    """ "," or ".": the mark that stands before the last digits, where these are not three."""
    for text in texts:
        plain = _JUNK.sub("", text).rstrip("+-")
        at = max(plain.rfind(","), plain.rfind("."))
        if at >= 0 and (len(plain) - at - 1 != 3 or ({",", "."} <= set(plain))):
            return plain[at]
    return default


def written(value):
    """An amount as records have it."""
    return f"{value:f}"


def day(year, month, number):
    """ISO text; ValueError for no day, or one before 2000."""
    found = date(int(year), int(month), int(number))
    if not 2000 <= found.year < 2100:
        raise ValueError("out of range")
    return found.isoformat()


def compact_day(text):
    """Of YYYYMMDD and what may follow."""
    return day(text[:4], text[4:6], text[6:8])


def french_iban(bank, branch, number):
    """The IBAN of a French account (bank and branch code, number), or None. Letters count as in the
    key of a RIB: A-I 1-9, J-R 1-9, S-Z 2-9."""
    if not (re.fullmatch(r"[0-9]{5}", bank) and re.fullmatch(r"[0-9]{5}", branch)):
        return None
    if not re.fullmatch(r"[0-9A-Z]{11}", number):
        return None
    digits = "".join(
        c if c.isdigit() else str((ord(c) - 65) % 9 + 1 if c < "S" else ord(c) - 83 + 2)
        for c in number
    )
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(digits)) % 97
    bban = f"{bank}{branch}{number}{key:02d}"
    return f"FR{98 - int(_numeric(bban + 'FR00')) % 97:02d}{bban}"


def is_iban(text):
    """Whether the check digits are right (ISO 13616)."""
    plain = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", plain):
        return False
    return int(_numeric(plain[4:] + plain[:4])) % 97 == 1


def _numeric(text):
    return "".join(c if c.isdigit() else str(ord(c) - 55) for c in text)
