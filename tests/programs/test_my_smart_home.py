"""My Smart Home on readings of our own making, where every figure can be worked out by hand."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyoxigraph as ox
import pytest

from pod.index.ask import ask
from pod.index.solutions import Solutions, term_of
from pod.programs.manifest import load_program
from pod.programs.schema import check
from pod.sample import temperature, write_household
from pod.sdk.testing import run_app
from tests.readings import (
    APP,
    PARIS,
    ROOT,
    answers,
    calendars,
    daily_index,
    half_hours,
    hour_file,
    index_file,
    load_curve,
)

WINTER = date(2026, 1, 5)  # a Monday; 5 to 7 January 2026 were white, red, red


def run(curve: Any, params: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    """The app's result, which always keeps what its schema promises."""
    result: dict[str, Any] = run_app(APP, answers(curve, **other), params)
    check(result, load_program(APP).manifest.result_schema)
    return result


def view(result: dict[str, Any], name: str) -> dict[str, Any]:
    return next(v for v in result["views"] if v["id"] == name)


def flat(first: date = WINTER, days: int = 3, watts: int = 500) -> Any:
    return load_curve(half_hours(first, days, lambda now: watts))


def contract(kva: float | None = None, hours: str | None = None) -> Any:
    return {"columns": ["kva", "hours"], "rows": [[kva, hours]]}


# ---------------------------------------------------------------- sums


def test_no_readings_is_an_answer_too() -> None:
    result = run(load_curve([]))
    assert result["total_kwh"] is None and result["days"] == 0
    assert result["missing"]["total_kwh"]["fr"].startswith("Aucune courbe")
    assert [v["type"] for v in result["views"]] == ["text"]


def test_a_flat_home() -> None:
    result = run(flat())
    assert (result["from"], result["to"], result["days"]) == ("2026-01-05", "2026-01-07", 3)
    assert result["total_kwh"] == 36
    assert result["by_month"] == [{"month": "2026-01", "kwh": 36}]
    assert (result["baseload_w"], result["baseload_kwh_year"]) == (500, 4380)
    assert result["off_peak_share"] == pytest.approx(8 / 24, abs=1e-6)
    assert result["evening_share"] == pytest.approx(2 / 24, abs=1e-6)
    assert (result["max_w"], result["max_at"]) == (500, "2026-01-05T00:00:00+01:00")
    assert result["co2_kg"] == round(36 * 0.0519, 3)
    assert result["missing_half_hours"] == 0


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50), (date(2026, 6, 1), 48)]
)
def test_days_on_which_clocks_change_are_whole(day: date, count: int) -> None:
    result = run(load_curve(half_hours(day, 1, lambda now: 1001)))
    assert (result["readings"], result["missing_half_hours"]) == (count, 0)
    assert result["total_kwh"] == count * 500.5 / 1000
    assert result["days"] == 1


def test_the_doubled_hour_of_autumn_is_counted_twice_and_told_apart() -> None:
    readings = half_hours(
        date(2026, 10, 25),
        1,
        lambda now: 3000 if (now.hour, now.minute, now.fold) == (2, 30, 1) else 100,
    )
    result = run(load_curve(readings))
    assert result["max_at"] == "2026-10-25T02:30:00+01:00"
    heat = view(result, "by-hour")["values"]
    assert heat[6][2] == round((100 * 3 + 3000) / 4)


def test_gaps_are_counted_never_filled() -> None:
    hole = datetime(2026, 1, 6, 12, tzinfo=PARIS)
    readings = [
        (start, step, None if hole <= start < hole + timedelta(hours=3) else watts)
        for start, step, watts in half_hours(WINTER, 4, lambda now: 500)
    ]
    kept = [r for r in readings if r[0].astimezone(PARIS).date() != date(2026, 1, 7)]
    result = run(load_curve(kept))
    assert result["days"] == 4
    assert result["missing_half_hours"] == 6 + 48
    assert result["total_kwh"] == 36 - 1.5
    assert result["views"][0]["doubt"]["fr"].startswith("54\u00a0demi-heures sans mesure\u202f:")
    assert view(result, "by-day")["series"][0]["values"][2] is None


