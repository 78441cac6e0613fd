"""The classes that public bodies state something in: their fields, what makes two statements the same,
and where they are kept. How they are merged is in `statements`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from pod.model import Json
from pod.programs.merge.check import DAY, line, match
from pod.rdf.terms import DOM, SCHEMA, XSD

MOST_PEOPLE = 40
MOST_AMOUNT = 10**12
UNDATED = "undated"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/*-]{0,79}")
AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_BORN = re.compile(r"((?:18|19|20)[0-9]{2})(-(0[1-9]|1[0-2]))?(-[0-3][0-9])?")
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEX = re.compile(r"[0-9a-f]{128}")

Read = Callable[[Any], ox.Literal]


def _typed(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(kind))


def text(value: Any) -> ox.Literal:
    """One line for people."""
    if not isinstance(value, str) or not (found := line(value)):
        raise ValueError("no text")
    return ox.Literal(found)


def code(value: Any) -> ox.Literal:
    """A number or a code of somebody's register."""
    return ox.Literal(match(_CODE, value))


def day(value: Any) -> ox.Literal:
    return _typed(date.fromisoformat(match(DAY, value)).isoformat(), XSD.date)


def past_day(value: Any) -> ox.Literal:
    """A day that may lie in the last century: rights and first registrations do."""
    found = date.fromisoformat(value)
    if not 1900 <= found.year <= 2100:
        raise ValueError(f"{value!r} is not a day of our time")
    return _typed(found.isoformat(), XSD.date)


def born(value: Any) -> ox.Literal:
    """A date of birth as far as it is known: a day, a month or a year."""
    found = _BORN.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[3] is None and found[4] is not None):
        raise ValueError(f"{str(value)[:20]!r} is not a date of birth")
    if found[4]:
        return _typed(date.fromisoformat(value).isoformat(), XSD.date)
    return _typed(value, XSD.gYearMonth if found[3] else XSD.gYear)


def month(value: Any) -> ox.Literal:
    return _typed(match(_MONTH, value), XSD.gYearMonth)


def year(value: Any) -> ox.Literal:
    return _typed(str(_whole(value, 1990, 2100)), XSD.gYear)


def count(value: Any) -> ox.Literal:
    return _typed(str(_whole(value, 0, 10**7)), XSD.integer)


def yes(value: Any) -> ox.Literal:
    if type(value) is not bool:
        raise ValueError("neither true nor false")
    return _typed("true" if value else "false", XSD.boolean)


def amount(value: Any) -> ox.Literal:
    """Euros, from text: a float never was money."""
    return _typed(f"{Decimal(match(AMOUNT, value)):.2f}", XSD.decimal)


def parts(value: Any) -> ox.Literal:
    return _typed(f"{Decimal(match(AMOUNT, value)):.2f}", XSD.decimal)


def one_of(*names: str) -> Read:
    def read(value: Any) -> ox.Literal:
        if value not in names:
            raise ValueError(f"{str(value)[:40]!r} is not one of {', '.join(names)}")
        return ox.Literal(value)

    return read


def signed(value: Any) -> ox.Literal:
    """The text that a signature is over, separators included."""
    if not isinstance(value, str) or not 0 < len(value) <= 8000:
        raise ValueError("no signed text")
    return ox.Literal(value)


def _signature(value: Any) -> ox.Literal:
    return ox.Literal(match(_HEX, value))


