"""What is written is what is read, by this parser and by another."""

from __future__ import annotations

import json
import logging

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from rdflib.compare import isomorphic as rdflib_isomorphic
from rdflib.namespace import RDF

from pod.errors import BadInput, NotAcceptable, TooLarge, UnsupportedType
from pod.rdf import graph, jsonld
from pod.rdf.terms import XSD, Blank, Literal, Named
from pod.rdf.turtle import relative
from tests.property.strategies import BASE, GRAPHS, IRIS, quads

PREFIXES = {"schema": "https://schema.org/", "": BASE + "#", "xsd": str(XSD)}


@given(GRAPHS)
def test_every_type_round_trips(triples: list[ox.Triple]) -> None:
    made = graph.Graph(quads(triples))
    for kind in graph.RDF_TYPES:
        for base, prefixes in ((None, {}), (BASE, {}), (BASE, PREFIXES)):
            text = graph.serialize(made, kind, base, prefixes)
            assert graph.isomorphic(graph.parse(text, kind, BASE), graph.Graph(set(made.quads)))


logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # a trace for each "x"^^xsd:decimal
FORMATS = {graph.TURTLE: "turtle", graph.N_TRIPLES: "nt", graph.JSON_LD: "json-ld"}


def by_rdflib(text: bytes | str, kind: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format=FORMATS[kind], publicID=BASE)


def lines(made: graph.Graph) -> bytes:
    return graph.serialize(made, graph.N_TRIPLES)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph", "ignore:Serializing weird numerical")
@given(GRAPHS)
def test_what_is_written_rdflib_reads_the_same(triples: list[ox.Triple]) -> None:
    """N-Triples, which leave nothing to interpret, stand for the graph."""
    made = graph.Graph(quads(triples))
    wanted = by_rdflib(lines(made), graph.N_TRIPLES)
    for kind in graph.RDF_TYPES:
        for base, prefixes in ((None, {}), (BASE, PREFIXES)):
            text = graph.serialize(made, kind, base, prefixes)
            assert rdflib_isomorphic(by_rdflib(text, kind), wanted), (kind, text)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph", "ignore:Serializing weird numerical")
@given(GRAPHS)
def test_what_rdflib_writes_is_read_the_same(triples: list[ox.Triple]) -> None:
    source = by_rdflib(lines(graph.Graph(quads(triples))), graph.N_TRIPLES)
    for kind, name in FORMATS.items():
        if kind == graph.JSON_LD and not _is_json_ld(source):
            continue
        text = source.serialize(format=name, base=BASE if kind == graph.TURTLE else None)
        read = graph.parse(text.encode(), kind, BASE)
        found = by_rdflib(lines(read), graph.N_TRIPLES)
        assert rdflib_isomorphic(found, by_rdflib(text, kind)), (kind, text)


def _is_json_ld(source: rdflib.Graph) -> bool:
    """rdflib writes a literal, or a blank node's whole object, as `@type`, which is none, and
    integers as JSON's numbers, which are exact up to 2^53 alone."""
    found = [(p, o) for _, p, o in source if not isinstance(o, rdflib.URIRef)]
    return not any(
        p == RDF.type
        or (isinstance(o, rdflib.Literal) and isinstance(o.value, int) and abs(o.value) >= 1 << 53)
        for p, o in found
    )


@given(GRAPHS)
def test_conversion_is_stable_and_loses_nothing(triples: list[ox.Triple]) -> None:
    source = graph.serialize(graph.Graph(quads(triples)), graph.TURTLE, BASE)
    for kind in graph.RDF_TYPES:
        made = graph.convert(source, graph.TURTLE, kind, BASE)
        assert made == graph.convert(source, graph.TURTLE, kind, BASE)
        assert graph.isomorphic(
            graph.parse(made, kind, BASE), graph.parse(source, graph.TURTLE, BASE)
        )


def test_conversion_names_anonymous_nodes_the_same_each_time() -> None:
    source = b"<> <#p> [ <#q> ( 1 2 ) ], [ <#q> [] ]."
    made = {graph.convert(source, graph.TURTLE, graph.JSON_LD, BASE) for _ in range(5)}
    assert len(made) == 1


