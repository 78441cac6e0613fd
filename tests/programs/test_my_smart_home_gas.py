"""My Smart Home on gas: figures that can be worked out by hand, and a real household's three years."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from pod.index.ask import ask
from pod.index.solutions import Solutions, term_of
from pod.programs.manifest import load_program
from pod.programs.schema import check
from pod.sample import temperature
from pod.sdk.testing import run_app
from tests.programs.test_grdf import merged, read, readings
from tests.readings import APP, GAS_METER, GAS_SENSOR, answers, gas_days, load_curve

FIRST = date(2026, 1, 5)
PRICES = {
    "id": "gas-tariffs",
    "source": "a contract",
    "from": "2026-01-01",
    "columns": ["from", "price_kwh", "subscription_month"],
    "rows": [["2026-01-01", "0.10", "20"], ["2026-02-01", "0.20", "20"]],
}


def run(rows: Any, **other: Any) -> dict[str, Any]:
    result: dict[str, Any] = run_app(
        APP, answers(load_curve([]), **{"gas_days": gas_days(rows), **other})
    )
    check(result, load_program(APP).manifest.result_schema)
    return result


def flat(first: date, days: int, kwh: Any = 50, m3: Any = 4.5) -> list[tuple[date, Any, Any]]:
    return [(first + timedelta(days=n), kwh, m3) for n in range(days)]


def test_gas_alone_is_an_answer_too() -> None:
    result = run(flat(FIRST, 10))
    gas = result["gas"]
    assert (gas["kwh"], gas["m3"], gas["days"], gas["meter"]) == (500, 45, 10, GAS_METER)
    assert (gas["co2_kg"], gas["co2_factor"]["id"]) == (107.5, "ademe-natural-gas-2022")
    assert (gas["eur"], result["total_kwh"]) == (None, None)
    assert set(result["missing"]) >= {"total_kwh", "gas.eur", "gas.heating"}
    assert [v["id"] for v in result["views"]][:2] == ["gas-how-much", "gas-by-month"]


def test_without_gas_the_result_says_so() -> None:
    result = run([])
    assert result["gas"] is None and result["missing"]["gas"]["fr"].startswith("Aucune journée")


def test_a_declared_price_gives_euros_by_month_from_its_day_on() -> None:
    gas = run(flat(date(2026, 1, 30), 4), gas_tariffs=PRICES)["gas"]
    share = Decimal(20) * 12 / 365
    assert [(m["month"], m["kwh"], m["eur"]) for m in gas["by_month"]] == [
        ("2026-01", 100, float(round(2 * (50 * Decimal("0.10") + share), 2))),
        ("2026-02", 100, float(round(2 * (50 * Decimal("0.20") + share), 2))),
    ]
    assert gas["eur"] == pytest.approx(sum(m["eur"] for m in gas["by_month"]))
    before = run(flat(date(2025, 12, 30), 4), gas_tariffs=PRICES)
    assert before["gas"]["eur"] is None and "gas.eur" in before["missing"]


def test_gaps_are_counted_never_filled() -> None:
    gas = run([*flat(FIRST, 3), *flat(FIRST + timedelta(days=5), 2)])["gas"]
    assert (gas["days"], gas["readings"], gas["missing_days"], gas["kwh"]) == (7, 5, 2, 250)


def test_days_of_a_file_without_a_meter_are_the_only_meters_where_it_has_none() -> None:
    named, unnamed = gas_days(flat(FIRST, 3)), gas_days(flat(FIRST, 5, kwh=99))
    for row in unnamed["rows"]:
        row[0], row[1] = GAS_SENSOR.replace(GAS_METER, "unknown-meter"), None
    both = {**named, "rows": named["rows"] + unnamed["rows"]}
    gas = run([], gas_days=both)["gas"]
    assert (gas["meter"], gas["kwh"]) == (GAS_METER, 3 * 50 + 2 * 99)


def test_the_same_weather_tells_thrift_from_a_mild_winter() -> None:
    first, days, warm = date(2024, 1, 1), 730, {}
    rows = []
    for n in range(days):
        now = first + timedelta(days=n)
        warm[now] = temperature(now) + (2 if n >= 365 else 0)  # a milder year
        used = (4 + 3 * max(0.0, 16 - warm[now])) * (0.9 if n >= 365 else 1)  # and a tenth saved
        rows.append((now, round(used, 3), None))
    table = {"columns": ["day", "celsius"], "rows": [[d.isoformat(), c] for d, c in warm.items()]}
    result = run(rows, day_temperatures=table)
    same = result["gas"]["same_weather"]
    assert (same["percent"], same["threshold_c"], same["days"]) == (-10.0, 16, 365)
    assert same["degree_days"] < same["degree_days_then"]
    shown = next(v for v in result["views"] if v["id"] == "gas-same-weather")
    assert shown["tone"] == "good"
    assert result["gas"]["heating"]["w_per_k"] == pytest.approx(3 / 24 * 1000, rel=0.06)
    assert run(rows)["gas"]["same_weather"] is None  # without temperatures nothing is said


def test_a_real_household_through_the_pods_own_queries(shared_data: Path) -> None:
    """Three years of GRDF's files, as documents, by the queries that the manifest declares."""
    documents: dict[str, bytes] = {}
    for name in ("donnees_informatives.json", "donnees_publiees.json", "temperatures.json"):
        merged(documents, name, (shared_data / "grdf" / name).read_bytes())
    store = ox.Store()
    for path, body in documents.items():
        base = f"http://localhost:8080{path}"
        graph = ox.NamedNode(base)
        store.load(body, format=ox.RdfFormat.TURTLE, base_iri=base, to_graph=graph)
    asked = answers(load_curve([]))
    for query in load_program(APP).manifest.queries:
        if query.name in ("gas_days", "gas_readings", "day_temperatures"):
            asked[query.name] = _asked(store, query)
    result = run_app(APP, asked)
    check(result, load_program(APP).manifest.result_schema)
    gas = result["gas"]
    assert (gas["kwh"], gas["m3"], gas["readings"]) == (62_213, 5_617, 1_095)
    assert (gas["from"], gas["to"], gas["missing_days"]) == ("2019-11-30", "2022-11-29", 1)
    october = [
        Decimal(r["kwh"])
        for r in readings(
            read("a.json", (shared_data / "grdf" / "donnees_informatives.json").read_bytes())[1]
        )
        if r["day"].startswith("2021-10")
    ]
    assert next(m["kwh"] for m in gas["by_month"] if m["month"] == "2021-10") == sum(october)
    assert gas["check"]["periods"] > 60 and abs(gas["check"]["percent"]) < 1
    assert gas["heating"]["r2"] > 0.5 and gas["same_weather"]["percent"] < 0


def _asked(store: ox.Store, query: Any) -> dict[str, Any]:
    question = {
        "sparql": query.sparql,
        "graphs": None,
        "bindings": {name: term_of(v) for name, v in (("from", date.min), ("to", date.max))},
        "rows": 5000,
        "seconds": 10,
    }
    found = ask(store, question)
    assert found["columns"] == list(query.columns), query.name
    rows = Solutions(tuple(found["columns"]), found["terms"]).rows
    return {"columns": found["columns"], "rows": rows}
