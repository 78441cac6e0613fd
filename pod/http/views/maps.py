"""Maps: places and paths at their true shape, with a scale and the north. No tile, no server is asked: what
would fetch a map of where somebody was would tell where they were.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from markupsafe import Markup

from pod.http.texts import Texts
from pod.http.views.curves import drawing
from pod.http.views.read import View
from pod.http.views.svg import SIZES, Frame, cut, el, label, num, wide

KM_PER_DEGREE = 111.2
LEAST_KM = 0.5  # across: a single place has surroundings
LABELS = 12
LABEL_WIDTH = 150.0
SMALL, LARGE = 4.5, 13.0  # radius of a place
MARGIN = 26.0

Point = tuple[float, float]  # latitude, longitude


def geography(view: View, texts: Texts) -> list[Markup]:
    """A drawing for each size of container."""
    points = [p.at for p in view.places] + [at for path in view.paths for at in path.points]
    return [_drawing(view, texts, _Ground(points, *size), size) for size in SIZES]


def length_km(points: tuple[Point, ...]) -> float:
    """Of a path: great circles between its points."""
    return sum(_between(*pair) for pair in pairwise(points))


def _between(one: Point, other: Point) -> float:
    a, b = (math.radians(p[0]) for p in (one, other))
    turn = math.radians(other[1] - one[1])
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(half)))


class _Ground:
    """Where degrees are drawn: equirectangular about the middle, the same scale both ways."""

    def __init__(self, points: list[Point], name: str, width: float, height: float) -> None:
        norths, easts = [p[0] for p in points], [p[1] for p in points]
        self.north, self.east = (
            (max(norths) + min(norths)) / 2,
            (max(easts) + min(easts)) / 2,
        )
        self._squeeze = max(0.05, math.cos(math.radians(self.north)))
        tall = max((max(norths) - min(norths)) * KM_PER_DEGREE, LEAST_KM)
        broad = max((max(easts) - min(easts)) * KM_PER_DEGREE * self._squeeze, LEAST_KM)
        height = min(max(height, width * 0.5), 420.0)
        self.frame = Frame(name, width, height, MARGIN, MARGIN, MARGIN, MARGIN + 18)
        self.unit = min(self.frame.inner / broad, self.frame.tall / tall)  # a kilometre

    def at(self, point: Point) -> tuple[float, float]:
        kilometre = KM_PER_DEGREE * self.unit
        x = self.frame.left + self.frame.inner / 2
        y = self.frame.top + self.frame.tall / 2
        return (
            x + (point[1] - self.east) * self._squeeze * kilometre,
            y - (point[0] - self.north) * kilometre,
        )


def _drawing(view: View, texts: Texts, ground: _Ground, size: tuple[str, float, float]) -> Markup:
    parts, spots = _scale(texts, ground), []
    for number, path in enumerate(view.paths):
        drawn = list(_thinned(ground.at(point) for point in path.points))
        way = " ".join(f"{num(x)},{num(y)}" for x, y in drawn)
        parts.append(el("path", d=f"M{way}", cls=f"line c{number % 6 + 1}"))
        spots.append(drawn[len(drawn) // 2])
    most = max((abs(p.value) for p in view.places if p.value is not None), default=0.0)
    free: list[tuple[float, float, float]] = []
    marks = []
    for place in view.places:
        x, y = ground.at(place.at)
        share = math.sqrt(abs(place.value or 0.0) / most) if most else 0.0
        radius = SMALL + (LARGE - SMALL) * share
        marks.append((x, y))
        parts.append(el("circle", cx=x, cy=y, r=radius, cls="dot c1"))
        parts += _named(cut(place.name, LABEL_WIDTH), x, y, radius, ground.frame.width, free)
    said = " ".join(f"{num(x)},{num(y)}" for x, y in (*marks, *spots))
    return drawing(view, ground.frame, parts, said)


def _named(
    name: str,
    x: float,
    y: float,
    radius: float,
    width: float,
    free: list[tuple[float, float, float]],
) -> list[Markup]:
    """The name beside its mark, where none is; `free` keeps where names stand."""
    left = x + radius + 4 if x + radius + 4 + wide(name) <= width else x - radius - 4 - wide(name)
    taken = any(abs(y - b) < 16 and left < c and a < left + wide(name) for b, a, c in free)
    if not name or taken or left < 0 or len(free) >= LABELS:
        return []
    free.append((y, left, left + wide(name)))
    return [label(left, y + 5, name, "start", "name")]


def _thinned(points: Iterator[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Without those that would fall on the one before: a pixel apart at least, and the ends."""
    last = held = None
    for point in points:
        held = point
        if last is None or math.dist(point, last) >= 1.0:
            yield point
            last, held = point, None
    if held is not None:
        yield held


def _scale(texts: Texts, ground: _Ground) -> list[Markup]:
    """A bar of a round length, and which way is north."""
    frame = ground.frame
    room = frame.inner / 3 / ground.unit
    step = 10.0 ** math.floor(math.log10(room))
    length = max(step * n for n in (1, 2, 5) if step * n <= room)
    said = texts.amount(length, "km") if length >= 1 else texts.amount(length * 1000, "m")
    y, end = frame.height - 12, frame.left + length * ground.unit
    bar = f"M{num(frame.left)},{num(y - 5)}V{num(y)}H{num(end)}V{num(y - 5)}"
    return [
        el("path", d=bar, cls="axis scale"),
        label(end + 8, y, said, "start"),
        el("path", d=f"M{num(frame.width - 14)},{num(y)}v-14l-4,6m4,-6l4,6", cls="axis scale"),
        label(frame.width - 24, y, texts("view-map-north"), "end"),
    ]
