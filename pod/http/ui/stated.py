"""What a public body's paper or answer says, as one sentence a statement."""

from __future__ import annotations

from typing import Any

from pod.http.texts import Texts
from pod.model import Json

EUROS = frozenset({"referenceIncome", "netTax", "resources", "amount"})
# What a sentence has a longer form for.
WITH = {"TaxNotice": "netTax", "Entitlement": "since", "JobSeeker": "end"}
DAYS = frozenset({"since", "start", "end", "paidOn", "issuedOn", "day"})


def sentences(texts: Texts, found: Json) -> list[str]:
    """One a statement, as many as an import keeps for its page."""
    return [_sentence(texts, told) for told in found.get("stated") or []]


def _sentence(texts: Texts, told: Json) -> str:
    key = f"stated-{told['type']}"
    if (more := WITH.get(told["type"])) in told:
        key += f"-{more}"
    facts = {name: _said(texts, name, value) for name, value in told.items()}
    sentence = texts(key, **_UNTOLD | facts)
    if seal := told.get("seal"):
        sentence += " " + texts(f"stated-signature-{seal}")
    return sentence


def _said(texts: Texts, name: str, value: Any) -> str:
    if name in EUROS:
        amount = float(value)  # to be shown, not to be reckoned with
        return texts.euros(amount, 0 if amount == int(amount) else 2)
    if name in DAYS:
        return texts.day(str(value))
    if name == "month":
        return texts.month(str(value))
    if name == "parts":
        return texts.number(float(value))
    if name == "right":
        return texts(f"stated-right-{value}")
    if name == "change":
        return texts(f"by-hand-change-{value}")
    if name == "surface":
        return texts.number(float(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:120]


# A message may name what a statement left out.
_UNTOLD = dict.fromkeys(
    (
        "incomeYear", "referenceIncome", "parts", "netTax", "name", "address", "postalCode",
        "locality", "issuedOn", "right", "entitled", "since", "value", "month", "persons",
        "provider", "children", "resources", "year", "benefit", "paidOn", "amount", "start",
        "end", "holder", "months", "step", "enrolled", "training", "institution", "status",
        "contract", "federation", "brand", "model", "fuelName", "co2", "number",
        "energyClass", "climateClass", "surface", "heating",
    ),
    "–",
)  # fmt: skip
