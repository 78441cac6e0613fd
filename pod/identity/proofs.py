"""That it is really the owner who does what matters most: proofs that are fresh, and codes for the
day when the password is forgotten and the device lost.

A session alone (a browser left open, a stolen cookie) changes who may sign in, takes everything
out or deletes it only within `FRESH` of a proof: with a passkey where the account has one (the
second factor of who signed in by password), else with the password.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from pod.identity.sessions import Account, Session
from pod.storage.proofs import ProofStore

FRESH = timedelta(minutes=5)
CODES = 10
PASSWORD, PASSKEY, CODE = "password", "passkey", "code"
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that reads as something else
_LENGTH = 16  # characters: 79 bits, so that a plain digest keeps them


class Proofs:
    """Proofs of sessions, recovery codes of accounts. Thread-safe."""

    def __init__(self, store: ProofStore) -> None:
        self._store = store

    def prove(self, session: bytes, how: str) -> None:
        """Notes that the owner has just proved herself in the session with this digest."""
        now = datetime.now(UTC)
        self._store.drop_proofs(now - FRESH)
        self._store.set_proof(session, how, now)

    def wanted(self, account: Account) -> str:
        """What proves it is her: `passkey` where she has one, else `password`."""
        return PASSKEY if self._store.passkeys(account.id) else PASSWORD

    def is_fresh(self, session: Session) -> bool:
        """Whether a proof that counts was given less than `FRESH` ago. A sample household, which
        has neither password nor passkey, has nothing to prove."""
        wanted = self.wanted(session.account)
        if wanted == PASSWORD and not session.account.has_password:
            return True
        return self._given(session) in (wanted, CODE)

    def has_code_proof(self, session: Session) -> bool:
        """Whether she has just signed in with a recovery code: then the old password is not asked."""
        return self._given(session) == CODE

    def _given(self, session: Session) -> str | None:
        """How she has just proved herself, None where that is too long ago."""
        found = self._store.proof(session.digest)
        if found is None or found["seen"] <= datetime.now(UTC) - FRESH:
            return None
        return str(found["how"])

    # ---------------------------------------------------------------- recovery codes

    def new_codes(self, account: Account) -> list[str]:
        """`CODES` codes, shown this once, in place of all earlier ones. Each works once."""
        codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(CODES)]
        self._store.set_codes(account.id, [_digest(account.id, code) for code in codes])
        return ["-".join(code[i : i + 4] for i in range(0, _LENGTH, 4)) for code in codes]

    def codes_left(self, account: Account) -> int:
        return self._store.count_codes(account.id)

    def take_code(self, account: str, typed: str) -> bool:
        """Whether `typed` is one of the account's codes; then it is used up."""
        plain = "".join(c for c in typed.upper()[:100] if c.isalnum())
        return self._store.take_code(account, _digest(account, plain))


def _digest(account: str, code: str) -> bytes:
    return hashlib.sha256(f"{account}\0{code}".encode()).digest()
