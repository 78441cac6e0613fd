"""Documents that are merged: what is ours in a stored one, what somebody added, how both are written.

A document may have been edited since it was written. What the merge knows is read into figures;
any other statement is kept, after ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from pod.errors import Conflict
from pod.programs.merge.model import Source
from pod.rdf import graph
from pod.rdf.terms import DOM, PROV, QUDT, RDF, SAREF, SCHEMA, SOSA, UNIT, XSD
from pod.rdf.turtle import Writer

ORIGIN = "http://pod.invalid"
PREFIXES = {
    "dom": str(DOM),
    "prov": str(PROV),
    "qudt": str(QUDT),
    "saref": str(SAREF),
    "schema": str(SCHEMA),
    "sosa": str(SOSA),
    "unit": str(UNIT),
    "xsd": str(XSD),
}
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
FOREIGN = "\n# Added by others.\n"

_TYPE = str(RDF.type)

Statements = dict[str, list[Any]]  # predicate IRI → objects


class Stored:
    """A stored document, taken apart: `take` what is ours, and `foreign` is what stays over."""

    def __init__(self, path: str, body: bytes | None, classes: Iterable[str]) -> None:
        self.path, self.base = path, ORIGIN + path
        quads = graph.read(body, graph.TURTLE, self.base).quads if body else ()
        self._quads = _renamed(quads, path, self.base, frozenset(classes))
        self._by_subject: dict[str, list[ox.Quad]] = {}
        for quad in self._quads:
            if isinstance(quad.subject, ox.NamedNode):
                self._by_subject.setdefault(quad.subject.value, []).append(quad)
        self._taken: set[ox.Quad] = set()

    def subjects(self, kind: str) -> list[str]:
        """IRIs of this document that are instances of `kind`, sorted."""
        return sorted(
            iri
            for iri, quads in self._by_subject.items()
            if iri.startswith(self.base + "#") and any(_is_a(q, (kind,)) for q in quads)
        )

    def take(self, iri: str, predicates: Iterable[str], kinds: Iterable[str]) -> Statements:
        """The statements of `iri` with these predicates, or that it is one of `kinds`."""
        wanted, kinds = frozenset(predicates), frozenset(kinds)
        found: Statements = {}
        for quad in self._by_subject.get(iri, ()):
            name = quad.predicate.value
            if name in wanted or _is_a(quad, kinds):
                found.setdefault(name, []).append(quad.object)
                self._taken.add(quad)
        return found

    def one(self, found: Statements, name: str, iri: str) -> str:
        """The only value of a statement. Conflict where an edit left none, or several."""
        values = found.get(name, [])
        if len(values) != 1:
            raise self.spoilt(iri, f"{name.rpartition('#')[2]} is there {len(values)} times")
        return str(values[0].value)

    def spoilt(self, iri: str, reason: str) -> Conflict:
        """The error for an edited document that no longer says what its figures are."""
        where = f"{self.path}#{iri.partition('#')[2]}"
        return Conflict(f"{where} was edited and cannot be read: {reason}", iri=where)

    def sources(self) -> dict[str, Source]:
        """The files that the document names as sources, by their path."""
        found = {}
        for iri in sorted(self._by_subject):
            facts = self.take(iri, SOURCE_FACTS, ())
            if facts and iri.startswith(ORIGIN + "/"):
                texts = {
                    name: max(str(o.value) for o in objects) for name, objects in facts.items()
                }
                raw = iri[len(ORIGIN) :]
                found[raw] = Source(
                    raw,
                    texts.get(DOM.sha256, ""),
                    exported=texts.get(DOM.exported, "").replace("+00:00", "Z"),
                    period_end=texts.get(DOM.periodEnd, "").replace("+00:00", "Z"),
                )
        return found

    def meter(self) -> str | None:
        """The meter's number, if the document tells it."""
        facts = self.take(self.base + "#meter", (SCHEMA.identifier,), (SAREF.Meter,))
        values = sorted(str(o.value) for o in facts.get(SCHEMA.identifier, ()))
        return values[0] if values else None

    def foreign(self) -> str:
        """Turtle of what is not ours, in a stable order."""
        left = [quad for quad in self._quads if quad not in self._taken]
        if not left:
            return ""
        writer = _Relative(PREFIXES, self.base)
        lines = {
            f"{writer.term(q.subject)} {writer.iri(q.predicate.value)} {writer.term(q.object)} .\n"
            for q in _canonical(left)
        }
        return FOREIGN + "".join(sorted(lines))

    def says(self, body: bytes) -> bool:
        """Whether `body` holds exactly the statements that are stored."""
        fresh = _canonical(graph.read(body, graph.TURTLE, self.base).quads)
        return set(fresh) == set(_canonical(self._quads))


