"""The storage over HTTP: methods, status codes, conditions, ranges, bodies.

Each test quotes or names the rule of https://solidproject.org/TR/protocol or RFC 9110 it holds to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import httpx
import pytest

from tests.servers import ALICE, TURTLE, Served, running, status

NOTE = b'# kept as it is\n@prefix ex: <https://ex.example/>.\n<#it> ex:says "hi" .\n'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("http"), max_body_bytes=30 << 20) as served:
        yield served


@pytest.fixture
def here(request: pytest.FixtureRequest) -> str:
    """A container of the test's own."""
    return "t/" + "".join(c if c.isalnum() else "-" for c in request.node.name) + "/"


def put(served: Served, path: str, body: bytes = NOTE, kind: str = TURTLE) -> httpx.Response:
    return served.owner.put(path, content=body, headers={"content-type": kind})


def share(served: Served, path: str, *rules: str) -> None:
    """Rules on `path` for others; the owner keeps everything."""
    target = served.base + path
    both = f"acl:accessTo <{target}>" + (f"; acl:default <{target}>" if path.endswith("/") else "")
    text = "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n@prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"
    owner = f"acl:agent <{served.base}profile/card#me>; acl:mode acl:Read, acl:Write, acl:Control"
    for number, rule in enumerate((owner, *rules)):
        text += f"<#r{number}> a acl:Authorization; {both}; {rule}.\n"
    answer = put(served, path + ".acl", text.encode())
    assert answer.status_code in (201, 204), answer.text


PUBLIC_READ = "acl:agentClass foaf:Agent; acl:mode acl:Read"
ALICE_READ = f"acl:agent <{ALICE}>; acl:mode acl:Read"


# -------------------------------------------------------------------- reading and writing


def test_what_was_put_is_got_byte_for_byte(served: Served, here: str) -> None:
    answer = put(served, here + "note.ttl")
    assert answer.status_code == 201
    assert answer.headers["location"] == served.base + here + "note.ttl"
    got = served.owner.get(here + "note.ttl")
    assert got.status_code == 200
    assert got.content == NOTE
    assert got.headers["content-type"] == TURTLE
    assert got.headers["etag"] == answer.headers["etag"]


def test_head_is_get_without_a_body(served: Served, here: str) -> None:
    put(served, here + "note.ttl")
    got, head = served.owner.get(here + "note.ttl"), served.owner.head(here + "note.ttl")
    assert head.status_code == 200
    assert head.content == b""
    volatile = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in volatile} == {
        k: v for k, v in got.headers.items() if k not in volatile
    }


def test_created_201_replaced_204_deleted_204(served: Served, here: str) -> None:
    assert put(served, here + "x").status_code == 201
    assert put(served, here + "x").status_code == 204
    assert served.owner.delete(here + "x").status_code == 204
    assert served.owner.get(here + "x").status_code == 404
    assert served.owner.delete(here + "x").status_code == 404


def test_put_makes_the_containers_above(served: Served, here: str) -> None:
    put(served, here + "a/b/c.ttl")
    listing = served.owner.get(here + "a/")
    assert listing.status_code == 200
    assert "<b/>" in listing.text
    kinds = listing.headers["link"]
    assert '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"' in kinds


def test_a_container_is_made_by_put_and_by_post(served: Served, here: str) -> None:
    made = served.owner.put(here + "one/", content=b"", headers={"content-type": TURTLE})
    assert made.status_code == 201
    again = served.owner.put(here + "one/", content=b"", headers={"content-type": TURTLE})
    assert again.status_code == 204
    link = '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"'
    posted = served.owner.post(
        here, content=b"", headers={"content-type": TURTLE, "link": link, "slug": "two"}
    )
    assert posted.status_code == 201
    assert posted.headers["location"] == served.base + here + "two/"


def test_post_names_by_slug_and_never_twice(served: Served, here: str) -> None:
    put(served, here + "first")
    headers = {"content-type": "text/plain", "slug": "h%C3%A9llo w/\u00e9.acl".encode("latin-1")}
    places = [served.owner.post(here, content=b"x", headers=headers) for _ in range(2)]
    names = [p.headers["location"].removeprefix(served.base + here) for p in places]
    assert [p.status_code for p in places] == [201, 201]
    assert len(set(names)) == 2
    assert not any("/" in n or n.endswith(".acl") for n in names)
    assert served.owner.get(places[0].headers["location"]).content == b"x"


