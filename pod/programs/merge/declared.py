"""Classes of statements that the owner makes, or that open registers have of a dwelling: see `stated`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from pod.programs.merge.check import match
from pod.programs.merge.stated import Field, Kind
from pod.programs.merge.values import AMOUNT, amount, code, one_of, past_day, text
from pod.rdf.terms import DOM, SCHEMA, XSD

CHANGES = (
    "move", "job-start", "job-end", "job-change", "studies", "retirement", "couple", "separation", "birth",
    "child-leaves", "health", "other",
)  # fmt: skip
CLASSES = tuple("ABCDEFG")


def figure(value: Any) -> ox.Literal:
    """A number that is not negative, from text, in its one spelling."""
    found = Decimal(match(AMOUNT, value))
    if found < 0:
        raise ValueError("less than nothing")
    return ox.Literal(f"{found:.2f}", datatype=ox.NamedNode(XSD.decimal))


def built(value: Any) -> ox.Literal:
    """The year of a house, which may be an old one."""
    if type(value) is not int or not 1000 <= value <= 2100:
        raise ValueError("not a year that a house was built in")
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD.gYear))


SITUATION = Kind(
    "SituationChange",
    "/household/",
    ("day", "change"),
    {
        "day": Field(DOM.day, past_day, True),
        "change": Field(DOM.change, one_of(*CHANGES), True),
        "note": Field(SCHEMA.description, text),
    },
    ("day",),
    (),
    ("change", "day"),
)
CERTIFICATE = Kind(
    "EnergyCertificate",
    "/housing/",
    ("number",),
    {
        "number": Field(DOM.dpeNumber, code, True),
        "issuedOn": Field(DOM.issuedOn, past_day),
        "energyClass": Field(DOM.dpeClass, one_of(*CLASSES), True),
        "climateClass": Field(DOM.gesClass, one_of(*CLASSES)),
        "energy": Field(DOM.primaryEnergyKwhM2, figure),
        "emissions": Field(DOM.emissionsKgM2, figure),
        "surface": Field(DOM.floorAreaM2, figure),
        "built": Field(DOM.constructionYear, built),
        "heating": Field(DOM.heatingEnergy, text),
        "cost": Field(DOM.energyCostYear, amount),
        "addressId": Field(DOM.addressId, code),
    },
    ("issuedOn",),
    (),
    ("number", "energyClass", "climateClass", "surface", "heating"),
    also=SCHEMA.Accommodation,
)
