"""Byte ranges: one a request, counted from the start or the end (RFC 9110, 14)."""

from __future__ import annotations

import re

from pod.errors import RangeNotSatisfiable

_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE)


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """(first, length) of what is asked for of `size` bytes; None where the header is to be ignored.

    Several ranges at once are answered with the whole (RFC 9110, 14.2 allows it). Raises
    RangeNotSatisfiable (facts: `size`).
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise RangeNotSatisfiable("there are no such bytes", size=size)
        return size - length, length
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable("there are no such bytes", size=size)
    return start, (min(int(last), size - 1) if last else size - 1) - start + 1
