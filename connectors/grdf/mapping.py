"""Gas files of GRDF: which one is it, and what does it hold."""

import re

import adict
import sheet
import space
import weather
from domicile import BadFile, Notes

SHEET, SPACE, ADICT = "grdf-sheet", "grdf-space", "grdf-adict"
WEATHER = "grdf-temperatures"
READERS = {SHEET: sheet.read, SPACE: space.read, ADICT: adict.read, WEATHER: weather.read}
_TEMPERATURES = re.compile(r'\s*\{\s*"20[0-9]{2}-[0-9]{2}-[0-9]{2}"\s*:\s*-?[0-9]')
ZIP = b"PK\x03\x04"
MOST = 24 << 20  # bytes: a day is about 600, and the holder gives five years


def recognise(file):
    """A format's id, or None for a file of somebody else."""
    if file.head(4) == ZIP:
        return SHEET if sheet.is_ours(file) else None
    text = file.head_text()
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return None
    if '"releves"' in text and ('"idPce"' in text or '"journeeGaziere"' in text):
        return SPACE
    if '"consommation"' in text and '"id_pce"' in text:
        return ADICT
    return WEATHER if _TEMPERATURES.match(text.lstrip("\ufeff")) else None


def read(file, format):
    """Records, then what was odd, then one File record. Nothing before the whole file is read."""
    if file.size > MOST:
        raise BadFile("too-large", limit=MOST >> 20)
    notes = Notes()
    found, facts = READERS[format](file, notes)
    records = list(found.values())
    if not records:
        raise BadFile("no-readings", line=facts.pop("line", 1))
    yield from records
    yield from notes
    yield {"type": "File", "format": format, **facts}
