"""How near drawn data come to the real ones: the only thing that is promised of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from statistics import median

from pod.model import Json
from pod.programs.fictitious.curve import SLOTS, Days
from pod.programs.fictitious.money import Moves
from pod.sample import PARIS, Entry

COMPARED = 200  # days of each side at most that distances are measured between


def measure(real: Days, powers: Sequence[tuple[datetime, int]]) -> Json:
    """How near drawn days come to real ones: {"nearest_w", "real_nearest_w": {"least","median"},
    "days_repeated"}. Distances are mean absolute differences of a half hour, in W; `real_nearest_w` is what
    real days are apart from the nearest other real day.
    """
    drawn: dict[date, list[float | None]] = {}
    for at, watts in powers:
        local = at.astimezone(PARIS)
        drawn.setdefault(local.date(), [None] * SLOTS)[local.hour * 2 + local.minute // 30] = watts
    ours, theirs = _some(real), _some(drawn)
    apart = [min(_distance(one, other) for other in ours) for one in theirs]
    among = [
        min(_distance(one, other) for m, other in enumerate(ours) if m != n)
        for n, one in enumerate(ours)
    ]
    known = {tuple(values) for values in real.values()}
    return {
        "nearest_w": {"least": round(min(apart), 1), "median": round(median(apart), 1)},
        "real_nearest_w": {"least": round(min(among), 1), "median": round(median(among), 1)},
        "days_repeated": sum(tuple(values) in known for values in drawn.values()),
    }


def _some(days: Days) -> list[list[float]]:
    """Whole days, evenly spread over the time, at most `COMPARED`."""
    whole = [[v for v in days[d] if v is not None] for d in sorted(days)]
    whole = [values for values in whole if len(values) == SLOTS]
    return whole[:: max(1, math.ceil(len(whole) / COMPARED))]


def _distance(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / SLOTS


def repeated(moves: Moves, entries: Sequence[Entry]) -> int:
    """Drawn transactions that have the day and the amount of a real one."""
    known = {(day, amount) for day, amount, _ in moves}
    return sum((day, amount) in known for day, amount, *_ in entries)
