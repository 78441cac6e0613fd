"""Accounts by the pages and without scripts: what there is, where it went, and corrections."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from pod.programs.guest.build import build
from pod.sample import IBAN, write_statements
from tests.pages.browsing import Browser, fields
from tests.servers import running

HERE = f"/accounts/{IBAN.lower()}"
SAVINGS = "FR7610107001011234567890129"
HEAD = "Date opération;Date valeur;Libellé;Débit;Crédit;IBAN\r\n"
TABLES = HEAD + (
    f"03/02/2026;03/02/2026;VIR EPARGNE {SAVINGS};200,00;;{IBAN}\r\n"
    f"04/02/2026;04/02/2026;VIR RECU;;200,00;{SAVINGS}\r\n"
    f"05/02/2026;05/02/2026;LA TORREFACTION DU <b>PORT</b>;12,34;;{IBAN}\r\n"
    f"06/02/2026;06/02/2026;La Torréfaction du port;3,10;;{IBAN}\r\n"
    f"06/02/2026;06/02/2026;CARREFOUR CITY;20,00;;{IBAN}\r\n"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    build()
    folder = tmp_path_factory.mktemp("accounts")
    with running(folder) as served:
        browser = Browser(served)
        assert "No statement of an account yet" in browser.get("/accounts").text
        file = write_statements(folder, until=date(2026, 1, 31), days=62)[2]
        assert "received" in dropped(browser, file).text
        table = folder / "table.csv"
        table.write_text(TABLES, "utf-8")
        dropped(browser, table)
        yield browser
        browser.close()


def dropped(browser: Browser, file: Path) -> httpx.Response:
    page = browser.http.post(
        "/.pod/imports",
        data={"csrf": browser.csrf},
        files=[("file", (file.name, file.read_bytes(), "application/octet-stream"))],
    )
    until = time.monotonic() + 60
    while "data-follow" in page.text and time.monotonic() < until:
        time.sleep(0.2)
        page = browser.http.get(str(page.url))
    assert page.status_code == 200
    return page


def plain(page: httpx.Response) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_the_list_says_balance_last_transaction_and_gaps(browser: Browser) -> None:
    text = plain(browser.get("/accounts"))
    assert "last transaction on 6 February 2026" in text
    assert re.search(r"€[\d,]+\.\d\d on 31 January 2026", text)
    assert "the statements tell no balance" in text  # of the savings
    for page in ("/", "/sources"):
        assert f'href="/.pod{HERE}"' in browser.get(page).text


def test_a_month_adds_up_to_its_transactions(browser: Browser) -> None:
    page = browser.get(f"{HERE}/2026-01")
    text = plain(page)
    amounts = re.findall(r'<b class="sum">([^<]+)</b>', page.text)
    values = [float(a.replace("−", "-").replace("€", "").replace(",", "")) for a in amounts]
    assert len(values) > 10
    out = sum(v for v in values if v < 0)
    assert f"How much went out? −€{-out:,.2f}" in text
    assert "Where does my money go?" in text
    assert "Housing comes first: €742.00" in text
    assert "is missing" not in text
    assert 'rel="prev"' in page.text and 'rel="next"' in page.text


def test_a_transfer_between_own_accounts_is_shown_and_not_counted(browser: Browser) -> None:
    page = browser.get(f"{HERE}/2026-02")
    assert "How much went out? −€35.44" in plain(page)
    assert "A transfer between your accounts is not counted." in plain(page)
    assert "To Account ·· 0129" in page.text
    other = browser.get(f"/accounts/{SAVINGS.lower()}/2026-02")
    assert "From " in other.text and "How much came in? €0.00" in plain(other)


def test_a_correction_is_learned_applied_to_all_alike_and_undone(browser: Browser) -> None:
    page = browser.get(f"{HERE}/2026-02")
    assert "&lt;b&gt;PORT" in page.text and "<b>PORT" not in page.text
    link = next(
        found
        for found in re.findall(r'href="/\.pod([^"]+category\?of=[^"]+)"', page.text)
        if "12.34" in found
    )
    asked = browser.get(link)
    given = fields(asked.text)
    assert given["words"] == "torrefaction"
    refused = browser.post(link.partition("?")[0], **given | {"words": "somebody else"})
    assert refused.status_code == 422 and "not in the description" in refused.text
    done = browser.post(
        link.partition("?")[0], **given | {"words": "Torréfaction", "category": "Restaurants"}
    )
    assert "Rule remembered: “torrefaction”, 2 transactions." in done.text
    assert "Cafés and restaurants" in done.text
    stored = browser.stored(f"/finance/{IBAN.lower()}/2026-02.ttl").decode()
    assert stored.count("ns#Restaurants") == 2
    assert b'dom:pattern "torrefaction"' in browser.stored("/finance/categories.ttl")
    assert "torrefaction" in browser.get("/accounts").text
    back = browser.post("/accounts/rule", **undoing(done.text))
    assert back.url.path == f"/.pod{HERE}/2026-02"
    assert "undone, 2 transactions" in back.text
    stored = browser.stored(f"/finance/{IBAN.lower()}/2026-02.ttl").decode()
    assert "ns#Restaurants" not in stored
    assert b"torrefaction" not in browser.stored("/finance/categories.ttl")
    again = browser.post("/accounts/rule", **undoing(back.text))
    assert "2 transactions" in again.text and "Cafés and restaurants" in again.text


def undoing(page: str) -> dict[str, str]:
    """The fields of the form in the notice."""
    notice = re.search(r'<div class="notice good done".*?</form>', page, re.S)
    assert notice, page
    return {k: v for k, v in fields(notice[0]).items() if k != "csrf"}


def test_what_is_not_there_is_not_there(browser: Browser) -> None:
    for path in (
        "/accounts/none",
        f"{HERE}/1999-01",
        f"{HERE}/2026-02.ttl",
        f"{HERE}/2026-02/category?of=x",
    ):
        assert browser.get(path).status_code == 404, path
    assert browser.get(f"{HERE}/2026-02").status_code == 200


def test_nobody_else_sees_or_corrects(browser: Browser) -> None:
    rule = {"words": "carrefour", "before": "Leisure"}
    with httpx.Client(base_url=browser.served.base) as public:
        for path in ("/.pod/accounts", f"/.pod{HERE}/2026-02"):
            answer = public.get(path)
            assert answer.status_code == 303 and "sign-in" in answer.headers["location"]
        assert public.post("/.pod/accounts/rule", data=rule).status_code in (303, 401, 403)
    forged = browser.http.post("/.pod/accounts/rule", data={"csrf": "wrong", **rule})
    assert forged.status_code == 403
    assert "carrefour" not in browser.get("/accounts").text


def test_the_way_back_leads_to_these_pages_alone(browser: Browser) -> None:
    answer = browser.http.post(
        "/.pod/accounts/rule",
        data={"csrf": browser.csrf, "words": "nobody here", "back": "//evil.example/"},
        follow_redirects=False,
    )
    assert answer.headers["location"].startswith("/.pod/accounts?")
