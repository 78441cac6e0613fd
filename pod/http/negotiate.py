"""Which representation to send (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)."""

from __future__ import annotations

import re
from functools import lru_cache

from pod.errors import NotAcceptable
from pod.rdf.graph import JSON_LD, N_TRIPLES, RDF_TYPES, TURTLE

_OFFERS = (TURTLE, JSON_LD, N_TRIPLES)
_RANGES = 64  # of a long Accept; the rest is not read
_QUALITY = re.compile(r"[01](?:\.\d{0,3})?")


@lru_cache(2048)
def choose(accept: str | None, stored: str) -> str:
    """The media type to send of a resource stored as `stored`: RDF can be converted, the rest goes
    as it is. The stored one wins a tie. Raises NotAcceptable."""
    if accept is None or not accept.strip():
        return stored
    bare = stored.partition(";")[0].strip().lower()
    offers = [bare, *(o for o in _OFFERS if o != bare)] if bare in RDF_TYPES else [bare]
    ranges = read_accept(accept)
    best, quality = stored, 0.0
    for offer in offers:
        found = _quality(offer, ranges)
        if found > quality:
            best, quality = (stored if offer == bare else offer), found
    if quality == 0:
        raise NotAcceptable("there is no representation of that kind", offers=offers)
    return best


@lru_cache(512)
def prefers_html(accept: str | None) -> bool:
    """Whether a browser asks: text/html is named, and nothing is liked more."""
    ranges = read_accept(accept or "")
    html = max((q for kind, q in ranges if kind == "text/html"), default=0.0)
    return html > 0 and all(q <= html for _, q in ranges) and not _names_rdf_first(ranges)


def read_accept(accept: str) -> list[tuple[str, float]]:
    """(media range, quality) as named; what is malformed counts for nothing."""
    found = []
    for part in accept[:4096].split(",")[:_RANGES]:
        kind, *parameters = part.strip().lower().split(";")
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.strip().partition("=")
            if name == "q":
                quality = min(1.0, float(value)) if _QUALITY.fullmatch(value) else 0.0
        if kind.strip():
            found.append((kind.strip(), quality))
    return found


def _names_rdf_first(ranges: list[tuple[str, float]]) -> bool:
    first = next((kind for kind, _ in ranges if kind in ("text/html", *RDF_TYPES)), "")
    return first in RDF_TYPES


def _quality(offer: str, ranges: list[tuple[str, float]]) -> float:
    """The quality of the most specific range that `offer` falls into."""
    family = offer.split("/")[0] + "/*"
    for wanted in (offer, family, "*/*"):
        named = [q for kind, q in ranges if kind == wanted]
        if named:
            return max(named)
    return 0.0
