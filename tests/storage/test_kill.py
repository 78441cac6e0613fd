"""kill -9 at random moments of a busy pod: what was acknowledged is there, and nothing is half.

`make crash` runs more rounds (CRASH_ROUNDS).
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from pod.storage.base import Snapshot, Store
from tests.storage.pods import index_of, iri
from tests.storage.writing import INLINE, THREADS, text

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "5"))
CHECKOUT = Path(__file__).resolve().parents[2]


def test_kill_in_the_middle_of_writes(tmp_path: Path) -> None:
    chance = random.Random(int(os.environ.get("CRASH_SEED", "11")))
    folder = tmp_path / "pod"
    total = 0
    for number in range(ROUNDS):
        # Some die while they open the pod, the first of them while it is made.
        wait_for_one = number % 4 != 0
        acknowledged = _write_and_kill(folder, chance.uniform(0.0, 0.3), wait_for_one)
        total += _check(folder, acknowledged)
    assert total > 0


def _write_and_kill(folder: Path, seconds: float, wait_for_one: bool) -> dict[int, int]:
    """The highest number that each thread was told is durable."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.writing", str(folder)],
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
    )
    assert child.stdout is not None
    lines = [child.stdout.readline()] if wait_for_one else []
    time.sleep(seconds if wait_for_one else seconds * 2)
    child.send_signal(signal.SIGKILL)
    lines += child.stdout.readlines()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL, "it wrote until it was killed"
    found: dict[int, int] = {}
    for line in lines:
        if line.endswith(b"\n"):
            thread, number = map(int, line.split())
            found[thread] = max(number, found.get(thread, 0))
    return found


def _check(folder: Path, acknowledged: dict[int, int]) -> int:
    store = Store(folder, inline_bytes=INLINE)
    with store.read() as snap:
        log = [a.summary for a in reversed(snap.activities(limit=1_000_000))]
        expected = {}
        for thread in range(THREADS):
            written = [entry["n"] for entry in log if entry["thread"] == thread]
            assert written == list(range(1, len(written) + 1)), "each write once, in order"
            assert len(written) >= acknowledged.get(thread, 0), "what was acknowledged is there"
            expected |= _documents(thread, len(written))
        found = _found(snap)
    assert found == expected, "every document is the old or the new one"
    assert store.verify_log() is None
    assert store.missing_blobs() == []
    with sqlite3.connect(folder / "pod.db") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        named = raw.execute(
            "SELECT blob FROM resource WHERE blob IS NOT NULL "
            "UNION SELECT blob FROM kept WHERE blob IS NOT NULL"
        ).fetchall()
    raw.close()
    assert {file.name for file in (folder / "blobs").iterdir()} == {name for (name,) in named}

    index = index_of(folder, store)
    answer = index.query("SELECT ?g ?v WHERE { GRAPH ?g { ?s ?p ?v } }", graphs=None, rows=1000)
    held = {graph: f'<#it> <#is> "{value}" .'.encode() for graph, value in answer.rows}
    assert held == {str(iri(path)): body for path, body in expected.items()}, "the index agrees"
    index.close()
    store.close()
    return len(log)


def _documents(thread: int, number: int) -> dict[str, bytes]:
    """What the documents of a thread hold after its write `number`."""
    if not number:
        return {}
    names = ["one", "other", "extra"] if number % 3 else ["one", "other"]
    return {f"/{thread}/{name}": text(thread, number) for name in names}


def _found(snap: Snapshot) -> dict[str, bytes]:
    rows = [snap.row(child.path) for child in snap.descendants("/")]
    return {row.path: row.body.read(1000) for row in rows if row is not None}
