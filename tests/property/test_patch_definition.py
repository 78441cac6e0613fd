"""Patches in their texts equal their definition on random graphs. The definition is written here, by brute
force over all mappings: https://solidproject.org/TR/protocol#n3-patch and SPARQL 1.1 Update.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.errors import Conflict
from pod.rdf import graph
from pod.rdf.patch import SPARQL_UPDATE, apply, read_patch

BASE = "http://pod.example/doc"
NAMES = [ox.NamedNode(f"{BASE}#{name}") for name in "ab"]
BLANK = [ox.BlankNode("x"), ox.BlankNode("y")]
VALUES = [ox.Literal(1), ox.Literal("1"), ox.Literal("t", language="en")]
VARIABLES = [ox.Variable(name) for name in "uv"]

GRAPHS = st.sets(
    st.builds(
        ox.Triple,
        st.sampled_from(NAMES + BLANK),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES + BLANK + VALUES),
    ),
    max_size=6,
)
Pattern = tuple[Any, Any, Any]
ANY = st.tuples(
    st.sampled_from(NAMES + VARIABLES),
    st.sampled_from(NAMES + VARIABLES[:1]),
    st.sampled_from(NAMES + VALUES + VARIABLES),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[set[ox.Triple], list[Pattern], list[Pattern], list[Pattern]]:
    """(graph, where, deletes, inserts): patterns most often fit something that is there."""
    triples = draw(GRAPHS)

    def patterns(least: int, most: int, hidden: st.SearchStrategy[bool]) -> list[Pattern]:
        found: list[Pattern] = []
        for _ in range(draw(st.integers(least, most))):
            if not triples or draw(st.integers(0, 5)) == 0:
                found.append(draw(ANY))
                continue
            chosen = draw(st.sampled_from(sorted(triples, key=str)))
            terms = [chosen.subject, chosen.predicate, chosen.object]
            for place, variable in ((0, VARIABLES[0]), (2, VARIABLES[1])):
                if isinstance(terms[place], ox.BlankNode) or draw(hidden):
                    terms[place] = variable
            found.append(tuple(terms))
        return found

    often, seldom = st.booleans(), st.sampled_from([False, False, True])
    where = patterns(0, 2, often)
    return (
        triples,
        where,
        known(patterns(0, 2, seldom), where),
        known(patterns(0, 2, seldom), where),
    )


Mapping = dict[ox.Variable, Any]
Case = tuple[set[ox.Triple], list[Pattern], list[Pattern], list[Pattern]]


def mappings(where: list[Pattern], triples: set[ox.Triple]) -> Iterator[Mapping]:
    """Every way to give the variables of `where` terms of the graph so that it is part of it."""
    names = sorted({term for p in where for term in p if isinstance(term, ox.Variable)}, key=str)
    terms = {term for t in triples for term in (t.subject, t.predicate, t.object)}
    for chosen in product(terms, repeat=len(names)):
        mapping = dict(zip(names, chosen, strict=True))
        if all(filled(p, mapping) in triples for p in where):
            yield mapping


def filled(pattern: Pattern, mapping: Mapping) -> ox.Triple | None:
    """The triple that a pattern becomes; None where it can be none (a literal as subject)."""
    subject, predicate, value = (mapping.get(term, term) for term in pattern)
    if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
        return None
    return ox.Triple(subject, predicate, value)


def written(patterns: list[Pattern]) -> str:
    return " ".join(f"{s} {p} {o} ." for s, p, o in patterns)


def known(patterns: list[Pattern], where: list[Pattern]) -> list[Pattern]:
    """Those whose variables `where` has: others are refused (422)."""
    names = {term for p in where for term in p if isinstance(term, ox.Variable)}
    return [p for p in patterns if {t for t in p if isinstance(t, ox.Variable)} <= names]


def same(body: bytes, kind: str, triples: set[ox.Triple]) -> bool:
    """Isomorphic, by the engine's own canonical form."""
    form = {graph.TURTLE: ox.RdfFormat.TURTLE, graph.N_TRIPLES: ox.RdfFormat.N_TRIPLES}
    found = ox.parse(body, format=form.get(kind, ox.RdfFormat.JSON_LD), base_iri=BASE)
    one, other = ox.Dataset(found), ox.Dataset(ox.Quad(*t) for t in triples)
    for dataset in (one, other):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return one == other


