"""Which transactions of several files are the same one.

The same bank reference where both have one of the same kind; else the nth occurrence of (account,
date, amount). Two identical coffees of one file stay two, in two files they are the same two.

What is known of such a group of likes is a join of what each file says, so that neither order nor
repetition matters: the references seen, of each scheme, and the longest list that one file has. A
list that is no longer than the references of some scheme says nothing new and is dropped.

What is pending is no longer once it is booked: on its own day, or on another by its reference, or
within `LATE` days by its amount and the words that name the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from pod.programs.merge.categories import naming
from pod.programs.merge.items import Item, Ranks, Settled, newest

# Where two schemes know as many transactions, the one that says most of them is shown.
SCHEMES = ("camt", "ofx", "mt940", "qif", "csv")
LATE = 5  # days from what is announced to its booking


def variants(items: Sequence[Item]) -> Iterator[Item]:
    """One file's transactions as they are kept: each reference, and the list where a group has more
    transactions than references."""
    for likes in _groups(items, lambda one: (_like(one), one.get("status"))):
        if len(likes) == 1 and likes[0].get("reference"):
            yield likes[0]
            continue
        references = {one.get("reference") for one in likes} - {""}
        found: dict[str, Item] = {}
        for one in likes:
            if one.get("reference"):
                found[one.get("reference")] = max(
                    one, found.get(one.get("reference"), one), key=_words
                )
        yield from found.values()
        if len(likes) > len(references):
            for number, one in enumerate(sorted(likes, key=_words), 1):
                yield replace(one, values=tuple(sorted((*one.values, ("occurrence", str(number))))))


def settle(items: Sequence[Item], rank: Ranks, ahead: Sequence[Item] = ()) -> Settled:
    """Transactions by the rule above, everything else by `newest`. `ahead`: transactions of later
    days that another document holds, for what is pending here."""
    counted, kept = newest([one for one in items if not one.shape.superseded], rank)
    likes_of = _groups([one for one in items if one.shape.superseded], _like)
    groups = [_settled(likes, rank) for likes in likes_of]
    over = _booked_later(groups, ahead)
    for shown, rest, _ in groups:
        if late := [one for one in shown if id(one) in over]:
            shown = [one for one in shown if id(one) not in over]
            rest = sorted(rest + late, key=_words)
        name = "-".join((shown or rest)[0].get(k) for k in ("date", "amount", "currency"))
        counted += [replace(one, id=f"{name}-{n}") for n, one in enumerate(shown, 1)]
        kept += [replace(one, id=f"{name}-superseded-{n}") for n, one in enumerate(rest, 1)]
    return counted, kept


# What is shown, what is kept only, and what of the booked was not announced on its own day.
Group = tuple[list[Item], list[Item], list[Item]]


def _settled(likes: list[Item], rank: Ranks) -> Group:
    """What is booked, then what is pending beyond that many."""
    if len(likes) == 1:
        return likes, [], [one for one in likes if not one.get("status")]
    pools: dict[str, list[Item]] = {"": [], "pending": []}
    for one in likes:
        pools[one.get("status")].append(one)
    booked, rest = _pool(pools[""], rank)
    pending, others = _pool(pools["pending"], rank)
    shown = booked + pending[len(booked) :]
    kept = sorted(rest + others + pending[: len(booked)], key=_words)
    return shown, kept, booked[len(pending) :]


def _booked_later(groups: Sequence[Group], ahead: Sequence[Item]) -> set[int]:
    """Those of the pending transactions (by `id`) that another day has as booked; a booking stands
    for one of them."""
    waiting = [one for shown, _, _ in groups for one in shown if one.get("status")]
    if not waiting:
        return set()
    free = [one for one in ahead if not one.get("status")]
    free += [one for _, _, unannounced in groups for one in unannounced]
    free.sort(key=lambda one: (one.get("date"), _words(one)))
    waiting.sort(key=lambda one: (one.get("date"), _words(one)))
    over: set[int] = set()
    for fits in (_same_reference, _same_words):
        for one in [one for one in waiting if id(one) not in over]:
            found = next((n for n, other in enumerate(free) if fits(one, other)), None)
            if found is not None:
                del free[found]
                over.add(id(one))
    return over


def _same_reference(one: Item, other: Item) -> bool:
    """The amount may differ: a hotel reserves more than it takes."""
    named = bool(one.get("reference")) and one.get("reference") == other.get("reference")
    return named and all(one.get(k) == other.get(k) for k in ("scheme", "currency"))


def _same_words(one: Item, other: Item) -> bool:
    if any(one.get(k) != other.get(k) for k in ("amount", "currency")):
        return False
    days = (date.fromisoformat(other.get("date")) - date.fromisoformat(one.get("date"))).days
    if not 0 <= days <= LATE:
        return False
    mine, its = _naming(one), _naming(other)
    return mine == its or (bool(mine and its) and (mine <= its or its <= mine))


def _naming(one: Item) -> frozenset[str]:
    other = one.get("recipient") or one.get("sender")
    return frozenset(naming(f"{one.get('description')} {other}"))


def _pool(items: Sequence[Item], rank: Ranks) -> tuple[list[Item], list[Item]]:
    """(what counts, what is kept for what other files may add)."""
    named: dict[str, dict[str, Item]] = {}
    lists: dict[str, list[Item]] = {}
    for one in items:
        if one.get("occurrence"):
            lists.setdefault(one.raw, []).append(one)
            continue
        scheme = named.setdefault(one.get("scheme"), {})
        other = scheme.get(one.get("reference"), one)
        newer = max(one, other, key=lambda x: (rank(x.raw), _words(x)))
        scheme[one.get("reference")] = newer
    longest = max(lists.values(), key=lambda some: (len(some), rank(some[0].raw)), default=[])
    lead = max(named, key=lambda s: (len(named[s]), -_place(s), s), default="")
    shown = sorted(named.get(lead, {}).values(), key=_words)
    others = [one for scheme in named for one in named[scheme].values() if scheme != lead]
    if len(longest) > len(shown):
        return sorted(longest, key=lambda one: int(one.get("occurrence"))), shown + others
    return shown, others


def _place(scheme: str) -> int:
    kind = scheme.partition("-")[0]
    return SCHEMES.index(kind) if kind in SCHEMES else len(SCHEMES)


def _groups(items: Iterable[Item], key: Callable[[Item], object]) -> Iterator[list[Item]]:
    groups: dict[object, list[Item]] = {}
    for one in items:
        groups.setdefault(key(one), []).append(one)
    yield from groups.values()


def _like(one: Item) -> tuple[str, ...]:
    return one.get("date"), one.get("amount"), one.get("currency")


def _words(one: Item) -> tuple[str, str, str, tuple[tuple[str, str], ...], str]:
    return (
        one.get("reference"),
        one.get("description"),
        one.get("scheme"),
        one.values,
        one.raw,
    )
