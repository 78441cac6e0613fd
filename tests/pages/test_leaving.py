"""Taking everything out, putting it back, and entrusting one's identity elsewhere: on the pages and
on the command line."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pod import archive, server
from pod.config import load
from pod.errors import BadInput, Conflict, Forbidden
from pod.model import Agent, AgentKind, Body
from pod.services import Services
from tests.apps import Browser, hidden
from tests.hostile.issuers import Foreign, foreign
from tests.servers import NAME, PASSWORD, TURTLE, Served, running

RAW = b"date;kWh\n2024-01-01;1,5\n" * 20_000  # lies in a file of its own


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("leaving")
    with running(folder, outbound_loopback="true", outbound_seconds=2) as served:
        served.owner.put("a/note", content=b"<> <#is> 1.", headers={"content-type": TURTLE})
        served.owner.put("a/raw.csv", content=RAW, headers={"content-type": "text/csv"})
        rules = "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n"
        for name, who in (
            ("owner", f"acl:agent <{served.base}profile/card#me>"),
            ("all", "acl:agentClass <http://xmlns.com/foaf/0.1/Agent>"),
        ):
            modes = "acl:Read, acl:Write, acl:Control" if name == "owner" else "acl:Read"
            rules += (
                f"<#{name}> a acl:Authorization; {who}; acl:accessTo <note>; acl:mode {modes}.\n"
            )
        made = served.owner.put("a/note.acl", content=rules, headers={"content-type": TURTLE})
        assert made.status_code == 201, made.text
        assert served.public.get("a/note").status_code == 200
        yield served


@pytest.fixture
def browser(served: Served) -> Iterator[Browser]:
    with Browser(served.base) as browser:
        page = browser.get("/.pod/sign-in")
        assert page.status_code == 200
        browser.send_form("/.pod/sign-in", name=NAME, password=PASSWORD)
        yield browser


def stale(served: Served, browser: Browser) -> None:
    """As if the proof had been given an hour ago."""
    with sqlite3.connect(served.data / "server.db") as connection:
        connection.execute("UPDATE proof SET seen = seen - 3600000")
        assert connection.total_changes


def exported(browser: Browser) -> bytes:
    page = browser.get("/.pod/export")
    answer = browser.send_form("/.pod/export", csrf=hidden(page))
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    return answer.content


# -------------------------------------------------------------------- everything out


def test_the_archive_holds_everything_as_it_is(served: Served, browser: Browser) -> None:
    with zipfile.ZipFile(io.BytesIO(exported(browser))) as found:
        assert found.testzip() is None
        told = json.loads(found.read("manifest.json"))
        assert told["root"] == served.base and told["owner"].endswith("profile/card#me")
        entries = {one["path"]: one for one in told["resources"]}
        assert {"/", "/.acl", "/a/", "/a/note", "/a/note.acl", "/a/raw.csv"} <= set(entries)
        assert found.read("pod/a/raw.csv") == RAW
        for one in told["resources"]:
            data = found.read(one["entry"]) if one["entry"] else b""
            assert len(data) == one["size"]
            assert hashlib.sha256(data).hexdigest() == one["sha256"]
        assert {n for n in found.namelist() if not n.startswith(("pod/", "containers/"))} == {
            "manifest.json"
        }
    page = browser.get("/.pod/activity", headers={"accept-language": "fr"}).text
    assert "Vous avez tout exporté" in page


@pytest.mark.parametrize("path", ["/.pod/export", "/.pod/identity"])
def test_without_a_fresh_proof_nothing_goes_out(
    served: Served, browser: Browser, path: str
) -> None:
    page = browser.get(path)
    assert page.status_code == 200
    stale(served, browser)
    assert browser.get(path).headers["location"] == f"/.pod/confirm?next={path}"
    form = path if path.endswith("export") else path + "/add"
    answer = browser.send_form(form, csrf=hidden(page), issuer="https://a.example/")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/.pod/confirm")
    confirm = browser.get("/.pod/confirm?next=" + path)
    answer = browser.send_form("/.pod/confirm", csrf=hidden(confirm), next=path, password=PASSWORD)
    assert answer.headers["location"] == path
    assert browser.get(path).status_code == 200


def test_no_secret_is_in_the_archive(served: Served, browser: Browser) -> None:
    page = browser.get("/.pod/settings")
    made = browser.send_form("/.pod/settings/tokens", csrf=hidden(page), name="a script")
    token = made.text.partition('<pre tabindex="0">')[2].partition("</pre>")[0]
    assert len(token) > 20
    data = exported(browser)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        inside = b"".join(found.read(name) for name in found.namelist())
    assert b"acl:agentClass" in inside  # the control: what is in it is found like this
    for secret in (token, PASSWORD, "argon2"):
        assert secret.encode() not in inside


# -------------------------------------------------------------------- and back


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Services]:
    settings = load(tmp_path / "new", base_url="http://localhost:1/")
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def test_what_was_taken_out_comes_back_and_no_access(
    served: Served, browser: Browser, fresh: Services, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(exported(browser))
    told = archive.restore(fresh.space, fresh.owner, file)
    assert told["problems"] == [] and told["documents"] > 5 and told["rules"] >= 5
    raw = fresh.space.get(fresh.owner, fresh.space.iri_of("/a/raw.csv"))
    assert raw.body.read(1 << 30) == RAW and raw.type == "text/csv"
    bob = Agent(AgentKind.PERSON, "https://bob.example/#me")
    with pytest.raises(Forbidden):
        fresh.space.get(bob, fresh.space.iri_of("/a/note"))
    assert fresh.space.get(bob, fresh.space.iri_of("/profile/card"))
    with pytest.raises(Conflict):
        archive.restore(fresh.space, fresh.owner, file)


def spoilt(data: bytes, change: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = change(name, old.read(name))
            if text is not None:
                new.writestr(name, text)
    return out.getvalue()


def bomb(name: str, data: bytes) -> bytes:
    return data + b"0" * (64 << 20) if name == "pod/a/raw.csv" else data


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: data + b" " if name == "pod/a/note" else data,
        lambda name, data: None if name == "pod/a/note" else data,
        lambda name, data: None if name == "manifest.json" else data,
        lambda name, data: b"[" * 100_000 if name == "manifest.json" else data,
        lambda name, data: data.replace(b"archive-1", b"archive-9"),
        bomb,
    ],
)
def test_a_spoilt_archive_changes_nothing(
    served: Served, browser: Browser, fresh: Services, tmp_path: Path, change: Any
) -> None:
    file = tmp_path / "bad.zip"
    file.write_bytes(spoilt(exported(browser), change))
    head = fresh.space.changes.head()
    with pytest.raises(BadInput):
        archive.restore(fresh.space, fresh.owner, file)
    assert fresh.space.changes.head() == head


@pytest.mark.parametrize(
    "path", ["/../x", "/a/../../x", "/.pod/x", "/a//b", "/a\\b", "//x", "/a\n"]
)
def test_paths_that_lead_out_are_told_and_left(
    served: Served, browser: Browser, fresh: Services, tmp_path: Path, path: str
) -> None:
    def change(name: str, data: bytes) -> bytes:
        if name != "manifest.json":
            return data
        told = json.loads(data)
        next(one for one in told["resources"] if one["path"] == "/a/note")["path"] = path
        return json.dumps(told).encode()

    file = tmp_path / "out.zip"
    file.write_bytes(spoilt(exported(browser), change))
    told = archive.restore(fresh.space, fresh.owner, file)
    assert [one["path"] for one in told["problems"]] == [path]
    assert fresh.space.get(fresh.owner, fresh.space.iri_of("/a/raw.csv"))


def test_only_the_owner_takes_everything_out(fresh: Services) -> None:
    fresh.space.put(fresh.owner, fresh.space.iri_of("/x"), Body.of(b"x"), "text/plain")
    with pytest.raises(Forbidden):
        archive.export(fresh.space, Agent(AgentKind.PERSON, str(fresh.owner.webid)))
    assert b"".join(archive.export(fresh.space, fresh.owner))[:2] == b"PK"


# -------------------------------------------------------------------- the identity elsewhere


@pytest.fixture
def elsewhere() -> Iterator[Foreign]:
    with foreign() as found:
        yield found


def issuers(served: Served) -> str:
    return served.public.get("profile/card").text


def test_an_issuer_is_added_and_ours_goes_only_knowingly(
    served: Served, browser: Browser, elsewhere: Foreign
) -> None:
    page = browser.get("/.pod/identity")
    csrf, own = hidden(page), served.base

    def send(act: str, **fields: str) -> Any:
        return browser.send_form(f"/.pod/identity/{act}", csrf=csrf, **fields)

    assert send("remove", issuer=own).status_code == 400  # the only one
    assert send("add", issuer=elsewhere.base.rstrip("/")).headers["location"].endswith("added")
    assert elsewhere.base in browser.get("/.pod/identity").text
    assert elsewhere.base in issuers(served)
    assert send("remove", issuer=own).status_code == 400  # not without a word
    assert send("remove", issuer=own, sure="yes").headers["location"].endswith("removed")
    shown = browser.get("/.pod/identity").text
    assert "ne répond plus de vous" in shown or "no longer vouches" in shown
    assert browser.get("/.pod/").status_code == 200  # still inside
    assert send("add", issuer=own).status_code == 303
    assert send("remove", issuer=elsewhere.base).status_code == 303
    assert elsewhere.base not in issuers(served)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "javascript:alert(1)",
        "http://localhost:1/",
        "https://a b/",
        'https://a.example/"><',
        "https://a.example/?q",
    ],
)
def test_what_is_no_issuer_is_not_named(served: Served, browser: Browser, address: str) -> None:
    before, page = issuers(served), browser.get("/.pod/identity")
    answer = browser.send_form("/.pod/identity/add", csrf=hidden(page), issuer=address)
    assert answer.status_code == 400
    assert issuers(served) == before


def test_an_issuer_with_another_name_is_not_named(
    served: Served, browser: Browser, elsewhere: Foreign
) -> None:
    lie = json.dumps({"issuer": "https://evil.example/", "jwks_uri": "https://evil.example/jwks"})
    elsewhere.changed["/.well-known/openid-configuration"] = (
        200,
        {"content-type": "application/json"},
        lie.encode(),
    )
    page = browser.get("/.pod/identity")
    answer = browser.send_form("/.pod/identity/add", csrf=hidden(page), issuer=elsewhere.base)
    assert answer.status_code == 400 and "evil.example" not in issuers(served)
