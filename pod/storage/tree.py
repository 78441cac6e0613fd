"""A resource with everything below it: moved, copied and removed by a few statements, however much
it is. Blobs are shared between copies; a file goes when nothing names it any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from pod.storage.schema import change, kept, resource


@dataclass(frozen=True, slots=True)
class Extent:
    """A resource with everything below it, auxiliaries included: how many, how many bytes, the
    largest one, the latest version, the longest path in characters and the deepest in slashes."""

    resources: int
    bytes: int
    largest: int
    version: int
    longest: int
    deepest: int


def beneath(column: ColumnElement[str], path: str) -> ColumnElement[bool]:
    """`column` is `path`, one of its auxiliaries, or for a container anything in it."""
    own = column.in_((path, path + ".acl", path + ".meta"))
    # "0" follows "/": everything that starts with `path` is less.
    return or_(own, and_(column > path, column < path[:-1] + "0")) if path.endswith("/") else own


def is_acl(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Unlike LIKE it minds the case: `x.ACL` is a document."""
    return func.substr(column, -4) == ".acl"


def measure(connection: Connection, path: str) -> Extent:
    where = resource.c.path
    counted = select(
        func.count(),
        func.coalesce(func.sum(resource.c.size), 0),
        func.coalesce(func.max(resource.c.size), 0),
        func.coalesce(func.max(resource.c.version), 0),
        func.coalesce(func.max(func.length(where)), 0),
        func.coalesce(func.max(func.length(where) - func.length(func.replace(where, "/", ""))), 0),
    ).where(beneath(where, path))
    return Extent(*(int(found) for found in connection.execute(counted).one()))


def acls(connection: Connection, path: str) -> list[Any]:
    wanted = select(resource).where(beneath(resource.c.path, path), is_acl(resource.c.path))
    return list(connection.execute(wanted))


def move(connection: Connection, source: str, target: str, seq: int, now: int) -> None:
    moved = beneath(resource.c.path, source)
    _changed(connection, source, seq, deleted=True)
    connection.execute(
        update(resource)
        .where(moved)
        .values(
            path=_renamed(resource.c.path, source, target),
            parent=_parent(source, target),
            version=seq,
            modified=now,
        )
    )
    connection.execute(
        update(kept)
        .where(beneath(kept.c.path, source))
        .values(path=_renamed(kept.c.path, source, target))
    )
    _changed(connection, target, seq, deleted=False)


def copy(connection: Connection, source: str, target: str, seq: int, now: int) -> None:
    copied = select(
        _renamed(resource.c.path, source, target),
        _parent(source, target),
        resource.c.type,
        literal(seq),
        literal(now),
        resource.c.size,
        resource.c.body,
        resource.c.blob,
    ).where(beneath(resource.c.path, source), ~is_acl(resource.c.path))
    connection.execute(insert(resource).from_select([c.name for c in resource.columns], copied))
    _changed(connection, target, seq, deleted=False)


def remove(connection: Connection, path: str, seq: int) -> set[str]:
    """The blobs that lost a row."""
    _changed(connection, path, seq, deleted=True)
    gone = delete(resource).where(beneath(resource.c.path, path)).returning(resource.c.blob)
    return {blob for blob in connection.scalars(gone) if blob is not None}


def _changed(connection: Connection, path: str, seq: int, *, deleted: bool) -> None:
    """Containers are left out: their listings follow from their members."""
    rows = select(literal(seq), resource.c.path, literal(deleted)).where(
        beneath(resource.c.path, path), resource.c.path.not_like("%/")
    )
    connection.execute(insert(change).from_select(["seq", "path", "deleted"], rows))


def _renamed(column: ColumnElement[str], source: str, target: str) -> ColumnElement[str]:
    return literal(target) + func.substr(column, len(source) + 1)


def _parent(source: str, target: str) -> ColumnElement[str]:
    """Auxiliaries have none; the top has a new one; what is below keeps its place in the tree."""
    above = target[: target.rindex("/", 0, -1) + 1]
    return case(
        (resource.c.parent == "", ""),
        (resource.c.path == source, above),
        else_=_renamed(resource.c.parent, source, target),
    )
