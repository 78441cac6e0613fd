"""An app whose access was taken back hears nothing more: its webhooks and channels end with it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apps import App, Browser, hidden
from tests.hooks import hooked
from tests.protocol.test_notifications import CONTEXT, KINDS, LD, NOTIFY, put
from tests.servers import Served, running
from tests.sockets import Socket


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with running(tmp_path, outbound_loopback=True, webhook_retry_seconds=0.1) as served:
        put(served, "w/note")
        time.sleep(1.1)
        yield served


def signed_in(served: Served, browser: Browser) -> tuple[App, str]:
    app = App.registered(served.base)
    return app, app.sign_in(browser)["access_token"]


def listen(served: Served, app: App, token: str, kind: str, **more: Any) -> Any:
    topic = served.base + "w/note"
    wanted = {"@context": [CONTEXT], "type": str(NOTIFY[kind]), "topic": topic, **more}
    place = f"{served.base}.notifications/{kind}/"
    body, headers = json.dumps(wanted), {"content-type": LD}
    answer = app.send("POST", place, token, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def withdraw(browser: Browser, app: App) -> None:
    page = browser.get("/.pod/connected")
    browser.send_form("/.pod/connected/end", csrf=hidden(page), client=app.id)


def test_taking_access_back_ends_what_the_app_hears(served: Served) -> None:
    with hooked() as hook, hooked() as other, Browser(served.base) as browser:
        app, token = signed_in(served, browser)
        kept, kept_token = signed_in(served, browser)
        listen(served, app, token, KINDS[1], sendTo=hook.url)
        listen(served, kept, kept_token, KINDS[1], sendTo=other.url)
        socket = Socket(listen(served, app, token, KINDS[0])["receiveFrom"])
        put(served, "w/note", "<> <#is> 1.")
        assert hook.wait_for(1) and other.wait_for(1)
        assert socket.notice()["type"]
        withdraw(browser, app)
        put(served, "w/note", "<> <#is> 2.")
        assert other.wait_for(2)  # the control: who still has access hears it
        time.sleep(0.5)
        assert len(hook.heard) == 1
        assert socket.next(3.0) is None
