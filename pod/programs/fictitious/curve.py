"""Drawn days of electricity: quantiles of each half hour by kind of day and month, and how much one half
hour says of the next."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import NormalDist

from pod.errors import BadInput
from pod.programs.fictitious.quantiles import OWN, drawn_at, shape
from pod.sample import PARIS, midnight

SLOTS = 48
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
LEAST_DAYS = 28  # of fewer, the statistics would be the days themselves
STRATUM_DAYS = 8

Days = Mapping[date, Sequence[float | None]]  # W of the 48 half hours of the local clock


class Curve:
    """The statistics of a load curve, and days that are drawn from them."""

    def __init__(self, days: Days) -> None:
        """Raises BadInput where there are fewer than `LEAST_DAYS` whole days."""
        whole = {day: [v for v in values if v is not None] for day, values in days.items()}
        whole = {day: values for day, values in whole.items() if len(values) == SLOTS}
        if len(whole) < LEAST_DAYS:
            raise BadInput(
                f"{len(whole)} whole days are too few to draw from: {LEAST_DAYS} at least"
            )
        self._pools: dict[tuple[int, int], list[list[float]]] = defaultdict(list)
        for day in sorted(whole):
            self._pools[day.month, kind(day)].append(whole[day])
        self._strata: dict[tuple[int, int], list[tuple[tuple[float, ...], float]]] = {}
        self._follows = self._persistence()

    def stratum(self, day: date) -> list[tuple[tuple[float, ...], float]]:
        """(quantiles, factor that keeps the mean) of each half hour, for days like `day`."""
        key = day.month, kind(day)
        if key not in self._strata:
            pool = self._pool(*key)
            self._strata[key] = [shape([values[slot] for values in pool]) for slot in range(SLOTS)]
        return self._strata[key]

    def _pool(self, month: int, of: int) -> list[list[float]]:
        """Days of this kind in this month and its neighbours; where they are few, of any kind; of any
        month."""
        near = [(month - 2) % 12 + 1, month, month % 12 + 1]
        for months, kinds in ((near, [of]), (near, range(3)), (range(1, 13), [of])):
            pool = [v for m in months for k in kinds for v in self._pools.get((m, k), ())]
            if len(pool) >= STRATUM_DAYS:
                return pool
        return [values for pool in self._pools.values() for values in pool]

    def _persistence(self) -> float:
        """How much a half hour says of the next: the correlation of their normal scores."""
        pairs: list[tuple[float, float]] = []
        for (month, of), days in self._pools.items():
            pool = self._pool(month, of)
            columns = [sorted(values[slot] for values in pool) for slot in range(SLOTS)]
            for values in days:
                scores = [_score(v, column) for v, column in zip(values, columns, strict=True)]
                pairs += pairwise(scores)
        xs, ys = [p[0] for p in pairs], [p[1] for p in pairs]
        spread = math.sqrt(sum(x * x for x in xs) * sum(y * y for y in ys))
        return min(0.97, max(0.0, sum(x * y for x, y in pairs) / spread)) if spread else 0.0

    def draw(self, first: date, until: date, seed: int) -> Iterator[tuple[datetime, int]]:
        """(START in UTC, W) of every half hour of the local days: 46 and 50 where the clock changes.

        Even numbers, so that every half hour is a whole number of watt-hours.
        """
        chance = Random(f"curve {seed}")  # noqa: S311
        now, end, score = midnight(first), midnight(until + DAY), chance.gauss(0, 1)
        rest = math.sqrt(1 - self._follows**2)
        while now < end:
            local = now.astimezone(PARIS)
            quantiles, factor = self.stratum(local.date())[local.hour * 2 + local.minute // 30]
            score = self._follows * score + rest * chance.gauss(0, 1)
            watts = (
                factor * drawn_at(quantiles, NormalDist().cdf(score)) * (1 + chance.gauss(0, OWN))
            )
            yield now, max(0, 2 * round(watts / 2))
            now += HALF_HOUR


def kind(day: date) -> int:
    """0 for a weekday, 1 for a Saturday, 2 for a Sunday."""
    return max(0, day.weekday() - 4)


def _score(value: float, column: Sequence[float]) -> float:
    """Where a value stands among `column` (sorted), as a number of the normal distribution."""
    below, above = bisect_left(column, value), bisect_left(column, math.nextafter(value, math.inf))
    return NormalDist().inv_cdf((below + above + 1) / 2 / (len(column) + 1))
