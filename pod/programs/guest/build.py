"""Builds the guests from the sources here and compiles them for this machine; kept in a cache.

`python -m pod.programs.guest.build [javascript]`: CPython, or StarlingMonkey for apps in JavaScript,
which wants Node and the tool in `javascript/` (`make javascript`). Both are of one world. Loading
compiled code is running it: the cache belongs to the pod, lies outside git, and its name holds a hash of
everything that went in.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import importlib.metadata
import importlib.resources
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from pod.errors import Unavailable
from pod.programs import engine

HERE = Path(__file__).resolve().parent
SDK = HERE.parents[1] / "sdk"
CACHE = HERE.parents[2] / "build"
SDK_MODULES = (
    "__init__.py", "files.py", "inputs.py", "notes.py", "positions.py", "result.py", "sheets.py",
    "streams.py", "views.py", "web.py", "zones.py",
)  # fmt: skip
JAVASCRIPT = HERE / "javascript"
JAVASCRIPT_SOURCES = (JAVASCRIPT / "domicile.js", JAVASCRIPT / "runner.js")  # one after the other
PYTHON, JS = "python", "javascript"
_NAMES = {PYTHON: "guest", JS: "javascript"}
_INGREDIENTS = {
    PYTHON: (
        (HERE / "runner.py", *(SDK / module for module in SDK_MODULES)),
        ("componentize-py", "wasmtime", "tzdata"),
    ),
    JS: (
        (*JAVASCRIPT_SOURCES, JAVASCRIPT / "componentize.mjs", JAVASCRIPT / "package-lock.json"),
        ("wasmtime",),
    ),
}
BUILD_SECONDS = 600
KEPT = 3  # guests of other versions that stay: a running server may be of one
# Europe, UTC, and the French territories overseas.
OVERSEAS = (
    "UTC", "Etc/UTC", "America/Martinique", "America/Guadeloupe", "America/Cayenne",
    "America/Miquelon", "America/Marigot", "America/St_Barthelemy", "Indian/Reunion",
    "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis", "Pacific/Gambier",
    "Pacific/Marquesas", "Indian/Kerguelen",
)  # fmt: skip


def guest_key(language: str = PYTHON) -> str:
    """A hash of the sources, the tools' versions, the engine's configuration and the processor."""
    digest = hashlib.sha256()
    sources, packages = _INGREDIENTS[language]
    for file in (HERE / "build.py", HERE / "wit" / "world.wit", Path(engine.__file__), *sources):
        digest.update(file.read_bytes())
    for package in packages:
        digest.update(f"{package} {importlib.metadata.version(package)}".encode())
    digest.update(f"{platform.machine()} {sys.platform}".encode())
    return digest.hexdigest()[:16]


def guest_path(cache: Path | None = None, language: str = PYTHON) -> Path:
    """Where the compiled guest is, or would be."""
    return (cache or CACHE) / f"{_NAMES[language]}-{guest_key(language)}.cwasm"


def trusted(guest: Path) -> bool:
    """Whether a compiled guest is there and nobody else could have put it there."""
    try:
        found = guest.lstat()
    except OSError:
        return False
    ours = found.st_uid in (os.geteuid(), 0) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISREG(found.st_mode) and ours


def build(cache: Path | None = None, language: str = PYTHON) -> Path:
    """Builds what is missing; builders wait for each other. Takes about 20 s and 420 MB, once.

    Raises Unavailable where the sandbox cannot be: it wants a 64-bit machine, for JavaScript Node.
    """
    if sys.maxsize < 1 << 32:
        raise Unavailable("the sandbox wants a 64-bit system")
    compiled = guest_path(cache, language)
    if _whole(compiled):
        return compiled
    compiled.parent.mkdir(parents=True, exist_ok=True)
    with (compiled.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _whole(compiled):
            with tempfile.TemporaryDirectory(dir=compiled.parent) as folder:
                made = _python if language == PYTHON else _javascript
                _write(_compile(made(Path(folder))), compiled)
            _forget_old(compiled, _NAMES[language])
    return compiled


def _whole(guest: Path) -> bool:
    """Whether a guest is there that is ours and loads: not one that a full disk has cut short."""
    if not trusted(guest):
        return False
    from wasmtime import WasmtimeError, component

    try:
        component.Component.deserialize_file(engine.engine(), str(guest))
    except WasmtimeError:
        return False
    return True


def _write(data: bytes, compiled: Path) -> None:
    """All of it or nothing, also when the power goes."""
    with tempfile.NamedTemporaryFile(dir=compiled.parent, delete=False) as fresh:
        fresh.write(data)
        fresh.flush()
        os.fsync(fresh.fileno())
    Path(fresh.name).replace(compiled)  # mode 0600, by tempfile


def _forget_old(compiled: Path, name: str) -> None:
    others = [f for f in compiled.parent.glob(f"{name}-*.cwasm") if f != compiled]
    for old in sorted(others, key=lambda f: f.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _python(folder: Path) -> Path:
    source = folder / "source"
    (source / "domicile").mkdir(parents=True)
    shutil.copy(HERE / "runner.py", source / "runner.py")
    for module in SDK_MODULES:
        shutil.copy(SDK / module, source / "domicile" / module)
    (source / "zonedata.py").write_text(f"ZONES = {_zones()!r}\n")
    wasm = folder / "guest.wasm"
    tool = [sys.executable, "-I", "-c", "import componentize_py as c, sys; sys.exit(c.script())"]
    words = [*tool, "-d", str(HERE / "wit"), "-w", "box", "componentize"]
    _run([*words, "-p", str(source), "runner", "-o", str(wasm)], source)
    return wasm


def _javascript(folder: Path) -> Path:
    if (node := shutil.which("node")) is None or not (JAVASCRIPT / "node_modules").is_dir():
        raise Unavailable("the guest for JavaScript wants Node and its tool: run `make javascript`")
    source, wasm = folder / "guest.js", folder / "guest.wasm"
    source.write_text("".join(f.read_text("utf-8") for f in JAVASCRIPT_SOURCES), "utf-8")
    words = [node, str(JAVASCRIPT / "componentize.mjs"), str(HERE / "wit"), str(source), str(wasm)]
    _run(words, folder)
    return wasm


def _run(words: list[str], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603  (our own build tools, our own arguments)
        words, check=False, cwd=folder, capture_output=True, text=True, timeout=BUILD_SECONDS
    )
    if done.returncode != 0:
        raise Unavailable(f"the sandbox's guest does not build: {done.stderr[-2000:].strip()}")


def _zones() -> dict[str, str]:
    root = importlib.resources.files("tzdata") / "zoneinfo"
    names = [f"Europe/{z.name}" for z in (root / "Europe").iterdir() if z.is_file()]
    zones = {}
    for name in (*names, *OVERSEAS):
        data = root.joinpath(*name.split("/")).read_bytes()
        if data.startswith(b"TZif"):
            zones[name] = base64.b64encode(data).decode()
    return dict(sorted(zones.items()))


def _compile(wasm: Path) -> bytes:
    from wasmtime import component

    return bytes(component.Component.from_file(engine.engine(), str(wasm)).serialize())


if __name__ == "__main__":
    wanted = JS if sys.argv[1:] == [JS] else PYTHON
    if not _whole(guest_path(language=wanted)):
        print("building the sandbox's guest, once (about 20 s)…", flush=True)
    try:
        print(build(language=wanted).name)
    except Unavailable as error:
        sys.exit(error.detail)
