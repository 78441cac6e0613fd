"""The pages of who one is, who sees what, what goes out and what comes in: both lights, both
languages, both widths."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from pod.programs.guest.build import build
from tests.apps import App
from tests.apps import Browser as Plain
from tests.browser.conftest import OPEN
from tests.browser.eyes import serious
from tests.conftest import LONG
from tests.pages.browsing import Browser
from tests.programs.test_bank import UNKNOWN
from tests.programs.test_drops import GOOD, packed
from tests.servers import NAME, PASSWORD, TURTLE, Served, running

OUTSIDE = ("sign-in", "sign-in/code")
INSIDE = (
    *("settings", "confirm", "leave", "export", "identity", "connected", "connections", "sharing"),
    *("by-hand", "by-hand/purchase", "by-hand/certificate", "sources"),
    *("share/notes/", "move/notes/one", "edit/notes/one", "versions/notes/one", "trash"),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    build()
    with running(tmp_path_factory.mktemp("lights")) as served:
        served.owner.put("notes/one", content=b"<> <#is> 1.", headers={"content-type": TURTLE})
        app = App.registered(served.base, client_name="Carnet de route")
        with Plain(served.base) as plain:  # so that there is an app to see and to end
            app.sign_in(plain)
        yield served


def dropped(browser: Browser, *files: tuple[str, bytes, str]) -> str:
    """The path of the page that tells of a drop, once all of it is over."""
    parts = [("file", file) for file in files]
    where = browser.http.post("/.pod/imports", data={"csrf": browser.csrf}, files=parts).url.path
    until = time.monotonic() + 60
    while not browser.http.get(where + "/state").json()["over"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    return where


@pytest.fixture(scope="module")
def found(served: Served) -> list[str]:
    """A drop of several files, and an import that asks which column is what."""
    browser = Browser(served)
    archive = packed(("may.csv", GOOD), ("list.txt", b"nothing known"))
    drop = dropped(browser, ("mine/all.zip", archive, "application/zip"))
    asks = dropped(browser, ("inconnu.csv", UNKNOWN.encode(), "text/csv"))
    assert "<select" in browser.http.get(asks).text
    browser.close()
    return [drop, asks]


@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 1280)])
def test_they_are_for_everybody(
    served: Served, found: list[str], visit: OPEN, language: str, width: int
) -> None:
    me = visit(served.base.rstrip("/"), language=language, width=width)

    def look(path: str) -> None:
        me.go(path)
        assert me.path == path, "led elsewhere"
        me.page.emulate_media(color_scheme="light")
        me.look()
        if LONG or width == 390:  # the colours are the same at any width
            me.page.emulate_media(color_scheme="dark")
            assert serious(me.page) == [], path

    for page in OUTSIDE:
        look(f"/.pod/{page}")
    me.go("/.pod/sign-in")
    me.page.fill("#name", NAME)
    me.page.fill("#password", PASSWORD)
    me.page.click("form[action='/.pod/sign-in'] button")
    me.page.wait_for_url("**/.pod/")
    for path in [f"/.pod/{page}" for page in INSIDE] + found:
        look(path)


def test_a_passkey_comes_first_and_the_password_is_the_other_way(
    served: Served, visit: OPEN
) -> None:
    me = visit(served.base.rstrip("/"))
    me.go("/.pod/sign-in")
    colour = "one => getComputedStyle(one).backgroundColor"
    first = me.page.locator("form.passkey button").evaluate(colour)
    second = me.page.locator("form[action='/.pod/sign-in'] button").evaluate(colour)
    assert first != "rgba(0, 0, 0, 0)" and second == "rgba(0, 0, 0, 0)"
    assert me.page.get_by_text(me.t("sign-in-or")).is_visible()
    plain = visit(served.base.rstrip("/"), script=False)  # which cannot offer one
    plain.go("/.pod/sign-in")
    assert not plain.page.get_by_text(me.t("sign-in-or")).is_visible()
    assert not plain.page.locator("form.passkey button").is_visible()
    assert plain.page.locator("form[action='/.pod/sign-in'] button").is_visible()
