"""Whether the server's database is the one that was last open here, or an older copy put back.

Each start, each stop and each withdrawal begins a new epoch: a random name in the database and in a
file beside the vault's key, outside the data folder and its backups. An older copy names an older
epoch. What it would revive (sessions, tokens, apps' sign-ins and agreements, credentials, recovery
codes that were used) is dropped; accounts, passwords and passkeys stay.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import threading
from pathlib import Path

from sqlalchemy import delete

from pod.storage import accounts, grants, proofs
from pod.storage.accounts import ServerStore
from pod.storage.copying import copy_database

NOW, NEXT = "epoch", "next-epoch"
REVIVED = (
    *(accounts.session, accounts.token, proofs.proof, proofs.recovery),
    *(grants.agreement, grants.sign_in, grants.refresh, grants.code, grants.credential),
)


def copy(store: ServerStore, file: Path) -> None:
    """A consistent copy of the server's database in a new file, of no epoch that ever was: who puts
    it back begins a new one."""
    copy_database(store.engine, file)
    copied = ServerStore(file)
    for name in (NOW, NEXT):
        copied.set_meta(name, secrets.token_hex(16))
    copied.close()


class Epoch:
    """For one server's database; `file` is the other place where its epoch stands. Thread-safe."""

    def __init__(self, store: ServerStore, file: Path) -> None:
        self._store = store
        self._file = file
        self._turn = threading.Lock()

    def begin(self) -> bool:
        """Begins a new epoch; whether what was open before is the same database. If not, nothing
        that gave access is left in it."""
        named = {self._store.meta(name) for name in (NOW, NEXT)} - {None}
        written = self._file.read_text("utf-8").strip() if self._file.exists() else None
        same = not named if written is None else written in named
        if not same:
            self._store.create(proofs.metadata)
            self._store.run(*(delete(table) for table in REVIVED))
        self.turn()
        return same

    def turn(self) -> None:
        """A new epoch: copies of the database that were made before are old from here on."""
        fresh = secrets.token_hex(16)
        with self._turn:
            # Both names are good until the file is written, so that a crash between signs nobody out.
            self._store.set_meta(NEXT, fresh)
            self._write(fresh)
            self._store.set_meta(NOW, fresh)

    def _write(self, text: str) -> None:
        folder = self._file.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, aside = tempfile.mkstemp(dir=folder, prefix=".epoch-")
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(self._file)
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
