"""The home page: a place to drop a file, what proposes itself, who can see what, what happened."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from pod.errors import NotFound
from pod.http import views
from pod.http.ui import accounts, curve, gas, people
from pod.http.ui.names import link
from pod.http.ui.sentences import Teller
from pod.http.ui.sources import meter_title
from pod.http.ui.visit import Owner, Visit
from pod.model import Json, Verb

router = APIRouter()
LATEST = 4
FIGURES = 3


@router.get("/")
def home(visit: Owner) -> Response:
    coverage = curve.coverage(visit)
    jobs = visit.services.imports.all(visit.agent, 20)
    log = visit.space.journal.activities(visit.agent, limit=LATEST * 6)
    imports = visit.iri("/imports/")  # a dropped file is told by its import
    latest = [a for a in log if not (a.verb is Verb.CREATE and str(a.object).startswith(imports))]
    return visit.page(
        "home",
        place="home",
        today=visit.texts.today(visit.texts.local(datetime.now(UTC)).date()),
        summary=summary(visit, coverage),
        working=[job for job in jobs if job["state"] not in ("done", "failed", "asking")],
        proposals=proposals(visit),
        answers=answers(visit),
        seen=seen(visit),
        sources=[
            *sources(visit, "electricity", coverage),
            *sources(visit, "gas", gas.coverage(visit)),
            *accounts.rows(visit),
        ],
        latest=Teller(visit).all(latest[:LATEST]),
    )


def summary(visit: Visit, coverage: dict[str, dict[str, curve.Month]]) -> str:
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
    """The first figures and the first chart of a result: {"cards", "title", "link"}."""
    for name, program in visit.services.programs.items():
        if program.manifest.kind != "app":
            continue
        try:
            result = visit.services.runs.result(visit.agent, name)
        except NotFound:
            continue
        listed = result.get("views") if isinstance(result, dict) else None
        found = [v for v in listed or [] if isinstance(v, dict) and v.get("type") == "figure"]
        drawn = [v for v in listed or [] if isinstance(v, dict) and v.get("type") == "bar"]
        quiet: Json = {"sentence": None, "doubt": None, "source": None, "period": None}
        short = [{**v, **quiet} for v in found[:FIGURES]]
        short += [{**v, "source": None, "period": None} for v in drawn[:1]]
        if short:
            return {
                "cards": views.page(short, visit.texts),
                "title": visit.texts.own(program.manifest.title),
                "link": f"/.pod/apps/{name}",
            }
    return None


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


def sources(visit: Visit, kind: str, coverage: dict[str, dict[str, curve.Month]]) -> list[Json]:
    """One row a meter: its last twelve months, and until when it is known."""
    found: list[Json] = []
    for meter, months in coverage.items():
        strip = curve.last_months(months)
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
