"""Receipts: a table of one line a product, or JSON of one object a receipt."""

import json
import re

from cells import UNITS, clock, day, ean, money, number, plain, quantity, rows
from domicile import BadFile, Notes
from labels import Labels

MOST, MOST_LINES = 50_000, 500
NAMES = {
    "date": "date|jour|day|date d achat|date achat|purchase date|datetime",
    "time": "heure|time",
    "shop": "magasin|enseigne|shop|store|merchant|commerce|marchand|lieu",
    "number": "ticket|numero de ticket|n ticket|receipt|receipt id|numero|number|id|order id|ticket id|ref",
    "label": "produit|article|libelle|designation|product|item|label|name|nom|description|libelle produit",
    "quantity": "quantite|qte|quantity|qty|nombre|poids",
    "unit": "unite|unit",
    "each": "prix unitaire|prix u|pu|unit price|prix au kg|prix kg",
    "amount": "montant|prix|total|total ligne|prix total|amount|price|montant ttc|prix ttc|line total",
    "ean": "ean|ean13|gtin|code barre|code barres|code a barres|barcode|gencod",
    "currency": "devise|currency",
}
LINES = ("items", "lines", "articles", "lignes", "products", "produits")
TOTALS = ("total", "total_ttc", "montant_total", "total_amount")
_CURRENCY = re.compile(r"[A-Z]{3}")


def recognise(file):
    """The format's id, or None."""
    text = file.head_text()
    if re.match(r'\s*\{\s*"by_hand"', text):
        return None
    if re.match(r"\s*[\[{]", text):
        shop = any(
            f'"{name}"' in text for name in ("shop", "store", "merchant", "magasin", "enseigne")
        )
        return "json" if shop and any(f'"{name}"' in text for name in LINES) else None
    try:
        _, cells = next(rows(text.rpartition("\n")[0] or text), (0, []))
    except BadFile:
        return None
    found = _roles(cells)
    rest = {"shop", "number", "ean", "quantity"} & found.keys()
    return "csv" if {"date", "label"} <= found.keys() and rest else None


def read(file, format):
    """Records, then what was odd, then one File record."""
    notes = Notes()
    given = _tickets(file, notes) if format == "csv" else _objects(file, notes)
    found = [one for one in given if one["lines"] or one.get("total")]
    if not found:
        raise BadFile("no-readings", line=1)
    labels = Labels()
    for line in (line for one in found for line in one["lines"] if "ean" in line):
        labels.learn(line["label"], line["ean"])
    for one in found:
        for line in one["lines"]:
            if "ean" not in line and (meant := labels.find(line["label"])):
                line |= {"ean": meant, "match": "label"}
        yield one
    yield from notes
    end = max(one["date"] for one in found)
    yield {"type": "File", "format": format, "exported": None, "end": f"{end}T23:59:59Z"}


# ---------------------------------------------------------------- a table


def _roles(cells):
    names, found = [plain(cell) for cell in cells], {}
    for role, said in NAMES.items():
        at = next((names.index(name) for name in said.split("|") if name in names), None)
        if at is not None and at not in found.values():
            found[role] = at
    return found


def _tickets(file, notes):
    """Rows of one day, hour, shop and number are one receipt."""
    found, roles = {}, None
    for number_, cells in rows(file.text(("utf-8-sig", "cp1252"))):
        if roles is None:
            roles = _roles(cells)
            continue
        row = {role: cells[at] for role, at in roles.items() if at < len(cells)}
        try:
            key = (day(row["date"]), clock(row.get("time", "")) or clock(row["date"]))
            line = _line(row, notes, number_)
        except (ValueError, KeyError, ArithmeticError):
            notes.add("bad-line", number_)
            continue
        key += (row.get("shop", "")[:140], row.get("number", "")[:140])
        one = found.setdefault(key, _receipt(*key, row.get("currency")))
        if len(one["lines"]) >= MOST_LINES or len(found) > MOST:
            raise BadFile("too-many", limit=MOST_LINES)
        one["lines"].append(line)
    return list(found.values())


def _receipt(date, time, shop, number_, currency=None):
    currency = currency if isinstance(currency, str) and _CURRENCY.fullmatch(currency) else "EUR"
    made = {"type": "Purchase", "date": date, "time": time, "shop": shop, "number": number_,
            "currency": currency}  # fmt: skip
    return {k: v for k, v in made.items() if v} | {"lines": []}


def _line(row, notes, at):
    """A line of a receipt; a barcode that is none is left out and said."""
    amount, each, count = (number(row.get(name)) for name in ("amount", "each", "quantity"))
    if amount is None and each is not None:
        amount = each * (1 if count is None else count)
    try:
        code = ean(row.get("ean"))
    except ValueError:
        notes.add("bad-barcode", at)
        code = None
    label = " ".join(str(row["label"]).split())[:140]
    if not label:
        raise ValueError("no label")
    made = {"label": label, "ean": code, "quantity": quantity(count),
            "unit": UNITS.get(plain(str(row.get("unit") or ""))), "amount": money(amount)}  # fmt: skip
    return {k: v for k, v in made.items() if v is not None}


# ---------------------------------------------------------------- objects


def _objects(file, notes):
    try:
        data = json.loads(file.text(("utf-8-sig",)))
    except (ValueError, RecursionError):
        raise BadFile("bad-json", line=1) from None
    if isinstance(data, dict) and not any(name in data for name in LINES):
        data = next((value for value in data.values() if isinstance(value, list)), [])
    found = []
    for at, one in enumerate(data if isinstance(data, list) else [data], 1):
        if at > MOST:
            raise BadFile("too-many", limit=MOST)
        try:
            found.append(_object(one, notes, at))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
            notes.add("bad-record", at)
    return found


def _object(one, notes, at):
    row = _known(one)
    shop = row.get("shop")
    if isinstance(shop, dict):
        shop = _known(shop).get("label")
    made = _receipt(day(row["date"]), clock(row.get("time", "")) or clock(row["date"]), str(shop or "")[:140],
                    str(row.get("number") or "")[:140], row.get("currency"))  # fmt: skip
    lines = next((one[name] for name in LINES if isinstance(one.get(name), list)), [])
    if len(lines) > MOST_LINES:
        raise BadFile("too-many", limit=MOST_LINES)
    for line in lines:
        try:
            made["lines"].append(_line(_known(line), notes, at))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
            notes.add("bad-record", at)
    total = number(next((one[name] for name in TOTALS if one.get(name) is not None), None))
    return made | ({"total": money(total)} if total is not None else {})


def _known(one):
    """An object's values by what their names mean."""
    names, found = {plain(name): value for name, value in one.items()}, {}
    for role, said in NAMES.items():
        name = next((n for n in said.split("|") if names.get(n) is not None), None)
        if name is not None:
            found[role] = names[name]
    return found
