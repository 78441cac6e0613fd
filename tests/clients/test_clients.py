"""Unmodified Solid clients from npm against a running server."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from pod import control
from tests.apps import App, Browser
from tests.servers import NAME, PASSWORD, TURTLE, Served, running

HERE = Path(__file__).resolve().parent
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (HERE / "node_modules").is_dir(),
    reason="node and `npm ci` in tests/clients are wanted",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("clients"), outbound_loopback="true") as served:
        served.owner.put("t/note", content=b"", headers={"content-type": TURTLE})
        time.sleep(1.1)  # proofs from before the start are refused
        yield served


def node(script: str, facts: Any) -> Any:
    done = subprocess.run(
        ["node", script, json.dumps(facts)], cwd=HERE, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def credential(served: Served) -> dict[str, str]:
    facts = {"name": "client", "ceiling": "control"}
    return dict(control.ask(served.data, "create_credentials", None, facts))


def test_inrupt_node_with_credentials(served: Served) -> None:
    made = credential(served)
    found = node("credentials.mjs", {**made, "target": served.base + "t/inrupt"})
    assert found == {
        "webid": served.base + "profile/card#me",
        "signedIn": True,
        "put": 201,
        "get": 200,
        "rights": 'user="append control read write",public=""',
        "public": 401,
    }


def test_inrupt_node_refreshes(served: Served) -> None:
    app = App(served.base)
    assert app.register(token_endpoint_auth_method="client_secret_basic").status_code == 201
    with Browser(served.base) as browser:
        token = app.sign_in(browser)["refresh_token"]
    facts = {"issuer": served.base, "id": app.id, "secret": app.secret, "refresh": token}
    found = node("refresh.mjs", {**facts, "target": served.base + "t/note"})
    assert found["webid"] == served.base + "profile/card#me"
    assert found["get"] == 200
    assert found["rotated"] not in (None, token)
    assert app.refresh(token).status_code == 400  # it was used


def test_access_token_verifier_on_our_tokens(served: Served) -> None:
    made = credential(served)
    app = App(served.base, made["id"], made["secret"])
    token = app.ask(grant_type="client_credentials").json()["access_token"]
    url = served.base + "t/note"
    asked = {"authorization": f"DPoP {token}", "method": "GET", "url": url}
    other = App(served.base)
    found = node(
        "verify.mjs",
        [
            {**asked, "proof": app.proof("GET", url)},
            {**asked, "proof": app.proof("POST", url)},
            {**asked, "proof": other.proof("GET", url)},
        ],
    )
    assert found[0] == {"webid": made["webid"], "client": made["id"]}
    assert all("error" in one for one in found[1:])


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_openid_client(served: Served, alg: str) -> None:
    redirect = "http://localhost:1/back"
    facts = {"issuer": served.base, "redirect": redirect, "alg": alg}
    process = subprocess.Popen(
        ["node", "code.mjs", json.dumps(facts)],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdin
    try:
        address = json.loads(process.stdout.readline())["address"]
        query = address.partition("?")[2]
        with Browser(served.base) as browser:
            browser.sign_in(query)
            back = browser.agree(query).headers["location"]
        told, _ = process.communicate(back + "\n", timeout=60)
    finally:
        process.kill()
        process.wait()
    found, webid = json.loads(told), served.base + "profile/card#me"
    assert found["webid"] == found["sub"] == found["user"]["sub"] == webid
    assert found["ended"] == "invalid_grant"


# -------------------------------------------------------------------- a whole browser


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The app's own origin: the client, bundled, and one page."""
    subprocess.run(
        [
            *("npx", "--no-install", "esbuild", "redirect.mjs", "--bundle", "--format=esm"),
            *(f"--outfile={folder / 'app.js'}", "--define:global=globalThis"),
            "--log-level=error",
        ],
        cwd=HERE,
        check=True,
        timeout=120,
    )
    page = '<!doctype html><title>App</title><p id="result"></p><script type="module" src="app.js">'
    (folder / "index.html").write_text(page + "</script>")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is wanted")
def test_inrupt_browser_redirects(served: Served, tmp_path: Path) -> None:
    words = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
    with (
        site(tmp_path) as origin,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=words) as chromium,
    ):
        context = chromium.new_context(locale="en-GB", viewport={"width": 390, "height": 800})
        page = context.new_page()
        target = served.base + "t/browser"
        page.goto(f"{origin}?issuer={served.base}&target={target}")
        page.wait_for_url(served.base + ".oidc/authorize?*")
        page.keyboard.press("Tab")
        page.get_by_label("Your name").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="“Browser app” asks to sign in").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.get_by_label("Read and change", exact=True).is_checked()
        page.get_by_role("button", name="Allow").click()
        page.wait_for_url(origin + "*")
        page.wait_for_function("document.getElementById('result').textContent")
        found = json.loads(page.text_content("#result") or "")
        assert found == {
            "webid": served.base + "profile/card#me",
            "put": 201,
            "get": 200,
            "rights": 'user="append read write",public=""',
            "rules": 403,
        }
        # This client always asks for the page (prompt=consent): signed in still, one click.
        page.goto(f"{origin}?issuer={served.base}&target={target}")
        page.get_by_role("button", name="Allow").click()
        page.wait_for_function("document.getElementById('result').textContent")
        assert json.loads(page.text_content("#result") or "")["put"] == 204
