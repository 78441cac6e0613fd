"""Dropping a folder and connecting a holder, by the pages and without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from pod import standin
from pod.programs.guest.build import build
from pod.standin import Holder
from tests.pages.browsing import Browser
from tests.programs import linky_files as write
from tests.programs.test_drops import GOOD, packed
from tests.servers import running

LATER = write.hourly(write.readings(date(2024, 6, 14), 3)).encode()


@pytest.fixture(scope="module")
def holder() -> Iterator[Holder]:
    holder = Holder().start()
    yield holder
    holder.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, holder: Holder) -> Iterator[Browser]:
    build()
    hosts = f"https://conso.boris.sh={holder.origin}"
    changed = {"holder_hosts": hosts, "outbound_loopback": True, "sync_rounds": 1}
    with running(tmp_path_factory.mktemp("sources"), **changed) as served:
        browser = Browser(served)
        yield browser
        browser.close()


def test_a_folder_and_a_zip_end_on_one_page(browser: Browser) -> None:
    archive = packed(("may.csv", GOOD), ("x<script>.txt", b"nothing known"))
    parts = [
        ("file", ("mine/june.csv", LATER, "text/csv")),
        ("file", ("mine/all.zip", archive, "application/zip")),
    ]
    page = browser.http.post("/.pod/imports", data={"csrf": browser.csrf}, files=parts)
    where = page.url.path
    assert where.startswith("/.pod/drops/")
    for _ in range(400):
        if browser.http.get(where + "/state").json()["over"]:
            break
        time.sleep(0.05)
    text = browser.http.get(where).text
    assert "what became of your files" in text
    plain = re.sub(r"<wbr>|\u200b", "", text)
    assert "mine/all.zip/" in plain
    assert "288 records" in text
    assert "does not know this kind" in text
    assert "The file is kept as it came" in text
    assert "<script>.txt" not in text
    french = browser.http.get(where + "?language=fr").text
    assert "Voici ce que sont devenus" in french


def after(browser: Browser, page: httpx.Response) -> httpx.Response:
    """The page once nothing is asked any more."""
    for _ in range(200):
        if 'http-equiv="refresh"' not in page.text:
            return page
        time.sleep(0.1)
        page = browser.get("/connections")
    raise AssertionError("it asks for ever")


def test_a_connection_by_the_pages(browser: Browser, holder: Holder) -> None:
    page = browser.post(
        "/connections", service="linky/conso-api", usage_point_id=standin.METER, token=standin.TOKEN
    )
    assert "Nothing has been asked yet" in page.text
    assert standin.TOKEN not in page.text
    act = page.text.partition('action="/.pod/connections/')[2].partition('"')[0]
    holder.refusal = standin.GONE
    page = after(browser, browser.post("/connections/" + act))
    assert "has ended" in page.text
    holder.refusal = None
    page = after(browser, browser.post("/connections/" + act.replace("sync", "resume")))
    assert "up to date" in page.text
    assert browser.exists(f"energy/electricity/{standin.METER}/")
