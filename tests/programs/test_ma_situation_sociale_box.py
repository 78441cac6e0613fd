"""Ma Situation Sociale in the box: the sample household, real answers and files, its speed, its page."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from pod import server
from pod.commands import import_files, run_app
from pod.config import Settings
from pod.programs.guest.build import build
from pod.services import Services
from tests.programs.particulier import mocks

pytestmark = pytest.mark.xdist_group("box")
APP = "ma_situation_sociale"
UNTIL = date(2026, 11, 23)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    build()
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def test_the_sample_household_has_what_to_show(services: Services) -> None:
    services.trial.fill(services.owner, UNTIL)
    found = services.runs.result(services.owner, APP)
    # 1684.37 + 148.52; 742 + 29.99 + 86.40 + 31.20; a parent and children of 9 and 3: 1.6 units
    assert (found["month"], found["income_eur"]) == ("2026-10", "1832.89")
    assert (found["fixed_charges_eur"], found["consumption_units"]) == ("889.59", 1.6)
    assert found["left_to_live_on_eur"] == "589.56"  # 943.30 / 1.6 = 589.5625
    asked = [(q["benefit"], q["month"], q["because"]) for q in found["questions"]]
    assert asked == [
        ("activity-bonus", "2025-09", "open-right"),
        ("activity-bonus", "2026-09", "open-right"),
    ]
    (differs,) = found["inconsistencies"]
    assert [c["value"] for c in differs["claims"]] == ["2", "1"]
    facts = ox.Store()
    iri = services.space.iri_of(f"/apps/{APP}/result.ttl")
    body = services.space.get(services.owner, iri).body.read(1 << 20)
    facts.load(body, ox.RdfFormat.TURTLE, base_iri=str(iri))
    prov = "http://www.w3.org/ns/prov#"
    derived = ox.NamedNode(f"{prov}wasDerivedFrom")
    used = {str(quad.object) for quad in facts.quads_for_pattern(None, derived, None)}
    for folder in ("/finance/", "/benefits/", "/household/"):
        assert any(folder in one for one in used), used
    services.trial.clear(services.owner)
    for home in ("/finance/", "/benefits/", "/household/", f"/apps/{APP}/"):
        assert not services.space.exists(services.owner, services.space.iri_of(home)), home


def test_a_shorter_consent_is_all_that_it_sees(services: Services) -> None:
    services.trial.fill(services.owner, UNTIL)
    services.consents.accept(services.owner, APP, date(2026, 10, 1), date(2026, 10, 31))
    found = run_app(services, APP, agree=False, params={"from": "2020-01-01", "to": "2030-01-01"})
    assert [m["month"] for m in found["by_month"]] == ["2026-10"]
    assert found["from"] >= "2026-10-01" and found["energy_share"] is None


def test_the_official_answers(services: Services, shared_data: Path, tmp_path: Path) -> None:
    """Every staging answer of the household of a couple with two children."""
    files = []
    for number, mock in enumerate(mocks(shared_data)):
        if (
            mock.status == 200
            and "/dss/" in mock.path
            and mock.params.get("nomNaissance") == "ROUX"
        ):
            file = tmp_path / f"{number}.answer.json"
            file.write_bytes(mock.envelope())
            files.append(str(file))
    assert files
    import_files(services, files)
    found = run_app(services, APP, agree=True)
    assert found["income_eur"] is None and found["month"] is None
    assert "income_eur" in found["missing"]
    said = json.dumps(found["views"], ensure_ascii=False)
    assert "LOU" not in said


def test_real_bank_files(services: Services, shared_data: Path) -> None:
    files = [str(f) for f in sorted((shared_data / "camt").glob("*")) if f.is_file()]
    assert files
    import_files(services, files)
    found = run_app(services, APP, agree=True)
    assert found["transactions"] > 0 or found["notes"]
    assert found["left_to_live_on_eur"] is None  # nobody said who lives there


def test_fifty_thousand_transactions_in_the_box(services: Services, tmp_path: Path) -> None:
    lines = ["Date opération;Date valeur;Libellé;Débit;Crédit"]
    for number in range(50_000):
        day = date.fromordinal(UNTIL.toordinal() - number // 46).strftime("%d/%m/%Y")
        cents = 100 + number * 7 % 9000
        shown = f"{cents // 100},{cents % 100:02d}"
        lines.append(f"{day};{day};CB COMMERCE {number};{shown};")
    file = tmp_path / "releve.csv"
    file.write_text("Compte de chèques;FR7630006000011234567890189\n\n" + "\n".join(lines), "utf-8")
    import_files(services, [str(file)])
    run_app(services, APP, agree=True)  # waits until the import's 700,000 triples are indexed
    began = time.monotonic()
    found = run_app(services, APP, agree=True)
    took = time.monotonic() - began
    assert found["transactions"] == 50_000
    print(f"50,000 transactions: {took:.2f} s")
    # What must hold on two idle cores is 5 s; a shared machine gets more.
    assert took < 15, took
