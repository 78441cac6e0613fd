"""Coach CO2 on trips of our own making, where every figure can be worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pod import server
from pod.commands import import_files, run_app
from pod.config import Settings
from pod.model import Body
from pod.programs.guest.build import build
from pod.programs.manifest import load_program
from pod.programs.schema import check
from pod.sdk import testing
from pod.services import Services
from tests.programs import make_days

APP = make_days.APP
REFERENCE = make_days.ROOT / "vocab" / "reference"
DOM = "https://w3id.org/domicile/ns#"
HOME, WORK, SHOP = (45.7605, 4.8597), (45.7486, 4.8256), (45.80, 4.90)
STATED = ["device", "start", "end", "km", "mode", "confidence"]
STATED += ["fromNorth", "fromEast", "toNorth", "toEast"]


def run(params: dict[str, Any] | None = None, **given: list[list[Any]]) -> dict[str, Any]:
    """The app's result, which always keeps what its schema promises."""
    columns = {
        "positions": ["device", "day", "startsAt", "positions"],
        "trips": STATED,
        "visits": ["start", "north", "east", "label", "name"],
        "corrections": ["trip", "mode", "purpose", "said"],
        "named": ["north", "east", "kind", "name"],
    }
    answers: dict[str, Any] = {
        name: {"columns": some, "rows": given.get(name, [])} for name, some in columns.items()
    }
    for name, file in (
        ("factors", "transport-factors"),
        ("costs", "transport-costs"),
        ("footprints", "footprint-references"),
    ):
        answers[name] = json.loads((REFERENCE / f"{file}.json").read_text("utf-8"))
    result: dict[str, Any] = testing.run_app(APP, answers, params)
    check(result, load_program(APP).manifest.result_schema)
    return result


def stated(
    start: str,
    minutes: int,
    km: float | None,
    mode: str,
    ends: tuple[tuple[float, float], tuple[float, float]] = (HOME, WORK),
    device: str = "google",
    sure: float | None = 0.9,
) -> list[Any]:
    begin = datetime.fromisoformat(start)
    end = (begin + timedelta(minutes=minutes)).isoformat()
    return [device, start, end, km, DOM + mode, sure, *ends[0], *ends[1]]


def weeks(mode: str = "Car", km: float = 10.0, count: int = 6) -> list[list[Any]]:
    """There in the morning and back in the evening, Monday to Friday."""
    rows = []
    for n in range(7 * count):
        day = date(2025, 3, 3) + timedelta(days=n)
        if day.weekday() < 5:
            rows.append(stated(f"{day}T08:00:00+01:00", 20, km, mode))
            rows.append(stated(f"{day}T18:00:00+01:00", 20, km, mode, (WORK, HOME)))
    return rows


def test_no_trips_is_an_answer_too() -> None:
    result = run()
    assert (result["trips"], result["co2_kg"], result["from"]) == (0, None, None)
    assert result["missing"]["trips"]["fr"].startswith("Aucun trajet")


# Grams a km, as ADEME has them: use + making (+ contrails), per vehicle for cars.
@pytest.mark.parametrize(
    ("mode", "km", "minutes", "grams"),
    [
        ("Tram", 3.4205, 15, 3.8 + 0.48),
        ("Metro", 6.0, 12, 4.2 + 0.24),
        ("Bus", 4.0, 14, 113.5 + 8.92),
        ("Bike", 3.0, 12, 0.17),
        ("EBike", 3.0, 10, 2.23 + 8.72),
        ("Walk", 1.0, 12, 0),
        ("Car", 10.0, 20, 110.5578 + 31.6957),
        ("TER", 40.0, 40, 22.9 + 4.79),
        ("RER", 20.0, 25, 6.6 + 3.18),
        ("TGV", 400.0, 120, 2.3 + 0.63),
        ("Plane", 600.0, 80, 123.2 + 101 + 0.372),
        ("Plane", 1500.0, 150, 101.3 + 83 + 0.361),
    ],
)
def test_the_carbon_of_one_trip(mode: str, km: float, minutes: int, grams: float) -> None:
    result = run(trips=[stated("2025-03-24T08:02:00+01:00", minutes, km, mode)])
    (trip,) = result["list"]
    assert trip["mode"] == mode and trip["known_by"] == "holder"
    assert result["co2_kg"] == pytest.approx(km * grams / 1000, abs=0.002)
    # What an idea would weigh instead is worked out with a factor too.
    (factor,) = (f for f in result["factors"] if f["id"] == trip["factor"])
    assert factor["g_per_km"] == pytest.approx(grams, abs=0.001)
    assert factor["date"] == "2026-06-01" and factor["source"]


