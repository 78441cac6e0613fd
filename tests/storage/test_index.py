"""The index: in step with the log whatever happens, and rebuilt where it cannot be."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pod.errors import BadInput, LimitHit, Unavailable
from pod.index import Follower, Index, ask
from pod.model import Body, Iri
from pod.storage.base import Store
from tests.storage.pods import TTL, index_of, iri, parse, remove, write

ALL = "SELECT ?g ?v WHERE { GRAPH ?g { ?s ?p ?v } } ORDER BY ?g ?v"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path)
    yield found
    found.close()


@pytest.fixture
def index(tmp_path: Path, store: Store) -> Iterator[Index]:
    found = index_of(tmp_path, store)
    yield found
    found.close()


def held(index: Index) -> dict[str, list[Any]]:
    """What the index holds, by path."""
    found: dict[str, list[Any]] = {}
    for graph, value in index.query(ALL, graphs=None, rows=10_000).rows:
        found.setdefault(graph.removeprefix("http://localhost"), []).append(value)
    return found


def test_it_reads_what_was_just_written(store: Store, index: Index) -> None:
    write(store, "/a", b"<> <#p> 1 .")
    write(store, "/b.jsonld", b'{"@id": "", "http://x/p": 2}', "application/ld+json")
    assert held(index) == {"/a": [1], "/b.jsonld": [2]}
    write(store, "/a", b"<> <#p> 3, 4 .")
    assert held(index) == {"/a": [3, 4], "/b.jsonld": [2]}
    remove(store, "/b.jsonld")
    write(store, "/a", b"<> <#p> 5 .", "text/plain")
    assert held(index) == {}


def test_access_rules_and_listings_are_not_indexed(store: Store, index: Index) -> None:
    write(store, "/c/", b"<> <#p> 1 .")
    write(store, "/c/.acl", b"<> <#p> 2 .")
    write(store, "/c/d", b"<> <#p> 3 .")
    assert held(index) == {"/c/d": [3]}


def test_one_bad_document_stops_nobody(store: Store, tmp_path: Path) -> None:
    def fails(body: Body, kind: str, at: Iri) -> Any:
        if at.endswith("/bad"):
            raise ZeroDivisionError
        return parse(body, kind, at)

    index = Index(tmp_path, store, Follower(store, iri, fails))
    write(store, "/wrong", b"this is not Turtle")
    write(store, "/bad", b"<> <#p> 1 .")
    write(store, "/good", b"<> <#p> 2 .")
    assert held(index) == {"/good": [2]}
    index.close()


def test_blank_nodes_of_two_documents_are_two(store: Store, index: Index) -> None:
    for path in ("/a", "/b"):
        write(store, path, b"_:x <#p> 1 . _:x <#q> 2 .")
    crossed = "SELECT ?g ?h WHERE { GRAPH ?g { ?s ?p 1 } GRAPH ?h { ?s ?q 2 } }"
    assert len(index.query(crossed, graphs=None, rows=9).rows) == 2


def test_it_goes_on_where_it_was(store: Store, tmp_path: Path) -> None:
    parsed: list[str] = []

    def counting(body: Body, kind: str, at: Iri) -> Any:
        parsed.append(at.name)
        return parse(body, kind, at)

    for number in range(3):
        index = Index(tmp_path, store, Follower(store, iri, counting))
        write(store, f"/{number}", b"<> <#p> 1 .")
        assert len(held(index)) == number + 1
        index.close()
    assert parsed == ["0", "1", "2"], "each document is read once"


def test_many_changes_are_applied_in_batches(store: Store, index: Index) -> None:
    for number in range(450):
        write(store, f"/{number % 300}", f"<> <#p> {number} .".encode())
    found = held(index)
    assert len(found) == 300 and found["/0"] == [300] and found["/299"] == [299]


def test_an_older_database_put_back_gets_an_index_of_its_own(tmp_path: Path) -> None:
    """A restored backup has the same change numbers as the log that was lost."""
    folder, backup = tmp_path / "pod", tmp_path / "backup"
    store = Store(folder)
    write(store, "/a", b"<> <#p> 1 .")
    store.close()
    shutil.copytree(folder, backup)
    for where, value in ((folder, 2), (backup, 3)):
        store = Store(where)
        write(store, "/b", f"<> <#p> {value} .".encode())
        index = index_of(where, store)
        assert held(index) == {"/a": [1], "/b": [value]}
        index.close()
        store.close()
    for name in ("pod.db",):
        shutil.copy(backup / name, folder / name)
    store = Store(folder)
    index = index_of(folder, store)
    assert held(index) == {"/a": [1], "/b": [3]}
    index.close()
    store.close()


def test_a_broken_or_lost_index_is_built_anew(store: Store, tmp_path: Path) -> None:
    write(store, "/a", b"<> <#p> 1 .")
    for number, damage in enumerate(("", "CURRENT", ".sst", "all", "")):
        index = index_of(tmp_path, store)
        assert held(index) == {"/a": [1]}, number
        index.close()
        for file in [f for f in (tmp_path / "index").rglob("*") if damage and damage in f.name]:
            file.write_bytes(b"rubbish")
        if damage == "all":
            shutil.rmtree(tmp_path / "index")


def test_reindex_mends_what_cannot_be_read(
    store: Store, tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, "/a", b"<> <#p> 1 .")
    assert held(index) == {"/a": [1]}

    def broken(*_: object) -> None:
        raise RuntimeError("Corruption: block checksum mismatch")

    with monkeypatch.context() as patch:
        patch.setattr("pod.index.graphs.ask", broken)
        with pytest.raises(Unavailable, match="reindex"):
            held(index)
    assert index.reindex() == 1
    assert held(index) == {"/a": [1]}
    assert [place.name for place in (tmp_path / "index").iterdir()] == ["2"]


def test_reindex(store: Store, index: Index) -> None:
    write(store, "/a", b"<> <#p> 1 .")
    write(store, "/b", b"x", "text/plain")
    write(store, "/a.acl", b"<> <#p> 2 .")
    assert index.reindex() == 1
    assert held(index) == {"/a": [1]}
    write(store, "/c", b"<> <#p> 3 .")
    assert held(index) == {"/a": [1], "/c": [3]}


def test_its_thread_follows_and_flushes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pod.index.follower.IDLE_SECONDS", 0.1)
    index = index_of(tmp_path, store)
    index._follower.start()
    write(store, "/a", b"<> <#p> 1 .")
    for _ in range(200):
        if index._position == 1 and not index._unflushed:
            break
        time.sleep(0.02)
    assert index._position == 1 and not index._unflushed
    index._follower.close()
    index._follower.close()
    with pytest.raises(Unavailable):
        index.query(ALL, graphs=None, rows=1)


def test_values_come_and_go_as_python_has_them(store: Store, index: Index) -> None:
    write(
        store,
        "/a",
        b"""<> <#p> 1, 1.5, 2e0, true, "text", "texte"@fr, <#it>,
        "2024-01-02"^^<http://www.w3.org/2001/XMLSchema#date> .""",
    )
    found = index.query("SELECT ?v WHERE { ?s ?p ?v }", graphs=[iri("/a")], rows=99)
    expected = ["text", "texte", "http://localhost/a#it", "2024-01-02"]
    assert sorted(map(str, [row[0] for row in found.rows])) == sorted(
        ["1", "1.5", "2", "True", *expected]
    )
    terms = {t["value"]: t for row in found.terms if (t := row[0])}
    assert terms["texte"]["xml:lang"] == "fr"
    assert found.to_json()["head"] == {"vars": ["v"]}
    for value in (
        1, Decimal("1.5"), 2.0, True, "text", iri("/a#it"), date(2024, 1, 2)
    ):  # fmt: skip
        same = "SELECT ?s ?v WHERE { ?s ?p ?w FILTER(?w = ?v) }"
        assert index.query(same, graphs=None, bindings={"v": value}, rows=9).rows, value
    moment = datetime(2024, 1, 2, 3, tzinfo=UTC)
    assert index.query("SELECT ?v {}", graphs=None, bindings={"v": moment}, rows=9).rows == [
        ["2024-01-02T03:00:00Z"]
    ]


