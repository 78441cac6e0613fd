"""What no holder gives, told in forms; and a certificate from an open register, asked without a secret."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from pod.programs.guest.build import build
from tests.pages.browsing import Browser, fields
from tests.pages.test_gaps import plain
from tests.programs.make_things import CERTIFICATE
from tests.servers import running

NUMBER = str(CERTIFICATE["numero_dpe"])


class Register:
    """Stands in for ADEME's register (data-fair, `/lines`): what was asked, and what it says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, list[str]], str | None]] = []
        self.status = 200
        register = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = parse_qs(parts.query)
                register.asked.append((parts.path, query, self.headers.get("authorization")))
                wanted = query["numero_dpe_in"][0].split(",")
                lines = [one for one in [CERTIFICATE] if one["numero_dpe"] in wanted]
                lines = [{k: one.get(k) for k in query["select"][0].split(",")} for one in lines]
                body = json.dumps({"total": len(lines), "results": lines}).encode()
                self.send_response(register.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def register() -> Iterator[Register]:
    register = Register()
    yield register
    register.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, register: Register) -> Iterator[Browser]:
    build()
    changed = {
        "holder_hosts": f"https://data.ademe.fr={register.origin}",
        "outbound_loopback": True,
    }
    with running(tmp_path_factory.mktemp("by-hand"), **changed) as served:
        browser = Browser(served)
        yield browser
        browser.close()


def fill(browser: Browser, kind: str, **given: str) -> httpx.Response:
    """The form as it is on the page, with what is typed into it."""
    page = browser.get(f"/by-hand/{kind}")
    found = {
        k: v for k, v in fields(page.text).items() if k not in ("csrf", "q", "language", "back")
    }
    return browser.post(f"/by-hand/{kind}", **(found | given))


def asked(browser: Browser, number: str) -> httpx.Response:
    """The page of connections once a new one has been run."""
    page = browser.post("/connections", service="dpe/ademe", dpe_number=number)
    listed = page.text.partition('action="/.pod/connections/')[2]
    browser.post("/connections/" + listed.partition('"')[0])
    for _ in range(300):
        page = browser.get("/connections")
        if 'http-equiv="refresh"' not in page.text:
            return page
    raise AssertionError("it asks for ever")


def test_a_purchase_at_the_market(browser: Browser) -> None:
    assert "A purchase" in browser.get("/by-hand").text
    given = {"date": "2026-03-08", "time": "10:15", "shop": "Marché"}
    lines = {"label-1": "Poireaux", "quantity-1": "1,5", "unit-1": "kg", "amount-1": "3,60 €"}
    page = fill(browser, "purchase", **given, **lines)
    assert page.status_code == 200 and page.url.path.startswith("/.pod/imports/"), page.text
    stored = browser.stored("purchases/2026-03.ttl").decode()
    assert "Poireaux" in stored and "3.60" in stored and "prov:wasDerivedFrom" in stored
    again = fill(browser, "purchase", **given, **lines)
    assert again.status_code == 200
    assert browser.stored("purchases/2026-03.ttl").count(b"a dom:Purchase,") == 2  # another receipt


def test_the_same_form_sent_twice_is_one_purchase(browser: Browser) -> None:
    given = {"date": "2026-04-02", "shop": "Épicier", "total": "12", "number": "abc123"}
    for _ in range(2):
        assert browser.post("/by-hand/purchase", **given).status_code == 200
    assert browser.stored("purchases/2026-04.ttl").count(b"a dom:Purchase,") == 1


