"""Which properties a declared question names, so that its owner can leave some of them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pod.programs.manifest import Query
from pod.rdf.graph import TURTLE, parse
from pod.rdf.sparql import Token, tokens
from pod.rdf.terms import DOM, RDF, RDFS

VOCABULARY = Path(__file__).resolve().parents[2] / "vocab" / "domicile.ttl"


@dataclass(frozen=True, slots=True)
class Field:
    """A property that a question reads; `optional`: it has answers without it."""

    iri: str
    optional: bool

    @property
    def name(self) -> str:
        """What its IRI ends in."""
        return self.iri.replace("#", "/").rsplit("/", 1)[-1]


def fields(query: Query) -> tuple[Field, ...]:
    """In the order of the question. Names of classes and of things are not among them."""
    found = list(tokens(query.sparql))
    prefixes = {
        one.text[:-1]: other.text[1:-1]
        for one, other in pairwise(found)
        if one.kind == "name" and one.text.endswith(":") and other.kind == "iri"
    }
    seen: dict[str, bool] = {}
    optional: list[bool] = [False]
    opens = False
    for before, token in zip([None, *found], found, strict=False):
        if token.is_word("OPTIONAL"):
            opens = True
        elif token.text == "{":
            optional.append(optional[-1] or opens)
            opens = False
        elif token.text == "}" and len(optional) > 1:
            optional.pop()
        elif (iri := _property(token, before, prefixes)) is not None:
            seen[iri] = seen.get(iri, True) and optional[-1]
    return tuple(Field(iri, loose) for iri, loose in seen.items())


def _property(token: Token, before: Token | None, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri" and not (before is not None and before.text.endswith(":")):
        iri = token.text[1:-1]
    elif token.kind == "name" and not token.text.endswith(":"):
        prefix, _, local = token.text.partition(":")
        iri = prefixes.get(prefix, "") + local
    else:
        return None
    local = iri.replace("#", "/").rsplit("/", 1)[-1]
    return iri if local[:1].islower() and iri != RDF.type else None


def label(field: Field) -> Mapping[str, str] | None:
    """{"fr","en"} of one of the project's own properties."""
    return _labels().get(field.iri)


@cache
def _labels() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for quad in parse(VOCABULARY.read_bytes(), TURTLE, str(DOM)).quads:
        said: Any = quad.object
        if quad.predicate.value == RDFS.label and said.language:
            found.setdefault(str(quad.subject.value), {})[said.language] = said.value  # type: ignore[union-attr]
    return found
