"""Large bodies as files: written and synced before any row names them, swept when none does."""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterable
from pathlib import Path

from pod.errors import TooLarge
from pod.model import Body


class Blobs:
    """The files of one pod. Names are random; nothing is ever changed in place."""

    def __init__(self, folder: Path, inline_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._inline = inline_bytes

    def stage(self, chunks: Iterable[bytes], limit: int) -> Body:
        """A body of at most `inline_bytes` in memory, a larger one on disk. TooLarge over `limit`."""
        held = bytearray()
        stream = iter(chunks)
        for chunk in stream:
            held += chunk
            if len(held) > limit:
                raise TooLarge(f"more than {limit} bytes", limit=limit)
            if len(held) > self._inline:
                return self._spill(held, stream, limit)
        return Body.of(bytes(held))

    def _spill(self, held: bytearray, rest: Iterable[bytes], limit: int) -> Body:
        path = self.folder / secrets.token_hex(16)
        size = len(held)
        try:
            with path.open("xb") as file:
                file.write(held)
                for chunk in rest:
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge(f"more than {limit} bytes", limit=limit)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            _sync_folder(self.folder)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Body(size, path=path)

    def sweep(self, named: Collection[str]) -> None:
        """Removes the files that no row names. Only while nothing is being staged."""
        for file in self.folder.iterdir():
            if file.name not in named:
                file.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
