"""DPoP proofs: whoever sends a token holds the key that it was made for, and made this request now.

https://www.rfc-editor.org/rfc/rfc9449 · What was accepted once is remembered by (key, jti) for as
long as it would be fresh; where the memory is full the answer is 503, never a forgotten proof.
Proofs from before the start are refused, so that a restart forgets nothing either.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from pod.config import Settings
from pod.errors import BadInput, Unauthenticated, Unavailable
from pod.identity import jws

FAST_CLOCK = 10  # seconds that a sender's clock may be ahead of this one
LONGEST_JTI = 256
LONGEST_PROOF = 4096


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof whose signature, method and address are right. `key` is its thumbprint (`jkt`)."""

    key: str
    jti: str
    issued: int
    token_hash: str | None


class Seen:
    """The proofs that were accepted, for `seconds`. Thread-safe.

    `ahead` is the latest moment that an accepted proof of a fast clock named, as it was kept by
    `keep` before the last stop: nothing up to it is accepted again.
    """

    def __init__(self, settings: Settings, ahead: int, keep: Callable[[int], None]) -> None:
        self._seconds = settings.dpop_seconds
        self._most = settings.dpop_proofs
        self._start = max(math.floor(time.time()), ahead)
        self._ahead, self._keep = ahead, keep
        self._turn = threading.Lock()
        self._by_second: dict[int, set[bytes]] = {}
        self._count = 0

    def take(self, proof: Proof) -> None:
        """Accepts a proof once. Raises Unauthenticated (facts: `error`), Unavailable when full."""
        now = time.time()
        if not now - self._seconds <= proof.issued <= now + FAST_CLOCK:
            raise _refused("the proof was not made now; is the clock of this device right?")
        if proof.issued <= self._start:
            raise _refused("the proof is older than the server's start; make another one")
        name = hashlib.blake2b(f"{proof.key} {proof.jti}".encode(), digest_size=16).digest()
        with self._turn:
            self._forget(now)
            # One jti is one proof, whatever other moment it names.
            if any(name in names for names in self._by_second.values()):
                raise _refused("the proof was used before")
            if self._count >= self._most:
                raise Unavailable("too many requests at once; try again", retry_after=5)
            if proof.issued > max(now, self._ahead):
                self._ahead = proof.issued
                self._keep(proof.issued)
            self._by_second.setdefault(proof.issued, set()).add(name)
            self._count += 1

    def _forget(self, now: float) -> None:
        for second in [s for s in self._by_second if s < now - self._seconds]:
            self._count -= len(self._by_second.pop(second))


def read_proof(text: str | None, method: str, url: str) -> Proof:
    """Checks everything of a proof but its freshness. Raises Unauthenticated (facts: `error`)."""
    if not text:
        raise _refused("a DPoP proof is missing")
    if len(text) > LONGEST_PROOF:
        raise _refused("the DPoP proof is too long")
    try:
        found = jws.read(text)
        key, thumb = _header_key(text.partition(".")[0])
    except BadInput as error:
        raise _refused(f"the DPoP proof is not understood: {error.detail}") from None
    claims = found.claims
    jti, issued, ath = claims.get("jti"), claims.get("iat"), claims.get("ath")
    if claims.get("htm") != method:
        raise _refused("the proof is for another method")
    if not isinstance(claims.get("htu"), str) or _bare(claims["htu"]) != _bare(url):
        raise _refused("the proof is for another address")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
        raise _refused("the proof has no jti")
    if isinstance(issued, bool) or not isinstance(issued, int | float) or not 0 < issued < 1 << 40:
        raise _refused("the proof does not say when it was made")
    if ath is not None and not isinstance(ath, str):
        raise _refused("the proof names no token")
    if not found.check(key):
        raise _refused("the proof is not signed by its key")
    return Proof(thumb, jti, int(issued), ath)


def check_binding(proof: Proof, key: str, token: str, *, required: bool) -> None:
    """Whether `proof` is by the `key` that `token` is bound to, and for this token.

    "when used with an access token, [...] ath": deployed clients leave it out, so it is `required`
    by a setting alone and checked wherever it is there.
    """
    if not hmac.compare_digest(proof.key.encode(), key.encode()):
        raise _refused("the token is bound to another key")
    if proof.token_hash is None:
        if required:
            raise _refused("the proof does not name the token (ath)")
        return
    if not hmac.compare_digest(proof.token_hash.encode(), hash_of(token).encode()):
        raise _refused("the proof is for another token")


@lru_cache(256)
def hash_of(token: str) -> str:
    return jws.encode(hashlib.sha256(token.encode()).digest())


@lru_cache(4096)
def _header_key(part: str) -> tuple[jws.Public, str]:
    """The key in a proof's header: the same text for all of a key's proofs."""
    header = jws.read_object(part)
    if header.get("typ") != "dpop+jwt":
        raise BadInput("its typ is dpop+jwt")
    if header.get("alg") not in jws.ALGORITHMS:
        raise BadInput("its alg is ES256 or RS256")
    key = jws.read_jwk(header.get("jwk"))
    return key, jws.thumbprint(key)


def _bare(url: str) -> str:
    """ "the HTTP target URI [...] without query and fragment parts": otherwise to the letter."""
    return url.split("#", 1)[0].split("?", 1)[0]


def _refused(text: str) -> Unauthenticated:
    return Unauthenticated(text, error="invalid_dpop_proof")
