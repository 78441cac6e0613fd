"""Passkeys: signing in, and proving it again, with what a device or a security key keeps.

https://www.w3.org/TR/webauthn-3/ · A passkey belongs to one name (the host of the base URL): under
another name, or an IP address, browsers offer none. The private key never leaves its device; what
is kept here opens nothing.
"""

from __future__ import annotations

import ipaddress
import json
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pod.config import Settings
from pod.errors import BadInput, Conflict, Unauthenticated
from pod.model import Json
from pod.storage.proofs import ProofStore

if TYPE_CHECKING:
    from fido2.server import Fido2Server

CHALLENGE_SECONDS = 300.0
CHALLENGES = 1000  # that wait for an answer at once; the oldest goes
MOST = 20  # passkeys of one account
NAME = "Domicile"


class Passkeys:
    """The passkeys of every account of this server. Thread-safe."""

    def __init__(self, store: ProofStore, settings: Settings) -> None:
        self._store = store
        self._origin = settings.origin
        self.name = urlsplit(settings.base_url).hostname or ""  # the "relying party id"
        self._waiting: OrderedDict[str, tuple[float, Json]] = OrderedDict()
        self._turn = threading.Lock()
        self._made: Fido2Server | None = None

    def available(self, host: str) -> bool:
        """Whether browsers offer passkeys on pages that are opened under the name `host`."""
        try:
            ipaddress.ip_address(self.name)
        except ValueError:
            return host == self.name
        return False

    # ---------------------------------------------------------------- making one

    def begin(self, account: str, name: str) -> Json:
        """The options of `navigator.credentials.create`, for who is signed in."""
        from fido2.webauthn import PublicKeyCredentialUserEntity

        known = self._store.passkeys(account)
        if len(known) >= MOST:
            raise Conflict(f"an account has at most {MOST} passkeys")
        user = PublicKeyCredentialUserEntity(id=account.encode(), name=name, display_name=name)
        options, state = self._server().register_begin(
            user,
            [_credential(row) for row in known],
            resident_key_requirement=_required("ResidentKeyRequirement"),
            user_verification=_required("UserVerificationRequirement"),
        )
        self._wait({**state, "account": account})
        return _plain(options)

    def finish(self, account: str, response: str, label: str) -> None:
        """Keeps the passkey that the browser made. Raises BadInput."""
        given = _read(response)
        state = self._taken(given, account)
        try:
            made = self._server().register_complete(state, given)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"that is no passkey: {error}", reason="passkey") from None
        data = made.credential_data
        if data is None or not made.is_user_verified():
            raise BadInput("that is no passkey", reason="passkey")
        if self._store.passkey(data.credential_id) is not None:
            raise Conflict("this passkey is known already")
        self._store.add_passkey(
            data.credential_id, account, bytes(data), made.counter, label[:80], datetime.now(UTC)
        )

    # ---------------------------------------------------------------- using one

    def ask(self, account: str | None = None) -> Json:
        """The options of `navigator.credentials.get`: for a visitor any passkey of this server,
        for who is signed in (`account`) one of hers."""
        known = None
        if account is not None:
            known = [_credential(row) for row in self._store.passkeys(account)]
        options, state = self._server().authenticate_begin(
            known, user_verification=_required("UserVerificationRequirement")
        )
        self._wait({**state, "account": account})
        return _plain(options)

    def check(self, response: str, account: str | None = None) -> str:
        """The account whose passkey answered what `ask` asked. Raises Unauthenticated."""
        given = _read(response)
        state = self._taken(given, account)
        row = self._row(given)
        if row is None or account not in (None, row["account"]):
            raise Unauthenticated("this passkey is not known here")
        try:
            self._server().authenticate_complete(state, [_credential(row)], given)
            counter = _counter(given)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unauthenticated(f"the passkey did not answer: {error}") from None
        # "If [...] less than or equal to the stored signCount: this is a signal [...] that the
        # authenticator may be cloned" (7.2, step 22). Zero: it does not count.
        if (counter or row["counter"]) and counter <= row["counter"]:
            raise Unauthenticated("this passkey may have been copied")
        self._store.use_passkey(row["id"], counter, datetime.now(UTC))
        return str(row["account"])

    # ---------------------------------------------------------------- the list

    def of(self, account: str) -> list[Json]:
        """[{"id","label","created","seen"}]"""
        found = self._store.passkeys(account)
        return [
            {"id": r["id"].hex(), "label": r["label"], "created": r["created"], "seen": r["seen"]}
            for r in found
        ]

    def drop(self, account: str, identifier: str) -> None:
        try:
            self._store.drop_passkey(account, bytes.fromhex(identifier))
        except ValueError:
            raise BadInput("there is no such passkey") from None

    # ----------------------------------------------------------------

    def _server(self) -> Fido2Server:
        """Loaded at its first use: it takes 0.1 s."""
        if self._made is None:
            from fido2.server import Fido2Server
            from fido2.webauthn import PublicKeyCredentialRpEntity

            party = PublicKeyCredentialRpEntity(name=NAME, id=self.name)
            self._made = Fido2Server(party, verify_origin=lambda origin: origin == self._origin)
        return self._made

    def _wait(self, state: Json) -> None:
        with self._turn:
            while len(self._waiting) >= CHALLENGES:
                self._waiting.popitem(last=False)
            self._waiting[state["challenge"]] = (time.monotonic() + CHALLENGE_SECONDS, state)

    def _taken(self, given: Json, account: str | None) -> Json:
        """The state of the challenge that is answered: once, in time, by whom it was asked."""
        from fido2.utils import websafe_decode

        try:
            told = json.loads(websafe_decode(given["response"]["clientDataJSON"]))
            challenge = str(told["challenge"])
        except (ValueError, KeyError, TypeError):
            raise BadInput("that is no answer of a passkey") from None
        with self._turn:
            until, state = self._waiting.pop(challenge, (0.0, {}))
        if until < time.monotonic() or state["account"] != account:
            raise Unauthenticated("that took too long; try again")
        return state

    def _row(self, given: Json) -> Json | None:
        from fido2.utils import websafe_decode

        try:
            return self._store.passkey(websafe_decode(given["id"]))
        except (ValueError, KeyError, TypeError):
            return None


def _read(response: str) -> Json:
    try:
        given = json.loads(response)
    except (ValueError, RecursionError):
        raise BadInput("that is no answer of a passkey") from None
    if not isinstance(given, dict) or not isinstance(given.get("response"), dict):
        raise BadInput("that is no answer of a passkey")
    return given


def _credential(row: Json) -> Any:
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(row["data"])


def _counter(given: Json) -> int:
    from fido2.webauthn import AuthenticationResponse

    counter: int = AuthenticationResponse.from_dict(given).response.authenticator_data.counter
    return counter


def _required(kind: str) -> Any:
    from fido2 import webauthn

    return getattr(webauthn, kind).REQUIRED


def _plain(options: Any) -> Json:
    """As JSON, in the form of `PublicKeyCredential.parse…OptionsFromJSON`."""
    found: Json = json.loads(json.dumps(dict(options)["publicKey"], default=_bytes))
    return found


def _bytes(value: Any) -> Any:
    from fido2.utils import websafe_encode

    return websafe_encode(value) if isinstance(value, bytes) else dict(value)
