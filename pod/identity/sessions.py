"""Browser sessions: who is signed in on the owner's pages, until when, and the CSRF token of each.

A session's token is 256 random bits in a cookie; its SHA-256 is kept. It is always new at sign-in
(no fixation), ends after `session_idle_days` without use and after `session_days` whatever happens.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pod.config import Settings
from pod.model import Json
from pod.storage.accounts import ServerStore

TOUCH = timedelta(minutes=5)  # how exactly the last use is known
APART = timedelta(minutes=30)  # two visits are two once nothing was looked at for so long
CSRF = "csrf"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose pages these are. `language` and `theme` are None until chosen."""

    id: str
    name: str
    email: str | None
    webid: str
    language: str | None
    theme: str | None
    created: datetime
    has_password: bool

    @classmethod
    def of(cls, row: Json) -> Account:
        return cls(
            row["id"],
            row["name"],
            row["email"],
            row["webid"],
            row["language"],
            row["theme"],
            row["created"],
            row["password"] is not None,
        )


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `csrf` goes into every form that its pages show."""

    account: Account
    digest: bytes
    csrf: str
    created: datetime
    seen: datetime
    expires: datetime
    label: str

    @property
    def id(self) -> str:
        return self.digest.hex()


class Sessions:
    """The sessions of every account of this server."""

    def __init__(self, store: ServerStore, settings: Settings) -> None:
        self._store = store
        self._longest = timedelta(days=settings.session_days)
        self._idle = timedelta(days=settings.session_idle_days)
        self._turn = threading.Lock()
        self._key = self._csrf_key()

    def start(self, account: str, label: str = "", replaces: str | None = None) -> str:
        """The token for a new cookie; the session of the cookie that it `replaces` ends."""
        if replaces is not None:
            self.end(replaces)
        token = secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        self._store.add_session(digest_of(token), account, now, now + self._longest, label[:200])
        self._visited(account, now)
        return token

    def find(self, token: str | None) -> Session | None:
        """The session of a cookie's value, None for one that is unknown or over."""
        if token is None or not _TOKEN.fullmatch(token):
            return None
        return self._found(digest_of(token))

    def _found(self, digest: bytes) -> Session | None:
        row = self._store.session(digest)
        if row is None:
            return None
        now = datetime.now(UTC)
        owner = self._store.account_of(row["account"])
        if owner is None or now >= min(row["expires"], row["seen"] + self._idle):
            self._store.drop_session(digest)
            return None
        if now - row["seen"] > TOUCH:
            self._store.touch_session(digest, now)
            self._visited(owner["id"], now)
        return self._session(row, Account.of(owner))

    def visit_before(self, account: Account) -> datetime | None:
        """When the owner's visit before this one ended, on whatever device; None at the first."""
        row = self._store.visit(account.id)
        before: datetime | None = row["before"] if row else None
        return before

    def _visited(self, account: str, now: datetime) -> None:
        row = self._store.visit(account)
        before = row["before"] if row else None
        if row and now - row["latest"] > APART:
            before = row["latest"]
        self._store.set_visit(account, now, before)

    def outside(self, token: str) -> str:
        """The value of the second cookie, which other sites may lead a browser here with: it names
        the session and opens no page of the owner's."""
        digest = digest_of(token)
        return f"{digest.hex()}.{self._mark(b'outside', digest)}"

    def find_outside(self, value: str | None) -> Session | None:
        """The session of a second cookie, with a CSRF token that is good for its own pages alone."""
        named, _, mark = (value or "").partition(".")
        if not re.fullmatch(r"[0-9a-f]{64}", named):
            return None
        digest = bytes.fromhex(named)
        if not hmac.compare_digest(mark.encode(), self._mark(b"outside", digest).encode()):
            return None
        found = self._found(digest)
        return None if found is None else replace(found, csrf=self._mark(b"outside csrf", digest))

    def _mark(self, use: bytes, digest: bytes) -> str:
        return hmac.digest(self._key, use + digest, "sha256").hex()

    def _session(self, row: Json, account: Account) -> Session:
        digest = bytes(row["digest"])
        csrf = hmac.digest(self._key, digest, "sha256").hex()
        return Session(
            account, digest, csrf, row["created"], row["seen"], row["expires"], row["label"]
        )

    def of(self, account: Account) -> list[Session]:
        """The last used first."""
        return [self._session(row, account) for row in self._store.sessions(account.id)]

    def end(self, token: str) -> None:
        """Signs out. Nothing happens for a token that is not one."""
        if _TOKEN.fullmatch(token):
            self._store.drop_session(digest_of(token))

    def end_one(self, account: Account, identifier: str) -> None:
        """Signs out another browser of the same account, by `Session.id`."""
        for session in self.of(account):
            if session.id == identifier:
                self._store.drop_session(session.digest)

    def end_others(self, session: Session) -> None:
        self._store.drop_other_sessions(session.account.id, session.digest)

    def _csrf_key(self) -> bytes:
        with self._turn:
            key = self._store.secret(CSRF)
            if key is None:
                key = secrets.token_bytes(32)
                self._store.set_secret(CSRF, key)
            return key


def digest_of(token: str) -> bytes:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).digest()
