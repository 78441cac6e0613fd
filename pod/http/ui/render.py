"""Templates, and what every one of them may use. Everything is escaped unless it is Markup."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pod.http import views
from pod.http.texts import Texts, breakable

HTTP = Path(__file__).resolve().parent.parent
STATIC = HTTP / "static"
# Own files only: no inline script or style exists on these pages, so none is allowed.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PLACES = ("home", "data", "sources", "apps", "sharing", "activity")


@cache
def environment() -> Environment:
    """One for all requests; templates are compiled on first use."""
    env = Environment(
        loader=FileSystemLoader(HTTP / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["breakable"] = breakable
    env.globals |= {"icon": icon, "asset": asset, "places": PLACES}
    return env


def render(template: str, texts: Texts, **facts: Any) -> str:
    """The page `template`.html in the reader's language."""
    page = environment().get_template(f"{template}.html")
    return page.render(t=texts, draw=lambda view: views.draw(view, texts), **facts)


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/.pod/static/{name}?{digest}"


# Strokes on a 24 by 24 grid, drawn for this project.
_ICONS = {
    "home": "M4 11 12 4l8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
    "data": "M4 7h6l2 2h8v10H4zM4 7V5h5l2 2",
    "sources": "M12 3v10m0 0-4-4m4 4 4-4M4 15v4h16v-4",
    "apps": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM16.5 13v7M13 16.5h7",
    "sharing": "M8.5 11a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM2.5 20c0-4 2.6-6 6-6s6 2 6 6"
    "M15.5 5.2a3 3 0 0 1 0 5.6M17 14.4c2.7.5 4.5 2.4 4.5 5.6",
    "activity": "M3 12h4l2.5-7 5 14 2.5-7h4",
    "file": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "folder": "M3 6h7l2 2h9v11H3z",
    "picture": "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.1",
    "plus": "M12 5v14M5 12h14",
    "undo": "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
    "pen": "M5 19l1-4L16 5l3 3L9 18z",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 3",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
    "bin": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
    "curve": "M3 19h18M4 16l4-6 4 3 4-8 4 6",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 15v2",
    "check": "M4 12.5l5 5L20 6.5",
    "warn": "M12 4 2.5 20h19zM12 10v4.5M12 17v.5",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5V8",
    "drop": "M12 16V4m0 0L8 8m4-4 4 4M4 14v6h16v-6",
    "play": "M8 5v14l11-7z",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5v-5M9 19.5v-5",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.4 3.4-7 8-7s8 2.6 8 7",
    "globe": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
}


def icon(name: str) -> Markup:
    """An icon beside words that say the same: hidden from screen readers."""
    path = _ICONS.get(name, _ICONS["file"])
    return Markup(  # noqa: S704  (the table above is ours)
        '<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f'<path d="{path}"/></svg>'
    )
