"""Questions by anybody: what they are given, what they cannot reach, when they end."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from pod.errors import BadInput, LimitHit, Unavailable
from pod.index import Index, ask, sealed
from tests.storage.pods import index_of, iri, write

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?i) }"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    from pod.storage.base import Store

    folder = tmp_path_factory.mktemp("pod")
    store = Store(folder)
    values = ", ".join(str(n) for n in range(300))
    for name in ("a", "b"):
        write(store, f"/{name}", f'<> <#p> {values}; <#name> "{name}" .'.encode())
    index = index_of(folder, store)
    yield index
    index.close()
    store.close()
    assert not list((folder / "index.views").glob("*")), "no view is left behind"


def test_the_same_answer_as_in_process(index: Index) -> None:
    for text in (
        "SELECT ?s ?v { ?s <http://localhost/a#name> ?v }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?v }",
        "ASK { ?s ?p 7 }",
        "CONSTRUCT { ?s ?p ?v } WHERE { ?s ?p ?v FILTER(?v = 7) }",
        "DESCRIBE <http://localhost/a#none>",
    ):
        for graphs in (None, [iri("/a")], [iri("/a"), iri("/b")], []):
            one = index.query(text, graphs=graphs, rows=999)
            other = index.query_sealed(text, graphs=graphs, rows=999, seconds=20)
            assert (one.columns, one.boolean) == (other.columns, other.boolean)
            assert sorted(map(str, one.terms)) == sorted(map(str, other.terms))
    bound = index.query_sealed(
        "SELECT ?v { ?s ?p ?v }", graphs=None, bindings={"v": 7}, rows=9, seconds=20
    )
    assert bound.rows == [[7], [7]]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * FROM <http://localhost/b> { ?s ?p ?o }",
        "DROP ALL",
        "SELECT * {" + "{" * 2000 + "}" * 2000 + "}",
        "SELECT nonsense",
    ],
)
def test_text_that_is_refused(index: Index, text: str) -> None:
    with pytest.raises(BadInput):
        index.query_sealed(text, graphs=[iri("/a")], rows=9, seconds=20)


def test_it_is_killed_at_the_deadline(index: Index) -> None:
    started = time.monotonic()
    with pytest.raises(LimitHit) as hit:
        index.query_sealed(SLOW, graphs=None, rows=9, seconds=1.0)
    assert hit.value.facts["limit"] in ("wall", "cpu")
    assert time.monotonic() - started < 3
    assert index.query("ASK {}", graphs=None, rows=9).boolean, "nobody else notices"


def test_its_memory_is_bounded(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "MEMORY_BYTES", 64 << 20)
    greedy = "SELECT DISTINCT ?c ?f ?i { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
    with pytest.raises(LimitHit) as hit:
        index.query_sealed(greedy, graphs=[iri("/a")], rows=9, seconds=60)
    assert hit.value.facts["limit"] == "memory"


def test_its_answer_is_bounded(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    every = "SELECT ?c { ?a ?b ?c }"
    with pytest.raises(LimitHit) as hit:
        index.query_sealed(every, graphs=None, rows=10, seconds=20)
    assert hit.value.facts["limit"] == "rows"
    monkeypatch.setattr(sealed, "ANSWER_BYTES", 1000)
    with pytest.raises(LimitHit) as hit:
        index.query_sealed(every, graphs=None, rows=1000, seconds=20)
    assert hit.value.facts["limit"] == "output"


def test_not_many_at_once(index: Index) -> None:
    results: list[object] = []

    def one() -> None:
        try:
            index.query_sealed(SLOW, graphs=None, rows=9, seconds=1.0)
        except (LimitHit, Unavailable) as error:
            results.append(type(error))

    threads = [threading.Thread(target=one) for _ in range(sealed.MOST_AT_ONCE + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(LimitHit) >= sealed.MOST_AT_ONCE


class Listener:
    """Counts who connects to a port of this machine."""

    def __init__(self) -> None:
        self.count = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(10)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.thread = threading.Thread(target=self._take)
        self.thread.start()

    def _take(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                if connection.recv(4) == b"stop":
                    return
                self.count += 1

    def close(self) -> None:
        with socket.create_connection(self.socket.getsockname()) as last:
            last.sendall(b"stop")
        self.thread.join()
        self.socket.close()


def test_a_service_that_slipped_through_reaches_nobody(tmp_path: Path) -> None:
    """The check of the text is one wall; this is what holds should it fall."""
    listener = Listener()
    store = ox.Store(str(tmp_path / "rdf"))
    store.flush()
    text = f"SELECT * {{ SERVICE SILENT <{listener.url}> {{ ?s ?p ?o }} }}"
    question = {"sparql": text, "graphs": None, "bindings": {}, "rows": 9, "seconds": 5}
    store.backup(str(tmp_path / "view"))
    sealed.Asker().ask(tmp_path / "view", question, seconds=10)
    assert listener.count == 0
    ask.ask(store, question)
    assert listener.count == 1, "without the seal it does connect"
    listener.close()


ATTEMPTS = """
import importlib.util, os, socket, subprocess, sys
view = sys.argv[2]
spec = importlib.util.spec_from_file_location("ask", sys.argv[1])
ask = importlib.util.module_from_spec(spec); spec.loader.exec_module(ask)
def tried(work):
    try:
        work()
        return "yes"
    except (OSError, MemoryError) as error:
        return "no"
