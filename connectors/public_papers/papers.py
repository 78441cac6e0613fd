"""What the fields of a 2D-Doc say, as records. A kind of paper that nobody has described is not guessed."""

import re
from datetime import date

from domicile import BadFile

AMOUNT = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,2})?")
PARTS = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?")
PROOFS = {"00": "specific", "01": "invoice", "02": "housing-tax"}
TAX = ("28", "04")


def record_of(code, line):
    """One record. BadFile for a kind of paper that is not read here, or a field that makes no sense."""
    if code["kind"] in TAX:
        found = _tax_notice(code, line)
    elif code["kind"] in PROOFS:
        found = _proof_of_address(code, line)
    else:
        raise BadFile("2ddoc-kind", line=line, found=code["kind"])
    found["issuedOn"] = _iso(code["issued"])
    found["signedOn"] = _iso(code["signed_on"])
    found["seal"] = {
        "certificate": code["certificate"],
        "signed": code["signed"],
        "signature": code["signature"].hex(),
    }
    return {name: value for name, value in found.items() if value is not None}


def _tax_notice(code, line):
    fields = code["fields"]
    declarants = [
        {"name": _text(fields.get(name)), "taxNumber": fields.get(number)}
        for name, number in (("46", "47"), ("48", "49"))
        if fields.get(name) or fields.get(number)
    ]
    return {
        "type": "TaxNotice",
        "number": _need(fields, "44", line).strip(),
        "incomeYear": _year(_need(fields, "45", line), line),
        "referenceIncome": _amount(_need(fields, "41", line), "41", line),
        "parts": _matched(PARTS, _need(fields, "43", line), "43", line),
        "assessedOn": _date(fields.get("4A"), "4A", line),
        "netTax": _amount(fields.get("4V"), "4V", line),
        "due": _amount(fields.get("4W"), "4W", line),
        "withheld": _amount(fields.get("4X"), "4X", line),
        "address": _text(fields.get("4Y")) or _address(fields, "6S", "6T", "6U", "6V", "6W", "6X"),
        "declarants": declarants,
    }


def _proof_of_address(code, line):
    fields = code["fields"]
    name = _text(fields.get("10")) or _address(fields, "11", "12", "13")
    if name is None:
        raise BadFile("2ddoc-missing", line=line, field="10")
    return {
        "type": "ProofOfAddress",
        "paper": PROOFS[code["kind"]],
        "name": name,
        "address": _address(fields, "20", "21", "22", "23"),
        "postalCode": _need(fields, "24", line),
        "locality": _text(fields.get("25")),
        "country": fields.get("26"),
        "number": _text(fields.get("18")),
        "amount": _amount(fields.get("1D"), "1D", line),
    }


def _need(fields, name, line):
    if not fields.get(name):
        raise BadFile("2ddoc-missing", line=line, field=name)
    return fields[name]


def _text(value):
    """Words as they are printed: `/` stands between the parts of a name or of an address."""
    words = " ".join((value or "").replace("/", " ").split())
    return words or None


def _address(fields, *names):
    return ", ".join(filter(None, (_text(fields.get(name)) for name in names))) or None


def _amount(value, name, line):
    """A decimal as text, never a float."""
    return _matched(AMOUNT, value, name, line) if value else None


def _matched(pattern, value, name, line):
    if not pattern.fullmatch(value.strip()):
        raise BadFile("2ddoc-value", line=line, field=name, text=value[:20])
    return value.strip().replace(",", ".")


def _year(value, line):
    if not (value.isascii() and value.isdigit() and 1990 <= int(value) <= 2100):
        raise BadFile("2ddoc-value", line=line, field="45", text=value[:20])
    return int(value)


def _date(value, name, line):
    """DDMMYYYY."""
    if not value:
        return None
    try:
        return date(int(value[4:8]), int(value[2:4]), int(value[:2])).isoformat()
    except ValueError:
        raise BadFile("2ddoc-value", line=line, field=name, text=value[:20]) from None


def _iso(day):
    return day.isoformat() if day else None
