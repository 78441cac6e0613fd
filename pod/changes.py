"""The log as those hear it who are told of changes: each change in order, and who may hear of it.

What is told of a change is what a GET of the same agent would show: that the resource is there, and
its ETag. So the right to read is asked anew for each change, on the snapshot that it is read from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pod.errors import PodError, Unavailable
from pod.gate import Gate
from pod.model import AccessMode, Agent, Iri, Verb
from pod.rdf.graph import TURTLE
from pod.storage.base import Change, DatedChange, Snapshot, Store

Tag = Callable[[str, int, str], str]  # path, version, media type → ETag


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one resource. `verb` is Create, Update or Delete; `state` is the ETag that the
    resource has since (None where it is gone), `listing` that of the container it is in."""

    id: int
    iri: Iri
    verb: Verb
    at: datetime
    state: str | None
    listing: str | None


class Batch:
    """Changes in order, and decisions on the same snapshot; use it within its `with`."""

    def __init__(self, snap: Snapshot, gate: Gate, tag: Tag, found: list[DatedChange]) -> None:
        self._snap = snap
        self.last = snap.last_change()[0]  # the last change of the snapshot
        self._gate = gate
        self._tag = tag
        self._decided: dict[tuple[Agent, Iri], bool] = {}
        self._secret: set[int] = set()  # of events
        self.events = [self._event(one) for one in found]

    def allows(self, agent: Agent, iri: Iri) -> bool:
        """Whether `agent` may read `iri`; nothing is counted."""
        key = (agent, iri)
        found = self._decided.get(key)
        if found is None:
            # "ACL resources are read and written by Control."
            mode = AccessMode.CONTROL if iri.is_acl else AccessMode.READ
            try:
                found = self._gate.decide(self._snap, agent, iri).allows(mode)
            except Unavailable:
                raise
            except PodError:
                found = False  # what cannot be decided is not told
            self._decided[key] = found
        return found

    def hears(self, agent: Agent, event: Event, iri: Iri) -> bool:
        """Whether `agent`, who listens to a container, may be told of `event` in it, which is about
        `iri`.

        The rules of what is gone are gone with it, and those above it may let more people in: so
        nothing is told of what had rules of its own when it went, or whose container went too.
        """
        return event.id not in self._secret and self.allows(agent, iri)

    def _is_secret(self, change: Change, iri: Iri) -> bool:
        if self._snap.row(change.path) is not None or iri == self._gate.root:
            return False
        if iri.is_auxiliary or self._snap.row(self._gate.path_of(iri.parent)) is None:
            return True
        gone = self._snap.deleted_after(change.seq, change.path)
        return gone is None or self._snap.deleted_with(gone, self._gate.path_of(iri.acl))

    def state(self, iri: Iri) -> str | None:
        """The ETag of `iri` as it is stored, None where nothing is."""
        row = self._snap.row(self._gate.path_of(iri))
        return None if row is None else self._tag(row.path, row.version, row.type)

    def _event(self, found: DatedChange) -> Event:
        change = found.change
        iri = self._gate.iri_of(change.path)
        if self._is_secret(change, iri):
            self._secret.add(change.id)
        verb = Verb.CREATE if change.created else Verb.UPDATE
        state = None
        if change.deleted:
            verb = Verb.DELETE
        elif found.type is not None:
            state = self._tag(change.path, change.seq, found.type)
        listing = None
        if change.path != "/" and not iri.is_auxiliary:
            listing = self._tag(self._gate.path_of(iri.parent), change.seq, TURTLE)
        return Event(change.id, iri, verb, found.at or datetime.now(UTC), state, listing)


class Changes:
    """The changes of one storage. Thread-safe."""

    def __init__(self, store: Store, gate: Gate, tag: Tag) -> None:
        self._store = store
        self._gate = gate
        self._tag = tag

    def follow(self, follower: Callable[[int], None]) -> None:
        """Calls `follower` after each commit, in the writer's thread: be quick, and do not write."""
        self._store.subscribe(follower)

    def head(self) -> int:
        """The last change there is."""
        with self._store.read() as snap:
            return snap.last_change()[0]

    def since(self, at: datetime, after: int) -> int:
        """The change before the first one that was made at `at` or later and comes after `after`;
        the last one where there is none."""
        with self._store.read() as snap:
            found = snap.change_since(at, after)
            return snap.last_change()[0] if found is None else found - 1

    @contextmanager
    def read(self, after: int, limit: int, topic: Iri | None = None) -> Iterator[Batch]:
        """`limit` changes after change `after`, the oldest first; those alone that a subscriber of
        `topic` could hear of, where one is given."""
        of = None if topic is None else self._gate.path_of(topic)
        with self._store.read() as snap:
            found = snap.dated_changes(after, limit, of) if limit else []
            yield Batch(snap, self._gate, self._tag, found)
