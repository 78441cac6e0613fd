"""A broker of one topic on loopback, as far as a subscriber sees it (MQTT 3.1.1, QoS 0)."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

# https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html
CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = (
    1,
    2,
    3,
    8,
    9,
    12,
    13,
    14,
)
REFUSED = 5  # not authorized


class Broker:
    """`publish(topic, payload)` reaches everybody who has subscribed to the topic. `password`: what a
    client must say; `topics` are those that were asked for, `said` what each client logged in with."""

    def __init__(self, password: str | None = None) -> None:
        self._password = password
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.topics: list[str] = []
        self._clients: list[tuple[socket.socket, str]] = []
        self._subscribed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def publish(self, topic: str, payload: bytes) -> None:
        assert self._subscribed.wait(20)
        name = topic.encode()
        body = struct.pack("!H", len(name)) + name + payload
        for client, wanted in self._clients:
            if wanted == topic:
                with contextlib.suppress(OSError):
                    client.sendall(_packet(PUBLISH, body))

    def drop(self) -> None:
        """Cuts everybody off, as a broker that starts again does."""
        self._subscribed.clear()
        for client, _ in self._clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._clients.clear()

    def close(self) -> None:
        self.drop()
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError, EOFError):
            while True:
                kind, body = _read(client)
                if kind == CONNECT:
                    right = self._password is None or body.endswith(self._password.encode())
                    client.sendall(_packet(CONNACK, bytes([0, 0 if right else REFUSED])))
                elif kind == SUBSCRIBE:
                    size = struct.unpack("!H", body[2:4])[0]
                    topic = body[4 : 4 + size].decode()
                    self.topics.append(topic)
                    self._clients.append((client, topic))
                    client.sendall(_packet(SUBACK, body[:2] + b"\0"))
                    self._subscribed.set()
                elif kind == PINGREQ:
                    client.sendall(_packet(PINGRESP, b""))
                elif kind == DISCONNECT:
                    return


def _packet(kind: int, body: bytes) -> bytes:
    size, length = len(body), b""
    while True:
        size, digit = divmod(size, 128)[0], size % 128
        length += bytes([digit | (0x80 if size else 0)])
        if not size:
            return bytes([kind << 4 | (2 if kind == SUBSCRIBE else 0)]) + length + body


def _read(client: socket.socket) -> tuple[int, bytes]:
    head = _exactly(client, 1)[0]
    size = shift = 0
    while True:
        digit = _exactly(client, 1)[0]
        size |= (digit & 0x7F) << shift
        shift += 7
        if not digit & 0x80:
            return head >> 4, _exactly(client, size)


def _exactly(client: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = client.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data
