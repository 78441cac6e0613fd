"""Passkeys, recovery codes and leaving against who is not their owner, each with its control.

`Key` is an authenticator in software: it signs whatever it is told to, as an attacker's would.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from pod import server
from pod.config import Settings
from pod.errors import BadInput, Conflict, PodError, Unauthenticated
from pod.host import HOME, Host, webid_of
from pod.identity import passkeys, proofs, sessions
from pod.identity.accounts import Accounts
from pod.identity.agents import Credentials
from pod.identity.passkeys import Passkeys
from pod.model import Body, Json

PASSWORD = "correct horse battery"
ORIGIN = "http://localhost:8080"
PEER = "192.0.2.1"


class Key:
    def __init__(self) -> None:
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(repr(self).encode()).digest()
        self.counter = 0

    def _data(self, name: str, flags: int) -> bytes:
        self.counter += 1
        return hashlib.sha256(name.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def make(self, options: Json, origin: str = ORIGIN, flags: int = 0x45) -> str:
        client = self._client("webauthn.create", options, origin)
        public = cbor.encode(dict(ES256.from_cryptography_key(self.secret.public_key())))
        held = b"\0" * 16 + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(options["rp"]["id"], flags) + held
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said(
            {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(attested),
            }
        )

    def sign(self, options: Json, origin: str = ORIGIN, flags: int = 0x05, name: str = "") -> str:
        client = self._client("webauthn.get", options, origin)
        data = self._data(name or options["rpId"], flags)
        signed = data + hashlib.sha256(client).digest()
        signature = self.secret.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._said(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            }
        )

    def _client(self, kind: str, options: Json, origin: str) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": origin}
        return json.dumps(told).encode()

    def _said(self, response: Json) -> str:
        name = websafe_encode(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    settings = replace(
        Settings(), data=tmp_path / "data", shape="provider", vault_key_file=str(tmp_path / "key")
    )
    server.initialise(settings)
    found = server.open_host(settings)
    found.create("ada", PASSWORD)
    found.create("eve", PASSWORD)
    yield found
    found.close()


@pytest.fixture
def accounts(host: Host) -> Accounts:
    return host.accounts


def session_of(accounts: Accounts, name: str) -> sessions.Session:
    found = accounts.session(accounts.sign_in(name, PASSWORD, peer=PEER))
    assert found is not None
    return found


def with_key(accounts: Accounts, name: str) -> tuple[sessions.Session, Key]:
    session, key = session_of(accounts, name), Key()
    known: Passkeys = accounts.passkeys
    options = known.begin(session.account.id, name)
    known.finish(session.account.id, key.make(options), "key")
    return session, key


def test_control_a_passkey_signs_in(accounts: Accounts) -> None:
    session, key = with_key(accounts, "ada")
    token = accounts.sign_in_by_passkey(key.sign(accounts.passkeys.ask()))
    entered = accounts.session(token)
    assert entered is not None and entered.account.id == session.account.id
    assert accounts.proofs.is_fresh(entered)


@pytest.mark.parametrize(
    "how",
    [
        {"origin": "http://localhost:8081"},
        {"origin": "https://localhost:8080"},
        {"origin": "http://localhost.evil.example:8080"},
        {"name": "evil.example"},
        {"flags": 0x01},  # present, not verified
        {"flags": 0x04},  # verified, not present
    ],
)
def test_what_was_signed_for_elsewhere_opens_nothing(accounts: Accounts, how: Json) -> None:
    _, key = with_key(accounts, "ada")
    with pytest.raises(Unauthenticated):
        accounts.sign_in_by_passkey(key.sign(accounts.passkeys.ask(), **how))


@pytest.mark.parametrize("how", [{"origin": "http://evil.example"}, {"flags": 0x41}])
def test_a_passkey_is_made_here_and_verified(accounts: Accounts, how: Json) -> None:
    session = session_of(accounts, "ada")
    options = accounts.passkeys.begin(session.account.id, "ada")
    with pytest.raises(BadInput):
        accounts.passkeys.finish(session.account.id, Key().make(options, **how), "")


def test_an_answer_counts_once_and_in_time(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = with_key(accounts, "ada")
    answer = key.sign(accounts.passkeys.ask())
    assert accounts.sign_in_by_passkey(answer)
    with pytest.raises(Unauthenticated, match="too long"):
        accounts.sign_in_by_passkey(answer)
    monkeypatch.setattr(passkeys, "CHALLENGE_SECONDS", -1.0)
    with pytest.raises(Unauthenticated, match="too long"):
        accounts.sign_in_by_passkey(key.sign(accounts.passkeys.ask()))


def test_a_copied_key_shows_in_its_counter(accounts: Accounts) -> None:
    _, key = with_key(accounts, "ada")
    accounts.sign_in_by_passkey(key.sign(accounts.passkeys.ask()))
    key.counter -= 2
    with pytest.raises(Unauthenticated, match="copied"):
        accounts.sign_in_by_passkey(key.sign(accounts.passkeys.ask()))


def test_another_key_of_the_same_name(accounts: Accounts) -> None:
    _, key = with_key(accounts, "ada")
    forged = Key()
    forged.id, forged.counter = key.id, 10
    with pytest.raises(Unauthenticated, match="did not answer"):
        accounts.sign_in_by_passkey(forged.sign(accounts.passkeys.ask()))
    unknown = Key()
    with pytest.raises(Unauthenticated, match="not known"):
        accounts.sign_in_by_passkey(unknown.sign(accounts.passkeys.ask()))


def test_one_person_never_confirms_for_another(accounts: Accounts) -> None:
    ada, hers = with_key(accounts, "ada")
    eve, his = with_key(accounts, "eve")
    # Her challenge answered with his key, his challenge used in her session, a visitor's in hers.
    with pytest.raises(Unauthenticated):
        accounts.confirm_by_passkey(ada, his.sign(accounts.passkeys.ask(ada.account.id)))
    with pytest.raises(Unauthenticated):
        accounts.confirm_by_passkey(ada, hers.sign(accounts.passkeys.ask(eve.account.id)))
    with pytest.raises(Unauthenticated):
        accounts.confirm_by_passkey(ada, hers.sign(accounts.passkeys.ask()))
    with pytest.raises(Unauthenticated):
        accounts.sign_in_by_passkey(hers.sign(accounts.passkeys.ask(ada.account.id)))
    accounts.confirm_by_passkey(ada, hers.sign(accounts.passkeys.ask(ada.account.id)))  # control
    # Nor is her key taken over by making it again in another account.
    options = accounts.passkeys.begin(eve.account.id, "eve")
    with pytest.raises(Conflict):
        accounts.passkeys.finish(eve.account.id, hers.make(options), "")
    accounts.passkeys.drop(eve.account.id, hers.id.hex())
    assert len(accounts.passkeys.of(ada.account.id)) == 1


@pytest.mark.parametrize(
    "noise",
    ["", "null", "[]", "{}", '{"response": {}}', '{"response": {"clientDataJSON": "!!"}}', "[" * 4000,
     '{"id": 1, "response": {"clientDataJSON": "e30"}}'],
)  # fmt: skip
def test_noise_is_a_plain_no(accounts: Accounts, noise: str) -> None:
    with pytest.raises(PodError) as caught:
        accounts.sign_in_by_passkey(noise)
    assert caught.value.status in (400, 401)


def test_waiting_challenges_are_bounded(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passkeys, "CHALLENGES", 3)
    _, key = with_key(accounts, "ada")
    first = accounts.passkeys.ask()
    for _ in range(3):
        accounts.passkeys.ask()
    with pytest.raises(Unauthenticated):
        accounts.sign_in_by_passkey(key.sign(first))


# -------------------------------------------------------------------- fresh proofs


def test_a_proof_ages_and_a_password_is_no_second_factor(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of(accounts, "ada")
    assert accounts.proofs.is_fresh(session)  # signed in just now
    monkeypatch.setattr(proofs, "FRESH", timedelta(0))
    assert not accounts.proofs.is_fresh(session)
    monkeypatch.undo()
    accounts.confirm(session, PASSWORD, peer=PEER)
    assert accounts.proofs.is_fresh(session)
    with_key(accounts, "ada")
    assert not accounts.proofs.is_fresh(session)
    with pytest.raises(Unauthenticated):
        accounts.confirm(session, "wrong", peer=PEER)


def test_recovery_codes_belong_to_one_account_and_count_once(accounts: Accounts) -> None:
    ada, eve = session_of(accounts, "ada"), session_of(accounts, "eve")
    codes = accounts.proofs.new_codes(ada.account)
    for name, code in (("eve", codes[0]), ("nobody", codes[0]), ("ada", "AAAA-" * 4), ("ada", "")):
        with pytest.raises(Unauthenticated):
            accounts.sign_in_by_code(name, code, peer=f"192.0.2.{len(code)}")
    token = accounts.sign_in_by_code("ada", codes[0], peer="192.0.2.77")
    entered = accounts.session(token)
    assert entered is not None and accounts.proofs.has_code_proof(entered)
    accounts.set_password(entered, None, "another long one", peer=PEER)
    with pytest.raises(Unauthenticated):
        accounts.sign_in_by_code("ada", codes[0], peer="192.0.2.78")
    fresh = accounts.proofs.new_codes(ada.account)
    with pytest.raises(Unauthenticated):
        accounts.sign_in_by_code("ada", codes[1], peer="192.0.2.79")
    assert accounts.sign_in_by_code("ada", fresh[1], peer="192.0.2.79")
    with pytest.raises(Unauthenticated):  # without a code, the old password is asked
        accounts.set_password(eve, None, "another long one", peer=PEER)


# -------------------------------------------------------------------- leaving


def at(accounts: Accounts, name: str, when: timedelta) -> None:
    webid = str(session_of(accounts, name).account.webid)
    accounts._proofs.set_leaving(webid, datetime.now(UTC) + when)


def test_what_is_due_goes_whole_and_nothing_else(host: Host, tmp_path: Path) -> None:
    accounts = host.accounts
    session, key = with_key(accounts, "ada")
    token = accounts.create_token("t", session.account.webid)
    with host.use("ada") as services:
        iri = services.space.iri_of("/secret")
        services.space.put(services.owner, iri, Body.of(b"x"), "text/plain")
    host.issuer.create_credential(session.account.webid, "script", "control")
    at(accounts, "eve", timedelta(days=1))
    at(accounts, "ada", timedelta(seconds=-1))
    with host.use("ada"):
        assert host.remove_due() == []  # somebody reads there: later
    assert host.remove_due() == [session.account.webid]
    assert host.names() == ["eve"]
    assert not [p for p in tmp_path.rglob("*") if "ada" in p.name]
    for attempt in (
        lambda: accounts.sign_in("ada", PASSWORD, peer=PEER),
        lambda: accounts.sign_in_by_passkey(key.sign(accounts.passkeys.ask())),
    ):
        with pytest.raises(Unauthenticated):
            attempt()
    assert accounts.session(None) is None and token
    assert host.remove_due() == []
    host.create("ada", PASSWORD)  # the name is free; nothing of before is there
    assert host.issuer.credentials(session.account.webid) == []
    with pytest.raises(Unauthenticated):
        accounts.tokens.authenticate(Credentials("GET", "/", f"Bearer {token}"))
    with host.use("ada") as services:
        assert not services.space.exists(services.owner, services.space.iri_of("/secret"))
        assert session_of(accounts, "ada").account.id != session.account.id


def test_changing_one_s_mind(host: Host) -> None:
    session = session_of(host.accounts, "ada")
    when = host.accounts.leave(session.account)
    assert timedelta(days=13) < when - datetime.now(UTC) <= timedelta(days=14)
    assert host.accounts.leaving(session.account) is not None
    host.accounts.stay(session.account)
    assert host.accounts.leaving(session.account) is None
    assert host.accounts.due() == []


def test_a_home_starts_anew(tmp_path: Path) -> None:
    settings = replace(Settings(), data=tmp_path / "d", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    host = server.open_host(settings)
    try:
        account = host.accounts.create_owner("Ada", PASSWORD)
        with host.use(HOME) as services:
            iri = services.space.iri_of("/secret")
            services.space.put(services.owner, iri, Body.of(b"x"), "text/plain")
        host.accounts._proofs.set_leaving(account.webid, datetime.now(UTC))
        assert host.remove_due() == [str(webid_of(settings, HOME))]
        assert host.accounts.owner() is None
        with host.use(HOME) as services:
            assert not services.space.exists(services.owner, services.space.iri_of("/secret"))
            assert services.space.exists(services.owner, services.space.iri_of("/profile/card"))
    finally:
        host.close()
