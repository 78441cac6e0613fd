"""A declared view, from an app's JSON to checked values in the reader's language.

Everything here is a stranger's: texts are cut, counts are capped, numbers must be finite. Nothing
is trusted to be what it says; escaping happens where the text meets HTML (`svg.el`, templates).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pod.http.texts import Texts

TEXT = 2000  # characters of one text
LABEL = 80
POINTS = 20_000
SERIES = 6
CELLS = 60  # rows and columns of a heat map
ROWS = 2000
COLUMNS = 20
VIEWS = 40
INNER = 12
DEPTH = 2
PLACES, PATHS = 500, 50
KINDS = ("figure", "line", "bar", "stacked", "heatmap", "map", "table", "text", "group", "choice")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9-]{0,39}")
_DATES = {
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "week": re.compile(r"\d{4}-\d\d-\d\d"),  # by its Monday
    "month": re.compile(r"\d{4}-\d\d"),
    "hour": re.compile(r"\d{4}-\d\d-\d\dT\d\d(:\d\d)?(:\d\d)?(Z|[+-]\d\d:\d\d)?"),
}


class BadView(Exception):
    """A view that cannot be drawn; the page says so in its place."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[float | None, ...]
    area: bool


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: text, number, date, or a unit's short name (eur, kwh, w)."""

    title: str
    kind: str
    decimals: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """`at`: latitude and longitude in degrees (WGS 84)."""

    name: str
    at: tuple[float, float]
    value: float | None


@dataclass(frozen=True, slots=True)
class Path:
    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class View:
    """One checked view. Fields that its kind does not use are empty."""

    kind: str
    id: str
    question: str
    sentence: str = ""
    secondary: str = ""
    source: str = ""
    doubt: str = ""
    unit: str = ""
    period: tuple[str, str] | None = None
    tone: str = "plain"
    value: float | None = None
    x: tuple[str, ...] = ()
    x_kind: str = "text"
    series: tuple[Series, ...] = ()
    horizontal: bool = False
    highlight: frozenset[int] = frozenset()
    partial: frozenset[int] = frozenset()  # places whose value covers only a part of them
    rows: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    cells: tuple[tuple[Any, ...], ...] = ()
    places: tuple[Place, ...] = ()  # of a map
    paths: tuple[Path, ...] = ()
    paragraphs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # of a choice
    views: tuple[View, ...] = ()


def read_view(given: Any, texts: Texts, place: int = 0, depth: int = 0) -> View:
    """Raises BadView for anything that is not a view that can be drawn."""
    if not isinstance(given, dict):
        raise BadView("not a view")
    kind = given.get("type")
    if kind not in KINDS:
        raise BadView("no such kind of view")
    name = given.get("id")
    named = isinstance(name, str) and _IDENTIFIER.fullmatch(name)
    fields: dict[str, Any] = {
        "kind": kind,
        "id": f"view-{place}-{name}" if named else f"view-{place}",
        "question": words(given.get("question"), texts, 200),
        "period": _period(given.get("period")),
        "tone": given["tone"] if given.get("tone") in ("good", "look") else "plain",
        "unit": words(given.get("unit"), texts, 40),
    }
    for key in ("sentence", "secondary", "source", "doubt"):
        fields[key] = words(given.get(key), texts)
    return View(**fields, **_READERS[kind](given, texts, place, depth))


def undrawn(result: Any, texts: Texts) -> list[str]:
    """For an app's author: each view of a result that no page could draw, and why."""
    listed = result.get("views") if isinstance(result, dict) else None
    if listed is None:
        return []
    if not isinstance(listed, list):
        return ["views is not a list"]
    found = [f"views: {VIEWS} are shown, not {len(listed)}"] if len(listed) > VIEWS else []
    for place, one in enumerate(listed):
        try:
            read_view(one, texts, place)
        except BadView as bad:
            found.append(f"views[{place}]: {bad}")
    return found


def words(given: Any, texts: Texts, most: int = TEXT) -> str:
    """A text in the reader's language, at most `most` characters, without control characters."""
    said = texts.own(given)[: most + 1]
    said = "".join(c for c in said if c.isprintable() or c in "\u202f\u00a0")
    return said if len(said) <= most else said[: most - 1] + "…"


