"""Exports of apps: Fuelio, Drivvo and aCar, each a CSV of several sections."""

from cells import (
    KM_A_MILE,
    LITRES,
    clock,
    currency,
    day,
    money,
    number,
    plain,
    sections,
    thousands,
    written,
)
from domicile import BadFile

YES = ("yes", "sim", "oui", "si", "ja", "tak", "da", "true", "1")


def fuelio(text, notes):
    """ "## Vehicle" names the car, the header of "## Log" the units: "Odo (km)", "Fuel (litres)"."""
    parts = dict(sections(text))
    vehicle = _cell(parts.get("vehicle", []), "name")
    names, log = _named(parts["log"])
    miles = _first(names, "odo mi", "odo miles") is not None
    odometer, volume = _first(names, "odo km", "odo mi", "odo miles"), _starting(names, "fuel ")
    per = (
        LITRES.get(plain(volume.partition(" ")[2]).replace("litres", "l"), LITRES["l"])
        if volume
        else None
    )
    for line, row in log:
        yield from _record(notes, line, lambda row=row: {
            "date": day(row["data"]), "time": clock(row["data"]), "vehicle": vehicle[:60],
            "quantity": _litres(number(row[volume]), per), "unit": "L",
            "total": money(number(row.get("price optional", ""))), "currency": "EUR",
            "odometerKm": _km(number(row.get(odometer, "")), miles),
            "full": row.get("full", "") == "1" if row.get("full") else None,
            "place": row.get("city optional", "")[:140],
        })  # fmt: skip


def drivvo(text, notes):
    """Headers are in the language of the phone, columns always in one order."""
    parts = dict(sections(text))
    vehicle = _cell(parts.get("vehicle", []), None)
    for line, cells in parts["refuelling"][1:]:
        cells = cells + [""] * (7 - len(cells))
        yield from _record(notes, line, lambda cells=cells: {
            "date": day(cells[1]), "time": clock(cells[1]), "vehicle": vehicle[:60], "fuel": cells[2][:60],
            "quantity": written(number(cells[5])), "unit": "L", "total": money(number(cells[4])),
            "currency": currency([cells[4]]), "odometerKm": written(number(cells[0])),
            "full": plain(cells[6]) in YES if cells[6] else None,
        })  # fmt: skip


def acar(text, notes):
    """English numbers; the order of days as "Metadata" says, else as the days themselves do."""
    parts = dict(sections(text))
    _, log = _named(parts["fill-up records"])
    order = _cell(parts.get("metadata", []), "date format")
    month_first = (
        order.startswith("M") if order else not any(_over_twelve(r.get("date", "")) for _, r in log)
    )
    for line, row in log:
        yield from _record(notes, line, lambda row=row: {
            "date": day(row["date"], month_first), "time": clock(row.get("time", "")),
            "vehicle": row.get("vehicle", "")[:60], "fuel": row.get("fuel type", "")[:60],
            "quantity": _litres(thousands(row["volume"]), LITRES[_unit(row.get("volume unit", ""))]),
            "unit": "L", "total": money(thousands(row.get("total cost", ""))),
            "currency": currency([row.get("total cost", "")]),
            "odometerKm": _km(thousands(row.get("odometer reading", "")), _is_miles(row)),
            "full": plain(row.get("partial fill up", "")) not in YES if row.get("partial fill up") else None,
            "place": row.get("fuel brand", "")[:140],
        })  # fmt: skip


def _record(notes, line, make):
    """The record of a row; what is wrong with it is noted, and the row left out."""
    try:
        made = make()
        if made["quantity"] in (None, "0"):
            raise ValueError("nothing was taken in")
        yield {"type": "Refuel", **{k: v for k, v in made.items() if v not in (None, "")}}
    except (ValueError, KeyError, ArithmeticError):
        notes.add("bad-line", line)


def _named(rows):
    """(names of the columns, [(line, {name: cell})])."""
    if not rows:
        raise BadFile("no-readings", line=1)
    names = [plain(cell) for cell in rows[0][1]]
    return names, [(n, dict(zip(names, cells, strict=False))) for n, cells in rows[1:]]


def _cell(rows, name):
    """A cell of a section's first row: by the column's name, or its first."""
    if len(rows) < 2:
        return ""
    names = [plain(cell) for cell in rows[0][1]]
    at = names.index(name) if name in names else 0 if name is None else len(rows[1][1])
    return rows[1][1][at] if at < len(rows[1][1]) else ""


def _first(names, *wanted):
    return next((name for name in wanted if name in names), None)


def _starting(names, start):
    return next((name for name in names if name.startswith(start)), None)


def _over_twelve(text):
    first = text.partition("/")[0]
    return first.isdecimal() and 12 < int(first) < 32


def _unit(text):
    return {"litres": "l", "liters": "l", "litre": "l", "liter": "l", "": "l"}.get(
        plain(text), plain(text)
    )


def _litres(value, each):
    return None if value is None else written(value * each)


def _is_miles(row):
    return row.get("distance unit", "km")[:1].lower() == "m"


def _km(value, miles):
    return written(value * KM_A_MILE if miles and value is not None else value, 1)
