"""Declared views as accessible HTML and SVG, drawn on the server. What an app declares is hostile.

`page(views, texts)` gives the cards of a result; `draw(view, texts)` one card of the pod's own.
"""

from pod.http.views.cards import draw, page

__all__ = ["draw", "page"]
