"""A patch equals its definition on sets, and the text around it stays."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.errors import BadInput, Conflict, TooLarge, Unprocessable, UnsupportedType
from pod.model import AccessMode
from pod.rdf import graph
from pod.rdf.edit import split
from pod.rdf.patch import SPARQL_UPDATE, Change, Patch, apply, read_patch
from tests.property.strategies import BASE, GRAPHS, GROUND, GROUND_GRAPHS, quads

NS = """@prefix solid: <http://www.w3.org/ns/solid/terms#>.
@prefix foaf: <http://xmlns.com/foaf/0.1/>.
@prefix ex: <http://ex.example/>.
"""
CARD = """# my card
@prefix foaf: <http://xmlns.com/foaf/0.1/>.
@prefix : <#>.

# me
:me a foaf:Person; # a comment
   foaf:name "Ann."; foaf:age 41.5 ;
   foaf:knows [ foaf:name "Bob" ], _:x .
# the other
_:x foaf:name "X.". # tail
<http://pod.example/alice/other> foaf:name "O"@en.
"""


def n3(parts: str, doc: str = CARD, kind: str = graph.TURTLE) -> str:
    patch = read_patch(f"{NS}<> a solid:InsertDeletePatch; {parts}.".encode(), graph.N3, BASE)
    return apply(patch, doc.encode(), kind, BASE).decode()


def update(text: str, doc: str = CARD, kind: str = graph.TURTLE) -> str:
    return apply(read_patch(text.encode(), SPARQL_UPDATE, BASE), doc.encode(), kind, BASE).decode()


def same(text: str, expected: str) -> bool:
    return graph.isomorphic(
        graph.parse(text.encode(), graph.TURTLE, BASE),
        graph.parse(expected.encode(), graph.TURTLE, BASE),
    )


def as_patterns(triples: list[ox.Triple]) -> tuple[tuple[object, object, object], ...]:
    return tuple((t.subject, t.predicate, t.object) for t in triples)


@given(GROUND_GRAPHS, st.data(), st.lists(GROUND, max_size=4), st.sampled_from(graph.RDF_TYPES))
def test_a_patch_is_its_definition_on_sets(
    triples: list[ox.Triple], data: st.DataObject, inserts: list[ox.Triple], kind: str
) -> None:
    deletes = data.draw(st.lists(st.sampled_from(triples), max_size=4)) if triples else []
    prefixes = {"schema": "https://schema.org/"} if kind == graph.TURTLE else {}
    base = BASE if kind == graph.TURTLE else None
    body = graph.serialize(graph.Graph(quads(triples)), kind, base, prefixes)
    patch = Patch((Change(as_patterns(inserts), as_patterns(deletes)),))
    after = graph.parse(apply(patch, body, kind, BASE), kind, BASE)
    assert {q.triple for q in after} == (set(triples) - set(deletes)) | set(inserts)


@given(GRAPHS, st.data())
def test_deleting_leaves_blank_nodes_as_they_were(
    triples: list[ox.Triple], data: st.DataObject
) -> None:
    ground = [
        t
        for t in triples
        if not isinstance(t.subject, ox.BlankNode | type(None))
        and not isinstance(t.object, ox.BlankNode)
    ]
    if not ground:
        return
    gone = data.draw(st.sampled_from(ground))
    body = graph.serialize(graph.Graph(quads(triples)), graph.TURTLE, BASE)
    patch = Patch((Change((), as_patterns([gone])),))
    after = graph.parse(apply(patch, body, graph.TURTLE, BASE), graph.TURTLE, BASE)
    left = graph.Graph(quads([t for t in dict.fromkeys(triples) if t != gone]))
    assert graph.isomorphic(after, left)


@given(GROUND_GRAPHS, GROUND)
def test_a_deletion_that_is_not_there_conflicts(triples: list[ox.Triple], gone: ox.Triple) -> None:
    body = graph.serialize(graph.Graph(quads(triples)), graph.TURTLE, BASE)
    patch = Patch((Change((), as_patterns([gone])),))
    if gone in triples:
        apply(patch, body, graph.TURTLE, BASE)
    else:
        with pytest.raises(Conflict):
            apply(patch, body, graph.TURTLE, BASE)


@given(GRAPHS)
def test_statements_can_be_told_apart(triples: list[ox.Triple]) -> None:
    prefixes = {"schema": "https://schema.org/"}
    text = graph.serialize(graph.Graph(quads(triples)), graph.TURTLE, BASE, prefixes).decode()
    pieces = split(text)
    assert "".join(pieces) == text
    head = pieces[0]
    parsed = [graph.parse((head + p).encode(), graph.TURTLE, BASE) for p in pieces[1:-1]]
    assert all(len({q.subject for q in quads_}) <= 1 for quads_ in parsed)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<a> <b> 1.5. <a> <b> 1.<c> <d> .5 .", 3),
        ("@prefix e: <#>. e:a.b e:c e:d.e . e:x e:y e:z.", 3),
        ('PREFIX e: <#>\nBASE <http://b/>\ne:a e:b "x. y" . # z. w\n<c> e:b """a. b"". """.', 4),
        ("<a> <b> [ <c> ( 1. 2.0 ) ]. <d.e> <f> 'g.'@en-x.", 2),
        ("@prefix e: <#>. e:a\\.b e:c\\#d 1. e:d e:e e:f.", 3),
        ("<a> <b> <<( <c> <d> 1.5 )>>. <a> <b> <c>.", 2),
    ],
)
def test_dots_that_end_and_dots_that_do_not(text: str, count: int) -> None:
    assert len(split(text)) == count + 1


def test_an_insertion_is_appended() -> None:
    after = n3('solid:inserts { <#me> foaf:nick "A"; ex:p [ ex:q 1 ]. <> ex:x <other> }')
    assert after.startswith(CARD)
    assert after[len(CARD) :] == (
        "@prefix ex: <http://ex.example/>.\n"
        ':me foaf:nick "A".\n_:b0 ex:q 1.\n:me ex:p _:b0.\n<> ex:x <other>.\n'
    )


def test_nothing_new_changes_nothing() -> None:
    assert n3('solid:inserts { <#me> foaf:name "Ann." }') == CARD
    assert n3("solid:inserts {}") == CARD
    assert n3("") == CARD


def test_a_new_document_gets_the_prefixes_of_its_patch() -> None:
    after = n3('solid:inserts { <#me> foaf:name "A" }', "")
    assert after == '@prefix foaf: <http://xmlns.com/foaf/0.1/>.\n<#me> foaf:name "A".\n'


def test_a_deletion_rewrites_its_statement_alone() -> None:
    after = n3('solid:deletes { <#me> foaf:name "Ann." }; solid:inserts { <#me> foaf:name "Eve" }')
    head, tail = CARD.split(":me a", 1)[0], CARD.split("# the other", 1)[1]
    assert after.startswith(head)
    assert "# the other" + tail in after
    assert same(after, CARD.replace('"Ann."', '"Eve"'))


def test_a_statement_that_is_gone_leaves_its_comments() -> None:
    where = 'solid:where { ?x foaf:name "X." }; solid:deletes { ?x foaf:name "X." }'
    after = n3(where)
    assert "# the other" in after and "# tail" in after and "foaf:age 41.5 ;" in after
    assert same(after, CARD.replace('_:x foaf:name "X.".', ""))


def test_nodes_without_a_label_can_be_changed() -> None:
    where = 'solid:where { ?x foaf:name "Bob" }; '
    after = n3(where + 'solid:deletes { ?x foaf:name "Bob" }; solid:inserts { ?x foaf:nick "B" }')
    assert same(after, CARD.replace('[ foaf:name "Bob" ]', '[ foaf:nick "B" ]'))
    after = n3(where + 'solid:inserts { ?x foaf:nick "B" }')
    assert same(after, CARD.replace('"Bob"', '"Bob"; foaf:nick "B"'))
    assert "@prefix : <#>." in after


def test_new_blank_nodes_stay_apart_from_old_ones() -> None:
    after = n3("solid:inserts { _:x ex:p _:b0 }", "_:x <#p> _:b0 . # _:b3\n")
    assert same(after, "_:x <#p> _:b0 . _:y <http://ex.example/p> _:z .")


def test_a_document_with_a_base_of_its_own() -> None:
    doc = "@base <http://else.example/>.\n<a> <b> <c>, <d>.\n"
    after = n3(
        "solid:deletes { <http://else.example/a> <http://else.example/b> "
        "<http://else.example/c> }; solid:inserts { <#me> ex:p <#me> }",
        doc,
    )
    assert after.startswith("@base <http://else.example/>.\n")
    assert same(
        after,
        f"<http://else.example/a> <http://else.example/b> <http://else.example/d>."
        f"<{BASE}#me> <http://ex.example/p> <{BASE}#me>.",
    )


def test_n_triples_stay_n_triples() -> None:
    doc = '# lines\n<http://x/a> <http://x/b> <http://x/c> .\n<http://x/d> <http://x/e> "1" .\n'
    after = n3(
        "solid:deletes { <http://x/d> <http://x/e> '1' }; solid:inserts { <http://x/a> a 5 }",
        doc,
        graph.N_TRIPLES,
    )
    assert after.startswith("# lines\n<http://x/a> <http://x/b> <http://x/c> .\n")
    assert len(graph.parse(after.encode(), graph.N_TRIPLES, BASE)) == 2


def test_json_ld_keeps_its_named_graphs() -> None:
    doc = '{"@id":"#g","@graph":[{"@id":"#s","urn:p":1}],"urn:q":2}'
    after = update(
        "DELETE DATA { <#g> <urn:q> 2 }; INSERT DATA { <#g> <urn:q> 3 }", doc, graph.JSON_LD
    )
    expected = graph.parse(doc.replace("2", "3").encode(), graph.JSON_LD, BASE)
    assert graph.isomorphic(graph.parse(after.encode(), graph.JSON_LD, BASE), expected)


R, W, A = AccessMode.READ, AccessMode.WRITE, AccessMode.APPEND


@pytest.mark.parametrize(
    ("parts", "modes"),
    [
        ("solid:inserts { <a> <b> <c> }", {A}),
        ("solid:deletes { <a> <b> <c> }", {R, W}),
        ("solid:inserts { <a> <b> ?x }; solid:where { <a> <c> ?x }", {A, R}),
        ("solid:inserts { <a> <b> 1 }; solid:deletes { <a> <b> 2 }", {A, R, W}),
        ("solid:where { <a> <c> ?x }", {R}),
        ("solid:inserts {}", {A}),
        ("", {A}),
    ],
)
def test_modes(parts: str, modes: set[AccessMode]) -> None:
    patch = read_patch(f"{NS}<> a solid:InsertDeletePatch; {parts}.".encode(), graph.N3, BASE)
    assert patch.modes == modes


@pytest.mark.parametrize(
    "text",
    [
        "<> solid:inserts { <a> <b> <c> }.",
        "<#a> a solid:InsertDeletePatch. <#b> a solid:InsertDeletePatch.",
        "<> a solid:InsertDeletePatch; solid:inserts { <a> <b> 1 }, { <a> <b> 2 }.",
        "<> a solid:InsertDeletePatch; solid:inserts { <a> <b> ?x }.",
        "<> a solid:InsertDeletePatch; solid:deletes { <a> <b> ?x }; solid:where { <a> <b> ?y }.",
        "<> a solid:InsertDeletePatch; solid:deletes { _:x <b> 1 }.",
        "<> a solid:InsertDeletePatch; solid:deletes { <a> <b> [] }.",
        "<> a solid:InsertDeletePatch; solid:inserts { _:x <b> 1 }; solid:where { _:x <b> 2 }.",
        "<> a solid:InsertDeletePatch; solid:inserts <x>.",
        '<> a solid:InsertDeletePatch; solid:inserts "x".',
        "<> a solid:InsertDeletePatch; solid:inserts [ <a> <b> ].",
        "<> a solid:InsertDeletePatch; solid:inserts { { <a> <b> 1 } <c> 2 }.",
        "<> a solid:InsertDeletePatch; solid:inserts { <a> <= <b> }.",
    ],
)
def test_what_is_no_n3_patch(text: str) -> None:
    with pytest.raises(Unprocessable):
        read_patch((NS + text).encode(), graph.N3, BASE)


@pytest.mark.parametrize(
    "parts",
    [
        "solid:where { ?x foaf:name ?n }; solid:inserts { ?x ex:p 1 }",
        'solid:where { ?x foaf:name "Nobody" }; solid:inserts { ?x ex:p 1 }',
        'solid:deletes { <#me> foaf:name "Other" }',
        "solid:where { <#me> foaf:age ?n }; solid:inserts { ?n ex:p 1 }",
    ],
)
def test_conflicts(parts: str) -> None:
    with pytest.raises(Conflict):
        n3(parts)


def test_blank_nodes_of_a_where_are_not_part_of_its_mapping() -> None:
    doc = "<#a> <#knows> [ <#n> 1 ], [ <#n> 2 ]; <#age> 5 ."
    after = n3("solid:where { ?a <#knows> [ <#n> _:any ] }; solid:inserts { ?a <#p> 1 }", doc)
    assert after == doc + "\n<#a> <#p> 1 .\n" or same(after, doc + "<#a> <#p> 1 .")


def test_update_follows_sparql() -> None:
    every = "DELETE { ?s foaf:name ?n } INSERT { ?s foaf:was ?n } WHERE { ?s foaf:name ?n . }"
    after = update("PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n# c { }\n" + every)
    assert same(after, CARD.replace("foaf:name", "foaf:was"))
    nothing = "DELETE WHERE { ?s <urn:none> ?o }; insert data { <#me> <urn:p> TRUE, 'x'@en-GB }"
    assert same(update(nothing), CARD + "<#me> <urn:p> true, 'x'@en-GB.")
    dotted = (
        'PREFIX ex: <http://x/> INSERT DATA { <#f> ex:a.b <file.ttl>; ex:c -1.5e3, """a\n}""" }'
    )
    assert same(
        update(dotted),
        CARD + '<#f> <http://x/a.b> <file.ttl>; <http://x/c> -1.5e3, "a\\n}" .',
    )


def test_an_update_that_deletes_what_is_not_there_conflicts() -> None:
    with pytest.raises(Conflict):
        update('DELETE DATA { <#me> <urn:p> "x" }')


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://x/>",
        "CLEAR ALL",
        "DROP GRAPH <x>",
        "CREATE GRAPH <x>",
        "ADD <a> TO <b>",
        "WITH <x> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } USING <x> WHERE { ?s ?p ?o }",
        "INSERT DATA { GRAPH <g> { <a> <b> <c> } }",
        "DELETE WHERE { ?s ?p ?o FILTER(?o > 3) }",
        "DELETE WHERE { ?s ?p ?o OPTIONAL { ?s ?q ?r } }",
        "DELETE { ?s ?p ?o } WHERE { SERVICE <http://x/> { ?s ?p ?o } }",
        "INSERT { <a> <b> ?z } WHERE {}",
        "DELETE DATA { _:b <b> 1 }",
        "DELETE { [] <b> ?o } WHERE { ?s <b> ?o }",
        "",
        "# nothing",
    ],
)
def test_updates_that_are_not_served(text: str) -> None:
    with pytest.raises(Unprocessable):
        read_patch(text.encode(), SPARQL_UPDATE, BASE)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a> <b> ?x }",
        "INSERT DATA { <a> <b> ",
        "INSERT DATA { <a> <b> 'x }",
        "INSERT DATA { a b c }",
        "INSERT DATA { <a> <b> <c> } INSERT DATA { <a> <b> <c> }",
        "PREFIX x <y> INSERT DATA { <a> <b> <c> }",
    ],
)
def test_updates_that_cannot_be_read(text: str) -> None:
    with pytest.raises((BadInput, Unprocessable)):
        read_patch(text.encode(), SPARQL_UPDATE, BASE)


def test_limits() -> None:
    with pytest.raises(UnsupportedType):
        read_patch(b"", "application/json", BASE)
    with pytest.raises(TooLarge):
        read_patch(b"#" * ((1 << 20) + 1), SPARQL_UPDATE, BASE)
    doc = "".join(f"<#s{i}> <#p> <#s{i % 7}>.\n" for i in range(300))
    with pytest.raises(Unprocessable, match="steps"):
        update("DELETE { ?a <#q> ?d } WHERE { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }", doc)
