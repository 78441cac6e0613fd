"""What an app needs before it runs, made less by its owner, with a look at what it would then read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput
from pod.http.ui.apps import app, facts
from pod.http.ui.visit import LongFields, Owner, Visit, go
from pod.model import Json
from pod.programs.coarse import TIMES
from pod.programs.fields import Field, fields, label
from pod.programs.manifest import Query
from pod.programs.merge import HOMES
from pod.programs.narrow import AMOUNTS, COORDINATES, MONEYS, PLACES, WHEN
from pod.rdf.terms import DOM, SOSA

router = APIRouter()
PERIODS = ("all", "months", "own")
MONTHS = 12  # that are proposed
LONGEST = 60  # characters of a value in the preview
CHOICES = {"time": TIMES, "place": PLACES, "money": tuple(MONEYS)}
# What says how a reading is to be read is no matter of the owner's.
_TECHNICAL = frozenset({SOSA.observedProperty, DOM.step, DOM.startsAt})


@router.get("/apps/{name}/consent")
def needs(visit: Owner, name: str) -> Response:
    app(visit, name)
    return _page(visit, name, _chosen(visit.services.consents.recent(visit.agent, name) or {}))


@router.post("/apps/{name}/consent")
def accept(visit: Owner, name: str, given: LongFields) -> Response:
    """Agrees, and runs the app at once; with the button `preview`, only shows what it would read."""
    found = app(visit, name)
    try:
        period, limits = _period(given), _limits(given, found.manifest.queries)
        if "preview" in given:
            draft = visit.services.consents.draft(name, *period, limits)
            chosen = _chosen(draft) | {"period": given.get("period", "all")}
            shown = visit.services.runs.preview(visit.agent, draft)
            return _page(visit, name, chosen, shown=shown)
        since, until, months = period
        visit.services.consents.accept(
            visit.agent, name, since, until, months=months, limits=limits
        )
    except (ValueError, BadInput):
        again = {**_chosen({}), "period": given.get("period", "all")}
        again |= {key: given.get(key, "") for key in ("since", "until")}
        return _page(visit, name, again, 400, fault=visit.texts("consent-bad-period"))
    return go(f"/.pod/runs/{visit.services.runs.start(visit.agent, name)}")


def _period(given: Mapping[str, str]) -> tuple[date | None, date | None, int | None]:
    """The local days that the owner agreed to, or the last so many months; None: open."""
    chosen = given.get("period", "all")
    if chosen == "months":
        return None, None, int(given.get("months", ""))
    if chosen == "own":
        since, until = (given.get(key, "").strip() for key in ("since", "until"))
        return (
            date.fromisoformat(since) if since else None,
            date.fromisoformat(until) if until else None,
            None,
        )
    return None, None, None


def _limits(given: Mapping[str, str], queries: tuple[Query, ...]) -> Json:
    """An unmarked box counts only in a form that had boxes."""
    limits: Json = {key: given.get(key, "exact") for key in CHOICES}
    if "edited" in given:
        limits["refused"] = [
            q.name for q in queries if q.without is not None and f"use.{q.name}" not in given
        ]
        limits["without"] = {
            query.name: [
                one.iri for one in _choosable(query) if f"field.{query.name}.{one.iri}" not in given
            ]
            for query in queries
            if query.name not in limits["refused"]
        }
    return limits


def _choosable(query: Query) -> list[Field]:
    return [one for one in fields(query) if one.optional]


def _chosen(consent: Json) -> Json:
    """What a consent says, as the page's form shows it."""
    months = consent.get("months")
    period = (
        "months" if months else "own" if consent.get("since") or consent.get("until") else "all"
    )
    return {
        "period": period,
        "months": months or MONTHS,
        "since": consent.get("since") or "",
        "until": consent.get("until") or "",
        "refused": consent.get("refused") or [],
        "without": consent.get("without") or {},
        **{key: consent.get(key) or "exact" for key in CHOICES},
    }


