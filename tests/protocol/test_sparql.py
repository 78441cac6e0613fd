"""`/.pod/sparql`: the SPARQL 1.1 protocol, over what the requester may read and nothing else.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest

from tests.servers import ALICE, NAME, PASSWORD, TURTLE, Served, running

QUERY = {"content-type": "application/sparql-query"}
NAMES = "SELECT ?s ?name WHERE { ?s <https://ex.example/name> ?name } ORDER BY ?name"
ROWS = "application/sparql-results+"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("sparql")
    with running(folder, query_seconds=2, query_rows=2000, query_documents=50) as served:
        for name in ("private", "public", "shared"):
            text = f'<#it> <https://ex.example/name> "{name}", "l\\"été, \\n<b>"@fr .'
            put(served, f"q/{name}/doc", text)
        allow(served, "q/public/", "acl:agentClass foaf:Agent")
        allow(served, "q/shared/", f"acl:agent <{ALICE}>")
        yield served


def put(served: Served, path: str, text: str) -> None:
    answer = served.owner.put(path, content=text.encode(), headers={"content-type": TURTLE})
    assert answer.status_code in (201, 204), answer.text


def allow(served: Served, path: str, whom: str) -> None:
    target = served.base + path
    text = "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n@prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"
    for number, (who, modes) in enumerate(
        (
            (f"acl:agent <{served.base}profile/card#me>", "acl:Read, acl:Write, acl:Control"),
            (whom, "acl:Read"),
        )
    ):
        text += f"<#{number}> a acl:Authorization; {who}; acl:mode {modes}; "
        text += f"acl:accessTo <{target}>; acl:default <{target}>.\n"
    put(served, path + ".acl", text)


def names(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    return {row["name"]["value"] for row in rows} & {"private", "public", "shared"}


def ask(
    client: httpx.Client, query: str = NAMES, accept: str | None = None, **more: object
) -> httpx.Response:
    headers = {"accept": accept} if accept else {}
    return client.get("/.pod/sparql", params={"query": query, **more}, headers=headers)


def test_each_sees_what_each_may_read(served: Served) -> None:
    assert names(ask(served.owner)) == {"private", "public", "shared"}
    assert names(ask(served.alice)) == {"public", "shared"}
    assert names(ask(served.public)) == {"public"}


def test_it_describes_itself(served: Served) -> None:
    """https://www.w3.org/TR/sparql11-service-description/#accessing"""
    sd = "http://www.w3.org/ns/sparql-service-description#"
    for accept, kind in ((None, TURTLE), ("application/ld+json", "application/ld+json")):
        answer = served.public.get("/.pod/sparql", headers={"accept": accept} if accept else {})
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        media = ox.RdfFormat.from_media_type(kind)
        triples = list(ox.parse(answer.content, media))
        said = {(t.predicate.value.removeprefix(sd), t.object.value) for t in triples
                if isinstance(t.object, ox.NamedNode)}  # fmt: skip
        assert ("endpoint", f"{served.base}.pod/sparql") in said
        assert ("supportedLanguage", f"{sd}SPARQL11Query") in said
        assert len([v for p, v in said if p == "resultFormat"]) == 7
    head = served.public.head("/.pod/sparql")
    assert (head.status_code, head.content) == (200, b"")
    assert served.public.get("/.pod/sparql?x=y").status_code == 400
    assert served.public.post("/.pod/sparql", content=b"").status_code in (400, 415)


def test_what_others_asked_over_is_counted_as_looked_at(served: Served) -> None:
    """Once a second, in the owner's activity: who, where, how often this hour."""
    target = served.base + "q/shared/doc"
    missing = served.base + "q/private/doc"
    time.sleep(1.5)  # what was asked before is written within a second
    before = looks(served)
    assert names(ask(served.alice)) == {"public", "shared"}
    more = {"default-graph-uri": [target, missing]}
    assert names(ask(served.alice, **more)) == {"shared"}
    assert names(ask(served.owner)) and names(ask(served.public)) == {"public"}
    until = time.monotonic() + 10
    while (after := looks(served)) == before and time.monotonic() < until:
        time.sleep(0.1)
    new = {key: count - before.get(key, 0) for key, count in after.items()}
    new = {key: count for key, count in new.items() if count}
    assert new[(ALICE, "/q/shared/doc")] == 1
    assert new[(ALICE, "/q/shared/")] == new[(ALICE, "/q/public/")] == 1
    assert not [path for _, path in new if path.startswith("/q/private")]
    assert {who for who, _ in new} == {ALICE}


def looks(served: Served) -> dict[tuple[str, str], int]:
    with closing(sqlite3.connect(served.data / "pod" / "pod.db")) as db:
        rows = db.execute(
            "SELECT webid, path, sum(count) FROM look WHERE NOT refused GROUP BY 1, 2"
        )
        return {(webid, path): count for webid, path, count in rows}


