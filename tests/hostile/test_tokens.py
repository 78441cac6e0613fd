"""Tokens and proofs that lie. Every attack stands beside the same request that is honest."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from pod.identity import jws
from tests.apps import App, Browser
from tests.hostile.issuers import Foreign, foreign
from tests.servers import TURTLE, Served, running, serving

NOTE = "t/note"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tokens")
    with running(
        folder, outbound_loopback="true", outbound_seconds=2, registrations=1000
    ) as served:
        rules = (
            "@prefix acl: <http://www.w3.org/ns/auth/acl#>."
            f"<#o> a acl:Authorization; acl:agent <{served.base}profile/card#me>;"
            "acl:accessTo <note>; acl:mode acl:Read, acl:Write, acl:Control."
            "<#a> a acl:Authorization; acl:agentClass acl:AuthenticatedAgent;"
            "acl:accessTo <note>; acl:mode acl:Read."
        )
        turtle = {"content-type": TURTLE}
        assert served.owner.put(NOTE, content=b"", headers=turtle).status_code == 201
        assert served.owner.put(NOTE + ".acl", content=rules, headers=turtle).status_code == 201
        time.sleep(2)  # proofs from before the start are refused
        yield served


@pytest.fixture(scope="module")
def app(served: Served) -> App:
    return App.registered(served.base)


@pytest.fixture(scope="module")
def token(served: Served, app: App) -> str:
    with Browser(served.base) as browser:
        return str(app.sign_in(browser)["access_token"])


@pytest.fixture
def bob() -> Iterator[Foreign]:
    with foreign() as found:
        yield found


def status(app: App, served: Served, token: str, **more: Any) -> int:
    return app.send("GET", served.base + NOTE, token, **more).status_code


# -------------------------------------------------------------------- proofs

OTHER = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({}, 200),
        ({"htu": "{base}t/note?query#fragment"}, 200),
        ({"iat": -1}, 200),
        ({"htm": "POST"}, 401),
        ({"htm": "get"}, 401),
        ({"htm": None}, 401),
        ({"htu": "{base}t/Note"}, 401),
        ({"htu": "{base}t/note/"}, 401),
        ({"htu": "{base}t/other"}, 401),
        ({"htu": "{base}t//note"}, 401),
        ({"htu": "{BASE}t/note"}, 401),
        ({"htu": "http://localhost:1/t/note"}, 401),
        ({"htu": "https://localhost:{port}/t/note"}, 401),
        ({"htu": "http://localhost/t/note"}, 401),
        ({"htu": "http://evil@localhost:{port}/t/note"}, 401),
        ({"htu": None}, 401),
        ({"htu": ["{base}t/note"]}, 401),
        ({"iat": -3600}, 401),
        ({"iat": 3600}, 401),
        ({"iat": None}, 401),
        ({"jti": None}, 401),
        ({"jti": ""}, 401),
        ({"jti": 7}, 401),
        ({"jti": "x" * 300}, 401),
        ({"ath": "wrong"}, 401),
        ({"ath": 7}, 401),
        ({"header": {"typ": "JWT"}}, 401),
        ({"header": {"typ": None}}, 401),
        ({"header": {"jwk": None}}, 401),
        ({"header": {"crit": ["b64"], "b64": False}}, 401),
        ({"header": {"jwk": jws.public_jwk(OTHER.public_key())}}, 401),
        ({"key": OTHER}, 401),
        ({"key": RSA_KEY}, 401),
    ],
)
def test_a_proof_is_for_this_request_by_this_key(
    served: Served, app: App, token: str, changed: dict[str, Any], wanted: int
) -> None:
    places = {
        "base": served.base,
        "BASE": served.base.replace("localhost", "LOCALHOST"),
        "port": served.port,
    }
    changed = {k: v.format(**places) if isinstance(v, str) else v for k, v in changed.items()}
    if isinstance(changed.get("iat"), int):
        changed["iat"] += int(time.time())
    proof = app.proof("GET", served.base + NOTE, **changed)
    answer = app.send("GET", served.base + NOTE, token, proof=proof)
    assert answer.status_code == wanted, answer.text
    if wanted == 401:
        assert "invalid_dpop_proof" in answer.headers["www-authenticate"]


def test_ath_is_checked_where_it_is_there(served: Served, app: App, token: str) -> None:
    url = served.base + NOTE
    right = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
    assert status(app, served, token, proof=app.proof("GET", url, ath=right)) == 200
    assert status(app, served, token, proof=app.proof("GET", url, ath=right[::-1])) == 401


def test_a_proof_serves_once(served: Served, app: App, token: str) -> None:
    url = served.base + NOTE
    proof = app.proof("GET", url, jti="once")
    assert status(app, served, token, proof=proof) == 200
    assert status(app, served, token, proof=proof) == 401
    later = app.proof("GET", url, jti="once", iat=int(time.time()) + 1)
    assert status(app, served, token, proof=later) == 401
    # Another key's jti is another one.
    other = App(served.base, app.id)
    assert status(other, served, token, proof=other.proof("GET", url, jti="once")) == 401
    assert status(app, served, token) == 200


def test_of_many_at_once_with_one_proof_one_gets_in(served: Served, app: App, token: str) -> None:
    proof = app.proof("GET", served.base + NOTE)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(status(app, served, token, proof=proof)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200] + [401] * 7


def test_a_private_key_in_the_header_is_refused(served: Served, app: App, token: str) -> None:
    numbers = app.key.private_numbers()
    whole = {
        **jws.public_jwk(app.key.public_key()),
        "d": jws.encode(numbers.private_value.to_bytes(32)),
    }
    proof = app.proof("GET", served.base + NOTE, header={"jwk": whole})
    assert status(app, served, token, proof=proof) == 401
    assert status(app, served, token) == 200


def test_restart_accepts_nothing_a_second_time(tmp_path: Any) -> None:
    with running(tmp_path, outbound_loopback="true") as first:
        app = App.registered(first.base)
        first.owner.put(NOTE, content=b"", headers={"content-type": TURTLE})
        with Browser(first.base) as browser:
            found = app.sign_in(browser)
        url = first.base + NOTE
        now = app.proof("GET", url)
        ahead = app.proof("GET", url, iat=int(time.time()) + 8)  # a fast clock
        for proof in (now, ahead):
            assert status(app, first, found["access_token"], proof=proof) == 200
        port, data = first.port, first.data
        first.process.terminate()
        first.process.wait(20)
        with serving(data, port):
            for proof in (now, ahead):
                assert status(app, first, found["access_token"], proof=proof) == 401
            deadline = time.monotonic() + 15
            while status(app, first, found["access_token"]) != 200:
                assert time.monotonic() < deadline
                time.sleep(0.5)


def test_a_full_memory_of_proofs_is_503_and_forgets_none(tmp_path: Any) -> None:
    with running(tmp_path, outbound_loopback="true", dpop_proofs=6, dpop_seconds=8) as served:
        app = App.registered(served.base)
        time.sleep(1.1)
        with Browser(served.base) as browser:
            token = app.sign_in(browser)["access_token"]
        url = served.base + "profile/card"
        proofs = [app.proof("GET", url) for _ in range(8)]
        found = [app.send("GET", url, token, proof=proof) for proof in proofs]
        assert {one.status_code for one in found} == {200, 503}
        assert found[-1].status_code == 503 and found[-1].headers["retry-after"]
        assert app.send("GET", url, token, proof=proofs[0]).status_code == 401
        time.sleep(9)
        assert app.send("GET", url, token).status_code == 200


# -------------------------------------------------------------------- access tokens


def test_a_bound_token_is_no_bearer_token(served: Served, app: App, token: str) -> None:
    url = served.base + NOTE
    assert status(app, served, token) == 200
    alone = httpx.get(url, headers={"authorization": f"Bearer {token}"})
    assert alone.status_code == 401
    both = httpx.get(
        url, headers={"authorization": f"Bearer {token}", "dpop": app.proof("GET", url)}
    )
    assert both.status_code == 401
    assert status(app, served, token, proof=None) == 401


def forged(token: str, header: dict[str, Any], claims: dict[str, Any], secret: bytes | None) -> str:
    """A token whose header and claims are changed, unsigned or signed with `secret`."""
    read = jws.read(token)
    parts = [{**read.header, **header}, {**read.claims, **claims}]
    text = ".".join(jws.encode(json.dumps(part).encode()) for part in parts)
    mac = b"x" if secret is None else hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{jws.encode(mac)}"


def test_algorithms_are_not_confused(served: Served, app: App, token: str) -> None:
    assert status(app, served, token) == 200
    key = served.public.get("/.oidc/jwks").json()["keys"][0]
    public = jws.read_jwk({k: v for k, v in key.items() if k in ("kty", "crv", "x", "y", "n", "e")})
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for header, secret in (
        ({"alg": "none"}, None),
        ({"alg": "None"}, None),
        ({"alg": "HS256"}, pem),
        ({"alg": "HS256"}, json.dumps(key).encode()),
        ({"alg": "RS256"}, None),
        ({"alg": "ES256K"}, None),
        ({}, None),
        ({"jwk": jws.public_jwk(OTHER.public_key())}, None),
        ({"kid": "another"}, None),
        ({"kid": ["list"]}, None),
        ({"kid": None}, None),
    ):
        assert status(app, served, forged(token, header, {}, secret)) == 401, header
    bare = token.rsplit(".", 1)[0] + "."
    assert status(app, served, bare) == 401


def test_a_key_that_the_token_brings_itself_is_not_believed(
    served: Served, app: App, token: str
) -> None:
    read = jws.read(token)
    for header in ({"jwk": jws.public_jwk(app.key.public_key())}, {"jku": "http://localhost:1/"}):
        own = jws.sign(app.key, {**read.header, **header}, read.claims)
        assert status(app, served, own) == 401
    assert status(app, served, token) == 200


def test_an_id_token_is_no_access_token(served: Served) -> None:
    other = App.registered(served.base)
    with Browser(served.base) as browser:
        answer = other.sign_in(browser)
    assert status(other, served, answer["access_token"]) == 200
    assert status(other, served, answer["id_token"]) == 401
    assert status(other, served, answer["refresh_token"]) == 401


@pytest.mark.parametrize("text", ["a.b.c", "..", "A" * 9000 + ".A.A", "e30.e30.AA", "[].[].AA"])
def test_rubbish_is_refused(served: Served, app: App, text: str) -> None:
    assert status(app, served, text) == 401


def test_deep_json_in_a_token_is_refused(served: Served, app: App, token: str) -> None:
    deep = jws.encode(b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}")
    head, body, signature = token.split(".")
    assert status(app, served, f"{deep}.{body}.{signature}") == 401
    assert status(app, served, f"{head}.{deep}.{signature}") == 401
    assert status(app, served, token) == 200


# -------------------------------------------------------------------- somebody else's issuer


def test_a_foreign_person_gets_in(served: Served, bob: Foreign) -> None:
    app = App(bob.base)
    token = bob.token(app.key)
    answer = app.send("GET", served.base + NOTE, token)
    assert answer.status_code == 200, answer.text
    assert answer.headers["wac-allow"] == 'user="read",public=""'
    assert app.send("PUT", served.base + NOTE, token, content=b"").status_code == 403
    # The profile is read before the issuer is asked anything; then all is kept.
    assert bob.asked == ["/bob", "/.well-known/openid-configuration", "/jwks"]


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "somebody else"},
        {"aud": None},
        {"aud": ["https://rs.example/"]},
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"iat": int(time.time()) + 9999},
        {"nbf": int(time.time()) + 9999},
        {"webid": None},
        {"webid": "bob"},
        {"webid": ["x"]},
        {"webid": "file:///etc/passwd"},
        {"cnf": None},
        {"cnf": {}},
        {"cnf": {"jkt": "another"}},
        {"key": OTHER},
        {"key": RSA_KEY},
        {"header": {"typ": "dpop+jwt"}},
        {"header": {"kid": "unknown"}},
    ],
)
def test_foreign_tokens_that_lie(served: Served, bob: Foreign, changed: dict[str, Any]) -> None:
    app = App(bob.base)
    assert status(app, served, bob.token(app.key)) == 200
    assert status(app, served, bob.token(app.key, **changed)) == 401


def test_an_issuer_that_the_profile_does_not_list_is_not_even_asked(
    served: Served, bob: Foreign
) -> None:
    app = App(bob.base)
    bob.listed = ["https://issuer.example/", bob.base.rstrip("/"), bob.base + "other"]
    assert status(app, served, bob.token(app.key)) == 401
    assert bob.asked == ["/bob"]


def test_an_issuer_cannot_speak_for_anothers_people(served: Served, bob: Foreign) -> None:
    with foreign() as mallory:
        app = App(mallory.base)
        assert status(app, served, mallory.token(app.key)) == 200
        assert status(app, served, mallory.token(app.key, webid=bob.webid)) == 401
        assert (
            status(app, served, mallory.token(app.key, webid=served.base + "profile/card#me"))
            == 401
        )
        # Nor by giving itself the other's name.
        assert status(app, served, mallory.token(app.key, iss=bob.base, webid=bob.webid)) == 401
    app = App(served.base)
    forged = bob.token(app.key, iss=served.base, webid=served.base + "profile/card#me")
    assert status(app, served, forged) == 401


def test_an_issuer_that_calls_itself_otherwise_is_refused(served: Served, bob: Foreign) -> None:
    app = App(bob.base)
    told = {"issuer": bob.base.rstrip("/"), "jwks_uri": bob.base + "jwks"}
    kind = {"content-type": "application/json"}
    bob.changed["/.well-known/openid-configuration"] = (200, kind, json.dumps(told).encode())
    assert status(app, served, bob.token(app.key)) == 401


def bearer(url: str, token: str, **more: str) -> int:
    return httpx.get(url, headers={"authorization": f"Bearer {token}", **more}).status_code


def test_what_is_stricter_and_what_is_laxer_are_settings(
    served: Served, app: App, token: str, bob: Foreign, tmp_path: Path
) -> None:
    """`dpop_ath`: proofs name their token. `bearer_tokens`: a token that no key protects is believed.
    The module's server, which has neither, is the control."""
    loose = bob.token(app.key, cnf=None)
    assert bearer(served.base + NOTE, loose) == 401
    assert status(app, served, token) == 200
    facts = {"outbound_loopback": "true", "dpop_ath": "true", "bearer_tokens": "true"}
    with running(tmp_path, **facts) as other:
        time.sleep(1.1)
        mine, card = App.registered(other.base), other.base + "profile/card"
        with Browser(other.base) as browser:
            bound = mine.sign_in(browser)["access_token"]
        ath = base64.urlsafe_b64encode(hashlib.sha256(bound.encode()).digest()).rstrip(b"=")
        named = mine.proof("GET", card, ath=ath.decode())
        assert mine.send("GET", card, bound).status_code == 401
        assert mine.send("GET", card, bound, proof=named).status_code == 200
        # Believed alone, never with a proof's scheme; one that a key protects is no bearer token.
        assert bearer(card, loose) == 200
        assert mine.send("GET", card, loose).status_code == 401
        assert bearer(card, bound) == 401
        with foreign() as mallory:
            assert bearer(card, mallory.token(app.key, cnf=None, webid=bob.webid)) == 401


