"""Changes to the text of a Turtle document: what is not changed stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

import pyoxigraph as ox

from pod.errors import BadInput
from pod.rdf import graph
from pod.rdf.patterns import Pattern
from pod.rdf.scan import TURTLE_TEXT
from pod.rdf.turtle import Writer, document, head

# A dot ends a statement unless it stands within a name or a number.
_WORD = r"[^\s\"'<>\[\](){};,.#\\]"
_TOKEN = re.compile(
    rf"(?:{TURTLE_TEXT}|<(?!<)[^>]*+>?|{_WORD}(?:{_WORD}|\\.|\.+(?={_WORD}|\\))*+|\.(?=[0-9])"
    r"|[\s;,])*+(?P<mark><<|>>|[\[\](){}.]|\Z|.)",
    re.DOTALL,
)
_TRIVIA = re.compile(r"(?:\s++|#[^\n\r]*+)*+")
_DIRECTIVE = re.compile(
    r"(?:@?prefix\s+[^\s:]*:\s*<[^>]*>|@?base\s*<[^>]*>|@?version\s*(?:\"[^\"]*\"|'[^']*'))\s*\.?",
    re.IGNORECASE,
)
_FRESH = re.compile(rb"_:b([0-9]{1,9})(?![0-9])")
_LABEL = re.compile(r"_:([\w.-]+)")


class FreshLabels:
    """Blank node labels b0, b1, … that a text does not use."""

    def __init__(self, body: bytes) -> None:
        used = {int(m[1]) for m in _FRESH.finditer(body)}
        self._next = max(used, default=-1) + 1

    def label(self) -> ox.BlankNode:
        self._next += 1
        return ox.BlankNode(f"b{self._next - 1}")

    def for_patterns(self, patterns: Sequence[Pattern]) -> dict[Any, ox.BlankNode]:
        """A fresh label for each blank node of `patterns`."""
        blanks = {s: None for p in patterns for s in p if isinstance(s, ox.BlankNode)}
        return {blank: self.label() for blank in blanks}


class Document:
    """Turtle (or, not `rich`, N-Triples) with the graph that `pod.rdf.graph.read` made of it."""

    def __init__(
        self, body: bytes, base: str, before: graph.Graph, fresh: FreshLabels, *, rich: bool
    ) -> None:
        self._text = body.decode()
        self._base, self._before, self._fresh, self._rich = base, before, fresh, rich
        self._labels = {m[1].rstrip(".") for m in _LABEL.finditer(self._text)}
        self._names: dict[Any, ox.BlankNode] = {}

    def changed(
        self,
        removed: frozenset[ox.Triple],
        added: Sequence[ox.Triple],
        prefixes: Mapping[str, str],
    ) -> bytes:
        """The text without `removed` and with `added` at its end. `prefixes` may be declared
        for what is added, where the document has not given their names another meaning."""
        kept = self._without(removed) if removed else self._text
        if kept is not None and not self._needs_names(added):
            text = self._with(kept, added, prefixes)
            if not removed or self._is(text, removed, added):
                return text.encode()
        return self._written_again(removed, added, prefixes)

    def _with(self, text: str, added: Sequence[ox.Triple], offered: Mapping[str, str]) -> str:
        if not added:
            return text
        if text and not text.endswith("\n"):
            text += "\n"
        if not self._rich:
            return text + Writer({}).plain_statements(added)
        known = self._before.prefixes
        new = declared(offered, known, added)
        # A document with a @base of its own means something else by a relative IRI.
        base = self._base if self._before.base == self._base else None
        return text + head(new) + Writer({**known, **new}, base).statements(added)

    # ---------------------------------------------------------------- deletions

    def _without(self, removed: frozenset[ox.Triple]) -> str | None:
        """The text without `removed`; None if the statements cannot be told apart."""
        pieces = split(self._text)
        by_piece = self._triples_of(pieces)
        if by_piece is None:
            return None
        writer = self._writer()
        made = []
        for piece, triples in zip(pieces, by_piece, strict=True):
            if removed.isdisjoint(triples):
                made.append(piece)
                continue
            start = _TRIVIA.match(piece)
            lead = piece[: start.end()] if start else ""
            left = self._named([t for t in triples if t not in removed])
            written = writer.statements(left) if self._rich else writer.plain_statements(left)
            made.append(lead + written.rstrip("\n") if left else lead)
        return "".join(made)

    def _writer(self) -> Writer:
        if not self._rich:
            return Writer({})
        own_base = self._before.base != self._base
        return Writer(self._before.prefixes, None if own_base else self._base)

    def _triples_of(self, pieces: Sequence[str]) -> list[list[ox.Triple]] | None:
        """The triples of each piece. One pass of the parser, with a marker between the pieces:
        blank nodes keep their identity. Their labels here are those of `_before` only where
        they are written; a deletion that names others is left to `_written_again`."""
        mark = f"urn:uuid:{uuid4()}"
        marker = f"\n<{mark}> <{mark}> <{mark}> .\n"
        try:
            parsed = graph.read(
                marker.join([*pieces, ""]).encode(), graph.TURTLE, self._base, max_bytes=1 << 30
            )
        except BadInput:
            return None
        found: list[list[ox.Triple]] = [[]]
        for quad in parsed.quads:
            if quad.predicate.value == mark:
                found.append([])
            else:
                found[-1].append(quad.triple)
        return found[:-1] if len(found) == len(pieces) + 1 else None

    def _is(self, text: str, removed: frozenset[ox.Triple], added: Sequence[ox.Triple]) -> bool:
        """Whether `text` says what it should: an edit that went wrong is never stored."""
        try:
            now = {q.triple for q in graph.read(text.encode(), graph.TURTLE, self._base)}
        except BadInput:
            return False
        should = ({q.triple for q in self._before.quads} - removed) | set(added)
        return len(now) == len(should) and not any(map(_ground, now ^ should))

    def _needs_names(self, added: Sequence[ox.Triple]) -> bool:
        """Whether `added` speaks of blank nodes of the document that have no label in its text."""
        there = {t for q in self._before for t in (q.subject, q.object)}
        return any(
            isinstance(t, ox.BlankNode) and t in there and t.value not in self._labels
            for triple in added
            for t in (triple.subject, triple.object)
        )

    def _named(self, triples: Sequence[ox.Triple]) -> list[ox.Triple]:
        """Blank nodes without a label in the text get a short one."""

        def named(term: Any) -> Any:
            if not isinstance(term, ox.BlankNode) or term.value in self._labels:
                return term
            if term not in self._names:
                self._names[term] = self._fresh.label()
            return self._names[term]

        return [ox.Triple(named(t.subject), t.predicate, named(t.object)) for t in triples]

    def _written_again(
        self,
        removed: Collection[ox.Triple],
        added: Sequence[ox.Triple],
        offered: Mapping[str, str],
    ) -> bytes:
        triples = [t for t in dict.fromkeys(q.triple for q in self._before) if t not in removed]
        triples = self._named([*triples, *added])
        if not self._rich:
            return Writer({}).plain_statements(triples).encode()
        known = self._before.prefixes
        return document(triples, {**known, **declared(offered, known, added)}, self._base)


def split(text: str) -> list[str]:
    """The statements and directives of a Turtle document, each with what stands before it; the
    last piece is what stands behind them all."""
    pieces, start, at, depth = [], 0, 0, 0
    while at < len(text):
        if depth == 0 and at == start:
            begun = _TRIVIA.match(text, at)
            directive = _DIRECTIVE.match(text, begun.end() if begun else at)
            if directive:
                pieces.append(text[start : directive.end()])
                start = at = directive.end()
                continue
        token = _TOKEN.match(text, at)
        if token is None:
            break
        at = token.end()
        mark = token["mark"]
        depth += (mark in ("[", "(", "{", "<<")) - (mark in ("]", ")", "}", ">>"))
        if mark == "." and depth == 0:
            pieces.append(text[start:at])
            start = at
    return [*pieces, text[start:]]


def declared(
    offered: Mapping[str, str], known: Mapping[str, str], triples: Sequence[Any]
) -> dict[str, str]:
    """Those of the `offered` prefixes that `triples` use and that the document has not."""
    iris = [
        term.value
        for t in triples
        for term in (t.subject, t.predicate, t.object)
        if isinstance(term, ox.NamedNode)
    ]
    return {
        name: iri
        for name, iri in offered.items()
        if name not in known
        and iri not in known.values()
        and any(used.startswith(iri) for used in iris)
    }


def _ground(triple: Any) -> bool:
    return not any(isinstance(t, ox.BlankNode) for t in (triple.subject, triple.object))