def test_the_own_car_and_who_shares_it() -> None:
    trips = [stated("2025-03-24T08:00:00+01:00", 20, 10.0, "Car")]
    own = run({"vehicle": "voiture-citadine-electrique"}, trips=trips)
    assert own["co2_kg"] == round(10 * (11.5045 + 46.0891) / 1000, 3)
    two = run({"occupants": 2}, trips=trips)
    assert two["co2_kg"] == round(10 * (110.5578 + 31.6957) / 2 / 1000, 3)
    told = run({"car_g_per_km": 120}, trips=trips)
    assert told["co2_kg"] == round(10 * (120 + 31.6957) / 1000, 3)


def test_a_commute_by_car_for_six_weeks() -> None:
    result = run({"telework_days": 2}, trips=weeks())
    assert (result["from"], result["to"], result["days"]) == ("2025-03-03", "2025-04-11", 40)
    assert (result["trips"], result["km"]) == (60, 600.0)
    kg = 600 * (110.5578 + 31.6957) / 1000
    assert result["co2_kg"] == pytest.approx(kg, abs=0.01)
    # 600 km in 40 days are 5,475 km a year: 0.357 €/km and 1,395 € a year.
    assert result["eur"] == pytest.approx(600 * (0.357 + 1395 / 5475), abs=0.01)
    assert {p["name"] for p in result["places"]} == {"home", "work"}
    assert result["by_purpose"] == [
        {"purpose": "commute", **{k: result[k] for k in ("trips", "km", "co2_kg", "eur")}}
    ]
    ideas = {w["id"]: w for w in result["what_if"]}
    assert set(ideas) == {"carpool", "telework"}
    assert ideas["carpool"]["saved_kg"] == pytest.approx(kg / 2, abs=0.01)
    assert ideas["telework"]["saved_kg"] == pytest.approx(kg * 2 / 5, abs=0.01)
    assert result["year"]["kg"] == pytest.approx(kg * 365 / 40, abs=0.1)
    assert [v["id"] for v in result["views"]] == [
        *("co2", "by-mode", "by-month", "purposes", "what-if", "year", "trips"),
    ]


def test_short_drives_could_be_a_bicycle_and_a_flight_a_train() -> None:
    result = run(
        trips=[
            stated("2025-03-24T08:00:00+01:00", 10, 3.0, "Car"),
            stated("2025-03-24T12:00:00+01:00", 80, 600.0, "Plane"),
        ]
    )
    ideas = {w["id"]: w for w in result["what_if"]}
    assert ideas["bike"]["saved_kg"] == round(3 * (110.5578 + 31.6957 - 0.17) / 1000, 3)
    assert ideas["bike"]["minutes"] == 2  # 12 minutes at 15 km/h instead of 10
    rail = 600 * 1.2 * 2.93 / 1000
    assert ideas["train"]["saved_kg"] == pytest.approx(600 * 0.224572 - rail, abs=0.002)
    assert result["year"]["kg"] is None and "year" in result["missing"]


def test_the_same_trip_seen_by_phone_card_and_car_is_one() -> None:
    result = run(
        trips=[
            stated("2025-03-24T08:02:00+01:00", 29, 3.4, "Tram", device="google", sure=0.6),
            stated("2025-03-24T08:04:00+01:00", 25, 3.5, "Tram", device="card", sure=0.95),
            stated("2025-03-24T08:00:00+01:00", 30, None, "Vehicle", device="watch", sure=0.5),
            # Another one, later that day.
            stated("2025-03-24T18:00:00+01:00", 29, 3.4, "Tram", (WORK, HOME)),
        ]
    )
    first, second = result["list"]
    assert sorted(first["sources"]) == ["card", "google", "watch"] and first["mode"] == "Tram"
    assert second["sources"] == ["google"]
    assert result["trips"] == 2


def test_what_the_owner_says_counts_and_teaches() -> None:
    trips = [
        *weeks("Vehicle", 10.0, 2),
        stated("2025-03-15T10:00:00+01:00", 20, 10.0, "Vehicle", (HOME, SHOP)),
    ]
    before = run(trips=trips)
    trip = before["list"][0]
    after = run(
        trips=trips, corrections=[[trip["id"], DOM + "TER", "visit", "2025-04-01T08:00:00Z"]]
    )
    told = after["list"][0]
    assert (told["mode"], told["confidence"], told["known_by"]) == ("TER", 1.0, "owner")
    assert told["purpose"] == "visit"
    commutes = [t for t in after["list"][1:] if t["purpose"] == "commute"]
    assert {(t["mode"], t["known_by"]) for t in commutes} == {("TER", "habit")}
    shop = next(t for t in after["list"] if t["start"].startswith("2025-03-15"))
    assert shop["mode"] == "Car"
    assert after["co2_kg"] < before["co2_kg"]


