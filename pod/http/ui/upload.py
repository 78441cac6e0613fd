"""Files and whole folders from a browser, into a folder of the pod. Nothing there is overwritten."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.requests import Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from pod.errors import BadInput, Conflict, PodError, TooLarge
from pod.http import deps
from pod.http.ui.place import inside, shown
from pod.http.ui.visit import Owner, Visit, bounded, drain, owner
from pod.model import Body, Iri
from pod.rdf.graph import JSON_LD, N_TRIPLES, TURTLE
from pod.space import Conditions

router = APIRouter()
MOST_FOLDERS = 20  # names above a file of an uploaded folder
TRIES = 50  # numbers behind a name that is taken
# What the system's own list of endings may not know, or calls otherwise.
_KNOWN = {
    "ttl": TURTLE,
    "jsonld": JSON_LD,
    "nt": N_TRIPLES,
    "md": "text/markdown",
    "webp": "image/webp",
    "avif": "image/avif",
    "m4a": "audio/mp4",
    "flac": "audio/flac",
    "webm": "video/webm",
    "csv": "text/csv",
}


async def files(request: Request, visit: Annotated[Visit, Depends(owner)]) -> list[UploadFile]:
    """The files of the upload form, on the disk where they are large. The owner's session is known
    before a byte of the body is read."""
    settings = visit.services.settings
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > settings.max_body_bytes:
        await drain(request)
        raise TooLarge("larger than what is taken at once", limit=settings.max_body_bytes >> 20)
    taken = bounded(request, settings.max_body_bytes, settings.max_body_bytes >> 20)
    form = await taken.form(max_files=settings.upload_files, max_fields=10)
    await run_in_threadpool(deps.check_write, request, form)
    given = [file for file in form.getlist("file") if isinstance(file, UploadFile)]
    found = [file for file in given if file.filename]
    if not found:
        raise BadInput("no file was chosen", reason="no-file")
    return found


@router.post("/upload/{path:path}")
def upload(
    visit: Owner, path: str, uploads: Annotated[list[UploadFile], Depends(files)]
) -> Response:
    container = deps.resource_of(visit.request, "/.pod/upload")
    last = 0
    for file in uploads:
        last = _kept(visit, container, file)
    # One file can be taken back with a button; of many, each can be deleted.
    undo = last if len(uploads) == 1 else None
    return shown(visit, container, "uploaded", undo, count=len(uploads))


def _kept(visit: Visit, container: Iri, file: UploadFile) -> int:
    *above, name = [
        part for part in (file.filename or "").split("/") if part not in ("", ".", "..")
    ]
    place = container
    for folder in above[:MOST_FOLDERS]:
        place = inside(visit, place, folder, folder=True)
    body, kind = _staged(visit, file), type_of(name, file.content_type)
    for number in range(1, TRIES):
        target = inside(visit, place, _numbered(name, number), folder=False)
        try:
            return _put(visit, target, body, kind)
        except Conflict as error:
            if visit.space.exists(visit.agent, Iri(target + "/")):
                continue
            raise error
        except PodError as error:
            if error.status != 412:
                raise
    raise Conflict("too many files of this name", reason="taken")


def _put(visit: Visit, target: Iri, body: Body, kind: str) -> int:
    new = Conditions(if_none_match="*")
    try:
        written = visit.space.put(visit.agent, target, body, kind, new)
    except BadInput:
        # It calls itself RDF and is none: what was sent is kept all the same, as a text.
        written = visit.space.put(visit.agent, target, body, "text/plain", new)
    return written.resource.version


def _numbered(name: str, number: int) -> str:
    if number == 1:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem} {number}.{ending}" if dot and stem else f"{name} {number}"


def type_of(name: str, said: str | None) -> str:
    """By the ending of the name, else what the browser says, else bytes."""
    ending = name.rpartition(".")[2].lower()
    found = _KNOWN.get(ending) or mimetypes.guess_type(name)[0] or said or ""
    return found if 0 < len(found) < 100 and found.isprintable() else "application/octet-stream"


def _staged(visit: Visit, file: UploadFile) -> Body:
    def chunks() -> Iterator[bytes]:
        while chunk := file.file.read(1 << 18):
            yield chunk

    return visit.space.stage(chunks(), visit.services.settings.max_body_bytes)
