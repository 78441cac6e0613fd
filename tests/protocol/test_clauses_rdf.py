"""What https://solidproject.org/TR/protocol says of RDF documents and of N3 Patch, and what
everyday clients send besides (SPARQL Update)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import rdflib

from pod.rdf import graph
from tests.protocol.clauses import (
    NOTE,
    PREFIXES,
    TO_ALICE,
    UPDATE,
    Check,
    Clauses,
    Place,
    code,
)
from tests.servers import Served, running

clause = Clauses()
JSON_LD = "application/ld+json"
CARD = """# my card
@prefix ex: <https://ex.example/>. # a prefix
ex:a ex:name "A" ; ex:age 41 . # of A
# the other
ex:b ex:name "B" .
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("rdf")) as served:
        yield served


def triples(at: Place, name: str) -> set[tuple[object, ...]]:
    text = at.get(name, accept="application/n-triples").text
    return set(rdflib.Graph().parse(data=text, format="nt"))


@clause("M RDF is readable as Turtle and JSON-LD, however it was written")
def _(at: Place) -> None:
    at.put("turtle")
    at.put("json", at.get("turtle", accept=JSON_LD).text, JSON_LD)
    at.put("lines", at.get("turtle", accept="application/n-triples").text, "application/n-triples")
    for name in ("turtle", "json", "lines"):
        for other in ("text/turtle", JSON_LD, "application/n-triples"):
            answer = code(at.get(name, accept=other), 200)
            assert answer.headers["content-type"] == other
            found = graph.parse(answer.content, other, at.url + "turtle")
            assert [t[2] for t in found.match(at.url + "turtle#it")] == ["hi"]


@clause("named graphs in JSON-LD survive")
def _(at: Place) -> None:
    body = json.dumps(
        {
            "@id": "https://ex.example/g",
            "https://ex.example/p": "default",
            "@graph": [{"@id": "https://ex.example/s", "https://ex.example/q": "named"}],
        }
    )
    at.put("x", body, JSON_LD)
    assert at.get("x").text == body
    code(at.n3("x", 'solid:inserts { ex:t ex:p "new" }'), 204)
    found = [str(quad) for quad in graph.parse(at.get("x").content, JSON_LD, at.url + "x")]
    assert len(found) == 3
    assert any('"named"' in quad and "https://ex.example/g" in quad for quad in found)
    assert any('"new"' in quad for quad in found)


@clause("a GET of the same type is a copy of what was written")
def _(at: Place) -> None:
    at.put("x", CARD)
    assert at.get("x").text == CARD


@clause("M 422 without exactly one solid:InsertDeletePatch")
def _(at: Place) -> None:
    at.put("x")
    for text in (
        "",
        "<a> <b> <c>.",
        "<> a solid:Patch; solid:inserts { <a> <b> <c> }.",
        "<> a solid:InsertDeletePatch; solid:inserts { <a> <b> <c> }. "
        "<b> a solid:InsertDeletePatch; solid:inserts { <a> <b> <d> }.",
    ):
        code(at.patch("x", PREFIXES + text), 422)
    assert at.get("x").content == NOTE


@clause("M 422 for more than one of inserts, deletes or where")
def _(at: Place) -> None:
    at.put("x")
    for part in ("inserts", "deletes", "where"):
        one = "{ <#it> ex:says ?x }" if part == "where" else "{ <#it> ex:says 'hi' }"
        code(at.n3("x", f"solid:{part} {one}; solid:{part} {{ <#a> <#b> <#c> }}"), 422)


@clause("M 422 for a variable that is absent from where")
def _(at: Place) -> None:
    at.put("x")
    code(at.n3("x", "solid:inserts { <#a> <#b> ?x }"), 422)
    code(at.n3("x", "solid:deletes { <#it> ex:says ?x }"), 422)
    code(at.n3("x", "solid:where { <#it> ex:says ?y }; solid:inserts { <#a> <#b> ?x }"), 422)


@clause("M 422 for a blank node in deletes, and one shared across formulae")
def _(at: Place) -> None:
    at.put("x")
    code(at.n3("x", "solid:deletes { <#it> ex:says [] }"), 422)
    code(at.n3("x", "solid:deletes { _:b ex:says 'hi' }"), 422)
    code(at.n3("x", "solid:where { _:b ex:says 'hi' }; solid:inserts { _:b <#b> 1 }"), 422)


