"""Every file of the study is recognised and imported, with the sums that are its own; the frame that is
named Invalid is refused. `python -m tests.programs.shared_files` prints what is asserted here.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pod.model import Body, Json
from pod.programs.manifest import load_program
from pod.programs.sandbox import Sandbox
from pod.sdk import testing
from tests.conftest import LONG
from tests.programs import shared_files
from tests.programs.make_recorded import CONNECTORS
from tests.programs.shared_files import DATA, Row

pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason="the study's files are not here"),
]

# file: connector, records, first and last local day, sums
EXPECTED = {
    "2ddoc/specimens.json": ("public_papers", 3, "2012-11-15", "2021-12-31", ""),
    "camt/camt.053.001.02.xml": ("bank", 6, "2010-10-15", "2010-10-18", "-64321.50 SEK"),
    "camt/camt053_duplicate_same_day.xml": ("bank", 3, "2026-04-07", "2026-04-07", "-9.00 EUR"),
    "camt/camt053_multicurrency.xml": ("bank", 9, "2026-04-01", "2026-04-30", "750.25 EUR; -99.99 USD"),
    "camt/csv_european_decimals.csv": ("bank", 4, "2026-04-02", "2026-04-09", "2260.94 EUR"),
    "camt/csv_french_headers.csv": ("bank", 4, "2026-04-02", "2026-04-09", "2260.94 EUR"),
    "camt/sample.mt940": ("bank", 5, "2026-03-20", "2026-03-21", "1170.25 EUR"),
    "camt/sample.ofx": ("bank", 3, "2026-03-20", "2026-03-21", "1170.25 EUR"),
    "camt/sample.qfx": ("bank", 2, "2026-03-22", "2026-03-22", "-15.00 USD"),
    "enedis/Enedis_Conso_Heure_20230809-20240725_1429xxxxxxxxxx.csv":
        ("linky", 9, "2023-08-09", "2024-07-24", "5830.467 kWh"),
    "enedis/Enedis_Conso_Jour_20240109-20240725_1429xxxxxxxxxx.csv":
        ("linky", 199, "2024-01-10", "2024-07-25", ""),
    "grdf/Donnees_informatives_PCE_DAILY.xlsx":
        ("grdf", 360, "2020-11-24", "2021-11-21", "23181 kWh, 2100 m³"),
    "grdf/Donnees_informatives_PCE_MONTHLY.xlsx":
        ("grdf", 13, "2020-11-01", "2021-11-30", "23181 kWh, 2100 m³"),
    "grdf/Donnees_informatives_PCE_WEEKLY.xlsx":
        ("grdf", 53, "2020-11-24", "2021-11-21", "23181 kWh, 2100 m³"),
    "grdf/donnees_informatives.json":
        ("grdf", 1095, "2019-11-30", "2022-11-29", "62213 kWh, 5617 m³"),
    "grdf/donnees_publiees.json":
        ("grdf", 87, "2017-10-10", "2022-11-02", "117744 kWh, 10557 m³"),
    "grdf/temperatures.json": ("grdf", 730, "2020-12-01", "2022-11-30", ""),
    "mt940/mt940_tests_ASNB_mt940.txt": ("bank", 71, "2020-01-01", "2020-01-31", "56.94 EUR"),
    "mt940/mt940_tests_betterplace_sepa_snippet.sta":
        ("bank", 19, "2007-09-03", "2007-09-04", "-2143323.39 EUR"),
    "mt940/mt940_tests_citi_mt940.txt": ("bank", 9, "2024-03-12", "2024-03-12", "-1142.75 USD"),
    "mt940/mt940_tests_cmxl_mt940.sta":
        ("bank", 25, "2002-03-25", "2013-10-27", "87.30 DEM; 2200.00 EUR; 10040.00 PLN"),
    "synthetic/2023_MARCH.json": ("google_timeline", 2, "2023-03-24", "2023-03-24", ""),
    "synthetic/Enedis_Conso_Heure_20250324-20250331_00000000000000.csv":
        ("linky", 1, "2025-03-24", "2025-03-31", "222.9025 kWh"),
    "synthetic/R63_mesures.csv": ("linky", 1, "2025-03-24", "2025-03-31", "222.9025 kWh"),
    "synthetic/Records.json": ("google_timeline", 1, "2023-03-24", "2023-03-24", ""),
    "synthetic/Timeline.json": ("google_timeline", 3, "2025-03-24", "2025-03-24", ""),
    "synthetic/berlin_transactions.json": ("bank", 2, "2025-01-05", "2025-01-05", "-78.90 EUR"),
    "synthetic/data_connect_clc.json": ("linky", 1, "2025-03-24", "2025-03-30", "195.595 kWh"),
    "synthetic/historique_conso_00000000000000.csv":
        ("linky", 1, "2025-03-24", "2025-03-31", "222.9025 kWh"),
    "synthetic/location-history.json": ("google_timeline", 1, "2025-03-24", "2025-03-24", ""),
    "synthetic/mes-puissances-atteintes-30min-000000000000-00000.csv":
        ("linky", 1, "2025-03-24", "2025-03-31", "222.9025 kWh"),
    "synthetic/stet_transactions.json": ("bank", 3, "2025-01-05", "2025-01-06", "166.10 EUR"),
    "tic/ticFrameHistoric.txt": ("tic", 1, "2026-11-24", "2026-11-24", ""),
    "tic/ticFrameHistoric_full_details.json": ("tic", 1, "2026-11-24", "2026-11-24", ""),
    "tic/ticFrameStandard.txt": ("tic", 2, "2017-09-13", "2017-09-15", "0 kWh"),
    "tic/ticFrameStandard_summarized.json": ("tic", 2, "2017-09-13", "2017-09-15", "0 kWh"),
}  # fmt: skip
REFUSED = {"tic/ticFrameStandard_PCOUP_Invalid.txt": ("tic-checksum", 25)}
# Made for the study, and of no holder: a model of documents, and a timetable [GTFS, open data].
NOBODYS = {"synthetic/model_example.ttl", "synthetic/gtfs_lyon_mini.zip"}
FILES = shared_files.files() if DATA.is_dir() else []
IN_THE_BOX = (
    "grdf/Donnees_informatives_PCE_DAILY.xlsx",
    "grdf/donnees_informatives.json",
    "tic/ticFrameStandard.txt",
)


def test_no_file_is_left_out() -> None:
    assert {f"{f.parent.name}/{f.name}" for f in FILES} == {*EXPECTED, *REFUSED, *NOBODYS}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_each_is_recognised_and_imported_or_refused(file: Path) -> None:
    found = shared_files.row(file)
    if found.name in NOBODYS:
        assert found == Row(found.name)
    elif found.name in REFUSED:
        assert found.refused == REFUSED[found.name]
    else:
        count = sum(number for _, number in found.records)
        assert EXPECTED[found.name] == (found.connector, count, found.first, found.last, found.sums)


@pytest.mark.parametrize("name", EXPECTED if LONG else IN_THE_BOX)
def test_in_the_box_it_says_the_same(name: str) -> None:
    file = DATA / name
    program = load_program(CONNECTORS / EXPECTED[name][0])
    records: list[Json] = []
    outcome = Sandbox().run_importer(
        program, Body(file.stat().st_size, path=file), file.name, records.append
    )
    found, outside = testing.import_file(program.folder, file.name, file.read_bytes())
    assert (outcome.result["format"], records) == (found, outside)


# ---------------------------------------------------------------- the files' own totals


def test_published_gas_is_what_the_index_turned() -> None:
    """A file of its own arithmetic: the indexes of the published readings add up to their volumes."""
    said: Any = json.loads((DATA / "grdf" / "donnees_publiees.json").read_text("utf-8"))
    ((_, holder),) = said.items()
    turned = sum(one["indexFin"] - one["indexDebut"] for one in holder["releves"])
    assert f"{turned} m³" in EXPECTED["grdf/donnees_publiees.json"][4]


def test_what_a_statement_opens_and_closes_with_is_what_went_through() -> None:
    checked = 0
    for file in FILES:
        if file.parent.name not in ("camt", "mt940"):
            continue
        _, records = shared_files.read(CONNECTORS / "bank", file)
        for account, currency in {(r["account"], r["currency"]) for r in records if "amount" in r}:
            mine = [
                r for r in records if (r.get("account"), r.get("currency")) == (account, currency)
            ]
            ends: dict[str, list[Decimal]] = {"opening": [], "closing": []}
            for one in mine:
                if one["type"] == "Balance" and one["kind"] in ends:
                    ends[one["kind"]].append(Decimal(one["amount"]))
            if len(ends["opening"]) == len(ends["closing"]) == 1 and "betterplace" not in file.name:
                through = sum(Decimal(r["amount"]) for r in mine if r["type"] == "Transaction")
                assert ends["opening"][0] + through == ends["closing"][0], (file.name, account)
                checked += 1
    assert checked >= 5
