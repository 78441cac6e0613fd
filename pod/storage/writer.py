"""The one writer thread of a store: group commit.

Works that wait together share one COMMIT, so that one sync of the disk serves them all, and the
statements that write (`Pending`). One that fails undoes itself alone.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from pod.errors import PodError, QuotaExceeded, Unavailable
from pod.storage import statements as sql
from pod.storage.blobs import Blobs
from pod.storage.pending import Pending
from pod.storage.transaction import Transaction
from pod.storage.versions import Keeping

T = TypeVar("T")
Work = Callable[[Transaction], Any]
Waiting = tuple[Work, Future[Any], Sequence[str]]  # the paths of rows that it will look at
Forget = Callable[[set[str] | None], None]
MOST_IN_A_COMMIT = 200
DATABASE = (DBAPIError, sqlite3.Error)  # the driver's own, and as SQLAlchemy wraps it
log = logging.getLogger(__name__)


class Writer:
    """Runs works one after the other. Nothing that a work or a follower raises ends it."""

    def __init__(self, engine: Engine, blobs: Blobs, keeping: Keeping) -> None:
        self._engine = engine
        self._blobs = blobs
        self._keeping = keeping
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._followers: tuple[Callable[[int], None], ...] = ()
        self._forgetters: tuple[Forget, ...] = ()
        self._holders: tuple[Callable[[], None], ...] = ()
        self._entry = threading.Lock()
        self.state: int | None = 0  # None while a commit is under way
        self.rules: int | None = 0  # the same, for commits that change access rules
        self.written = 0  # changes, whole trees aside
        self._commits = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Transaction], T], about: Sequence[str] = ()) -> Future[T]:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a work must not write by itself: the writer would wait for it")
        future: Future[T] = Future()
        with self._entry:
            if self._closed:
                raise Unavailable("the pod is closed")
            self._queue.put((work, future, about))
        return future

    def subscribe(self, follower: Callable[[int], None]) -> None:
        with self._entry:
            self._followers = (*self._followers, follower)

    def precede(self, forget: Forget) -> None:
        with self._entry:
            self._forgetters = (*self._forgetters, forget)

    def hold(self, wait: Callable[[], None]) -> None:
        with self._entry:
            self._holders = (*self._holders, wait)

    def close(self) -> None:
        """Finishes what is queued. A second time it does nothing."""
        with self._entry:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            last = False
            while not last:
                for wait in self._holders:
                    wait()
                batch, last = self._next_batch()
                if batch:
                    self._commit(connection, batch)
                self._collect(connection)

    def _next_batch(self) -> tuple[list[Waiting], bool]:
        """What waits, at least one unless a blob is due first; whether it is the last batch."""
        batch: list[Waiting] = []
        wait = self._blobs.next_due()
        try:
            while len(batch) < MOST_IN_A_COMMIT:
                found = self._queue.get(timeout=0 if batch else wait)
                if found is None:
                    return batch, True
                batch.append(found)
        except queue.Empty:
            pass
        return batch, False

    def _commit(self, connection: Connection, batch: list[Waiting]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        made: list[Transaction] = []
        written = Pending()
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("BEGIN IMMEDIATE")
            about = (path for _, _, paths in batch for path in paths)
            written.fetch(driver, self._blobs.folder, about)
            for work, future, _ in batch:
                if not future.set_running_or_notify_cancel():
                    continue  # nobody waits any more, and nothing was done
                transaction = Transaction(connection, self._blobs.folder, self._keeping, written)
                if self._attempt(transaction, work, future, done):
                    made.append(transaction)
            written.flush(driver)
            head = max((transaction.seq for transaction in made), default=0)
            if head:  # counted looks and records move no log and change no answer
                self._announce(made)
            driver.execute("COMMIT")
        except BaseException as error:
            log.exception("a commit failed")
            with contextlib.suppress(sqlite3.Error):  # SQLite may have rolled back by itself
                driver.execute("ROLLBACK")
            self._settle()
            for _, future, _ in batch:
                if not future.done():
                    future.set_exception(_plain(error))
            return
        self._settle()
        self.written += written.count
        self._blobs.release({name for transaction in made for name in transaction.released})
        for future, answer in done:
            future.set_result(answer)
        if head:
            self._tell(head)

    def _announce(self, made: list[Transaction]) -> None:
        """From here on a new snapshot may see what they did."""
        self.state = None
        whole = any(transaction.changed is None for transaction in made)
        changed = {path for transaction in made for path in transaction.changed or ()}
        if whole or any(path.endswith(".acl") for path in changed):
            self.rules = None
        for forget in self._forgetters:
            forget(None if whole else changed)

    def _settle(self) -> None:
        self._commits += 1
        self.state = self._commits
        if self.rules is None:
            self.rules = self._commits

    def _attempt(
        self,
        transaction: Transaction,
        work: Work,
        future: Future[Any],
        done: list[tuple[Future[Any], Any]],
    ) -> bool:
        try:
            answer = work(transaction)
            transaction.done()
        except BaseException as failure:
            try:
                transaction.undo()
            except sqlite3.Error:
                # A full disk: SQLite has undone the whole commit by itself.
                raise failure from None
            future.set_exception(_plain(failure) if isinstance(failure, DATABASE) else failure)
            return False
        done.append((future, answer))
        return True

    def _tell(self, head: int) -> None:
        for follower in self._followers:
            try:
                follower(head)
            except Exception:
                log.exception("a follower of the log failed")

    def _collect(self, connection: Connection) -> None:
        """Removes blobs that were replaced, deleted or never saved, after their time of grace."""
        due = self._blobs.due()
        if due:
            named = set(connection.scalars(sql.BLOBS_NAMED, {"names": due}))
            self._blobs.remove(name for name in due if name not in named)


def _plain(error: BaseException) -> PodError:
    """What a caller is told of a database that cannot write."""
    if "disk is full" in str(error):
        return QuotaExceeded("the disk is full")
    return Unavailable("the pod's database could not write")
