"""Where the RDF store lies: folder/1, and folder/2 once 1 was broken or built anew.

A new store gets a folder of its own, because the engine holds on to the name of one that it failed
to open.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pyoxigraph as ox

log = logging.getLogger(__name__)


def open_newest(folder: Path) -> ox.Store:
    """The newest store, an empty one where it is broken. Raises OSError if it is open already."""
    made = _made(folder)
    try:
        return ox.Store(str(folder / str(made[-1] if made else 1)))
    except (OSError, RuntimeError) as error:  # RuntimeError: its files contradict each other
        if "lock hold" in str(error) or "While lock" in str(error):
            raise
        # As text: who kept the error would keep this frame's callers, and the store they open.
        log.warning("the index cannot be opened and is built anew: %s", str(error))
    return renew(folder)


def renew(folder: Path) -> ox.Store:
    """An empty store in place of all others."""
    made = _made(folder)
    store = ox.Store(str(folder / str(made[-1] + 1 if made else 1)))
    for older in made:
        shutil.rmtree(folder / str(older), ignore_errors=True)
    return store


def _made(folder: Path) -> list[int]:
    folder.mkdir(mode=0o700, exist_ok=True)
    return sorted(int(place.name) for place in folder.iterdir() if place.name.isdigit())
