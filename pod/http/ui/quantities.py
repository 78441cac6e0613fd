"""How much of what in which month, from every holder and app that tells it: what the timeline draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from pod.errors import NotFound
from pod.http.ui import accounts, curve
from pod.http.ui.months import month_after, state
from pod.http.ui.visit import Visit
from pod.model import Json
from pod.programs import ledger

HOME, TRAVEL = "my_smart_home", "coach_co2"  # the apps whose results are told
EUR = "EUR"
FIRST_DAYS = 5  # of a month; statements that begin later leave a part of it out


@dataclass(frozen=True, slots=True)
class Quantity:
    """`months`: month (`2026-11`) → how much, in `unit`, not negative; one that is not there is not
    known, and of those in `partial` only a part is. `link`: the page that tells more. `more`: keys
    of sentences on what is in it."""

    key: str
    unit: str
    months: Mapping[str, float]
    link: str
    more: tuple[str, ...] = ()
    partial: frozenset[str] = frozenset()


def known(visit: Visit) -> tuple[str, str] | None:
    """The first and the last month of which anything is known; None of an empty pod."""
    names = [m for months in curve.coverage(visit).values() for m in months]
    for one in accounts.accounts(visit):
        names += [one.months[0], one.months[-1]]
    names += [row["month"] for row in _rows(visit, TRAVEL)]
    return (min(names), max(names)) if names else None


def quantities(visit: Visit, first: str, last: str) -> list[Quantity]:
    """What is known between two months, both included, in the order in which it is shown."""
    within = [
        _electricity(visit),
        *_money(visit, first, last),
        *_travel(visit),
    ]
    within.append(_co2(visit, within))
    found = []
    for one in within:
        months = {m: v for m, v in one.months.items() if first <= m <= last}
        if months:
            found.append(replace(one, months=months))
    return found


def _electricity(visit: Visit) -> Quantity:
    """Of all meters together."""
    found: dict[str, float] = {}
    partial = set()
    for months in curve.coverage(visit).values():
        for name, month in months.items():
            if month.days:
                found[name] = found.get(name, 0.0) + month.energy / 1000
            if state(month) != "full":
                partial.add(name)
    return Quantity("electricity", "kWh", found, f"/.pod/apps/{HOME}", (), frozenset(partial))


def _money(visit: Visit, first: str, last: str) -> Iterable[Quantity]:
    """Spent, received, and what of it are allowances; transfers between own accounts are neither."""
    every = accounts.accounts(visit)
    owns = {one.own.account: one.own for one in every}
    # A transfer that crosses the end of a month is told by the month beside it.
    near = (month_after(first, -1), month_after(last, 1))
    entries: list[ledger.Entry] = []
    for one in every:
        for name in one.months:
            if near[0] <= name <= near[1]:
                entries += accounts.read(visit, one, name).entries
    between = ledger.transfers(entries, owns) if len(owns) > 1 else {}
    sums: dict[str, dict[str, Decimal]] = {"spent": {}, "received": {}, "allowances": {}}
    for entry in entries:
        if entry.pending or entry.currency != EUR or entry.key in between:
            continue
        month = entry.day[:7]
        for of in sums.values():
            of.setdefault(month, Decimal(0))  # a month with a statement is known, if only as none
        sums["spent" if entry.amount < 0 else "received"][month] += abs(entry.amount)
        if entry.amount > 0 and entry.category == "Benefits":
            sums["allowances"][month] += entry.amount
    partial = _begun(every, entries) | {f"{visit.texts.local(datetime.now(UTC)):%Y-%m}"}
    for key, months in sums.items():
        more = ("allowances-within",) if key == "allowances" else ()
        told = {month: float(value) for month, value in months.items()}
        yield Quantity(key, "€", told, "/.pod/accounts", more, partial)


def _begun(every: Sequence[accounts.Account], entries: Sequence[ledger.Entry]) -> frozenset[str]:
    """The month in which statements begin, unless they begin with it."""
    begins = min((one.months[0] for one in every), default="")
    first = min((int(e.day[8:]) for e in entries if e.day[:7] == begins), default=0)
    return frozenset({begins} if first > FIRST_DAYS else ())


def _travel(visit: Visit) -> Iterable[Quantity]:
    """Trips and kilometres as the app that merges them tells them."""
    rows = _rows(visit, TRAVEL)
    for key, unit in (("trips", ""), ("km", "km")):
        yield Quantity(key, unit, {r["month"]: float(r[key]) for r in rows}, f"/.pod/apps/{TRAVEL}")


def _co2(visit: Visit, others: Sequence[Quantity]) -> Quantity:
    """Of electricity by the factor that the home's app has used, and of trips; it says which."""
    sums: dict[str, float] = {}
    more = []
    factor = (_result(visit, HOME).get("co2_factor") or {}).get("kg_per_kwh")
    power = next(one for one in others if one.key == "electricity")
    if factor is not None and power.months:
        more.append("co2-of-electricity")
        for month, kwh in power.months.items():
            sums[month] = kwh * factor
    trips = {r["month"]: r["co2_kg"] for r in _rows(visit, TRAVEL) if r["co2_kg"] is not None}
    if trips:
        more.append("co2-of-trips")
        for month, kg in trips.items():
            sums[month] = sums.get(month, 0.0) + kg
    link = f"/.pod/apps/{TRAVEL if trips else HOME}"
    return Quantity("co2", "kg", sums, link, tuple(more), power.partial)


def _rows(visit: Visit, app: str) -> list[Json]:
    return list(_result(visit, app).get("by_month") or [])


def _result(visit: Visit, app: str) -> Json:
    try:
        return visit.services.runs.result(visit.agent, app)
    except NotFound:
        return {}
