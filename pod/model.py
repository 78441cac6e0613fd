"""Every noun on one page. Values only: nothing here reads, writes or decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

from pod.errors import TooLarge

Json = dict[str, Any]


class Iri(str):
    """An absolute, normalised http(s) IRI of a resource. Containers end in a slash.

    Slash semantics: https://solidproject.org/TR/protocol#uri-slash-semantics
    """

    __slots__ = ()

    @property
    def is_container(self) -> bool:
        return self.endswith("/")

    @property
    def parent(self) -> Iri:
        """The container that holds this resource. A storage's root has none."""
        return Iri(self[: self.rstrip("/").rfind("/") + 1])

    @property
    def is_acl(self) -> bool:
        return self.endswith(".acl")

    @property
    def is_meta(self) -> bool:
        return self.endswith(".meta")

    @property
    def is_auxiliary(self) -> bool:
        return self.is_acl or self.is_meta

    @property
    def subject(self) -> Iri:
        """What an auxiliary describes; itself for anything else."""
        for suffix in (".acl", ".meta"):
            if self.endswith(suffix):
                return Iri(self[: -len(suffix)])
        return self

    @property
    def acl(self) -> Iri:
        return Iri(self + ".acl")

    @property
    def meta(self) -> Iri:
        return Iri(self + ".meta")

    @property
    def name(self) -> str:
        """The last path segment, without the slash of a container."""
        return self.rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Resource:
    """What is known of a stored resource without its body.

    `version` is the log position of its last write.
    """

    iri: Iri
    type: str
    version: int
    modified: datetime
    size: int


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Body:
    """Bytes at rest: small ones in memory, large ones in a file that is streamed."""

    size: int
    data: bytes | None = None
    path: Path | None = None

    @classmethod
    def of(cls, data: bytes) -> Body:
        return cls(len(data), data)

    def chunks(
        self, start: int = 0, length: int | None = None, step: int = 1 << 16
    ) -> Iterator[bytes]:
        """The bytes from `start`, `length` of them (default: to the end), in pieces of `step`."""
        left = self.size - start if length is None else length
        if self.data is not None:
            yield self.data[start : start + left]
            return
        assert self.path is not None  # noqa: S101  (a Body has one of the two)
        with self.path.open("rb") as file:
            file.seek(start)
            while left > 0 and (piece := file.read(min(step, left))):
                left -= len(piece)
                yield piece

    def read(self, limit: int) -> bytes:
        """The whole body. Raises TooLarge over `limit` bytes."""
        if self.size > limit:
            raise TooLarge(f"{self.size} bytes, at most {limit} are read at once", limit=limit)
        return b"".join(self.chunks())


@dataclass(frozen=True, slots=True)
class Representation:
    """A resource as it is sent: `type` may differ from the stored one.

    `etag` is strong, quotes included. `decision` is why it may be sent.
    """

    resource: Resource
    type: str
    etag: str
    body: Body
    decision: Decision


class AgentKind(Enum):
    OWNER = "owner"
    PERSON = "person"
    PROGRAM = "program"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who asks. `client` is the app through which a person asks; a program is its own agent.

    `issuer` vouched for the person; `origin` is the site whose script asks, as its browser says.
    `ceiling` is the most that the person agreed to let the app do, whatever the rules allow the
    person; None: the person itself, or an app that somebody else's issuer answers for.
    """

    kind: AgentKind
    webid: str | None = None
    client: str | None = None
    issuer: str | None = None
    origin: str | None = None
    ceiling: frozenset[AccessMode] | None = None


PUBLIC = Agent(AgentKind.PUBLIC)


class AccessMode(StrEnum):
    READ = "read"
    WRITE = "write"
    APPEND = "append"
    CONTROL = "control"


class Who(StrEnum):
    """Kinds of subject of a grant. https://solidproject.org/TR/wac#access-subjects"""

    AGENT = "agent"
    GROUP = "agentGroup"
    AUTHENTICATED = "authenticated"
    EVERYONE = "everyone"
    ORIGIN = "origin"


class Via(StrEnum):
    """What a condition looks at: the app that asks, or who vouched for its person."""

    CLIENT = "client"
    ISSUER = "issuer"


@dataclass(frozen=True, slots=True)
class Condition:
    """An `acl:condition`: the client (or issuer) is one of `iris`, or in one of `groups`; `anyone`
    lets all through."""

    via: Via
    iris: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    anyone: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """One subject's part of an `acl:Authorization`: `who` (and `iri`) may `modes` on `target`.

    `inherit` is true for `acl:default` (what lies below a container), false for `acl:accessTo`.
    `origins`, where there are any, narrow the grant for browsers (`acl:origin`); `conditions` narrow
    it for everyone: all of them must hold.
    """

    who: Who
    iri: str | None
    target: Iri
    inherit: bool
    modes: frozenset[AccessMode]
    origins: frozenset[str] = frozenset()
    conditions: frozenset[Condition] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision fell as it did: which grant of which ACL document."""

    mode: AccessMode
    acl: Iri
    grant: Grant


@dataclass(frozen=True, slots=True)
class Decision:
    """What an agent may do to a resource, what everyone may, and why.

    Feeds WAC-Allow, the bodies of 403 answers and the pages.
    """

    modes: frozenset[AccessMode]
    public: frozenset[AccessMode]
    acl: Iri | None
    reasons: tuple[Reason, ...] = ()
    passing: bool = False  # it may change though no access rules do: no cache keeps it

    def allows(self, *modes: AccessMode) -> bool:
        """Write implies Append (https://solidproject.org/TR/wac#access-modes)."""
        return all(
            m in self.modes or (m is AccessMode.APPEND and AccessMode.WRITE in self.modes)
            for m in modes
        )


class Verb(StrEnum):
    """Verbs of the log: ActivityStreams' (https://www.w3.org/TR/activitystreams-vocabulary/) and
    the pod's own."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"
    ADD = "Add"
    REMOVE = "Remove"
    MOVE = "Move"
    ANNOUNCE = "Announce"
    ACCEPT = "Accept"
    REJECT = "Reject"
    UNDO = "Undo"
    IMPORT = "Import"
    RUN = "Run"
    REFUSE = "Refuse"
    SIGN_IN = "SignIn"
    EXPORT = "Export"


@dataclass(frozen=True, slots=True)
class Activity:
    """One row of the log. `seq` and `at` are set by the store.

    `summary` holds the facts that the pages put into a sentence: plain JSON, never a secret, never
    a body.
    """

    verb: Verb
    agent: Agent
    object: Iri | None = None
    instrument: str | None = None  # the program that did it for the agent
    summary: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Reads or refusals of one agent on one resource within one hour (UTC), counted."""

    hour: datetime
    agent: Agent
    object: Iri
    mode: AccessMode
    refused: bool
    count: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A record that only narrows what the ACL grants to a program. Dates: inclusive local days."""

    id: str
    program: str
    digest: str
    purpose: str
    needs: tuple[Json, ...]  # the manifest's queries as they were shown and accepted
    since: date | None
    until: date | None
    accepted: datetime
    expires: datetime | None = None
    revoked: datetime | None = None


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program. `audit`: queries, bytes, hashes, limits and layers of the sandbox."""

    id: str
    program: str
    state: RunState
    started: datetime
    ended: datetime | None = None
    trigger: str = "owner"
    audit: Json = field(default_factory=dict)
    error: Json | None = None
