"""The SDK's views: what each function makes, the pod's pages draw; what they could not draw is refused at the
line that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pod.http.texts import Texts
from pod.http.views import page
from pod.http.views.read import (
    CELLS,
    COLUMNS,
    INNER,
    KINDS,
    PATHS,
    PLACES,
    POINTS,
    ROWS,
    SERIES,
    undrawn,
)
from pod.sdk import Inputs, Result, said, views

FR, EN = Texts("fr"), Texts("en")
Q = said("Combien ?", "How much?")
MONTHS = ["2026-01", "2026-02"]
NOTE = views.text(Q, said("Rien à dire.", "Nothing to say."))
ALL: dict[str, dict[str, Any]] = {
    "figure": views.figure(Q, 12.5, "kWh", tone="good", sentence="Fine."),
    "line": views.line(Q, ["2026-01-05"], {"Use": [1]}, "W", x_kind="day", area=True),
    "bar": views.bar(Q, MONTHS, {"Use": [1, None]}, "kWh", x_kind="month", highlight=[0], partial=[1]),
    "stacked": views.stacked(Q, MONTHS, [(said("Nuit", "Night"), [1, 2]), ("Day", [3, 4])]),
    "heatmap": views.heatmap(Q, ["Mon", "Tue"], ["0", "12"], [[1, 2], [3, None]], "W"),
    "map": views.map(
        Q, [views.place("Paris", 48.85, 2.35, 3)], [views.path("Way", [(48.85, 2.35), (48.9, 2.4)])], "visits"
    ),
    "table": views.table(
        Q, [views.column("Day", "date"), views.column("€", "eur", 2)],
        [["2026-01-05", 3.5], ["2026-01-06", None]],
    ),
    "text": NOTE,
    "group": views.group(Q, NOTE, NOTE),
    "choice": views.choice(Q, {"One": NOTE, "Other": views.figure(Q, 1)}, period=("2026-01-01", "2026-02-01")),
}  # fmt: skip


def test_there_is_a_function_for_every_kind() -> None:
    assert set(ALL) == set(KINDS)
    assert {kind: view["type"] for kind, view in ALL.items()} == {kind: kind for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("texts", [FR, EN], ids=["fr", "en"])
def test_what_it_makes_is_drawn(kind: str, texts: Texts) -> None:
    made = page([ALL[kind]], texts)
    assert texts("view-unreadable") not in made
    assert texts.own(Q) in made
    if "<svg" in made:
        assert texts("view-numbers") in made, "a drawing has its numbers beside it"
    assert undrawn({"views": list(ALL.values())}, EN) == []


def test_its_limits_are_the_pages() -> None:
    assert (views.SERIES, views.POINTS, views.CELLS, views.ROWS) == (SERIES, POINTS, CELLS, ROWS)
    assert (views.COLUMNS, views.INNER, views.PLACES, views.PATHS) == (
        COLUMNS,
        INNER,
        PLACES,
        PATHS,
    )


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: views.figure(Q, float("nan")), "nan is not a finite number"),
    (lambda: views.figure(Q, "3"), "'3' is not a finite number"),  # type: ignore[arg-type]
    (lambda: views.figure(Q, True), "True is not"),
    (lambda: views.figure(Q, 1, tone="loud"), "loud"),
    (lambda: views.line(Q, ["a", "b"], {"Use": [1]}), "'Use' has 1 values, there are 2 x"),
    (lambda: views.line(Q, [], {}), "a chart has x and series"),
    (lambda: views.bar(Q, ["a"], {str(n): [1] for n in range(7)}), "series: 6 at most, not 7"),
    (lambda: views.bar(Q, ["a"], {"Use": [1]}, x_kind="year"), "year"),
    (lambda: views.heatmap(Q, ["a"], ["b"], [[1, 2]]), "a value for each column"),
    (
        lambda: views.table(Q, [views.column("a")], [[1, 2]]),
        "row 0 has 2 values, there are 1 columns",
    ),
    (lambda: views.map(Q), "places or paths"),
    (lambda: views.place("a", 2.35, 188.85), "not .latitude, longitude."),
    (lambda: views.path("a", []), "points"),
    (lambda: views.map(Q, [views.place("a", 1, 1)] * 501), "places: 500 at most"),
    (lambda: views.choice(Q, {}), "options"),
    (lambda: views.group(Q, *[NOTE] * 13), "views: 12 at most"),
]


@pytest.mark.parametrize(("make", "why"), WRONG, ids=range(len(WRONG)))
def test_what_could_not_be_drawn_is_refused(make: Callable[[], Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make()


def test_check_tells_what_is_not_drawn() -> None:
    wrong = [NOTE, {"type": "bar", "x": ["a"], "series": []}, 3]
    assert undrawn({"views": wrong}, EN) == ["views[1]: nothing to draw", "views[2]: not a view"]
    assert undrawn({"views": [NOTE] * 41}, EN) == ["views: 40 are shown, not 41"]
    assert undrawn({"views": {}}, EN) == ["views is not a list"]
    assert undrawn({}, EN) == undrawn([], EN) == []


def test_a_result_is_its_fields_and_its_views() -> None:
    result = Result(days=3, total_kwh=1.5).show(NOTE).show(ALL["figure"], ALL["bar"])
    assert result.as_dict() == {
        "days": 3,
        "total_kwh": 1.5,
        "views": [NOTE, ALL["figure"], ALL["bar"]],
    }


def test_inputs_ask_in_json() -> None:
    asked: list[tuple[str, str]] = []

    def ask(name: str, params: str) -> tuple[bool, str]:
        asked.append((name, params))
        return True, '{"columns": ["a", "b"], "rows": [[1, 2], [3, 4]], "id": "x"}'

    pod = Inputs(ask, lambda text: None)
    table = pod.query("rows", day=date(2026, 1, 5), most=Decimal("1.50"), none=None)
    assert asked == [("rows", '{"day": "2026-01-05", "most": "1.50", "none": null}')]
    assert (len(table), table.column("b"), list(table)[1], table.facts) == (
        2,
        [2, 4],
        {"a": 3, "b": 4},
        {"id": "x"},
    )
