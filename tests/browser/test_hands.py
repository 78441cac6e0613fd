"""The sample household, by keyboard and in both lights; files that are no use; what is not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import OPEN, empty_pod
from tests.browser.eyes import Visitor, serious
from tests.conftest import LONG

METER = "/.pod/data/energy/electricity/12345678901234/"
PAGES = (
    *("", "data/", "data/imports/", "data/profile/card", "sources", "apps", "apps/my_smart_home"),
    *("apps/my_smart_home/consent", "apps/my_smart_home/revoke", "apps/my_smart_home/runs"),
    *("timeline", "timeline?since=2025-01&until=2026-11", "trips", "apps/coach_co2", "references"),
    *("activity", "activity?kind=refused", "sharing", "settings", "trial/end"),
)


@pytest.fixture(scope="module")
def household(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A pod whose first visitor chose the sample household."""
    with empty_pod(tmp_path_factory.mktemp("household")) as base:
        first = Visitor(chromium, base)
        first.go("/.pod/")
        first.press(first.t("setup-try-button"))
        assert first.t("trial-filling") in first.page.locator(".sample").inner_text()
        first.look()
        first.page.locator(".sample", has_text=first.t("trial-ready")).wait_for(timeout=60_000)
        first.look()
        first.close()
        yield base


@pytest.fixture
def inside(household: str, visit: OPEN) -> OPEN:
    """`inside(**facts)` is a visitor who has walked into the sample household."""

    def walked(**facts: object) -> Visitor:
        me = visit(household, **facts)
        me.go("/.pod/")
        assert me.path == "/.pod/sign-in"
        me.press(me.t("sign-in-sample"))
        assert me.path == "/.pod/"
        return me  # the pod speaks French, whatever the browser asks for

    return walked


def found(me: Visitor) -> list[str]:
    """Pages whose addresses are found by walking: a month, its raw form, an import, a run."""
    links = []
    for page, within in (
        ("/.pod/sources", "a[href*='/.pod/imports/']"),
        ("/.pod/apps/my_smart_home/runs", "a[href*='/.pod/runs/']"),
        (METER, "a[href$='.ttl']"),
        ("/.pod/data/imports/", "main .rows a.g"),
    ):
        me.go(page)
        links.append(str(me.page.locator(within).first.get_attribute("href")))
    month = links[2]
    return [METER, *links, month + "?form=turtle", month.replace("/data/", "/remove/")]


@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 1280)])
def test_every_page_in_both_lights(inside: OPEN, language: str, width: int) -> None:
    me = inside(language=language, width=width)
    for path in [f"/.pod/{page}" for page in PAGES] + found(me):
        me.go(f"{path}{'&' if '?' in path else '?'}language={language}")
        me.page.emulate_media(color_scheme="light")
        me.look()
        if LONG or width == 390:  # the colours are the same at any width
            me.page.emulate_media(color_scheme="dark")
            assert serious(me.page) == [], path


def speak(me: Visitor, language: str) -> None:
    me.go("/.pod/settings")
    me.page.locator(f"input[value={language}]").check()
    me.page.locator(f"html[lang={language}]").wait_for()


@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 1280)])
def test_a_trip_is_corrected_and_every_figure_follows(
    inside: OPEN, language: str, width: int
) -> None:
    me = inside(language=language, width=width)
    speak(me, language)
    me.go("/.pod/apps/coach_co2")
    me.page.get_by_role("link", name=me.t("app-correct-trips")).click()
    assert me.path == "/.pod/trips"
    figures = me.page.locator(".fig")
    weight, price = figures.nth(0).inner_text(), figures.nth(2).inner_text()
    drive = me.page.locator(".trip", has_text=me.t("mode-Car")).first
    drive.locator("summary").click()
    me.look()
    drive.get_by_role("button", name=me.t("mode-Bike"), exact=True).click()
    me.page.locator(".notice.good").wait_for()
    assert figures.nth(0).inner_text() != weight and figures.nth(2).inner_text() != price
    said = me.page.locator(".view", has_text=me.t("trips-co2_kg")).inner_text()
    assert weight.split()[0] in said, "what it was stands beside what it is"
    assert me.page.locator(".trip .tag.info", has_text=me.t("trips-owner")).count() == 1
    me.look()
    me.page.locator(".notice").get_by_role("button", name=me.t("undo")).click()
    me.page.locator(".notice.good").wait_for()
    assert figures.nth(0).inner_text() == weight and figures.nth(2).inner_text() == price
    place = me.page.locator(".trip", has_text=me.t("location-rename")).last
    place.locator("summary").click()
    place.locator("input[name=name]").fill(f"Le lac <{language}>")
    place.get_by_role("button", name=me.t("location-say")).click()
    me.page.locator(".notice.good").wait_for()
    assert f"Le lac <{language}>" in me.text
    me.look()
    speak(me, "fr")


def test_a_chart_is_read_by_keyboard(inside: OPEN) -> None:
    me = inside()
    me.go("/.pod/apps/my_smart_home")
    for chart in me.page.locator(".chart").all():
        drawing = chart.locator("svg.drawing:visible")
        drawing.focus()
        said = []
        for key in ("ArrowRight", "ArrowRight", "End", "Home"):
            me.page.keyboard.press(key)
            said.append(drawing.get_attribute("aria-valuetext"))
            assert chart.locator("output").inner_text() == said[-1]
        assert len(set(said)) >= 3
        last = chart.locator("xpath=..").locator(".numbers tbody tr").last
        assert last.locator("td").last.text_content() in str(said[2])
        me.page.keyboard.press("Escape")
        assert not chart.locator("output").is_visible()


