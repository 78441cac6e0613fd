"""The text of a 2D-Doc: header, fields and signature, taken apart and not yet understood.

Spécifications techniques des codes à barres 2D-Doc, version 3.1.3 (ANTS, 2021).
"""

import base64
import binascii
from datetime import date, timedelta

from domicile import BadFile

GS, RS, US = "\x1d", "\x1e", "\x1f"  # ends a field; ends one that was cut short; ends the message
# How people write what cannot be printed.
WRITTEN = {"<GS>": GS, "<RS>": RS, "<US>": US, "␝": GS, "␞": RS, "␟": US}
EPOCH = date(2000, 1, 1)
HEADERS = {"02": 22, "03": 24, "04": 26}
SIGNATURE = 64  # bytes: r and s of ECDSA over P-256
MOST = 8000  # characters: a DataMatrix holds 2,335 letters
FIELDS = 200

# A field of a fixed length has no separator; every other one has.
FIXED = {
    "06": 4, "07": 6, "08": 4, "09": 4, "0A": 9, "0B": 9, "0D": 36,
    "1C": 8, "1G": 1, "1H": 1, "24": 5, "26": 2, "2B": 5, "2D": 2,
    "40": 13, "44": 13, "45": 4, "47": 13, "49": 13, "4A": 8, "4B": 8, "4C": 8, "4F": 15,
    "4P": 5, "4S": 4, "6W": 5, "6Y": 2,
}  # fmt: skip


def take_apart(text, line):
    """{"version", "certificate", "issued", "signed_on", "kind", "perimeter", "country", "fields",
    "cut", "signed", "signature"}: dates or None, fields by id in the order found.

    BadFile where the text is not a whole 2D-Doc.
    """
    for written, sign in WRITTEN.items():
        text = text.replace(written, sign)
    if len(text) > MOST:
        raise BadFile("2ddoc-long", line=line)
    message, mark, signature = text.partition(US)
    if not mark:
        raise BadFile("2ddoc-cut", line=line)
    version = message[2:4]
    if message[:2] != "DC" or version not in HEADERS:
        raise BadFile("2ddoc-version", line=line, found=message[:4])
    size = HEADERS[version]
    head = message[:size]
    if len(head) < size or not (head.isascii() and head.isalnum()):
        raise BadFile("2ddoc-header", line=line)
    fields, cut = _fields(message[size:], line)
    return {
        "version": version,
        "certificate": head[4:12],
        "issued": _day(head[12:16], line),
        "signed_on": _day(head[16:20], line),
        "kind": head[20:22],
        "perimeter": head[22:24] or "01",
        "country": head[24:26] or "FR",
        "fields": fields,
        "cut": cut,
        "signed": message,
        "signature": _signature(signature.strip(), line),
    }


def _fields(rest, line):
    """The fields by id, and the ids of those whose value was cut short to fit into the code."""
    fields, cut = {}, []
    while rest:
        name = rest[:2]
        if len(name) < 2 or not (name.isascii() and name.isalnum()):
            raise BadFile("2ddoc-field", line=line, field=repr(name)[:20])
        if name in fields or len(fields) >= FIELDS:
            raise BadFile("2ddoc-field", line=line, field=name)
        if size := FIXED.get(name):
            value, rest = rest[2 : 2 + size], rest[2 + size :]
            if len(value) < size or GS in value or RS in value:
                raise BadFile("2ddoc-field", line=line, field=name)
            rest = rest.removeprefix(GS)  # some issuers write one all the same
        else:
            value, end, rest = _until_separator(rest[2:])
            if end == RS:
                cut.append(name)
        fields[name] = value
    return fields, cut


def _until_separator(text):
    for at, sign in enumerate(text):
        if sign in (GS, RS):
            return text[:at], sign, text[at + 1 :]
    return text, "", ""


def _day(text, line):
    """A date as days since 2000-01-01 in hexadecimal; `FFFF` says that there is none."""
    if text == "FFFF":
        return None
    try:
        return EPOCH + timedelta(days=int(text, 16))
    except ValueError:
        raise BadFile("2ddoc-header", line=line) from None


def _signature(text, line):
    """Base 32 without its padding."""
    text = text.rstrip("=")
    try:
        found = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != SIGNATURE:
        raise BadFile("2ddoc-signature", line=line)
    return found
