"""My data: containers and documents as readable pages, their raw form one click deeper."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import NotFound
from pod.http import deps
from pod.http.ui import curve, share
from pod.http.ui.edit import EDITED
from pod.http.ui.files import FORMS, shown_as
from pod.http.ui.history import is_text
from pod.http.ui.names import Names, link
from pod.http.ui.place import about
from pod.http.ui.properties import properties, registers
from pod.http.ui.visit import Owner, Visit
from pod.model import Iri, Representation, Resource
from pod.rdf.graph import RDF_TYPES, parse

router = APIRouter()
PAGE = 100
_KEPT = "!$&'()*+,;=:@-._~"
PREVIEW = 64 << 10
_TEXTS = ("text/plain", "text/csv", "application/json", "text/markdown", "application/xml")


@router.get("/data")
def root(visit: Owner) -> Response:
    return show(visit, "")


@router.get("/data/{path:path}")
def show(visit: Owner, path: str, form: str = "", after: str = "", start: str = "") -> Response:
    """A container from the name `after` on, or from those that begin like `start`; a document, or
    one of its forms."""
    iri = deps.resource_of(visit.request, "/.pod/data")
    if iri.is_container:
        return _folder(visit, iri, _before(start) if start else after, start)
    found = visit.space.get(visit.agent, iri)
    if form:
        return _raw(visit, iri, found, form)
    return _document(visit, iri, found)


def _before(start: str) -> str:
    """A text after every name that sorts before those that begin like `start`."""
    encoded = quote(start[:100], safe=_KEPT)
    return f"{encoded[:-1]}{chr(ord(encoded[-1]) - 1)}\x7f"


def _about(visit: Visit, iri: Iri) -> dict[str, Any]:
    return about(visit, iri) | {"was": share.back(visit, iri)}


def _folder(visit: Visit, iri: Iri, after: str, start: str = "") -> Response:
    members = list(visit.space.list(visit.agent, iri, after, PAGE + 1))
    names = Names(visit.texts, visit.services.programs)
    rows = [_row(visit, names, member) for member in members[:PAGE]]
    rows.sort(key=lambda row: (not row["folder"], row["order"]))
    last = members[PAGE - 1].iri if len(members) > PAGE else None
    return visit.page(
        "folder",
        place="data",
        rows=rows,
        next=visit.space.path_of(last)[len(visit.space.path_of(iri)) :] if last else None,
        top=iri == visit.space.root,
        first=not after,
        paged=bool(after) or len(members) > PAGE,
        start=start,
        **_about(visit, iri),
    )


def _row(visit: Visit, names: Names, member: Resource) -> dict[str, Any]:
    path = visit.space.path_of(member.iri)
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
        "icon": "folder" if folder else "curve" if _is_month(path) else _icon(member.type),
        "move": f"/.pod/move{_tail(path)}",
    }


def _tail(path: str) -> str:
    return link(path).removeprefix("/.pod/data")


def _icon(kind: str) -> str:
    return {"image": "picture", "video": "play", "audio": "play"}.get(shown_as(kind) or "", "file")


def _is_month(path: str) -> bool:
    return path.startswith("/energy/") and path.endswith(".ttl")


def _document(visit: Visit, iri: Iri, found: Representation) -> Response:
    facts = _about(visit, iri) | {
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
        "shown": shown_as(found.resource.type),
        "editable": is_text(found.resource.type) and found.body.size <= EDITED,
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
        **_about(visit, iri),
    )
