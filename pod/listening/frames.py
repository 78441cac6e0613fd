"""Whole frames out of a stream of bytes; and which of them are kept, and for how long.

A frame is what stands between STX and ETX (Enedis-NOI-CPT_54E); nothing here reads what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

STX, ETX = b"\x02", b"\x03"
LONGEST = 4096  # bytes; a three-phase standard frame has about 1,200
MOST = 2000  # frames that wait at once, where they cannot be given away


class Cutter:
    """Cuts what comes in pieces of any size; holds at most one frame."""

    def __init__(self) -> None:
        self._held = b""

    def take(self, data: bytes) -> Iterator[bytes]:
        """The frames that `data` completes, with their STX and ETX. What comes before the first STX,
        a frame without an end and one that is too long are dropped."""
        self._held += data
        while (end := self._held.find(ETX)) >= 0:
            start = self._held.rfind(STX, 0, end)
            if start >= 0 and end - start < LONGEST:
                yield self._held[start : end + 1]
            self._held = self._held[end + 1 :]
        start = self._held.rfind(STX)
        self._held = self._held[start:] if start >= 0 else b""
        if len(self._held) > LONGEST:
            self._held = b""


class Batch:
    """The first frame of each `every` seconds, until the oldest has waited for `hold` seconds."""

    def __init__(self, every: float, hold: float) -> None:
        self._every, self._hold = every, hold
        self._frames: list[tuple[float, bytes]] = []
        self._span: int | None = None

    def add(self, frame: bytes, now: float) -> bool:
        """Keeps a frame that was heard at `now` (POSIX seconds), if it is its turn."""
        span = int(now // self._every)
        if span == self._span or len(self._frames) >= MOST:
            return False
        self._span = span
        self._frames.append((now, frame))
        return True

    def due(self, now: float) -> bool:
        return bool(self._frames) and now - self._frames[0][0] >= self._hold

    def content(self) -> tuple[bytes, int]:
        """(the frames as a file, each after the moment of its arrival in UTC; how many)."""
        lines = [
            f"@{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}\n".encode() + frame + b"\n"
            for at, frame in self._frames
        ]
        return b"".join(lines), len(lines)

    def forget(self, count: int) -> None:
        """Drops the first `count`: they are kept elsewhere now."""
        del self._frames[:count]
