"""What https://solidproject.org/TR/wac says, and its conditions, against a running server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.protocol.clauses import (
    CONTAINER,
    NOTE,
    PREFIXES,
    TO_ALICE,
    TO_ALL,
    Check,
    Clauses,
    Place,
    code,
    links,
)
from tests.servers import ALICE, Served, running

clause = Clauses()
CLIENT = "urn:domicile:token:alice"  # the client that a local token stands for
CONDITION = "http://www.w3.org/ns/auth/acl#condition"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    changed = {"outbound_loopback": True, "group_seconds": 0.5, "group_bytes": 4096}
    with running(tmp_path_factory.mktemp("wac"), **changed) as served:
        yield served


@contextmanager
def elsewhere(body: bytes, *, status: int = 200, kind: str = "text/turtle") -> Iterator[list[str]]:
    """Another server that gives `body` for everything: [its address, then each path asked for]."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    asked.append(f"http://127.0.0.1:{server.server_port}/")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()


def statuses(at: Place, name: str = "x", **more: str) -> tuple[int, int]:
    """What GET says to (alice, the public)."""
    return tuple(at.get(name, who=who, **more).status_code for who in ("alice", "public"))  # type: ignore[return-value]


@clause("M one ACL a resource, Turtle, blank-node authorizations allowed")
def _(at: Place) -> None:
    at.put("x")
    code(at.put("x.acl", at.rules("x", f"{TO_ALICE}; acl:mode acl:Read")), 201)
    assert statuses(at) == (200, 401)
    assert [t for r, t in links(at.get("x")) if r == "acl"] == [at.url + "x.acl"]
    assert at.get("x.acl").headers["content-type"] == "text/turtle"


@clause("M 404 where the ACL has no representation: none is made on created containers")
def _(at: Place) -> None:
    at.put("x")
    at.put("c/d/e")
    made = at.post(body=b"", link=CONTAINER).headers["location"]
    for name in ("x.acl", ".acl", "c/.acl", "c/d/.acl", "c/d/e.acl", made + ".acl"):
        code(at.get(name), 404)


@clause("M the root ACL exists, grants Control and keeps granting it")
def _(at: Place) -> None:
    assert "acl:Control" in code(at.get("/.acl"), 200).text
    code(at.put("/.acl", b""), 409)
    me = f"acl:agent <{at.served.base}profile/card#me>"
    only_read = f"{PREFIXES}<#a> a acl:Authorization; {me}; acl:accessTo </>; acl:mode acl:Read."
    code(at.put("/.acl", only_read), 409)
    code(at.n3("/.acl", "solid:deletes { </.acl#owner> acl:mode acl:Control }"), 409)
    code(at.get("/.acl"), 200)


@clause("M the effective ACL is the nearest")
def _(at: Place) -> None:
    at.put("c/x")
    at.share("", f"{TO_ALICE}; acl:mode acl:Read")
    assert statuses(at, "c/x") == (200, 401)
    at.share("c/", f"{TO_ALL}; acl:mode acl:Append")
    assert statuses(at, "c/x") == (403, 401)
    at.share("c/x", f"{TO_ALL}; acl:mode acl:Read")
    assert statuses(at, "c/x") == (200, 200)
    at.delete("c/x.acl")
    at.delete("c/.acl")
    assert statuses(at, "c/x") == (200, 401)


@clause("M a fresh container is its owner's alone")
def _(at: Place) -> None:
    at.put("c/", b"")
    assert statuses(at, "c/") == (403, 401)


@clause("M accessTo is for the resource, default for what lies below")
def _(at: Place) -> None:
    at.put("c/x")
    at.share("c/", f"{TO_ALICE}; acl:accessTo <{at.url}c/>; acl:mode acl:Read")
    assert (statuses(at, "c/")[0], statuses(at, "c/x")[0]) == (200, 403)
    at.share("c/", f"{TO_ALICE}; acl:default <{at.url}c/>; acl:mode acl:Read")
    assert (statuses(at, "c/")[0], statuses(at, "c/x")[0]) == (403, 200)