# ---------------------------------------------------------------- generated days


@pytest.fixture(scope="module")
def days() -> Any:
    return make_days.days(7, 700)


def test_legs_and_modes_of_days_with_known_truth(days: Any) -> None:
    points, truth = days
    with testing.loaded(APP, "trips.py") as module:
        usual, found = module.from_positions("phone", points)
        assert usual == 30
        for trip in found:
            trip.mode = module.modes.best(trip.odds)[0]
    both = make_days.matched(found, truth)
    assert len(both) / len(truth) > 0.95
    assert len(both) / len(found) > 0.85
    right = sum(one.mode == trip.mode for one, trip in both)
    assert right / len(both) > 0.88
    # Not of planes, which turn in the generator's air while nobody notes it.
    for mode in {t.mode for t in truth} - {"Plane", "TGV"}:
        lengths = [(t.metres, trip.metres) for t, trip in both if t.mode == mode]
        true, measured = (sum(some) for some in zip(*lengths, strict=True))
        assert measured == pytest.approx(true, rel=0.05), mode


def test_a_holder_s_word_makes_the_pace_s_guess_better(days: Any) -> None:
    points, truth = days
    rows = [
        [
            "google",
            stamp(t.start),
            stamp(t.end),
            round(t.metres / 1000, 2),
            DOM + t.mode,
            0.8,
            *[None] * 4,
        ]
        for t in truth
    ]
    result = run(positions=[[*r] for r in make_days.literals(points)], trips=rows)
    # Both sources together are still about as many trips as there were.
    assert len(truth) * 0.97 <= result["trips"] <= len(truth) * 1.15
    km = {m["mode"]: m["km"] for m in result["by_mode"]}
    for mode in ("Walk", "Bike", "Car", "Bus", "Tram"):
        true = sum(t.metres for t in truth if t.mode == mode) / 1000
        assert km[mode] == pytest.approx(true, rel=0.15), mode


def stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, make_days.PARIS).isoformat()


# ---------------------------------------------------------------- the whole way


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    build()
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def test_google_s_files_from_drop_to_answer(services: Services, shared_data: Path) -> None:
    names = ("Timeline.json", "location-history.json", "2023_MARCH.json", "Records.json")
    found = import_files(services, [str(shared_data / "synthetic" / name) for name in names])
    assert {job["connector"] for job in found} == {"google_timeline"}
    assert [job["records"] for job in found] == [3, 1, 2, 1]
    result = run_app(services, "coach_co2", agree=True)
    assert (result["trips"], result["from"], result["to"]) == (3, "2023-03-24", "2025-03-24")
    assert {m["mode"]: m["trips"] for m in result["by_mode"]} == {"Tram": 2, "Car": 1}
    grams = (3.42 + 3.42) * 4.28 + 4.12 * (110.5578 + 31.6957)
    assert result["co2_kg"] == pytest.approx(grams / 1000, abs=0.002)
    space = services.space
    document = space.iri_of("/mobility/corrections/trips.ttl")
    space.put(
        services.owner,
        document,
        Body.of(
            f'<#a> a <{DOM}TripCorrection> ; <{DOM}trip> "{result["list"][-1]["id"]}" ; '
            f"<{DOM}mode> <{DOM}EBike> .".encode()
        ),
        "text/turtle",
    )
    again = run_app(services, "coach_co2", agree=False)
    assert again["list"][-1]["mode"] == "EBike" and again["list"][-1]["known_by"] == "owner"
    assert again["co2_kg"] < result["co2_kg"]
    prov = space.get(services.owner, space.iri_of("/apps/coach_co2/result.ttl")).body.read(1 << 16)
    assert b"/mobility/trips/2025-03.ttl" in prov and b"/mobility/corrections/trips.ttl" in prov
    # What was agreed to for a shorter period limits what the app sees.
    services.consents.accept(services.owner, "coach_co2", date(2025, 1, 1), date(2025, 12, 31))
    part = run_app(services, "coach_co2", agree=False, params={"from": "2020-01-01"})
    assert (part["trips"], part["from"]) == (2, "2025-03-24")
