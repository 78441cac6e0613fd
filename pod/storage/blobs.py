"""Large bodies as files: written and synced before any row names them, swept when none does."""

from __future__ import annotations

import errno
import os
import secrets
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pod.errors import QuotaExceeded, TooLarge
from pod.model import Body
from pod.storage.copying import sync

# A reader may hold the row of a body that has just been replaced and not have opened its file yet.
GRACE_SECONDS = 30.0
# A staged body that nobody saved: the request it came with is long over.
STAGED_SECONDS = 3600.0


class Blobs:
    """The files of one pod. Names are random; nothing is ever changed in place."""

    def __init__(self, folder: Path, inline_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._inline = inline_bytes
        self._lock = threading.Lock()
        self._leaving: dict[str, float] = {}  # name → when it may go if no row names it then
        self._holding = 0

    def stage(self, chunks: Iterable[bytes], limit: int) -> Body:
        """A body of at most `inline_bytes` in memory, a larger one on disk.

        Raises TooLarge over `limit`, QuotaExceeded where the disk is full.
        """
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
            sync(self.folder)
        except BaseException as error:
            path.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise QuotaExceeded("the disk is full") from None
            raise
        self._let_go([path.name], STAGED_SECONDS)
        return Body(size, path=path)

    def release(self, names: Iterable[str]) -> None:
        """Rows stopped naming these: they go after `GRACE_SECONDS`, unless others name them."""
        self._let_go(names, GRACE_SECONDS)

    def _let_go(self, names: Iterable[str], seconds: float) -> None:
        when = time.monotonic() + seconds
        with self._lock:
            self._leaving.update(dict.fromkeys(names, when))

    def due(self) -> list[str]:
        """Names whose time has come. The caller removes those that no row names."""
        now = time.monotonic()
        with self._lock:
            found = [name for name, when in self._leaving.items() if when <= now]
            if self._holding:
                self._leaving.update(dict.fromkeys(found, now + GRACE_SECONDS))
                return []
            for name in found:
                del self._leaving[name]
        return found

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within the block no file goes: a copy of the rows finds all that they name."""
        with self._lock:
            self._holding += 1
        try:
            yield
        finally:
            with self._lock:
                self._holding -= 1

    def next_due(self) -> float | None:
        """Seconds until `due` has something to tell."""
        with self._lock:
            first = min(self._leaving.values(), default=None)
        return None if first is None else max(0.0, first - time.monotonic())

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def sweep(self, named: Collection[str]) -> None:
        """Removes the files that no row names. Only while nothing is being staged."""
        self.remove([file.name for file in self.folder.iterdir() if file.name not in named])
