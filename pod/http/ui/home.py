"""The home page: a place to drop a file, what proposes itself, who can see what, what happened."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from markupsafe import Markup

from pod.errors import NotFound
from pod.http import views
from pod.http.ui import accounts, curve, gas, people, timeline
from pod.http.ui.months import Month, last_months, meter_title
from pod.http.ui.names import link
from pod.http.ui.quantities import known
from pod.http.ui.sentences import Teller
from pod.http.ui.visit import Owner, Visit
from pod.model import Json, Verb

router = APIRouter()
LATEST = 4
FIGURES = 3
QUIET: Json = {"sentence": None, "doubt": None, "source": None, "period": None}
GLANCED = ("electricity", "spent", "allowances", "trips")  # of the quantities of the timeline


@router.get("/")
def home(visit: Owner) -> Response:
    coverage = curve.coverage(visit)
    jobs = visit.services.imports.all(visit.agent, 20)
    return visit.page(
        "home",
        place="home",
        today=visit.texts.today(visit.texts.local(datetime.now(UTC)).date()),
        summary=summary(visit, coverage),
        nothing_left=nothing_left(visit),
        working=[job for job in jobs if job["state"] not in ("done", "failed", "asking")],
        proposals=proposals(visit),
        answers=answers(visit),
        seen=seen(visit),
        sources=[
            *sources(visit, "electricity", coverage),
            *sources(visit, "gas", gas.coverage(visit)),
            *accounts.rows(visit),
        ],
        latest=latest(visit),
        glance=glance(visit),
    )


def nothing_left(visit: Visit) -> bool:
    """Whether nobody else has read anything, and nothing was asked of anybody or taken out."""
    journal = visit.space.journal
    return not (
        journal.looks(visit.agent, limit=1, refused=False)
        or journal.activities(visit.agent, limit=1, verbs=[Verb.EXPORT.value])
        or journal.records(visit.agent, "reference", 1)
        or visit.services.connections.all(visit.agent)
    )


def latest(visit: Visit) -> Json:
    """What happened since the owner's last visit: {"since", "lines", "more", "looks",
    "nobody" (else has read)}; at the first one (`since` None) the latest of all."""
    since = visit.accounts.sessions.visit_before(visit.account)
    log = visit.space.journal.activities(visit.agent, limit=LATEST * 6, since=since)
    imports = visit.iri("/imports/")  # a dropped file is told by its import
    told = [a for a in log if not (a.verb is Verb.CREATE and str(a.object).startswith(imports))]
    looks = visit.space.journal.looks(visit.agent, limit=LATEST, since=since) if since else []
    teller = Teller(visit)
    return {
        "since": since,
        "lines": teller.all(told[:LATEST]),
        "more": len(told) > LATEST,
        "looks": [teller.look(look) for look in looks],
        "nobody": bool(since and (told or looks)) and all(look.refused for look in looks),
    }


def glance(visit: Visit) -> Markup | None:
    """The last year on one axis, once there are two quantities to see together."""
    span = known(visit)
    if span is None:
        return None
    months = timeline.period(span, timeline.this_month(visit))
    lanes = [lane for one, lane in timeline.compared(visit, months) if one.key in GLANCED]
    if len(lanes) < 2 or len(months) < 2:
        return None
    return views.lanes(visit.texts("timeline-question"), months, lanes, visit.texts)


def summary(visit: Visit, coverage: dict[str, dict[str, Month]]) -> str:
    """One sentence on what is there."""
    months = [month for known in coverage.values() for month in known.values()]
    if not months:
        return _of_accounts(visit)
    names = sorted(month.month for month in months)
    return visit.texts(
        "home-summary",
        energy=visit.texts.amount(round(sum(m.energy for m in months) / 1000), "kWh"),
        since=visit.texts.month(names[0]),
        until=visit.texts.month(names[-1]),
    )


def _of_accounts(visit: Visit) -> str:
    found = accounts.accounts(visit)
    if not found:
        return visit.texts("home-empty")
    since = visit.texts.month(min(one.months[0] for one in found))
    return visit.texts("home-summary-accounts", count=len(found), since=since)


def proposals(visit: Visit) -> list[Json]:
    """What waits for the owner: apps that there is something for, agreements that no longer fit."""
    found: list[Json] = []
    consents = {c["program"]: c for c in visit.services.consents.all(visit.agent)}
    for name, program in visit.services.programs.items():
        if program.manifest.kind != "app" or visit.services.consents.active(visit.agent, name):
            continue
        before = consents.get(name)
        if before is not None and before["revoked"]:
            continue
        if not visit.services.consents.has_data(visit.agent, name):
            continue
        found.append(
            {
                "title": visit.texts.own(program.manifest.title),
                "summary": visit.texts.own(program.manifest.summary),
                "link": f"/.pod/apps/{name}/consent",
                "changed": before is not None,
            }
        )
    return found


def answers(visit: Visit) -> Json | None:
    """The first figure of each app's result; of an only one its first figures and its first chart:
    {"cards", "links": [(title, address)]}."""
    found: list[tuple[str, str, list[Json], list[Json]]] = []
    for name, program in visit.services.programs.items():
        if program.manifest.kind != "app":
            continue
        try:
            result = visit.services.runs.result(visit.agent, name)
        except NotFound:
            continue
        declared = [v for v in result.get("views") or [] if isinstance(v, dict)]
        figures = [{**v, **QUIET} for v in declared if v.get("type") == "figure"]
        bars = [{**v, "source": None, "period": None} for v in declared if v.get("type") == "bar"]
        if figures or bars:
            title = visit.texts.own(program.manifest.title)
            found.append((title, f"/.pod/apps/{name}", figures, bars))
    if not found:
        return None
    if len(found) == 1:
        shown = found[0][2][:FIGURES] + found[0][3][:1]
    else:
        shown = [figures[0] for *_, figures, _ in found if figures][:FIGURES]
    links = [(title, address) for title, address, *_ in found]
    return {"cards": views.page(shown, visit.texts), "links": links}


def seen(visit: Visit) -> list[Json]:
    """Who but the owner may read something, one row each."""
    rows: dict[str, Json] = {}
    for place, _, seer in people.shared(visit):
        row = rows.setdefault(seer.name, {"seer": seer, "places": []})
        row["places"].append(place)
    return [
        {
            "name": name,
            "said": visit.texts("seen-reads", places=", ".join(dict.fromkeys(row["places"]))),
            "why": row["seer"].until if row["seer"].local else row["seer"].why,
            "local": row["seer"].local,
            "public": row["seer"].icon == "globe",
        }
        for name, row in rows.items()
    ]


@router.get("/home/state")
def state(visit: Owner) -> Response:
    """For the script that waits for the sample household."""
    trial = visit.services.trial.state(visit.agent)
    found = trial["state"] if trial else "none"
    return JSONResponse({"state": found, "over": found != "filling"})


def sources(visit: Visit, kind: str, coverage: dict[str, dict[str, Month]]) -> list[Json]:
    """One row a meter: its last twelve months, and until when it is known."""
    found: list[Json] = []
    for meter, months in coverage.items():
        strip = last_months(months)
        known = sum(1 for _, state in strip if state != "no")
        found.append(
            {
                "name": meter_title(visit, kind, meter),
                "until": visit.texts("source-until", month=visit.texts.month(max(months))),
                "history": visit.texts("source-history", count=len(months)),
                "strip": [(m, s, visit.texts.month(m)) for m, s in strip],
                "label": visit.texts("source-strip", known=known, count=len(strip)),
                "link": link(f"/energy/{kind}/{meter}/"),
                "whole": all(state == "full" for _, state in strip[:-1]),
            }
        )
    return found
