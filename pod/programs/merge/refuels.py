"""What a car took in, fuel or current: `/mobility/refuels/2026-03.ttl`, as its log or the owner says.

The same refuelling in two files is known by its car, its day and its odometer, else by how much it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from pod.model import Json
from pod.programs.merge.check import DAY, line, match
from pod.programs.merge.electricity import slug
from pod.programs.merge.finance import MONEY, money
from pod.programs.merge.items import Field, Item, Items, Part, Shape, item
from pod.programs.merge.model import Document, Family, Found, Ground
from pod.programs.merge.purchases import decimal
from pod.rdf.terms import DOM, QUDT, SCHEMA, UNIT, XSD

HOME = "/mobility/refuels/"
UNITS = {"L": UNIT.L, "kWh": UNIT["KiloW-HR"], "kg": UNIT.KiloGM}
_CURRENCY = re.compile(r"[A-Z]{3}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_QUANTITY = re.compile(r"[0-9]{1,5}(\.[0-9]{1,4})?")
_ODOMETER = re.compile(r"[0-9]{1,7}(\.[0-9]{1,3})?")

AT = Part(SCHEMA.location, SCHEMA.Place, "place")
REFUEL = Shape(
    types=(DOM.Refuel,),
    fields=(
        Field("date", DOM.day, XSD.date),
        Field("time", DOM.localTime),
        Field("vehicle", DOM.vehicleName),
        Field("quantity", DOM.quantity, XSD.decimal),
        Field("unit", QUDT.unit, ""),
        Field("fuel", SCHEMA.fuelType),
        *MONEY,
        Field("odometer", DOM.odometerKm, XSD.decimal),
        Field("full", DOM.filledUp, XSD.boolean),
        Field("place", SCHEMA.name, part=AT),
    ),
    must=("date", "quantity", "unit"),
    figures=("quantity", "amount"),
)


def _refuel(record: Json) -> Item:
    day, vehicle = (
        date.fromisoformat(match(DAY, record["date"])).isoformat(),
        line(record.get("vehicle"), 60),
    )
    quantity = decimal(match(_QUANTITY, record["quantity"]))
    if quantity == "0":
        raise ValueError("quantity: nothing was taken in")
    total = record.get("total")
    odometer = record.get("odometerKm")
    full = record.get("full")
    if full is not None and type(full) is not bool:
        raise ValueError("full is true or false")
    values = {
        "date": day,
        "time": match(_CLOCK, record["time"]) if record.get("time") else None,
        "vehicle": vehicle,
        "quantity": quantity,
        "unit": str(UNITS[record["unit"]]),
        "fuel": line(record.get("fuel"), 60),
        "amount": money(total) if total is not None else None,
        "currency": match(_CURRENCY, record["currency"]) if total is not None else None,
        "odometer": decimal(match(_ODOMETER, odometer)) if odometer is not None else None,
        "full": None if full is None else str(full).lower(),
        "place": line(record.get("place"), 140),
    }
    known = f"km{values['odometer']}" if values["odometer"] else f"{quantity}{record['unit']}"
    return item(REFUEL, f"{day}-{slug(vehicle) or 'car'}-{slug(known)}", values)


def _place(items: Sequence[Item], ground: Ground) -> dict[str, list[Any]]:
    placed: dict[str, list[Any]] = {}
    for one in items:
        placed.setdefault(f"{HOME}{one.get('date')[:7]}.ttl", []).append(one)
    return placed


def _open(path: str, body: bytes | None, ground: Ground) -> Document:
    return Items(path, body, [REFUEL])


def _count(items: Sequence[Item], ground: Ground, found: Found) -> None:
    found.readings += len(items)
    for one in items:
        found.reach(one.get("date"), one.get("date"))


FAMILY = Family(
    home=HOME,
    classes=("Refuel",),
    types={"Refuel": _refuel},
    place=_place,
    open=_open,
    count=_count,
)
