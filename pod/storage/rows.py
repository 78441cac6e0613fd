"""What the store hands out: values, never SQLAlchemy's rows. Moments are UTC."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pod.model import Body, Json

CHANGED, DELETED, CREATED = 0, 1, 2  # in `change.deleted`


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
    """One change of a resource, for followers of the log. `id` orders changes of one `seq`."""

    id: int
    seq: int
    path: str
    deleted: bool
    created: bool = False


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A change with the moment of its activity (None where the log was erased) and the media type
    that the resource has now (None where it is gone)."""

    change: Change
    at: datetime | None
    type: str | None


@dataclass(frozen=True, slots=True)
class StoredActivity:
    """A row of the log. `object` is a storage path."""

    seq: int
    at: datetime
    verb: str
    kind: str
    webid: str | None
    client: str | None
    object: str | None
    instrument: str | None
    summary: Json


@dataclass(frozen=True, slots=True)
class LookRow:
    """How often within one hour; `path` is a storage path."""

    hour: datetime
    kind: str
    webid: str | None
    client: str | None
    path: str
    mode: str
    refused: bool
    count: int


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def row_of(found: Any, blobs: Path) -> Row:
    path, _, kind, version, modified, size, data, blob = found
    body = Body(size, data) if blob is None else Body(size, path=blobs / blob)
    return Row(path, kind, version, moment(modified), body)


def change_of(found: Any) -> Change:
    number, seq, path, kind = found
    return Change(number, seq, path, kind == DELETED, kind == CREATED)


def dated_of(found: Any) -> DatedChange:
    *rest, at, kind = found
    return DatedChange(change_of(rest), None if at is None else moment(at), kind)


def child_of(found: Any) -> Child:
    path, kind, version, modified, size = found
    return Child(path, kind, version, moment(modified), size)


def activity_of(found: Any) -> StoredActivity:
    seq, at, verb, kind, webid, client, path, instrument, summary, _ = found
    facts = json.loads(summary)
    return StoredActivity(seq, moment(at), verb, kind, webid, client, path, instrument, facts)


def look_of(found: Any) -> LookRow:
    hour, kind, webid, client, path, mode, refused, count = found
    return LookRow(moment(hour), kind, webid or None, client or None, path, mode, refused, count)
