"""What the works of one commit have written and SQLite has not been told yet.

Each statement lets the interpreter go, and who waits for it takes it. So a commit has one statement
for all rows of a kind, and one that reads beforehand what its works will look at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pod.storage import statements as sql
from pod.storage.rows import Row, moment, row_of


@dataclass(slots=True)
class Pending:
    """Rows as a reader would find them (`rows`; None: there is none), and what is not in the
    database yet. Who reads a table itself calls `flush` first."""

    rows: dict[str, Row | None] = field(default_factory=dict)
    last: tuple[int, bytes] | None = None  # position and digest of the log's last row
    logged: list[tuple[Any, ...]] = field(default_factory=list)
    saved: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    changed: list[tuple[int, str, int]] = field(default_factory=list)
    touched: dict[str, tuple[int, int]] = field(default_factory=dict)  # path → version, moment
    count: int = 0  # changes that were written down

    def fetch(self, driver: Any, blobs: Path, paths: Iterable[str]) -> None:
        """Reads the rows of `paths` that are not known."""
        wanted = dict.fromkeys(path for path in paths if path not in self.rows)
        if wanted:
            self.rows.update(wanted)
            for found in driver.execute(sql.ROWS, {"paths": json.dumps(list(wanted))}):
                self.rows[found[0]] = row_of(found, blobs)

    def save(self, row: tuple[Any, ...], known: Row) -> None:
        """`row`: what the table holds, in the order of its columns."""
        self.saved[known.path] = row
        self.touched.pop(known.path, None)
        self.rows[known.path] = known

    def touch(self, row: Row, version: int, now: int) -> None:
        self.touched[row.path] = (version, now)
        self.rows[row.path] = replace(row, version=version, modified=moment(now))

    def take(self, later: Pending) -> None:
        """Adds what a work has written after all this."""
        self.rows |= later.rows
        self.last = later.last or self.last
        self.logged += later.logged
        for path in later.saved:
            self.touched.pop(path, None)
        self.saved |= later.saved
        self.changed += later.changed
        self.touched |= later.touched
        self.count += later.count

    def flush(self, driver: Any) -> None:
        """Writes everything down; what is known stays known."""
        sql.LOG.run(driver, self.logged)
        sql.SAVE.run(driver, self.saved.values())
        sql.CHANGED.run(driver, self.changed)
        self.count += len(self.changed)
        together: dict[tuple[int, int], list[str]] = {}
        for path, when in self.touched.items():
            together.setdefault(when, []).append(path)
        for (version, now), paths in together.items():
            driver.execute(sql.TOUCH, {"touched": json.dumps(paths), "at": version, "now": now})
        self.logged, self.saved, self.changed, self.touched = [], {}, [], {}

    def forget(self) -> None:
        """Rows were changed in ways that are not followed here; everything is written down."""
        self.rows = {}
