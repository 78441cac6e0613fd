"""The life of an app by the pages and without scripts: what is refused says why, a preview gives nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pod.programs.author import new
from pod.programs.guest.build import build
from pod.programs.manifest import load_program
from pod.programs.packages import pack
from tests.pages.browsing import Browser
from tests.programs import linky_files as write
from tests.servers import running

METER = "https://schema.org/identifier"
MORE = """
[[queries]]
name = "meter"
classes = ["LoadCurveDay"]
what = { fr = "Le compteur", en = "The meter" }
why = { fr = "Pour le nommer", en = "To name it" }
without = { fr = "il reste sans nom.", en = "it has no name." }
columns = ["day", "number"]
sparql = '''
SELECT ?day ?number WHERE {
  ?r <https://w3id.org/domicile/ns#day> ?day ; <http://www.w3.org/ns/sosa/madeBySensor> ?m .
  OPTIONAL { ?m <https://schema.org/identifier> ?number }
}
'''

[result]"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    build()
    with running(tmp_path_factory.mktemp("apps")) as served:
        browser = Browser(served)
        data = write.hourly(write.readings(date(2024, 5, 14), 3)).encode()
        page = send(browser, "imports", ("may.csv", data))
        until_over(browser, page.url.path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = new("app", "my_total", tmp_path_factory.mktemp("publisher"))
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("[result]", MORE), "utf-8")
    return folder


def send(browser: Browser, path: str, *files: tuple[str, bytes], **given: str) -> httpx.Response:
    parts = [("file", (name, body, "application/octet-stream")) for name, body in files]
    return browser.http.post(f"/.pod/{path}", data={"csrf": browser.csrf, **given}, files=parts)


def until_over(browser: Browser, path: str) -> None:
    for _ in range(400):
        if browser.http.get(path + "/state").json()["over"]:
            return
        time.sleep(0.05)


def inside(folder: Path) -> list[tuple[str, bytes]]:
    return [(f"my_total/{f.name}", f.read_bytes()) for f in folder.glob("*.*")]


def test_what_is_refused_says_why_and_installs_nothing(browser: Browser, folder: Path) -> None:
    program = load_program(folder)
    unsigned = pack(folder, program, None)
    signed = pack(folder, program, Ed25519PrivateKey.generate())
    for files, status, said in (
        ([("x.zip", b"PK\x03\x04no")], 400, "no package of an app"),
        ([("x.zip", unsigned)], 400, "not signed"),
        ([("x.zip", signed.replace(b"main.py", b"/ain.py"))], 400, "leads elsewhere"),
        ([("x.zip", bytes(5 << 20))], 413, "too large for an app"),
        ([("app/manifest.toml", b'name = "x"')], 400, "is not right"),
        ([*inside(folder), ("my_total/x.so", b"\0")], 400, "compiled code"),
    ):
        page = send(browser, "install", *files)
        assert page.status_code == status and said in page.text, page.text[-3000:]
    page = send(browser, "install", ("", b""), address="https://127.0.0.1/x.zip")
    assert page.status_code == 502 and "could not be asked" in page.text
    assert "127.0.0.1/x.zip" in page.text, "what was typed is still there"
    page = send(browser, "install", *inside(folder), csrf="wrong")
    assert page.status_code == 403
    outside = httpx.post(f"{browser.served.base}.pod/install", files={"file": ("x.zip", signed)})
    assert outside.status_code == 303 and outside.headers["location"].endswith("sign-in")
    assert browser.get("/apps/my_total").status_code == 404


def test_a_folder_is_previewed_limited_run_and_removed(browser: Browser, folder: Path) -> None:
    page = send(browser, "install", *inside(folder))
    assert page.url.path == "/.pod/apps/my_total/consent"
    assert "without a signature" in page.text
    assert f'name="field.meter.{METER}" value="1" checked' in page.text
    chosen = {"edited": "1", "period": "own", "since": "2024-05-15", "time": "day"}
    page = browser.post("/apps/my_total/consent", **chosen, preview="1", **{"use.meter": "1"})
    text = re.sub(r"\s+", " ", page.text)
    assert "2 of 3 items." in text and "Hours are not told apart" in text
    assert "“number” is not given" in text, "the box that is not marked"
    page = browser.post("/apps/my_total/consent", **chosen, preview="1")
    assert "“The meter” is not given: it has no name." in page.text.replace("’", "'")
    found = browser.http.get("/.pod/api/apps").json()
    assert [one["agreed"] for one in found if one["name"] == "my_total"] == [False]
    assert browser.http.get("/.pod/api/runs?app=my_total").json() == [], "a preview is no run"
    bad = browser.post("/apps/my_total/consent", period="own", since="2024-05-15", until="2024")
    assert bad.status_code == 400 and "check both dates" in bad.text
    page = browser.post("/apps/my_total/consent", **chosen)
    until_over(browser, page.url.path)
    (run,) = browser.http.get("/.pod/api/runs?app=my_total").json()
    assert [(call["name"], call["rows"]) for call in run["audit"]["calls"]] == [("load_curve", 2)]
    page = browser.get("/apps/my_total")
    assert "Over 2 days" in page.text and "days without their hours" in page.text
    # What was chosen is what the page proposes when it is changed.
    page = browser.get("/apps/my_total/consent")
    assert 'value="2024-05-15"' in page.text and 'value="day" checked' in page.text
    page = browser.post("/apps/my_total/schedule", when="week")
    assert 'value="week" checked' in page.text and "Next computation" in page.text
    assert browser.post("/apps/my_total/schedule", when="hourly").status_code == 400
    page = browser.post("/apps/my_total/remove", erase="yes")
    assert "my_total” is uninstalled" in page.text
    assert not browser.exists("apps/my_total/result.json")
    assert browser.get("/apps/my_total").status_code == 404
    assert "You uninstalled" in browser.get("/activity").text
    assert browser.post("/apps/my_smart_home/remove").status_code == 409
