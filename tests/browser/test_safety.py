"""Passkeys, recovery codes, a fresh proof before what matters, leaving: in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers import NAME, PASSWORD, Served, running


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with running(tmp_path) as found:
        yield found


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    context = chromium.new_context(base_url=served.base, locale="fr-FR")
    yield context.new_page()
    context.close()


def enter(page: Page) -> None:
    page.goto(".pod/sign-in")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    page.click("form[action='/.pod/sign-in'] button")
    expect(page).to_have_url(re.compile(r"/\.pod/$"))


def authenticator(page: Page) -> tuple[object, str]:
    """A security key with a fingerprint reader that always knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


def add_passkey(page: Page) -> None:
    page.goto(".pod/settings")
    page.fill("#label", "Mon téléphone")
    page.click("form[data-passkey=add] button")
    expect(page.get_by_text("Votre clé d’accès est enregistrée.")).to_be_visible()
    expect(page.locator("#passkeys")).to_contain_text("Mon téléphone")


def sign_out(page: Page) -> None:
    page.goto(".pod/settings")
    page.click("form[action='/.pod/sign-out'] button")
    expect(page).to_have_url(re.compile("sign-in"))


def test_a_passkey_opens_proves_and_is_removed(page: Page) -> None:
    enter(page)
    authenticator(page)
    add_passkey(page)
    sign_out(page)
    page.click("form[data-passkey=sign-in] button")
    expect(page).to_have_url(re.compile(r"/\.pod/$"))
    expect(page.locator(".who")).to_contain_text(NAME)
    page.goto(".pod/settings")
    page.click("#passkeys button:has-text('Retirer')")
    expect(page.get_by_text("La clé d’accès est retirée.")).to_be_visible()
    sign_out(page)
    page.click("form[data-passkey=sign-in] button")  # the device still has it, the pod does not
    expect(page.locator("#fault")).to_be_visible()
    expect(page).to_have_url(re.compile("sign-in"))


def test_with_a_passkey_a_password_alone_does_not_delete(page: Page) -> None:
    enter(page)
    authenticator(page)
    add_passkey(page)
    sign_out(page)
    enter(page)  # with the password: the first factor
    page.goto(".pod/leave")
    expect(page).to_have_url(re.compile(r"confirm\?next="))
    assert page.locator("#password").count() == 0
    page.click("form[data-passkey=confirm] button")
    expect(page).to_have_url(re.compile(r"/\.pod/leave$"))


def test_who_refuses_is_told_so_and_stays(page: Page) -> None:
    authenticator(page)
    page.goto(".pod/sign-in")
    page.click("form[data-passkey=sign-in] button")  # the key knows nothing of this place
    expect(page.locator("#fault")).to_contain_text("Rien n’a été fait", timeout=70_000)
    enter(page)


def test_a_recovery_code_opens_once_and_sets_a_new_password(page: Page) -> None:
    enter(page)
    page.goto(".pod/settings")
    page.click("form[action='/.pod/settings/codes'] button")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    page.click("text=Je les ai gardés")
    expect(page.get_by_text("Il vous en reste 10.")).to_be_visible()
    sign_out(page)

    def use(code: str) -> None:
        page.goto(".pod/sign-in/code")
        page.fill("#name", NAME)
        page.fill("#code", code)
        page.click("main button.btn")

    use(codes[0].lower().replace("-", " "))
    expect(page.get_by_text("Choisissez un nouveau mot de passe")).to_be_visible()
    assert page.locator("#old").count() == 0
    page.fill("#new", "another long password")
    page.click("form[action='/.pod/settings/password'] button")
    expect(page.get_by_text("Il vous en reste 9.")).to_be_visible()
    sign_out(page)
    use(codes[0])
    expect(page.locator("#fault")).to_contain_text("déjà servi")
    page.goto(".pod/sign-in")
    page.fill("#name", NAME)
    page.fill("#password", "another long password")
    page.click("form[action='/.pod/sign-in'] button")
    expect(page).to_have_url(re.compile(r"/\.pod/$"))


def test_leaving_is_announced_and_taken_back(page: Page, served: Served) -> None:
    enter(page)
    page.goto(".pod/leave")
    page.click("button:has-text('Tout effacer dans 14 jours')")
    expect(page.locator(".leaving")).to_contain_text("sera effacé le")
    for place in (".pod/data", ".pod/settings", ".pod/activity"):
        page.goto(place)
        expect(page.locator(".leaving")).to_be_visible()
    assert served.owner.get("profile/card").status_code == 200
    page.click(".leaving button")
    expect(page.locator(".leaving")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(chromium: Browser, served: Served, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(
        base_url=served.base,
        locale="fr-FR",
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    for place in (".pod/sign-in", ".pod/sign-in/code"):
        page.goto(place)
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    enter(page)
    for place in (".pod/settings", ".pod/leave", ".pod/confirm"):
        page.goto(place)
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == [], place
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
