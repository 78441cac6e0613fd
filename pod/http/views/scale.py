"""Numbers to places: sane ticks, and fewer points without hiding a peak."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pod.http.texts import Texts
from pod.http.views.svg import wide


@dataclass(frozen=True, slots=True)
class Scale:
    """`ticks` at round numbers from at most the smallest to at least the largest value."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """0 at the bottom, 1 at the top."""
        return (value - self.low) / (self.high - self.low)


def scale(values: Sequence[float], most: int = 5) -> Scale:
    """A scale that holds zero and `values`, with at most `most` steps of 1, 2, 2.5 or 5 times 10ⁿ."""
    low, high = min([0.0, *values]), max([0.0, *values])
    if high == low:
        high = low + 1
    raw = (high - low) / most
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next((m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= raw * 0.9999), raw)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(n * step, 12) for n in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def thinned(values: Sequence[float | None], columns: int) -> Iterator[list[tuple[int, float]]]:
    """Unbroken runs of (place, value). Beyond two points a column of pixels, the lowest and the
    highest of each column are kept, in their order: nothing that could be seen is lost."""
    size = max(1, math.ceil(len(values) / max(1, columns)))
    run: list[tuple[int, float]] = []
    for start in range(0, len(values), size):
        known: list[tuple[int, float]] = []
        for place in range(start, min(start + size, len(values))):
            value = values[place]
            if value is not None:
                known.append((place, value))
        if len(known) > 2:
            known = sorted({min(known, key=lambda p: p[1]), max(known, key=lambda p: p[1])})
        broken = any(v is None for v in values[start : start + size])
        if broken and run:
            if size > 1 and known:  # a gap narrower than a pixel's column
                run += known
                continue
            yield run
            run = []
        run += known
    if run:
        yield run


def x_ticks(x: Sequence[str], kind: str, texts: Texts, room: float) -> list[tuple[int, str]]:
    """(place among `x`, label), as many as fit in `room` without touching."""
    found = _CHOICES[kind](x, texts) if kind in _CHOICES else []
    for ticks in found:
        if len(ticks) > 1 and _fit(ticks, len(x), room):
            return ticks
    every = [(n, point(value, kind, texts, short=True)) for n, value in enumerate(x)]
    for step in (1, 2, 3, 4, 6, 12, 24, 48, 96, 192):
        if _fit(every[::step], len(x), room):
            return every[::step]
    return every[:1]


def _fit(ticks: Sequence[tuple[int, str]], count: int, room: float) -> bool:
    pixels = room / max(1, count)
    return all(
        (b[0] - a[0]) * pixels > (wide(a[1]) + wide(b[1])) / 2 + 10 for a, b in pairwise(ticks)
    )


def point(value: str, kind: str, texts: Texts, *, short: bool = False) -> str:
    """An x in words: `lundi 23 novembre 2026`, short `23 nov.`."""
    if kind == "month":
        return texts.month(value, "MMM" if short else "yMMMM")
    if kind == "day":
        return texts.day_month(value) if short else texts.day(value, "full")
    if kind == "week":
        return texts.day_month(value) if short else texts("view-week", day=texts.day(value))
    if kind == "hour":
        clock = texts.clock(value)
        return clock if short else f"{texts.day(value, 'medium')}, {clock}"
    return value


def _by_days(x: Sequence[str], texts: Texts) -> list[list[tuple[int, str]]]:
    months = [(n, v) for n, v in enumerate(x) if v[8:10] == "01" or (n and v[:7] != x[n - 1][:7])]
    named = [(n, _month(v, texts)) for n, v in months]
    quarters = [(n, _month(v, texts)) for n, v in months if v[5:7] in ("01", "04", "07", "10")]
    years = [(n, v[:4]) for n, v in months if v[5:7] == "01"]
    mondays = [
        (n, texts.day_month(v))
        for n, v in enumerate(x)
        if date.fromisoformat(v[:10]).weekday() == 0
    ]
    few = [[(n, texts.day_month(v)) for n, v in enumerate(x)], mondays] if len(x) <= 75 else []
    return [*few, named, quarters, years]


def _month(value: str, texts: Texts) -> str:
    return value[:4] if value[5:7] == "01" else texts.month(value, "MMM")


def _by_months(x: Sequence[str], texts: Texts) -> list[list[tuple[int, str]]]:
    named = [(n, _month(v, texts)) for n, v in enumerate(x)]
    quarters = [t for t, v in zip(named, x, strict=True) if v[5:7] in ("01", "04", "07", "10")]
    years = [t for t, v in zip(named, x, strict=True) if v[5:7] == "01"]
    return [named, quarters, years]


def _by_hours(x: Sequence[str], texts: Texts) -> list[list[tuple[int, str]]]:
    days = [(n, v[:10]) for n, v in enumerate(x) if n == 0 or v[:10] != x[n - 1][:10]]
    if len(days) < 3:
        return []
    named = [(n, texts.day_month(v)) for n, v in days]
    mondays = [
        t for t, (_, v) in zip(named, days, strict=True) if date.fromisoformat(v).weekday() == 0
    ]
    return [named, mondays, named[::7], named[::14]]


_CHOICES = {"day": _by_days, "week": _by_days, "month": _by_months, "hour": _by_hours}