def test_other_steps_are_summed_exactly_and_brought_to_half_hours() -> None:
    start = datetime(2026, 1, 5, tzinfo=PARIS)
    readings: list[Any] = [(start + timedelta(minutes=10 * n), 10, 101) for n in range(36)]
    readings += [(start + timedelta(hours=6, minutes=15 * n), 15, 203) for n in range(24)]
    readings += [(start + timedelta(hours=12 + n), 60, 307) for n in range(11)]
    readings += [(start + timedelta(hours=23, minutes=30 * n), 30, "90.5") for n in range(2)]
    result = run(load_curve(readings))
    assert result["missing_half_hours"] == 0
    assert result["total_kwh"] == round((101 * 6 + 203 * 6 + 307 * 11 + 90.5) / 1000, 6)
    assert result["baseload_w"] == 101  # 90.5 twice, then the ten-minute readings


def test_a_reading_belongs_to_the_hour_day_and_month_of_its_start() -> None:
    last = datetime(2026, 1, 31, 23, tzinfo=PARIS)
    readings = [(last - timedelta(hours=n), 60, 100) for n in range(24)]
    readings[0] = (last, 60, 1000)
    result = run(load_curve(readings), {"off_peak_hours": "23:30-07:30"})
    assert result["by_month"] == [{"month": "2026-01", "kwh": 3.3}]
    # 23:00 starts in peak hours, 7:00 in off-peak ones: 0:00 to 8:00 is off-peak
    assert result["off_peak_share"] == pytest.approx(800 / 3300, abs=1e-6)


def test_base_load_is_the_median_of_third_lowest_half_hours() -> None:
    lows = {5: (10, 20, 30), 6: (40, 50, 60), 7: (70, 80, 90)}

    def watts(now: datetime) -> int:
        place = now.hour * 2 + now.minute // 30
        return lows[now.day][place] if place < 3 else 900

    assert run(load_curve(half_hours(WINTER, 3, watts)))["baseload_w"] == 60


def test_from_and_to_are_inclusive_local_days() -> None:
    curve = flat(days=10)
    result = run(curve, {"from": "2026-01-07", "to": "2026-01-08"})
    assert (result["from"], result["to"], result["days"]) == ("2026-01-07", "2026-01-08", 2)
    assert result["total_kwh"] == 24


def test_the_meter_with_most_readings_is_counted_and_that_is_said() -> None:
    one, other = flat(), flat(days=5, watts=10)
    for row in other["rows"]:
        row[:2] = ["http://localhost:8080/energy/electricity/unknown-meter/2026-01.ttl#meter", None]
    both = {"columns": one["columns"], "rows": one["rows"] + other["rows"]}
    result = run(both)
    assert (result["meter"], result["total_kwh"]) == ("unknown-meter", 1.2)
    assert result["notes"][0]["en"].startswith("2 meters in your pod")
    assert result["notes"][0]["fr"] in result["views"][0]["sentence"]["fr"]


# ---------------------------------------------------------------- money


def test_bills_are_energy_and_subscription_by_days() -> None:
    result = run(flat())
    share = 12 * 3 / 365
    assert result["subscribed_kva"]["value"] == 6
    assert result["subscribed_kva"]["source"] == "largest power drawn"
    assert result["bill_eur"]["base"] == round(36 * 0.1940 + 15.65 * share, 2)
    assert result["bill_eur"]["off_peak"] == round(12 * 0.1579 + 24 * 0.2065 + 15.65 * share, 2)
    tempo = sum(
        kwh * price
        for kwh, price in zip(
            [result["tempo_kwh"][p] for p in result["tempo_kwh"]],
            [0.1325, 0.1612, 0.1499, 0.1871, 0.1575, 0.7060],
            strict=True,
        )
    )
    assert result["bill_eur"]["tempo"] == round(tempo + 15.59 * share, 2)
    assert {t["from"] for t in result["tariffs"]} == {"2026-02-01"}
    assert [t["id"] for t in result["tariffs"]] == ["base", "off_peak", "tempo"]


@pytest.mark.parametrize(
    ("watts", "kva"), [(500, 6), (6000, 6), (6048, 9), (9001, 12), (50_000, 36)]
)
def test_power_is_the_smallest_that_lets_the_largest_reading_through(watts: int, kva: int) -> None:
    assert run(flat(watts=watts))["subscribed_kva"]["value"] == kva


def test_a_power_without_known_prices_says_which_prices_are_used() -> None:
    result = run(flat(), contract=contract(12))
    assert (result["subscribed_kva"]["source"], result["priced_kva"]) == ("contract", 9)
    assert "12\u00a0kVA" in view(result, "tariffs")["doubt"]["fr"]