def _page(
    visit: Visit,
    name: str,
    chosen: Json,
    status: int = 200,
    *,
    fault: str | None = None,
    shown: Json | None = None,
) -> Response:
    """The summary of the data that the app needs [bilan des données nécessaires]."""
    asked = visit.services.consents.needs(visit.agent, name)
    own = visit.texts.own
    manifest = app(visit, name).manifest
    named = {query.name: fields(query) for query in manifest.queries if not query.reference}
    for query in asked["queries"]:
        query |= {key: own(query[key]) for key in ("what", "why", "without")}
        query["fields"] = [
            {
                "iri": one.iri,
                "name": _name(visit, one),
                "optional": one.optional,
                "kept": one.iri not in chosen["without"].get(query["name"], ()),
            }
            for one in named.get(query["name"], ())
            if one.iri not in _TECHNICAL
        ]
        query["less"] = not all(one["kept"] for one in query["fields"])
        query["kept"] = query["name"] not in chosen["refused"]
    iris = {one.iri for listed in named.values() for one in listed}
    months = _months(visit, manifest.queries)
    personal = [q for q in asked["queries"] if not q["reference"]]
    return visit.page(
        "consent",
        place="apps",
        status=status,
        **facts(visit, name),
        personal=personal,
        references=[q for q in asked["queries"] if q["reference"]],
        months=months,
        chosen=chosen,
        periods=PERIODS,
        choices={key: CHOICES[key] for key in CHOICES if _matters(key, iris)},
        fault=fault,
        shown=_previewed(visit, personal, chosen, shown, iris) if shown is not None else None,
    )


def _months(visit: Visit, queries: tuple[Query, ...]) -> list[str]:
    """The months of which there is anything that these questions are about, in order."""
    homes = tuple({HOMES[kind] for query in queries for kind in query.classes if kind in HOMES})
    today = visit.texts.local(datetime.now(UTC)).date()
    return sorted(
        month
        for one in visit.services.coverage.series(visit.agent, today)
        for month, path in one.documents.items()
        if path.startswith(homes)
    )


def _matters(key: str, iris: set[str]) -> bool:
    """Whether the questions name anything that this precision is about."""
    about = {
        "time": {*WHEN, DOM.startsAt},
        "place": {*COORDINATES, DOM.positions},
        "money": set(AMOUNTS),
    }
    return not about[key].isdisjoint(iris)


def _name(visit: Visit, field: Field) -> str:
    if said := label(field):
        return visit.texts.own(said)
    key = f"property-{field.name}"
    return visit.texts(key) if visit.texts.has(key) else field.name


def _previewed(
    visit: Visit, personal: list[Json], chosen: Json, shown: Json, iris: set[str]
) -> Json:
    """What the app would read, need by need, and what stops working."""
    texts, stops = visit.texts, []
    listed = []
    for need in personal:
        found = shown[need["name"]]
        listed.append(
            {
                "what": need["what"],
                "before": found["before"],
                "after": found["after"],
                "columns": found["columns"],
                "rows": [[_value(value) for value in row] for row in found["rows"]],
                "fault": found["fault"],
            }
        )
        gone = found["before"] and not found["after"]
        if not need["kept"]:
            stops.append(texts("consent-stops-refused", what=need["what"], then=need["without"]))
        elif gone:
            stops.append(texts("consent-stops-empty", what=need["what"], why=need["why"]))
        stops += [
            texts("consent-stops-field", field=one["name"], what=need["what"])
            for one in need["fields"]
            if need["kept"] and not one["kept"]
        ]
    if chosen["time"] != "exact":
        stops.append(texts(f"consent-stops-time-{chosen['time']}"))
        if DOM["values"] in iris:
            stops.append(texts(f"consent-stops-spread-{chosen['time']}"))
        if DOM.positions in iris:
            stops.append(texts("consent-stops-positions"))
    if any(chosen[key] != "exact" for key in CHOICES):
        stops.append(texts("consent-stops-words"))
    return {"listed": listed, "stops": stops}


def _value(value: Any) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
