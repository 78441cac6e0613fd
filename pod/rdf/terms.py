"""Vocabularies, and RDF terms as plain values for the rest of the pod.

A `Term` is the string that people mean (the IRI, the text of a literal) and knows its kind by its
class, so that nothing outside `rdf` and `index` has to know an RDF library.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


class Namespace:
    """`DOM.LoadCurveDay` and `DOM["LoadCurveDay"]` are the IRI, as a string."""

    __slots__ = ("_iri",)

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._iri + name

    def __getitem__(self, name: str) -> str:
        return self._iri + name

    def __str__(self) -> str:
        return self._iri


RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
LDP = Namespace("http://www.w3.org/ns/ldp#")
ACL = Namespace("http://www.w3.org/ns/auth/acl#")
SOLID = Namespace("http://www.w3.org/ns/solid/terms#")
PIM = Namespace("http://www.w3.org/ns/pim/space#")
DCT = Namespace("http://purl.org/dc/terms/")
STAT = Namespace("http://www.w3.org/ns/posix/stat#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
AS = Namespace("https://www.w3.org/ns/activitystreams#")
SOSA = Namespace("http://www.w3.org/ns/sosa/")
QUDT = Namespace("http://qudt.org/schema/qudt/")
UNIT = Namespace("http://qudt.org/vocab/unit/")
SAREF = Namespace("https://saref.etsi.org/core/")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("https://schema.org/")
ICAL = Namespace("http://www.w3.org/2002/12/cal/ical#")
DOM = Namespace("https://w3id.org/domicile/ns#")

PREFIXES: dict[str, str] = {
    name: str(space)
    for name, space in {
        "rdf": RDF,
        "rdfs": RDFS,
        "xsd": XSD,
        "ldp": LDP,
        "acl": ACL,
        "solid": SOLID,
        "pim": PIM,
        "dcterms": DCT,
        "stat": STAT,
        "foaf": FOAF,
        "vcard": VCARD,
        "as": AS,
        "sosa": SOSA,
        "qudt": QUDT,
        "unit": UNIT,
        "saref": SAREF,
        "prov": PROV,
        "schema": SCHEMA,
        "dom": DOM,
    }.items()
}


class Term(str):
    """An RDF term. Compares as its text alone: ask `isinstance` where its kind matters."""

    __slots__ = ()


class Named(Term):
    """An IRI."""

    __slots__ = ()


class Blank(Term):
    """A blank node; its text is a label that means something within one parsed graph only."""

    __slots__ = ()


class Quoted(Term):
    """A triple used as a term (RDF 1.2), as N-Triples text."""

    __slots__ = ()


class Literal(Term):
    """A literal: `datatype` is an IRI, `language` a BCP 47 tag or None."""

    __slots__ = ("datatype", "language")
    datatype: str
    language: str | None

    def __new__(
        cls, value: str, datatype: str = XSD.string, language: str | None = None
    ) -> Literal:
        made = super().__new__(cls, value)
        made.datatype = RDF.langString if language else datatype
        made.language = language
        return made

    @property
    def value(self) -> Any:
        """As int, Decimal, float, bool, date or datetime by its datatype; text for the rest,
        and where the text is not of that datatype."""
        reader = _READERS.get(self.datatype)
        try:
            return str(self) if reader is None else reader(str(self))
        except (ValueError, KeyError, InvalidOperation):
            return str(self)


_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys((XSD.integer, XSD.int, XSD.long, XSD.nonNegativeInteger), int),
    XSD.decimal: Decimal,
    **dict.fromkeys((XSD.double, XSD.float), float),
    XSD.boolean: {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    XSD.date: date.fromisoformat,
    XSD.dateTime: datetime.fromisoformat,
}
