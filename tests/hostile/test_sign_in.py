"""Sign-ins that lie: apps, browsers and thieves. Every attack beside the same thing done honestly."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from pod.identity import jws
from tests.apps import NOTE, REDIRECT, App, Browser, hidden, said, serving_apps
from tests.docs.test_command_line import answer as told_by
from tests.hostile.issuers import Foreign, foreign
from tests.servers import NAME, PASSWORD, Served, running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    changed = {"outbound_seconds": 2, "sign_in_attempts": 1000, "authorization_seconds": 3}
    with serving_apps(tmp_path_factory.mktemp("sign-in"), **changed) as served:
        yield served


@pytest.fixture
def app(served: Served) -> App:
    return App.registered(served.base)


@pytest.fixture
def browser(served: Served) -> Iterator[Browser]:
    with Browser(served.base) as browser:
        yield browser


def code_of(app: App, browser: Browser, **changed: Any) -> str:
    query = app.query(**changed)
    browser.sign_in(query)
    return said(browser.agree(query).headers["location"])["code"]


# -------------------------------------------------------------------- where answers go


@pytest.mark.parametrize(
    "redirect",
    [
        REDIRECT + "/",
        REDIRECT + "?x=1",
        REDIRECT + "#x",
        REDIRECT + "/../evil",
        REDIRECT.replace("callback", "Callback"),
        REDIRECT.replace("callback", "%63allback"),
        REDIRECT.replace("localhost", "LOCALHOST"),
        REDIRECT.replace("localhost", "127.0.0.1"),
        REDIRECT.replace("localhost:1", "localhost:2"),
        REDIRECT.replace("http:", "https:"),
        REDIRECT.replace("localhost", "localhost@evil.example"),
        REDIRECT + " https://evil.example/",
        "https://evil.example/callback",
        "//evil.example/callback",
        "/callback",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_answers_go_to_the_apps_own_address_alone(
    served: Served, app: App, browser: Browser, redirect: str | None
) -> None:
    app.sign_in(browser)
    assert browser.get("/.oidc/authorize?" + app.query()).status_code == 303
    for more in ({}, {"response_type": "token"}, {"prompt": "none"}):
        answer = browser.get("/.oidc/authorize?" + app.query(redirect_uri=redirect, **more))
        assert answer.status_code == 400
        assert "location" not in answer.headers


def test_a_parameter_comes_once(served: Served, app: App, browser: Browser) -> None:
    app.sign_in(browser)
    for extra in ("&redirect_uri=https://evil.example/", "&client_id=another", "&state=2"):
        answer = browser.get("/.oidc/authorize?" + app.query() + extra)
        assert answer.status_code == 400 and "location" not in answer.headers


@pytest.mark.parametrize(
    "redirects",
    [
        ["javascript:alert(1)"],
        ["data:text/html,x"],
        ["http://evil.example/"],
        ["https://u@evil.example/"],
        ["https:///x"],
        ["https://a.example/#f"],
        ["https://a.example/ b"],
        ["https://a.example/\nb"],
        ["//a.example/"],
        ["myapp:/cb"],
        ["*"],
        [],
        None,
        "x",
        {"a": 1},
        [["https://a.example/"]],
        ["https://a.example/"] * 50,
    ],
)
def test_an_app_cannot_register_such_addresses(served: Served, redirects: Any) -> None:
    app = App(served.base)
    answer = app.register(redirect_uris=redirects)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_redirect_uri"
    for fine in (["https://a.example/cb?x=1"], ["com.example.app:/cb"], ["http://127.0.0.1:9/"]):
        assert app.register(redirect_uris=fine).status_code == 201


def test_the_sign_out_leads_to_no_strangers(served: Served, app: App, browser: Browser) -> None:
    app.sign_in(browser)
    for target in ("https://evil.example/", "//evil.example/", REDIRECT):
        query = str(httpx.QueryParams({"post_logout_redirect_uri": target, "client_id": app.id}))
        with Browser(served.base) as nobody:
            assert "location" not in nobody.get("/.oidc/sign-out?" + query).headers
        page = browser.get("/.oidc/sign-out?" + query)
        answer = browser.send_form("/.oidc/sign-out?" + query, csrf=hidden(page))
        assert answer.headers["location"] == "/.pod/sign-in"
        browser.sign_in(app.query())


# -------------------------------------------------------------------- codes and PKCE


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"code_challenge": "x" * 44},
        {"response_type": "token"},
        {"response_type": "code id_token"},
        {"response_type": None},
        {"response_mode": "fragment"},
        {"scope": "webid"},
        {"request": "e30.e30."},
        {"request_uri": "https://evil.example/"},
        {"prompt": "none login"},
    ],
)
def test_requests_that_are_refused_go_back_with_an_error(
    served: Served, app: App, browser: Browser, changed: dict[str, str | None]
) -> None:
    app.sign_in(browser)
    answer = browser.get("/.oidc/authorize?" + app.query(**changed))
    assert answer.headers["location"].startswith(REDIRECT + "?")
    found = said(answer.headers["location"])
    assert found["error"] and "code" not in found
    assert found["state"] == "the state" and found["iss"] == served.base


def test_a_code_needs_its_verifier(served: Served, app: App, browser: Browser) -> None:
    code = code_of(app, browser)
    for verifier in (None, "", "x" * 43, app.verifier[:-1], app.verifier + "x"):
        answer = app.exchange(code, code_verifier=verifier)
        assert answer.status_code == 400 and answer.json()["error"] == "invalid_grant"
    challenge = said("?" + app.query())["code_challenge"]
    assert app.exchange(code, code_verifier=challenge).status_code == 400  # as if it were plain
    assert app.exchange(code).status_code == 200


def test_a_code_used_twice_ends_what_it_gave(served: Served, app: App, browser: Browser) -> None:
    code = code_of(app, browser)
    found = app.exchange(code).json()
    note = served.base + NOTE
    assert app.send("GET", note, found["access_token"]).status_code == 200
    assert app.exchange(code).json()["error"] == "invalid_grant"
    assert app.send("GET", note, found["access_token"]).status_code == 401
    assert app.refresh(found["refresh_token"]).status_code == 400


def test_a_code_is_for_one_app_one_address_and_one_minute(
    served: Served, app: App, browser: Browser
) -> None:
    code = code_of(app, browser)
    thief = App(served.base, verifier=app.verifier)
    thief.register(token_endpoint_auth_method="none")
    assert thief.exchange(code).json()["error"] == "invalid_grant"
    assert app.exchange(code, redirect_uri=REDIRECT + "2").json()["error"] == "invalid_grant"
    assert app.exchange(code, redirect_uri=None).json()["error"] == "invalid_grant"
    assert app.exchange(code).status_code == 200
    late = said(browser.get("/.oidc/authorize?" + app.query()).headers["location"])["code"]
    time.sleep(3.2)
    assert app.exchange(late).json()["error"] == "invalid_grant"


def test_a_code_bound_to_a_key_serves_that_key(served: Served, app: App, browser: Browser) -> None:
    thumb = jws.thumbprint(app.key.public_key())
    code = code_of(app, browser, dpop_jkt=thumb)
    thief = App(served.base, app.id, verifier=app.verifier)
    assert thief.exchange(code).json()["error"] == "invalid_grant"
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize(
    ("changed", "header"),
    [
        ({"htm": "GET"}, {}),
        ({"htu": "http://localhost:1/.oidc/token"}, {}),
        ({"iat": 1}, {}),
        ({}, {"typ": "JWT"}),
        ({}, {"jwk": jws.public_jwk(ec.generate_private_key(ec.SECP256R1()).public_key())}),
    ],
)
def test_tokens_are_given_to_holders_of_a_key(
    served: Served, app: App, browser: Browser, changed: dict[str, Any], header: dict[str, Any]
) -> None:
    code = code_of(app, browser)
    facts = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    facts["code_verifier"] = app.verifier
    proof = app.proof("POST", app.token_endpoint, header=header, **changed)
    assert app.ask(proof=proof, **facts).json()["error"] == "invalid_dpop_proof"
    assert app.ask(proof=None, **facts).json()["error"] == "invalid_dpop_proof"
    fine = app.proof("POST", app.token_endpoint)
    assert app.ask(proof=fine, **facts).status_code == 200
    assert app.ask(proof=fine, **facts).json()["error"] == "invalid_dpop_proof"


# -------------------------------------------------------------------- refresh tokens, secrets


def test_a_refresh_token_used_twice_ends_all_of_them(
    served: Served, app: App, browser: Browser
) -> None:
    first = app.sign_in(browser)
    second = app.refresh(first["refresh_token"]).json()
    note = served.base + NOTE
    assert app.send("GET", note, second["access_token"]).status_code == 200
    assert app.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert app.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert app.send("GET", note, second["access_token"]).status_code == 401


def test_a_stolen_refresh_token_is_of_no_use(served: Served, app: App, browser: Browser) -> None:
    found = app.sign_in(browser)
    thief = App(served.base, app.id)
    assert thief.refresh(found["refresh_token"]).json()["error"] == "invalid_grant"
    other = App.registered(served.base)
    assert other.refresh(found["refresh_token"]).json()["error"] == "invalid_grant"
    assert app.refresh(found["refresh_token"]).status_code == 200


def test_secrets_are_checked(served: Served, browser: Browser) -> None:
    app = App(served.base)
    app.register()
    found = app.sign_in(browser)
    for secret in ("", "wrong", app.secret + "x" if app.secret else "", None):
        thief = App(served.base, app.id, secret, key=app.key)
        answer = thief.refresh(found["refresh_token"])
        assert answer.status_code == 401 and answer.json()["error"] == "invalid_client"
        assert answer.headers["www-authenticate"].startswith("Basic ")
    both = app.ask(grant_type="refresh_token", client_secret=app.secret, client_id=app.id)
    assert both.status_code == 400
    assert app.refresh(found["refresh_token"]).status_code == 200


def test_who_has_no_credential_gets_none(served: Served, browser: Browser) -> None:
    app = App(served.base)
    app.register()
    assert app.ask(grant_type="client_credentials").json()["error"] == "unauthorized_client"
    assert app.ask(grant_type="password").json()["error"] == "unsupported_grant_type"
    nobody = App(served.base, "credential-AAAA", "x")
    assert nobody.ask(grant_type="client_credentials").status_code == 401


def test_another_app_ends_no_sign_in(served: Served, app: App, browser: Browser) -> None:
    found = app.sign_in(browser)
    other = App.registered(served.base)
    for token in (found["refresh_token"], found["access_token"]):
        facts = {"token": token, "client_id": other.id}
        assert httpx.post(served.base + ".oidc/revoke", data=facts).status_code == 200
    assert app.refresh(found["refresh_token"]).status_code == 200


# -------------------------------------------------------------------- browsers


def test_nobody_agrees_but_on_the_page(served: Served, app: App, browser: Browser) -> None:
    query = app.query()
    browser.sign_in(query)
    page = browser.get("/.oidc/authorize?" + query)
    fine = {"csrf": hidden(page), "ceiling": "write", "decision": "agree"}
    path, own = "/.oidc/consent?" + query, {"origin": browser.origin}
    for fields, headers in (
        ({**fine, "csrf": ""}, own),
        ({**fine, "csrf": "0" * 64}, own),
        (fine, {"origin": "https://evil.example"}),
        (fine, {"origin": "null"}),
        (fine, {}),
        (fine, {**own, "sec-fetch-site": "cross-site"}),
        (fine, {**own, "sec-fetch-site": "same-site"}),
    ):
        answer = browser.post(path, data=fields, headers=headers)
        assert answer.status_code == 403, headers
    assert browser.get(path).status_code == 405
    # The pages' own CSRF token is another one: a leak of one opens nothing of the other.
    other = hidden(browser.get("/.pod/settings"))
    assert other != fine["csrf"]
    assert browser.post(path, data={**fine, "csrf": other}, headers=own).status_code == 403
    assert browser.post(path, data={**fine, "ceiling": "all"}, headers=own).status_code == 400
    assert (
        browser.get("/.oidc/authorize?" + app.query(prompt="none"))
        .headers["location"]
        .count("consent_required")
    )
    assert browser.post(path, data=fine, headers=own).status_code == 303


def test_the_second_cookie_opens_no_page_and_no_document(
    served: Served, app: App, browser: Browser
) -> None:
    browser.sign_in(app.query())
    kept = {cookie.name: cookie for cookie in browser.cookies.jar}
    outside = kept["domicile-sign-in"]
    assert outside.path == "/.oidc/"
    header = {"cookie": f"domicile-sign-in={outside.value}; domicile={outside.value}"}
    assert httpx.get(served.base + ".pod/settings", headers=header).status_code == 303
    assert httpx.get(served.base + NOTE, headers=header).status_code == 401
    assert httpx.get(served.base + ".oidc/userinfo", headers=header).status_code == 401
    digest, _, mark = (outside.value or "").partition(".")
    for value in (digest, f"{digest}.", f"{digest}.{'0' * 64}", f"{'0' * 64}.{mark}"):
        forged = httpx.get(
            served.base + ".oidc/authorize?" + app.query(),
            headers={"cookie": f"domicile-sign-in={value}"},
        )
        assert 'name="password"' in forged.text
    right = httpx.get(
        served.base + ".oidc/authorize?" + app.query(),
        headers={"cookie": f"domicile-sign-in={outside.value}"},
    )
    assert 'name="ceiling"' in right.text


def test_signing_in_makes_new_cookies(served: Served, app: App, browser: Browser) -> None:
    """No fixation: whatever a browser brought, it leaves with another value."""
    query = app.query(prompt="login")
    browser.sign_in(query)
    before = {c.name: c.value for c in browser.cookies.jar}
    assert browser.sign_in(query).status_code == 303
    after = {c.name: c.value for c in browser.cookies.jar}
    assert before.keys() == after.keys() == {"domicile", "domicile-sign-in", "domicile-device"}
    assert all(before[name] != after[name] for name in before)
    with Browser(served.base) as old:
        for name, value in before.items():
            old.cookies.set(name, value or "")
        assert 'name="password"' in old.get("/.oidc/authorize?" + query).text


def test_no_page_is_shown_in_a_frame(served: Served, app: App, browser: Browser) -> None:
    browser.sign_in(app.query())
    for path in ("/.oidc/authorize?" + app.query(), "/.oidc/sign-out", "/.oidc/authorize"):
        policy = browser.get(path).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self'" in policy and "unsafe" not in policy


def test_what_an_app_calls_itself_is_text(served: Served, browser: Browser) -> None:
    app = App(served.base)
    name = "<script>alert(1)</script>\u202e\u0007 & co"
    app.register(token_endpoint_auth_method="none", client_name=name)
    browser.sign_in(app.query())
    page = browser.get("/.oidc/authorize?" + app.query(state='"><b>x'))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page.text
    assert "<script>alert" not in page.text and "\u202e" not in page.text
    assert "><b>x" not in page.text


def test_wrong_names_and_passwords_read_the_same(
    served: Served, app: App, browser: Browser
) -> None:
    wrong = [browser.sign_in(app.query(), *pair) for pair in (("Ada", "x" * 12), ("Eve", "x" * 12))]
    texts = {one.text.replace("Ada", "").replace("Eve", "") for one in wrong}
    assert len(texts) == 1 and {one.status_code for one in wrong} == {401}
    assert browser.sign_in(app.query()).status_code == 303


def test_stuffing_does_not_lock_the_owner_out(tmp_path: Any) -> None:
    """All from one address, as behind a proxy; the control is a browser that is not known."""
    with running(tmp_path, sign_in_attempts=4) as served:

        def enter(browser: Browser, name: str = NAME, password: str = PASSWORD) -> int:
            fields = {"name": name, "password": password}
            fields |= {"csrf": ""} if browser.cookies else {}
            return browser.send_form("/.pod/sign-in", **fields).status_code

        with Browser(served.base) as hers, Browser(served.base) as unknown:
            assert enter(hers) == 303
            page = hers.get("/.pod/settings")
            assert hers.send_form("/.pod/sign-out", csrf=hidden(page)).status_code == 303
            assert {c.name for c in hers.cookies.jar} == {"domicile-device"}
            assert hers.get("/.pod/").status_code == 303  # it opens nothing
            for n in range(6):
                last = enter(unknown, f"somebody {n}", "a common password")
            assert last == 429 and enter(unknown) == 429
            assert enter(hers) == 303
            assert hers.get("/.pod/").status_code == 200


def test_pages_answer_under_their_own_name_alone(served: Served, app: App) -> None:
    path = served.base + ".oidc/authorize?" + app.query()
    assert httpx.get(path, headers={"host": "evil.example"}).status_code == 421
    assert httpx.get(path).status_code == 200
    told = httpx.get(
        served.base + ".well-known/openid-configuration", headers={"host": "evil.example"}
    )
    assert "evil" not in told.text


# -------------------------------------------------------------------- floods and descriptions


def test_registrations_are_counted(tmp_path: Any) -> None:
    with running(tmp_path, registrations=5, registered_apps=100) as served:
        found = [App(served.base).register().status_code for _ in range(7)]
        assert found == [201] * 5 + [429] * 2
        huge = httpx.post(served.base + ".oidc/register", json={"redirect_uris": ["x" * 40_000]})
        assert huge.status_code == 413


@pytest.mark.parametrize("days", [0, 90])
def test_a_registration_is_over_when_it_says(tmp_path: Any, days: int) -> None:
    """And keys that are old sign nothing more: each token here is signed with a newer one."""
    facts = {"registered_app_days": days, "signing_key_days": days, "outbound_loopback": "true"}
    with running(tmp_path, **facts) as served, Browser(served.base) as browser:
        time.sleep(1.1)
        app = App.registered(served.base)
        browser.sign_in(app.query())
        code = said(browser.agree(app.query()).headers["location"])["code"]
        assert app.exchange(code).status_code == (200 if days else 401)
        answer = browser.get("/.oidc/authorize?" + app.query(prompt="consent"))
        assert answer.status_code == (200 if days else 400)
        made = create_credentials(served)
        script = App(served.base, made["id"], made["secret"])
        tokens = [script.ask(grant_type="client_credentials").json() for _ in range(2)]
        kids = {jws.read(one["access_token"]).header["kid"] for one in tokens}
        assert len(kids) == (1 if days else 2)
        for one in tokens:  # what the older one signed is still good
            assert script.send("GET", served.base + ".acl", one["access_token"]).status_code == 200


def create_credentials(served: Served) -> dict[str, str]:
    return dict(told_by("credentials", "create", "script", "--data", str(served.data)))


def test_apps_are_bounded(tmp_path: Any) -> None:
    with running(tmp_path, registrations=100, registered_apps=3) as served:
        found = [App(served.base).register().status_code for _ in range(5)]
        assert found == [201] * 3 + [503] * 2


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b'"x"', b"[" * 20_000, b"\xff"])
def test_a_registration_is_an_object(served: Served, body: bytes) -> None:
    answer = httpx.post(
        served.base + ".oidc/register", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client_metadata"


@pytest.fixture
def elsewhere() -> Iterator[Foreign]:
    with foreign() as found:
        yield found


def description(where: Foreign, **changed: Any) -> tuple[int, dict[str, str], bytes]:
    facts = {
        "@context": "https://www.w3.org/ns/solid/oidc-context.jsonld",
        "client_id": where.base + "app",
        "client_name": "Elsewhere",
        "redirect_uris": [REDIRECT],
        **changed,
    }
    facts = {k: v for k, v in facts.items() if v is not None}
    return 200, {"content-type": "application/ld+json"}, json.dumps(facts).encode()


def test_a_description_elsewhere_is_believed_of_itself(
    served: Served, elsewhere: Foreign, browser: Browser
) -> None:
    app = App(served.base, elsewhere.base + "app")
    elsewhere.changed["/app"] = description(elsewhere)
    page = browser.get("/.oidc/authorize?" + app.query())
    assert page.status_code == 200 and "Elsewhere" in page.text
    assert app.sign_in(browser)["token_type"] == "DPoP"
    assert elsewhere.asked == ["/app"]  # and kept


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "https://other.example/app"},
        {"client_id": None},
        {"@context": None},
        {"@context": ["https://schema.org"]},
        {"redirect_uris": None},
        {"redirect_uris": [REDIRECT + "2"]},
        {"redirect_uris": ["javascript:x"]},
    ],
)
def test_descriptions_that_do_not_fit(
    served: Served, elsewhere: Foreign, browser: Browser, changed: dict[str, Any]
) -> None:
    app = App(served.base, elsewhere.base + "app")
    elsewhere.changed["/app"] = description(elsewhere, **changed)
    answer = browser.get("/.oidc/authorize?" + app.query())
    assert answer.status_code == 400 and "location" not in answer.headers


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"content-type": "text/html"}, b"<p>"),
        (200, {"content-type": "application/ld+json"}, b"[" * 60_000),
        (200, {"content-type": "application/ld+json"}, b" " * 100_000),
        (302, {"location": "http://10.0.0.1/"}, b""),
        (404, {}, b""),
    ],
)
def test_descriptions_that_are_none(
    served: Served, elsewhere: Foreign, browser: Browser, answer: Any
) -> None:
    app = App(served.base, elsewhere.base + "app")
    elsewhere.changed["/app"] = answer
    assert browser.get("/.oidc/authorize?" + app.query()).status_code == 400


def test_descriptions_on_private_addresses_are_not_asked(tmp_path: Any, elsewhere: Foreign) -> None:
    elsewhere.changed["/app"] = description(elsewhere)
    with running(tmp_path) as strict, Browser(strict.base) as browser:
        for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]"):
            for scheme in ("http", "https"):
                place = f"{scheme}://{host}:{urlsplit(elsewhere.base).port}/app"
                app = App(strict.base, place)
                assert browser.get("/.oidc/authorize?" + app.query()).status_code == 400
    assert elsewhere.asked == []
