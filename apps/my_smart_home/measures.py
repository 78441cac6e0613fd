"""What is measured on a curve. Nothing here is estimated, and gaps are never filled."""

from statistics import median

from curve import PER_KWH

ALL_DAY = range(1440)


def energy(curve):
    """The sum of mean power × step over every reading, in mW·min."""
    return sum(stretch.energy for stretch in curve.stretches)


def kwh(amount):
    """mW·min in kWh; six decimals, so that half watt-hours and ten-minute steps survive."""
    return round(amount / PER_KWH, 6)


def by_day(curve):
    """{day: mW·min}"""
    return {day: sum(s.energy for s in stretches) for day, stretches in curve.days.items()}


def by_month(curve):
    """[{"month": "2024-01", "kwh"}]"""
    months = {}
    for day, amount in by_day(curve).items():
        key = day.isoformat()[:7]
        months[key] = months.get(key, 0) + amount
    return [{"month": month, "kwh": kwh(amount)} for month, amount in sorted(months.items())]


def missing_half_hours(curve):
    """Half hours between the first and the last day that no reading covers, rounded up by day."""
    lost = 0
    for day in curve.calendar():
        known = sum(s.known * s.step for s in curve.days.get(day, ()))
        lost += max(0, -((known - curve.length(day)) // 30))
    return lost


def complete_days(curve):
    """The days that readings cover from midnight to midnight."""
    return {
        day
        for day, stretches in curve.days.items()
        if sum(s.known * s.step for s in stretches) == curve.length(day)
    }


def half_hours(stretches):
    """The mean powers (mW) of the whole half hours of one day, other steps brought to them."""
    powers, parts = [], {}
    for stretch in stretches:
        if stretch.step in (30, 60):
            powers += [v for _, v in stretch for _ in range(stretch.step // 30)]
            continue
        for minute, value in stretch:
            part = parts.setdefault((stretch.offset, minute // 30), [0, 0])
            part[0] += value * stretch.step
            part[1] += stretch.step
    return powers + [amount / covered for amount, covered in parts.values() if covered == 30]


def base_load_by_day(curve):
    """{day: W}: the third-lowest half hour of each day that has three."""
    lows = {}
    for day, stretches in curve.days.items():
        powers = half_hours(stretches)
        if len(powers) >= 3:
            lows[day] = sorted(powers)[2] / 1000
    return lows


def base_load(curve):
    """W: the median over local days of the third-lowest half hour. None without such a day."""
    lows = base_load_by_day(curve)
    return median(lows.values()) if lows else None


def energy_within(stretches, inside):
    """mW·min of the readings whose START minute is in the table `inside` (1,440 booleans)."""
    return sum(s.step * v for s in stretches for m, v in s if inside[m])


def clock(ranges):
    """ "22:00-06:00,12:30-14:30" as 1,440 booleans."""
    inside = [False] * 1440
    for part in ranges.split(","):
        start, end = (int(t[:2]) % 24 * 60 + int(t[3:5]) for t in part.strip().split("-"))
        for minute in ALL_DAY:
            if (start <= minute < end) if start < end else (minute >= start or minute < end):
                inside[minute] = True
    return inside


def largest(curve):
    """(W, START as ISO 8601 with offset) of the largest mean power, the first of equals."""
    best, where = -1, None
    for stretch in curve.stretches:
        for minute, value in stretch:
            if value > best:
                best, where = value, (stretch, minute)
    stretch, minute = where
    watts = best / 1000
    return (int(watts) if watts == int(watts) else watts), stretch.at(minute)


def week(curve):
    """Mean W by weekday (Monday first) and hour: 7 lists of 24, None where nothing was read."""
    amounts = [[0] * 24 for _ in range(7)]
    covered = [[0] * 24 for _ in range(7)]
    for stretch in curve.stretches:
        amount, cover = amounts[stretch.day.weekday()], covered[stretch.day.weekday()]
        step = stretch.step
        for minute, value in stretch:
            amount[minute // 60] += value * step
            cover[minute // 60] += step
    return [
        [round(a / c / 1000) if c else None for a, c in zip(*pair, strict=True)]
        for pair in zip(amounts, covered, strict=True)
    ]
