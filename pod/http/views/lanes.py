"""Lanes: several quantities over the same months, each in a lane of its own scale, all on one axis.

A bar is what was; a tick across it what was in the same month of the period before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pod.http.texts import Texts
from pod.http.views.curves import below
from pod.http.views.scale import x_ticks
from pod.http.views.svg import SIZES, Frame, el, label, num
from pod.http.views.tables import laid, valued

LANE = {"narrow": 72.0, "mid": 78.0, "wide": 84.0}  # height of one, its title included
TITLE = 26.0  # of it


@dataclass(frozen=True, slots=True)
class Lane:
    """`values` and `before`: one a month of the axis, None where nothing is known. Not negative.
    `partial`: places of `values` that are of a part of the month."""

    name: str
    unit: str
    values: tuple[float | None, ...]
    before: tuple[float | None, ...]
    partial: frozenset[int] = frozenset()


def lanes(question: str, months: Sequence[str], found: Sequence[Lane], texts: Texts) -> Markup:
    """The drawing for each size of container, its legend, and the numbers as a table."""
    drawings = [_drawing(question, months, found, texts, size) for size in SIZES]
    told = [("bar c1", "lanes-now"), ("before", "lanes-before")]
    if any(lane.partial for lane in found):
        told.append(("bar part", "view-partial"))
    legend = el("ul", *(el("li", _mark(cls), texts(key)) for cls, key in told), cls="legend")
    details = el(
        "details",
        el("summary", texts("view-numbers")),
        _numbers(question, months, found, texts),
        cls="numbers",
    )
    chart = el("div", legend, *drawings, cls="chart", data_axis="x")
    return Markup("").join([chart, details])


def _mark(cls: str) -> Markup:
    shape = (
        el("path", d="M4,6H18", cls=cls)
        if cls == "before"
        else el("rect", x=4, y=1, width=14, height=10, rx=2, cls=cls)
    )
    return el("svg", shape, view_box="0 0 22 12", aria_hidden="true")


def _drawing(
    question: str,
    months: Sequence[str],
    found: Sequence[Lane],
    texts: Texts,
    size: tuple[str, float, float],
) -> Markup:
    name, width, _ = size
    tall = LANE[name]
    frame = Frame(name, width, tall * len(found) + 28, right=0.0, top=0.0)
    band = frame.inner / max(1, len(months))
    parts: list[Markup] = []
    for place, lane in enumerate(found):
        parts += _lane(lane, texts, frame, place * tall, tall, band)
    ticks = x_ticks(months, "month", texts, frame.inner)
    parts += below(frame, ticks, band, band / 2)
    return el(
        "svg",
        el("title", question),
        *parts,
        cls=f"drawing {frame.name}",
        view_box=f"0 0 {num(frame.width)} {num(frame.height)}",
        role="img",
        aria_label=question,
        data_spots=" ".join(num((place + 0.5) * band) for place in range(len(months))),
        data_top=frame.top,
        data_base=frame.base,
    )


def _lane(
    lane: Lane, texts: Texts, frame: Frame, top: float, tall: float, band: float
) -> list[Markup]:
    base = top + tall - 6
    known = [v for v in (*lane.values, *lane.before) if v is not None]
    most = max(known, default=0.0) or 1.0
    unit = (tall - TITLE - 6) / most
    highest = texts("lanes-most", value=texts.amount(max(known, default=0.0), lane.unit))
    parts = [
        label(0.0, top + 15, lane.name, "start", "name"),
        label(frame.width, top + 15, highest, "end"),
        el("path", d=f"M0,{num(base)}H{num(frame.width)}", cls="hair"),
    ]
    thick = max(0.8, band - min(10.0, band * 0.3))
    for place, (value, before) in enumerate(zip(lane.values, lane.before, strict=True)):
        left = (place + 0.5) * band - thick / 2
        if value is None:
            parts.append(el("rect", x=left, y=base - 4, width=thick, height=4.0, cls="missing"))
        else:
            height = value * unit
            corner = min(3.0, thick / 3, height / 2)
            parts.append(
                el(
                    "rect",
                    x=left,
                    y=base - height,
                    width=thick,
                    height=height,
                    rx=corner,
                    cls="bar part" if place in lane.partial else "bar c1",
                )
            )
        if before is not None:
            y, over = num(base - before * unit), min(2.0, band * 0.1)
            drawn = f"M{num(left - over)},{y}H{num(left + thick + over)}"
            parts += [el("path", d=drawn, cls=c) for c in ("before-edge", "before")]
    return parts


def _numbers(question: str, months: Sequence[str], found: Sequence[Lane], texts: Texts) -> Markup:
    head = [""]
    for lane in found:
        head += [lane.name, texts("lanes-of-before", name=lane.name)]
    body = []
    for place, month in enumerate(months):
        row = [texts.month(month)]
        for lane in found:
            now = valued(lane.values[place], lane.unit, texts, place in lane.partial)
            row += [now, valued(lane.before[place], lane.unit, texts)]
        body.append(row)
    return laid(question, head, body, [False] + [True] * (len(head) - 1))