def test_a_document_may_be_opened_alone(served: Served) -> None:
    put(served, "q/private/one", '<#it> <https://ex.example/one> "1".')
    question = "ASK { ?s <https://ex.example/one> ?o }"
    assert ask(served.alice, question).json()["boolean"] is False
    target = served.base + "q/private/one"
    text = f"""@prefix acl: <http://www.w3.org/ns/auth/acl#>.
        <#a> a acl:Authorization; acl:agent <{ALICE}>; acl:mode acl:Read; acl:accessTo <{target}>.
        <#b> a acl:Authorization; acl:agent <{served.base}profile/card#me>; acl:accessTo <{target}>;
            acl:mode acl:Read, acl:Write, acl:Control."""
    put(served, "q/private/one.acl", text)
    assert ask(served.alice, question).json()["boolean"] is True
    assert names(ask(served.alice)) == {"public", "shared"}
    # And closed inside an open container.
    put(served, "q/public/closed", '<#it> <https://ex.example/closed> "1".')
    put(
        served,
        "q/public/closed.acl",
        text.replace(target, served.base + "q/public/closed").replace(ALICE, "https://b.example/"),
    )
    assert (
        ask(served.public, "ASK { ?s <https://ex.example/closed> ?o }").json()["boolean"] is False
    )
    # A container with rules of its own inside an open one.
    put(served, "q/public/deep/x", '<#it> <https://ex.example/deep> "1".')
    allow(served, "q/public/deep/", "acl:agent <https://b.example/>")
    assert ask(served.public, "ASK { ?s <https://ex.example/deep> ?o }").json()["boolean"] is False
    assert ask(served.owner, "ASK { ?s <https://ex.example/deep> ?o }").json()["boolean"] is True


def test_read_your_writes(served: Served) -> None:
    for number in range(5):
        put(served, "q/private/mine", f"<#it> <https://ex.example/mine> {number} .")
        found = ask(served.owner, "SELECT ?n { ?s <https://ex.example/mine> ?n }").json()
        assert [row["n"]["value"] for row in found["results"]["bindings"]] == [str(number)]


def test_a_cookie_is_nobody(served: Served) -> None:
    with httpx.Client(base_url=served.base) as browser:
        answer = browser.post(
            "/.pod/sign-in",
            data={"name": NAME, "password": PASSWORD},
            headers={"origin": served.base.rstrip("/")},
        )
        assert answer.status_code == 303 and browser.cookies
        assert browser.get("/.pod/").status_code == 200  # signed in
        assert names(ask(browser)) == {"public"}
    wrong = httpx.get(
        served.base + ".pod/sparql", params={"query": NAMES}, headers={"authorization": "Bearer x"}
    )
    assert wrong.status_code == 401


def test_the_three_ways_to_ask(served: Served) -> None:
    post = served.owner.post
    assert names(post("/.pod/sparql", data={"query": NAMES})) == names(ask(served.owner))
    assert names(post("/.pod/sparql", content=NAMES, headers=QUERY)) == names(ask(served.owner))
    assert served.owner.head("/.pod/sparql", params={"query": NAMES}).status_code == 200
    for bad in ({"x": "y"}, {"query": [NAMES, NAMES]}, {"query": ""}, {"query": "nonsense"}):
        assert served.owner.get("/.pod/sparql", params=bad).status_code == 400
    answer = post("/.pod/sparql", content=b"\xff", headers=QUERY)
    assert answer.status_code == 400
    assert (
        post("/.pod/sparql", content=NAMES, headers={"content-type": "text/plain"}).status_code
        == 415
    )
    answer = served.owner.put("/.pod/sparql", content=NAMES, headers=QUERY)
    assert answer.status_code == 405 and "POST" in answer.headers["allow"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<http://127.0.0.1:1/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1:1/>",
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "DELETE WHERE { ?s ?p ?o }",
        "DROP ALL",
        "SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }",
        "SELECT " + "(" * 500 + "1" + ")" * 500 + " {}",
    ],
)
def test_what_reaches_out_or_changes_is_refused(served: Served, query: str) -> None:
    for client in (served.owner, served.public):
        answer = ask(client, query)
        assert 400 <= answer.status_code < 500, answer.text
    update = served.owner.post("/.pod/sparql", data={"update": query})
    assert update.status_code == 400
    update = served.owner.post(
        "/.pod/sparql", content=query, headers={"content-type": "application/sparql-update"}
    )
    assert update.status_code == 400
    assert names(ask(served.owner)) == {"private", "public", "shared"}


