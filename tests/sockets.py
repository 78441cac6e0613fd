"""A WebSocket client (RFC 6455) that can also lie: for tests, on one socket, without threads."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
from typing import Any
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def handshake(url: str, *lines: str) -> bytes:
    parts = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    head = [
        f"GET {parts.path}{'?' + parts.query if parts.query else ''} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *lines,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n"


def frame(kind: int, data: bytes = b"", *, claims: int | None = None) -> bytes:
    """One masked frame; `claims` is the length that it says it has."""
    size = len(data) if claims is None else claims
    if size < 126:
        head = bytes([0x80 | kind, 0x80 | size])
    elif size < 1 << 16:
        head = bytes([0x80 | kind, 0xFE]) + struct.pack(">H", size)
    else:
        head = bytes([0x80 | kind, 0xFF]) + struct.pack(">Q", size)
    return head + bytes(4) + data


def unframe(data: bytearray) -> tuple[int, bytes] | None:
    """(opcode, payload) of the first whole frame, which is taken off; None if none is whole."""
    if len(data) < 2:
        return None
    size, start = data[1] & 0x7F, 2
    if size > 125:
        wide = 2 if size == 126 else 8
        if len(data) < 2 + wide:
            return None
        size, start = int.from_bytes(data[2 : 2 + wide]), 2 + wide
    if len(data) < start + size:
        return None
    found = data[0] & 0x0F, bytes(data[start : start + size])
    del data[: start + size]
    return found


class Socket:
    """One connection. `status` is the answer to the handshake; `code` why the other side closed."""

    def __init__(self, url: str, *lines: str, buffer: int | None = None) -> None:
        parts = urlsplit(url)
        self._peer = socket.socket()
        if buffer is not None:
            self._peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._peer.settimeout(20)
        self._peer.connect(("127.0.0.1", parts.port or 80))
        self._peer.sendall(handshake(url, *lines))
        self._data = bytearray()
        self.code: int | None = None
        while b"\r\n\r\n" not in self._data and (piece := self._peer.recv(65536)):
            self._data += piece
        self.head, _, rest = bytes(self._data).partition(b"\r\n\r\n")
        self.status = int(self.head.split(b" ")[1])
        self._data = bytearray(rest)

    def send(self, data: bytes) -> None:
        self._peer.sendall(data)

    def say(self, text: str) -> None:
        self.send(frame(TEXT, text.encode()))

    def next(self, wait: float = 10.0) -> str | None:
        """The next text; None where none comes within `wait` seconds or the other side has closed."""
        until = time.monotonic() + wait
        while self.code is None:
            while (found := unframe(self._data)) is not None:
                kind, data = found
                if kind == TEXT:
                    return data.decode()
                if kind == CLOSE:
                    self.code = int.from_bytes(data[:2]) if data else 1005
                    return None
            self._peer.settimeout(max(0.001, until - time.monotonic()))
            try:
                piece = self._peer.recv(65536)
            except TimeoutError:
                return None
            except ConnectionError:
                piece = b""
            if not piece:
                self.code = 1006
            self._data += piece
        return None

    def notice(self, wait: float = 10.0) -> Any:
        """The next notification, read; None as `next`."""
        text = self.next(wait)
        return None if text is None else json.loads(text)

    def close(self) -> None:
        self._peer.close()

    def __del__(self) -> None:
        self._peer.close()
