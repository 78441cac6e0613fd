"""Sources: what was imported from where, what it covers day by day, and what is missing."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import NotFound
from pod.http.ui import accounts
from pod.http.ui.gaps import Told
from pod.http.ui.names import Names, link
from pod.http.ui.visit import Owner, Visit
from pod.model import Iri, Json
from pod.programs.coverage import Series
from pod.programs.covered import UNDATED

router = APIRouter()


@router.get("/sources")
def sources(visit: Owner) -> Response:
    connectors = [
        {
            "title": visit.texts.own(p.manifest.title),
            "about": visit.texts.own(p.manifest.summary),
            "formats": [visit.texts.own(f.title) for f in p.manifest.formats],
        }
        for p in visit.services.programs.values()
        if p.manifest.kind == "connector"
    ]
    jobs = [_job(visit, job) for job in visit.services.imports.all(visit.agent, 100)]
    told = Told(visit)
    found = _series(visit)
    return visit.page(
        "sources",
        place="sources",
        connectors=connectors,
        accounts=accounts.rows(visit),
        known=[told.row(one) for one in found] + _undated(visit),
        series=[told.card(one) for one in found],
        jobs=jobs,
        busy=any(job["state"] not in ("done", "failed", "asking") for job in jobs),
    )


@router.get("/sources/{kind}")
@router.get("/sources/{kind}/{name}")
def source(visit: Owner, kind: str, name: str = "") -> Response:
    """All years and gaps of one source."""
    for one in _series(visit):
        if (one.rule.kind, one.name) == (kind, name):
            return visit.page("source", place="sources", one=Told(visit).whole(one))
    raise NotFound("there is no such source")


def _undated(visit: Visit) -> list[Json]:
    """What is known without days that could be missing: papers, vehicles, the household."""
    names = Names(visit.texts, visit.services.programs)
    rows = []
    for home in UNDATED:
        if visit.space.exists(visit.agent, visit.iri(home)):
            count = len(visit.space.list(visit.agent, visit.iri(home)))
            said = visit.texts("source-documents", count=count)
            if count:
                rows.append(
                    {"title": names.of(home), "link": link(home), "period": said, "gaps": "–"}
                )
    return rows


def _series(visit: Visit) -> list[Series]:
    today = visit.texts.local(datetime.now(UTC)).date()
    return visit.services.coverage.series(visit.agent, today)


def _job(visit: Visit, job: Json) -> Json:
    raw = job.get("raw")
    kept = bool(raw) and visit.space.exists(visit.agent, Iri(raw))
    path = visit.space.path_of(Iri(raw)) if kept else None
    return {
        **job,
        "size": visit.texts.size(job["size"]),
        "raw_page": link(path) if path else None,
        "remove": f"/.pod/remove{path}" if path else None,
    }
