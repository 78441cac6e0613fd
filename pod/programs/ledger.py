"""Accounts as a reader sees them: a month's transactions and balances, and which of them are
transfers between accounts of the same owner. Pure functions of the documents of `merge.finance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from pod.programs.merge.categories import OTHER, plain
from pod.rdf.graph import Graph
from pod.rdf.terms import DOM, PROV, RDF, SCHEMA

TRANSFER_DAYS = 3  # between the two sides of a transfer
_TITLES = frozenset(
    ("m", "mr", "mme", "mlle", "monsieur", "madame", "ou", "et", "and", "or", "mrs", "ms")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction that counts. `account`: the name of its container, `id`: its fragment; `text`
    and `other` (the other side's name) may be empty."""

    account: str
    id: str
    day: str
    amount: Decimal
    currency: str
    text: str = ""
    other: str = ""
    other_account: str = ""
    category: str = OTHER
    pending: bool = False
    raw: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.account, self.id


@dataclass(frozen=True, slots=True)
class Stated:
    """A balance as a file tells it: what was there at the end of `day`."""

    day: str
    amount: Decimal
    currency: str
    kind: str


@dataclass(frozen=True, slots=True)
class Own:
    """An account of the owner: `account` is its container's name; the rest may be empty."""

    account: str
    number: str = ""
    title: str = ""
    bank: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    entries: tuple[Entry, ...] = ()
    balances: tuple[Stated, ...] = ()


def month(graph: Graph, account: str) -> Month:
    """What counts in a month's document, by day; what an edit has spoilt is left out."""
    entries = [
        found
        for subject, _, _ in graph.match(None, RDF.type, DOM.Transaction)
        if (found := _entry(graph, str(subject), account))
    ]
    balances = [
        stated
        for subject, _, _ in graph.match(None, RDF.type, DOM.Balance)
        if (stated := _stated(graph, str(subject)))
    ]
    entries.sort(key=lambda one: (one.day, one.text, one.id))
    balances.sort(key=lambda one: (one.day, one.kind))
    return Month(tuple(entries), tuple(balances))


def own(graph: Graph, account: str) -> Own:
    """What `account.ttl` tells of an account."""
    subject = next((str(s) for s, _, _ in graph.match(None, RDF.type, DOM.Account)), "")
    facts = (SCHEMA.identifier, SCHEMA.name, DOM.bank, DOM.holder)
    return (
        Own(account, *(_text(graph, subject, fact) for fact in facts)) if subject else Own(account)
    )


def _entry(graph: Graph, subject: str, account: str) -> Entry | None:
    side = str(graph.value(subject, SCHEMA.recipient) or graph.value(subject, SCHEMA.sender) or "")
    day, money = _text(graph, subject, DOM.bookingDate), _money(graph, subject)
    if money is None or not _is_day(day):
        return None
    category = _text(graph, subject, DOM.category).removeprefix(str(DOM))
    return Entry(
        account,
        subject.partition("#")[2],
        day,
        *money,
        text=_text(graph, subject, SCHEMA.description),
        other=_text(graph, side, SCHEMA.name) if side else "",
        other_account=_text(graph, side, SCHEMA.identifier) if side else "",
        category=category or OTHER,
        pending=_text(graph, subject, DOM.status) == "pending",
        raw=_text(graph, subject, PROV.wasDerivedFrom),
    )


def _stated(graph: Graph, subject: str) -> Stated | None:
    day, money = _text(graph, subject, DOM.day), _money(graph, subject)
    if money is None or not _is_day(day):
        return None
    return Stated(day, *money, kind=_text(graph, subject, DOM.balanceKind))


def _money(graph: Graph, subject: str) -> tuple[Decimal, str] | None:
    amount = str(graph.value(subject, SCHEMA.amount) or "")
    try:
        value = Decimal(_text(graph, amount, SCHEMA.value))
    except InvalidOperation:
        return None
    currency = _text(graph, amount, SCHEMA.currency)
    return (value, currency) if value.is_finite() and currency else None


def _text(graph: Graph, subject: str, predicate: str) -> str:
    found = graph.value(subject, predicate) if subject else None
    return str(found) if found is not None else ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# ---------------------------------------------------------------- transfers


def transfers(entries: Iterable[Entry], owns: Mapping[str, Own]) -> dict[tuple[str, str], Entry]:
    """Entry's key → its other side in another account of `owns`.

    The two sides have the same amount with opposite signs, at most `TRANSFER_DAYS` between them, and
    one of them names the other's account by its number, its name or its holder. Each is the side of
    one transfer: those named by number first, then the nearest in time.
    """
    waiting: dict[tuple[str, Decimal], list[Entry]] = {}
    leaving = []
    for one in entries:
        if one.pending or not one.amount or one.account not in owns:
            continue
        if one.amount > 0:
            waiting.setdefault((one.currency, one.amount), []).append(one)
        else:
            leaving.append(one)
    pairs = []
    for out in leaving:
        for into in waiting.get((out.currency, -out.amount), ()):
            apart = abs(
                date.fromisoformat(out.day).toordinal() - date.fromisoformat(into.day).toordinal()
            )
            if into.account == out.account or apart > TRANSFER_DAYS:
                continue
            if sure := _between(out, into, owns):
                pairs.append((-sure, apart, out.day, out.key, into.key, out, into))
    found: dict[tuple[str, str], Entry] = {}
    for *_, out, into in sorted(pairs, key=lambda pair: pair[:5]):
        if out.key not in found and into.key not in found:
            found[out.key], found[into.key] = into, out
    return found


def _between(out: Entry, into: Entry, owns: Mapping[str, Own]) -> int:
    """2: by number, 1: by name, 0: not between these two."""
    said = (_names(out, owns[into.account]), _names(into, owns[out.account]))
    return 0 if min(said) < 0 else max(said)


def _names(one: Entry, other: Own) -> int:
    """Whether `one` names the account `other`: 2 by number, 1 by name, -1 if it names a third."""
    if one.other_account:
        return 2 if one.other_account == other.number else -1
    words = plain(f"{one.text} {one.other}").split()
    number = plain(other.number).replace(" ", "")
    if len(number) > 6 and number in "".join(words):
        return 2
    for name in (other.title, other.owner):
        wanted = set(plain(name).split()) - _TITLES
        if any(len(word) > 2 for word in wanted) and wanted <= set(words):
            return 1
    return 0
