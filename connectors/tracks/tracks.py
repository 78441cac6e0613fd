"""What the three formats have in common: a track, its length, its times."""

import itertools
import math
import re
import unicodedata
from datetime import UTC, datetime

EARLIEST, LATEST = 946_684_800, 4_102_444_800  # 2000 and 2100
RADIUS = 6_371_008.8  # mean radius of the earth, m
MODES = {
    "walking": "Walk",
    "walk": "Walk",
    "hiking": "Walk",
    "hike": "Walk",
    "running": "Run",
    "run": "Run",
    "trail_running": "Run",
    "cycling": "Bike",
    "biking": "Bike",
    "ride": "Bike",
    "virtualride": "Other",
    "e_biking": "EBike",
    "ebikeride": "EBike",
    "inline_skating": "Skate",
    "driving": "Car",
    "motorcycling": "Motorcycle",
    "boating": "Boat",
    "sailing": "Boat",
    "flying": "Plane",
    # Strava writes its activity types as numbers.
    "1": "Bike",
    "9": "Run",
    "10": "Walk",
}


class Track:
    """`points`: (seconds since 1970, latitude, longitude, metres or None), in order of time.

    `sport` is what the file calls it, None for a mere log of positions that is nobody's trip.
    """

    def __init__(self, device, points, sport=None, metres=None, exported=None, trip=True):
        self.device, self.points, self.sport = device, points, sport or ""
        self.metres, self.exported, self.trip = metres, exported, trip and len(points) > 1

    def trip_record(self):
        first, last = self.points[0], self.points[-1]
        plain = self.sport.strip().lower().replace(" ", "_").replace("-", "_")
        mode = MODES.get(plain, "Unknown")
        return {
            "type": "Trip",
            "device": self.device,
            "start": stamp(first[0]),
            "end": stamp(last[0]),
            "from": [round(first[1], 6), round(first[2], 6)],
            "to": [round(last[1], 6), round(last[2], 6)],
            "distanceM": round(self.metres if self.metres is not None else length(self.points), 1),
            "mode": mode,
            # The owner, or the watch, was told which sport it is.
            "confidence": 0.95 if mode != "Unknown" else None,
            "label": self.sport[:60],
        }


def length(points):
    """Metres along a track."""
    return sum(metres(a[1], a[2], b[1], b[2]) for a, b in itertools.pairwise(points))


def metres(north, east, other_north, other_east):
    """The distance of two places on a sphere."""
    p, q = math.radians(north), math.radians(other_north)
    half = math.sin((q - p) / 2) ** 2
    half += math.cos(p) * math.cos(q) * math.sin(math.radians(other_east - east) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(min(1.0, half)))


def inside(north, east):
    return -90 <= north <= 90 and -180 <= east <= 180


def stamp(seconds):
    """2025-03-24T07:02:00Z"""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def slug(text, instead):
    """A device's name as records have it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or instead
