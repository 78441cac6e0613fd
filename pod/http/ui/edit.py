"""A document changed as text or as a form; nobody's change is lost: what is saved names the version
that was read, and where that is gone a page shows both."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, NotFound, PodError, PreconditionFailed, TooLarge
from pod.http import deps
from pod.http.ui import statements
from pod.http.ui.history import is_text
from pod.http.ui.place import about, shown
from pod.http.ui.visit import LongFields, Owner, Visit
from pod.model import Body, Iri, Representation
from pod.rdf.graph import RDF_TYPES, parse
from pod.rdf.statements import change
from pod.space import Conditions

router = APIRouter()
EDITED = 512 << 10  # bytes of a text that is edited in a page
PATCH = "application/sparql-update"


@router.get("/edit/{path:path}")
def page(visit: Owner, path: str, way: str = "") -> Response:
    """The text, or with `way=form` the statements of an RDF document."""
    iri = deps.resource_of(visit.request, "/.pod/edit")
    found = _found(visit, iri)
    if way == "form":
        return _form_page(visit, iri, found)
    return _text_page(visit, iri, _text(found), found.etag)


def _found(visit: Visit, iri: Iri) -> Representation:
    found = visit.space.get(visit.agent, iri)
    if iri.is_container or not is_text(found.type):
        raise NotFound("this is not edited as text")
    if found.body.size > EDITED:
        raise TooLarge("too long to edit in a page", limit=EDITED >> 10)
    return found


def _text(found: Representation) -> str:
    try:
        return found.body.read(EDITED).decode("utf-8")
    except UnicodeDecodeError:
        raise NotFound("this text is not UTF-8") from None


def _text_page(
    visit: Visit, iri: Iri, text: str, etag: str, fault: str = "", line: int | None = None
) -> Response:
    return visit.page(
        "edit",
        status=400 if fault else 200,
        place="data",
        text=text,
        etag=etag,
        rdf=_is_rdf(visit, iri),
        fault=fault,
        line=line,
        **about(visit, iri, visit.texts("edit-link")),
    )


def _is_rdf(visit: Visit, iri: Iri) -> bool:
    return visit.space.get(visit.agent, iri).type in RDF_TYPES


@router.post("/edit/{path:path}")
def save(visit: Owner, path: str, fields: LongFields) -> Response:
    iri = deps.resource_of(visit.request, "/.pod/edit")
    # Never without a condition: an empty tag is one that nothing has.
    conditions = Conditions(if_match=fields.get("etag") or '""')
    if fields.get("way") == "form":
        return _save_form(visit, iri, fields, conditions)
    found = _found(visit, iri)
    text = fields.get("text", "")
    if b"\r\n" not in found.body.read(EDITED):
        text = text.replace("\r\n", "\n")  # browsers send the lines of a form that way
    try:
        written = visit.space.put(visit.agent, iri, Body.of(text.encode()), found.type, conditions)
    except PreconditionFailed:
        return _conflict(visit, iri, text)
    except BadInput as error:
        line = error.facts.get("line")
        line = line if isinstance(line, int) else None
        return _text_page(visit, iri, text, fields.get("etag", ""), error.detail, line)
    return shown(visit, iri, "saved", written.resource.version)


def _conflict(visit: Visit, iri: Iri, text: str | None) -> Response:
    """Somebody else has saved meanwhile: both texts, and nothing lost."""
    found = visit.space.get(visit.agent, iri)
    return visit.page(
        "edit-conflict",
        status=412,
        place="data",
        text=text,
        theirs=_text(found) if found.body.size <= EDITED else None,
        etag=found.etag,
        when=found.resource.modified,
        **about(visit, iri, visit.texts("edit-link")),
    )


# -------------------------------------------------------------------- as a form


def _form_page(
    visit: Visit, iri: Iri, found: Representation, fault: str = "", typed: LongFields | None = None
) -> Response:
    if found.type not in RDF_TYPES:
        raise NotFound("this is no RDF document")
    graph = parse(found.body.read(EDITED), found.type, str(iri))
    groups, left = statements.groups(visit, graph, str(iri), typed or {})
    return visit.page(
        "edit-form",
        status=400 if fault else 200,
        place="data",
        groups=groups,
        left=left,
        subjects=statements.subjects(visit, graph, str(iri)),
        known=statements.known(visit.texts),
        kinds=statements.KINDS,
        etag=found.etag,
        fault=fault,
        typed=typed or {},
        **about(visit, iri, visit.texts("edit-link")),
    )


def _save_form(visit: Visit, iri: Iri, fields: LongFields, conditions: Conditions) -> Response:
    found = _found(visit, iri)
    if found.etag != conditions.if_match:
        return _conflict(visit, iri, None)  # the numbers of the statements are those of that state
    graph = parse(found.body.read(EDITED), found.type, str(iri))
    try:
        deletes, inserts = statements.changes(graph, str(iri), fields)
        patch = change(deletes, inserts)
        if not patch:
            return shown(visit, iri, "saved")
        written = visit.space.patch(visit.agent, iri, patch, PATCH, conditions)
    except PreconditionFailed:
        return _conflict(visit, iri, None)
    except PodError as error:
        if error.status not in (400, 409, 422):
            raise
        key = f"edit-bad-{error.facts.get('reason', '')}"
        fault = visit.texts(key) if visit.texts.has(key) else error.detail
        return _form_page(visit, iri, found, fault, fields)
    return shown(visit, iri, "saved", written.resource.version)
