"""Follows the log, and gives each changed document once to everything that is made from documents.

A reader (the RDF store, the search) keeps for itself how far it has come, written after what it
covers; applying a change twice changes nothing. So a crash only repeats some work.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

from pod.errors import Unavailable
from pod.model import Body, Iri
from pod.storage.base import Row, Store

CHANGES = 200  # of the log that are read at once
GROUP, GROUP_BYTES = 100, 2 << 20  # documents that are parsed before they are handed on
SHORTEST_REST, LONGEST_REST = 0.05, 0.5  # seconds: commits that follow each other are read together
IDLE_SECONDS = 2.0
HELD_SECONDS = 2.0  # that a commit waits for a reader that does not move
LONGEST_HELD = 20.0  # for one that does
RDF_TYPES = ("text/turtle", "application/ld+json", "application/n-triples")

Parse = Callable[[Body, str, Iri], Iterable[Any]]
Mark = tuple[int, bytes]  # the last change that was applied, and the digest of its log row
log = logging.getLogger(__name__)


class Document:
    """A document as it is now; `row` is None where it is gone."""

    def __init__(self, path: str, row: Row | None, iri: Iri, parse: Parse) -> None:
        self.path, self.row, self.iri = path, row, iri
        self._parse = parse

    @cached_property
    def triples(self) -> tuple[Any, ...]:
        """Those of an RDF document; none of another, or of one that cannot be read."""
        if self.row is None or self.row.type not in RDF_TYPES:
            return ()
        try:
            return tuple(self._parse(self.row.body, self.row.type, self.iri))
        except Exception as error:  # whatever one document does, the others are read
            log.warning("not indexed: %s: %s", self.path, error)
            return ()


class Reader(Protocol):
    """Something that is made from documents. Called by one thread at a time."""

    def position(self) -> int:
        """The last change that it has. Raises Unavailable if it does not work."""
        ...

    def apply(self, documents: Sequence[Document]) -> None: ...

    def reached(self, mark: Mark) -> None:
        """Everything up to `mark` was applied."""
        ...

    def rest(self) -> None:
        """Nobody has written for a while."""
        ...

    def close(self) -> None: ...


class Follower:
    """Keeps readers in step with the log of one pod. Thread-safe.

    `parse` gives the triples of a document's body. While the readers are `behind` seconds behind, or
    have as much to read as takes them half as long, a commit waits for them (0: none waits), but for
    no more than `HELD_SECONDS` where they do not move, nor `LONGEST_HELD` where they do.
    """

    def __init__(
        self, store: Store, iri_of: Callable[[str], Iri], parse: Parse, behind: float = 0.0
    ) -> None:
        self._store = store
        self._iri_of = iri_of
        self._parse = parse
        self._behind = behind
        self._readers: tuple[Reader, ...] = ()
        self._turn = threading.RLock()  # who applies, or wants that nobody does
        self._wake = threading.Event()
        self._moved = threading.Condition()
        # Commits that are not read: when, the log's head, the changes up to then.
        self._told: deque[tuple[float, int, int]] = deque()
        self._read = 0  # changes up to the first of these
        self._pace = (0.0, 0.0)  # changes that were lately read, and in how many seconds
        self._even = False  # whether it has caught up since it was started, and works
        self._closed = False
        self._thread: threading.Thread | None = None

    def add(self, reader: Reader) -> None:
        self._readers = (*self._readers, reader)

    def start(self) -> None:
        """Follows the log, off the start-up path, until `close`."""
        self._store.subscribe(self._tell)
        if self._behind:
            self._store.hold(self._hold)
        self._wake.set()
        self._thread = threading.Thread(target=self._follow, name="index", daemon=True)
        self._thread.start()

    @property
    def lag(self) -> float:
        """Seconds since the first commit that the readers have not seen; 0 while they are built."""
        with self._moved:
            return time.monotonic() - self._told[0][0] if self._even and self._told else 0.0

    def catch_up(self) -> int:
        """Applies what the log had when it was called and the readers have not; the change that they
        reached. What is written meanwhile is for the next: nobody waits for the end of the writing.

        Raises Unavailable if a reader failed.
        """
        with self._store.read() as snap:
            (head, _), seq = snap.last_change(), snap.head()
        with self._turn:
            while not self._closed and (reached := self._reached()) < head:
                self._some(reached)
            if self._closed:
                raise Unavailable("the index is closed")
            self._note(seq)
            return self._reached()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Within it no reader moves, and no commit waits for one."""
        with self._turn:
            even, self._even = self._even, False
            try:
                yield
            finally:
                self._even = even

    def documents(self, paths: Iterable[str]) -> Iterator[list[Document]]:
        """These documents as they are now, in groups that fit into memory."""
        left = iter(paths)
        while some := list(islice(left, GROUP)):
            with self._store.read() as snap:
                rows = snap.rows(some)
            group: list[Document] = []
            size = 0
            for path in some:
                row = rows.get(path)
                group.append(Document(path, row, self._iri_of(path), self._parse))
                size += row.size if row is not None and row.type in RDF_TYPES else 0
                if size > GROUP_BYTES:
                    yield group
                    group, size = [], 0
            yield group

    def close(self) -> None:
        """Stops following and closes the readers. A second time it does nothing."""
        self._closed = True
        self._wake.set()
        self._notify()
        if self._thread is not None:
            self._thread.join()
        with self._turn:
            for reader in self._readers:
                reader.close()

    # ---------------------------------------------------------------- following

    def _follow(self) -> None:
        rest, idle = SHORTEST_REST, False
        while not self._closed:
            if not self._wake.wait(timeout=None if idle else IDLE_SECONDS):
                idle = self._idle()
                continue
            idle = False
            if self._closed or self._pause(rest):
                return
            self._wake.clear()
            begun = time.monotonic()
            try:
                self.catch_up()  # what comes meanwhile wakes it again
                self._even = True
            except Exception as error:
                if not self._closed:
                    self._fail(error)
            # A fifth of the time is its own, the rest is those who write.
            worked = time.monotonic() - begun
            rest = min(LONGEST_REST, max(SHORTEST_REST, 4 * worked))

    def _pause(self, rest: float) -> bool:
        """Lets others work for `rest` seconds, less where commits will wait; whether it was closed."""
        with self._moved:
            self._moved.wait_for(lambda: self._closed or self._late(0.5), rest)
        return self._closed

    def _late(self, share: float = 1.0) -> bool:
        """Whether commits wait, or at `share` of that."""
        with self._moved:
            if not (self._behind and self._even and self._told):
                return False
            most = share * self._behind
            changes, seconds = self._pace
            left = self._told[-1][2] - self._read
            # Half of it, as the next may be slower to read than the last.
            return self.lag > most or left * seconds > most / 2 * changes

    def _idle(self) -> bool:
        with self._turn:
            for reader in self._readers:
                reader.rest()
        return True

    def _fail(self, error: Exception) -> None:
        """Tries again, after a while in which nobody waits for it."""
        log.error("the index fell behind", exc_info=error)
        self._even = False
        self._notify()
        self._wake.set()
        with self._moved:
            self._moved.wait_for(lambda: self._closed, IDLE_SECONDS)

    def _reached(self) -> int:
        return min(reader.position() for reader in self._readers)

    def _some(self, after: int) -> None:
        begun = time.monotonic()
        with self._store.read() as snap:
            changes = snap.changes(after, CHANGES)
            mark = snap.last_change(changes[-1].id)
        readers = [reader for reader in self._readers if reader.position() < mark[0]]
        for group in self.documents(dict.fromkeys(change.path for change in changes)):
            for reader in readers:
                reader.apply(group)
        for reader in readers:
            reader.reached(mark)
        before, took = self._pace
        self._pace = (before / 2 + len(changes), took / 2 + time.monotonic() - begun)
        # There may be more changes of the last row.
        self._note(changes[-1].seq - (len(changes) == CHANGES))

    def _note(self, seq: int) -> None:
        """Everything up to log row `seq` is read."""
        with self._moved:
            while self._told and self._told[0][1] <= seq:
                self._read = self._told.popleft()[2]
            self._moved.notify_all()

    # ---------------------------------------------------------------- beside the writer

    def _tell(self, head: int) -> None:
        with self._moved:
            self._told.append((time.monotonic(), head, self._store.written()))
            self._moved.notify_all()
        self._wake.set()

    def _hold(self) -> None:
        """In the writer's thread, before a commit."""
        ends = time.monotonic() + LONGEST_HELD
        with self._moved:
            while self._late() and not self._closed and time.monotonic() < ends:
                if not self._moved.wait(HELD_SECONDS):
                    return

    def _notify(self) -> None:
        with self._moved:
            self._moved.notify_all()
