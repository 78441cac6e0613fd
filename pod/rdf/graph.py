"""RDF documents: parse, look into, serialize, convert (pyoxigraph behind a size and depth scan).

Relative IRIs are resolved against the document's IRI; what the pod writes itself is relative, so
that a storage can move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from pod.errors import BadInput, NotAcceptable, TooLarge, UnsupportedType
from pod.rdf import turtle
from pod.rdf.jsonld import inline_contexts
from pod.rdf.scan import MAX_BYTES, MAX_DEPTH, scan_json, scan_turtle
from pod.rdf.terms import VCARD, Blank, Literal, Named, Quoted, Term

TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
N_TRIPLES = "application/n-triples"
N3 = "text/n3"
RDF_TYPES = (TURTLE, JSON_LD, N_TRIPLES)
HAS_MEMBER = VCARD.hasMember

FORMATS = {
    TURTLE: ox.RdfFormat.TURTLE,
    JSON_LD: ox.RdfFormat.JSON_LD,
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    N3: ox.RdfFormat.N3,
}

Triple = tuple[Term, Named, Term]


class Graph:
    """An immutable document. Iterates over its quads (pyoxigraph's); `match`, `value` and
    `values` speak of its default graph, in terms of `pod.rdf.terms`."""

    __slots__ = ("_by_subject", "base", "prefixes", "quads")

    def __init__(
        self,
        quads: Iterable[ox.Quad],
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> None:
        self.quads = tuple(quads)
        self.prefixes = dict(sorted((prefixes or {}).items()))
        self.base = base
        self._by_subject: dict[Term, list[Triple]] | None = None

    def __iter__(self) -> Iterator[ox.Quad]:
        return iter(self.quads)

    def __len__(self) -> int:
        return len(self.quads)

    @property
    def subjects(self) -> tuple[Term, ...]:
        """In the order of the document."""
        return tuple(self._index())

    def match(
        self, subject: str | None = None, predicate: str | None = None, object: str | None = None
    ) -> list[Triple]:
        """Triples by exact terms; None matches any. A plain string is an IRI."""
        wanted = (_term(subject), _term(predicate), _term(object))
        index = self._index()
        rows: Iterable[list[Triple]] = (
            index.values() if wanted[0] is None else [index.get(wanted[0], [])]
        )
        return [
            triple
            for row in rows
            for triple in row
            if all(w is None or _same(w, t) for w, t in zip(wanted, triple, strict=True))
        ]

    def values(self, subject: str, predicate: str) -> list[Term]:
        return [triple[2] for triple in self.match(subject, predicate)]

    def value(self, subject: str, predicate: str) -> Term | None:
        """The first of `values`, None where there is none."""
        return next(iter(self.values(subject, predicate)), None)

    def _index(self) -> dict[Term, list[Triple]]:
        if self._by_subject is None:
            made: dict[Term, list[Triple]] = {}
            for quad in self.quads:
                if isinstance(quad.graph_name, ox.DefaultGraph):
                    subject = plain(quad.subject)
                    triple = (subject, Named(quad.predicate.value), plain(quad.object))
                    made.setdefault(subject, []).append(triple)
            self._by_subject = made
        return self._by_subject


def plain(term: Any) -> Term:
    """A pyoxigraph term as a `Term`."""
    if isinstance(term, ox.NamedNode):
        return Named(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, term.datatype.value, term.language)
    if isinstance(term, ox.BlankNode):
        return Blank(term.value)
    return Quoted(str(term))


def _term(given: str | None) -> Term | None:
    return given if given is None or isinstance(given, Term) else Named(given)


def _same(wanted: Term, found: Term) -> bool:
    if wanted != found or type(wanted) is not type(found):
        return False
    if isinstance(wanted, Literal) and isinstance(found, Literal):
        return (wanted.datatype, wanted.language) == (found.datatype, found.language)
    return True


def parse(
    data: bytes,
    media_type: str,
    base: str,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
) -> Graph:
    """The graph of a document at `base`. Its blank nodes get labels that no other document has.

    Raises BadInput (facts: line) for what is not well formed or nests deeper than `max_depth`,
    TooLarge over `max_bytes`, UnsupportedType for a type that is not in `RDF_TYPES`.
    """
    if media_type not in RDF_TYPES:
        raise UnsupportedType(f"{media_type} is not read as RDF", type=media_type)
    return read(data, media_type, base, max_bytes=max_bytes, max_depth=max_depth, rename=True)


def read(
    data: bytes,
    media_type: str,
    base: str,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    rename: bool = False,
) -> Graph:
    """As `parse`, for N3 too; blank node labels stay as written unless `rename`."""
    if media_type == JSON_LD:
        scan_json(data, max_bytes=max_bytes, max_depth=max_depth)
        data = inline_contexts(data)
    else:
        scan_turtle(data, max_bytes=max_bytes, max_depth=max_depth)
    try:
        parser = ox.parse(
            data, format=FORMATS[media_type], base_iri=base, rename_blank_nodes=rename
        )
        quads = list(parser)
    except SyntaxError as error:
        raise BadInput(f"{error.msg}", line=error.lineno) from None
    except ValueError as error:
        raise BadInput(f"{error}", line=None) from None
    except MemoryError:
        raise TooLarge("one token is longer than a parser holds") from None
    return Graph(quads, parser.prefixes, parser.base_iri)


def serialize(
    graph: Graph,
    media_type: str,
    base: str | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """The document as `media_type`; Turtle with IRIs relative to `base` where that is given.

    Turtle and N-Triples hold the default graph only. Raises NotAcceptable for another type, and
    for what the type cannot say.
    """
    if media_type not in RDF_TYPES:
        raise NotAcceptable(f"RDF is not written as {media_type}", type=media_type)
    quads: Iterable[ox.Quad] = graph.quads
    if media_type != JSON_LD:
        quads = [q for q in quads if isinstance(q.graph_name, ox.DefaultGraph)]
    if media_type == TURTLE and base is not None:
        return turtle.document(quads, dict(prefixes or {}), base)
    try:
        made = ox.serialize(quads, format=FORMATS[media_type], prefixes=dict(prefixes or {}))
    except (ValueError, OSError) as error:
        raise NotAcceptable(f"{error}", type=media_type) from None
    return made or b""


def convert(
    data: bytes,
    source: str,
    target: str,
    base: str,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
) -> bytes:
    """`data` of type `source` as `target`: the same bytes for the same input, always.

    Raises as `parse` and `serialize` do.
    """
    if source == target:
        return data
    graph = read(data, source, base, max_bytes=max_bytes, max_depth=max_depth)
    prefixes = graph.prefixes if target == TURTLE else {}
    return serialize(Graph(relabelled(graph.quads)), target, prefixes=prefixes)


def relabelled(quads: tuple[ox.Quad, ...]) -> list[ox.Quad]:
    """Blank nodes named b0, b1, … in the order of the document. The parser draws labels for
    nodes without one at random, and a strong ETag stands for one sequence of bytes."""
    names: dict[str, ox.BlankNode] = {}

    def named(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term.value, ox.BlankNode(f"b{len(names)}"))
        if isinstance(term, ox.Triple):
            return ox.Triple(named(term.subject), term.predicate, named(term.object))
        return term

    return [
        ox.Quad(named(q.subject), q.predicate, named(q.object), named(q.graph_name)) for q in quads
    ]


def isomorphic(one: Graph, other: Graph) -> bool:
    """Equal but for the labels of blank nodes. Time grows without bound with many blank nodes
    that look alike: for the pod's own documents and for tests."""
    left, right = ox.Dataset(one.quads), ox.Dataset(other.quads)
    if len(left) != len(right):
        return False
    left.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    right.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return left == right
