"""The follower: keeps one named graph a document in step with the log, and asks it questions.

Its position is written after what it covers has been flushed; applying a change twice changes
nothing, so a crash between the two only repeats some work.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from pod.errors import BadInput, LimitHit, PodError, TooLarge
from pod.index import ask as asking
from pod.index.solutions import Solutions, term_of
from pod.model import Body, Iri, Json
from pod.storage.base import Store

BATCH = 500
ANSWER_BYTES = 64 << 20
RDF_TYPES = ("text/turtle", "application/ld+json", "application/n-triples")

Parse = Callable[[Body, str, Iri], Iterable[Any]]
log = logging.getLogger(__name__)


class Index:
    """The RDF store in `folder`/index. `parse` gives the triples of a document's body."""

    def __init__(
        self, folder: Path, store: Store, iri_of: Callable[[str], Iri], parse: Parse
    ) -> None:
        self._folder = folder / "index"
        self._place = folder / "index.position"
        self._position = 0
        self._store = store
        self._iri_of = iri_of
        self._parse = parse
        self._graphs: ox.Store | None = None
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._closed = False
        self._dirty = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Opens the store off the start-up path and follows the log until `close`."""
        self._store.subscribe(lambda _: self._wake.set())
        self._wake.set()
        self._thread = threading.Thread(target=self._follow, name="index", daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        while not self._closed:
            busy = self._wake.wait(timeout=2.0)
            self._wake.clear()
            if self._closed:
                return
            if busy:
                self.catch_up()
            elif self._dirty:
                self._flush()

    def _flush(self) -> None:
        """Unflushed writes make the next opening slow: flush when idle."""
        with self._lock:
            self._open().flush()
            place = self._place.with_suffix(".new")
            place.write_text(str(self._position), "ascii")
            place.replace(self._place)
            self._dirty = False

    def _open(self) -> ox.Store:
        if self._graphs is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._graphs = ox.Store(str(self._folder))
            self._position = self._read_position()
        return self._graphs

    # ---------------------------------------------------------------- following

    def catch_up(self) -> int:
        """Applies what the log has and the index has not; the position it reached."""
        with self._lock:
            graphs = self._open()
            while True:
                with self._store.read() as snap:
                    changes = snap.changes(self._position, BATCH)
                    last = {c.path: c for c in changes}
                    rows = {path: snap.row(path) for path in last}
                    for path, row in rows.items():
                        self._apply(graphs, path, row)
                if not changes:
                    return self._position
                self._position = changes[-1].id
                self._dirty = True

    def _apply(self, graphs: ox.Store, path: str, row: Any) -> None:
        if path.endswith((".acl", "/")):
            return
        graph = ox.NamedNode(self._iri_of(path))
        quads: list[Any] = []
        if row is not None and row.type in RDF_TYPES:
            try:
                triples = self._parse(row.body, row.type, Iri(graph.value))
                quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
            except PodError as error:
                log.warning("not indexed: %s: %s", path, error.detail)
        graphs.remove_graph(graph)
        graphs.extend(quads)

    def _read_position(self) -> int:
        try:
            return int(self._place.read_text("ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def reindex(self) -> int:
        """Empties the store and builds it anew from the documents; how many graphs it holds."""
        with self._lock:
            graphs = self._open()
            graphs.clear()
            with self._store.read() as snap:
                self._position = snap.last_change()
                for child in snap.descendants("/"):
                    if child.type in RDF_TYPES and not child.path.endswith("/"):
                        self._apply(graphs, child.path, snap.row(child.path))
            self._flush()
            return sum(1 for _ in graphs.named_graphs())

    # ---------------------------------------------------------------- asking

    def query(
        self,
        sparql: str,
        *,
        graphs: Collection[Iri] | None,
        bindings: Mapping[str, Any] | None = None,
        rows: int,
    ) -> Solutions:
        """The pod's own queries, in process. Waits for the log's head first (read your writes)."""
        self.catch_up()
        question = _question(sparql, graphs, bindings, rows)
        with self._lock:
            return _solutions(asking.ask(self._open(), question))

    def query_sealed(
        self,
        sparql: str,
        *,
        graphs: Collection[Iri] | None,
        bindings: Mapping[str, Any] | None = None,
        seconds: float,
        rows: int,
    ) -> Solutions:
        """Anybody's query, in a process of its own without network that is killed after `seconds`.

        The text must have passed `rdf.sparql.check`. Raises BadInput, LimitHit, TooLarge.
        """
        self.catch_up()
        with self._lock:
            if self._dirty:
                self._flush()
        question = json.dumps(_question(sparql, graphs, bindings, rows)).encode()
        child = [sys.executable, "-I", "-B", "-c", _CHILD, str(self._folder)]
        try:
            done = subprocess.run(  # noqa: S603  (our own interpreter, our own text)
                [*child, str(int(seconds) + 1), str(ANSWER_BYTES)],
                input=question,
                capture_output=True,
                timeout=seconds + 0.5,
                env={"DOMICILE_CODE": str(Path(__file__).resolve().parents[2])},
                cwd="/",
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise LimitHit(f"the query took over {seconds:g} s", limit="wall") from None
        if done.returncode != 0:
            log.warning("query ended with %s: %s", done.returncode, done.stderr[-300:])
            raise LimitHit("the query was stopped", limit="cpu")
        return _solutions(json.loads(done.stdout))

    def close(self) -> None:
        """Stops following, flushes and lets the folder go."""
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            if self._graphs is not None:
                self._flush()
                self._graphs = None


# Only what the child needs is imported: it starts in a third of the time that the package takes.
_CHILD = """
import importlib.util, os
spec = importlib.util.spec_from_file_location("ask", os.environ["DOMICILE_CODE"] + "/pod/index/ask.py")
module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module); module.main()
"""


def _question(
    sparql: str,
    graphs: Collection[Iri] | None,
    bindings: Mapping[str, Any] | None,
    rows: int,
) -> Json:
    return {
        "sparql": sparql,
        "graphs": None if graphs is None else list(graphs),
        "bindings": {name: term_of(value) for name, value in (bindings or {}).items()},
        "rows": rows,
    }


def _solutions(answer: Json) -> Solutions:
    if "error" in answer:
        raise BadInput(f"the query was not understood: {answer['error']}")
    if "too-many" in answer:
        raise TooLarge(f"over {answer['too-many']} rows or bytes; ask for less")
    if "boolean" in answer:
        return Solutions((), (), answer["boolean"])
    if "triples" in answer:
        return Solutions(("triples",), [[{"type": "literal", "value": answer["triples"]}]])
    return Solutions(tuple(answer["columns"]), answer["terms"])
