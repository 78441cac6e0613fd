"""Declared views: what an honest app gets drawn, and what a hostile one does not."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from pod.http.texts import Texts
from pod.http.views import draw, page
from pod.http.views.bars import fill
from pod.http.views.read import LABEL, POINTS, TEXT, BadView, read_view
from pod.http.views.scale import scale, thinned, x_ticks

FR, EN = Texts("fr"), Texts("en")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    "</svg></title></desc><script>x</script>",
    "javascript:alert(1)",
    "&#x3c;script&#x3e;",
    "]]><!--",
    "{{ 7*7 }}{% raw %}",
    "\u202egnp.exe\u2066",
    "\x00\x1b[31m\x7f\ufeff",
    "a" * 100_000,
)


def series(*values: float | None, name: object = "Use") -> dict[str, Any]:
    return {"name": name, "values": list(values)}


def views(said: object) -> list[dict[str, Any]]:
    """One view of every kind, with `said` wherever a text may stand."""
    told = {
        "id": said,
        **dict.fromkeys(("question", "sentence", "secondary", "source", "doubt", "unit"), said),
    }
    xs = {"x": [said, said], "x_kind": said, "series": [series(1, 2, name=said)] * 2}
    plain = {"type": "text", "question": said, "paragraphs": [said]}
    return [
        {"type": "figure", "value": 3, "tone": said, **told},
        {"type": "line", **xs, **told},
        {"type": "bar", **xs, "partial": [0], **told},
        {"type": "bar", "horizontal": True, **xs, "series": [series(1, 2, name=said)], **told},
        {"type": "stacked", **xs, **told},
        {"type": "heatmap", "rows": [said], "columns": [said], "values": [[1]], **told},
        {
            "type": "map",
            "places": [{"name": said, "at": [48.85, 2.35], "value": 3}],
            "paths": [{"name": said, "points": [[48.8, 2.3], [48.9, 2.4]]}] * 2,
            **told,
        },
        {
            "type": "table",
            "columns": [{"title": said, "kind": said}, {"title": said, "kind": "date"}],
            "rows": [[said, said]],
            **told,
        },
        plain,
        {"type": "group", "views": [plain], **told},
        {"type": "choice", "options": [{"label": said, "view": plain}], **told},
    ]


KINDS = {
    *("section", "h2", "p", "b", "small", "div", "details", "summary", "ul", "li", "span"),
    *("svg", "title", "desc", "path", "rect", "circle", "text", "input", "label"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}


class Read(HTMLParser):
    """Collects elements and attributes, and that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(str(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words(said: str) -> None:
    for view in views(said):
        made = page([view], FR)
        read = Read(made)
        assert read.open == [], view["type"]
        assert read.names <= KINDS
        assert not {
            a for a in read.attributes if a.startswith("on") or a in ("style", "href", "src")
        }
        assert len(made) < 200_000
        assert not any(c in made for c in "\x00\x1b\x7f\u202e\u2066\ufeff")


def test_the_same_words_are_shown_where_they_are_harmless() -> None:
    """The positive control: nothing above passes because nothing is drawn."""
    for view in views("Été <3"):
        made = page([view], FR)
        assert FR("view-unreadable") not in made, view["type"]
        assert "Été <3" in Read(made).text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300, True, "3", [1], {}])
def test_what_is_no_number_is_not_drawn(value: object) -> None:
    for view in (
        {"type": "figure", "value": value},
        {"type": "line", "x": ["a"], "series": [{"name": "", "values": [value]}]},
        {"type": "heatmap", "rows": ["a"], "columns": ["b"], "values": [[value]]},
    ):
        made = page([view], EN)
        assert EN("view-unreadable") in made
        assert "nan" not in made.lower().replace("finan", "")


