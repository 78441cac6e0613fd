"""Dates and times of iCalendar, and the zones that calendars name."""

import re
from datetime import UTC, date, datetime, timedelta

from domicile import zone

OWN = "Europe/Paris"  # of times that name no zone ("floating"), or one that nobody knows
# What Outlook calls them.
WINDOWS = {
    "Romance Standard Time": "Europe/Paris",
    "W. Europe Standard Time": "Europe/Berlin",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "GMT Standard Time": "Europe/London",
    "E. Europe Standard Time": "Europe/Chisinau",
    "FLE Standard Time": "Europe/Kiev",
    "GTB Standard Time": "Europe/Bucharest",
    "Russian Standard Time": "Europe/Moscow",
}
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)")
_LONG = re.compile(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def moment(value, params, notes, line):
    """A date, or a datetime in its zone. ValueError for anything else."""
    whole = _DATE.fullmatch(value)
    if whole:
        return date(*map(int, whole.groups()))
    found = _TIME.fullmatch(value)
    if not found:
        raise ValueError(value)
    clock = [int(n) for n in found.groups()[:6]]
    clock[5] = min(clock[5], 59)  # a leap second
    if found[7]:
        return datetime(*clock, tzinfo=UTC)
    return datetime(*clock, tzinfo=_zone(params.get("TZID"), notes, line))


def _zone(name, notes, line):
    if not name:
        return zone(OWN)
    known = WINDOWS.get(name, name.strip("/"))
    for tried in (known, "/".join(known.split("/")[-2:])):  # "/mozilla.org/20070129_1/Europe/Paris"
        try:
            return UTC if tried in ("UTC", "Etc/UTC", "GMT") else zone(tried)
        except (KeyError, ValueError, OSError):
            continue
    notes.add("zone-unknown", line, zone=name[:60])
    return zone(OWN)


def duration(text):
    """A timedelta. ValueError for what is none."""
    found = _LONG.fullmatch(text.strip())
    if not found or not any(found.groups()[1:]):
        raise ValueError(text)
    weeks, days, hours, minutes, seconds = (int(n or 0) for n in found.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length


def stamp(when):
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
