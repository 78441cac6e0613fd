"""Patches of RDF documents: N3 Patch and a safe part of SPARQL Update.

https://solidproject.org/TR/protocol#n3-patch · https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from pod.errors import BadInput, Conflict, TooLarge, Unprocessable, UnsupportedType
from pod.model import AccessMode
from pod.rdf import edit, graph
from pod.rdf.patterns import (
    VARIABLE_IRI,
    Matcher,
    Pattern,
    Solution,
    Steps,
    Variable,
    instantiate,
    pattern_of,
    variables,
)
from pod.rdf.scan import MAX_DEPTH, TURTLE_TEXT
from pod.rdf.terms import RDF, SOLID
from pod.rdf.update import Block, read_update

SPARQL_UPDATE = "application/sparql-update"
PATCH_TYPES = (graph.N3, SPARQL_UPDATE)
MAX_BYTES = {graph.N3: 1 << 20, SPARQL_UPDATE: 256 << 10}

_N3_TOKEN = re.compile(rf"{TURTLE_TEXT}|<[^>]*+>?|\?(?P<name>\w+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Change:
    """One step: with the solutions of `where`, take `deletes` away and put `inserts` in.

    `exact`: there must be one solution, and each deletion must be there (N3 Patch, DELETE DATA);
    otherwise any number of solutions will do, and what is not there is not missed (SPARQL).
    """

    inserts: tuple[Pattern, ...] = ()
    deletes: tuple[Pattern, ...] = ()
    where: tuple[Pattern, ...] = ()
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Patch:
    """`changes` in their order. `prefixes` are those its author used."""

    changes: tuple[Change, ...]
    prefixes: tuple[tuple[str, str], ...] = ()

    @property
    def modes(self) -> frozenset[AccessMode]:
        """What it takes to apply this patch. One that changes nothing and asks nothing wants Append,
        as anything that may create the document."""
        # "When ?conditions is non-empty, servers MUST treat the request as a Read operation.
        # When ?insertions is non-empty, servers MUST (also) treat the request as an Append
        # operation. When ?deletions is non-empty, servers MUST treat the request as a Read and
        # Write operation." (https://solidproject.org/TR/protocol#n3-patch)
        modes = set()
        for change in self.changes:
            if change.where:
                modes.add(AccessMode.READ)
            if change.inserts:
                modes.add(AccessMode.APPEND)
            if change.deletes:
                modes |= {AccessMode.READ, AccessMode.WRITE}
        return frozenset(modes or {AccessMode.APPEND})

    @property
    def insertions(self) -> tuple[tuple[Pattern, ...], ...] | None:
        """What each change adds, where all that this patch does is to add triples; else None."""
        if any(c.deletes or c.where or variables(c.inserts) for c in self.changes):
            return None
        return tuple(c.inserts for c in self.changes)


def read_patch(data: bytes, media_type: str, base: str, *, max_depth: int = MAX_DEPTH) -> Patch:
    """The patch of a document at `base`.

    Raises UnsupportedType for other types than `PATCH_TYPES`, BadInput for what cannot be parsed,
    Unprocessable for what can but is not a patch that is served, TooLarge over `MAX_BYTES`.
    """
    if media_type not in MAX_BYTES:
        raise UnsupportedType(f"patches are {' or '.join(PATCH_TYPES)}", type=media_type)
    if len(data) > (limit := MAX_BYTES[media_type]):
        raise TooLarge(f"a patch of this type has at most {limit} bytes", limit=limit)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"the patch is not UTF-8: {error}") from None
    if media_type == graph.N3:
        return _read_n3(text, base, max_depth)
    return _read_update(text, base, max_depth)


# -------------------------------------------------------------------- N3 Patch


def _read_n3(text: str, base: str, max_depth: int) -> Patch:
    document = graph.read(
        _N3_TOKEN.sub(_without_variable, text).encode(), graph.N3, base, max_depth=max_depth
    )
    formulae: dict[Any, list[ox.Quad]] = {}
    facts: list[ox.Quad] = []
    for quad in document.quads:
        if isinstance(quad.graph_name, ox.DefaultGraph):
            facts.append(quad)
        else:
            formulae.setdefault(quad.graph_name, []).append(quad)
    parts = _formulae(facts, formulae, _patch_resource(facts))
    _check_blanks(parts, formulae)
    where = _patterns(parts["where"], blanks_vary=True)
    inserts = _patterns(parts["inserts"], blanks_vary=False)
    deletes = _patterns(parts["deletes"], blanks_vary=False)
    # "The ?insertions and ?deletions formulae MUST NOT contain variables that do not occur in
    # the ?conditions formula."
    if unknown := variables(inserts + deletes) - variables(where):
        raise Unprocessable(f"not in where: ?{min(unknown)}", variable=min(unknown))
    return Patch((Change(inserts, deletes, where),), tuple(document.prefixes.items()))


def _without_variable(token: re.Match[str]) -> str:
    """pyoxigraph reads formulae and no variables: they become IRIs."""
    if token["name"]:
        return f"<{VARIABLE_IRI}{token['name']}>"
    # N3 reads these as operators; nothing that a patch may say needs them.
    if token[0].startswith(("<=", "<-")):
        raise Unprocessable(f"{token[0][:2]} has no place in a patch")
    return token[0]


def _patch_resource(facts: Sequence[ox.Quad]) -> Any:
    kinds = [
        quad.subject
        for quad in facts
        if quad.predicate.value == RDF.type
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value == SOLID.InsertDeletePatch
    ]
    # "The patch document MUST contain exactly one patch resource, identified by [...] an rdf:type
    # of solid:InsertDeletePatch."
    if len(set(kinds)) != 1:
        raise Unprocessable("there must be exactly one solid:InsertDeletePatch")
    return kinds[0]


def _formulae(
    facts: Sequence[ox.Quad], formulae: dict[Any, list[ox.Quad]], resource: Any
) -> dict[str, list[ox.Quad]]:
    subjects = {quad.subject for quad in facts}
    parts = {}
    for name in ("deletes", "inserts", "where"):
        found = [
            q.object for q in facts if q.subject == resource and q.predicate.value == SOLID[name]
        ]
        # "The patch resource MUST contain at most one of each: solid:deletes, solid:inserts,
        # solid:where", each of them a formula. An empty one names no triples.
        if len(found) > 1:
            raise Unprocessable(f"more than one solid:{name}")
        if found and (not isinstance(found[0], ox.BlankNode) or found[0] in subjects):
            raise Unprocessable(f"solid:{name} is not a formula")
        parts[name] = formulae.get(found[0], []) if found else []
    return parts


def _check_blanks(parts: dict[str, list[ox.Quad]], formulae: dict[Any, Any]) -> None:
    used = {
        name: {t for q in quads for t in (q.subject, q.object) if isinstance(t, ox.BlankNode)}
        for name, quads in parts.items()
    }
    # "The ?deletions formula MUST NOT contain blank nodes."
    if used["deletes"]:
        raise Unprocessable("solid:deletes has a blank node")
    if used["inserts"] & used["where"]:
        raise Unprocessable("a blank node is shared by two formulae")
    if any(blanks & formulae.keys() for blanks in used.values()):
        raise Unprocessable("a formula within a formula")


def _patterns(quads: Sequence[ox.Quad], *, blanks_vary: bool) -> tuple[Pattern, ...]:
    return tuple(pattern_of(quad, blanks_vary=blanks_vary) for quad in quads)


# -------------------------------------------------------------------- SPARQL Update


def _read_update(text: str, base: str, max_depth: int) -> Patch:
    update = read_update(text)

    def patterns(block: Block, *, blanks_vary: bool = False) -> tuple[Pattern, ...]:
        if block is None:
            return ()
        parsed = graph.read(block.encode(), graph.TURTLE, base, max_depth=max_depth)
        return _patterns(parsed.quads, blanks_vary=blanks_vary)

    changes = []
    for step in update.steps:
        where = patterns(step.where, blanks_vary=True)
        change = Change(
            patterns(step.inserts), patterns(step.deletes), where, exact=step.where is None
        )
        if unknown := variables(change.inserts + change.deletes) - variables(where):
            raise Unprocessable(f"not in where: ?{min(unknown)}", variable=min(unknown))
        if any(isinstance(s, ox.BlankNode) for pattern in change.deletes for s in pattern):
            raise Unprocessable("DELETE has a blank node")
        changes.append(change)
    return Patch(tuple(changes), update.prefixes)


# -------------------------------------------------------------------- applying


def apply(
    patch: Patch,
    body: bytes,
    media_type: str,
    base: str,
    *,
    max_steps: int = 0,
    beside: Iterable[ox.Triple] = (),
) -> bytes:
    """`body`, a document at `base`, as it is after `patch`; the same bytes if nothing changes.

    Turtle and N-Triples keep their text but for the statements that lose a triple; what is new
    stands at the end, with the document's prefixes. JSON-LD is written again.

    `beside` holds too, though it is not written in the document: a patch may match it, and not
    take it away (Conflict).

    Raises Conflict where a `where` has no solution or several, or a deletion is not there (N3
    Patch, DELETE DATA); Unprocessable if matching takes more than `max_steps` (0: the default);
    BadInput if `body` is not of its type.
    """
    before = graph.read(body, media_type, base)
    old = {q.triple: None for q in before.quads if isinstance(q.graph_name, ox.DefaultGraph)}
    fixed = dict.fromkeys(beside)
    new = {**old, **fixed}
    steps = Steps(max_steps) if max_steps else Steps()
    fresh = edit.FreshLabels(body)
    for change in patch.changes:
        _apply(change, new, steps, fresh)
    if fixed.keys() - new.keys():
        raise Conflict("what only the server says is not deleted")
    removed = old.keys() - new.keys()
    added = [triple for triple in new if triple not in old and triple not in fixed]
    if not removed and not added:
        return body
    if media_type == graph.JSON_LD:
        others = [q for q in before.quads if not isinstance(q.graph_name, ox.DefaultGraph)]
        after = [ox.Quad(t.subject, t.predicate, t.object) for t in new]
        return graph.serialize(graph.Graph([*after, *others]), media_type)
    document = edit.Document(body, base, before, fresh, rich=media_type == graph.TURTLE)
    return document.changed(frozenset(removed), added, dict(patch.prefixes))


def _apply(
    change: Change, triples: dict[ox.Triple, None], steps: Steps, fresh: edit.FreshLabels
) -> None:
    solutions = _solutions(change, tuple(triples), steps)
    inserts: list[ox.Triple] = []
    deletes: list[ox.Triple] = []
    for solution in solutions:
        steps.take(len(change.inserts) + len(change.deletes))
        blanks = fresh.for_patterns(change.inserts)
        for patterns, made in ((change.deletes, deletes), (change.inserts, inserts)):
            for pattern in patterns:
                triple = instantiate(pattern, solution, blanks)
                if triple is not None:
                    made.append(triple)
                elif change.exact:
                    raise Conflict("the patch would make a literal the subject of a triple")
    for triple in deletes:
        # "If the set of triples resulting from ?deletions [...] is non-empty and the dataset does
        # not contain all of these triples, the server MUST respond with a 409 status code."
        if triple not in triples and change.exact:
            raise Conflict(f"not in the document: {triple}", triple=str(triple))
    for triple in deletes:
        triples.pop(triple, None)
    triples.update(dict.fromkeys(inserts))


def _solutions(change: Change, triples: Sequence[ox.Triple], steps: Steps) -> list[Solution]:
    if not change.where:
        return [{}]
    found: dict[tuple[Any, ...], Solution] = {}
    named = sorted(v for v in variables(change.where) if not v.startswith("_:"))
    for solution in Matcher(triples, steps).solve(change.where):
        found.setdefault(tuple(solution[Variable(v)] for v in named), solution)
        # "If no such mapping exists, or if multiple mappings exist, the server MUST respond with
        # a 409 status code."
        if change.exact and len(found) > 1:
            raise Conflict("where fits the document in more than one way")
    if change.exact and not found:
        raise Conflict("where does not fit the document")
    return list(found.values())
