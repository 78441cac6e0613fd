"""Apps from elsewhere that the owner signed in to, and scripts with a credential: seen and ended."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, NotFound
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.identity.authorization import CEILINGS
from pod.model import Activity, Json, Verb

router = APIRouter()


@router.get("/connected")
def connected(visit: Owner, done: str = "") -> Response:
    return _page(visit, done=done)


def _page(visit: Visit, status: int = 200, **more: Any) -> Response:
    webid, issuer = str(visit.services.owner.webid), visit.host.issuer
    known: dict[str, Any] = {"done": "", "made": None, "fault": None}
    return visit.page(
        "connected",
        place="apps",
        status=status,
        listed=[_named(one) for one in issuer.agreements(webid)],
        credentials=[_named(one) for one in issuer.credentials(webid)],
        choices=tuple(CEILINGS),
        issuer=issuer.name,
        **{**known, **more},
    )


def _named(one: Json) -> Json:
    """With the name of its ceiling, and its address where it has one that means something."""
    ceiling = next(name for name, modes in CEILINGS.items() if modes == one["modes"])
    client = str(one.get("client", ""))
    return {**one, "ceiling": ceiling, "address": client if "://" in client else None}


@router.post("/connected/end")
def end(visit: Owner, fields: Fields) -> Response:
    """Ends an app's access, or a credential; at once."""
    webid, issuer = str(visit.services.owner.webid), visit.host.issuer
    try:
        if client := fields.get("client"):
            gone = issuer.withdraw(webid, client)
            facts = {"app": gone["client"], "name": gone["name"]}
        else:
            gone = issuer.drop_credential(webid, fields.get("credential", ""))
            facts = {"credential": gone["id"], "name": gone["name"]}
    except NotFound:
        return go("/.pod/connected")  # ended in another window
    visit.space.journal.record(visit.agent, Activity(Verb.UNDO, visit.agent, summary=facts), {})
    return go("/.pod/connected?done=ended")


@router.post("/connected/credentials")
def create(visit: Owner, fields: Fields) -> Response:
    """Makes a credential; its secret is on this page and never again."""
    name, ceiling = " ".join(fields.get("name", "").split())[:80], fields.get("ceiling", "")
    try:
        made = visit.host.issuer.create_credential(str(visit.services.owner.webid), name, ceiling)
    except BadInput:
        return _page(visit, 400, fault=visit.texts("connected-bad-name"))
    facts = {"credential": made["id"], "name": name, "ceiling": ceiling}
    visit.space.journal.record(visit.agent, Activity(Verb.ACCEPT, visit.agent, summary=facts), {})
    return _page(visit, made=made)
