"""The owner's trips as Coach CO2 tells them: each corrected with a tap, each place named, and every
figure follows, as the app runs again at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, NotFound
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Json
from pod.programs import trips

router = APIRouter()
APP = "coach_co2"
SHOWN = 30  # trips of a page
USUAL = ("Walk", "Bike", "EBike", "Car", "Bus", "Tram", "Metro", "Train")
RARE = (
    "Run",
    "KickScooter",
    "Motorcycle",
    "Coach",
    "RER",
    "TER",
    "Intercity",
    "TGV",
    "Boat",
    "Plane",
)
SURE, LIKELY = 0.9, 0.6  # confidence from which on it is called so
FIGURES = (("co2_kg", "kg"), ("km", "km"), ("eur", "€"))
_RUN = re.compile(r"[0-9a-f]{32}")


@router.get("/trips")
def page(visit: Owner, before: str = "", run: str = "", trip: str = "") -> Response:
    result = _result(visit)
    listed = [t for t in reversed(result.get("list") or []) if not before or t["start"] < before]
    shown = listed[:SHOWN]
    return visit.page(
        "trips",
        place="apps",
        consent=visit.services.consents.active(visit.agent, APP),
        figures=_figures(visit, result),
        days=_days(visit, shown),
        found_places=[_place(visit, one) for one in result.get("places") or []],
        usual=[(m, visit.texts(f"mode-{m}")) for m in USUAL],
        rare=[(m, visit.texts(f"mode-{m}")) for m in RARE],
        purposes=[(p, visit.texts(f"purpose-{p}")) for p in trips.PURPOSES],
        own_purposes=trips.PURPOSES,
        kinds=[(k, visit.texts(f"location-kind-{k}")) for k in trips.KINDS],
        next=shown[-1]["start"] if len(listed) > SHOWN else None,
        first=not before,
        done=_done(visit, run, trip),
    )


@router.post("/trips")
def correct(visit: Owner, fields: Fields) -> Response:
    """A mode or a purpose of one trip; an empty one takes back what was said."""
    trip = fields.get("trip", "")
    known = trips.said(visit.space, visit.agent).get(trip, {"mode": None, "purpose": None})
    now = {key: fields[key] or None if key in fields else known[key] for key in known}
    trips.correct(visit.space, visit.agent, trip, mode=now["mode"], purpose=now["purpose"])
    undo = {f"was-{key}": known[key] or "" for key in known if key in fields}
    return _again(visit, {"trip": trip, **undo})


@router.post("/trips/places")
def name(visit: Owner, fields: Fields) -> Response:
    try:
        north, east = (float(fields.get(key, "")) for key in ("north", "east"))
    except ValueError:
        raise BadInput("that is nowhere", reason="place") from None
    kind, said = fields.get("kind", "other"), fields.get("name", "")
    trips.name_place(visit.space, visit.agent, north, east, said, kind)
    return _again(visit, {})


def _again(visit: Visit, told: dict[str, str]) -> Response:
    """Back to the page, which follows the run that works the figures out anew. The figures before
    go along, to be shown beside the new ones."""
    if visit.services.consents.active(visit.agent, APP) is not None:
        result = _result(visit)
        told |= {
            f"was-{key}": str(result[key]) for key, _ in FIGURES if result.get(key) is not None
        }
        told["run"] = visit.services.runs.start(visit.agent, APP)
    return go("/.pod/trips?" + urlencode(told))


def _result(visit: Visit) -> Json:
    try:
        return visit.services.runs.result(visit.agent, APP)
    except NotFound:
        return {}


def _figures(visit: Visit, result: Json) -> list[Json]:
    """{"name", "value", "was"}: what all trips weigh, and what they did before a correction."""
    found = []
    for key, unit in FIGURES:
        if result.get(key) is None:
            continue
        was = _number(visit.request.query_params.get(f"was-{key}", ""))
        value = visit.texts.amount(result[key], unit)
        before = visit.texts.amount(was, unit) if was is not None else value
        told = visit.texts("trips-was", value=before) if before != value else ""
        found.append({"name": visit.texts(f"trips-{key}"), "value": value, "was": told})
    return found


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,4})?", text) else None


def _days(visit: Visit, shown: Sequence[Json]) -> list[tuple[str, list[Json]]]:
    texts = visit.texts
    return [
        (texts.day(day, "full"), [_trip(visit, one) for one in some])
        for day, some in groupby(shown, key=lambda one: one["start"][:10])
    ]


def _trip(visit: Visit, one: Json) -> Json:
    texts, sure = visit.texts, one["confidence"]
    known = one["known_by"]
    certain = known if known in ("owner", "habit") else None
    if certain is None:
        certain = "sure" if sure >= SURE else "likely" if sure >= LIKELY else "unsure"
    said = [texts.amount(one["km"], "km")]
    said += [texts.amount(one["co2_kg"], "kg CO₂")] if one["co2_kg"] is not None else []
    said += [texts.amount(one["eur"], "€", 2)] if one["eur"] is not None else []
    return {
        "id": one["id"],
        "when": texts("trips-when", start=texts.clock(one["start"]), end=texts.clock(one["end"])),
        "mode": one["mode"],
        "mode_said": texts(f"mode-{one['mode']}"),
        "purpose": one["purpose"],
        "purpose_said": texts(f"purpose-{one['purpose']}"),
        "said": " · ".join(said),
        "certain": texts(f"trips-{certain}", share=texts.percent(sure)),
        "unsure": certain == "unsure",
        "own": known == "owner",
    }


def _place(visit: Visit, one: Json) -> Json:
    texts, (north, east) = visit.texts, one["at"]
    return {
        "title": one["title"] or texts(f"location-{one['name']}"),
        "name": one["title"],
        "kind": one["name"] if one["name"] in trips.KINDS else "other",
        "visits": texts("location-visits", count=one["visits"]),
        "north": north,
        "east": east,
    }


def _done(visit: Visit, run: str, trip: str) -> Json | None:
    """What a correction has just done, whether its figures are there, and how it is taken back."""
    asked = visit.request.query_params
    if not _RUN.fullmatch(run) and not trip:
        return None
    state = visit.services.runs.get(visit.agent, run)["state"] if _RUN.fullmatch(run) else "none"
    undo = {key: asked[f"was-{key}"] for key in ("mode", "purpose") if f"was-{key}" in asked}
    return {
        "running": state in ("waiting", "running"),
        "failed": state == "failed",
        "run": run,
        "here": str(visit.request.url.path) + "?" + urlencode(dict(asked)),
        "trip": trip,
        "undo": undo if trip else {},
    }
