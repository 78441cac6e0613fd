"""The load curve: packed days become stretches of equal steps on the local clock.

Energies are integers in milliwatt-minutes, so that sums are exact; a reading belongs to the local
minute, day and month of its START.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

PER_WH = 60_000
PER_KWH = 60_000_000
DAY = timedelta(days=1)


@dataclass(slots=True)
class Stretch:
    """`values` in mW (None: a gap), `step` minutes apart, the first at `minute` of the local `day`.

    `offset` is the local clock's distance from UTC in minutes; it does not change in a stretch.
    """

    day: date
    minute: int
    step: int
    offset: int
    values: list

    def __iter__(self):
        """(local minute of the START, mW) of every known reading."""
        minutes = range(self.minute, self.minute + self.step * len(self.values), self.step)
        if None in self.values:
            return ((m, v) for m, v in zip(minutes, self.values, strict=True) if v is not None)
        return zip(minutes, self.values, strict=True)

    @property
    def known(self):
        return len(self.values) - self.values.count(None)

    @property
    def energy(self):
        return self.step * sum(v for v in self.values if v is not None)

    def at(self, minute):
        """A minute of this stretch as ISO 8601 with its offset."""
        clock = timezone(timedelta(minutes=self.offset))
        start = datetime(self.day.year, self.day.month, self.day.day, tzinfo=clock)
        return (start + timedelta(minutes=minute)).isoformat()


@dataclass(slots=True)
class Curve:
    """One meter's stretches by local day, in order of time."""

    meter: str
    days: dict
    zone: object

    @property
    def first(self):
        return min(self.days)

    @property
    def last(self):
        return max(self.days)

    @property
    def stretches(self):
        return [stretch for stretches in self.days.values() for stretch in stretches]

    @property
    def readings(self):
        return sum(stretch.known for stretch in self.stretches)

    def length(self, day):
        """The minutes of a local day: 1,380, 1,440 or 1,500."""
        start, end = (
            datetime(d.year, d.month, d.day, tzinfo=self.zone).utcoffset() for d in (day, day + DAY)
        )
        return 1440 + int((start - end).total_seconds()) // 60

    def between(self, first, last):
        """The same meter from `first` to `last`, both included."""
        kept = {day: s for day, s in self.days.items() if first <= day <= last}
        return Curve(self.meter, kept, self.zone)

    def calendar(self):
        """Every local day from the first to the last, known or not."""
        day, last = self.first, self.last
        while day <= last:
            yield day
            day += DAY


def read_curves(table, zone, first=date.min, last=date.max):
    """The curves in an answer to `load_curve`, the one with most readings first.

    Days before `first` and after `last` are left out.
    """
    meters = {}
    for row in table:
        begin = datetime.fromisoformat(row["startsAt"])
        values = unpack(row["values"], row["unit"])
        for stretch in _stretches(begin, minutes(row["step"]), values, zone):
            if first <= stretch.day <= last and stretch.known:
                days = meters.setdefault(meter_of(row), {})
                days.setdefault(stretch.day, []).append(stretch)
    curves = []
    for meter, days in sorted(meters.items()):
        for stretches in days.values():
            stretches.sort(key=lambda s: s.minute - s.offset)
        curves.append(Curve(meter, dict(sorted(days.items())), zone))
    return sorted(curves, key=lambda curve: -curve.readings)


def meter_of(row):
    """The meter's number, or the folder of its documents where the number is not known."""
    if row.get("meter"):
        return row["meter"]
    folder = row["sensor"].split("#")[0].rsplit("/", 1)[0].removesuffix("/index")
    return folder.rsplit("/", 1)[-1]


def unpack(text, unit="W"):
    """Packed numbers as mW; `-` becomes None."""
    scale = 1_000_000 if unit.rsplit("/", 1)[-1].upper() == "KILOW" else 1000
    tokens = text.split()
    try:
        return [int(token) * scale for token in tokens]
    except ValueError:
        return [None if t == "-" else int(Decimal(t) * scale) for t in tokens]


def minutes(duration):
    """PT30M, PT1H, PT1H30M, PT1800S in minutes."""
    total, digits = 0, ""
    for letter in duration.removeprefix("PT"):
        if letter.isdigit():
            digits += letter
        else:
            total += int(digits) * {"H": 3600, "M": 60, "S": 1}[letter]
            digits = ""
    return total // 60


def _stretches(begin, step, values, zone):
    """One stretch, or more where the clock or the day changes between the first and last value."""
    first = begin.astimezone(zone)
    last = (begin + timedelta(minutes=step * (len(values) - 1))).astimezone(zone)
    if first.utcoffset() == last.utcoffset() and first.date() == last.date():
        yield _stretch(first, step, values)
        return
    held, since = [], first
    for number, value in enumerate(values):
        now = (begin + timedelta(minutes=step * number)).astimezone(zone)
        if held and (now.utcoffset(), now.date()) != (since.utcoffset(), since.date()):
            yield _stretch(since, step, held)
            held, since = [], now
        held.append(value)
    yield _stretch(since, step, held)


def _stretch(start, step, values):
    offset = int(start.utcoffset().total_seconds()) // 60
    return Stretch(start.date(), start.hour * 60 + start.minute, step, offset, values)
