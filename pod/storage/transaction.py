"""What one work may change. Every change has the position of the log row that explains it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from pod.errors import Unavailable
from pod.model import Body, Json
from pod.storage import statements as sql
from pod.storage import tree
from pod.storage.pending import Pending
from pod.storage.rows import CHANGED, CREATED, DELETED, Row, milliseconds, moment
from pod.storage.snapshot import Snapshot, container_of, upwards
from pod.storage.versions import KEEPING, Keeper, Keeping


class Transaction(Snapshot):
    """A snapshot that can also write; it sees its own writes. `batch` is what the works before it in
    this commit have written: it is added to when this one is `done`."""

    def __init__(
        self,
        connection: Connection,
        blobs: Path,
        keeping: Keeping = KEEPING,
        batch: Pending | None = None,
    ) -> None:
        super().__init__(connection, blobs)
        self._keeping = keeping
        self._batch = batch or Pending()
        self._own = Pending()
        self._saved = False  # whether there is a savepoint to go back to
        self.seq = 0
        self.changed: set[str] | None = set()  # paths; None: more than can be named
        self.released: set[str] = set()  # blobs that lost their row
        self._now = int(time.time() * 1000)

    @property
    def _connection(self) -> Connection:
        self._flush()
        return self._opened

    @property
    def _driver(self) -> Any:
        self._flush()
        return self._opened_driver

    def _flush(self) -> None:
        if not self._saved:
            # What the others wrote stays if this work is undone.
            self._batch.flush(self._opened_driver)
            self._opened_driver.execute("SAVEPOINT work")
            self._saved = True
        self._own.flush(self._opened_driver)

    def done(self) -> None:
        """What this work did is part of the commit."""
        if self._saved:
            self._own.flush(self._opened_driver)
            self._opened_driver.execute("RELEASE work")
        self._batch.take(self._own)

    def undo(self) -> None:
        """Nothing of what this work did is. Raises sqlite3.Error where the whole commit is undone."""
        if self._saved:
            self._opened_driver.execute("ROLLBACK TO work")
            self._opened_driver.execute("RELEASE work")

    def row(self, path: str) -> Row | None:
        for rows in (self._own.rows, self._batch.rows):
            if path in rows:
                return rows[path]
        # Only what is known is not in the database yet.
        known = self._own if self._saved else self._batch
        known.fetch(self._opened_driver, self._blobs, (path,))
        return known.rows[path]

    def nearest_acl(self, path: str) -> Row | None:
        rows = (self.row(place + ".acl") for place in upwards(path))
        return next((row for row in rows if row is not None), None)

    def log(
        self,
        verb: str,
        kind: str,
        webid: str | None,
        client: str | None,
        path: str | None,
        instrument: str | None,
        summary: Json,
    ) -> int:
        """Adds a row to the log and returns its position, the version of what is saved after it."""
        last = self._own.last or self._batch.last
        seq, previous = last or self._opened_driver.execute(sql.LAST).fetchone() or (0, b"")
        row: Json = {
            "seq": seq + 1,
            "at": self._now,
            "verb": verb,
            "kind": kind,
            "webid": webid,
            "client": client,
            "object": path,
            "instrument": instrument,
            "summary": json.dumps(summary, ensure_ascii=False, sort_keys=True),
        }
        row["digest"] = chained(previous, row)
        self._own.logged.append(tuple(row.values()))
        self.seq = seq + 1
        self._own.last = (self.seq, row["digest"])
        return self.seq

    def save(self, path: str, kind: str, body: Body) -> Row:
        """Stores a resource at the position of this transaction's last log row.

        A body in a file must come from `Store.stage`; Unavailable if that was too long ago.
        """
        blob = self._blob(body)
        self._keep(path, deleted=False)
        created = not self._release(path, blob)
        data = None if blob else body.data
        stored = (path, _parent(path), kind, self._position(), self._now, body.size, data, blob)
        saved = Row(path, kind, self.seq, moment(self._now), body)
        self._own.save(stored, saved)
        self._note(path)
        if created or not path.endswith("/"):
            self._changed(path, CREATED if created else CHANGED)
        return saved

    def touch(self, path: str) -> None:
        """Gives container `path` and those above it the version and the date of this transaction."""
        self._note(path)
        at = self._position()
        for place in upwards(path):
            if (row := self.row(place)) is not None:
                self._own.touch(row, at, self._now)

    def remove(self, path: str) -> None:
        """Removes a resource; its members and its auxiliaries stay. Nothing happens if none is."""
        self._keep(path, deleted=True)
        self._release(path, None)
        if self._driver.execute(sql.REMOVE, {"removed": path}).rowcount:
            self._changed(path, DELETED)
        self._own.rows[path] = None
        self._note(path)

    @property
    def keeper(self) -> Keeper:
        """Earlier versions of documents, and the way to drop them."""
        return Keeper(self._connection, self._blobs, self._keeping, self.released)

    def _keep(self, path: str, *, deleted: bool) -> None:
        row = None if path.endswith(("/", ".acl")) else self.row(path)
        if row is not None and self._keeping.wants(row, self._now, deleted=deleted):
            self.keeper.keep(path, self._position(), self._now, deleted=deleted)

    def move(self, source: str, target: str) -> None:
        """Moves `source`, what is in it, its auxiliaries and its versions to `target`, which must be
        free. Each counts as written now: an ETag never comes back."""
        tree.move(self._connection, source, target, self._position(), self._now)
        self._changed_tree()

    def copy(self, source: str, target: str) -> None:
        """Copies `source` and what is in it to `target`, without any access rules."""
        tree.copy(self._connection, source, target, self._position(), self._now)
        self._changed_tree()

    def remove_tree(self, path: str) -> None:
        """Removes `path`, what is in it, and all their auxiliaries; documents become versions."""
        self.keeper.keep_tree(path, self._position(), self._now)
        self.released |= tree.remove(self._connection, path, self._position())
        self._changed_tree()

    def migrate(self, statements: Iterable[str]) -> None:
        """Runs what leads from one schema to the next."""
        for statement in statements:
            self._connection.exec_driver_sql(statement)

    def _position(self) -> int:
        if not self.seq:
            raise ValueError("a change needs the log row that explains it: call log() first")
        return self.seq

    def _blob(self, body: Body) -> str | None:
        if body.path is None:
            return None
        if body.path.parent != self._blobs:
            raise ValueError("a body in a file comes from Store.stage")
        if not body.path.is_file():
            raise Unavailable("this body was staged too long ago; send it again")
        return body.path.name

    def _release(self, path: str, but: str | None) -> bool:
        """Lets the blob of `path` go, unless it is `but`; whether there was such a resource."""
        row = self.row(path)
        if row is not None and row.body.path is not None and row.body.path.name != but:
            self.released.add(row.body.path.name)
        return row is not None

    def _note(self, path: str) -> None:
        if self.changed is not None:
            self.changed.add(path)

    def _changed_tree(self) -> None:
        self._batch.forget()
        self._own.forget()
        self.changed = None

    def _changed(self, path: str, kind: int) -> None:
        self._own.changed.append((self._position(), path, kind))

    def put_record(self, kind: str, name: str, value: Json) -> None:
        text = json.dumps(value, ensure_ascii=False)
        row = {"kind": kind, "name": name, "value": text, "modified": self._now}
        self._connection.execute(sql.PUT_RECORD, row)

    def drop_record(self, kind: str, name: str) -> None:
        self._connection.execute(sql.DROP_RECORD, {"of_kind": kind, "called": name})

    def set_meta(self, name: str, value: bytes) -> None:
        self._connection.execute(sql.SET_META, {"name": name, "value": value})

    def add_looks(self, counts: Mapping[Any, int]) -> None:
        """Adds counters (`looks.LookKey` → count) to those of the same hour."""
        rows = [
            {
                "hour": milliseconds(key.hour),
                "kind": key.kind,
                "webid": key.webid or "",
                "client": key.client or "",
                "path": key.path,
                "mode": key.mode,
                "refused": key.refused,
                "count": count,
            }
            for key, count in counts.items()
        ]
        if rows:
            self._connection.execute(sql.ADD_LOOK, rows)


def chained(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """The digest of a log row: any later change of it, or of one before it, shows."""
    text = json.dumps({k: v for k, v in row.items() if k != "digest"}, sort_keys=True)
    return hashlib.sha256(previous + text.encode()).digest()


def _parent(path: str) -> str:
    return "" if path == "/" or path.endswith((".acl", ".meta")) else container_of(path)
