"""A webhook on loopback that does what a test wants of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """What was delivered, in order; `answer` gives the status (and headers) for the nth delivery."""

    url: str = ""
    answer: Callable[[int], int] = lambda _: 200
    headers: dict[str, str] = field(default_factory=dict)  # sent with each answer
    pause: float = 0.0
    heard: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def states(self) -> list[str]:
        return [body.get("state") for _, body in self.heard]

    def wait_for(self, count: int, seconds: float = 15.0) -> bool:
        """Whether that many deliveries came in time."""
        until = time.monotonic() + seconds
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.01)
        return len(self.heard) >= count


@contextmanager
def hooked(port: int = 0, **given: Any) -> Iterator[Hook]:
    hook = Hook(**given)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            hook.heard.append(({k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
            hook.gone.wait(hook.pause)
            self.send_response(hook.answer(len(hook.heard)))
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        hook.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield hook
        finally:
            hook.gone.set()
            server.shutdown()
            thread.join(5)
