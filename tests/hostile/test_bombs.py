"""Bombs for parsers, sent to a running server: it answers each, and meanwhile answers others at once.

What each parser does with them is in test_parsers; here they come over HTTP, from somebody who may
write, so that nothing but the limits stands between them and the parser.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest

from tests.servers import TURTLE, Served, running

SOON = 1.0  # seconds until another client has its answer
MEGABYTE = 1 << 20
LD, NT, N3 = "application/ld+json", "application/n-triples", "text/n3"
UPDATE, QUERY = "application/sparql-update", "application/sparql-query"
PATCH = "@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; "
CROSS = "?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h"
EVIL = "http://127.0.0.1:{evil}/"


@dataclass(frozen=True)
class Bomb:
    """`tame`: of the same kind, and taken; `codes`: what the bomb may be answered with."""

    method: str
    path: str
    type: str
    body: str
    tame: str
    codes: tuple[int, ...] = (400, 413, 422)


def put(kind: str, body: str, tame: str, *codes: int) -> Bomb:
    return Bomb("PUT", "b/put", kind, body, tame, *((codes,) if codes else ()))


def patch(kind: str, body: str, tame: str) -> Bomb:
    return Bomb("PATCH", "b/large", kind, body, tame, (400, 409, 413, 422))


def query(body: str, tame: str = "ASK {}", *codes: int) -> Bomb:
    return Bomb("POST", ".pod/sparql", QUERY, body, tame, *((codes,) if codes else ()))


BOMBS = {
    "nested JSON-LD": put(LD, '{"urn:p":' * 50_000 + "1" + "}" * 50_000, '{"urn:p":{"urn:p":1}}'),
    "nested arrays of JSON-LD": put(LD, "[" * 200_000 + "]" * 200_000, "[[[]]]"),
    "remote context": put(LD, json.dumps({"@context": EVIL, "urn:p": 1}), '{"@context":{}}'),
    "context of a file": put(LD, '{"@context":"file:///etc/passwd"}', '{"@context":[]}'),
    "remote @import": put(LD, json.dumps({"@context": {"@import": EVIL}}), '{"@context":null}'),
    "remote context of a term": put(
        LD, json.dumps({"@context": {"t": {"@id": "urn:t", "@context": EVIL}}, "t": {}}),
        '{"@context":{"t":{"@id":"urn:t","@context":{}}},"t":{}}',
    ),
    "terms that lead to terms": put(
        LD, json.dumps({"@context": {f"t{i}": f"t{i + 1}:x" for i in range(50_000)}}),
        json.dumps({"@context": {f"t{i}": f"t{i + 1}:x" for i in range(10)}}),
    ),
    "deep collections": put(TURTLE, "<> <p> " + "(" * 90_000 + ")" * 90_000 + ".", "<> <p> ((1))."),
    "deep nodes": put(TURTLE, "<> <p> " + "[ <p> " * 90_000 + "1" + "]" * 90_000, "<> <p> [ <p> 1 ]."),
    "deep triples": put(TURTLE, "<> <p> " + "<<( <s> <p> " * 9_000 + "1" + ")>>" * 9_000 + ".", ""),
    "many prefixes": put(
        TURTLE, "".join(f"@prefix p{n}: <http://e.example/{n}#>.\n" for n in range(60_000)),
        "@prefix p: <#>.", 201, 204, 400, 413,
    ),
    "a huge literal": put(
        TURTLE, '<> <p> """' + "x\n" * (4 * MEGABYTE) + '""".', '<> <p> "x".', 201, 204, 413
    ),
    "a literal without end": put(TURTLE, '<> <p> """' + '\\"""' * MEGABYTE, '<> <p> "x".'),
    "a huge IRI": put(NT, f"<urn:{'x' * 4 * MEGABYTE}> <urn:p> 1", "<urn:s> <urn:p> <urn:o> ."),
    "nested N3": patch(N3, PATCH + "solid:inserts { <> <p> " + "( " * 50_000, PATCH + "solid:inserts {}."),
    "nested formulae": patch(N3, PATCH + "solid:where " + "{" * 50_000, PATCH + "solid:inserts {}."),
    "nested update": patch(UPDATE, "INSERT DATA { <> <p> " + "[ <p> " * 20_000, "INSERT DATA { <> <p> 1 }"),
    "cross product in N3": patch(
        N3, PATCH + f"solid:where {{ {CROSS} }}; solid:inserts {{ <> <p> ?a }} .",
        PATCH + "solid:where { <#s1> <#p> ?a }; solid:inserts { <> <p> ?a } .",
    ),
    "cross product in an update": patch(
        UPDATE, f"DELETE {{ ?a ?p ?b }} WHERE {{ {CROSS} }}", "DELETE { ?a <#q> 1 } WHERE { ?a <#q> 1 }"
    ),
    "LOAD": patch(UPDATE, f"LOAD <{EVIL}>", "INSERT DATA { <> <p> 1 }"),
    "SERVICE in an update": patch(
        UPDATE, f"DELETE {{ ?a ?b ?c }} WHERE {{ SERVICE <{EVIL}> {{ ?a ?b ?c }} }}",
        "DELETE { ?a <#q> 1 } WHERE { ?a <#q> 1 }",
    ),
    "nested query": query("ASK " + "{" * 20_000 + "}" * 20_000, "ASK {{{}}}"),
    "nested expression": query("ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }"),
    "cross product in a query": query(
        f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(?a != ?h) }}", "SELECT * { ?s ?p ?o }"
    ),
    "paths without end": query(
        "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>)* ?b . ?c (!<urn:x>)* ?d . ?e ?f ?g }"
    ),
    "a regular expression": query(
        "ASK { ?a ?b ?c FILTER(regex(STR(?c), '(a+)+$') && regex('" + "a" * 3000 + "!', '^(a|a)*$')) }",
        "ASK {}", 200, 400, 422,
    ),
    "SERVICE": query(f"SELECT * {{ SERVICE <{EVIL}> {{ ?s ?p ?o }} }}"),
    "FROM": query(f"SELECT * FROM <{EVIL}> {{ ?s ?p ?o }}"),
    "LOAD in a query": query(f"LOAD <{EVIL}>"),
    "many prefixes in a query": query(
        "".join(f"PREFIX p{n}: <urn:{n}>\n" for n in range(3_000)) + "ASK {}", "ASK {}", 200, 400, 413
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("bombs"), query_seconds=1) as served:
        large = "".join(f"<#s{n}> <#p> <#s{n % 17}>.\n" for n in range(400))
        for path, text in (("b/large", large), ("b/small", "<> <p> 1."), ("b/put", "")):
            answer = served.owner.put(path, content=text, headers={"content-type": TURTLE})
            assert answer.status_code == 201
        yield served


@pytest.fixture(scope="module")
def evil() -> Iterator[socket.socket]:
    """Who must not be called."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        yield listening