def test_post_without_slug_and_to_what_is_missing(served: Served, here: str) -> None:
    plain = {"content-type": "text/plain"}
    put(served, here + "doc")
    assert served.owner.post(here, content=b"x", headers=plain).status_code == 201
    assert served.owner.post(here + "no/", content=b"x", headers=plain).status_code == 404
    refused = served.owner.post(here + "doc", content=b"x", headers=plain)
    assert refused.status_code == 405
    assert "POST" not in refused.headers["allow"]


def test_slash_twins_never_both_exist(served: Served, here: str) -> None:
    put(served, here + "x")
    put(served, here + "y/z")
    assert put(served, here + "x/").status_code == 409
    assert put(served, here + "y").status_code == 409
    assert put(served, here + "x/below").status_code == 409
    assert served.owner.get(here + "x/").status_code == 404


def test_delete_of_root_405_of_full_container_409(served: Served, here: str) -> None:
    put(served, here + "x")
    for path in ("", ".acl"):
        answer = served.owner.delete("/" + path)
        assert answer.status_code == 405
        assert "DELETE" not in answer.headers["allow"]
    full = served.owner.delete(here)
    assert full.status_code == 409
    assert full.json()["code"] == "conflict"


def test_containment_is_not_written_by_hand(served: Served, here: str) -> None:
    put(served, here + "x")
    bad = b"<> <http://www.w3.org/ns/ldp#contains> <y>."
    assert put(served, here, bad).status_code == 409
    good = b'<> <http://purl.org/dc/terms/title> "T".'
    assert put(served, here, good).status_code == 204
    assert '"T"' in served.owner.get(here).text
    assert put(served, here, b"{}", "application/ld+json").status_code == 415


def test_patch_creates_inserts_and_deletes(served: Served, here: str) -> None:
    solid = (
        "@prefix solid: <http://www.w3.org/ns/solid/terms#>. @prefix ex: <https://ex.example/>.\n"
    )
    insert = solid + "_:p a solid:InsertDeletePatch; solid:inserts { <#a> ex:b 1 }."
    headers = {"content-type": "text/n3"}
    made = served.owner.patch(here + "p.ttl", content=insert, headers=headers)
    assert made.status_code == 201, made.text
    update = "DELETE DATA { <#a> <https://ex.example/b> 1 }; INSERT DATA { <#a> <https://ex.example/b> 2 }"
    done = served.owner.patch(
        here + "p.ttl", content=update, headers={"content-type": "application/sparql-update"}
    )
    assert done.status_code == 204, done.text
    assert "2" in served.owner.get(here + "p.ttl").text
    absent = solid + "_:p a solid:InsertDeletePatch; solid:deletes { <#a> ex:b 1 }."
    assert served.owner.patch(here + "p.ttl", content=absent, headers=headers).status_code == 409
    none = served.owner.patch(here + "p.ttl", content="<a> <b> <c>.", headers=headers)
    assert none.status_code == 422
    other = served.owner.patch(here + "p.ttl", content="x", headers={"content-type": "text/plain"})
    assert other.status_code == 415
    assert "text/n3" in other.headers["accept-patch"]


# -------------------------------------------------------------------- what a body must say


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH"])
def test_content_wants_a_content_type(served: Served, here: str, method: str) -> None:
    put(served, here + "x")
    path = here if method == "POST" else here + "x"
    request = served.owner.build_request(method, path, content=b"x")
    assert "content-type" not in request.headers
    assert served.owner.send(request).status_code == 400


def test_what_a_body_may_not_be(served: Served, here: str) -> None:
    def sent(**headers: str) -> int:
        names = {k.replace("_", "-"): v for k, v in headers.items()}
        return served.owner.put(here + "x", content=NOTE, headers=names).status_code

    assert sent(content_type="nonsense") == 400
    assert sent(content_type="text/turtle; charset=latin-1") == 415
    assert sent(content_type="text/turtle; charset=utf-8") == 201
    assert sent(content_type=TURTLE, content_encoding="gzip") == 415
    assert sent(content_type=TURTLE, content_range="bytes 0-3/9") == 400
    assert put(served, here + "y", b"<a> <b> .").status_code == 400
    assert put(served, here + "y?a=b").status_code == 400
    assert served.owner.get(here + "y").status_code == 404


def test_a_media_type_keeps_its_parameters(served: Served, here: str) -> None:
    put(served, here + "x", "é".encode("latin-1"), "text/plain; charset=latin-1")
    got = served.owner.get(here + "x")
    assert got.headers["content-type"].replace(" ", "") == "text/plain;charset=latin-1"