@clause("M agent, agentClass foaf:Agent, agentClass acl:AuthenticatedAgent")
def _(at: Place) -> None:
    at.put("x")
    for whom, wanted in (
        (TO_ALICE, (200, 401)),
        ("acl:agent <https://bob.example/#me>", (403, 401)),
        (TO_ALL, (200, 200)),
        ("acl:agentClass acl:AuthenticatedAgent", (200, 401)),
        (f'acl:agent "{ALICE}"', (403, 401)),
    ):
        at.share("x", f"{whom}; acl:mode acl:Read")
        assert statuses(at) == wanted, whom


@clause("M agentGroup of this storage")
def _(at: Place) -> None:
    at.put("x")
    at.put("group", f"{PREFIXES}<#us> a vcard:Group; vcard:hasMember <{ALICE}>.")
    at.share("x", f"acl:agentGroup <{at.url}group#us>; acl:mode acl:Read")
    assert statuses(at) == (200, 401)
    at.put("group", f"{PREFIXES}<#them> a vcard:Group; vcard:hasMember <{ALICE}>.")
    assert statuses(at) == (403, 401)
    at.delete("group")
    assert statuses(at) == (403, 401)


@clause("M agentGroup of another server: fetched, remembered for a while, then asked for again")
def _(at: Place) -> None:
    at.put("x")
    group = f"{PREFIXES}<#us> a vcard:Group; vcard:hasMember <{ALICE}>.".encode()
    with elsewhere(group) as asked:
        at.share("x", f"acl:agentGroup <{asked[0]}g#us>; acl:mode acl:Read, acl:Write")
        for _ in range(3):
            assert statuses(at) == (200, 401)
        code(at.put("x", NOTE, who="alice"), 204)
        code(at.n3("x", "solid:inserts { <#a> <#b> 1 }", who="alice"), 204)
        assert asked[1:] in (["/g"], ["/g", "/g"], ["/g"] * 3)
        before = len(asked)
        time.sleep(0.6)
        code(at.put("x", NOTE, who="alice"), 204)
        assert len(asked) == before + 1


@clause("M agentGroup of another server: one that cannot be had denies, and stops nobody else")
def _(at: Place) -> None:
    at.put("x")
    member = f"{PREFIXES}<#us> vcard:hasMember <{ALICE}>.".encode()
    for body, status, kind in (
        (member, 500, "text/turtle"),
        (member, 200, "text/html"),
        (b"<<<", 200, "text/turtle"),
        (member + b"#" * 5000, 200, "text/turtle"),
        (member.replace(b"#us", b"#them"), 200, "text/turtle"),
    ):
        with elsewhere(body, status=status, kind=kind) as asked:
            at.share("x", f"acl:agentGroup <{asked[0]}g#us>; acl:mode acl:Read")
            assert statuses(at) == (403, 401), (status, kind)
            assert asked[1:] == ["/g"]
    for gone in ("http://127.0.0.1:9/g#us", "http://169.254.169.254/#us", "https://10.0.0.1/g#us"):
        at.share(
            "x", f"acl:agentGroup <{gone}>; acl:mode acl:Read", f"{TO_ALL}; acl:mode acl:Append"
        )
        assert statuses(at) == (403, 401)
        code(at.get("x"), 200)


@clause("acl:origin only narrows, and locks out nobody whom other rules admit")
def _(at: Place) -> None:
    at.put("x")
    app = "https://app.example"
    at.share("x", f"{TO_ALICE}; acl:origin <{app}>; acl:mode acl:Read")
    assert statuses(at) == (200, 401)
    assert statuses(at, origin=app) == (200, 401)
    assert statuses(at, origin="https://evil.example") == (403, 401)
    assert statuses(at, origin="null") == (403, 401)
    at.share("x", f"acl:origin <{app}>; acl:mode acl:Read")
    assert statuses(at, origin=app) == (403, 401), "an origin alone grants nothing"
    at.share("x", f"{TO_ALICE}; acl:mode acl:Read", f"acl:origin <{app}>; acl:mode acl:Read")
    assert statuses(at, origin="https://other.example") == (200, 401)


