"""What https://solidproject.org/TR/protocol says of URIs, storages, containers and auxiliaries."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import rdflib

from tests.protocol.clauses import CONTAINER, NOTE, TO_ALICE, Check, Clauses, Place, code, links
from tests.servers import TURTLE, Served, running

clause = Clauses()
LDP, STAT = "http://www.w3.org/ns/ldp#", "http://www.w3.org/ns/posix/stat#"
SOLID = "http://www.w3.org/ns/solid/terms#"
STORAGE = "http://www.w3.org/ns/pim/space#Storage"
DCT = "http://purl.org/dc/terms/"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("storage")) as served:
        yield served


def graph(answer: httpx.Response) -> rdflib.Graph:
    return rdflib.Graph().parse(data=answer.text, format="turtle", publicID=str(answer.url))


def members(at: Place, name: str = "") -> set[str]:
    listed = graph(at.get(name)).objects(None, rdflib.URIRef(LDP + "contains"))
    return {str(o).removeprefix(at.url + name) for o in listed}


@clause("M storages never overlap: the only storage is the root")
def _(at: Place) -> None:
    at.put("a/b/c")
    for name in ("/", "", "a/", "a/b/"):
        assert (("type", STORAGE) in links(at.get(name))) is (name == "/")


@clause("M /x and /x/ never both exist: PUT of the twin 409, GET 404, POST another name")
def _(at: Place) -> None:
    at.put("x")
    at.put("c/")
    code(at.put("x/"), 409)
    code(at.put("c"), 409)
    code(at.n3("c", "solid:inserts { <#a> <#b> 1 }"), 409)
    code(at.n3("x/", "solid:inserts { <#a> <#b> 1 }"), 409)
    code(at.get("x/"), 301, 404)
    code(at.get("c"), 301, 404)
    posted = at.post(slug="c").headers["location"]
    assert posted not in (at.url + "c", at.url + "c/")
    container = at.post(body=b"", slug="x", link=CONTAINER).headers["location"]
    assert container != at.url + "x/" and container.endswith("/")


@clause("M the root says that it is a storage")
def _(at: Place) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        assert ("type", STORAGE) in links(at.ask(method, "/"))


@clause("M every resource links its storageDescription, which describes the storage")
def _(at: Place) -> None:
    at.put("x")
    for name in ("/", "", "x", "x.acl", "x.meta"):
        relation = {
            t for r, t in links(at.ask("OPTIONS", name)) if r == SOLID + "storageDescription"
        }
        assert relation == {at.served.base + ".well-known/solid"}
    found = graph(at.get(relation.pop(), who="public"))
    storage = rdflib.URIRef(at.served.base)
    assert (storage, rdflib.RDF.type, rdflib.URIRef(STORAGE)) in found
    code(at.get("/.well-known/solid", who="public", accept="application/ld+json"), 200)


@clause("M the owner is tracked, rel=owner where it is advertised")
def _(at: Place) -> None:
    owner = {t for r, t in links(at.get("/")) if r == SOLID + "owner"}
    assert owner == {at.served.base + "profile/card#me"}


@clause("M LDP Basic Containers, with rel=type")
def _(at: Place) -> None:
    at.put("x")
    for name in ("/", ""):
        kinds = {t for r, t in links(at.get(name)) if r == "type"}
        assert {LDP + k for k in ("Resource", "Container", "BasicContainer")} <= kinds
    assert {t for r, t in links(at.get("x")) if r == "type"} == {LDP + "Resource"}
    assert members(at) == {"x"}


@clause("S metadata of members: dcterms:modified, stat:size, stat:mtime, rdf:type")
def _(at: Place) -> None:
    at.put("x")
    at.put("c/d")
    found = graph(at.get())
    for name in ("x", "c/"):
        node = rdflib.URIRef(at.url + name)
        for predicate in (DCT + "modified", STAT + "size", STAT + "mtime", str(rdflib.RDF.type)):
            assert (node, rdflib.URIRef(predicate), None) in found
    assert int(found.value(rdflib.URIRef(at.url + "x"), rdflib.URIRef(STAT + "size"))) == len(NOTE)


@clause("a container is made by PUT to …/, with an empty body too")
def _(at: Place) -> None:
    code(at.put("a/", b""), 201)
    code(at.put("b/", b'<> <http://purl.org/dc/terms/title> "B".'), 201)
    assert '"B"' in at.get("b/").text
    assert members(at) == {"a/", "b/"}


@clause("a container is made by POST with Link; its Location ends in /, a document's never does")
def _(at: Place) -> None:
    at.put("x")
    made = code(at.post(body=b"", link=CONTAINER, slug="c"), 201).headers["location"]
    assert made == at.url + "c/"
    for slug in ("d/", "e", "%2F", "f%2F"):
        place = code(at.post(slug=slug), 201).headers["location"]
        assert not place.endswith("/")
    listed = f'{CONTAINER}, <http://www.w3.org/ns/ldp#Resource>; rel="type"'
    assert at.post(body=b"", link=listed).headers["location"].endswith("/")
    other = '<http://www.w3.org/ns/ldp#BasicContainer>; rel="describedby"'
    assert not at.post(link=other).headers["location"].endswith("/")


@clause("Slug: what cannot be a name is changed, what is taken gets another")
def _(at: Place) -> None:
    at.put("x")
    names = []
    for slug in (
        "x",
        "note",
        "note",
        "a/b",
        ".acl",
        "y.acl",
        "z.meta",
        "..",
        "%2e%2e",
        "%C3%A9",
    ):
        place = at.post(slug=slug).headers["location"]
        name = place.removeprefix(at.url)
        assert "/" not in name and not name.endswith((".acl", ".meta")) and name.strip(".")
        names.append(name)
    assert names[1] == "note"
    assert len(set(names)) == len(names)


@clause("M PUT and PATCH create intermediate containers")
def _(at: Place) -> None:
    code(at.put("a/b/c"), 201)
    code(at.n3("d/e/f", "solid:inserts { <#a> <#b> 1 }"), 201)
    code(at.put("g/h/", b""), 201)
    assert members(at) == {"a/", "d/", "g/"}
    assert members(at, "a/") == {"b/"} and members(at, "a/b/") == {"c"}
    assert members(at, "d/e/") == {"f"}


@clause("M POST only to …/, 404 if it is missing")
def _(at: Place) -> None:
    at.put("x")
    code(at.post("x"), 405)
    code(at.post("missing/"), 404)


@clause("M nothing can be made below a document")
def _(at: Place) -> None:
    at.put("x")
    for answer in (at.put("x/y"), at.put("x/y/"), at.post("x/"), at.put("x/y/z")):
        assert 400 <= answer.status_code < 500
    code(at.n3("x/y", "solid:inserts { <#a> <#b> 1 }"), 409)
    assert at.get("x").content == NOTE


@clause("M 409 for a PUT that changes containment triples or members' metadata")
def _(at: Place) -> None:
    at.put("x")
    at.put("y")
    for body in (
        "<> <http://www.w3.org/ns/ldp#contains> <z>.",
        "<> <http://www.w3.org/ns/ldp#contains> <x>.",  # without <y>
        "<x> <http://www.w3.org/ns/posix/stat#size> 1.",
        '<x> <http://purl.org/dc/terms/modified> "2020-01-01T00:00:00Z".',
        "<x> a <http://example.org/Other>.",
    ):
        code(at.put("", body), 409)
        code(at.put("fresh/", body), 409)
    assert members(at) == {"x", "y"}


@clause("M 409 for a PATCH that changes containment triples or members' metadata")
def _(at: Place) -> None:
    at.put("x")
    contains = "<http://www.w3.org/ns/ldp#contains>"
    code(at.n3("", f"solid:inserts {{ <> {contains} <z> }}"), 409)
    code(at.n3("", f"solid:deletes {{ <> {contains} <x> }}"), 409)
    code(
        at.n3("", f"solid:where {{ <> {contains} ?m }}; solid:deletes {{ <> {contains} ?m }}"), 409
    )
    size = "<http://www.w3.org/ns/posix/stat#size>"
    code(at.n3("", f"solid:where {{ <x> {size} ?n }}; solid:deletes {{ <x> {size} ?n }}"), 409)
    update = f"DELETE {{ <> {contains} ?m }} WHERE {{ <> {contains} ?m }}"
    code(at.patch("", update, "application/sparql-update"), 409)
    code(at.patch("", f"INSERT DATA {{ <x> {size} 7 }}", "application/sparql-update"), 409)
    assert members(at) == {"x"}


@clause("a write that leaves the listing alone succeeds on an existing container")
def _(at: Place) -> None:
    at.put("x")
    at.put("c/y")
    title = '<> <http://purl.org/dc/terms/title> "T".'
    code(at.put("", title), 204)
    code(at.put("", b""), 204)
    # What was read is sent back, with one triple more.
    code(at.put("", at.get().text + title), 204)
    read = at.get()
    assert '"T"' in read.text and members(at) == {"x", "c/"}
    code(at.put("", read.text), 204)
    code(at.n3("", "solid:inserts { <> ex:note 1 }"), 204)
    code(at.n3("", "solid:where { <> ex:note ?n }; solid:deletes { <> ex:note ?n }"), 204)
    # A patch may look at the listing.
    look = (
        "solid:where { <> <http://www.w3.org/ns/ldp#contains> <x> }; solid:inserts { <> ex:has 1 }"
    )
    code(at.n3("", look), 204)
    at.delete("x")
    after = graph(at.get())
    assert members(at) == {"c/"}
    assert not list(after.predicate_objects(rdflib.URIRef(at.url + "x")))


@clause("M DELETE of the root or its ACL is 405, and DELETE is not in Allow")
def _(at: Place) -> None:
    for name in ("/", "/.acl"):
        assert "DELETE" not in code(at.delete(name), 405).headers["allow"]
        for method in ("GET", "OPTIONS"):
            assert "DELETE" not in at.ask(method, name).headers["allow"]
        code(at.delete(name, who="alice"), 403)
        code(at.delete(name, who="public"), 401)
    at.put("x")
    assert "DELETE" in at.get("x").headers["allow"]


@clause("M DELETE of a container that is not empty is 409, with a body")
def _(at: Place) -> None:
    at.put("c/x")
    assert code(at.delete("c/"), 409).json()["detail"]
    at.delete("c/x")
    code(at.delete("c/"), 204)
    code(at.get("c/"), 404)


@clause("M deleting removes the containment triple and the auxiliaries")
def _(at: Place) -> None:
    for name in ("x", "c/"):
        at.put(name, b"")
        at.share(name)
        code(at.put(name + ".meta", b"<> a <#T>."), 201)
        code(at.delete(name), 204)
        for rest in (name, name + ".acl", name + ".meta"):
            code(at.get(rest), 404)
        at.put(name, b"")
        code(at.get(name + ".acl"), 404)
        code(at.get(name + ".meta"), 404)
    assert members(at) == {"x", "c/"}


@clause("M rel=acl and rel=describedby, on containers too")
def _(at: Place) -> None:
    at.put("x")
    for name in ("/", "", "x"):
        found = links(at.get(name))
        url = at.served.base if name == "/" else at.url + name
        assert ("acl", url + ".acl") in found
        assert [t for r, t in found if r == "describedby"] == [url + ".meta"]
    assert ("acl", at.url + "x.acl") in links(at.ask("OPTIONS", "x.meta"))


@clause("a description resource is authorized as its subject")
def _(at: Place) -> None:
    at.put("x")
    at.put("x.meta", b"<> a <#T>.")
    at.share("x", f"{TO_ALICE}; acl:mode acl:Read")
    code(at.get("x.meta", who="alice"), 200)
    code(at.get("x.meta", who="public"), 401)
    code(at.put("x.meta", who="alice"), 403)
    at.share("x", f"{TO_ALICE}; acl:mode acl:Append")
    code(at.get("x.meta", who="alice"), 403)
    code(at.n3("x.meta", "solid:inserts { <x> <#b> 1 }", who="alice"), 204)
    code(at.put("x.meta", who="alice"), 403)
    at.share("x", f"{TO_ALICE}; acl:mode acl:Write")
    code(at.put("x.meta", b"<x> a <#U>.", who="alice"), 204)


@clause("PUT and PATCH create auxiliaries, only of what exists")
def _(at: Place) -> None:
    at.put("x")
    code(at.put("x.meta", b"<x> a <#T>."), 201)
    at.put("y")
    code(at.n3("y.meta", "solid:inserts { <y> a <#T> }"), 201)
    code(
        at.n3(
            "y.acl",
            f"solid:inserts {{ <#o> a acl:Authorization; {TO_ALICE}; acl:accessTo <y>; "
            "acl:mode acl:Read }",
        ),
        201,
    )
    code(at.get("y", who="alice"), 200)
    assert 400 <= at.put("missing.meta", b"<> a <#T>.").status_code < 500
    assert 400 <= at.put("missing.acl", at.rules("missing")).status_code < 500
    assert members(at) == {"x", "y"}, "auxiliaries are not listed"


@clause("an auxiliary has no auxiliary and holds nothing")
def _(at: Place) -> None:
    at.put("x")
    for name in ("x.acl.acl", "x.meta.meta", "x.meta.acl", "x.acl/", "x.acl/y"):
        for answer in (at.put(name), at.get(name)):
            assert 400 <= answer.status_code < 500


@clause("Links may come in one header or several, and are read so")
def _(at: Place) -> None:
    at.put("x")
    answer = at.served.owner.request(
        "POST",
        at.path,
        headers=[
            ("content-type", TURTLE),
            ("link", '<http://www.w3.org/ns/ldp#Resource>; rel="type"'),
            ("link", CONTAINER),
        ],
    )
    assert code(answer, 201).headers["location"].endswith("/")


@pytest.mark.parametrize("check", **clause.parameters())
def test_clause(served: Served, check: Check) -> None:
    number = [row for _, row in clause.rows].index(check)
    check(Place(served, f"storage/{number}/"))
