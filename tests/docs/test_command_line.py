"""The command line as scripts rely on it: one JSON value on standard output, words on standard error, exit
statuses 0, 1 and 2, the same with and without a server on the data folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pod.config import Settings
from pod.programs.guest.build import build
from tests.programs import linky_files as write
from tests.servers import free_port, serving

PASSWORD = "correct horse battery"


def domicile(*words: str, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pod", *words],
        input=given,
        capture_output=True,
        text=True,
        env=os.environ | environ,
        timeout=120,
        check=False,
    )


def answer(*words: str) -> Any:
    """The one JSON value of a command that succeeds."""
    done = domicile(*words, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build()
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(scope="module", params=["no server", "a running server"])
def data(folder: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A pod's folder; the server, if any, stays for all the tests of its turn."""
    port = free_port()
    data = folder / request.param.replace(" ", "-")
    environ = {"DOMICILE_VAULT_KEY_FILE": str(folder / "key")}
    made = domicile(
        *("init", "--data", str(data), "--base-url", f"http://localhost:{port}", "--name", "Ada"),
        *("--password-file", "-", "--json"),
        given=PASSWORD + "\n",
        **environ,
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["base_url"] == f"http://localhost:{port}/"
    os.environ |= environ
    if request.param == "no server":
        yield data
    else:
        with serving(data, port):
            yield data
    del os.environ["DOMICILE_VAULT_KEY_FILE"]


def test_every_command_that_prints(data: Path, tmp_path: Path) -> None:
    place = ("--data", str(data))
    file = tmp_path / "day.csv"
    file.write_text(write.hourly(write.readings(date(2024, 5, 14), 3)), "utf-8")
    (found,) = answer("import", str(file), *place)
    assert found == {
        "file": str(file),
        "connector": "linky",
        "format": "enedis-hourly",
        "documents": 1,
        "records": 144,
        "from": found["from"],
        "to": found["to"],
        "problems": [],
    }
    assert answer("needs", "my_smart_home", *place)["queries"]
    refused = domicile("run", "my_smart_home", "--no-consent", *place, "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    result = answer("run", "my_smart_home", *place)
    assert (result["days"], result["from"]) == (3, "2024-05-14")
    part = answer("run", "my_smart_home", "--from", "2024-05-15", "--to", "2024-05-15", *place)
    assert part["days"] == 1
    ask = "SELECT ?d WHERE { ?d a <https://w3id.org/domicile/ns#LoadCurveDay> }"
    rows = answer("query", ask, *place)
    assert set(rows) == {"head", "results"}
    assert len(rows["results"]["bindings"]) == 3
    assert answer("reindex", *place)["documents"] > 0
    assert len(answer("query", ask, *place)["results"]["bindings"]) == 3
    well = answer("doctor", *place)
    assert (well["log"], well["blobs"], well["sandbox"]["built"]) == ([], [], True)
    assert set(answer("token", "a script", *place)) == {"webid", "token"}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["query", "SELEKT"], 1),
        (["run", "no_such_app"], 1),
        (["needs", "no_such_app"], 1),
        (["import", "/no/such/file"], 1),
        (["import"], 2),
        (["fly"], 2),
        ([], 2),
    ],
    ids=str,
)
def test_what_goes_wrong_is_one_sentence(data: Path, words: list[str], status: int) -> None:
    place = ["--data", str(data), "--json"] if words and words[0] != "fly" else []
    done = domicile(*words, *place)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    if status == 1:
        sentences = [line for line in done.stderr.splitlines() if line.startswith("domicile: ")]
        assert len(sentences) == 1
    if words[:1] != ["import"]:
        assert done.stdout == ""


def test_no_pod_and_unknown_settings(tmp_path: Path) -> None:
    none = domicile("doctor", "--data", str(tmp_path / "none"))
    assert (none.returncode, none.stdout) == (1, "")
    assert "domicile init" in none.stderr
    unknown = domicile("serve", "--data", str(tmp_path / "none"), DOMICILE_COLOUR="blue")
    assert unknown.returncode == 2
    assert "colour" in unknown.stderr
    bad = domicile("serve", "--data", str(tmp_path / "none"), DOMICILE_PORT="eighty")
    assert bad.returncode == 2
    assert "port" in bad.stderr
    two = domicile("serve", "--workers", "2", "--data", str(tmp_path / "none"))
    assert two.returncode == 2
    assert "one process holds a data folder" in two.stderr


def test_a_data_folder_has_one_server_and_a_port_too(data: Path) -> None:
    if not (data / "domicile.sock").exists():
        return  # the turn without a server
    second = domicile("serve", "--data", str(data), "--port", str(free_port()))
    assert second.returncode == 1
    assert "Traceback" not in second.stderr


def test_help_lists_every_setting() -> None:
    told = domicile("--help")
    assert told.returncode == 0
    for setting in fields(Settings):
        assert f"  {setting.name} " in told.stdout, setting.name
