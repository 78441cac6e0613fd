"""Web Access Control and the storage's rules read a second time, from the texts alone: who may do what
in a small pod that is a dictionary. Nothing of `pod` is imported, and access rules are read by rdflib.

https://solidproject.org/TR/wac · https://solidproject.org/TR/protocol
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

import rdflib
from rdflib.namespace import FOAF, RDF

ACL = rdflib.Namespace("http://www.w3.org/ns/auth/acl#")
MEMBER = rdflib.URIRef("http://www.w3.org/2006/vcard/ns#hasMember")
MODES = {ACL.Read: "read", ACL.Write: "write", ACL.Append: "append", ACL.Control: "control"}
ALL = frozenset(MODES.values())
CANARY = re.compile(rb"canary-\d+-\d+-")
Names = frozenset[str]


@dataclass(frozen=True)
class Agent:
    """Somebody who asks. `person`: the owner in person, who is never locked out of the rules;
    `ceiling`: the most that an app may do for who signed in to it."""

    name: str
    webid: str | None = None
    client: str | None = None
    issuer: str | None = None
    person: bool = False
    ceiling: Names | None = None


@dataclass(frozen=True)
class Condition:
    """`names`: of the clients (or issuers) that meet it; None: all do."""

    about: str  # "client" | "issuer"
    names: Names | None


@dataclass(frozen=True)
class Authorization:
    access_to: Names
    default: Names
    agents: Names
    classes: Names
    groups: Names
    origins: Names
    modes: Names
    conditions: tuple[Condition, ...]


@dataclass
class Stored:
    """`body` is what was written; for a container nothing is said of it, only of its canaries."""

    kind: str
    body: bytes
    canaries: frozenset[bytes]


@dataclass
class Pod:
    """`stored` by canonical path, auxiliaries included; `rules` by the path that they are about."""

    base: str  # ends with a slash
    stored: dict[str, Stored] = field(default_factory=dict)
    rules: dict[str, tuple[Authorization, ...]] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return self.base + path[1:]

    # ---------------------------------------------------------------- what is there

    def keep(self, path: str, kind: str, body: bytes) -> None:
        """`path` as it now is, and the containers that had to be made for it."""
        kept = b"" if path.endswith("/") else body
        self.stored[path] = Stored(kind, kept, frozenset(CANARY.findall(body)))
        if path.endswith(".acl"):
            self.rules[subject(path)] = read_rules(body, self.url(path))
        elif not path.endswith(".meta"):
            while path != "/":
                path = above(path)
                self.stored.setdefault(path, Stored("text/turtle", b"", frozenset()))

    def drop(self, path: str) -> None:
        for gone in (path,) if auxiliary(path) else (path, path + ".acl", path + ".meta"):
            self.stored.pop(gone, None)
            if gone.endswith(".acl"):
                self.rules.pop(subject(gone), None)

    def members(self, container: str) -> set[str]:
        return {
            path
            for path in self.stored
            if path not in ("/", container) and above(path) == container and not auxiliary(path)
        }

    # ---------------------------------------------------------------- who may

    def modes(self, agent: Agent, path: str, origin: str | None = None) -> set[str]:
        """What `agent` may do to `path`, of an auxiliary: to what it belongs to."""
        place, inherited = subject(path), False
        # "the effective ACL resource": the resource's own, else the nearest container's.
        while place not in self.rules:
            if place == "/":
                return set()
            place, inherited = above(place), True
        found: set[str] = set()
        public: set[str] = set()
        for rule in self.rules[place]:
            if not self.applies(rule, place, inherited=inherited, origin=origin):
                continue
            if self.grants(rule, ANYBODY):
                public |= rule.modes
            if self.grants(rule, agent):
                found |= rule.modes
        found = _implied(found)
        if agent.person:
            found.add("control")
        if agent.ceiling is not None:
            found &= agent.ceiling | public
        return found | _implied(public)

    def applies(
        self, rule: Authorization, place: str, *, inherited: bool, origin: str | None
    ) -> bool:
        # "acl:default [...] denotes the container resource whose Authorization can be applied to a
        # resource lower in the collection hierarchy."
        if self.url(place) not in (rule.default if inherited else rule.access_to):
            return False
        # acl:origin "is taken into account [...] only when the HTTP request includes the Origin".
        return origin is None or not rule.origins or origin in rule.origins

    def grants(self, rule: Authorization, agent: Agent) -> bool:
        told = (
            str(FOAF.Agent) in rule.classes
            or (agent.webid is not None and str(ACL.AuthenticatedAgent) in rule.classes)
            or agent.webid in rule.agents
            or any(agent.webid in self.group(group) for group in rule.groups)
        )
        return told and all(self.meets(condition, agent) for condition in rule.conditions)

    def meets(self, condition: Condition, agent: Agent) -> bool:
        if condition.names is None:
            return True
        return (agent.client if condition.about == "client" else agent.issuer) in condition.names

    def group(self, group: str) -> set[str]:
        """The WebIDs that a document of this pod says are in the group."""
        document = group.partition("#")[0]
        found = self.stored.get("/" + document.removeprefix(self.base))
        if not document.startswith(self.base) or found is None or found.kind != "text/turtle":
            return set()
        return set(read_members(found.body, document, group))

    def allows(
        self, agent: Agent, method: str, path: str, needs: set[str], origin: str | None
    ) -> tuple[bool, bool]:
        """(whether the resource's own rules allow it, whether all that is asked allows it). `needs`
        is what a patch does: of "append", "read", "write"."""

        def has(where: str, *wanted: str) -> bool:
            return set(wanted) <= self.modes(agent, where, origin)

        if method == "OPTIONS":
            return True, True
        if path.endswith(".acl"):  # "acl:Control [...] read and write the ACL"
            allowed = has(path, "control")
            return allowed, allowed
        if method in ("GET", "HEAD"):
            return has(path, "read"), has(path, "read")
        if method == "POST":
            return has(path, "append"), has(path, "append")
        if method == "DELETE":
            own = has(path, "write", *(["read"] if path.endswith("/") else []))
            # "the server MUST match an Authorization allowing the acl:Write access privilege on the
            # resource and the containing container."
            return own, own and (path == "/" or auxiliary(path) or has(above(path), "write"))
        own = has(path, "write") if method == "PUT" else has(path, *needs)
        if path in self.stored or auxiliary(path):
            return own, own
        place = above(path)
        while place not in self.stored:
            place = above(place)
        return own, own and has(place, "append")


ANYBODY = Agent("anybody")


def _implied(modes: set[str]) -> set[str]:
    # "acl:Write [...] includes acl:Append"
    return modes | ({"append"} if "write" in modes else set())


def subject(path: str) -> str:
    return path.removesuffix(".acl").removesuffix(".meta")


def auxiliary(path: str) -> bool:
    return path.endswith((".acl", ".meta"))


def above(path: str) -> str:
    path = subject(path) if auxiliary(path) else path
    return path[: path.rstrip("/").rfind("/") + 1] or "/"


@lru_cache(1000)
def read_members(body: bytes, url: str, group: str) -> Names:
    graph = rdflib.Graph().parse(data=body, format="turtle", publicID=url)
    return frozenset(str(o) for o in graph.objects(rdflib.URIRef(group), MEMBER))


@lru_cache(1000)
def read_rules(body: bytes, url: str) -> tuple[Authorization, ...]:
    graph = rdflib.Graph().parse(data=body, format="turtle", publicID=url)

    def values(node: rdflib.term.Node, predicate: rdflib.URIRef) -> Names:
        found = graph.objects(node, predicate)
        return frozenset(str(o) for o in found if isinstance(o, rdflib.URIRef))

    def condition(node: rdflib.term.Node) -> Condition:
        about = "client" if ACL.ClientCondition in graph.objects(node, RDF.type) else "issuer"
        everybody = FOAF.Agent in graph.objects(node, ACL[about + "Class"])
        return Condition(about, None if everybody else values(node, ACL[about]))

    return tuple(
        Authorization(
            values(node, ACL.accessTo),
            values(node, ACL.default),
            values(node, ACL.agent),
            values(node, ACL.agentClass),
            values(node, ACL.agentGroup),
            frozenset(str(o).rstrip("/") for o in graph.objects(node, ACL.origin)),
            frozenset(MODES[o] for o in graph.objects(node, ACL.mode) if o in MODES),
            tuple(condition(o) for o in graph.objects(node, ACL.condition)),
        )
        for node in graph.subjects(RDF.type, ACL.Authorization)
    )


# -------------------------------------------------------------------- targets

_TURNS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ALWAYS_ENCODED = "!#$&'()*+,/:;=?@[]%"  # RFC 3986, 2.2: where they came encoded, they mean that


def resolve(target: bytes) -> str | None:
    """The canonical path that a request target without its query names; None where two readers could
    read it differently, so that it must be refused."""
    if not target.startswith(b"/") or len(target) > 2048:
        return None
    names = [_name(part) for part in target[1:].split(b"/")]
    if any(name is None for name in names) or len([n for n in names if n]) > 32:
        return None
    whole = [name for name in names if name is not None]
    if "" in whole[:-1]:
        return None
    for place, name in enumerate(whole):
        inner = name if place < len(whole) - 1 else re.sub(r"\.(acl|meta)$", "", name)
        if inner.endswith((".acl", ".meta")):
            return None
    path = "/" + "/".join(whole)
    return path if len(path) <= 2048 else None


def _name(part: bytes) -> str | None:
    """One name in its canonical form. It is read character by character."""
    if re.search(rb"%(?![0-9A-Fa-f]{2})", part):
        return None
    try:
        text = unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        return None
    bad: Callable[[str], bool] = lambda c: c in "/\\" + _TURNS or unicodedata.category(c) == "Cc"  # noqa: E731
    if text in (".", "..") or any(map(bad, text)):
        return None
    made, plain = "", b""
    for token in re.findall(rb"%..|.", part, re.DOTALL):
        kept = len(token) == 3 and chr(int(token[1:], 16)) in _ALWAYS_ENCODED
        if not kept:
            plain += unquote_to_bytes(token)
            continue
        made += _composed(plain) + token.decode().upper()
        plain = b""
    return made + _composed(plain)


def _composed(text: bytes) -> str:
    return quote(unicodedata.normalize("NFC", text.decode()), safe="!$&'()*+,;=:@-._~")
