"""The storage's HTTP endpoint without a socket: real requests, real tokens, a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pod import server
from pod.config import Settings
from pod.http.messages import Request, Response, read_headers
from pod.http.solid import Solid
from pod.services import Services
from tests.servers import ALICE, NAME, PASSWORD

BOB = "https://bob.example/profile/card#me"


@dataclass
class Here:
    """`tokens`: of owner, alice and bob; the public has none."""

    services: Services
    solid: Solid
    loop: asyncio.AbstractEventLoop
    tokens: dict[str, str]

    @property
    def base(self) -> str:
        return str(self.services.space.root)

    def ask(self, who: str, method: str, path: str, body: bytes = b"", **more: str) -> Response:
        """`path` below the root, without a slash in front."""
        named = {k.replace("_", "-"): v for k, v in more.items()}
        if who in self.tokens:
            named["authorization"] = f"Bearer {self.tokens[who]}"
        if body or method in ("PUT", "POST", "PATCH"):
            named["content-length"] = str(len(body))
        pairs = [(k.encode(), v.encode()) for k, v in named.items()]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        request = Request(
            method, b"/" + path.encode(), b"", read_headers(pairs), "127.0.0.1", receive
        )
        return self.loop.run_until_complete(self.solid.handle(request))


@contextmanager
def here(folder: Path, **changed: Any) -> Iterator[Here]:
    settings = replace(
        Settings(), data=folder / "data", vault_key_file=str(folder / "vault.key"), **changed
    )
    server.initialise(settings)
    services = server.build(settings)
    services.accounts.create_owner(NAME, PASSWORD)
    tokens = {
        "owner": services.accounts.create_token("tests"),
        "alice": services.accounts.create_token("alice", ALICE),
        "bob": services.accounts.create_token("bob", BOB),
    }
    loop, threads = asyncio.new_event_loop(), ThreadPoolExecutor(4)
    solid = Solid(services.space, services.accounts.tokens, threads)
    try:
        yield Here(services, solid, loop, tokens)
    finally:
        threads.shutdown()
        loop.close()
        services.close()
