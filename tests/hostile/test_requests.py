"""Hostile HTTP against a running server: nothing opens, nothing breaks (no 5xx), nothing hangs (2 s).

Each trick stands beside a control that shows the straight way working.
"""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx
import pytest

from tests.hostile.sentences import damaged
from tests.servers import TURTLE, Served, drained, running, status
from tests.visiting import SAME_ORIGIN, Pages, visiting

SECRET, OPEN = b"<#it> <#is> 'not for you'.", b"<#it> <#is> 'for all'."
HANG = 2.0  # seconds
SLACK = 2.0  # a machine that runs other tests
FUZZ = int(os.environ.get("FUZZ_EXAMPLES", "2000"))
SEED = int(os.environ.get("FUZZ_SEED", "2"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    with running(folder, body_idle_seconds=0.5, max_body_bytes=1 << 20) as served:
        acl = "http://www.w3.org/ns/auth/acl#"
        rules = (
            f"@prefix acl: <{acl}>. <#me> a acl:Authorization; acl:accessTo <./>; acl:default <./>; "
            f"acl:agent <{served.base}profile/card#me>; acl:mode acl:Read, acl:Write, acl:Control. "
            "<#all> a acl:Authorization; acl:accessTo <./>; acl:default <./>; acl:mode acl:Read; "
            "acl:agentClass <http://xmlns.com/foaf/0.1/Agent>."
        )
        for path, body in (("t/secret.ttl", SECRET), ("pub/open.ttl", OPEN)):
            assert put(served, path, body).status_code == 201
        assert put(served, "pub/.acl", rules.encode()).status_code == 201
        assert served.owner.get("t/secret.ttl").content == SECRET
        assert served.public.get("pub/open.ttl").content == OPEN
        assert served.public.get("t/secret.ttl").status_code == 401
        yield served


@pytest.fixture(scope="module")
def pages(served: Served) -> Iterator[Pages]:
    with visiting(served.base) as pages:
        yield pages


def put(served: Served, path: str, body: bytes, kind: str = TURTLE) -> httpx.Response:
    return served.owner.put(path, content=body, headers={"content-type": kind})


def sent(served: Served, data: bytes) -> bytes:
    """What comes back for these bytes; fails for a 5xx and for silence."""
    began = time.monotonic()
    answer = served.raw(data, HANG * SLACK)
    assert time.monotonic() - began < HANG * SLACK, data[:200]
    assert status(answer) < 500, answer[:300]
    return answer


def asked(served: Served, method: str, target: str | bytes, *lines: str, body: bytes = b"") -> int:
    """The status for one request with `target` as it is; 0 where the server only closes."""
    target = target.encode("latin-1") if isinstance(target, str) else target
    head = [f"Host: localhost:{served.port}", "Connection: close", *lines]
    if body:
        head.append(f"Content-Length: {len(body)}")
    text = "\r\n".join(head).encode("latin-1")
    answer = sent(
        served, method.encode() + b" " + target + b" HTTP/1.1\r\n" + text + b"\r\n\r\n" + body
    )
    assert b"not for you" not in answer or f"Bearer {served.token}" in str(lines)
    return status(answer)


def mine(served: Served) -> str:
    return f"Authorization: Bearer {served.token}"


# -------------------------------------------------------------------- targets

REFUSED = [
    "/pub/../t/secret.ttl",
    "/pub/%2e%2e/t/secret.ttl",
    "/pub/%2E./t/secret.ttl",
    "/pub/..%2ft/secret.ttl",
    "/pub/..%2Ft%2Fsecret.ttl",
    "/pub/..%5ct/secret.ttl",
    "/pub/..\\t/secret.ttl",
    "/t%2fsecret.ttl",
    "//t/secret.ttl",
    "/t//secret.ttl",
    "/./t/secret.ttl",
    "/t/secret.ttl%00",
    "/t/secret.ttl%00.png",
    "/t/%73ecret.ttl%0d%0aX-Injected:%20yes",
    "/t/secret.ttl.acl.acl",
    "/t/secret.ttl.meta.acl",
    "/t/.acl/secret.ttl",
    "/t/.meta/secret.ttl",
    "/t/secret.ttl%",
    "/t/secret.ttl%zz",
    "/t/%c0%ae%c0%ae/secret.ttl",
    "/t/%ff",
    "/t/\xe2\x80\xae",
    "/t/%E2%80%AEltt.terces",
    "/t%2Fsecret.ttl",
    "/t/secret.ttl%2500%00",
    "/t/%2e%2e%2fsecret.ttl",
    "/t/%u002e%u002e/secret.ttl",
    "/t/secret.ttl%e0%80%af",
    "/t/%2eacl%2eacl",
    "/t/secret%2Ettl%2Eacl%2Eacl",
    "/%",
    "/" + "a" * 2100,
    "/" + "a/" * 40,
    "/" + "%41" * 2000,
]


@pytest.mark.parametrize("target", REFUSED, ids=lambda t: t[:30])
def test_targets_that_two_readers_could_read_differently(served: Served, target: str) -> None:
    assert asked(served, "GET", target) in (0, 400, 401, 404, 414)
    assert asked(served, "GET", target, mine(served)) in (0, 400, 414)
    for method in ("PUT", "DELETE"):
        lines = (mine(served), "Content-Type: text/plain")
        assert asked(served, method, target, *lines, body=b"x") in (0, 400, 414)
    assert served.owner.get("t/secret.ttl").content == SECRET


@pytest.mark.parametrize(
    "target",
    [
        "/t/secret.ttl;v=1",
        "/t/secret.ttl;/../open",
        "/t/secret.tt\u217c".encode(),  # ROMAN NUMERAL FIFTY for l
        "/t/s\u0435cret.ttl".encode(),  # CYRILLIC IE for e
        "/t/secret\uff0ettl".encode(),  # FULLWIDTH FULL STOP
        "/t\u2215secret.ttl".encode(),  # DIVISION SLASH
        "/t/SECRET.TTL",
        "/t/secret.ttl.",
        "/t/secret.ttl...",
        "/t/secret.ttl;",
        "/t;/secret.ttl",
        "/t/%2573ecret.ttl",
        "/t/%252e%252e/t/secret.ttl",
        "/t%252fsecret.ttl",
        "/t\uff0fsecret.ttl".encode(),  # FULLWIDTH SOLIDUS
        "/t/\uff0e\uff0e/t/secret.ttl".encode(),
        "/t/.ACL",
        "/t/secret.ttl.Acl",
        "/t/secret.ttl%20",
        "/t/secret.ttl/",
    ],
)
def test_names_that_only_look_alike_are_others(served: Served, target: str | bytes) -> None:
    assert asked(served, "GET", target) in (400, 401)
    assert asked(served, "GET", target, mine(served)) in (400, 404)


def test_same_name_in_another_spelling_has_the_same_rules(served: Served) -> None:
    for target in ("/t/%73ecret.ttl", "/%74/secret%2Ettl", "/t/secret.ttl?a=b"):
        assert asked(served, "GET", target) == 401
        assert asked(served, "GET", target, mine(served)) == 200
        assert asked(served, "GET", target.replace("/t/", "/x/").replace("/%74/", "/x/")) == 401
    assert asked(served, "GET", "http://evil.example/t/secret.ttl") in (0, 400, 401, 404, 421)
    assert asked(served, "GET", "*") in (0, 400, 401, 404)
    assert asked(served, "GET", "/pub/%6fpen.ttl") == 200


def test_both_forms_of_a_name_in_unicode_are_one(served: Served) -> None:
    """https://www.rfc-editor.org/rfc/rfc3987#section-5.3.2.2: one name, one set of rules."""
    put(served, "t/caf\u00e9", SECRET)
    for target in (
        "/t/caf\u00e9".encode(),
        "/t/cafe\u0301".encode(),
        "/t/cafe%CC%81",
        "/t/caf%c3%a9",
    ):
        assert asked(served, "GET", target) == 401
        assert asked(served, "GET", target, mine(served)) == 200
    assert asked(served, "GET", "/t/cafe", mine(served)) == 404


@pytest.mark.parametrize("host", ["localhost", "evil.example", "127.0.0.1:1", "[::1]"])
def test_a_target_in_absolute_form_opens_nothing_more(served: Served, host: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2"""
    refused = (400, 421)
    assert asked(served, "GET", f"http://{host}/t/secret.ttl") in (401, *refused)
    assert asked(served, "GET", f"http://{host}/t/secret.ttl", mine(served)) in (200, *refused)
    assert asked(served, "GET", f"http://{host}/pub/open.ttl") in (200, *refused)
    assert asked(served, "GET", f"http://{host}/pub/../t/secret.ttl", mine(served)) in (
        404,
        *refused,
    )


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "alice.localhost"])
def test_the_storage_under_another_name_says_its_own(served: Served, host: str) -> None:
    """A proof is for the configured address, and no link leads to the name that was asked for."""
    request = f"GET {{}} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{{}}\r\n"
    answer = sent(served, request.format("/t/secret.ttl", "").encode())
    assert status(answer) == 401 and host.encode() not in answer
    answer = sent(served, request.format("/pub/open.ttl", "").encode())
    assert status(answer) == 200 and host.encode() not in answer
    assert f"<{served.base}pub/open.ttl.acl>".encode() in answer


def test_auxiliaries_follow_their_subject(served: Served) -> None:
    for target in ("/pub/.acl", "/pub/%2eacl", "/pub/open.ttl.acl", "/t/secret.ttl.acl"):
        assert asked(served, "GET", target) == 401
    assert asked(served, "GET", "/pub/.acl", mine(served)) == 200


# -------------------------------------------------------------------- headers


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", ""])
def test_pages_under_another_name(served: Served, host: str) -> None:
    """DNS rebinding: a name that somebody lets point here shares no origin with these pages."""
    request = f"GET /.pod/sign-in HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert status(sent(served, request.encode())) in (400, 421)
    control = (
        f"GET /.pod/sign-in HTTP/1.1\r\nHost: localhost:{served.port}\r\nConnection: close\r\n\r\n"
    )
    assert status(sent(served, control.encode())) == 200


SMUGGLED = b"DELETE /pub/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 3\r\nContent-Length: {n}",
        "Content-Length: 3, {n}",
        "Content-Length: {n}\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: {n}",
        "Transfer-Encoding: xchunked\r\nContent-Length: 3",
        "Transfer-Encoding: chunked, identity\r\nContent-Length: 3",
        "Transfer-Encoding : chunked\r\nContent-Length: 3",
        "Transfer-Encoding:\x0bchunked\r\nContent-Length: 3",
        "Content-Length: +3",
        "Content-Length: -1",
        "Content-Length: 0x3",
        "Content-Length: 99999999999999999999999",
    ],
)
def test_one_request_is_never_two(served: Served, framing: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc9112#section-6.3"""
    put(served, "pub/smuggled", b"still here", "text/plain")
    body = b"0\r\n\r\n" + SMUGGLED.replace(b"\r\n\r\n", f"\r\n{mine(served)}\r\n\r\n".encode())
    head = (
        f"PUT /pub/framed HTTP/1.1\r\nHost: localhost:{served.port}\r\n{mine(served)}\r\n"
        f"Content-Type: text/plain\r\n{framing.format(n=len(body))}\r\n\r\n"
    )
    answer = sent(served, head.encode("latin-1") + body)
    codes = [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", answer)]
    # A body may be taken as chunks, if what follows is then not read as a request that deletes.
    assert all(code in (201, 204, 400, 408, 411, 413, 501) for code in codes[:1]), answer
    assert served.owner.get("pub/smuggled").content == b"still here", answer


def test_the_control_of_smuggling_two_honest_requests_in_one_connection(served: Served) -> None:
    put(served, "pub/smuggled", b"to delete", "text/plain")
    first = f"GET /pub/open.ttl HTTP/1.1\r\nHost: localhost:{served.port}\r\n\r\n".encode()
    second = f"DELETE /pub/smuggled HTTP/1.1\r\nHost: localhost:{served.port}\r\n{mine(served)}\r\n"
    answer = sent(served, first + second.encode() + b"Connection: close\r\n\r\n")
    assert re.findall(rb"HTTP/1\.1 (\d{3})", answer) == [b"200", b"204"]
    assert served.owner.get("pub/smuggled").status_code == 404


@pytest.mark.parametrize(
    ("lines", "allowed"),
    [
        (["X-Big: " + "a" * (1 << 20)], (0, 400, 431)),
        ([f"X-{n}: {n}" for n in range(5000)], (0, 400, 431)),
        (["Cookie: " + "a=b; " * 8000], (0, 200, 400, 431)),
        (["Range: bytes=" + ",".join("0-" for _ in range(8000))], (200, 206, 400, 416)),
        (["Range: bytes=" + ",".join(f"{n}-{n}" for n in range(4000))], (200, 206, 400, 416)),
        (["Range: bytes=" + "9" * 5000 + "-"], (200, 206, 400, 416)),
        (["Accept: " + ",".join(f"a/b{n};q=0.{n}" for n in range(3000))], (200, 400, 406)),
        (["Accept: " + "text/turtle;" * 4000], (200, 400, 406)),
        (["Accept: " + ";" * 40_000], (200, 400, 406)),
        (["Accept: " + '"' * 40_000], (200, 400, 406)),
        (["Accept-Language: " + ",".join(["fr"] * 10_000)], (200,)),
        (["If-None-Match: " + ",".join(f'"{n}"' for n in range(6000))], (200, 400)),
        (["If-Match: " + ",".join(f'W/"{n}"' for n in range(5000))], (400, 412)),
        (["If-Modified-Since: " + "Mon, " * 8000], (200, 400)),
        (["Authorization: Bearer " + "a" * 40_000], (400, 401)),
        (["Authorization: Bearer a", "Authorization: Bearer b"], (400, 401)),
        (["Origin: " + "h" * 40_000], (200, 400)),
        (["Link: " + "<a>; rel=b, " * 3000], (200, 400)),
        (["Slug: \xff\xfe"], (200, 400)),
        (["Expect: 200-ok"], (200, 400, 417)),
        (["Upgrade: websocket", "Connection: Upgrade"], (0, 200, 400, 403, 426)),
        (["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"], (0, 200, 400)),
    ],
    ids=lambda v: v[0][:24] if isinstance(v, list) else "",
)
def test_headers_made_to_cost(served: Served, lines: list[str], allowed: tuple[int, ...]) -> None:
    assert asked(served, "GET", "/pub/open.ttl", *lines) in allowed
    assert asked(served, "GET", "/pub/open.ttl") == 200


@pytest.mark.parametrize("target", ["/pub/open.ttl", "/.pod/sign-in", "/.pod/health"])
def test_a_head_over_its_limit_is_refused(served: Served, target: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc6585#section-5"""
    whole = [f"X-{n}: " + "a" * 4000 for n in range(15)]
    assert asked(served, "GET", target, *whole) == 200
    for lines in ([*whole, "X-more: " + "a" * 6000], ["X-one: " + "a" * 80_000]):
        assert asked(served, "GET", target, *lines) == 431
    assert asked(served, "GET", target + "?" + "a" * 70_000) in (414, 431)
    assert asked(served, "GET", target) == 200


def test_nothing_of_a_request_becomes_a_header_of_its_answer(served: Served) -> None:
    answer = served.ask("OPTIONS", "/pub/", "Origin: https://a.example\x0bX-Injected: yes")
    assert b"\r\nx-injected" not in answer.lower()
    slug = served.ask(
        "POST", "/pub/", mine(served), "Content-Type: text/plain", "Slug: a%0d%0aX-Injected: yes",
        body=b"x",
    )  # fmt: skip
    assert status(slug) == 201
    assert b"\r\nx-injected" not in slug.lower()


def test_forwarded_headers_of_strangers_are_not_believed(served: Served) -> None:
    spoof = [
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https",
        "Forwarded: for=127.0.0.1;host=evil.example",
        "X-Original-URL: /t/secret.ttl",
        "X-Rewrite-URL: /t/secret.ttl",
    ]
    answer = served.ask("GET", "/pub/", *spoof)
    assert status(answer) == 200
    assert b"evil.example" not in answer
    page = served.ask("GET", "/.pod/sign-in", *spoof)
    assert status(page) == 200
    assert b"evil.example" not in page
    # On this machine the name is filled in; through something that forwards, it is not given away.
    assert b'value="Ada"' in served.ask("GET", "/.pod/sign-in")
    assert b'value="Ada"' not in served.ask("GET", "/.pod/sign-in", "X-Forwarded-For: 127.0.0.1")


# -------------------------------------------------------------------- methods


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "get", "MKCOL", "PROPFIND", "G" * 300, "É"])
def test_methods_of_others(served: Served, method: str) -> None:
    assert asked(served, method, "/pub/open.ttl", mine(served)) in (0, 400, 405, 501)
    assert asked(served, method, "/.pod/sign-in") in (0, 400, 404, 405, 501)


def test_a_method_is_not_overridden(served: Served) -> None:
    put(served, "pub/kept", b"kept", "text/plain")
    for lines in (
        ["X-HTTP-Method-Override: DELETE"], ["X-Method-Override: DELETE"], ["X-HTTP-Method: DELETE"]
    ):  # fmt: skip
        for target in ("/pub/kept", "/pub/kept?_method=DELETE"):
            asked(served, "GET", target, mine(served), *lines)
            asked(served, "POST", target, mine(served), "Content-Type: a/b", *lines, body=b"x")
    assert served.owner.get("pub/kept").content == b"kept"
    assert served.owner.delete("pub/kept").status_code == 204


# -------------------------------------------------------------------- sessions


def test_the_storage_knows_no_cookie(served: Served, pages: Pages) -> None:
    assert pages.get("/.pod/").status_code == 200
    cookie = {"cookie": "; ".join(f"{k}={v}" for k, v in pages.client.cookies.items())}
    for method in ("GET", "PUT", "DELETE"):
        answer = served.public.request(method, "t/secret.ttl", headers=cookie, content=b"")
        assert answer.status_code in (400, 401)
        assert "set-cookie" not in answer.headers
    with httpx.Client(base_url=served.base, cookies=pages.client.cookies) as browser:
        assert browser.get("t/secret.ttl").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    ],
    ids=str,
)
def test_a_form_of_another_site_changes_nothing(
    served: Served, pages: Pages, headers: dict[str, str]
) -> None:
    fields = {"csrf": pages.csrf, "theme": "dark"}
    assert (
        pages.client.post("/.pod/settings/theme", data=fields, headers=headers).status_code == 403
    )
    assert pages.client.post("/.pod/settings/theme", data=fields, headers=SAME_ORIGIN).is_redirect


@pytest.mark.parametrize("csrf", ["", "0" * 43, "é", None])
def test_a_form_without_its_token_changes_nothing(pages: Pages, csrf: str | None) -> None:
    fields = {"theme": "dark"} | ({} if csrf is None else {"csrf": csrf})
    answer = pages.client.post("/.pod/settings/theme", data=fields, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    kind = {"content-type": "text/plain"}
    body = f"csrf={pages.csrf}&theme=dark"
    plain = pages.client.post("/.pod/settings/theme", content=body, headers=SAME_ORIGIN | kind)
    assert plain.status_code == 403


def test_a_session_is_new_at_each_sign_in_and_its_cookie_is_closed(served: Served) -> None:
    chosen = "attackers-choice-of-a-session-0000000000000"
    with httpx.Client(base_url=served.base) as browser:
        fields = {"name": "Ada", "password": "correct horse battery"}
        headers = SAME_ORIGIN | {"cookie": f"domicile={chosen}"}
        answer = browser.post("/.pod/sign-in", data=fields, headers=headers)
        cookies = answer.headers.get_list("set-cookie")
        assert not any(chosen in cookie for cookie in cookies)
        (cookie,) = (one for one in cookies if one.startswith("domicile="))
        for flag in ("HttpOnly", "SameSite=strict", "Path=/.pod/"):
            assert flag.lower() in cookie.lower()
        assert browser.get("/.pod/").status_code == 200
    with httpx.Client(base_url=served.base, headers={"cookie": f"domicile={chosen}"}) as attacker:
        assert attacker.get("/.pod/").status_code == 303


def test_no_page_can_be_framed(served: Served, pages: Pages) -> None:
    put(served, "pub/x.html", b"<p>x", "text/html")
    for path in (
        "/.pod/",
        "/.pod/sign-in",
        "/.pod/nowhere",
        "/.pod/static/site.css",
        "/.pod/api/x",
    ):
        policy = pages.client.get(path).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path
    for answer in (served.public.get("pub/x.html"), served.public.get("/", headers=HTML)):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


HTML = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "text/html"),
        ("a.svg", "image/svg+xml"),
        ("a.xhtml", "application/xhtml+xml"),
        ("a.xml", "text/xml"),
        ("a.js", "text/javascript"),
        ("a.mht", "multipart/related"),
        ("a.pdf", "application/pdf"),
        ("odd", "text/html; charset=utf-7"),
    ],
)
def test_what_is_stored_never_runs(served: Served, name: str, kind: str) -> None:
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>fetch('/.pod/')</script></svg>"
    assert put(served, f"pub/{name}", script, kind).status_code in (201, 204)
    for asking in ({}, {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}):
        got = served.public.get(f"pub/{name}", headers=asking)
        assert got.content == script
        policy = got.headers["content-security-policy"]
        assert policy.startswith("sandbox;")
        assert "allow-" not in policy
        assert "default-src 'none'" in policy
        assert got.headers["x-content-type-options"] == "nosniff"


