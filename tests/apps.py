"""A Solid app for tests: its key, its proofs, and the whole way from the sign-in to a token.

It speaks HTTP itself, so that a test can bend any step; the unmodified clients are in
`tests/clients`.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from pod.identity import jws
from tests.servers import NAME, PASSWORD, TURTLE, Served, running

REDIRECT = "http://localhost:1/callback"
NOTE = "t/note"
SCOPE = "openid webid offline_access"
MODES = {"read": "read", "write": "append read write", "control": "append control read write"}


@contextmanager
def serving_apps(folder: Path, **changed: object) -> Iterator[Served]:
    """A pod with a document at `NOTE`, for a module's many apps. Proofs from before the start of the
    server are refused, so it has started a second ago."""
    with running(folder, outbound_loopback="true", registrations=1000, **changed) as served:
        answer = served.owner.put(NOTE, content=b"", headers={"content-type": TURTLE})
        assert answer.status_code == 201
        time.sleep(1.1)
        yield served


def hidden(page: httpx.Response) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf" value="([^"]*)"', page.text)
    assert found, page.text[:500]
    return found[1]


def said(address: str) -> dict[str, str]:
    """The parameters in an address that the browser is sent to."""
    return dict(parse_qsl(urlsplit(address).query))


class Browser(httpx.Client):
    """A person's browser: it keeps cookies, and says of forms where they come from."""

    def __init__(self, base: str) -> None:
        super().__init__(base_url=base, timeout=30)
        self.origin = base.rstrip("/")

    def send_form(self, path: str, **fields: str) -> httpx.Response:
        return self.post(path, data=fields, headers={"origin": self.origin})

    def sign_in(self, query: str, name: str = NAME, password: str = PASSWORD) -> httpx.Response:
        page = self.get("/.oidc/authorize?" + query)
        csrf = hidden(page) if page.status_code == 200 else ""
        return self.send_form("/.oidc/sign-in?" + query, name=name, password=password, csrf=csrf)

    def agree(self, query: str, ceiling: str = "write") -> httpx.Response:
        page = self.get("/.oidc/authorize?" + query)
        return self.send_form(
            "/.oidc/consent?" + query, csrf=hidden(page), ceiling=ceiling, decision="agree"
        )


@dataclass
class App:
    """An app with a key of its own."""

    base: str
    id: str = ""
    secret: str | None = None
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def token_endpoint(self) -> str:
        return self.base + ".oidc/token"

    def proof(self, method: str, url: str, *, key: Any = None, **changed: Any) -> str:
        """A DPoP proof; `changed` are claims, or `header=` members. A claim None is left out."""
        signer = key or self.key
        header = {"typ": "dpop+jwt", "jwk": jws.public_jwk(signer.public_key())}
        header |= changed.pop("header", {})
        claims = {"htm": method, "htu": url, "iat": int(time.time()), "jti": secrets.token_hex(8)}
        claims = {k: v for k, v in {**claims, **changed}.items() if v is not None}
        return jws.sign(signer, header, claims)

    def register(self, **changed: Any) -> httpx.Response:
        facts = {"redirect_uris": [REDIRECT], "client_name": "Test app", **changed}
        answer = httpx.post(self.base + ".oidc/register", json=facts)
        if answer.status_code == 201:
            self.id, self.secret = answer.json()["client_id"], answer.json().get("client_secret")
        return answer

    @classmethod
    def registered(cls, base: str, **facts: Any) -> App:
        """A new app that keeps no secret, as those in browsers and phones are."""
        app = cls(base)
        answer = app.register(token_endpoint_auth_method="none", **facts)
        assert answer.status_code == 201, answer.text
        return app

    def query(self, **changed: str | None) -> str:
        """The query of an authorization request."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest())
        facts: dict[str, str | None] = {
            "client_id": self.id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": SCOPE,
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changed,
        }
        return urlencode({k: v for k, v in facts.items() if v is not None})

    def ask(self, *, proof: str | None = "", **params: Any) -> httpx.Response:
        """One request to the token endpoint; `proof` None: without one."""
        headers = {}
        if proof is not None:
            headers["dpop"] = proof or self.proof("POST", self.token_endpoint)
        auth = None if self.secret is None else (self.id, self.secret)
        if auth is None:
            params.setdefault("client_id", self.id)
        params = {k: v for k, v in params.items() if v is not None}
        return httpx.post(self.token_endpoint, data=params, headers=headers, auth=auth)

    def exchange(self, code: str, **changed: Any) -> httpx.Response:
        facts = {"redirect_uri": REDIRECT, "code_verifier": self.verifier, **changed}
        return self.ask(grant_type="authorization_code", code=code, **facts)

    def refresh(self, token: str, **changed: Any) -> httpx.Response:
        return self.ask(grant_type="refresh_token", refresh_token=token, **changed)

    def sign_in(self, browser: Browser, ceiling: str = "write", **changed: Any) -> dict[str, Any]:
        """All of it: the answer of the token endpoint."""
        query = self.query(**changed)
        browser.sign_in(query)
        answer = browser.agree(query, ceiling)
        assert answer.status_code == 303, answer.text
        found = self.exchange(said(answer.headers["location"])["code"])
        assert found.status_code == 200, found.text
        return dict(found.json())

    def send(
        self, method: str, url: str, token: str, *, proof: str | None = "", **more: Any
    ) -> httpx.Response:
        """A request with a token; `proof`: another one, or None for none."""
        headers = {"authorization": f"DPoP {token}", **more.pop("headers", {})}
        if proof is not None:
            headers["dpop"] = proof or self.proof(method, url)
        return httpx.request(method, url, headers=headers, **more)
