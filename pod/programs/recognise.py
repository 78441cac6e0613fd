"""Which connectors could read a file: by its first bytes, or by what its archive holds."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator

from pod.model import Body
from pod.programs.manifest import Program

HEAD_BYTES = 64 << 10
ZIP_BYTES = 64 << 20


def candidates(connectors: Iterable[Program], body: Body) -> Iterator[tuple[Program, bool]]:
    """The connectors that have a format whose signature fits, those of loose formats alone (True)
    last.

    A signature only says that a connector is worth asking: its own `recognise`, in the box, decides.
    """
    head = next(body.chunks(length=HEAD_BYTES, step=HEAD_BYTES), b"")
    text = _text(head)
    holds = _archive(body) if head.startswith(b"PK\x03\x04") else _nothing
    last: list[Program] = []
    for program in connectors:
        fits = [
            form
            for form in program.manifest.formats
            if (form.head and re.search(form.head, text)) or holds(form.zip_member or "")
        ]
        if fits and all(form.loose for form in fits):
            last.append(program)
        elif fits:
            yield program, False
    yield from ((program, True) for program in last)


def _text(head: bytes) -> str:
    """UTF-8 where it says or seems so: a stray byte, or a character cut in two at the end of the
    head, does not make the whole unknown."""
    if head.startswith(codecs.BOM_UTF8):
        return head.decode("utf-8-sig", "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _nothing(member: str) -> bool:
    return False


def _archive(body: Body) -> Callable[[str], bool]:
    """Whether a zip archive has a member: its directory is read, nothing is unpacked. Where the
    directory is lost (a download cut short), the names that stand before each member are what is left.
    """
    data = body.read(ZIP_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist()[:1000]).__contains__
    except (zipfile.BadZipFile, ValueError, OSError):
        return lambda member: bool(member) and member.encode() in data
