"""Which transactions of several files are the same one.

The same bank reference where both have one of the same kind; else the nth occurrence of (account,
date, amount). Two identical coffees of one file stay two, in two files they are the same two.

What is known of such a group of likes is a join of what each file says, so that neither order nor
repetition matters: the references seen, of each scheme, and the longest list that one file has. A
list that is no longer than the references of some scheme says nothing new and is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pod.programs.merge.items import Item, Ranks, Settled, newest

# Where two schemes know as many transactions, the one that says most of them is shown.
SCHEMES = ("camt", "ofx", "mt940", "qif", "csv")


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


def settle(items: Sequence[Item], rank: Ranks) -> Settled:
    """Transactions by the rule above, everything else by `newest`."""
    counted, kept = newest([one for one in items if not one.shape.superseded], rank)
    for likes in _groups([one for one in items if one.shape.superseded], _like):
        shown, rest = _settled(likes, rank)
        name = "-".join((shown or rest)[0].get(k) for k in ("date", "amount", "currency"))
        counted += [replace(one, id=f"{name}-{n}") for n, one in enumerate(shown, 1)]
        kept += [replace(one, id=f"{name}-superseded-{n}") for n, one in enumerate(rest, 1)]
    return counted, kept


def _settled(likes: Iterable[Item], rank: Ranks) -> tuple[list[Item], list[Item]]:
    """What is booked, then what is pending beyond that many."""
    likes = list(likes)
    if len(likes) == 1:
        return likes, []
    pools: dict[str, list[Item]] = {"": [], "pending": []}
    for one in likes:
        pools[one.get("status")].append(one)
    booked, rest = _pool(pools[""], rank)
    pending, others = _pool(pools["pending"], rank)
    shown = booked + pending[len(booked) :]
    return shown, sorted(rest + others + pending[: len(booked)], key=_words)


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


def _words(one: Item) -> tuple[str, ...]:
    return (
        one.get("reference"),
        one.get("description"),
        one.get("scheme"),
        repr(one.values),
        one.raw,
    )
