"""A table of one's own: the names of the columns say what each is, in French or English."""

import re

from cells import clock, currency, day, money, number, plain, rows, written
from domicile import BadFile

NAMES = {
    "date": "date|jour|day|date et heure|date time",
    "time": "heure|time",
    "litres": "litres|litre|l|liters|volume|volume l|volume litres|quantite l|fuel amount|litres pris",
    "kwh": "kwh|energie|energie kwh|energy|energy kwh|charge kwh|quantite kwh|kwh charges",
    "total": "total|montant|prix|prix total|cout|cout total|cost|total cost|price|amount|prix ttc",
    "each": "prix unitaire|prix au litre|prix du litre|prix litre|prix kwh|prix au kwh|unit price|price l",
    "odometer": "km|kilometrage|compteur|odometre|odometer|mileage|kilometres|compteur km|odometer km",
    "vehicle": "vehicule|voiture|vehicle|car|immatriculation",
    "place": "station|lieu|place|location|borne|station service|endroit",
    "fuel": "carburant|fuel|fuel type|type de carburant",
    "full": "plein|plein complet|full|full tank",
}
_BRACKETS = re.compile(r"\((eur|€|euros?|l|km|kwh)\)", re.IGNORECASE)
YES = ("oui", "yes", "x", "1", "true", "vrai")


def roles(cells):
    """What each column is: role → place."""
    names = [plain(cell) for cell in cells]
    bare = [plain(_BRACKETS.sub("", cell)) for cell in cells]
    found = {}
    for role, said in NAMES.items():
        for name in said.split("|"):
            at = next(
                (n for n, pair in enumerate(zip(names, bare, strict=True)) if name in pair), None
            )
            if at is not None and at not in found.values():
                found[role] = at
                break
    return found


def recognise(text):
    try:
        _, cells = next(rows(text.rpartition("\n")[0] or text), (0, []))
    except BadFile:
        return False
    found = roles(cells)
    return "date" in found and ("litres" in found or "kwh" in found)


def read(text, notes):
    """One record a row; a row of litres and kWh is two."""
    given = list(rows(text))
    found = roles(given[0][1])
    for line, cells in given[1:]:
        row = {role: cells[at] for role, at in found.items() if at < len(cells)}
        try:
            made = list(_records(row))
        except (ValueError, KeyError, ArithmeticError):
            notes.add("bad-line", line)
            continue
        if not made:
            notes.add("bad-line", line)
        yield from made


def _records(row):
    total, each = number(row.get("total", "")), number(row.get("each", ""))
    for role, unit in (("litres", "L"), ("kwh", "kWh")):
        quantity = number(row.get(role, ""))
        if not quantity:
            continue
        paid = quantity * each if total is None and each is not None else total
        record = {
            "date": day(row["date"]),
            "time": clock(row.get("time", "")) or clock(row["date"]),
            "vehicle": row.get("vehicle", "")[:60],
            "quantity": written(quantity),
            "unit": unit,
            "fuel": row.get("fuel", "")[:60],
            "total": money(paid),
            "currency": currency([row.get("total", "")]),
            "odometerKm": written(number(row.get("odometer", "")), 1),
            "full": plain(row["full"]) in YES if row.get("full") else None,
            "place": row.get("place", "")[:140],
        }
        yield {"type": "Refuel", **{k: v for k, v in record.items() if v not in (None, "")}}
