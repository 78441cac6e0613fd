"""Turtle as the pod writes it: relative IRIs, the document's own prefixes, the order given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urljoin

import pyoxigraph as ox

from pod.rdf.terms import RDF, XSD

# The part of Turtle's local names that never needs an escape.
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_SHORT = {
    XSD.integer: re.compile(r"[+-]?[0-9]+\Z"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD.boolean: re.compile(r"(?:true|false)\Z"),
}


def relative(iri: str, base: str, root: str | None = None) -> str:
    """`iri` as it is written in a document at `base`: relative within the document and below its
    container, and anywhere below `root` where that is given; else as it is."""
    if iri == base:
        return ""
    if iri.startswith(base + "#") and "#" not in base:
        return iri[len(base) :]
    folder = base[: base.rfind("/") + 1]
    up = ""
    while not iri.startswith(folder):
        if root is None or not folder.startswith(root) or folder == root:
            return iri
        folder = folder[: folder.rstrip("/").rfind("/") + 1]
        up += "../"
    found = up + iri[len(folder) :]
    # A colon in the first segment would read as a scheme, an empty one as the document itself.
    if not found or found[0] in "?#/" or ":" in found.split("/", 1)[0]:
        found = "./" + found
    return found if urljoin(base, found) == iri else iri


class Writer:
    """Writes terms with `prefixes` and IRIs relative to `base` (None: absolute)."""

    def __init__(
        self, prefixes: Mapping[str, str], base: str | None = None, root: str | None = None
    ) -> None:
        self._names = {iri: name for name, iri in prefixes.items() if iri}
        self._base, self._root = base, root
        self._iris: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        if iri not in self._iris:
            self._iris[iri] = self._shorten(iri)
        return self._iris[iri]

    def _shorten(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        name = self._names.get(iri[:cut])
        if name is not None and _LOCAL.match(iri, cut):
            return f"{name}:{iri[cut:]}"
        return f"<{relative(iri, self._base, self._root) if self._base else iri}>"

    def term(self, term: Any) -> str:
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if isinstance(term, ox.Literal):
            return self._literal(term)
        if isinstance(term, ox.Triple):
            inner = f"{self.term(term.subject)} {self.iri(term.predicate.value)}"
            return f"<<( {inner} {self.term(term.object)} )>>"
        return str(term)

    def _literal(self, literal: ox.Literal) -> str:
        kind = literal.datatype.value
        if kind in _SHORT and self._names and _SHORT[kind].match(literal.value):
            return literal.value
        if kind == XSD.string or literal.language is not None:
            return str(literal)
        return f"{ox.Literal(literal.value)}^^{self.iri(kind)}"

    def statements(self, triples: Iterable[Any]) -> str:
        """One statement for each run of triples with the same subject."""
        made = []
        for subject, group in groupby(triples, key=lambda t: t.subject):
            pairs = [f"{self._verb(t.predicate.value)} {self.term(t.object)}" for t in group]
            made.append(f"{self.term(subject)} " + ";\n    ".join(pairs) + ".\n")
        return "".join(made)

    def _verb(self, iri: str) -> str:
        return "a" if iri == RDF.type and self._names else self.iri(iri)

    def plain_statements(self, triples: Iterable[Any]) -> str:
        """One line a triple: what N-Triples allows, if there are no prefixes and no base."""
        return "".join(
            f"{self.term(t.subject)} {self.iri(t.predicate.value)} {self.term(t.object)} .\n"
            for t in triples
        )


def head(prefixes: Mapping[str, str], base: str | None = None) -> str:
    """The declarations of `prefixes`, relative to `base` as everything else."""
    return "".join(
        f"@prefix {name}: <{relative(iri, base) if base else iri}>.\n"
        for name, iri in prefixes.items()
    )


def document(
    quads: Iterable[Any],
    prefixes: Mapping[str, str],
    base: str | None = None,
    root: str | None = None,
) -> bytes:
    """A whole document, subjects together in the order of their first appearance."""
    by_subject: dict[Any, list[Any]] = {}
    for quad in quads:
        by_subject.setdefault(quad.subject, []).append(quad)
    ordered = [quad for group in by_subject.values() for quad in group]
    body = Writer(prefixes, base, root).statements(ordered)
    return (head(prefixes, base) + body).encode()
