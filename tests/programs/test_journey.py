"""The whole way without a browser: a real file, a consent, a run in the box, and who could see what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pod import server
from pod.commands import import_files, run_app
from pod.config import Settings
from pod.errors import Forbidden, LimitHit, NotAllowed, PodError
from pod.model import Body, Iri, Verb
from pod.programs.guest.build import build
from pod.services import Services

APP = "my_smart_home"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    build()
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    settings = replace(settings, max_import_bytes=64 << 20)
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def files(shared_data: Path) -> list[str]:
    return [str(f) for f in sorted((shared_data / "enedis").glob("*.csv"))]


def test_a_real_year_from_file_to_answer(services: Services, shared_data: Path) -> None:
    with pytest.raises(NotAllowed):
        run_app(services, APP, agree=False)
    hour, day = files(shared_data)
    began = time.monotonic()
    (found,) = import_files(services, [hour])
    took = time.monotonic() - began
    assert (found["connector"], found["records"]) == ("linky", 16_848)
    began = time.monotonic()
    (again,) = import_files(services, [hour])
    again_took = time.monotonic() - began
    assert again["documents"] == 0
    import_files(services, [day])
    began = time.monotonic()
    result = run_app(services, APP, agree=True)
    run_took = time.monotonic() - began
    assert result["total_kwh"] == 5830.467
    # What must hold on two idle cores is 3, 1 and 2 s; a shared machine gets four times that.
    assert (took < 12, again_took < 4, run_took < 8) == (True, True, True), (
        took,
        again_took,
        run_took,
    )
    part = run_app(services, APP, agree=False, params={"from": "2024-01-10", "to": "2024-07-24"})
    assert part["tempo_kwh"] == {
        "blue_off_peak": 1083.540,
        "blue_peak": 1412.200,
        "white_off_peak": 242.503,
        "white_peak": 306.317,
        "red_off_peak": 199.733,
        "red_peak": 224.927,
    }
    verbs = [a.verb for a in services.space.journal.activities(services.owner, limit=20)]
    assert verbs.count(Verb.RUN) == 2
    assert verbs.count(Verb.IMPORT) == 3
    assert Verb.ACCEPT in verbs
    assert Verb.REFUSE in verbs
    assert services.space.check(services.owner) == {"log": [], "blobs": []}


def test_the_program_reads_only_what_was_agreed_to(services: Services, shared_data: Path) -> None:
    import_files(services, files(shared_data)[:1])
    program = services.space.program(APP)
    kind = "https://w3id.org/domicile/ns#LoadCurveDay"
    ask = f"SELECT ?d WHERE {{ ?d a <{kind}> }}"
    assert services.space.query(program, ask).rows == []
    services.consents.accept(services.owner, APP, date(2024, 1, 1), date(2024, 1, 31))
    result = run_app(services, APP, agree=False, params={"from": "2023-01-01"})
    assert (result["from"], result["days"]) == ("2024-01-01", 31)
    with pytest.raises(Forbidden):
        services.space.get(program, services.space.iri_of("/imports/"))
    services.consents.revoke(services.owner, APP)
    assert services.space.query(program, ask).rows == []
    with pytest.raises(NotAllowed):
        run_app(services, APP, agree=False)


def test_a_stored_month_is_bytes_turtle_and_json_ld(services: Services, shared_data: Path) -> None:
    import_files(services, files(shared_data)[:1])
    space = services.space
    months = space.find(services.owner, "https://w3id.org/domicile/ns#LoadCurveDay")
    assert len(months) == 12
    turtle = space.get(services.owner, months[3]).body.read(1 << 20)
    space.put(services.owner, months[3], Body.of(turtle), "text/turtle")
    assert space.get(services.owner, months[3]).body.read(1 << 20) == turtle
    from pod.rdf.graph import isomorphic, parse

    ld = space.get(services.owner, months[3], "application/ld+json").body.read(1 << 22)
    one = parse(turtle, "text/turtle", str(months[3]))
    assert isomorphic(one, parse(ld, "application/ld+json", str(months[3])))


BAD = {
    "empty.csv": b"",
    "page.csv": b"<!DOCTYPE html><html><body>Connexion</body></html>",
    "other.csv": b"Oiseau;Couleur\nmerle;noir\n",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_kept_and_named(services: Services, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(BAD[name])
    (answer,) = import_files(services, [str(file)])
    assert answer["error"]["code"] == "bad-file"
    assert answer["documents"] == 0
    job = services.imports.all(services.owner)[0]
    assert services.space.exists(services.owner, Iri(job["raw"]))


def test_rubbish_in_the_middle_names_its_line(
    services: Services, shared_data: Path, tmp_path: Path
) -> None:
    lines = Path(files(shared_data)[0]).read_bytes().split(b"\n")
    lines[5000] = b"\x01rubbish"
    file = tmp_path / "rubbish.csv"
    file.write_bytes(b"\n".join(lines))
    (answer,) = import_files(services, [str(file)])
    assert answer["error"]["facts"]["line"] == 5001
    assert not services.space.exists(services.owner, services.space.iri_of("/energy/"))


def test_a_file_over_the_limit_is_refused(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as out:
        out.truncate(200 << 20)
    small = tmp_path / "other.csv"
    small.write_bytes(b"Date;Libelle\n")
    answers = import_files(services, [str(file), str(small), str(tmp_path / "none.csv")])
    assert [a["error"]["code"] for a in answers] == ["too-large", "bad-file", "not-found"]
    assert "64 MB" in answers[0]["error"]["detail"]


def test_the_sample_household_fills_and_clears(services: Services) -> None:
    jobs = services.trial.fill(services.owner, date(2026, 3, 31))
    assert all(job["error"] is None for job in jobs)
    assert services.runs.result(services.owner, APP)["total_kwh"] > 8000
    services.trial.clear(services.owner)
    assert not services.space.exists(services.owner, services.space.iri_of("/energy/"))
    assert services.imports.all(services.owner) == []


def test_limits_of_a_query(services: Services) -> None:
    values = " ".join(f"({n})" for n in range(60))
    heavy = " ".join(f"VALUES (?v{n}) {{ {values} }}" for n in range(6))
    slow = replace(services.settings, query_seconds=1.0)
    services.space.settings = slow
    with pytest.raises((LimitHit, PodError)):
        services.space.query(services.owner, f"SELECT (COUNT(*) AS ?n) WHERE {{ {heavy} }}")
