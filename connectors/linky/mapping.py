"""Electricity files of Enedis and EDF: which one is it, and what does it hold."""

import re

import daily
import dataconnect
import edf
import history
import hourly
import measures
from domicile import BadFile
from notes import Notes
from rows import cell, columns, is_zip, plain, tables

HOURLY, DAILY, HISTORY = "enedis-hourly", "enedis-daily-index", "enedis-history"
R63, R64, EDF, CONNECT = "enedis-r63", "enedis-r64", "edf-30min", "enedis-data-connect"
EXPORTED = re.compile(r"_(20[0-9]{2})([01][0-9])([0-3][0-9])([0-2][0-9])([0-5][0-9])([0-5][0-9])\.")
WIDE = (b"\xff\xfe", b"\xfe\xff")


def recognise(file):
    """A format's id, or None for a file of somebody else."""
    if file.head(2) in WIDE:  # told apart only to say what is wrong with it
        return _of_text(file.head().decode("utf-16", "replace"))
    if is_zip(file):
        return _of_workbook(file)
    return _of_text(file.head_text())


def _of_text(text):
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return CONNECT if '"interval_reading"' in text else None
    return _of_rows([(n, line.split(";")) for n, line in enumerate(text.splitlines()[:12], 1)])


def _of_workbook(file):
    """None for somebody else's spreadsheet; one that cannot be looked into is complained of."""
    try:
        return next(filter(None, (_of_rows(rows.peek()) for rows in tables(file)[1])), None)
    except BadFile as bad:
        return None if bad.reason == "xlsx-absent" else HOURLY


def read(file, format):
    """Records, then what was odd, then one File record."""
    notes = Notes()
    records, facts = _read(file, format, notes)
    yield from records
    yield from notes
    name = EXPORTED.search(file.name)
    exported = "{}-{}-{}T{}:{}:{}Z".format(*name.groups()) if name else None
    yield {"type": "File", "format": format, "exported": exported, **facts}


def _read(file, format, notes):
    if format == CONNECT:
        return dataconnect.read(file.text(), notes, file.name)
    created, found = tables(file)
    rows = next((r for r in found if _of_rows(r.peek()) == format), None)
    if rows is None:
        raise BadFile("columns", line=1)
    if format == DAILY:
        made, facts = daily.read(rows, notes, [r for r in found if r is not rows])
    elif format == HISTORY:
        made, facts = history.read(rows, notes, file.name)
    else:
        readers = {HOURLY: hourly.read, R63: measures.read, R64: measures.read, EDF: edf.read}
        made, facts = readers[format](rows, notes)
    return made, {**facts, "exported": created} if created else facts


def _of_rows(rows):
    """The format whose header is among these first rows."""
    if not rows:
        return None
    first = columns(rows[0][1])
    if {"debut", "fin"} <= first.keys() and ("kw" in first or "w" in first):
        return HISTORY
    if "identifiant prm" in first:
        return _of_enedis(rows, first)
    for _, cells in rows:
        if plain(cell(cells, 0)).startswith("date et heure de releve"):
            return EDF
    return None


def _of_enedis(rows, first):
    if "horodate" in first and "valeur" in first:
        unit = first.get("unite")
        values = {plain(cell(cells, unit)) for _, cells in rows[1:]} if unit is not None else set()
        return R64 if values & {"wh", "kwh"} else R63
    kind = columns(rows[0][1]).get("type de donnees")
    kinds = {plain(cell(cells, kind)) for _, cells in rows[1:2]} if kind is not None else set()
    return DAILY if any("index" in text for text in kinds) else HOURLY
