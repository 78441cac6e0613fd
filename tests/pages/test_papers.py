"""The page of a dropped paper says in a sentence what it holds, and nothing of meters."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from pod.programs.guest.build import build
from tests.pages.browsing import Browser
from tests.programs.test_public_papers import PROOF, code
from tests.servers import running


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    build()
    with running(tmp_path_factory.mktemp("papers")) as served:
        found = Browser(served)
        yield found
        found.close()


def dropped(browser: Browser, name: str, data: bytes) -> str:
    page = browser.http.post(
        "/.pod/imports", data={"csrf": browser.csrf}, files=[("file", (name, data, "text/plain"))]
    )
    until = time.monotonic() + 60
    while "data-follow" in page.text and time.monotonic() < until:
        time.sleep(0.2)
        page = browser.http.get(str(page.url))
    assert page.status_code == 200
    return page.text


def test_a_tax_notice_is_told_in_a_sentence(browser: Browser) -> None:
    page = dropped(browser, "notice.txt", code().encode())
    assert "Tax notice on the income of 2023: reference income €0, 2 parts." in page
    assert "Signature not verified" in page
    assert "Meter" not in page


def test_what_a_code_says_is_text_on_the_page(browser: Browser) -> None:
    page = dropped(browser, "x.txt", code(PROOF.replace("DOE", "<b>DOE")).encode())
    assert "MME &lt;b&gt;DOE JANE" in page
    assert "<b>DOE" not in page


def test_an_unread_kind_of_paper_says_so(browser: Browser) -> None:
    page = dropped(browser, "x.txt", code("9901FR4600\x1d").encode())
    assert "of a kind of paper (99)" in page
