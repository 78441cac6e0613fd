"""Search by words: the names of files and the texts in them, for the owner's pages.

A reader of the log with a database of its own (SQLite FTS5): a row a document. Accents and case are
folded. What is lost is made anew.
"""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from pod.errors import Unavailable
from pod.index.follower import RDF_TYPES, Document, Follower, Mark
from pod.storage.base import Row, Store

TEXT_BYTES = 256 << 10  # of a text file, and of all literals of a document
QUERY_CHARACTERS, QUERY_WORDS = 200, 8
TEXTS = ("text/plain", "text/markdown", "text/csv", "text/html")
_STRINGS = (
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
)
_MARKS = ("\ue000", "\ue001")  # private use: around what was found
_LAYOUT = """
CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS reached (id INTEGER NOT NULL, digest BLOB NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    name, folder, text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
"""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. `excerpt`: (text, whether it is what was looked for), in order."""

    path: str
    excerpt: tuple[tuple[str, bool], ...]


class Search:
    """The words of one pod, in `folder`/search, kept in step by `follower`. Thread-safe; opened by
    its first use."""

    def __init__(self, folder: Path, store: Store, follower: Follower) -> None:
        self._folder = folder / "search"
        self._store = store
        self._follower = follower
        self._turn = threading.RLock()
        self._words: sqlite3.Connection | None = None
        self._closed = False
        follower.add(self)

    def find(self, text: str, limit: int) -> list[Hit]:
        """Documents with a word that begins with each word of `text`, the best first. Waits for the
        log's head (read your writes)."""
        wanted = _question(text)
        if not wanted:
            return []
        self._follower.catch_up()
        with self._working() as words:
            rows = words.execute(
                "SELECT path, snippet(words, -1, ?, ?, '…', 16) FROM words "
                "JOIN place ON place.id = words.rowid WHERE words MATCH ? "
                "ORDER BY bm25(words, 8.0, 2.0, 1.0) LIMIT ?",
                (*_MARKS, wanted, limit),
            )
            return [Hit(path, _parts(excerpt)) for path, excerpt in rows]

    # ---------------------------------------------------------------- a reader of the log

    def position(self) -> int:
        with self._working() as words:
            (found,) = words.execute("SELECT id FROM reached").fetchone()
            return int(found)

    def apply(self, documents: Sequence[Document]) -> None:
        with self._working() as words, words:
            for document in documents:
                if not document.path.endswith((".acl", ".meta")):
                    self._apply(words, document)

    def reached(self, mark: Mark) -> None:
        with self._working() as words, words:
            words.execute("UPDATE reached SET id = ?, digest = ?", mark)

    def rest(self) -> None:
        """There is nothing to do."""

    def close(self) -> None:
        with self._turn:
            self._closed = True
            if self._words is not None:
                self._words.close()
                self._words = None

    @contextmanager
    def _working(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            try:
                yield self._open()
            except sqlite3.Error as error:
                log.exception("the search failed")
                raise Unavailable("the search does not work") from error

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise Unavailable("the search is closed")
        if self._words is None:
            try:
                self._words = self._opened()
            except sqlite3.DatabaseError:
                log.warning("the search's database is broken and is made anew")
                shutil.rmtree(self._folder, ignore_errors=True)
                self._words = self._opened()
        return self._words

    def _opened(self) -> sqlite3.Connection:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        words = sqlite3.connect(self._folder / "words.db", check_same_thread=False)
        try:
            # It can be made anew, so it need not be on the disk at once.
            words.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _LAYOUT)
            self._check(words)
        except BaseException:
            words.close()
            raise
        return words

    def _check(self, words: sqlite3.Connection) -> None:
        """Starts from nothing if this is not the log that was read (an older pod was put back)."""
        reached = words.execute("SELECT id, digest FROM reached").fetchone()
        if reached is not None:
            with self._store.read() as snap:
                same = snap.last_change(reached[0]) == (reached[0], reached[1])
        if reached is None or not same:
            with words:
                for table in ("words", "place", "reached"):
                    words.execute(f"DELETE FROM {table}")  # noqa: S608  (three names of ours)
                words.execute("INSERT INTO reached VALUES (0, x'')")

    def _apply(self, words: sqlite3.Connection, document: Document) -> None:
        path, row = document.path, document.row
        found = words.execute("SELECT id FROM place WHERE path = ?", (path,)).fetchone()
        if found is not None:
            words.execute("DELETE FROM words WHERE rowid = ?", found)
            words.execute("DELETE FROM place WHERE id = ?", found)
        if row is None:
            return
        place = words.execute("INSERT INTO place (path) VALUES (?)", (path,)).lastrowid
        *above, name = [unquote(part) for part in path.strip("/").split("/")]
        words.execute(
            "INSERT INTO words (rowid, name, folder, text) VALUES (?, ?, ?, ?)",
            (place, _spaced(name), _spaced(" / ".join(above)), _plain(_text(document, row))),
        )


def _text(document: Document, row: Row) -> str:
    kind = row.type.partition(";")[0]
    if kind in RDF_TYPES:
        return _literals(document)
    if kind not in TEXTS:
        return ""
    try:
        head = b"".join(row.body.chunks(length=min(TEXT_BYTES, row.size)))
    except OSError as error:  # whatever one document does, the others are found
        log.warning("not searched: %s: %s", row.path, error)
        return ""
    return head.decode("utf-8", "replace")


def _literals(document: Document) -> str:
    texts: dict[str, None] = {}
    left = TEXT_BYTES
    for triple in document.triples:
        datatype = getattr(triple.object, "datatype", None)
        if datatype is not None and datatype.value in _STRINGS and left > 0:
            left -= len(triple.object.value)
            texts[triple.object.value] = None
    return "\n".join(texts)


def _plain(text: str) -> str:
    return text.replace(_MARKS[0], "").replace(_MARKS[1], "").replace("\0", "")


def _spaced(name: str) -> str:
    """`IMG_2024-photo.jpg` is found by each of its words."""
    return _plain(f"{name} {re.sub(r'[_.-]+', ' ', name)}" if "_" in name else name)


def _question(text: str) -> str:
    """Words in quotes, so that nothing of the query language is left; each may go on (`*`)."""
    found = re.findall(r"\w+", text[:QUERY_CHARACTERS])[:QUERY_WORDS]
    return " ".join(f'"{word}"*' for word in found)


def _parts(excerpt: str) -> tuple[tuple[str, bool], ...]:
    found = []
    for number, piece in enumerate(re.split(f"[{_MARKS[0]}{_MARKS[1]}]", excerpt)):
        if piece:
            found.append((piece, number % 2 == 1))
    return tuple(found)