def attempts():
    return [
        tried(lambda: open("/etc/passwd").close()),
        tried(lambda: os.listdir("/")),
        tried(lambda: socket.socket().close()),
        tried(lambda: socket.socketpair()[0].close()),
        tried(lambda: os.kill(os.getpid(), 0)),
        tried(lambda: os.getppid() and os.stat("/")),
        tried(lambda: os.pipe()),
        tried(lambda: os.waitpid(os.fork() or os._exit(0), 0)),
        tried(lambda: subprocess.run(["/bin/true"], check=True)),
        tried(lambda: open(view + "/new", "w").close()),
        tried(lambda: open(view + "/own", "r+").close()),
        tried(lambda: os.unlink(view + "/link")),
        tried(lambda: open(view + "/away").close()),
    ]
before = attempts()
sys.stdout.write(" ".join(before) + chr(10)); sys.stdout.flush()
filters = {"reads": sys.argv[3], "opens nothing": sys.argv[4]}
if sys.argv[5] == "no landlock":
    ask._landlock = lambda system, folder: False
ask._seal({"cpu": 5, "memory": 1 << 29, "files": 64, "filters": filters, "store": view})
own = tried(lambda: os.read(os.open(view + "/own", os.O_RDONLY), 9))
sys.stdout.write(" ".join(attempts()) + chr(10) + own); sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.parametrize(("landlock", "reads"), [("landlock", "yes"), ("no landlock", "no")])
def test_the_process_can_do_nothing_but_compute(tmp_path: Path, landlock: str, reads: str) -> None:
    """And read its view, where the kernel can say that nothing else is read."""
    filters = [sealed.seccomp_filter(reads=reads).hex() for reads in (True, False)]
    if not all(filters):
        pytest.skip("no libseccomp here")
    (tmp_path / "own").write_text("own")
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "away").symlink_to("/etc/passwd")
    done = subprocess.run(
        [sys.executable, "-I", "-c", ATTEMPTS, ask.__file__, str(tmp_path), *filters, landlock],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    before, after, (own,) = (line.split() for line in done.stdout.splitlines())
    assert before == ["yes"] * 13, "each attempt is one that works outside"
    assert after == ["no"] * 13
    assert own == reads


def test_a_store_of_many_small_files_is_asked(tmp_path: Path) -> None:
    """As kills and restarts leave it: each writes its log out into files of its own."""
    store = ox.Store(str(tmp_path / "store"))
    for number in range(30):
        graph = ox.NamedNode(f"http://x/{number}")
        for n in range(10):
            store.add(ox.Quad(graph, ox.NamedNode(f"http://p/{number}"), ox.Literal(f"{n}"), graph))
        store.flush()
    views = sealed.Views(tmp_path / "views")
    asked = {
        "sparql": "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "graphs": None,
        "bindings": {},
        "rows": 1000,
        "seconds": 10,
    }
    with views.at(1, store) as view:
        answer = sealed.Asker().ask(view, asked, seconds=10)
    assert len(answer["terms"]) == 30


def test_too_many_triples_in_too_many_documents_are_refused_at_once(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "MOST_COPIED", 300)
    graphs = [iri("/a"), iri("/b")]
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?v }"
    assert index.query(text, graphs=graphs, rows=9).rows == [[602]], "few are asked where they lie"
    monkeypatch.setattr(ask, "FEW_GRAPHS", 1)
    with pytest.raises(LimitHit, match="default-graph-uri") as hit:
        index.query(SLOW, graphs=graphs, rows=9)
    assert hit.value.facts["limit"] == "triples"
    assert index.query(text, graphs=graphs[:1], rows=9).rows == [[301]]


def test_closing_ends_the_queries_that_run(tmp_path: Path) -> None:
    """Two run, two wait, and one comes too late: all are told at once."""
    from pod.storage.base import Store

    store = Store(tmp_path)
    write(store, "/a", f"<> <#p> {', '.join(str(n) for n in range(300))} .".encode())
    index = index_of(tmp_path, store)
    told: list[Exception] = []

    def one() -> None:
        try:
            index.query_sealed(SLOW, graphs=None, rows=9, seconds=60)
        except Exception as error:
            told.append(error)

    asking = [threading.Thread(target=one) for _ in range(4)]
    for thread in asking:
        thread.start()
    for _ in range(500):
        if len(index._asker._running) == 2:
            break
        time.sleep(0.01)
    assert len(index._asker._running) == 2 and not told
    begun = time.monotonic()
    index.end_queries()
    for thread in asking:
        thread.join()
    one()
    assert time.monotonic() - begun < 3
    assert [type(error) for error in told] == [Unavailable] * 5
    index.close()
    store.close()