# -------------------------------------------------------------------- slow and many


def test_slow_heads_and_bodies_hold_nobody_up(served: Served) -> None:
    peers = [socket.create_connection(("127.0.0.1", served.port), timeout=20) for _ in range(200)]
    try:
        for number, peer in enumerate(peers):
            head = f"PUT /pub/slow{number} HTTP/1.1\r\nHost: localhost:{served.port}\r\n"
            if number % 2:  # its body never comes
                head += f"{mine(served)}\r\nContent-Type: a/b\r\nContent-Length: 100000\r\n\r\nx"
            peer.sendall(head.encode())
        began = time.monotonic()
        for _ in range(5):
            assert served.public.get("pub/open.ttl").status_code == 200
        assert time.monotonic() - began < HANG * SLACK
        late = [status(drained(peer)) for peer in peers[1::2]]
        assert set(late) <= {0, 408}
        assert 408 in late
        for peer in peers[0::2][:3]:  # heads that do not end are closed too
            peer.settimeout(15)
            drained(peer)
            assert peer.recv(1) == b""
    finally:
        for peer in peers:
            peer.close()
    assert served.owner.get("pub/slow1").status_code == 404


@pytest.mark.parametrize("target", ["/pub/chunks", "/.pod/sign-in"])
@pytest.mark.parametrize(
    "body", [b"\0", b"zz\r\nhello\r\n0\r\n\r\n", b"5\r\nhel", b"f" * 20 + b"\r\n"]
)
def test_chunks_that_cannot_be_read(served: Served, target: str, body: bytes) -> None:
    """And the control: chunks that can."""
    kind = "Content-Type: application/x-www-form-urlencoded"
    method = "POST" if target.startswith("/.pod") else "PUT"
    head = (
        f"{method} {target} HTTP/1.1\r\nHost: localhost:{served.port}\r\nConnection: close\r\n"
        f"{mine(served)}\r\n{kind}\r\nSec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    assert status(sent(served, head + body)) in (400, 408)
    assert status(sent(served, head + b"3\r\na=b\r\n0\r\n\r\n")) in (201, 204, 401)


def test_a_form_is_bounded(served: Served) -> None:
    kind = SAME_ORIGIN | {"content-type": "application/x-www-form-urlencoded"}
    for size, expected in ((100, (401,)), (3 << 20, (400, 413))):
        answer = served.public.post("/.pod/sign-in", content=b"name=" + b"a" * size, headers=kind)
        assert answer.status_code in expected
    multipart = {"name": (None, "a" * (3 << 20))}
    answer = served.public.post("/.pod/sign-in", files=multipart, headers=SAME_ORIGIN)
    assert answer.status_code in (400, 413)


# -------------------------------------------------------------------- at random

METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "BREW")
TARGETS = (
    "/", "/pub/", "/pub/open.ttl", "/t/secret.ttl", "/t/", "/pub/.acl", "/t/secret.ttl.acl",
    "/pub/open.ttl.meta", "/pub/fuzz", "/pub/f/g/h", "/profile/card", "/.well-known/solid",
    "/.pod/health", "/.pod/", "/.pod/sign-in", "/.pod/data/", "/.pod/data/pub/open.ttl",
    "/.pod/activity?verb=Read", "/.pod/imports/x", "/.pod/runs/x", "/.pod/apps/my_smart_home",
    "/.pod/sparql?query=SELECT", "/.pod/api/", "/.pod/static/site.css", "/.pod/sources",
    "/.pod/activity?before=1", "/.pod/settings", "/.pod/sharing", "/.oidc/token",
)  # fmt: skip
HEADERS = (
    "Accept: text/turtle", "Accept: application/ld+json", "Accept: text/html", "Accept: */*;q=0",
    "Content-Type: text/turtle", "Content-Type: text/n3", "Content-Type: application/sparql-update",
    "Content-Type: application/ld+json", "Content-Type: multipart/form-data; boundary=x",
    "Content-Type: application/x-www-form-urlencoded", "If-Match: *", "If-None-Match: *",
    'If-Match: "a"', "Range: bytes=0-5", "Range: bytes=-1", "Slug: name", "Origin: https://a.example",
    'Link: <http://www.w3.org/ns/ldp#BasicContainer>; rel="type"', "Expect: 100-continue",
    "Accept-Language: en", "Sec-Fetch-Site: same-origin", "DPoP: a.b.c", "Cookie: domicile=x",
    "Content-Encoding: gzip", "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT",
    "Access-Control-Request-Method: PUT", "X-Forwarded-For: 1.2.3.4", "Content-Range: bytes 0-1/2",
)  # fmt: skip
BODIES = (
    b"", b"<#a> <#b> 'c'.", b"INSERT DATA { <#a> <#b> 1 }", b'{"@id": "#a"}', b"a=b&csrf=x",
    b"@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; "
    b"solid:inserts { <#a> <#b> 1 }.",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nb\r\n--x--\r\n',
    b"[" * 3000, b"<a> " * 500, bytes(range(256)), b"5\r\nhello\r\n0\r\n\r\n",
)  # fmt: skip


