"""A request and a response of our own: what the storage needs of ASGI, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from pod.errors import BadInput, HeadTooLarge, RequestTimeout, TooLarge
from pod.model import Body

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

LONGEST_HEAD = 64 << 10  # bytes of a request's line and headers

# A second one of these would let two readers of a request see two requests.
_SINGLE = frozenset(
    (
        *("authorization", "content-encoding", "content-length", "content-range", "content-type"),
        *("dpop", "host", "if-modified-since", "if-range", "if-unmodified-since", "origin"),
        *("range", "sec-fetch-site", "slug"),
    )
)


class ClientGone(Exception):
    """The client left before its request was whole; nobody waits for an answer."""


@dataclass(slots=True)
class Request:
    """One request. `raw_path` is as it came, still percent-encoded; header names are lower-case,
    values of repeated ones joined with commas."""

    method: str
    raw_path: bytes
    query: bytes
    headers: Mapping[str, str]
    peer: str
    receive: Receive
    body_idle: float = 30.0  # seconds

    @property
    def length(self) -> int | None:
        """The announced size of the body, 0 where there is none, None where it comes in chunks."""
        text = self.headers.get("content-length")
        if text is None:
            return None if "transfer-encoding" in self.headers else 0
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise BadInput("Content-Length is a number")
        return int(text)

    async def chunks(self, limit: int) -> AsyncIterator[bytes]:
        """The body as it comes. Raises TooLarge over `limit` bytes, RequestTimeout for a pause of
        more than `body_idle` seconds, BadInput for one that ends early."""
        announced, got = self.length, 0
        if announced is not None and announced > limit:
            raise TooLarge(f"{announced} bytes; at most {limit} are taken", limit=limit)
        more = announced != 0
        while more:
            try:
                async with asyncio.timeout(self.body_idle):
                    message = await self.receive()
            except TimeoutError:
                raise RequestTimeout("the body stopped coming") from None
            if message["type"] == "http.disconnect":
                raise ClientGone
            piece = message.get("body", b"")
            more = message.get("more_body", False)
            got += len(piece)
            if got > limit:
                raise TooLarge(f"at most {limit} bytes are taken", limit=limit)
            if piece:
                yield piece
        if announced is not None and got != announced:
            raise BadInput(f"{announced} bytes were announced, {got} came")

    async def read(self, limit: int) -> bytes:
        """The whole body, in memory."""
        return b"".join([piece async for piece in self.chunks(limit)])


@dataclass(slots=True)
class Response:
    """One answer: bytes, or `length` bytes of a stored body from `start` on.

    `headers` says the Content-Length of what a GET would send, also where HEAD sends nothing.
    """

    status: int
    headers: Headers = field(default_factory=list)
    data: bytes = b""
    stored: Body | None = None
    start: int = 0
    length: int = 0


def read_headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Raises BadInput for a repeated header that may come only once."""
    found: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name not in found:
            found[name] = value
        elif name in _SINGLE:
            raise BadInput(f"the header {name} may come only once")
        else:
            found[name] += ", " + value
    return found


def read_request(scope: Scope, receive: Receive, body_idle: float) -> Request:
    """The request of an ASGI scope. Raises BadInput, HeadTooLarge."""
    client = scope.get("client")
    # The server's own limit is that of a buffer, which may hold more than once.
    size = len(scope["raw_path"]) + len(scope["query_string"])
    size += sum(len(name) + len(value) + 4 for name, value in scope["headers"])  # ": " and CRLF
    if size > LONGEST_HEAD:
        raise HeadTooLarge(f"a request's head has at most {LONGEST_HEAD} bytes", limit=LONGEST_HEAD)
    return Request(
        scope["method"],
        scope["raw_path"],
        scope["query_string"],
        read_headers(scope["headers"]),
        client[0] if client else "",
        receive,
        body_idle,
    )
