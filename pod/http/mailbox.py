"""What other threads tell the event loop: it is woken once for all that comes together.

A commit answers many requests at once, and asyncio's own way wakes the loop by a system call for each.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class Mailbox:
    """For one event loop, which is that of its first use."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._come: deque[asyncio.Future[None]] = deque()
        self._woken = False  # whether the loop is going to look

    async def wait(self, future: Future[T]) -> T:
        """What `future` is told. Who stops waiting stops nothing."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        if not future.done():
            waiting: asyncio.Future[None] = self._loop.create_future()
            future.add_done_callback(lambda _: self._put(waiting))
            await waiting
        return future.result()

    def _put(self, waiting: asyncio.Future[None]) -> None:
        # First it comes, then it is asked whether somebody will look: the loop says that it does not
        # any more before it looks, so that whatever it has not seen wakes it again.
        self._come.append(waiting)
        if not self._woken and self._loop is not None and not self._loop.is_closed():
            self._woken = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._woken = False
        while self._come:
            waiting = self._come.popleft()
            if not waiting.done():
                waiting.set_result(None)
