"""What every class's checker of records is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from pod.model import Json
from pod.programs.merge.model import Source

TIME = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z")
DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")


def match(pattern: re.Pattern[str], value: Any) -> str:
    """`value`, if it is text that fits from end to end; else ValueError."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{str(value)[:60]!r} is not what it should be")
    return value


def line(value: Any, most: int = 300) -> str:
    """One line of text for people: no control characters, spaces single. TypeError for no text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:60]!r} is not text")
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:most].rstrip()


def facts(record: Json, source: Source) -> Source:
    """`source` with what the File record says of it."""
    exported, end = record.get("exported"), record.get("end")
    return replace(
        source,
        exported=match(TIME, exported) if exported else source.exported,
        period_end=match(TIME, end) if end else source.period_end,
    )
