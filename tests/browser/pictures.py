"""Draws the pictures of the README: `make pictures` (Chromium wanted). Same code, same pictures.

The household is the sample up to a fixed day; what the pages take from the clock of the machine that
draws (today, "2 minutes ago", the port) is written over with what they said on that evening.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

from pod import server
from pod.config import Settings
from pod.http.ui.welcome import SAMPLE_NAMES
from pod.server import build
from tests.browser.eyes import Visitor
from tests.servers import free_port, serving

DOCS = Path(__file__).resolve().parents[2] / "docs"
LAST = date(2026, 11, 23)
EVENING = date(2026, 11, 24)
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
# (file, language, width, height, scheme)
PICTURES = (("home.png", "en", 1280, 1130, "light"), ("home-phone.png", "fr", 390, 844, "dark"))
SET_CLOCK = """([today, ago, agreed]) => {
    document.querySelector('main > .q').textContent = today;
    document.querySelector('.who .at').textContent =
        document.querySelector('.who .at').textContent.replace(/:\\d+/, ':8080');
    const [seen, latest] = document.querySelectorAll('.card.w6');
    latest.querySelectorAll('small').forEach(s => { s.textContent = ago; });
    seen.querySelector('small').textContent = agreed;
}"""


def draw(folder: Path, language: str, picture: Path, width: int, height: int, scheme: str) -> None:
    """One picture of the home page, in a pod of its own."""
    port = free_port()
    settings = replace(
        Settings(),
        data=folder / "data",
        base_url=f"http://localhost:{port}/",
        vault_key_file=str(folder / "vault.key"),
    )
    server.initialise(settings)
    services = build(settings)
    services.accounts.create_owner(SAMPLE_NAMES[language], None, language=language)
    services.trial.fill(services.owner, LAST)
    services.close()
    chromium = shutil.which("chromium")
    with serving(settings.data, port), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        me = Visitor(
            browser, f"http://localhost:{port}", language=language, width=width, scheme=scheme
        )
        me.go("/.pod/")
        me.press(me.t("sign-in-sample"))
        t = me.t
        agreed = t("who-program-agreed", day=t.day(EVENING))
        ago = {"fr": "il y a 2 minutes", "en": "2 minutes ago"}[language]
        me.page.evaluate(SET_CLOCK, [t.today(EVENING), ago, agreed])
        me.page.set_viewport_size({"width": width, "height": height})
        me.page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    for name, language, width, height, scheme in PICTURES:
        with tempfile.TemporaryDirectory() as place:
            draw(Path(place), language, DOCS / name, width, height, scheme)
