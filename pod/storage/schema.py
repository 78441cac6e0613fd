"""The tables of a pod. Paths are relative to the pod's root, so that a pod can move.

Schema 2 added `kept`, 3 an index of `change`. New tables are made when a pod is opened; `MIGRATIONS`
says what else a pod of an earlier schema needs.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

VERSION = 3
metadata = MetaData()
# Schema that is found → statements that lead to the next one.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (),
    2: ("CREATE INDEX IF NOT EXISTS change_path ON change (path, seq)",),
}

# `parent` of an auxiliary is "" : auxiliaries are found by name and never listed.
resource = Table(
    "resource",
    metadata,
    Column("path", String, primary_key=True),
    Column("parent", String, nullable=False),
    Column("type", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),  # milliseconds since 1970, UTC
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary),  # small bodies
    Column("blob", String),  # the file of a large one
)
Index("resource_parent", resource.c.parent, resource.c.path)
Index(
    "resource_blob",
    resource.c.blob,
    sqlite_where=resource.c.blob.is_not(None),
    postgresql_where=resource.c.blob.is_not(None),
)

# What a document was before it was changed, moved over or deleted: never access rules, never
# containers. `ended` is the log position of what ended it.
kept = Table(
    "kept",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("path", String, nullable=False),
    Column("type", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary),
    Column("blob", String),
    Column("ended", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),  # when it ended
    Column("deleted", Boolean, nullable=False),
    Index("kept_path", "path", "id"),
    Index("kept_ended", "ended"),
    Index("kept_blob", "blob"),
    sqlite_autoincrement=True,
)

# Each row's digest covers the one before it. Erasing the log leaves its last row, so that `seq`,
# which is the version of what was written, never starts again.
activity = Table(
    "activity",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("verb", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("webid", String),
    Column("client", String),
    Column("object", String),
    Column("instrument", String),
    Column("summary", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # sha256(previous digest + this row)
    Index("activity_object", "object"),
)

# What followers of the log read: each change of a resource, in order. Of a container, that it was
# made or removed: its listing follows from its members.
change = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("seq", BigInteger, nullable=False),
    Column("path", String, nullable=False),
    Column("deleted", Integer, nullable=False),  # 0 changed, 1 deleted, 2 created
    Index("change_path", "path", "seq"),
    sqlite_autoincrement=True,
)

look = Table(
    "look",
    metadata,
    Column("hour", BigInteger, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("webid", String, primary_key=True),  # "" for none
    Column("client", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("mode", String, primary_key=True),
    Column("refused", Boolean, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("modified", BigInteger, nullable=False),
    Index("record_modified", "kind", "modified"),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
