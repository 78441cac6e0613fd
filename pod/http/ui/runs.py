"""A run as it goes, and afterwards what it read: queries, bytes, hashes, layers of the sandbox."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from pod.http.ui.apps import facts
from pod.http.ui.names import Names
from pod.http.ui.visit import Owner, Visit, go
from pod.model import Json

router = APIRouter()
UNDONE = ("waiting", "running")


@router.get("/runs/{run}")
def shown(visit: Owner, run: str, done: str = "") -> Response:
    found = visit.services.runs.get(visit.agent, run)
    if found["state"] in UNDONE:
        return visit.page(
            "run-running", place="apps", run=found, **_app(visit, found), line=_line(visit, found)
        )
    if found["state"] == "done" and done:
        return go(f"/.pod/apps/{found['program']}")
    return visit.page("run", place="apps", run=found, **_app(visit, found), **audit(visit, found))


@router.get("/runs/{run}/state")
def state(visit: Owner, run: str) -> Response:
    """For the script that follows."""
    found = visit.services.runs.get(visit.agent, run)
    return JSONResponse(
        {
            "state": found["state"],
            "line": _line(visit, found),
            "over": found["state"] not in UNDONE,
        },
        headers={"cache-control": "no-store"},
    )


def _line(visit: Visit, run: Json) -> str:
    key = f"run-now-{run['state']}"
    return visit.texts(key) if visit.texts.has(key) else ""


def _app(visit: Visit, run: Json) -> dict[str, Any]:
    if run["program"] in visit.services.programs:
        return facts(visit, run["program"])
    title = Names(visit.texts, visit.services.programs).program(run["program"])
    return {"name": run["program"], "title": title, "consent": None}


@router.get("/apps/{name}/runs")
def listed(visit: Owner, name: str) -> Response:
    runs = visit.services.runs.all(visit.agent, name)[:100]
    faults = {run["id"]: _said(visit, run.get("error") or {}) for run in runs}
    return visit.page("runs", place="apps", runs=runs, faults=faults, **facts(visit, name))


def audit(visit: Visit, run: Json) -> dict[str, Any]:
    """The audit of a run as a page shows it; empty for one that never reached the box."""
    found: Json = run.get("audit") or {}
    program = visit.services.programs.get(run["program"])
    whats = {q.name: visit.texts.own(q.what) for q in program.manifest.queries} if program else {}
    calls = [
        {
            "name": str(call.get("name")),
            "what": whats.get(str(call.get("name")), ""),
            "bytes": int(call.get("bytes") or 0),
            "rows": call.get("rows"),
            "sha256": str(call.get("sha256") or ""),
            "refused": bool(call.get("refused")),
        }
        for call in found.get("calls") or []
    ]
    error = run.get("error") or {}
    return {
        "calls": calls,
        "layers": [str(layer) for layer in found.get("layers") or []],
        "audit": found,
        "error_said": _said(visit, error),
        "error": error,
    }


def _said(visit: Visit, error: Json) -> str:
    """What went wrong in a calm sentence; empty where nothing did."""
    code = f"run-error-{error.get('code')}"
    return visit.texts(code if visit.texts.has(code) else "run-error-other") if error else ""
