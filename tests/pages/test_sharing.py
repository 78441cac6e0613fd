"""Who can see it, changed in plain words: said before it is made, and nothing revived by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.pages.browsing import Browser
from tests.servers import ALICE, Served, running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("sharing"), version_gap_seconds=0) as served:
        yield served


@pytest.fixture(scope="module")
def browser(served: Served) -> Iterator[Browser]:
    found = Browser(served)
    yield found
    found.close()


@pytest.fixture
def here(request: pytest.FixtureRequest, browser: Browser) -> str:
    name = "/s/" + "".join(c if c.isalnum() else "-" for c in request.node.name) + "/"
    browser.put(name + "doc", "text", "text/plain")
    return name


def test_nothing_changes_before_it_is_confirmed(
    browser: Browser, served: Served, here: str
) -> None:
    choice = {"choice": "own", "everyone": "read", "who-new": ALICE, "level-new": "write"}
    page = browser.post(f"/share{here}", step="preview", **choice)
    assert "Nothing is changed yet" in page.text and "anybody will be able" in page.text
    assert "alice.example/profile/card" in page.text
    assert served.public.get(here + "doc").status_code == 401
    done = browser.post(f"/share{here}", step="save", **choice)
    assert done.status_code == 200
    assert served.public.get(here + "doc").status_code == 200
    headers = {"content-type": "text/plain"}
    assert served.alice.put(here + "doc", content=b"hers", headers=headers).status_code == 204
    assert served.alice.get(here + ".acl").status_code == 403
    # Back to what was: a page that says so, and only then the change.
    link = re.search(r'href="(/\.pod/share[^"]+was=[^"]+)"', done.text)
    assert link
    back = browser.http.get(link[1].replace("&amp;", "&"))
    assert "Nothing is changed yet" in back.text
    assert served.public.get(here + "doc").status_code == 200
    browser.post(f"/share{here}", step="save", choice="inherit")
    assert served.public.get(here + "doc").status_code == 401
    assert not browser.exists(here + ".acl")


def test_alone_in_an_open_folder_and_again_like_it(
    browser: Browser, served: Served, here: str
) -> None:
    browser.post(f"/share{here}", step="save", choice="own", everyone="read")
    browser.post(f"/share{here}doc", step="save", choice="alone")
    assert served.public.get(here + "doc").status_code == 401
    assert served.owner.get(here + "doc").status_code == 200
    browser.post(f"/share{here}doc", step="save", choice="inherit")
    assert served.public.get(here + "doc").status_code == 200
    # Taken out of the list, somebody is out.
    browser.post(
        f"/share{here}",
        step="save",
        choice="own",
        everyone="none",
        **{"who-0": ALICE, "level-0": "none"},
    )
    for client in (served.public, served.alice):
        assert client.get(here + "doc").status_code in (401, 403)


def test_what_the_words_cannot_say_stays(browser: Browser, served: Served, here: str) -> None:
    target = served.base + here[1:]
    text = f"""@prefix acl: <http://www.w3.org/ns/auth/acl#>.
        <#o> a acl:Authorization; acl:agent <{served.base}profile/card#me>; acl:accessTo <{target}>;
            acl:default <{target}>; acl:mode acl:Read, acl:Write, acl:Control.
        <#g> a acl:Authorization; acl:agentGroup <{served.base}groups#friends>; acl:mode acl:Read;
            acl:accessTo <{target}>; acl:default <{target}>.
        <#a> a acl:Authorization; acl:agentClass acl:AuthenticatedAgent; acl:mode acl:Append;
            acl:accessTo <{target}>."""
    browser.put(here + ".acl", text)
    assert "2 other rules" in browser.get(f"/share{here}").text
    browser.post(
        f"/share{here}", step="save", choice="own", **{"who-new": ALICE, "level-new": "read"}
    )
    stored = browser.stored(here + ".acl").decode()
    assert "friends" in stored and "acl:Append" in stored and ALICE in stored


@pytest.mark.parametrize(
    "given",
    [
        {"choice": "all"},
        {"choice": "own", "everyone": "control"},
        {"choice": "own", "who-new": "javascript:alert(1)", "level-new": "read"},
        {"choice": "own", "who-new": "https://a.example/> a <b", "level-new": "read"},
        {"choice": "own", "who-new": ALICE, "level-new": "owner"},
    ],
)
def test_no_other_choice_is_understood(browser: Browser, here: str, given: dict[str, str]) -> None:
    for step in ("preview", "save"):
        assert browser.post(f"/share{here}", step=step, **given).status_code == 400
    assert not browser.exists(here + ".acl")


def test_the_root_has_rules_and_its_owner(browser: Browser, served: Served) -> None:
    assert 'value="inherit"' not in browser.get("/share/").text
    assert browser.post("/share/", step="save", choice="inherit").status_code in (403, 404, 405)
    browser.post("/share/", step="save", choice="alone")
    assert served.owner.get("/").status_code == 200
    # The owner is never among those who can be changed.
    own = served.base + "profile/card#me"
    browser.post("/share/", step="save", choice="own", **{"who-new": own, "level-new": "none"})
    assert served.owner.get("/.acl").status_code == 200


def test_a_link_back_is_only_a_page(browser: Browser, served: Served, here: str) -> None:
    for was in (
        "{}",
        "[]",
        "x",
        '{"choice":"own","everyone":"control","signed":"none","people":[]}',
        "[" * 1000,
    ):
        assert browser.get(f"/share{here}", params={"was": was}).status_code == 400
    was = '{"choice":"own","everyone":"write","signed":"none","people":[]}'
    assert browser.get(f"/share{here}", params={"was": was}).status_code == 200
    assert served.public.get(here + "doc").status_code == 401
