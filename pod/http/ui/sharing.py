"""Sharing: everybody who may reach something, why, until when, and the way to stop it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from pod.http.ui import people
from pod.http.ui.names import Names
from pod.http.ui.visit import Owner
from pod.model import Json

router = APIRouter()


@router.get("/sharing")
def sharing(visit: Owner, stopped: str = "") -> Response:
    names = Names(visit.texts, visit.services.programs)
    programs: dict[str, Json] = {}
    others: list[Json] = []
    for name, page, seer in people.shared(visit):
        row = {"place": name, "link": page, "seer": seer}
        if seer.local:
            shown = programs.setdefault(seer.name, {"seer": seer, "places": []})
            shown["places"].append(row)
        else:
            others.append(row)
    ended = [
        {
            "title": names.program(consent["program"]),
            "revoked": consent["revoked"],
            "name": consent["program"],
        }
        for consent in visit.services.consents.all(visit.agent)
        if consent["revoked"]
    ]
    return visit.page(
        "sharing",
        place="sharing",
        programs=list(programs.values()),
        others=others,
        ended=ended,
        stopped=names.program(stopped) if stopped in visit.services.programs else None,
    )
