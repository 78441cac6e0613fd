"""SVG as text: every attribute and every text escaped, no style attribute ever (strict CSP)."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

SIZE = 14.0  # of a chart's text, in the units of its view box
GLYPH = 0.53  # mean width of a character of it, in its own size


def el(tag: str, /, *inner: str, **attributes: object) -> Markup:
    """An element; `cls` is `class`, other underscores become hyphens, None is left out."""
    parts = [Markup("<"), tag]
    for key, value in attributes.items():
        if value is None:
            continue
        key = {"cls": "class", "view_box": "viewBox"}.get(key, key.replace("_", "-"))
        shown = num(value) if isinstance(value, float) else value
        parts += [Markup(" "), key, Markup('="'), escape(shown), Markup('"')]
    if not inner:
        return Markup("").join([*parts, Markup("/>")])
    return Markup("").join([*parts, Markup(">"), *inner, Markup("</"), tag, Markup(">")])


def num(value: float) -> str:
    """One decimal is a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def label(x: float, y: float, said: str, anchor: str = "middle", cls: str | None = None) -> Markup:
    return el("text", said, x=x, y=y, text_anchor=anchor, cls=cls)


def wide(said: str) -> float:
    """About how wide `said` is."""
    return len(said) * SIZE * GLYPH


def cut(said: str, width: float) -> str:
    """As much of `said` as fits."""
    fits = max(3, int(width / (SIZE * GLYPH)))
    return said if len(said) <= fits else said[: fits - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot within a drawing `width` by `height`; `name` says for which width of container."""

    name: str
    width: float
    height: float
    left: float = 0.0
    right: float = 8.0
    top: float = 16.0
    bottom: float = 28.0

    @property
    def inner(self) -> float:
        return self.width - self.left - self.right

    @property
    def tall(self) -> float:
        return self.height - self.top - self.bottom

    @property
    def base(self) -> float:
        return self.height - self.bottom


# Three drawings of a chart, of which the style sheet shows the one that fits its container: text
# then stays between 11 and 19 pixels on any screen.
SIZES = (("narrow", 340.0, 220.0), ("mid", 560.0, 260.0), ("wide", 1040.0, 300.0))
