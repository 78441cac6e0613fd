"""A load generator: prepared requests over kept connections, one request at a time on each.

One process and one thread with epoll; it reaches about 25,000 answers a second on the machine of
docs/bench.md, and shares the machine with the server.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

PIECE = 1 << 18
LONGEST_WAIT = 60.0  # seconds


@dataclass
class Result:
    """What came back: seconds of the run, one duration an answer (seconds), answers by status."""

    seconds: float = 0.0
    durations: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        return len(self.durations) / self.seconds if self.seconds else 0.0

    def percentile(self, part: float) -> float:
        """Milliseconds within which `part` (0 to 1) of the answers came."""
        ordered = sorted(self.durations)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000 if ordered else 0.0


class _Connection:
    """One request out, one answer in."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=LONGEST_WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = b""
        self._left: int | None = None  # bytes of the body to come; None: the head is not whole
        self._chunked = False
        self._is_head = False
        self.status = 0

    def send(self, request: bytes) -> None:
        self._is_head = request.startswith(b"HEAD ")
        self._head, self._left, self._chunked = b"", None, False
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Reads what is there; whether the answer is whole."""
        piece = self.socket.recv(PIECE)
        if not piece:
            raise ConnectionError("the server closed the connection")
        if self._left is None:
            self._head += piece
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return False
            self._read(head)
            piece = body
        if self._chunked:
            self._head = (self._head + piece)[-5:] if piece else self._head[-5:]
            return self._head.endswith(b"0\r\n\r\n")
        self._left = (self._left or 0) - len(piece)
        return self._left <= 0

    def _read(self, head: bytes) -> None:
        self.status = int(head[9:12])
        lower = head.lower()
        self._left = 0
        if self._is_head or self.status in (204, 304):
            return
        self._chunked = b"transfer-encoding: chunked" in lower
        at = lower.find(b"\r\ncontent-length:")
        if at >= 0:
            self._left = int(lower[at + 17 :].split(b"\r\n", 1)[0])


def load(
    address: tuple[str, int],
    requests: Sequence[bytes],
    *,
    connections: int,
    seconds: float,
    once: bool,
) -> Result:
    """Sends `requests` in turn for `seconds`, each at most `once` where that is said."""
    result, sent = Result(), 0
    selector = selectors.DefaultSelector()
    begun = time.perf_counter()
    waiting = 0
    try:
        for _ in range(min(connections, len(requests)) if once else connections):
            one = _Connection(address)
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.send(requests[sent % len(requests)])
            sent, waiting = sent + 1, waiting + 1
        while waiting:
            ready = selector.select(LONGEST_WAIT)
            if not ready:
                raise TimeoutError("the server does not answer")
            for key, _ in ready:
                one = key.data
                if not one.receive():
                    continue
                now = time.perf_counter()
                result.durations.append(now - one.begun)
                result.statuses[one.status] += 1
                if now - begun < seconds and not (once and sent >= len(requests)):
                    one.send(requests[sent % len(requests)])
                    sent += 1
                else:
                    waiting -= 1
    finally:
        for key in list(selector.get_map().values()):
            key.data.socket.close()
        selector.close()
    result.seconds = time.perf_counter() - begun
    return result
