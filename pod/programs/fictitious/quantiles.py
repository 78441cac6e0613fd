"""A distribution as ten numbers: what is kept of values, and what is drawn from it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import mean

QUANTILES = tuple((n + 0.5) / 10 for n in range(10))  # 0.05 to 0.95: no extreme is ever drawn
OWN = 0.02  # what every value differs by besides, so that none is one that was measured


def shape(values: Sequence[float]) -> tuple[tuple[float, ...], float]:
    """(quantiles, the factor by which what is drawn from them keeps the mean)."""
    ordered = sorted(values)
    places = [q * (len(ordered) - 1) for q in QUANTILES]
    found = tuple(
        ordered[int(p)] + (p % 1) * (ordered[min(int(p) + 1, len(ordered) - 1)] - ordered[int(p)])
        for p in places
    )
    middle = (found[0] + found[-1]) / 2 * 0.1 + sum((a + b) / 2 * 0.1 for a, b in pairwise(found))
    factor = mean(values) / middle if middle else 1.0
    return found, min(3.0, max(0.3, factor))


def drawn_at(quantiles: Sequence[float], share: float) -> float:
    """The value under which `share` of all are; beyond the ends, the end."""
    place = min(max(share * 10 - 0.5, 0.0), 9.0)
    low = min(int(place), 8)
    return quantiles[low] + (place - low) * (quantiles[low + 1] - quantiles[low])
