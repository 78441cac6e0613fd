"""Everything out, as one file: with a proof that it is really the owner."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from pod import archive
from pod.errors import TooLarge
from pod.http.headers import STORED
from pod.http.ui.safety import require_proof
from pod.http.ui.visit import Fields, Owner
from pod.model import Activity, Verb

router = APIRouter()
HERE = "/.pod/export"


@router.get("/export")
def export_page(visit: Owner) -> Response:
    require_proof(visit, HERE)
    used = visit.space.journal.usage(visit.agent)
    return visit.page("export", used=used)


@router.post("/export")
def export(visit: Owner, fields: Fields) -> Response:
    """The archive, made while it is sent."""
    require_proof(visit, HERE)
    settings, used = visit.services.settings, visit.space.journal.usage(visit.agent)
    if used["bytes"] > settings.zip_bytes:
        raise TooLarge("too large for one zip file", limit=settings.zip_bytes >> 20)
    visit.space.journal.record(visit.agent, Activity(Verb.EXPORT, visit.agent), {})
    headers = {name.decode(): value.decode() for name, value in STORED}
    name = f"domicile-{datetime.now(UTC):%Y-%m-%d}.zip"
    headers["content-disposition"] = f'attachment; filename="{name}"'
    pieces = archive.export(visit.space, visit.agent)
    return StreamingResponse(pieces, 200, headers, "application/zip")
