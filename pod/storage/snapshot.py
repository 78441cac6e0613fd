"""What one consistent view of a pod can tell. Paths in, rows out; nothing here decides."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from pod.model import Body, Json
from pod.storage.schema import activity, change, look, meta, record, resource

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Child:
    """A member of a container, without its body."""

    path: str
    type: str
    version: int
    modified: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    """A stored resource. A container's body is what was written to it, often nothing."""

    path: str
    type: str
    version: int
    modified: datetime
    body: Body

    @property
    def size(self) -> int:
        return self.body.size


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a resource, for followers of the log."""

    id: int
    seq: int
    path: str
    deleted: bool


_ROW = select(resource).where(resource.c.path == bindparam("path"))
_ACLS = select(resource).where(resource.c.path.in_(bindparam("paths", expanding=True)))
_RECORD = select(record.c.value).where(
    record.c.kind == bindparam("kind"), record.c.name == bindparam("name")
)


def stamp(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def acl_paths(path: str) -> list[str]:
    """Where the effective ACL of `path` may stand: its own, then its containers', nearest first."""
    found = [path + ".acl"]
    while path != "/":
        path = path[: path.rstrip("/").rfind("/") + 1]
        found.append(path + ".acl")
    return found


class Snapshot:
    """One consistent view; use it in the thread that opened it, and not after its `with`."""

    def __init__(self, connection: Connection, blobs: Path) -> None:
        self._connection = connection
        self._blobs = blobs

    def row(self, path: str) -> Row | None:
        found = self._connection.execute(_ROW, {"path": path}).first()
        return None if found is None else self._row(found)

    def nearest_acls(self, path: str) -> list[Row]:
        """The ACL documents that exist for `path` and above it, the nearest first."""
        paths = acl_paths(path)
        found = self._connection.execute(_ACLS, {"paths": paths}).all()
        return sorted((self._row(r) for r in found), key=lambda r: -len(r.path))

    def acl_subjects(self) -> frozenset[str]:
        """Paths of the resources that have an ACL document of their own."""
        found = self._connection.scalars(
            select(resource.c.path).where(resource.c.path.like("%.acl"), resource.c.parent == "")
        )
        return frozenset(path.removesuffix(".acl") for path in found)

    def children(self, path: str, after: str = "", limit: int | None = None) -> list[Child]:
        """The members of container `path` by name, `limit` of them after the name `after`."""
        wanted = self._children().where(resource.c.parent == path, resource.c.path > path + after)
        if limit is not None:
            wanted = wanted.limit(limit)
        return [self._child(r) for r in self._connection.execute(wanted)]

    def count_children(self, path: str) -> int:
        counted = select(func.count()).select_from(resource).where(resource.c.parent == path)
        return int(self._connection.scalar(counted) or 0)

    def descendants(self, path: str) -> Iterator[Child]:
        """Everything below container `path` that is listed somewhere, by path."""
        after = path
        while True:
            page = self._connection.execute(
                self._children()
                .where(
                    resource.c.parent != "",
                    resource.c.path > after,
                    resource.c.path < path[:-1] + "0",  # "0" follows "/"
                )
                .limit(PAGE)
            ).all()
            yield from (self._child(r) for r in page)
            if len(page) < PAGE:
                return
            after = page[-1].path

    def head(self) -> int:
        """The log's position."""
        return int(self._connection.scalar(select(func.max(activity.c.seq))) or 0)

    def changes(self, after: int, limit: int) -> list[Change]:
        """Changes of resources after change `after`, oldest first."""
        wanted = select(change).where(change.c.id > after).order_by(change.c.id).limit(limit)
        return [Change(r.id, r.seq, r.path, r.deleted) for r in self._connection.execute(wanted)]

    def last_change(self) -> int:
        return int(self._connection.scalar(select(func.max(change.c.id))) or 0)

    def activities(
        self,
        *,
        before: int | None = None,
        limit: int = 50,
        verbs: Collection[str] = (),
        program: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Any]:
        """Rows of the log, the newest first, `before` a position."""
        wanted = select(activity).order_by(activity.c.seq.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(activity.c.seq < before)
        if verbs:
            wanted = wanted.where(activity.c.verb.in_(list(verbs)))
        if program is not None:
            wanted = wanted.where(activity.c.instrument == program)
        if since is not None:
            wanted = wanted.where(activity.c.at >= int(since.timestamp() * 1000))
        if until is not None:
            wanted = wanted.where(activity.c.at < int(until.timestamp() * 1000))
        return list(self._connection.execute(wanted))

    def looks(
        self, *, limit: int = 50, refused: bool | None = None, since: datetime | None = None
    ) -> list[Any]:
        """Counted reads and refusals, the newest hour first."""
        wanted = select(look).order_by(look.c.hour.desc(), look.c.path).limit(limit)
        if refused is not None:
            wanted = wanted.where(look.c.refused == refused)
        if since is not None:
            wanted = wanted.where(look.c.hour >= int(since.timestamp() * 1000))
        return list(self._connection.execute(wanted))

    def record(self, kind: str, name: str) -> Json | None:
        found = self._connection.scalar(_RECORD, {"kind": kind, "name": name})
        return None if found is None else json.loads(found)

    def records(self, kind: str, *, limit: int = PAGE) -> list[tuple[str, Json]]:
        """(name, value), the newest first."""
        wanted = (
            select(record.c.name, record.c.value)
            .where(record.c.kind == kind)
            .order_by(record.c.modified.desc(), record.c.name)
            .limit(limit)
        )
        return [(r.name, json.loads(r.value)) for r in self._connection.execute(wanted)]

    def meta(self, name: str) -> bytes | None:
        return self._connection.scalar(select(meta.c.value).where(meta.c.name == name))

    def bytes_used(self) -> int:
        return int(self._connection.scalar(select(func.sum(resource.c.size))) or 0)

    @staticmethod
    def _children() -> Select[Any]:
        columns = ("path", "type", "version", "modified", "size")
        return select(*(resource.c[name] for name in columns)).order_by(resource.c.path)

    @staticmethod
    def _child(r: Any) -> Child:
        return Child(r.path, r.type, r.version, stamp(r.modified), r.size)

    def _row(self, r: Any) -> Row:
        body = (
            Body(r.size, path=self._blobs / r.blob)
            if r.blob is not None
            else Body(r.size, bytes(r.body))
        )
        return Row(r.path, r.type, r.version, stamp(r.modified), body)
