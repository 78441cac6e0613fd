"""What the same readings would have cost: energy of each reading + subscription, by days / 365.

One date for every option, or the comparison lies. Amounts are exact fractions of euros until they
are rounded to cents.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from curve import DAY, PER_KWH
from measures import energy, energy_within
from tempo import split, unknown_days

OPTIONS = ("base", "off_peak", "tempo")
POWERS = (6, 9, 12, 15, 18, 24, 30, 36)
YEAR = timedelta(days=364)  # 365 days, both ends included
WINTER = ((11, 1), (3, 31))


@dataclass(slots=True)
class Tariffs:
    """`prices[(option, kva)]` = (euros a month, {period: euros a kWh}); facts of the table."""

    prices: dict
    facts: dict

    def priced(self, kva):
        """The power whose prices are used for `kva`: the smallest known that allows it, else the
        largest known."""
        known = sorted({power for _, power in self.prices})
        return next((power for power in known if power >= kva), known[-1])

    def listed(self):
        return [
            {"id": option, "source": self.facts["source"], "from": self.facts["from"]}
            for option in OPTIONS
        ]


def read_tariffs(table):
    """Raises nothing: an option that is not in the table has no bill."""
    prices = {}
    for row in table:
        _, periods = prices.setdefault(
            (row["option"], row["kva"]), (Fraction(str(row["subscription_month"])), {})
        )
        periods[row["period"]] = Fraction(str(row["price_kwh"]))
    return Tariffs(prices, table.facts)


def power_for(watts):
    """The smallest subscribed power (kVA) that lets `watts` through, of those with every option."""
    return next((power for power in POWERS if power * 1000 >= watts), POWERS[-1])


def cost(tariffs, option, kva, amounts, days):
    """Exact euros of {period: mW·min} over `days`. None where the option has no price."""
    priced = tariffs.prices.get((option, kva))
    if priced is None:
        return None
    monthly, prices = priced
    used = sum(prices[period] * Fraction(amount, PER_KWH) for period, amount in amounts.items())
    return used + monthly * 12 * Fraction(days, 365)


def bills(curve, tariffs, kva, inside, colours):
    """{option: exact euros or None} over the days from the first to the last of the curve."""
    days = (curve.last - curve.first).days + 1
    total = energy(curve)
    low = energy_within(curve.stretches, inside)
    amounts = {"base": {"all": total}, "off_peak": {"off_peak": low, "peak": total - low}}
    if not unknown_days(curve, colours):
        amounts["tempo"] = split(curve, colours)
    return {
        option: cost(tariffs, option, kva, amounts[option], days) if option in amounts else None
        for option in OPTIONS
    }


def cents(amount):
    """Euros with two decimals, halves up; None stays None."""
    if amount is None:
        return None
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def fair_window(curve, colours):
    """(first, last) over which all options can be compared: a year at most, every colour known.

    None where colours are lacking and less than 30 days are left.
    """
    unknown = set(unknown_days(curve, colours))
    if not unknown:
        return max(curve.first, curve.last - YEAR), curve.last
    last = max((day for day in curve.days if day not in unknown), default=date.min)
    earlier = max((day for day in unknown if day < last), default=date.min)
    first = max(curve.first, last - YEAR if last > date.min else last)
    if earlier >= first:
        first = earlier + DAY
    return (first, last) if (last - first).days >= 29 else None


def holds_a_winter(first, last):
    """Whether the red days of one whole winter (November to March) lie in the window."""
    return any(
        first <= date(year, *WINTER[0]) and date(year + 1, *WINTER[1]) <= last
        for year in range(first.year, last.year + 1)
    )
