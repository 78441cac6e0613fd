"""A zip of twelve kinds of file from as many drawers, dropped once: what is known by source, and its
gaps."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import date
from pathlib import Path

from playwright.sync_api import expect

from pod.programs.guest.build import build
from pod.sample import METER, write_household, write_statements
from tests.browser.conftest import OPEN
from tests.browser.eyes import Visitor
from tests.programs import linky_files, make_mobility
from tests.programs.make_bank import MT940, QIF
from tests.servers import NAME, PASSWORD

RECORDED = Path(__file__).resolve().parents[2] / "connectors"
IBAN = "FR7630006000011234567890189"
KINDS = 12


def zipped() -> bytes:
    """Twelve kinds, each from the project's own generators: of two months that do not touch."""
    mobility = make_mobility.files()
    march = linky_files.readings(date(2026, 3, 2), 20)
    r63 = f"{linky_files.MEASURES}\n{linky_files.r63(march, METER)}"
    with tempfile.TemporaryDirectory() as folder:
        enedis = write_household(Path(folder), until=date(2026, 1, 31), days=31)
        bank = write_statements(Path(folder), until=date(2026, 1, 31), days=31)
        found = {f"drawer/{file.name}": file.read_bytes() for file in (*enedis[:1], *bank)}
    found |= {
        "enedis/r63.csv": r63.encode(),
        "bank/february.sta": MT940.encode(),
        "bank/old.qif": QIF.encode(),
        "phone/agenda.ics": mobility["calendar"]["agenda.ics"],
        "phone/ride.gpx": mobility["tracks"]["ride.gpx"],
        "phone/Timeline.json": mobility["google_timeline"]["Timeline.json"],
        "phone/log.rec": mobility["tracks"]["log.rec"],
        "papers/two.txt": (RECORDED / "public_papers/recorded/two_papers.txt").read_bytes(),
        "caf/quotient.json": (
            RECORDED / "api_particulier/recorded/family_quotient.json"
        ).read_bytes(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.items():
            archive.writestr(name, data)
    assert len(found) >= KINDS
    return out.getvalue()


def test_twelve_kinds_in_one_drop(fresh: str, visit: OPEN, tmp_path: Path) -> None:
    build()
    file = tmp_path / "everything.zip"
    file.write_bytes(zipped())
    me = visit(fresh, language="fr", width=390, scheme="dark")
    me.go("/.pod/")
    me.page.fill("#name", NAME)
    me.page.fill("#password", PASSWORD)
    me.press(me.t("setup-open"))
    _drop(me, file)
    _answer(me)
    _known(me)
    assert me.faults == []
    me.go("/.pod/settings")
    with me.page.expect_navigation():
        me.page.get_by_label("English").check()
    # The same drawers on another screen: all of it is known, and nothing is asked again.
    again = visit(fresh, language="en", width=1280)
    again.go("/.pod/sign-in")
    again.page.fill("#name", NAME)
    again.page.fill("#password", PASSWORD)
    again.page.keyboard.press("Enter")
    again.page.wait_for_url("**/.pod/")
    _drop(again, file)
    _all_there(again)
    _known(again)
    assert again.faults == []


def _drop(me: Visitor, file: Path) -> None:
    me.go("/.pod/sources")
    me.choose(file)
    me.page.wait_for_url("**/.pod/drops/*")
    me.wait_for(me.t("drop-done-title"))


def _answer(me: Visitor) -> None:
    """The QIF file does not say of which account it is."""
    me.look()
    expect(me.page.locator("#question")).to_contain_text("old.qif")
    me.page.fill("#ask-account", IBAN)
    me.press(me.t("ask-go-on"))
    me.wait_for(me.t("drop-done-title"))
    _all_there(me)


def _all_there(me: Visitor) -> None:
    me.page.locator("main").get_by_role("link", name=me.t("drop-sources")).wait_for()
    assert me.page.locator("#question").count() == 0
    tags = me.page.locator("main .rows .tag").all_inner_texts()
    assert len(tags) >= KINDS
    assert set(tags) == {me.t("import-short-done")}
    me.look()


def _known(me: Visitor) -> None:
    me.press(me.t("drop-sources"))
    assert me.path == "/.pod/sources"
    me.look()
    known = me.page.locator(".known > li").all_inner_texts()
    assert len(known) >= 9, known
    drawings = me.page.locator("svg.year")
    assert drawings.count() >= 8
    assert me.page.locator(".day.gap").count() >= 1
    gap = me.page.locator(".gaps > li").first
    said = {"fr": "Dans votre espace client Enedis", "en": "In your Enedis customer space"}
    assert said[me.language] in me.page.locator(".gaps").first.inner_text(), gap.inner_text()
    me.page.locator("main h2 a").first.click()
    assert me.path.startswith("/.pod/sources/electricity/")
    me.page.locator("details > summary").first.click()
    expect(me.page.locator("main table").first).to_be_visible()
    me.look()
