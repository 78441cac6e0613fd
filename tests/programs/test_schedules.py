"""Apps that run by themselves, and only on what is agreed to; and places made coarser, which want positions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest

from pod import server
from pod.commands import import_files
from pod.config import Settings
from pod.errors import BadInput, NotFound
from pod.programs.answers import months_ago
from pod.programs.author import new
from pod.programs.guest.build import build
from pod.programs.merge.positions import pack, unpack
from pod.programs.narrow import Limit, narrow
from pod.rdf import graph
from pod.services import Services
from pod.worker import Worker
from tests.programs import linky_files as write

APP = "my_total"


def days_file(folder: Path, first: date, name: str) -> str:
    file = folder / name
    file.write_text(write.hourly(write.readings(first, 3)), "utf-8")
    return str(file)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    build()
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    services.programs.install_folder(services.owner, new("app", APP, tmp_path))
    import_files(services, [days_file(tmp_path, date(2024, 5, 14), "may.csv")])
    yield services
    services.close()


def finished(services: Services) -> list[str]:
    """What started the runs there are, the newest first, once they are over."""
    for _ in range(400):
        if not services.runs.busy:
            break
        time.sleep(0.05)
    found = services.runs.all(services.owner, APP)
    assert all(run["state"] == "done" for run in found), found
    return [run["by"] for run in found]


def test_by_the_clock_and_on_change_while_it_is_agreed_to(
    services: Services, tmp_path: Path
) -> None:
    me, schedules, now = services.owner, services.schedules, datetime.now(UTC)
    assert schedules.set(me, APP, "day")["next"]
    later = now + timedelta(hours=27)
    assert schedules.run_due(me, later) == [], "nobody has agreed to anything"
    services.consents.accept(me, APP)
    assert schedules.run_due(me, now + timedelta(hours=23)) == []
    assert schedules.run_due(me, later) == [APP] and finished(services) == ["schedule"]
    assert schedules.run_due(me, later) == [], "once a day"
    gap = datetime.fromisoformat(schedules.get(me, APP)["next"]) - later
    assert timedelta(hours=24) <= gap <= timedelta(hours=26.5)
    # On change: of what it reads, not of anything; not too often; not while it is taken back.
    schedules.set(me, APP, "change")
    later = now + timedelta(minutes=6)
    assert schedules.run_due(me, later) == []
    services.consents.accept(me, APP)  # access rules where the data are, but no data
    note = services.space.iri_of("/notes/a.ttl")
    services.space.put(me, note, services.space.stage([b"<#a> <#b> 1 ."]), graph.TURTLE)
    assert schedules.run_due(me, later) == []
    import_files(services, [days_file(tmp_path, date(2024, 6, 14), "june.csv")])
    assert schedules.run_due(me, now) == [], "not yet"
    assert schedules.run_due(me, later) == [APP]
    assert finished(services) == ["change", "schedule"]
    import_files(services, [days_file(tmp_path, date(2024, 7, 14), "july.csv")])
    services.consents.revoke(me, APP)
    assert schedules.run_due(me, later + timedelta(hours=1)) == [], "it rests"
    services.consents.accept(me, APP, limits={"time": "day"})
    assert schedules.run_due(me, later + timedelta(hours=1)) == [APP], "and goes on"
    assert finished(services)[0] == "change"
    schedules.set(me, APP, "hand")
    assert schedules.run_due(me, now + timedelta(days=900)) == []
    with pytest.raises(BadInput):
        schedules.set(me, APP, "hourly")
    with pytest.raises(NotFound):
        schedules.set(me, "linky", "day")


def test_the_worker_of_a_server_runs_what_is_due(tmp_path: Path) -> None:
    build()
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    host = server.open_host(settings)
    worker = Worker(host)
    try:
        with host.use("") as services:
            services.programs.install_folder(services.owner, new("app", APP, tmp_path))
            services.consents.accept(services.owner, APP)
            services.schedules.set(services.owner, APP, "day")
            key = ("schedule", APP)
            due = {
                **services.schedules.get(services.owner, APP),
                "next": datetime.now(UTC).isoformat(),
            }
            services.space.journal.record(services.owner, None, {key: due})
            worker.start()
            for _ in range(200):
                if services.runs.all(services.owner, APP):
                    break
                time.sleep(0.05)
            assert finished(services) == ["schedule"]
    finally:
        worker.close()
        host.close()


def test_the_last_months_move_with_the_day() -> None:
    assert months_ago(date(2026, 11, 24), 1) == date(2026, 10, 25)
    assert months_ago(date(2026, 3, 31), 1) == date(2026, 3, 1)
    assert months_ago(date(2026, 1, 15), 12) == date(2025, 1, 16)
    assert months_ago(date(2024, 2, 29), 12) == date(2023, 3, 1)


@pytest.mark.parametrize(("place", "size"), [("district", 10_000), ("commune", 100_000)])
def test_places_are_those_of_a_grid(place: str, size: int) -> None:
    start = 1_700_000_000
    walk = [(start + n * 60, 48_850_000 + n * 900, 2_350_000 + n * 1100, 9) for n in range(200)]
    text = pack([(at - start, north, east, metres) for at, north, east, metres in walk])
    moment = datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = f"""
@prefix dom: <https://w3id.org/domicile/ns#> . @prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#d> a dom:PositionDay ; dom:day "2023-11-14"^^xsd:date ; dom:device "phone" ; dom:count 200 ;
  dom:startsAt "{moment}"^^xsd:dateTime ; dom:positions "{text}" .
<#v> a dom:Visit ; dom:day "2023-11-14"^^xsd:date ; schema:location [ a schema:Place ;
  schema:latitude 48.853421 ; schema:longitude -2.349902 ; schema:name "Chez Paul" ] .
<#odd> dom:positions "{text}" ; dom:note "48.853421, 2.349902" .
"""
    iri = "http://localhost:8080/mobility/x.ttl"
    triples = graph.parse(body.encode(), graph.TURTLE, iri).quads
    quads = [ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(iri)) for t in triples]
    found = narrow(quads, Limit(place=place, secret=b"s"))
    said = {q.predicate.value.rsplit("#")[-1].rsplit("/")[-1]: q.object.value for q in found}
    seen = [point[1:3] for point in unpack(start, said["positions"])]
    assert 1 < len(seen) < 60 and len([q for q in found if "positions" in q.predicate.value]) == 1
    assert all((n - size // 2) % size == 0 and (e - size // 2) % size == 0 for n, e in seen)
    for key, exact in (("latitude", 48.853421), ("longitude", -2.349902)):
        cell = round(float(said[key]) * 1_000_000)
        assert (cell - size // 2) % size == 0 and abs(cell / 1e6 - exact) <= size / 2e6
    assert not {"name", "note", "count"} & said.keys()
    assert said["day"] == "2023-11-14" and said["startsAt"] == moment
    # With days instead of hours no position is left, since each is a time.
    said = {q.predicate.value for q in narrow(quads, Limit(place=place, time="day", secret=b"s"))}
    assert not any("positions" in predicate for predicate in said)
