"""Who sends a request to the storage: an access token in `Authorization`, or nobody.

A cookie is never looked at here: what a browser sends by itself opens the owner's pages, never the
storage. Access tokens of this module are *local*: opaque, 256 random bits, made by `domicile token`
or in the settings, sent as `Authorization: Bearer TOKEN`, kept as their SHA-256 alone. They stand
for the owner or for a person's WebID. DPoP-bound tokens of Solid-OIDC will be another branch of
`Authenticator.authenticate`; its signature has what they need.

A token that is not valid is refused even where the public may read: who sends one means to be
somebody (https://www.rfc-editor.org/rfc/rfc6750#section-3.1).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from pod.errors import BadInput, Unauthenticated
from pod.model import PUBLIC, Agent, AgentKind, Json
from pod.storage.accounts import ServerStore

CLIENT = "urn:domicile:token:"  # + the token's name: what the log shows as the app that acted
_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9\-._~+/]{1,4096}=*) *")
_CACHED = 1024


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows to say who sends it. `url` is built from the configured base URL."""

    method: str
    url: str
    authorization: str | None = None
    proof: str | None = None  # the DPoP header


class Authenticator:
    """Turns credentials into an `Agent`. Thread-safe; verified tokens are kept in memory."""

    def __init__(self, store: ServerStore) -> None:
        self._store = store
        self._verified: dict[bytes, Agent] = {}
        self._turn = threading.Lock()

    def authenticate(self, credentials: Credentials, owner: Agent) -> Agent:
        """Who asks the pod of `owner`. Raises Unauthenticated (facts: `error`) for credentials
        that are not valid."""
        header = credentials.authorization
        if header is None:
            return PUBLIC
        found = _BEARER.fullmatch(header)
        if found is None:
            raise Unauthenticated("the Authorization header is not understood", error="")
        digest = _digest(found[1])
        agent = self._verified.get(digest) or self._verify(digest)
        return owner if agent.webid == owner.webid else agent

    def _verify(self, digest: bytes) -> Agent:
        with self._turn:  # a token that is dropped meanwhile must not be kept
            row = self._store.token(digest)
            if row is None:
                raise Unauthenticated("the access token is not valid", error="invalid_token")
            if len(self._verified) >= _CACHED:
                self._verified.clear()
            agent = self._verified[digest] = Agent(
                AgentKind.PERSON, row["webid"], CLIENT + row["name"]
            )
        return agent

    def create_token(self, name: str, webid: str) -> str:
        """A new access token for `webid`, shown this once. Raises BadInput."""
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]{1,2000}", webid):
            raise BadInput("a WebID is an http(s) address", webid=webid)
        if not 0 < len(name.strip()) <= 100:
            raise BadInput("a token wants a name of at most 100 characters")
        token = secrets.token_urlsafe(32)
        self._store.add_token(_digest(token), name.strip(), webid, datetime.now(UTC))
        return token

    def tokens(self, webid: str | None = None) -> list[Json]:
        """[{"id","name","webid","created"}] of `webid`, or all; `id` is for `drop_token` and opens
        nothing."""
        return [
            {
                "id": row["digest"].hex(),
                "name": row["name"],
                "webid": row["webid"],
                "created": row["created"],
            }
            for row in self._store.tokens(webid)
        ]

    def forget(self) -> None:
        """Looks every token up anew: some are gone."""
        with self._turn:
            self._verified.clear()

    def drop_token(self, identifier: str, webid: str | None = None) -> None:
        """Refuses the token from the next request on. Raises BadInput if there is no such token
        (that stands for `webid`, where one is given)."""
        if identifier not in {token["id"] for token in self.tokens(webid)}:
            raise BadInput("there is no such token")
        digest = bytes.fromhex(identifier)
        with self._turn:
            self._store.drop_token(digest)
            self._verified.pop(digest, None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
