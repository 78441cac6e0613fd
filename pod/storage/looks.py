"""Counts of reads by others and of refusals: a buffer in memory, written within a second.

Recording a look must not slow it (https://www.w3.org/TR/activitystreams-vocabulary/ has no word
for it either): (who, what, mode, hour) is a counter, not a row of the log. Anonymous reads of
public things are not recorded at all; anonymous refusals are.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pod.model import AccessMode, Agent, AgentKind
from pod.storage.base import Store

SECONDS = 1.0
MOST_KEYS = 10_000
MOST_PLACES = 200  # of one query


def looked_at(documents: Iterable[str], *, whole: bool) -> set[str]:
    """The paths that one question over `documents` is counted on: these themselves, or where it was
    asked over everything (`whole`), the containers that they lie in. Over `MOST_PLACES` it is the
    container that holds them all."""
    paths = {_container(path) if whole else path for path in documents}
    return paths if len(paths) <= MOST_PLACES else {os.path.commonpath(paths).rstrip("/") + "/"}


def _container(path: str) -> str:
    return path[: path.rindex("/") + 1]


@dataclass(frozen=True, slots=True)
class LookKey:
    """What one counter counts. `hour` is UTC; `path` the storage path."""

    hour: datetime
    kind: str
    webid: str | None
    client: str | None
    path: str
    mode: str
    refused: bool


class Looks:
    """Counts until `flush`; flushes by itself a second after the first count."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counts: Counter[LookKey] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closed = False

    def count(self, agent: Agent, path: str, mode: AccessMode, *, refused: bool) -> None:
        """Adds one. Beyond `MOST_KEYS` counters in a second, a flood is counted on `/`."""
        if agent.kind is AgentKind.OWNER and not refused:
            return
        if agent.kind is AgentKind.PUBLIC and not refused:
            return
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        key = LookKey(hour, agent.kind.value, agent.webid, agent.client, path, mode.value, refused)
        with self._lock:
            if key not in self._counts and len(self._counts) >= MOST_KEYS:
                key = LookKey(hour, agent.kind.value, None, None, "/", mode.value, refused)
            self._counts[key] += 1
            if self._timer is None and not self._closed:
                self._timer = threading.Timer(SECONDS, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Writes what was counted."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if counts:
            self._store.write(lambda tx: tx.add_looks(counts))

    def close(self) -> None:
        self._closed = True
        self.flush()
