"""camt.053 (and 052): ISO 20022 account statements, of any version: names are read without namespace.

https://www.iso20022.org/iso-20022-message-definitions. A document type or an entity is refused.
"""

import io
import re
from datetime import UTC, datetime
from xml.etree.ElementTree import ParseError, XMLPullParser

from domicile import BadFile
from money import amount, day
from statement import Statement

KINDS = {
    "OPBD": "opening",
    "PRCD": "opening",
    "CLBD": "closing",
    "CLAV": "available",
    "ITBD": "current",
}
STATEMENTS = ("Stmt", "Rpt")
DEPTH = 60
CHUNK = 1 << 16


def recognise(text):
    return (
        bool(re.search(r"<(\w+:)?(BkToCstmrStmt|BkToCstmrAcctRpt)\b", text))
        or "camt.05" in text[:2000]
    )


def read(file, notes):
    data = file.bytes()
    head = data[:200].lower()
    if b"<!doctype" in data[:4096].lower() or b"<!ENTITY" in data or b"\0" in head:
        raise BadFile("xml-entities")
    parser, statements, exported, depth = XMLPullParser(("start", "end")), [], None, 0
    source = io.BytesIO(data)
    try:
        while piece := source.read(CHUNK):
            parser.feed(piece)
            for event, item in parser.read_events():
                depth += 1 if event == "start" else -1
                if depth > DEPTH:
                    raise BadFile("xml-deep")
                if event == "end" and _name(item) in STATEMENTS:
                    statements.append(_statement(item, notes))
                    item.clear()
                elif event == "end" and _name(item) == "GrpHdr":
                    exported = _instant(_text(item, "CreDtTm"))
        parser.close()
    except ParseError as error:
        raise BadFile("xml-damaged", line=error.position[0]) from None
    except LookupError as error:  # an encoding that nobody knows
        raise BadFile("encoding", found=str(error)[:60]) from None
    if not statements:
        raise BadFile("no-statement", line=1)
    return statements, exported


def _statement(item, notes):
    account = _text(item, "Acct", "Id", "IBAN") or _text(item, "Acct", "Id", "Othr", "Id")
    currency = _text(item, "Acct", "Ccy")
    known = currency if re.fullmatch("[A-Z]{3}", currency) else None
    statement = Statement(re.sub(r"\s", "", account) or None, known)
    for name, path in (("owner", ("Acct", "Ownr", "Nm")), ("name", ("Acct", "Nm")),
                       ("bank", ("Acct", "Svcr", "FinInstnId", "Nm"))):  # fmt: skip
        if _text(item, *path):
            statement.facts[name] = _text(item, *path)
    for balance in _all(item, "Bal"):
        kind = KINDS.get(_text(balance, "Tp", "CdOrPrtry", "Cd"))
        when = _day(_one(balance, "Dt"))
        if kind and when:
            value, currency = _amount(balance)
            statement.balances.append((kind, when, currency, value))
            statement.currency = statement.currency or currency
    for entry in _all(item, "Ntry"):
        _entry(statement, entry, notes)
    if statement.currency is None:
        statement.currency = next((t["currency"] for t in statement.transactions), "EUR")
    return statement


def _entry(statement, entry, notes):
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    if status == "INFO":
        notes.add("information-only")
        return
    value, currency = _amount(entry)
    booked, valued = _day(_one(entry, "BookgDt")), _day(_one(entry, "ValDt"))
    if not booked:
        notes.add("no-booking-date", at=valued or "?")
        if not valued:
            raise BadFile("bad-transaction", text="no date")
    details = [t for d in _all(entry, "NtryDtls") for t in _all(d, "TxDtls")]
    facts = {"currency": currency, "description": _words(entry, details)}
    if valued:
        facts["valueDate"] = valued
    if status == "PDNG":
        facts["status"] = "pending"
    if _text(entry, "AcctSvcrRef"):
        facts["reference"] = _text(entry, "AcctSvcrRef")
    elif len(details) == 1 and _text(details[0], "Refs", "AcctSvcrRef"):
        facts["reference"] = _text(details[0], "Refs", "AcctSvcrRef")
    if len(details) == 1:
        side = "Cdtr" if value < 0 else "Dbtr"
        parties = _one(details[0], "RltdPties")
        name = _text(parties, side, "Nm") or _text(parties, side, "Pty", "Nm")
        number = _text(parties, f"{side}Acct", "Id", "IBAN")
        facts |= {k: v for k, v in (("counterparty", name), ("counterpartyAccount", number)) if v}
    statement.add(booked or valued, value, **facts)


def _words(entry, details):
    found = [t for d in details for t in _texts(_one(d, "RmtInf"), "Ustrd")]
    found = found or [_text(entry, "AddtlNtryInf")] + [_text(d, "AddtlTxInf") for d in details]
    found = [t for t in found if t] or [_text(d, "Refs", "EndToEndId") for d in details]
    return " ".join(found)[:300]


def _amount(item):
    found = _one(item, "Amt")
    try:
        value = amount((found.text or "").strip(), ".")
    except (ValueError, AttributeError):
        raise BadFile("bad-transaction", text="no amount") from None
    if _text(item, "CdtDbtInd") == "DBIT":
        value = -value
    currency = found.attrib.get("Ccy", "")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise BadFile("bad-transaction", text="no currency")
    return value, currency


def _day(item):
    text = _text(item, "Dt") or _text(item, "DtTm")
    try:
        return day(text[:4], text[5:7], text[8:10])
    except ValueError:
        return None


def _instant(text):
    try:
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the first and the last day there is, in another zone
        return None
    return found.strftime("%Y-%m-%dT%H:%M:%SZ") if found.year >= 2000 else None


def _name(item):
    return item.tag.rpartition("}")[2]


def _all(item, name):
    return [child for child in item if _name(child) == name] if item is not None else []


def _one(item, name):
    return next(iter(_all(item, name)), None)


def _text(item, *path):
    for name in path:
        item = _one(item, name)
    return "" if item is None else (item.text or "").strip()


def _texts(item, name):
    return [(child.text or "").strip() for child in _all(item, name)]
