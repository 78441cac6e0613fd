"""Reference data (tariffs, Tempo days, factors): dated, sourced, shipped, and replaceable.

A file of the same name in the data folder's `reference/` is used instead of the shipped one; the pod's
own `/references/NAME.json` (`publications`) before both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pod.errors import BadInput, NotFound
from pod.model import Json

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
MOST_BYTES = 4 << 20


class Known(Protocol):
    """Whoever knows references by name: those of the server, those of one pod."""

    def get(self, name: str) -> Json:
        """Raises NotFound, BadInput."""
        ...


class References:
    """Looks in `folders`, the first that has the file wins."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def get(self, name: str) -> Json:
        """{"id","source","from",…,"columns","rows"}. Raises NotFound, BadInput naming the file."""
        if not NAME.fullmatch(name):
            raise NotFound("there are no such reference data")
        for folder in self._folders:
            file = folder / f"{name}.json"
            if file.is_file():
                if file.stat().st_size > MOST_BYTES:
                    raise BadInput(f"{file.name}: larger than {MOST_BYTES >> 20} MB")
                return checked(file.read_bytes(), file.name)
        raise NotFound(f"there are no reference data {name!r}")

    def names(self) -> list[str]:
        """Of all that there are, in order."""
        found = {f.stem for folder in self._folders for f in folder.glob("*.json")}
        return sorted(name for name in found if NAME.fullmatch(name))


def checked(body: bytes, name: str) -> Json:
    """A reference from its JSON. Raises BadInput naming `name`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}: {error}") from None
    missing = {"id", "source", "from", "columns", "rows"} - set(
        found if type(found) is dict else ()
    )
    if missing:
        raise BadInput(f"{name}: {', '.join(sorted(missing))} missing")
    answer: Json = found
    return answer
