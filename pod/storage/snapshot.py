"""What one consistent view of a pod can tell. Paths in, values out; nothing here decides."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from pod.model import Json
from pod.storage import statements as sql
from pod.storage import tree
from pod.storage.rows import (
    Change,
    Child,
    DatedChange,
    LookRow,
    Row,
    StoredActivity,
    activity_of,
    change_of,
    child_of,
    dated_of,
    look_of,
    milliseconds,
    row_of,
)
from pod.storage.rules import Rules
from pod.storage.schema import activity, look, record
from pod.storage.versions import Kept

PAGE = 1000


def upwards(path: str) -> list[str]:
    """`path`, then the containers that it is in, nearest first."""
    found = [path]
    while path != "/":
        path = container_of(path)
        found.append(path)
    return found


def around(path: str) -> list[str]:
    """The rows that a decision about a write at `path` looks at: its own and those of the containers
    above, their access rules, and what may not be there beside them (`/x` and `/x/`)."""
    subject = path.removesuffix(".acl").removesuffix(".meta")
    found = [path]
    for place in upwards(subject):
        found += (place, place + ".acl", place[:-1] if place.endswith("/") else place + "/")
    return found


def nearest(rules: Mapping[str, Row], path: str) -> Row | None:
    """The ACL document of `path`, or else of the nearest container above it that has one."""
    return next((rules[place] for place in upwards(path) if place in rules), None)


def container_of(path: str) -> str:
    return path[: path.rindex("/", 0, -1) + 1]


def _beneath(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """`column` starts with `prefix`; unlike LIKE it minds the case and uses an index."""
    return and_(column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1))


class Snapshot:
    """One consistent view; use it in the thread that opened it, and not after its `with`."""

    def __init__(
        self,
        connection: Connection,
        blobs: Path,
        rules: Rules | None = None,
        at: int | None = None,
    ) -> None:
        """`at`: the state of `rules` before this was opened."""
        self._opened = connection
        self._opened_driver: Any = connection.connection.driver_connection
        self._blobs = blobs
        self._rules, self._at = rules, at
        self._reads = False  # whether it is fixed what this shows: by the first read

    @property
    def _connection(self) -> Connection:
        """To read tables by; a transaction writes down first what it has not yet."""
        return self._opened

    @property
    def _driver(self) -> Any:
        """The same, of the database's driver."""
        return self._opened_driver

    # ---------------------------------------------------------------- resources

    def row(self, path: str) -> Row | None:
        found = self._driver.execute(sql.ROW, {"path": path}).fetchone()
        self._reads = True
        return None if found is None else row_of(found, self._blobs)

    def rows(self, paths: Collection[str]) -> dict[str, Row]:
        """Those of `paths` where something is stored."""
        self._reads = True
        found = self._driver.execute(sql.ROWS, {"paths": json.dumps(list(paths))})
        return {row.path: row for row in (row_of(each, self._blobs) for each in found)}

    def nearest_acl(self, path: str) -> Row | None:
        """The ACL document of `path`, or else of the nearest container above it that has one."""
        if self._reads and self._rules is not None:
            rules = self._rules.of(self._at, self._acls)
            if rules is not None:
                return nearest(rules, path)
        paths = json.dumps([place + ".acl" for place in upwards(path)])
        found = self._driver.execute(sql.NEAREST, {"paths": paths}).fetchone()
        self._reads = True
        return None if found is None else row_of(found, self._blobs)

    def _acls(self) -> Iterator[Row]:
        return (row_of(found, self._blobs) for found in self._connection.execute(sql.ACLS))

    def acl_subjects(self) -> frozenset[str]:
        """Paths of the resources that have an ACL document of their own."""
        found = self._connection.scalars(sql.ACL_PATHS)
        return frozenset(path.removesuffix(".acl") for path in found)

    def children(self, path: str, after: str = "", limit: int = -1) -> Iterator[Child]:
        """The members of container `path` by name, `limit` of them (-1: all) after the name `after`,
        read as they are asked for."""
        wanted = {"parent": path, "after": path + after, "limit": limit}
        return map(child_of, self._driver.execute(sql.CHILDREN, wanted))

    def count_children(self, path: str) -> int:
        return int(self._connection.scalar(sql.COUNT_CHILDREN, {"parent": path}) or 0)

    def descendants(self, path: str) -> Iterator[Child]:
        """Everything below container `path` that is listed somewhere, by path."""
        after = path
        while True:
            # "0" follows "/": everything that starts with `path` is less.
            wanted = {"after": after, "before": path[:-1] + "0", "limit": PAGE}
            page = self._connection.execute(sql.BELOW, wanted).all()
            yield from (child_of(r) for r in page)
            if len(page) < PAGE:
                return
            after = page[-1][0]

    def within(self, path: str) -> tree.Extent:
        """How much `path` is, with what is in it and all their auxiliaries."""
        return tree.measure(self._connection, path)

    def acls_within(self, path: str) -> list[Row]:
        """The ACL documents of `path` and of what is in it."""
        return [row_of(r, self._blobs) for r in tree.acls(self._connection, path)]

    @property
    def kept(self) -> Kept:
        """Earlier versions of documents."""
        return Kept(self._connection, self._blobs)

    def bytes_used(self) -> int:
        """The sizes of all bodies, auxiliaries included."""
        return int(self._connection.scalar(sql.BYTES) or 0)

    # ---------------------------------------------------------------- the log

    def head(self) -> int:
        """The log's position: the `seq` of its last row, 0 before the first."""
        return int(self._connection.scalar(sql.HEAD) or 0)

    def changes(self, after: int, limit: int) -> list[Change]:
        """Changes of resources after change `after`, oldest first."""
        found = self._connection.execute(sql.CHANGES, {"after": after, "limit": limit})
        return [change_of(r) for r in found]

    def dated_changes(self, after: int, limit: int, of: str | None = None) -> list[DatedChange]:
        """As `changes`, with what somebody who is told of them wants to know besides; those of
        `of` alone, a container with everything below it."""
        wanted: Json = {"after": after, "limit": limit}
        if of is None:
            found = self._connection.execute(sql.DATED_CHANGES, wanted)
        else:
            wanted |= {"least": of, "before": of[:-1] + "0" if of.endswith("/") else of + "\0"}
            found = self._connection.execute(sql.DATED_CHANGES_OF, wanted)
        return [dated_of(r) for r in found]

    def change_since(self, at: datetime, after: int) -> int | None:
        """The first change after change `after` that was made at `at` or later."""
        wanted = {"after": after, "at": milliseconds(at)}
        found: int | None = self._connection.scalar(sql.CHANGE_SINCE, wanted)
        return found

    def deleted_after(self, seq: int, path: str) -> int | None:
        """The log row that first tells, from row `seq` on, that `path` was deleted."""
        found: int | None = self._connection.scalar(sql.DELETED_AFTER, {"seq": seq, "path": path})
        return found

    def deleted_with(self, seq: int, path: str) -> bool:
        """Whether `path` was deleted by what log row `seq` tells of."""
        return bool(self._connection.scalar(sql.DELETED_WITH, {"seq": seq, "path": path}))

    def last_change(self, at: int = 2**62) -> tuple[int, bytes]:
        """The last change up to id `at`, and the digest of the log row it belongs to: together they
        tell a follower whether this is the log that it has followed."""
        found = self._connection.execute(sql.LAST_CHANGE, {"at": at}).first()
        if found is None:
            return 0, b""
        return found[0], self._connection.scalar(sql.DIGEST, {"seq": found[1]}) or b""

    def activities(
        self,
        *,
        before: int | None = None,
        limit: int = 50,
        verbs: Collection[str] = (),
        program: str | None = None,
        path_prefix: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[StoredActivity]:
        """Rows of the log, the newest first, `before` a position. `text` is looked for in the
        object's path and in the facts, in any case."""
        wanted = select(activity).order_by(activity.c.seq.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(activity.c.seq < before)
        if verbs:
            wanted = wanted.where(activity.c.verb.in_(list(verbs)))
        if program is not None:
            wanted = wanted.where(activity.c.instrument == program)
        if path_prefix:
            wanted = wanted.where(_beneath(activity.c.object, path_prefix))
        if text:
            columns = (activity.c.object, activity.c.summary)
            wanted = wanted.where(or_(*(c.icontains(text, autoescape=True) for c in columns)))
        if since is not None:
            wanted = wanted.where(activity.c.at >= milliseconds(since))
        if until is not None:
            wanted = wanted.where(activity.c.at < milliseconds(until))
        return [activity_of(r) for r in self._connection.execute(wanted)]

    def looks(
        self,
        *,
        limit: int = 50,
        refused: bool | None = None,
        path_prefix: str | None = None,
        since: datetime | None = None,
    ) -> list[LookRow]:
        """Counted reads and refusals, the newest hour first."""
        wanted = select(look).order_by(look.c.hour.desc(), look.c.path).limit(limit)
        if refused is not None:
            wanted = wanted.where(look.c.refused == refused)
        if path_prefix:
            wanted = wanted.where(_beneath(look.c.path, path_prefix))
        if since is not None:
            wanted = wanted.where(look.c.hour >= milliseconds(since))
        return [look_of(r) for r in self._connection.execute(wanted)]

    # ---------------------------------------------------------------- records

    def record(self, kind: str, name: str) -> Json | None:
        found = self._connection.scalar(sql.RECORD, {"kind": kind, "name": name})
        return None if found is None else json.loads(found)

    def records(
        self, kind: str, *, limit: int = PAGE, newest_first: bool = True
    ) -> list[tuple[str, Json]]:
        """(name, value) in the order of their last change."""
        order = (record.c.modified.desc() if newest_first else record.c.modified, record.c.name)
        wanted = (
            select(record.c.name, record.c.value)
            .where(record.c.kind == kind)
            .order_by(*order)
            .limit(limit)
        )
        return [(name, json.loads(value)) for name, value in self._connection.execute(wanted)]

    def meta(self, name: str) -> bytes | None:
        return self._connection.scalar(sql.META, {"name": name})
