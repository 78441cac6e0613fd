"""May this agent do this here? Asked by `Space` alone, always on the snapshot that it acts on.

`access.decide` is the rule; this module finds what the rule needs (the effective ACL, group
members, the owner's consent to a program), says no, and counts the refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pod.access.decide import decide
from pod.access.wac import read_acl
from pod.errors import Conflict, Forbidden, LimitHit, NotFound, Unauthenticated
from pod.groups import Groups
from pod.model import AccessMode, Agent, AgentKind, Decision, Grant, Iri, Json
from pod.rdf import graph
from pod.rdf.terms import VCARD, Named
from pod.recent import Kept
from pod.storage.base import Row, Snapshot, Store
from pod.storage.looks import Looks

READ, WRITE = AccessMode.READ, AccessMode.WRITE
APPEND, CONTROL = AccessMode.APPEND, AccessMode.CONTROL
# A name that nothing can have: decided like anything new that inherits.
INSIDE = "."
GRANTS_BYTES = 8 << 20  # of access rules that were read before
AGENTS = 100  # whose decisions are remembered for each of them
RESERVED = ("/.pod/", "/.oidc/", "/.well-known/", "/.notifications/")

Parse = Callable[[bytes, str, Iri], graph.Graph]


@dataclass(frozen=True, slots=True)
class Rights:
    """The effective ACL of a resource: the document it stands in, and whether it was inherited."""

    acl: Iri
    inherited: bool
    grants: tuple[Grant, ...]
    decided: dict[Agent, Decision] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Read:
    """An ACL document that was read, and what it says of those who inherit it, by agent."""

    grants: tuple[Grant, ...]
    decided: dict[Agent, Decision] = field(default_factory=dict)


def _cut(decision: Decision, ceiling: frozenset[AccessMode]) -> Decision:
    """What an app may do for a person: what the rules allow the person, and no more than was agreed
    to at the sign-in. What everybody may, the app could do without signing in."""
    modes = set(decision.modes)
    if WRITE in modes:
        modes.add(APPEND)  # so that an app that may only add can, where its person may write
    modes &= ceiling | decision.public
    kept = tuple(reason for reason in decision.reasons if reason.mode in modes)
    return replace(decision, modes=frozenset(modes), reasons=kept)


class Gate:
    """Decisions for one storage whose root container is `root` and whose owner is `owner`."""

    def __init__(self, root: Iri, owner: Agent, store: Store, parse: Parse, remote: Groups) -> None:
        self.root = root
        self.owner = owner
        self.looks = Looks(store)
        self._store = store
        self._parse = parse
        self._remote = remote
        self._kept = Kept[_Read](GRANTS_BYTES)

    def path_of(self, iri: Iri) -> str:
        """The storage path of `iri`. NotFound outside this storage and under reserved names."""
        if not iri.startswith(self.root):
            raise NotFound("not in this storage")
        path = "/" + iri[len(self.root) :]
        if path.startswith(RESERVED):
            raise NotFound("reserved")
        return path

    def holds(self, iri: Iri) -> bool:
        """Whether `iri` is an address of this storage."""
        return iri.startswith(self.root) and not ("/" + iri[len(self.root) :]).startswith(RESERVED)

    def iri_of(self, path: str) -> Iri:
        return Iri(self.root + path[1:])

    def decide(self, snap: Snapshot, agent: Agent, iri: Iri) -> Decision:
        """What `agent` may do to `iri`, and why."""
        decision = self._decide(
            agent, iri, self.rights(snap, iri), lambda group: self._members(snap, group)
        )
        if agent.kind is AgentKind.PROGRAM:
            # The ACL alone grants; a consent record only narrows: without one, nothing is left.
            if not self._agreed(snap, agent):
                decision = replace(decision, modes=frozenset(), reasons=())
            return replace(decision, passing=True)  # a consent expires
        return decision

    def foresee(self, agent: Agent, iri: Iri) -> Decision | None:
        """`decide` as things stand now, where the rules in memory say it all. For what is decided
        again where it is done, or lets nothing out."""
        known, found = self._store.nearest_acl(self.path_of(iri.subject))
        if not known or agent.kind is AgentKind.PROGRAM:
            return None

        def members(group: str) -> frozenset[str]:
            raise LookupError(group)

        try:
            return self._decide(agent, iri, self._rights(found, iri), members)
        except LookupError:
            return None

    def _decide(
        self, agent: Agent, iri: Iri, rights: Rights, members: Callable[[str], frozenset[str]]
    ) -> Decision:
        if rights.inherited and (found := rights.decided.get(agent)) is not None:
            return found
        asked = False

        def watched(group: str) -> frozenset[str]:
            nonlocal asked
            asked = True
            return members(group)

        decision = decide(
            agent,
            iri.subject,
            rights.acl,
            rights.grants,
            rights.inherited,
            owner=str(self.owner.webid),
            groups=watched,
        )
        if agent.ceiling is not None:
            decision = _cut(decision, agent.ceiling)
        if asked:
            return replace(decision, passing=True)
        if rights.inherited and all(r.grant.target != iri.subject for r in decision.reasons):
            # Nothing in it is about `iri` alone.
            if len(rights.decided) >= AGENTS:
                rights.decided.clear()
            rights.decided[agent] = decision
        return decision

    def rights(self, snap: Snapshot, iri: Iri) -> Rights:
        """The nearest ACL is the effective one (https://solidproject.org/TR/wac#effective-acl-resource)."""
        return self._rights(snap.nearest_acl(self.path_of(iri.subject)), iri)

    def _rights(self, found: Row | None, iri: Iri) -> Rights:
        subject = iri.subject
        if found is None:
            return Rights(self.root.acl, subject != self.root, ())
        acl = self.iri_of(found.path)
        read = self._read(acl, found.body.read(found.size))
        return Rights(acl, acl.subject != subject, read.grants, read.decided)

    def _read(self, acl: Iri, body: bytes) -> _Read:
        found = self._kept.find((acl, body))
        if found is None:
            found = _Read(read_acl(self._parse(body, graph.TURTLE, acl), acl))
            self._kept.keep((acl, body), found, 3 * len(body))
        return found

    def _agreed(self, snap: Snapshot, agent: Agent) -> bool:
        record = snap.record("consent", str(agent.webid).rsplit("/", 1)[-1])
        if record is None or record.get("revoked"):
            return False
        expires = record.get("expires")
        return expires is None or datetime.fromisoformat(expires) > datetime.now(UTC)

    def _members(self, snap: Snapshot, group: str) -> frozenset[str]:
        """Members of a group, by its document here or on another server."""
        document = Iri(group.split("#")[0])
        if not document.startswith(self.root):
            return self._remote.members(group)
        row = None if document.is_acl else snap.row(self.path_of(document))
        if row is None or row.type not in graph.RDF_TYPES:
            return frozenset()
        triples = self._parse(row.body.read(row.body.size), row.type, document)
        return frozenset(
            str(o) for o in triples.values(group, VCARD.hasMember) if isinstance(o, Named)
        )

    def require(self, snap: Snapshot, agent: Agent, iri: Iri, *modes: AccessMode) -> Decision:
        """The decision, if it allows all `modes`; an ACL document wants Control instead.

        Raises Unauthenticated for the public, Forbidden for others; the reasons are told to those
        with Control only.
        """
        return self.check(self.decide(snap, agent, iri), agent, iri, *modes)

    def check(self, decision: Decision, agent: Agent, iri: Iri, *modes: AccessMode) -> Decision:
        """`require`, of a decision that was made already."""
        # https://solidproject.org/TR/wac#access-modes: ACL resources are read and written by Control.
        wanted = (CONTROL,) if iri.is_acl else modes
        missing = next((m for m in wanted if not decision.allows(m)), None)
        if missing is None:
            return decision
        self.looks.count(agent, self.path_of(iri), missing, refused=True)
        facts: Json = {"iri": str(iri), "mode": missing.value}
        if CONTROL in decision.modes:
            facts["reasons"] = [f"{r.mode.value} by {r.acl}" for r in decision.reasons]
        kind = Unauthenticated if agent.kind.value == "public" else Forbidden
        raise kind(f"{missing.value.capitalize()} access is not granted", **facts)

    def may_write(
        self, snap: Snapshot, agent: Agent, iri: Iri, row: Row | None, *modes: AccessMode
    ) -> None:
        """Requires `modes` on `iri` and, where `row` says it is new, Append on what will hold it."""
        self.require(snap, agent, iri, *modes)
        if row is not None:
            return
        if iri.is_auxiliary:
            if snap.row(self.path_of(iri.subject)) is None:
                raise Conflict("there is nothing that this could describe", iri=str(iri))
            return
        above = iri.parent
        while snap.row(self.path_of(above)) is None:
            above = above.parent
        self.require(snap, agent, above, APPEND)
        self._no_twin(snap, iri)

    def _no_twin(self, snap: Snapshot, iri: Iri) -> None:
        """`/x` and `/x/` never both exist, so nothing can be made below a document
        (https://solidproject.org/TR/protocol#uri-slash-semantics)."""
        while iri != self.root:
            twin = Iri(iri[:-1] if iri.is_container else iri + "/")
            if snap.row(self.path_of(twin)) is not None:
                raise Conflict(f"{twin} exists", iri=str(twin))
            iri = iri.parent

    def may_delete(self, snap: Snapshot, agent: Agent, iri: Iri) -> None:
        """Write on the resource and on its container; for a container Read too."""
        self.require(snap, agent, iri, *((WRITE, READ) if iri.is_container else (WRITE,)))
        if iri != self.root and not iri.is_auxiliary:
            self.require(snap, agent, iri.parent, WRITE)

    def readable(self, snap: Snapshot, agent: Agent, most: int) -> list[Iri]:
        """Every RDF document that `agent` may read: one decision for each place with rules of its
        own. What lies where nothing may be read is not looked at. Raises LimitHit over `most`."""
        own = snap.acl_subjects()
        found = [
            self.iri_of(row.path)
            for row in (snap.row(path) for path in sorted(own) if not path.endswith("/"))
            if row is not None and row.type in graph.RDF_TYPES and self._reads(snap, agent, row)
        ]
        for place in sorted({"/", *(path for path in own if path.endswith("/"))}):
            if not self.decide(snap, agent, Iri(self.iri_of(place) + INSIDE)).allows(READ):
                continue
            for child in snap.descendants(place):
                if child.type not in graph.RDF_TYPES or child.path.endswith("/"):
                    continue
                if child.path not in own and _ruler(child.path, own) == place:
                    found.append(self.iri_of(child.path))
                if len(found) > most:
                    raise LimitHit(
                        f"over {most} documents are open to you; name those to ask over",
                        limit="documents",
                    )
        return found

    def open_to(self, snap: Snapshot, agent: Agent, graphs: Iterable[str]) -> list[Iri]:
        """Those of `graphs` that are documents here which `agent` may read: the others are as empty
        as ones that do not exist."""
        here = [Iri(g) for g in dict.fromkeys(graphs) if self.holds(Iri(g))]
        return [g for g in here if not g.is_acl and self.decide(snap, agent, g).allows(READ)]

    def _reads(self, snap: Snapshot, agent: Agent, row: Row) -> bool:
        return self.decide(snap, agent, self.iri_of(row.path)).allows(READ)


def _ruler(path: str, own: Collection[str]) -> str:
    """The nearest container above `path` that has rules of its own."""
    while path != "/":
        path = path[: path.rindex("/", 0, -1) + 1]
        if path in own:
            break
    return path
