"""Answers of bank interfaces kept as files: STET (`creditDebitIndicator`) and Berlin Group (`booked`).

STET amounts are unsigned by the standard, and one bank signs them too: the indicator says which way.
"""

import json
import re

from domicile import BadFile
from money import amount, day
from statement import Statement


def recognise(text):
    return text.lstrip()[:1] == "{" and '"transactionAmount"' in text


def read(file, notes):
    try:
        found = json.loads(file.text(("utf-8-sig",)))
        entries = found["transactions"]
        if isinstance(entries, dict):
            pairs = [(e, "") for e in entries.get("booked", ())]
            pairs += [(e, "pending") for e in entries.get("pending", ())]
        else:
            pairs = [(e, "" if e.get("status", "BOOK") == "BOOK" else "pending") for e in entries]
        statement = Statement(number((found.get("account") or {}).get("iban")))
        for entry, status in pairs:
            _entry(statement, entry, status)
        further = (found.get("_links") or {}).get("next")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadFile("json-damaged", text=str(error)[:60]) from None
    if further:
        notes.add("more-pages")
    return [statement], None


def _entry(statement, entry, status):
    money = entry["transactionAmount"]
    value = amount(str(money["amount"]), ".")
    if "creditDebitIndicator" in entry:
        value = abs(value) if entry["creditDebitIndicator"] == "CRDT" else -abs(value)
    when = str(entry.get("bookingDate") or entry.get("valueDate") or entry.get("transactionDate"))
    if not re.fullmatch("[A-Z]{3}", money["currency"]):
        raise ValueError("no currency")
    facts = {"currency": money["currency"], "description": _words(entry)}
    if entry.get("valueDate"):
        valued = str(entry["valueDate"])
        facts["valueDate"] = day(valued[:4], valued[5:7], valued[8:10])
    reference = entry.get("entryReference") or entry.get("transactionId") or entry.get("resourceId")
    if reference:
        facts["reference"] = str(reference)
    if status:
        facts["status"] = status
    side = "creditor" if value < 0 else "debtor"
    if entry.get(f"{side}Name"):
        facts["counterparty"] = str(entry[f"{side}Name"])
    if other := number((entry.get(f"{side}Account") or {}).get("iban")):
        facts["counterpartyAccount"] = other
    statement.add(day(when[:4], when[5:7], when[8:10]), value, **facts)


def number(given):
    """The number of an account, None for what is none."""
    return given if isinstance(given, str) and re.fullmatch("[0-9A-Za-z ]{4,50}", given) else None


def _words(entry):
    said = (
        entry.get("remittanceInformation") or entry.get("remittanceInformationUnstructured") or ""
    )
    if isinstance(said, dict):
        said = said.get("unstructured") or said.get("structured") or ""
    return " ".join(map(str, said)) if isinstance(said, list) else str(said)
