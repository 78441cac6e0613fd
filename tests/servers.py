"""A real server on loopback for tests: `domicile serve` on a new pod, with tokens to speak with."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from pod import server
from pod.config import Settings

ALICE = "https://alice.example/profile/card#me"
NAME, PASSWORD = "Ada", "correct horse battery"
TURTLE = "text/turtle"


@dataclass(frozen=True)
class Served:
    """A running server: `owner` and `alice` speak with a token, `public` without."""

    base: str
    port: int
    data: Path
    owner: httpx.Client
    alice: httpx.Client
    public: httpx.Client
    token: str
    process: subprocess.Popen[str]

    def raw(self, data: bytes, wait: float = 10.0) -> bytes:
        """Everything that comes back for `data` until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as peer:
            peer.sendall(data)
            return drained(peer)

    def ask(self, method: str, target: bytes | str, *lines: str, body: bytes = b"") -> bytes:
        """One request with `target` as it is, for answers that httpx would not let ask for."""
        target = target.encode("latin-1") if isinstance(target, str) else target
        head = [f"Host: localhost:{self.port}", "Connection: close", *lines]
        if body:
            head.append(f"Content-Length: {len(body)}")
        text = "\r\n".join(head).encode("latin-1")
        return self.raw(
            method.encode() + b" " + target + b" HTTP/1.1\r\n" + text + b"\r\n\r\n" + body
        )


def drained(peer: socket.socket) -> bytes:
    parts = []
    try:
        while piece := peer.recv(1 << 16):
            parts.append(piece)
    except (TimeoutError, ConnectionError):
        pass
    return b"".join(parts)


def status(answer: bytes) -> int:
    """The status of a raw answer, 0 for none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@contextmanager
def running(folder: Path, **changed: object) -> Iterator[Served]:
    """Serves a new pod in `folder`, in a process of its own, until the block ends."""
    port = free_port()
    base = f"http://localhost:{port}/"
    settings = replace(
        Settings(), data=folder / "data", base_url=base, vault_key_file=str(folder / "vault.key")
    )
    server.initialise(settings)
    services = server.build(settings)
    services.accounts.create_owner(NAME, PASSWORD)
    token = services.accounts.create_token("tests")
    alice = services.accounts.create_token("alice", ALICE)
    services.close()
    with (
        serving(settings.data, port, **changed) as process,
        _client(base, token) as hers,
        _client(base, alice) as other,
        _client(base) as public,
    ):
        yield Served(base, port, settings.data, hers, other, public, token, process)


@contextmanager
def serving(data: Path, port: int, **changed: object) -> Iterator[subprocess.Popen[str]]:
    """`domicile serve` on a data folder that exists; `changed` are settings."""
    words = [sys.executable, "-m", "pod", "serve", "--data", str(data), "--port", str(port)]
    environ = dict(os.environ) | {f"DOMICILE_{k.upper()}": str(v) for k, v in changed.items()}
    process = subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        wait_for(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()
            if process.stdout:
                process.stdout.close()


def _client(base: str, token: str | None = None) -> httpx.Client:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=base, headers=headers, timeout=30)


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionError:
            time.sleep(0.05)
    raise RuntimeError("the server does not answer")
