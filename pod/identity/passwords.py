"""Passwords: argon2id (RFC 9106), one computation at a time so that guessing cannot fill memory."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pod.errors import BadInput, Unavailable

SHORTEST = 10  # characters; length is the one rule that helps (NIST SP 800-63B, 3.1.1)
LONGEST = 256
WAIT_SECONDS = 10.0

_hasher = PasswordHasher()  # argon2id, 64 MiB, 3 passes, 4 lanes: RFC 9106, second choice
_turn = threading.Lock()
# What a guess for nobody's name is checked against, so that it takes as long as one for a real one.
_DUMMY = (
    "$argon2id$v=19$m=65536,t=3,p=4$MTIzNDU2Nzg5MDEyMzQ1Ng"
    "$Zm9yIG5vYm9keSBhbmQgbm90aGluZyBhdCBhbGwhISE"
)


def hash_password(password: str) -> str:
    """The encoded argon2id hash. Takes about 0.1 s: not for an event loop.

    Raises BadInput for a password that is too short or too long (facts: `least`, `most`).
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            f"a password has {SHORTEST} to {LONGEST} characters", least=SHORTEST, most=LONGEST
        )
    with _Turn():
        return _hasher.hash(_prepared(password))


def check_password(password: str, hashed: str | None) -> bool:
    """Whether `password` is the one; False for None, after the same time."""
    with _Turn():
        try:
            matches = _hasher.verify(hashed or _DUMMY, _prepared(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return matches and hashed is not None and len(password) <= LONGEST


def is_outdated(hashed: str) -> bool:
    """Whether `hashed` was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(hashed)


def _prepared(password: str) -> bytes:
    # Keyboards differ in how they compose an accent; the person typed the same thing.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


class _Turn:
    """Waits for the one place at the hasher. Raises Unavailable after `WAIT_SECONDS`."""

    def __enter__(self) -> None:
        if not _turn.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("too many people are signing in; try again", retry_after=5)

    def __exit__(self, *_: object) -> None:
        _turn.release()
