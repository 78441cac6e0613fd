"""The statements of an RDF document as the fields of a form, and a form's fields as changes.

A statement's number is its place in the document that was read: the form is saved only on that very
state, so a number names one statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urljoin

from pod.errors import BadInput
from pod.http.texts import Texts
from pod.http.ui.properties import label, subject_name
from pod.http.ui.visit import Visit
from pod.model import Json
from pod.rdf.graph import Graph
from pod.rdf.statements import Statement
from pod.rdf.terms import (
    DCT,
    FOAF,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SOLID,
    VCARD,
    XSD,
    Blank,
    Literal,
    Named,
    Term,
)

MOST = 300  # statements in one form
KINDS = ("text", "link", "number", "date", "moment", "yesno", "other")
_TYPES = {
    XSD.string: "text",
    RDF.langString: "text",
    XSD.integer: "number",
    XSD.decimal: "number",
    XSD.date: "date",
    XSD.dateTime: "moment",
    XSD.boolean: "yesno",
}
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_KNOWN = (
    FOAF.name, FOAF.nick, FOAF.mbox, FOAF.img, FOAF.homepage, FOAF.knows,
    VCARD.fn, VCARD.hasEmail, VCARD.hasTelephone, VCARD.hasPhoto, VCARD.role, VCARD.note,
    VCARD.bday, VCARD["organization-name"],
    RDFS.label, RDFS.comment, RDFS.seeAlso, RDF.type,
    DCT.title, DCT.description, DCT.created, DCT.creator, DCT.subject,
    SCHEMA.name, SCHEMA.description, SCHEMA.url, SCHEMA.email, SCHEMA.startDate, SCHEMA.endDate,
    SCHEMA.location, SCHEMA.keywords, SCHEMA.image, SCHEMA.about,
)  # fmt: skip
# Only who signs in as the owner is said by this; a form is no place to change it.
_PROTECTED = frozenset({SOLID.oidcIssuer})


def known(texts: Texts) -> list[tuple[str, str]]:
    """(property, what it is called) of well-known vocabularies."""
    return [(iri, f"{label(iri, texts)} ({_short(iri)})") for iri in _KNOWN]


def _short(iri: str) -> str:
    prefix = next((name for name, space in PREFIXES.items() if iri.startswith(space)), None)
    return f"{prefix}:{iri.removeprefix(PREFIXES[prefix])}" if prefix else iri


def subjects(visit: Visit, graph: Graph, document: str) -> list[tuple[str, str]]:
    """(IRI, name) of what a new statement may be about."""
    found = {str(s): subject_name(visit, s, document) for s in graph.subjects if _is_named(s)}
    found.setdefault(document, visit.texts("thing-document"))
    return list(found.items())


def groups(
    visit: Visit, graph: Graph, document: str, typed: Mapping[str, str]
) -> tuple[list[Json], int]:
    """One group a subject with its fields, and how many statements are left out. What was `typed`
    stands in place of what is stored."""
    by_subject: dict[Term, list[Json]] = {}
    triples = graph.match()
    for number, (subject, predicate, value) in enumerate(triples[:MOST]):
        kind = kind_of(value)
        row: Json = {
            "n": number,
            "name": label(str(predicate), visit.texts),
            "iri": str(predicate),
            "value": typed.get(f"value-{number}", str(value)),
            "kind": typed.get(f"kind-{number}", kind),
            "language": typed.get(f"language-{number}", getattr(value, "language", None) or ""),
            "drop": f"drop-{number}" in typed,
            "long": len(value) > 80 or "\n" in value,
            "fixed": not _editable(subject, predicate, value),
        }
        if kind == "other":
            row["datatype"] = _short(getattr(value, "datatype", ""))
        by_subject.setdefault(subject, []).append(row)
    found: list[Json] = [
        {"name": subject_name(visit, subject, document), "rows": rows}
        for subject, rows in by_subject.items()
    ]
    return found, max(0, len(triples) - MOST)


def kind_of(value: Term) -> str:
    if isinstance(value, Named):
        return "link"
    return _TYPES.get(value.datatype, "other") if isinstance(value, Literal) else "other"


def _is_named(term: Term) -> bool:
    return isinstance(term, Named)


def _editable(subject: Term, predicate: Named, value: Term) -> bool:
    named = isinstance(subject, Named) and isinstance(value, Named | Literal)
    return named and predicate not in _PROTECTED and not isinstance(value, Blank)


def changes(
    graph: Graph, document: str, fields: Mapping[str, str]
) -> tuple[list[Statement], list[Statement]]:
    """What the form takes away, and what it adds. Raises BadInput (reason: number, date, moment,
    language, iri, protected)."""
    deletes: list[Statement] = []
    inserts: list[Statement] = []
    for number, statement in enumerate(graph.match()[:MOST]):
        subject, predicate, value = statement
        if f"value-{number}" not in fields or not _editable(*statement):
            continue
        if f"drop-{number}" in fields:
            deletes.append(statement)
            continue
        given = _given(fields, str(number), document, value)
        if not _same(given, value):
            deletes.append(statement)
            inserts.append((subject, predicate, given))
    if fields.get("value-new", "").strip():
        inserts.append(_added(fields, document))
    return deletes, inserts


def _added(fields: Mapping[str, str], document: str) -> Statement:
    predicate = _iri(fields.get("property-new", ""), document)
    if predicate in _PROTECTED:
        raise BadInput("the identity provider is not changed here", reason="protected")
    subject = _iri(fields.get("subject-new", "") or document, document)
    return subject, predicate, _given(fields, "new", document, None)


def _given(fields: Mapping[str, str], key: str, document: str, before: Term | None) -> Term:
    text = fields[f"value-{key}"].replace("\r\n", "\n")
    kind = fields.get(f"kind-{key}", "text")
    if kind == "other" and isinstance(before, Literal):
        return Literal(text, before.datatype, before.language)
    if kind == "link":
        return _iri(text, document)
    if kind == "text":
        language = fields.get(f"language-{key}", "").strip()
        if language and not _LANGUAGE.fullmatch(language):
            raise BadInput("this is no language", reason="language")
        return Literal(text, language=language or None)
    return _typed(kind, text.strip(), before)


def _typed(kind: str, text: str, before: Term | None) -> Literal:
    if isinstance(before, Literal) and text == before and kind_of(before) == kind:
        return before
    try:
        if kind == "number":
            number = Decimal(text.replace("\u202f", "").replace(" ", "").replace(",", "."))
            if not number.is_finite():
                raise ValueError(text)
            whole = number == number.to_integral_value() and "." not in f"{number:f}"
            return Literal(f"{number:f}", XSD.integer if whole else XSD.decimal)
        if kind == "date":
            return Literal(date.fromisoformat(text).isoformat(), XSD.date)
        if kind == "moment":
            return Literal(datetime.fromisoformat(text).isoformat(), XSD.dateTime)
    except (ValueError, InvalidOperation):
        raise BadInput(f"{text[:80]!r} is none", reason=kind) from None
    yes = text.lower() in ("true", "1", "oui", "yes", "vrai")
    if not yes and text.lower() not in ("false", "0", "non", "no", "faux"):
        raise BadInput(f"{text[:80]!r} is neither", reason="yesno")
    return Literal("true" if yes else "false", XSD.boolean)


def _iri(text: str, document: str) -> Named:
    """An address as typed: whole, `prefix:name` of a known vocabulary, or relative to the document."""
    text = text.strip()
    prefix, colon, rest = text.partition(":")
    if colon and prefix in PREFIXES and not rest.startswith("//"):
        return Named(PREFIXES[prefix] + rest)
    try:
        found = urljoin(document, text) if text else ""
    except ValueError:
        found = ""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", found):
        raise BadInput(f"{text[:80]!r} is no address", reason="iri")
    return Named(found)


def _same(one: Term, other: Term) -> bool:
    if one != other or type(one) is not type(other):
        return False
    if isinstance(one, Literal) and isinstance(other, Literal):
        return (one.datatype, one.language) == (other.datatype, other.language)
    return True
