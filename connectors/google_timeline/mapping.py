"""Google's location history, in its four formats, read item by item.

Yields Trip and Visit as Google states them, and Positions. Times carry their offset or are UTC;
records are in UTC.
"""

import re

from domicile import BadFile, Notes, Positions, json_items
from labels import mode_of
from values import Odd, degrees, e7, moment, number, stamp

ANDROID, IOS, SEMANTIC, RECORDS = (
    "google-android",
    "google-ios",
    "google-semantic",
    "google-records",
)
_SIGNS = (
    (ANDROID, r'^\s*\{\s*"(semanticSegments|rawSignals|userLocationProfile)"'),
    (SEMANTIC, r'^\s*\{\s*"timelineObjects"'),
    (RECORDS, r'^\s*\{\s*"locations"\s*:\s*\[\s*(\]|\{[^{]*"(latitudeE7|timestampMs|timestamp)")'),
    (IOS, r'^\s*\[\s*\{(?=.{0,4000}"startTime").{0,4000}"(activity|visit|timelinePath)"'),
)
HOLDER = "google"
MOST_PATH = 100_000  # points of one segment


def recognise(file):
    """The format's id, or None."""
    text = file.head_text()
    return next((form for form, sign in _SIGNS if re.search(sign, text, re.DOTALL)), None)


def read(file, format):
    """Records, then what was odd, then one File record."""
    notes, positions = Notes(), Positions(HOLDER)
    wanted = {ANDROID: "semanticSegments", IOS: "", SEMANTIC: "timelineObjects"}.get(format)
    reader = {SEMANTIC: _old, RECORDS: _record}.get(format, _segment)
    read, last = 0, 0
    for key, item in json_items(file):
        if key != (wanted if format != RECORDS else "locations"):
            continue
        read += 1
        try:
            for record in reader(item, positions):
                last = max(last, record.pop("_end"))
                yield record
        except Odd as odd:
            notes.add(odd.reason, number=read, text=odd.text)
        except (AttributeError, TypeError, KeyError, IndexError):
            notes.add("bad-item", number=read)
        if positions.full:
            yield positions.take()
    if positions.held:
        yield positions.take()
    last = max(last, positions.last)
    if not last:
        raise BadFile("no-readings", line=1)
    yield from notes
    yield {"type": "File", "format": format, "exported": None, "end": stamp(last)}


# ---------------------------------------------------------------- the phone's formats


def _segment(item, positions):
    """A segment of Timeline.json (Android) or location-history.json (iOS)."""
    start, end = moment(item["startTime"]), moment(item["endTime"])
    if end < start:
        raise Odd("ends-before", str(item["startTime"]))
    if isinstance(item.get("activity"), dict):
        activity = item["activity"]
        label, sure = _candidate(activity)
        yield {
            "type": "Trip",
            "device": HOLDER,
            **_span(start, end),
            "from": degrees(activity["start"]),
            "to": degrees(activity["end"]),
            "distanceM": number(activity.get("distanceMeters"), 0, 45_000_000),
            **mode_of(label, sure),
        }
    elif isinstance(item.get("visit"), dict):
        visit = item["visit"]
        place = visit["topCandidate"]
        yield {
            "type": "Visit",
            "device": HOLDER,
            **_span(start, end),
            "at": degrees(place["placeLocation"]),
            "label": str(place.get("semanticType") or "")[:60],
            "name": "",
            "level": int(number(visit.get("hierarchyLevel"), 0, 9) or 0),
        }
    for point in (item.get("timelinePath") or [])[:MOST_PATH]:
        if "time" in point:
            at = moment(point["time"])
        else:  # iOS: minutes since the segment's start, as text
            minutes = number(point["durationMinutesOffsetFromStartTime"], 0, 100_000)
            at = start + round((minutes or 0) * 60)
        positions.add(at, *degrees(point["point"]))


def _candidate(activity):
    top = activity.get("topCandidate") or {}
    return str(top.get("type") or ""), number(top.get("probability"), 0, 1)


# ---------------------------------------------------------------- Takeout's formats


def _old(item, positions):
    """A timeline object of the Semantic Location History."""
    if isinstance(item.get("activitySegment"), dict):
        segment = item["activitySegment"]
        start, end = _duration(segment["duration"])
        label = str(segment.get("activityType") or "")
        sure = {"HIGH": 0.9, "MEDIUM": 0.6, "LOW": 0.3}.get(segment.get("confidence"))
        for guess in segment.get("activities") or []:
            if guess.get("activityType") == label:
                sure = (number(guess.get("probability"), 0, 100) or 0) / 100
        yield {
            "type": "Trip",
            "device": HOLDER,
            **_span(start, end),
            "from": e7(segment["startLocation"]),
            "to": e7(segment["endLocation"]),
            "distanceM": number(segment.get("distance"), 0, 45_000_000),
            **mode_of(label, sure),
        }
        for point in ((segment.get("simplifiedRawPath") or {}).get("points") or [])[:MOST_PATH]:
            at = moment(point.get("timestamp") or point.get("timestampMs"))
            accuracy = number(point.get("accuracyMeters"), 0, 100_000)
            positions.add(at, *e7(point, "latE7", "lngE7"), accuracy)
    elif isinstance(item.get("placeVisit"), dict):
        visit = item["placeVisit"]
        start, end = _duration(visit["duration"])
        place = visit["location"]
        yield {
            "type": "Visit",
            "device": HOLDER,
            **_span(start, end),
            "at": e7(place),
            "label": str(place.get("semanticType") or "").removeprefix("TYPE_")[:60],
            "name": str(place.get("name") or "")[:140],
            "level": 0,
        }


def _duration(item):
    start, end = (
        moment(item.get(f"{name}Timestamp") or item.get(f"{name}TimestampMs"))
        for name in ("start", "end")
    )
    if end < start:
        raise Odd("ends-before", stamp(start))
    return start, end


def _record(item, positions):
    """A location of Records.json: E7 integers, `timestamp` or the older `timestampMs`."""
    at = moment(item.get("timestamp") or item.get("timestampMs"))
    tag = item.get("deviceTag")
    device = f"{HOLDER}-{tag}" if isinstance(tag, int) else HOLDER
    accuracy = item.get("accuracy")
    positions.add(at, *e7(item), accuracy if isinstance(accuracy, int) else None, device)
    return ()


def _span(start, end):
    return {"start": stamp(start), "end": stamp(end), "_end": end}