@clause("M 422 for what is no formula, and for what is no N3 at all 4xx")
def _(at: Place) -> None:
    at.put("x")
    code(at.n3("x", "solid:inserts <#a>"), 422)
    code(at.n3("x", 'solid:inserts "a"'), 422)
    code(at.n3("x", "solid:inserts { <#a> <#b> "), 400, 422)


@clause("M 409 with no mapping of where, or several")
def _(at: Place) -> None:
    at.put("x", PREFIXES + "<#a> ex:p 1, 2 .")
    code(at.n3("x", "solid:where { <#a> ex:q ?x }; solid:inserts { <#b> ex:p ?x }"), 409)
    code(at.n3("x", "solid:where { <#a> ex:p ?x }; solid:inserts { <#b> ex:p ?x }"), 409)
    code(at.n3("missing", "solid:where { <#a> ex:p ?x }; solid:inserts { <#b> ex:p ?x }"), 409)
    code(at.get("missing"), 404)


@clause("M 409 if any deletion is absent")
def _(at: Place) -> None:
    at.put("x", PREFIXES + "<#a> ex:p 1, 2 .")
    code(at.n3("x", "solid:deletes { <#a> ex:p 1, 3 }"), 409)
    code(at.n3("missing", "solid:deletes { <#a> ex:p 1 }"), 409)
    assert len(triples(at, "x")) == 2
    code(at.n3("x", "solid:deletes { <#a> ex:p 1 }"), 204)
    code(
        at.n3(
            "x",
            "solid:where { <#a> ex:p ?x }; solid:deletes { <#a> ex:p ?x }; "
            "solid:inserts { <#b> ex:p ?x }",
        ),
        204,
    )
    assert {str(s).rpartition("#")[2] for s, _, _ in triples(at, "x")} == {"b"}


def _modes(at: Place, send: str, needs: dict[str, set[str]]) -> None:
    for patch, wanted in needs.items():
        for modes in (
            set(),
            {"Read"},
            {"Append"},
            {"Write"},
            {"Read", "Append"},
            {"Read", "Write"},
        ):
            at.put("x", PREFIXES + "<#a> ex:p 1 .")
            rules = [f"{TO_ALICE}; acl:mode acl:{mode}" for mode in modes]
            at.share("x", *rules)
            has = modes | ({"Append"} if "Write" in modes else set())
            who = {"who": "alice"}
            if send == UPDATE:
                answer = at.patch("x", "PREFIX ex: <https://ex.example/> " + patch, UPDATE, **who)
            else:
                answer = at.n3("x", patch, **who)
            assert answer.status_code == (204 if wanted <= has else 403), (
                patch,
                modes,
                answer.text,
            )


@clause("N3 Patch: where = Read, inserts = Append, deletes = Read + Write")
def _(at: Place) -> None:
    _modes(
        at,
        "n3",
        {
            "solid:inserts { <#a> ex:p 2 }": {"Append"},
            "solid:deletes { <#a> ex:p 1 }": {"Read", "Write"},
            "solid:where { <#a> ex:p ?x }; solid:inserts { <#a> ex:q ?x }": {"Read", "Append"},
            "solid:deletes { <#a> ex:p 1 }; solid:inserts { <#a> ex:q 1 }": {"Read", "Write"},
            "solid:where { <#a> ex:p ?x }": {"Read"},
        },
    )


@clause("N3 Patch: one that only looks is a Read: it finds, or 409, and makes nothing")
def _(at: Place) -> None:
    at.put("x", PREFIXES + "<#a> ex:p 1 .")
    at.share("x", f"{TO_ALICE}; acl:mode acl:Read")
    before = code(at.get("x"), 200)
    for client in ("alice", "owner"):
        code(at.n3("x", "solid:where { <#a> ex:p ?x }", who=client), 204)
        code(at.n3("x", "solid:where { <#a> ex:q ?x }", who=client), 409)
        code(at.patch("x", "INSERT {} WHERE { <#a> <#no> ?x }", UPDATE, who=client), 204)
    after = code(at.get("x"), 200)
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert after.headers["last-modified"] == before.headers["last-modified"]
    code(at.n3("new", "solid:where { <#a> ex:p ?x }"), 409)
    code(at.get("new"), 404)
    code(at.n3("x", "solid:where { <#a> ex:p ?x }", who="public"), 401)


