"""The identity provider, clause by clause. https://solidproject.org/TR/oidc"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from joserfc import jwk, jwt

from pod.identity import jws
from tests.apps import MODES, REDIRECT, App, Browser, hidden, said, serving_apps
from tests.servers import NAME, PASSWORD, TURTLE, Served

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving_apps(tmp_path_factory.mktemp("oidc")) as served:
        yield served


@pytest.fixture
def app(served: Served) -> App:
    return App.registered(served.base)


@pytest.fixture
def browser(served: Served) -> Iterator[Browser]:
    with Browser(served.base) as browser:
        yield browser


def command(served: Served, *words: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pod", *words, "--data", str(served.data), "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return dict(json.loads(done.stdout))


# -------------------------------------------------------------------- discovery


def test_discovery_says_what_solid_asks_for(served: Served) -> None:
    answer = served.public.get("/.well-known/openid-configuration", headers={"origin": "https://a"})
    found = answer.json()
    assert answer.headers["access-control-allow-origin"] == "https://a"
    assert answer.headers["content-type"] == "application/json"
    assert found["issuer"] == served.base
    for name in ("scopes_supported", "claims_supported"):
        assert "webid" in found[name]
    assert found["code_challenge_methods_supported"] == ["S256"]
    for name in ("dpop_signing_alg_values_supported", "id_token_signing_alg_values_supported"):
        assert set(found[name]) == {"ES256", "RS256"}
    assert "client_credentials" in found["grant_types_supported"]
    assert found["authorization_response_iss_parameter_supported"] is True
    for name in ("registration_endpoint", "end_session_endpoint", "userinfo_endpoint"):
        assert found[name].startswith(served.base + ".oidc/")


def test_the_profile_names_the_issuer_to_the_letter(served: Served) -> None:
    card = served.public.get("profile/card", headers={"accept": "application/n-triples"})
    assert f"solid/terms#oidcIssuer> <{served.base}> ." in card.text


def test_keys_are_public_parts_only(served: Served) -> None:
    keys = served.public.get("/.oidc/jwks").json()["keys"]
    assert {key["alg"] for key in keys} == {"ES256", "RS256"}
    assert not any({"d", "p", "q", "k"} & key.keys() for key in keys)


@pytest.mark.parametrize("path", ["token", "register", "userinfo", "revoke", "jwks"])
def test_preflights_are_answered_for_programs(served: Served, path: str) -> None:
    asked = {"origin": "https://a", "access-control-request-method": "POST"}
    asked["access-control-request-headers"] = "DPoP, content-type"
    answer = served.public.options("/.oidc/" + path, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://a"
    assert answer.headers["access-control-allow-headers"] == "DPoP, content-type"


def test_pages_for_people_are_for_no_script_elsewhere(served: Served, app: App) -> None:
    page = served.public.get("/.oidc/authorize?" + app.query(), headers={"origin": "https://a"})
    assert page.status_code == 200
    assert "access-control-allow-origin" not in page.headers
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


# -------------------------------------------------------------------- the code flow


def test_the_whole_way(served: Served, app: App, browser: Browser) -> None:
    query = app.query()
    page = browser.get("/.oidc/authorize?" + query)
    assert page.status_code == 200 and 'name="password"' in page.text
    assert "form-action 'self' http://localhost:1;" in page.headers["content-security-policy"]
    answer = browser.sign_in(query)
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"])
    assert "Test app" in page.text and 'name="ceiling"' in page.text
    answer = browser.agree(query, "write")
    target = answer.headers["location"]
    assert target.startswith(REDIRECT + "?")
    assert said(target)["state"] == "the state"
    assert said(target)["iss"] == served.base
    found = app.exchange(said(target)["code"]).json()
    assert found["token_type"] == "DPoP"
    got = app.send("GET", served.base + "t/note", found["access_token"])
    assert got.status_code == 200
    assert got.headers["wac-allow"].startswith('user="append read write"')
    nobody = httpx.get(served.base + "t/note")
    assert nobody.status_code == 401
    assert f'as_uri="{served.base}"' in nobody.headers["www-authenticate"]
    assert 'algs="ES256 RS256"' in nobody.headers["www-authenticate"]


def test_tokens_say_what_deployed_verifiers_read(
    served: Served, app: App, browser: Browser
) -> None:
    found = app.sign_in(browser)
    keys = jwk.KeySet.import_key_set(served.public.get("/.oidc/jwks").json())
    webid = served.base + "profile/card#me"
    identity = jwt.decode(found["id_token"], keys, algorithms=["ES256"]).claims
    assert identity["iss"] == served.base
    assert identity["webid"] == identity["sub"] == webid
    assert set(identity["aud"]) == {app.id, "solid"}
    assert identity["azp"] == app.id
    assert identity["nonce"] == "the nonce"
    thumb = jws.thumbprint(app.key.public_key())
    assert identity["cnf"] == {"jkt": thumb}
    access = jwt.decode(found["access_token"], keys, algorithms=["ES256"])
    assert access.header["typ"] == "at+jwt"
    assert access.claims["webid"] == webid
    assert access.claims["client_id"] == app.id
    assert "solid" in access.claims["aud"]
    assert access.claims["cnf"] == {"jkt": thumb}
    assert access.claims["exp"] > time.time() > access.claims["iat"] - 5


def test_an_agreement_is_remembered(served: Served, app: App, browser: Browser) -> None:
    app.sign_in(browser)
    answer = browser.get("/.oidc/authorize?" + app.query(prompt="none"))
    assert app.exchange(said(answer.headers["location"])["code"]).status_code == 200
    page = browser.get("/.oidc/authorize?" + app.query(prompt="consent"))
    assert page.status_code == 200 and 'name="ceiling"' in page.text
    page = browser.get("/.oidc/authorize?" + app.query(prompt="login"))
    assert page.status_code == 200 and 'name="password"' in page.text


def test_silent_requests_say_what_is_missing(served: Served, app: App, browser: Browser) -> None:
    answer = browser.get("/.oidc/authorize?" + app.query(prompt="none"))
    assert said(answer.headers["location"])["error"] == "login_required"
    browser.sign_in(app.query())
    answer = browser.get("/.oidc/authorize?" + app.query(prompt="none"))
    assert said(answer.headers["location"])["error"] == "consent_required"
    assert said(answer.headers["location"])["iss"] == served.base


def test_refusing_tells_the_app(served: Served, app: App, browser: Browser) -> None:
    browser.sign_in(app.query())
    page = browser.get("/.oidc/authorize?" + app.query())
    answer = browser.send_form(
        "/.oidc/consent?" + app.query(), csrf=hidden(page), decision="refuse", ceiling="control"
    )
    assert said(answer.headers["location"])["error"] == "access_denied"


@pytest.mark.parametrize("ceiling", MODES)
def test_an_app_gets_no_more_than_was_agreed(
    served: Served, app: App, browser: Browser, ceiling: str
) -> None:
    token = app.sign_in(browser, ceiling)["access_token"]
    note = served.base + "t/note"
    got = app.send("GET", note, token)
    assert got.headers["wac-allow"] == f'user="{MODES[ceiling]}",public=""'
    turtle = {"content-type": TURTLE}
    put = app.send("PUT", note, token, content=b"", headers=turtle)
    assert put.status_code == (403 if ceiling == "read" else 204)
    rules = app.send("GET", served.base + ".acl", token)
    assert rules.status_code == (200 if ceiling == "control" else 403)
    own = served.owner.get(".acl").content
    put = app.send("PUT", served.base + ".acl", token, content=own, headers=turtle)
    assert put.status_code == (204 if ceiling == "control" else 403)


def test_refresh_tokens_follow_each_other(served: Served, app: App, browser: Browser) -> None:
    first = app.sign_in(browser)
    second = app.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    third = app.refresh(second["refresh_token"])
    assert third.status_code == 200
    got = app.send("GET", served.base + "t/note", third.json()["access_token"])
    assert got.status_code == 200


def test_userinfo(served: Served, app: App, browser: Browser) -> None:
    token = app.sign_in(browser)["access_token"]
    answer = app.send("GET", served.base + ".oidc/userinfo", token)
    webid = served.base + "profile/card#me"
    assert answer.json() == {"sub": webid, "webid": webid}
    assert served.public.get("/.oidc/userinfo").status_code == 401


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_revocation_ends_the_sign_in(served: Served, app: App, browser: Browser, kind: str) -> None:
    found = app.sign_in(browser)
    note = served.base + "t/note"
    assert app.send("GET", note, found["access_token"]).status_code == 200
    ended = httpx.post(
        served.base + ".oidc/revoke", data={"token": found[kind], "client_id": app.id}
    )
    assert ended.status_code == 200
    assert app.send("GET", note, found["access_token"]).status_code == 401
    assert app.refresh(found["refresh_token"]).json()["error"] == "invalid_grant"


def test_taking_an_apps_access_back_works_at_once(
    served: Served, app: App, browser: Browser
) -> None:
    found = app.sign_in(browser)
    note = served.base + "t/note"
    assert app.send("GET", note, found["access_token"]).status_code == 200
    page = browser.get("/.pod/connected")
    assert app.id in page.text
    browser.send_form("/.pod/connected/end", csrf=hidden(page), client=app.id)
    assert app.send("GET", note, found["access_token"]).status_code == 401
    assert app.refresh(found["refresh_token"]).status_code == 400
    told = browser.get("/.pod/activity", headers={"accept-language": "en"}).text
    assert "You allowed <b>Test app</b>" in told or "Vous avez autorisé" in told


def test_signing_out_through_the_app(served: Served, browser: Browser) -> None:
    app = App(served.base)
    after = "http://localhost:1/bye"
    app.register(token_endpoint_auth_method="none", post_logout_redirect_uris=[after])
    hint = app.sign_in(browser)["id_token"]
    path = (
        "/.oidc/sign-out?"
        + httpx.QueryParams(
            {"id_token_hint": hint, "post_logout_redirect_uri": after, "state": "s"}
        ).__str__()
    )
    page = browser.get(path)
    assert browser.get("/.pod/settings").status_code == 200  # opening the page changed nothing
    answer = browser.send_form(path, csrf=hidden(page))
    assert answer.headers["location"] == after + "?state=s"
    assert browser.get("/.pod/settings").status_code == 303
    elsewhere = path.replace("bye", "evil")
    assert browser.get(elsewhere).status_code == 200  # a page, and no way out of here


# -------------------------------------------------------------------- apps


def test_a_client_id_document_is_read_where_it_says_it_is(served: Served, browser: Browser) -> None:
    app = App(served.base, id=served.base + "apps/test/id")
    document = {
        "@context": ["https://www.w3.org/ns/solid/oidc-context.jsonld"],
        "client_id": app.id,
        "client_name": "Described app",
        "redirect_uris": [REDIRECT],
    }
    put = served.owner.put(
        "apps/test/id",
        content=json.dumps(document).encode(),
        headers={"content-type": "application/json"},
    )
    assert put.status_code == 201
    refused = browser.get("/.oidc/authorize?" + app.query())
    assert refused.status_code == 400  # nobody but the owner may read it
    rules = (
        "@prefix acl: <http://www.w3.org/ns/auth/acl#>."
        "<#p> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>;"
        "acl:accessTo <id>; acl:mode acl:Read."
    )
    put = served.owner.put("apps/test/id.acl", content=rules, headers={"content-type": TURTLE})
    assert put.status_code == 201
    deadline = time.monotonic() + 15  # the failure is kept for ten seconds
    while browser.get("/.oidc/authorize?" + app.query()).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert app.sign_in(browser)["token_type"] == "DPoP"
    assert "Described app" in browser.get("/.pod/connected").text


def test_registration_is_for_a_while(served: Served) -> None:
    app = App(served.base)
    found = app.register().json()
    assert found["client_secret_expires_at"] > time.time()
    assert found["redirect_uris"] == [REDIRECT]
    assert found["token_endpoint_auth_method"] == "client_secret_basic"


# -------------------------------------------------------------------- credentials


def test_credentials_work_with_a_running_server(served: Served) -> None:
    made = command(served, "credentials", "create", "script")
    assert made["webid"] == served.base + "profile/card#me"
    assert made["pod"] == made["issuer"] == served.base
    app = App(served.base, made["id"], made["secret"])
    assert made["token_endpoint"] == app.token_endpoint
    found = app.ask(grant_type="client_credentials").json()  # without a scope
    note = served.base + "t/note"
    got = app.send("GET", note, found["access_token"])
    assert got.headers["wac-allow"] == 'user="append control read write",public=""'
    assert "refresh_token" not in found
    command(served, "credentials", "drop", made["id"])
    assert app.send("GET", note, found["access_token"]).status_code == 401
    assert app.ask(grant_type="client_credentials").status_code == 401


def test_a_credential_has_the_ceiling_it_was_made_with(served: Served) -> None:
    made = command(served, "credentials", "create", "reader", "--ceiling", "read")
    app = App(served.base, made["id"], made["secret"])
    token = app.ask(grant_type="client_credentials").json()["access_token"]
    got = app.send("GET", served.base + "t/note", token)
    assert got.headers["wac-allow"] == 'user="read",public=""'


# -------------------------------------------------------------------- keys


def test_old_keys_verify_for_a_time(served: Served, app: App, browser: Browser) -> None:
    found = app.sign_in(browser)
    command(served, "rotate-keys")
    before, after = (
        found["access_token"],
        app.refresh(found["refresh_token"]).json()["access_token"],
    )
    kids = [jws.read(token).header["kid"] for token in (before, after)]
    assert kids[0] != kids[1]
    note = served.base + "t/note"
    for token in (before, after):
        assert app.send("GET", note, token).status_code == 200


def test_private_keys_are_sealed(served: Served, app: App, browser: Browser) -> None:
    app.sign_in(browser)
    stored = b"".join(file.read_bytes() for file in served.data.glob("server.db*"))
    assert b"signing-keys" in stored
    assert b"PRIVATE KEY" not in stored


def test_the_name_of_the_owner_signs_in(served: Served, browser: Browser, app: App) -> None:
    assert browser.sign_in(app.query(), NAME, PASSWORD).status_code == 303
    assert browser.get("/.pod/").status_code == 200