def test_too_large_is_said_before_it_is_read(served: Served, here: str) -> None:
    answer = served.ask(
        "PUT", f"/{here}big", f"Authorization: Bearer {served.token}", "Content-Type: a/b",
        "Content-Length: 99999999999",
    )  # fmt: skip
    assert status(answer) == 413


def test_a_large_body_goes_in_and_out_whole(served: Served, here: str) -> None:
    block = bytes(range(256)) * 4096

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield block

    made = served.owner.put(here + "big", content=pieces(), headers={"content-type": "a/b"})
    assert made.status_code == 201
    assert served.owner.head(here + "big").headers["content-length"] == str(20 << 20)
    seen = hashlib.sha256()
    with served.owner.stream("GET", here + "big") as got:
        for piece in got.iter_raw():
            seen.update(piece)
    assert seen.hexdigest() == hashlib.sha256(block * 20).hexdigest()
    part = served.owner.get(here + "big", headers={"range": "bytes=1048570-1048590"})
    assert part.content == (block * 2)[1048570:1048591]
    over = served.owner.put(
        here + "over", content=(block for _ in range(31)), headers={"content-type": "a/b"}
    )
    assert over.status_code == 413
    assert served.owner.get(here + "over").status_code == 404


# -------------------------------------------------------------------- conditions and ranges


def test_conditions_of_writes(served: Served, here: str) -> None:
    only_new = {"content-type": TURTLE, "if-none-match": "*"}
    made = served.owner.put(here + "x", content=NOTE, headers=only_new)
    assert made.status_code == 201
    assert served.owner.put(here + "x", content=NOTE, headers=only_new).status_code == 412
    stale = {"content-type": TURTLE, "if-match": '"stale"'}
    assert served.owner.put(here + "x", content=NOTE, headers=stale).status_code == 412
    assert served.owner.delete(here + "x", headers={"if-match": '"stale"'}).status_code == 412
    right = {"content-type": TURTLE, "if-match": made.headers["etag"]}
    changed = served.owner.put(here + "x", content=NOTE + b"#", headers=right)
    assert changed.status_code == 204
    assert changed.headers["etag"] != made.headers["etag"]
    assert served.owner.put(here + "x", content=NOTE, headers=right).status_code == 412


def test_conditions_of_reads(served: Served, here: str) -> None:
    etag = put(served, here + "x").headers["etag"]
    for tags in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = served.owner.get(here + "x", headers={"if-none-match": tags})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == etag
        assert "link" in answer.headers
    assert served.owner.get(here + "x", headers={"if-none-match": '"o"'}).status_code == 200
    assert served.owner.get(here + "x", headers={"if-match": '"o"'}).status_code == 412
    date = served.owner.get(here + "x").headers["last-modified"]
    assert served.owner.get(here + "x", headers={"if-modified-since": date}).status_code == 304
    junk = {"if-modified-since": "yesterday"}
    assert served.owner.get(here + "x", headers=junk).status_code == 200
    json = {"accept": "application/ld+json", "if-none-match": etag}
    assert served.owner.get(here + "x", headers=json).status_code == 200, "another representation"


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("bytes=0-0", (206, b"0", "bytes 0-0/10")),
        ("bytes=2-4", (206, b"234", "bytes 2-4/10")),
        ("bytes=7-", (206, b"789", "bytes 7-9/10")),
        ("bytes=-3", (206, b"789", "bytes 7-9/10")),
        ("bytes=-99", (206, b"0123456789", "bytes 0-9/10")),
        ("bytes=5-99", (206, b"56789", "bytes 5-9/10")),
        ("bytes=10-", (416, None, "bytes */10")),
        ("bytes=-0", (416, None, "bytes */10")),
        ("bytes=4-2", (200, b"0123456789", None)),
        ("bytes=a-b", (200, b"0123456789", None)),
        ("bytes=0-1,4-5", (200, b"0123456789", None)),
        ("lines=0-1", (200, b"0123456789", None)),
    ],
)
def test_ranges(served: Served, asked: str, answered: tuple[int, bytes | None, str | None]) -> None:
    put(served, "t/digits", b"0123456789", "text/plain")
    answer = served.owner.get("t/digits", headers={"range": asked})
    code, body, told = answered
    assert answer.status_code == code
    assert body is None or answer.content == body
    assert answer.headers.get("content-range") == told
    assert answer.headers["accept-ranges"] == "bytes"


def test_if_range_that_has_changed_sends_the_whole(served: Served, here: str) -> None:
    etag = put(served, here + "x", b"0123456789", "text/plain").headers["etag"]
    part = {"range": "bytes=0-1", "if-range": etag}
    assert served.owner.get(here + "x", headers=part).status_code == 206
    assert served.owner.get(here + "x", headers=part | {"if-range": '"o"'}).status_code == 200


