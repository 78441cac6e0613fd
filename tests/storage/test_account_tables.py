"""The server's own rows: accounts, sessions, tokens, attempts, secrets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pod.storage.accounts import ServerStore

NOW = datetime(2026, 11, 24, 12, 0, 0, 123_000, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ServerStore]:
    found = ServerStore(tmp_path / "new" / "server.db")
    yield found
    found.close()


def add(store: ServerStore, identifier: str, name: str) -> None:
    row = {"id": identifier, "name": name, "webid": "http://localhost/me", "created": NOW}
    store.add_account(row)


def test_accounts(store: ServerStore, tmp_path: Path) -> None:
    assert store.account() is None
    add(store, "1", "Camille")
    found = store.account("CAMILLE")
    assert found is not None and found["id"] == "1" and found["created"] == NOW
    store.change_account("1", password="hash", language="fr")
    assert store.account_of("1") == {**found, "password": "hash", "language": "fr"}
    assert store.account("nobody") is None
    for file in (tmp_path / "new").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_sessions_end(store: ServerStore) -> None:
    add(store, "1", "Camille")
    for digest in (b"one", b"two", b"three"):
        store.add_session(digest, "1", NOW, LATER, "a browser")
    store.touch_session(b"two", NOW + timedelta(hours=1))
    assert next(s["digest"] for s in store.sessions("1")) == b"two"
    session = store.session(b"one")
    assert session is not None and session["expires"] == LATER
    store.drop_session(b"one")
    assert store.session(b"one") is None
    store.drop_other_sessions("1", b"two")
    assert [s["digest"] for s in store.sessions("1")] == [b"two"]
    store.drop_expired(LATER - timedelta(seconds=1))
    assert store.session(b"two")
    store.drop_expired(LATER)
    assert store.session(b"two") is None
    store.add_session(b"four", "1", NOW, LATER, "")
    store.drop_account_of("http://localhost/me")
    assert store.session(b"four") is None and store.account() is None


def test_tokens(store: ServerStore) -> None:
    store.add_token(b"digest", "script", "http://localhost/me", NOW)
    token = store.token(b"digest")
    assert token is not None and token["created"] == NOW
    assert [t["name"] for t in store.tokens()] == ["script"]
    store.drop_token(b"digest")
    assert store.token(b"digest") is None


def test_attempts_are_counted_within_a_window(store: ServerStore) -> None:
    for minute in range(5):
        store.note_attempt("a", NOW + timedelta(minutes=minute))
    store.note_attempt("b", NOW)
    assert store.attempts("a", NOW) == 5
    assert store.attempts("a", NOW + timedelta(minutes=3)) == 2
    store.forget_attempts(before=NOW + timedelta(minutes=1))
    assert (store.attempts("a", NOW), store.attempts("b", NOW)) == (4, 0)
    store.forget_attempts("a")
    assert store.attempts("a", NOW) == 0


def test_secrets_and_facts_are_replaced(store: ServerStore, tmp_path: Path) -> None:
    assert store.secret("k") is None and store.meta("k") is None
    for value in (b"one", b"two"):
        store.set_secret("k", value)
        store.set_meta("k", value.decode())
    assert store.secret("k") == b"two" and store.meta("k") == "two"
    again = ServerStore(tmp_path / "new" / "server.db")
    assert again.secret("k") == b"two"
    again.close()
