"""What every page about one thing says: its name, the way to it, who sees it, what was just done."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from pod.errors import BadInput, PodError
from pod.http import paths
from pod.http.ui import people
from pod.http.ui.names import Names, link
from pod.http.ui.visit import Visit, go
from pod.model import Iri, Json

DONE = (
    "saved",
    "made",
    "uploaded",
    "moved",
    "copied",
    "removed",
    "restored",
    "undone",
    "erased",
    "shared",
)


def about(visit: Visit, iri: Iri, last: str | None = None) -> dict[str, Any]:
    """The facts of a page about `iri`; `last` names a page below it in the crumbs."""
    names = Names(visit.texts, visit.services.programs)
    path = visit.space.path_of(iri)
    crumbs: list[tuple[str, str | None]] = [(c.name, c.link) for c in names.crumbs(path)]
    crumbs += [(names.of(path), link(path)), (last, None)] if last else [(names.of(path), None)]
    return {
        "title": names.of(path),
        "crumb_links": crumbs,
        "path": path,
        "iri": str(iri),
        "seers": people.seers(visit, iri),
        "done": done(visit),
    }


def done(visit: Visit) -> Json | None:
    """{"said", "undo"}: what the last form did, and the change that a button may undo."""
    query = visit.request.query_params
    what, seq = query.get("done", ""), query.get("undo", "")
    if what not in DONE:
        return None
    count = query.get("count", "1")
    facts = {"count": int(count) if count.isdigit() and len(count) < 7 else 1}
    return {
        "said": visit.texts(f"done-{what}", **facts),
        "undo": seq if seq.isdigit() and len(seq) < 18 else None,
    }


def shown(visit: Visit, iri: Iri, what: str, undo: int | None = None, **more: object) -> Response:
    """On to the page of `iri`, which says `what` was done and offers to undo it."""
    address = link(visit.space.path_of(iri)) + f"?done={what}"
    if undo is not None:
        address += f"&undo={undo}"
    return go(address + "".join(f"&{name}={quote(str(v))}" for name, v in more.items()))


def inside(visit: Visit, container: Iri, name: str, *, folder: bool) -> Iri:
    """A member of `container` called `name` in people's words. Raises BadInput (reason: name)."""
    if not container.is_container:
        raise BadInput("a document holds nothing", reason="name")
    found = paths.name_of(quote(name, safe=""))
    if found is None or not name.strip():
        raise BadInput("this is no name", reason="name")
    return canonical(visit, visit.space.path_of(container) + found + ("/" if folder else ""))


def canonical(visit: Visit, path: str) -> Iri:
    """A storage path that somebody typed. Raises BadInput (reason: name)."""
    try:
        found = paths.canonical(path.encode("utf-8"))
    except PodError as error:
        raise BadInput(error.detail, reason="name") from None
    if paths.is_reserved(found):
        raise BadInput("this name is reserved", reason="name")
    return Iri(visit.space.root + found[1:])
