"""Public reference data: what is shipped, what is refreshed, and what a publisher learns by that."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput
from pod.http.ui.names import link
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Json

router = APIRouter()


@router.get("/references")
def listed(visit: Owner) -> Response:
    return _page(visit)


def _page(visit: Visit, status: int = 200, fault: str = "", about: str = "") -> Response:
    rows = [_row(visit, one) for one in visit.services.publications.all(visit.agent)]
    rows.sort(key=lambda row: not row["refresh"])
    return visit.page(
        "references", place="sources", status=status, rows=rows, fault=fault, about=about
    )


def _row(visit: Visit, one: Json) -> Json:
    texts, reference, refresh = visit.texts, one["reference"], one["refresh"]
    own = f"/references/{reference['id']}.json" if one["own"] else None
    until = reference.get("to")
    told = None
    if refresh:
        facts = refresh.get("facts") or {}
        refreshed, error = refresh.get("refreshed"), refresh.get("error")
        told = {
            **refresh,
            "north": facts.get("north", ""),
            "east": facts.get("east", ""),
            "said": texts("reference-refreshed", when=texts.ago(refreshed)) if refreshed else "",
            "fault": texts("reference-late") if error else "",
        }
    return {
        "id": reference["id"],
        "title": texts.own(reference.get("title")) or reference["id"],
        "note": texts.own(reference.get("note")),
        "source": reference["source"],
        "license": reference.get("license", ""),
        "dates": texts.period(reference["from"], until) if until else texts.day(reference["from"]),
        "count": len(reference["rows"]),
        "link": link(own) if own else None,
        "refresh": told,
    }


@router.post("/references/{name}/agree")
def agree(visit: Owner, name: str, fields: Fields) -> Response:
    """Agrees to what the publisher is asked, and asks at once."""
    try:
        visit.services.publications.agree(visit.agent, name, dict(fields))
    except BadInput:
        return _page(visit, 400, visit.texts("reference-no-place"), name)
    return _refreshed(visit, name)


@router.post("/references/{name}/refresh")
def refresh(visit: Owner, name: str, fields: Fields) -> Response:
    return _refreshed(visit, name)


@router.post("/references/{name}/stop")
def stop(visit: Owner, name: str, fields: Fields) -> Response:
    visit.services.publications.stop(visit.agent, name)
    return go(f"/.pod/references#reference-{name}")


def _refreshed(visit: Visit, name: str) -> Response:
    if visit.services.publications.refresh(visit.agent, name)["changed"]:
        visit.services.runs.follow(visit.agent, name)
    return go(f"/.pod/references#reference-{name}")
