"""What documents were before: kept within a count, a size and a quota, the oldest dropped first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, literal, select

from pod.model import Body
from pod.storage.rows import Row, milliseconds, moment
from pod.storage.schema import kept, resource
from pod.storage.tree import beneath, is_acl

ROW_BYTES = 512  # what a version costs beside its body, so that empty ones are bounded too
LARGE = 1 << 20
OFTEN = 64  # the quota is looked at for one in so many, and for each large one


@dataclass(frozen=True, slots=True)
class Keeping:
    """`count` versions of a document, none over `body_bytes`, all within `quota_bytes`. A version
    that stood for less than `gap_seconds` is not kept, so that a burst of writes costs one."""

    count: int = 20
    body_bytes: int = 16 << 20
    quota_bytes: int = 256 << 20
    gap_seconds: float = 1.0

    @property
    def any(self) -> bool:
        return self.count > 0 and self.quota_bytes > 0

    def wants(self, row: Row, now: int, *, deleted: bool) -> bool:
        """Whether `row` is kept when it goes at `now`: not if it is too large or stood too briefly."""
        before = now if deleted else now - round(self.gap_seconds * 1000)
        return self.any and milliseconds(row.modified) <= before and row.size <= self.body_bytes


KEEPING = Keeping()


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier version of the document at storage path `path`. `ended` is the log position of
    the change that replaced or deleted it, `at` the moment of that."""

    id: int
    path: str
    type: str
    version: int
    modified: datetime
    body: Body
    ended: int
    at: datetime
    deleted: bool


_KEPT = ("path", "type", "version", "modified", "size", "body", "blob", "ended", "at", "deleted")


class Kept:
    """Reads versions on one snapshot."""

    def __init__(self, connection: Connection, blobs: Path) -> None:
        self._connection = connection
        self._blobs = blobs

    def of(self, path: str) -> list[Version]:
        """The newest first."""
        return self._found(select(kept).where(kept.c.path == path))

    def one(self, number: int) -> Version | None:
        return next(iter(self._found(select(kept).where(kept.c.id == number))), None)

    def ended_by(self, seq: int) -> list[Version]:
        """What the change at log position `seq` replaced or deleted."""
        return self._found(select(kept).where(kept.c.ended == seq))

    def deleted(self, limit: int, before: int = 2**62) -> list[Version]:
        """The last version of each deleted document whose place is free, the newest first."""
        last = select(func.max(kept.c.id)).group_by(kept.c.path)
        free = ~exists().where(resource.c.path == kept.c.path)
        wanted = select(kept).where(kept.c.deleted, kept.c.id < before, kept.c.id.in_(last), free)
        return self._found(wanted.limit(limit))

    def bytes_used(self) -> int:
        total = select(func.coalesce(func.sum(kept.c.size + ROW_BYTES), 0))
        return int(self._connection.scalar(total) or 0)

    def _found(self, wanted: Any) -> list[Version]:
        rows = self._connection.execute(wanted.order_by(kept.c.id.desc()))
        return [self._version(row) for row in rows]

    def _version(self, r: Any) -> Version:
        body = Body(r.size, r.body) if r.blob is None else Body(r.size, path=self._blobs / r.blob)
        ended, at, gone = r.ended, moment(r.at), r.deleted
        return Version(r.id, r.path, r.type, r.version, moment(r.modified), body, ended, at, gone)


class Keeper(Kept):
    """Also keeps and drops; `released` collects the blobs that may go."""

    def __init__(
        self, connection: Connection, blobs: Path, keeping: Keeping, released: set[str]
    ) -> None:
        super().__init__(connection, blobs)
        self._keeping = keeping
        self._released = released

    def keep(self, path: str, seq: int, now: int, *, deleted: bool) -> None:
        """Keeps what is stored at `path` before it goes; `Keeping.wants` says whether to."""
        self._connection.execute(self._copied(resource.c.path == path, seq, now, deleted))
        older = (
            select(kept.c.id)
            .where(kept.c.path == path)
            .order_by(kept.c.id.desc())
            .offset(self._keeping.count)
        )
        self._drop(kept.c.id.in_(older))
        last = self._connection.execute(
            select(kept.c.id, kept.c.size).order_by(kept.c.id.desc()).limit(1)
        ).one()
        if last.id % OFTEN == 0 or last.size > LARGE:
            self._fit()

    def keep_tree(self, path: str, seq: int, now: int) -> None:
        """Keeps every document of a tree that is about to be removed."""
        if self._keeping.any:
            wanted = and_(
                beneath(resource.c.path, path),
                resource.c.path.not_like("%/"),
                ~is_acl(resource.c.path),
                resource.c.size <= self._keeping.body_bytes,
            )
            self._connection.execute(self._copied(wanted, seq, now, True))
            self._fit()

    def _copied(self, wanted: Any, seq: int, now: int, deleted: bool) -> Any:
        stored = [resource.c[name] for name in _KEPT[:7]]
        rows = select(*stored, literal(seq), literal(now), literal(deleted)).where(wanted)
        return insert(kept).from_select(list(_KEPT), rows)

    def _fit(self) -> None:
        """Drops the oldest until the rest is within the quota."""
        total = func.sum(kept.c.size + ROW_BYTES).over(order_by=kept.c.id.desc()).label("total")
        running = select(kept.c.id, total).subquery()
        over = select(func.max(running.c.id)).where(running.c.total > self._keeping.quota_bytes)
        cut = self._connection.scalar(over)
        if cut is not None:
            self._drop(kept.c.id <= cut)

    def drop(self, path: str | None) -> None:
        """Erases the versions of `path` and of what is in it; of everything where that is None."""
        self._drop(beneath(kept.c.path, path) if path is not None else kept.c.id > 0)

    def _drop(self, wanted: Any) -> None:
        gone = self._connection.scalars(delete(kept).where(wanted).returning(kept.c.blob))
        self._released.update(blob for blob in gone if blob is not None)
