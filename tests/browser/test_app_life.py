"""An app of a stranger in a browser: installed from a zip, given less than it asks for, run, seen to have
had no more, and taken out again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pod import server
from pod.commands import import_files
from pod.config import Settings
from pod.http.ui.welcome import SAMPLE_NAMES
from pod.programs.author import new
from pod.programs.guest.build import build
from pod.programs.manifest import load_program
from pod.programs.packages import pack
from pod.sample import write_household
from tests.browser.conftest import OPEN
from tests.servers import free_port, serving

SIGNED = Ed25519PrivateKey.generate()
# What the app has seen, on its page: how many days, and how many different powers a day.
SEES = """
    return {
        "type": "text", "id": "seen", "question": {"fr": "Vu", "en": "Seen"},
        "paragraphs": [{"fr": f"{days} jours, {powers} puissances", "en": f"{days} days, {powers} powers"}],
    }
"""


@pytest.fixture(scope="module", params=["fr", "en"])
def pod(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    build()
    folder: Path = tmp_path_factory.mktemp("life")
    port = free_port()
    settings = replace(
        Settings(),
        data=folder / "data",
        base_url=f"http://localhost:{port}/",
        vault_key_file=str(folder / "key"),
    )
    server.initialise(settings)
    services = server.build(settings)
    services.accounts.create_owner(SAMPLE_NAMES[request.param], None, language=request.param)
    files = write_household(folder, until=date(2026, 10, 31), days=14)[:1]
    import_files(services, [str(file) for file in files])
    services.close()
    with serving(settings.data, port):
        yield f"{request.param} http://localhost:{port}"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template, signed; it says what it has seen."""
    home = tmp_path_factory.mktemp("publisher")
    folder = new("app", "my_total", home)
    main = (folder / "main.py").read_text("utf-8")
    main = main.replace(".show(total)", ".show(seen(len(days), powers))")
    main = main.replace("days, wh = set(), 0.0", "days, wh, powers = set(), 0.0, 0")
    main = main.replace(
        "        days.add",
        '        powers = max(powers, len(set(row["values"].split())))\n        days.add',
    )
    assert main.count("powers") == 5, "the template is not what it was"
    (folder / "main.py").write_text(main + f"\n\ndef seen(days, powers):{SEES}", "utf-8")
    manifest = folder / "manifest.toml"
    text = manifest.read_text("utf-8").replace('title.en = "My app"', 'title.en = "My total"')
    manifest.write_text(text.replace("Mon application", "Mon total"), "utf-8")
    file = home / "my_total.zip"
    file.write_bytes(pack(folder, load_program(folder), SIGNED))
    return file


def test_install_limit_run_and_revoke(visit: OPEN, pod: str, package: Path) -> None:
    language, base = pod.split()
    width = {"fr": 390, "en": 1280}[language]
    me = visit(base, language=language, width=width)
    title = {"fr": "Mon total", "en": "My total"}[language]
    me.go("/.pod/")
    me.press(me.t("sign-in-sample"))
    me.go("/.pod/apps")
    me.press(me.t("install-title"))
    me.look()
    me.page.set_input_files("#zip", package)
    me.page.locator("form:has(#zip) button").click()
    me.wait_for(me.t("consent-title", app=title))
    assert me.t("origin-signed", publisher="you", source="my_total.zip")[:40] in me.text
    # Everything, then less: the last days of the month, and no hours.
    me.page.get_by_label(me.t("consent-period-own")).check()
    me.page.fill("#since", "2026-10-25")
    me.page.get_by_label(me.t("consent-time-day")).check()
    me.page.get_by_text(re.compile(r"^7 (sur|of) 1[4-6]")).wait_for()
    assert me.t("consent-stops-time-day") in me.text
    me.look()
    me.press(me.t("consent-accept"))
    me.wait_for(title)
    assert {"fr": "7 jours, 1 puissances", "en": "7 days, 1 powers"}[language] in me.text
    assert me.t("limited-time-day") in me.text
    me.look()
    me.page.get_by_label(me.t("when-week")).check()
    me.page.get_by_text(me.t("when-next", when="…")[:12]).wait_for()
    me.press(me.t("app-runs"))
    assert me.t("run-by-owner") in me.text
    me.look(axe=False)
    me.page.locator("ul.rows a").first.click()
    assert "7" in me.page.locator("tbody td").first.inner_text()
    me.look(axe=False)
    me.go("/.pod/apps/my_total/revoke")
    me.page.get_by_label(me.t("revoke-erase")).check()
    me.press(me.t("revoke-button"))
    me.go("/.pod/apps")
    assert me.t("when-paused") in me.text and me.t("app-signed") in me.text
    me.look()
    me.go("/.pod/apps/my_total")
    me.wait_for(me.t("consent-title", app=title))
    me.go("/.pod/apps/my_total/remove")
    me.look(axe=False)
    me.press(me.t("uninstall-button"))
    assert me.t("apps-removed", app="my_total") in me.text
    me.go("/.pod/activity")
    assert me.t("did-app-removed", program="my_total") in me.text
    me.look(axe=False)