def test_results_in_each_format(served: Served) -> None:
    rows = ask(served.public).json()["results"]["bindings"]
    values = {row["name"]["value"] for row in rows}
    assert values == {"public", 'l"été, \n<b>'}
    xml = ask(served.public, accept=ROWS + "xml")
    tree = ElementTree.fromstring(xml.content)
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert {e.text for e in tree.iter(f"{space}literal")} == values
    assert next(tree.iter(f"{space}uri")).text == served.base + "q/public/doc#it"
    table = list(csv.reader(io.StringIO(ask(served.public, accept="text/csv").text, newline="")))
    assert table[0] == ["s", "name"] and {row[1] for row in table[1:]} == values
    tsv = ask(served.public, accept="text/tab-separated-values").text.splitlines()
    assert tsv[0] == "?s\t?name" and any('"l\\"été, \\n<b>"@fr' in line for line in tsv)
    for kind in ("json", "xml"):
        answer = ask(served.public, "ASK {}", accept=ROWS + kind)
        assert answer.headers["content-type"].startswith(ROWS + kind) and "true" in answer.text
    for accept, kind in (
        ("application/json", ROWS + "json"),
        ("*/*", ROWS + "json"),
        ("text/*;q=.5, application/xml", ROWS + "xml"),
    ):
        assert ask(served.public, accept=accept).headers["content-type"].startswith(kind)
    assert ask(served.public, accept="image/png").status_code == 406
    assert ask(served.public, "ASK {}", accept="text/csv").status_code == 406


def test_graphs_in_each_format(served: Served) -> None:
    query = (
        "CONSTRUCT { ?s <https://ex.example/called> ?o } WHERE { ?s <https://ex.example/name> ?o }"
    )
    sizes = set()
    for accept, form in (
        (TURTLE, ox.RdfFormat.TURTLE),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    ):
        answer = ask(served.public, query, accept=accept)
        assert answer.headers["content-type"].startswith(accept)
        sizes.add(len(list(ox.parse(answer.content, format=form))))
    assert sizes == {2}
    told = ask(served.public, f"DESCRIBE <{served.base}q/public/doc#it>")
    assert told.headers["content-type"].startswith(TURTLE) and "public" in told.text
    assert ask(served.public, query, accept="text/csv").status_code == 406


def test_a_request_may_name_its_dataset(served: Served) -> None:
    one, other, hidden = (f"{served.base}q/{name}/doc" for name in ("public", "shared", "private"))
    only = {"default-graph-uri": one}
    assert names(ask(served.owner, **only)) == {"public"}
    assert names(ask(served.owner, **{"default-graph-uri": [one, hidden]})) == {"public", "private"}
    assert names(
        ask(served.alice, **{"default-graph-uri": [one, hidden, "http://x.example/"]})
    ) == {"public"}
    assert names(ask(served.owner, **{"named-graph-uri": one})) == set()
    inside = "SELECT ?g ?name { GRAPH ?g { ?s <https://ex.example/name> ?name } }"
    assert names(ask(served.alice, inside, **{"named-graph-uri": [other, hidden]})) == {"shared"}
    assert names(ask(served.owner, inside, **only)) == set()
    assert names(ask(served.alice, inside)) == {"public", "shared"}
    body = served.alice.post("/.pod/sparql", params=only, content=NAMES, headers=QUERY)
    assert names(body) == {"public"}
    # An ACL document is no graph, for nobody.
    rules = {"default-graph-uri": served.base + "q/public/.acl"}
    assert (
        served.owner.get("/.pod/sparql", params={"query": "ASK {?s ?p ?o}", **rules}).json()[
            "boolean"
        ]
        is False
    )


def test_time_and_size_have_limits_and_others_are_answered(served: Served) -> None:
    put(served, "q/public/many", "".join(f"<#{n}> <#p> {n} .\n" for n in range(1500)))
    begun = time.monotonic()
    slow = ask(
        served.public, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
    )
    assert slow.status_code == 422 and slow.json()["limit"] in ("wall", "cpu")
    assert time.monotonic() - begun < 8
    many = ask(served.public, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert many.status_code == 422 and many.json()["limit"] in ("rows", "wall")
    assert names(ask(served.public)) == {"public"}
    for number in range(60):
        put(served, f"q/shared/n{number}", "<#a> <#b> <#c>.")
    over = ask(served.alice)
    assert over.status_code == 422 and over.json()["limit"] == "documents"
    assert names(ask(served.alice, **{"default-graph-uri": f"{served.base}q/shared/doc"})) == {
        "shared"
    }
    assert names(ask(served.public)) == {"public"}  # who has little to read is not concerned
    assert (
        served.alice.post("/.pod/sparql", content="#" * (70 << 10), headers=QUERY).status_code
        == 413
    )


def test_scripts_of_other_origins_may_ask(served: Served) -> None:
    headers = {"origin": "https://app.example", "access-control-request-method": "POST"}
    headers["access-control-request-headers"] = "authorization, content-type"
    answer = served.public.options("/.pod/sparql", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers
    for query in (NAMES, "nonsense"):
        answer = served.public.get(
            "/.pod/sparql", params={"query": query}, headers={"origin": "https://app.example"}
        )
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert json.loads(answer.text)["status"] == 400
