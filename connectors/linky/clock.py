"""Time as whole minutes since 1970, so that a year of stamps costs a few lookups each.

Instants are UTC minutes. Labels are what a file without offsets writes: minutes of the local clock.
"""

import re
from datetime import date, datetime, timedelta, timezone

from domicile import zone

DAY = 1440
EPOCH = date(1970, 1, 1).toordinal()
FIRST, LAST = date(1990, 1, 1), date(2100, 1, 1)
STEPS = (10, 15, 30, 60)
PARIS = zone("Europe/Paris")

_DATES = (
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
    re.compile(r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4})"),
)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.0+)?)?")
_OFFSET = re.compile(r"(?:([+-])([0-9]{2}):?([0-9]{2})|Z)")
_SERIAL = re.compile(r"[0-9]{1,5}(?:\.[0-9]+)?(?:[eE]-[0-9]{1,2})?")
_DURATION = re.compile(r"P?T?(?:([0-9]{1,2})H)?(?:([0-9]{1,2})M(?:IN)?)?", re.IGNORECASE)


class OffGrid(ValueError):
    """A moment that is not a whole minute."""


def day_number(text):
    """Days since 1970 of `2024-01-15`, `15/01/2024` or a spreadsheet's serial. ValueError."""
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            if not FIRST <= day < LAST:
                raise ValueError("a year that no meter has seen")
            return day.toordinal() - EPOCH
    if _SERIAL.fullmatch(text) and 20_000 <= float(text) < 80_000:
        return int(float(text)) + date(1899, 12, 30).toordinal() - EPOCH
    raise ValueError("not a date")


def time_of_day(text):
    """Minutes of `00:30`, `00:30:00` or a spreadsheet's part of a day. ValueError, OffGrid."""
    if found := _TIME.fullmatch(text):
        hour, minute, second = (int(part or 0) for part in found.groups())
        if hour * 60 + minute > DAY or minute > 59 or second > 59:
            raise ValueError("not a time")
        if second:
            raise OffGrid
        return hour * 60 + minute
    if _SERIAL.fullmatch(text) and float(text) <= 1:
        return _minutes_of(float(text))
    raise ValueError("not a time")


def _minutes_of(days):
    """Minutes of a number of days, which a spreadsheet keeps as a rounded fraction."""
    minutes = round(days * DAY)
    if abs(days * DAY - minutes) > 0.02:
        raise OffGrid
    return minutes


def minutes_of_step(text):
    """10, 15, 30 or 60 of `PT30M`, `PT1H`, `30`, `30 min`; None for anything else."""
    plain = text.replace(" ", "")
    found = _DURATION.fullmatch(plain)
    if found and any(found.groups()):
        step = int(found[1] or 0) * 60 + int(found[2] or 0)
    else:
        step = int(plain) if plain.isascii() and plain.isdigit() else 0
    return step if step in STEPS else None


class Stamps:
    """Reads date-times, and remembers their days, times and offsets."""

    def __init__(self):
        self.days, self.times, self.offsets = {}, {}, {}

    def instant(self, text):
        """The instant of `2024-01-15T00:30:00+01:00`. ValueError; OffGrid for seconds."""
        try:
            return self.days[text[:10]] + self.times[text[10:19]] - self.offsets[text[19:]]
        except KeyError:
            label, offset = self._parts(text)
            if offset is None:
                raise ValueError("no offset from UTC") from None
            return label - offset

    def label(self, text):
        """The local minutes of a date-time without offset, or of a spreadsheet's serial."""
        day, time = text[:10], text[10:]
        if day in self.days and time in self.times:
            return self.days[day] + self.times[time]
        if _SERIAL.fullmatch(text):
            return day_number(text) * DAY + _minutes_of(float(text) % 1)
        label, offset = self._parts(text)
        if offset is not None:
            raise ValueError("an offset where the others have none")
        return label

    def _parts(self, text):
        if text[10:11] not in ("T", " ", ""):
            raise ValueError("not a date and time")
        label = day_number(text[:10]) * DAY
        clock, offset = _split(text[11:])
        minutes = time_of_day(clock) if clock else 0
        if offset is not None:
            found = _OFFSET.fullmatch(offset)
            if not found:
                raise ValueError("not an offset")
            away = int(found[2] or 0) * 60 + int(found[3] or 0)
            self.offsets[offset] = away = -away if found[1] == "-" else away
        self.days[text[:10]] = label
        self.times[text[10 : len(text) - len(offset or "")]] = minutes
        return label + minutes, None if offset is None else away


def _split(text):
    """(time, offset or None)"""
    for at, letter in enumerate(text):
        if letter in "+-Z":
            return text[:at], text[at:]
    return text, None


def is_instant(text):
    """Whether a date-time has an offset from UTC."""
    return _split(text[11:])[1] is not None


def utc(minute):
    """An instant as ISO 8601 with Z."""
    return (datetime(1970, 1, 1) + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ001


def local(minute):
    """An instant as ISO 8601 on the local clock, with its offset."""
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minute)  # noqa: UP017
    return moment.astimezone(PARIS).isoformat(timespec="minutes")


def local_day(minute):
    """The local date of an instant, as ISO text."""
    return local(minute)[:10]


def iso_day(number):
    return date.fromordinal(number + EPOCH).isoformat()


def midnight(number):
    """The instant at which a local day starts."""
    return number * DAY - _offset(number * DAY, 0)


def _offset(label, fold):
    moment = datetime(1970, 1, 1, fold=fold, tzinfo=PARIS) + timedelta(minutes=label)
    return int(moment.replace(fold=fold).utcoffset().total_seconds()) // 60
