"""The first app of docs/developer.md, step by step as its reader takes them: files written, edits made,
commands run, and what the page shows of their answers has to be there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from pod.programs.guest.build import build
from pod.sample import write_household

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "developer.md"
MINUTES = 15
STEP = re.compile(
    r"`(?P<file>apps/[\w/.]+)`:\n\n```(?:json|python)\n(?P<text>.*?)^```"
    r"|^```console\n(?P<console>.*?)^```"
    r"|In `(?P<edited>[^`]+)`, put `(?P<new>[^`]+)`\s+in place of `(?P<old>[^`]+)`",
    re.M | re.S,
)


def tutorial() -> str:
    return PAGE.read_text("utf-8").split("\n## ", 1)[0]


class Terminal:
    """Runs what is shown, one command after the other; `--watch` goes on until ^C."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._process: subprocess.Popen[str] | None = None
        self._lines: Queue[str] = Queue()
        self.commands: list[str] = []

    def show(self, block: str) -> None:
        """A block of a console: `$ command`, ^C, and lines that have to be said, in that order."""
        for line in block.splitlines():
            if line.startswith("$ "):
                self._start(line[2:])
            elif line == "^C":
                self._interrupt()
            else:
                self._expect(line)

    def _start(self, command: str) -> None:
        self.end()
        self.commands.append(command)
        self._lines = Queue()
        self._process = subprocess.Popen(
            command.split(),
            cwd=self._place,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        Thread(target=_read, args=(self._process, self._lines), daemon=True).start()

    def _expect(self, shown: str) -> None:
        wanted = re.compile(".*".join(map(re.escape, shown.split("…"))))
        until, said = time.monotonic() + 40, []
        while time.monotonic() < until:
            try:
                said.append(self._lines.get(timeout=0.2))
            except Empty:
                continue
            if wanted.search(said[-1]):
                return
        raise AssertionError(f"{self.commands[-1]}: not said: {shown!r}\n{''.join(said)}")

    def _interrupt(self) -> None:
        assert self._process
        os.killpg(self._process.pid, signal.SIGINT)
        self.end()

    def end(self) -> None:
        """Waits for the command before, which has to have ended well."""
        if self._process is not None:
            code = self._process.wait(60)
            assert self._process.stdout
            rest = []
            while not self._lines.empty():
                rest.append(self._lines.get())
            assert code == 0, (self.commands[-1], "".join(rest))
            self._process = None

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)


def _read(process: subprocess.Popen[str], lines: Queue[str]) -> None:
    assert process.stdout
    with process.stdout as said:
        for line in said:
            lines.put(line)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A checkout's folder, and the reader's pod with 40 days of a meter."""
    build()
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    with tempfile.TemporaryDirectory() as made:
        file = write_household(Path(made), until=date(2026, 10, 31), days=60)[0]
        shutil.copyfile(file, tmp_path / file.name)
        for words in (["init", "--base-url", "http://localhost:8080/"], ["import", file.name]):
            done = subprocess.run(
                [".venv/bin/domicile", *words, "--data", "pod1"],
                cwd=tmp_path,
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    yield tmp_path


def test_the_first_app_step_by_step(place: Path) -> None:
    terminal = Terminal(place)
    began = time.monotonic()
    steps: list[str] = []
    try:
        for step in STEP.finditer(tutorial()):
            if step["console"]:
                steps.append("console")
                terminal.show(step["console"])
            elif step["file"]:
                steps.append("file")
                file = place / step["file"]
                assert file.is_file(), "a file of the template"
                file.write_text(step["text"], "utf-8")
            else:
                steps.append("edit")
                file = place / step["edited"]
                text = file.read_text("utf-8")
                assert text.count(step["old"]) == 1
                file.write_text(text.replace(step["old"], step["new"]), "utf-8")
        terminal.end()
    finally:
        terminal.kill()
    assert time.monotonic() - began < MINUTES * 60 / 3, "the rest is for reading"
    assert (steps.count("file"), steps.count("edit")) == (2, 2)
    words = " ".join(terminal.commands)
    for word in (
        "new app",
        "check",
        "--watch",
        "fictitious",
        "app install",
        "needs",
        "run night_use",
    ):
        assert word in words


def test_nothing_of_it_is_left_out() -> None:
    """Every fenced block of the tutorial is one of the steps that are run."""
    fences = len(re.findall(r"^```\w", tutorial(), re.M))
    run = [s for s in STEP.finditer(tutorial()) if s["console"] or s["file"]]
    assert len(run) == fences >= 8
