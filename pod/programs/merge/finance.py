"""Bank accounts: `/finance/ACCOUNT/2026-03.ttl` for a month's transactions and balances,
`/finance/ACCOUNT/account.ttl` for the account itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pod.model import Json
from pod.programs.merge.categories import Rules, categorise, rules
from pod.programs.merge.check import DAY, line, match
from pod.programs.merge.electricity import slug
from pod.programs.merge.items import Field, Item, Items, Part, Ranks, Settled, Shape, item
from pod.programs.merge.model import Change, Document, Family, Found, Ground, Source
from pod.programs.merge.same import settle, variants
from pod.rdf.terms import DOM, SCHEMA, XSD

HOME = "/finance/"
UNKNOWN = "unknown-account"
RULES = HOME + "categories.ttl"

_AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,6})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ACCOUNT = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./_*+-]{0,49}")
_SCHEME = re.compile(r"[a-z][a-z0-9-]{0,19}")
STATUSES = frozenset({"booked", "pending"})
BALANCES = frozenset({"opening", "closing", "available", "current"})

AMOUNT = Part(SCHEMA.amount, SCHEMA.MonetaryAmount, "amount")
PAYEE = Part(SCHEMA.recipient, SCHEMA.Thing, "recipient")
PAYER = Part(SCHEMA.sender, SCHEMA.Thing, "sender")

MONEY = (
    Field("amount", SCHEMA.value, XSD.decimal, AMOUNT),
    Field("currency", SCHEMA.currency, part=AMOUNT),
)
TO_ACCOUNT = Field("account", DOM.account, "")
TRANSACTION = Shape(
    types=(DOM.Transaction, SCHEMA.MoneyTransfer),
    fields=(
        Field("date", DOM.bookingDate, XSD.date),
        Field("valueDate", DOM.valueDate, XSD.date),
        *MONEY,
        Field("description", SCHEMA.description),
        Field("recipient", SCHEMA.name, part=PAYEE),
        Field("recipientAccount", SCHEMA.identifier, part=PAYEE),
        Field("sender", SCHEMA.name, part=PAYER),
        Field("senderAccount", SCHEMA.identifier, part=PAYER),
        Field("scheme", DOM.referenceScheme),
        Field("reference", SCHEMA.identifier),
        Field("status", DOM.status),
        Field("occurrence", DOM.occurrence, XSD.integer),
    ),
    must=("date", "amount", "currency", "scheme"),
    figures=("status",),
    superseded=DOM.SupersededTransaction,
    derived=(TO_ACCOUNT, Field("category", DOM.category, "")),
)
BALANCE = Shape(
    types=(DOM.Balance,),
    fields=(
        Field("date", DOM.day, XSD.date),
        Field("kind", DOM.balanceKind),
        *MONEY,
    ),
    must=("date", "amount", "currency", "kind"),
    figures=("amount",),
    derived=(TO_ACCOUNT,),
)
ACCOUNT = Shape(
    types=(DOM.Account, SCHEMA.BankAccount),
    fields=(
        Field("number", SCHEMA.identifier),
        Field("name", SCHEMA.name),
        Field("bank", DOM.bank),
        Field("owner", DOM.holder),
        Field("currency", SCHEMA.currency),
    ),
)

Record = tuple[str, Item]  # the account's number, what is said


def account_folder(account: str) -> str:
    """The container of an account's documents."""
    return f"{HOME}{slug(account.replace(' ', '')) or UNKNOWN}/"


def money(value: Any) -> str:
    """An amount in its one spelling: two decimals, or as many more as it has. Text, never a float."""
    found = Decimal(match(_AMOUNT, value))
    places = max(2, -int(found.normalize().as_tuple().exponent))
    text = f"{found:.{places}f}"
    return text.removeprefix("-") if not found else text


def _transaction(record: Json) -> Record:
    amount = money(record["amount"])
    currency = match(_CURRENCY, record["currency"])
    status = record.get("status") or "booked"
    if status not in STATUSES:
        raise ValueError("status is not known")
    side = "recipient" if amount.startswith("-") else "sender"
    other = record.get("counterpartyAccount")
    values = {
        "date": _day(record["date"]),
        "valueDate": _day(record["valueDate"]) if record.get("valueDate") else None,
        "amount": amount,
        "currency": currency,
        "description": line(record.get("description")),
        side: line(record.get("counterparty"), 140),
        f"{side}Account": _number(other) if other else None,
        "scheme": match(_SCHEME, record["scheme"]),
        "reference": line(record.get("reference"), 140),
        "status": "pending" if status == "pending" else None,
    }
    fragment = f"{values['date']}-{amount}-{currency}"
    return _account_of(record), item(TRANSACTION, fragment, values)


def _balance(record: Json) -> Record:
    kind = record["kind"]
    if kind not in BALANCES:
        raise ValueError("kind of balance is not known")
    currency = match(_CURRENCY, record["currency"])
    day = _day(record["date"])
    values = {"date": day, "kind": kind, "amount": money(record["amount"]), "currency": currency}
    return _account_of(record), item(BALANCE, f"{kind}-{day}-{currency}", values)


