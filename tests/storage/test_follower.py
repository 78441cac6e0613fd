"""The follower of the log: never further behind than is said, and nobody waits for it for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pod.errors import Unavailable
from pod.index import Follower, Index, Search, follower
from pod.index.follower import Document, Mark
from pod.storage.base import Store
from tests.storage.pods import index_of, iri, parse, put, write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path)
    yield found
    found.close()


class Slow:
    """A reader that takes `seconds` a document."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.read: list[str] = []
        self.failing = False
        self._position = 0

    def position(self) -> int:
        return self._position

    def apply(self, documents: Sequence[Document]) -> None:
        if self.failing:
            raise Unavailable("broken")
        for document in documents:
            time.sleep(self.seconds)
            self.read.append(document.path)

    def reached(self, mark: Mark) -> None:
        self._position = mark[0]

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass


def started(store: Store, reader: Slow, behind: float) -> Follower:
    made = Follower(store, iri, parse, behind)
    made.add(reader)
    made.start()
    write(store, "/first", b"")
    until(lambda: made._even and not made._told)
    return made


def until(done: object) -> None:
    for _ in range(500):
        if done():  # type: ignore[operator]
            return
        time.sleep(0.01)
    raise AssertionError("it does not happen")


@pytest.mark.parametrize("behind", [0.0, 0.3])
def test_writes_wait_for_a_reader_that_is_behind(
    store: Store, behind: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 documents a second are read, and more would be written."""
    monkeypatch.setattr(follower, "CHANGES", 20)
    made = started(store, Slow(0.005), behind)
    ends, longest, count = time.monotonic() + 1.5, 0.0, 0
    while time.monotonic() < ends:
        paths = [f"/{n}-{count}" for n in range(40)]
        store.write(lambda tx, paths=paths: [put(tx, path, b"") for path in paths])  # type: ignore[misc]
        longest, count = max(longest, made.lag), count + 1
    assert count >= 3, "writes go on"
    if behind:
        assert longest < 1.0, longest
    else:
        assert longest > 1.2, "nobody waits, so it falls behind"
    made._readers[0].seconds = 0.0  # type: ignore[attr-defined]
    made.close()


def test_a_reader_that_is_broken_or_built_anew_stops_no_write(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "IDLE_SECONDS", 0.2)
    reader = Slow(0)
    made = started(store, reader, behind=0.05)
    reader.failing = True
    begun = time.monotonic()
    write(store, "/a", b"")
    until(lambda: not made._even)
    for number in range(20):
        write(store, f"/b{number}", b"")
    assert time.monotonic() - begun < 1.5, "one commit waited, if any"
    reader.failing = False
    until(lambda: "/b19" in reader.read and made._even)
    with made.still():
        begun = time.monotonic()
        for number in range(20):
            write(store, f"/c{number}", b"")
        assert time.monotonic() - begun < 1.0
    until(lambda: "/c19" in reader.read)
    made.close()


def test_who_asks_may_read_before_the_follower_is_told(store: Store) -> None:
    made = started(store, Slow(0), behind=0.1)
    tell = made._tell
    with made._moved:
        store._writer._followers = (lambda head: None,)  # type: ignore[union-attr]
    write(store, "/a", b"")
    made.catch_up()
    tell(store.head())  # too late
    until(lambda: not made._told)
    made.close()


def test_closing_lets_the_writer_go(store: Store) -> None:
    reader = Slow(0.3)
    made = started(store, reader, behind=0.01)
    threads = [threading.Thread(target=write, args=(store, f"/{n}", b"")) for n in range(4)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    begun = time.monotonic()
    made.close()
    for thread in threads:
        thread.join()
    assert time.monotonic() - begun < 1.5


def test_each_document_is_parsed_once_for_both(store: Store, tmp_path: Path) -> None:
    parsed: list[str] = []

    def counting(body: object, kind: str, at: object) -> object:
        parsed.append(str(at))
        return parse(body, kind, at)  # type: ignore[arg-type]

    made = Follower(store, iri, counting)  # type: ignore[arg-type]
    index, search = Index(tmp_path, store, made), Search(tmp_path, store, made)
    write(store, "/a", b'<> <#p> "one" .')
    assert index.query("SELECT ?v { ?s ?p ?v }", graphs=None, rows=9).rows == [["one"]]
    assert [hit.path for hit in search.find("one", 9)] == ["/a"]
    assert parsed == ["http://localhost/a"]
    made.close()
    # One of the two is lost: it alone is made anew.
    again = Follower(store, iri, counting)  # type: ignore[arg-type]
    (tmp_path / "search" / "words.db").unlink()
    index, search = Index(tmp_path, store, again), Search(tmp_path, store, again)
    write(store, "/b", b'<> <#p> "two" .')
    assert [hit.path for hit in search.find("one", 9)] == ["/a"]
    assert len(index.query("SELECT ?v { ?s ?p ?v }", graphs=None, rows=9).rows) == 2
    again.close()


def test_a_change_writes_only_what_differs(store: Store, tmp_path: Path) -> None:
    index = index_of(tmp_path, store)
    lines = "".join(f"<#s{n}> <#p> {n} .\n" for n in range(500))
    write(store, "/large", lines.encode())
    index.catch_up()
    before = index._unflushed
    write(store, "/large", (lines + "<#more> <#p> 1 .\n").encode())
    index.catch_up()
    assert index._unflushed - before < 5
    write(store, "/large", b"<#other> <#p> 1 .")
    counted = index.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?v }", graphs=None, rows=9)
    assert counted.rows == [[1]]
    index.close()


@pytest.mark.parametrize(
    "value",
    [
        *("-742.00", "1.50", "+1", "01", "1e0", "true", "0.10e1"),
        '"2026-01-01T00:00:00.000Z"^^xsd:dateTime',
        '"PT24H"^^xsd:dayTimeDuration',
        '"1"^^xsd:boolean',
        '"2026-01-01"^^xsd:date',
        '"a"@EN-gb',
    ],
)
def test_a_value_that_the_store_writes_otherwise_stays(
    store: Store, tmp_path: Path, value: str
) -> None:
    """Once more with one statement more: everything else is as it was, in the store too."""
    index = index_of(tmp_path, store)
    head = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    lines = "".join(f"<#s{n}> <#p> {n} .\n" for n in range(5)) + f"<#it> <#p> {value} .\n"
    for more in ("", "<#more> <#p> 1 .\n", "<#more> <#p> 2 .\n"):
        write(store, "/one", (head + lines + more).encode())
        counted = index.query(
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?v FILTER(STRENDS(STR(?s), '#it')) }",
            graphs=None,
            rows=9,
        )
        assert counted.rows == [[1]]
    index.close()


def test_what_is_not_on_the_disk_is_bounded(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pod.index.graphs.UNFLUSHED", 100)
    index = index_of(tmp_path, store)
    lines = "".join(f"<#s{n}> <#p> {n} .\n" for n in range(30))
    for number in range(20):
        write(store, f"/{number}", lines.encode())
        index.catch_up()
        assert index._unflushed <= 100 + 30
    assert list((tmp_path / "index" / "1").glob("*.sst")), "it went to the disk"
    index.close()
