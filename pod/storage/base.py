"""One pod's store: snapshots for readers, and one writer thread with group commit.

SQLite in WAL mode with synchronous=FULL: `write` returns when its commit is on the disk. Works that
wait together share one commit; each has a savepoint of its own, so that one that fails undoes
itself alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, delete, event, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.pool import QueuePool

from pod.errors import Unavailable
from pod.model import Body, Json
from pod.storage.blobs import Blobs
from pod.storage.schema import VERSION, activity, change, look, meta, metadata, record, resource
from pod.storage.snapshot import Child, Row, Snapshot, stamp

__all__ = ["Child", "Row", "Snapshot", "Store", "Transaction"]

T = TypeVar("T")
MOST_IN_A_COMMIT = 200
READERS = 16


class Transaction(Snapshot):
    """A snapshot that can also write; it sees its own writes."""

    def __init__(self, connection: Connection, blobs: Path) -> None:
        super().__init__(connection, blobs)
        self._seq = 0
        self._now = int(time.time() * 1000)

    def log(
        self,
        verb: str,
        kind: str,
        webid: str | None,
        client: str | None,
        path: str | None,
        instrument: str | None,
        summary: Json,
    ) -> int:
        """Adds a row to the log and returns its position, the version of what is saved after it."""
        last = self._connection.execute(
            select(activity.c.digest).order_by(activity.c.seq.desc()).limit(1)
        ).scalar()
        row = {
            "at": self._now,
            "verb": verb,
            "kind": kind,
            "webid": webid,
            "client": client,
            "object": path,
            "instrument": instrument,
            "summary": json.dumps(summary, ensure_ascii=False, sort_keys=True),
        }
        row["digest"] = chained(last or b"", row)
        done = self._connection.execute(insert(activity), row)
        self._seq = int(done.inserted_primary_key[0])  # type: ignore[index]
        return self._seq

    def save(self, path: str, kind: str, body: Body) -> Row:
        """Stores a resource at the position of this transaction's last log row."""
        blob = body.path.name if body.path is not None else None
        values = {
            "parent": _parent(path),
            "type": kind,
            "version": self._seq,
            "modified": self._now,
            "size": body.size,
            "body": body.data,
            "blob": blob,
        }
        statement = upsert(resource).values(path=path, **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["path"], set_=values)
        )
        self._changed(path, deleted=False)
        return Row(path, kind, self._seq, stamp(self._now), body)

    def remove(self, path: str) -> None:
        self._connection.execute(delete(resource).where(resource.c.path == path))
        self._changed(path, deleted=True)

    def _changed(self, path: str, *, deleted: bool) -> None:
        if not path.endswith("/"):
            row = {"seq": self._seq, "path": path, "deleted": deleted}
            self._connection.execute(insert(change), row)

    def put_record(self, kind: str, name: str, value: Json) -> None:
        values = {"value": json.dumps(value, ensure_ascii=False), "modified": self._now}
        statement = upsert(record).values(kind=kind, name=name, **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["kind", "name"], set_=values)
        )

    def drop_record(self, kind: str, name: str) -> None:
        self._connection.execute(delete(record).where(record.c.kind == kind, record.c.name == name))

    def set_meta(self, name: str, value: bytes) -> None:
        statement = upsert(meta).values(name=name, value=value)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )

    def add_looks(self, counts: Mapping[Any, int]) -> None:
        """Adds counters (`looks.LookKey` → count) to those of the same hour."""
        for key, count in counts.items():
            statement = upsert(look).values(
                hour=int(key.hour.timestamp() * 1000),
                kind=key.kind,
                webid=key.webid or "",
                client=key.client or "",
                path=key.path,
                mode=key.mode,
                refused=key.refused,
                count=count,
            )
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=list(look.primary_key.columns),
                    set_={"count": look.c.count + count},
                )
            )