def test_refuels_readings_and_changes(browser: Browser) -> None:
    fill(
        browser,
        "refuel",
        date="2026-03-08",
        quantity="41,2",
        fuelunit="L",
        total="72,47",
        odometer="45 210",
    )
    assert b"41.2" in browser.stored("mobility/refuels/2026-03.ttl")
    fill(browser, "reading", date="2026-03-08", meter="12345678901234", kwh="7654,321")
    text = browser.stored("energy/electricity/12345678901234/index/2026.ttl")
    assert b"7654321" in text
    page = fill(browser, "situation", date="2026-03-01", change="job-start", note="à mi-temps")
    assert "Change of situation on 1 March 2026: a job begins." in plain(page)
    assert "à mi-temps" in browser.stored("household/2026.ttl").decode()
    fill(browser, "purchase", date="2026-02-08", shop="Halles", total="4,10")
    page = plain(browser.get("/sources"))
    known = re.findall(r'<a class="g" href="/\.pod/sources/[^"]*"><b>([^<]+)</b>', page)
    assert {"Refuelling and charges", "Purchases"} <= set(known), known


@pytest.mark.parametrize(
    ("kind", "given", "about"),
    [
        ("purchase", {"date": "2026-03-08"}, "Product"),
        ("purchase", {"date": "soon", "total": "3"}, "Date"),
        ("purchase", {"date": "2026-03-08", "label-1": "x", "amount-1": "free"}, "Price"),
        ("refuel", {"date": "2026-03-08", "quantity": "0", "fuelunit": "L"}, "Quantity"),
        ("refuel", {"date": "2026-03-08", "quantity": "4", "fuelunit": "barrels"}, "In"),
        ("reading", {"date": "2026-03-08", "meter": "../x", "kwh": "1"}, "Number of the meter"),
        ("situation", {"date": "2026-03-08", "change": "lottery"}, "What has changed"),
        (
            "certificate",
            {"date": "2026-03-08", "certificate": "12", "energyclass": "A"},
            "Number of",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(
    browser: Browser, kind: str, given: dict[str, str], about: str
) -> None:
    before = browser.get("/sources").text.count("by-hand-")
    page = fill(browser, kind, **given)
    assert page.status_code == 422
    assert re.search(rf"“{about}[^”]*” does not fit", plain(page))
    assert page.text.count('aria-invalid="true"') == 1
    sly = fill(browser, kind, **given, place='"><i>x', shop='"><i>x', note='"><i>x')
    assert sly.status_code == 422 and '"><i>x' not in sly.text
    assert browser.get("/sources").text.count("by-hand-") == before


def test_only_the_owner_fills_a_form(browser: Browser) -> None:
    given = {"date": "2026-05-01", "total": "3"}
    with httpx.Client(base_url=browser.served.base) as public:
        assert public.get("/.pod/by-hand").status_code == 303
        assert public.post("/.pod/by-hand/purchase", data=given).status_code in (303, 403)
    assert browser.http.post("/.pod/by-hand/purchase", data=given).status_code == 403
    assert browser.get("/by-hand/nothing").status_code == 404
    assert not browser.exists("purchases/2026-05.ttl")


def test_a_certificate_by_its_number(browser: Browser, register: Register) -> None:
    page = asked(browser, f" {NUMBER.lower()} ")
    assert "up to date" in page.text
    stored = browser.stored("housing/2021.ttl").decode()
    assert NUMBER in stored and "206.40" in stored and "Électricité" in stored
    path, query, secret = register.asked[-1]
    assert path == "/data-fair/api/v1/datasets/dpe03existant/lines"
    assert query["numero_dpe_in"] == [NUMBER] and secret is None
    assert "Dwelling" in plain(browser.get("/sources"))


def test_a_certificate_that_is_not_there_waits_for_the_owner(
    browser: Browser, register: Register
) -> None:
    page = asked(browser, "0000E0000000Z")
    assert "For you to do" in page.text and "You can copy it by hand" in page.text
    page = fill(
        browser,
        "certificate",
        certificate="0000 E0000000Z",
        date="2015-02-03",
        energyclass="E",
        surface="40,5",
    )
    assert "Certificate 0000E0000000Z: energy E" in plain(page)
    assert "40.50" in browser.stored("housing/2015.ttl").decode()
