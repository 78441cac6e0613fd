"""Owners' accounts: one at home, one a pod at a provider; safe against guessing.

Every method that takes a password computes argon2id for about 0.1 s: call it in a thread.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pod.config import Settings
from pod.errors import BadInput, Conflict, Forbidden, TooManyRequests, Unauthenticated
from pod.identity.agents import Authenticator
from pod.identity.passkeys import Passkeys
from pod.identity.passwords import check_password, hash_password, is_outdated
from pod.identity.proofs import CODE, PASSKEY, PASSWORD, Proofs
from pod.identity.sessions import Account, Session, Sessions, digest_of
from pod.identity.throttle import LONGEST_NAME, Throttle
from pod.storage.accounts import ServerStore
from pod.storage.epoch import copy
from pod.storage.proofs import ProofStore

__all__ = ["Account", "Accounts", "Session"]

SETUP_TRIES = 20  # wrong setup codes until the server is started again
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that reads as something else


class Accounts:
    """Accounts, their sessions and their access tokens. Thread-safe.

    `home`: the WebID of a home's owner, whom its first visitor becomes; None at a provider.
    """

    def __init__(self, store: ServerStore, settings: Settings, home: str | None) -> None:
        self._store = store
        self._home = home
        self._settings = settings
        self._throttle = Throttle(store, settings.sign_in_attempts)
        self._setup_turn = threading.Lock()
        self._setup_tries = 0
        self._setup_code = "".join(secrets.choice(_ALPHABET) for _ in range(10))
        self.sessions = Sessions(store, settings)
        self._proofs = ProofStore(store)
        self.passkeys = Passkeys(self._proofs, settings)
        self.proofs = Proofs(self._proofs)
        self.tokens = Authenticator(store)

    def copy(self, file: Path) -> None:
        """The server's database in a new file: put back, it signs nobody in (`storage.epoch`)."""
        copy(self._store, file)

    # ---------------------------------------------------------------- the first visit

    def owner(self) -> Account | None:
        """The account of a home's owner, None before the set-up, and at a provider."""
        row = self._store.account() if self._home else None
        return None if row is None else Account.of(row)

    def setup_code(self) -> str | None:
        """The code that the first visitor types when not on this machine; None once there is an
        account. It is new at each start of the server, and printed there."""
        if not self._settings.setup_code or self._home is None or self.owner() is not None:
            return None
        return f"{self._setup_code[:5]}-{self._setup_code[5:]}"

    def check_setup_code(self, typed: str, *, local: bool) -> None:
        """Raises Forbidden for a wrong code, TooManyRequests after `SETUP_TRIES` of them.

        `local`: the visitor is on this machine, and needs none.
        """
        if local or not self._settings.setup_code:
            return
        with self._setup_turn:
            if self._setup_tries >= SETUP_TRIES:
                raise TooManyRequests("too many wrong codes; start the server again for a new one")
            given = typed.strip().upper().replace("-", "").replace(" ", "")
            if not hmac.compare_digest(given.encode(), self._setup_code.encode()):
                self._setup_tries += 1
                raise Forbidden("that is not the code printed at the start", field="code")

    def create_owner(
        self,
        name: str,
        password: str | None,
        *,
        email: str | None = None,
        language: str | None = None,
    ) -> Account:
        """The one account of a home, for its first visitor. No `password`: nobody can sign in to
        it again (a sample household). Raises Conflict if there is one, BadInput."""
        hashed = None if password is None else hash_password(password)
        with self._setup_turn:
            if self._home is None or self._store.account() is not None:
                raise Conflict("this pod has its owner already")
            return self._add(name, hashed, self._home, email, language)

    def create(
        self,
        name: str,
        password: str | None,
        webid: str,
        *,
        email: str | None = None,
        language: str | None = None,
    ) -> Account:
        """The account of a new pod's owner. Raises Conflict for a name that is taken, BadInput."""
        hashed = None if password is None else hash_password(password)
        with self._setup_turn:
            if self._store.account(name) is not None:
                raise Conflict("this name is taken", field="name")
            return self._add(name, hashed, webid, email, language)

    def _add(
        self, name: str, hashed: str | None, webid: str, email: str | None, language: str | None
    ) -> Account:
        row = {
            "id": secrets.token_hex(8),
            "name": _checked_name(name),
            "email": email,
            "webid": webid,
            "password": hashed,
            "language": language,
            "theme": None,
            "created": datetime.now(UTC),
        }
        self._store.add_account(row)
        return Account.of(row)

    def check_sign_up(self, peer: str) -> None:
        """Raises TooManyRequests after `sign_ups` of them in an hour."""
        since = datetime.now(UTC) - timedelta(hours=1)
        if self._store.attempts(f"sign-up:{peer}", since) >= self._settings.sign_ups:
            raise TooManyRequests("too many new pods from this address; wait", retry_after=3600)

    def note_sign_up(self, peer: str) -> None:
        self._store.note_attempt(f"sign-up:{peer}", datetime.now(UTC))

    def drop(self, webid: str) -> None:
        """Removes the account of `webid`, its sessions and its tokens, if there is one."""
        row = self._store.account_by(webid)
        if row is not None:
            self._proofs.forget(row["id"], webid)
        self._store.drop_account_of(webid)
        self.tokens.forget()

    # ---------------------------------------------------------------- signing in

    def sign_in(
        self,
        name: str,
        password: str,
        *,
        peer: str,
        label: str = "",
        replaces: str | None = None,
        device: str | None = None,
    ) -> str:
        """The token for the session's cookie. `replaces`: the cookie that the browser sent;
        `device`: what it was given by `remember`.

        Raises Unauthenticated, in the same words and time for a wrong name and a wrong password,
        and TooManyRequests (facts: `retry_after`) to those who guess.
        """
        now = datetime.now(UTC)
        self._throttle.check(peer, name, now, device)
        row = self._store.account(name.strip()[:LONGEST_NAME])
        if not check_password(password, None if row is None else row["password"]) or row is None:
            self._throttle.failed(peer, name, now, device)
            raise Unauthenticated("the name or the password is wrong")
        self._throttle.passed(peer, name, now)
        if is_outdated(row["password"]):
            self._store.change_account(row["id"], password=hash_password(password))
        return self._enter(row["id"], PASSWORD, label, replaces)

    def sign_in_by_passkey(
        self, response: str, *, label: str = "", replaces: str | None = None
    ) -> str:
        """The same for who answers with a passkey. Raises BadInput, Unauthenticated."""
        return self._enter(self.passkeys.check(response), PASSKEY, label, replaces)

    def sign_in_by_code(
        self,
        name: str,
        code: str,
        *,
        peer: str,
        label: str = "",
        replaces: str | None = None,
        device: str | None = None,
    ) -> str:
        """The same for who has lost the rest, with a recovery code, which is used up. Raises
        Unauthenticated, TooManyRequests."""
        now = datetime.now(UTC)
        self._throttle.check(peer, name, now, device)
        row = self._store.account(name.strip()[:LONGEST_NAME])
        if not self.proofs.take_code(row["id"] if row else "", code) or row is None:
            self._throttle.failed(peer, name, now, device)
            raise Unauthenticated("the name or the code is wrong")
        self._throttle.passed(peer, name, now)
        return self._enter(row["id"], CODE, label, replaces)

    def _enter(self, account: str, how: str, label: str, replaces: str | None) -> str:
        token = self.sessions.start(account, label, replaces)
        self.proofs.prove(digest_of(token), how)
        return token

    def confirm(
        self, session: Session, password: str, *, peer: str, device: str | None = None
    ) -> None:
        """Proves by password that it is still the owner. Raises Unauthenticated, TooManyRequests."""
        account, now = session.account, datetime.now(UTC)
        row = self._store.account_of(account.id)
        self._throttle.check(peer, account.name, now, device)
        if row is None or not check_password(password, row["password"]):
            self._throttle.failed(peer, account.name, now, device)
            raise Unauthenticated("the password is wrong", field="password")
        self.proofs.prove(session.digest, PASSWORD)

    def confirm_by_passkey(self, session: Session, response: str) -> None:
        """The same with one of her passkeys. Raises BadInput, Unauthenticated."""
        self.passkeys.check(response, session.account.id)
        self.proofs.prove(session.digest, PASSKEY)

    def start_session(self, account: Account, label: str = "", replaces: str | None = None) -> str:
        """A session for who has just made the account."""
        return self._enter(account.id, PASSWORD, label, replaces)

    def remember(self, token: str) -> str:
        """What the browser of a new session keeps, so that those who guess at the account elsewhere
        do not make its owner wait here."""
        session = self.sessions.find(token)
        if session is None:
            raise Unauthenticated("the session is over")
        return self._throttle.remember(session.account.name, datetime.now(UTC))

    def sign_out(self, token: str) -> None:
        self.sessions.end(token)

    def session(self, token: str | None) -> Session | None:
        return self.sessions.find(token)

    # ---------------------------------------------------------------- leaving

    def leave(self, account: Account) -> datetime:
        """Announces that the account and its pod go in `leaving_days`; when. Until then nothing is
        lost, and `stay` takes it back."""
        at = datetime.now(UTC) + timedelta(days=self._settings.leaving_days)
        self._proofs.set_leaving(account.webid, at)
        return at

    def stay(self, account: Account) -> None:
        self._proofs.set_leaving(account.webid, None)

    def leaving(self, account: Account) -> datetime | None:
        """When this account goes; None: it stays."""
        return self._proofs.leaving(account.webid)

    def due(self) -> list[str]:
        """WebIDs whose time has come."""
        return self._proofs.due(datetime.now(UTC))

    # ---------------------------------------------------------------- changes

    def set_password(
        self,
        session: Session,
        old: str | None,
        new: str,
        *,
        peer: str,
        device: str | None = None,
    ) -> None:
        """Changes the password and signs every other browser out.

        Who has just come in with a recovery code need not know the `old` one. Raises
        Unauthenticated for a wrong one, BadInput, TooManyRequests.
        """
        account, now = session.account, datetime.now(UTC)
        row = self._store.account_of(account.id)
        known = self.proofs.has_code_proof(session)
        if row is not None and row["password"] is not None and not known:
            self._throttle.check(peer, account.name, now, device)
            if not check_password(old or "", row["password"]):
                self._throttle.failed(peer, account.name, now, device)
                raise Unauthenticated("the password is wrong", field="old")
        self._store.change_account(account.id, password=hash_password(new))
        self.sessions.end_others(session)

    def change(self, account: Account, **values: Any) -> None:
        """Changes `name`, `email`, `language` or `theme`. Raises BadInput for anything else."""
        if unknown := values.keys() - {"name", "email", "language", "theme"}:
            raise BadInput(f"{unknown.pop()!r} is not changed here")
        if "name" in values:
            values["name"] = _checked_name(values["name"])
            taken = self._store.account(values["name"])
            if taken is not None and taken["id"] != account.id:
                raise BadInput("this name is taken", field="name")
        self._store.change_account(account.id, **values)

    def create_token(self, name: str, webid: str | None = None) -> str:
        """An access token for scripts (`agents`). At home it may stand for anybody (for the owner
        by default); at a provider only for who has an account, or one would speak for others."""
        found = webid or self._home
        known = found is not None and self._store.account_by(found) is not None
        if found is None or not (self._home or known):
            raise BadInput("a token at a provider stands for the owner of one of its pods")
        return self.tokens.create_token(name, found)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(f"a name has 1 to {LONGEST_NAME} characters", field="name")
    return name
