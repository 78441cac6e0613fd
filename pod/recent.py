"""What was decided and read a moment ago, kept for as long as the pod stays exactly as it is.

One rule empties it: the log moves. `Store.state` is None while such a commit is under way and another
number after it, both before the write is acknowledged; what was found in one state is never told in another,
so nobody reads his own write stale and no decision outlives its ACL, groups or body.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pod.model import Agent, Body, Decision, Iri
from pod.storage.base import Row

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
    """At most `limit` bytes of `Found`, by agent and address; 0 keeps nothing. Thread-safe."""

    def __init__(self, state: Callable[[], int | None], limit: int) -> None:
        self.state = state
        self._limit = limit
        self._lock = threading.Lock()
        self._held: tuple[int | None, dict[tuple[Agent, Iri], Found]] = (None, {})
        self._bytes = 0

    def find(self, agent: Agent, iri: Iri) -> Found | None:
        """What `keep` was given in this very state."""
        state, entries = self._held
        return entries.get((agent, iri)) if state is not None and state == self.state() else None

    def keep(self, state: int | None, agent: Agent, iri: Iri, found: Found) -> None:
        """`state` is what `self.state()` said before the snapshot of `found` was opened."""
        size = ENTRY + sum(len(body.data or b"") for body in _bodies(found))
        if state is None or size > self._limit:
            return
        with self._lock:
            if self.state() != state:
                return
            if self._held[0] != state or self._bytes + size > self._limit:
                self._held, self._bytes = (state, {}), 0
            self._held[1][(agent, iri)] = found
            self._bytes += size


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


def _bodies(found: Found) -> list[Body]:
    own = found.row.body if found.row is not None else None
    return [body for body in (own, found.body) if body is not None]
