"""The first evening, whole: from an empty pod to answers, and back to an agreement withdrawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OPEN
from tests.browser.eyes import Visitor

NAME, PASSWORD = "Ada", "correct horse battery"
APP = {"fr": "Ma maison", "en": "My Smart Home"}
QUESTIONS = {
    "fr": (
        *("Combien ai-je consommé\u202f?", "Combien chaque mois\u202f?"),
        *("Quand est-ce que je consomme\u202f?", "À quelles heures\u202f?"),
        *("Quelle a été ma plus forte puissance\u202f?", "Que coûte ce qui tourne toujours\u202f?"),
        *("Quel tarif serait le moins cher\u202f?", "Que pèse le chauffage\u202f?"),
        *("Combien de CO₂\u202f?", "Mieux ou moins bien, depuis quand\u202f?"),
    ),
    "en": (
        *("How much have I used?", "How much each month?"),
        *("When do I use it?", "At which hours?"),
        *("What was my largest power?", "What does the base load cost?"),
        *("Which tariff would be cheapest?", "What does heating weigh?"),
        *("How much CO₂?", "Better or worse, since when?"),
    ),
}


@pytest.mark.parametrize(
    ("language", "width", "scheme", "script"),
    [
        ("fr", 1280, "light", True),
        ("en", 390, "dark", True),
        ("fr", 390, "light", False),
    ],
    ids=["fr-1280-light", "en-390-dark", "fr-390-light-no-script"],
)
def test_the_whole_way(
    fresh: str,
    visit: OPEN,
    enedis: list[Path],
    language: str,
    width: int,
    scheme: str,
    script: bool,
) -> None:
    me = visit(fresh, language=language, width=width, scheme=scheme, script=script)
    _move_in(me)
    _bring(me, enedis)
    _agree(me)
    _answers(me)
    _browse(me)
    _look_back(me)
    _withdraw(me)
    _leave_and_return(me)
    assert me.faults == []


def _move_in(me: Visitor) -> None:
    me.go("/")  # the storage's own address leads a browser to the pages
    me.go("/.pod/")
    assert me.path == "/.pod/setup"
    me.faults.clear()  # the browser notes the 401 of the storage
    me.look()
    me.page.fill("#name", NAME)
    me.page.fill("#password", PASSWORD)
    me.press(me.t("setup-open"))
    assert me.path == "/.pod/"
    assert me.t("home-hello", name=NAME) == me.h1
    assert me.t("home-empty") in me.text
    assert me.t("home-no-sources") in me.text
    me.look()


def _bring(me: Visitor, files: list[Path]) -> None:
    """The curve by dropping it, the index through the file input."""
    first = files[0]
    if me.script:
        me.drop(first.name, first.read_bytes())
        me.page.locator("progress").wait_for()
        me.look(axe=False)
    else:
        me.choose(first)
    me.wait_for(me.t("import-done-title"))
    me.look()
    facts = me.page.locator("dl.facts").first.inner_text()
    for name in ("fact-meter", "fact-period", "fact-readings", "fact-gaps", "fact-energy"):
        assert me.t(name) in facts
    if first.name.startswith("Enedis_Conso_Heure_20230809"):
        assert me.t("readings", count=16848) in facts
        assert me.t.amount(5830.467, "kWh", 3) in facts
    assert me.page.get_by_role("heading", name=me.t("import-odd-title")).is_visible()
    me.press(me.t("import-next-another"))
    me.choose(files[-1])
    me.wait_for(me.t("import-done-title"))
    me.look()
    me.go("/.pod/sources")
    states = me.page.locator("main .rows .tag").all_inner_texts()
    assert states.count(me.t("import-short-done")) == 2
    me.look()


def _agree(me: Visitor) -> None:
    me.go("/.pod/")
    proposal = me.page.get_by_role("heading", name=me.t("home-propose", app=APP[me.language]))
    assert proposal.is_visible()
    me.look()
    me.press(me.t("home-propose-see"))
    assert me.h1 == me.t("consent-title", app=APP[me.language])
    for key in ("consent-reads", "consent-period", "consent-yields", "nothing-leaves"):
        assert me.t(key) in me.text
    me.look()
    me.press(me.t("consent-accept"))


# axe-core has seen the pages from here on in both lights, filled: `test_hands.py`


def _answers(me: Visitor) -> None:
    me.wait_for(APP[me.language])
    headings = me.page.locator("main h2").all_inner_texts()
    assert [q for q in QUESTIONS[me.language] if q not in headings] == []
    assert me.page.locator(".chart").count() >= 4
    for chart in me.page.locator(".chart").all():
        expect(chart.locator("svg.drawing:visible")).to_have_count(1)  # the one that fits
    table = me.page.locator(".numbers").first
    table.locator("summary").click()
    assert table.locator("table").is_visible()
    me.look(axe=False)


def _browse(me: Visitor) -> None:
    """My data, from the root to one month, and its raw forms."""
    me.go("/.pod/data/")
    for name in ("folder-energy", "folder-electricity"):
        me.look(axe=False)
        me.press(me.t(name))
    me.page.locator("main .rows a.g").first.click()
    me.look(axe=False)
    months = me.page.locator("main .rows a[href$='.ttl']")
    months.nth(months.count() // 2).click()
    expect(me.page.locator("svg.drawing:visible")).to_have_count(2)
    assert me.page.locator("main table").last.locator("tbody tr").count() >= 28
    who = me.page.locator(
        "section", has=me.page.get_by_role("heading", name=me.t("seen-title-one"))
    )
    said = who.inner_text()
    assert me.t("who-you") in said
    assert APP[me.language] in said
    assert me.t("why-above", place=me.t("folder-electricity")) in said
    me.look(axe=False)
    document = me.path
    for form, mark in (("turtle", "LoadCurveDay"), ("json-ld", '"@id"')):
        me.go(document)
        me.page.locator("main details summary").last.click()
        me.press(me.t(f"form-{form}"))
        assert mark in me.page.locator("pre").inner_text(), form
        me.look(axe=False)


def _look_back(me: Visitor) -> None:
    me.go("/.pod/activity")
    assert me.page.locator("main .rows > li").count() >= 5
    me.look(axe=False)
    counted = {}
    for kind in ("imports", "consents", "runs", "refused"):
        me.page.select_option("#kind", kind)
        me.press(me.t("filter-show"))
        assert f"kind={kind}" in me.page.url
        counted[kind] = me.page.locator("main .rows > li").count()
    assert counted == {"imports": 2, "consents": 1, "runs": 1, "refused": 1}
    assert me.t("actor-public") in me.text  # who knocked at the storage before anybody lived here
    me.page.select_option("#kind", "all")
    me.page.fill("#until", "2020-01-01")
    me.press(me.t("filter-show"))
    assert me.page.locator("main .rows > li").count() == 0
    assert me.t("activity-none") in me.text


def _withdraw(me: Visitor) -> None:
    me.go("/.pod/sharing")
    assert APP[me.language] in me.text
    me.look(axe=False)
    me.press(me.t("stop-access"))
    me.look(axe=False)
    me.press(me.t("revoke-button"))
    assert me.t("sharing-stopped", app=APP[me.language]) in me.text
    me.look(axe=False)
    me.go("/.pod/apps/my_smart_home")
    assert me.t("app-no-consent")[:30] in me.text
    me.look(axe=False)


def _leave_and_return(me: Visitor) -> None:
    me.go("/.pod/settings")
    me.look()
    me.press(me.t("sign-out"))
    assert me.path == "/.pod/sign-in"
    me.look()
    me.go("/.pod/data/")
    assert me.path == "/.pod/sign-in"
    me.page.fill("#name", NAME)
    me.page.fill("#password", "not this one")
    me.press(me.t("sign-in-button"))
    assert me.page.get_by_role("alert").inner_text().strip() == me.t("sign-in-wrong")
    me.faults = [f for f in me.faults if "401" not in f]
    me.page.fill("#password", PASSWORD)
    me.press(me.t("sign-in-button"))
    assert me.path == "/.pod/"
    assert re.search(r"kWh", me.text)
