"""The money of the accounts, month by month: what came in, what was bound to go out.

Fixed charges are Insee's "dépenses pré-engagées" (housing, water, energy, telecom, insurance, financial
services) with taxes. Amounts are Decimals, in euros; other currencies are left out and counted.
"""

import re
import unicodedata
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

FIXED = ("Housing", "Electricity", "Gas", "Water", "Telecom", "Insurance", "BankFees", "Taxes")
ENERGY = ("Electricity", "Gas")
REGULAR = 3  # months in a row in which the same sender paid: then it is income
EDGE = 3  # days at the ends of a month that may be without a transaction
ZERO = Decimal(0)


class Entry:
    """A booked transaction in euros. `sender`: words that stay the same from month to month."""

    __slots__ = ("amount", "benefit", "category", "day", "month", "said", "sender", "text")

    def __init__(self, day, amount, category, text, party):
        self.day, self.amount, self.category = day, amount, category
        self.month = day.isoformat()[:7]
        self.text, self.said = party or text, f"{party} {text}"
        self.sender = _steady(self.text)
        self.benefit = None


def plain(text):
    """Lower case, no accents, single spaces."""
    flat = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", flat))


def _steady(text):
    return " ".join(word for word in plain(text).split() if not any(c.isdigit() for c in word))


def read_entries(rows, numbers):
    """(entries in the order of days, {"pending","foreign","own"} left out)."""
    own = {number.replace(" ", "").upper() for number in numbers if number}
    entries, left = [], {"pending": 0, "foreign": 0, "own": 0}
    for row in rows:
        if row["status"]:
            left["pending"] += 1
        elif row["currency"] != "EUR":
            left["foreign"] += 1
        elif (row["other"] or "").replace(" ", "").upper() in own:
            left["own"] += 1
        else:
            day, amount = date.fromisoformat(row["day"]), Decimal(row["amount"])
            entries.append(
                Entry(day, amount, row["category"] or "", row["text"] or "", row["party"] or "")
            )
    entries.sort(key=lambda e: (e.day, e.amount, e.text))
    return entries, left


def next_month(month, by=1):
    """ "2026-12" → "2027-01"."""
    place = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def last_day(month):
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


class Ledger:
    """Sums by month from `first` to `last`, the days that the bank's data cover. `whole`: months
    that they cover from end to end, in order. `entries`: income and fixed charges among them."""

    def __init__(self, entries, first, last):
        self.entries, self.first, self.last = entries, first, last
        self.months, self.whole = [], []
        self.by_category = defaultdict(lambda: defaultdict(Decimal))
        if first is None:
            return
        month = first.isoformat()[:7]
        while month <= last.isoformat()[:7]:
            self.months.append(month)
            start, end = date.fromisoformat(month + "-01"), last_day(month)
            begun = first <= start + timedelta(days=EDGE)
            if begun and last >= end - timedelta(days=EDGE):
                self.whole.append(month)
            month = next_month(month)
        regular = _regular(entries)
        for entry in entries:
            kind = self._kind(entry, regular)
            if kind:
                self.by_category[entry.month][kind] += entry.amount

    def _kind(self, entry, regular):
        """What a transaction counts as; refunds of charges lower them."""
        if entry.category in FIXED:
            return entry.category
        if entry.amount <= 0:
            return None
        if entry.benefit:
            return "Benefits" if entry.benefit != "refund" else None
        if entry.category == "Salary":
            return "Salary"
        if entry.category == "UncategorisedMoney" and entry.sender in regular:
            return "Regular"
        return None

    def income(self, month):
        found = self.by_category[month]
        return sum((found[k] for k in ("Salary", "Benefits", "Regular")), ZERO)

    def charges(self, month):
        """Positive: what went out."""
        return -sum((self.by_category[month][k] for k in FIXED), ZERO)

    def energy(self, month):
        return -sum((self.by_category[month][k] for k in ENERGY), ZERO)

    def part(self, month, kind):
        return abs(self.by_category[month][kind])


def _regular(entries):
    """Senders of uncategorised money who paid in `REGULAR` months in a row: a pension, alimony."""
    months = defaultdict(set)
    for entry in entries:
        if entry.amount > 0 and entry.category == "UncategorisedMoney" and entry.sender:
            months[entry.sender].add(entry.month)
    return {
        sender
        for sender, paid in months.items()
        if any(all(next_month(m, n) in paid for n in range(REGULAR)) for m in paid)
    }
