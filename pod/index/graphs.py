"""The RDF store: one named graph a document, and the questions that are asked of them.

https://www.w3.org/TR/sparql11-query/#rdfDataset
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from pod.errors import Unavailable
from pod.index.ask import ask
from pod.index.folders import open_newest, renew
from pod.index.follower import RDF_TYPES, Document, Follower, Mark
from pod.index.narrowed import Narrow, ask_narrowed
from pod.index.sealed import Asker, Views
from pod.index.solutions import Solutions, question, solutions_of
from pod.model import Iri
from pod.rdf import sparql as text
from pod.storage.base import Store

# Quads that were written or removed between two flushes. The engine keeps up to 128 MB of each of its
# eleven tables in memory, about 850 bytes a quad, and lets nobody choose.
UNFLUSHED = 50_000
# An empty named graph whose name says: layout, last change applied, digest of its log row. It holds
# no triple, so no query over triples meets it.
MARK = "urn:domicile:index:1:"

log = logging.getLogger(__name__)


class Index:
    """The RDF store in `folder`/index/N, kept in step by `follower`. Thread-safe; opened by the
    follower's thread or by the first question."""

    def __init__(self, folder: Path, store: Store, follower: Follower) -> None:
        self._folder = folder / "index"
        self._views = Views(folder / "index.views")
        self._asker = Asker()
        self._store = store
        self._follower = follower
        self._graphs: ox.Store | None = None
        self._mark: ox.NamedNode | None = None
        self._position = 0
        self._unflushed = 0
        self._flushes = ThreadPoolExecutor(1, "flush")
        self._flushing: Future[None] | None = None
        self._closed = False
        follower.add(self)

    # ---------------------------------------------------------------- a reader of the log

    def position(self) -> int:
        with _working():
            self._open()
            return self._position

    def apply(self, documents: Sequence[Document]) -> None:
        """All that is added goes in together, then what is gone goes: of a document that was there,
        only the difference."""
        with _working():
            graphs = self._open()
            added: list[ox.Quad] = []
            gone: list[ox.Quad] = []
            for document in documents:
                if not _indexed(document.path):
                    continue
                graph = ox.NamedNode(document.iri)
                quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in document.triples]
                if graphs.contains_named_graph(graph):
                    self._compare(graphs, graph, quads, added, gone)
                else:
                    added += quads
            graphs.extend(added)
            for quad in gone:
                graphs.remove(quad)
            self._wrote(graphs, len(added) + len(gone))

    def _compare(
        self,
        graphs: ox.Store,
        graph: ox.NamedNode,
        quads: list[ox.Quad],
        added: list[ox.Quad],
        gone: list[ox.Quad],
    ) -> None:
        """Adds to `added` and `gone` what `graph` lacks of `quads` and has besides. What is mostly
        other than it was is replaced at once."""
        new, old = dict.fromkeys(quads), []
        for quad in graphs.quads_for_pattern(None, None, None, graph):
            if quad in new:
                del new[quad]
            else:
                old.append(quad)
        if old and new:
            # The store keeps numbers and moments as values: `1.50` comes back as `1.5`, and is not gone.
            kept = ox.Store()
            kept.extend(new)
            same = set(kept)
            old = [quad for quad in old if quad not in same]
        if len(old) > len(quads) // 2:
            graphs.remove_graph(graph)
            graphs.extend(quads)
            self._wrote(graphs, len(old) + len(quads))
        else:
            added += new
            gone += old

    def _wrote(self, graphs: ox.Store, quads: int) -> None:
        self._unflushed += quads
        if self._unflushed >= UNFLUSHED:
            self._flush(graphs)

    def _flush(self, graphs: ox.Store) -> None:
        """Begins to, beside what is written next; only one at a time."""
        self._flushed()
        self._flushing = self._flushes.submit(graphs.flush)
        self._unflushed = 0

    def _flushed(self) -> None:
        """Waits until what was begun is on the disk."""
        flushing, self._flushing = self._flushing, None
        if flushing is not None:
            flushing.result()

    def reached(self, mark: Mark) -> None:
        """The new mark first: with two, the later one is true."""
        with _working():
            graphs, node = self._open(), _mark_of(mark)
            graphs.add_graph(node)
            if self._mark is not None and self._mark != node:
                graphs.remove_graph(self._mark)
            self._mark, self._position = node, mark[0]
            self._unflushed += 1

    def rest(self) -> None:
        """What is not flushed makes the next opening slow."""
        with _working():
            if self._graphs is not None and self._unflushed:
                self._flush(self._graphs)
            self._flushed()
            self._views.forget()

    def end_queries(self) -> None:
        """Ends those that run in a process of their own; from now on none is answered."""
        self._asker.close()

    def close(self) -> None:
        """Flushes and lets the folder go. A second time it does nothing."""
        self._closed = True
        self.end_queries()
        self.rest()
        self._flushes.shutdown()
        self._graphs = None

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
                same = _mark_of(snap.last_change(position)) == mark
            if same:
                self._mark, self._position = mark, position
                return
        graphs.clear()

    def reindex(self) -> int:
        """Builds the store anew from the documents; how many graphs it holds."""
        with self._follower.still(), _working():
            if self._closed:
                raise Unavailable("the index is closed")
            self._flushed()
            self._graphs = renew(self._folder)
            self._mark, self._position = None, 0
            with self._store.read() as snap:
                mark = snap.last_change()
                found = [
                    child.path
                    for child in snap.descendants("/")
                    if child.type in RDF_TYPES and _indexed(child.path)
                ]
            for group in self._follower.documents(found):
                self.apply(group)
            if mark[0]:
                self.reached(mark)
            self.rest()
            return len(found)

    # ---------------------------------------------------------------- asking

    def catch_up(self) -> int:
        """Waits for what the log has now: `Follower.catch_up`."""
        return self._follower.catch_up()

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
        self.catch_up()
        with _working():
            store = self._open()
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
        `memory`, `rows`, `output`), Unavailable if too many others ask or the pod is closed.
        """
        text.check(sparql)
        asked = question(sparql, graphs, bindings, rows, seconds, named)
        with ExitStack() as held:
            with self._follower.still(), _working():
                path = held.enter_context(self._views.at(self.catch_up(), self._open()))
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
        self.catch_up()
        with _working():
            return ask_narrowed(
                self._asker,
                self._folder.with_name("index.narrowed"),
                self._open(),
                sparql,
                chosen=graphs,
                narrow=narrow,
                bindings=bindings or {},
                seconds=seconds,
                rows=rows,
            )


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


def _mark_of(mark: Mark) -> ox.NamedNode:
    found, digest = mark
    return ox.NamedNode(f"{MARK}{found}:{digest.hex()[:32]}")


def _position_of(mark: str) -> int:
    return int(mark.removeprefix(MARK).partition(":")[0])
