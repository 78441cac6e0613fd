"""Listings of large containers: each is made once, one at a time, and all that are being sent fit into
a number of bytes. A listing depends on its container's row alone: a write to a member moves that."""

from __future__ import annotations

import threading
from itertools import chain, islice
from weakref import WeakValueDictionary

from pod.errors import Unavailable
from pod.model import Body
from pod.rdf import container
from pod.storage.base import Row, Snapshot

SMALL = 5000  # children: a megabyte, about, which is not counted


class Listings:
    """At most `most` bytes of large listings are alive. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._turn = threading.Lock()
        self._alive: WeakValueDictionary[tuple[str, int], Body] = WeakValueDictionary()

    def of(self, snap: Snapshot, row: Row, own: bytes) -> Body:
        """The container's representation in Turtle, with `own` as what was written to it. Raises
        Unavailable where others are being sent that take the room."""
        children = snap.children(row.path)
        first = list(islice(children, SMALL))
        root = row.path == "/"
        if len(first) < SMALL:
            return Body.of(container.listing(row.path, own, first, root=root))
        with self._turn:
            key = (row.path, row.version)
            found = self._alive.get(key)
            if found is None:
                if sum(body.size for body in self._alive.values()) >= self._most:
                    raise Unavailable("too many large listings are being sent; try again")
                members = chain(first, children)
                found = Body.of(container.listing(row.path, own, members, root=root))
                self._alive[key] = found
            return found
