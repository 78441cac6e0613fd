"""The SQL of the hot path, built once: SQLAlchemy compiles a statement that it meets again from its
cache, which is ten times faster than building it anew for each call.

What every read and write needs is text for the driver (`_text`): SQLAlchemy's own way to execute costs
ten times what SQLite does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, insert, literal_column, select, union, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert as insert_or_update

from pod.storage.rows import DELETED
from pod.storage.schema import activity, change, kept, look, meta, record, resource


def _upsert(table: Table) -> Any:
    """INSERT … ON CONFLICT DO UPDATE, which SQLite and PostgreSQL say alike."""
    statement = insert_or_update(table)
    keys = list(table.primary_key.columns)
    rest = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


MOST_ROWS = 32  # of one statement: so many statements stay compiled
_DIALECT = sqlite.dialect(paramstyle="named")
_PLACES = sqlite.dialect(paramstyle="qmark")


def _text(statement: Any) -> str:
    """The statement for the driver, with `:name` for what is bound."""
    return str(statement.compile(dialect=_DIALECT))


@dataclass(frozen=True, slots=True)
class Rows:
    """An insert of any number of rows, `MOST_ROWS` a statement. A row is a tuple of `columns`."""

    head: str
    row: str
    tail: str

    @classmethod
    def of(cls, statement: Any, *columns: str) -> Rows:
        text = str(statement.compile(dialect=_PLACES, column_keys=list(columns)))
        row = f"({', '.join('?' * len(columns))})"
        head, tail = text.split(row)
        return cls(head, row, tail)

    def run(self, driver: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        left = iter(rows)
        while some := list(islice(left, MOST_ROWS)):
            text = self.head + ", ".join([self.row] * len(some)) + self.tail
            driver.execute(text, [value for row in some for value in row])


def _each(name: str) -> Any:
    """The texts of a JSON array that is bound as `name`."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


_LISTED = (
    resource.c.path,
    resource.c.type,
    resource.c.version,
    resource.c.modified,
    resource.c.size,
)

ROW = _text(select(resource).where(resource.c.path == bindparam("path")))
ROWS = _text(select(resource).where(resource.c.path.in_(_each("paths"))))
CHILDREN = _text(
    select(*_LISTED)
    .where(resource.c.parent == bindparam("parent"), resource.c.path > bindparam("after"))
    .order_by(resource.c.path)
    .limit(bindparam("limit"))
    .offset(literal_column("0"))  # else SQLite's dialect binds a zero of its own
)
COUNT_CHILDREN = (
    select(func.count()).select_from(resource).where(resource.c.parent == bindparam("parent"))
)
NEAREST = _text(
    select(resource)
    .where(resource.c.path.in_(_each("paths")))
    .order_by(func.length(resource.c.path).desc())
)
TOUCH = _text(
    update(resource)
    .where(resource.c.path.in_(_each("touched")))
    .values(version=bindparam("at"), modified=bindparam("now"))
)
BELOW = (
    select(*_LISTED)
    .where(
        resource.c.parent != "",
        resource.c.path > bindparam("after"),
        resource.c.path < bindparam("before"),
    )
    .order_by(resource.c.path)
    .limit(bindparam("limit"))
    .offset(literal_column("0"))  # else SQLite's dialect binds a zero of its own
)
ACL_PATHS = select(resource.c.path).where(resource.c.parent == "", resource.c.path.like("%.acl"))
ACLS = select(resource).where(resource.c.parent == "", resource.c.path.like("%.acl"))
BYTES = select(func.coalesce(func.sum(resource.c.size), 0))
BLOBS = union(*(select(t.c.blob).where(t.c.blob.is_not(None)) for t in (resource, kept)))
BLOBS_NAMED = union(
    *(
        select(t.c.blob).where(t.c.blob.in_(bindparam("names", expanding=True)))
        for t in (resource, kept)
    )
)
SAVE = Rows.of(_upsert(resource), *resource.columns.keys())
REMOVE = _text(delete(resource).where(resource.c.path == bindparam("removed")))

HEAD = select(func.coalesce(func.max(activity.c.seq), 0))
LAST = _text(
    select(activity.c.seq, activity.c.digest).where(
        activity.c.seq == select(func.max(activity.c.seq)).scalar_subquery()
    )
)
DIGEST = select(activity.c.digest).where(activity.c.seq == bindparam("seq"))
LOG = Rows.of(insert(activity), *activity.columns.keys())
LOG_IN_ORDER = select(activity).order_by(activity.c.seq)

CHANGES = (
    select(change.c.id, change.c.seq, change.c.path, change.c.deleted)
    .where(change.c.id > bindparam("after"))
    .order_by(change.c.id)
    .limit(bindparam("limit"))
    .offset(literal_column("0"))  # else SQLite's dialect binds a zero of its own
)
DATED_CHANGES = (
    select(
        change.c.id,
        change.c.seq,
        change.c.path,
        change.c.deleted,
        activity.c.at,
        resource.c.type,
    )
    .join_from(change, activity, activity.c.seq == change.c.seq, isouter=True)
    .join(resource, resource.c.path == change.c.path, isouter=True)
    .where(change.c.id > bindparam("after"))
    .order_by(change.c.id)
    .limit(bindparam("limit"))
    .offset(literal_column("0"))  # else SQLite's dialect binds a zero of its own
)
DATED_CHANGES_OF = DATED_CHANGES.where(
    change.c.path >= bindparam("least"), change.c.path < bindparam("before")
)
CHANGE_SINCE = (
    select(func.min(change.c.id))
    .join_from(change, activity, activity.c.seq == change.c.seq)
    .where(change.c.id > bindparam("after"), activity.c.at >= bindparam("at"))
)
DELETED_WITH = (
    select(func.count())
    .select_from(change)
    .where(change.c.seq == bindparam("seq"), change.c.path == bindparam("path"))
    .where(change.c.deleted == DELETED)
)
DELETED_AFTER = (
    select(func.min(change.c.seq))
    .where(change.c.path == bindparam("path"), change.c.seq >= bindparam("seq"))
    .where(change.c.deleted == DELETED)
)
LAST_CHANGE = (
    select(change.c.id, change.c.seq)
    .where(change.c.id <= bindparam("at"))
    .order_by(change.c.id.desc())
    .limit(1)
)
CHANGED = Rows.of(insert(change), "seq", "path", "deleted")

RECORD = select(record.c.value).where(
    record.c.kind == bindparam("kind"), record.c.name == bindparam("name")
)
PUT_RECORD = _upsert(record)
DROP_RECORD = delete(record).where(
    record.c.kind == bindparam("of_kind"), record.c.name == bindparam("called")
)

META = select(meta.c.value).where(meta.c.name == bindparam("name"))
SET_META = _upsert(meta)

_LOOK = insert_or_update(look)
ADD_LOOK = _LOOK.on_conflict_do_update(
    index_elements=list(look.primary_key.columns),
    set_={"count": look.c.count + _LOOK.excluded["count"]},
)
