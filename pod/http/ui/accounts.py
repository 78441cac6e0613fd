"""Bank accounts: which ones there are, a month of one, and what the owner corrects in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import NotFound
from pod.http.texts import Texts
from pod.http.ui.months import Month as Known
from pod.http.ui.months import last_months, month_after, months_between
from pod.http.ui.visit import Owner, Visit
from pod.model import Json
from pod.programs import corrections, ledger
from pod.programs.ledger import Month, Own, Stated
from pod.programs.merge.categories import CATEGORIES
from pod.programs.merge.finance import HOME
from pod.rdf.graph import Graph, parse

router = APIRouter()
NAMED = 6  # months without a document that are named
KEPT = 600  # months that are remembered
ENDS = ("closing", "current", "available")  # kinds of balance, the surest first
_MONTH = re.compile(r"(\d{4}-\d\d)\.ttl")
_NUMBER = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}|\d{6,}")


@dataclass(frozen=True, slots=True)
class Account:
    """`months`: names of the documents that are there, in order."""

    own: Own
    months: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"/.pod/accounts/{self.own.account}"

    def beside(self, month: str, step: int) -> str | None:
        """The nearest month before (-1) or after (1) that there is a document of."""
        if step < 0:
            return max((m for m in self.months if m < month), default=None)
        return min((m for m in self.months if m > month), default=None)


def accounts(visit: Visit) -> list[Account]:
    """The accounts that the pod has a month of, in the order of their containers."""
    home = visit.iri(HOME)
    if not visit.space.exists(visit.agent, home):
        return []
    found = []
    for folder in visit.space.list(visit.agent, home):
        if not folder.iri.is_container:
            continue
        names = [member.iri.name for member in visit.space.list(visit.agent, folder.iri)]
        months = [match[1] for name in names if (match := _MONTH.fullmatch(name))]
        if months:
            name = folder.iri.name
            told = _graph(visit, f"{HOME}{name}/account.ttl")
            own = ledger.own(told, name) if told is not None else Own(name)
            found.append(Account(own, tuple(sorted(months))))
    return found


def _graph(visit: Visit, path: str) -> Graph | None:
    iri = visit.iri(path)
    try:
        found = visit.space.get(visit.agent, iri)
    except NotFound:
        return None
    body = found.body.read(visit.services.settings.max_rdf_bytes)
    return parse(body, found.type, str(iri))


# A document's version is a position of the log, and never comes back with other content.
_known: dict[tuple[str, int], Month] = {}


def read(visit: Visit, account: Account, name: str) -> Month:
    """A month of an account, empty where there is no document."""
    if name not in account.months:
        return Month()
    iri = visit.iri(f"{HOME}{account.own.account}/{name}.ttl")
    try:
        found = visit.space.get(visit.agent, iri)
    except NotFound:
        return Month()
    key = (str(iri), found.resource.version)
    if key not in _known:
        if len(_known) >= KEPT:
            _known.clear()
        body = found.body.read(visit.services.settings.max_rdf_bytes)
        _known[key] = ledger.month(parse(body, found.type, str(iri)), account.own.account)
    return _known[key]


def title(visit: Visit, own: Own) -> str:
    """The account's name, else its bank, with the end of its number."""
    name = own.title or own.bank or visit.texts("account-one")
    end = own.number[-4:] if _NUMBER.fullmatch(own.number) else own.number
    return f"{name} ·· {end}" if end else f"{name} ({visit.texts('fact-account-unknown')})"


# ---------------------------------------------------------------- the list


@router.get("/accounts")
def listed(visit: Owner) -> Response:
    rules = [
        {"words": words, "category": visit.texts(f"money-{category}")}
        for words, category in corrections.learnt(visit.space, visit.agent)
    ]
    return visit.page(
        "accounts",
        place="sources",
        rows=rows(visit),
        rules=rules,
        done=just_done(visit, "/.pod/accounts"),
    )


def rows(visit: Visit) -> list[Json]:
    """One an account, as the lists of the home page and of the sources show it."""
    return [_row(visit, account) for account in accounts(visit)]


def _row(visit: Visit, account: Account) -> Json:
    texts = visit.texts
    strip = last_months({m: Known(m, 31, 0, 0.0) for m in account.months})
    strip = [(m, "full" if m in account.months else "no") for m, _ in strip]
    known = sum(state != "no" for _, state in strip)
    missing = _missing(account.months)
    last = read(visit, account, account.months[-1])
    booked = [one.day for one in last.entries if not one.pending]
    balance = _last_balance(visit, account)
    return {
        "name": title(visit, account.own),
        "link": account.address,
        "balance": texts.money(str(balance.amount), balance.currency) if balance else None,
        "balance_day": texts.day(balance.day) if balance else None,
        "until": texts("account-last", day=texts.day(max(booked)))
        if booked
        else texts("source-until", month=texts.month(account.months[-1])),
        "history": texts("source-history", count=len(account.months)),
        "missing": _told_missing(texts, missing),
        "strip": [(m, s, texts.month(m)) for m, s in strip],
        "label": texts("source-strip", known=known, count=len(strip)),
        "whole": not missing,
    }


def _told_missing(texts: Texts, months: Sequence[str]) -> str:
    if not months:
        return ""
    named = ", ".join(map(texts.month, months[:NAMED]))
    return texts("account-missing", months=named, more=max(0, len(months) - NAMED))


def _missing(months: Sequence[str]) -> list[str]:
    """The months between the first and the last that there is no document of."""
    every = months_between(months[0], min(months[-1], month_after(months[0], 1200)))
    return [month for month in every if month not in frozenset(months)]


def _last_balance(visit: Visit, account: Account) -> Stated | None:
    for name in account.months[::-1][:12]:
        if (found := end_of(read(visit, account, name).balances)) is not None:
            return found
    return None


def end_of(balances: Iterable[Stated]) -> Stated | None:
    """The last balance, of a day the surest kind."""
    known = [one for one in balances if one.kind in ENDS]
    return max(known, key=lambda one: (one.day, -ENDS.index(one.kind)), default=None)


def just_done(visit: Visit, back: str) -> Json | None:
    """What a form has just done, and what its way back sends."""
    query = visit.request.query_params
    what, words = query.get("done"), query.get("words", "")[: corrections.LONGEST]
    if what not in ("corrected", "forgotten") or not words:
        return None
    count = query.get("count", "0")
    facts = {"words": words, "count": int(count) if count.isdigit() and len(count) < 7 else 0}
    before = query.get("before", "")
    known = before in CATEGORIES
    return {
        "said": visit.texts(f"category-{what}", **facts),
        "words": words,
        "before": before if known else "",
        "back": back,
        "undo": what == "corrected" or known,
    }
