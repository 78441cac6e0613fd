"""What a newcomer and a small machine feel: the first answer, the memory of a server that waits, and
how long an import and a run take, through a running server.

The figures are what must hold on two idle cores; `SLACK` is what a machine that runs other tests gets.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import httpx
import psutil
import pytest

from pod.programs.guest.build import build
from pod.sample import write_household
from tests.servers import Served, running, serving
from tests.visiting import visiting

FIRST_ANSWER, IMPORT, AGAIN, RUN = 1.0, 3.0, 1.0, 2.0  # seconds
IDLE = 150 << 20  # bytes
SLACK = 4.0  # the other core runs other tests, and the machine may be shared
PAGES = ("", "sources", "apps", "data/", "sharing", "activity", "settings")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One year of half hours in the very format of the grid operator."""
    build()
    folder = tmp_path_factory.mktemp("year")
    return write_household(folder, until=date(2025, 12, 31), days=365)[0]


def domicile(*words: str) -> tuple[float, str]:
    """(seconds, standard output) of a command that succeeds."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pod", *words], check=True, capture_output=True, text=True
    )
    return time.monotonic() - began, done.stdout


def first_answer(data: Path, port: int) -> float:
    """Seconds from the start of the process to the first whole answer of the storage's root: on the
    clock, or of processor time where the machine has other things to do."""
    words = [sys.executable, "-m", "pod", "serve", "--data", str(data), "--port", str(port)]
    began = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        while time.monotonic() - began < 20:
            try:
                assert httpx.get(f"http://localhost:{port}/", timeout=10).status_code == 401
                took = time.monotonic() - began
                used = psutil.Process(process.pid).cpu_times()
                return min(took, used.user + used.system)
            except httpx.TransportError:
                time.sleep(0.005)
        raise AssertionError("no answer within 20 s")
    finally:
        process.terminate()
        process.wait(20)


def idle_memory(served: Served, pid: int) -> int:
    """Bytes of the server and its children once every page was opened and a while has passed."""
    with visiting(served.base) as pages:
        for page in PAGES:
            assert pages.get(f"/.pod/{page}").status_code == 200, page
    time.sleep(1)
    server = psutil.Process(pid)
    return sum(p.memory_info().rss for p in (server, *server.children(recursive=True)))


def test_first_answer_memory_and_times_of_a_year(
    tmp_path: Path, year: Path, record_property: pytest.RecordProperty
) -> None:
    measured: dict[str, float] = {}
    with running(tmp_path) as served:
        data, port = served.data, served.port
        measured["idle MB, new"] = idle_memory(served, served.process.pid) >> 20
        place = ("--data", str(data), "--json")
        measured["import"], told = domicile("import", str(year), *place)
        (found,) = json.loads(told)
        assert (found["records"] > 17_000, found["documents"]) == (True, 12)
        measured["again"], told = domicile("import", str(year), *place)
        assert json.loads(told)[0]["documents"] == 0
        measured["run"], told = domicile("run", "my_smart_home", *place)
        assert json.loads(told)["days"] == 365
        measured["idle MB, after"] = idle_memory(served, served.process.pid) >> 20
        served.process.terminate()
        served.process.wait(20)
        measured["first answer, a year"] = min(first_answer(data, port) for _ in range(3))
        with serving(data, port) as process:
            measured["idle MB, a year"] = idle_memory(served, process.pid) >> 20
    for name, value in measured.items():
        record_property(name, round(value, 2))
    print(measured)
    assert measured["first answer, a year"] < FIRST_ANSWER, measured
    for name, most in (("import", IMPORT), ("again", AGAIN), ("run", RUN)):
        assert measured[name] < most * SLACK, measured
    for name in ("new", "after", "a year"):
        assert measured[f"idle MB, {name}"] < IDLE >> 20, measured


def test_first_answer_of_a_new_pod(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        data, port = served.data, served.port
    took = min(first_answer(data, port) for _ in range(3))
    print(took)
    assert took < FIRST_ANSWER
