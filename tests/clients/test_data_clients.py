"""Unmodified clients that read and write data, signed in with client credentials: what each of them
sees of a private folder, step by step. The scripts print it; nothing in them decides."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pod import control
from tests.servers import ALICE, Served, running

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (HERE / "node_modules").is_dir(),
    reason="node and `npm ci` in tests/clients are wanted",
)
NOTHING = {
    "read": False,
    "append": False,
    "write": False,
    "controlRead": False,
    "controlWrite": False,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("clients")) as served:
        time.sleep(1.1)  # proofs from before the start are refused
        yield served


def run(served: Served, script: str, folder: str) -> Any:
    made = control.ask(
        served.data, "create_credentials", None, {"name": script, "ceiling": "control"}
    )
    facts = json.dumps({**made, "folder": folder, "friend": ALICE})
    done = subprocess.run(
        ["node", script, facts], cwd=HERE, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_inrupt_solid_client(served: Served) -> None:
    folder = served.base + "inrupt/"
    found = run(served, "solid-client.mjs", folder)
    assert found["pods"] == found["issuers"] == [served.base]
    assert found["inbox"] == served.base + "inbox/"
    # What it made, where it said and where we said.
    assert found["inner"] == folder + "inner/"
    assert found["placed"] == folder + "placed.ttl"
    assert found["note"] == folder + "note.txt"
    names = ["data.ttl", "inner/", "note.txt", "picture.bin", "placed.ttl"]
    assert found["listed"] == [folder + name for name in names]
    # Patches that it works out by itself, and those that come too late.
    assert found["says"] == "two"
    assert found["things"] == 0
    assert found["createdTwice"] == found["conflict"] == 412
    assert found["stalePatch"] == found["notEmpty"] == 409
    assert found["file"] == ["application/octet-stream", 4, 5, 6, 7]
    # Who has access, as it understands our rules and we understand its.
    everything = {"read": True, "append": True, "write": True}
    nothing = dict.fromkeys(everything, False)
    assert found["effective"] == {"user": everything, "public": nothing}
    assert found["mine"] == dict.fromkeys(NOTHING, True)
    assert found["friend"] == {**NOTHING, "read": True}
    assert found["publicAccess"] == NOTHING
    assert (found["public"], found["private"]) == (200, 401)
    assert (found["ownAcl"], found["ruled"]) == (False, [True, False])
    assert found["gone"] == 404


def test_rdflib(served: Served) -> None:
    folder = served.base + "rdflib/"
    found = run(served, "rdflib.mjs", folder)
    assert found["put"] == ["one"]
    assert found["editable"] == "SPARQL"
    assert found["inserted"] == ["one", "two"]
    assert found["replaced"] == ["two", 'uno "1"\n']
    assert found["deleted"] == ['uno "1"\n']
    assert found["absent"] is True
    assert found["blank"] == ["known", 'uno "1"\n']
    assert found["many"] == [True, ["new"]]
    assert found["updatesVia"] == served.base.replace("http", "ws") + ".notifications/solid-0.1"
    assert found["contains"] == [folder + "made/copy.txt", folder + "made/file.txt"]
    assert found["gone"] == 404


def test_comunica(served: Served) -> None:
    found = run(served, "comunica.mjs", served.base + "comunica/")
    assert found["select"] == ["one", "two"]
    assert "401" in found["stranger"]
    assert found["inserted"] == ["one", "three", "two"]
    assert found["replaced"] == ["three", "two", "uno"]
    assert found["deleted"] == ["three", "uno"]
    assert found["made"] == ["new"]


def test_solid_file_client(served: Served) -> None:
    found = run(served, "folders.mjs", served.base + "files/")
    assert found["listed"] == ["an%20image.png", "deep/"]
    assert found["deep"] == ["er/", "note.txt"]
    assert found["copied"] == [found["listed"], found["deep"], ["data.ttl"]]
    assert found["text"] == '<#a> <https://ex.example/p> "é".'
    assert found["size"] == 70000
    # Rules are copied with what they are about, and open nothing else.
    assert (found["publicNote"], found["publicData"]) == (200, 401)
    assert found["moved"] == [False, True]
    assert found["movedFolder"] == [False, ["data.ttl"]]
    assert found["notEmpty"] == 409
    assert found["gone"] == [False, False]