@clause("SPARQL Update is accepted with the same modes")
def _(at: Place) -> None:
    _modes(
        at,
        UPDATE,
        {
            "INSERT DATA { <#a> ex:p 2 }": {"Append"},
            "DELETE DATA { <#a> ex:p 1 }": {"Read", "Write"},
            "INSERT { <#a> ex:q ?x } WHERE { <#a> ex:p ?x }": {"Read", "Append"},
            "DELETE WHERE { <#a> ex:p ?x }": {"Read", "Write"},
            "DELETE { <#a> ex:p ?x } INSERT { <#a> ex:q ?x } WHERE { <#a> ex:p ?x }": {
                "Read",
                "Write",
            },
            "DELETE DATA { <#a> ex:p 1 } ; INSERT DATA { <#a> ex:p 2 }": {"Read", "Write"},
        },
    )


@clause("SPARQL Update does what it says: DATA, WHERE, and several in one request")
def _(at: Place) -> None:
    at.put("x", CARD)
    start = "PREFIX ex: <https://ex.example/>\n"

    def update(text: str, *wanted: int) -> None:
        code(at.patch("x", start + text, UPDATE), *(wanted or (204,)))

    update("INSERT DATA { ex:c ex:name 'C' }")
    update("DELETE DATA { ex:c ex:name 'C' } ; INSERT DATA { ex:d ex:name 'D' }")
    update("DELETE { ?s ex:name ?n } INSERT { ?s ex:called ?n } WHERE { ?s ex:name ?n }")
    update("DELETE WHERE { ex:d ?p ?o }")
    update("DELETE DATA { ex:c ex:name 'C' }", 409)
    update("DELETE { ?s ex:none ?n } INSERT { ?s ex:x ?n } WHERE { ?s ex:none ?n }")
    for refused in (
        "CLEAR ALL",
        "LOAD <https://ex.example/>",
        "DROP GRAPH <x>",
        "INSERT DATA { GRAPH <g> { ex:a ex:b 1 } }",
    ):
        update(refused, 400, 422)
    facts = {(str(s)[-1], str(p).rpartition("/")[2], str(o)) for s, p, o in triples(at, "x")}
    assert facts == {("a", "called", "A"), ("a", "age", "41"), ("b", "called", "B")}


@clause("prefixes and comments survive a patch")
def _(at: Place) -> None:
    at.put("x", CARD)
    code(
        at.n3("x", "solid:deletes { ex:b ex:name 'B' }; solid:inserts { ex:a ex:likes ex:b }"), 204
    )
    text = at.get("x").text
    for kept in (
        "# my card",
        "# a prefix",
        "# of A",
        "# the other",
        'ex:a ex:name "A" ; ex:age 41 .',
    ):
        assert kept in text
    assert "ex:likes" in text


@clause("patching a JSON-LD document works, and it stays JSON-LD")
def _(at: Place) -> None:
    at.put("x", '{"@id": "https://ex.example/a", "https://ex.example/p": "old"}', JSON_LD)
    code(at.n3("x", "solid:deletes { ex:a ex:p 'old' }; solid:inserts { ex:a ex:p 'new' }"), 204)
    code(
        at.patch("x", "INSERT DATA { <https://ex.example/a> <https://ex.example/q> 5 }", UPDATE),
        204,
    )
    assert at.get("x").headers["content-type"] == JSON_LD
    assert {str(o) for _, _, o in triples(at, "x")} == {"new", "5"}


@clause("what is not RDF is not patched")
def _(at: Place) -> None:
    at.put("x", b"text", "text/plain")
    code(at.n3("x", "solid:inserts { <#a> <#b> 1 }"), 409, 415)
    assert at.get("x").content == b"text"


@pytest.mark.parametrize("check", **clause.parameters())
def test_clause(served: Served, check: Check) -> None:
    number = [row for _, row in clause.rows].index(check)
    check(Place(served, f"rdf/{number}/"))
