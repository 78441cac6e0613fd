"""What an app asks with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Param = str | int | float | date | Decimal | None


class Denied(Exception):
    """The pod refused a query: it is not in the manifest, or not within the owner's consent."""


class Table:
    """An answer: `columns` (names) and `rows` (lists in their order)."""

    def __init__(
        self, columns: Sequence[str], rows: list[list[Any]], facts: dict[str, Any] | None = None
    ) -> None:
        self.columns = list(columns)
        self.rows = rows
        self.facts = facts or {}

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        """Rows as dicts."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def column(self, name: str) -> list[Any]:
        """One column as a list."""
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


class Inputs:
    """The app's side of the broker: `ask(name, params_json) -> (ok, text)` and `write(text)`."""

    def __init__(
        self, ask: Callable[[str, str], tuple[bool, str]], write: Callable[[str], None]
    ) -> None:
        self._ask = ask
        self._write = write

    def query(self, name: str, **params: Param) -> Table:
        """The rows of a declared query as a Table. Params: str, int, float, Decimal, or ISO dates.

        Raises Denied if the pod refuses. Reference data carry their `id`, `source`, `from`, … in
        `Table.facts`.
        """
        ok, text = self._ask(str(name), json.dumps({k: _plain(v) for k, v in params.items()}))
        if not ok:
            raise Denied(text)
        answer = json.loads(text)
        facts = {k: v for k, v in answer.items() if k not in ("columns", "rows")}
        return Table(answer["columns"], answer["rows"], facts)

    def log(self, message: object) -> None:
        """A line for the author, kept with the run; at most 500 characters."""
        self._write(str(message)[:500])


def _plain(value: Param) -> str | int | float | None:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
