"""Where the sample household's phone has been: a timeline in the shape that Android exports. Nobody's
way to nobody's work, between places of Lyon that are picked by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Place = tuple[float, float]

ZONE = ZoneInfo("Europe/Paris")
HOME, WORK = (45.7512, 4.8571), (45.7743, 4.8326)
MARKET, POOL, FOREST, PARIS = (
    (45.7588, 4.8469),
    (45.7371, 4.8829),
    (45.7905, 4.7362),
    (48.8443, 2.3744),
)
# (holder's word, its probability, km, minutes)
TRAM = ("IN_TRAM", 0.82, 4.6, 24)
BICYCLE = ("CYCLING", 0.88, 4.2, 17)
UNSURE = (
    "IN_PASSENGER_VEHICLE",
    0.41,
    4.2,
    18,
)  # the same bicycle, on a day when the phone guesses
WALK = ("WALKING", 0.95, 1.2, 15)
DRIVE = ("IN_PASSENGER_VEHICLE", 0.9, 11.3, 21)
SWIM = ("IN_BUS", 0.77, 3.4, 19)
TRAIN = ("IN_TRAIN", 0.96, 393.0, 119)


def write_trips(folder: Path, *, until: date, days: int = 120) -> list[Path]:
    """Writes the `days` local days that end with `until`. The same days, the same file."""
    segments: list[Json] = []
    for number in range(days):
        segments += _day(until - timedelta(days=days - 1 - number))
    file = folder / "Timeline.json"
    file.write_text(json.dumps({"semanticSegments": segments}, indent=1) + "\n", "utf-8")
    return [file]


def _day(day: date) -> Iterator[Json]:
    """The night at home, and what of the week the day is for."""
    outings = list(_outings(day))
    yield _stay(day, time(0, 0), outings[0][1] if outings else time(23, 59), HOME, "INFERRED_HOME")
    for place, leaves, returns, kind, way, back in outings:
        arrives = _after(day, leaves, way[3])
        yield _move(day, leaves, HOME, place, way)
        yield _stay(day, arrives.time(), returns, place, kind)
        yield _move(day, returns, place, HOME, back)
    if outings:
        home = _after(day, outings[-1][2], outings[-1][5][3]).time()
        yield _stay(day, home, time(23, 59), HOME, "INFERRED_HOME")


def _outings(day: date) -> Iterator[tuple[Place, time, time, str, Any, Any]]:
    """(where, leaves home, leaves there, the holder's word, way there, way back)."""
    week, weekday = day.toordinal() // 7, day.weekday()
    away = day.month == 8 and day.day <= 16
    if weekday < 5 and weekday != 2 and not away:
        rides = (weekday + week) % 3 == 0
        guessed = rides and week % 4 == 1
        way = UNSURE if guessed else BICYCLE if rides else TRAM
        yield WORK, time(8, 12), time(17, 31), "INFERRED_WORK", way, BICYCLE if rides else TRAM
    elif weekday == 2:
        yield POOL, time(14, 5), time(16, 20), "UNKNOWN", SWIM, SWIM
    elif weekday == 5:
        yield MARKET, time(10, 3), time(11, 10), "UNKNOWN", WALK, WALK
    elif week % 6 == 0:
        yield PARIS, time(8, 4), time(18, 58), "UNKNOWN", TRAIN, TRAIN
    elif week % 2 == 0 and not away:
        yield FOREST, time(14, 30), time(17, 10), "UNKNOWN", DRIVE, DRIVE


def _after(day: date, at: time, minutes: int) -> datetime:
    return datetime.combine(day, at, ZONE) + timedelta(minutes=minutes)


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _spot(place: Place) -> str:
    return f"{place[0]:.4f}°, {place[1]:.4f}°"


def _stay(day: date, start: time, end: time, place: Place, kind: str) -> Json:
    return {
        "startTime": _said(datetime.combine(day, start, ZONE)),
        "endTime": _said(datetime.combine(day, end, ZONE)),
        "visit": {
            "hierarchyLevel": 0,
            "probability": 0.9,
            "topCandidate": {
                "placeId": f"sample-{kind.lower()}-{place[0]}",
                "semanticType": kind,
                "probability": 0.85,
                "placeLocation": {"latLng": _spot(place)},
            },
        },
    }


def _move(
    day: date, start: time, origin: Place, target: Place, way: tuple[str, float, float, int]
) -> Json:
    kind, sure, km, minutes = way
    begins = datetime.combine(day, start, ZONE)
    return {
        "startTime": _said(begins),
        "endTime": _said(begins + timedelta(minutes=minutes)),
        "activity": {
            "start": {"latLng": _spot(origin)},
            "end": {"latLng": _spot(target)},
            "distanceMeters": km * 1000,
            "topCandidate": {"type": kind, "probability": sure},
        },
    }
