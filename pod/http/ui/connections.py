"""Connections to holders: their health in words, the forms to add, run, resume and remove them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from pod.http.texts import Texts
from pod.http.ui.gaps import when
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Json
from pod.programs.holders import SECRETS
from pod.programs.manifest import Service

router = APIRouter()
FORECAST = timedelta(days=30)  # before an agreement ends, the page says so


@router.get("/connections")
def connections(visit: Owner) -> Response:
    """What waits for the owner first, then by when the agreement ends."""
    listed = [_shown(visit, one) for one in visit.services.connections.all(visit.agent)]
    listed.sort(key=lambda one: (not one["action"], not one["wrong"], one["until"] or "9"))
    services = _services(visit, {one["service"] for one in listed})
    return visit.page(
        "connections",
        place="sources",
        waiting=[one for one in listed if one["action"]],
        connections=[one for one in listed if not one["action"]],
        services=services,
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
            found.resume(visit.agent, connection, _new_secrets(visit, connection, fields))
        found.start(visit.agent, connection)
    return go("/.pod/connections")


def _new_secrets(visit: Visit, connection: str, fields: Mapping[str, str]) -> Json | None:
    """What opens the holder's door from now on, where the owner gave all of it."""
    found = visit.services.connections.get(visit.agent, connection)
    service = _service(visit, found)
    wanted = SECRETS[service.auth] if service else ()
    given = {name: fields.get(name, "").strip() for name in wanted}
    return given if wanted and all(given.values()) else None


def _service(visit: Visit, one: Json) -> Service | None:
    program = visit.services.programs.get(one["connector"])
    offered = program.manifest.services if program else ()
    return next((s for s in offered if s.id == one["service"]), None)


def _services(visit: Visit, had: Set[str]) -> list[Json]:
    """The forms: those of a holder that is connected already come first."""
    found = [
        {
            "value": f"{name}/{service.id}",
            "title": visit.texts.own(service.title),
            "had": f"{name}/{service.id}" in had,
            "fields": [
                (n, n in SECRETS[service.auth]) for n in service.facts + SECRETS[service.auth]
            ],
            "hosts": ", ".join(origin.partition("//")[2] for origin in service.origins),
        }
        for name, program in visit.services.programs.items()
        for service in program.manifest.services
    ]
    return sorted(found, key=lambda one: not one["had"])


def _shown(visit: Visit, one: Json) -> Json:
    """{"id","title","said","todo","action","consent",…}: plain words, never a line of a log."""
    texts = visit.texts
    found = _service(visit, one)
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
    action = one["state"] == "action"
    return {
        "id": one["id"],
        "service": f"{one['connector']}/{one['service']}",
        "title": texts.own(found.title) if found else one["service"],
        "about": " · ".join(str(v) for v in one["facts"].values()),
        "said": said,
        "todo": texts("holder-todo" if action else "holder-waits") if one["error"] else "",
        "action": action,
        "wrong": bool(one["error"]),
        "secrets": SECRETS[found.auth] if found else (),
        "next": texts("connection-next", when=when(texts, one["next"])) if one["next"] else "",
        "until": one["consent_until"] or "",
        **_consent(texts, one["consent_until"]),
    }


def _consent(texts: Texts, until: str | None) -> Json:
    """When the holder forgets the agreement, said from the first day and loudly near the end."""
    if until is None:
        return {"consent": "", "ends": False, "ended": False}
    left = (texts.local(until).date() - texts.local(datetime.now(UTC)).date()).days
    day = texts.day(texts.local(until).date())
    ends, ended = left < FORECAST.days, left < 0
    key = "ended" if ended else "ends" if ends else "until"
    return {
        "consent": texts(f"connection-{key}", day=day, left=max(left, 0)),
        "ends": ends,
        "ended": ended,
    }
