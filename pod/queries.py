"""Questions to the whole pod: SPARQL, documents of a class, words. Each answers from what its agent may
read, decided on one snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pod.config import Settings
from pod.gate import READ, Gate
from pod.index import Dataset, Hit, Index, Narrow, Search, Solutions
from pod.journal import Journal
from pod.model import Agent, AgentKind, Iri
from pod.rdf.sparql import check
from pod.storage.base import Store
from pod.storage.looks import looked_at


class Queries:
    """For one storage."""

    def __init__(
        self,
        store: Store,
        gate: Gate,
        journal: Journal,
        index: Index,
        search: Search,
        settings: Settings,
    ) -> None:
        self._store = store
        self._gate = gate
        self._journal = journal
        self._index = index
        self._search = search
        self._settings = settings

    def query(
        self,
        agent: Agent,
        sparql: str,
        bindings: Mapping[str, Any] | None = None,
        dataset: Dataset | None = None,
        narrow: Narrow | None = None,
    ) -> Solutions:
        """SPARQL over what `agent` may read (of `dataset`), in a sealed process with limits. Raises
        BadInput for text that is refused, LimitHit (`query_seconds`, `_rows`, `_documents`).

        `narrow` is given each document of `dataset` as quads and leaves what may be asked of it.
        What a person asked over is counted as looked at once it is answered."""
        check(sparql, max_depth=self._settings.max_rdf_depth)
        named = None
        with self._store.read() as snap:
            if dataset is not None:
                graphs: Sequence[Iri] | None = self._gate.open_to(snap, agent, dataset.default)
                named = self._gate.open_to(snap, agent, dataset.named)
            elif agent.kind is AgentKind.OWNER:
                graphs = None
            else:
                graphs = self._gate.readable(snap, agent, self._settings.query_documents)
        if narrow is not None:
            return self._index.query_narrowed(
                sparql,
                graphs=graphs or (),
                narrow=narrow,
                bindings=bindings or {},
                seconds=self._settings.query_seconds,
                rows=self._settings.query_rows,
            )
        found = self._index.query_sealed(
            sparql,
            graphs=graphs,
            named=named,
            bindings=bindings or {},
            seconds=self._settings.query_seconds,
            rows=self._settings.query_rows,
        )
        if agent.kind is AgentKind.PERSON and graphs is not None:
            whole = dataset is None
            for path in looked_at(map(self._gate.path_of, (*graphs, *(named or ()))), whole=whole):
                self._gate.looks.count(agent, path, READ, refused=False)
        return found

    def find(self, agent: Agent, kind: str) -> Sequence[Iri]:
        """The documents that hold something of class `kind` (an IRI) and that `agent` may read."""
        found = self._index.query(
            "SELECT DISTINCT ?g ?kind WHERE { GRAPH ?g { ?s a ?kind } } ORDER BY ?g",
            graphs=None,
            bindings={"kind": Iri(kind)},
            rows=self._settings.query_rows,
        )
        with self._store.read() as snap:
            return [
                Iri(row[0])
                for row in found.rows
                if self._gate.decide(snap, agent, Iri(row[0])).allows(READ)
            ]

    def search(self, agent: Agent, text: str, limit: int = 50) -> Sequence[Hit]:
        """Documents with words that begin like those of `text`, the best first. For the owner."""
        self._journal.only_owner(agent)
        return self._search.find(text, limit)
