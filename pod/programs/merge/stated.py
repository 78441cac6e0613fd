"""The classes that public bodies state something in: their fields, what makes two statements the same,
and where they are kept. How they are merged is in `statements`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pod.model import Json
from pod.programs.merge.values import (
    MONTH,
    Read,
    amount,
    born,
    code,
    count,
    day,
    month,
    one_of,
    parts,
    past_day,
    signature,
    signed,
    text,
    year,
    yes,
)
from pod.rdf.terms import DOM, SCHEMA

MOST_PEOPLE = 40
UNDATED = "undated"
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
    "signature": _f("signature", signature, True),
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
        if MONTH.fullmatch(found):
            return found[:4], f"{found}-01", f"{found}-01"
        return found[:4], f"{found[:4]}-01-01", f"{found[:4]}-12-31"
    return UNDATED, "", ""


def _slug(plate: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plate.lower()).strip("-")[:40]
