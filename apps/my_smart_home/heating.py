"""What heating weighs: daily kWh = a + b·max(0, T0 − T), T0 from 12 to 20 °C by R²."""

THRESHOLDS = [12 + step / 2 for step in range(17)]
FEWEST = 60  # days with both a reading and a temperature


def sensitivity(pairs):
    """{"w_per_k","threshold_c","r2","days"} from (°C, kWh) of whole days; None where the days are
    too few, none is cold, or use does not rise with the cold."""
    if len(pairs) < FEWEST:
        return None
    best = None
    for threshold in THRESHOLDS:
        fit = _fit([(max(0.0, threshold - t), used) for t, used in pairs])
        if fit and (best is None or fit[1] > best[2]):
            best = (threshold, *fit)
    if best is None or best[1] <= 0:
        return None
    threshold, slope, r2 = best
    return {
        "w_per_k": round(slope * 1000 / 24, 1),
        "threshold_c": threshold,
        "r2": round(r2, 3),
        "days": len(pairs),
    }


def _fit(points):
    """(slope, R²) of least squares; None where all x or all y are equal."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    sxx = sum((x - mean_x) ** 2 for x, _ in points)
    syy = sum((y - mean_y) ** 2 for _, y in points)
    sxy = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return (sxy / sxx, sxy * sxy / (sxx * syy)) if sxx and syy else None
