"""Earlier versions of a document, and the deleted ones: seen, compared, restored, erased."""

from __future__ import annotations

import difflib
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, NotFound
from pod.http import deps
from pod.http.ui.files import shown_as
from pod.http.ui.names import Names, link
from pod.http.ui.place import about, done, shown
from pod.http.ui.visit import Fields, Owner, go
from pod.model import Body, Iri, Json
from pod.rdf.graph import RDF_TYPES
from pod.space import Space

router = APIRouter()
COMPARED = 512 << 10  # bytes of a text that is compared
LINES = 3000
TRASH = 100


@router.get("/versions/{path:path}")
def versions(visit: Owner, path: str, version: int = 0) -> Response:
    iri = deps.resource_of(visit.request, "/.pod/versions")
    if iri.is_container:
        raise NotFound("a folder has no versions")
    listed = visit.space.versions.of(visit.agent, iri)
    exists = visit.space.exists(visit.agent, iri)
    if not listed and not exists:
        raise NotFound("there is nothing here")
    facts = about(visit, iri, visit.texts("versions-link"))
    chosen = visit.space.versions.one(visit.agent, iri, version) if version else None
    return visit.page(
        "versions",
        place="data",
        versions=[
            {"id": v.id, "modified": v.modified, "size": v.body.size, "until": v.at} for v in listed
        ],
        exists=exists,
        chosen=None if chosen is None else {"id": chosen.id, "modified": chosen.modified},
        lines=None
        if chosen is None
        else _compared(visit.space, iri, chosen.type, chosen.body, exists),
        **facts,
    )


def _compared(space: Space, iri: Iri, kind: str, body: Body, exists: bool) -> list[Json] | None:
    """From the version to what is stored now, line by line; None for what is no text."""
    if not is_text(kind) or body.size > COMPARED:
        return None
    now = b""
    if exists:
        found = space.get(space.owner, iri)
        if found.body.size > COMPARED or not is_text(found.type):
            return None
        now = found.body.read(COMPARED)
    before = body.read(COMPARED).decode("utf-8", "replace").splitlines()
    after = now.decode("utf-8", "replace").splitlines()
    if len(before) + len(after) > LINES:
        return None
    lines: list[Json] = []
    for line in difflib.unified_diff(before, after, n=3, lineterm=""):
        if line.startswith(("---", "+++")) and len(lines) < 2:
            continue
        kinds = {"+": "added", "-": "gone", "@": "place"}
        lines.append(
            {"kind": kinds.get(line[:1], "same"), "text": line[1:] if line[:1] != "@" else "…"}
        )
    return lines


def is_text(kind: str) -> bool:
    bare = kind.partition(";")[0].strip().lower()
    return bare in RDF_TYPES or bare.startswith("text/") or bare.endswith(("json", "xml"))


@router.post("/versions/{path:path}")
def change(visit: Owner, path: str, fields: Fields) -> Response:
    """Restores one version, or erases all of them."""
    iri = deps.resource_of(visit.request, "/.pod/versions")
    if fields.get("act") == "erase":
        visit.space.versions.erase(visit.agent, iri)
        exists = visit.space.exists(visit.agent, iri)
        return shown(visit, iri if exists else iri.parent, "erased")
    seq = visit.space.versions.restore(visit.agent, iri, _number(fields))
    return shown(visit, iri, "restored", seq)


def _number(fields: Fields) -> int:
    number = fields.get("version", "")
    if not number.isdigit() or len(number) > 17:
        raise BadInput("there is no such version")
    return int(number)


# -------------------------------------------------------------------- the deleted ones


@router.get("/trash")
def trash(visit: Owner, before: int = 2**62) -> Response:
    names = Names(visit.texts, visit.services.programs)
    found = visit.space.versions.deleted(visit.agent, TRASH + 1, before)
    rows: list[dict[str, Any]] = [
        {
            "path": v.path,
            "name": names.of(v.path),
            "where": " › ".join(c.name for c in names.crumbs(v.path)),
            "size": v.body.size,
            "at": v.at,
            "id": v.id,
            "icon": "picture" if shown_as(v.type) == "image" else "file",
        }
        for v in found[:TRASH]
        if not v.path.endswith(".meta")
    ]
    return visit.page(
        "trash",
        place="data",
        rows=rows,
        more=found[TRASH - 1].id if len(found) > TRASH else None,
        used=visit.space.versions.bytes_used(visit.agent),
        quota=visit.services.settings.version_quota_bytes,
        data_link=link("/"),
        done=done(visit),
    )


@router.post("/trash")
def trash_change(visit: Owner, fields: Fields) -> Response:
    """Restores one deleted document, or erases everything that is kept."""
    if fields.get("act") == "erase":
        visit.space.versions.erase(visit.agent)
        return go("/.pod/trash?done=erased")
    iri = visit.space.iri_of(fields.get("path", "/"))
    seq = visit.space.versions.restore(visit.agent, iri, _number(fields))
    return shown(visit, iri, "restored", seq)
