"""Times and places as Google writes them."""

import re
from datetime import UTC, datetime
from functools import lru_cache

_DEGREES = re.compile(r"(?:geo:)?\s*(-?\d{1,3}(?:\.\d+)?)°?\s*,\s*(-?\d{1,3}(?:\.\d+)?)°?\s*")
_WRAPPED = 1 << 32  # E7 integers that old exports wrote past 32 bits
EARLIEST = 946_684_800  # 2000-01-01
LATEST = 4_102_444_800  # 2100-01-01


class Odd(Exception):
    """An item that is left out; `reason` is a message id."""

    def __init__(self, reason, text=""):
        super().__init__(reason)
        self.reason, self.text = reason, text[:40]


def moment(value):
    """Whole seconds since 1970 of an ISO time with its offset, or of milliseconds as text."""
    text = str(value)
    try:
        if text.isdecimal():
            seconds = int(text) // 1000
        elif text.endswith("Z") and text[10:11] == "T":
            seconds = _day(text[:10]) + _clock(text[11:19])
        else:
            when = datetime.fromisoformat(text)
            if when.tzinfo is None:
                raise ValueError
            seconds = int(when.timestamp())
    except ValueError:
        raise Odd("bad-time", text) from None
    if not EARLIEST <= seconds < LATEST:
        raise Odd("bad-time", text)
    return seconds


@lru_cache(1024)
def _day(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _clock(text):
    if len(text) != 8 or text[2] != ":" or text[5] != ":":
        raise ValueError
    hours, minutes, seconds = int(text[:2]), int(text[3:5]), int(text[6:])
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):
        raise ValueError
    return hours * 3600 + minutes * 60 + seconds


def stamp(seconds):
    """2025-03-24T07:02:00Z"""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def degrees(value):
    """[latitude, longitude] of "45.76°, 4.85°", "geo:45.76,4.85" or {"latLng": …}."""
    if isinstance(value, dict):
        value = value.get("latLng")
    found = _DEGREES.fullmatch(str(value))
    if not found:
        raise Odd("bad-place", str(value))
    return _inside(float(found[1]), float(found[2]))


def e7(value, north="latitudeE7", east="longitudeE7"):
    """[latitude, longitude] of integers in ten-millionths of a degree."""
    latitude, longitude = value.get(north), value.get(east)
    if type(latitude) is not int or type(longitude) is not int:
        raise Odd("no-place")
    if latitude > 900_000_000:
        latitude -= _WRAPPED
    if longitude > 1_800_000_000:
        longitude -= _WRAPPED
    return _inside(latitude / 1e7, longitude / 1e7)


def _inside(latitude, longitude):
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Odd("bad-place", f"{latitude}, {longitude}")
    return [round(latitude, 6), round(longitude, 6)]


def number(value, least, most):
    """A number (the iPhone writes them as text) within its bounds; None for none or nonsense."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if least <= found <= most else None
