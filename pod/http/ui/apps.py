"""Apps: the gallery, the result of one, when it runs, and taking its access back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pod.commands import remove_app
from pod.errors import NotFound
from pod.http import views
from pod.http.ui import trips
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Json
from pod.programs.manifest import NAME, Program
from pod.programs.schedules import WHEN

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
        "key": app(visit, name).key,
        "origin": visit.services.programs.installed(visit.agent, name),
        "consent": visit.services.consents.active(visit.agent, name),
    }


@router.get("/apps")
def gallery(visit: Owner, removed: str = "") -> Response:
    """Those that are agreed to or installed, those that there are data for, the others."""
    places: dict[str, list[dict[str, Any]]] = {"own": [], "proposed": [], "shipped": []}
    consents = visit.services.consents
    for name, program in visit.services.programs.items():
        if program.manifest.kind == "app":
            shown = {**facts(visit, name), "last": _last(visit, name)}
            before = consents.recent(visit.agent, name)
            shown["changed"] = bool(before and not before["revoked"] and not shown["consent"])
            shown["when"] = visit.services.schedules.get(visit.agent, name)["when"]
            mine = shown["consent"] or shown["origin"] or shown["changed"]
            place = "own" if mine else "proposed"
            if not mine and not consents.has_data(visit.agent, name):
                place = "shipped"
            places[place].append(shown)
    connectors = [
        {
            "title": visit.texts.own(p.manifest.title),
            "about": visit.texts.own(p.manifest.summary),
            "formats": len(p.manifest.formats),
        }
        for p in visit.services.programs.values()
        if p.manifest.kind == "connector"
    ]
    return visit.page(
        "apps",
        place="apps",
        places_of_apps={key: found for key, found in places.items() if found},
        connectors=connectors,
        removed=removed if NAME.fullmatch(removed) else "",
    )


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
        return visit.page(
            "app-ready", place="apps", **shown, last=_last(visit, name), **_run_by(visit, name)
        )
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
        corrects=name == trips.APP,
        **_run_by(visit, name),
    )


def _run_by(visit: Visit, name: str) -> dict[str, Any]:
    """When an app runs by itself, and what its owner has left out of what it reads."""
    schedule = visit.services.schedules.get(visit.agent, name)
    consent = visit.services.consents.active(visit.agent, name) or {}
    limits = [
        visit.texts(f"limited-{key}-{consent[key]}")
        for key in ("time", "place", "money")
        if consent.get(key, "exact") != "exact"
    ]
    if consent.get("refused") or consent.get("without"):
        limits.append(visit.texts("limited-fields"))
    return {"schedule": schedule, "whens": WHEN, "limits": limits}


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


@router.post("/apps/{name}/run")
def start(visit: Owner, name: str, fields: Fields) -> Response:
    app(visit, name)
    if visit.services.consents.active(visit.agent, name) is None:
        return go(f"/.pod/apps/{name}/consent")
    return go(f"/.pod/runs/{visit.services.runs.start(visit.agent, name)}")


@router.post("/apps/{name}/schedule")
def schedule(visit: Owner, name: str, fields: Fields) -> Response:
    app(visit, name)
    visit.services.schedules.set(visit.agent, name, fields.get("when", ""))
    return go(f"/.pod/apps/{name}#when")


@router.get("/apps/{name}/revoke")
def revoke_page(visit: Owner, name: str) -> Response:
    shown = facts(visit, name)
    if shown["consent"] is None and not _stale(visit, name):
        return go(f"/.pod/apps/{name}")
    return visit.page("revoke", place="apps", **shown, removes=False)


@router.post("/apps/{name}/revoke")
def revoke(visit: Owner, name: str, fields: Fields) -> Response:
    app(visit, name)
    visit.services.consents.revoke(visit.agent, name, erase=fields.get("erase") == "yes")
    return go("/.pod/sharing?stopped=" + name)


@router.get("/apps/{name}/remove")
def remove_page(visit: Owner, name: str) -> Response:
    shown = facts(visit, name)
    if shown["origin"] is None:
        return go(f"/.pod/apps/{name}")
    return visit.page("revoke", place="apps", **shown, removes=True)


@router.post("/apps/{name}/remove")
def remove(visit: Owner, name: str, fields: Fields) -> Response:
    """Uninstalls, whatever had been agreed to."""
    app(visit, name)
    remove_app(visit.services, name, erase=fields.get("erase") == "yes")
    return go("/.pod/apps?removed=" + name)


def _stale(visit: Visit, name: str) -> bool:
    """Whether there is an agreement to another version, whose access rules still stand."""
    before = visit.services.consents.recent(visit.agent, name)
    return before is not None and not before["revoked"]
