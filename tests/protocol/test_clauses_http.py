"""What https://solidproject.org/TR/protocol says of HTTP and of cross-origin requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.protocol.clauses import NOTE, TO_ALICE, TO_ALL, Check, Clauses, Place, code
from tests.servers import TURTLE, Served, running, status

clause = Clauses()
ORIGIN = "https://app.example"
LONG_ACCEPT = (
    "text/html;q=0.1, application/xhtml+xml;q=0.1, application/n-quads;q=0.9, application/trig;q=0.95,"
    "text/n3;q=0.7, application/rdf+xml;q=0.8, application/ld+json;q=0.6, text/turtle;q=0.5, */*;q=0.1"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("http")) as served:
        yield served


@clause("M HTTP/1.1, and methods that are not offered are 405 with Allow")
def _(at: Place) -> None:
    answer = at.served.ask("GET", f"/{at.path}x")
    assert answer.startswith(b"HTTP/1.1 401")
    for method in ("MKCOL", "BREW", "PROPFIND", "LOCK"):
        refused = code(at.ask(method, ""), 405, 501)
        assert "GET" in refused.headers["allow"]


@clause("authorize first: GET and HEAD of a missing target answer like an existing one")
def _(at: Place) -> None:
    at.put("x")
    for method in ("GET", "HEAD"):
        for who, status_ in (("public", 401), ("alice", 403)):
            there, missing = (at.ask(method, name, who=who) for name in ("x", "missing"))
            assert there.status_code == missing.status_code == status_
            assert {
                k: v for k, v in there.headers.items() if k not in ("date", "content-length")
            } == {k: v for k, v in missing.headers.items() if k not in ("date", "content-length")}
    code(at.get("missing"), 404)


@clause("P a 404 says how the missing could be made, to those alone who learn that it is missing")
def _(at: Place) -> None:
    missing = code(at.get("missing"), 404).headers
    assert "application/sparql-update" in missing["accept-patch"]
    assert missing["accept-put"] == "*/*"
    assert "PUT" in missing["allow"]
    for who, status_ in (("public", 401), ("alice", 403)):
        assert "accept-patch" not in code(at.ask("GET", "missing", who=who), status_).headers


@clause("authorize first: DELETE without Write answers alike for a missing target")
def _(at: Place) -> None:
    at.put("x")
    at.share("", f"{TO_ALICE}; acl:mode acl:Read")
    for name in ("x", "missing", "", "missing/"):
        code(at.delete(name, who="alice"), 403)
        code(at.delete(name, who="public"), 401)


@clause("authorize first: method, type, conditions and ranges do not show")
def _(at: Place) -> None:
    etag = at.put("x").headers["etag"]
    for name in ("x", "missing", "c/"):
        code(at.get(name, who="alice", if_none_match=etag), 403)
        code(at.get(name, who="alice", range="bytes=99999-"), 403)
        code(at.get(name, who="alice", accept="image/png"), 403)
        code(at.put(name, b"{", "application/ld+json", who="alice"), 403)
        code(at.put(name, b"x", "no/type; \u0001", who="public"), 401, 400)
        code(at.patch(name, "garbage", "text/plain", who="alice"), 403)
        code(at.put(name, who="alice", if_match='"stale"'), 403)


@clause("authorize first: the slash twin does not show")
def _(at: Place) -> None:
    at.put("x")
    assert at.get("x/", who="alice").status_code == at.get("y/", who="alice").status_code == 403
    code(at.get("x/"), 404)


@clause("a read-only agent that POSTs to a document gets 403, not 405")
def _(at: Place) -> None:
    at.put("x")
    at.share("", f"{TO_ALICE}; acl:mode acl:Read")
    code(at.post("x", who="alice"), 403)
    code(at.post("x"), 405)


@clause("M 401 with WWW-Authenticate without valid credentials, 403 with")
def _(at: Place) -> None:
    at.put("x")
    for method in ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"):
        nobody = at.ask(method, "x", b"", who="public", content_type=TURTLE)
        assert (nobody.status_code, "www-authenticate" in nobody.headers) == (401, True), method
        code(at.ask(method, "x", b"", who="alice", content_type=TURTLE), 403)
    bad = at.get("x", who="public", authorization="Bearer nonsense")
    assert code(bad, 401).headers["www-authenticate"]


@clause("Write without Read: 2xx, nothing is echoed, a GET after it is 403")
def _(at: Place) -> None:
    at.put("x")
    at.share("", f"{TO_ALICE}; acl:mode acl:Write")
    for name, body in (("x", b'<#s> <#p> "secret".'), ("new", b"<#s> <#p> 1.")):
        done = code(at.put(name, body, who="alice"), 201, 204)
        assert b"secret" not in done.content
        code(at.get(name, who="alice"), 403)


@clause("M 400 for content without Content-Type: PUT, POST, PATCH")
def _(at: Place) -> None:
    at.put("x")
    for method, name in (("PUT", "x"), ("POST", ""), ("PATCH", "x")):
        code(at.ask(method, name, NOTE), 400)
    code(at.ask("PUT", "x", NOTE, content_type=""), 400)
    assert at.get("x").content == NOTE


@clause("M 415 for types that cannot be handled")
def _(at: Place) -> None:
    at.put("x")
    code(at.patch("x", "{}", "application/json"), 415)
    code(at.put("c/", "<a/>", "application/rdf+xml"), 415)
    code(at.put("x.acl", "{}", "application/ld+json"), 415)
    code(at.put("x.meta", "text", "text/plain"), 415)
    code(at.put("x", "é".encode("latin-1"), "text/turtle; charset=latin-1"), 415)


@clause("request Content-Encoding is refused")
def _(at: Place) -> None:
    for method, name, kind in (
        ("PUT", "x", TURTLE),
        ("POST", "", TURTLE),
        ("PATCH", "x", "text/n3"),
    ):
        code(at.ask(method, name, b"\x1f\x8b", content_type=kind, content_encoding="gzip"), 415)


@clause("M Last-Modified on GET and HEAD")
def _(at: Place) -> None:
    at.put("x")
    for name in ("x", "", "/"):
        for method in ("GET", "HEAD"):
            assert at.ask(method, name).headers["last-modified"].endswith("GMT")


@clause("P strong ETag, of the representation that is sent")
def _(at: Place) -> None:
    at.put("x")
    tags = {
        at.get("x", accept=kind).headers["etag"]
        for kind in (TURTLE, "application/ld+json", "application/n-triples")
    }
    assert len(tags) == 3
    assert all(tag.startswith('"') for tag in tags)


@clause("P the ETag is no oracle of content")
def _(at: Place) -> None:
    assert at.put("x").headers["etag"] != at.put("y").headers["etag"]


@clause("P ETag on answers of PUT, POST and PATCH")
def _(at: Place) -> None:
    made = at.put("x").headers["etag"]
    assert at.get("x").headers["etag"] == made
    changed = code(at.n3("x", "solid:inserts { <#a> <#b> 1 }"), 204).headers["etag"]
    assert changed == at.get("x").headers["etag"] != made
    posted = at.post()
    assert posted.headers["etag"] == at.get(posted.headers["location"]).headers["etag"]


@clause("P If-Match on writes, by strong comparison")
def _(at: Place) -> None:
    etag = at.put("x").headers["etag"]
    insert = "solid:inserts { <#a> <#b> 1 }"
    for tag in ('"stale"', f"W/{etag}"):
        code(at.put("x", if_match=tag), 412)
        code(at.n3("x", insert, if_match=tag), 412)
        code(at.delete("x", if_match=tag), 412)
        code(at.get("x", if_match=tag), 412)
    code(at.put("none", if_match="*"), 412)
    code(at.put("none", if_match=etag), 412)
    etag = code(at.put("x", if_match=f'"other", {etag}'), 204).headers["etag"]
    etag = code(at.n3("x", insert, if_match=etag), 204).headers["etag"]
    code(at.delete("x", if_match=etag), 204)


@clause("If-Unmodified-Since on reads and writes, where there is no If-Match (RFC 9110, 13.1.4)")
def _(at: Place) -> None:
    made = at.put("x")
    insert, now = "solid:inserts { <#a> <#b> 1 }", made.headers["last-modified"]
    before = "Sun, 06 Nov 1994 08:49:37 GMT"
    for send in (at.get, at.put, at.delete, lambda name, **more: at.n3(name, insert, **more)):
        code(send("x", if_unmodified_since=before), 412)
    # "A recipient MUST ignore If-Unmodified-Since if the request contains an If-Match header field"
    etag = made.headers["etag"]
    code(at.get("x", if_unmodified_since=before, if_match=etag), 200)
    code(at.get("x", if_unmodified_since=now, if_match='"stale"'), 412)
    etag = code(at.put("x", if_unmodified_since=before, if_match=etag), 204).headers["etag"]
    code(at.put("x", if_unmodified_since=made.headers["date"], if_match='"stale"'), 412)
    # "if the field value is not a valid HTTP-date"; "if the resource does not have a modification
    # date available"
    code(at.put("x", if_unmodified_since="yesterday"), 204)
    code(at.put("new", if_unmodified_since=before), 201)
    later = "Fri, 31 Dec 2100 23:59:59 GMT"
    code(at.n3("x", insert, if_unmodified_since=later), 204)
    code(at.get("x", if_unmodified_since=later), 200)
    code(at.delete("x", if_unmodified_since=later), 204)


@clause("P If-None-Match: * creates only what is new")
def _(at: Place) -> None:
    code(at.put("x", if_none_match="*"), 201)
    code(at.put("x", if_none_match="*"), 412)
    code(at.n3("x", "solid:inserts { <#a> <#b> 1 }", if_none_match="*"), 412)
    code(at.n3("y", "solid:inserts { <#a> <#b> 1 }", if_none_match="*"), 201)
    etag = at.get("x").headers["etag"]
    code(at.put("x", if_none_match=f"W/{etag}"), 412)


@clause("P If-None-Match on GET and HEAD is 304")
def _(at: Place) -> None:
    etag = at.put("x").headers["etag"]
    for method in ("GET", "HEAD"):
        for tag in (etag, f"W/{etag}", f'"a", {etag}', "*"):
            answer = code(at.ask(method, "x", if_none_match=tag), 304)
            assert answer.content == b""
            assert answer.headers["etag"] == etag
        code(at.ask(method, "x", if_none_match='"other"'), 200)
    listed = at.get().headers["etag"]
    code(at.get(if_none_match=listed), 304)
    at.put("y")
    code(at.get(if_none_match=listed), 200)


@clause("P Cache-Control: private, no-cache on what is not public")
def _(at: Place) -> None:
    at.put("x")
    assert at.get("x").headers["cache-control"] == "private, no-cache"
    at.share("x", f"{TO_ALL}; acl:mode acl:Read")
    assert at.get("x").headers["cache-control"] == "no-cache"


@clause("M GET, HEAD and OPTIONS; Allow on successful answers")
def _(at: Place) -> None:
    at.put("x")
    for answer in (
        *(at.ask(method, name) for method in ("GET", "HEAD", "OPTIONS") for name in ("x", "", "/")),
        at.put("x"),
        at.post(),
        at.n3("x", "solid:inserts { <#a> <#b> 1 }"),
        at.delete("x"),
    ):
        assert "GET, HEAD, OPTIONS" in answer.headers["allow"]
        assert ("POST" in answer.headers["allow"]) is answer.url.path.endswith("/") or (
            answer.request.method == "POST"
        )


@clause("M Accept-Patch, Accept-Post, Accept-Put on GET, HEAD and plain OPTIONS (204)")
def _(at: Place) -> None:
    at.put("x")
    for name in ("x", "", "/", "x.acl", "x.meta", "missing"):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = at.ask(method, name)
            if answer.status_code == 404:
                continue
            assert "text/n3" in answer.headers["accept-patch"]
            assert "application/sparql-update" in answer.headers["accept-patch"]
            assert "text/turtle" in answer.headers["accept-put"] or name in ("x", "missing")
            assert ("accept-post" in answer.headers) is (name in ("", "/"))
            assert "link" in answer.headers
        code(answer, 204)


@clause("M created 201 exactly, POST with Location; replaced 204; DELETE 204")
def _(at: Place) -> None:
    code(at.put("x"), 201)
    code(at.put("x"), 204, 205)
    assert code(at.post(), 201).headers["location"].startswith(at.url)
    code(at.n3("p", "solid:inserts { <#a> <#b> 1 }"), 201)
    code(at.n3("p", "solid:inserts { <#a> <#b> 2 }"), 204, 205)
    code(at.delete("x"), 204)
    code(at.delete("x"), 404)


@clause("a PATCH that only inserts creates the document, with Append alone")
def _(at: Place) -> None:
    at.put("x")
    at.share("", f"{TO_ALICE}; acl:mode acl:Append")
    code(at.n3("new", "solid:inserts { <#a> <#b> 1 }", who="alice"), 201)
    insert = "INSERT DATA { <#a> <#b> 2 }"
    code(at.patch("other", insert, "application/sparql-update", who="alice"), 201)
    code(at.n3("deep/er/new", "solid:inserts { <#a> <#b> 1 }", who="alice"), 201)
    code(at.n3("new", "solid:inserts { <#a> <#b> 3 }", who="alice"), 204)
    code(at.n3("new", "solid:deletes { <#a> <#b> 1 }", who="alice"), 403)
    code(at.put("new", who="alice"), 403)
    assert "3" in at.get("new").text


@clause("byte ranges, single and suffix: 206 and 416")
def _(at: Place) -> None:
    at.put("x", b"0123456789", "text/plain")
    for asked, body in (
        ("0-0", b"0"),
        ("2-3", b"23"),
        ("8-", b"89"),
        ("-2", b"89"),
        ("0-99", None),
    ):
        answer = code(at.get("x", range=f"bytes={asked}"), 206)
        assert answer.content == (body or b"0123456789")
        assert answer.headers["content-range"].endswith("/10")
    for asked in ("10-", "99-100", "-0"):
        assert (
            code(at.get("x", range=f"bytes={asked}"), 416).headers["content-range"] == "bytes */10"
        )
    at.put("empty", b"", "text/plain")
    code(at.get("empty", range="bytes=0-0"), 416)


@clause("a long Accept with q-values is honoured; default Turtle")
def _(at: Place) -> None:
    at.put("x")
    assert at.get("x", accept=LONG_ACCEPT).headers["content-type"] == "application/ld+json"
    assert at.get("x", accept="*/*").headers["content-type"] == TURTLE
    assert at.get("", accept="text/html, */*;q=0.8").headers["content-type"] == TURTLE
    code(at.get("x", accept="text/turtle;q=0, image/png"), 406)
    many = ", ".join(f"a/b{n};q=0.{n % 10}" for n in range(60)) + ", application/ld+json"
    assert at.get("x", accept=many).headers["content-type"] == "application/ld+json"


# -------------------------------------------------------------------- CORS


@clause("M CORS: Origin is echoed with Vary on every answer, 401s too")
def _(at: Place) -> None:
    at.put("x")
    for answer in (
        at.get("x", origin=ORIGIN),
        at.get("x", who="public", origin=ORIGIN),
        at.get("x", who="alice", origin=ORIGIN),
        at.get("none", origin=ORIGIN),
        at.put("x", origin=ORIGIN, if_match='"o"'),
        at.put("x", b"<", origin=ORIGIN),
        at.ask("MKCOL", "", origin=ORIGIN),
        at.get("x", origin=ORIGIN, if_none_match="*"),
        at.get("x", origin=ORIGIN, range="bytes=9999-"),
        at.get("/.well-known/solid", origin=ORIGIN),
    ):
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "origin" in answer.headers["vary"].lower()
    assert at.get("x", origin="null").headers["access-control-allow-origin"] == "null"


@clause("M CORS: preflight asks for nobody, is empty, echoes what was asked and no more")
def _(at: Place) -> None:
    asked = "Authorization, content-TYPE,X-Odd"
    more = {"access_control_request_method": "PATCH", "access_control_request_headers": asked}
    for name in ("x", "", "missing/", "x.acl"):
        answer = code(at.ask("OPTIONS", name, who="public", origin=ORIGIN, **more), 200, 204)
        assert answer.content == b""
        assert answer.headers["access-control-allow-headers"] == asked
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        assert answer.headers["access-control-allow-origin"] == ORIGIN
    bare = at.ask("OPTIONS", "x", who="public", origin=ORIGIN, access_control_request_method="PUT")
    assert "access-control-allow-headers" not in bare.headers


@clause("M CORS: Expose-Headers is enumerated and covers every header used")
def _(at: Place) -> None:
    at.put("x")
    simple = {"cache-control", "content-language", "content-type", "expires", "pragma", "date"}
    # What a script has no use for: it governs how a browser shows a page.
    shown = {
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "connection",
        "server",
    }
    for answer in (
        at.get("x", origin=ORIGIN, range="bytes=0-1"),
        at.get("", origin=ORIGIN),
        at.put("y", origin=ORIGIN),
        at.get("x", who="public", origin=ORIGIN),
        at.ask("OPTIONS", "x", origin=ORIGIN),
        at.ask("OPTIONS", "x", origin=ORIGIN, access_control_request_method="PUT"),
    ):
        exposed = answer.headers["access-control-expose-headers"].lower()
        assert "*" not in exposed
        for name in answer.headers:
            if not name.startswith("access-control-") and name not in simple | shown:
                assert name in exposed.split(", "), name


@clause("M CORS: plain OPTIONS with an Origin answers likewise")
def _(at: Place) -> None:
    answer = code(at.ask("OPTIONS", "x", who="public", origin=ORIGIN), 204)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "WAC-Allow" in answer.headers["access-control-expose-headers"]
    assert answer.headers["accept-patch"]


@pytest.mark.parametrize("check", **clause.parameters())
def test_clause(served: Served, check: Check, request: pytest.FixtureRequest) -> None:
    number = [row for _, row in clause.rows].index(check)
    check(Place(served, f"http/{number}/"))


def test_a_raw_request_is_answered(served: Served) -> None:
    assert status(served.ask("OPTIONS", "*")) == 204
