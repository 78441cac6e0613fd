"""The one door to stored data. Every call takes an `Agent`, then checks, acts and records in one
transaction.

A decision is made on the same snapshot as the body it lets out, and again inside the transaction
of a write. Refusals say no more than the caller may know: without Read, a missing resource answers
as an existing one (https://solidproject.org/TR/protocol#reading-writing-resources).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from uuid import uuid4

from pod.access.wac import write_acl
from pod.changes import Changes
from pod.config import Settings
from pod.errors import (
    Conflict,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
)
from pod.gate import APPEND, CONTROL, READ, WRITE, Gate, Rights
from pod.groups import Groups
from pod.index import Dataset, Index, Search
from pod.journal import Journal, write_activity
from pod.listings import Listings
from pod.model import (
    AccessMode,
    Activity,
    Agent,
    AgentKind,
    Body,
    Decision,
    Grant,
    Iri,
    Json,
    Representation,
    Resource,
    Verb,
)
from pod.outbound import Outbound
from pod.patching import Patching
from pod.profile import Profile
from pod.queries import Queries
from pod.rdf import container, graph
from pod.rdf.patch import read_patch
from pod.recent import Found, Kept, Recent
from pod.storage.base import Row, Snapshot, Store, Transaction
from pod.tree import Tree
from pod.versions import Versions
from pod.writing import ANY, Conditions, Fresh, Write, Writing, Written, listing, parser

__all__ = ["ANY", "Conditions", "Dataset", "Space", "Write", "Written"]


class Space:
    """One pod. Thread-safe; methods block until what they wrote is durable.

    Every method raises Unauthenticated (a public agent) or Forbidden (any other) before anything
    about the resource shows.
    """

    def __init__(
        self,
        root: Iri,
        webid: Iri,
        store: Store,
        index: Index,
        settings: Settings,
        search: Search,
        outbound: Outbound | None = None,
        fresh: Fresh | None = None,
    ) -> None:
        self.root = root
        self.owner = Agent(AgentKind.OWNER, webid)
        self.settings = settings
        self._store = store
        self._index = index
        self._groups = Groups(outbound, settings, parser(settings))
        self._gate = Gate(root, self.owner, store, parser(settings), self._groups)
        self.journal = Journal(store, self._gate)
        self._recent = Recent(root, store.state, settings.recent_bytes)
        store.precede(self._recent.forget)
        self._writing = Writing(root, self._gate, settings, store.key("etag"), fresh or Fresh(0))
        self._patching = Patching(store, self._gate, self._writing)
        self.tree = Tree(store, self._gate, self._writing)
        self.profile = Profile(store, self._gate, self.journal, self._writing)
        self.versions = Versions(store, self._gate, self.journal, self._writing, self.tree)
        queries = Queries(store, self._gate, self.journal, index, search, settings)
        self.query, self.find, self.search = queries.query, queries.find, queries.search
        self.end_queries = index.end_queries
        self.changes = Changes(store, self._gate, self._writing.tag)
        self._listings = Listings(settings.listing_bytes)
        self._conversions = Kept[bytes](settings.recent_bytes)

    def iri_of(self, path: str) -> Iri:
        """`/x/y` of this storage as an IRI."""
        return self._gate.iri_of(path)

    def relative(self, iri: Iri) -> str:
        """`iri` as an absolute path, so that documents which name it can move with the pod."""
        return "/" + iri.split("/", 3)[3]

    def path_of(self, iri: Iri) -> str:
        """Where `iri` is in this storage: what `iri_of` makes an IRI of."""
        return "/" + iri[len(self.root) :]

    def program(self, name: str) -> Agent:
        """The agent of its own that a program is; it never matches the owner."""
        return Agent(AgentKind.PROGRAM, f"{self.root}.pod/programs/{name}")

    def decide(self, agent: Agent, iri: Iri) -> Decision:
        """What `agent` may do to `iri`, and why: for headers and for the owner's pages."""
        with self._store.read() as snap:
            return self._gate.decide(snap, agent, iri)

    def require(self, agent: Agent, iri: Iri, *modes: AccessMode) -> Decision:
        """Authorization before a body, a parser or a type can show anything: one of `modes`, where
        only what is sent will say which."""
        decision = self._gate.foresee(agent, iri) or self._find(agent, iri, listed=False).decision
        mode = next((mode for mode in modes if decision.allows(mode)), modes[0])
        return self._gate.check(decision, agent, iri, mode)

    # ---------------------------------------------------------------- reading

    def get(
        self, agent: Agent, iri: Iri, accept: str | Callable[[Resource], str] | None = None
    ) -> Representation:
        """The resource as `accept`: a media type, a choice made for what is stored, None: as stored.

        Raises NotFound, NotAcceptable, and what `accept` raises once the agent may read.
        """
        path = self._gate.path_of(iri)
        found = self._find(agent, iri, listed=iri.is_container)
        decision, row = self._gate.check(found.decision, agent, iri, READ), found.row
        if row is None:
            raise NotFound("nothing is stored here", iri=str(iri))
        resource = self._writing.resource(row)
        kind = accept(resource) if callable(accept) else accept or row.type
        if agent.kind is not AgentKind.OWNER:
            self._gate.looks.count(agent, path, READ, refused=False)
        body = found.body or row.body
        if kind != row.type:
            body = Body.of(self._converted(body, row.type, kind, iri))
        return Representation(resource, kind, self._writing.etag(row, kind), body, decision)

    def _converted(self, body: Body, source: str, kind: str, iri: Iri) -> bytes:
        data = body.read(self.settings.max_rdf_bytes)
        key = (iri, source, kind, hashlib.sha256(data).digest())
        found = self._conversions.find(key)
        if found is None:
            found = graph.convert(data, source, kind, str(iri))
            self._conversions.keep(key, found, len(found))
        return found

    def is_recent(self, agent: Agent, iri: Iri) -> bool:
        """Whether `get` has a container's listing at hand, so that it takes no time."""
        found = self._recent.find(agent, iri)
        return found is not None and found.body is not None

    def _find(self, agent: Agent, iri: Iri, *, listed: bool) -> Found:
        """The decision and what it is about, of one state; a listing for those who may read it."""
        found = self._recent.find(agent, iri)
        if found is not None and (found.body or found.row is None or not listed):
            return found
        state = self._recent.state()
        with self._store.read() as snap:
            row = snap.row(self._gate.path_of(iri))  # first: it fixes the snapshot
            decision = self._gate.decide(snap, agent, iri)
            shown = listed and row is not None and decision.allows(READ)
            body = self._listed(snap, row) if shown and row is not None else None
        found = Found(decision, row, body)
        if not decision.passing:
            self._recent.keep(state, agent, iri, found)
        return found

    def _listed(self, snap: Snapshot, row: Row) -> Body:
        own = row.body.read(self.settings.max_rdf_bytes)
        return self._listings.of(snap, row, own)

    def exists(self, agent: Agent, iri: Iri) -> bool:
        """Whether something is stored at `iri`, for an agent that may read it."""
        with self._store.read() as snap:
            self._gate.require(snap, agent, iri, READ)
            return snap.row(self._gate.path_of(iri)) is not None

    def list(self, agent: Agent, iri: Iri, after: str = "", limit: int = -1) -> Sequence[Resource]:
        """The members of a container by their names, `limit` of them (-1: all) after `after`."""
        with self._store.read() as snap:
            self._gate.require(snap, agent, iri, READ)
            if snap.row(self._gate.path_of(iri)) is None:
                raise NotFound("nothing is stored here", iri=str(iri))
            return [
                Resource(self._gate.iri_of(r.path), r.type, r.version, r.modified, r.size)
                for r in snap.children(self._gate.path_of(iri), after, limit)
            ]

    # ---------------------------------------------------------------- writing

    def stage(self, chunks: Iterable[bytes], limit: int | None = None) -> Body:
        """Takes a body in; large ones go to a file first. Raises TooLarge over `limit` bytes."""
        return self._store.stage(chunks, limit or self.settings.max_body_bytes)

    def put(
        self, agent: Agent, iri: Iri, body: Body, kind: str, conditions: Conditions = ANY
    ) -> Written:
        """Creates or replaces `iri`. Raises PreconditionFailed, Conflict, BadInput, QuotaExceeded."""
        self.require(agent, iri, WRITE)
        return self.submit_put(agent, iri, body, kind, conditions).result()

    def submit_put(
        self, agent: Agent, iri: Iri, body: Body, kind: str, conditions: Conditions = ANY
    ) -> Future[Written]:
        """`put` for who has asked `require`: it only checks the body at once, and the future is told
        once it is durable. What the agent may do is decided again with the write."""
        body = self._without_listing(iri, body, kind)
        self._writing.check(iri, body, kind)

        def work(tx: Transaction) -> Written:
            row = tx.row(self._gate.path_of(iri))
            self._gate.may_write(tx, agent, iri, row, WRITE)
            self._writing.precondition(row, conditions)
            return self._writing.save(tx, agent, iri, body, kind, row)

        return self._store.submit(work, self._gate.path_of(iri))

    def post(
        self,
        agent: Agent,
        within: Iri,
        body: Body,
        kind: str,
        *,
        slug: str | None = None,
        as_container: bool = False,
    ) -> Written:
        """Creates a member of container `within`, named after `slug` where that is free."""
        self.require(agent, within, APPEND)
        if not within.is_container:
            raise MethodNotAllowed("POST goes to a container")
        suffix = "/" if as_container else ""
        name = (slug or uuid4().hex).strip("/")
        for aux in (".acl", ".meta"):
            name = name.removesuffix(aux) or uuid4().hex
        self._writing.check(Iri(within + name + suffix), body, kind)

        def work(tx: Transaction) -> Written:
            decision = self._gate.require(tx, agent, within, APPEND)
            if tx.row(self._gate.path_of(within)) is None:
                raise NotFound("there is no such container", iri=str(within))
            self._writing.limit_guest(tx, decision, within, body.size)
            free = name
            while self._writing.taken(tx, Iri(within + free)):
                free = f"{name}-{uuid4().hex[:8]}"
            return self._writing.save(tx, agent, Iri(within + free + suffix), body, kind, None)

        return self._store.write(work)

    def patch(
        self, agent: Agent, iri: Iri, body: bytes, kind: str, conditions: Conditions = ANY
    ) -> Written:
        """Applies an N3 Patch or SPARQL Update. Raises Unprocessable, Conflict, UnsupportedType."""
        self.require(agent, iri, APPEND, READ)
        return self._patching.patch(agent, iri, read_patch(body, kind, str(iri)), conditions)

    def submit_append(
        self, agent: Agent, iri: Iri, body: bytes, kind: str, conditions: Conditions = ANY
    ) -> Future[Written | None]:
        """`patch` where it only adds to a text, for who has asked `require`: durable once the future
        is told. It is told None where that needs more than a glance and nothing was done: `patch` it."""
        return self._patching.submit_append(
            agent, iri, read_patch(body, kind, str(iri)), conditions
        )

    def delete(self, agent: Agent, iri: Iri, conditions: Conditions = ANY) -> None:
        """Removes a resource and its auxiliaries. Raises Conflict for a container that is not empty."""
        self.require(agent, iri, WRITE)

        def work(tx: Transaction) -> None:
            path = self._gate.path_of(iri)
            row = tx.row(path)
            self._gate.may_delete(tx, agent, iri)
            if iri in (self.root, self.root.acl):
                raise MethodNotAllowed("the root and its access rules stay", iri=str(iri))
            if row is None:
                raise NotFound("nothing is stored here", iri=str(iri))
            self._writing.precondition(row, conditions)
            self._writing.guard_profile(iri, row, None)
            if iri.is_container and tx.count_children(path):
                raise Conflict("the container is not empty", iri=str(iri))
            write_activity(tx, self._gate, Activity(Verb.DELETE, agent, iri))
            tx.remove(path)
            if not iri.is_auxiliary:
                for extra in (iri.acl, iri.meta):
                    if tx.row(self._gate.path_of(extra)):
                        tx.remove(self._gate.path_of(extra))
                self._writing.touch(tx, iri.parent)

        self._store.write(work)

    def put_all(
        self,
        agent: Agent,
        writes: Sequence[Write],
        activity: Activity,
        records: Mapping[tuple[str, str], Json] | None = None,
    ) -> Sequence[Written]:
        """Writes documents, the activity that explains them and the pod's own records of it whole,
        or not at all.

        Raises PreconditionFailed when a document is no longer at the version it was read at.
        """
        for write in writes:
            self.require(agent, write.iri, WRITE)
            self._writing.check(write.iri, Body.of(write.body), write.type)

        def work(tx: Transaction) -> Sequence[Written]:
            write_activity(tx, self._gate, activity)
            done = []
            for write in writes:
                row = tx.row(self._gate.path_of(write.iri))
                self._gate.may_write(tx, agent, write.iri, row, WRITE)
                if write.expect is not None and (row.version if row else 0) != write.expect:
                    raise PreconditionFailed("a document has changed meanwhile")
                body = Body.of(write.body)
                done.append(
                    self._writing.save(tx, agent, write.iri, body, write.type, row, log=False)
                )
            for (name, key), value in (records or {}).items():
                tx.put_record(name, key, value)
            return done

        return self._store.write(work)

    def _without_listing(self, iri: Iri, body: Body, kind: str) -> Body:
        """What is left to keep of a body for a container that repeats what the server says."""
        if not iri.is_container or kind not in graph.RDF_TYPES or not body.size:
            return body
        data = body.read(self.settings.max_rdf_bytes)
        if not container.names_members(parser(self.settings)(data, kind, iri), iri):
            return body
        with self._store.read() as snap:
            row = snap.row(self._gate.path_of(iri))
            told = [] if row is None else container.facts(listing(snap, row, b""), iri)
        return Body.of(container.without_listing(data, kind, iri, told))

    # ---------------------------------------------------------------- access rules

    def rights(self, agent: Agent, iri: Iri) -> Rights:
        """Who may do what to `iri`, for somebody with Control."""
        with self._store.read() as snap:
            self._gate.require(snap, agent, iri.subject.acl, CONTROL)
            return self._gate.rights(snap, iri)

    def set_grants(
        self, agent: Agent, iri: Iri, grants: Iterable[Grant], activity: Activity | None = None
    ) -> None:
        """Replaces the rules of `iri` by `grants`. Raises Conflict if the root would lose Control."""
        acl = iri.acl
        body = write_acl(tuple(grants), acl, self.root)
        entry = activity or Activity(Verb.UPDATE, agent, acl)
        self.put_all(agent, [Write(acl, body, graph.TURTLE)], entry)

    def drop_grants(self, agent: Agent, iri: Iri) -> None:
        """Lets `iri` inherit its container's rules again."""
        with self._store.read() as snap:
            exists = snap.row(self._gate.path_of(iri.acl)) is not None
        if exists:
            self.delete(agent, iri.acl)

    # ---------------------------------------------------------------- care

    def reindex(self, agent: Agent) -> int:
        """Builds the RDF store anew; how many documents it holds. For the owner."""
        self.journal.only_owner(agent)
        return self._index.reindex()

    def check(self, agent: Agent) -> Json:
        """{"log","blobs"}: what is not whole; empty lists where all is well. For the owner."""
        self.journal.only_owner(agent)
        broken = self._store.verify_log()
        return {
            "log": [] if broken is None else [broken],
            "blobs": self._store.missing_blobs(),
        }

    def backup(self, agent: Agent, folder: Path) -> None:
        """Everything that is stored, as it stands now, in an empty folder. For the owner."""
        self.journal.only_owner(agent)
        self._store.copy(folder)

    def close(self) -> None:
        """Writes what is still only counted."""
        self._groups.close()
        self._gate.looks.close()
