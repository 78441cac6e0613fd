"""Triples put into a document that is valid already, without reading what it says.

Turtle is text: what is valid stays so when whole statements follow, as long as names and relative
addresses mean at its end what its head declares. Where that cannot be seen at a glance, nothing is
done, and `pod.rdf.patch.apply` parses the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from pod.errors import PodError
from pod.rdf import graph
from pod.rdf.edit import FreshLabels, declared
from pod.rdf.patterns import Pattern, instantiate
from pod.rdf.turtle import Writer, head

_TRIVIA = re.compile(rb"(?:\s++|#[^\n\r]*+)*+")
_PREFIX = re.compile(
    rb"(?:@prefix(?P<dot>)|(?i:prefix))\s+(?P<name>[^\s:]*):\s*<(?P<iri>[^>\\]*)>(?(dot)\s*\.)"
)
_WORDS = (b"prefix", b"base", b"version")
# What could declare something, outside of a text or in one: then it is not seen at a glance.
_DECLARES = re.compile(rb"@(?:prefix|base|version)|(?:^|[\s.>])(?:prefix|base|version)\b", re.I)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!.*/\.)")
_ESCAPED = re.compile(r"[\"\\\x00-\x1f]")


def append(
    body: bytes,
    inserts: Sequence[Sequence[Pattern]],
    prefixes: Mapping[str, str],
    media_type: str,
    base: str,
) -> bytes | None:
    """`body` (Turtle or N-Triples that was parsed before, at `base`) with `inserts`, which have no
    variables, each with blank nodes of its own. `prefixes` may be declared for what is added.

    None where one of the triples may be there already, or where only a parser could tell.
    """
    triples = _triples(body, inserts)
    if triples is None or any(_may_hold(body, triple) for triple in triples):
        return None
    start = body if body.endswith(b"\n") or not body else body + b"\n"
    if media_type == graph.N_TRIPLES:
        added = Writer({}).plain_statements(triples)
        return start + added.encode() if _says(added, triples, media_type, base) else None
    found = _head(body, base)
    if media_type != graph.TURTLE or found is None:
        return None
    at, known = found
    new = declared(prefixes, known, triples)
    added = Writer({**known, **new}, base).statements(triples)
    if not _says(head({**known, **new}) + added, triples, media_type, base):
        return None
    made = head(new).encode()
    if new and at:
        made = b"\n" + made.rstrip(b"\n")
    return start[:at] + made + start[at:] + added.encode()


def _triples(body: bytes, inserts: Sequence[Sequence[Pattern]]) -> list[ox.Triple] | None:
    found = []
    for patterns in inserts:
        blanks: dict[Any, Any] = {}
        if any(isinstance(term, ox.BlankNode) for pattern in patterns for term in pattern):
            blanks = FreshLabels(body).for_patterns(patterns)
            if len(inserts) > 1:  # each would count from the same label
                return None
        for pattern in patterns:
            triple = instantiate(pattern, {}, blanks)
            if triple is None or any(isinstance(term, ox.Triple) for term in pattern):
                return None
            found.append(triple)
    return found


def _may_hold(body: bytes, triple: Any) -> bool:
    """Whether the ends of a triple occur in the text: one that is there is not added again."""
    return all(_trace(term) in body for term in (triple.subject, triple.object))


def _trace(term: Any) -> bytes:
    """A piece of the term that is in any text that names it."""
    if isinstance(term, ox.BlankNode):
        return b"_:" + term.value.encode()  # a fresh one is nowhere
    if isinstance(term, ox.NamedNode):
        return re.split("[#/:]", str(term.value))[-1].encode()
    return max(_ESCAPED.split(term.value), key=len).encode()


def _head(body: bytes, base: str) -> tuple[int, dict[str, str]] | None:
    """Where the declarations of prefixes end that a document starts with, and what they say; None if
    anything else is, or may be, declared."""
    at, known = 0, {}
    while True:
        trivia = _TRIVIA.match(body, at)
        found = _PREFIX.match(body, trivia.end() if trivia else at)
        iri = None if found is None else _declared_iri(found["iri"].decode(), base)
        if found is None or iri is None:
            break
        known[found["name"].decode()] = iri
        at = found.end()
    rest = body[at:]
    lower = rest.lower()
    if any(word in lower for word in _WORDS) and _DECLARES.search(rest):
        return None
    return at, known


def _declared_iri(text: str, base: str) -> str | None:
    if _ABSOLUTE.match(text):
        return text
    return base + text if text.startswith("#") else None


def _says(text: str, triples: Sequence[ox.Triple], media_type: str, base: str) -> bool:
    try:
        return [q.triple for q in graph.read(text.encode(), media_type, base)] == list(triples)
    except PodError:
        return False
