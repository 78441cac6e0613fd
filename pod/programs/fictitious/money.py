"""Drawn transactions: how often a month, on which days and how much, by category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from pod.programs.fictitious.quantiles import OWN, drawn_at, shape
from pod.programs.merge.categories import MERCHANTS
from pod.sample import Entry

DAY = timedelta(days=1)
Key = tuple[str, bool]  # category, whether money comes in
Moves = Sequence[tuple[date, Decimal, str]]  # day, signed amount, category


@dataclass(frozen=True, slots=True)
class Money:
    """One category in one direction: how often a month, on which days, how much (quantiles)."""

    monthly: float
    days: tuple[int, ...]
    amounts: tuple[float, ...]


def habits(moves: Sequence[tuple[date, Decimal, str]]) -> dict[Key, Money]:
    """The statistics of transactions (day, amount, category)."""
    months = len({(day.year, day.month) for day, _, _ in moves})
    groups: dict[Key, list[tuple[int, float]]] = defaultdict(list)
    for day, amount, category in moves:
        groups[category, amount > 0].append((day.day, abs(float(amount))))
    return {
        key: Money(
            len(found) / months,
            tuple(sorted(d for d, _ in found)),
            shape([a for _, a in found])[0],
        )
        for key, found in sorted(groups.items())
    }


def spend(
    found: Mapping[Key, Money],
    first: date,
    until: date,
    seed: int,
    real: frozenset[tuple[date, Decimal]] = frozenset(),
) -> list[Entry]:
    """Transactions of the days, in order; none has day and amount of one in `real`."""
    drawn: list[tuple[date, Decimal, str]] = []
    for (category, comes), money in found.items():
        own = Random(f"{category} {comes} {seed}")  # noqa: S311
        level = own.uniform(0.88, 1.12)  # rents and wages stand out: none is the household's own
        month = first.replace(day=1)
        while month <= until:
            count = int(money.monthly) + (own.random() < money.monthly % 1)
            for _ in range(count):
                day = _within(month, own.choice(money.days) + own.choice((-1, 0, 0, 1)))
                amount = _amount(money, level, own)
                while (day, amount if comes else -amount) in real:
                    amount += Decimal("0.01")
                if first <= day <= until:
                    drawn.append((day, amount if comes else -amount, _words(category, comes)))
            month = (month + 31 * DAY).replace(day=1)
    drawn.sort()
    return [(d, a, text, f"{d:%Y%m%d}{n:05d}") for n, (d, a, text) in enumerate(drawn, 1)]


def _amount(money: Money, level: float, chance: Random) -> Decimal:
    value = drawn_at(money.amounts, chance.random()) * level * (1 + chance.gauss(0, OWN))
    return Decimal(max(1, round(value * 100))) / 100


def _within(month: date, day: int) -> date:
    last = ((month + 31 * DAY).replace(day=1) - DAY).day
    return month.replace(day=min(max(day, 1), last))


def _words(category: str, comes: bool) -> str:
    """What the pod files under the same category, and nobody's own words."""
    said = MERCHANTS.get(category, "divers").split("|")[0].upper()
    return f"{'VIR' if comes else 'PRLV SEPA'} {said} FICTIF"
