"""What every write of a pod must satisfy, and how it is put in place: bytes that parse, conditions,
the containers above, the log."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pod.access.profile import check_profile
from pod.access.wac import read_acl
from pod.config import Settings
from pod.errors import (
    Conflict,
    PreconditionFailed,
    QuotaExceeded,
    TooLarge,
    UnsupportedType,
)
from pod.gate import CONTROL, Gate, Parse
from pod.journal import write_activity
from pod.model import (
    AccessMode,
    Activity,
    Agent,
    Body,
    Decision,
    Iri,
    Resource,
    Verb,
    Who,
)
from pod.rdf import container, graph
from pod.recent import Kept
from pod.storage.base import Row, Snapshot, Transaction


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
    """Preconditions (RFC 9110, 13.1): entity tags as sent, with their quotes, `*`, or None; a date,
    None also for one that is none."""

    if_match: str | None = None
    if_none_match: str | None = None
    if_unmodified_since: datetime | None = None


ANY = Conditions()
# Documents that were parsed to be written, for the follower of the log, by address, type and bytes.
Fresh = Kept[graph.Graph]
FRESH_BODY = 1 << 15  # bytes of one
FRESH_BYTES = 16 << 20  # of all


def listing(snap: Snapshot, row: Row, own: bytes) -> bytes:
    """A container's representation in Turtle, with `own` as what was written to it."""
    return container.listing(row.path, own, snap.children(row.path), root=row.path == "/")


def parser(settings: Settings) -> Parse:
    """Reads a document's bytes within the limits of `settings`."""
    return partial(graph.parse, max_bytes=settings.max_rdf_bytes, max_depth=settings.max_rdf_depth)


class Writing:
    """For one storage; every method that is given a transaction acts inside it."""

    def __init__(
        self, root: Iri, gate: Gate, settings: Settings, etag_key: bytes, fresh: Fresh
    ) -> None:
        self.root = root
        self.settings = settings
        self._gate = gate
        self._parse = parser(settings)
        self._etag_key = etag_key
        self._fresh = fresh

    def resource(self, row: Row) -> Resource:
        return Resource(
            self._gate.iri_of(row.path), row.type, row.version, row.modified, row.body.size
        )

    def etag(self, row: Row, kind: str) -> str:
        return self.tag(row.path, row.version, kind)

    def tag(self, path: str, version: int, kind: str) -> str:
        """The ETag of what was written at `path` with `version`, as `kind`."""
        # Keyed, so that an ETag is no oracle of content; of the representation that is sent.
        text = f"{path}\0{version}\0{kind}".encode()
        return f'"{hmac.digest(self._etag_key, text, "sha256").hex()[:24]}"'

    def taken(self, snap: Snapshot, iri: Iri) -> bool:
        return any(snap.row(self._gate.path_of(Iri(i))) for i in (iri, iri + "/"))

    def precondition(self, row: Row | None, conditions: Conditions) -> None:
        """RFC 9110, 13.2.2: a tag of any representation of the resource matches; a date counts only
        where there is no `If-Match`."""
        since = conditions.if_unmodified_since
        # "A recipient MUST ignore If-Unmodified-Since if the request contains an If-Match header
        # field", and "if the resource does not have a modification date available".
        dated = row if conditions.if_match is None else None
        if (
            since is not None
            and dated is not None
            and dated.modified.replace(microsecond=0) > since
        ):
            raise PreconditionFailed("the resource has changed since then")
        tags = set()
        if row is not None:
            kinds = {row.type, *graph.RDF_TYPES} if row.type in graph.RDF_TYPES else {row.type}
            tags = {self.etag(row, kind) for kind in kinds}
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

    def check(self, iri: Iri, body: Body, kind: str) -> None:
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
        if len(data) <= FRESH_BODY:
            self._fresh.keep((iri, kind, data), triples, 10 * len(data))
        if iri.is_container and container.names_members(triples, iri):
            raise Conflict("what a container holds is not written by hand", iri=str(iri))
        if iri.is_acl:
            grants = read_acl(triples, iri)
            if iri == self.root.acl and not any(
                CONTROL in g.modes and g.target == self.root and g.who is Who.AGENT for g in grants
            ):
                raise Conflict("the root's access rules must leave Control to somebody")

    def save(
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
        """Stores it, with the log row that explains it unless there is one (`log`). `identity`: this
        is the one write that may change who vouches for the owner."""
        if not identity:
            self.guard_profile(iri, row, body, kind)
        if log:
            write_activity(
                tx, self._gate, Activity(Verb.UPDATE if row else Verb.CREATE, agent, iri)
            )
        if row is None and not iri.is_auxiliary:
            self.make_way(tx, iri)
        saved = tx.save(self._gate.path_of(iri), kind, body)
        if iri != self.root and not iri.is_auxiliary:
            self.touch(tx, iri.parent)
        return Written(self.resource(saved), self.etag(saved, kind), row is None)

    def guard_profile(self, iri: Iri, row: Row | None, after: Body | None, kind: str = "") -> None:
        """The last look at the owner's profile before it is stored or removed, on every path."""
        webid = str(self._gate.owner.webid)
        if iri != webid.partition("#")[0]:
            return
        before = self._profile(row.body, row.type, iri) if row is not None else None
        check_profile(before, None if after is None else self._profile(after, kind, iri), webid)

    def _profile(self, body: Body, kind: str, iri: Iri) -> graph.Graph | None:
        if kind not in graph.RDF_TYPES:
            return None
        return self._parse(body.read(self.settings.max_rdf_bytes), kind, iri)

    def limit_guest(self, tx: Snapshot, decision: Decision, within: Iri, size: int) -> None:
        """Who may add to a container and not write in it (an inbox, say) does not fill the disk.

        https://www.w3.org/TR/ldn/#security-privacy-and-content-considerations
        """
        if decision.allows(AccessMode.WRITE):
            return
        if size > (limit := self.settings.guest_bytes):
            raise TooLarge(f"at most {limit} bytes are taken here", limit=limit)
        if tx.count_children(self._gate.path_of(within)) >= self.settings.guest_members:
            raise QuotaExceeded("this container takes no more for now")

    def make_way(self, tx: Transaction, iri: Iri) -> None:
        """Makes the containers above `iri` that are missing."""
        above = iri.parent
        while above != self.root and tx.row(self._gate.path_of(above)) is None:
            tx.save(self._gate.path_of(above), graph.TURTLE, Body.of(b""))
            above = above.parent

    def touch(self, tx: Transaction, above: Iri) -> None:
        """A container's listing tells its members' dates and sizes, so it changes when they do; and
        so do, for its own date, those of the containers above it."""
        tx.touch(self._gate.path_of(above))