def tabs(me: Visitor, selector: str, most: int = 60) -> int:
    """How many times Tab is pressed from the top of the page to `selector`."""
    for pressed in range(1, most):
        me.page.keyboard.press("Tab")
        if me.page.evaluate("s => document.activeElement.matches(s)", selector):
            return pressed
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_keyboard_alone_reaches_what_matters(inside: OPEN) -> None:
    me = inside()
    me.page.on("filechooser", lambda chooser: None)  # in time: waiting for one is asked too late
    me.go("/.pod/")
    assert tabs(me, "a.skip") == 1
    me.page.keyboard.press("Enter")
    assert me.page.evaluate("document.activeElement.id") == "main"
    assert tabs(me, ".drop .choose", 4) <= 2
    with me.page.expect_file_chooser():
        me.page.keyboard.press("Enter")
    me.go("/.pod/apps/my_smart_home/consent")
    assert tabs(me, "form[action$=consent] button[type=submit]") < 40
    me.go("/.pod/apps/my_smart_home")
    assert tabs(me, "svg.drawing") < 25
    outline = me.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"  # focus is seen


def test_touching_a_chart_says_its_value(inside: OPEN) -> None:
    me = inside(width=390)
    me.go("/.pod/apps/my_smart_home")
    chart = me.page.locator(".chart").first
    chart.scroll_into_view_if_needed()
    chart.locator("svg.drawing:visible").tap()
    assert "kWh" in chart.locator("output").inner_text()


@pytest.mark.parametrize(
    ("path", "title"), [("nothing", "error-not-found"), ("imports/none", "error-not-found")]
)
def test_what_is_not_there(inside: OPEN, path: str, title: str) -> None:
    me = inside()
    me.go(f"/.pod/{path}")
    assert me.h1 == me.t(title)
    me.faults.clear()  # the browser notes the 404
    me.look()


def test_a_form_of_another_time_is_refused_in_words(inside: OPEN) -> None:
    me = inside()
    me.go("/.pod/settings")
    me.page.evaluate("document.querySelectorAll('[name=csrf]').forEach(i => i.value = 'old')")
    me.page.fill("#name", "Mallory")
    me.page.locator("form[action$='settings/name'] button").click()
    assert me.h1 == me.t("error-forbidden")
    me.faults.clear()
    me.look()
    me.go("/.pod/settings")
    assert me.page.input_value("#name") == "Foyer exemple"


BAD = {
    "empty.csv": (b"", "bad-file-empty", None),
    "page.csv": (b"<!doctype html><html><body>Connexion</body></html>", "bad-file-html", None),
    "other.csv": (b"Oiseau;Couleur\nmerle;noir\n", "bad-file-unknown", None),
}


def test_a_bad_file_is_told_in_one_sentence(fresh: str, visit: OPEN, enedis: list[Path]) -> None:
    me = visit(fresh, width=390)
    me.go("/.pod/")
    me.page.fill("#name", "Ada")
    me.page.fill("#password", "correct horse battery")
    me.press(me.t("setup-open"))
    rows = enedis[0].read_bytes().split(b"\n")
    rows[400] = b"n'importe quoi"
    cases = BAD | {"line.csv": (b"\n".join(rows), "bad-file-bad-line", 401)}
    for name, (data, key, line) in cases.items():
        me.go("/.pod/")
        me.drop(name, data)
        me.wait_for(me.t("import-failed-title"))
        assert me.t(key, text="n'importe quoi") in me.text, name
        assert me.t("import-failed-file", name=name) in me.text
        assert (me.t("import-failed-line", line=line or 0) in me.text) is (line is not None)
        assert me.t("import-failed-kept") in me.text
        me.look()
    me.go("/.pod/data/")  # nothing half-written
    assert me.t("folder-energy") not in me.text


def test_the_language_and_the_light_are_chosen(fresh: str, visit: OPEN) -> None:
    me = visit(fresh, language="fr")
    me.go("/.pod/setup")
    me.press("English")
    assert me.page.locator("html").get_attribute("lang") == "en"
    me.page.fill("#name", "Ada")
    me.page.fill("#password", "correct horse battery")
    me.press("Open my home")
    me.go("/.pod/settings")
    me.page.locator("input[value=dark]").check()
    me.page.locator("html[data-theme=dark]").wait_for()
    me.page.locator("input[value=fr]").check()
    me.page.locator("html[lang=fr]").wait_for()
    me.look()


def test_starting_for_good_clears_the_sample(inside: OPEN) -> None:
    """The last test of this household: it is gone afterwards."""
    me = inside(width=390, scheme="dark")
    assert "kWh" in me.text
    me.press(me.t("trial-end-link"))
    me.look()
    me.page.fill("#name", "Grace")
    me.page.fill("#password", "correct horse battery")
    me.press(me.t("trial-end-button"))
    assert me.path == "/.pod/"
    assert me.h1 == me.t("home-hello", name="Grace")
    assert me.t("home-empty") in me.text
    assert me.page.locator(".sample").count() == 0
    me.look()
    me.go("/.pod/data/")
    assert me.t("folder-energy") not in me.text
    me.go("/.pod/activity")
    assert me.t("did-trial-cleared") in me.text
