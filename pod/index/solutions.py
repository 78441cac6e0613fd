"""Questions and answers as plain values, and as SPARQL 1.1 results JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pod.errors import BadInput, LimitHit
from pod.index.ask import FEW_GRAPHS, MOST_COPIED
from pod.model import Iri, Json

XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = {f"{XSD}{t}" for t in ("integer", "int", "long", "short", "nonNegativeInteger")}
_TOO_LONG = "the answer is too long; ask for less"
_TOLD = {
    "triples": f"over {MOST_COPIED:,} triples are open to you, in more than {FEW_GRAPHS} documents; "
    "name those to ask over (default-graph-uri)"
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a SPARQL request names: documents for the default graph, and as named graphs.

    https://www.w3.org/TR/sparql11-protocol/#dataset
    """

    default: tuple[str, ...]
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Solutions:
    """`terms` are bindings of SPARQL results JSON ({"type","value",…}) or None, row by row."""

    columns: tuple[str, ...]
    terms: Sequence[Sequence[Json | None]]
    boolean: bool | None = None
    triples: str | None = None  # N-Triples, of CONSTRUCT and DESCRIBE

    @property
    def rows(self) -> list[list[Any]]:
        """Values as JSON has them: numbers where the literal is one, else its text."""
        return [[_value(term) for term in row] for row in self.terms]

    def to_json(self) -> Json:
        """https://www.w3.org/TR/sparql11-results-json/"""
        if self.boolean is not None:
            return {"head": {}, "boolean": self.boolean}
        bindings = [
            {c: t for c, t in zip(self.columns, row, strict=True) if t is not None}
            for row in self.terms
        ]
        return {"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}


def _value(term: Json | None) -> Any:
    if term is None:
        return None
    kind, text = term.get("datatype"), term["value"]
    try:
        if kind in _WHOLE:
            return int(text)
        if kind in (f"{XSD}decimal", f"{XSD}double", f"{XSD}float"):
            number = Decimal(text)
            return int(number) if number == number.to_integral_value() else float(number)
        if kind == f"{XSD}boolean":
            return text in ("true", "1")
    except (ValueError, InvalidOperation):
        return text
    return text


def term_of(value: Any) -> Json:
    """A Python value as a SPARQL results JSON term: what is bound to a query's variable."""
    if isinstance(value, Iri):
        return {"type": "uri", "value": str(value)}
    for python, name in (
        (bool, "boolean"),
        (int, "integer"),
        (Decimal, "decimal"),
        (float, "double"),
        (datetime, "dateTime"),
        (date, "date"),
    ):
        if isinstance(value, python):
            text = value.isoformat() if isinstance(value, date) else str(value)
            text = text.lower() if python is bool else text
            return {"type": "literal", "value": text, "datatype": XSD + name}
    return {"type": "literal", "value": str(value)}


def question(
    sparql: str,
    graphs: Collection[Iri] | None,
    bindings: Mapping[str, Any] | None,
    rows: int,
    seconds: float,
    named: Collection[Iri] | None = None,
) -> Json:
    """What `ask` is asked."""
    return {
        "sparql": sparql,
        "graphs": None if graphs is None else list(graphs),
        "named": None if named is None else list(named),
        "bindings": {name: term_of(value) for name, value in (bindings or {}).items()},
        "rows": rows,
        "seconds": seconds,
    }


def solutions_of(answer: Json) -> Solutions:
    """What `ask` answered. Raises BadInput for a question not understood, LimitHit."""
    if "error" in answer:
        raise BadInput(f"the query was not understood: {answer['error']}")
    if "limit" in answer:
        raise LimitHit(_TOLD.get(answer["limit"], _TOO_LONG), limit=answer["limit"])
    if "boolean" in answer:
        return Solutions((), (), answer["boolean"])
    if "triples" in answer:
        return Solutions(
            ("triples",),
            [[{"type": "literal", "value": answer["triples"]}]],
            None,
            answer["triples"],
        )
    return Solutions(tuple(answer["columns"]), answer["terms"])