# -------------------------------------------------------------------- representations


def test_representations_of_rdf(served: Served, here: str) -> None:
    put(served, here + "x")
    as_json = served.owner.get(here + "x", headers={"accept": "application/ld+json"})
    assert as_json.headers["content-type"] == "application/ld+json"
    assert as_json.json()
    lines = served.owner.get(here + "x", headers={"accept": "application/n-triples"})
    assert lines.text.strip().endswith('"hi" .')
    listed = served.owner.get(here, headers={"accept": "application/ld+json"})
    assert listed.headers["content-type"] == "application/ld+json"
    assert served.owner.get(here + "x", headers={"accept": "image/png"}).status_code == 406
    tags = {r.headers["etag"] for r in (as_json, lines, served.owner.get(here + "x"))}
    assert len(tags) == 3


# -------------------------------------------------------------------- authorization


def test_401_without_and_403_with_credentials(served: Served, here: str) -> None:
    put(served, here + "x")
    for path in (here + "x", here + "missing", here, here + "x.acl"):
        nobody = served.public.get(path)
        assert nobody.status_code == 401
        assert nobody.headers["www-authenticate"].startswith("Bearer ")
        assert served.alice.get(path).status_code == 403
    assert served.public.delete(here + "missing").status_code == 401
    assert served.alice.delete(here + "missing").status_code == 403
    assert put(served, here + "x").status_code == 204


def test_existence_type_and_method_do_not_show(served: Served, here: str) -> None:
    """Without Read a missing target answers like an existing one."""
    put(served, here + "x")
    share(served, here, "acl:agentClass acl:AuthenticatedAgent; acl:mode acl:Append")
    strip = {"iri", "date"}

    def told(path: str, method: str = "GET", **more: str) -> tuple[int, dict[str, str]]:
        answer = served.alice.request(method, path, headers=more)
        return answer.status_code, {
            k: v for k, v in answer.headers.items() if k not in ("date", "content-length")
        }

    assert strip
    assert told(here + "x") == told(here + "missing")
    assert told(here + "x", "DELETE") == told(here + "missing", "DELETE")
    etag = served.owner.get(here + "x").headers["etag"]
    assert told(here + "x", **{"if-none-match": etag})[0] == 403
    assert told(here + "x", **{"range": "bytes=99-"})[0] == 403


def test_public_and_shared_reads(served: Served, here: str) -> None:
    put(served, here + "x")
    share(served, here, PUBLIC_READ)
    got = served.public.get(here + "x")
    assert got.status_code == 200
    assert got.headers["wac-allow"] == 'user="read",public="read"'
    assert "private" not in got.headers["cache-control"]
    share(served, here, ALICE_READ)
    assert served.public.get(here + "x").status_code == 401
    mine = served.alice.get(here + "x")
    assert mine.headers["wac-allow"] == 'user="read",public=""'
    assert "private" in mine.headers["cache-control"]
    assert (
        served.alice.post(here + "x", content=b"", headers={"content-type": "a/b"}).status_code
        == 403
    )


def test_append_creates_and_never_echoes(served: Served, here: str) -> None:
    put(served, here + "x")
    share(served, here, f"acl:agent <{ALICE}>; acl:mode acl:Append")
    made = served.alice.post(here, content=b"secret", headers={"content-type": "text/plain"})
    assert made.status_code == 201
    assert b"secret" not in made.content
    assert served.alice.get(made.headers["location"]).status_code == 403
    assert (
        served.alice.put(here + "x", content=NOTE, headers={"content-type": TURTLE}).status_code
        == 403
    )


def test_a_token_that_is_not_valid_is_refused_everywhere(served: Served, here: str) -> None:
    put(served, here + "x")
    share(served, here, PUBLIC_READ)
    for header in (
        "Bearer nonsense",
        "Bearer",
        "Basic YTpi",
        "DPoP x",
        "Bearer a b",
        "Bearer \u00e9",
    ):
        answer = served.public.get(here + "x", headers={"authorization": header.encode("latin-1")})
        assert answer.status_code == 401, header
        assert "www-authenticate" in answer.headers


def test_a_cookie_opens_nothing_here(served: Served, here: str) -> None:
    put(served, here + "x")
    answer = served.public.get(here + "x", headers={"cookie": f"domicile={served.token}"})
    assert answer.status_code == 401


def test_rules_of_a_new_document_are_its_container(served: Served, here: str) -> None:
    put(served, here + "x")
    assert served.owner.get(here + "x.acl").status_code == 404
    assert put(served, here + "missing.acl").status_code >= 400


