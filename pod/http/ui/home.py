"""The home page: a place to drop a file, what proposes itself, who can see what, what happened."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import NotFound
from pod.http.ui import curve, people
from pod.http.ui.names import link
from pod.http.ui.sentences import Teller
from pod.http.ui.visit import Owner, Visit
from pod.model import Json

router = APIRouter()
LATEST = 5
FIGURES = 3


@router.get("/")
def home(visit: Owner) -> Response:
    coverage = curve.coverage(visit)
    jobs = visit.services.imports.all(visit.agent, 20)
    activities = visit.space.journal.activities(visit.agent, limit=LATEST)
    return visit.page(
        "home",
        place="home",
        today=visit.texts.today(visit.texts.local(datetime.now(UTC)).date()),
        first_name=visit.session.account.name.split(" ")[0] if visit.session else "",
        summary=summary(visit, coverage),
        working=[job for job in jobs if job["state"] not in ("done", "failed")],
        proposals=proposals(visit, bool(coverage)),
        figures=figures(visit),
        shared=people.shared(visit),
        sources=sources(visit, coverage),
        latest=Teller(visit).all(activities),
    )


def summary(visit: Visit, coverage: dict[str, dict[str, curve.Month]]) -> str:
    """One sentence on what is there."""
    months = [month for known in coverage.values() for month in known.values()]
    if not months:
        return visit.texts("home-empty")
    names = sorted(month.month for month in months)
    return visit.texts(
        "home-summary",
        energy=visit.texts.amount(round(sum(m.energy for m in months) / 1000), "kWh"),
        since=visit.texts.month(names[0]),
        until=visit.texts.month(names[-1]),
    )


def proposals(visit: Visit, data: bool) -> list[Json]:
    """What waits for the owner: apps that could run, agreements that no longer fit."""
    found: list[Json] = []
    if not data:
        return found
    consents = {c["program"]: c for c in visit.services.consents.all(visit.agent)}
    for name, program in visit.services.programs.items():
        if program.manifest.kind != "app" or visit.services.consents.active(visit.agent, name):
            continue
        before = consents.get(name)
        if before is not None and before["revoked"]:
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


def figures(visit: Visit) -> Json | None:
    """The first figures of the latest results, each a declared view."""
    for name, program in visit.services.programs.items():
        if program.manifest.kind != "app":
            continue
        try:
            result = visit.services.runs.result(visit.agent, name)
        except NotFound:
            continue
        listed = result.get("views") if isinstance(result, dict) else None
        views = [v for v in listed or [] if isinstance(v, dict) and v.get("type") == "figure"]
        if views:
            title = visit.texts.own(program.manifest.title)
            short = [{**v, "sentence": None, "doubt": None, "source": None} for v in views]
            return {"title": title, "link": f"/.pod/apps/{name}", "views": short[:FIGURES]}
    return None


def sources(visit: Visit, coverage: dict[str, dict[str, curve.Month]]) -> list[Json]:
    """One row a meter: its last twelve months, and until when it is known."""
    found: list[Json] = []
    for meter, months in coverage.items():
        strip = curve.last_months(months)
        known = sum(1 for _, state in strip if state != "no")
        found.append(
            {
                "name": visit.texts("source-meter", meter=meter)
                if meter.isdigit()
                else visit.texts("source-unknown-meter"),
                "until": visit.texts("source-until", month=visit.texts.month(max(months))),
                "history": visit.texts("source-history", count=len(months)),
                "strip": [(m, s, visit.texts.month(m)) for m, s in strip],
                "label": visit.texts("source-strip", known=known, count=len(strip)),
                "link": link(f"/energy/electricity/{meter}/"),
                "whole": all(state == "full" for _, state in strip[:-1]),
            }
        )
    return found
