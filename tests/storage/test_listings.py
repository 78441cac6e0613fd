"""Large listings: made once for all who ask, and no more of them than there is room for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pod import listings
from pod.errors import Unavailable
from pod.listings import Listings
from pod.model import Body
from pod.storage.base import Store, Transaction
from tests.storage.pods import TTL, put, write


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(listings, "SMALL", 50)
    found = Store(tmp_path)
    write(found, "/", b"")
    for name in ("a", "b"):
        write(found, f"/{name}/", b"")
        found.write(lambda tx, name=name: [put(tx, f"/{name}/{n}", b"") for n in range(100)])  # type: ignore[misc]
    yield found
    found.close()


def listed(store: Store, made: Listings, path: str) -> Body:
    with store.read() as snap:
        row = snap.row(path)
        assert row is not None
        return made.of(snap, row, b"")


def touch(store: Store, path: str) -> None:
    def work(tx: Transaction) -> None:
        put(tx, path + "new", b"", TTL)
        tx.touch(path)

    store.write(work)


def test_those_who_ask_at_once_share_one(store: Store) -> None:
    made = Listings(1 << 20)
    found: list[Body] = []
    threads = [
        threading.Thread(target=lambda: found.append(listed(store, made, "/a/"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(body) for body in found}) == 1 and found[0].data is not None
    assert found[0].data.count(b"ldp:contains") == 100
    touch(store, "/a/")
    later = listed(store, made, "/a/")
    assert later.data is not None and later.data.count(b"ldp:contains") == 101


def test_no_more_than_there_is_room_for(store: Store) -> None:
    made = Listings(1000)
    held = listed(store, made, "/a/")
    assert held.size > 1000
    assert listed(store, made, "/a/") is held, "the same one takes no more room"
    with pytest.raises(Unavailable):
        listed(store, made, "/b/")
    assert listed(store, made, "/").size, "small ones are always made"
    del held
    assert listed(store, made, "/b/").size
