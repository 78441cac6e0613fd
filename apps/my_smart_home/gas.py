"""Gas: its days and published readings, what they cost and weigh. Energies are as GRDF states them;
a day without data stays a gap.
"""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from domicile import Denied
from heating import same_weather, sensitivity
from words import count, text

DAY = timedelta(days=1)
MONTHS_A_YEAR = 12
_METER = re.compile(r"/energy/gas/([^/]+)/")
NOBODY = "unknown-meter"


class Gas:
    """The gas days of one meter: `kwh` and `m3`, each {day: Decimal}; published readings."""

    def __init__(self, name, number):
        self.name, self.number = name, number
        self.kwh, self.m3, self.celsius, self.published = {}, {}, {}, []
        self.estimated = 0

    @property
    def days(self):
        return self.kwh.keys() | self.m3.keys()


def read_gas(pod, bounds, first, last):
    """The meters that have gas days from `first` to `last`, the one with most days first. Days of a
    file that named no meter are the only meter's, where it has none of its own."""
    meters = {}
    for row in _rows(pod, "gas_days", bounds):
        when = date.fromisoformat(row["day"])
        if first <= when <= last:
            one = _of(meters, row)
            for name, held in (("kwh", one.kwh), ("m3", one.m3), ("celsius", one.celsius)):
                if row[name] is not None:
                    held[when] = Decimal(str(row[name]))
            one.estimated += str(row["quality"] or "").endswith("#Estimated")
    for row in _rows(pod, "gas_readings", bounds):
        since, until = (date.fromisoformat(row[name]) for name in ("since", "until"))
        if row["kwh"] is not None and first <= since and until - DAY <= last:
            _of(meters, row).published.append((since, until, Decimal(str(row["kwh"]))))
    _adopt(meters)
    found = [one for one in meters.values() if one.days]
    return sorted(found, key=lambda one: (-len(one.days), one.name))


def _rows(pod, name, bounds):
    try:
        return pod.query(name, **bounds)
    except Denied:
        return []


def _of(meters, row):
    name = _METER.search(row["sensor"])
    name = name[1] if name else NOBODY
    one = meters.setdefault(name, Gas(name, row["meter"]))
    one.number = one.number or row["meter"]
    return one


def _adopt(meters):
    """A file without its meter's number may have come before the one that names it."""
    if NOBODY in meters and len(meters) == 2:
        nobody = meters.pop(NOBODY)
        (one,) = meters.values()
        for held, more in ((one.kwh, nobody.kwh), (one.m3, nobody.m3)):
            held |= {day: value for day, value in more.items() if day not in one.days}


def summary(gas, factor, tariffs, temperatures):
    """What `result.schema.json` calls gas, and why what is null in it is null."""
    first, last = min(gas.days), max(gas.days)
    total = sum(gas.kwh.values())
    prices = Prices(tariffs)
    months = _by_month(gas, prices)
    costs = [month["eur"] for month in months]
    warmth = temperatures | gas.celsius
    amounts = {day: float(kwh) for day, kwh in gas.kwh.items()}
    pairs = [(float(warmth[day]), kwh) for day, kwh in sorted(amounts.items()) if day in warmth]
    found = {
        "meter": gas.number,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "days": (last - first).days + 1,
        "readings": len(gas.days),
        "missing_days": (last - first).days + 1 - len(gas.days),
        "estimated_days": gas.estimated,
        "kwh": float(total),
        "m3": float(sum(gas.m3.values())),
        "by_month": [{**m, "eur": None if m["eur"] is None else float(m["eur"])} for m in months],
        "eur": None if None in costs else float(sum(costs)),
        "tariff": prices.facts,
        "co2_kg": round(float(total * Decimal(str(factor["kg_per_kwh"]))), 3),
        "co2_factor": {
            "id": factor["id"],
            "source": factor["source"],
            "date": factor["date"],
            "kg_per_kwh": float(factor["kg_per_kwh"]),
            "scope": factor["scope"],
        },
        "heating": sensitivity(pairs),
        "same_weather": same_weather(amounts, warmth),
        "check": check(gas),
    }
    return found, _why(found, pairs)


def _why(found, pairs):
    missing = {}
    if found["eur"] is None:
        missing["gas.eur"] = text(
            "Le prix de votre contrat de gaz n'est pas connu pour tous ces jours.",
            "The price of your gas contract is not known for all these days.",
        )
    for name in ("heating", "same_weather"):
        if found[name] is None:
            missing[f"gas.{name}"] = text(
                "Il faut plus de jours avec une température : {} en ont une.",
                "More days with a temperature are needed: {} have one.",
                count(len(pairs), "jour", "jours", "day", "days"),
            )
    return missing


def _by_month(gas, prices):
    """[{"month","kwh","m3","days","eur"}]: euros of the days that are known, None without a price."""
    months = {}
    for day in sorted(gas.days):
        key = day.isoformat()[:7]
        month = months.setdefault(
            key, {"month": key, "kwh": Decimal(0), "m3": Decimal(0), "days": 0, "eur": Decimal(0)}
        )
        kwh = gas.kwh.get(day, Decimal(0))
        month["kwh"] += kwh
        month["m3"] += gas.m3.get(day, Decimal(0))
        month["days"] += 1
        cost = prices.of(day, kwh)
        month["eur"] = None if cost is None or month["eur"] is None else month["eur"] + cost
    cent = Decimal("0.01")
    return [
        {
            **month,
            "kwh": float(month["kwh"]),
            "m3": float(month["m3"]),
            "eur": None if month["eur"] is None else month["eur"].quantize(cent, ROUND_HALF_UP),
        }
        for month in months.values()
    ]


class Prices:
    """The contract's prices that the owner has declared, each from a day on."""

    def __init__(self, table):
        rows = [
            (
                date.fromisoformat(row["from"]),
                Decimal(str(row["price_kwh"])),
                Decimal(str(row["subscription_month"])),
            )
            for row in table
        ]
        self._rows = sorted(rows)
        self.facts = None
        if rows:
            since, kwh, month = self._rows[-1]
            self.facts = {
                "source": table.facts["source"],
                "from": since.isoformat(),
                "price_kwh": float(kwh),
                "subscription_month": float(month),
            }

    def of(self, day, kwh):
        """Euros of a day's energy and its share of the subscription; None before the first price."""
        known = [row for row in self._rows if row[0] <= day]
        if not known:
            return None
        _, price, subscription = known[-1]
        return kwh * price + subscription * MONTHS_A_YEAR / 365


def check(gas):
    """The published readings, by which bills are made, against the sum of their days, where every
    day is known: {"periods","days_kwh","published_kwh","percent","from","to"} or None."""
    sums = []
    for since, until, kwh in sorted(gas.published):
        span = [since + DAY * n for n in range((until - since).days)]
        if all(day in gas.kwh for day in span):
            sums.append((since, until, kwh, sum(gas.kwh[day] for day in span)))
    published = sum(kwh for _, _, kwh, _ in sums)
    if not published:
        return None
    days = sum(total for *_, total in sums)
    return {
        "from": sums[0][0].isoformat(),
        "to": (max(until for _, until, *_ in sums) - DAY).isoformat(),
        "periods": len(sums),
        "days_kwh": float(days),
        "published_kwh": float(published),
        "percent": round(float((days - published) / published * 100), 1),
    }