def test_the_contract_gives_power_and_hours() -> None:
    result = run(flat(), contract=contract(9, "01:30-07:30,12:30-14:30"))
    assert result["subscribed_kva"]["value"] == 9
    assert result["off_peak_hours"]["source"] == "contract"
    assert result["off_peak_share"] == pytest.approx(8 / 24, abs=1e-6)
    assert (
        "1\u00a0h\u00a030 – 7\u00a0h\u00a030, 12\u00a0h\u00a030 – 14\u00a0h\u00a030"
        in (view(result, "by-hour")["sentence"]["fr"])
    )
    assert view(result, "tariffs")["doubt"]["en"].startswith(
        "These days do not hold a whole winter"
    )


def test_without_a_consented_contract_the_app_still_answers() -> None:
    asked = answers(flat())
    del asked["contract"]  # the pod refuses this query
    assert run_app(APP, asked)["off_peak_hours"]["source"] == "default"


def test_tempo_nights_have_the_colour_of_the_day_before() -> None:
    def watts(now: datetime) -> int:
        return 2000 if now.day == 6 and now.hour < 6 else 0

    reference = answers(None)["tempo_days"]
    colours = {**reference, "rows": [["2026-01-01", "2026-01-31", "2026-01-05", "2026-01-06"]]}
    result = run(load_curve(half_hours(WINTER, 3, watts)), tempo_days=colours)
    assert result["tempo_kwh"]["white_off_peak"] == 12
    assert sum(result["tempo_kwh"].values()) == 12


def test_unknown_colours_leave_tempo_out_and_say_so() -> None:
    result = run(flat(date(2026, 4, 1), 40))
    assert result["tempo_kwh"] is None and result["bill_eur"]["tempo"] is None
    assert result["bill_eur"]["base"] is not None
    assert result["missing"]["tempo_kwh"]["fr"].endswith(
        "pour 38\u00a0jours, à partir du 3\u00a0avril\u00a02026."
    )
    shown = view(result, "tariffs")
    assert [x["en"] for x in shown["x"]] == ["Base", "Peak / off-peak"]
    assert "Tempo n’est pas compté" in shown["doubt"]["fr"]


def test_colours_can_come_from_the_meters_own_registers() -> None:
    first = date(2026, 11, 1)
    days = [first + timedelta(days=n) for n in range(42)]
    names = {"EAS F1": "Bleu Heures Creuses", "EAS F2": "Bleu Heures Pleines"}
    names |= {"EAS F5": "Rouge Heures Creuses", "EAS F6": "Rouge Heures Pleines"}
    index = {
        day: {"EAS F1": n * 4000, "EAS F2": n * 8000, "EAS F5": 0, "EAS F6": 0}
        for n, day in enumerate(days)
    }
    result = run(
        flat(first + timedelta(days=1), 40),
        daily_index=daily_index(index),
        tariff_calendars=calendars(first, names),
    )
    assert result["tempo_kwh"]["blue_peak"] == 320
    assert result["index_check"] == {
        "from": "2026-11-02",
        "to": "2026-12-11",
        "days": 40,
        "agree": 40,
        "kind": "tempo",
        "differences": [],
    }


# ---------------------------------------------------------------- the meter's word


def test_a_difference_of_one_watt_hour_is_found_and_named() -> None:
    days = [WINTER + timedelta(days=n) for n in range(4)]
    index = {day: {"EAS F1": n * 12_000} for n, day in enumerate(days)}
    index[days[2]]["EAS F1"] += 1
    result = run(
        flat(),
        daily_index=daily_index(index),
        tariff_calendars=calendars(WINTER, {"EAS F1": "Base"}),
    )
    found = result["index_check"]
    assert (found["days"], found["agree"]) == (3, 1)
    assert found["differences"][0] == {
        "day": "2026-01-06",
        "period": "all",
        "meter_wh": 12_001,
        "curve_wh": 12_000.0,
    }
    assert view(result, "check")["tone"] == "look"
    assert "6\u00a0janvier\u00a02026" in view(result, "check")["sentence"]["fr"]


def test_days_with_gaps_are_not_held_against_the_meter() -> None:
    index = {WINTER + timedelta(days=n): {"EAS F1": n * 12_000} for n in range(4)}
    readings = half_hours(WINTER, 3, lambda now: 500)[1:]
    result = run(load_curve(readings), daily_index=daily_index(index))
    assert (result["index_check"]["days"], result["index_check"]["agree"]) == (2, 2)


