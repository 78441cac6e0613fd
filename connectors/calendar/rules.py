"""Recurrence rules (RFC 5545, section 3.3.10) on local dates: days, weeks, months and years."""

import calendar
from datetime import date, timedelta

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
KNOWN = {
    *("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"),
    *("BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"),
}
MOST_PERIODS = 20_000


class Unknown(Exception):
    """A rule that is not understood."""


class Rule:
    """`dates(first)`: local dates on which it falls, from `first` on, in order; without end if the
    rule has none. `count` and `until` (raw text) are for the caller, who knows the times of day."""

    def __init__(self, text):
        parts = dict(
            part.split("=", 1) for part in text.upper().strip().strip(";").split(";") if "=" in part
        )
        if set(parts) - KNOWN or parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
            raise Unknown(text)
        try:
            self._freq = parts["FREQ"]
            self._interval = max(1, int(parts.get("INTERVAL", "1")))
            self.count = int(parts["COUNT"]) if "COUNT" in parts else None
            self.until = parts.get("UNTIL")
            self._days = [_weekday(d) for d in parts.get("BYDAY", "").split(",") if d]
            self._month_days = _numbers(parts, "BYMONTHDAY", 31)
            self._months = _numbers(parts, "BYMONTH", 12)
            self._places = _numbers(parts, "BYSETPOS", 366)
            self._start = DAYS.index(parts.get("WKST", "MO"))
        except ValueError:
            raise Unknown(text) from None

    def dates(self, first):
        for number in range(MOST_PERIODS):
            try:
                found = sorted(set(self._period(first, number * self._interval)))
            except (OverflowError, ValueError):
                return
            if self._places:
                found = [found[p - 1 if p > 0 else p] for p in self._places if abs(p) <= len(found)]
            yield from (day for day in sorted(set(found)) if day >= first)

    def _period(self, first, ahead):
        if self._freq == "DAILY":
            days = [first + timedelta(days=ahead)]
        elif self._freq == "WEEKLY":
            monday = (
                first - timedelta(days=(first.weekday() - self._start) % 7) + timedelta(weeks=ahead)
            )
            wanted = {day for _, day in self._days} or {first.weekday()}
            week = (monday + timedelta(days=n) for n in range(7))
            return [d for d in week if d.weekday() in wanted and self._in_month(d)]
        elif self._freq == "MONTHLY":
            months = first.year * 12 + first.month - 1 + ahead
            return [
                d for d in self._month(months // 12, months % 12 + 1, first) if self._in_month(d)
            ]
        else:
            return self._year(first.year + ahead, first)
        return [d for d in days if self._in_month(d) and self._on_day(d)]

    def _year(self, year, first):
        if self._days and not self._months and not self._month_days:
            return self._among(
                [date(year, 1, 1) + timedelta(days=n) for n in range(365 + calendar.isleap(year))]
            )
        # "If BYDAY, BYMONTHDAY … are missing, the date comes from DTSTART."
        months = self._months or ([first.month] if not self._month_days else range(1, 13))
        return [d for month in months for d in self._month(year, month, first)]

    def _month(self, year, month, first):
        length = calendar.monthrange(year, month)[1]
        days = [date(year, month, n) for n in range(1, length + 1)]
        if self._month_days:
            numbers = {n if n > 0 else length + 1 + n for n in self._month_days}
            return [d for d in days if d.day in numbers and self._on_day(d)]
        if self._days:
            return self._among(days)
        return [d for d in days if d.day == first.day]  # a month that lacks the day is left out

    def _among(self, days):
        """Those of `days` that BYDAY names: every Tuesday, or the second, or the last."""
        found = []
        for place, weekday in self._days:
            those = [d for d in days if d.weekday() == weekday]
            if not place:
                found += those
            elif abs(place) <= len(those):
                found.append(those[place - 1 if place > 0 else place])
        return found

    def _in_month(self, day):
        return not self._months or day.month in self._months

    def _on_day(self, day):
        length = calendar.monthrange(day.year, day.month)[1]
        within = not self._month_days or {day.day, day.day - length - 1} & set(self._month_days)
        return bool(within) and (not self._days or day.weekday() in {d for _, d in self._days})


def _weekday(text):
    return int(text[:-2] or 0), DAYS.index(text[-2:])


def _numbers(parts, name, most):
    found = [int(n) for n in parts.get(name, "").split(",") if n]
    if any(not 0 < abs(n) <= most for n in found):
        raise ValueError
    return found