def document(triples: set[ox.Triple], kind: str) -> bytes:
    quads = [ox.Quad(*t) for t in sorted(triples, key=str)]
    return graph.serialize(graph.Graph(quads), kind, BASE if kind == graph.TURTLE else None)


seen: Counter[str] = Counter()
KINDS = st.sampled_from(graph.RDF_TYPES)


@given(cases(), KINDS)
@settings(max_examples=max(250, settings.default.max_examples))
def n3_patch_is_its_definition(case: Case, kind: str) -> None:
    triples, where, deletes, inserts = case
    parts = [f"solid:{name} {{ {written(patterns)} }}" for name, patterns in (
        ("where", where), ("deletes", deletes), ("inserts", inserts)) if patterns]  # fmt: skip
    text = "@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch"
    patch = read_patch("; ".join([text, *parts]).encode() + b" .", graph.N3, BASE)
    found = list(mappings(where, triples))
    # "If multiple mappings or no mapping [...] respond with a 409", and "If the set of triples
    # resulting from ?deletions is non-empty and the dataset does not contain all of these triples".
    mapping = found[0] if len(found) == 1 else None
    gone = None if mapping is None else {filled(p, mapping) for p in deletes}
    new = None if mapping is None else {filled(p, mapping) for p in inserts}
    if gone is not None and new is not None and None in new:
        return  # what the text cannot say of this graph
    if gone is None or new is None or not gone <= triples:
        with pytest.raises(Conflict):
            apply(patch, document(triples, kind), kind, BASE)
        seen["no mapping" if not found else "several" if mapping is None else "absent"] += 1
        return
    after = (triples - gone) | new  # type: ignore[operator]
    assert same(apply(patch, document(triples, kind), kind, BASE), kind, after)
    seen["changed" if after != triples else "unchanged"] += 1
    seen["with variables"] += bool(mapping)


@given(cases(), KINDS)
@settings(max_examples=max(250, settings.default.max_examples))
def update_is_its_definition(case: Case, kind: str) -> None:
    """ "deletions are performed before insertions", for every solution."""
    triples, where, deletes, inserts = case
    if not where or not (deletes or inserts):
        return
    parts = [f"{name} {{ {written(patterns)} }}" for name, patterns in (
        ("DELETE", deletes), ("INSERT", inserts)) if patterns]  # fmt: skip
    text = f"{' '.join(parts)} WHERE {{ {written(where)} }}"
    patch = read_patch(text.encode(), SPARQL_UPDATE, BASE)
    found = list(mappings(where, triples))
    # What is no triple is left out of the template's: "If any solution produces an illegal RDF
    # construct [...] then that triple is not included".
    gone = {t for m in found for p in deletes if (t := filled(p, m))}
    new = {t for m in found for p in inserts if (t := filled(p, m))}
    after = (triples - gone) | new
    assert same(apply(patch, document(triples, kind), kind, BASE), kind, after)
    seen["several updated" if len(found) > 1 and after != triples else "updated"] += 1


def test_an_n3_patch_is_its_definition() -> None:
    n3_patch_is_its_definition()
    ways = ("no mapping", "several", "absent", "changed", "unchanged", "with variables")
    assert not [way for way in ways if seen[way] < 3], seen  # the control: each was met


def test_an_update_is_its_definition() -> None:
    update_is_its_definition()
    assert seen["several updated"] >= 3 and seen["updated"] >= 3, seen