@pytest.mark.parametrize("copied", [200_000, 0])
def test_only_the_graphs_that_are_named(
    store: Store, index: Index, copied: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "MOST_COPIED", copied)
    for path in ("/mine", "/theirs"):
        write(store, path, f'<> <#p> "{path}" .'.encode())

    def values(text: str, *paths: str) -> list[str]:
        graphs = [iri(path) for path in paths]
        return sorted(row[0] for row in index.query(text, graphs=graphs, rows=9).rows)

    for text in (
        "SELECT ?v { ?s ?p ?v }",
        "SELECT ?v { GRAPH ?g { ?s ?p ?v } }",
        "SELECT ?v { { ?s ?p ?v } UNION { GRAPH <http://localhost/theirs> { ?s ?p ?v } } }",
    ):
        assert set(values(text, "/mine")) == {"/mine"}
        assert set(values(text, "/mine", "/theirs")) == {"/mine", "/theirs"}
        assert values(text) == []
        assert values(text, "/none") == []
    assert index.query("ASK { ?s ?p ?v }", graphs=[], rows=9).boolean is False


def test_rows_are_capped_and_nonsense_is_told(store: Store, index: Index) -> None:
    write(store, "/a", b"<> <#p> 1, 2, 3 .")
    every = "SELECT ?v { ?s ?p ?v }"
    assert len(index.query(every, graphs=None, rows=3).rows) == 3
    for text in (every, "CONSTRUCT WHERE { ?s ?p ?v }"):
        with pytest.raises(LimitHit) as hit:
            index.query(text, graphs=None, rows=2)
        assert hit.value.facts["limit"] == "rows"
    with pytest.raises(BadInput):
        index.query("SELECT nonsense", graphs=None, rows=2)
    with pytest.raises(BadInput, match="v2"):
        index.query(every, graphs=None, bindings={"v2": 1}, rows=2)


