"""Declared views as accessible HTML and SVG, drawn on the server. What an app declares is hostile.

`page(views, texts)` gives the cards of a result; `draw(view, texts)` one card of the pod's own;
`lanes(question, months, lanes, texts)` several quantities on one axis, of the pod's own too.
"""

from pod.http.views.cards import draw, page
from pod.http.views.lanes import Lane, lanes

__all__ = ["Lane", "draw", "lanes", "page"]
