"""Bytes that are made to end the process, to hold it, or to make it call somewhere.

Each bomb is refused in this process; that it would end one is shown in a child.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from pod.errors import BadInput, PodError, TooLarge, Unprocessable
from pod.rdf import graph, sparql
from pod.rdf.patch import PATCH_TYPES, SPARQL_UPDATE, apply, read_patch
from pod.rdf.scan import scan_json, scan_turtle

BASE = "http://pod.example/doc"
SOON = 3.0  # seconds; the slowest takes a tenth of it on a small machine


def within(seconds: float, work: Callable[[], object]) -> object:
    start = time.thread_time()
    try:
        return work()
    except PodError as error:
        return error
    finally:
        assert time.thread_time() - start < seconds


JSON_BOMBS = {
    "arrays": "[" * 16_000 + "]" * 16_000,
    "objects": '{"urn:p":' * 4_000 + "1" + "}" * 4_000,
    "open": '{"a":[' * 100_000,
    "behind a string": '["\\\\", "]]]]]\\"]]]]", ' + "[" * 100 + "]" * 101,
    "closed first": "]" * 100 + "[" * 150,
    "wide and deep": "[" + ",".join(['{"urn:p":' * 60 + "1" + "}" * 60] * 2_000) + "]",
    "chain of terms": json.dumps({"@context": {f"t{i}": f"t{i + 1}:x" for i in range(20_000)}}),
    "chain in pieces": json.dumps({"@context": [{f"t{i}": f"t{i + 1}:x"} for i in range(20_000)]}),
    "contexts again and again": json.dumps(
        {
            "@context": {f"t{i}": f"urn:{i}" for i in range(999)},
            "@graph": [{"@context": {}, "urn:p": 1} for _ in range(10_000)],
        }
    ),
    "two contexts": '{"@context":{'
    + ",".join(f'"t{i}":"t{i + 1}:x"' for i in range(20_000))
    + '},"@context":{}}',
    "escaped key": '{"\\u0040context":{'
    + ",".join(f'"t{i}":"t{i + 1}:x"' for i in range(20_000))
    + "}}",
}


@pytest.mark.parametrize("name", JSON_BOMBS)
def test_json_ld_bombs_are_refused(name: str) -> None:
    data = JSON_BOMBS[name].encode()
    refused = within(SOON, lambda: graph.parse(data, graph.JSON_LD, BASE))
    assert isinstance(refused, BadInput | TooLarge)


def test_the_bombs_are_live() -> None:
    """What the limits stand between: without them the parser takes the process down."""
    code = (
        "import sys, pyoxigraph as ox; list(ox.parse(sys.stdin.buffer.read(), "
        "format=ox.RdfFormat.JSON_LD, base_iri='http://x/'))"
    )
    bomb = JSON_BOMBS["chain of terms"].encode()
    done = subprocess.run([sys.executable, "-c", code], input=bomb, capture_output=True)
    assert done.returncode < 0


@pytest.mark.parametrize(
    "context",
    [
        "https://www.w3.org/ns/did/v1",
        "file:///etc/passwd",
        ["urn:x:none"],
        [{"a": "urn:a"}, "http://127.0.0.1:9/c"],
        {"@import": "http://127.0.0.1:9/c"},
        {"p": {"@id": "urn:p", "@context": "http://127.0.0.1:9/c"}},
        {"T": {"@id": "urn:T", "@context": ["http://127.0.0.1:9/c"]}},
    ],
)
def test_contexts_are_not_fetched(context: object) -> None:
    for nest in (lambda c: {"@context": c}, lambda c: {"urn:p": [{"@context": c, "urn:q": 1}]}):
        data = json.dumps(nest(context)).encode()
        with pytest.raises(BadInput, match=r"not fetched|@import"):
            graph.parse(data, graph.JSON_LD, BASE)
        with pytest.raises(BadInput):
            graph.parse(data.replace(b"@context", b"\\u0040context"), graph.JSON_LD, BASE)


TURTLE_BOMBS = {
    "nodes": "<s> <p> " + "[ <p> " * 50_000 + "1" + "]" * 50_000 + ".",
    "lists": "<s> <p> " + "(" * 50_000 + ")" * 50_000 + ".",
    "quoted": "<s> <p> " + "<<( <s> <p> " * 5_000 + "1" + ")>>" * 5_000 + ".",
    "after strings": '<s> <p> """]"]""]\\"""", \']\', \'\'\'[\'\'\', ' + "[" * 65 + "]" * 65 + ".",
    "after a comment": "# ' \" <\n<s> <p> " + "[<p> " * 65 + "1" + "]" * 65 + ".",
    "after an iri": "<s#'> <p\"> " + "(" * 65 + ")" * 65 + ".",
    "after escapes": "@prefix e: <#>. e:\\'a <p> " + "(" * 65 + ")" * 65 + ".",
    "closed first": "]" * 100 + "[" * 160,
}


@pytest.mark.parametrize("name", TURTLE_BOMBS)
def test_turtle_bombs_are_refused(name: str) -> None:
    data = TURTLE_BOMBS[name].encode()
    for kind in (graph.TURTLE, graph.N_TRIPLES):
        refused = within(SOON, lambda kind=kind: graph.parse(data, kind, BASE))  # type: ignore[misc]
        assert isinstance(refused, BadInput)


@pytest.mark.parametrize("kind", PATCH_TYPES)
@pytest.mark.parametrize(
    "inner",
    ["[ <p> " * 10_000, "(" * 10_000, "{" * 10_000, "<<( <s> <p> " * 1_000, "<s> <=((((#>" * 99],
)
def test_patch_bombs_are_refused(kind: str, inner: str) -> None:
    text = f"INSERT DATA {{ <s> <p> {inner} }}"
    if kind == graph.N3:
        text = f"<> a <http://www.w3.org/ns/solid/terms#InsertDeletePatch>; <x> {{ {inner} }}."
    refused = within(SOON, lambda: read_patch(text.encode(), kind, BASE))
    assert isinstance(refused, BadInput | Unprocessable)


MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        '<a> <b> "' + "x" * MEGABYTE,
        '<a> <b> """' + '\\"""' * (MEGABYTE // 4),
        '"""' + '""\\' * (MEGABYTE // 3),
        "'" * MEGABYTE,
        '"' * MEGABYTE,
        "<" * MEGABYTE,
        "<a" * (MEGABYTE // 2),
        "#" * MEGABYTE,
        "\\" * MEGABYTE,
        "a-" * (MEGABYTE // 2),
        "a." * (MEGABYTE // 2),
        ":" * MEGABYTE,
        "[]" * (MEGABYTE // 2),
        '"\n' * (MEGABYTE // 2),
        "?a" * (MEGABYTE // 2),
        "{" * MEGABYTE,
        "1e" * (MEGABYTE // 2),
        "@a-" * (MEGABYTE // 3),
    ],
    ids=lambda text: text[:12],
)
def test_scans_take_linear_time(text: str) -> None:
    data = text.encode()[: MEGABYTE - 1]
    within(SOON, lambda: scan_turtle(data))
    within(SOON, lambda: scan_json(data))
    within(SOON, lambda: sparql.check(text[: 64 << 10]))
    within(SOON, lambda: read_patch(data[: 256 << 10], SPARQL_UPDATE, BASE))
    within(SOON, lambda: read_patch(data, graph.N3, BASE))


def test_a_small_where_on_a_large_document_ends() -> None:
    doc = "".join(f"<#s{i}> <#p> <#o{i % 9}>.\n" for i in range(300)).encode()
    for where in (
        "?a ?p ?b . ?c ?q ?d . ?e ?r ?f",
        "?a <#p> ?b . ?c <#p> ?b . ?d <#p> ?b . ?e <#p> ?b . ?e <#none> ?x",
        "_:a ?p _:b . _:c ?q _:d . _:e ?r _:f",
        " . ".join(f"?a{i} ?p{i} ?b{i}" for i in range(99)),
        " . ".join(f"?a{i} ?p{i} ?b{i}" for i in range(200)),
    ):
        text = f"DELETE {{ <#x> <#y> <#z> }} WHERE {{ {where} }}"
        patch = read_patch(text.encode(), SPARQL_UPDATE, BASE)
        refused = within(SOON, lambda patch=patch: apply(patch, doc, graph.TURTLE, BASE))  # type: ignore[misc]
        assert isinstance(refused, Unprocessable | bytes)


# -------------------------------------------------------------------- queries

EVIL = "<http://127.0.0.1:9/evil>"
CALLS = {
    "plain": f"ASK {{ SERVICE {EVIL} {{ ?s ?p ?o }} }}",
    "case": f"ASK {{ sErViCe {EVIL} {{ ?s ?p ?o }} }}",
    "silent": f"ASK {{ SERVICE SILENT {EVIL} {{}} }}",
    "glued": f"ASK {{ SERVICESILENT{EVIL}{{ ?s ?p ?o }} }}",
    "variable": "ASK { BIND(<http://127.0.0.1:9/> AS ?e) SERVICE ?e {} }",
    "prefixed": "PREFIX s: <http://127.0.0.1:9/> ASK { SERVICE s:x {} }",
    "nested": f"ASK {{ {{ SELECT * {{ OPTIONAL {{ SERVICE {EVIL} {{}} }} }} }} }}",
    "behind a comment": f"ASK {{ # harmless\n SERVICE#\n{EVIL}{{}} }}",
    "behind a comment with CR": f"ASK {{ # \r SERVICE {EVIL}{{}} }}",
    "less than, comment": f"ASK {{ ?s ?p ?o FILTER(?o<1)SERVICE#>\n{EVIL}{{}} }}",
    "less than, string": f'ASK {{ ?s ?p ?o FILTER(?o<?s#>"""\n) SERVICE {EVIL} {{}} }} #"""',
    "less than, quote": f"ASK {{ ?s ?p ?o FILTER(?o<'#>') SERVICE {EVIL} {{}} }} #'",
    "less than, pname": f'ASK {{ ?s ?p ?o FILTER(?o<x:y#>"""\n) SERVICE {EVIL} {{}} }} #"""',
    "number": f"ASK {{ ?s ?p 1SERVICE{EVIL}{{}} }}",
    "decimal": f"ASK {{ ?s ?p 1.5e0SERVICE{EVIL}{{}} }}",
    "boolean": f"ASK {{ ?s ?p trueSERVICE{EVIL}{{}} }}",
    "glued to a name": "PREFIX e: <http://127.0.0.1:9/> ASK { SERVICEe:a {} }",
    "glued to a name, silent": "PREFIX e: <http://127.0.0.1:9/> ASK { SERVICESILENTe:a {} }",
    "glued to a name and a word": "PREFIXe:<http://127.0.0.1:9/>ASK{?s ?p trueSERVICEe:a{}}",
    "as a prefix": "PREFIX : <http://127.0.0.1:9/> ASK { service:a {} }",
    "from as a prefix": "PREFIX : <http://127.0.0.1:9/> SELECT * from:a {}",
    "from named as a prefix": "PREFIX x: <http://127.0.0.1:9/> SELECT * FROM NAMEDx:a {}",
    "from named glued": "PREFIX x: <http://127.0.0.1:9/> SELECT * FROMNAMEDx:a {}",
    "after a dot": f"PREFIX e: <http://e/> ASK {{ ?s ?p e:a.SERVICE{EVIL}{{}} }}",
    "after a language": f"ASK {{ ?s ?p 'x'@en.SERVICE{EVIL}{{}} }}",
    "in a language": f"ASK {{ ?s ?p 'x'@en-SERVICE{EVIL}{{}} }}",
    "after strings": f"""ASK {{ ?s ?p '\\'', "\\"", '''a'b''' SERVICE {EVIL} {{}} }}""",
    "unclosed long string": f'ASK {{ VALUES ?x {{ """x" }} SERVICE {EVIL} {{}} }}',
    "escaped keyword": f"ASK {{ SERV\\u0049CE {EVIL} {{}} }}",
    "escaped quote": f'ASK {{ BIND("a\\u0022 AS ?x) SERVICE {EVIL} {{}} BIND(" AS ?y) }}',
    "escaped backslash": f'ASK {{ BIND("\\\\u0022) SERVICE {EVIL} {{}} #" AS ?x) }}',
    "from": f"SELECT * FROM {EVIL} {{ ?s ?p ?o }}",
    "from glued": f"ASKFROM{EVIL}{{ ?s ?p ?o }}",
    "from star": f"SELECT*FROM{EVIL}{{ ?s ?p ?o }}",
    "from named": f"SELECT * FROM NAMED {EVIL} {{ ?s ?p ?o }}",
    "load": f"LOAD {EVIL}",
    "update": "INSERT DATA { <urn:a> <urn:b> 1 }",
    "update behind a prologue": "PREFIX e: <http://e/> BASE <http://b/> DELETE WHERE { ?s ?p ?o }",
    "empty": "",
    "prologue alone": "PREFIX select: <http://e/>",
    "quoted triple": "ASK { << ?s ?p ?o >> ?q ?r }",
    "backslash": "ASK { ?s ?p \\u0031 }",
}


@pytest.mark.parametrize("name", CALLS)
def test_queries_that_reach_out_are_refused(name: str) -> None:
    with pytest.raises(BadInput):
        sparql.check(CALLS[name])


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX service: <http://e/> SELECT * { ?s service:x service:from, :load }",
        "prefix from: <http://e/> select ?service ?from $load { ?service from:load ?from }",
        "SELECT * { ?s ?p 'SERVICE <x> {', \"FROM\", '''LOAD ' ''', \"\"\"SERVICE \" {\"\"\" }",
        "# SERVICE FROM LOAD {{{{ \" '\nASK { ?s ?p ?o } # ' SERVICE",
        "ASK { <http://e/SERVICE> <http://e/from#load> _:service }",
        "BASE <http://b/> DESCRIBE <x>",
        "SELECT * { ?a ?b ?c FILTER(?a < 5 && ?c > 3 || ?a <= 2 && !(?b>=?c) && ?a<?c) }",
        "SELECT (COUNT(*) AS ?n) { ?a <http://e/p>/<http://e/q>* ?c } GROUP BY ?a HAVING(?n > 1)",
        'CONSTRUCT { ?s a [] } WHERE { ?s ?p "caf\\u00e9\\n\\"\\\\", -1.5e-3, true, \'x\'@en-GB }',
        'SELECT * { VALUES (?x ?y) { (1 UNDEF) ("2" <http://e/>) } GRAPH ?g { ?s ?p ?x } }',
        "SELECT * { ?s ?p ?o FILTER(regex(?o, '^[(]{2}\\\\\\\\d+$')) }",
        "PREFIX e: <http://e/> ASK { e:a.b e:c\\'d\\(e e:f%28 . e:1 ?p ?o }",
    ],
)
def test_everyday_queries_pass(text: str) -> None:
    sparql.check(text)


def test_kinds_are_chosen() -> None:
    sparql.check("PREFIX e: <http://e/>\nselect * {}", kinds={"SELECT"})
    for text in (
        "ASK {}",
        "PREFIX e: <http://e/> CONSTRUCT {} WHERE {}",
        "PREFIX e: <http://e/> DESCRIBEe:x { { SELECT * {} } }",
    ):
        with pytest.raises(BadInput):
            sparql.check(text, kinds={"SELECT"})


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + "{" * 3_000 + "}" * 3_000,
        "ASK { FILTER(" + "(" * 3_000 + "1" + ")" * 3_000 + ") }",
        "ASK { FILTER(?a<" + "(" * 100 + "#>\n1" + ")" * 100 + ") }",
        "ASK { ?s ?p " + "[ <http://p> " * 100 + "1" + "]" * 100 + "}",
        "ASK { FILTER(" + "+".join(["1"] * 20_000) + " > 0) }",
        "ASK { ?s ?p ?o FILTER(" + "||".join(["?o"] * 10_000) + ") }",
        "ASK { " + "OPTIONAL{}" * 5_000 + " }",
        "ASK { " + "?s ?p ?o." * 3_000 + " }",
        "ASK { FILTER(" + "!" * 5_000 + "1) }",
        "ASK { " + " " * (64 << 10) + "}",
        "ASK { ?s ?p '" + "é" * (40 << 10) + "' }",
    ],
    ids=lambda text: text[:24],
)
def test_query_bombs_are_refused(text: str) -> None:
    refused = within(SOON, lambda: sparql.check(text))
    assert isinstance(refused, BadInput | TooLarge)
