"""How a patch is put in place: as text where it only adds, and else read, changed, and swapped in if
nobody was faster. `Space` asks for the right to before a patch is read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from pod.errors import Conflict, NotFound, Unavailable
from pod.gate import READ, Gate
from pod.model import Agent, Body, Iri
from pod.rdf import container, graph
from pod.rdf.append import append
from pod.rdf.patch import Patch, apply
from pod.storage.base import Row, Store, Transaction
from pod.writing import Conditions, Writing, Written, listing

PATCH_RETRIES = 8


class Patching:
    """For one storage. Each method decides again on the snapshot, or in the transaction, it acts in."""

    def __init__(self, store: Store, gate: Gate, writing: Writing) -> None:
        self._store = store
        self._gate = gate
        self._writing = writing
        self._settings = writing.settings

    def patch(self, agent: Agent, iri: Iri, change: Patch, conditions: Conditions) -> Written:
        """Returns once it is durable. Raises Conflict, NotFound, PreconditionFailed, Unavailable."""
        looks = change.modes == {READ}  # "as a Read operation": it makes nothing
        for _ in range(PATCH_RETRIES):
            with self._store.read() as snap:
                row = snap.row(self._gate.path_of(iri))
                if looks:
                    self._gate.require(snap, agent, iri, READ)
                else:
                    self._gate.may_write(snap, agent, iri, row, *change.modes)
                told = None
                if row is not None and iri.is_container and READ in change.modes:
                    told = listing(snap, row, b"")
            self._writing.precondition(row, conditions)
            after = self._patched(iri, row, change, told)
            if looks:
                if row is None:
                    raise NotFound("nothing is stored here", iri=str(iri))
                state = self._writing.resource(row)
                return Written(state, self._writing.etag(row, row.type), False)
            written = self._store.write(self._swap(agent, iri, row, after, change))
            if written is not None:
                return written
        raise Unavailable("the document keeps changing; try again")

    def submit_append(
        self, agent: Agent, iri: Iri, change: Patch, conditions: Conditions
    ) -> Future[Written | None]:
        """Adds to the text, where that is all that `change` does; None where only a parser can tell."""
        inserts = change.insertions
        if inserts is None or iri.is_acl or iri.is_container:
            nothing: Future[Written | None] = Future()
            nothing.set_result(None)
            return nothing

        def work(tx: Transaction) -> Written | None:
            row = tx.row(self._gate.path_of(iri))
            self._gate.may_write(tx, agent, iri, row, *change.modes)
            self._writing.precondition(row, conditions)
            kind = row.type if row else graph.TURTLE
            before = b"" if row is None else row.body.data
            if before is None or kind not in graph.RDF_TYPES:
                return None
            after = append(before, inserts, dict(change.prefixes), kind, str(iri))
            if after is None or len(after) > self._settings.max_rdf_bytes:
                return None
            if row is None and not iri.is_auxiliary:
                decision = self._gate.decide(tx, agent, iri.parent)
                self._writing.limit_guest(tx, decision, iri.parent, len(after))
            return self._writing.save(tx, agent, iri, Body.of(after), kind, row)

        return self._store.submit(work, self._gate.path_of(iri))

    def _patched(self, iri: Iri, row: Row | None, change: Patch, told: bytes | None) -> Body:
        """`told`: what a container says of its members, where the patch may look at it."""
        kind = row.type if row else graph.TURTLE
        if kind not in graph.RDF_TYPES:
            raise Conflict("only RDF documents can be patched")
        before = row.body.read(self._settings.max_rdf_bytes) if row else b""
        facts = container.facts(told, iri) if told else ()
        after = Body.of(apply(change, before, kind, str(iri), beside=facts))
        self._writing.check(iri, after, kind)
        return after

    def _swap(
        self, agent: Agent, iri: Iri, before: Row | None, after: Body, change: Patch
    ) -> Callable[[Transaction], Written | None]:
        """Saves `after` if the document is still as it was read; None if it has moved."""

        def work(tx: Transaction) -> Written | None:
            row = tx.row(self._gate.path_of(iri))
            self._gate.may_write(tx, agent, iri, row, *change.modes)
            if (row.version if row else 0) != (before.version if before else 0):
                return None
            if row is None and not iri.is_auxiliary:
                decision = self._gate.decide(tx, agent, iri.parent)
                self._writing.limit_guest(tx, decision, iri.parent, after.size)
            return self._writing.save(tx, agent, iri, after, row.type if row else graph.TURTLE, row)

        return work
