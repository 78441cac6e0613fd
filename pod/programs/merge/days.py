"""Local days as stretches of UTC minutes since 1970."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_ZERO = datetime(1970, 1, 1, tzinfo=UTC)


class Days:
    """Where the days of a time zone start; remembers them."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._starts: dict[date, int] = {}

    def start(self, day: date) -> int:
        """The minute at which a local day starts."""
        if day not in self._starts:
            midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
            self._starts[day] = minute_of(midnight)
        return self._starts[day]

    def at(self, day: date, hour: int) -> int:
        """The minute at which an hour of the local clock comes on a day."""
        return minute_of(datetime(day.year, day.month, day.day, hour, tzinfo=self._zone))

    def length(self, day: date) -> int:
        """The minutes of a local day: 1,380, 1,440 or 1,500 where clocks change."""
        return self.start(day + DAY) - self.start(day)

    def day_at(self, moment: str) -> str:
        """The local day of a moment in UTC, both as ISO text."""
        return datetime.fromisoformat(moment).astimezone(self._zone).date().isoformat()

    def day_of(self, minute: int) -> date:
        """The local day that a minute belongs to."""
        return (_ZERO + timedelta(minutes=minute)).astimezone(self._zone).date()


def minute_of(moment: datetime) -> int:
    """Whole UTC minutes since 1970 of an aware datetime. ValueError for parts of a minute."""
    minutes, rest = divmod(moment - _ZERO, timedelta(minutes=1))
    if rest:
        raise ValueError("not a whole minute")
    return minutes


def utc(minute: int) -> str:
    return (_ZERO + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")
