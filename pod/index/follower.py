"""Keeps one named graph a document in step with the log, and asks the graphs questions.

How far it has come stands in the RDF store itself, written after what it covers; applying a change
twice changes nothing. So a crash only repeats some work.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from pod.errors import PodError, Unavailable
from pod.index.ask import ask
from pod.index.folders import open_newest, renew
from pod.index.narrowed import Narrow, ask_narrowed
from pod.index.sealed import Asker, Views
from pod.index.solutions import Solutions, question, solutions_of
from pod.model import Body, Iri
from pod.rdf import sparql as text
from pod.storage.base import Row, Snapshot, Store

BATCH = 200
LAG_SECONDS = 0.05  # commits that follow each other closely are read together
LONGEST_LAG = 1.0
IDLE_SECONDS = 2.0
RDF_TYPES = ("text/turtle", "application/ld+json", "application/n-triples")
# An empty named graph whose name says: layout, last change applied, digest of its log row. It holds
# no triple, so no query over triples meets it.
MARK = "urn:domicile:index:1:"

Parse = Callable[[Body, str, Iri], Iterable[Any]]
log = logging.getLogger(__name__)


class Index:
    """The RDF store in `folder`/index/N. `parse` gives the triples of a document's body.

    Thread-safe; opened by its own thread (`start`) or by the first question.
    """

    def __init__(
        self, folder: Path, store: Store, iri_of: Callable[[str], Iri], parse: Parse
    ) -> None:
        self._folder = folder / "index"
        self._views = Views(folder / "index.views")
        self._asker = Asker()
        self._store = store
        self._iri_of = iri_of
        self._parse = parse
        self._graphs: ox.Store | None = None
        self._mark: ox.NamedNode | None = None
        self._position = 0
        self._dirty = False
        self._turn = threading.RLock()  # who applies, flushes, makes a view
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    # ---------------------------------------------------------------- following

    def start(self) -> None:
        """Opens the store off the start-up path and follows the log until `close`."""
        self._store.subscribe(lambda _: self._wake.set())
        self._wake.set()
        self._thread = threading.Thread(target=self._follow, name="index", daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        lag = LAG_SECONDS
        while not self._closed:
            woken = self._wake.wait(timeout=IDLE_SECONDS if self._dirty else None)
            try:
                if woken and not self._closed:
                    time.sleep(lag)
                    self._wake.clear()
                    begun = time.monotonic()
                    self.catch_up()  # what comes meanwhile wakes it again
                    # A fifth of the time is its own, the rest is those who write.
                    lag = min(LONGEST_LAG, max(LAG_SECONDS, 4 * (time.monotonic() - begun)))
                elif not self._closed:
                    self._rest()
            except PodError as error:
                if not self._closed:
                    log.error("the index fell behind: %s", error.detail)
                    time.sleep(IDLE_SECONDS)

    def catch_up(self) -> int:
        """Applies what the log had when it was called and the index has not; the change that it
        reached. What is written meanwhile is for the next: nobody waits for the end of the writing.

        Raises Unavailable if the RDF store failed.
        """
        with self._store.read() as snap:
            head, _ = snap.last_change()
        with self._turn, _working():
            graphs = self._open()
            while self._position < head and self._apply_some(graphs):
                pass
            return self._position

    def _apply_some(self, graphs: ox.Store) -> bool:
        with self._store.read() as snap:
            changes = snap.changes(self._position, BATCH)
            if not changes:
                return False
            rows = {c.path: snap.row(c.path) for c in changes if _indexed(c.path)}
            mark = _mark_at(snap, changes[-1].id)
        for path, row in rows.items():
            self._apply(graphs, path, row)
        self._reached(graphs, mark, changes[-1].id)
        return True

    def _apply(self, graphs: ox.Store, path: str, row: Row | None) -> None:
        iri = self._iri_of(path)
        graph = ox.NamedNode(iri)
        quads = []
        if row is not None and row.type in RDF_TYPES:
            try:
                triples = self._parse(row.body, row.type, iri)
                quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
            except Exception as error:  # whatever one document does, the others are indexed
                log.warning("not indexed: %s: %s", path, error)
                quads = []
        graphs.remove_graph(graph)
        graphs.extend(quads)

    def _reached(self, graphs: ox.Store, mark: ox.NamedNode, position: int) -> None:
        """The new mark first: with two, the later one is true."""
        graphs.add_graph(mark)
        if self._mark is not None and self._mark != mark:
            graphs.remove_graph(self._mark)
        self._mark, self._position, self._dirty = mark, position, True

    def _open(self) -> ox.Store:
        if self._closed:
            raise Unavailable("the index is closed")
        if self._graphs is None:
            graphs = open_newest(self._folder)
            named = (ox.NamedNode(graph.value) for graph in graphs.named_graphs())
            marks = [graph for graph in named if graph.value.startswith(MARK)]
            marks.sort(key=lambda mark: _position_of(mark.value))
            for older in marks[:-1]:
                graphs.remove_graph(older)
            self._take(graphs, marks[-1] if marks else None)
            self._graphs = graphs
        return self._graphs

    def _take(self, graphs: ox.Store, mark: ox.NamedNode | None) -> None:
        """Goes on from `mark`, or from nothing if this is not the log that it was made from
        (somebody put an older database back)."""
        self._mark, self._position = None, 0
        if mark is not None:
            position = _position_of(mark.value)
            with self._store.read() as snap:
                if _mark_at(snap, position) == mark:
                    self._mark, self._position = mark, position
                    return
        graphs.clear()

    def reindex(self) -> int:
        """Builds the store anew from the documents; how many graphs it holds."""
        with self._turn, _working():
            if self._closed:
                raise Unavailable("the index is closed")
            self._graphs = graphs = renew(self._folder)
            self._mark, self._position = None, 0
            with self._store.read() as snap:
                last, _ = snap.last_change()
                mark = _mark_at(snap, last)
                found = [
                    child.path
                    for child in snap.descendants("/")
                    if child.type in RDF_TYPES and _indexed(child.path)
                ]
                for path in found:
                    self._apply(graphs, path, snap.row(path))
            if last:
                self._reached(graphs, mark, last)
            self._rest()
            return len(found)

    def _rest(self) -> None:
        """Nobody is waiting: unflushed writes make the next opening slow."""
        with self._turn, _working():
            if self._graphs is not None and self._dirty:
                self._graphs.flush()
                self._dirty = False
            self._views.forget()

    # ---------------------------------------------------------------- asking

    def query(
        self,
        sparql: str,
        *,
        graphs: Collection[Iri] | None,
        bindings: Mapping[str, Any] | None = None,
        seconds: float = 10.0,
        rows: int,
    ) -> Solutions:
        """The pod's own queries, in process. Waits for the log's head first (read your writes).

        Over `graphs`, or all of them where that is None. `bindings` are for selected variables.
        `seconds` is looked at between rows: what computes for long before its first row runs on.
        """
        with self._turn:
            self.catch_up()
            store = self._open()
        with _working():
            return solutions_of(ask(store, question(sparql, graphs, bindings, rows, seconds)))

    def query_sealed(
        self,
        sparql: str,
        *,
        graphs: Collection[Iri] | None,
        named: Collection[Iri] | None = None,
        bindings: Mapping[str, Any] | None = None,
        seconds: float,
        rows: int,
    ) -> Solutions:
        """Anybody's query, in a process without network or files that is killed after `seconds`.
        The default graph is the union of `graphs`; the named ones are `named`, by default the same.

        Raises BadInput for text that is refused or not understood, LimitHit (limit: `wall`, `cpu`,
        `memory`, `rows`, `output`), Unavailable if too many others ask.
        """
        text.check(sparql)
        asked = question(sparql, graphs, bindings, rows, seconds, named)
        with ExitStack() as held:
            with self._turn, _working():
                view = self._views.at(self.catch_up(), self._open())
                path = held.enter_context(view)
            return solutions_of(self._asker.ask(path, asked, seconds=seconds))

    def query_narrowed(
        self,
        sparql: str,
        *,
        graphs: Collection[Iri],
        narrow: Narrow,
        bindings: Mapping[str, Any] | None = None,
        seconds: float,
        rows: int,
    ) -> Solutions:
        """`query_sealed` over what `narrow` leaves of `graphs`, and over nothing else."""
        with self._turn:
            self.catch_up()
            store = self._open()
        with _working():
            return ask_narrowed(
                self._asker,
                self._folder.with_name("index.narrowed"),
                store,
                sparql,
                chosen=graphs,
                narrow=narrow,
                bindings=bindings or {},
                seconds=seconds,
                rows=rows,
            )

    def close(self) -> None:
        """Stops following, flushes and lets the folder go. A second time it does nothing."""
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        with self._turn:
            self._rest()
            self._graphs = None


@contextmanager
def _working() -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        log.exception("the RDF store failed")
        raise Unavailable(
            "the index does not work; build it anew with `domicile reindex`"
        ) from error


def _indexed(path: str) -> bool:
    return not path.endswith((".acl", "/"))


def _mark_at(snap: Snapshot, change: int) -> ox.NamedNode:
    found, digest = snap.last_change(change)
    return ox.NamedNode(f"{MARK}{found}:{digest.hex()[:32]}")


def _position_of(mark: str) -> int:
    return int(mark.removeprefix(MARK).partition(":")[0])
