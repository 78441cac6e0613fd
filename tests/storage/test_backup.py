"""`domicile backup` while people write: what is put back is whole, and opens nothing but to its owner."""

from __future__ import annotations

import hashlib
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from pod import server
from pod.backup import backup
from pod.config import load
from pod.errors import BadInput
from pod.host import Host
from pod.storage import blobs as blobs_module
from pod.storage.blobs import Blobs
from tests.apps import App, Browser
from tests.docs.test_command_line import answer, domicile
from tests.servers import NAME, PASSWORD, Served, running, serving

LARGE = 200_000  # in a file of its own, under the setting below
TEXT = {"content-type": "text/plain"}


def put(client: httpx.Client, number: int) -> str:
    """A document that is called by what is in it."""
    body = str(number).encode() * (LARGE if number % 2 else 1)
    path = f"w/{hashlib.sha256(body).hexdigest()}"
    assert client.put(path, content=body, headers=TEXT).status_code == 201
    return path


@contextmanager
def writing(served: Served) -> Iterator[list[str]]:
    """Somebody who adds documents and replaces one large one over and over; what was answered for."""
    done: list[str] = []
    over = threading.Event()

    def write() -> None:
        headers = dict(served.owner.headers)
        with httpx.Client(base_url=served.base, headers=headers, timeout=30) as client:
            number = 0
            while not over.is_set():
                number += 1
                done.append(put(client, number))
                client.put("w/again", content=b"%9d" % number * 30_000, headers=TEXT)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


def test_what_is_put_back_is_whole_and_revives_nothing(tmp_path: Path) -> None:
    facts = {"outbound_loopback": "true", "inline_bytes": 1000, "version_gap_seconds": 0}
    place = tmp_path / "backup"
    with running(tmp_path, **facts) as served:
        time.sleep(1.1)
        app, browser = App(served.base), Browser(served.base)
        app.register(token_endpoint_auth_method="none")
        token = app.sign_in(browser)["access_token"]
        card = served.base + "profile/card"
        (served.data / "reference").mkdir()
        (served.data / "reference" / "mine.csv").write_text("a,b\n", "utf-8")
        with writing(served) as done:
            while len(done) < 20:
                time.sleep(0.01)
            before = list(done)
            told = answer("backup", str(place), "--data", str(served.data))
            during = len(done)
        assert during > len(before), "nothing was written meanwhile"
        assert told["pods"] == 1 and told["bytes"] > LARGE * 10
        assert app.send("GET", card, token).status_code == 200  # the running server goes on
        key = (tmp_path / "vault.key").read_bytes()
        kept = {f.relative_to(place).as_posix() for f in place.rglob("*") if f.is_file()}
        assert {"domicile.toml", "server.db", "pod/pod.db", "reference/mine.csv"} <= kept
        assert not any(name.startswith(("pod/index", "pod/search")) for name in kept)
        assert all(key not in (place / name).read_bytes() for name in kept)
        # Killed, so that no stop began another epoch.
        served.process.send_signal(signal.SIGKILL)
        served.process.wait(20)
        shutil.rmtree(served.data)
        shutil.copytree(place, served.data)
        well = answer("doctor", "--data", str(served.data))
        assert (well["log"], well["blobs"]) == ([], [])
        with serving(served.data, served.port, **facts):
            assert app.send("GET", card, token).status_code == 401
            assert browser.get("/.pod/").status_code == 303
            assert served.owner.get(before[0]).status_code == 401
            with Browser(served.base) as fresh:
                fresh.send_form("/.pod/sign-in", name=NAME, password=PASSWORD)
                assert fresh.get("/.pod/").status_code == 200
                for path in before:
                    found = fresh.get(f"/.pod/download/{path}").content
                    assert f"w/{hashlib.sha256(found).hexdigest()}" == path
                again = fresh.get("/.pod/download/w/again").content
                assert len(again) == 270_000 and len(set(again.split())) == 1
        browser.close()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    settings = load(
        tmp_path / "data",
        shape="provider",
        base_url="http://localhost:1/",
        vault_key_file=str(tmp_path / "key"),
    )
    server.initialise(settings)
    host = server.open_host(settings)
    host.create("ada", PASSWORD)
    host.create("bob", PASSWORD)
    yield host
    host.close()


def test_a_providers_pods_are_all_in_it(host: Host, tmp_path: Path) -> None:
    assert backup(host, tmp_path / "copy")["pods"] == 2
    # Elsewhere, where the vault's key is another one.
    other = server.open_host(load(tmp_path / "copy", vault_key_file=str(tmp_path / "another-key")))
    assert other.names() == ["ada", "bob"]
    assert other.accounts.sign_in("ada", PASSWORD, peer="here")
    assert other.issuer.keys.published()["keys"]
    other.close()


def test_a_backup_replaces_nothing_and_is_all_there_or_not(host: Host, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for target in (tmp_path / "there", host.settings.data / "inside", Path("/dev/null/x")):
        with pytest.raises(BadInput):
            backup(host, target)
    blob = host.settings.data / "authorities"
    blob.mkdir()
    (blob / "link").symlink_to("/nowhere")  # cannot be copied
    with pytest.raises(BadInput):
        backup(host, tmp_path / "half")
    assert not [p.name for p in tmp_path.iterdir() if "half" in p.name]
    (blob / "link").unlink()
    assert backup(host, tmp_path / "whole")["pods"] == 2  # the control


def test_no_file_goes_while_it_may_be_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs_module, "GRACE_SECONDS", 0.0)
    kept = Blobs(tmp_path, inline_bytes=1)
    body = kept.stage([b"large"], 100)
    assert body.path is not None
    kept.release([body.path.name])
    with kept.held():
        assert kept.due() == [] and kept.due() == []
    assert kept.due() == [body.path.name]


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    settings = load(tmp_path / "data", base_url="http://localhost:1/")
    server.initialise(settings)
    done = domicile("backup", "/proc/none", "--data", str(settings.data))
    assert done.returncode == 1 and done.stderr.startswith("domicile: the backup was not made")
