"""A change of single statements as a patch: what a form asks for, in a form that cannot say more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from pod.errors import BadInput
from pod.rdf.terms import Blank, Literal, Named, Term

Statement = tuple[Term, Named, Term]


def change(deletes: Iterable[Statement], inserts: Iterable[Statement]) -> bytes:
    """`DELETE DATA` and `INSERT DATA` of whole statements (`application/sparql-update`), without
    blank nodes; empty where nothing changes. Each term is checked, so that no text of a form is
    read as anything but a term. Raises BadInput for what is no IRI or no language."""
    parts = [
        f"{verb} DATA {{\n{''.join(lines)}}}"
        for verb, statements in (("DELETE", deletes), ("INSERT", inserts))
        if (lines := [_line(statement) for statement in statements])
    ]
    return ";\n".join(parts).encode()


def _line(statement: Statement) -> str:
    subject, predicate, value = (_term(term) for term in statement)
    return f"{subject} {predicate} {value} .\n"


def _term(term: Term) -> Any:
    try:
        if isinstance(term, Literal):
            if term.language:
                return ox.Literal(str(term), language=term.language)
            return ox.Literal(str(term), datatype=ox.NamedNode(term.datatype))
        if isinstance(term, Named):
            return ox.NamedNode(str(term))
    except ValueError:
        raise BadInput(f"{str(term)[:200]!r} is not an address", reason="iri") from None
    kind = "a blank node" if isinstance(term, Blank) else "a quoted triple"
    raise BadInput(f"{kind} is changed in the text, not in a form", reason="blank")
