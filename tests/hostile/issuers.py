"""Somebody else's identity provider and profiles on loopback, for tests to bend."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from pod.identity import jws


class Foreign:
    """An issuer at `base` with one key, and the profile of Bob at `base`bob. `changed` replaces
    answers by path: (status, headers, body), or a callable that writes what it likes."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.webid = base + "bob#me"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.listed = [base]
        self.asked: list[str] = []
        self.changed: dict[str, Any] = {}

    def answers(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/bob":
            lines = "".join(f"<#me> solid:oidcIssuer <{one}>.\n" for one in self.listed)
            text = f"@prefix solid: <http://www.w3.org/ns/solid/terms#>.\n{lines}"
            return 200, {"content-type": "text/turtle"}, text.encode()
        found: Any = None
        if path == "/.well-known/openid-configuration":
            found = {"issuer": self.base, "jwks_uri": self.base + "jwks"}
        elif path == "/jwks":
            found = {
                "keys": [{**jws.public_jwk(self.key.public_key()), "kid": "k", "alg": "ES256"}]
            }
        status = 404 if found is None else 200
        return status, {"content-type": "application/json"}, json.dumps(found).encode()

    def token(self, app_key: Any, *, header: Any = None, key: Any = None, **changed: Any) -> str:
        """An access token for Bob; a claim None is left out."""
        now = int(time.time())
        claims = {
            "iss": self.base,
            "webid": self.webid,
            "sub": self.webid,
            "aud": "solid",
            "client_id": "https://app.example/id",
            "iat": now,
            "exp": now + 300,
            "cnf": {"jkt": jws.thumbprint(app_key.public_key())},
            **changed,
        }
        claims = {k: v for k, v in claims.items() if v is not None}
        return jws.sign(key or self.key, {"typ": "at+jwt", "kid": "k", **(header or {})}, claims)


@contextmanager
def foreign() -> Iterator[Foreign]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path
            here.asked.append(path)
            given = here.changed.get(path, here.answers(path))
            if callable(given):
                return given(self)
            status, headers, body = given
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Foreign(f"http://localhost:{server.server_address[1]}/")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