@pytest.mark.parametrize(
    "view",
    [
        None,
        [],
        "figure",
        {"type": "script"},
        {"type": ["figure"]},
        {"type": "line", "x": [], "series": []},
        {"type": "line", "x": ["a"] * (POINTS + 1), "series": []},
        {"type": "line", "x": ["a", "b"], "series": [series(1)]},
        {"type": "bar", "x": ["a"], "series": [series(1)] * 7},
        {"type": "bar", "x": ["a"], "series": [series(1)], "partial": "all"},
        {"type": "heatmap", "rows": ["a"], "columns": ["b"], "values": [[1, 2]]},
        {"type": "table", "columns": [{"title": "a"}], "rows": [[1, 2]]},
        {"type": "choice", "options": []},
        {"type": "map", "places": [], "paths": []},
        {"type": "map", "places": [{"name": "a", "at": [91, 0]}]},
        {"type": "map", "places": [{"name": "a", "at": [1]}]},
        {"type": "map", "places": [{"name": "a", "at": [None, 2]}]},
        {"type": "map", "places": ["here"]},
        {"type": "map", "paths": [{"name": "a", "points": []}]},
        {"type": "map", "paths": [{"name": "a", "points": [[1, 2]] * (POINTS + 1)}]},
        {"type": "map", "paths": [{"name": "a", "points": [[1, 2]] * 15_000}] * 2},
        {"type": "group", "views": [{"type": "group", "views": [{"type": "group", "views": []}]}]},
    ],
    ids=range(22),
)
def test_what_is_no_view_says_so_in_its_place(view: object) -> None:
    with pytest.raises((BadView, TypeError)):
        read_view(view, FR)
    made = page([{"type": "figure", "value": 1}, view, {"type": "figure", "value": 2}], FR)
    assert made.count('class="fig"') == 2
    assert FR("view-unreadable") in made


def test_more_views_than_shown_are_counted() -> None:
    assert EN("view-too-many", count=2) in page([{"type": "figure", "value": 1}] * 42, EN)
    assert page("no list", EN) == ""
    assert page(None, EN) == ""


def test_long_words_are_cut() -> None:
    view = read_view({"type": "text", "question": "q" * 9999, "paragraphs": ["p" * 9999]}, FR)
    assert len(view.question) == 200
    assert len(view.paragraphs[0]) == TEXT
    shown = read_view({"type": "bar", "x": ["x" * 999], "series": [series(1)]}, FR)
    assert len(shown.x[0]) == LABEL


# ---------------------------------------------------------------- what is drawn


def test_a_figure_in_each_language() -> None:
    view = {"type": "figure", "value": 13181.4, "unit": "kWh", "question": {"fr": "?", "en": "??"}}
    assert "13\u202f181<small>\u00a0kWh</small>" in draw(view, FR)
    assert "13,181<small>\u00a0kWh</small>" in draw(view, EN)
    assert ">–<" in draw({"type": "figure", "value": None}, FR)


def months(*values: float | None, **more: Any) -> dict[str, Any]:
    names = [f"2026-{n + 1:02}" for n in range(len(values))]
    return {"type": "bar", "x": names, "x_kind": "month", "series": [series(*values)], **more}


def test_a_part_of_a_month_is_told_from_a_whole_one() -> None:
    made = draw(months(10, 20, 5, unit="kWh", partial=[2]), EN)
    assert made.count("bar part") == 3 + 1  # one a size of drawing, one in the legend
    assert "5\u00a0kWh (not whole)" in made
    assert "20\u00a0kWh (not whole)" not in made
    assert "not whole" not in draw(months(10, 20, unit="kWh"), EN)
    view = read_view(months(1, 2, partial=[0], highlight=[0]), EN)
    assert fill(view, 0, 0) == "bar part"
    assert fill(view, 0, 1) == "bar rest"


def test_a_missing_value_is_drawn_as_missing() -> None:
    made = draw(months(10, None, 5), FR)
    assert made.count('class="missing"') == 3
    assert '<td class="num">–</td>' in made


