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
        statement = Statement((found.get("account") or {}).get("iban"))
        for entry, status in pairs:
            _entry(statement, entry, status)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadFile("json-damaged", text=str(error)[:60]) from None
    if found.get("_links", {}).get("next"):
        notes.add("more-pages")
    return [statement], None


def _entry(statement, entry, status):
    money = entry["transactionAmount"]
    value = amount(str(money["amount"]), ".")
    if "creditDebitIndicator" in entry:
        value = abs(value) if entry["creditDebitIndicator"] == "CRDT" else -abs(value)
    when = str(entry.get("bookingDate") or entry.get("valueDate") or entry.get("transactionDate"))
    facts = {"currency": str(money["currency"]), "description": _words(entry)}
    if re.fullmatch("20[0-9-]{8}", str(entry.get("valueDate"))):
        facts["valueDate"] = entry["valueDate"]
    reference = entry.get("entryReference") or entry.get("transactionId") or entry.get("resourceId")
    if reference:
        facts["reference"] = str(reference)
    if status:
        facts["status"] = status
    side = "creditor" if value < 0 else "debtor"
    if entry.get(f"{side}Name"):
        facts["counterparty"] = str(entry[f"{side}Name"])
    if (entry.get(f"{side}Account") or {}).get("iban"):
        facts["counterpartyAccount"] = str(entry[f"{side}Account"]["iban"])
    statement.add(day(when[:4], when[5:7], when[8:10]), value, **facts)


def _words(entry):
    said = (
        entry.get("remittanceInformation") or entry.get("remittanceInformationUnstructured") or ""
    )
    if isinstance(said, dict):
        said = said.get("unstructured") or said.get("structured") or ""
    return " ".join(map(str, said)) if isinstance(said, list) else str(said)
