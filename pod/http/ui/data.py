"""My data: containers and documents as readable pages, their raw form one click deeper."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from pod.errors import BadInput, Conflict, NotFound, PodError
from pod.http import deps
from pod.http.headers import STORED
from pod.http.ui import curve, people
from pod.http.ui.names import Names, link
from pod.http.ui.properties import properties, registers
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Iri, Representation, Resource
from pod.rdf.graph import JSON_LD, N_TRIPLES, RDF_TYPES, TURTLE, parse

router = APIRouter()
PAGE = 200
PREVIEW = 64 << 10
FORMS = {"turtle": TURTLE, "json-ld": JSON_LD, "n-triples": N_TRIPLES}
_TEXTS = ("text/plain", "text/csv", "application/json", "text/markdown", "application/xml")


@router.get("/data")
def root(visit: Owner) -> Response:
    return show(visit, "")


@router.get("/data/{path:path}")
def show(visit: Owner, path: str, form: str = "", after: str = "") -> Response:
    iri = deps.resource_of(visit.request, "/.pod/data")
    if iri.is_container:
        return _folder(visit, iri, after)
    found = visit.space.get(visit.agent, iri)
    if form:
        return _raw(visit, iri, found, form)
    return _document(visit, iri, found)


def _common(visit: Visit, iri: Iri) -> dict[str, Any]:
    names = Names(visit.texts, visit.services.programs)
    path = visit.space.relative(iri)
    return {
        "title": names.of(path),
        "crumb_links": [*((c.name, c.link) for c in names.crumbs(path)), (names.of(path), None)],
        "path": path,
        "iri": str(iri),
        "seers": people.seers(visit, iri),
    }


def _folder(visit: Visit, iri: Iri, after: str) -> Response:
    members = visit.space.list(visit.agent, iri, after, PAGE + 1)
    names = Names(visit.texts, visit.services.programs)
    rows = [_row(visit, names, member) for member in members[:PAGE]]
    rows.sort(key=lambda row: (not row["folder"], row["order"]))
    last = members[PAGE - 1].iri if len(members) > PAGE else None
    return visit.page(
        "folder",
        place="data",
        rows=rows,
        next=visit.space.relative(last)[len(visit.space.relative(iri)) :] if last else None,
        top=iri == visit.space.root,
        **_common(visit, iri),
    )


def _row(visit: Visit, names: Names, member: Resource) -> dict[str, Any]:
    path = visit.space.relative(member.iri)
    folder = member.iri.is_container
    key = f"about-{path.strip('/').replace('/', '-')}"
    about = visit.texts(key) if folder and visit.texts.has(key) else ""
    return {
        "name": names.of(path),
        "link": link(path),
        "folder": folder,
        "size": "" if folder else visit.texts.size(member.size),
        "modified": member.modified,
        "about": about,
        "order": path,
        "icon": "folder" if folder else "curve" if _is_month(path) else "file",
    }


def _is_month(path: str) -> bool:
    return path.startswith("/energy/") and path.endswith(".ttl")


def _document(visit: Visit, iri: Iri, found: Representation) -> Response:
    facts = _common(visit, iri) | {
        "resource": found.resource,
        "type": found.resource.type,
        "rdf": found.resource.type in RDF_TYPES,
        "forms": list(FORMS),
        "days": [],
        "views": [],
        "groups": [],
        "registers": None,
        "preview": None,
        "more": 0,
    }
    if not facts["rdf"]:
        facts["preview"] = _preview(found)
        return visit.page("document", place="data", **facts)
    body = found.body.read(visit.services.settings.max_rdf_bytes)
    graph = parse(body, found.resource.type, str(iri))
    days = curve.days(graph)
    if days:
        facts |= {"days": days, "views": curve.views(days, visit.texts, visit.texts.zone)}
    else:
        facts["registers"] = registers(graph, visit.texts)
    if not days and facts["registers"] is None:
        facts["groups"], facts["more"] = properties(visit, graph, str(iri))
    return visit.page("document", place="data", **facts)


def _preview(found: Representation) -> str | None:
    """The first lines of a text, None for anything else."""
    if found.resource.type.split(";")[0] not in _TEXTS:
        return None
    head = b"".join(found.body.chunks(length=min(PREVIEW, found.body.size)))
    text = head.decode("utf-8-sig", "replace")
    if found.resource.type == "application/json" and found.body.size <= PREVIEW:
        try:
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
        except (ValueError, RecursionError):
            return text
    return "\n".join(text.splitlines()[:200])


def _raw(visit: Visit, iri: Iri, found: Representation, form: str) -> Response:
    """An RDF document in one of its forms, the stored bytes in their own."""
    if form not in FORMS or found.resource.type not in RDF_TYPES:
        raise NotFound("there is no such form")
    shown = found
    if FORMS[form] != found.resource.type:
        shown = visit.space.get(visit.agent, iri, FORMS[form])
    body = shown.body.read(visit.services.settings.max_rdf_bytes)
    return visit.page(
        "raw",
        place="data",
        form=form,
        forms=list(FORMS),
        text=body[: 1 << 20].decode("utf-8", "replace"),
        cut=len(body) > 1 << 20,
        etag=shown.etag,
        type=shown.type,
        stored=found.resource.type,
        **_common(visit, iri),
    )


@router.get("/download/{path:path}")
def download(visit: Owner, path: str, form: str = "") -> Response:
    """The bytes, never shown as a page of ours."""
    iri = deps.resource_of(visit.request, "/.pod/download")
    if iri.is_container:
        raise NotFound("a folder is not downloaded")
    found = visit.space.get(visit.agent, iri, FORMS.get(form))
    headers = {name.decode(): value.decode() for name, value in STORED}
    named = quote(unquote(iri.name), safe="")
    headers["content-disposition"] = f"attachment; filename*=UTF-8''{named}"
    headers["content-length"] = str(found.body.size)
    return StreamingResponse(found.body.chunks(), media_type=found.type, headers=headers)


@router.get("/remove/{path:path}")
def remove_page(visit: Owner, path: str) -> Response:
    iri = deps.resource_of(visit.request, "/.pod/remove")
    if not visit.space.exists(visit.agent, iri) or iri == visit.space.root:
        raise NotFound("there is nothing to remove")
    held = len(visit.space.list(visit.agent, iri, "", 1)) if iri.is_container else 0
    return visit.page("remove", place="data", held=held, **_common(visit, iri))


@router.post("/remove/{path:path}")
def remove(visit: Owner, path: str, fields: Fields) -> Response:
    iri = deps.resource_of(visit.request, "/.pod/remove")
    try:
        visit.space.delete(visit.agent, iri)
    except Conflict as error:
        raise BadInput("the folder is not empty", reason="not-empty") from error
    except NotFound:
        pass
    except PodError:
        raise
    return go(link(visit.space.relative(iri.parent)))
