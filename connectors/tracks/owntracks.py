"""OwnTracks: its messages (https://owntracks.org/booklet/tech/json/) as a JSON array, an answer of the
recorder, one a line, or the recorder's own `.rec` lines ("time<TAB>* <TAB>{…}").
"""

import json

from domicile import BadFile, json_items
from tracks import EARLIEST, LATEST, Track, inside, slug

PACK = 5000


def read(file, notes):
    """Tracks of positions, which are no trips yet."""
    held = {}
    for number, message in _messages(file, notes):
        kind = message.get("_type")
        if kind == "encrypted":
            raise BadFile("encrypted", line=number)
        if kind != "location":
            continue
        point = _point(message)
        if point is None:
            notes.add("bad-item", number)
            continue
        device = "owntracks-" + slug(str(message.get("tid") or ""), "phone")
        points = held.setdefault(device, [])
        points.append(point)
        if len(points) >= PACK:
            yield Track(device, held.pop(device), trip=False)
    for device, points in held.items():
        yield Track(device, points, trip=False)


def _messages(file, notes):
    """(line or number of the item, message)."""
    head = file.head(1 << 12).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"[" or (head[:1] == b"{" and b'"data"' in head.partition(b'"_type"')[0]):
        for number, (_, item) in enumerate(json_items(file), 1):
            if isinstance(item, dict):
                yield number, item
        return
    for number, line in _lines(file):
        text = line[line.find("{") :] if "\t" in line else line
        if not text.strip():
            continue
        try:
            item = json.loads(text)
        except (ValueError, RecursionError):
            notes.add("bad-line", number, text=line[:40])
            continue
        if isinstance(item, dict):
            yield number, item


def _lines(file):
    number, rest = 0, b""
    for chunk in file.chunks():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            number += 1
            yield number, line.decode("utf-8-sig", "replace")
        if len(rest) > 1 << 20:
            raise BadFile("bad-line", line=number + 1, text="longer than a line can be")
    yield number + 1, rest.decode("utf-8-sig", "replace")


def _point(message):
    """`tst`: "UNIX epoch timestamp in seconds of the location fix"."""
    at, north, east = (message.get(key) for key in ("tst", "lat", "lon"))
    numbers = [v for v in (at, north, east) if isinstance(v, int | float) and v == v]
    if len(numbers) < 3 or not EARLIEST <= at < LATEST or not inside(north, east):
        return None
    accuracy = message.get("acc")
    known = isinstance(accuracy, int | float) and 0 <= accuracy < 1e6
    return int(at), float(north), float(east), int(accuracy) if known else None
