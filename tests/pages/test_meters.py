"""Gas and the meter's own frames on the pages: what was found, what was refused and at which line."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date, datetime

import httpx
import pytest

from pod.programs.guest.build import build
from tests.pages.browsing import Browser
from tests.programs import make_gas, make_tic
from tests.servers import running

FRAME = make_tic.standard(make_tic.at(datetime(2024, 10, 27, 9, 10, tzinfo=make_tic.PARIS), 0))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    build()
    with running(tmp_path_factory.mktemp("meters")) as served:
        browser = Browser(served)
        yield browser
        browser.close()


def drop(browser: Browser, name: str, data: bytes) -> httpx.Response:
    """The page of an import that is over."""
    parts = [("file", (name, data, "application/octet-stream"))]
    page = browser.http.post("/.pod/imports", data={"csrf": browser.csrf}, files=parts)
    where = page.url.path
    for _ in range(400):
        if browser.http.get(where + "/state").json()["over"]:
            break
        time.sleep(0.05)
    return browser.http.get(where)


def said(page: httpx.Response) -> str:
    """Its words, with plain spaces."""
    words = re.sub(r"<[^>]+>", " ", page.text).replace("&#39;", "’")
    return " ".join(words.split())


def test_gas_is_told_by_its_days_and_has_a_calendar(browser: Browser) -> None:
    days = make_gas.days(date(2024, 10, 25), 7)
    days[5] = make_gas.absent(days[5])
    text = said(drop(browser, "gaz.json", make_gas.space(days).encode()))
    assert "GRDF, published or informative data" in text
    assert "6 days: 422 kWh, 38 m³" in text
    assert "The holder has no data for one period; it stays a gap." in text
    sources = said(browser.get("/sources"))
    assert f"Gas, meter {make_gas.PCE}" in sources and "6 days known, 1 is missing" in sources
    assert f"Gas, meter {make_gas.PCE}" in said(browser.get("/"))
    french = said(browser.get("/data/energy/gas/", headers={"accept-language": "fr"}))
    assert "Gaz" in french


def test_a_frame_is_told_by_its_moment_and_a_wrong_one_by_its_line(browser: Browser) -> None:
    text = said(drop(browser, "trame.txt", FRAME.encode()))
    assert (
        "TIC frames, historic or standard mode" in text
        and "Told by the meter 1 reading, at" in text
    )
    wrong = FRAME.replace("\t231\t", "\t232\t")
    text = said(drop(browser, "fausse.txt", wrong.encode()))
    assert "The group “URMS1 231" not in text
    assert "does not match its checksum: the frame is refused." in text and "line 12" in text
    assert "Nothing of this frame was taken" in text
    assert browser.exists(f"/energy/electricity/{make_tic.PRM}/readings/2024-10.ttl")
