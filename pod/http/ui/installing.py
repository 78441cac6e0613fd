"""Installing an app: a package or a folder that is sent here, or the address of a package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.requests import Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from pod.errors import BadInput, Conflict, PeerError, PodError, TooLarge
from pod.http import deps
from pod.http.ui.faults import told
from pod.http.ui.visit import FIELD, Owner, Visit, bounded, drain, go, owner
from pod.programs.manifest import MOST_FILES
from pod.programs.packages import PACKAGE_BYTES

router = APIRouter()
SENT_BYTES = 2 * PACKAGE_BYTES  # a folder may hold examples besides


@dataclass(frozen=True, slots=True)
class Sent:
    """The form: files by their names, and an address."""

    files: dict[str, bytes]
    address: str


async def sent(request: Request, visit: Annotated[Visit, Depends(owner)]) -> Sent:
    """The owner's session is known before a byte of the body is read."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > SENT_BYTES:
        await drain(request)
        raise TooLarge("larger than an app", limit=SENT_BYTES >> 20)
    taken = bounded(request, SENT_BYTES, SENT_BYTES >> 20)
    form = await taken.form(max_files=4 * MOST_FILES, max_fields=10, max_part_size=FIELD)
    await run_in_threadpool(deps.check_write, request, form)
    given = [file for file in form.getlist("file") if isinstance(file, UploadFile)]
    files = {file.filename: await file.read() for file in given if file.filename}
    return Sent(files, str(form.get("address") or "").strip())


@router.get("/install")
def page(visit: Owner) -> Response:
    return visit.page("install", place="apps", fault=None, address="")


@router.post("/install")
def install(visit: Owner, given: Annotated[Sent, Depends(sent)]) -> Response:
    """What was installed leads on to what it needs."""
    programs = visit.services.programs
    try:
        if given.address:
            program = programs.install_address(visit.agent, given.address)
        elif len(given.files) == 1 and next(iter(given.files)).lower().endswith(".zip"):
            ((name, data),) = given.files.items()
            program = programs.install_zip(visit.agent, data, name)
        elif given.files:
            kept = {n: d for n, d in given.files.items() if "__pycache__" not in n.split("/")}
            source = next(iter(kept), "").partition("/")[0]
            program = programs.install_files(visit.agent, kept, source)
        else:
            raise BadInput("no file was chosen", reason="no-file")
    except (BadInput, Conflict, TooLarge, PeerError) as error:
        return _refused(visit, error, given.address)
    name = program.manifest.name
    agreed = visit.services.consents.active(visit.agent, name)
    return go(f"/.pod/apps/{name}" if agreed else f"/.pod/apps/{name}/consent")


def _refused(visit: Visit, error: PodError, address: str) -> Response:
    reason = f"install-{error.facts.get('reason', '')}"
    said = (
        visit.texts("install-peer")
        if isinstance(error, PeerError)
        else visit.texts(reason)
        if visit.texts.has(reason)
        else told(error, visit.texts)["said"]
    )
    return visit.page(
        "install",
        place="apps",
        status=error.status,
        fault={"said": said, "detail": error.detail},
        address=address,
    )
