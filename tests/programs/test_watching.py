"""`domicile run APP --watch`: a real process that runs an app at each save, and ends at Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import psutil
import pytest

from pod.errors import NotFound
from pod.programs import author, watching
from pod.programs.guest.build import build


class Watching:
    """The process, in a group of its own as a terminal has it; `told` gives its next line."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.temporary = folder.parent / "temporary"
        self.temporary.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pod", "run", str(folder), "--watch", "--json", *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"TMPDIR": str(self.temporary), "DOMICILE_RUN_CPU_SECONDS": "0.6"},
        )
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def told(self, seconds: float = 40.0) -> Any:
        try:
            return json.loads(self._lines.get(timeout=seconds))
        except Empty:
            raise AssertionError("nothing was told") from None

    def quiet(self) -> bool:
        return self._lines.empty()

    def interrupt(self) -> str:
        """Ctrl-C: a signal to the whole group, as a terminal sends it. What stood on standard error."""
        os.killpg(self.process.pid, signal.SIGINT)
        assert self.process.wait(20) == 0
        assert self.process.stderr
        return self.process.stderr.read()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self._reader.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream
            stream.close()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    build()
    return author.new("app", "mine", tmp_path)


@pytest.fixture
def watching_mine(mine: Path) -> Iterator[Watching]:
    found = Watching(mine)
    yield found
    found.close()


def test_each_save_runs_it_and_ctrl_c_ends_it(mine: Path, watching_mine: Watching) -> None:
    first = watching_mine.told()
    assert first["ok"] and first["result"]["days"] > 380, "on the sample household"
    main = mine / "main.py"
    right = main.read_text("utf-8")
    main.write_text(right.replace("days, wh = set(), 0.0", "days, wh = set(), 1 / 0"), "utf-8")
    wrong = watching_mine.told()
    line = right.splitlines().index("    days, wh = set(), 0.0") + 1
    assert (wrong["ok"], wrong["error"]["file"], wrong["error"]["line"]) == (False, "main.py", line)
    assert "ZeroDivisionError" in wrong["error"]["detail"]
    main.write_text(
        right.replace("    kwh = ", "    while True:\n        kwh = 0\n    kwh = "), "utf-8"
    )
    endless = watching_mine.told()
    loop = right.splitlines().index("    kwh = round(wh / 1000, 3)") + 1
    assert "too long" in endless["error"]["detail"]
    assert endless["error"]["line"] in (loop, loop + 1)
    manifest = mine / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("[[queries]]", "[[queries]"), "utf-8")
    assert "manifest.toml" in watching_mine.told()["error"]["detail"]
    manifest.write_text(manifest.read_text("utf-8").replace("[[queries]", "[[queries]]"), "utf-8")
    main.write_text(right, "utf-8")
    while not (again := watching_mine.told())["ok"]:
        continue  # the manifest may have been seen before the source
    assert again["result"] == first["result"]
    (mine / "notes.txt").write_text("not a part of it")
    time.sleep(3 * watching.POLL_SECONDS)
    assert watching_mine.quiet(), "only what belongs to the program counts"
    held = [watching_mine.process.pid]
    held += [child.pid for child in psutil.Process(held[0]).children(recursive=True)]
    said = watching_mine.interrupt()
    assert "Traceback" not in said and "Ctrl-C ends" in said
    assert not list(watching_mine.temporary.iterdir()), "nothing of the made-up pod is left"
    until = time.monotonic() + 5
    while any(map(psutil.pid_exists, held)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(psutil.pid_exists, held))


def test_what_is_no_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pod", "run", "nobody", "--watch"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("domicile: nobody: there is no such folder")


def test_it_ends_by_itself_and_when_the_folder_goes(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("")
    began = time.monotonic()
    assert len(list(watching.saves(tmp_path, 0.7))) == 1
    assert time.monotonic() - began < 3
    saves = watching.saves(tmp_path, 10)
    next(saves)
    (tmp_path / "main.py").unlink()
    tmp_path.rmdir()
    with pytest.raises(NotFound):
        next(saves)


def test_what_a_terminal_shows(mine: Path) -> None:
    error = {"detail": "main.py:1: x", "file": "main.py", "line": 1, "trace": "a\nb"}
    shown = list(watching.lines({"ok": False, "error": error, "logs": ["hm"]}, mine))
    assert shown[1:] == [
        "  " + (mine / "main.py").read_text().splitlines()[0],
        "  a",
        "  b",
        "  log: hm",
    ]
    assert shown[0].endswith("main.py:1: x")
    odd = [
        {"type": "figure", "question": {"en": "How?"}, "value": 3, "unit": "W"},
        5,
        {"type": "x"},
    ]
    told = {"ok": True, "seconds": 1.0, "logs": [], "result": {"a": 1, "views": odd}}
    assert list(watching.lines(told, mine))[1:] == ["  a: 1", "  [figure] How? 3 W", "  [x] None"]
    assert len(list(watching.lines({**told, "result": [1]}, mine))) == 1