def _account(record: Json) -> Record:
    number = _account_of(record)
    currency = record.get("currency")
    values = {
        "number": number,
        "name": line(record.get("name"), 140),
        "bank": line(record.get("bank"), 140),
        "owner": line(record.get("owner"), 140),
        "currency": match(_CURRENCY, currency) if currency else None,
    }
    return number, item(ACCOUNT, "account", values)


def _day(value: Any) -> str:
    return date.fromisoformat(match(DAY, value)).isoformat()


def _account_of(record: Json) -> str:
    return _number(record["account"]) if record["account"] is not None else ""


def _number(value: Any) -> str:
    return re.sub(r"\s", "", match(_ACCOUNT, value)).upper()


def _place(records: Sequence[Record], ground: Ground) -> dict[str, list[Item]]:
    placed: dict[str, list[Item]] = {}
    told = {number for number, one in records if one.shape is ACCOUNT}
    for number, one in records:
        name = "account" if one.shape is ACCOUNT else one.get("date")[:7]
        placed.setdefault(f"{account_folder(number)}{name}.ttl", []).append(one)
        if number not in told:
            told.add(number)
            own = item(ACCOUNT, "account", {"number": number})
            placed.setdefault(f"{account_folder(number)}account.ttl", []).append(own)
    found = {
        path: [*variants([i for i in items if i.shape is TRANSACTION])]
        + [i for i in items if i.shape is not TRANSACTION]
        for path, items in placed.items()
    }
    return {path: [*items, *_ahead(path, found)] for path, items in found.items()} | {
        before: _ahead(before, found)
        for before in map(_before, found)
        if before and before not in found and _waits(ground.existing(before))
    }


def _ahead(path: str, placed: Mapping[str, list[Item]]) -> list[Item]:
    """What the same file has of the next month: it may be what is pending in this one."""
    return [one for one in placed.get(_after(path), []) if one.shape is TRANSACTION]


def _waits(body: bytes | None) -> bool:
    """Whether a stored document may hold something pending."""
    return b'"pending"' in (body or b"")


def _after(path: str) -> str:
    return _beside(path, 1)


def _before(path: str) -> str:
    return _beside(path, -1)


def _beside(path: str, step: int) -> str:
    """The document of the month `step` months away; "" for what is not a month's."""
    folder, _, name = path.rpartition("/")
    year, dash, month = name.removesuffix(".ttl").partition("-")
    if not dash:
        return ""
    place = int(year) * 12 + int(month) - 1 + step
    return f"{folder}/{place // 12:04}-{place % 12 + 1:02}.ttl"


def _open(path: str, body: bytes | None, ground: Ground) -> Document:
    if path.endswith("/account.ttl"):
        return Items(path, body, [ACCOUNT])
    return Month(path, body, rules(RULES, ground.existing(RULES)), ground)


class Month(Items):
    """The transactions and balances of an account in one month. What is pending at its end may be
    booked in the next one, which `ground` has."""

    def __init__(self, path: str, body: bytes | None, learnt: Rules, ground: Ground) -> None:
        self._next, self._ground = _after(path), ground
        self._ahead: Sequence[Item] = ()

        def derive(one: Item) -> dict[str, str]:
            found = {"account": "account.ttl#account"}
            if one.shape is TRANSACTION:
                found["category"] = str(DOM[categorise(one, learnt)])
            return found

        def settled(items: Sequence[Item], rank: Ranks) -> Settled:
            return settle(items, rank, self._ahead)

        super().__init__(path, body, [TRANSACTION, BALANCE], settled, derive)

    def join(self, parts: Iterable[Item], source: Source) -> tuple[list[Change], int]:
        own: list[Item] = []
        later: list[Item] = []
        month = self._next[-11:-4]
        for part in parts:
            (later if self._next and part.get("date").startswith(month) else own).append(part)
        if _waits(self._body) or any(part.get("status") for part in own):
            stored = self._ground.existing(self._next)
            following = Items(self._next, stored, [TRANSACTION, BALANCE], settle)
            following.join(later, source)
            self._ahead = following.counted
        return super().join(own, source)


def _count(records: Sequence[Record], ground: Ground, found: Found) -> None:
    """Transactions, the period, and for each account and currency what came in and went out."""
    sums: dict[tuple[str, str], Json] = {}
    for number, one in records:
        if one.shape is ACCOUNT:
            continue
        day = one.get("date")
        found.reach(day, day)
        if one.shape is not TRANSACTION:
            continue
        found.readings += 1
        currency = one.get("currency")
        facts = sums.setdefault(
            (number, currency),
            {"account": number or None, "currency": currency, "transactions": 0, "pending": 0}
            | {"in": Decimal(0), "out": Decimal(0), "from": day, "to": day},
        )
        facts["from"], facts["to"] = min(facts["from"], day), max(facts["to"], day)
        amount = Decimal(one.get("amount"))
        facts["pending" if one.get("status") else "transactions"] += 1
        if not one.get("status"):
            facts["in" if amount > 0 else "out"] += amount
    found.facts["accounts"] = [
        {**facts, "in": f"{facts['in']:.2f}", "out": f"{facts['out']:.2f}"}
        for facts in sums.values()
    ]


FAMILY = Family(
    home=HOME,
    classes=("Transaction", "Balance", "Account"),
    types={"Transaction": _transaction, "Balance": _balance, "Account": _account},
    place=_place,
    open=_open,
    count=_count,
)