@clause("M create = Append or Write on the container and, by its default, on the new resource")
def _(at: Place) -> None:
    at.put("c/", b"")
    to, default = f"acl:accessTo <{at.url}c/>", f"acl:default <{at.url}c/>"
    for rules, put, post in (
        ([f"{TO_ALICE}; {to}; acl:mode acl:Append"], 403, 201),
        ([f"{TO_ALICE}; {to}; acl:mode acl:Write"], 403, 201),
        ([f"{TO_ALICE}; {default}; acl:mode acl:Write"], 403, 403),
        ([f"{TO_ALICE}; {to}, <{at.url}c/>; {default}; acl:mode acl:Append"], 403, 201),
        (
            [
                f"{TO_ALICE}; {to}; acl:mode acl:Append",
                f"{TO_ALICE}; {default}; acl:mode acl:Write",
            ],
            201,
            201,
        ),
    ):
        at.share("c/", *rules)
        for name in ("n", "deep/er/n"):
            code(at.put("c/" + name, who="alice"), put)
        code(at.post("c/", who="alice"), post)
        for name in ("n", "deep/er/n", "deep/er/", "deep/"):
            at.delete("c/" + name)


@clause("M delete = Write on the resource and its container, for a container Read too")
def _(at: Place) -> None:
    to, default = f"acl:accessTo <{at.url}c/>", f"acl:default <{at.url}c/>"
    for above, below, document, container in (
        ("Write", "Write", 204, 403),
        ("Write", "Read", 403, 403),
        ("Append", "Write", 403, 403),
        ("Read", "Write", 403, 403),
        ("Write", "Write, acl:Read", 204, 204),
    ):
        at.put("c/x")
        at.put("c/d/", b"")
        rules = [
            f"{TO_ALICE}; {to}; acl:mode acl:{above}",
            f"{TO_ALICE}; {default}; acl:mode acl:{below}",
        ]
        at.share("c/", *rules)
        code(at.delete("c/x", who="alice"), document)
        code(at.delete("c/d/", who="alice"), container)


@clause("M an ACL is read and written with Control, and with nothing else")
def _(at: Place) -> None:
    at.put("x")
    for modes, wanted in (("acl:Read, acl:Write, acl:Append", False), ("acl:Control", True)):
        at.share("x", f"{TO_ALICE}; acl:mode {modes}")
        rules = at.rules("x", f"{TO_ALICE}; acl:mode {modes}")
        code(at.get("x.acl", who="alice"), 200 if wanted else 403)
        code(at.put("x.acl", rules, who="alice"), 204 if wanted else 403)
        code(at.n3("x.acl", "solid:inserts { <#a> <#b> 1 }", who="alice"), 204 if wanted else 403)
        code(at.get("x", who="alice"), 403 if wanted else 200)
        code(at.delete("x.acl", who="alice"), 204 if wanted else 403)


@clause("M WAC-Allow: exact sets, on GET and HEAD")
def _(at: Place) -> None:
    at.put("x")
    for rules, hers, publics in (
        ([f"{TO_ALL}; acl:mode acl:Read"], "read", "read"),
        (
            [f"{TO_ALICE}; acl:mode acl:Read, acl:Write", f"{TO_ALL}; acl:mode acl:Read"],
            "append read write",
            "read",
        ),
        (
            [
                f"{TO_ALICE}; acl:mode acl:Read, acl:Control",
                f"{TO_ALL}; acl:mode acl:Read, acl:Append",
            ],
            "append control read",
            "append read",
        ),
    ):
        at.share("x", *rules)
        for method in ("GET", "HEAD"):
            said = at.ask(method, "x", who="alice").headers["wac-allow"]
            assert said == f'user="{hers}",public="{publics}"'
            anonymous = at.ask(method, "x", who="public").headers["wac-allow"]
            assert anonymous == f'user="{publics}",public="{publics}"'
    exposed = at.get("x", origin="https://a.example").headers["access-control-expose-headers"]
    assert "WAC-Allow" in exposed
    assert at.get("x").headers["wac-allow"].startswith('user="append control read write"')


