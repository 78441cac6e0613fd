"""Which connectors could read a file: by its first bytes, or by what its archive holds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

from pod.model import Body
from pod.programs.manifest import Program

HEAD_BYTES = 64 << 10
ZIP_BYTES = 64 << 20


def candidates(connectors: Iterable[Program], body: Body) -> Iterator[Program]:
    """The connectors that have a format whose signature fits.

    A signature only says that a connector is worth asking: its own `recognise`, in the box, decides.
    """
    head = next(body.chunks(length=HEAD_BYTES, step=HEAD_BYTES), b"")
    text = _text(head)
    members = _members(body) if head.startswith(b"PK\x03\x04") else frozenset()
    for program in connectors:
        for form in program.manifest.formats:
            if (form.head and re.search(form.head, text)) or (form.zip_member in members):
                yield program
                break


def _text(head: bytes) -> str:
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _members(body: Body) -> frozenset[str]:
    """Names in a zip archive: its directory is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body.read(ZIP_BYTES))) as archive:
            return frozenset(archive.namelist()[:1000])
    except (zipfile.BadZipFile, ValueError, OSError):
        return frozenset()
