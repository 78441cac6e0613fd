"""Where the notifications of a subscriber wait until they are sent."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from pod.notify.message import Notice


class Outlet:
    """A bounded queue between the reader of the log and one connection. Thread-safe.

    `wake` is called, in any thread, when there is something to take: notices, or the end. Whoever
    takes too slowly is cut off: `ended` then says so, and nothing more comes. Of an outlet for the
    `newest` only the last notice waits.
    """

    def __init__(
        self, most: int, wake: Callable[[], None], reached: int = 0, *, newest: bool = False
    ) -> None:
        self._most = most
        self._newest = newest
        self._wake = wake
        self._notices: deque[Notice] = deque()
        self._turn = threading.Lock()
        self._taken = reached
        self.ended: str | None = None
        self.reached = reached  # the last event that was sent

    def put(self, notice: Notice) -> None:
        with self._turn:
            if self.ended is not None:
                return
            if self._newest:
                self._notices.clear()
            if len(self._notices) < self._most:
                self._notices.append(notice)
            else:
                self._finish("too slow")
            first = len(self._notices) == 1
        if first or self.ended:
            self._wake()

    def room(self) -> int:
        """How many notices may still come before the subscriber counts as slow."""
        with self._turn:
            return self._most - len(self._notices)

    def end(self, why: str) -> None:
        """Nothing more is sent, not even what waits."""
        with self._turn:
            if self.ended is None:
                self._finish(why)
        self._wake()

    def take(self) -> list[Notice]:
        """What waits, in order; empty once it has ended."""
        with self._turn:
            found = [] if self.ended else list(self._notices)
            self._notices.clear()
            if found:
                self._taken = found[-1].event
            return found

    def sent(self, notice: Notice) -> None:
        """It is on its way, and all before it."""
        self.reached = notice.event

    @property
    def settled(self) -> bool:
        """Whether all that came was sent."""
        with self._turn:
            return not (self._notices or self.ended) and self.reached == self._taken

    def _finish(self, why: str) -> None:
        self.ended = why
        self._notices.clear()
