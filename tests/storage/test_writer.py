"""Group commit, and what happens when a work, a follower or the disk fails."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pod.errors import QuotaExceeded, Unavailable
from pod.model import Body
from pod.storage import blobs
from pod.storage.base import Keeping, Store, Transaction
from pod.storage.schema import VERSION
from tests.storage.pods import put, remove, write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path, inline_bytes=100)
    yield found
    found.close()


def together(
    store: Store, works: list[Callable[[Transaction], object]], *, ordered: bool = False
) -> list[object]:
    """What each work answered or raised; all of them wait while the writer is held."""
    held, started = threading.Event(), threading.Event()

    def hold(_: Transaction) -> None:
        started.set()
        held.wait(10)

    answers: list[object] = [None] * len(works)

    def ask(place: int) -> None:
        try:
            answers[place] = store.write(works[place])
        except Exception as error:
            answers[place] = error

    threads = [threading.Thread(target=store.write, args=(hold,))]
    threads[0].start()
    started.wait(10)
    threads += [threading.Thread(target=ask, args=(place,)) for place in range(len(works))]
    for place, thread in enumerate(threads[1:]):
        thread.start()
        while ordered and store._writer._queue.qsize() <= place:  # type: ignore[union-attr]
            threading.Event().wait(0.0002)
    while store._writer._queue.qsize() < len(works):  # type: ignore[union-attr]
        threading.Event().wait(0.001)
    held.set()
    for thread in threads:
        thread.join()
    return answers


def refuse(tx: Transaction) -> None:
    put(tx, "/refused", b"half")
    raise LookupError("no")


def test_what_waits_together_is_one_commit(store: Store) -> None:
    heads: list[int] = []
    store.subscribe(heads.append)
    answers = together(store, [lambda tx, n=n: put(tx, f"/{n}", b"x") for n in range(50)])
    assert sorted(answers) == list(range(1, 51))  # type: ignore[type-var]
    assert heads == [50], "followers hear of one commit"


def test_a_failing_work_in_a_commit_undoes_itself_alone(store: Store) -> None:
    works = [refuse if n % 2 else (lambda tx, n=n: put(tx, f"/{n}", b"x")) for n in range(10)]
    answers = together(store, works)
    assert sum(isinstance(a, LookupError) for a in answers) == 5
    with store.read() as snap:
        assert snap.row("/refused") is None
        assert [c.path for c in snap.children("/")] == ["/0", "/2", "/4", "/6", "/8"]
        assert snap.head() == 5, "an undone work leaves no gap in the log"
    assert store.verify_log() is None


def test_a_full_disk_is_told_and_passes(store: Store) -> None:
    write(store, "/before", b"x" * 50)

    def limit(tx: Transaction, pages: int) -> None:
        tx._connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    store.write(lambda tx: limit(tx, 1))  # as many as there are
    with pytest.raises(QuotaExceeded):
        for number in range(100):
            write(store, f"/{number}", b"x" * 100, text="y" * 4000)
    store.write(lambda tx: limit(tx, 100_000))
    write(store, "/after", b"x")
    with store.read() as snap:
        assert snap.row("/before") is not None and snap.row("/after") is not None
    assert store.verify_log() is None


def test_a_follower_that_fails_stops_nobody(store: Store) -> None:
    heads: list[int] = []

    def fails(head: int) -> None:
        raise RuntimeError("a follower")

    store.subscribe(fails)
    store.subscribe(heads.append)
    write(store, "/a", b"")
    write(store, "/b", b"")
    write(
        store, "/c", b""
    )  # acknowledged before its follower hears of it; the two above are through
    assert heads[:2] == [1, 2]


def test_writing_from_within_a_work_is_refused_not_waited_for(store: Store) -> None:
    with pytest.raises(RuntimeError, match="by itself"):
        store.write(lambda tx: store.write(lambda inner: None))


def test_a_change_needs_the_log_row_that_explains_it(store: Store) -> None:
    with pytest.raises(ValueError, match="log"):
        store.write(lambda tx: tx.save("/a", "t/t", Body.of(b"")))


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path)
    write(store, "/a", b"x")
    with store.read() as snap:
        store.close()
        assert snap.row("/a") is not None, "who reads, reads on"
    store.close()
    with pytest.raises(Unavailable):
        write(store, "/b", b"x")
    with pytest.raises(Unavailable), store.read():
        pass
    with_again = Store(tmp_path)
    with_again.close()


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(lambda tx: tx.set_meta("schema", b"99"))
    store.close()
    with pytest.raises(Unavailable, match="99"):
        Store(tmp_path)
    with pytest.raises(Unavailable, match="99"):  # and the folder was let go
        Store(tmp_path)


def test_blobs_go_when_nothing_names_them(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "GRACE_SECONDS", 0.2)
    body = store.stage([b"x" * 200], 1000)
    assert body.path is not None
    write(store, "/a", body)
    write(store, "/copy", body)
    remove(store, "/a")
    write(store, "/other", store.stage([b"y" * 200], 1000))
    with store.read() as snap:
        old = snap.row("/other")
        write(store, "/other", b"small")
        assert old is not None and old.body.read(999) == b"y" * 200, "a reader finds it still"
    for _ in range(100):
        if len(list((tmp_path / "blobs").iterdir())) == 1:
            break
        threading.Event().wait(0.05)
    assert [file.name for file in (tmp_path / "blobs").iterdir()] == [body.path.name]
    assert store.missing_blobs() == []


def test_a_body_staged_too_long_ago_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "STAGED_SECONDS", 0.0)
    body = store.stage([b"x" * 200], 1000)
    write(store, "/a", b"")  # after a commit what is due goes
    write(store, "/b", b"")
    with pytest.raises(Unavailable, match="staged"):
        write(store, "/c", body)


def test_a_body_from_elsewhere_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(ValueError, match="stage"):
        write(store, "/a", Body(1, path=tmp_path / "file"))


def test_an_upload_that_breaks_off_leaves_no_file(store: Store, tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * 200
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.stage(chunks(), 1000)
    assert list((tmp_path / "blobs").iterdir()) == []


def test_filters_of_the_log(store: Store) -> None:
    def fill(tx: Transaction) -> None:
        for verb, path, program in (
            ("Create", "/a/x", None),
            ("Run", None, "coach"),
            ("Update", "/a/y", None),
            ("Update", "/A/y", "linky"),
        ):
            tx.log(verb, "owner", "me", None, path, program, {"note": "Été 100%"})

    store.write(fill)
    with store.read() as snap:

        def seqs(**wanted: object) -> list[int]:
            return [a.seq for a in snap.activities(**wanted)]  # type: ignore[arg-type]

        assert seqs() == [4, 3, 2, 1]
        assert seqs(before=3, limit=1) == [2]
        assert seqs(verbs=["Update"]) == [4, 3]
        assert seqs(program="linky") == [4]
        assert seqs(path_prefix="/a/") == [3, 1], "paths mind the case"
        assert seqs(text="/A/Y") == [4, 3]
        assert seqs(text="00%") == [4, 3, 2, 1] and seqs(text="0_%") == []
        assert snap.activities(limit=1)[0].summary == {"note": "Été 100%"}


def test_a_pod_of_schema_1_opens(tmp_path: Path) -> None:
    """Before versions were kept there was no table for them."""
    store = Store(tmp_path)
    write(store, "/a", b"1")
    store.close()
    with sqlite3.connect(tmp_path / "pod.db") as old:
        old.execute("DROP TABLE kept")
        old.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (b"1",))
    old.close()
    store = Store(tmp_path, keeping=Keeping(gap_seconds=0))
    try:
        with store.read() as snap:
            assert snap.meta("schema") == str(VERSION).encode()
            assert snap.row("/a") is not None
        write(store, "/a", b"2")
        with store.read() as snap:
            assert [v.body.data for v in snap.kept.of("/a")] == [b"1"]
    finally:
        store.close()
