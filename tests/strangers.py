"""Apps of strangers for tests: the template that docs/developer.md starts from, with another `run`; and a
pod in which they are installed, with three days of electricity."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from pod import server
from pod.commands import import_files
from pod.config import Settings
from pod.programs import author
from pod.programs.guest.build import build
from pod.services import Services
from tests.programs import linky_files as write
from tests.servers import NAME, PASSWORD, free_port, wait_for

METER = "14298765432109"
DAYS = write.hourly(write.readings(date(2024, 5, 14), 3)).encode()
ANYTHING = '{"type": "object"}'


def write_app(home: Path, name: str, main: str, *, schema: str = "", more: str = "") -> Path:
    """The template under `name` in `home`; `main` is its source, `more` stands in its manifest after
    the queries that it has."""
    folder = author.new("app", name, home)
    (folder / "main.py").write_text(main, "utf-8")
    if schema:
        (folder / "result.schema.json").write_text(schema, "utf-8")
    manifest = folder / "manifest.toml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace("[result]", f"{more}\n[result]"), "utf-8")
    return folder


@contextmanager
def pod_with(
    folder: Path, apps: Mapping[str, str] | None = None, **changed: Any
) -> Iterator[Services]:
    """A pod with the apps that stand in `folder`/apps and those of `apps` (name: source), and data."""
    build()
    home = folder / "apps"
    home.mkdir(exist_ok=True)
    for name, main in (apps or {}).items():
        write_app(home, name, main, schema=ANYTHING)
    settings = replace(
        Settings(), data=folder / "data", vault_key_file=str(folder / "vault.key"), **changed
    )
    server.initialise(settings)
    # Agreements are for programs that are installed when the server starts.
    with mock.patch.object(server, "BUNDLED", (server.HERE / "connectors", home)):
        services = server.build(settings)
    try:
        (folder / "day.csv").write_bytes(DAYS)
        (told,) = import_files(services, [str(folder / "day.csv")])
        assert told["records"] == 144, told
        yield services
    finally:
        services.close()


@contextmanager
def serving_with(
    folder: Path, apps: Mapping[str, str] | None = None, **changed: object
) -> Iterator[str]:
    """The same behind HTTP, in a process of its own; its address. The owner can sign in."""
    port = free_port()
    base = f"http://localhost:{port}/"
    with pod_with(folder, apps, base_url=base) as services:
        services.accounts.create_owner(NAME, PASSWORD)
    start = (
        "import pathlib, sys; from pod import cli, server; "
        "server.BUNDLED = (server.HERE / 'connectors', pathlib.Path(sys.argv.pop(1))); cli.main()"
    )
    words = [sys.executable, "-c", start, str(folder / "apps"), "serve"]
    words += ["--data", str(folder / "data"), "--port", str(port)]
    environ = dict(os.environ) | {f"DOMICILE_{k.upper()}": str(v) for k, v in changed.items()}
    process = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, text=True)
    try:
        wait_for(port, process)
        yield base
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
