"""An older copy of the server's database, put back with its key, revives nothing; two processes
never serve one data folder."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pod import server
from pod.config import load
from pod.errors import Unavailable
from tests.apps import App, Browser, hidden
from tests.servers import NAME, PASSWORD, TURTLE, running, serving


def copied(database: Path, target: Path) -> None:
    """As a backup makes it, of a server that runs."""
    with sqlite3.connect(database) as source, sqlite3.connect(target) as copy:
        source.backup(copy)


def put_back(copy: Path, database: Path) -> None:
    for extra in ("", "-wal", "-shm"):
        database.with_name(database.name + extra).unlink(missing_ok=True)
    shutil.copy(copy, database)


@pytest.mark.parametrize("old", [False, True])
def test_an_old_database_revives_nothing(tmp_path: Path, old: bool) -> None:
    """The control is a restart with the database as it was left: everything goes on."""
    copy = tmp_path / "copy.db"
    facts = {"outbound_loopback": "true"}
    with running(tmp_path, **facts) as served:
        served.owner.put("t/note", content=b"", headers={"content-type": TURTLE})
        time.sleep(1.1)
        app, note, browser = App(served.base), served.base + "t/note", Browser(served.base)
        app.register(token_endpoint_auth_method="none")
        found = app.sign_in(browser)
        proof = app.proof("GET", note)
        assert app.send("GET", note, found["access_token"], proof=proof).status_code == 200
        copied(served.data / "server.db", copy)
        if old:
            page = browser.get("/.pod/connected")
            browser.send_form("/.pod/connected/end", csrf=hidden(page), client=app.id)
        served.process.send_signal(signal.SIGTERM)
        served.process.wait(20)
        if old:
            put_back(copy, served.data / "server.db")
        with serving(served.data, served.port, **facts):
            time.sleep(1.1)
            works = app.send("GET", note, found["access_token"]).status_code
            assert works == (401 if old else 200)
            replayed = app.send("GET", note, found["access_token"], proof=proof)
            assert replayed.status_code == 401
            assert app.refresh(found["refresh_token"]).status_code == (400 if old else 200)
            assert browser.get("/.pod/").status_code == (303 if old else 200)
            assert served.owner.get("t/note").status_code == (401 if old else 200)
            # The account is still its owner's.
            fresh = Browser(served.base)
            fresh.send_form("/.pod/sign-in", name=NAME, password=PASSWORD)
            assert fresh.get("/.pod/").status_code == 200
            browser.close()
            fresh.close()


def test_one_process_a_data_folder(tmp_path: Path) -> None:
    for shape in ("home", "provider"):
        settings = load(tmp_path / shape, shape=shape, base_url="http://localhost:1/")
        server.initialise(settings)
        host = server.open_host(settings)
        with pytest.raises(Unavailable):
            server.open_host(settings)
        command = [
            sys.executable,
            "-m",
            "pod",
            "serve",
            "--data",
            str(settings.data),
            "--port",
            "0",
        ]
        other = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert other.returncode == 1 and "another process" in other.stderr
        host.close()
        server.open_host(settings).close()  # the control
