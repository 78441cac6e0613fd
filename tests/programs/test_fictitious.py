"""Data drawn from the statistics of a pod's own: alike in what apps see, repeated in nothing."""

from __future__ import annotations

import json
import stat
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from pod import server
from pod.commands import fictitious, import_files, needs, run_app
from pod.config import Settings
from pod.errors import BadInput
from pod.programs.fictitious.curve import SLOTS, Curve, Days, kind
from pod.programs.fictitious.household import own_days, own_moves
from pod.programs.fictitious.measure import measure
from pod.programs.fictitious.money import habits, spend
from pod.programs.guest.build import build
from pod.programs.merge.categories import Rules, categorise
from pod.sample import METER, PARIS, household, spending, write_household, write_statements
from pod.services import Services

UNTIL = date(2026, 3, 31)
FIRST = date(2025, 3, 1)
DAY = timedelta(days=1)


def days_of(powers: list[tuple[datetime, int]]) -> Days:
    found: dict[date, list[float | None]] = {}
    for at, watts in powers:
        local = at.astimezone(PARIS)
        found.setdefault(local.date(), [None] * SLOTS)[local.hour * 2 + local.minute // 30] = watts
    return found


@pytest.fixture(scope="module")
def real() -> Days:
    return days_of(list(household(FIRST, UNTIL)))


@pytest.fixture(scope="module")
def powers(real: Days) -> list[tuple[datetime, int]]:
    return list(Curve(real).draw(FIRST, UNTIL, 7))


def sums(days: Days) -> dict[tuple[int, bool], float]:
    """Mean kWh of a day, by month and whether it is a weekend."""
    found: dict[tuple[int, bool], list[float]] = defaultdict(list)
    for day, values in days.items():
        found[day.month, kind(day) > 0].append(sum(v or 0 for v in values) / 2000)
    return {key: mean(values) for key, values in found.items()}


def test_it_is_alike_by_season_kind_of_day_and_hour(
    real: Days, powers: list[tuple[datetime, int]]
) -> None:
    drawn = days_of(powers)
    ours, theirs = sums(real), sums(drawn)
    winter, summer = (1, False), (7, False)
    assert theirs[winter] > 1.5 * theirs[summer], "the season"
    for key in (winter, summer, (1, True), (10, False)):
        assert theirs[key] == pytest.approx(ours[key], rel=0.25), key
    total = sum(v or 0 for values in drawn.values() for v in values)
    assert total == pytest.approx(sum(v or 0 for values in real.values() for v in values), rel=0.06)

    def hours(days: Days, of: range) -> list[float]:
        chosen = [v for d, v in days.items() if kind(d) in of]
        return [mean(v[slot] or 0 for v in chosen) for slot in range(SLOTS)]

    for of in (range(1), range(1, 3)):
        mine, hers = hours(real, of), hours(drawn, of)
        top = sorted(range(SLOTS), key=lambda slot: -mine[slot])[:8]
        assert len(set(top) & set(sorted(range(SLOTS), key=lambda s: -hers[s])[:12])) >= 6
    assert theirs != ours


def test_one_half_hour_says_something_of_the_next(
    real: Days, powers: list[tuple[datetime, int]]
) -> None:
    def restless(days: Days) -> float:
        return mean(abs((a or 0) - (b or 0)) for v in days.values() for a, b in pairwise(v))

    assert restless(days_of(powers)) < 2 * restless(real)


def test_no_real_day_is_repeated_nor_nearer_than_real_ones_are(
    real: Days, powers: list[tuple[datetime, int]]
) -> None:
    found = measure(real, powers)
    assert found["days_repeated"] == 0
    assert found["nearest_w"]["least"] > 0
    assert found["nearest_w"]["median"] > 0.5 * found["real_nearest_w"]["median"]
    # The controls: what measures them sees a copy, and a copy that is off by little.
    copied = list(household(FIRST, UNTIL))[: 48 * 40]
    assert measure(real, copied)["days_repeated"] > 35
    near = [(at, w + 2) for at, w in copied]
    assert measure(real, near)["nearest_w"]["median"] == 2.0
    assert measure(real, near)["days_repeated"] == 0


def test_a_household_that_never_changes_is_not_repeated() -> None:
    same: Days = {FIRST + n * DAY: [100.0] * SLOTS for n in range(60)}
    found = measure(same, list(Curve(same).draw(FIRST, FIRST + 20 * DAY, 1)))
    assert found["days_repeated"] == 0


def test_the_same_seed_the_same_days(real: Days, powers: list[tuple[datetime, int]]) -> None:
    curve = Curve(real)
    assert list(curve.draw(FIRST, UNTIL, 7)) == powers
    other = list(curve.draw(FIRST, UNTIL, 8))
    assert sum(a == b for a, b in zip(other, powers, strict=True)) < len(powers) / 10


def test_the_clock_changes_where_it_changes(real: Days) -> None:
    curve = Curve(real)
    for day, count in ((date(2026, 3, 29), 46), (date(2025, 10, 26), 50), (date(2026, 1, 5), 48)):
        found = list(curve.draw(day, day, 1))
        assert len(found) == count
        assert all(b - a == timedelta(minutes=30) for (a, _), (b, _) in pairwise(found))
        local = [at.astimezone(PARIS) for at, _ in found]
        assert {at.date() for at in local} == {day}
        assert Counter(at.hour for at in local)[2] == {46: 0, 48: 2, 50: 4}[count]


def test_too_few_days_say_too_much() -> None:
    few: Days = {FIRST + n * DAY: [float(n)] * SLOTS for n in range(27)}
    with pytest.raises(BadInput, match="27 whole days"):
        Curve(few)
    assert Curve({**few, FIRST + 27 * DAY: [1.0] * SLOTS}), "the control"


MOVES = [
    (day, amount, categorise({"description": text}, Rules()))  # type: ignore[arg-type]
    for day, amount, text, _ in spending(FIRST, UNTIL)
]


def test_accounts_keep_their_categories_and_nothing_of_their_own() -> None:
    real = frozenset((day, amount) for day, amount, _ in MOVES)
    entries = spend(habits(MOVES), FIRST, UNTIL, 7, real)
    assert spend(habits(MOVES), FIRST, UNTIL, 7, real) == entries
    assert spend(habits(MOVES), FIRST, UNTIL, 8, real) != entries
    assert not {(day, amount) for day, amount, *_ in entries} & real
    words = {text for _, _, text, _ in spending(FIRST, UNTIL)}
    assert not words & {text for _, _, text, _ in entries}
    kinds = Counter(categorise({"description": text}, Rules()) for _, _, text, _ in entries)  # type: ignore[arg-type]
    ours = Counter(category for _, _, category in MOVES)
    assert kinds.keys() == ours.keys()
    for category, count in ours.items():
        assert kinds[category] == pytest.approx(count, rel=0.3, abs=4), category

    def income(found: list[tuple[date, Decimal]]) -> float:
        return float(sum(amount for _, amount in found if amount > 0))

    drawn = income([(d, a) for d, a, *_ in entries])
    assert drawn == pytest.approx(income([(d, a) for d, a, _ in MOVES]), rel=0.25)
    assert [e[0] for e in entries] == sorted(e[0] for e in entries)
    assert all(FIRST <= day <= UNTIL for day, *_ in entries)
    assert len({reference for *_, reference in entries}) == len(entries)
    rent = {-a for _, a, text, _ in entries if "LOYER" in text}
    assert rent and Decimal("742.00") not in rent, (
        "what is always the same is not the household's own"
    )


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A pod with 100 days of a household: here it stands for a real one."""
    build()
    folder = tmp_path_factory.mktemp("own")
    with opened(folder) as found:
        files = write_household(folder, until=UNTIL, days=100)
        files += write_statements(folder, until=UNTIL, days=100)[:1]
        assert not [t for t in import_files(found, [str(f) for f in files]) if "error" in t]
        yield found


class opened:  # noqa: N801  (a context manager)
    def __init__(self, folder: Path) -> None:
        self._settings = replace(
            Settings(), data=folder / "data", vault_key_file=str(folder / "vault.key")
        )

    def __enter__(self) -> Services:
        server.initialise(self._settings)
        self.services = server.build(self._settings)
        return self.services

    def __exit__(self, *_: object) -> None:
        self.services.close()


def test_files_of_holders_that_another_pod_takes(services: Services, tmp_path: Path) -> None:
    """They come in by the same door, an app runs on them, and they are nobody else's to see."""
    out = tmp_path / "fictitious"
    about = fictitious(services, str(out), days=60, seed=3)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(f.stat().st_mode) for f in out.iterdir()} == {0o600}
    told = json.loads((out / "about.json").read_text("utf-8"))
    assert {"folder": str(out), **told} == about
    assert "one household" in told["said"]["en"] and "un seul foyer" in told["said"]["fr"]
    assert "not anonymous" in told["said"]["en"] and "pas anonymes" in told["said"]["fr"]
    assert told["measured"]["days_repeated"] == told["measured"]["transactions_repeated"] == 0
    assert told["drawn_from"]["days"] >= 99
    assert (told["from"], told["to"]) == ("2026-01-31", "2026-03-31")
    text = b"".join((out / name).read_bytes() for name in told["files"])
    assert METER.encode() in text
    assert b"REGIE DU PARC" not in text, "no words of the account's own"
    with pytest.raises(BadInput):  # never over what is there
        fictitious(services, str(out), days=60, seed=3)
    again = fictitious(services, str(tmp_path / "again"), days=60, seed=3)
    assert again["files"] == about["files"]
    for name in told["files"]:
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    for days in (0, 2000):
        with pytest.raises(BadInput):
            fictitious(services, str(tmp_path / "never"), days=days, seed=3)

    folder = tmp_path / "other"
    folder.mkdir()
    with opened(folder) as other:
        done = import_files(other, [str(out / name) for name in told["files"]])
        assert [t for t in done if "error" in t or t["problems"]] == []
        result = run_app(other, "my_smart_home", agree=True)
        assert (result["from"], result["to"]) == (told["from"], told["to"])
        assert result["missing_half_hours"] == 0
        assert run_app(other, "ma_situation_sociale", agree=True)["income_eur"]
        assert len(own_days(other.space, other.owner)) == 60
        assert own_moves(other.space, other.owner)


def test_nothing_of_it_is_kept_or_shown_in_the_pod(services: Services, tmp_path: Path) -> None:
    before = services.space.journal.activities(services.owner, limit=1)[0]
    asked = needs(services, "my_smart_home")
    fictitious(services, str(tmp_path / "out"), days=30, seed=1)
    assert services.space.journal.activities(services.owner, limit=1)[0] == before
    assert needs(services, "my_smart_home") == asked


def test_a_pod_without_data_gives_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as empty, pytest.raises(BadInput, match="too few"):
        fictitious(empty, str(tmp_path / "out"), days=30, seed=1)
    assert not (tmp_path / "out").exists()


def test_own_days_are_those_that_were_imported(services: Services) -> None:
    found = own_days(services.space, services.owner)
    powers = dict(household(date(2026, 1, 1), UNTIL))
    day = date(2026, 3, 2)
    start = datetime(2026, 3, 1, 23, tzinfo=UTC)
    assert found[day] == [powers[start + n * timedelta(minutes=30)] for n in range(SLOTS)]
