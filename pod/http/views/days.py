"""A year of days: a row a month, a cell a day, so that a missing day is a hole that is seen.

What a day is shows in its shape as well as its colour: whole, half a cell for a day that is not whole,
a line where nothing happened, an empty frame for what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from pod.http.views.svg import el, label, num

SIGNS = {"f": "whole", "p": "half", "q": "calm", "-": "gap"}  # how a day is drawn
_LEFT, _CELL, _ROW, _TOP = 44.0, 9.5, 15.0, 18.0
_WIDTH, _HEIGHT = _LEFT + 31 * _CELL, _TOP + 12 * _ROW + 2
_SHAPES = {"f": (1.5, 12.0), "p": (7.5, 6.0), "q": (6.0, 3.0), "-": (2.5, 10.0)}  # top, height
_HEADS = (1, 10, 20, 30)


def year(number: int, sign: Callable[[date], str], months: Sequence[str], said: str) -> Markup:
    """A drawing of a year. `sign` gives f (whole), p (a part), q (nothing happened), - (missing) or
    nothing; `months`: what the rows are called; `said`: all of it in a sentence."""
    paths: dict[str, list[str]] = {}
    parts: list[Markup] = [label(_LEFT + (n - 0.5) * _CELL, 12.0, str(n)) for n in _HEADS]
    for row in range(12):
        top = _TOP + row * _ROW
        parts.append(label(0.0, top + 12, months[row], "start"))
        for found, first, last in _runs(number, row + 1, sign):
            down, tall = _SHAPES[found]
            x, wide = _LEFT + (first - 1) * _CELL, (last - first + 1) * _CELL
            paths.setdefault(found, []).append(
                f"M{num(x)},{num(top + down)}h{num(wide)}v{num(tall)}h-{num(wide)}z"
            )
    parts += [
        el("path", d="".join(paths[k]), cls=f"day {c}") for k, c in SIGNS.items() if k in paths
    ]
    parts.append(el("path", d=_lines(), cls="day between"))
    return el(
        "svg",
        el("title", said),
        *parts,
        cls="year",
        view_box=f"0 0 {num(_WIDTH)} {num(_HEIGHT)}",
        role="img",
        aria_label=said,
    )


def key(sign: str) -> Markup:
    """How a sign is drawn, for the legend."""
    down, tall = _SHAPES[sign]
    cells = "".join(f"M{n * 10}.5,{num(down - 1)}h9v{num(tall)}h-9z" for n in range(2))
    return el(
        "svg",
        el("path", d=cells, cls=f"day {SIGNS[sign]}"),
        view_box="0 0 20 14",
        aria_hidden="true",
    )


def _runs(year: int, month: int, sign: Callable[[date], str]) -> Iterator[tuple[str, int, int]]:
    """(sign, first, last day) of the days of a month that stand together."""
    day, begun, before = date(year, month, 1), 1, ""
    while day.month == month:
        found = sign(day)
        if found != before:
            if before:
                yield before, begun, day.day - 1
            begun, before = day.day, found
        last, day = day.day, day + timedelta(days=1)
    if before:
        yield before, begun, last


def _lines() -> str:
    """What parts a day from the next."""
    return "".join(f"M{num(_LEFT + n * _CELL)},{num(_TOP)}V{num(_HEIGHT)}" for n in range(1, 31))
