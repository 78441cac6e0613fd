"""Search by words over names and texts."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from pod.http.ui.names import Names, link
from pod.http.ui.visit import Owner
from pod.index.search import QUERY_CHARACTERS

router = APIRouter()
MOST = 50


@router.get("/search")
def search(visit: Owner, q: str = "") -> Response:
    text = q.strip()[:QUERY_CHARACTERS]
    names = Names(visit.texts, visit.services.programs)
    hits = visit.space.search(visit.agent, text, MOST + 1) if text else []
    rows = [
        {
            "name": names.of(hit.path),
            "where": " › ".join(crumb.name for crumb in names.crumbs(hit.path)),
            "link": link(hit.path),
            "excerpt": hit.excerpt,
        }
        for hit in hits[:MOST]
    ]
    return visit.page("search", place="data", q=text, rows=rows, more=len(hits) > MOST)