def test_every_chart_has_its_numbers_and_its_words() -> None:
    for view in views("Quand\u202f?")[1:7]:
        made = draw(view, FR)
        assert FR("view-numbers") in made
        assert made.count("<svg") >= 3
        assert made.count('role="img" aria-label="Quand\u202f? Quand\u202f?"') == 3
        spots = re.findall(r'data-spots="([^"]*)"', made)
        rows = len(re.findall(r"<tr>", made)) - 1
        cells = len(re.findall(r"<td", made.split("<tbody>")[1]))
        assert {len(s.split()) for s in spots} == {cells if view["type"] == "heatmap" else rows}


def test_weeks_are_named_by_their_monday() -> None:
    weeks = ["2026-01-05", "2026-01-12", "2026-02-02", "2026-02-09"]
    made = draw({"type": "line", "x": weeks, "x_kind": "week", "series": [series(1, 2, 3, 4)]}, EN)
    assert "week of 5\u00a0January" in made
    assert [n for n, _ in x_ticks(weeks * 20, "week", EN, 1000)]


def test_dates_that_are_none_are_words() -> None:
    view = read_view(
        {"type": "bar", "x": ["2026-13"], "x_kind": "month", "series": [series(1)]}, FR
    )
    assert view.x_kind == "text"
    assert read_view(months(1, x_kind=["month"]), FR).x_kind == "text"


@pytest.mark.parametrize("values", [[], [0], [5], [-3, 4], [1e15], [1e-9], [-7], [0, 0]])
def test_a_scale_holds_zero_and_all_values(values: list[float]) -> None:
    found = scale(values)
    assert found.low <= min([0, *values])
    assert found.high >= max([0, *values])
    assert 2 <= len(found.ticks) <= 7
    assert found.low < found.high


def test_thinning_keeps_the_peak_and_the_gap() -> None:
    values: list[float | None] = [1.0] * 5000
    values[1234] = 99.0
    values[3000:3200] = [None] * 200
    runs = list(thinned(values, 500))
    assert len(runs) == 2
    assert (1234, 99.0) in runs[0]
    assert sum(map(len, runs)) <= 1000
    assert all(not 3000 <= place < 3200 for run in runs for place, _ in run)


# ---------------------------------------------------------------- maps


PARIS, LYON = [48.8566, 2.3522], [45.7640, 4.8357]


def test_a_map_keeps_shapes_and_says_lengths() -> None:
    given = {
        "type": "map",
        "question": "Where?",
        "unit": "visits",
        "places": [{"name": "Paris", "at": PARIS, "value": 4}, {"name": "Lyon", "at": LYON}],
        "paths": [{"name": "There", "points": [PARIS, LYON]}],
    }
    made = draw(given, EN)
    assert "4\u00a0visits" in made
    assert "391.5\u00a0km" in made, "the great circle"
    wide = made.split("<svg")[-1]
    (ax, ay), (bx, by) = [
        (float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', wide)
    ]
    # 1 degree of longitude at 47.3° is 0.678 of one of latitude.
    assert (bx - ax) / (by - ay) == pytest.approx(2.4835 * 0.678 / 3.0926, rel=0.01)
    assert by > ay, "the south is below"
    bar = re.search(r'd="M([\d.]+),[\d.]+V[\d.]+H([\d.]+)V', wide)
    assert bar and "200\u00a0km" in wide
    drawn_km = float(bar[2]) - float(bar[1])
    assert drawn_km / (by - ay) == pytest.approx(200 / (3.0926 * 111.2), rel=0.01)
    assert 'data-axis="point"' in made


@pytest.mark.parametrize("points", [[[0, 0]], [[90, 180], [-90, -180]], [[89.9, 0]] * 20_000])
def test_a_map_of_anything_stays_in_its_frame(points: list[list[float]]) -> None:
    made = draw({"type": "map", "paths": [{"name": "a", "points": points}]}, FR)
    assert FR("view-unreadable") not in made
    assert len(made) < 50_000
    for svg in made.split("<svg")[1:]:
        width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
        for x, y in re.findall(r"[ M](-?[\d.]+),(-?[\d.]+)", svg.split("data-spots")[1]):
            assert 0 <= float(x) <= width and 0 <= float(y) <= height
