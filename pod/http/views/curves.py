"""Line charts: one or several series over time, as area or line."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pod.http.texts import Texts
from pod.http.views.read import View
from pod.http.views.scale import Scale, scale, thinned, x_ticks
from pod.http.views.svg import SIZES, Frame, el, label, num, wide


def line(view: View, texts: Texts) -> list[Markup]:
    """A drawing for each size of container."""
    known = [v for s in view.series for v in s.values if v is not None]
    heights = scale(known)
    return [_drawing(view, texts, heights, framed(s, heights, view.unit, texts)) for s in SIZES]


def framed(size: tuple[str, float, float], heights: Scale, unit: str, texts: Texts) -> Frame:
    """A plot whose left margin holds the tick labels."""
    left = max(wide(tick(value, heights, texts)) for value in heights.ticks) + 8
    return Frame(*size, left=left, top=30.0 if unit else 16.0)


def tick(value: float, heights: Scale, texts: Texts) -> str:
    step = heights.ticks[1] - heights.ticks[0]
    decimals = next((n for n in range(7) if abs(round(step, n) - step) < 1e-9 * step + 1e-12), 6)
    return texts.number(value, decimals)


def grid(frame: Frame, heights: Scale, unit: str, texts: Texts) -> list[Markup]:
    """Hairlines with their numbers; the unit stands above them once."""
    parts = []
    for value in heights.ticks:
        y = frame.base - heights.share(value) * frame.tall
        cls = "axis" if value == 0 else "hair"
        parts.append(el("path", d=f"M{num(frame.left)},{num(y)}H{num(frame.width)}", cls=cls))
        parts.append(label(frame.left - 8, y + 5, tick(value, heights, texts), "end"))
    if unit:
        parts.append(label(0.0, 12.0, unit, "start"))
    return parts


def _drawing(view: View, texts: Texts, heights: Scale, frame: Frame) -> Markup:
    count = len(view.x)
    step = frame.inner / max(1, count - 1)

    def at(place: int, value: float) -> str:
        y = frame.base - heights.share(value) * frame.tall
        return f"{num(frame.left + place * step)},{num(y)}"

    parts = grid(frame, heights, view.unit, texts)
    parts += below(frame, x_ticks(view.x, view.x_kind, texts, frame.inner), step)
    for number, one in enumerate(view.series):
        for run in thinned(one.values, int(frame.inner)):
            drawn = " ".join(at(*p) for p in run)
            if len(run) == 1:
                x, y = at(*run[0]).split(",")
                parts.append(el("circle", cx=x, cy=y, r=2.5, cls=f"dot c{number + 1}"))
                continue
            if one.area and len(view.series) == 1:
                floor = num(frame.base - heights.share(0) * frame.tall)
                first, last = (num(frame.left + run[i][0] * step) for i in (0, -1))
                parts.append(
                    el("path", d=f"M{first},{floor} L{drawn} L{last},{floor}Z", cls="area")
                )
            parts.append(el("path", d=f"M{drawn}", cls=f"line c{number + 1}"))
    spots = " ".join(num(frame.left + place * step) for place in range(count))
    return drawing(view, frame, parts, spots)


def below(
    frame: Frame, ticks: Sequence[tuple[int, str]], step: float, shift: float = 0.0
) -> list[Markup]:
    """Labels under their places, moved inwards at the edges, left out where two would touch."""
    parts, free = [], 0.0
    for place, said in ticks:
        half = wide(said) / 2
        x = min(max(frame.left + place * step + shift, half), frame.width - half)
        if x - half >= free:
            parts.append(label(x, frame.height - 6, said))
            free = x + half + 6
    return parts


def drawing(view: View, frame: Frame, parts: list[Markup], spots: str) -> Markup:
    """The drawing with its name; `spots` are the places of its points, for the script that reads
    them out from the table beside it."""
    return el(
        "svg",
        el("title", view.question),
        *([el("desc", view.sentence)] if view.sentence else []),
        *parts,
        cls=f"drawing {frame.name}",
        view_box=f"0 0 {num(frame.width)} {num(frame.height)}",
        role="img",
        aria_label=f"{view.question} {view.sentence}".strip(),
        data_spots=spots,
        data_top=frame.top,
        data_base=frame.base,
    )
