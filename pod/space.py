"""The one door to stored data. Every call takes an `Agent`, then checks, acts and records in one
transaction.

A decision is made on the same snapshot as the body it lets out, and again inside the transaction
of a write. Refusals say no more than the caller may know: without Read, a missing resource answers
as an existing one (https://solidproject.org/TR/protocol#reading-writing-resources).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import uuid4

from pod.access.profile import check_places, check_profile
from pod.access.wac import read_acl, write_acl
from pod.config import Settings
from pod.errors import (
    BadInput,
    Conflict,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    QuotaExceeded,
    TooLarge,
    Unavailable,
    UnsupportedType,
)
from pod.gate import Gate, Rights
from pod.groups import Groups
from pod.index import Index, Solutions
from pod.journal import Journal, write_activity
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
    Who,
)
from pod.outbound import Outbound
from pod.rdf import container, graph
from pod.rdf.patch import SPARQL_UPDATE, Patch, apply, read_patch
from pod.rdf.sparql import check
from pod.rdf.terms import SOLID
from pod.storage.base import Row, Snapshot, Store, Transaction

READ, WRITE = AccessMode.READ, AccessMode.WRITE
APPEND, CONTROL = AccessMode.APPEND, AccessMode.CONTROL
PATCH_RETRIES = 8
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,2000}")


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did: the resource as it now is, its ETag, and whether it is new."""

    resource: Resource
    etag: str
    created: bool


@dataclass(frozen=True, slots=True)
class Write:
    """One document of `put_all`. `expect` is the version it replaces, 0 for none, None for any."""

    iri: Iri
    body: bytes
    type: str
    expect: int | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """Preconditions as sent (RFC 9110, 13.1): entity tags with their quotes, `*`, or None."""

    if_match: str | None = None
    if_none_match: str | None = None


