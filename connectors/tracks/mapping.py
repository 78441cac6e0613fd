"""Tracks of watches, bike computers and phones: GPX, FIT and OwnTracks.

Yields one Trip a recorded track (its mode where the file tells the sport) and its Positions.
"""

import re

import fit
import gpx
import owntracks
from domicile import BadFile, Notes, Positions
from tracks import stamp

_GPX = re.compile(
    r"^\s*(<\?xml.{0,200}?\?>)?(\s|<!--.{0,2000}?-->)*(<!DOCTYPE.{0,500}?)?<gpx[\s>]", re.DOTALL
)
_OWNTRACKS = re.compile(r'"_type"\s*:\s*"(location|transition|waypoint|lwt|encrypted)"')
_READERS = {"gpx": gpx.read, "fit": fit.read, "owntracks": owntracks.read}


def recognise(file):
    """The format's id, or None."""
    if file.head(12)[8:12] == b".FIT":
        return "fit"
    text = file.head_text()
    if _GPX.search(text):
        return "gpx"
    return "owntracks" if _OWNTRACKS.search(text) else None


def read(file, format):
    """Records, then what was odd, then one File record."""
    notes, positions = Notes(), Positions(format)
    exported = None
    for track in _READERS[format](file, notes):
        exported = track.exported or exported
        if track.trip:
            yield track.trip_record()
        for point in track.points:
            positions.add(*point, device=track.device)
            if positions.full:
                yield positions.take()
    if positions.held:
        yield positions.take()
    if not positions.last:
        raise BadFile("no-readings", line=1)
    yield from notes
    yield {"type": "File", "format": format, "exported": exported, "end": stamp(positions.last)}
