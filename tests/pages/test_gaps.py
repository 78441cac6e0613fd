"""Calendars of sources, connections by how they are, and the questions of a drop, without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape

import httpx
import pytest

from pod import standin
from pod.programs.guest.build import build
from tests.pages.browsing import Browser
from tests.programs import linky_files as write
from tests.programs.test_drops import packed
from tests.servers import running

UNKNOWN = "Quand;Quoi;Combien\n05/01/2026;EDF;-86,40\n06/01/2026;{};-{},30\n"
QIF = "!Type:Bank\nD{1:02}/01'26\nT-86,40\nP{0}\n^\n"
IBAN = "FR7630006000011234567890189"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    build()
    nobody = "https://conso.boris.sh=http://127.0.0.1:1"  # refuses at once: nothing leaves here
    changed = {"holder_hosts": nobody, "outbound_loopback": True}
    with running(tmp_path_factory.mktemp("gaps"), **changed) as served:
        browser = Browser(served)
        yield browser
        browser.close()


def dropped(browser: Browser, *files: tuple[str, bytes]) -> str:
    """Where the page of a drop is, once it is over."""
    page = browser.http.post(
        "/.pod/imports",
        data={"csrf": browser.csrf},
        files=[("file", ("all.zip", packed(*files), "application/zip"))],
    )
    assert page.status_code == 200, page.text
    return over(browser, page.url.path)


def over(browser: Browser, where: str) -> str:
    for _ in range(600):
        if browser.http.get(where + "/state").json()["over"]:
            return where
        time.sleep(0.05)
    raise AssertionError("it goes on for ever")


def plain(page: httpx.Response) -> str:
    return unescape(re.sub(r"<wbr>|\u200b|\u2060", "", page.text)).translate(
        {0xA0: " ", 0x202F: " "}
    )


def answered(browser: Browser, where: str, **fields: str) -> str:
    page = browser.http.get(where)
    job = page.text.partition('name="job" value="')[2].partition('"')[0]
    page = browser.post(where.removeprefix("/.pod") + "/answer", job=job, **fields)
    assert page.status_code == 200, page.text
    return plain(browser.http.get(over(browser, where)))


def test_a_hole_in_the_readings_is_a_hole_on_the_page(browser: Browser) -> None:
    may, june = (write.hourly(write.readings(date(2024, m, 14), 3)).encode() for m in (5, 6))
    dropped(browser, ("may.csv", may), ("june.csv", june))
    page = plain(browser.get("/sources"))
    assert "Electricity, meter 14298765432109" in page
    assert '<path d="M' in page and 'class="day gap"' in page
    assert " style=" not in page
    assert "Nothing since 16 June 2024" in page
    assert "From 17 May 2024 to 13 June 2024" in page and "28 days" in page
    whole = plain(browser.get("/sources/electricity/14298765432109"))
    assert "download the load curve for the time from 17 May 2024 to 13 June 2024" in whole
    row = re.search(r"May 2024</a></th>(.*?)</tr>", whole)
    assert row and re.findall(r">(\d+)<", row[1]) == ["3", "0", "15"]
    assert "6 days known, 28 are missing" in whole
    french = plain(browser.get("/sources/electricity/14298765432109?language=fr"))
    assert "téléchargez la courbe de charge pour la période du 17 mai 2024" in french
    assert browser.get("/sources/electricity/nobody").status_code == 404
    assert browser.get("/sources/%3Cscript%3E/x").status_code == 404


def test_a_connection_tells_when_it_will_fill_the_hole(browser: Browser) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=6)
    dropped(browser, ("now.csv", write.hourly(write.readings(yesterday, 2)).encode()))
    before = plain(browser.get("/sources"))
    assert "the connection" not in before
    page = browser.post(
        "/connections", service="linky/conso-api", usage_point_id="14298765432109", token="t" * 20
    )
    assert "Agreed until" in page.text and "Next asked" in page.text
    assert page.text.count('<details class="fold"') == page.text.count("connected already") + (
        page.text.count('name="service"') - 1
    )
    assert "the connection will ask for these days" in plain(browser.get("/sources"))
    assert standin.TOKEN not in page.text


def test_what_the_files_of_a_drop_ask_is_answered_one_after_the_other(browser: Browser) -> None:
    where = dropped(
        browser,
        ("one.csv", UNKNOWN.format("Café", 2).encode()),
        ("two.csv", UNKNOWN.format("Pain", 3).encode()),
        ("a.qif", QIF.format("Loyer", 8).encode()),
        ("b.qif", QIF.format("Gaz", 9).encode()),
    )
    page = plain(browser.http.get(where))
    assert "3 questions" in page and "1 other file has the same columns" in page
    job = page.partition('name="job" value="')[2].partition('"')[0]
    bad = browser.post(
        where.removeprefix("/.pod") + "/answer", job=job, date="0", label="0", amount="2"
    )
    assert bad.status_code == 422 and "each in a column of its own" in plain(bad)
    page = answered(browser, where, date="0", label="1", amount="2")
    assert "4 questions" in page and "The same answer for the 3 other files" in page
    assert 'name="account"' in page  # of all four files
    page = answered(browser, where, account=IBAN)
    assert "3 questions" in page
    page = answered(browser, where, account=IBAN, rest="yes")
    assert 'name="job"' not in page and "4 files" in page
    assert browser.exists(f"finance/{IBAN.lower()}/2026-01.ttl")
    stored = browser.stored(f"finance/{IBAN.lower()}/2026-01.ttl").decode()
    assert all(word in stored for word in ("Café", "Pain", "Loyer", "Gaz"))
    gone = browser.post(where.removeprefix("/.pod") + "/answer", job=job, account=IBAN)
    assert gone.status_code == 404


def test_a_stranger_answers_nothing(browser: Browser) -> None:
    where = dropped(browser, ("c.qif", QIF.format("Bus", 10).encode()))
    job = browser.http.get(where).text.partition('name="job" value="')[2].partition('"')[0]
    given = {"job": job, "account": IBAN}
    with httpx.Client(base_url=browser.served.base) as public:
        assert public.post(where + "/answer", data=given).status_code in (303, 403)
        assert public.get("/.pod/sources/electricity/14298765432109").status_code == 303
    forged = browser.http.post(where + "/answer", data={"csrf": "x", **given})
    assert forged.status_code == 403
    assert 'name="job"' in browser.http.get(where).text  # it still asks
