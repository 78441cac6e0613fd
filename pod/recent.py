"""What was decided and read a moment ago, kept until a write changes it.

One rule empties it. A commit says, before anybody can see it, which paths it changes: each of them is
forgotten, and so are the containers above it, whose listings and ETags tell of it; a change of access
rules, or of a whole tree, forgets everything. Nothing is kept while a commit is under way, nor from a
snapshot that was opened before one ended. So what is kept is what the next snapshot would say: it depends
on the row of its own address, on those below it (a listing), and on access rules. What depends on more
(groups, consents) is never kept: see `Decision.passing`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pod.model import Agent, Body, Decision, Iri
from pod.storage.base import Row
from pod.storage.snapshot import upwards

T = TypeVar("T")
ENTRY = 1000  # bytes that an entry costs besides its bodies, about


@dataclass(frozen=True, slots=True)
class Found:
    """A decision and what it lets out, of one snapshot. `row` is None where nothing is stored;
    `body` is a container's listing, made for somebody who may read it."""

    decision: Decision
    row: Row | None
    body: Body | None = None


class Recent:
    """At most `limit` bytes of `Found`, by address and agent; 0 keeps nothing. Thread-safe.

    `state` is `Store.state`; `forget` must be called before each commit becomes visible.
    """

    def __init__(self, root: Iri, state: Callable[[], int | None], limit: int) -> None:
        self.state = state
        self._root = root
        self._limit = limit
        self._lock = threading.Lock()
        self._held: dict[Iri, dict[Agent, Found]] = {}
        self._bytes = 0

    def find(self, agent: Agent, iri: Iri) -> Found | None:
        """What `keep` was given, if nothing that it tells was changed since."""
        by_agent = self._held.get(iri)
        return None if by_agent is None else by_agent.get(agent)

    def keep(self, state: int | None, agent: Agent, iri: Iri, found: Found) -> None:
        """`state` is what `self.state()` said before the snapshot of `found` was opened."""
        size = _size(found)
        if state is None or size > self._limit:
            return
        with self._lock:
            if self.state() != state:
                return
            if self._bytes + size > self._limit:
                self._held, self._bytes = {}, 0
            by_agent = self._held.setdefault(iri, {})
            before = by_agent.get(agent)
            self._bytes += size - (0 if before is None else _size(before))
            by_agent[agent] = found

    def forget(self, changed: Collection[str] | None) -> None:
        """The storage paths that a commit changes; None for more than it can name."""
        with self._lock:
            if changed is None or any(path.endswith(".acl") for path in changed):
                self._held, self._bytes = {}, 0
                return
            for path in changed:
                for place in upwards(path):
                    self._drop(Iri(self._root + place[1:]))

    def _drop(self, iri: Iri) -> None:
        self._bytes -= sum(map(_size, self._held.pop(iri, {}).values()))


class Kept(Generic[T]):
    """Values that depend on their key alone, at most `limit` bytes of them; full, it starts anew."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[Hashable, T] = {}
        self._bytes = 0

    def find(self, key: Hashable) -> T | None:
        return self._values.get(key)

    def keep(self, key: Hashable, value: T, size: int) -> T:
        """`size` is what key and value take, about. Two threads may both add one: no harm."""
        size += ENTRY
        if size <= self._limit:
            if self._bytes + size > self._limit:
                self._values, self._bytes = {}, 0
            self._values[key] = value
            self._bytes += size
        return value


def _size(found: Found) -> int:
    own = found.row.body if found.row is not None else None
    return ENTRY + sum(len(body.data or b"") for body in (own, found.body) if body is not None)
