"""One HTTP request as bytes, and its answer, over a socket that is kept: for requests that no client
library would send."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPException, HTTPResponse

LONGEST_WAIT = 20.0  # seconds


@dataclass(frozen=True)
class Question:
    method: str
    target: bytes
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def having(self, *more: tuple[str, str]) -> Question:
        return replace(self, headers=(*self.headers, *more))

    @property
    def head(self) -> bytes:
        lines = [f"{name}: {value}" for name, value in self.headers]
        if self.body or self.method in ("PUT", "POST", "PATCH"):
            lines.append(f"Content-Length: {len(self.body)}")
        text = "\r\n".join(lines).encode("utf-8", "surrogateescape")
        return self.method.encode() + b" " + self.target + b" HTTP/1.1\r\n" + text

    def data(self) -> bytes:
        return self.head + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    """`status` 0: the server closed without one."""

    status: int
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 400


class Line:
    """A connection to the server that is made anew where it was closed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._peer: socket.socket | None = None

    def ask(self, question: Question) -> Answer:
        """A connection that the server has closed meanwhile is tried again, once."""
        kept = self._peer is not None
        answer = self.send(question.data(), question.method)
        if answer.status == 0 and kept:
            answer = self.send(question.data(), question.method)
        return answer

    def send(self, data: bytes, method: str) -> Answer:
        began = time.monotonic()
        try:
            if self._peer is None:
                self._peer = socket.create_connection(("127.0.0.1", self._port), LONGEST_WAIT)
                self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._peer.sendall(data)
            with closing(HTTPResponse(self._peer, method=method)) as answer:
                answer.begin()
                body = answer.read()
                headers = {name.lower(): value for name, value in answer.getheaders()}
            if answer.will_close:
                self.close()
            return Answer(answer.status, time.monotonic() - began, headers, body)
        except (OSError, HTTPException):
            self.close()
            return Answer(0, time.monotonic() - began)

    def close(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None