def test_a_browser_is_led_to_the_pages(served: Served, here: str) -> None:
    put(served, here + "x")
    accept = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "en"}
    answer = served.public.get(here + "x", headers=accept)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'href="/.pod/data/{here}x"' in answer.text
    assert "Private" in answer.text
    assert "url=/.pod/" in served.public.get("/", headers=accept).text
    french = served.public.get("/", headers=accept | {"accept-language": "fr-FR"})
    assert "Accès privé" in french.text


# -------------------------------------------------------------------- headers


def test_headers_of_every_resource(served: Served, here: str) -> None:
    put(served, here + "x")
    for path in ("/", here, here + "x"):
        for answer in (served.owner.get(path), served.owner.head(path), served.owner.options(path)):
            assert "GET, HEAD, OPTIONS, PUT, PATCH" in answer.headers["allow"]
            assert "text/n3" in answer.headers["accept-patch"]
            assert answer.headers["accept-put"]
            assert ("accept-post" in answer.headers) is path.endswith("/")
            links = answer.headers["link"]
            for relation in ("acl", "describedby", "type"):
                assert f'rel="{relation}"' in links
            assert 'rel="http://www.w3.org/ns/solid/terms#storageDescription"' in links
            assert ("pim/space#Storage" in links) is (path == "/")
    assert served.owner.options(here + "x").status_code == 204


def test_stored_bodies_never_run_as_us(served: Served, here: str) -> None:
    put(served, here + "x.html", b"<script>alert(1)</script>", "text/html")
    got = served.owner.get(here + "x.html")
    assert got.headers["content-security-policy"].startswith("sandbox;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in got.headers


ORIGIN = {"origin": "https://app.example"}


def test_cors_on_every_answer(served: Served, here: str) -> None:
    put(served, here + "x")
    answers = [
        served.owner.get(here + "x", headers=ORIGIN),
        served.owner.get(here + "none", headers=ORIGIN),
        served.public.get(here + "x", headers=ORIGIN),
        served.alice.put(here + "x", content=b"", headers=ORIGIN | {"content-type": TURTLE}),
        served.owner.put(here + "y", content=b"<", headers=ORIGIN | {"content-type": TURTLE}),
        served.owner.delete(here, headers=ORIGIN),
        served.owner.request("MKCOL", here, headers=ORIGIN),
        served.owner.options(here, headers=ORIGIN),
        served.public.get(".well-known/solid", headers=ORIGIN),
    ]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert "Origin" in answer.headers["vary"]
        exposed = answer.headers["access-control-expose-headers"]
        for name in ("WAC-Allow", "Link", "Location", "ETag", "WWW-Authenticate", "Accept-Patch"):
            assert name in exposed
        assert "access-control-allow-credentials" not in answer.headers


def test_preflight_needs_nobody(served: Served, here: str) -> None:
    asked = ORIGIN | {
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "Authorization, content-TYPE,X-Odd",
    }
    answer = served.public.options(here + "never", headers=asked)
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["access-control-allow-headers"] == "Authorization, content-TYPE,X-Odd"
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "access-control-expose-headers" in answer.headers
    del asked["access-control-request-headers"]
    bare = served.public.options(here, headers=asked)
    assert "access-control-allow-headers" not in bare.headers


# -------------------------------------------------------------------- the server's own


def test_the_servers_own_addresses(served: Served) -> None:
    assert served.public.get(".pod/health").json() == {"status": "ok"}
    described = served.public.get(".well-known/solid")
    assert "pim:Storage" in described.text
    as_json = served.public.get(".well-known/solid", headers={"accept": "application/ld+json"})
    assert as_json.json()
    assert served.public.put(".well-known/solid", content=b"x").status_code == 405
    for path in (".oidc/none", ".notifications/x", ".well-known/none", ".oidc"):
        assert served.owner.get(path).status_code == 404
        assert put(served, path).status_code == 404
    slug = {"slug": ".pod", "content-type": "text/plain"}
    made = served.owner.post("/", content=b"x", headers=slug)
    assert made.status_code == 201
    assert not made.headers["location"].endswith("/.pod")
    assert served.owner.request("BREW", "/").status_code == 405


def test_problem_documents(served: Served, here: str) -> None:
    answer = served.owner.put(here + "x", content=b"\n<a> <b", headers={"content-type": TURTLE})
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == 400
    assert told["code"] == "bad-input"
    assert told["title"] == "Bad Request"
    assert told["detail"]
