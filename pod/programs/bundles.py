"""What one drop holds: files, and the members of archives, of archives within archives too.

Nothing is unpacked by name: a member's name is only what its file is called, so that no path in an
archive can lead anywhere. How many members, how deep, and how many bytes in all is bounded while
they come out, whatever the archive says of itself.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from pod.errors import BadFile, PodError, TooLarge
from pod.model import Body

ZIP = b"PK\x03\x04"
ENTRY = b"PK\x01\x02"  # what each entry of an archive's directory begins with
ENTRIES = 20_000  # in a directory that is read at all
PIECE = 1 << 18
# Archives that are one file each to those who made them: Office, OpenDocument, Java, Android, EPUB.
_OF_FILES = frozenset(
    {
        "[Content_Types].xml",
        "mimetype",
        "META-INF/MANIFEST.MF",
        "AndroidManifest.xml",
        "xl/workbook.xml",
        "word/document.xml",
    }
)
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})

Stage = Callable[[Iterable[bytes], int], Body]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one drop: most files, bytes in all, bytes of a file, archives within archives."""

    files: int
    bytes: int
    file_bytes: int
    depth: int


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a drop: its `name` with the folders above it; `refused` instead of a `body`."""

    name: str
    body: Body | None
    refused: PodError | None = None


def is_bundle(body: Body) -> bool:
    """Whether it is an archive of files, and not a file that happens to be a zip."""
    if next(body.chunks(length=4), b"") != ZIP:
        return False
    try:
        with _opened(body) as archive:
            return not _OF_FILES.intersection(archive.namelist())
    except PodError:
        return False  # damaged: what it could be is for the connectors to say


def members(given: Iterable[tuple[str, Body]], limits: Limits, stage: Stage) -> Iterator[Member]:
    """Every file of a drop, what could not be taken with its reason. Raises TooLarge over the most
    files or bytes: what came before is already out."""
    counted = _Counted(limits)
    for name, body in given:
        yield from _within(clean(name), body, 0, counted, stage)


class _Counted:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.files = 0
        self.bytes = 0

    def one(self) -> None:
        self.files += 1
        if self.files > self.limits.files:
            most = self.limits.files
            raise TooLarge(f"more than {most} files at once", reason="files", limit=most)

    def add(self, size: int) -> None:
        self.bytes += size
        if self.bytes > self.limits.bytes:
            most = self.limits.bytes >> 20
            raise TooLarge(f"more than {most} MB unpacked", reason="unpacked", limit=most)


def _within(name: str, body: Body, depth: int, counted: _Counted, stage: Stage) -> Iterator[Member]:
    if not is_bundle(body):
        counted.one()
        yield Member(name, body)
    elif depth >= counted.limits.depth:
        counted.one()
        detail = f"{name}: archives within archives within archives"
        yield Member(name, None, BadFile(detail, file=name, reason="zip-depth"))
    else:
        with _opened(body) as archive:
            for entry in archive.infolist():
                path = clean(entry.filename)
                if entry.is_dir() or _is_litter(path):
                    continue
                inner = f"{name}/{path}"
                try:
                    member = _staged(archive, entry, inner, counted, stage)
                except BadFile as refused:
                    counted.one()
                    yield Member(inner, None, refused)
                    continue
                yield from _within(inner, member, depth + 1, counted, stage)


def _staged(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, counted: _Counted, stage: Stage
) -> Body:
    """One member's bytes. Raises BadFile for what is none, or cannot be opened."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BadFile(f"{name}: a link, not a file", file=name, reason="zip-link")
    if entry.flag_bits & 1:
        raise BadFile(f"{name}: locked by a password", file=name, reason="zip-locked")
    most = counted.limits.file_bytes
    try:
        with archive.open(entry) as opened:
            return stage(_pieces(opened, counted, most, name), most)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        raise BadFile(f"{name}: damaged", file=name, reason="zip-damaged") from None
    except NotImplementedError:
        raise BadFile(
            f"{name}: packed in an unusual way", file=name, reason="zip-packing"
        ) from None


def _pieces(opened: IO[bytes], counted: _Counted, most: int, name: str) -> Iterator[bytes]:
    size = 0
    while piece := opened.read(PIECE):
        counted.add(len(piece))
        size += len(piece)
        if size > most:
            detail = f"{name}: larger than {most >> 20} MB"
            raise BadFile(detail, file=name, reason="file-large", limit=most >> 20)
        yield piece


def _opened(body: Body) -> zipfile.ZipFile:
    """Raises BadFile for a damaged archive, and for a directory that would fill the memory."""
    tail, entries = b"", 0
    for piece in body.chunks(step=1 << 20):
        entries += (tail + piece).count(ENTRY)
        tail = piece[-3:]
    if entries > ENTRIES:
        raise BadFile("an archive of too many files", reason="zip-entries", limit=ENTRIES)
    source = body.path.open("rb") if body.path is not None else io.BytesIO(body.data or b"")
    try:
        return _Archive(source)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        source.close()
        raise BadFile("the archive is damaged", reason="zip-damaged") from None


class _Archive(zipfile.ZipFile):
    """One that closes the file it was given."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__(source)
        self._source = source

    def close(self) -> None:
        super().close()
        self._source.close()


def clean(name: str) -> str:
    """A path as people may read it: no way up, no root, nothing that cannot be printed."""
    parts = [p for p in name.replace("\\", "/").split("/") if p not in ("", ".", "..")]
    plain = "/".join(parts[-20:])
    return "".join(c if c.isprintable() else "�" for c in plain)[-300:] or "file"


def _is_litter(path: str) -> bool:
    """What systems leave in folders: no file of anybody's."""
    first, last = path.split("/")[0], path.split("/")[-1]
    return first == "__MACOSX" or last.lower() in _LITTER
