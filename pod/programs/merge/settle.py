"""Which of a day's readings count where readings of different steps overlap.

A day's readings are `{step: {minute of the day: (mW, raw)}}`, one for each step and minute. What
counts is a pure function of them, so that the order of imports cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from pod.programs.merge.model import Rank

ATOM = 5  # minutes: every step is a multiple
HALF_HOUR = (1 << (30 // ATOM)) - 1

Reading = tuple[int, str]
Slots = dict[int, Reading]
Day = dict[int, Slots]


def settle(day: Day, rank: Callable[[str], Rank]) -> tuple[Day, Day]:
    """(readings that count, readings that something newer covers).

    The newest file goes first, and of the same file the finer step: a reading counts if nothing
    before it took a part of its time.
    """
    if len(day) == 1 and _apart(day):
        return day, {}
    ordered = sorted((step, minute) for step, slots in day.items() for minute in slots)
    ordered.sort(key=lambda at: rank(day[at[0]][at[1]][1]), reverse=True)
    taken = 0
    counted: Day = {}
    covered: Day = {}
    for step, minute in ordered:
        mask = _mask(step, minute)
        side = covered if taken & mask else counted
        if side is counted:
            taken |= mask
        side.setdefault(step, {})[minute] = day[step][minute]
    return counted, covered


def missing(counted: Day, length: int) -> int:
    """Half hours of a local day of `length` minutes that are not known from end to end."""
    if len(counted) == 1:
        ((step, slots),) = counted.items()
        if len(slots) * step == length and _apart(counted):
            return 0
    taken = 0
    for step, slots in counted.items():
        for minute in slots:
            taken |= _mask(step, minute)
    halves = range(0, length // ATOM, 30 // ATOM)
    return sum((taken >> at) & HALF_HOUR != HALF_HOUR for at in halves)


def _apart(day: Day) -> bool:
    """Whether no two readings of the only step overlap."""
    ((step, slots),) = day.items()
    minutes = sorted(slots)
    return all(b - a >= step for a, b in pairwise(minutes))


def _mask(step: int, minute: int) -> int:
    return ((1 << step // ATOM) - 1) << minute // ATOM
