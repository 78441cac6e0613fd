"""The connector reads every layout as the same readings, whatever the clock did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.sdk.testing import import_file
from tests.programs import linky_files as write
from tests.programs.linky_files import METER, Reading, readings
from tests.programs.make_recorded import LINKY

PERIODS = {
    "winter": readings(date(2024, 1, 15), 2),
    "spring": readings(date(2024, 3, 30), 3),
    "autumn": readings(date(2024, 10, 26), 3),
    "new-year": readings(date(2023, 12, 31), 2),
}
LAYOUTS: dict[str, tuple[str, Callable[[Sequence[Reading]], str]]] = {
    "Enedis_Conso_Heure.csv": ("enedis-hourly", write.hourly),
    f"historique_conso_{METER}.csv": ("enedis-history", write.history),
    "R63.csv": ("enedis-r63", lambda r: f"{write.MEASURES}\n{write.r63(r)}"),
    "mes-puissances-atteintes-30min.csv": ("edf-30min", write.edf),
    "answer.json": ("enedis-data-connect", write.data_connect),
}


def read(name: str, text: str | bytes) -> tuple[str | None, list[dict[str, Any]]]:
    data = text if isinstance(text, bytes) else text.encode()
    return import_file(LINKY, name, data)


def known(records: Sequence[dict[str, Any]]) -> list[Reading]:
    """(START, minutes, W) of every value."""
    found: list[Reading] = []
    for record in records:
        if record.get("type") == "LoadCurve":
            start = datetime.fromisoformat(record["start"]).astimezone(UTC)
            step = record["step"] // 60
            for at, value in enumerate(record["values"]):
                if value is not None:
                    found.append((start + timedelta(minutes=at * step), step, value))
    return sorted(found)


def problems(records: Sequence[dict[str, Any]], *others: str) -> list[str]:
    return [r["problem"] for r in records if "problem" in r and r["problem"] not in others]


def energy(given: Sequence[Reading]) -> Fraction:
    """Wh"""
    return sum((Fraction(str(w)) * m / 60 for _, m, w in given if w is not None), Fraction())


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("period", PERIODS)
def test_every_layout_gives_the_same_readings(name: str, period: str) -> None:
    form, written = LAYOUTS[name]
    found, records = read(name, written(PERIODS[period]))
    assert found == form
    assert known(records) == PERIODS[period]
    assert problems(records, "no-meter") == []
    (file,) = [r for r in records if r.get("type") == "File"]
    assert (file["from"], file["to"]) == (
        PERIODS[period][0][0].astimezone(write.PARIS).date().isoformat(),
        PERIODS[period][-1][0].astimezone(write.PARIS).date().isoformat(),
    )


@pytest.mark.parametrize("minutes", [10, 60])
@pytest.mark.parametrize("name", [n for n in LAYOUTS if not n.startswith("mes-")])
def test_other_steps(name: str, minutes: int) -> None:
    for first in (date(2024, 3, 31), date(2024, 10, 27)):
        given = readings(first, 1, minutes)
        records = read(name, LAYOUTS[name][1](given))[1]
        assert known(records) == given


def test_steps_that_change_in_the_middle_of_a_day() -> None:
    day = date(2024, 5, 14)
    given = readings(day, 1)[:20] + readings(day, 1, 60)[10:14] + readings(day, 1, 10)[84:90]
    given += readings(day, 1)[30:]
    records = read("x.csv", write.hourly(given))[1]
    assert known(records) == given
    changes = [r for r in records if r.get("problem") == "step-change"]
    assert [(c["before"], c["after"]) for c in changes] == [(30, 60), (60, 10), (10, 30)]


def test_after_a_missing_day_the_step_is_that_of_what_follows() -> None:
    hours, halves = readings(date(2024, 5, 14), 1, 60), readings(date(2024, 5, 16), 1)
    records = read("x.csv", write.hourly(hours + halves))[1]
    assert known(records) == hours + halves
    (gap,) = [r for r in records if r.get("problem") == "gap"]
    assert (gap["from"], gap["to"]) == ("2024-05-15T00:00+02:00", "2024-05-16T00:00+02:00")
    assert (gap["missing"], gap["empty"], gap["line"]) == (48, 0, 28)


def test_a_filled_step_is_believed_over_the_distances() -> None:
    given = readings(date(2024, 5, 14), 1)
    del given[10]  # without the column this would be a reading of one hour
    assert known(read("x.csv", write.hourly(given, step="30"))[1]) == given
    assert known(read("x.csv", write.hourly(given))[1]) != given


def test_empty_values_are_a_gap() -> None:
    given = readings(date(2024, 5, 14), 1)
    for at in (0, 7, 8, 47):
        given[at] = (*given[at][:2], None)
    for name, (_, written) in LAYOUTS.items():
        if name.endswith("csv"):
            records = read(name, written(given))[1]
            assert known(records) == [r for r in given if r[2] is not None]
            gaps = [r for r in records if r.get("problem") == "gap"]
            assert [(g["missing"], g["empty"]) for g in gaps] == [(1, 1), (2, 2), (1, 1)]


def test_half_watts_and_kilowatts_stay_exact() -> None:
    start = write.midnight(date(2024, 5, 14))
    given: list[Reading] = [
        (start + timedelta(minutes=30 * n), 30, w) for n, w in enumerate([0.5, 1234.125, 3, 0])
    ]
    assert known(read("x.csv", write.hourly(given))[1]) == given
    text = 'debut;fin;kW\n2024-05-14T00:00;2024-05-14T00:30;"1,2345"\n'
    assert known(read("x.csv", text)[1])[0][2] == 1234.5


def test_rows_in_any_order() -> None:
    given = readings(date(2024, 10, 26), 3)
    head, *rows = write.hourly(given).split("Horodate;Valeur\r\n")
    lines = rows[0].split("\r\n")[:-1]
    backwards = head + "Horodate;Valeur\r\n" + "\r\n".join(lines[::-1])
    assert known(read("x.csv", backwards)[1]) == given
    mixed = head + "Horodate;Valeur\r\n" + "\r\n".join(lines[70:] + lines[:70])
    records = read("x.csv", mixed)[1]
    assert known(records) == given
    assert problems(records) == ["unsorted"]


@pytest.mark.parametrize("name", ["R63.csv", f"historique_conso_{METER}.csv"])
def test_naive_files_written_backwards(name: str) -> None:
    for period in ("autumn", "spring"):
        head, *lines = LAYOUTS[name][1](PERIODS[period]).splitlines()
        text = "\n".join([head, *lines[::-1]])
        assert known(read(name, text)[1]) == PERIODS[period]


def test_repeated_rows_are_folded_and_counted() -> None:
    given = readings(date(2024, 10, 27), 1)
    lines = write.edf(given).split("\n")
    doubled = "\n".join(line for row in lines for line in ([row] * 2 if "Réelle" in row else [row]))
    records = read("mes-puissances.csv", doubled.encode("cp1252"))[1]
    assert known(records) == given
    assert [r["count"] for r in records if r.get("problem") == "duplicate"] == [50]


def test_a_repeated_row_with_another_value_is_told() -> None:
    text = write.hourly(readings(date(2024, 5, 14), 1))
    line = text.split("\r\n")[10]
    stamp = line.split(";")[0]
    records = read("x.csv", text.replace(line, f"{line}\r\n{stamp};7"))[1]
    assert known(records) == readings(date(2024, 5, 14), 1)
    (found,) = [r for r in records if r.get("problem") == "conflicting-duplicate"]
    assert (found["line"], found["first"], found["other"]) == (12, 11, 7)


def test_a_file_of_two_meters_and_of_other_quantities() -> None:
    given = readings(date(2024, 5, 14), 1)
    text = f"{write.MEASURES}\n{write.r63(given)}{write.r63(given, '14290000000001', 'PROD')}"
    reactive = write.r63(given[:2]).replace(";PA;", ";PRI;").replace(";W;", ";VAr;")
    records = read("R63.csv", text + reactive)[1]
    curves = [r for r in records if r.get("type") == "LoadCurve"]
    assert [(c["meter"], c["flow"]) for c in curves] == [
        (METER, "consumption"),
        ("14290000000001", "production"),
    ]
    assert problems(records) == ["other-quantity", "other-quantity"]


def test_an_export_date_in_the_name() -> None:
    text = f"{write.MEASURES}\n{write.r63(readings(date(2024, 5, 14), 1))}"
    records = read("ENEDIS_R63_P_CdC_M1_00001_20240601083000.csv", text)[1]
    assert records[-1]["exported"] == "2024-06-01T08:30:00Z"


def test_registers_of_summer_are_those_of_local_midnight() -> None:
    days = [(date(2024, 3, 30) + timedelta(days=n), {"EAS F1": n, "EAS T": n}) for n in range(4)]
    records = read("Enedis_Conso_Jour.csv", write.daily(days, {"EAS F1": "Base"}))[1]
    found = [(r["day"], r["registers"], r["total"]) for r in records if r.get("day")]
    assert found == [(d.isoformat(), {"EAS F1": v["EAS F1"]}, v["EAS T"]) for d, v in days]
    (calendar,) = [r for r in records if r.get("type") == "TariffCalendar"]
    assert (calendar["from"], calendar["registers"]) == ("2024-03-30", {"EAS F1": "Base"})


@st.composite
def changing(draw: st.DrawFn) -> list[Reading]:
    """Stretches of hours at one step each, over a change of clocks; sometimes hours are missing."""
    now = draw(st.sampled_from([date(2024, 3, 30), date(2024, 10, 26), date(2024, 12, 31)]))
    at, found = write.midnight(now), []
    steps = draw(st.lists(st.sampled_from([10, 15, 30, 60]), min_size=2, max_size=8))
    for step in steps:
        # Two readings at least, so that what comes after a gap says its step.
        for _ in range(draw(st.integers(2, 12)) * 60 // step):
            found.append((at, step, write.power(at)))
            at += timedelta(minutes=step)
        at += timedelta(hours=draw(st.sampled_from([0, 0, 2, 25])))
    return found


@settings(max_examples=60, deadline=None)
@given(changing())
def test_any_change_of_steps_is_followed(made: list[Reading]) -> None:
    assert known(read("x.csv", write.hourly(made))[1]) == made
    text = f"{write.MEASURES}\n{write.r63(made)}"
    assert len(known(read("R63.csv", text)[1])) == len(made)
