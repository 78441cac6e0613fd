"""Connections to holders: their health in words, the forms to add, run, resume and remove them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Json

router = APIRouter()
FORECAST = timedelta(days=30)  # before an agreement ends, the page says so
SECRETS = {"token": ("token",), "client": ("client_id", "client_secret")}


@router.get("/connections")
def connections(visit: Owner) -> Response:
    listed = visit.services.connections.all(visit.agent)
    return visit.page(
        "connections",
        place="sources",
        connections=[_shown(visit, one) for one in listed],
        services=_services(visit),
        busy=visit.services.connections.busy,
    )


@router.post("/connections")
def add(visit: Owner, fields: Fields) -> Response:
    connector, _, service = fields.get("service", "").partition("/")
    given = dict(fields)
    visit.services.connections.add(visit.agent, connector, service, given, given)
    return go("/.pod/connections")


@router.post("/connections/{connection}/{act}")
def act(visit: Owner, connection: str, act: str, fields: Fields) -> Response:
    """`sync`, `resume` or `remove`."""
    found = visit.services.connections
    if act == "remove":
        found.remove(visit.agent, connection)
    else:
        if act == "resume":
            found.resume(visit.agent, connection)
        found.start(visit.agent, connection)
    return go("/.pod/connections")


def _services(visit: Visit) -> list[Json]:
    return [
        {
            "value": f"{name}/{service.id}",
            "title": visit.texts.own(service.title),
            "fields": [
                (n, n in SECRETS[service.auth]) for n in service.facts + SECRETS[service.auth]
            ],
            "hosts": ", ".join(origin.partition("//")[2] for origin in service.origins),
        }
        for name, program in visit.services.programs.items()
        for service in program.manifest.services
    ]


def _shown(visit: Visit, one: Json) -> Json:
    """{"id","title","said","todo","action","ends"}: plain words, never a line of a log."""
    texts = visit.texts
    program = visit.services.programs.get(one["connector"])
    found = (
        next((s for s in program.manifest.services if s.id == one["service"]), None)
        if program
        else None
    )
    reason = str((one["error"] or {}).get("reason", ""))
    key = f"holder-{reason}" if texts.has(f"holder-{reason}") else "holder-other"
    if one["error"]:
        said = texts(key)
    elif one["last"]:
        said = texts(
            "holder-well", ago=texts.ago(datetime.fromisoformat(one["last"]), datetime.now(UTC))
        )
    else:
        said = texts("holder-new")
    until = datetime.fromisoformat(one["consent_until"]) if one["consent_until"] else None
    ends = until is not None and until - datetime.now(UTC) < FORECAST
    return {
        "id": one["id"],
        "title": texts.own(found.title) if found else one["service"],
        "about": " · ".join(str(v) for v in one["facts"].values()),
        "said": said,
        "todo": texts("holder-todo" if one["state"] == "action" else "holder-waits")
        if one["error"]
        else "",
        "action": one["state"] == "action",
        "wrong": bool(one["error"]),
        "ends": texts("holder-ends", day=texts.day(until.date().isoformat()))
        if ends and until
        else "",
    }
