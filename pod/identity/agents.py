"""Who sends a request to the storage: an access token in `Authorization`, or nobody.

A cookie is never looked at here: what a browser sends by itself opens the owner's pages, never the
storage. Access tokens of this module are *local*: opaque, 256 random bits, made by `domicile token`
or in the settings, sent as `Authorization: Bearer TOKEN`, kept as their SHA-256 alone. They stand
for the owner or for a person's WebID. Tokens of Solid-OIDC (`tokens`) come as `Authorization: DPoP
TOKEN` with a proof of their key (`dpop`).

A token that is not valid is refused even where the public may read: who sends one means to be
somebody (https://www.rfc-editor.org/rfc/rfc6750#section-3.1).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from pod.config import Settings
from pod.errors import BadInput, Unauthenticated, Unavailable
from pod.identity import dpop
from pod.identity.tokens import Tokens, Verified
from pod.model import PUBLIC, Agent, AgentKind, Json
from pod.storage.accounts import ServerStore

CLIENT = "urn:domicile:token:"  # + the token's name: what the log shows as the app that acted
_HEADER = re.compile(r"(?i:(bearer|dpop)) +([A-Za-z0-9\-._~+/]{1,8192}=*) *")
_CACHED = 1024
_GUESTS = 8  # foreign tokens that are looked into at once
_WAITING = 64  # and those that wait for it


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows to say who sends it. `url` is the configured base URL and the path as it
    was sent: the address that a proof names."""

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
        self._tokens: Tokens | None = None
        self._seen: dpop.Seen | None = None
        self._settings = Settings()
        self._guests = ThreadPoolExecutor(_GUESTS, "guests")
        self._waiting = 0

    def accept(self, tokens: Tokens, seen: dpop.Seen, settings: Settings) -> None:
        """Accepts the tokens of Solid-OIDC too."""
        self._tokens, self._seen, self._settings = tokens, seen, settings

    async def identify(self, credentials: Credentials, owner: Agent | None = None) -> Agent:
        """As `authenticate`, without blocking the event loop: what this server knows is answered at
        once, a foreign token that is new is looked into in a thread, some at a time.

        Raises Unavailable where too many wait.
        """
        token = _oidc_token(credentials.authorization)
        if token is None or self._tokens is None or self._tokens.known(token) is not None:
            return self.authenticate(credentials, owner)
        if self._waiting >= _GUESTS + _WAITING:
            raise Unavailable("too many new guests at once; try again", retry_after=5)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._guests, self.authenticate, credentials, owner)
        finally:
            self._waiting -= 1

    def authenticate(self, credentials: Credentials, owner: Agent | None = None) -> Agent:
        """Who asks; `owner` where a local token stands for that owner of the pod that is asked.

        Raises Unauthenticated (facts: `error`) for credentials that are not valid. It blocks for a
        foreign token that is new: on an event loop, `identify` is the one to ask.
        """
        header = credentials.authorization
        if header is None:
            return PUBLIC
        found = _HEADER.fullmatch(header)
        if found is None:
            raise Unauthenticated("the Authorization header is not understood", error="")
        token = _oidc_token(header)
        if token is not None and self._tokens is not None:
            return self._check(self._tokens.verify(token), token, found[1], credentials)
        if found[1].lower() != "bearer":
            raise Unauthenticated("the access token is not valid", error="invalid_token")
        digest = _digest(found[2])
        agent = self._verified.get(digest) or self._verify(digest)
        return owner if owner is not None and agent.webid == owner.webid else agent

    def _check(self, known: Verified, token: str, scheme: str, credentials: Credentials) -> Agent:
        """A token bound to a key wants a proof of it, whatever scheme it comes with; a token that
        is not bound is believed only where a setting says so."""
        if known.key is None:
            if scheme.lower() != "bearer" or not self._settings.bearer_tokens:
                raise Unauthenticated(
                    "a token without a key is not accepted", error="invalid_token"
                )
            return known.agent
        if scheme.lower() != "dpop" or self._seen is None:
            raise Unauthenticated("this token comes with a DPoP proof", error="invalid_token")
        proof = dpop.read_proof(credentials.proof, credentials.method, credentials.url)
        dpop.check_binding(proof, known.key, token, required=self._settings.dpop_ath)
        self._seen.take(proof)
        return known.agent

    def close(self) -> None:
        self._guests.shutdown(wait=False, cancel_futures=True)

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


def _oidc_token(header: str | None) -> str | None:
    """The signed token in the header: a local one has no dots."""
    found = None if header is None else _HEADER.fullmatch(header)
    return found[2] if found is not None and found[2].count(".") == 2 else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
