"""One pod's store: snapshots for readers, and one writer thread with group commit.

SQLite in WAL mode with synchronous=FULL: `write` returns when its commit is on the disk; readers
and the writer never wait for each other.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from pod.errors import Unavailable
from pod.model import Body
from pod.storage import statements as sql
from pod.storage.blobs import Blobs
from pod.storage.copying import copy_database, copy_file, sync
from pod.storage.rows import Change, Child, DatedChange, LookRow, Row, StoredActivity
from pod.storage.rules import Rules
from pod.storage.schema import MIGRATIONS, VERSION, metadata
from pod.storage.snapshot import Snapshot, around, nearest
from pod.storage.transaction import Transaction, chained
from pod.storage.tree import Extent
from pod.storage.versions import KEEPING, Keeping, Kept, Version
from pod.storage.writer import Writer

__all__ = [
    "Change",
    "Child",
    "DatedChange",
    "Extent",
    "Keeping",
    "Kept",
    "LookRow",
    "Row",
    "Snapshot",
    "Store",
    "StoredActivity",
    "Transaction",
    "Version",
]

T = TypeVar("T")
READERS = 16
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=10000",
    # A connection. Nothing is mapped: a page fault costs more than a read (17 and 9 microseconds a
    # document that was not read yet), and a body of half a megabyte twice as much.
    "cache_size=-2000",
    "journal_size_limit=67108864",
)


class Store:
    """The data of one pod in `folder`. Raises Unavailable if another process has it open, or if it
    was written by a later version.

    Thread-safe. Bodies over `inline_bytes` are kept in files; `keeping` says which earlier versions
    of documents stay.
    """

    def __init__(
        self, folder: Path, *, inline_bytes: int = 1 << 16, keeping: Keeping = KEEPING
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = locked(folder / "lock", "this pod")
        self._engine = create_engine(
            f"sqlite:///{folder / 'pod.db'}",
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,  # no body in an error's text
        )
        event.listen(self._engine, "connect", _prepare)
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        self._writer: Writer | None = None
        self._rules = Rules(self._rules_state)
        try:
            metadata.create_all(self._engine)
            self._blobs = Blobs(folder / "blobs", inline_bytes)
            self._writer = Writer(self._engine, self._blobs, keeping)
            self._migrate()
            self._blobs.sweep(_named_blobs(self._engine))
        except BaseException:
            self.close()
            raise

    # ---------------------------------------------------------------- reading

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """One consistent view, never blocked by the writer."""
        at = self._rules_state()
        connection = self._reader()
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101  (it is connected)
        # SQLAlchemy's own way to begin and end costs as much as the read.
        driver.execute("BEGIN")
        try:
            yield Snapshot(connection, self._blobs.folder, self._rules, at)
        finally:
            driver.execute("ROLLBACK")
            if self._lock >= 0 and self._idle.qsize() < READERS:
                self._idle.put(connection)
            else:
                connection.close()

    def _reader(self) -> Connection:
        if self._lock < 0:
            raise Unavailable("the pod is closed")
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._engine.connect()

    def head(self) -> int:
        """The log's position."""
        with self.read() as snap:
            return snap.head()

    def state(self) -> int | None:
        """A number that stays while the log stays; None while a commit that moves it is under way."""
        return self._writer.state if self._writer is not None and self._lock >= 0 else None

    def written(self) -> int:
        """How many changes were committed since the store was opened, those of whole trees aside."""
        return 0 if self._writer is None else self._writer.written

    def _rules_state(self) -> int | None:
        return self._writer.rules if self._writer is not None and self._lock >= 0 else None

    def nearest_acl(self, path: str) -> tuple[bool, Row | None]:
        """Whether it is known without a look at the disk, and what `Snapshot.nearest_acl` says."""
        rules = self._rules.of(self._rules_state())
        return (False, None) if rules is None else (True, nearest(rules, path))

    # ---------------------------------------------------------------- writing

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs `work` in the writer thread; returns its answer once it is durable.

        What `work` raises undoes `work` alone and is raised here. Raises QuotaExceeded when the
        disk is full, Unavailable when the database cannot write or the store is closed.
        """
        return self.submit(work).result()

    def submit(self, work: Callable[[Transaction], T], about: str | None = None) -> Future[T]:
        """`write` for those who must not wait: what the future is told, `write` answers or raises.
        `about`: the path that it decides about, so that its rows are read with those of others."""
        assert self._writer is not None  # noqa: S101  (made with the store)
        return self._writer.submit(work, () if about is None else around(about))

    def subscribe(self, follower: Callable[[int], None]) -> None:
        """Calls `follower` with the log's position after each commit that moved it, in the writer
        thread: be quick, and do not write."""
        assert self._writer is not None  # noqa: S101  (made with the store)
        self._writer.subscribe(follower)

    def hold(self, wait: Callable[[], None]) -> None:
        """Calls `wait` in the writer thread before it takes up works: while it waits, they do. It
        must come to an end by itself, and not raise."""
        assert self._writer is not None  # noqa: S101  (made with the store)
        self._writer.hold(wait)

    def precede(self, forget: Callable[[set[str] | None], None]) -> None:
        """Calls `forget` with the paths that a commit changes before anybody can see it, in the
        writer thread; None stands for more than it can name. It must not raise."""
        assert self._writer is not None  # noqa: S101  (made with the store)
        self._writer.precede(forget)

    def stage(self, chunks: Iterable[bytes], limit: int) -> Body:
        """Takes a body in: small ones stay in memory, large ones go to a file that is on the disk
        before it is named; save it within an hour. Raises TooLarge over `limit` bytes."""
        return self._blobs.stage(chunks, limit)

    def key(self, name: str) -> bytes:
        """A random key of this pod, made at its first use (32 bytes)."""

        def make(tx: Transaction) -> bytes:
            found = tx.meta(name)
            if found is None:
                found = secrets.token_bytes(32)
                tx.set_meta(name, found)
            return found

        return self.write(make)

    # ---------------------------------------------------------------- care

    def verify_log(self) -> int | None:
        """Walks the chain of digests; the position of the first row that does not fit, or None.

        Rows missing at the end do not show: compare `head` with what you remember of it.
        """
        last = b""
        with self._engine.connect().execution_options(yield_per=1000) as connection:
            for row in connection.execute(sql.LOG_IN_ORDER):
                if chained(last, row._asdict()) != row.digest:
                    return int(row.seq)
                last = row.digest
        return None

    def missing_blobs(self) -> list[str]:
        """Files that a row names and that are not there."""
        return [
            name for name in _named_blobs(self._engine) if not (self._blobs.folder / name).is_file()
        ]

    def copy(self, folder: Path) -> None:
        """The pod as one commit left it, in an empty folder; it is written to meanwhile. What is
        made from documents (`index/`, the search) is left out."""
        with self._blobs.held():
            copy_database(self._engine, folder / "pod.db")
            (blobs := folder / "blobs").mkdir(mode=0o700)
            copied = create_engine(f"sqlite:///{folder / 'pod.db'}", poolclass=NullPool)
            for name in _named_blobs(copied):
                copy_file(self._blobs.folder / name, blobs / name)
        sync(blobs)
        sync(folder)

    def _migrate(self) -> None:
        def check(tx: Transaction) -> None:
            found = tx.meta("schema")
            schema = VERSION if found is None else int(found)
            if schema not in (VERSION, *MIGRATIONS):
                raise Unavailable(f"the data are of schema {schema}, not {VERSION}")
            for step in range(schema, VERSION):
                tx.migrate(MIGRATIONS[step])
            if found is None or schema != VERSION:
                tx.set_meta("schema", str(VERSION).encode())

        self.write(check)

    def close(self) -> None:
        """Finishes what is queued and lets the folder go. A second time it does nothing."""
        if self._writer is not None:
            self._writer.close()
        lock, self._lock = self._lock, -1
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()
        if lock >= 0:
            os.close(lock)


def _named_blobs(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return {str(name) for name in connection.scalars(sql.BLOBS)}


def _prepare(connection: Any, _: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def locked(file: Path, what: str) -> int:
    """A lock that ends with the process; closing the handle lets it go. Raises Unavailable."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Unavailable(f"another process has {what} open") from None
    return handle
