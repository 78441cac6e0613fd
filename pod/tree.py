"""A document or a whole container copied, moved, renamed or deleted: whole or not at all.

What moves keeps its own access rules, a copy has those of its new container. Each step is authorized
as what it is: a deletion at the source, a creation at the target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pod.access.wac import read_acl, write_acl
from pod.errors import BadInput, Conflict, MethodNotAllowed, NotFound, TooLarge
from pod.gate import CONTROL, INSIDE, READ, RESERVED, WRITE, Gate
from pod.journal import write_activity
from pod.model import AccessMode, Activity, Agent, Body, Grant, Iri, Verb
from pod.rdf import graph
from pod.storage.base import Extent, Row, Snapshot, Store, Transaction
from pod.writing import ANY, Conditions, Writing, parser

LONGEST, DEEPEST = 2048, 32  # what an address may be (pod.http.paths)


class Tree:
    """For one storage. Every method answers the position of the change in the log: what
    `Versions.undo` wants."""

    def __init__(self, store: Store, gate: Gate, writing: Writing) -> None:
        self._store = store
        self._gate = gate
        self._writing = writing
        self._parse = parser(writing.settings)

    def extent(self, agent: Agent, iri: Iri) -> Extent:
        """How much `iri` is with everything below it, for somebody who may read all of it."""
        with self._store.read() as snap:
            self._authorize(snap, agent, iri, READ)
            return snap.within(self._gate.path_of(iri))

    def stored(self, agent: Agent) -> Iterator[Row]:
        """Everything that is stored, each container before what is in it, auxiliaries beside their
        subjects: for the owner. Each row is read when it is asked for, so what is written meanwhile
        is there or not, whole."""
        with self._store.read() as snap:
            self._authorize(snap, agent, self._writing.root, READ)
            paths = ["/", *(child.path for child in snap.descendants("/"))]
        for path in paths:
            for name in (path, path + ".acl", path + ".meta"):
                with self._store.read() as snap:
                    row = snap.row(name)
                if row is not None and (row.body.path is None or row.body.path.is_file()):
                    yield row

    def move(self, agent: Agent, source: Iri, target: Iri) -> int:
        """Raises Conflict where something is at `target` already, for a container into itself, and
        for what holds the owner's profile; TooLarge over `tree_resources`."""

        def work(tx: Transaction) -> int:
            self._may_leave(tx, agent, source, READ)
            rules = self._rules(tx, agent, source, target)
            self._may_arrive(tx, agent, source, target)
            origin = {"from": self._gate.path_of(source)}
            seq = write_activity(tx, self._gate, Activity(Verb.MOVE, agent, target, None, origin))
            self._writing.make_way(tx, target)
            tx.move(self._gate.path_of(source), self._gate.path_of(target))
            for acl, grants in rules:
                body = Body.of(write_acl(grants, acl, self._writing.root))
                tx.save(self._gate.path_of(acl), graph.TURTLE, body)
            self._writing.touch(tx, source.parent)
            self._writing.touch(tx, target.parent)
            return seq

        return self._store.write(work)

    def copy(self, agent: Agent, source: Iri, target: Iri) -> int:
        """Raises as `move` does. No access rules are copied: the copy has those of its container."""

        def work(tx: Transaction) -> int:
            self._authorize(tx, agent, source, READ)
            self._may_arrive(tx, agent, source, target)
            origin = {"from": self._gate.path_of(source)}
            seq = write_activity(tx, self._gate, Activity(Verb.CREATE, agent, target, None, origin))
            self._writing.make_way(tx, target)
            tx.copy(self._gate.path_of(source), self._gate.path_of(target))
            self._writing.touch(tx, target.parent)
            return seq

        return self._store.write(work)

    def delete(self, agent: Agent, iri: Iri, conditions: Conditions = ANY) -> int:
        """Removes a document, or a container with everything in it. Raises as `move` does."""

        def work(tx: Transaction) -> int:
            row = self._may_leave(tx, agent, iri)
            self._writing.precondition(row, conditions)
            seq = write_activity(tx, self._gate, Activity(Verb.DELETE, agent, iri))
            tx.remove_tree(self._gate.path_of(iri))
            self._writing.touch(tx, iri.parent)
            return seq

        return self._store.write(work)

    # ---------------------------------------------------------------- who may

    def _decided(self, snap: Snapshot, iri: Iri) -> Iterator[Iri]:
        """One resource for each decision that can fall differently in the tree: each with rules of
        its own, and below each container something that inherits."""
        subjects = {self._gate.iri_of(row.path).subject for row in self._acls(snap, iri)}
        for subject in sorted({iri, *subjects}):
            yield subject
            if subject.is_container:
                yield Iri(subject + INSIDE)

    def _acls(self, snap: Snapshot, iri: Iri) -> list[Row]:
        return snap.acls_within(self._gate.path_of(iri))

    def _authorize(self, snap: Snapshot, agent: Agent, iri: Iri, *modes: AccessMode) -> Row:
        """`modes` on everything in the tree; the row of its top."""
        for one in self._decided(snap, iri):
            self._gate.require(snap, agent, one, *modes)
        if iri.is_auxiliary:
            raise BadInput("an auxiliary resource goes with what it describes")
        row = snap.row(self._gate.path_of(iri))
        if row is None:
            raise NotFound("nothing is stored here", iri=str(iri))
        most = self._writing.settings.tree_resources
        found = snap.within(self._gate.path_of(iri)).resources
        if found > most:
            raise TooLarge(f"{found} resources; at most {most} at once", limit=most)
        return row

    def _may_leave(self, tx: Transaction, agent: Agent, iri: Iri, *modes: AccessMode) -> Row:
        self._gate.may_delete(tx, agent, iri)
        if iri == self._writing.root:
            raise MethodNotAllowed("the root stays", iri=str(iri))
        also = (READ,) if iri.is_container else ()
        row = self._authorize(tx, agent, iri, WRITE, *also, *modes)
        # Who signs in as the owner is said in the profile: it goes nowhere with a folder.
        profile = str(self._gate.owner.webid).split("#")[0]
        if profile == iri or (iri.is_container and profile.startswith(iri)):
            raise Conflict("the owner's profile stays where it is", reason="profile")
        return row

    def _may_arrive(self, tx: Transaction, agent: Agent, source: Iri, target: Iri) -> None:
        path = self._gate.path_of(target)
        if target.is_container != source.is_container or target.is_auxiliary:
            raise BadInput("a folder becomes a folder, a document a document", reason="target")
        if f"{path.rstrip('/')}/".startswith(RESERVED) or target == self._writing.root:
            raise BadInput("this name is reserved", reason="target")
        if source.is_container and target.startswith(source):
            raise Conflict("a folder does not go into itself", reason="itself")
        self._gate.may_write(tx, agent, target, None, WRITE)
        if tx.within(path).resources:
            raise Conflict("something is there already", reason="taken")
        origin = self._gate.path_of(source)
        extent = tx.within(origin)
        deeper = path.count("/") - origin.count("/")
        too_long = extent.longest + len(path) - len(origin) > LONGEST
        if too_long or extent.deepest + deeper > DEEPEST:
            raise BadInput("the addresses would become too long", reason="target")

    def _rules(
        self, tx: Transaction, agent: Agent, source: Iri, target: Iri
    ) -> list[tuple[Iri, list[Grant]]]:
        """The ACL documents that move along, as they read at the target. Whoever moves rules must
        have Control of them at both ends."""
        found = []
        for row in self._acls(tx, source):
            acl = self._gate.iri_of(row.path)
            self._gate.require(tx, agent, acl, CONTROL)
            self._gate.require(tx, agent, target.acl, CONTROL)
            read = read_acl(self._parse(row.body.read(row.size), graph.TURTLE, acl), acl)
            grants = [
                replace(
                    grant,
                    target=_moved(grant.target, source, target),
                    iri=grant.iri and _moved(Iri(grant.iri), source, target),
                )
                for grant in read
            ]
            found.append((_moved(acl, source, target), grants))
        return found


def _moved(iri: Iri, source: Iri, target: Iri) -> Iri:
    inside = iri.startswith(source) if source.is_container else _is_of(iri, source)
    return Iri(target + iri[len(source) :]) if inside else iri


def _is_of(iri: Iri, document: Iri) -> bool:
    """`iri` is `document`, an auxiliary of it, or something in it (#…)."""
    return iri in (document, document.acl, document.meta) or iri.startswith(document + "#")
