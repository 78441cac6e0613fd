"""Stored bytes for a browser: shown, downloaded, a folder as a zip file. They never run as us."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from urllib.parse import quote, unquote

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from pod.archive import Sink
from pod.errors import NotFound, TooLarge
from pod.http import deps
from pod.http.headers import STORED
from pod.http.ranges import read_range
from pod.http.ui.visit import Owner, Visit
from pod.model import Iri, Representation
from pod.rdf.graph import JSON_LD, N_TRIPLES, TURTLE

router = APIRouter()
FORMS = {"turtle": TURTLE, "json-ld": JSON_LD, "n-triples": N_TRIPLES}
# What a browser shows without running anything. An SVG is shown as a picture, where it has no
# scripts; opened alone it is in a sandbox.
_MEDIA = re.compile(
    r"(image)/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml|x-icon)"
    r"|(video)/(?:mp4|webm|ogg|quicktime)"
    r"|(audio)/(?:mpeg|mp4|ogg|wav|x-wav|webm|flac|aac)"
    r"|application/(pdf)"
)
# A PDF viewer is a plug-in, which a sandbox forbids; it has neither our origin nor our cookies.
_PDF = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
PIECE = 1 << 18
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]")


def shown_as(kind: str) -> str | None:
    """`image`, `video`, `audio` or `pdf`; None for what is only downloaded."""
    found = _MEDIA.fullmatch(kind.partition(";")[0].strip().lower())
    return next((name for name in found.groups() if name), None) if found else None


@router.get("/view/{path:path}")
def view(visit: Owner, path: str) -> Response:
    """A picture, a video, a sound or a PDF, whole or the range that is asked for."""
    iri = deps.resource_of(visit.request, "/.pod/view")
    found = visit.space.get(visit.agent, iri)
    kind = shown_as(found.type)
    if iri.is_container or kind is None:
        raise NotFound("this is not shown as such")
    headers = _headers(found)
    if kind == "pdf":
        headers["content-security-policy"] = _PDF
    return _sent(visit, found, headers)


def _headers(found: Representation) -> dict[str, str]:
    headers = {name.decode(): value.decode() for name, value in STORED}
    headers |= {"accept-ranges": "bytes", "etag": found.etag, "cache-control": "private, no-cache"}
    return headers


def _sent(visit: Visit, found: Representation, headers: dict[str, str]) -> Response:
    request, size = visit.request, found.body.size
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers=headers)
    start, length, status = 0, size, 200
    unchanged = request.headers.get("if-range")
    if unchanged is None or unchanged.strip() == found.etag:
        part = read_range(request.headers.get("range", ""), size)
        if part is not None:
            start, length, status = *part, 206
            headers["content-range"] = f"bytes {start}-{start + length - 1}/{size}"
    headers["content-length"] = str(length)
    chunks = found.body.chunks(start, length, PIECE)
    return StreamingResponse(chunks, status, headers, found.type)


@router.get("/download/{path:path}")
def download(visit: Owner, path: str, form: str = "", version: int = 0) -> Response:
    """The bytes, never shown as a page of ours; those of an earlier version where one is named."""
    iri = deps.resource_of(visit.request, "/.pod/download")
    if iri.is_container:
        raise NotFound("a folder is downloaded as a zip file")
    if version:
        kept = visit.space.versions.one(visit.agent, iri, version)
        headers = {name.decode(): value.decode() for name, value in STORED}
        headers |= _named(unquote(iri.name)) | {"content-length": str(kept.body.size)}
        return StreamingResponse(kept.body.chunks(step=PIECE), 200, headers, kept.type)
    found = visit.space.get(visit.agent, iri, FORMS.get(form))
    return _sent(visit, found, _headers(found) | _named(unquote(iri.name)))


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


# -------------------------------------------------------------------- a folder


@router.get("/zip/{path:path}")
def zipped(visit: Owner, path: str) -> Response:
    """A folder with everything in it, made while it is sent: nothing of it waits in memory."""
    iri = deps.resource_of(visit.request, "/.pod/zip")
    if not iri.is_container:
        raise NotFound("a document is downloaded as it is")
    settings = visit.services.settings
    extent = visit.space.tree.extent(visit.agent, iri)
    if extent.bytes > settings.zip_bytes:
        raise TooLarge("too large for one zip file", limit=settings.zip_bytes >> 20)
    name = safe_name(iri.name) or "domicile"
    headers = {key.decode(): value.decode() for key, value in STORED} | _named(f"{name}.zip")
    pieces = _zip(visit, _members(visit, iri, ""))
    return StreamingResponse(pieces, 200, headers, "application/zip")


def safe_name(segment: str) -> str:
    """A path segment as a file name that means nothing to any file system: no way up, no device,
    no hidden character."""
    name = _UNSAFE.sub("_", unquote(segment)).strip().rstrip(".")
    return "" if name.strip("._ ") == "" else name[:200]


def _members(visit: Visit, iri: Iri, above: str) -> Iterator[tuple[str, Iri]]:
    """(name in the archive, document), depth first; names that would be equal get a number."""
    taken: set[str] = set()
    after = ""
    while True:
        page = visit.space.list(visit.agent, iri, after, 500)
        for member in page:
            name = safe_name(member.iri.name) or "_"
            free, number = name, 2
            while free.lower() in taken:
                free, number = f"{name}-{number}", number + 1
            taken.add(free.lower())
            if member.iri.is_container:
                yield from _members(visit, member.iri, f"{above}{free}/")
            else:
                yield above + free, member.iri
        if len(page) < 500:
            return
        after = page[-1].iri[len(iri) :]


def _zip(visit: Visit, members: Iterator[tuple[str, Iri]]) -> Iterator[bytes]:
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for name, iri in members:
            try:
                found = visit.space.get(visit.agent, iri)
            except NotFound:
                continue  # deleted meanwhile
            moment = visit.texts.local(found.resource.modified)
            entry = zipfile.ZipInfo(name, max(moment.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
            if shown_as(found.type) in ("image", "video", "audio"):
                entry.compress_type = zipfile.ZIP_STORED
            else:
                entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=found.body.size > 1 << 31) as file:
                for piece in found.body.chunks(step=PIECE):
                    file.write(piece)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()