def test_questions_and_writes_at_once(store: Store, index: Index) -> None:
    """Each question sees every write that was acknowledged before it was asked."""
    index._follower.start()
    done = threading.Event()
    acknowledged = 0

    def keep_writing() -> None:
        nonlocal acknowledged
        while not done.is_set():
            number = acknowledged + 1
            write(store, "/n", f"<> <#p> {number} .".encode(), TTL)
            write(store, f"/{number % 40}", b"<> <#q> 1 .")
            acknowledged = number
            time.sleep(0.001)

    thread = threading.Thread(target=keep_writing)
    thread.start()
    try:
        for number in range(12):
            before = acknowledged
            asking = index.query_sealed if number % 2 else index.query
            text = "SELECT ?v { ?s <http://localhost/n#p> ?v }"
            found = asking(text, graphs=None if number % 3 else [iri("/n")], rows=9, seconds=20.0)
            values = [row[0] for row in found.rows]
            assert len(values) == bool(before or values) and max(values, default=0) >= before
    finally:
        done.set()
        thread.join()
        index._follower.close()


def test_a_question_waits_for_no_end_of_the_writing(store: Store, tmp_path: Path) -> None:
    """Somebody writes whenever a document is read; who asks is answered all the same."""
    written = 0

    def busy(body: Body, kind: str, at: Iri) -> Any:
        nonlocal written
        if written < 50:
            written += 1
            write(store, f"/later{written}", b"<> <#p> 2 .")
        return parse(body, kind, at)

    index = Index(tmp_path, store, Follower(store, iri, busy))
    write(store, "/asked", b"<> <#p> 1 .")
    assert held(index)["/asked"] == [1]
    assert written < 10
    index.close()
