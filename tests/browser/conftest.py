"""A real Chromium on a real `domicile serve`; without Chromium these tests are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from pod import server
from pod.config import Settings
from pod.sample import write_household
from tests.browser.eyes import Visitor
from tests.conftest import SHARED
from tests.servers import free_port, serving

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
OPEN = Callable[..., Visitor]


@pytest.fixture(scope="module")  # its event loop must be gone before other modules run theirs
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium absent")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def empty_pod(folder: Path) -> Iterator[str]:
    """The address of a server on a pod that nobody has moved into yet."""
    port = free_port()
    base = f"http://localhost:{port}"
    settings = replace(
        Settings(),
        data=folder / "data",
        base_url=base + "/",
        vault_key_file=str(folder / "vault.key"),
    )
    server.initialise(settings)
    with serving(settings.data, port):
        yield base


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[str]:
    with empty_pod(tmp_path) as base:
        yield base


@pytest.fixture
def visit(chromium: Browser) -> Iterator[OPEN]:
    """`visit(base, language="fr", width=1280, scheme="light", script=True)` is a visitor."""
    opened: list[Visitor] = []

    def open_one(base: str, **facts: object) -> Visitor:
        opened.append(Visitor(chromium, base, **facts))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def enedis(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An hour curve and a daily index: real ones where they are beside the project."""
    real = sorted((SHARED / "enedis").glob("*.csv"))
    if len(real) == 2:
        return real
    folder = tmp_path_factory.mktemp("household")
    return write_household(folder, until=date(2026, 10, 31), days=300)
