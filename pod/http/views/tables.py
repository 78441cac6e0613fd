"""The numbers of a chart, and tables that an app declares."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from pod.http.texts import Texts
from pod.http.views.maps import length_km
from pod.http.views.read import Column, View
from pod.http.views.scale import point
from pod.http.views.svg import el

MOST_ROWS = 2000
_UNITS = {"kwh": "kWh", "w": "W", "kw": "kW"}


def numbers(view: View, texts: Texts) -> Markup:
    """A chart's numbers as a table; the script that reads points out takes them from here."""
    if view.kind == "heatmap":
        head = ["", *(column.title for column in view.columns)]
        body = [
            [name, *(valued(v, view.unit, texts) for v in row)]
            for name, row in zip(view.rows, view.cells, strict=True)
        ]
    elif view.kind == "map":
        head = ["", texts("view-map-told")]
        body = [[p.name, valued(p.value, view.unit, texts)] for p in view.places]
        body += [[p.name, texts.amount(length_km(p.points), "km", 1)] for p in view.paths]
    else:
        head = ["", *(one.name for one in view.series)]
        body = [
            [
                point(x, view.x_kind, texts),
                *(
                    valued(one.values[n], view.unit, texts, n in view.partial)
                    for one in view.series
                ),
            ]
            for n, x in enumerate(view.x[:MOST_ROWS])
        ]
    return laid(view.question, head, body, [False] + [True] * (len(head) - 1))


def table(view: View, texts: Texts) -> Markup:
    """A declared table."""
    head = [column.title for column in view.columns]
    body = [
        [shown(value, column, texts) for value, column in zip(row, view.columns, strict=True)]
        for row in view.cells
    ]
    return laid(view.question, head, body, [c.kind not in ("text", "date") for c in view.columns])


def shown(value: Any, column: Column, texts: Texts) -> str:
    if value is None:
        return "–"
    if column.kind == "date" and isinstance(value, str):
        try:
            return texts.day(value, "medium")
        except ValueError:
            return value
    if isinstance(value, str):
        return value
    if column.kind == "eur":
        return texts.euros(value, 2 if column.decimals is None else column.decimals)
    return texts.amount(value, _UNITS.get(column.kind, ""), column.decimals)


def valued(value: float | None, unit: str, texts: Texts, partial: bool = False) -> str:
    """A cell of a table; `partial`: the value is of a part of its period."""
    said = "–" if value is None else texts.amount(value, unit)
    return f"{said} ({texts('view-partial')})" if partial else said


def laid(title: str, head: list[str], body: list[list[str]], numeric: list[bool]) -> Markup:
    """A table that scrolls in its own box; `head[0]` may be empty, `numeric` a column each."""
    cls = ["num" if one else None for one in numeric]
    rows = [
        el(
            "tr",
            el("th", row[0], scope="row"),
            *(el("td", cell, cls=c) for cell, c in zip(row[1:], cls[1:], strict=True)),
        )
        for row in body
    ]
    titles = [
        el("th", name, scope="col", cls=c) if name else el("td", "")
        for name, c in zip(head, cls, strict=True)
    ]
    made = el(
        "table",
        el("caption", title, cls="quiet"),
        el("thead", el("tr", *titles)),
        el("tbody", *rows),
    )
    return el("div", made, cls="scroll", tabindex="0", role="region", aria_label=title)
