"""The data pages meet a stranger: forged forms, no session, and names and texts that are code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.pages.browsing import Browser
from tests.servers import TURTLE, Served, running

FORMS = (
    "/folder/h/",
    "/upload/h/",
    "/move/h/doc",
    "/remove/h/doc",
    "/undo",
    "/edit/h/doc",
    "/versions/h/doc",
    "/trash",
    "/share/h/",
)
PAGES = (
    "/data/h/",
    "/edit/h/doc",
    "/move/h/doc",
    "/remove/h/doc",
    "/versions/h/doc",
    "/trash",
    "/share/h/",
    "/search?q=x",
    "/view/h/doc",
    "/download/h/doc",
    "/zip/h/",
)
GIVEN = {
    "name": "made",
    "into": "/h/",
    "act": "erase",
    "choice": "own",
    "everyone": "write",
    "step": "save",
    "text": "changed",
    "seq": "1",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("hostile"), version_gap_seconds=0) as served:
        yield served


@pytest.fixture(scope="module")
def browser(served: Served) -> Iterator[Browser]:
    found = Browser(served)
    found.put("h/doc", "text", "text/plain")
    found.put("h/doc", "text", "text/plain")
    yield found
    found.close()


def state(browser: Browser) -> tuple[object, ...]:
    etags = tuple(browser.served.owner.get(p).headers.get("etag") for p in ("h/", "h/doc", "/"))
    return (*etags, browser.served.owner.head("h/.acl").status_code)


def send(browser: Browser, form: str, headers: dict[str, str], csrf: str | None) -> httpx.Response:
    data = GIVEN | ({} if csrf is None else {"csrf": csrf})
    multipart = form.startswith(("/upload", "/edit"))
    client = httpx.Client(base_url=browser.served.base, cookies=browser.http.cookies)
    with client:
        if multipart:
            parts: list[tuple[str, tuple[str | None, str]]] = [
                (k, (None, v)) for k, v in data.items()
            ]
            parts += [("file", ("made", "x"))] if form.startswith("/upload") else []
            return client.post("/.pod" + form, files=parts, headers=headers)
        return client.post("/.pod" + form, data=data, headers=headers)


@pytest.mark.parametrize("form", FORMS)
def test_a_forged_form_changes_nothing(browser: Browser, form: str) -> None:
    own = browser.served.base.rstrip("/")
    before = state(browser)
    for headers, csrf in (
        ({"origin": "https://evil.example"}, browser.csrf),
        ({"origin": "null"}, browser.csrf),
        ({"origin": own, "sec-fetch-site": "cross-site"}, browser.csrf),
        ({}, browser.csrf),
        ({"origin": own}, None),
        ({"origin": own}, "x" * len(browser.csrf)),
    ):
        assert send(browser, form, headers, csrf).status_code == 403, (headers, csrf)
    assert state(browser) == before


def test_the_same_form_from_here_is_taken(browser: Browser) -> None:
    """The positive control of the test above."""
    own = browser.served.base.rstrip("/")
    assert send(browser, "/folder/h/", {"origin": own}, browser.csrf).status_code == 303
    assert browser.exists("h/made/")


@pytest.mark.parametrize("page", [*PAGES, *FORMS])
def test_without_a_session_there_is_nothing(browser: Browser, page: str) -> None:
    own = browser.served.base.rstrip("/")
    token = {"authorization": f"Bearer {browser.served.token}"}
    for headers in ({}, token):
        with httpx.Client(base_url=browser.served.base, headers=headers) as stranger:
            for answer in (
                stranger.get("/.pod" + page),
                stranger.post("/.pod" + page, data=GIVEN, headers={"origin": own}),
            ):
                assert answer.status_code in (303, 405, 403), (page, answer.status_code)
                assert answer.text != "text"


NAMES = (
    "%3Cimg%20src=x%20onerror=alert(1)%3E",
    "%22onmouseover=%22alert(1)",
    "javascript:alert(1)",
    "'%3Balert(1)%2F%2F",
    "%7B%7B7*7%7D%7D",
)
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}</textarea></title>"


@pytest.mark.parametrize("name", NAMES)
def test_names_and_texts_are_never_code(browser: Browser, name: str) -> None:
    path = "h/x/" + name.replace("%2F", "")
    literal = EVIL.replace("\\", "\\\\").replace('"', '\\"')
    browser.put(
        path,
        f'<#it> <https://ex.example/{"%3Cscript%3E"}> "{literal}"; <#link> <javascript:alert(1)> .',
    )
    browser.put(path, f'<#it> <https://ex.example/p> "{literal}"; <#link> <javascript:alert(1)> .')
    quoted = "/" + path
    for page in (
        f"/data{quoted}",
        "/data/h/x/",
        f"/edit{quoted}",
        f"/edit{quoted}?way=form",
        f"/move{quoted}",
        f"/remove{quoted}",
        f"/versions{quoted}",
        f"/share{quoted}",
        "/search?q=alert",
        f"/data{quoted}?form=turtle",
    ):
        answer = browser.get(page)
        assert answer.status_code == 200, page
        _harmless(answer)
    browser.post(f"/remove{quoted}")
    _harmless(browser.get("/trash"))
    _harmless(browser.get("/activity"))


def _harmless(answer: httpx.Response) -> None:
    text = answer.text
    assert not re.search(r"<img src=x", text) and "<script>alert" not in text
    assert not re.search(r'(?:href|src|action)="\s*javascript:', text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", re.sub(r'"[^"]*"', '""', text))
    assert ">49<" not in text and "script-src 'self'" in answer.headers["content-security-policy"]


def test_a_document_of_great_size_is_not_edited_in_a_page(browser: Browser) -> None:
    browser.put("h/long", "x" * (600 << 10), "text/plain")
    assert browser.get("/edit/h/long").status_code == 413
    etag = browser.served.owner.head("h/doc").headers["etag"]
    assert browser.edit("/h/doc", etag=etag, text="y" * (3 << 20)).status_code == 413
    assert browser.stored("h/doc") == b"text"


def test_rules_are_no_document_to_edit_move_or_share(browser: Browser) -> None:
    browser.post("/share/h/", step="save", choice="own", everyone="read")
    for act in ("move", "copy"):
        answer = browser.post("/move/h/.acl", name="rules", into="/h/", act=act)
        assert answer.status_code >= 400
    assert browser.get("/share/h/.acl").status_code == 404
    assert browser.post("/remove/h/.acl").status_code >= 400
    browser.put("h/.acl", browser.stored("h/.acl"))
    assert browser.get("/versions/h/.acl").status_code == 200  # and it has none
    assert "?version=" not in browser.get("/versions/h/.acl").text


def test_nonsense_is_refused_in_words(browser: Browser) -> None:
    for path, given in (
        ("/undo", {"seq": "-1"}),
        ("/undo", {"seq": "9" * 40}),
        ("/undo", {"seq": "999999"}),
        ("/undo", {}),
        ("/versions/h/doc", {"version": "x"}),
        ("/trash", {"path": "/../etc", "version": "1"}),
        ("/trash", {"path": "/.pod/x", "version": "1"}),
        ("/folder/h/doc", {"name": "x"}),
    ):
        answer = browser.post(path, **given)
        assert 400 <= answer.status_code < 500, (path, given, answer.status_code)
    assert (
        browser.served.owner.put(
            "h/doc", content=b"text", headers={"content-type": TURTLE}
        ).status_code
        == 400
    )
