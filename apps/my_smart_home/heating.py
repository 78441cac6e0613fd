"""What heating weighs: daily kWh = a + b·max(0, T0 − T), T0 from 12 to 20 °C by R²; and, with it,
whether the same weather takes more or less than a year ago.
"""

from datetime import timedelta

THRESHOLDS = [12 + step / 2 for step in range(17)]
FEWEST = 60  # days with both a reading and a temperature
YEAR = timedelta(days=365)
FEWEST_THEN = 240  # of the year before: a winter and a summer
FEWEST_NOW = 90
CLEAR = 0.4  # R² from which the weather is worth correcting for


def best_fit(pairs):
    """(threshold °C, kWh a day, kWh a day and degree, R²) of (°C, kWh) of whole days; None where
    none is cold or all are alike."""
    best = None
    for threshold in THRESHOLDS:
        fit = _fit([(max(0.0, threshold - t), used) for t, used in pairs])
        if fit and (best is None or fit[2] > best[3]):
            best = (threshold, *fit)
    return best


def sensitivity(pairs):
    """{"w_per_k","threshold_c","r2","days"} from (°C, kWh) of whole days; None where the days are
    too few, none is cold, or use does not rise with the cold."""
    best = best_fit(pairs) if len(pairs) >= FEWEST else None
    if best is None or best[2] <= 0:
        return None
    threshold, _, slope, r2 = best
    return {
        "w_per_k": round(slope * 1000 / 24, 1),
        "threshold_c": threshold,
        "r2": round(r2, 3),
        "days": len(pairs),
    }


def same_weather(amounts, temperatures):
    """The last 365 days against what the year before would have used in their weather: the fit of
    that year, at this year's degree days. None where either has too few days with a temperature,
    or where the weather explains little.

    `amounts`: {day: kWh} of whole days; `temperatures`: {day: °C}.
    """
    known = {
        day: (float(temperatures[day]), amounts[day]) for day in amounts if day in temperatures
    }
    if not known:
        return None
    last = max(known)
    now = {day: pair for day, pair in known.items() if day > last - YEAR}
    then = {day: pair for day, pair in known.items() if last - 2 * YEAR < day <= last - YEAR}
    if len(now) < FEWEST_NOW or len(then) < FEWEST_THEN:
        return None
    best = best_fit(list(then.values()))
    if best is None or best[2] <= 0 or best[3] < CLEAR:
        return None
    threshold, base, slope, r2 = best
    cold = {span: _degree_days(days, threshold) for span, days in (("now", now), ("then", then))}
    expected = base * len(now) + slope * cold["now"]
    used = sum(kwh for _, kwh in now.values())
    if expected <= 0:
        return None
    return {
        "from": min(now).isoformat(),
        "to": last.isoformat(),
        "days": len(now),
        "used_kwh": round(used, 3),
        "expected_kwh": round(expected, 3),
        "percent": round((used - expected) / expected * 100, 1),
        "degree_days": round(cold["now"]),
        "degree_days_then": round(cold["then"] / len(then) * len(now)),
        "threshold_c": threshold,
        "r2": round(r2, 3),
    }


def _degree_days(days, threshold):
    return sum(max(0.0, threshold - celsius) for celsius, _ in days.values())


def _fit(points):
    """(intercept, slope, R²) of least squares; None where all x or all y are equal."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    sxx = sum((x - mean_x) ** 2 for x, _ in points)
    syy = sum((y - mean_y) ** 2 for _, y in points)
    sxy = sum((x - mean_x) * (y - mean_y) for x, y in points)
    if not sxx or not syy:
        return None
    slope = sxy / sxx
    return mean_y - slope * mean_x, slope, sxy * sxy / (sxx * syy)
