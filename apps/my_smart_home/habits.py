"""Something large that runs on some nights only, as a car that charges does.

A night's half hours are set against the median of the same half hour that month: what runs every
night (hot water) is in the median, and so is most of the heating.
"""

from collections import Counter
from statistics import median

EXTRA_W = 1500
LEAST_HALF_HOURS = 4
EVENING, MORNING = 22 * 60, 8 * 60


def night_charges(curve):
    """{"nights","of","per_week","start","end","extra_w"} of long extra blocks at night, or None.

    `start` and `end` are the usual local hours. Given only where it happens on 5 to 60 % of nights,
    at least eight times.
    """
    nights = _nights(curve)
    months = {}
    for night, slots in nights.items():
        for minute, watts in slots.items():
            months.setdefault((night.year, night.month, minute), []).append(watts)
    usual = {key: median(values) for key, values in months.items() if len(values) >= 8}
    found = [block for night, slots in nights.items() if (block := _block(night, slots, usual))]
    share = len(found) / len(nights) if nights else 0
    if len(found) < 8 or not 0.05 <= share <= 0.6:
        return None
    return {
        "nights": len(found),
        "of": len(nights),
        "per_week": round(7 * share, 1),
        "start": _usual_hour([start for start, _, _ in found]),
        "end": _usual_hour([end for _, end, _ in found]),
        "extra_w": round(median(extra for _, _, extra in found), -2),
    }


def _nights(curve):
    """{day on which the night ends: {minute from its midnight, evening before below 0: W}}"""
    nights = {}
    for day, stretches in curve.days.items():
        after = day.fromordinal(day.toordinal() + 1)
        for stretch in stretches:
            for minute, value in stretch:
                if minute < MORNING:
                    nights.setdefault(day, {})[minute] = value / 1000
                elif minute >= EVENING:
                    nights.setdefault(after, {})[minute - 1440] = value / 1000
    return nights


def _block(night, slots, usual):
    """(start, end, extra W) of the longest run above the usual, if it lasts two hours."""
    best, run = [], []
    for minute in sorted(slots):
        extra = slots[minute] - usual.get((night.year, night.month, minute), slots[minute])
        if extra < EXTRA_W or (run and minute - run[-1][0] > 60):
            run = []
        if extra >= EXTRA_W:
            run.append((minute, extra))
        if len(run) > len(best):
            best = list(run)
    if len(best) < LEAST_HALF_HOURS:
        return None
    step = best[1][0] - best[0][0]
    return best[0][0], best[-1][0] + step, median(extra for _, extra in best)


def _usual_hour(minutes):
    """The hour of day that occurs most, to the nearest hour."""
    return Counter(round(m / 60) % 24 for m in minutes).most_common(1)[0][0]