def example(chance: Random, served: Served, cookie: str) -> bytes:
    """One request: a valid one, changed at random in its line, its headers or its body."""
    target, body = chance.choice(TARGETS), chance.choice(BODIES)
    lines = [f"Host: localhost:{served.port}", "Connection: close"]
    lines += chance.sample(HEADERS, chance.randrange(5))
    if chance.random() < 0.7:
        lines.append(f"Cookie: {cookie}" if target.startswith("/.pod") else mine(served))
    if chance.random() < 0.1:
        lines.append("Transfer-Encoding: chunked")
    elif body or chance.random() < 0.3:
        lines.append(f"Content-Length: {len(body)}")
    parts = [
        f"{chance.choice(METHODS)} {target} HTTP/1.1".encode(),
        "\r\n".join(lines).encode("latin-1"),
        body,
    ]
    which = chance.randrange(4)
    if which < 3:
        parts[which] = damaged(chance, parts[which]) if chance.random() < 0.8 else parts[which]
    return parts[0] + b"\r\n" + parts[1] + b"\r\n\r\n" + parts[2]


def answered(served: Served, data: bytes) -> tuple[int, float]:
    """(status, seconds until the server has answered or closed)."""
    began = time.monotonic()
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", served.port), timeout=4 * HANG) as peer:
            peer.sendall(data)
            while b"\r\n" not in answer and (piece := peer.recv(1 << 16)):
                answer = (answer + piece).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    except (TimeoutError, ConnectionError):
        pass
    return status(answer), time.monotonic() - began


@pytest.mark.timeout(3600)
def test_requests_at_random_neither_break_nor_hang(served: Served, pages: Pages) -> None:
    chance = Random(SEED)
    cookie = "; ".join(f"{k}={v}" for k, v in pages.client.cookies.items())
    examples = [example(chance, served, cookie) for _ in range(FUZZ)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda data: answered(served, data), examples))
    broken = [(e, s) for e, (s, _) in zip(examples, found, strict=True) if s >= 500]
    slow = [(e, t) for e, (_, t) in zip(examples, found, strict=True) if t > HANG * SLACK]
    codes = {code: sum(s == code for s, _ in found) for code in sorted({s for s, _ in found})}
    longest = max(t for _, t in found)
    print(f"{len(examples)} requests, by status {codes}, longest {longest:.2f} s")
    assert not broken, broken[:5]
    assert not slow, slow[:5]
    assert {200, 201, 400, 401, 404} <= codes.keys(), "many got through to the handlers"
    assert served.process.poll() is None
    assert served.owner.get("t/secret.ttl").status_code in (200, 404)
    assert served.public.get(".pod/health").status_code == 200
