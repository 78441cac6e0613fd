"""What a result shows: each function makes one view, as the pod's pages draw it. A ValueError names what
could not be drawn, at the line that asked for it.

Texts are a string or `said("en français", "in English")`. Every view takes `id`, `question` (its title),
`sentence`, `source`, `doubt`, `period` (two ISO days). Every drawing has a table of its numbers beside it,
which the pod makes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

Text = str | Mapping[str, str]
View = dict[str, Any]
Number = int | float
Values = Sequence[Number | None]

SERIES, POINTS, CELLS, ROWS, COLUMNS, OPTIONS, INNER = 6, 20_000, 60, 2000, 20, 6, 12
PLACES, PATHS = 500, 50
X_KINDS = ("text", "day", "week", "month", "hour")


class Said(TypedDict, total=False):
    """What every view may say besides."""

    id: str
    sentence: Text | None
    secondary: Text | None
    source: Text | None
    doubt: Text | None
    period: tuple[str, str]


def said(fr: str, en: str) -> Mapping[str, str]:
    """A text in both languages."""
    return {"fr": fr, "en": en}


def figure(
    question: Text,
    value: Number | None,
    unit: Text = "",
    *,
    tone: str = "plain",
    **more: Unpack[Said],
) -> View:
    """One number, large. None: it could not be computed. `tone`: plain, good, look."""
    if tone not in ("plain", "good", "look"):
        raise ValueError(f"tone is plain, good or look, not {tone!r}")
    return _view("figure", question, more, value=_number(value, "value"), unit=unit, tone=tone)


def line(
    question: Text,
    x: Sequence[str],
    series: Mapping[str, Values] | Sequence[tuple[Text, Values]],
    unit: Text = "",
    *,
    x_kind: str = "text",
    area: bool = False,
    **more: Unpack[Said],
) -> View:
    """Values over `x`. `x_kind`: text, or ISO day, week (its Monday), month, hour. None is a gap."""
    found = _chart(x, series, x_kind)
    for one in found["series"]:
        one["area"] = area
    return _view("line", question, more, unit=unit, **found)


def bar(
    question: Text,
    x: Sequence[str],
    series: Mapping[str, Values] | Sequence[tuple[Text, Values]],
    unit: Text = "",
    *,
    x_kind: str = "text",
    horizontal: bool = False,
    highlight: Iterable[int] = (),
    partial: Iterable[int] = (),
    **more: Unpack[Said],
) -> View:
    """Bars side by side. `highlight` and `partial` are places in `x`: to look at; not whole."""
    found = _chart(x, series, x_kind)
    found |= {"horizontal": horizontal, "highlight": list(highlight), "partial": list(partial)}
    return _view("bar", question, more, unit=unit, **found)


def stacked(
    question: Text,
    x: Sequence[str],
    series: Mapping[str, Values] | Sequence[tuple[Text, Values]],
    unit: Text = "",
    *,
    x_kind: str = "text",
    partial: Iterable[int] = (),
    **more: Unpack[Said],
) -> View:
    """Bars on top of each other: parts of a whole."""
    found = _chart(x, series, x_kind) | {"partial": list(partial)}
    return _view("stacked", question, more, unit=unit, **found)


def heatmap(
    question: Text,
    rows: Sequence[Text],
    columns: Sequence[Text],
    values: Sequence[Values],
    unit: Text = "",
    **more: Unpack[Said],
) -> View:
    """A grid of shades: a row of `values` for each of `rows`."""
    _most(rows, CELLS, "rows")
    _most(columns, CELLS, "columns")
    if len(values) != len(rows) or any(len(row) != len(columns) for row in values):
        raise ValueError("a heat map has a row of values for each row, a value for each column")
    grid = [[_number(v, "values") for v in row] for row in values]
    return _view(
        "heatmap", question, more, unit=unit, rows=list(rows), columns=list(columns), values=grid
    )


def column(title: Text, kind: str = "text", decimals: int | None = None) -> dict[str, Any]:
    """A column of a table. `kind`: text, number, date, eur, kwh, w, kw."""
    return {"title": title, "kind": kind, **({} if decimals is None else {"decimals": decimals})}


def table(
    question: Text,
    columns: Sequence[dict[str, Any]],
    rows: Sequence[Sequence[Text | Number | None]],
    **more: Unpack[Said],
) -> View:
    """Rows in the order of `columns` (each a `column(…)`)."""
    _most(columns, COLUMNS, "columns")
    _most(rows, ROWS, "rows")
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            raise ValueError(
                f"row {number} has {len(row)} values, there are {len(columns)} columns"
            )
    return _view("table", question, more, columns=list(columns), rows=[list(row) for row in rows])


def text(question: Text, *paragraphs: Text, **more: Unpack[Said]) -> View:
    """Paragraphs; no markup."""
    return _view("text", question, more, paragraphs=list(paragraphs))


def place(
    name: Text, latitude: float, longitude: float, value: Number | None = None
) -> dict[str, Any]:
    """A place of a map, in degrees (WGS 84). `value` makes its mark larger."""
    _degrees(latitude, longitude)
    return {"name": name, "at": [latitude, longitude], "value": _number(value, "value")}


def path(name: Text, points: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """A way on a map: (latitude, longitude) one after the other."""
    if not points:
        raise ValueError("a path has points")
    for latitude, longitude in points:
        _degrees(latitude, longitude)
    return {"name": name, "points": [list(point) for point in points]}


def map(
    question: Text,
    places: Sequence[dict[str, Any]] = (),
    paths: Sequence[dict[str, Any]] = (),
    unit: Text = "",
    **more: Unpack[Said],
) -> View:
    """Places and paths, drawn by the pod without asking any server for a map."""
    _most(places, PLACES, "places")
    _most(paths, PATHS, "paths")
    if not places and not paths:
        raise ValueError("a map has places or paths")
    if sum(len(one["points"]) for one in paths) > POINTS:
        raise ValueError(f"paths: {POINTS} points at most")
    return _view("map", question, more, unit=unit, places=list(places), paths=list(paths))


def group(question: Text, *views: View, **more: Unpack[Said]) -> View:
    """Views under one title."""
    _most(views, INNER, "views")
    return _view("group", question, more, views=list(views))


def choice(
    question: Text, options: Mapping[str, View] | Sequence[tuple[Text, View]], **more: Unpack[Said]
) -> View:
    """The owner picks which one of several views is shown; the first is at first."""
    pairs = list(options.items()) if isinstance(options, Mapping) else list(options)
    if not pairs:
        raise ValueError("a choice has options")
    _most(pairs, OPTIONS, "options")
    listed = [{"label": label, "view": view} for label, view in pairs]
    return _view("choice", question, more, options=listed)


def _view(kind: str, question: Text, more: Said, **fields: Any) -> View:
    found: View = {"type": kind, "question": question, **fields}
    for key, value in more.items():
        if key == "period":
            start, end = more["period"]
            value = {"from": start, "to": end}
        if value is not None:
            found[key] = value
    return found


def _chart(
    x: Sequence[str], series: Mapping[str, Values] | Sequence[tuple[Text, Values]], x_kind: str
) -> dict[str, Any]:
    if x_kind not in X_KINDS:
        raise ValueError(f"x_kind is one of {', '.join(X_KINDS)}, not {x_kind!r}")
    pairs = list(series.items()) if isinstance(series, Mapping) else list(series)
    if not x or not pairs:
        raise ValueError("a chart has x and series")
    _most(x, POINTS, "x")
    _most(pairs, SERIES, "series")
    made = []
    for name, values in pairs:
        if len(values) != len(x):
            raise ValueError(f"{name!r} has {len(values)} values, there are {len(x)} x")
        made.append({"name": name, "values": [_number(v, "values") for v in values]})
    return {"x": list(x), "x_kind": x_kind, "series": made}


def _most(given: Sequence[Any], most: int, what: str) -> None:
    if len(given) > most:
        raise ValueError(f"{what}: {most} at most, not {len(given)}")


def _number(given: Any, what: str) -> Number | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise ValueError(f"{what}: {given!r} is not a finite number")
    return given


def _degrees(latitude: float, longitude: float) -> None:
    inside = all(isinstance(d, int | float) for d in (latitude, longitude))
    if not inside or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"({latitude!r}, {longitude!r}) is not (latitude, longitude) in degrees")