ANY = Conditions()


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
        outbound: Outbound | None = None,
    ) -> None:
        self.root = root
        self.owner = Agent(AgentKind.OWNER, webid)
        self.settings = settings
        self._store = store
        self._index = index
        self._groups = Groups(outbound, settings, self._parse)
        self._gate = Gate(root, self.owner, store, self._parse, self._groups)
        self.journal = Journal(store, self._gate)
        self._etag_key = store.key("etag")
        self._converted = lru_cache(256)(graph.convert)

    def iri_of(self, path: str) -> Iri:
        """`/x/y` of this storage as an IRI."""
        return self._gate.iri_of(path)

    def relative(self, iri: Iri) -> str:
        """`iri` as an absolute path, so that documents which name it can move with the pod."""
        return "/" + iri.split("/", 3)[3]

    def program(self, name: str) -> Agent:
        """The agent of its own that a program is; it never matches the owner."""
        return Agent(AgentKind.PROGRAM, f"{self.root}.pod/programs/{name}")

    def decide(self, agent: Agent, iri: Iri) -> Decision:
        """What `agent` may do to `iri`, and why: for headers and for the owner's pages."""
        with self._store.read() as snap:
            return self._gate.decide(snap, agent, iri)

    def require(self, agent: Agent, iri: Iri, mode: AccessMode) -> Decision:
        """Authorization before a body, a parser or a type can show anything."""
        with self._store.read() as snap:
            return self._gate.require(snap, agent, iri, mode)

    # ---------------------------------------------------------------- reading

    def get(
        self, agent: Agent, iri: Iri, accept: str | Callable[[Resource], str] | None = None
    ) -> Representation:
        """The resource as `accept`: a media type, a choice made for what is stored, None: as stored.

        Raises NotFound, NotAcceptable, and what `accept` raises once the agent may read.
        """
        path = self._gate.path_of(iri)
        with self._store.read() as snap:
            decision = self._gate.require(snap, agent, iri, READ)
            row = snap.row(path)
            if row is None:
                raise NotFound("nothing is stored here", iri=str(iri))
            resource = self._resource(row)
            kind = accept(resource) if callable(accept) else accept or row.type
            listing = None
            if iri.is_container:
                own = row.body.read(self.settings.max_rdf_bytes)
                listing = self._listing(snap, row, own)
        if agent.kind is not AgentKind.OWNER:
            self._gate.looks.count(agent, path, READ, refused=False)
        body = row.body if listing is None else Body.of(listing)
        if kind != row.type:
            source = body.read(self.settings.max_rdf_bytes)
            body = Body.of(self._converted(source, row.type, kind, str(iri)))
        return Representation(resource, kind, self._etag(row, kind), body, decision)

    def _listing(self, snap: Snapshot, row: Row, own: bytes) -> bytes:
        return container.listing(row.path, own, snap.children(row.path), root=row.path == "/")

    def exists(self, agent: Agent, iri: Iri) -> bool:
        """Whether something is stored at `iri`, for an agent that may read it."""
        with self._store.read() as snap:
            self._gate.require(snap, agent, iri, READ)
            return snap.row(self._gate.path_of(iri)) is not None

    def list(
        self, agent: Agent, iri: Iri, after: str = "", limit: int | None = None
    ) -> Sequence[Resource]:
        """The members of a container in the order of their names, `limit` of them after `after`."""
        with self._store.read() as snap:
            self._gate.require(snap, agent, iri, READ)
            if snap.row(self._gate.path_of(iri)) is None:
                raise NotFound("nothing is stored here", iri=str(iri))
            rows = snap.children(self._gate.path_of(iri), after, limit)
        return [
            Resource(self._gate.iri_of(r.path), r.type, r.version, r.modified, r.size) for r in rows
        ]

    def _resource(self, row: Row) -> Resource:
        return Resource(
            self._gate.iri_of(row.path), row.type, row.version, row.modified, row.body.size
        )

    def _etag(self, row: Row, kind: str) -> str:
        # Keyed, so that an ETag is no oracle of content; of the representation that is sent.
        text = f"{row.path}\0{row.version}\0{kind}".encode()
        return f'"{hmac.digest(self._etag_key, text, "sha256").hex()[:24]}"'

    # ---------------------------------------------------------------- writing

    def stage(self, chunks: Iterable[bytes], limit: int | None = None) -> Body:
        """Takes a body in; large ones go to a file first. Raises TooLarge over `limit` bytes."""
        return self._store.stage(chunks, limit or self.settings.max_body_bytes)

    def put(
        self, agent: Agent, iri: Iri, body: Body, kind: str, conditions: Conditions = ANY
    ) -> Written:
        """Creates or replaces `iri`. Raises PreconditionFailed, Conflict, BadInput, QuotaExceeded."""
        self._gate.path_of(iri)
        self.require(agent, iri, WRITE)
        body = self._without_listing(iri, body, kind)
        self._check(iri, body, kind)

        def work(tx: Transaction) -> Written:
            row = tx.row(self._gate.path_of(iri))
            self._gate.may_write(tx, agent, iri, row, WRITE)
            self._precondition(row, conditions)
            return self._save(tx, agent, iri, body, kind, row)

        return self._store.write(work)

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
        self._check(Iri(within + name + suffix), body, kind)

        def work(tx: Transaction) -> Written:
            decision = self._gate.require(tx, agent, within, APPEND)
            if tx.row(self._gate.path_of(within)) is None:
                raise NotFound("there is no such container", iri=str(within))
            self._limit_guest(tx, decision, within, body.size)
            free = name
            while self._taken(tx, Iri(within + free)):
                free = f"{name}-{uuid4().hex[:8]}"
            return self._save(tx, agent, Iri(within + free + suffix), body, kind, None)

        return self._store.write(work)

    def patch(
        self, agent: Agent, iri: Iri, body: bytes, kind: str, conditions: Conditions = ANY
    ) -> Written:
        """Applies an N3 Patch or SPARQL Update. Raises Unprocessable, Conflict, UnsupportedType."""
        self.require(agent, iri, APPEND)
        change = read_patch(body, kind, str(iri))
        for _ in range(PATCH_RETRIES):
            with self._store.read() as snap:
                row = snap.row(self._gate.path_of(iri))
                self._gate.may_write(snap, agent, iri, row, *change.modes)
                told = None
                if row is not None and iri.is_container and READ in change.modes:
                    told = self._listing(snap, row, b"")
            self._precondition(row, conditions)
            after = self._patched(iri, row, change, told)
            written = self._store.write(self._swap(agent, iri, row, after, change))
            if written is not None:
                return written
        raise Unavailable("the document keeps changing; try again")

    def _patched(self, iri: Iri, row: Row | None, change: Patch, told: bytes | None) -> Body:
        """`told`: what a container says of its members, where the patch may look at it."""
        kind = row.type if row else graph.TURTLE
        if kind not in graph.RDF_TYPES:
            raise Conflict("only RDF documents can be patched")
        before = row.body.read(self.settings.max_rdf_bytes) if row else b""
        facts = container.facts(told, iri) if told else ()
        after = Body.of(apply(change, before, kind, str(iri), beside=facts))
        self._check(iri, after, kind)
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
                self._limit_guest(tx, decision, iri.parent, after.size)
            return self._save(tx, agent, iri, after, row.type if row else graph.TURTLE, row)

        return work

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
            self._precondition(row, conditions)
            self._guard_profile(iri, row, None)
            if iri.is_container and tx.count_children(path):
                raise Conflict("the container is not empty", iri=str(iri))
            write_activity(tx, self._gate, Activity(Verb.DELETE, agent, iri))
            tx.remove(path)
            if not iri.is_auxiliary:
                for extra in (iri.acl, iri.meta):
                    if tx.row(self._gate.path_of(extra)):
                        tx.remove(self._gate.path_of(extra))
                self._touch(tx, iri.parent)

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
            self._check(write.iri, Body.of(write.body), write.type)

        def work(tx: Transaction) -> Sequence[Written]:
            write_activity(tx, self._gate, activity)
            done = []
            for write in writes:
                row = tx.row(self._gate.path_of(write.iri))
                self._gate.may_write(tx, agent, write.iri, row, WRITE)
                if write.expect is not None and (row.version if row else 0) != write.expect:
                    raise PreconditionFailed("a document has changed meanwhile")
                body = Body.of(write.body)
                done.append(self._save(tx, agent, write.iri, body, write.type, row, log=False))
            for (name, key), value in (records or {}).items():
                tx.put_record(name, key, value)
            return done

        return self._store.write(work)

    # ---------------------------------------------------------------- what a write must satisfy

    def _limit_guest(self, tx: Snapshot, decision: Decision, within: Iri, size: int) -> None:
        """Who may add to a container and not write in it (an inbox, say) does not fill the disk.

        https://www.w3.org/TR/ldn/#security-privacy-and-content-considerations
        """
        if decision.allows(WRITE):
            return
        if size > (limit := self.settings.guest_bytes):
            raise TooLarge(f"at most {limit} bytes are taken here", limit=limit)
        if tx.count_children(self._gate.path_of(within)) >= self.settings.guest_members:
            raise QuotaExceeded("this container takes no more for now")

    def _without_listing(self, iri: Iri, body: Body, kind: str) -> Body:
        """What is left to keep of a body for a container that repeats what the server says."""
        if not iri.is_container or kind not in graph.RDF_TYPES or not body.size:
            return body
        data = body.read(self.settings.max_rdf_bytes)
        if not container.names_members(self._parse(data, kind, iri), iri):
            return body
        with self._store.read() as snap:
            row = snap.row(self._gate.path_of(iri))
            told = [] if row is None else container.facts(self._listing(snap, row, b""), iri)
        return Body.of(container.without_listing(data, kind, iri, told))

    def _guard_profile(self, iri: Iri, row: Row | None, after: Body | None, kind: str = "") -> None:
        """The last look at the owner's profile before it is stored or removed, on every path."""
        webid = str(self.owner.webid)
        if iri != webid.partition("#")[0]:
            return
        before = self._profile(row.body, row.type, iri) if row is not None else None
        check_profile(before, None if after is None else self._profile(after, kind, iri), webid)

    def _profile(self, body: Body, kind: str, iri: Iri) -> graph.Graph | None:
        if kind not in graph.RDF_TYPES:
            return None
        return self._parse(body.read(self.settings.max_rdf_bytes), kind, iri)

    def set_issuers(self, agent: Agent, issuers: Sequence[str]) -> Written:
        """Says who vouches for the owner (`solid:oidcIssuer`): the one deliberate way to change it,
        for the owner in person. Raises BadInput for what is no address."""
        self.journal.only_owner(agent)
        if not issuers or not all(_ADDRESS.fullmatch(i) for i in issuers):
            raise BadInput("an issuer is an http(s) address")
        iri, named = (
            Iri(str(agent.webid).partition("#")[0]),
            f"<{agent.webid}> <{SOLID.oidcIssuer}>",
        )
        text = f"DELETE WHERE {{ {named} ?any }}; INSERT DATA {{ "
        text += " ".join(f"{named} <{issuer}> ." for issuer in issuers) + " }"
        change = read_patch(text.encode(), SPARQL_UPDATE, str(iri))

        def work(tx: Transaction) -> Written:
            row = tx.row(self._gate.path_of(iri))
            after = self._patched(iri, row, change, None)
            kind = row.type if row else graph.TURTLE
            check_places(self._parse(after.read(after.size), kind, iri), str(agent.webid))
            return self._save(tx, agent, iri, after, kind, row, identity=True)

        return self._store.write(work)

    def _taken(self, snap: Snapshot, iri: Iri) -> bool:
        return any(snap.row(self._gate.path_of(Iri(i))) for i in (iri, iri + "/"))

    def _precondition(self, row: Row | None, conditions: Conditions) -> None:
        """RFC 9110, 13.1.1 and 13.1.2: a tag of any representation of the resource matches."""
        tags = set()
        if row is not None:
            kinds = {row.type, *graph.RDF_TYPES} if row.type in graph.RDF_TYPES else {row.type}
            tags = {self._etag(row, kind) for kind in kinds}
        for header, wanted in ((conditions.if_match, True), (conditions.if_none_match, False)):
            if header is None:
                continue
            sent = {tag.strip() for tag in header.split(",")}
            if not wanted:
                # "A recipient MUST use the weak comparison function [...] for If-None-Match", and
                # the strong one for If-Match: there a weak tag is never equal.
                sent = {tag.removeprefix("W/") for tag in sent}
            if (bool(tags) if "*" in sent else bool(tags & sent)) is not wanted:
                raise PreconditionFailed("the resource is not in the state you named")

    def _check(self, iri: Iri, body: Body, kind: str) -> None:
        """RDF must parse; listings and access rules must keep the storage sound."""
        if iri.is_meta and kind not in graph.RDF_TYPES:
            raise UnsupportedType("a description is RDF", type=kind)
        if iri.is_container and kind not in graph.RDF_TYPES:
            raise UnsupportedType("a container is described in RDF", type=kind)
        if iri.is_acl and kind != graph.TURTLE:
            raise UnsupportedType("access rules are Turtle", type=kind)
        if kind not in graph.RDF_TYPES:
            return
        data = body.read(self.settings.max_rdf_bytes)
        triples = self._parse(data, kind, iri)
        if iri.is_container and container.names_members(triples, iri):
            raise Conflict("what a container holds is not written by hand", iri=str(iri))
        if iri.is_acl:
            grants = read_acl(triples, iri)
            if iri == self.root.acl and not any(
                CONTROL in g.modes and g.target == self.root and g.who is Who.AGENT for g in grants
            ):
                raise Conflict("the root's access rules must leave Control to somebody")

    def _parse(self, data: bytes, kind: str, iri: Iri) -> graph.Graph:
        return graph.parse(
            data,
            kind,
            str(iri),
            max_bytes=self.settings.max_rdf_bytes,
            max_depth=self.settings.max_rdf_depth,
        )

    def _save(
        self,
        tx: Transaction,
        agent: Agent,
        iri: Iri,
        body: Body,
        kind: str,
        row: Row | None,
        *,
        log: bool = True,
        identity: bool = False,
    ) -> Written:
        if not identity:
            self._guard_profile(iri, row, body, kind)
        if log:
            write_activity(
                tx, self._gate, Activity(Verb.UPDATE if row else Verb.CREATE, agent, iri)
            )
        if row is None and not iri.is_auxiliary:
            above = iri.parent
            while above != self.root and tx.row(self._gate.path_of(above)) is None:
                tx.save(self._gate.path_of(above), graph.TURTLE, Body.of(b""))
                above = above.parent
            self._touch(tx, above)
        saved = tx.save(self._gate.path_of(iri), kind, body)
        if iri != self.root and not iri.is_auxiliary:
            self._touch(tx, iri.parent)
        return Written(self._resource(saved), self._etag(saved, kind), row is None)

    def _touch(self, tx: Transaction, above: Iri) -> None:
        """A container's listing tells its members' dates and sizes: it changes when they do."""
        row = tx.row(self._gate.path_of(above))
        if row is not None:
            tx.save(row.path, row.type, row.body)

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

    # ---------------------------------------------------------------- queries

    def query(
        self, agent: Agent, sparql: str, bindings: Mapping[str, Any] | None = None
    ) -> Solutions:
        """SPARQL over the documents that `agent` may read, in a sealed process with limits.

        Raises BadInput for text that is refused, LimitHit over `query_seconds` or `query_rows`.
        """
        check(sparql, max_depth=self.settings.max_rdf_depth)
        with self._store.read() as snap:
            graphs = None
            if agent.kind is not AgentKind.OWNER:
                graphs = self._gate.readable(snap, agent)
        return self._index.query_sealed(
            sparql,
            graphs=graphs,
            bindings=bindings or {},
            seconds=self.settings.query_seconds,
            rows=self.settings.query_rows,
        )

    def find(self, agent: Agent, kind: str) -> Sequence[Iri]:
        """The documents that hold something of class `kind` (an IRI) and that `agent` may read."""
        found = self._index.query(
            "SELECT DISTINCT ?g ?kind WHERE { GRAPH ?g { ?s a ?kind } } ORDER BY ?g",
            graphs=None,
            bindings={"kind": Iri(kind)},
            rows=self.settings.query_rows,
        )
        with self._store.read() as snap:
            return [
                Iri(row[0])
                for row in found.rows
                if self._gate.decide(snap, agent, Iri(row[0])).allows(READ)
            ]

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

    def close(self) -> None:
        """Writes what is still only counted."""
        self._groups.close()
        self._gate.looks.close()
