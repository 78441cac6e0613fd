"""Values that public bodies state, from a record's JSON to typed literals. What is none raises ValueError."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from pod.programs.merge.check import DAY, line, match
from pod.rdf.terms import XSD

AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/*-]{0,79}")
_BORN = re.compile(r"((?:18|19|20)[0-9]{2})(-(0[1-9]|1[0-2]))?(-[0-3][0-9])?")
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
    return _typed(match(MONTH, value), XSD.gYearMonth)


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


def signature(value: Any) -> ox.Literal:
    return ox.Literal(match(_HEX, value))


def _whole(value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{str(value)[:40]!r} is not a whole number from {least} to {most}")
    return value