@clause("acl:condition, ClientCondition: client, clientGroup, clientClass")
def _(at: Place) -> None:
    at.put("x")
    at.put("apps", f"{PREFIXES}<#good> vcard:hasMember <{CLIENT}>.")
    for condition, wanted in (
        (f"acl:client <{CLIENT}>", 200),
        (f"acl:client <{CLIENT}>, <https://other.example/>", 200),
        ("acl:client <https://other.example/>", 403),
        (f"acl:clientGroup <{at.url}apps#good>", 200),
        (f"acl:clientGroup <{at.url}apps#bad>", 403),
        ("acl:clientClass foaf:Agent", 200),
    ):
        rule = (
            f"{TO_ALICE}; acl:mode acl:Read; acl:condition [ a acl:ClientCondition; {condition} ]"
        )
        at.share("x", rule)
        code(at.get("x", who="alice"), wanted)
    at.share(
        "x",
        f"{TO_ALL}; acl:mode acl:Read; "
        f"acl:condition [ a acl:ClientCondition; acl:client <{CLIENT}> ]",
    )
    assert code(at.get("x", who="alice"), 200).headers["wac-allow"] == 'user="read",public=""'
    code(at.get("x", who="public"), 401)


@clause("acl:condition, IssuerCondition; several are conjunctive")
def _(at: Place) -> None:
    at.put("x")
    client = f"acl:condition [ a acl:ClientCondition; acl:client <{CLIENT}> ]"
    issuer = "acl:condition [ a acl:IssuerCondition; {} ]"
    for conditions, wanted in (
        ([issuer.format("acl:issuer <https://op.example/>")], 403),
        ([issuer.format("acl:issuerClass foaf:Agent")], 200),
        ([client, issuer.format("acl:issuerClass foaf:Agent")], 200),
        ([client, issuer.format("acl:issuer <https://op.example/>")], 403),
    ):
        at.share("x", "; ".join([TO_ALICE, "acl:mode acl:Read", *conditions]))
        code(at.get("x", who="alice"), wanted)


@clause("acl:condition is signalled by Link on the effective ACL")
def _(at: Place) -> None:
    at.put("x")
    at.share("x")
    for method in ("GET", "HEAD", "OPTIONS"):
        found = {t for r, t in links(at.ask(method, "x.acl")) if r == CONDITION}
        assert {t.rpartition("#")[2] for t in found} == {"ClientCondition", "IssuerCondition"}
    assert not [t for r, t in links(at.get("x")) if r == CONDITION]


@clause("a condition that is not implemented is refused: 422, and nothing is stored")
def _(at: Place) -> None:
    at.put("x")
    for condition in (
        "[ a acl:TimeCondition ]",
        "[ acl:client <https://a.example/> ]",
        "[ a acl:ClientCondition, acl:IssuerCondition; acl:client <https://a.example/> ]",
        "[ a acl:ClientCondition; acl:issuer <https://a.example/> ]",
        "[ a acl:ClientCondition; acl:clientClass acl:Trusted ]",
        "[ a acl:ClientCondition; acl:client 'text' ]",
        "<https://elsewhere.example/condition>",
        "'text'",
    ):
        rules = at.rules("x", f"{TO_ALICE}; acl:mode acl:Read; acl:condition {condition}")
        code(at.put("x.acl", rules), 422)
        code(at.get("x.acl"), 404)
    for rule in ("acl:mode acl:Read, acl:Other", "acl:mode acl:Read; acl:notAfter 5"):
        code(at.put("x.acl", at.rules("x", f"{TO_ALICE}; {rule}")), 422)
    code(
        at.n3(
            "x.acl",
            f"solid:inserts {{ <#a> a acl:Authorization; {TO_ALICE}; acl:accessTo <x>; "
            "acl:mode acl:Read; acl:condition <#c> . <#c> a acl:Odd }",
        ),
        422,
    )


@pytest.mark.parametrize("check", **clause.parameters())
def test_clause(served: Served, check: Check) -> None:
    number = [row for _, row in clause.rows].index(check)
    check(Place(served, f"wac/{number}/"))
