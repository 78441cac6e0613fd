"""Copies that are whole: of a database that is being written to, and of the files that it names."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from pod.errors import Unavailable


def copy_database(engine: Engine, target: Path) -> None:
    """The database as one commit left it, in a new file. Nobody who writes waits meanwhile. Raises
    Unavailable where it cannot be read or written.

    https://sqlite.org/backup.html
    """
    target.touch(mode=0o600, exist_ok=False)
    with engine.connect() as connection, closing(sqlite3.connect(target)) as copy:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101
        try:
            source.backup(copy)
        except sqlite3.Error as error:  # a full disk is one
            raise Unavailable(f"the database could not be copied: {error}") from None
    sync(target)


def copy_file(source: Path, target: Path) -> None:
    """A new file that is on the disk, readable by its owner's user alone."""
    with source.open("rb") as data:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as copy:
            shutil.copyfileobj(data, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())


def sync(place: Path) -> None:
    """What is in a file, or which files are in a folder, is on the disk afterwards."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