def test_the_listener_would_hear(evil: socket.socket) -> None:
    with socket.create_connection(evil.getsockname()):
        time.sleep(0.05)
        evil.accept()[0].close()


def beside(served: Served, act: Callable[[], httpx.Response]) -> tuple[float, httpx.Response]:
    """(the longest that another client waits while `act` is answered, in seconds, its answer)."""
    longest = 0.0
    with (
        ThreadPoolExecutor(1) as pool,
        httpx.Client(base_url=served.base, headers=served.owner.headers) as other,
    ):
        work = pool.submit(act)
        while not work.done() or not longest:
            began = time.monotonic()
            assert other.get("b/small").status_code == 200
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.01)
        return longest, work.result()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_and_others_are_meanwhile(
    served: Served, evil: socket.socket, name: str
) -> None:
    bomb = BOMBS[name]
    headers = {"content-type": bomb.type}
    tame = served.owner.request(bomb.method, bomb.path, content=bomb.tame, headers=headers)
    assert tame.is_success, tame.text
    body = bomb.body.replace("{evil}", str(evil.getsockname()[1]))
    longest, answer = beside(
        served,
        lambda: served.owner.request(bomb.method, bomb.path, content=body, headers=headers),
    )
    assert answer.status_code in bomb.codes, answer.text[:300]
    assert longest < SOON
    with pytest.raises(BlockingIOError):
        evil.accept()
    assert served.process.poll() is None


def test_a_document_that_is_converted_holds_nobody_up(served: Served) -> None:
    text = "".join(f"<#s{n}> <#p> [ <#q> ( {n} 'x' ) ].\n" for n in range(4_000))
    answer = served.owner.put("b/much", content=text, headers={"content-type": TURTLE})
    assert answer.status_code == 201
    longest, answer = beside(served, lambda: served.owner.get("b/much", headers={"accept": LD}))
    assert (answer.status_code, answer.headers["content-type"]) == (200, LD)
    assert longest < SOON
