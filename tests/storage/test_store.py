"""The store: whole writes, one commit for many, a log whose chain shows tampering, kill -9."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pod.errors import TooLarge, Unavailable
from pod.model import Body
from pod.storage.base import Store, Transaction
from pod.storage.vault import Vault

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "4"))
ROOT = "http://localhost/"
TTL = "text/turtle"


def put(tx: Transaction, path: str, body: Body) -> None:
    tx.log("Update", "owner", "me", None, path, None, {})
    tx.save(path, TTL, body)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path, inline_bytes=100)
    yield found
    found.close()


def test_a_failed_work_undoes_itself_alone(store: Store) -> None:
    def fails(tx: Transaction) -> None:
        put(tx, "/bad", Body.of(b"x"))
        raise ValueError("no")

    results: list[object] = []

    def writer(number: int) -> None:
        try:
            store.write(
                fails if number % 3 == 0 else lambda tx: put(tx, f"/{number}", Body.of(b"x"))
            )
        except ValueError as error:
            results.append(error)

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20
    with store.read() as snap:
        assert snap.row("/bad") is None
        assert sum(snap.row(f"/{n}") is not None for n in range(60)) == 40
    assert store.verify_log() is None


def test_a_reader_sees_one_moment(store: Store) -> None:
    store.write(lambda tx: put(tx, "/a", Body.of(b"old")))
    with store.read() as snap:
        assert snap.row("/a").body.data == b"old"  # type: ignore[union-attr]
        store.write(lambda tx: put(tx, "/a", Body.of(b"new")))
        assert snap.row("/a").body.data == b"old"  # type: ignore[union-attr]
    with store.read() as snap:
        assert snap.row("/a").body.data == b"new"  # type: ignore[union-attr]


def test_large_bodies_are_files_and_are_swept(tmp_path: Path) -> None:
    store = Store(tmp_path, inline_bytes=100)
    body = store.stage(iter([b"x" * 80, b"y" * 80]), 1000)
    assert body.path is not None
    with pytest.raises(TooLarge):
        store.stage(iter([b"x" * 600, b"y" * 600]), 1000)
    store.write(lambda tx: put(tx, "/big", body))
    store.stage(iter([b"z" * 200]), 1000)  # never named: left by a crash, say
    store.close()
    store = Store(tmp_path, inline_bytes=100)
    assert len(list((tmp_path / "blobs").iterdir())) == 1
    with store.read() as snap:
        assert snap.row("/big").body.read(999) == b"x" * 80 + b"y" * 80  # type: ignore[union-attr]
    assert store.missing_blobs() == []
    store.close()


def test_a_changed_log_shows(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for n in range(5):
        store.write(lambda tx, n=n: put(tx, f"/{n}", Body.of(b"x")))
    assert store.verify_log() is None
    store.close()
    with sqlite3.connect(tmp_path / "pod.db") as forger:
        forger.execute("UPDATE activity SET object='/other' WHERE seq=3")
    store = Store(tmp_path)
    assert store.verify_log() == 3
    store.close()


def test_a_folder_has_one_process(tmp_path: Path, store: Store) -> None:
    with pytest.raises(Unavailable):
        Store(tmp_path)


def test_listing_in_pages(store: Store) -> None:
    def fill(tx: Transaction) -> None:
        for n in range(25):
            put(tx, f"/c/{n:02}", Body.of(b""))
        put(tx, "/c/00.acl", Body.of(b""))
        put(tx, "/c/d/", Body.of(b""))
        put(tx, "/c/d/e", Body.of(b""))

    store.write(fill)
    with store.read() as snap:
        names: list[str] = []
        while page := list(snap.children("/c/", names[-1] if names else "", 10)):
            names += [child.path.removeprefix("/c/") for child in page]
        assert names == [*(f"{n:02}" for n in range(25)), "d/"]
        assert len(list(snap.descendants("/c/"))) == 27
        assert snap.acl_subjects() == {"/c/00"}


def test_the_vault_opens_only_what_it_sealed(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys" / "k")
    sealed = vault.seal(b"secret", "enedis")
    assert b"secret" not in sealed
    assert Vault(tmp_path / "keys" / "k").open(sealed, "enedis") == b"secret"
    for wrong in (
        lambda: vault.open(sealed, "bank"),
        lambda: vault.open(sealed[:-1] + b"x", "enedis"),
        lambda: Vault(tmp_path / "other").open(sealed, "enedis"),
    ):
        with pytest.raises(Unavailable):
            wrong()
    assert (tmp_path / "keys" / "k").stat().st_mode & 0o077 == 0


def test_a_vault_key_is_made_once(tmp_path: Path) -> None:
    vaults = [Vault(tmp_path / "k") for _ in range(8)]
    threads = [threading.Thread(target=vault.seal, args=(b"x", "y")) for vault in vaults]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed = [vault.seal(b"secret", "it") for vault in vaults]
    assert all(vaults[0].open(s, "it") == b"secret" for s in sealed)
    assert [file.name for file in tmp_path.iterdir()] == ["k"]
    (tmp_path / "short").write_bytes(b"half")
    with pytest.raises(Unavailable, match="short"):
        Vault(tmp_path / "short").seal(b"x", "y")
