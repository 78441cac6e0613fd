"""What the owner says of trips and places: kept, taken back, and followed by the app in its box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pod import server
from pod.commands import import_files, run_app
from pod.config import Settings
from pod.errors import BadInput
from pod.model import Body
from pod.programs import trips
from pod.programs.guest.build import build
from pod.sample_trips import write_trips
from pod.services import Services


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    build()
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def text(services: Services, path: str) -> str:
    found = services.space.get(services.owner, services.space.iri_of(path))
    return found.body.read(1 << 20).decode()


def test_a_trip_is_said_said_otherwise_and_taken_back(services: Services) -> None:
    space, me = services.space, services.owner
    space.put(
        me, space.iri_of(trips.TRIPS), Body.of(b"# mine\n<#other> a <#Thing> .\n"), "text/turtle"
    )
    trips.correct(space, me, "42-google", mode="Bike", purpose=None)
    assert trips.said(space, me) == {"42-google": {"mode": "Bike", "purpose": None}}
    trips.correct(space, me, "42-google", mode="Tram", purpose="leisure")
    trips.correct(space, me, "43-google", mode=None, purpose="family")
    assert trips.said(space, me) == {
        "42-google": {"mode": "Tram", "purpose": "leisure"},
        "43-google": {"mode": None, "purpose": "family"},
    }
    trips.correct(space, me, "42-google", mode=None, purpose=None)
    assert list(trips.said(space, me)) == ["43-google"]
    assert text(services, trips.TRIPS).startswith("# mine\n<#other> a <#Thing> ."), (
        "what else stands there stays"
    )


@pytest.mark.parametrize(
    ("trip", "mode", "purpose"),
    [
        ("42", "Rocket", None),
        ("42", "Bike> . <#x> a <#y", None),
        ("42", None, "x"),
        ('4" . <#x> a <#y> . <#z> a "', "Bike", None),
        ("", "Bike", None),
        ("4" * 81, "Bike", None),
    ],
)
def test_what_is_no_trip_mode_or_purpose_is_refused(
    services: Services, trip: str, mode: str | None, purpose: str | None
) -> None:
    with pytest.raises(BadInput):
        trips.correct(services.space, services.owner, trip, mode=mode, purpose=purpose)
    assert not services.space.exists(services.owner, services.space.iri_of(trips.TRIPS))


@pytest.mark.parametrize(
    ("north", "east", "name", "kind"),
    [
        (91.0, 0.0, "x", "other"),
        (0.0, 181.0, "x", "other"),
        (float("nan"), 0.0, "x", "other"),
        (0.0, 0.0, "x" * 81, "other"),
        (0.0, 0.0, "x", "palace"),
    ],
)
def test_what_is_no_place_is_refused(
    services: Services, north: float, east: float, name: str, kind: str
) -> None:
    with pytest.raises(BadInput):
        trips.name_place(services.space, services.owner, north, east, name, kind)


def test_the_app_follows_what_is_said_of_trips_and_places(
    services: Services, tmp_path: Path
) -> None:
    (file,) = write_trips(tmp_path, until=date(2026, 11, 23), days=42)
    assert import_files(services, [str(file)])[0]["connector"] == "google_timeline"
    before = run_app(services, "coach_co2", agree=True)
    assert {"home", "work"} <= {one["name"] for one in before["places"]}
    drive = next(one for one in before["list"] if one["mode"] == "Car")
    trips.correct(services.space, services.owner, drive["id"], mode="Walk", purpose="leisure")
    pool = next(one for one in before["places"] if one["name"] == "frequent")
    trips.name_place(
        services.space, services.owner, *pool["at"], 'La <piscine> "municipale"', "other"
    )
    office = next(one for one in before["places"] if one["name"] == "work")
    trips.name_place(services.space, services.owner, *pool["at"], "Bureau", "work")
    after = run_app(services, "coach_co2", agree=False)
    told = next(one for one in after["list"] if one["id"] == drive["id"])
    assert (told["mode"], told["purpose"], told["known_by"]) == ("Walk", "leisure", "owner")
    assert after["co2_kg"] == pytest.approx(sum(one["co2_kg"] for one in after["list"]), abs=0.01)
    old = {one["id"]: one for one in before["list"]}
    changed = [one for one in after["list"] if one["mode"] != old[one["id"]]["mode"]]
    assert {one["known_by"] for one in changed} <= {"owner", "habit"}
    assert after["co2_kg"] <= before["co2_kg"] - drive["co2_kg"] + 0.002
    work = next(one for one in after["places"] if one["name"] == "work")
    assert (work["at"], work["title"]) == (pool["at"], "Bureau")
    assert next(p for p in after["places"] if p["at"] == office["at"])["name"] == "frequent"
    trips.name_place(services.space, services.owner, *pool["at"], "", "other")
    again = run_app(services, "coach_co2", agree=False)
    assert next(p for p in again["places"] if p["name"] == "work")["at"] == office["at"]
