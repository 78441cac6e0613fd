"""Several pods on one server: each a storage of its own, none over another, none at the root."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from pod import server
from pod.config import Settings, load
from pod.errors import BadInput, Conflict, NotFound, PodError
from pod.host import webid_of
from tests.servers import free_port, serving

PASSWORD = "correct horse battery"
DOOR = {"origin": "", "sec-fetch-site": "same-origin"}


def provider(folder: Path, **changed: object) -> Settings:
    port = free_port()
    settings = replace(
        Settings(),
        data=folder / "data",
        base_url=f"http://localhost:{port}/",
        shape="provider",
        port=port,
        vault_key_file=str(folder / "vault.key"),
    )
    settings = replace(settings, **changed)  # type: ignore[arg-type]
    server.initialise(settings)
    return settings


class Serving:
    """A provider with the pods of Ada and Bob, and a token of each."""

    def __init__(self, settings: Settings) -> None:
        self.base = settings.base_url
        host = server.open_host(settings)
        self.tokens = {}
        for name in ("ada", "bob"):
            host.create(name, PASSWORD)
            self.tokens[name] = host.accounts.create_token("t", str(webid_of(settings, name)))
        host.close()

    def ask(
        self, method: str, path: str, by: str | None = None, body: str | None = None, **headers: str
    ) -> httpx.Response:
        if by:
            headers["authorization"] = f"Bearer {self.tokens[by]}"
        if body is not None:
            headers["content-type"] = "text/turtle"
        found = {k.replace("_", "-"): v for k, v in headers.items()}
        return httpx.request(method, self.base + path, content=body, headers=found, timeout=20)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    settings = provider(tmp_path_factory.mktemp("provider"))
    found = Serving(settings)
    with serving(settings.data, settings.port, sign_up=True, open_pods=1):
        yield found


def test_each_owner_writes_in_her_own_pod_alone(served: Serving) -> None:
    assert served.ask("PUT", "ada/notes/a", "ada", "<#a> <#b> 1.").status_code == 201
    assert served.ask("GET", "ada/notes/a", "ada").text == "<#a> <#b> 1."
    assert served.ask("GET", "ada/notes/a", "bob").status_code == 403
    assert served.ask("GET", "ada/notes/a").status_code == 401
    assert served.ask("PUT", "ada/notes/b", "bob", "").status_code == 403
    assert served.ask("PUT", "bob/notes/a", "bob", "<#c> <#d> 2.").status_code == 201
    # One pod is open at a time here (open_pods=1): the other is opened again, and has it all.
    assert served.ask("GET", "ada/notes/a", "ada").text == "<#a> <#b> 1."


def test_the_other_owner_is_a_person_like_any(served: Serving) -> None:
    acl = (
        "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n"
        f"<#o> a acl:Authorization; acl:agent <{served.base}ada/profile/card#me>;"
        " acl:accessTo <shared>; acl:mode acl:Read, acl:Write, acl:Control.\n"
        f"<#b> a acl:Authorization; acl:agent <{served.base}bob/profile/card#me>;"
        " acl:accessTo <shared>; acl:mode acl:Read."
    )
    assert served.ask("PUT", "ada/shared", "ada", "").status_code == 201
    assert served.ask("GET", "ada/shared", "bob").status_code == 403
    assert served.ask("PUT", "ada/shared.acl", "ada", acl).status_code == 201
    found = served.ask("GET", "ada/shared", "bob")
    assert (found.status_code, found.headers["wac-allow"]) == (200, 'user="read",public=""')


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["", "nobody/", "nobody/x", "x", "ada", "ADA/x", "-a/x", ".acl", "ada.acl", "pods/ada/"]
)
def test_nothing_is_stored_outside_a_pod(served: Serving, method: str, path: str) -> None:
    found = served.ask(method, path, "ada", "" if method in ("PUT", "POST", "PATCH") else None)
    assert found.status_code == (308 if path == "" else 404)


@pytest.mark.parametrize("path", ["%61da/notes/a", "ada/%6eotes/a"])
def test_one_address_however_it_is_written(served: Serving, path: str) -> None:
    served.ask("PUT", "ada/notes/a", "ada", "<#a> <#b> 1.")
    assert served.ask("GET", path, "ada").text == "<#a> <#b> 1."
    assert served.ask("GET", path, "bob").status_code == 403


@pytest.mark.parametrize("path", ["ada/../bob/notes/a", "ada/%2e%2e/bob/notes/a", "ada%2fnotes"])
def test_no_path_leads_from_one_pod_into_another(served: Serving, path: str) -> None:
    served.ask("PUT", "bob/notes/a", "bob", "<#c> <#d> 2.")
    assert "<#c>" not in served.ask("GET", path, "ada").text


def test_each_storage_describes_itself(served: Serving) -> None:
    for name in ("ada", "bob"):
        root = f"{served.base}{name}/"
        found = served.ask("GET", f"{name}/", name)
        links = found.headers["link"]
        assert '<http://www.w3.org/ns/pim/space#Storage>; rel="type"' in links
        assert f"<{root}profile/card#me>" in links
        (description,) = re.findall(r'<([^>]+)>; rel="[^"]*storageDescription"', links)
        assert description == f"{root}.well-known/solid"
        told = httpx.get(description).text
        assert f"<{root}>" in told and "Storage" in told


def test_a_profile_names_the_server_as_its_issuer(served: Serving) -> None:
    text = served.ask("GET", "ada/profile/card", accept="application/n-triples").text
    issuer = "<http://www.w3.org/ns/solid/terms#oidcIssuer>"
    assert f"<{served.base}ada/profile/card#me> {issuer} <{served.base}> ." in text
    assert f"space#storage> <{served.base}ada/> ." in text


def test_options_and_preflight_outside_a_pod(served: Serving) -> None:
    found = served.ask(
        "OPTIONS", "nobody/x", origin="https://app.example", access_control_request_method="PUT"
    )
    assert found.status_code in (200, 204)
    assert found.headers["access-control-allow-origin"] == "https://app.example"


# -------------------------------------------------------------------- pages


def browser(served: Serving) -> httpx.Client:
    headers = {"origin": served.base.rstrip("/"), "sec-fetch-site": "same-origin"}
    return httpx.Client(base_url=served.base, headers=headers, follow_redirects=True, timeout=30)


def csrf_of(page: str) -> str:
    return re.findall(r'name="csrf" value="([^"]*)"', page)[0]


def test_an_owner_signs_in_to_her_own_pages(served: Serving) -> None:
    served.ask("PUT", "ada/secret-of-ada", "ada", "")
    with browser(served) as ada, browser(served) as bob:
        for client, name in ((ada, "ada"), (bob, "bob")):
            page = client.get(".pod/")
            assert str(page.url).endswith("/.pod/sign-in")
            assert 'href="/.pod/setup"' in page.text  # sign_up is on
            page = client.post(".pod/sign-in", data={"name": name, "password": PASSWORD})
            assert page.status_code == 200 and name in page.text
        assert "secret-of-ada" in ada.get(".pod/data").text
        assert "secret-of-ada" not in bob.get(".pod/data").text
        assert bob.get(".pod/data/secret-of-ada").status_code == 404
        # A token of hers is neither shown nor ended on his pages.
        assert re.findall(r"<b>t</b>", ada.get(".pod/settings").text)
        token = re.findall(r'name="drop" value="([0-9a-f]+)"', ada.get(".pod/settings").text)[0]
        fields = {"drop": token, "csrf": csrf_of(bob.get(".pod/settings").text)}
        assert bob.post(".pod/settings/tokens", data=fields).status_code == 400
        assert served.ask("GET", "ada/", "ada").status_code == 200


def test_a_visitor_opens_a_pod_of_her_own(served: Serving) -> None:
    with browser(served) as new:
        assert "votre-nom" in new.get(".pod/setup").text
        for name, said in (("Not Good", 400), ("ada", 409), ("claire", 200)):
            page = new.post(".pod/setup", data={"name": name, "password": PASSWORD})
            assert page.status_code == said
            assert (said == 200) is ("aria-invalid" not in page.text)
        assert str(page.url) == served.base + ".pod/"
    with browser(served) as again:
        page = again.post(".pod/setup", data={"name": "short", "password": "abc"})
        assert page.status_code == 400
    assert served.ask("GET", "claire/profile/card").status_code == 200
    assert served.ask("GET", "claire/").status_code == 401


def test_sign_ups_are_counted_and_may_be_off(tmp_path: Path) -> None:
    settings = provider(tmp_path, sign_ups=1)
    for on in (False, True):
        with serving(settings.data, settings.port, sign_up=on, sign_ups=1):
            found = []
            for name in ("one", "two"):
                headers = {"origin": settings.origin, "sec-fetch-site": "same-origin"}
                with httpx.Client(base_url=settings.base_url, headers=headers) as new:
                    data = {"name": name, "password": PASSWORD}
                    found.append(new.post(".pod/setup", data=data).status_code)
                    if not on:
                        location = new.get(".pod/setup").headers["location"]
                        assert location == "/.pod/sign-in"
            assert found == ([303, 429] if on else [303, 303])
    assert [p.name for p in (settings.data / "pods").iterdir()] == ["one"]


# -------------------------------------------------------------------- making pods


def test_names_that_can_be_none_or_are_taken(tmp_path: Path) -> None:
    host = server.open_host(provider(tmp_path))
    try:
        for bad in ("", "A", "a b", "-a", "a-", "a" * 64, ".pod", "..", "a/b", "é", "a.b"):
            with pytest.raises(BadInput):
                host.create(bad, PASSWORD)
        host.create("a", PASSWORD)
        for name in ("a",):
            with pytest.raises(Conflict):
                host.create(name, PASSWORD)
        with pytest.raises(NotFound), host.use("b"):
            pass
        assert host.names() == ["a"]
    finally:
        host.close()


def test_a_pod_that_could_not_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = server.open_host(provider(tmp_path))
    try:
        monkeypatch.setattr(server, "_start_pod", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            host.create("a", PASSWORD)
        monkeypatch.undo()
        assert (host.names(), host.accounts.sessions) and host.names() == []
        host.create("a", PASSWORD)  # the name is free again
        with host.use("a") as services:
            assert services.space.exists(services.owner, services.space.root)
    finally:
        host.close()


def test_at_most_so_many_pods_are_open(tmp_path: Path) -> None:
    host = server.open_host(provider(tmp_path, open_pods=2))
    try:
        for name in ("a", "b", "c"):
            host.create(name, PASSWORD)
        with host.use("a") as one, host.use("b"):
            with pytest.raises(PodError, match="too many pods"), host.use("c"):
                pass
            assert one.space.exists(one.owner, one.space.root)
        with host.use("c"):
            assert not host.is_open("a")
        with host.use("a") as again:
            assert again is not one
    finally:
        host.close()


def test_a_token_stands_for_nobody_else_at_a_provider(tmp_path: Path) -> None:
    settings = provider(tmp_path)
    host = server.open_host(settings)
    try:
        host.create("a", PASSWORD)
        assert host.accounts.create_token("mine", str(webid_of(settings, "a")))
        for webid in (None, "https://eve.example/#me", str(webid_of(settings, "b"))):
            with pytest.raises(BadInput):
                host.accounts.create_token("forged", webid)
    finally:
        host.close()


def test_from_the_command_line(tmp_path: Path) -> None:
    settings = provider(tmp_path)
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")

    def domicile(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pod", *words, "--data", str(settings.data), "--json"]
        environ = os.environ | {"DOMICILE_VAULT_KEY_FILE": settings.vault_key_file}
        return subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60)

    query = "SELECT ?s WHERE { ?s a <http://xmlns.com/foaf/0.1/Person> }"
    made = domicile("pod", "create", "ada", "--password-file", str(password))
    assert made.returncode == 0 and f'"{settings.base_url}ada/"' in made.stdout, made.stderr
    assert domicile("query", query).returncode == 2  # which pod?
    assert domicile("query", query, "--pod", "eve").returncode == 1
    found = domicile("query", query, "--pod", "ada")
    assert f"{settings.base_url}ada/profile/card#me" in found.stdout
    with serving(settings.data, settings.port):
        assert domicile("pod", "create", "bob").returncode == 0
        again = domicile("pod", "create", "bob")
        assert (again.returncode, "already" in again.stderr) == (1, True)
        assert '"bob"' in domicile("pod", "list").stdout
        assert "bob/profile/card#me" in domicile("query", query, "--pod", "bob").stdout
        assert httpx.get(f"{settings.base_url}bob/profile/card").status_code == 200
    assert load(settings.data).shape == "provider"


def test_a_home_has_no_pods(tmp_path: Path) -> None:
    settings = replace(Settings(), data=tmp_path / "d", vault_key_file=str(tmp_path / "k"))
    server.initialise(settings)
    host = server.open_host(settings)
    try:
        with pytest.raises(BadInput):
            host.create("a", PASSWORD)
    finally:
        host.close()
    with pytest.raises(BadInput):
        server.build(settings, "a")