SOURCE_FACTS = (DOM.sha256, DOM.exported, DOM.periodEnd)


def known(sources: dict[str, Source], source: Source) -> Source:
    """`source` with the most that a document's `sources` and the import know of it; noted there."""
    before = sources.get(source.raw, source)
    exported = max(source.exported, before.exported)
    end = max(source.period_end, before.period_end)
    sources[source.raw] = Source(source.raw, source.sha256, source.name, exported, end)
    return sources[source.raw]


def sources_text(sources: Mapping[str, Source], used: Iterable[str]) -> str:
    """Turtle of what is known of each file in `used`."""
    parts = []
    for raw in sorted(used):
        source = sources[raw]
        facts = [f'dom:sha256 "{source.sha256}"']
        if source.exported:
            facts.append(f'dom:exported "{source.exported}"^^xsd:dateTime')
        if source.period_end:
            facts.append(f'dom:periodEnd "{source.period_end}"^^xsd:dateTime')
        parts.append(f"{reference(raw)} " + " ; ".join(facts) + " .\n")
    return "\n" + "".join(parts) if parts else ""


def meter_text(meter: str | None) -> str:
    name = f" ; schema:identifier {literal(meter)}" if meter else ""
    return f"\n<#meter> a saref:Meter{name} .\n"


def reference(raw: str) -> str:
    """A path of the pod as an IRI reference. ValueError for what no path may hold."""
    if not raw.startswith("/") or _UNSAFE.search(raw):
        raise ValueError(f"not a path of the pod: {raw!r}")
    return f"<{raw}>"


def literal(text: str) -> str:
    return str(ox.Literal(text))


def _is_a(quad: ox.Quad, kinds: Collection[str]) -> bool:
    found = quad.object
    return (
        quad.predicate.value == _TYPE and isinstance(found, ox.NamedNode) and found.value in kinds
    )


class _Relative(Writer):
    """IRIs outside the container as absolute paths: the server's name is not known here."""

    def _shorten(self, iri: str) -> str:
        folder = str(self._base).rpartition("/")[0] + "/"
        if iri.startswith(ORIGIN + "/") and not iri.startswith(folder):
            return reference(iri[len(ORIGIN) :])
        return super()._shorten(iri)


def _canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """With labels of blank nodes that depend on the statements alone (RDFC-1.0)."""
    quads = list(quads)
    if not any(isinstance(t, ox.BlankNode) for q in quads for t in (q.subject, q.object)):
        return quads
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def _renamed(
    quads: Iterable[ox.Quad], path: str, base: str, classes: frozenset[str]
) -> tuple[ox.Quad, ...]:
    """Statements with IRIs below `ORIGIN`, also where a client has written them out in full."""
    quads = tuple(quads)
    full = next(
        (
            iri
            for q in quads
            if isinstance(q.subject, ox.NamedNode) and _is_a(q, classes)
            for iri in (q.subject.value.partition("#")[0],)
            if iri != base and iri.endswith(path)
        ),
        None,
    )
    if full is None:
        return quads
    origin = "/".join(full.split("/", 3)[:3]) + "/"

    def moved(term: Any) -> Any:
        if isinstance(term, ox.NamedNode):
            if term.value.partition("#")[0] == full:
                return ox.NamedNode(base + term.value[len(full) :])
            if term.value.startswith(origin):
                return ox.NamedNode(f"{ORIGIN}/{term.value[len(origin) :]}")
        return term

    return tuple(ox.Quad(moved(q.subject), q.predicate, moved(q.object)) for q in quads)
