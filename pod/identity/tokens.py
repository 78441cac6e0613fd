"""Access tokens of Solid-OIDC: whose they are, by whom issued, for which key.

https://solidproject.org/TR/oidc#resource · For a foreign token the WebID's profile is read first,
and an issuer is contacted only if it is listed there; own WebIDs and own tokens need no request.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pod.config import Settings
from pod.errors import BadInput, PodError, Unauthenticated, Unavailable
from pod.identity import jws
from pod.identity.documents import Documents
from pod.identity.keys import Keys
from pod.model import AccessMode, Agent, AgentKind
from pod.storage.grants import GrantStore

CLOCK = 30  # seconds that an issuer's clock may differ
MOST_KEPT = 4096
ACCESS_TYPE = "at+jwt"
AUDIENCE = "solid"
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,2000}")


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that is valid until `until` (Unix seconds). `key`: the thumbprint of the key it is
    bound to, None for a Bearer token. `sign_in`: ours, that it belongs to."""

    agent: Agent
    key: str | None
    until: float
    sign_in: str | None = None


class Tokens:
    """Verifies access tokens; those verified are kept in memory until they expire. Thread-safe."""

    def __init__(
        self, settings: Settings, keys: Keys, grants: GrantStore, documents: Documents
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._grants = grants
        self._documents = documents
        self._turn = threading.Lock()
        self._kept: dict[bytes, Verified] = {}

    def known(self, token: str) -> Verified | None:
        """What needs no request to anybody: a token seen before, or one of ours."""
        found = self._kept.get(_digest(token))
        if found is not None and found.until > time.time():
            return found
        read = _read(token)
        return self._own(token, read) if read.claims.get("iss") == self._issuer else None

    def verify(self, token: str) -> Verified:
        """Raises Unauthenticated (facts: `error`), Unavailable. Blocks for a foreign token."""
        return self.known(token) or self._foreign(token, _read(token))

    def forget(self, sign_in: str | None = None) -> None:
        """Looks at tokens (of one sign-in) anew: something was revoked."""
        with self._turn:
            for digest, one in list(self._kept.items()):
                if sign_in is None or one.sign_in == sign_in:
                    del self._kept[digest]

    @property
    def _issuer(self) -> str:
        return self._settings.base_url

    def _own(self, token: str, read: jws.Jws) -> Verified:
        key = self._keys.find(read.header.get("kid"))
        if key is None or read.header.get("typ") != ACCESS_TYPE or not read.check(key):
            raise _refused("the token was not issued here")
        webid, until, thumb = _claims(read)
        with self._turn:  # a sign-in that ends meanwhile must not be kept
            row = self._grants.sign_in(str(read.claims.get("sid")), datetime.now(UTC))
            if row is None or row["webid"] != webid:
                raise _refused("this sign-in is over")
            self._listed(webid, self._issuer)
            modes = frozenset(AccessMode(mode) for mode in row["modes"].split())
            agent = Agent(AgentKind.PERSON, webid, row["client"], self._issuer, ceiling=modes)
            return self._keep(token, Verified(agent, thumb, until, row["id"]))

    def _foreign(self, token: str, read: jws.Jws) -> Verified:
        webid, until, thumb = _claims(read)
        issuer = read.claims.get("iss")
        if not isinstance(issuer, str) or not _ADDRESS.fullmatch(issuer):
            raise _refused("the token does not name its issuer")
        if thumb is None and not self._settings.bearer_tokens:
            raise _refused("a token that is bound to no key is not accepted")
        self._listed(webid, issuer)
        try:
            key = self._documents.key(issuer, read.header.get("kid"))
        except PodError as error:
            raise _failed("the issuer's keys cannot be read", error) from None
        if key is None or read.header.get("typ") == "dpop+jwt" or not read.check(key):
            raise _refused("the token is not signed by its issuer")
        client = read.claims.get("client_id") or read.claims.get("azp")
        agent = Agent(AgentKind.PERSON, webid, client if isinstance(client, str) else None, issuer)
        # What the profile says is believed for a time: so is a token that hangs on it.
        until = min(until, time.time() + self._settings.profile_seconds)
        with self._turn:
            return self._keep(token, Verified(agent, thumb, until))

    def _listed(self, webid: str, issuer: str) -> None:
        """ "the RS MUST check the WebID document for the existence of a statement" that lists the
        issuer, to the letter."""
        try:
            issuers = self._documents.issuers(webid)
        except PodError as error:
            raise _failed("the WebID's profile cannot be read", error) from None
        if issuer not in issuers:
            raise _refused("the WebID's profile does not list this issuer")

    def _keep(self, token: str, found: Verified) -> Verified:
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[_digest(token)] = found
        return found


def _read(token: str) -> jws.Jws:
    try:
        return jws.read(token)
    except BadInput:
        raise _refused("the access token is not valid") from None


def _claims(read: jws.Jws) -> tuple[str, float, str | None]:
    """(WebID, end, thumbprint) of a token whose claims are in order."""
    claims, now = read.claims, time.time()
    webid = claims.get("webid")
    if read.header.get("alg") not in jws.ALGORITHMS:
        raise _refused("the token is signed with another algorithm")
    if not isinstance(webid, str) or not _ADDRESS.fullmatch(webid):
        raise _refused("the token names no WebID")
    until, issued, since = (_moment(claims.get(name, 0)) for name in ("exp", "iat", "nbf"))
    if until <= now - CLOCK or since > now + CLOCK or issued > now + CLOCK:
        raise _refused("the token has expired, or is not valid yet")
    audience = claims.get("aud")
    if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise _refused("the token is for somebody else")
    bound = claims.get("cnf")
    thumb = bound.get("jkt") if isinstance(bound, dict) else None
    return webid, until + CLOCK, thumb if isinstance(thumb, str) else None


def _moment(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 40:
        raise _refused("the token does not say how long it is valid")
    return float(value)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _refused(text: str) -> Unauthenticated:
    return Unauthenticated(text, error="invalid_token")


def _failed(text: str, error: PodError) -> PodError:
    """A stranger learns that it did not work, not what lies at an address; too many at once is
    told as what it is."""
    if isinstance(error, Unavailable):
        return error
    return _refused(text)
