"""Heat maps: a grid of shades, with the two ends of the scale said in numbers."""

from __future__ import annotations

from markupsafe import Markup

from pod.http.texts import Texts
from pod.http.views.curves import drawing
from pod.http.views.read import View
from pod.http.views.svg import SIZES, Frame, cut, el, label, num, wide

SHADES = 8
_CELL = {"narrow": 24.0, "mid": 25.0, "wide": 30.0}


def heatmap(view: View, texts: Texts) -> list[Markup]:
    """A drawing for each size of container."""
    known = [v for row in view.cells for v in row if v is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    return [_drawing(view, texts, low, high, size) for size in SIZES]


def _drawing(
    view: View, texts: Texts, low: float, high: float, size: tuple[str, float, float]
) -> Markup:
    name, width, _ = size
    names = view.rows
    if name == "narrow" and max(map(len, names)) > 4:
        names = tuple(n[:3] for n in names)
    left = min(width * 0.3, max(map(wide, names)) + 10)
    tall = _CELL[name]
    frame = Frame(name, width, tall * len(names) + 62, left=left, right=0.0, top=2.0, bottom=60.0)
    band = frame.inner / len(view.columns)
    parts, spots = [], []
    for row, values in enumerate(view.cells):
        y = frame.top + row * tall
        parts.append(label(0.0, y + tall / 2 + 5, cut(names[row], left), "start"))
        for column, value in enumerate(values):
            x = left + column * band
            parts.append(
                el(
                    "rect",
                    x=x + 0.75,
                    y=y + 0.75,
                    width=max(0.5, band - 1.5),
                    height=tall - 1.5,
                    rx=min(3.0, band / 4),
                    cls=shade(value, low, high),
                )
            )
            spots.append(f"{num(x + band / 2)},{num(y + tall / 2)}")
    parts += _columns(view, frame, band)
    parts += _legend(view, texts, low, high, frame)
    return drawing(view, frame, parts, " ".join(spots))


def shade(value: float | None, low: float, high: float) -> str:
    """`heat h1` (least) to `heat h8` (most)."""
    if value is None:
        return "missing"
    share = (value - low) / (high - low) if high > low else 0.0
    return f"heat h{1 + min(SHADES - 1, int(share * SHADES))}"


def _columns(view: View, frame: Frame, band: float) -> list[Markup]:
    titles = [column.title for column in view.columns]
    need = max(map(wide, titles)) + 8
    step = next((s for s in (1, 2, 3, 4, 6, 8, 12) if s * band >= need), len(titles))
    y = frame.base + 18
    return [
        label(frame.left + (n + 0.5) * band, y, cut(titles[n], need), "middle" if n else "start")
        if n
        else label(frame.left, y, cut(titles[n], need), "start")
        for n in range(0, len(titles), step)
    ]


def _legend(view: View, texts: Texts, low: float, high: float, frame: Frame) -> list[Markup]:
    y = frame.height - 14
    least, most = (texts.amount(v, view.unit) for v in (low, high))
    parts = [label(frame.left, y + 10, least, "start")]
    x = frame.left + wide(least) + 8
    for number in range(SHADES):
        parts.append(
            el("rect", x=x, y=y, width=14.0, height=12.0, rx=2.0, cls=f"heat h{number + 1}")
        )
        x += 16
    return [*parts, label(x + 6, y + 10, most, "start")]
