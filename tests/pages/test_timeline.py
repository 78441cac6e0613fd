"""The timeline and "since your last visit": figures that can be added up by hand."""

from __future__ import annotations

import calendar
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from pod.http.texts import Texts
from pod.http.ui.timeline import period
from pod.http.views import Lane, lanes
from tests.pages.browsing import Browser
from tests.servers import ALICE, TURTLE, Served, running

PREFIXES = """@prefix dom: <https://w3id.org/domicile/ns#> .
@prefix schema: <https://schema.org/> .
@prefix sosa: <http://www.w3.org/ns/sosa/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ACL = """@prefix acl: <http://www.w3.org/ns/auth/acl#> .
<#alice> a acl:Authorization; acl:agent <{webid}>; acl:accessTo <{target}>; acl:mode acl:Read .
"""
MONTHS = [*(f"2024-{n:02}" for n in range(1, 13)), *(f"2025-{n:02}" for n in range(1, 13))]


def money(month: str) -> str:
    """Rent of 700 €, a salary of 1,500 €, an allowance of 150 €; in 2025 the rent is 770 €."""
    rent = 700 if month < "2025" else 770
    rows = [("02", -rent, "Housing"), ("03", 1500, "Salary"), ("05", 150, "Benefits")]
    return PREFIXES + "\n".join(
        f'<#{n}> a dom:Transaction; dom:bookingDate "{month}-{day}"^^xsd:date; dom:category dom:{kind};'
        f" schema:amount <#{n}-a>. <#{n}-a> schema:value {amount}.00; schema:currency 'EUR'."
        for n, (day, amount, kind) in enumerate(rows)
    )


def power(month: str, days: int) -> str:
    """10 kWh a day."""
    return PREFIXES + "\n".join(
        f'<#d{day}> a dom:LoadCurveDay; dom:day "{month}-{day:02}"^^xsd:date; dom:step "PT24H";'
        f' dom:startsAt "{month}-{day:02}T00:00:00Z"^^xsd:dateTime; dom:count 1; dom:values "417";'
        f" dom:energyWh 10000; dom:missing 0; sosa:observedProperty dom:ActivePowerImport."
        for day in range(1, days + 1)
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("timeline")) as served:
        yield served


@pytest.fixture(scope="module")
def browser(served: Served) -> Iterator[Browser]:
    browser = Browser(served)
    assert "Your timeline draws itself as soon as" in browser.get("/timeline").text
    for month in MONTHS:
        whole = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
        days = 20 if month == "2024-01" else whole
        for path, body in (
            (f"finance/fr76/{month}.ttl", money(month)),
            (f"energy/electricity/12345678901234/{month}.ttl", power(month, days)),
        ):
            put = served.owner.put(path, content=body, headers={"content-type": TURTLE})
            assert put.status_code == 201, put.text
    yield browser
    browser.close()


def told(browser: Browser, asked: str = "") -> str:
    return unescape(browser.get("/timeline" + asked).text).replace("\u202f", " ")


def test_a_year_beside_the_year_before(browser: Browser) -> None:
    page = told(browser)
    assert "From January 2025 to December 2025" in page
    assert "January 2024 to December 2024" in page
    assert "€9,240" in page, "12 × 770"
    assert "10% more than before (€8,400)" in page
    assert "€19,800" in page, "12 × (1,500 + 150)"
    assert "€1,800" in page and "Already counted in what was received." in page
    assert "As much as before (€19,800)." in page
    assert "3,650" in page
    # January 2024 is known in part, and is compared with nothing: 334 days of 2025, 335 of 2024.
    assert (
        "As much as before (3,350\xa0kWh), over the 11 months wholly known on both sides." in page
    )


def test_the_choice_of_months_drives_every_card(browser: Browser) -> None:
    page = told(browser, "?since=2025-02&until=2025-03")
    assert "From February 2025 to March 2025" in page
    assert "December 2024 to January 2025" in page
    assert "€1,540" in page and "590" in page
    assert "5% more than before (€1,470)" in page
    turned = told(browser, "?since=2025-03&until=2025-02")
    assert "From February 2025 to March 2025" in turned
    one = told(browser, "?since=2025-07&until=2025-07")
    assert "From July 2025, beside the period before: June 2025." in one


@pytest.mark.parametrize(
    "asked", ["?since=x&until=9999-99", "?since=0001-01&until=9998-12", "?since="]
)
def test_what_is_no_month_is_the_usual_period_or_what_is_known(
    browser: Browser, asked: str
) -> None:
    assert browser.get("/timeline" + asked).status_code == 200


def test_the_home_page_shows_the_last_year_and_leads_on(browser: Browser) -> None:
    page = browser.get("/").text
    assert 'href="/.pod/timeline"' in page
    assert page.count("How do my months follow each other?") >= 2


def test_a_period_is_cut_to_what_is_known() -> None:
    span = ("2020-03", "2026-11")
    assert period(span, "2026-11")[0::11] == ["2025-11", "2026-10"]
    assert period(span, "2026-11", "2026-11", "2026-11") == ["2026-11"]
    assert period(span, "2026-11", "1900-01", "1900-02") == ["2020-03"]
    assert period(("2026-11", "2026-11"), "2026-11") == ["2026-11"]
    assert len(period(("1900-01", "2026-11"), "2026-11", "1900-01", "2026-11")) == 120


def test_lanes_share_an_axis_and_say_what_is_partial() -> None:
    found = [
        Lane("Gas & <b>", "kWh", (1.0, None, 3.0), (2.0, 2.0, None), frozenset({2})),
        Lane("Spent", "€", (10.0, 20.0, 30.0), (None, None, None)),
    ]
    drawn = lanes("Why?", ["2026-01", "2026-02", "2026-03"], found, Texts("en"))
    assert drawn.count("<svg") == 3 + 3, "three sizes, three marks of the legend"
    assert "Gas &amp; &lt;b&gt;" in drawn and "<b>" not in drawn and "style=" not in drawn
    assert drawn.count('class="missing"') == 3 and drawn.count('class="bar part"') == 3 + 1
    assert drawn.count('class="before"') == 2 * 3 + 1
    assert str(Texts("en")("view-partial")) in drawn


def test_since_the_last_visit(browser: Browser, served: Served) -> None:
    first = browser.get("/").text
    assert "Latest activity" in first and "Nothing has left your home." in first
    file: Path = served.data / "server.db"
    with sqlite3.connect(file) as server:  # the owner was here an hour ago, and then not any more
        hour = 3_600_000
        server.execute("UPDATE visit SET latest = latest - ?", (hour,))
        server.execute("UPDATE session SET seen = seen - ?", (hour,))
    assert served.alice.get(f"finance/fr76/{MONTHS[0]}.ttl").status_code == 403
    page = unescape(browser.get("/").text)
    assert "Since your last visit" in page
    assert "You were here" in page and "ago" in page
    assert "alice" in page, "who was refused"
    assert "Nobody but you has read what is not public." in page
    rule = ACL.format(webid=ALICE, target=f"{served.base}notes/one")
    served.owner.put("notes/one", content=b"<> <#is> 1 .", headers={"content-type": TURTLE})
    served.owner.put("notes/one.acl", content=rule, headers={"content-type": TURTLE})
    assert served.alice.get("notes/one").status_code == 200
    page = browser.get("/").text
    assert "Nobody but you" not in page and "Nothing has left your home." not in page
    with sqlite3.connect(file) as server:
        server.execute("UPDATE visit SET before = before + ?", (2 * hour,))
    page = unescape(browser.get("/").text)
    assert "Nothing new. Nobody but you has read what is not public." in page
