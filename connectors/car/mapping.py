"""Logs of a car: what was put in, fuel or current, how much it cost and where the odometer stood."""

import logs
import table
from cells import sections
from domicile import BadFile, Notes

READERS = {"fuelio": logs.fuelio, "drivvo": logs.drivvo, "acar": logs.acar, "table": table.read}
MOST = 50_000


def recognise(file):
    """The format's id, or None."""
    text = file.head_text()
    names = {name for name, _ in sections(text.rpartition("\n")[0] or text)}
    for name, format in (("log", "fuelio"), ("refuelling", "drivvo"), ("fill-up records", "acar")):
        if name in names:
            return format
    return "table" if table.recognise(text) else None


def read(file, format):
    """Records, then what was odd, then one File record."""
    notes, count, end = Notes(), 0, ""
    for record in READERS[format](file.text(("utf-8-sig", "cp1252")), notes):
        count += 1
        if count > MOST:
            raise BadFile("too-many", limit=MOST)
        end = max(end, f"{record['date']}T23:59:59Z")
        yield record
    if not count:
        raise BadFile("no-readings", line=1)
    yield from notes
    yield {"type": "File", "format": format, "exported": None, "end": end}
