"""Apps: the gallery, what one needs before it runs, its result, and taking its access back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, NotFound
from pod.http import views
from pod.http.ui import curve, gas
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Json
from pod.programs.manifest import Program

router = APIRouter()


def app(visit: Visit, name: str) -> Program:
    """Raises NotFound for anything that is not an installed app."""
    found = visit.services.programs.get(name)
    if found is None or found.manifest.kind != "app":
        raise NotFound("there is no such app")
    return found


def facts(visit: Visit, name: str) -> dict[str, Any]:
    """What every page of an app shows of it."""
    manifest = app(visit, name).manifest
    own = visit.texts.own
    return {
        "name": name,
        "title": own(manifest.title),
        "about": own(manifest.summary),
        "purpose": own(manifest.purpose),
        "yields": own(manifest.yields),
        "version": manifest.version,
        "publisher": manifest.publisher,
        "license": manifest.license,
        "digest": app(visit, name).digest,
        "consent": visit.services.consents.active(visit.agent, name),
    }


@router.get("/apps")
def gallery(visit: Owner) -> Response:
    listed = []
    for name, program in visit.services.programs.items():
        if program.manifest.kind == "app":
            runs = visit.services.runs.all(visit.agent, name)
            listed.append({**facts(visit, name), "last": runs[0] if runs else None})
    connectors = [
        {
            "title": visit.texts.own(p.manifest.title),
            "about": visit.texts.own(p.manifest.summary),
            "formats": len(p.manifest.formats),
        }
        for p in visit.services.programs.values()
        if p.manifest.kind == "connector"
    ]
    return visit.page("apps", place="apps", listed=listed, connectors=connectors)


@router.get("/apps/{name}")
def result(visit: Owner, name: str) -> Response:
    """The answers of the latest run; before the first one, what the app needs."""
    shown = facts(visit, name)
    running = [r for r in visit.services.runs.all(visit.agent, name) if r["state"] in _UNDONE]
    if running and _fresh(running[0]):
        return go(f"/.pod/runs/{running[0]['id']}")
    try:
        found: Json | None = visit.services.runs.result(visit.agent, name)
    except NotFound:
        found = None
    if found is None:
        if shown["consent"] is None:
            return go(f"/.pod/apps/{name}/consent")
        return visit.page("app-ready", place="apps", **shown, last=_last(visit, name))
    shared = "shared_view" in found and visit.request.query_params.get("view") == "shared"
    return visit.page(
        "app",
        place="apps",
        **shown,
        cards=views.page(found.get("shared_view" if shared else "views"), visit.texts),
        view=None if "shared_view" not in found else "shared" if shared else "own",
        lede=_lede(visit, found),
        last=_last(visit, name),
        newer=_newer(visit, name),
    )


_UNDONE = ("waiting", "running")


def _fresh(run: Json) -> bool:
    """A run that a stopped server left behind is not waited for."""
    started = datetime.fromisoformat(run["started"])
    return datetime.now(UTC) - started < timedelta(minutes=5)


def _last(visit: Visit, name: str) -> Json | None:
    runs = visit.services.runs.all(visit.agent, name)
    return runs[0] if runs else None


def _newer(visit: Visit, name: str) -> bool:
    """Whether something was imported after the latest run."""
    last = _last(visit, name)
    jobs = visit.services.imports.all(visit.agent, 1)
    return bool(last and jobs and jobs[0]["ended"] and jobs[0]["ended"] > last["started"])


def _lede(visit: Visit, found: Json) -> str:
    since, until = found.get("from"), found.get("to")
    try:
        period = visit.texts.period(str(since), str(until))
        if "readings" not in found:
            return period[:1].upper() + period[1:] + "."
        return visit.texts("app-lede", period=period, count=int(found["readings"] or 0))
    except (TypeError, ValueError):
        return ""


@router.get("/apps/{name}/consent")
def needs(visit: Owner, name: str) -> Response:
    return _needs_page(visit, name)


def _needs_page(visit: Visit, name: str, status: int = 200, **more: Any) -> Response:
    """The summary of the data that the app needs [bilan des données nécessaires]."""
    asked = visit.services.consents.needs(visit.agent, name)
    own = visit.texts.own
    personal = [q for q in asked["queries"] if not q["reference"]]
    for query in asked["queries"]:
        query |= {"what": own(query["what"]), "why": own(query["why"])}
    meters = (*curve.coverage(visit).values(), *gas.coverage(visit).values())
    months = sorted({month for known in meters for month in known})
    known = {"since": "", "until": "", "chosen": "all", "fault": None}
    return visit.page(
        "consent",
        place="apps",
        status=status,
        **facts(visit, name),
        personal=personal,
        references=[q for q in asked["queries"] if q["reference"]],
        months=months,
        **{**known, **more},
    )


@router.post("/apps/{name}/consent")
def accept(visit: Owner, name: str, fields: Fields) -> Response:
    """Agrees, and runs the app at once."""
    app(visit, name)
    chosen = fields.get("period", "all")
    try:
        since, until = _period(chosen, fields)
        visit.services.consents.accept(visit.agent, name, since, until)
    except (ValueError, BadInput):
        return _needs_page(
            visit,
            name,
            400,
            chosen=chosen,
            since=fields.get("since", ""),
            until=fields.get("until", ""),
            fault=visit.texts("consent-bad-period"),
        )
    run = visit.services.runs.start(visit.agent, name)
    return go(f"/.pod/runs/{run}")


def _period(chosen: str, fields: Any) -> tuple[date | None, date | None]:
    """The local days that the owner agreed to; None: open."""
    if chosen == "year":
        today = datetime.now(UTC).date()
        return today - timedelta(days=365), None
    if chosen == "own":
        since, until = (fields.get(key, "").strip() for key in ("since", "until"))
        return (
            date.fromisoformat(since) if since else None,
            date.fromisoformat(until) if until else None,
        )
    return None, None


@router.post("/apps/{name}/run")
def start(visit: Owner, name: str, fields: Fields) -> Response:
    app(visit, name)
    if visit.services.consents.active(visit.agent, name) is None:
        return go(f"/.pod/apps/{name}/consent")
    return go(f"/.pod/runs/{visit.services.runs.start(visit.agent, name)}")


@router.get("/apps/{name}/revoke")
def revoke_page(visit: Owner, name: str) -> Response:
    shown = facts(visit, name)
    if shown["consent"] is None:
        return go(f"/.pod/apps/{name}")
    return visit.page("revoke", place="apps", **shown)


@router.post("/apps/{name}/revoke")
def revoke(visit: Owner, name: str, fields: Fields) -> Response:
    app(visit, name)
    visit.services.consents.revoke(visit.agent, name, erase=fields.get("erase") == "yes")
    return go("/.pod/sharing?stopped=" + name)
