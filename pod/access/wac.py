"""ACL documents: read into grants, written from grants.

https://solidproject.org/TR/wac · a grant is one subject's part of an `acl:Authorization`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pod.errors import BadInput, Unprocessable
from pod.model import AccessMode, Condition, Grant, Iri, Via, Who
from pod.rdf.graph import Graph
from pod.rdf.terms import ACL, FOAF, RDF, Blank, Named, Term
from pod.rdf.turtle import relative

MODES = {
    ACL.Read: AccessMode.READ,
    ACL.Write: AccessMode.WRITE,
    ACL.Append: AccessMode.APPEND,
    ACL.Control: AccessMode.CONTROL,
}
_MODE_NAMES = {mode: iri.removeprefix(str(ACL)) for iri, mode in MODES.items()}
_CLASSES = {FOAF.Agent: Who.EVERYONE, ACL.AuthenticatedAgent: Who.AUTHENTICATED}
# What an Authorization may say in the ACL vocabulary. A rule that is not understood could be one
# that narrows, so it is refused, not ignored; the last three grant nothing and narrow nothing.
_KNOWN = {
    *(ACL[p] for p in ("agent", "agentClass", "agentGroup", "origin")),
    *(ACL[p] for p in ("accessTo", "default", "mode", "condition")),
    *(ACL[p] for p in ("defaultForNew", "accessToClass", "owner")),
}

# "Servers that support specific condition types [...] advertise them via Link headers on the
# effective ACL resource." (https://github.com/solid/web-access-control-spec/pull/134)
CONDITIONS = {ACL.ClientCondition: Via.CLIENT, ACL.IssuerCondition: Via.ISSUER}

Said = dict[str, list[Term]]  # what an Authorization says, by predicate


def read_acl(graph: Graph, acl: Iri) -> tuple[Grant, ...]:
    """The grants of the ACL document `acl`, in a stable order, each once.

    Raises Unprocessable for conditions, modes, agent classes and properties that this server does
    not implement: to store them and pass them over would give more than was meant.
    """
    grants: set[Grant] = set()
    for subject, _, _ in graph.match(None, RDF.type, ACL.Authorization):
        grants.update(_authorization(graph, subject, acl))
    return tuple(sorted(grants, key=_order))


def _authorization(graph: Graph, subject: Term, acl: Iri) -> Iterable[Grant]:
    # "An applicable Authorization has [...] at least one acl:accessTo or acl:default property
    # value, at least one acl:mode property value, at least one acl:agent, acl:agentGroup,
    # acl:agentClass or acl:origin property value."
    # (https://solidproject.org/TR/wac#authorization-conformance)
    said: Said = {}
    for _, predicate, value in graph.match(subject):
        said.setdefault(predicate, []).append(value)
        if predicate.startswith(str(ACL)) and predicate not in _KNOWN:
            raise Unprocessable(
                f"{acl}: acl:{predicate.removeprefix(str(ACL))} is not implemented, and leaving it "
                "out would give more access than it says",
                property=str(predicate),
            )
    modes = frozenset(_mode(iri, acl) for iri in _iris(said, ACL.mode))
    origins = frozenset(str(o).rstrip("/") for o in said.get(ACL.origin, ()))
    targets = [
        (Iri(target), inherit)
        for predicate, inherit in ((ACL.accessTo, False), (ACL.default, True))
        for target in _iris(said, predicate)
    ]
    subjects = list(_subjects(said, acl))
    conditions = frozenset(_condition(graph, node, acl) for node in said.get(ACL.condition, ()))
    if not modes:
        return
    for target, inherit in targets:
        for who, iri in subjects:
            yield Grant(who, iri, target, inherit, modes, origins, conditions)
        if not subjects:
            for origin in origins:
                yield Grant(Who.ORIGIN, origin, target, inherit, modes, conditions=conditions)


def _condition(graph: Graph, node: Term, acl: Iri) -> Condition:
    """The condition that `node` describes in this document; exactly one type that is known."""
    types = [str(o) for o in graph.values(node, RDF.type)]
    if not isinstance(node, Named | Blank) or len(types) != 1 or types[0] not in CONDITIONS:
        raise Unprocessable(
            f"{acl}: a condition is an acl:ClientCondition or an acl:IssuerCondition",
            kinds=types,
        )
    via = CONDITIONS[types[0]]
    known = {suffix: ACL[via.value + suffix] for suffix in ("", "Group", "Class")}
    for _, predicate, _ in graph.match(node):
        if predicate not in (RDF.type, *known.values()):
            raise Unprocessable(f"{acl}: <{predicate}> in a condition is not implemented")
    said = {suffix: graph.values(node, predicate) for suffix, predicate in known.items()}
    if any(not isinstance(o, Named) for values in said.values() for o in values):
        raise Unprocessable(f"{acl}: only IRIs name clients and issuers")
    if unknown := {str(o) for o in said["Class"]} - {FOAF.Agent}:
        raise Unprocessable(f"{acl}: <{unknown.pop()}> is not a class that is implemented")
    iris, groups = (frozenset(map(str, said[suffix])) for suffix in ("", "Group"))
    return Condition(via, iris, groups, anyone=bool(said["Class"]))


def _iris(said: Said, predicate: str) -> list[str]:
    """Only IRIs name agents, groups and resources: a literal or a blank node grants nothing."""
    return [str(o) for o in said.get(predicate, ()) if isinstance(o, Named)]


def _mode(iri: str, acl: Iri) -> AccessMode:
    if iri not in MODES:
        raise Unprocessable(f"{acl}: <{iri}> is not an access mode that is implemented", mode=iri)
    return MODES[iri]


def _subjects(said: Said, acl: Iri) -> Iterable[tuple[Who, str | None]]:
    for iri in _iris(said, ACL.agent):
        yield Who.AGENT, iri
    for iri in _iris(said, ACL.agentGroup):
        yield Who.GROUP, iri
    for iri in _iris(said, ACL.agentClass):
        if iri not in _CLASSES:
            raise Unprocessable(
                f"{acl}: <{iri}> is not an agent class that is implemented", kind=iri
            )
        yield _CLASSES[iri], None


def _order(grant: Grant) -> tuple[object, ...]:
    whom = (list(Who).index(grant.who), grant.iri or "")
    modes = sorted(mode.value for mode in grant.modes)
    narrowed = (sorted(grant.origins), sorted(map(_condition_order, grant.conditions)))
    return (*whom, modes, *narrowed, grant.target, grant.inherit)


def _condition_order(condition: Condition) -> tuple[object, ...]:
    named = (sorted(condition.iris), sorted(condition.groups))
    return (condition.via.value, *named, condition.anyone)


# -------------------------------------------------------------------- writing

_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_HEAD = """@prefix acl: <http://www.w3.org/ns/auth/acl#>.
@prefix foaf: <http://xmlns.com/foaf/0.1/>.
"""


def write_acl(grants: Iterable[Grant], acl: Iri, root: str) -> bytes:
    """The ACL document `acl` that gives `grants`, as Turtle: same grants, same bytes.

    IRIs below `root` are relative, so that the storage can move. A grant without modes says
    nothing and is left out; `read_acl` gives the others back.
    """
    rules: dict[tuple[object, ...], list[Grant]] = {}
    for grant in sorted({g for g in grants if g.modes}, key=_order):
        narrowed = (grant.origins, grant.conditions)
        rules.setdefault((grant.who, grant.iri, grant.modes, *narrowed), []).append(grant)
    blocks = [_rule(number, rule, acl, root) for number, rule in enumerate(rules.values(), 1)]
    return (_HEAD + "".join(blocks)).encode()


def _rule(number: int, rule: list[Grant], acl: Iri, root: str) -> str:
    def ref(iri: str) -> str:
        return _bracketed(relative(iri, acl, root))

    first = rule[0]
    lines = [f"<#rule{number}> a acl:Authorization", _whom(first, ref)]
    lines += [f"acl:origin {_bracketed(origin)}" for origin in sorted(first.origins)]
    for condition in sorted(first.conditions, key=_condition_order):
        lines.append(f"acl:condition {_condition_text(condition, ref)}")
    for grant in rule:
        lines.append(f"acl:{'default' if grant.inherit else 'accessTo'} {ref(grant.target)}")
    modes = ", ".join(f"acl:{_MODE_NAMES[m]}" for m in AccessMode if m in first.modes)
    lines.append(f"acl:mode {modes}")
    return "\n" + ";\n    ".join(lines) + ".\n"


def _condition_text(condition: Condition, ref: Callable[[str], str]) -> str:
    name = condition.via.value
    parts = [f"a acl:{name.capitalize()}Condition"]
    parts += [f"acl:{name} {_bracketed(iri)}" for iri in sorted(condition.iris)]
    parts += [f"acl:{name}Group {ref(group)}" for group in sorted(condition.groups)]
    parts += [f"acl:{name}Class foaf:Agent"] * condition.anyone
    return f"[ {'; '.join(parts)} ]"


def _whom(grant: Grant, ref: Callable[[str], str]) -> str:
    if grant.who is Who.EVERYONE:
        return "acl:agentClass foaf:Agent"
    if grant.who is Who.AUTHENTICATED:
        return "acl:agentClass acl:AuthenticatedAgent"
    if grant.who is Who.ORIGIN:
        return f"acl:origin {_bracketed(grant.iri or '')}"
    return f"acl:{grant.who.value} {ref(grant.iri or '')}"


def _bracketed(iri: str) -> str:
    if _NOT_IN_IRI.search(iri):
        raise BadInput(f"{iri!r} is not an IRI")
    return f"<{iri}>"
