"""A copy of the data folder while it is served: as consistent as after a power cut, and smaller.

    domicile.toml, authorities/, reference/     as they are
    server.db                                   accounts and passkeys; put back, it signs nobody in
    pod/ or pods/NAME/                          `pod.db` and `blobs/` of one moment each

Left out: what can be built anew (`index/`, `search/`), locks and sockets, and the vault's key, which
never lies in the data folder. Putting back is copying: `docs/operator.md`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pod.config import FILE
from pod.errors import BadInput, NotFound
from pod.host import WEBHOOKS, Host
from pod.model import Json

BESIDE = ("authorities", "reference")  # folders of files that the operator put there


def backup(host: Host, target: Path) -> Json:
    """{"folder","pods","files","bytes"}: the copy, in a folder that must not be there yet. It has its
    name once it is whole.

    Raises BadInput where it cannot be there, Unavailable where a database could not be copied.
    """
    data = host.settings.data.resolve()
    if target.exists():
        raise BadInput(f"{target} is there already")
    if target.is_relative_to(data):
        raise BadInput("a backup lies outside the data folder")
    aside = target.with_name(f".{target.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True, mode=0o700)
        pods = _copied(host, data, aside)
        aside.rename(target)
    except OSError as error:
        raise BadInput(f"the backup was not made: {error.strerror or error}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    files = [file.stat().st_size for file in target.rglob("*") if file.is_file()]
    return {"folder": os.fspath(target), "pods": pods, "files": len(files), "bytes": sum(files)}


def _copied(host: Host, data: Path, target: Path) -> int:
    """Pods before accounts: an account without a pod is made anew by who asks for its name, a pod
    without an account would be nobody's."""
    shutil.copy2(data / FILE, target / FILE)
    for name in BESIDE:
        if (data / name).is_dir():
            shutil.copytree(data / name, target / name)
    pods = [name for name in host.names() if _copied_pod(host, name, target)]
    host.accounts.copy(target / "server.db")
    return len(pods)


def _copied_pod(host: Host, name: str, target: Path) -> bool:
    """Whether it was still there."""
    place = Path("pods", name) if name else Path("pod")
    try:
        with host.use(name) as services:
            (target / place).mkdir(parents=True, mode=0o700)
            services.space.backup(services.owner, target / place)
    except NotFound:
        return False
    if (host.settings.data / place / WEBHOOKS).exists():
        (target / place / WEBHOOKS).touch()
    return True
