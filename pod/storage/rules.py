"""The access rules of a pod in memory, for as long as no commit changes any: most pods have few, and
every decision asks for the nearest.

A snapshot may use them if no rules moved between the moment before it was opened and now: then they
are those that it would read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pod.storage.rows import Row

MOST = 1000  # ACL documents, and
MOST_BYTES = 4 << 20  # their bytes; a pod with more asks the database each time


class Rules:
    """ACL documents by the path of what they are about. Thread-safe.

    `state` names what rules are in force: a number, None while a commit is changing some.
    """

    def __init__(self, state: Callable[[], int | None]) -> None:
        self.state = state
        self._known: tuple[int | None, Mapping[str, Row] | None] = (None, None)

    def of(
        self, state: int | None, load: Callable[[], Iterable[Row]] | None = None
    ) -> Mapping[str, Row] | None:
        """The rules in force at `state`, which `load` reads where they are not known yet; None where
        they have moved on, are not known or are too many."""
        if state is None or self.state() != state:
            return None
        known, rules = self._known
        if known != state:
            if load is None:
                return None
            rules = _few(load())
            if self.state() != state:
                return None
            self._known = (state, rules)
        return rules


def _few(rows: Iterable[Row]) -> Mapping[str, Row] | None:
    found: dict[str, Row] = {}
    size = 0
    for row in rows:
        size += row.size
        if len(found) == MOST or size > MOST_BYTES:
            return None
        found[row.path.removesuffix(".acl")] = row
    return found
