"""Cards: each view answers one question, with its figure, its sentence, its source, its doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup

from pod.http.texts import Texts
from pod.http.views.bars import bar, stacked
from pod.http.views.curves import line
from pod.http.views.heat import heatmap
from pod.http.views.maps import geography
from pod.http.views.read import VIEWS, BadView, View, read_view
from pod.http.views.svg import el
from pod.http.views.tables import numbers, table

CHARTS: dict[str, Callable[[View, Texts], list[Markup]]] = {
    "line": line,
    "bar": bar,
    "stacked": stacked,
    "heatmap": heatmap,
    "map": geography,
}
_SPANS = {"figure": 4, "bar": 6, "stacked": 6, "heatmap": 6, "map": 6, "text": 6}
MANY = 14  # upright bars from which on a chart takes the whole width


def page(given: Any, texts: Texts) -> Markup:
    """The declared views as one grid of cards. A view that cannot be drawn says so in its place."""
    listed = given if isinstance(given, list) else []
    cards: list[tuple[int, View | None]] = []
    for place, one in enumerate(listed[:VIEWS]):
        try:
            view = read_view(one, texts, place)
        except (BadView, RecursionError):
            cards.append((6, None))
        else:
            cards.append((_span(view), view))
    drawn = [_placed(view, span, texts) for span, view in _packed(cards)]
    if len(listed) > VIEWS:
        drawn.append(el("p", texts("view-too-many", count=len(listed) - VIEWS), cls="w12"))
    return Markup("").join(drawn)


def draw(given: Any, texts: Texts) -> Markup:
    """One view's inside, without a card around it; for the pod's own pages."""
    try:
        return _chart(read_view(given, texts), texts)
    except BadView:
        return _unreadable(texts)


def _span(view: View) -> int:
    if view.kind in ("bar", "stacked") and not view.horizontal and len(view.x) > MANY:
        return 12
    return _SPANS.get(view.kind, 12)


def _packed(cards: Sequence[tuple[int, Any]]) -> Iterable[tuple[int, Any]]:
    """Rows of twelve columns in the declared order; what is left of a row widens its last card."""
    row: list[tuple[int, Any]] = []
    for span, card in cards:
        if sum(s for s, _ in row) + span > 12:
            yield from _widened(row)
            row = []
        row.append((span, card))
    yield from _widened(row)


def _widened(row: list[tuple[int, Any]]) -> Iterable[tuple[int, Any]]:
    if not row:
        return []
    if len({span for span, _ in row}) == 1:
        return [(12 // len(row), card) for _, card in row]
    left = 12 - sum(span for span, _ in row)
    widest = max(range(len(row)), key=lambda n: row[n][0])
    return [(s + left if n == widest else s, c) for n, (s, c) in enumerate(row)]


def _placed(view: View | None, span: int, texts: Texts) -> Markup:
    if view is None:
        return el("section", _unreadable(texts), cls=f"card w{span}")
    if view.kind == "group":
        inner = Markup("").join(
            _placed(one, size, texts) for size, one in _packed([(_span(v), v) for v in view.views])
        )
        title = el("h2", view.question, cls="w12") if view.question else ""
        return Markup("").join([title, inner])
    return _card(view, span, texts)


def _card(view: View, span: int, texts: Texts) -> Markup:
    cls = f"card view w{span}" + (f" tone-{view.tone}" if view.kind == "figure" else "")
    title = [el("h2", view.question, id=view.id)] if view.question else []
    named = view.id if view.question else None
    body = (_figure if view.kind == "figure" else _chart)(view, texts)
    return el("section", *title, body, _notes(view, texts), cls=cls, aria_labelledby=named)


def _figure(view: View, texts: Texts) -> Markup:
    shown = "–" if view.value is None else texts.amount(view.value, view.unit)
    value, _, unit = shown.rpartition("\u00a0") if "\u00a0" in shown else (shown, "", "")
    if view.unit in ("€", "EUR") or view.value is None:
        value, unit = shown, ""
    parts = [el("p", value, el("small", "\u00a0", unit) if unit else "", cls="fig")]
    if view.secondary:
        parts.append(el("p", view.secondary, cls="second"))
    if view.sentence:
        parts.append(el("p", view.sentence))
    return Markup("").join(parts)


def _chart(view: View, texts: Texts) -> Markup:
    if view.kind in CHARTS:
        drawings = CHARTS[view.kind](view, texts)
        said = el("p", view.sentence) if view.sentence else Markup("")
        return Markup("").join(
            [
                el("div", *_legend(view, texts), *drawings, cls="chart", data_axis=_axis(view)),
                said,
                el(
                    "details",
                    el("summary", texts("view-numbers")),
                    numbers(view, texts),
                    cls="numbers",
                ),
            ]
        )
    if view.kind == "table":
        return Markup("").join(
            [el("p", view.sentence) if view.sentence else "", table(view, texts)]
        )
    if view.kind == "choice":
        return _choice(view, texts)
    if view.kind == "figure":
        return _figure(view, texts)
    return Markup("").join(el("p", paragraph) for paragraph in view.paragraphs)


def _axis(view: View) -> str:
    if view.kind == "map":
        return "point"
    return "xy" if view.kind == "heatmap" or (view.kind == "bar" and view.horizontal) else "x"


def _legend(view: View, texts: Texts) -> list[Markup]:
    """Where something has to be told apart; colours come with a dash or a hatching."""
    if len(view.series) < 2 and not view.partial:
        return []
    kind = "line" if view.kind in ("line", "map") else "bar"
    items = []
    for number, one in enumerate(view.series):
        cls = f"{kind} c{number + 1}"
        mark = (
            el("path", d="M0,6H22", cls=cls)
            if kind == "line"
            else el("rect", x=4, y=0, width=14, height=12, rx=2, cls=cls)
        )
        items.append(el("li", el("svg", mark, view_box="0 0 22 12", aria_hidden="true"), one.name))
    if view.partial and kind == "bar":
        mark = el("rect", x=4, y=1, width=14, height=10, rx=2, cls="bar part")
        shown = el("svg", mark, view_box="0 0 22 12", aria_hidden="true")
        items.append(el("li", shown, texts("view-partial")))
    return [el("ul", *items, cls="legend")]


def _choice(view: View, texts: Texts) -> Markup:
    """Radio buttons that show one of the panes: works without a script."""
    parts = []
    for number, said in enumerate(view.labels):
        name = f"{view.id}-{number}"
        parts.append(
            el(
                "input",
                type="radio",
                name=view.id,
                id=name,
                checked="checked" if number == 0 else None,
            )
        )
        parts.append(el("label", said, **{"for": name}))
    panes = [el("div", _chart(one, texts), _notes(one, texts), cls="pane") for one in view.views]
    return el("div", *parts, *panes, cls="choice", role="group", aria_label=view.question)


def _notes(view: View, texts: Texts) -> Markup:
    """Under the answer: the doubt, the period, the source."""
    parts = []
    if view.doubt:
        parts.append(el("p", el("b", texts("view-doubt")), " ", view.doubt, cls="doubt"))
    known = [texts.period(*view.period)] if view.period else []
    known += [view.source] if view.source else []
    if known:
        line = " · ".join(known)
        parts.append(el("p", line[:1].upper() + line[1:], cls="source"))
    return el("div", *parts, cls="notes") if parts else Markup("")


def _unreadable(texts: Texts) -> Markup:
    return el("p", texts("view-unreadable"), cls="q")
