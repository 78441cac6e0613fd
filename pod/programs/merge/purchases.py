"""What was bought: `/purchases/2026-03.ttl`, a receipt and its lines, as a shop, a file or the owner says.

A receipt is the same in two files by its number, else by what stands on it; the newer file's counts, with its
lines alone. A product is told by its barcode; where a connector took it from a label, the line says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pod.model import Json
from pod.programs.merge.check import DAY, line, match
from pod.programs.merge.electricity import slug
from pod.programs.merge.finance import AMOUNT, MONEY, money
from pod.programs.merge.items import Field, Item, Items, Part, Ranks, Settled, Shape, item, newest
from pod.programs.merge.model import Document, Family, Found, Ground
from pod.rdf.terms import DOM, SCHEMA, XSD

HOME = "/purchases/"
MOST_LINES = 500
UNITS = frozenset(("kg", "g", "L", "mL", "piece"))
_CURRENCY = re.compile(r"[A-Z]{3}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_QUANTITY = re.compile(r"[0-9]{1,6}(\.[0-9]{1,4})?")
_EAN = re.compile(r"[0-9]{13}")

SHOP = Part(SCHEMA.seller, SCHEMA.Organization, "shop")
PURCHASE = Shape(
    types=(DOM.Purchase, SCHEMA.Order),
    fields=(
        Field("date", DOM.day, XSD.date),
        Field("time", DOM.localTime),
        Field("shop", SCHEMA.name, part=SHOP),
        Field("number", SCHEMA.orderNumber),
        *MONEY,
    ),
    must=("date",),
    figures=("amount",),
)
LINE = Shape(
    types=(DOM.PurchaseLine, SCHEMA.OrderItem),
    fields=(
        Field("label", SCHEMA.description),
        Field("ean", SCHEMA.gtin13),
        Field("match", DOM.matchedBy),
        Field("quantity", SCHEMA.orderQuantity, XSD.decimal),
        Field("unit", SCHEMA.unitText),
        Field("amount", SCHEMA.value, XSD.decimal, AMOUNT),
        Field("currency", SCHEMA.currency, part=AMOUNT),
    ),
    must=("label",),
    derived=(Field("purchase", DOM.purchase, ""),),
)
_OF = re.compile(r"-line-[0-9]+")


def is_ean(text: str) -> bool:
    """Whether thirteen digits end with their check digit (GS1 General Specifications, 7.9)."""
    digits = [int(d) for d in text]
    return (10 - sum(d * (3 if n % 2 else 1) for n, d in enumerate(digits[:12]))) % 10 == digits[12]


def _purchase(record: Json) -> list[Item]:
    """The receipt, then its lines."""
    day, shop = (
        date.fromisoformat(match(DAY, record["date"])).isoformat(),
        line(record.get("shop"), 140),
    )
    currency = match(_CURRENCY, record["currency"])
    total, lines = record.get("total"), record.get("lines") or []
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise ValueError("lines: too many")
    values = {
        "date": day,
        "time": match(_CLOCK, record["time"]) if record.get("time") else None,
        "shop": shop,
        "number": line(record.get("number"), 140),
        "amount": money(total) if total is not None else None,
        "currency": currency if total is not None else None,
    }
    bought = [_line(one, currency) for one in lines]
    name = f"{day}-{slug(shop)[:30] or 'shop'}-{_digest(values, bought)}"
    found = [item(PURCHASE, name, values)]
    return found + [item(LINE, f"{name}-line-{n}", one) for n, one in enumerate(bought, 1)]


def _line(one: Json, currency: str) -> dict[str, str | None]:
    label, ean, amount = line(one["label"], 140), one.get("ean"), one.get("amount")
    if not label:
        raise ValueError("a line has a label")
    if ean is not None and not is_ean(match(_EAN, ean)):
        raise ValueError("ean: its check digit is wrong")
    if (unit := one.get("unit")) is not None and unit not in UNITS:
        raise ValueError("unit is not known")
    if (by := one.get("match")) is not None and (by != "label" or ean is None):
        raise ValueError("match: not known")
    quantity = one.get("quantity")
    return {
        "label": label,
        "ean": ean,
        "match": by,
        "quantity": decimal(match(_QUANTITY, quantity)) if quantity is not None else None,
        "unit": unit,
        "amount": money(amount) if amount is not None else None,
        "currency": currency if amount is not None else None,
    }


def decimal(text: str) -> str:
    """A number in its one spelling: 1.5, 3."""
    return f"{Decimal(text).normalize():f}"


def _digest(values: Mapping[str, str | None], lines: Sequence[Mapping[str, str | None]]) -> str:
    said: Any = values["number"]
    if not said:
        amounts = [(one["label"], one["amount"]) for one in lines]
        said = [values["time"], values["amount"], amounts]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:8]


def _place(records: Sequence[list[Item]], ground: Ground) -> dict[str, list[Item]]:
    """Two receipts of a file that say the same are two."""
    placed: dict[str, list[Item]] = {}
    seen: dict[str, int] = {}
    for one in records:
        name = one[0].id
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            other = f"{name}.{seen[name]}"
            one = [replace(part, id=other + part.id.removeprefix(name)) for part in one]
        placed.setdefault(f"{HOME}{one[0].get('date')[:7]}.ttl", []).extend(one)
    return placed


def _settle(items: Sequence[Item], rank: Ranks) -> Settled:
    """The newest of each receipt, with the lines that this file gives it."""
    held, _ = newest(items, rank)
    files = {one.id: one.raw for one in held if one.shape is PURCHASE}
    return [
        one for one in held if one.shape is PURCHASE or files.get(_OF.sub("", one.id)) == one.raw
    ], []


def _derive(one: Item) -> Mapping[str, str]:
    return {"purchase": f"#{_OF.sub('', one.id)}"} if one.shape is LINE else {}


def _open(path: str, body: bytes | None, ground: Ground) -> Document:
    return Items(path, body, [PURCHASE, LINE], _settle, _derive)


def _count(records: Sequence[list[Item]], ground: Ground, found: Found) -> None:
    found.readings += len(records)
    found.facts["lines"] = sum(len(one) - 1 for one in records)
    for one in records:
        found.reach(one[0].get("date"), one[0].get("date"))


FAMILY = Family(
    home=HOME,
    classes=("Purchase", "PurchaseLine"),
    types={"Purchase": _purchase},
    place=_place,
    open=_open,
    count=_count,
)
