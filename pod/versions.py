"""Earlier versions of documents, for the owner: seen, compared, restored, erased; and undo.

Access rules are never among them. What is restored after it was deleted is the owner's alone where
its container would open it to others: undoing must not give access back.
"""

from __future__ import annotations

from collections.abc import Sequence

from pod.access.wac import write_acl
from pod.errors import Conflict, NotFound
from pod.gate import INSIDE, Gate
from pod.journal import Journal, write_activity
from pod.model import AccessMode, Activity, Agent, Body, Grant, Iri, Verb, Who
from pod.rdf import graph
from pod.storage.base import Snapshot, Store, StoredActivity, Transaction, Version
from pod.tree import Tree
from pod.writing import Writing, parser


class Versions:
    """For one storage. Everybody but the owner gets Unauthenticated or Forbidden."""

    def __init__(
        self, store: Store, gate: Gate, journal: Journal, writing: Writing, tree: Tree
    ) -> None:
        self._store = store
        self._gate = gate
        self._journal = journal
        self._writing = writing
        self._tree = tree
        self._parse = parser(writing.settings)

    # ---------------------------------------------------------------- looking

    def of(self, agent: Agent, iri: Iri) -> Sequence[Version]:
        """The versions of a document, the newest first."""
        self._journal.only_owner(agent)
        with self._store.read() as snap:
            return snap.kept.of(self._gate.path_of(iri))

    def one(self, agent: Agent, iri: Iri, number: int) -> Version:
        """Raises NotFound if `iri` has no such version (any more)."""
        self._journal.only_owner(agent)
        with self._store.read() as snap:
            return self._found(snap, iri, number)

    def deleted(self, agent: Agent, limit: int, before: int = 2**62) -> Sequence[Version]:
        """The last versions of documents that were deleted and can be put back, the newest first;
        `before` an `id`."""
        self._journal.only_owner(agent)
        with self._store.read() as snap:
            return snap.kept.deleted(limit, before)

    def bytes_used(self, agent: Agent) -> int:
        self._journal.only_owner(agent)
        with self._store.read() as snap:
            return snap.kept.bytes_used()

    def _found(self, snap: Snapshot, iri: Iri, number: int) -> Version:
        found = snap.kept.one(number)
        if found is None or found.path != self._gate.path_of(iri):
            raise NotFound("there is no such version", iri=str(iri))
        return found

    # ---------------------------------------------------------------- changing

    def restore(self, agent: Agent, iri: Iri, number: int) -> int:
        """Puts a version back in place; what it replaces becomes a version itself. The position of
        the change. Raises NotFound, Conflict."""
        self._journal.only_owner(agent)

        def work(tx: Transaction) -> int:
            found = self._found(tx, iri, number)
            seq = self._log(tx, agent, iri, found.version)
            self._put_back(tx, agent, found)
            return seq

        return self._store.write(work)

    def erase(self, agent: Agent, iri: Iri | None = None) -> None:
        """Erases the versions of `iri` and of what is in it; without `iri` all of the pod's."""
        self._journal.only_owner(agent)
        path = None if iri is None else self._gate.path_of(iri)

        def work(tx: Transaction) -> None:
            facts = {"versions": "erased"}
            write_activity(tx, self._gate, Activity(Verb.REMOVE, agent, iri, None, facts))
            tx.keeper.drop(path)

        self._store.write(work)

    def undo(self, agent: Agent, seq: int) -> Iri:
        """Undoes the change at log position `seq`; where to look at the result.

        Raises NotFound for what cannot be undone (any more), Conflict where something else has
        happened there since. Changes of access rules are never undone.
        """
        self._journal.only_owner(agent)
        with self._store.read() as snap:
            done = next(iter(snap.activities(before=seq + 1, limit=1)), None)
            if done is None or done.seq != seq or done.object is None:
                raise NotFound("there is no such change")
            iri = self._gate.iri_of(done.object)
            latest = snap.within(done.object).version
        if iri.is_acl:
            raise NotFound("access rules are not given back by an undo")
        origin = done.summary.get("from")
        verb = Verb(done.verb)
        if verb is Verb.DELETE:
            self._store.write(lambda tx: self._bring_back(tx, agent, done, iri))
            return iri
        if verb not in (Verb.MOVE, Verb.CREATE):
            self._store.write(lambda tx: self._revert(tx, agent, done, iri))
            return iri
        if latest != seq:
            raise Conflict("something has changed there since", reason="changed")
        if verb is Verb.MOVE and isinstance(origin, str):
            self._tree.move(agent, iri, self._gate.iri_of(origin))
            return self._gate.iri_of(origin)
        self._tree.delete(agent, iri)
        return self._gate.iri_of(origin) if isinstance(origin, str) else iri.parent

    def _revert(self, tx: Transaction, agent: Agent, done: StoredActivity, iri: Iri) -> None:
        found = tx.kept.ended_by(done.seq)
        if not found or found[0].path != done.object:
            raise NotFound("what was there is not kept")
        row = tx.row(found[0].path)
        if row is None or row.version != done.seq:
            raise Conflict("something has changed there since", reason="changed")
        self._log(tx, agent, iri, found[0].version)
        self._put_back(tx, agent, found[0])

    def _bring_back(self, tx: Transaction, agent: Agent, done: StoredActivity, iri: Iri) -> None:
        found = tx.kept.ended_by(done.seq)
        if not found and not iri.is_container:
            raise NotFound("what was there is not kept")
        if tx.row(self._gate.path_of(iri)) is not None:
            raise Conflict("something is there already", reason="taken")
        self._log(tx, agent, iri, done.seq)
        if iri.is_container:
            self._close(tx, iri)
            self._writing.save(tx, agent, iri, Body.of(b""), graph.TURTLE, None, log=False)
        # An auxiliary comes after what it describes.
        for version in sorted(found, key=lambda v: (self._gate.iri_of(v.path).is_meta, v.path)):
            self._put_back(tx, agent, version)

    def _log(self, tx: Transaction, agent: Agent, iri: Iri, version: int) -> int:
        activity = Activity(Verb.UNDO, agent, iri, None, {"version": version})
        return write_activity(tx, self._gate, activity)

    def _put_back(self, tx: Transaction, agent: Agent, version: Version) -> None:
        iri = self._gate.iri_of(version.path)
        row = tx.row(version.path)
        if row is None:
            self._gate.may_write(tx, agent, iri, row, AccessMode.WRITE)
            if not iri.is_auxiliary:
                self._close(tx, iri)
        else:
            self._gate.require(tx, agent, iri, AccessMode.WRITE)
        self._writing.save(tx, agent, iri, version.body, version.type, row, log=False)

    def _close(self, tx: Transaction, iri: Iri) -> None:
        """Gives `iri`, or the highest container above it that is missing too, to the owner alone,
        if what it inherits would let anybody else in."""
        while tx.row(self._gate.path_of(iri.parent)) is None:
            iri = iri.parent
        owner = self._gate.owner.webid
        rights = self._gate.rights(tx, Iri(iri.parent + INSIDE))
        if all(grant.who is Who.AGENT and grant.iri == owner for grant in rights.grants):
            return
        all_modes = frozenset(AccessMode)
        grants = [Grant(Who.AGENT, owner, iri, False, all_modes)]
        if iri.is_container:
            grants.append(Grant(Who.AGENT, owner, iri, True, all_modes))
        body = Body.of(write_acl(grants, iri.acl, self._writing.root))
        tx.save(self._gate.path_of(iri.acl), graph.TURTLE, body)