def drip(handler: Any) -> None:
    """One byte every now and then, for as long as somebody listens."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    try:
        for _ in range(60):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.2)
    except OSError:
        pass


def flood(handler: Any) -> None:
    """A body without an end."""
    handler.send_response(200)
    handler.send_header("content-type", "text/turtle")
    handler.end_headers()
    try:
        for _ in range(1 << 14):
            handler.wfile.write(b"#" * 65536)
    except OSError:
        pass


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("path", ["/bob", "/.well-known/openid-configuration", "/jwks"])
@pytest.mark.parametrize(
    "answer",
    [
        (200, {"content-type": "text/html"}, b"<html>"),
        (200, JSON, b"[" * 100_000),
        (200, JSON, b'{"a":' * 100_000),
        (200, JSON, b"\xff\xfe"),
        (500, JSON, b"{}"),
        (302, {"location": "http://192.168.0.1/"}, b""),
        (302, {"location": "http://[::ffff:10.0.0.1]/"}, b""),
        (302, {"location": "https://169.254.169.254/latest/meta-data"}, b""),
        (302, {"location": "file:///etc/passwd"}, b""),
        (302, {"location": ""}, b""),
        drip,
        flood,
    ],
)
def test_what_others_answer_harms_nobody(
    served: Served, bob: Foreign, path: str, answer: Any
) -> None:
    app = App(bob.base)
    bob.changed[path] = answer
    start = time.monotonic()
    assert status(app, served, bob.token(app.key)) == 401
    assert time.monotonic() - start < 6
    assert served.public.get("profile/card").status_code == 200


def test_a_slow_stranger_holds_nobody_else_up(served: Served, app: App, token: str) -> None:
    with foreign() as slow:
        slow.changed["/bob"] = drip
        guests = [App(slow.base) for _ in range(6)]
        threads = [
            threading.Thread(target=status, args=(one, served, slow.token(one.key)))
            for one in guests
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.2)
        start = time.monotonic()
        assert status(app, served, token) == 200
        assert served.owner.put("t/quick", content=b"x", headers={"content-type": "text/plain"})
        assert time.monotonic() - start < 1.5
        for thread in threads:
            thread.join()


def test_private_addresses_are_never_asked(tmp_path: Any, bob: Foreign) -> None:
    """Without the development setting: the positive control is `test_a_foreign_person_gets_in`."""
    with running(tmp_path) as strict:
        app = App(bob.base)
        for webid in (
            bob.webid,
            bob.webid.replace("http:", "https:"),
            bob.webid.replace("localhost", "127.0.0.1"),
            "https://[::1]/bob#me",
            "https://[::ffff:127.0.0.1]/bob#me",
            "https://10.0.0.1/bob#me",
            "https://169.254.169.254/bob#me",
        ):
            assert status(app, strict, bob.token(app.key, webid=webid)) == 401
        assert bob.asked == []
        told = app.send("GET", strict.base + NOTE, bob.token(app.key)).text
        assert "127.0.0.1" not in told and "refused" not in told
