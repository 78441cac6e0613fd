"""Builds the guest from the sources here and compiles it for this machine; kept in a cache.

`python -m pod.programs.guest.build`. Loading compiled code is running it: the cache belongs to the
pod, lies outside git, and its name holds a hash of everything that went in.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import importlib.metadata
import importlib.resources
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pod.programs import engine

HERE = Path(__file__).resolve().parent
SDK = HERE.parents[1] / "sdk"
CACHE = HERE.parents[2] / "build"
SDK_MODULES = ("__init__.py", "files.py", "inputs.py", "zones.py")
# Europe, UTC, and the French territories overseas.
OVERSEAS = (
    "UTC", "Etc/UTC", "America/Martinique", "America/Guadeloupe", "America/Cayenne",
    "America/Miquelon", "America/Marigot", "America/St_Barthelemy", "Indian/Reunion",
    "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis", "Pacific/Gambier",
    "Pacific/Marquesas", "Indian/Kerguelen",
)  # fmt: skip


def guest_key() -> str:
    """A hash of the sources, the tools' versions, the engine's configuration and the processor."""
    digest = hashlib.sha256()
    sources = [HERE / "runner.py", HERE / "wit" / "world.wit", *(SDK / m for m in SDK_MODULES)]
    for file in sources:
        digest.update(file.read_bytes())
    for package in ("componentize-py", "wasmtime", "tzdata"):
        digest.update(f"{package} {importlib.metadata.version(package)}".encode())
    digest.update(f"{engine.CONFIGURATION} {platform.machine()} {sys.platform}".encode())
    return digest.hexdigest()[:16]


def guest_path(cache: Path | None = None) -> Path:
    """Where the compiled guest is, or would be."""
    return (cache or CACHE) / f"guest-{guest_key()}.cwasm"


def build(cache: Path | None = None) -> Path:
    """Builds what is missing; builders wait for each other. Takes about 20 s once."""
    compiled = guest_path(cache)
    compiled.parent.mkdir(parents=True, exist_ok=True)
    with (compiled.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not compiled.exists():
            with tempfile.TemporaryDirectory(dir=compiled.parent) as folder:
                wasm = _componentize(Path(folder))
                fresh = Path(folder) / "guest.cwasm"
                fresh.write_bytes(_compile(wasm))
                fresh.replace(compiled)
            for old in compiled.parent.glob("guest-*.cwasm"):
                if old != compiled:
                    old.unlink(missing_ok=True)
    return compiled


def _componentize(folder: Path) -> Path:
    source = folder / "source"
    (source / "domicile").mkdir(parents=True)
    shutil.copy(HERE / "runner.py", source / "runner.py")
    for module in SDK_MODULES:
        shutil.copy(SDK / module, source / "domicile" / module)
    (source / "zonedata.py").write_text(f"ZONES = {_zones()!r}\n")
    wasm = folder / "guest.wasm"
    tool = Path(sys.executable).parent / "componentize-py"
    command = [str(tool), "-d", str(HERE / "wit"), "-w", "box", "componentize"]
    subprocess.run(  # noqa: S603  (our own build tool, our own arguments)
        [*command, "-p", str(source), "runner", "-o", str(wasm)],
        check=True,
        cwd=source,
        stdout=subprocess.DEVNULL,
    )
    return wasm


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
    if not guest_path().exists():
        print("building the sandbox's guest, once (about 20 s)…", flush=True)
    print(build().name)