def chained(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """The digest of a log row: any later change of it, or of one before it, shows."""
    text = json.dumps({k: v for k, v in row.items() if k not in ("seq", "digest")}, sort_keys=True)
    return hashlib.sha256(previous + text.encode()).digest()


def _parent(path: str) -> str:
    if path == "/" or path.endswith((".acl", ".meta")):
        return ""
    return path[: path.rstrip("/").rfind("/") + 1]


class Store:
    """The data of one pod in `folder`. Raises Unavailable if another process has it open."""

    def __init__(self, folder: Path, *, inline_bytes: int = 1 << 16) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _locked(folder / "lock")
        self._blobs = Blobs(folder / "blobs", inline_bytes)
        self._engine = create_engine(
            f"sqlite:///{folder / 'pod.db'}",
            poolclass=QueuePool,
            pool_size=READERS,
            max_overflow=-1,
            isolation_level="AUTOCOMMIT",
        )
        event.listen(self._engine, "connect", _prepare)
        metadata.create_all(self._engine)
        self._followers: list[Callable[[int], None]] = []
        self._queue: SimpleQueue[tuple[Callable[[Transaction], Any], Future[Any]] | None]
        self._queue = SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="writer", daemon=True)
        self._writer.start()
        self._migrate()
        self._sweep()

    # ---------------------------------------------------------------- reading

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """One consistent view, never blocked by the writer."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield Snapshot(connection, self._blobs.folder)
            finally:
                connection.exec_driver_sql("ROLLBACK")

    def head(self) -> int:
        with self.read() as snap:
            return snap.head()

    # ---------------------------------------------------------------- writing

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs `work` in the writer thread; returns its answer once it is durable.

        What `work` raises undoes `work` alone and is raised here.
        """
        future: Future[T] = Future()
        self._queue.put((work, future))
        return future.result()

    def subscribe(self, follower: Callable[[int], None]) -> None:
        """Calls `follower` with the log's position after each commit, in the writer thread."""
        self._followers.append(follower)

    def _write_all(self) -> None:
        with self._engine.connect() as connection:
            while (first := self._queue.get()) is not None:
                batch = [first]
                while len(batch) < MOST_IN_A_COMMIT and not self._queue.empty():
                    following = self._queue.get()
                    if following is None:
                        self._queue.put(None)
                        break
                    batch.append(following)
                self._commit(connection, batch)

    def _commit(self, connection: Connection, batch: list[Any]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            for work, future in batch:
                connection.exec_driver_sql("SAVEPOINT work")
                try:
                    answer = work(Transaction(connection, self._blobs.folder))
                except BaseException as error:
                    connection.exec_driver_sql("ROLLBACK TO work")
                    future.set_exception(error)
                else:
                    done.append((future, answer))
                connection.exec_driver_sql("RELEASE work")
            connection.exec_driver_sql("COMMIT")
        except BaseException as error:
            connection.exec_driver_sql("ROLLBACK")
            for future, _ in done:
                future.set_exception(error)
            return
        head = self.head() if done and self._followers else 0
        for future, answer in done:
            future.set_result(answer)
        for follower in self._followers:
            follower(head)

    def stage(self, chunks: Iterable[bytes], limit: int) -> Body:
        """Takes a body in: small ones stay in memory, large ones go to a file that is on the disk
        before it is named. Raises TooLarge over `limit` bytes."""
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
        """Walks the chain of digests; the position of the first row that does not fit, or None."""
        last = b""
        with self._engine.connect() as connection:
            for row in connection.execute(select(activity).order_by(activity.c.seq)):
                if chained(last, row._asdict()) != row.digest:
                    return int(row.seq)
                last = row.digest
        return None

    def missing_blobs(self) -> list[str]:
        """Files that a row names and that are not there."""
        return [name for name in self._named_blobs() if not (self._blobs.folder / name).is_file()]

    def _named_blobs(self) -> set[str]:
        with self._engine.connect() as connection:
            named = connection.scalars(select(resource.c.blob).where(resource.c.blob.is_not(None)))
            return {str(name) for name in named}

    def _sweep(self) -> None:
        """Blob first, then row, then sweep: files that no row names are left from a crash."""
        self._blobs.sweep(self._named_blobs())

    def _migrate(self) -> None:
        def check(tx: Transaction) -> None:
            found = tx.meta("schema")
            if found is None:
                tx.set_meta("schema", str(VERSION).encode())
            elif int(found) != VERSION:
                raise Unavailable(f"the data are of schema {found.decode()}, not {VERSION}")

        self.write(check)

    def close(self) -> None:
        """Finishes what is queued and lets the folder go."""
        self._queue.put(None)
        self._writer.join()
        self._engine.dispose()
        os.close(self._lock)


def _prepare(connection: Any, _: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-8000",
        "mmap_size=134217728",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _locked(file: Path) -> int:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Unavailable("another process has this pod open") from None
    return handle
