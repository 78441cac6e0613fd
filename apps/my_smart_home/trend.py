"""Since when better or worse: each day against the same weekday a year (364 days) earlier.

Only days that are whole on both sides are compared: gaps and seasons do not pass for habits.
"""

from datetime import timedelta
from statistics import mean, stdev

from curve import PER_KWH
from measures import by_day, complete_days

BACK = timedelta(days=364)
WEEKS_AROUND = 6  # on each side of a change, at least
SURE = 4.0  # standard errors between the weeks before and after


def compare(curve):
    """{"year": …, "month": …, "change": …}, each None where the data do not allow it.

    Year, month: {"days","now_kwh","then_kwh","percent","from","to"}, the last 365 and 30 days.
    Change: {"from": day, "before_percent", "after_percent"}, the sharpest lasting change there is.
    """
    pairs = _pairs(curve)
    last = curve.last
    return {
        "year": _period([p for p in pairs if p[0] > last - timedelta(days=365)], 240),
        "month": _period([p for p in pairs if p[0] > last - timedelta(days=30)], 20),
        "change": _change(pairs),
    }


def _pairs(curve):
    amounts, whole = by_day(curve), complete_days(curve)
    return [
        (day, amounts[day] / PER_KWH, amounts[day - BACK] / PER_KWH)
        for day in sorted(whole)
        if day - BACK in whole
    ]


def _period(pairs, fewest):
    if len(pairs) < fewest:
        return None
    now, then = sum(p[1] for p in pairs), sum(p[2] for p in pairs)
    if not then:
        return None
    return {
        "from": pairs[0][0].isoformat(),
        "to": pairs[-1][0].isoformat(),
        "days": len(pairs),
        "now_kwh": round(now, 3),
        "then_kwh": round(then, 3),
        "percent": round((now - then) / then * 100, 1),
    }


def _change(pairs):
    """The week from which use against the year before changed most surely, if any did."""
    weeks = [pairs[i : i + 7] for i in range(len(pairs) % 7, len(pairs), 7)]
    ratios = [_ratio(week) for week in weeks]
    best = None
    for cut in range(WEEKS_AROUND, len(weeks) - WEEKS_AROUND + 1):
        before, after = ratios[:cut], ratios[cut:]
        error = (stdev(before) ** 2 / len(before) + stdev(after) ** 2 / len(after)) ** 0.5
        score = abs(mean(after) - mean(before)) / error if error else 0.0
        if best is None or score > best[0]:
            best = (score, cut)
    if best is None or best[0] < SURE:
        return None
    cut = best[1]
    before, after = (round(100 * mean(part), 1) for part in (ratios[:cut], ratios[cut:]))
    if abs(after - before) < 5:
        return None
    return {
        "from": weeks[cut][0][0].isoformat(),
        "before_percent": before,
        "after_percent": after,
    }


def _ratio(week):
    then = sum(p[2] for p in week)
    return (sum(p[1] for p in week) - then) / then if then else 0.0
