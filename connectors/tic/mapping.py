"""Frames of a meter's customer information output [télé-information client, TIC]."""

import frames
import gateway
import meter
from domicile import BadFile, Notes

FRAMES, JSON = "tic-frames", "tic-json"
MOST = 8 << 20  # bytes: a month of frames every ten minutes


def recognise(file):
    """A format's id, or None for a file of somebody else."""
    text = file.head_text(encodings=("latin-1",))
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return JSON if '"ADCO"' in text or '"ADSC"' in text else None
    return FRAMES if frames.seems(text) else None


def read(file, format):
    """Records, then what was odd, then one File record. Nothing before the whole file is read."""
    if file.size > MOST:
        raise BadFile("too-large", limit=MOST >> 20)
    notes = Notes()
    if format == JSON:
        found = [gateway.frame(file.text(("utf-8-sig",)), notes)]
    else:
        found = list(frames.read(file.text(("latin-1",)), notes))
    yield from meter.records(found, notes)
    yield from notes
    yield {"type": "File", "format": format, "exported": None, "end": meter.end(found)}