def number(given: Any) -> float | None:
    """A finite number, None for null. Raises BadView for anything else."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise BadView("not a number")
    if not math.isfinite(given) or abs(given) > 1e15:
        raise BadView("a number out of range")
    return float(given)


def many(given: Any, most: int, what: str) -> list[Any]:
    if not isinstance(given, list) or len(given) > most:
        raise BadView(f"{what}: a list of at most {most}")
    return given


def _period(given: Any) -> tuple[str, str] | None:
    if not isinstance(given, dict):
        return None
    try:
        return date.fromisoformat(given["from"]).isoformat(), date.fromisoformat(
            given["to"]
        ).isoformat()
    except (KeyError, TypeError, ValueError):
        return None


def _figure(given: Any, texts: Texts, place: int, depth: int) -> dict[str, Any]:
    return {"value": number(given.get("value"))}


def _chart(given: Any, texts: Texts, place: int, depth: int) -> dict[str, Any]:
    raw = many(given.get("x"), POINTS, "x")
    kind = given.get("x_kind", "text")
    pattern = _DATES.get(kind) if isinstance(kind, str) else None
    x = tuple(words(value, texts, LABEL) for value in raw)
    if pattern is None or not all(pattern.fullmatch(v) and _is_date(v) for v in x):
        kind = "text"
    series = []
    for one in many(given.get("series"), SERIES, "series"):
        if not isinstance(one, dict):
            raise BadView("not a series")
        values = tuple(number(v) for v in many(one.get("values"), POINTS, "values"))
        if len(values) != len(x):
            raise BadView("as many values as there are x")
        name = words(one.get("name"), texts, LABEL)
        series.append(Series(name, values, one.get("area") is True))
    if not series or not x:
        raise BadView("nothing to draw")
    return {
        "x": x,
        "x_kind": kind,
        "series": tuple(series),
        "horizontal": given.get("horizontal") is True,
        "highlight": _places(given, "highlight"),
        "partial": _places(given, "partial"),
    }


def _places(given: Any, key: str) -> frozenset[int]:
    listed = many(given.get(key) or [], POINTS, key)
    return frozenset(place for place in listed if type(place) is int)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value[:10] if len(value) > 7 else value + "-01")
    except ValueError:
        return False
    return True


def _heatmap(given: Any, texts: Texts, place: int, depth: int) -> dict[str, Any]:
    rows = tuple(words(r, texts, LABEL) for r in many(given.get("rows"), CELLS, "rows"))
    columns = [words(c, texts, LABEL) for c in many(given.get("columns"), CELLS, "columns")]
    cells = tuple(
        tuple(number(v) for v in many(row, CELLS, "values"))
        for row in many(given.get("values"), CELLS, "values")
    )
    if not rows or not columns or len(cells) != len(rows):
        raise BadView("as many rows of values as there are rows")
    if any(len(row) != len(columns) for row in cells):
        raise BadView("as many values in a row as there are columns")
    return {
        "rows": rows,
        "columns": tuple(Column(c, "number", None) for c in columns),
        "cells": cells,
    }


def _map(given: Any, texts: Texts, place: int, depth: int) -> dict[str, Any]:
    places, paths, left = [], [], POINTS
    for one in many(given.get("places") or [], PLACES, "places"):
        if not isinstance(one, dict):
            raise BadView("not a place")
        name = words(one.get("name"), texts, LABEL)
        places.append(Place(name, _degrees(one.get("at")), number(one.get("value"))))
    for one in many(given.get("paths") or [], PATHS, "paths"):
        if not isinstance(one, dict):
            raise BadView("not a path")
        points = many(one.get("points"), left, "points")
        left -= len(points)
        if not points:
            raise BadView("a path has points")
        name = words(one.get("name"), texts, LABEL)
        paths.append(Path(name, tuple(_degrees(point) for point in points)))
    if not places and not paths:
        raise BadView("a map has places or paths")
    return {
        "places": tuple(places),
        "paths": tuple(paths),
        "series": tuple(Series(p.name, (), False) for p in paths[:SERIES]),  # the legend's
    }


def _degrees(given: Any) -> tuple[float, float]:
    north, east = (number(v) for v in given) if _is_pair(given) else (None, None)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180:
        raise BadView("a point is [latitude, longitude] in degrees")
    return north, east


def _is_pair(given: Any) -> bool:
    return isinstance(given, list) and len(given) == 2


def _table(given: Any, texts: Texts, place: int, depth: int) -> dict[str, Any]:
    columns = []
    for one in many(given.get("columns"), COLUMNS, "columns"):
        if not isinstance(one, dict):
            raise BadView("not a column")
        decimals = one.get("decimals")
        columns.append(
            Column(
                words(one.get("title"), texts, LABEL),
                str(one.get("kind", "text"))[:20],
                decimals if type(decimals) is int and 0 <= decimals <= 6 else None,
            )
        )
    rows = []
    for row in many(given.get("rows"), ROWS, "rows"):
        if len(many(row, COLUMNS, "a row")) != len(columns):
            raise BadView("as many values in a row as there are columns")
        rows.append(tuple(_cell(value, texts) for value in row))
    return {"columns": tuple(columns), "cells": tuple(rows)}


def _cell(value: Any, texts: Texts) -> Any:
    return words(value, texts, 300) if isinstance(value, str | dict) else number(value)


def _text(given: Any, texts: Texts, place: int, depth: int) -> dict[str, Any]:
    found = many(given.get("paragraphs"), 20, "paragraphs")
    return {"paragraphs": tuple(words(p, texts) for p in found)}


def _inner(given: Iterable[Any], texts: Texts, place: int, depth: int) -> tuple[View, ...]:
    if depth >= DEPTH:
        raise BadView("views within views within views")
    return tuple(
        read_view(one, texts, place * 100 + n + 1, depth + 1) for n, one in enumerate(given)
    )


def _group(given: Any, texts: Texts, place: int, depth: int) -> dict[str, Any]:
    return {"views": _inner(many(given.get("views"), INNER, "views"), texts, place, depth)}


def _choice(given: Any, texts: Texts, place: int, depth: int) -> dict[str, Any]:
    """One of several views of the same thing, the first one shown: [{"label", "view"}]."""
    options = many(given.get("options"), SERIES, "options")
    if not options or not all(isinstance(o, dict) for o in options):
        raise BadView("a choice has options")
    return {
        "labels": tuple(words(o.get("label"), texts, LABEL) for o in options),
        "views": _inner((o.get("view") for o in options), texts, place, depth),
    }


_READERS = {
    "figure": _figure,
    "line": _chart,
    "bar": _chart,
    "stacked": _chart,
    "heatmap": _heatmap,
    "map": _map,
    "table": _table,
    "text": _text,
    "group": _group,
    "choice": _choice,
}
