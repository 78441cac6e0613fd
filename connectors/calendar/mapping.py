"""iCalendar files (RFC 5545): each occurrence of each event, in UTC or as local days.

Recurrences are worked out on the event's own clock, so that a meeting at nine stays at nine when clocks
change. They reach to a year after the latest date that the file itself holds.
"""

import re
from datetime import UTC, date, datetime, timedelta

from domicile import BadFile, Notes, zone
from lines import events
from rules import Rule, Unknown
from times import OWN, duration, moment, stamp

AHEAD = timedelta(days=366)
MOST = 2000  # occurrences of one event
MOST_ALL = 60_000
YEARS = range(2000, 2100)


def recognise(file):
    """The format's id, or None."""
    return "ics" if re.match(r"\s*BEGIN:VCALENDAR", file.head_text(), re.IGNORECASE) else None


def read(file, format):
    """Records, then what was odd, then one File record."""
    notes = Notes()
    found = []
    for lines in events(file, notes):
        try:
            found.append(_Event(lines, notes))
        except (ValueError, KeyError, OverflowError):
            notes.add("bad-event", lines[""][0].number)
    horizon = max((e.latest for e in found), default=date.min)
    moved = {(e.uid, e.moved) for e in found if e.moved}
    count, end = 0, ""
    for event in found:
        for record in event.occurrences(horizon + AHEAD, moved, notes):
            count += 1
            if count > MOST_ALL:
                raise BadFile("too-many", limit=MOST_ALL)
            end = max(end, record.get("end") or record.get("lastDay") + "T00:00:00Z")
            yield record
    if not count:
        raise BadFile("no-readings", line=1)
    yield from notes
    exported = max((e.stamped for e in found), default="") or None
    yield {
        "type": "File",
        "format": format,
        "exported": exported,
        "end": min(end, "2099-12-31T00:00:00Z"),
    }


class _Event:
    """One VEVENT: `start` is a date or a datetime in its zone; `moved` the occurrence it replaces."""

    def __init__(self, lines, notes):
        self._lines, self._notes, self.number = lines, notes, lines[""][0].number
        self.uid = self._text("UID") or f"line-{self.number}"
        (self.start,) = self._moments("DTSTART")[:1]
        self.moved = next(map(_key, self._moments("RECURRENCE-ID")), None)
        if "DTEND" in lines:
            self.length = _less(self._moments("DTEND")[0], self.start)
        elif "DURATION" in lines:
            self.length = duration(lines["DURATION"][0].value)
        else:  # "the duration … is taken to be one day"
            self.length = timedelta(0 if isinstance(self.start, datetime) else 1)
        self.length = max(self.length, timedelta(0))
        self._gone = {_key(m) for m in self._moments("EXDATE")}
        self._more = self._moments("RDATE")
        stamps = [m for name in ("DTSTAMP", "LAST-MODIFIED") for m in self._moments(name)]
        self.stamped = max((stamp(m) for m in stamps if isinstance(m, datetime)), default="")
        self.latest = max([_date(self.start), *(_date(m) for m in stamps)])

    def occurrences(self, horizon, moved, notes):
        """Records, without the ones that are left out or replaced by another event of the file."""
        for start in self._starts(horizon, notes):
            key = _key(start)
            if key in self._gone or (not self.moved and (self.uid, key) in moved):
                continue
            if _date(start).year in YEARS and _date(start + self.length).year in YEARS:
                yield self._record(start)

    def _starts(self, horizon, notes):
        found = {_key(self.start): self.start}
        for line in self._lines.get("RRULE", ()) if not self.moved else ():
            try:
                rule = Rule(line.value)
                until = rule.until and moment(rule.until, {}, notes, line.number)
            except (Unknown, ValueError):
                notes.add("rule-unknown", line.number, text=line.value[:60])
                continue
            for number, day in enumerate(rule.dates(_date(self.start)), 1):
                start = self._on(day)
                if day > horizon or number > min(rule.count or MOST, MOST) or _after(start, until):
                    break
                found[_key(start)] = start
        for one in self._more:
            found[_key(one)] = one
        return [found[key] for key in sorted(found, key=str)]

    def _on(self, day):
        """The event's own time of day on another day."""
        if not isinstance(self.start, datetime):
            return day
        return self.start.replace(year=day.year, month=day.month, day=day.day)

    def _record(self, start):
        record = {"type": "Event", "uid": self.uid[:300]}
        if isinstance(start, datetime):
            # "The duration … is exact": added to the moment, not to the clock.
            end = start.astimezone(UTC) + self.length
            record |= {"start": stamp(start), "end": stamp(end)}
        else:  # DTEND is "the non-inclusive end"
            last = start + max(self.length - timedelta(days=1), timedelta(0))
            record |= {"day": start.isoformat(), "lastDay": last.isoformat()}
        record |= {
            "summary": self._text("SUMMARY")[:300],
            "location": self._text("LOCATION")[:300],
            "status": self._text("STATUS").upper()[:20],
            "free": self._text("TRANSP").upper()[:20],
            "at": self._place(),
        }
        return record

    def _place(self):
        try:
            north, east = (float(n) for n in self._text("GEO").split(";"))
        except ValueError:
            return None
        return [north, east] if abs(north) <= 90 and abs(east) <= 180 else None

    def _text(self, name):
        return self._lines[name][0].text().strip() if name in self._lines else ""

    def _moments(self, name):
        return [
            moment(value.strip(), line.params, self._notes, line.number)
            for line in self._lines.get(name, ())
            for value in line.value.split(",")
            if value.strip()
        ]


def _key(when):
    """An occurrence's name: its moment in UTC, or its day."""
    return stamp(when) if isinstance(when, datetime) else when.isoformat()


def _date(when):
    return when.date() if isinstance(when, datetime) else when


def _less(end, start):
    if isinstance(end, datetime) and isinstance(start, datetime):
        return end.astimezone(UTC) - start.astimezone(UTC)
    return _date(end) - _date(start)


def _after(start, until):
    if not until:
        return False
    if not isinstance(until, datetime):
        return _date(start) > until
    if not isinstance(start, datetime):
        return start > until.date()
    return start > until if until.tzinfo is UTC else start > until.replace(tzinfo=zone(OWN))