def _whole(value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{str(value)[:40]!r} is not a whole number from {least} to {most}")
    return value


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a record as a statement; `must`: a record without it is refused."""

    predicate: str
    read: Read
    must: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A class. `key`: the fields (a person's included) that make two statements the same; `year`:
    the first of these that is there says which document of `home` it belongs to; `told`: what the
    page repeats in plain words."""

    name: str
    home: str
    key: tuple[str, ...]
    fields: dict[str, Field]
    year: tuple[str, ...] = ("asOf",)
    people: tuple[str, ...] = ("about",)
    told: tuple[str, ...] = ()
    also: str | None = None  # a class of somebody else's vocabulary that it is too


def _f(name: str, read: Read, must: bool = False) -> Field:
    return Field(DOM[name], read, must)


PERSON = {
    "role": _f("role", one_of("adult", "child")),
    "familyName": Field(SCHEMA.familyName, text),
    "usedName": _f("usedName", text),
    "givenNames": Field(SCHEMA.givenName, text),
    "name": Field(SCHEMA.name, text),
    "birthDate": Field(SCHEMA.birthDate, born),
    "sex": _f("sex", one_of("male", "female")),
    "number": Field(SCHEMA.identifier, code),
    "taxNumber": _f("taxNumber", code),
}
SEAL = {
    "certificate": _f("certificate", code, True),
    "signed": _f("signedText", signed, True),
    "signature": _f("signature", _signature, True),
    "state": _f("signatureState", one_of("verified", "not-verified"), True),
}
_SEEN = {"asOf": _f("asOf", day)}
_SIGNED = {"issuedOn": _f("issuedOn", past_day), "signedOn": _f("signedOn", past_day)}
_ADDRESS = {
    "address": Field(SCHEMA.streetAddress, text),
    "postalCode": Field(SCHEMA.postalCode, code),
    "locality": Field(SCHEMA.addressLocality, text),
}
_PERIOD = {"start": _f("from", past_day), "end": _f("until", past_day)}
RIGHTS = (
    "rsa", "activity-bonus", "health-cover", "disabled-adult", "disabled-child", "family-support",
)  # fmt: skip
_PLACE = {"institution": _f("institution", text), "institutionCode": _f("institutionCode", code)}

PAPERS = (
    Kind(
        "TaxNotice",
        "/papers/",
        ("number", "incomeYear"),
        {
            "number": Field(SCHEMA.identifier, code, True),
            "incomeYear": _f("incomeYear", year, True),
            "referenceIncome": _f("referenceIncome", amount, True),
            "parts": _f("taxParts", parts, True),
            "assessedOn": _f("assessedOn", day),
            "netTax": _f("netTax", amount),
            "due": _f("amountDue", amount),
            "withheld": _f("withheld", amount),
            **_ADDRESS,
            **_SIGNED,
        },
        ("incomeYear",),
        ("declarants",),
        ("incomeYear", "referenceIncome", "parts", "netTax"),
    ),
    Kind(
        "ProofOfAddress",
        "/papers/",
        ("name", "address", "postalCode", "issuedOn", "paper"),
        {
            "paper": _f("paper", one_of("specific", "invoice", "housing-tax"), True),
            "name": Field(SCHEMA.name, text, True),
            "number": Field(SCHEMA.identifier, text),
            "amount": Field(SCHEMA.amount, amount),
            "country": Field(SCHEMA.addressCountry, code),
            **_ADDRESS,
            **_SIGNED,
        },
        ("issuedOn", "signedOn"),
        (),
        ("name", "address", "postalCode", "locality", "issuedOn"),
    ),
)
BENEFITS = (
    Kind(
        "Entitlement",
        "/benefits/",
        ("right", "about", "asOf"),
        {
            "right": _f("right", one_of(*RIGHTS), True),
            "entitled": _f("entitled", yes, True),
            "role": _f("role", one_of("recipient", "child")),
            "since": _f("from", past_day),
            "increased": _f("increased", yes),
            "contribution": _f("withContribution", yes),
            **_SEEN,
        },
        told=("right", "entitled", "since"),
    ),
    Kind(
        "FamilyQuotient",
        "/benefits/",
        ("provider", "month", "about"),
        {
            "provider": _f("provider", one_of("CNAF", "MSA"), True),
            "value": _f("quotient", count, True),
            "month": _f("forMonth", month, True),
            "computedMonth": _f("computedMonth", month),
            "persons": _f("persons", count),
            **_SEEN,
        },
        ("month",),
        told=("value", "month", "persons", "provider"),
    ),
    Kind(
        "ChildcareShare",
        "/benefits/",
        ("about", "year", "asOf"),
        {
            "children": _f("children", count),
            "disabledChildren": _f("disabledChildren", count),
            "resources": _f("resources", amount),
            "year": _f("forYear", year),
            **_SEEN,
        },
        ("year", "asOf"),
        told=("children", "resources", "year"),
    ),
    Kind(
        "BenefitPayment",
        "/benefits/",
        ("about", "benefit", "paidOn", "amount", "nth"),
        {
            "benefit": _f("benefit", one_of("unemployment"), True),
            "payer": Field(SCHEMA.sender, text),
            "paidOn": _f("paidOn", day, True),
            "amount": Field(SCHEMA.amount, amount, True),
            "currency": Field(SCHEMA.currency, one_of("EUR"), True),
            "nth": _f("nth", count, True),
            "allowances": _f("allowances", amount),
            "aids": _f("aids", amount),
            "others": _f("otherAmounts", amount),
            **_SEEN,
        },
        ("paidOn",),
        told=("benefit", "paidOn", "amount"),
        also=SCHEMA.MoneyTransfer,
    ),
    Kind(
        "JobSeeker",
        "/benefits/",
        ("number", "start"),
        {
            "number": Field(SCHEMA.identifier, code, True),
            "category": _f("jobSeekerCategory", count),
            "label": _f("label", text),
            **_PERIOD,
            **_SEEN,
        },
        ("start", "asOf"),
        ("person",),
        ("start", "end"),
    ),
    Kind(
        "StudentGrant",
        "/benefits/",
        ("about", "student", "start"),
        {
            "holder": _f("entitled", yes, True),
            "removed": _f("removed", yes),
            "removedOn": _f("removedOn", day),
            "start": _f("from", day),
            "months": _f("months", count),
            "step": _f("grantStep", code),
            "provisional": _f("provisional", yes),
            "institution": _f("institution", text),
            "locality": Field(SCHEMA.addressLocality, text),
            **_SEEN,
        },
        ("start", "asOf"),
        ("about", "student"),
        ("holder", "start", "months", "step"),
    ),
)
HOUSEHOLD = (
    Kind(
        "Household",
        "/household/",
        ("month", "about", "asOf"),
        {"month": _f("referencePeriod", month), **_ADDRESS, **_SEEN},
        ("month", "asOf"),
        ("about", "members"),
        ("month",),
    ),
)
STUDIES = (
    Kind(
        "SchoolEnrolment",
        "/studies/",
        ("student", "year", "institutionCode"),
        {
            "year": _f("schoolYear", code, True),
            "enrolled": _f("enrolled", yes, True),
            "status": _f("statusText", text),
            "training": _f("training", text),
            "trainingCode": _f("trainingCode", code),
            "grant": _f("grant", yes),
            "grantStep": _f("grantStep", count),
            **_PLACE,
            **_SEEN,
        },
        ("year",),
        ("about", "student"),
        ("year", "enrolled", "training", "institution"),
    ),
    Kind(
        "StudentEnrolment",
        "/studies/",
        ("about", "student", "start", "institutionCode", "regime"),
        {
            "enrolled": _f("enrolled", yes, True),
            "regime": _f("regime", text),
            "municipality": _f("municipality", code),
            **_PERIOD,
            **_PLACE,
            **_SEEN,
        },
        ("start", "asOf"),
        ("about", "student"),
        ("start", "end", "institution"),
    ),
    Kind(
        "NationalService",
        "/studies/",
        ("about", "asOf"),
        {"status": _f("statusText", text, True), "comment": _f("comment", text), **_SEEN},
        told=("status",),
    ),
    Kind(
        "CivicService",
        "/studies/",
        ("about", "current", "start", "asOf"),
        {
            "current": _f("current", yes, True),
            "contract": _f("contract", yes, True),
            "organisation": _f("organisation", text),
            "siret": _f("siret", code),
            **_PERIOD,
            **_SEEN,
        },
        ("start", "asOf"),
        told=("contract", "start", "end"),
    ),
    Kind(
        "SportStatus",
        "/studies/",
        ("about", "person", "start"),
        {
            "topLevel": _f("topLevel", yes, True),
            "federation": _f("federation", text),
            "category": _f("sportCategory", text),
            "region": _f("region", text),
            **_PERIOD,
            **_SEEN,
        },
        ("start", "asOf"),
        ("about", "person"),
        ("start", "end", "federation"),
    ),
)
VEHICLES = (
    Kind(
        "Vehicle",
        "/vehicles/",
        ("plate",),
        {
            "plate": _f("plate", code, True),
            "firstRegistered": Field(SCHEMA.dateVehicleFirstRegistered, past_day),
            "lease": _f("lease", text),
            "holding": _f("holding", one_of("titulaire", "cotitulaire", "locataire")),
            "brand": Field(SCHEMA.brand, text),
            "model": Field(SCHEMA.model, text),
            "version": _f("version", code),
            "maxKg": _f("maxKg", count),
            "displacement": _f("displacementCm3", count),
            "co2": _f("co2GramsPerKm", count),
            "fuel": _f("fuelCode", code),
            "fuelName": Field(SCHEMA.fuelType, text),
            "category": _f("vehicleCategory", code),
            "nationalKind": _f("nationalKind", code),
            "environmentalClass": _f("environmentalClass", text),
            **_SEEN,
        },
        ("plate",),
        (),
        ("brand", "model", "fuelName", "co2"),
        also=SCHEMA.Vehicle,
    ),
)


def when(kind: Kind, record: Json) -> tuple[str, str, str]:
    """(the document's name without its ending: a year, a plate, or `undated`; the first and the last
    day that the record is about, "" where it has none)."""
    for name in kind.year:
        value = record.get(name)
        if value is None:
            continue
        found = str(value)
        if name == "plate":
            return _slug(found) or UNDATED, "", ""
        if _DATED.fullmatch(found):
            return found[:4], found, found
        if _MONTH.fullmatch(found):
            return found[:4], f"{found}-01", f"{found}-01"
        return found[:4], f"{found[:4]}-01-01", f"{found[:4]}-12-31"
    return UNDATED, "", ""


def _slug(plate: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plate.lower()).strip("-")[:40]