# ---------------------------------------------------------------- the sample household


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    files = write_household(tmp_path_factory.mktemp("home"), until=date(2026, 3, 31))
    readings = {r[0]: r for file in files[:2] for r in hour_file(file)}
    days, names = index_file(files[2])
    yield answers(
        load_curve(readings.values()),
        daily_index=daily_index(days),
        tariff_calendars=calendars(min(days), names),
        temperatures={
            "columns": ["day", "celsius"],
            "rows": [[d.isoformat(), temperature(d)] for d in days],
        },
    )


@pytest.fixture(scope="module")
def lived(sample: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = run_app(APP, sample)
    check(result, load_program(APP).manifest.result_schema)
    return result


def test_off_peak_hours_are_read_off_the_registers(lived: dict[str, Any]) -> None:
    assert lived["off_peak_hours"]["value"] == "23:00-07:00"
    assert lived["off_peak_hours"]["source"] == "meter registers"
    assert lived["index_check"]["kind"] == "off_peak"
    assert lived["index_check"]["days"] == lived["index_check"]["agree"] == 727


def test_heating_is_found_from_temperatures(lived: dict[str, Any]) -> None:
    found = lived["heating"]
    assert 30 < found["w_per_k"] < 45  # the generator's 42 W/K, less at night and when away
    assert 14 <= found["threshold_c"] <= 19
    assert found["r2"] > 0.3  # the car weighs too
    assert view(lived, "heating")["type"] == "figure"


def test_without_temperatures_heating_is_null_and_says_why(sample: dict[str, Any]) -> None:
    result = run_app(APP, {**sample, "temperatures": answers(None)["temperatures"]})
    assert result["heating"] is None
    assert result["missing"]["heating"]["fr"].startswith("Aucune température")
    assert view(result, "heating")["paragraphs"][0] == result["missing"]["heating"]


def test_the_car_is_guessed_with_a_hedge(lived: dict[str, Any]) -> None:
    found = lived["night_charges"]
    assert (found["start"], found["extra_w"]) == (1, 3600)
    assert 1.5 < found["per_week"] < 2.5
    sentence = view(lived, "by-hour")["sentence"]
    assert "Environ 2\u00a0nuits par semaine" in sentence["fr"]
    assert "c’est peut-être une voiture" in sentence["fr"] and "it may be a car" in sentence["en"]


def test_tariffs_are_compared_over_a_whole_year(lived: dict[str, Any]) -> None:
    fair = lived["comparison"]
    assert (fair["from"], fair["to"], fair["days"]) == ("2025-04-01", "2026-03-31", 365)
    shown = view(lived, "tariffs")
    cheapest = min(fair["eur"].values())
    assert shown["series"][0]["values"][shown["highlight"][0]] == cheapest


def test_the_year_is_compared_with_the_same_days_a_year_before(lived: dict[str, Any]) -> None:
    trend = lived["trend"]["year"]
    assert 350 < trend["days"] <= 365
    assert trend["percent"] == pytest.approx(
        (trend["now_kwh"] / trend["then_kwh"] - 1) * 100, abs=0.06
    )


def test_two_years_take_half_a_second(sample: dict[str, Any]) -> None:
    best = min(_seconds(sample) for _ in range(3))
    assert best < 0.5 * 3, f"{best:.2f} s"  # three times the target: this machine is shared


def _seconds(asked: dict[str, Any]) -> float:
    start = datetime.now(UTC)
    run_app(APP, asked)
    return (datetime.now(UTC) - start).total_seconds()


def test_a_lasting_change_is_dated() -> None:
    change = date(2026, 1, 12)

    def watts(now: datetime) -> int:
        usual = 400 + 40 * (now.date().toordinal() % 5)
        return int(usual * 1.3) if now.date() >= change else usual

    result = run(load_curve(half_hours(date(2024, 7, 1), 730, watts)))
    found = result["trend"]["change"]
    assert abs((date.fromisoformat(found["from"]) - change).days) <= 7
    assert found["after_percent"] == pytest.approx(30, abs=3)
    paragraphs = [p["fr"] for p in view(result, "trend")["paragraphs"]]
    assert any("Le changement le plus net" in p for p in paragraphs)


def test_a_home_without_car_or_change_claims_neither() -> None:
    result = run(flat(date(2025, 1, 1), 200))
    assert result["night_charges"] is None
    assert result["trend"] == {"year": None, "month": None, "change": None}
    assert "treize mois" in view(result, "trend")["paragraphs"][0]["fr"]


# ---------------------------------------------------------------- words and views


def texts(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"fr", "en"}:
            yield value
        else:
            for inner in value.values():
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def test_typography(lived: dict[str, Any]) -> None:
    every = [*texts(lived), *texts(run(load_curve([]))), *texts(run(flat(), contract=contract(12)))]
    assert len(every) > 50
    for said in every:
        assert "'" not in said["fr"] + said["en"], said
        assert not re.search(r"[ \u00a0][;:!?»%]|«[ \u00a0]|[0-9] [0-9]{3}\b", said["fr"]), said
        assert not re.search(r"[0-9] (kWh|W|€|kVA|h)\b", said["fr"] + said["en"]), said
        assert "\u202f" not in said["en"] and "{" not in said["fr"] + said["en"], said
        assert not re.search(r"[0-9]\.[0-9]", said["fr"].replace("4.10.2", "")), said


def test_the_page_answers_the_questions_in_order(lived: dict[str, Any]) -> None:
    ids = [v["id"] for v in lived["views"]]
    assert ids == [
        "how-much", "by-month", "by-day", "by-hour", "peak", "base-load", "tariffs", "heating",
        "electricity-same-weather", "co2", "trend", "check",
    ]  # fmt: skip
    for shown in lived["views"]:
        assert shown["question"]["fr"].endswith("\u202f?") and shown["question"]["en"].endswith("?")
        assert set(shown["period"]) == {"from", "to"}
        assert shown["type"] == "text" or (shown["sentence"] and shown["source"])
        for series in shown.get("series", ()):
            assert len(series["values"]) == len(shown["x"])
    heat = view(lived, "by-hour")
    assert [len(row) for row in heat["values"]] == [24] * 7


def test_the_result_is_small(lived: dict[str, Any]) -> None:
    assert len(json.dumps(lived)) < 60_000


# ---------------------------------------------------------------- the manifest


def test_the_declared_queries_read_what_the_pod_writes() -> None:
    store = ox.Store()
    base = "http://localhost:8080/energy/electricity/12345678901234/2026-01.ttl"
    store.load(
        (ROOT / "vocab" / "example.ttl").read_bytes(),
        format=ox.RdfFormat.TURTLE,
        base_iri=base,
        to_graph=ox.NamedNode(base),
    )
    asked = answers(None)
    for query in load_program(APP).manifest.queries:
        if query.reference:
            assert (ROOT / "vocab" / "reference" / f"{query.reference}.json").is_file()
            continue
        bounds = {"from": date.min, "to": date.max} if query.params else {}
        question = {
            "sparql": query.sparql,
            "graphs": None,
            "bindings": {name: term_of(value) for name, value in bounds.items()},
            "rows": 100,
            "seconds": 10,
        }
        found = ask(store, question)
        assert found["columns"] == list(query.columns), query.name
        rows = Solutions(tuple(found["columns"]), found["terms"]).rows
        asked[query.name] = {"columns": found["columns"], "rows": rows}
    assert len(asked["load_curve"]["rows"]) == 2 and len(asked["daily_index"]["rows"]) == 1
    result = run_app(APP, asked)
    assert result["total_kwh"] == 12.0725
    assert (result["meter"], result["missing_half_hours"]) == ("12345678901234", 1)


def test_examples() -> None:
    """examples/in gives examples/out, to the character; DOMICILE_WRITE_GOLDEN=1 writes it anew."""
    folder = APP / "examples"
    asked = answers(None)
    for file in sorted((folder / "in").glob("*.json")):
        asked[file.stem] = json.loads(file.read_text("utf-8"))
    result = run(asked.pop("load_curve"), **asked)
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    golden = folder / "out" / "result.json"
    if os.environ.get("DOMICILE_WRITE_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert golden.read_text("utf-8") == text


def test_the_app_stands_alone() -> None:
    """Standard library, its own modules and the SDK: nothing else is in the box."""
    own = {f.stem for f in APP.glob("*.py")}
    allowed = {
        "bisect",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "domicile",
        "fractions",
    }
    allowed |= {"re", "statistics"}
    for file in APP.glob("*.py"):
        imported = re.findall(r"^(?:from|import) (\w+)", file.read_text("utf-8"), re.MULTILINE)
        assert set(imported) <= own | allowed, file.name
        assert len(file.read_text("utf-8").splitlines()) <= 300, file.name
