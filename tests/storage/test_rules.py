"""Access rules in memory are those of the snapshot that asks, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pod.storage import rules
from pod.storage.base import Snapshot, Store, Transaction
from tests.storage.pods import put, remove, write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path)
    write(found, "/.acl", b"root 1")
    write(found, "/a/.acl", b"a 1")
    write(found, "/a/x", b"x 1")
    yield found
    found.close()


def nearest(snap: Snapshot, path: str) -> bytes | None:
    row = snap.nearest_acl(path)
    return None if row is None else row.body.data


def known(store: Store) -> bool:
    return store.nearest_acl("/")[0]


def warm(store: Store) -> None:
    with store.read() as snap:
        snap.row("/a/x")
        assert nearest(snap, "/a/x") == b"a 1"
    assert known(store)


def test_they_are_found_without_a_look_at_the_disk(store: Store) -> None:
    assert not known(store), "nobody has asked yet"
    warm(store)
    for path, says in (("/a/x", b"a 1"), ("/a/", b"a 1"), ("/a/b/c/", b"a 1"), ("/b", b"root 1")):
        row = store.nearest_acl(path)[1]
        assert row is not None and row.body.data == says
    write(store, "/a/y", b"y")
    assert known(store), "a write that changes no rules leaves them"


def test_a_snapshot_keeps_the_rules_that_it_was_opened_with(store: Store) -> None:
    warm(store)
    with store.read() as older, store.read() as unread:
        assert older.row("/a/x") is not None
        write(store, "/a/.acl", b"a 2")
        write(store, "/a/x", b"x 2")
        assert nearest(older, "/a/x") == b"a 1"
        # Nothing was read by this one before: it shows what is now, rules and bodies alike.
        found = unread.row("/a/x")
        assert found is not None and found.body.data == b"x 2"
        assert nearest(unread, "/a/x") == b"a 2"
        with store.read() as newer:
            assert newer.row("/a/x") is not None
            assert nearest(newer, "/a/x") == b"a 2"
        assert nearest(older, "/a/x") == b"a 1"


def test_rules_that_are_asked_for_first_fix_the_snapshot(store: Store) -> None:
    warm(store)
    with store.read() as snap:
        assert nearest(snap, "/a/x") == b"a 1"
        write(store, "/a/.acl", b"a 2")
        write(store, "/a/x", b"secret")
        found = snap.row("/a/x")
        assert found is not None and found.body.data == b"x 1", "no older rule opens a newer body"


def test_none_are_known_while_a_commit_changes_some(store: Store) -> None:
    warm(store)
    seen: list[bool] = []
    store.precede(lambda changed: seen.append(known(store)))
    write(store, "/b", b"")
    write(store, "/b.acl", b"b")
    warm(store)
    store.write(lambda tx: tx.log("Delete", "owner", None, None, "/a/", None, {}) and _gone(tx))
    assert seen == [True, False, False]
    with store.read() as snap:
        assert snap.row("/b") is not None
        assert nearest(snap, "/b") == b"b" and nearest(snap, "/a/x") == b"root 1"
    remove(store, "/b.acl")
    with store.read() as snap:
        snap.row("/b")
        assert nearest(snap, "/b") == b"root 1"


def _gone(tx: Transaction) -> None:
    tx.remove_tree("/a/")


def test_a_failed_commit_changes_none(store: Store) -> None:
    warm(store)

    def fails(tx: Transaction) -> None:
        put(tx, "/a/.acl", b"a 2")
        raise LookupError

    with pytest.raises(LookupError):
        store.write(fails)
    warm(store)


def test_a_transaction_sees_its_own(store: Store) -> None:
    warm(store)

    def work(tx: Transaction) -> bytes | None:
        put(tx, "/a/.acl", b"a 2")
        return nearest(tx, "/a/x")

    assert store.write(work) == b"a 2"


def test_too_many_are_asked_of_the_database(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST", 1)
    with store.read() as snap:
        snap.row("/a/x")
        assert nearest(snap, "/a/x") == b"a 1" and nearest(snap, "/b") == b"root 1"
    assert not known(store)
