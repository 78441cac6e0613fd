"""The connector on the real files of one household, and on the sample layouts of one week."""

from __future__ import annotations

import csv
import hashlib
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pod.programs.merge import Source, merge_documents
from pod.sdk.testing import import_file
from tests.programs.linky_files import PARIS
from tests.programs.make_recorded import LINKY
from tests.programs.test_linky import energy, known

PERIODS = ("Bleu", "Blanc", "Rouge")


def read(file: Path) -> list[dict[str, Any]]:
    return import_file(LINKY, file.name, file.read_bytes())[1]


@pytest.fixture(scope="module")
def year(shared_data: Path) -> list[dict[str, Any]]:
    (file,) = (shared_data / "enedis").glob("*_Heure_*.csv")
    return read(file)


@pytest.fixture(scope="module")
def registers(shared_data: Path) -> list[dict[str, Any]]:
    (file,) = (shared_data / "enedis").glob("*_Jour_*.csv")
    return read(file)


def test_a_real_year(year: list[dict[str, Any]]) -> None:
    found = known(year)
    assert len(found) == 16_848
    assert energy(found) == 5_830_467
    assert [r for r in year if "problem" in r] == []
    assert {minutes for _, minutes, _ in found} == {30}


def test_a_real_year_becomes_twelve_documents(year: list[dict[str, Any]]) -> None:
    records = [r for r in year if "problem" not in r]
    source = Source("/imports/year.csv", hashlib.sha256(b"year").hexdigest())
    merged = merge_documents(records, source, {}.get)
    assert len(merged.writes) == 12
    assert (merged.found.readings, merged.found.energy_wh) == (16_848, 5_830_467)
    assert (merged.found.first, merged.found.last) == ("2023-08-09", "2024-07-24")
    assert (merged.found.missing, merged.found.gap_count) == (0, 0)
    assert merge_documents(records, source, merged.writes.get).writes == {}


def test_a_real_year_is_read_in_time(shared_data: Path) -> None:
    (file,) = (shared_data / "enedis").glob("*_Heure_*.csv")
    began = time.process_time()
    read(file)
    assert time.process_time() - began < 0.5  # 0.1 s on an idle core


def test_the_curve_agrees_with_the_meter_on_every_register(
    year: list[dict[str, Any]], registers: list[dict[str, Any]], shared_data: Path
) -> None:
    """Split by Tempo colour (before 6 h the previous day's; peak 6–22 h), to the watt-hour."""
    with (shared_data / "reference" / "tempo-days.csv").open(encoding="utf-8") as file:
        named = {"BLUE": "Bleu", "WHITE": "Blanc", "RED": "Rouge"}
        colours = {date.fromisoformat(r["day"]): named[r["colour"]] for r in csv.DictReader(file)}
    (calendar,) = [r for r in registers if r.get("type") == "TariffCalendar"]
    names = calendar["registers"]
    assert len(names) == 6
    curve: dict[tuple[date, str], float] = {}
    for start, minutes, watts in known(year):
        local = start.astimezone(PARIS)
        colour = colours[local.date() - timedelta(days=local.hour < 6)]
        peak = "Heures Pleines" if 6 <= local.hour < 22 else "Heures Creuses"
        key = local.date(), f"{colour} {peak}"
        curve[key] = curve.get(key, 0) + (watts or 0) * minutes / 60
    days = {date.fromisoformat(r["day"]): r for r in registers if r.get("type") == "DailyIndex"}
    agreeing, sums = 0, dict.fromkeys(names.values(), 0)
    for day, record in days.items():
        if following := days.get(day + timedelta(days=1)):
            counted = {
                name: following["registers"][r] - record["registers"][r]
                for r, name in names.items()
            }
            agreeing += all(counted[n] == curve.get((day, n), 0) for n in counted)
            sums = {name: sums[name] + counted[name] for name in sums}
    assert agreeing == 197
    assert sums == {
        "Bleu Heures Creuses": 1_083_540,
        "Bleu Heures Pleines": 1_412_200,
        "Blanc Heures Creuses": 242_503,
        "Blanc Heures Pleines": 306_317,
        "Rouge Heures Creuses": 199_733,
        "Rouge Heures Pleines": 224_927,
    }


def test_registers_of_a_real_household(registers: list[dict[str, Any]]) -> None:
    days = [r for r in registers if r.get("type") == "DailyIndex"]
    assert (len(days), days[0]["day"], days[-1]["day"]) == (198, "2024-01-10", "2024-07-25")
    assert days[0]["registers"]["EAS F1"] == 17_424_711
    assert {r["total"] == r["registers"]["EAS D1"] for r in days} == {True}


@pytest.mark.parametrize(
    ("pattern", "meter"),
    [
        ("Enedis_Conso_Heure_*.csv", "00000000000000"),
        ("R63_mesures.csv", "00000000000000"),
        ("historique_conso_*.csv", "00000000000000"),
        ("mes-puissances-*.csv", None),
    ],
)
def test_four_layouts_of_a_week_with_a_short_day(
    shared_data: Path, pattern: str, meter: str | None
) -> None:
    (file,) = (shared_data / "synthetic").glob(pattern)
    records = read(file)
    found = known(records)
    assert (len(found), float(energy(found))) == (382, 222_902.5)
    assert {r["meter"] for r in records if r.get("type") == "LoadCurve"} == {meter}
    short = [r for r in found if r[0].astimezone(PARIS).date() == date(2025, 3, 30)]
    assert len(short) == 46
    (other,) = (shared_data / "synthetic").glob("R63_mesures.csv")
    assert found == known(read(other))


def test_an_answer_of_data_connect(shared_data: Path) -> None:
    records = read(shared_data / "synthetic" / "data_connect_clc.json")
    assert len(known(records)) == 334
    assert known(records)[-1][0] == datetime(2025, 3, 30, 21, 30, tzinfo=UTC)
    (found,) = [r for r in records if "problem" in r]
    assert (found["problem"], found["count"]) == ("outside-period", 2)


def test_files_of_others_are_left_to_others(shared_data: Path) -> None:
    own = {"Enedis", "R63_me", "histor", "mes-pu", "data_c"}
    seen = 0
    for file in sorted(shared_data.rglob("*")):
        if file.is_file() and file.name[:6] not in own and file.stat().st_size < 1 << 20:
            assert import_file(LINKY, file.name, file.read_bytes())[0] is None, file
            seen += 1
    assert seen > 300