@given(IRIS)
def test_relative_iris_come_back(iri: ox.NamedNode) -> None:
    for base in (BASE, "http://pod.example/alice/", "http://pod.example/alice/deep/er/x.acl"):
        for root in (None, "http://pod.example/", "http://pod.example/alice/"):
            text = f"<{relative(iri.value, base, root)}> <urn:p> 1 ."
            assert next(iter(graph.parse(text.encode(), graph.TURTLE, base))).subject == iri


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (BASE, ""),
        (BASE + "#me", "#me"),
        ("http://pod.example/alice/", "./"),
        ("http://pod.example/alice/a:b", "./a:b"),
        ("http://pod.example/bob/card#me", "../bob/card#me"),
        ("https://schema.org/name", "https://schema.org/name"),
    ],
)
def test_relative(iri: str, written: str) -> None:
    assert relative(iri, BASE, "http://pod.example/") == written


def test_a_storage_that_moves_takes_its_documents_along() -> None:
    made = graph.parse(b"<#me> <p> </alice/other>.", graph.TURTLE, BASE)
    text = graph.serialize(made, graph.TURTLE, BASE)
    moved = graph.parse(text, graph.TURTLE, "https://new.example/doc")
    assert [str(t) for t in moved.match()[0]] == [
        "https://new.example/doc#me",
        "https://new.example/p",
        "https://new.example/other",
    ]


def test_terms_know_their_kind() -> None:
    made = graph.parse(b'<> <#p> <http://x/>, "http://x/", 5, _:x, "e"@en.', graph.TURTLE, BASE)
    assert [type(t) for t in made.values(BASE, BASE + "#p")] == [
        Named,
        Literal,
        Literal,
        Blank,
        Literal,
    ]
    assert made.match(None, None, "http://x/") == [(BASE, BASE + "#p", "http://x/")]
    assert made.match(None, None, Literal("5", XSD.integer))[0][2].value == 5
    assert made.match(None, None, Literal("5")) == []
    assert made.value(BASE, "urn:none") is None


def test_labels_of_two_documents_never_meet() -> None:
    one, two = (graph.parse(b"_:a <#p> 1.", graph.TURTLE, BASE) for _ in range(2))
    assert one.quads[0].subject != two.quads[0].subject


def test_errors_name_the_line() -> None:
    with pytest.raises(BadInput) as caught:
        graph.parse(b"<a> <b> <c>.\n<a> <b> oops .", graph.TURTLE, BASE)
    assert caught.value.facts["line"] == 2
    for bad in (b'<a> <b> "\xff".', b"{", b'<a> <b> "x'):
        with pytest.raises(BadInput):
            graph.parse(bad, graph.TURTLE, BASE)
    with pytest.raises(TooLarge):
        graph.parse(b"#" * 11, graph.TURTLE, BASE, max_bytes=10)
    with pytest.raises(UnsupportedType):
        graph.parse(b"", "text/html", BASE)
    with pytest.raises(NotAcceptable):
        graph.serialize(graph.Graph(()), "text/html")


def test_named_graphs_live_in_json_ld() -> None:
    data = b'{"@id":"#g","@graph":[{"@id":"#s","urn:p":1}],"urn:q":2}'
    made = graph.parse(data, graph.JSON_LD, BASE)
    assert len(made) == 2
    assert graph.isomorphic(
        graph.parse(graph.serialize(made, graph.JSON_LD), graph.JSON_LD, BASE), made
    )
    assert len(made.match()) == 1
    assert b"urn:p" not in graph.serialize(made, graph.TURTLE)


def test_contexts_are_inline_or_known() -> None:
    known = "https://ns.example/context"
    jsonld.register(known, {"@context": {"name": "https://schema.org/name"}})
    doc = {"@context": [known, {"n": "urn:n"}], "@id": "#x", "name": "A", "n": 1}
    made = graph.parse(json.dumps(doc).encode(), graph.JSON_LD, BASE)
    assert made.value(BASE + "#x", "https://schema.org/name") == "A"
    assert len(made) == 2
