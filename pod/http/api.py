"""The pages' JSON, under /.pod/api/: the same session, the same words as the command line."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from pod.errors import NotFound
from pod.http.ui.visit import Owner
from pod.model import Json

router = APIRouter()


@router.get("/imports")
def imports(visit: Owner, limit: int = 50) -> list[Json]:
    return visit.services.imports.all(visit.agent, max(1, min(limit, 200)))


@router.get("/imports/{job}")
def one_import(visit: Owner, job: str) -> Json:
    return visit.services.imports.get(visit.agent, job)


@router.get("/apps")
def apps(visit: Owner) -> list[Json]:
    """[{"name","version","title","summary","agreed"}]"""
    return [
        {
            "name": name,
            "version": program.manifest.version,
            "title": dict(program.manifest.title),
            "summary": dict(program.manifest.summary),
            "agreed": visit.services.consents.active(visit.agent, name) is not None,
        }
        for name, program in visit.services.programs.items()
        if program.manifest.kind == "app"
    ]


@router.get("/apps/{name}/needs")
def needs(visit: Owner, name: str) -> Json:
    return visit.services.consents.needs(visit.agent, name)


@router.get("/apps/{name}/result")
def result(visit: Owner, name: str) -> Json:
    if name not in visit.services.programs:
        raise NotFound("there is no such app")
    return visit.services.runs.result(visit.agent, name)


@router.get("/runs")
def runs(visit: Owner, app: str | None = None) -> list[Json]:
    return visit.services.runs.all(visit.agent, app)


@router.get("/activity")
def activity(visit: Owner, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    found = visit.space.journal.activities(
        visit.agent, before=before, limit=max(1, min(limit, 200))
    )
    return [
        {
            "seq": one.seq,
            "at": one.at.isoformat() if one.at else None,
            "verb": one.verb.value,
            "agent": one.agent.webid,
            "object": one.object,
            "instrument": one.instrument,
            "summary": dict(one.summary),
        }
        for one in found
    ]
