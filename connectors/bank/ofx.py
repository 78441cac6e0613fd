"""OFX 1 (SGML: values have no end tag) and OFX 2 (XML): one reader of tags for both.

https://financialdataexchange.org/ofx: aggregates always have an end tag, elements may. Nothing is
expanded: no entity is known but the five of XML.
"""

import re
from datetime import time
from html import unescape

from domicile import BadFile
from money import amount, compact_day, french_iban
from statement import Statement

_TAG = re.compile(r"<(/?)([A-Za-z0-9.]{1,40})>([^<\r\n]*)")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6});")
AGGREGATES = {"STMTRS": "statement", "CCSTMTRS": "statement"}


def recognise(text):
    return bool(
        re.match(r"\s*(OFXHEADER\s*:|<\?xml[^>]*>\s*(<\?OFX|<OFX)|<\?OFX|<OFX>)", text, re.I)
    )


def read(file, notes):
    """(statements, exported). BadFile for a file that ends in the middle of a transaction."""
    text = file.text()
    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise BadFile("xml-entities")
    reader = _Reader(notes)
    for found in _TAG.finditer(text):
        end, tag, value = found[1], found[2].upper(), found[3].strip()
        reader.tag(tag, bool(end), value, found.start(), text)
    if reader.open is not None or not re.search(r"</OFX\s*>", text, re.I):
        raise BadFile("cut-short", line=text.count("\n") + 1)
    if not reader.statements:
        raise BadFile("no-statement", line=1)
    return reader.statements, reader.exported


class _Reader:
    def __init__(self, notes):
        self.notes, self.statements, self.exported = notes, [], None
        self.open = self.account = self.balance = self.other = None

    def tag(self, tag, end, value, at, text):
        if end:
            self._end(tag, at, text)
        elif not value:
            self._begin(tag)
        else:
            self._value(tag, _ENTITY.sub(lambda m: unescape(m[0]), value))

    def _begin(self, tag):
        if tag in AGGREGATES:
            self.statements.append(Statement())
        elif tag == "STMTTRN":
            self.open = {}
        elif tag in ("BANKACCTFROM", "CCACCTFROM") and self.open is None:
            self.account = {}
        elif tag in ("BANKACCTTO", "CCACCTTO") and self.open is not None:
            self.other = {}
        elif tag in ("LEDGERBAL", "AVAILBAL"):
            self.balance = {}

    def _value(self, tag, value):
        for held in (self.other, self.open, self.balance, self.account):
            if held is not None:
                held.setdefault(tag, value)
                return
        if tag == "DTSERVER" and re.match(r"20[0-9]{6}", value):
            self.exported = _instant(value)
        elif tag == "CURDEF" and self.statements and re.fullmatch("[A-Z]{3}", value):
            self.statements[-1].currency = value

    def _end(self, tag, at, text):
        if tag == "STMTTRN" and self.open is not None:
            held, self.open, self.other = self.open, None, self.other
            self._transaction(held, lambda: text.count("\n", 0, at) + 1)
            self.other = None
        elif tag in ("BANKACCTFROM", "CCACCTFROM") and self.account is not None:
            if self.statements:
                self.statements[-1].account = number(self.account)
            self.account = None
        elif tag in ("LEDGERBAL", "AVAILBAL") and self.balance is not None:
            held, self.balance = self.balance, None
            self._balance("closing" if tag == "LEDGERBAL" else "available", held)

    def _transaction(self, held, line):
        if not self.statements:
            raise BadFile("no-statement", line=line())
        try:
            value = amount(held["TRNAMT"], "," if "," in held["TRNAMT"] else ".")
            when = compact_day(held["DTPOSTED"])
        except (KeyError, ValueError):
            raise BadFile("bad-transaction", line=line(), text=str(held)[:60]) from None
        name, memo = held.get("NAME", ""), held.get("MEMO", "")
        facts = {"description": " ".join(dict.fromkeys(t for t in (name, memo) if t))}
        if held.get("FITID"):
            facts["reference"] = held["FITID"]
        if name:
            facts["counterparty"] = name
        if self.other and number(self.other):
            facts["counterpartyAccount"] = number(self.other)
        if re.fullmatch("[A-Z]{3}", held.get("CURSYM", "")) and "CURRATE" not in held:
            facts["currency"] = held["CURSYM"]
        self.statements[-1].add(when, value, **facts)

    def _balance(self, kind, held):
        try:
            value = amount(held["BALAMT"], "," if "," in held["BALAMT"] else ".")
            when = compact_day(held["DTASOF"])
        except (KeyError, ValueError):
            self.notes.add("balance-unreadable")
            return
        if self.statements:
            statement = self.statements[-1]
            statement.balances.append((kind, when, statement.currency, value))


def _instant(value):
    """YYYYMMDDHHMMSS as an instant, or None. The zone that may follow is left aside: hours do not
    change which of two exports is the newer but on one day."""
    clock = re.match(r"[0-9]{8}([0-9]{2})([0-9]{2})([0-9]{2})", value)
    try:
        hours = time(*map(int, clock.groups())) if clock else time()
        return f"{compact_day(value)}T{hours.isoformat()}Z"
    except ValueError:
        return None


def number(held):
    """The IBAN where the parts of a French account make one, else the account's number."""
    own = re.sub(r"[^0-9A-Za-z]", "", held.get("ACCTID", "")).upper()[:50]
    made = french_iban(held.get("BANKID", ""), held.get("BRANCHID", ""), own)
    return made or own or None
