"""From nothing to a first private document, and an app's request to sign in: by keyboard alone, in
both languages, at both widths, in both lights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser

from pod import server
from pod.config import Settings
from tests.apps import REDIRECT, App, said
from tests.browser.conftest import OPEN, empty_pod
from tests.browser.eyes import Visitor
from tests.browser.test_safety import authenticator
from tests.servers import NAME, PASSWORD, Served, free_port, running, serving

WAYS = [("fr", 390, "light"), ("en", 1280, "dark"), ("fr", 1280, "dark"), ("en", 390, "light")]
THERE = "http://localhost:8899/callback"
MOST_KEYS = 80
# An outline or a shadow, around what has the focus or around its label.
SEEN = """() => [document.activeElement, document.activeElement.closest('label')].some(
    one => one && getComputedStyle(one).outlineStyle + getComputedStyle(one).boxShadow != 'nonenone')"""


def reach(visitor: Visitor, selector: str, *, back: bool = False) -> None:
    """Tab until the focus is on `selector`, and it is to be seen that it is."""
    for _ in range(MOST_KEYS):
        visitor.page.keyboard.press("Shift+Tab" if back else "Tab")
        if visitor.page.evaluate("s => !!document.activeElement?.matches(s)", selector):
            assert visitor.page.evaluate(SEEN), f"the focus on {selector} is not to be seen"
            return
    raise AssertionError(f"{selector} is not reached by keyboard on {visitor.path}")


@contextmanager
def provider(folder: Path) -> Iterator[str]:
    port = free_port()
    base = f"http://localhost:{port}"
    facts = {"base_url": base + "/", "shape": "provider", "vault_key_file": str(folder / "key")}
    settings = replace(Settings(), data=folder / "data", **facts)  # type: ignore[arg-type]
    server.initialise(settings)
    with serving(settings.data, port, sign_up=True):
        yield base


@pytest.mark.parametrize("shape", ["home", "provider"])
@pytest.mark.parametrize(("language", "width", "scheme"), WAYS)
def test_three_screens_to_a_first_private_document(
    tmp_path: Path,
    visit: OPEN,
    enedis: list[Path],
    shape: str,
    language: str,
    width: int,
    scheme: str,
) -> None:
    with (empty_pod if shape == "home" else provider)(tmp_path) as base:
        visitor = visit(base, language=language, width=width, scheme=scheme)
        screens: list[str] = []
        # Listening from the start: the browser has to know before the dialog would open.
        visitor.page.on("filechooser", lambda chosen: chosen.set_files(enedis[0]))
        visitor.go("/.pod/setup")  # what the address or the sign-in page leads to
        screens.append(visitor.path)
        visitor.look()
        keys = visitor.page.keyboard
        reach(visitor, "#name")
        keys.type("claire")
        reach(visitor, "#password")
        keys.type("a long password")
        with visitor.page.expect_navigation():
            keys.press("Enter")
        screens.append(visitor.path)
        assert visitor.path == "/.pod/"
        visitor.look()
        reach(visitor, "form.drop button.choose")
        with visitor.page.expect_navigation():
            keys.press("Enter")
        screens.append(visitor.path)
        visitor.page.wait_for_selector("main a[href^='/.pod/data/']", timeout=60_000)
        visitor.look()
        assert len(screens) <= 3, screens
        target = visitor.page.locator("main a[href^='/.pod/data/']").first.get_attribute("href")
        assert target
        pod = "/claire" if shape == "provider" else ""
        address = base + pod + target.removeprefix("/.pod/data")

        assert httpx.get(address).status_code == 401, "it is hers alone"
        answer = visitor.page.goto(base + target)
        assert answer is not None and answer.ok
        visitor.look()


# -------------------------------------------------------------------- an app leads here


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("leads")) as served:
        yield served


@pytest.fixture
def app(served: Served) -> App:
    app = App(served.base)
    facts = {"client_name": "Carnet de route", "redirect_uris": [THERE, REDIRECT]}
    app.register(token_endpoint_auth_method="none", **facts)
    return app


@pytest.mark.parametrize(("language", "width", "scheme"), WAYS)
def test_consent_by_keyboard(
    served: Served, app: App, visit: OPEN, language: str, width: int, scheme: str
) -> None:
    visitor = visit(served.base.rstrip("/"), language=language, width=width, scheme=scheme)
    visitor.go("/.oidc/authorize?" + app.query(redirect_uri=THERE))
    visitor.look()
    assert "Carnet de route" in visitor.text
    # The passkey comes first, then the password, then the code.
    order = "els => els.map(e => e.dataset.passkey ?? e.getAttribute('action') ?? e.getAttribute('href'))"
    ways = visitor.page.locator(
        "main form[data-passkey], main form[action*='sign-in'], main a[href*='/sign-in/code?']"
    ).evaluate_all(order)
    assert [urlsplit(way).path for way in ways] == [
        "sign-in",
        "/.oidc/sign-in",
        "/.oidc/sign-in/code",
    ]
    keys = visitor.page.keyboard
    reach(visitor, "#name")
    keys.press("Control+a")
    keys.type(NAME)
    reach(visitor, "#password")
    keys.type("not the password")
    keys.press("Enter")
    visitor.page.locator("#fault:visible").wait_for()
    visitor.faults.clear()  # the browser says in its console that the answer was 401
    visitor.look()
    reach(visitor, "#password")
    keys.type(PASSWORD)
    keys.press("Enter")
    visitor.wait_for(visitor.t("authorize-title", app="Carnet de route"))
    visitor.look()
    for shown in (served.base, served.base + "profile/card#me", NAME, "localhost:8899"):
        assert shown in visitor.text
    reach(visitor, "input[name=ceiling]")
    keys.press("ArrowUp")
    reach(visitor, "button[value=agree]")
    with visitor.page.expect_request(THERE + "?*") as told:  # nothing listens there
        keys.press("Enter")
    found = said(told.value.url)
    assert found["code"] and found["iss"] == served.base
    visitor.faults.clear()  # the app's page is elsewhere


def test_a_passkey_and_a_code_lead_to_the_app_too(
    served: Served, app: App, chromium: Browser
) -> None:
    context = chromium.new_context(base_url=served.base, locale="fr-FR")
    page = context.new_page()
    authenticator(page)
    page.goto(".pod/sign-in")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    page.click("form[action='/.pod/sign-in'] button")
    page.goto(".pod/settings")
    page.click("form[action='/.pod/settings/codes'] button")
    code = page.locator(".codes code").first.inner_text()
    page.goto(".pod/settings")
    page.click("form[data-passkey=add] button")
    page.get_by_text("Votre clé d’accès est enregistrée.").wait_for()
    title = page.get_by_role("heading", level=1, name="Carnet de route")
    context.clear_cookies()
    page.goto(".oidc/authorize?" + app.query())
    page.click("form[data-passkey=sign-in] button")
    title.wait_for()
    # An app that wants a new sign-in gets one, though a session is there.
    page.goto(".oidc/authorize?" + app.query(prompt="login"))
    page.click("form[data-passkey=sign-in] button")
    title.wait_for()
    context.clear_cookies()
    page.goto(".oidc/authorize?" + app.query())
    page.click("main a[href*='sign-in/code']")
    page.fill("#name", NAME)
    page.fill("#code", code)
    page.click("main button.btn")
    title.wait_for()
    page.goto(".pod/settings")
    page.locator("#passkeys button:has-text('Retirer')").click()
    context.close()
