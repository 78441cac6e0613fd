"""Bar charts: upright, lying, side by side, stacked. Series differ by hatching as by colour."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pod.http.texts import Texts
from pod.http.views.curves import below, drawing, framed, grid
from pod.http.views.read import View
from pod.http.views.scale import Scale, point, scale, x_ticks
from pod.http.views.svg import SIZES, Frame, cut, el, label, num, wide

MOST_BARS = 1000
MOST_LYING = 40
WIDEST = 72.0
BAND, BAR = 40.0, 24.0  # height of one lying bar with and without its margin


def bar(view: View, texts: Texts) -> list[Markup]:
    """A drawing for each size of container. Too many lying bars are drawn upright."""
    if view.horizontal and len(view.x) <= MOST_LYING and len(view.series) == 1:
        return [_lying(view, texts, size) for size in SIZES]
    heights = scale([v for s in view.series for v in s.values if v is not None])
    return [_upright(view, texts, heights, framed(s, heights, view.unit, texts)) for s in SIZES]


def stacked(view: View, texts: Texts) -> list[Markup]:
    """Values of one x on top of each other; negative ones below zero."""
    sums = [0.0]
    for place in range(len(view.x)):
        values = [s.values[place] or 0.0 for s in view.series]
        sums += [sum(v for v in values if v > 0), sum(v for v in values if v < 0)]
    heights = scale(sums)
    return [
        _upright(view, texts, heights, framed(s, heights, view.unit, texts), piled=True)
        for s in SIZES
    ]


def _upright(
    view: View, texts: Texts, heights: Scale, frame: Frame, *, piled: bool = False
) -> Markup:
    count = len(view.x)
    band = frame.inner / count
    parts = grid(frame, heights, view.unit, texts)
    zero = frame.base - heights.share(0) * frame.tall
    thick = min(band - min(10.0, band * 0.24), WIDEST)
    for place in range(count):
        left = frame.left + (place + 0.5) * band - thick / 2
        values = [s.values[place] for s in view.series]
        build = _pile if piled else _beside
        parts += build(
            values, left, max(0.6, thick), zero, frame.tall / _span(heights), view, place
        )
    ticks = [
        (n, cut(s, max(band, 60.0))) for n, s in x_ticks(view.x, view.x_kind, texts, frame.inner)
    ]
    parts += below(frame, ticks, band, band / 2)
    if len(view.series) == 1 and not piled:
        parts += _tops(view, texts, frame, band, zero, frame.tall / _span(heights))
    spots = " ".join(num(frame.left + (place + 0.5) * band) for place in range(count))
    return drawing(view, frame, parts, spots)


def _span(heights: Scale) -> float:
    return heights.high - heights.low


def _tops(
    view: View, texts: Texts, frame: Frame, band: float, zero: float, unit: float
) -> list[Markup]:
    """The values above their bars, where all of them fit."""
    said = [None if v is None else texts.number(v) for v in view.series[0].values]
    if any(s is not None and wide(s) + 4 > band for s in said):
        return []
    return [
        label(frame.left + (n + 0.5) * band, zero - max(0.0, v) * unit - 5, s or "", cls="value")
        for n, (v, s) in enumerate(zip(view.series[0].values, said, strict=True))
        if v is not None
    ]


def _beside(
    values: Sequence[float | None],
    left: float,
    width: float,
    zero: float,
    unit: float,
    view: View,
    place: int,
) -> list[Markup]:
    each = width / len(values)
    parts = []
    for number, value in enumerate(values):
        x = left + number * each
        if value is None:
            parts.append(_missing(x, zero, each))
        else:
            width = each * (0.94 if len(values) > 1 else 1)
            parts.append(_box(x, zero, width, value * unit, fill(view, number, place)))
    return parts


def _pile(
    values: Sequence[float | None],
    left: float,
    width: float,
    zero: float,
    unit: float,
    view: View,
    place: int,
) -> list[Markup]:
    above = below = 0.0
    parts = []
    for number, value in enumerate(values):
        if not value:
            continue
        height = value * unit
        start = zero - (above if value > 0 else below)
        parts.append(_box(left, start, width, height, fill(view, number, place), 0.0))
        if value > 0:
            above += height
        else:
            below += height
    return parts


def fill(view: View, number: int, place: int) -> str:
    """A bar for a part of its period is hollow; where some are highlighted, others step back."""
    if place in view.partial:
        return "bar part"
    if view.highlight and len(view.series) == 1:
        return "bar c1" if place in view.highlight else "bar rest"
    return f"bar c{number + 1}"


def _box(
    x: float, start: float, width: float, height: float, cls: str, round_: float = 3.0
) -> Markup:
    top = start - max(0.0, height)
    corner = min(round_, width / 3, abs(height) / 2)
    return el("rect", x=x, y=top, width=width, height=abs(height), rx=corner, cls=cls)


def _missing(x: float, zero: float, width: float) -> Markup:
    return el("rect", x=x, y=zero - 6, width=width, height=6.0, cls="missing")


def _lying(view: View, texts: Texts, size: tuple[str, float, float]) -> Markup:
    name, width, _ = size
    values = view.series[0].values
    said = [texts.amount(v, view.unit) if v is not None else "–" for v in values]
    names = [point(x, view.x_kind, texts, short=True) for x in view.x]
    above = name == "narrow"  # a name over its bar, where there is no room beside it
    left = 0.0 if above else min(width * 0.32, max(wide(n) for n in names) + 14)
    right = max(wide(s) for s in said) * 1.1 + 14
    band = BAND + (18 if above else 0)
    frame = Frame(name, width, band * len(values) + 4, left=left, right=right, top=2.0, bottom=2.0)
    spread = scale([v for v in values if v is not None])
    zero = left + spread.share(0) * frame.inner
    parts, spots = [], []
    for place, value in enumerate(values):
        top = place * band + (22 if above else 8)
        middle = top + BAR / 2
        text = cut(names[place], width if above else left - 14)
        parts.append(label(0.0, top - 6 if above else middle + 5, text, "start", "name"))
        length = 0.0 if value is None else value / _span(spread) * frame.inner
        x = zero + min(0.0, length)
        if value is None:
            parts.append(el("rect", x=zero, y=top, width=8.0, height=BAR, cls="missing"))
        else:
            cls = fill(view, 0, place)
            parts.append(
                el("rect", x=x, y=top, width=max(1.0, abs(length)), height=BAR, rx=4.0, cls=cls)
            )
        strong = "value strong" if place in view.highlight else "value"
        parts.append(label(zero + max(0.0, length) + 8, middle + 5, said[place], "start", strong))
        spots.append(f"{num(zero)},{num(middle)}")
    return drawing(view, frame, parts, " ".join(spots))
