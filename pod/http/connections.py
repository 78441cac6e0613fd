"""Connections that stay open: WebSockets and streams, their limits and their end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pod.errors import Unavailable
from pod.http.messages import Receive, Send
from pod.identity.throttle import address_key
from pod.notify.channels import GONE, OVER, REVOKED
from pod.notify.outlet import Outlet

_LAST_SECONDS = 1.0  # to say goodbye to somebody who does not listen
# https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
_CODES = {REVOKED: 1008, OVER: 1000, GONE: 1000, "too slow": 1013}
_GOING, _TOO_BIG = 1001, 1009


@dataclass(frozen=True, slots=True)
class Caller:
    """Who opens a connection: from which address, and what its browser says of the script."""

    peer: str
    origin: str | None = None
    protocols: tuple[str, ...] = ()


class Connections:
    """The WebSockets and streams that are open, of all pods; used in the event loop alone."""

    def __init__(self, most: int, of_address: int) -> None:
        self._most = most
        self._of_address = of_address
        self._open: set[asyncio.Task[None]] = set()
        self._addresses: Counter[str] = Counter()

    def check_room(self, caller: Caller) -> None:
        """Raises Unavailable where `caller` may open no further connection."""
        here = self._addresses[address_key(caller.peer)]
        if len(self._open) >= self._most or here >= self._of_address:
            raise Unavailable("too many connections; try again", retry_after=30)

    def end(self) -> None:
        """The server is closing."""
        for task in self._open:
            task.cancel()

    async def run(
        self,
        caller: Caller,
        outlet: Callable[[Callable[[], None]], Outlet],
        pump: Callable[[Outlet, asyncio.Event], Awaitable[None]],
        listen: Callable[[], Awaitable[None]],
        leave: Callable[[Outlet], None],
    ) -> Outlet:
        """Sends what comes into the outlet until the client is gone or the outlet has ended.

        `outlet` makes it, given what wakes the one who sends; `pump` sends, `listen` returns when
        the client is gone; `leave` is called when it is over, whichever way.
        """
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        sending: asyncio.Task[None] | None = None

        def woken() -> None:
            ready.set()
            if sending is not None and made.ended:
                sending.cancel()

        made = outlet(lambda: _soon(loop, woken))
        sending = loop.create_task(_quietly(pump(made, ready)))
        listening = loop.create_task(_quietly(listen()))
        address = address_key(caller.peer)
        self._open.add(sending)
        self._addresses[address] += 1
        try:
            await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.discard(sending)
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]
            for task in (sending, listening):
                task.cancel()
            leave(made)
        return made


class Listener:
    """Reads what a client says on a WebSocket: `said` is given each text; most have nothing to say."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self.said: Callable[[str], Awaitable[None]] | None = None
        self.too_big = False

    async def run(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text") or message.get("bytes") or ""
            if len(text) > self._most:
                self.too_big = True
                return
            if self.said is not None and isinstance(text, str):
                await self.said(text)


async def close(send: Send, outlet: Outlet, listener: Listener) -> None:
    why = outlet.ended or ""
    code = _TOO_BIG if listener.too_big else _CODES.get(why, _GOING)
    await send({"type": "websocket.close", "code": code, "reason": why})


async def _quietly(work: Awaitable[None]) -> None:
    """A client that is gone is no fault."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception:  # granian raises RuntimeError for what cannot be sent any more
        return


async def at_last(work: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(_LAST_SECONDS):
            await work
    except Exception:
        return


def _soon(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(act)
    except RuntimeError:
        return  # the loop has ended, and the connection with it
