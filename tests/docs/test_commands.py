"""Every command that README and docs/ show is run, in the order in which they show it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

import httpx
import psutil
import pytest

from pod.programs.guest.build import build
from pod.sample import write_household
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FILE = "Enedis_Conso_Heure.csv"  # the one that the README drops
MADE = re.compile(r"(?:^|`)make ([a-z]+)", re.M)


def commands(page: Path) -> list[str]:
    """The lines of its shell blocks, and what stands in its sentences as `domicile …`."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    inline = re.findall(r"`(domicile [a-z][^`]*)`", text)
    return lines + [f".venv/bin/{said}" for said in inline]


SHOWN = [(page.name, line) for page in PAGES for line in commands(page)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README's reader has it: the environment, and a file of the grid operator."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    with tempfile.TemporaryDirectory() as made:
        file = write_household(Path(made), until=date(2026, 10, 31), days=60)[0]
        shutil.copyfile(file, folder / FILE)
    return folder


def test_there_are_commands() -> None:
    assert sum(page == "README.md" for page, _ in SHOWN) >= 5


def test_every_command_runs(place: Path) -> None:
    """In one test: each builds on what the ones before it have made."""
    for page, line in SHOWN:
        if not line.startswith("make "):
            done = subprocess.run(
                ["bash", "-c", line.replace("DIR", "pod1")],
                cwd=place,
                env=os.environ | {"DOMICILE_DATA": "pod1"},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, f"{page}: {line}\n{done.stderr}"
            assert done.stdout, f"{page}: {line}"


def test_make_has_what_is_shown() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    shown = {target for page in PAGES for target in MADE.findall(page.read_text("utf-8"))}
    assert {"run", "test", "demo"} <= shown
    assert shown <= set(targets)


def test_make_run_on_another_port_names_that_port(tmp_path: Path) -> None:
    """The recipe of `make run` as it stands, in an empty folder; its environment is this one."""
    build()
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    port = free_port()
    words = ["make", "-f", str(ROOT / "Makefile"), "-o", "setup", "run", f"PORT={port}"]
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(words, cwd=tmp_path, stdout=said, stderr=said)
    base = f"http://localhost:{port}/"
    try:
        until = time.monotonic() + 30
        while True:
            assert process.poll() is None and time.monotonic() < until
            try:
                found = httpx.get(base + ".well-known/openid-configuration").json()
                break
            except httpx.TransportError:
                time.sleep(0.05)
        assert found["issuer"] == base
        card = httpx.get(base + "profile/card", headers={"accept": "application/n-triples"}).text
        assert f"<{base}profile/card#me>" in card
        page = httpx.get(base + ".pod/", follow_redirects=True)
        assert page.status_code == 200 and str(page.url) == base + ".pod/setup"
        assert "localhost:8080" not in page.text + card
    finally:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.terminate()
        process.wait(20)
    assert f"Domicile is at {base}" in (tmp_path / "said").read_text()
    assert (tmp_path / "data" / "domicile.toml").exists()


def test_the_pictures_are_light_and_shown() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    pictures = sorted((ROOT / "docs").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < 300_000
        assert f"docs/{picture.name}" in readme
