"""`make setup`: twice does nothing the second time, and a guest that is not whole is built again."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pod.programs.guest.build import build, guest_path
from pod.programs.manifest import load_program
from pod.programs.sandbox import Sandbox
from pod.server import HERE


def test_setup_again_does_nothing() -> None:
    if not (HERE / ".venv" / "ready").exists():
        pytest.skip("this environment was not made by `make setup`")
    # As somebody types it: not as a part of the `make test` that runs this.
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    how = {"cwd": HERE, "env": environ, "check": True, "capture_output": True, "text": True}
    subprocess.run(["make", "setup"], timeout=300, **how)
    ready, guest = HERE / ".venv" / "ready", guest_path()
    before = ready.stat().st_mtime_ns, guest.stat().st_mtime_ns
    again = subprocess.run(["make", "setup"], timeout=30, **how)
    assert (ready.stat().st_mtime_ns, guest.stat().st_mtime_ns) == before
    assert again.stdout.splitlines()[-1] == guest.name
    assert "building" not in again.stdout


def test_a_half_built_guest_is_built_again(tmp_path: Path) -> None:
    whole = build().read_bytes()
    guest = guest_path(tmp_path)
    guest.write_bytes(whole[: len(whole) // 2])
    guest.chmod(0o600)
    (tmp_path / "tmp-left-over").mkdir()
    assert build(tmp_path) == guest
    assert guest.stat().st_size > len(whole) // 2
    box = Sandbox(cache=tmp_path)
    assert box.ready().built
    app = load_program(HERE / "apps" / "_template")
    result = box.run_app(app, {}, lambda name, given: {"columns": [], "rows": []}).result
    assert result["days"] == 0
    before = guest.stat().st_mtime_ns
    build(tmp_path)
    assert guest.stat().st_mtime_ns == before, "the control: a whole one stays"
