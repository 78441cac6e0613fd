"""Every form there is, and every page: whatever is added to them is found here by itself.

A form that another site makes a signed-in browser send changes nothing; no page is shown in a frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from pod.http.ui import pages
from tests.apps import App, Browser, hidden
from tests.servers import TURTLE, Served, running

READING = {"GET", "HEAD", "OPTIONS"}
OWN_FRAME = {"/.pod/view/{path:path}"}  # a PDF is shown by the browser's viewer, in a page of ours


def routes() -> Iterator[tuple[str, str]]:
    """(method, path with its {parameters}) of everything under /.pod/ and /.oidc/ that has pages."""
    made: Any = pages(None)  # type: ignore[arg-type]  (no request is answered)
    for router in made.app.routes:
        if hasattr(router, "effective_candidates"):
            for route in router.effective_candidates():
                for method in route.methods:
                    yield method, route.path


ROUTES = sorted(set(routes()))
FORMS = [(method, path) for method, path in ROUTES if method not in READING]
SHOWN = [path for method, path in ROUTES if method == "GET"]


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(:path)?\}", lambda m: "h/doc" if m[2] else "one", path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("forms"), registrations=100) as served:
        served.owner.put("h/doc", content=b"", headers={"content-type": TURTLE})
        yield served


@pytest.fixture(scope="module")
def query(served: Served) -> str:
    app = App.registered(served.base)
    return app.query()


@contextmanager
def entered(served: Served, query: str) -> Iterator[Browser]:
    """Signed in, and so recently that nothing asks for another proof."""
    with Browser(served.base) as browser:
        assert browser.sign_in(query).status_code == 303
        yield browser


@pytest.fixture(scope="module")
def browser(served: Served, query: str) -> Iterator[Browser]:
    with entered(served, query) as browser:
        yield browser


def tokens(browser: Browser, query: str) -> dict[str, str]:
    """The pages' CSRF token, and that of the pages that apps lead to."""
    inside = browser.get("/.pod/settings")
    outside = browser.get("/.oidc/authorize?" + query)
    return {"/.pod": hidden(inside), "/.oidc": hidden(outside)}


def send(
    browser: Browser, form: tuple[str, str], query: str, token: str | None, headers: dict[str, str]
) -> httpx.Response:
    method, path = form
    fields = {"decision": "deny", "ceiling": "read"} | ({} if token is None else {"csrf": token})
    target = filled(path) + ("?" + query if path.startswith("/.oidc") else "")
    return browser.request(method, target, data=fields, headers=headers)


def test_the_forms_are_found() -> None:
    assert len(FORMS) >= 50
    for known in ("/.pod/leave", "/.pod/share/{path:path}", "/.oidc/consent", "/.oidc/sign-in"):
        assert ("POST", known) in FORMS


@pytest.mark.parametrize("form", FORMS, ids=lambda form: " ".join(form))
def test_no_other_site_sends_it(
    served: Served, browser: Browser, query: str, form: tuple[str, str]
) -> None:
    given = tokens(browser, query)
    right = given["/.oidc" if form[1].startswith("/.oidc") else "/.pod"]
    other = given["/.pod" if form[1].startswith("/.oidc") else "/.oidc"]
    own = {"origin": browser.origin}
    for headers, token in (
        ({"origin": "https://evil.example"}, right),
        ({"origin": "null"}, right),
        ({}, right),
        ({"sec-fetch-site": "cross-site"}, right),
        ({**own, "sec-fetch-site": "cross-site"}, right),
        ({**own, "sec-fetch-site": "same-site"}, right),
        (own, None),
        (own, ""),
        (own, "0" * len(right)),
        (own, other),
    ):
        answer = send(browser, form, query, token, headers)
        assert answer.status_code == 403, (headers, token, answer.status_code)
        assert "set-cookie" not in answer.headers and "location" not in answer.headers
    assert browser.get("/.pod/settings").status_code == 200  # the session is as it was


def test_the_same_forms_from_here_are_taken(served: Served, query: str) -> None:
    """The control: with the right token none of them says that it came from elsewhere. What they
    answer to nonsense is their own matter."""
    for form in FORMS:
        with entered(served, query) as browser:
            given = tokens(browser, query)["/.oidc" if form[1].startswith("/.oidc") else "/.pod"]
            answer = send(browser, form, query, given, {"origin": browser.origin})
            elsewhere = "not sent from" in answer.text or "out of date" in answer.text
            assert answer.status_code < 500 and not elsewhere, (form, answer.status_code)
            if form[1].endswith("/sign-in/sample"):
                assert answer.status_code == 403  # this pod's owner has a password
            else:
                assert answer.status_code != 403, (form, answer.text)


@pytest.mark.parametrize("who", ["the owner", "a visitor"])
def test_no_page_is_shown_in_a_frame(
    served: Served, browser: Browser, query: str, who: str
) -> None:
    with Browser(served.base) as nobody:
        for path in SHOWN:
            target = filled(path) + ("?" + query if path.startswith("/.oidc") else "")
            answer = (browser if who == "the owner" else nobody).get(target)
            policy = answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy or path in OWN_FRAME, path
            assert answer.headers["x-content-type-options"] == "nosniff", path
            assert "'unsafe-inline'" not in policy.split("script-src")[-1].split(";")[0]
