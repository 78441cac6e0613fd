"""Folders made, things moved, copied and deleted: each a form, and each can be undone."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, Conflict, NotFound, PodError
from pod.http import deps
from pod.http.ui.names import Names
from pod.http.ui.place import about, canonical, inside, shown
from pod.http.ui.visit import Fields, Owner, Visit
from pod.model import Body, Iri
from pod.rdf.graph import TURTLE
from pod.space import Conditions

router = APIRouter()
FOLDERS = 200  # that a list of places to go to offers
PRESENT = Conditions(if_none_match="*")


@router.post("/folder/{path:path}")
def folder(visit: Owner, path: str, fields: Fields) -> Response:
    """Makes a folder in a folder."""
    container = deps.resource_of(visit.request, "/.pod/folder")
    made = inside(visit, container, fields.get("name", ""), folder=True)
    try:
        written = visit.space.put(visit.agent, made, Body.of(b""), TURTLE, PRESENT)
    except PodError as error:
        if error.status in (409, 412):
            raise Conflict("there is one already", reason="taken") from None
        raise
    return shown(visit, made, "made", written.resource.version)


@router.get("/move/{path:path}")
def move_page(visit: Owner, path: str) -> Response:
    return _move_page(visit, deps.resource_of(visit.request, "/.pod/move"))


def _move_page(
    visit: Visit, iri: Iri, status: int = 200, fault: str = "", **typed: Any
) -> Response:
    if not visit.space.exists(visit.agent, iri) or iri == visit.space.root:
        raise NotFound("there is nothing to move")
    facts = {"name": unquote(iri.name), "into": unquote(visit.space.path_of(iri.parent))} | typed
    return visit.page(
        "move",
        status=status,
        place="data",
        folders=_folders(visit, iri),
        fault=fault,
        **facts,
        **about(visit, iri, visit.texts("move-link")),
    )


@router.post("/move/{path:path}")
def move(visit: Owner, path: str, fields: Fields) -> Response:
    """Moves, renames or copies, by the button that was pressed."""
    iri = deps.resource_of(visit.request, "/.pod/move")
    typed = {"name": fields.get("name", ""), "into": fields.get("into", "")}
    copying = fields.get("act") == "copy"
    try:
        place = typed["into"].strip().strip("/")
        into = canonical(visit, quote(f"/{place}/", safe="/")) if place else visit.space.root
        target = inside(visit, into, typed["name"], folder=iri.is_container)
        act = visit.space.tree.copy if copying else visit.space.tree.move
        seq = act(visit.agent, iri, target)
    except (BadInput, Conflict) as error:
        key = f"move-bad-{error.facts.get('reason', 'target')}"
        fault = visit.texts(key if visit.texts.has(key) else "move-bad-target")
        return _move_page(visit, iri, error.status, fault, **typed)
    return shown(visit, target, "copied" if copying else "moved", seq)


def _folders(visit: Visit, iri: Iri) -> list[tuple[str, str]]:
    """(path in words, name) of folders to go to, the nearest first, a bounded number."""
    names = Names(visit.texts, visit.services.programs)
    found: list[tuple[str, str]] = []
    waiting = [visit.space.root]
    while waiting and len(found) < FOLDERS:
        place = waiting.pop(0)
        if iri.is_container and place.startswith(iri):
            continue
        path = visit.space.path_of(place)
        found.append((unquote(path), names.of(path)))
        members = visit.space.list(visit.agent, place, "", FOLDERS)
        waiting += [member.iri for member in members if member.iri.is_container]
    return found


# -------------------------------------------------------------------- deleting, and undo


@router.get("/remove/{path:path}")
def remove_page(visit: Owner, path: str) -> Response:
    iri = deps.resource_of(visit.request, "/.pod/remove")
    if not visit.space.exists(visit.agent, iri) or iri == visit.space.root:
        raise NotFound("there is nothing to remove")
    extent = visit.space.tree.extent(visit.agent, iri)
    settings = visit.services.settings
    recoverable = (
        extent.largest <= settings.version_bytes and extent.bytes <= settings.version_quota_bytes
    )
    return visit.page(
        "remove",
        place="data",
        extent=extent,
        folder=iri.is_container,
        recoverable=recoverable,
        quota=settings.version_quota_bytes,
        **about(visit, iri, visit.texts("remove-button")),
    )


@router.post("/remove/{path:path}")
def remove(visit: Owner, path: str, fields: Fields) -> Response:
    """Deletes a document or a folder with everything in it; for good where that was chosen."""
    iri = deps.resource_of(visit.request, "/.pod/remove")
    try:
        seq = visit.space.tree.delete(visit.agent, iri)
    except NotFound:
        return shown(visit, iri.parent, "removed")
    if fields.get("forever"):
        visit.space.versions.erase(visit.agent, iri)
        return shown(visit, iri.parent, "erased")
    return shown(visit, iri.parent, "removed", seq)


@router.post("/undo")
def undo(visit: Owner, fields: Fields) -> Response:
    """Undoes one change, if nothing has happened there since."""
    seq = fields.get("seq", "")
    if not seq.isdigit() or len(seq) > 17:
        raise BadInput("there is no such change")
    return shown(visit, visit.space.versions.undo(visit.agent, int(seq)), "undone")
