"""Activity: everything that happened, in plain sentences, by kind, program, refusal and period."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from pod.http.ui.names import Names
from pod.http.ui.sentences import Line, Teller
from pod.http.ui.visit import Owner, Visit
from pod.model import Verb

router = APIRouter()
PAGE = 50
KINDS: dict[str, tuple[Verb, ...]] = {
    "all": (),
    "imports": (Verb.IMPORT,),
    "consents": (Verb.ACCEPT, Verb.UNDO),
    "runs": (Verb.RUN,),
    "changes": (Verb.CREATE, Verb.UPDATE, Verb.DELETE, Verb.ADD, Verb.REMOVE),
    "refused": (Verb.REFUSE, Verb.RUN),
}


@router.get("/activity")
def activity(
    visit: Owner,
    kind: str = "all",
    program: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
) -> Response:
    kind = kind if kind in KINDS else "all"
    program = program if program in visit.services.programs else ""
    wanted: dict[str, Any] = {
        "verbs": [verb.value for verb in KINDS[kind]],
        "program": program or None,
        "since": _bound(visit, since, 0),
        "until": _bound(visit, until, 1),
        "before": int(before) if before.isdigit() else None,
        "limit": PAGE + 1,
    }
    found = visit.space.journal.activities(visit.agent, **wanted)
    lines = Teller(visit).all(found[:PAGE])
    if kind == "refused":
        lines = [line for line in lines if line.refused]
    chosen = {"kind": kind, "program": program, "since": since, "until": until}
    following = None
    if len(found) > PAGE:
        following = "?" + urlencode({**chosen, "before": found[PAGE - 1].seq})
    names = Names(visit.texts, visit.services.programs)
    return visit.page(
        "activity",
        place="activity",
        days=_by_day(visit, lines),
        looks=_looks(visit, kind, chosen, wanted),
        kinds=list(KINDS),
        programs=[(name, names.program(name)) for name in visit.services.programs],
        chosen=chosen,
        next=following,
        first=not before,
    )


def _bound(visit: Visit, given: str, extra: int) -> datetime | None:
    """Local midnight that starts a day, or the one that ends it, as UTC."""
    try:
        day = date.fromisoformat(given) + timedelta(days=extra)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), visit.texts.zone).astimezone(UTC)


def _by_day(visit: Visit, lines: list[Line]) -> list[tuple[str, list[Line]]]:
    texts = visit.texts
    return [
        (texts.day(day, "full"), list(some))
        for day, some in groupby(lines, key=lambda line: texts.local(line.at).date())
    ]


def _looks(visit: Visit, kind: str, chosen: dict[str, str], wanted: dict[str, Any]) -> list[Line]:
    """Counted reads by others, and refusals at the door, beside the log."""
    if chosen["program"] or kind not in ("all", "refused") or wanted["before"]:
        return []
    looks = visit.space.journal.looks(
        visit.agent, limit=PAGE, refused=True if kind == "refused" else None, since=wanted["since"]
    )
    until = wanted["until"]
    teller = Teller(visit)
    return [teller.look(look) for look in looks if until is None or look.hour < until]
