"""My Smart Home on a real household's year, against figures worked out apart from the app."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from pod.programs.manifest import load_program
from pod.programs.schema import check
from pod.sdk.testing import run_app
from tests.readings import (
    APP,
    PARIS,
    Reading,
    answers,
    calendars,
    daily_index,
    hour_file,
    index_file,
    load_curve,
)


@pytest.fixture(scope="module")
def curve(shared_data: Path) -> list[Reading]:
    return hour_file(next((shared_data / "enedis").glob("Enedis_Conso_Heure_*.csv")))


@pytest.fixture(scope="module")
def asked(shared_data: Path, curve: list[Reading]) -> dict[str, Any]:
    days, names = index_file(next((shared_data / "enedis").glob("Enedis_Conso_Jour_*.csv")))
    return answers(
        load_curve(curve),
        daily_index=daily_index(days),
        tariff_calendars=calendars(date(2024, 1, 10), names),
    )


@pytest.fixture(scope="module")
def year(asked: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = run_app(APP, asked)
    check(result, load_program(APP).manifest.result_schema)
    return result


@pytest.fixture(scope="module")
def local(curve: list[Reading]) -> list[tuple[datetime, int]]:
    """(local START, Wh × 2): every value is an even number of watts, over half an hour."""
    return [(start.astimezone(PARIS), int(str(watts))) for start, _, watts in curve]


def test_the_year_is_exact(year: dict[str, Any], local: list[tuple[datetime, int]]) -> None:
    assert (year["readings"], year["total_kwh"]) == (16_848, 5830.467)
    assert (year["from"], year["to"], year["days"]) == ("2023-08-09", "2024-07-24", 351)
    assert year["missing_half_hours"] == 0
    months: dict[str, int] = defaultdict(int)
    for start, double in local:
        months[start.strftime("%Y-%m")] += double
    assert year["by_month"] == [{"month": m, "kwh": d / 2000} for m, d in sorted(months.items())]
    assert (year["max_w"], year["max_at"]) == (6048, "2024-01-08T02:30:00+01:00")


def test_shares_and_base_load(year: dict[str, Any], local: list[tuple[datetime, int]]) -> None:
    total = sum(double for _, double in local)
    low = sum(d for start, d in local if start.hour >= 22 or start.hour < 6)
    evening = sum(d for start, d in local if start.hour in (18, 19))
    assert year["off_peak_share"] == round(low / total, 6)
    assert year["evening_share"] == round(evening / total, 6)
    days: dict[date, list[int]] = defaultdict(list)
    for start, double in local:
        days[start.date()].append(double)
    assert year["baseload_w"] == median(sorted(values)[2] for values in days.values()) == 294
    assert year["baseload_kwh_year"] == round(294 * 8.76, 2)
    assert year["co2_kg"] == round(5830.467 * 0.0519, 3)


def test_the_meters_own_registers_of_197_days(asked: dict[str, Any]) -> None:
    result = run_app(APP, asked, {"from": "2024-01-10", "to": "2024-07-24"})
    assert result["days"] == 197
    assert result["tempo_kwh"] == {
        "blue_off_peak": 1083.540,
        "blue_peak": 1412.200,
        "white_off_peak": 242.503,
        "white_peak": 306.317,
        "red_off_peak": 199.733,
        "red_peak": 224.927,
    }


def test_the_daily_index_agrees_register_by_register(year: dict[str, Any]) -> None:
    found = year["index_check"]
    assert (found["days"], found["agree"], found["kind"]) == (197, 197, "tempo")
    assert (found["from"], found["to"]) == ("2024-01-10", "2024-07-24")
    shown = next(v for v in year["views"] if v["id"] == "check")
    assert shown["sentence"]["fr"].startswith("197\u00a0jours sur 197")
    assert shown["tone"] == "good"


def test_a_wrong_register_is_noticed(asked: dict[str, Any]) -> None:
    index = asked["daily_index"]
    rows = [list(row) for row in index["rows"]]
    swapped = {"EAS F1=": "EAS F2=", "EAS F2=": "EAS F1="}
    for row in rows:
        row[3] = ";".join(swapped.get(p[:7], p[:7]) + p[7:] for p in row[3].split(";"))
    found = run_app(APP, {**asked, "daily_index": {**index, "rows": rows}})["index_check"]
    assert found["days"] == 197 and found["agree"] < 100


def test_bills_against_plain_arithmetic(
    shared_data: Path, year: dict[str, Any], local: list[tuple[datetime, int]]
) -> None:
    published = (shared_data / "reference" / "tempo-days.csv").read_text("utf-8").split()[1:]
    colours = dict(line.split(",") for line in published)
    prices = {
        ("BLUE", False): "0.1325",
        ("BLUE", True): "0.1612",
        ("WHITE", False): "0.1499",
        ("WHITE", True): "0.1871",
        ("RED", False): "0.1575",
        ("RED", True): "0.7060",
    }
    base = off_peak = tempo = Decimal(0)
    for start, double in local:
        kwh = Decimal(double) / 2000
        peak = 6 <= start.hour < 22
        day = start.date() - timedelta(days=start.hour < 6)
        base += kwh * Decimal("0.1927")
        off_peak += kwh * Decimal("0.2065" if peak else "0.1579")
        tempo += kwh * Decimal(prices[colours[day.isoformat()], peak])
    share = Decimal(12 * 351) / 365
    expected = {
        "base": base + Decimal("19.56") * share,
        "off_peak": off_peak + Decimal("19.56") * share,
        "tempo": tempo + Decimal("19.38") * share,
    }
    assert year["subscribed_kva"]["value"] == 9  # 6,048 W were drawn
    assert year["bill_eur"] == {
        option: float(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))
        for option, amount in expected.items()
    }


def test_less_than_a_year_is_compared_with_nothing(year: dict[str, Any]) -> None:
    assert year["trend"] == {"year": None, "month": None, "change": None}
    assert year["heating"] is None and "heating" in year["missing"]


def test_the_synthetic_layout_gives_the_same_as_its_makers_say(shared_data: Path) -> None:
    file = next((shared_data / "synthetic").glob("Enedis_Conso_Heure_*.csv"))
    result = run_app(APP, answers(load_curve(hour_file(file))))
    assert (result["readings"], result["total_kwh"]) == (382, 222.9025)
    assert (result["days"], result["missing_half_hours"]) == (8, 0)
