"""Sources: what was imported from where, what it covers, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from pod.http.ui import accounts, curve, gas
from pod.http.ui.names import link
from pod.http.ui.visit import Owner, Visit
from pod.model import Iri, Json
from pod.programs.merge.electricity import UNKNOWN

router = APIRouter()
YEARS = 12


@router.get("/sources")
def sources(visit: Owner) -> Response:
    connectors = [
        {
            "title": visit.texts.own(p.manifest.title),
            "about": visit.texts.own(p.manifest.summary),
            "formats": [visit.texts.own(f.title) for f in p.manifest.formats],
        }
        for p in visit.services.programs.values()
        if p.manifest.kind == "connector"
    ]
    jobs = [_job(visit, job) for job in visit.services.imports.all(visit.agent, 100)]
    return visit.page(
        "sources",
        place="sources",
        connectors=connectors,
        accounts=accounts.rows(visit),
        calendars=[
            calendar(visit, kind, meter, months)
            for kind, meters in (
                ("electricity", curve.coverage(visit)),
                ("gas", gas.coverage(visit)),
            )
            for meter, months in meters.items()
        ],
        jobs=jobs,
        busy=any(job["state"] not in ("done", "failed", "asking") for job in jobs),
    )


def _job(visit: Visit, job: Json) -> Json:
    raw = job.get("raw")
    kept = bool(raw) and visit.space.exists(visit.agent, Iri(raw))
    path = visit.space.path_of(Iri(raw)) if kept else None
    return {
        **job,
        "size": visit.texts.size(job["size"]),
        "raw_page": link(path) if path else None,
        "remove": f"/.pod/remove{path}" if path else None,
    }


def calendar(visit: Visit, kind: str, meter: str, months: Mapping[str, curve.Month]) -> Json:
    """Years of months: each `full`, `part` or `no`, with what it says when asked."""
    texts = visit.texts
    years = range(int(min(months)[:4]), int(max(months)[:4]) + 1)
    rows = []
    for year in list(years)[-YEARS:]:
        cells = []
        for number in range(1, 13):
            name = f"{year:04}-{number:02}"
            month = months.get(name)
            cells.append(
                {
                    "state": curve.state(month),
                    "short": texts.month(name, "MMMMM"),
                    "said": _said(visit, kind, name, month),
                    "link": link(f"/energy/{kind}/{meter}/{name}.ttl") if month else None,
                }
            )
        rows.append({"year": year, "cells": cells})
    return {
        "meter": meter_title(visit, kind, meter),
        "rows": rows,
        "heads": [texts.month(f"2026-{n:02}", "MMM") for n in range(1, 13)],
        "energy": texts.amount(round(sum(m.energy for m in months.values()) / 1000), "kWh"),
        "since": texts.month(min(months)),
        "until": texts.month(max(months)),
    }


def meter_title(visit: Visit, kind: str, meter: str) -> str:
    """What a meter of `kind` (electricity, gas) is called."""
    if meter == UNKNOWN:
        return visit.texts(f"source-unknown-{kind}")
    return visit.texts(f"source-{kind}", meter=meter.upper())


def _said(visit: Visit, kind: str, name: str, month: curve.Month | None) -> str:
    texts = visit.texts
    title = texts.month(name)
    if month is None or not month.days:
        return texts("month-none", month=title)
    return texts(
        f"month-known-{kind}",
        month=title,
        energy=texts.amount(round(month.energy / 1000), "kWh"),
        days=month.days,
        missing=month.missing,
    )
