"""The sample household: believable, deterministic, and in the very format of real files."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from pod.sample import METER, PARIS, away, household, temperature, write_household
from tests.readings import hour_file, index_file

UNTIL = date(2026, 11, 23)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_household(tmp_path_factory.mktemp("household"), until=UNTIL)


def test_same_arguments_give_the_same_bytes(files: list[Path], tmp_path: Path) -> None:
    again = write_household(tmp_path, until=UNTIL)
    assert [f.name for f in again] == [f.name for f in files]
    assert [f.read_bytes() for f in again] == [f.read_bytes() for f in files]
    other = tmp_path / "other"
    other.mkdir()
    seeded = write_household(other, until=UNTIL, days=30, seed=1)
    assert seeded[0].read_bytes() != write_household(other, until=UNTIL, days=30)[0].read_bytes()


def test_a_day_is_the_same_whatever_the_period() -> None:
    short = dict(household(date(2026, 11, 1), UNTIL))
    long = dict(household(date(2026, 6, 1), UNTIL))
    assert short.items() <= long.items()


def test_use_is_plausible_and_follows_the_seasons() -> None:
    months: Counter[str] = Counter()
    for start, watts in household(UNTIL - timedelta(days=364), UNTIL):
        months[start.astimezone(PARIS).strftime("%m")] += watts / 2000
    assert 5_000 < sum(months.values()) < 7_500
    assert months["01"] > 1.7 * months["06"]
    assert months["08"] < months["07"]  # the holidays
    cold = sum(temperature(date(2026, 1, d)) for d in range(1, 32)) / 31
    warm = sum(temperature(date(2026, 7, d)) for d in range(1, 32)) / 31
    assert cold < 8 < 17 < warm


def test_the_house_is_quiet_when_nobody_is_there() -> None:
    days: dict[date, float] = {}
    for start, watts in household(date(2026, 7, 25), date(2026, 8, 25)):
        day = start.astimezone(PARIS).date()
        days[day] = days.get(day, 0) + watts / 2000
    gone = [kwh for day, kwh in days.items() if away(day)]
    home = [kwh for day, kwh in days.items() if not away(day)]
    assert max(gone) < min(home)


def test_files_look_like_enedis_exports(files: list[Path]) -> None:
    assert [f.name[:18] for f in files] == [
        "Enedis_Conso_Heure",
        "Enedis_Conso_Heure",
        "Enedis_Conso_Jour_",
    ]
    for file in files:
        data = file.read_bytes()
        assert data.startswith(b"\xef\xbb\xbfIdentifiant PRM;Type de donnees;")
        assert b"\r" not in data
    assert len(METER) == 14 and METER.isdigit()
    head = files[0].read_text("utf-8-sig").splitlines()
    assert head[1].endswith(";Energie active;Consommation;Comptage Brut;W;")  # no step, as in life
    assert head[2:4] == ["Horodate;Valeur", "2024-11-24T00:30:00+01:00;" + head[3].split(";")[1]]


def test_steps_change_gaps_occur_and_clocks_change(files: list[Path]) -> None:
    readings = sorted({*hour_file(files[0]), *hour_file(files[1])}, key=lambda r: r[0])
    steps = Counter(step for _, step, _ in readings)
    assert set(steps) == {30, 60} and 150 < steps[60] < 250
    lost = [b[0] - (a[0] + timedelta(minutes=a[1])) for a, b in pairwise(readings)]
    assert min(lost) == timedelta(0)  # never an overlap
    assert sorted(g for g in lost if g) == [timedelta(hours=2.5), timedelta(days=1)]
    assert sum(value is None for _, _, value in readings) == 2
    by_day = Counter(start.astimezone(PARIS).date() for start, step, _ in readings if step == 30)
    assert (by_day[date(2026, 3, 29)], by_day[date(2026, 10, 25)]) == (46, 50)
    assert readings[-1][0].astimezone(PARIS) == datetime(2026, 11, 23, 23, 30, tzinfo=PARIS)


def test_the_two_hour_files_overlap_and_agree(files: list[Path]) -> None:
    first, second = (set(hour_file(f)) for f in files[:2])
    assert len(first & second) > 400
    starts = {start for start, _, _ in first} & {start for start, _, _ in second}
    assert len(starts) == len(first & second)


def test_registers_agree_with_the_curve_to_the_watt_hour(files: list[Path]) -> None:
    days, names = index_file(files[2])
    assert names["EAS F1"] == "Heures Creuses" and names["EAS F2"] == "Heures Pleines"
    assert len(days) == 731
    used: dict[date, list[int]] = {}
    for start, watts in household(date(2026, 10, 20), date(2026, 10, 30)):
        local = start.astimezone(PARIS)
        low = local.hour >= 23 or local.hour < 7
        used.setdefault(local.date(), [0, 0])[0 if low else 1] += watts // 2
    for day, (low, high) in used.items():
        before, after = days[day], days[day + timedelta(days=1)]
        assert after["EAS F1"] - before["EAS F1"] == low
        assert after["EAS F2"] - before["EAS F2"] == high


def test_summer_index_rows_are_stamped_one_hour_late_as_in_real_files(files: list[Path]) -> None:
    text = files[2].read_text("utf-8-sig")
    assert "\n2026-07-03T01:00:00+02:00;Arrêté quotidien;" in text
    assert "\n2026-01-03T00:00:00+01:00;Arrêté quotidien;" in text


def test_a_short_stay_is_one_hour_file_without_gaps(tmp_path: Path) -> None:
    hour, _ = write_household(tmp_path, until=UNTIL, days=14)
    readings = hour_file(hour)
    assert sum(step for _, step, _ in readings) == 14 * 1440
