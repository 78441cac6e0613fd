"""A month of an account: where the money went, day by day, and what the owner corrects in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, NotFound
from pod.http.texts import Texts
from pod.http.ui.accounts import Account, accounts, end_of, just_done, read, title
from pod.http.ui.names import link
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Json
from pod.programs import corrections, ledger
from pod.programs.ledger import Entry, Month, Own
from pod.programs.merge.categories import CATEGORIES
from pod.programs.merge.finance import HOME

router = APIRouter()
SHOWN = 2000  # transactions of a month that its page lists
ROWS = 20  # categories in the chart
# Key of a transaction → its other side, and the account that has it.
Others = dict[tuple[str, str], tuple[Entry, Own]]


# ---------------------------------------------------------------- a month


@router.get("/accounts/{account}")
def latest(visit: Owner, account: str) -> Response:
    found = _found(visit, account)
    return go(f"{found.address}/{found.months[-1]}")


def _found(visit: Visit, name: str, month: str | None = None) -> Account:
    for one in accounts(visit):
        if one.own.account == name and (month is None or month in one.months):
            return one
    raise NotFound("there is no such account")


@router.get("/accounts/{account}/{month}")
def page(visit: Owner, account: str, month: str) -> Response:
    found = _found(visit, account, month)
    shown = read(visit, found, month)
    others = _transfers(visit, found, month)
    booked = [one for one in shown.entries if not one.pending]
    money = _currency(booked or shown.entries)
    own = [one for one in booked if one.currency == money]
    counted = [one for one in own if one.key not in others]
    totals = _totals(counted)
    balance = end_of(one for one in shown.balances if one.currency == money)
    texts = visit.texts
    before, after = (found.beside(month, step) for step in (-1, 1))
    listed = booked[:SHOWN]
    return visit.page(
        "account",
        place="sources",
        title=title(visit, found.own),
        month=texts.month(month),
        before=(f"{found.address}/{before}", texts.month(before)) if before else None,
        after=(f"{found.address}/{after}", texts.month(after)) if after else None,
        into=_sum(texts, (one for one in counted if one.amount > 0), money),
        out=_sum(texts, (one for one in counted if one.amount < 0), money),
        rest=_sum(texts, counted, money),
        balance=texts.money(str(balance.amount), money) if balance else None,
        balance_day=texts.day(balance.day) if balance else None,
        gap=_gap(visit, found, month, money),
        chart=_chart(texts, totals, money),
        incomes=[
            (texts(f"money-{name}"), texts.money(str(total), money))
            for name, total in sorted(totals.items(), key=lambda pair: -pair[1])
            if total > 0
        ],
        transfers=sum(one.key in others for one in own),
        foreign=sum(one.currency != money for one in booked),
        pending=[_told(visit, found, month, one, others) for one in shown.entries if one.pending],
        days=_days(visit, found, month, listed, others),
        more=len(booked) - len(listed),
        document=link(f"{HOME}{account}/{month}.ttl"),
        done=just_done(visit, f"{found.address}/{month}"),
    )


def _transfers(visit: Visit, account: Account, month: str) -> Others:
    """What of this month goes to, or comes from, another account of the owner."""
    every = accounts(visit)
    if len(every) < 2:
        return {}
    entries: list[Entry] = []
    for one in every:
        near = (one.beside(month, -1), month, one.beside(month, 1))
        for name in near:
            if name is not None:
                entries += read(visit, one, name).entries
    owns = {one.own.account: one.own for one in every}
    found = ledger.transfers(entries, owns)
    return {key: (other, owns[other.account]) for key, other in found.items()}


def _currency(entries: Sequence[Entry]) -> str:
    names = [one.currency for one in entries]
    return max(sorted(set(names)), key=names.count, default="EUR")


def _totals(entries: Iterable[Entry]) -> dict[str, Decimal]:
    """By category; what was paid back is taken off."""
    found: dict[str, Decimal] = {}
    for one in entries:
        name = one.category if one.category in CATEGORIES else CATEGORIES[-1]
        found[name] = found.get(name, Decimal(0)) + one.amount
    return found


def _sum(texts: Texts, entries: Iterable[Entry], currency: str) -> str:
    return texts.money(str(sum((one.amount for one in entries), Decimal(0))), currency)


def _chart(texts: Texts, totals: dict[str, Decimal], currency: str) -> Json | None:
    """Where the money went, the most first."""
    spent = sorted(((-total, name) for name, total in totals.items() if total < 0), reverse=True)
    if not spent:
        return None
    most, name = spent[0]
    whole = sum((value for value, _ in spent), Decimal(0))
    return {
        "type": "bar",
        "id": "spent",
        "question": texts("account-where"),
        "unit": "€" if currency == "EUR" else currency,
        "horizontal": True,
        "x": [texts(f"money-{name}") for _, name in spent[:ROWS]],
        "series": [
            {"name": texts("account-spent"), "values": [float(value) for value, _ in spent[:ROWS]]}
        ],
        "sentence": texts(
            "account-where-said",
            category=texts(f"money-{name}"),
            most=texts.money(str(most), currency),
            share=texts.percent(float(most / whole)),
            whole=texts.money(str(whole), currency),
        ),
    }


def _gap(visit: Visit, account: Account, month: str, currency: str) -> str:
    """What two balances say that the transactions between them do not; "" where nothing is missing."""
    shown = read(visit, account, month)
    before = account.beside(month, -1)
    ends = [b for b in shown.balances if b.kind == "closing" and b.currency == currency]
    past = read(visit, account, before) if before else Month()
    starts = [b for b in past.balances if b.kind == "closing" and b.currency == currency]
    if not ends or not starts:
        return ""
    since, until = max(starts, key=lambda b: b.day), max(ends, key=lambda b: b.day)
    told = sum(
        (
            one.amount
            for one in (*past.entries, *shown.entries)
            if not one.pending and one.currency == currency and since.day < one.day <= until.day
        ),
        Decimal(0),
    )
    missing = until.amount - since.amount - told
    if not missing:
        return ""
    texts = visit.texts
    return texts(
        "account-gap",
        amount=texts.money(str(missing), currency),
        since=texts.day(since.day),
        until=texts.day(until.day),
    )


def _days(
    visit: Visit,
    account: Account,
    month: str,
    entries: Iterable[Entry],
    others: Others,
) -> list[Json]:
    """The last day first."""
    found: dict[str, list[Json]] = {}
    for one in entries:
        found.setdefault(one.day, []).append(_told(visit, account, month, one, others))
    days = sorted(found, reverse=True)
    return [{"day": visit.texts.today(date.fromisoformat(day)), "rows": found[day]} for day in days]


def _told(
    visit: Visit,
    account: Account,
    month: str,
    one: Entry,
    others: Others,
) -> Json:
    texts = visit.texts
    other = others.get(one.key)
    name = one.category if one.category in CATEGORIES else CATEGORIES[-1]
    return {
        "name": one.other or one.text or texts("account-no-text"),
        "text": one.text if one.other and one.other != one.text else "",
        "day": texts.day(one.day),
        "amount": texts.money(str(one.amount), one.currency),
        "into": one.amount > 0,
        "category": texts("account-transfer") if other else texts(f"money-{name}"),
        "unknown": not other and name == CATEGORIES[-1],
        "transfer": _transfer(visit, *other) if other else None,
        "correct": None
        if other
        else f"{account.address}/{month}/category?" + urlencode({"of": one.id}),
    }


def _transfer(visit: Visit, other: Entry, own: Own) -> Json:
    key = "account-transfer-to" if other.amount > 0 else "account-transfer-from"
    return {
        "said": visit.texts(key, account=title(visit, own)),
        "link": f"/.pod/accounts/{other.account}/{other.day[:7]}",
    }


# ---------------------------------------------------------------- what the owner corrects


@router.get("/accounts/{account}/{month}/category")
def ask(visit: Owner, account: str, month: str, of: str = "") -> Response:
    return _asked(visit, account, month, of)


def _asked(
    visit: Visit, account: str, month: str, of: str, fault: str = "", given: Json | None = None
) -> Response:
    found = _found(visit, account, month)
    one = _entry(visit, found, month, of)
    texts = visit.texts
    return visit.page(
        "category",
        place="sources",
        status=422 if fault else 200,
        crumbs=[
            (texts("accounts-title"), "/.pod/accounts"),
            (title(visit, found.own), f"{found.address}/{month}"),
            (texts("category-title"), None),
        ],
        here_to=f"{found.address}/{month}/category",
        back=f"{found.address}/{month}",
        of=of,
        one=_told(visit, found, month, one, {}),
        chosen=(given or {}).get("category", one.category),
        words=(given or {}).get("words", corrections.proposed(one)),
        categories=sorted((texts(f"money-{name}"), name) for name in CATEGORIES),
        fault=texts(f"category-fault-{fault}") if fault else "",
    )


def _entry(visit: Visit, account: Account, month: str, of: str) -> Entry:
    for one in read(visit, account, month).entries:
        if one.id == of:
            return one
    raise NotFound("there is no such transaction")


@router.post("/accounts/{account}/{month}/category")
def correct(visit: Owner, account: str, month: str, fields: Fields) -> Response:
    """Learns a rule from one transaction, and applies it to all that are alike."""
    found = _found(visit, account, month)
    words, category, of = (fields.get(name, "") for name in ("words", "category", "of"))
    one = _entry(visit, found, month, of)
    try:
        if not corrections.fits(words, one):
            raise BadInput("the transaction has no such words", reason="other-words")
        done = corrections.correct(visit.space, visit.agent, words, category)
    except BadInput as fault:
        given = {"words": words, "category": category}
        return _asked(visit, account, month, of, str(fault.facts.get("reason")), given)
    return go(f"{found.address}/{month}?" + _query("corrected", done))


@router.post("/accounts/rule")
def rule(visit: Owner, fields: Fields) -> Response:
    """Forgets a rule, or gives it the category that it had before: the way back of a correction."""
    back = fields.get("back", "")
    if not re.fullmatch(r"/\.pod/accounts(/[a-z0-9-]{1,80}/\d{4}-\d\d)?", back):
        back = "/.pod/accounts"
    before = fields.get("before") or None
    done = corrections.correct(visit.space, visit.agent, fields.get("words", ""), before)
    return go(f"{back}?" + _query("forgotten", done))


def _query(what: str, done: Json) -> str:
    facts = {"done": what, "words": done["words"], "count": done["count"]}
    return urlencode({**facts, "before": done["before"] or ""})
