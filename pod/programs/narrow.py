"""What is left of a document for an app whose owner agreed to less: no more than that is ever asked.

The limits are on the data, before the question, so that nothing an app may ask (sums, other names,
finer bounds) finds what was left out. Where anything is made coarser, all that is not known to be
harmless is left out: what words say, and what has no place in the tables below. Things are then called
by names of their own, since an address may say a day, a meter or an account.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

from pod.errors import BadInput
from pod.model import Json
from pod.programs.coarse import DEGREES, TIMES, Quad, cell, series
from pod.programs.merge.days import DAY, Days, utc
from pod.rdf.terms import DOM, ICAL, PREFIXES, QUDT, SCHEMA, SOSA, XSD

PLACES = ("exact", *DEGREES)
MONEYS = {"exact": 0, "tens": 10, "hundreds": 100}  # € to which amounts are rounded
# When something happened: what a period is about. A thing that has none of these has no date. The
# trip that a correction is about is named after its start.
WHEN = frozenset(
    {DOM.day, DOM.bookingDate, DOM.paidOn, DOM.startsAt, DOM.trip}
    | {SCHEMA.startTime, ICAL.dtstart, SOSA.resultTime}
)
ENDS = frozenset({DOM.endsAt})  # when it was over: the day before is its last
COORDINATES = frozenset({SCHEMA.latitude, SCHEMA.longitude})
AMOUNTS = frozenset(
    {SCHEMA.value, SCHEMA.amount}
    | {DOM[n] for n in ("quotient", "referenceIncome", "netTax", "amountDue", "withheld")}
    | {DOM[n] for n in ("resources", "allowances", "aids", "otherAmounts")}
)
# Words and numbers that say no time, no place and no amount.
PLAIN = frozenset(
    {SCHEMA.currency, SCHEMA.postalCode, SCHEMA.fuelType, QUDT.unit}
    | {DOM[n] for n in ("step", "device", "mode", "modeConfidence", "level", "status", "category")}
    | {DOM[n] for n in ("registers", "registerNames", "totalWh", "subscribedKva", "offPeakHours")}
    | {DOM[n] for n in ("balanceKind", "right", "entitled", "role", "provider", "benefit")}
    | {DOM[n] for n in ("persons", "children", "taxParts", "incomeYear", "forYear", "fuelCode")}
    | {DOM[n] for n in ("forMonth", "computedMonth", "referencePeriod")}
    | {DOM[n] for n in ("co2GramsPerKm", "vehicleCategory", "energyWh", "values", "positions")}
)
_NAMED = frozenset({SCHEMA.identifier, DOM.trip})  # numbers of things: equal ones stay equal
_MOMENTS = frozenset({XSD.date, XSD.dateTime})
_LONG = frozenset({XSD.gYearMonth, XSD.gYear})  # times that are no finer than a month
_WORLDS = tuple(PREFIXES.values())


@dataclass(frozen=True, slots=True)
class Limit:
    """Local days from `since` to `until`; how exact times, places and amounts are; predicates left
    out. `secret` is what new names are made of."""

    since: date | None = None
    until: date | None = None
    time: str = "exact"
    place: str = "exact"
    money: str = "exact"
    without: frozenset[str] = frozenset()
    secret: bytes = b""
    zone: str = "Europe/Paris"

    @property
    def coarse(self) -> bool:
        return (self.time, self.place, self.money) != ("exact",) * 3

    @property
    def narrows(self) -> bool:
        return bool(self.coarse or self.since or self.until or self.without)

    def first(self, day: date) -> date:
        """The day by which times of `day` are known."""
        return day.replace(day=1) if self.time == "month" else day


def checked(limits: Json) -> Json:
    """Limits as an owner may choose them, whole. Raises BadInput."""
    found = {
        "time": limits.get("time") or "exact",
        "place": limits.get("place") or "exact",
        "money": limits.get("money") or "exact",
        "refused": sorted(set(limits.get("refused") or ())),
        "without": {
            str(name): sorted(set(fields))
            for name, fields in (limits.get("without") or {}).items()
            if fields
        },
    }
    for key, known in (("time", TIMES), ("place", PLACES), ("money", MONEYS)):
        if found[key] not in known:
            raise BadInput(f"{key} is one of {', '.join(known)}", field=key)
    return found


def narrow(quads: list[Quad], limit: Limit) -> list[Quad]:
    """The quads of one document within `limit`."""
    days = Days(limit.zone)
    made: list[Quad] = []
    kept = _within(quads, limit, days)
    if limit.time != "exact" or limit.place != "exact":
        made, kept = series(kept, limit.time, limit.place, limit.since, limit.until, days)
    if limit.coarse:
        kept = [found for quad in kept if (found := _coarsened(quad, limit, days)) is not None]
    kept = made + kept
    if limit.without:
        kept = [quad for quad in kept if quad.predicate.value not in limit.without]
    if limit.coarse or limit.without:
        names = _Names(limit.secret)
        kept = [_renamed(quad, names) for quad in kept]
    return kept


# -------------------------------------------------------------------- period


def _within(quads: list[Quad], limit: Limit, days: Days) -> list[Quad]:
    """Without what happened outside the period, and what only that leads to."""
    if limit.since is None and limit.until is None:
        return quads
    first, last = limit.since or date.min, limit.until or date.max
    gone: set[Any] = set()
    dated: set[Any] = set()
    for quad in quads:
        predicate = quad.predicate.value
        if predicate in WHEN or predicate in ENDS:
            dated.add(quad.subject)
            day = _day_of(quad.object, days)
            if day is not None and predicate in ENDS:
                day -= DAY
            if day is None or not first <= day <= last:
                gone.add(quad.subject)
    if not gone:
        return quads
    parents: dict[Any, set[Any]] = {}
    for quad in quads:
        if not isinstance(quad.object, ox.Literal) and quad.object != quad.subject:
            parents.setdefault(quad.object, set()).add(quad.subject)
    waiting = True
    while waiting:
        more = {
            child
            for child, above in parents.items()
            if child not in gone and child not in dated and above <= gone
        }
        gone |= more
        waiting = bool(more)
    return [quad for quad in quads if quad.subject not in gone]


def _day_of(term: Any, days: Days) -> date | None:
    """The local day of a date, a moment or a name that begins with one; None for what is neither."""
    try:
        if term.datatype.value in (XSD.date, XSD.string):
            return date.fromisoformat(term.value[:10])
        moment = datetime.fromisoformat(term.value)
        return days.day_of(int(moment.astimezone(UTC).timestamp()) // 60)
    except (ValueError, AttributeError, OverflowError):
        return None


# -------------------------------------------------------------------- precision


def _coarsened(quad: Quad, limit: Limit, days: Days) -> Quad | None:
    predicate, term = quad.predicate.value, quad.object
    if not isinstance(term, ox.Literal):
        return quad
    kind = term.datatype.value
    if kind in _LONG:
        return quad
    if kind in _MOMENTS:
        return quad if limit.time == "exact" else _with(quad, _moment(term, limit, days))
    if predicate in COORDINATES:
        return quad if limit.place == "exact" else _with(quad, _coordinate(term, limit))
    if predicate in AMOUNTS:
        return quad if limit.money == "exact" else _with(quad, _amount(term, limit))
    if predicate == DOM.distanceKm:
        return quad if limit.place == "exact" else _with(quad, _rounded(term, 1))
    return quad if predicate in PLAIN or predicate in _NAMED else None


def _moment(term: Any, limit: Limit, days: Days) -> Any:
    day = _day_of(term, days)
    if day is None:
        return None
    day = limit.first(day)
    if term.datatype.value == XSD.date:
        return ox.Literal(day.isoformat(), datatype=term.datatype)
    return ox.Literal(utc(days.start(day)), datatype=term.datatype)


def _coordinate(term: Any, limit: Limit) -> Any:
    try:
        millionths = int(Decimal(term.value) * 1_000_000)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    found = Decimal(cell(millionths, limit.place)) / 1_000_000
    return ox.Literal(f"{found:f}", datatype=term.datatype)


def _amount(term: Any, limit: Limit) -> Any:
    return _rounded(term, MONEYS[limit.money])


def _rounded(term: Any, to: int) -> Any:
    try:
        found = (Decimal(term.value) / to).quantize(Decimal(1), ROUND_HALF_EVEN) * to
    except InvalidOperation:
        return None
    return ox.Literal(f"{found:f}", datatype=term.datatype)


def _with(quad: Quad, term: Any) -> Quad | None:
    if term is None:
        return None
    return ox.Quad(quad.subject, quad.predicate, term, quad.graph_name)


# -------------------------------------------------------------------- names


class _Names:
    """Other names for what is no word of a vocabulary: the same for the same `secret`."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known: dict[str, Any] = {}

    def of(self, term: Any) -> Any:
        if not isinstance(term, ox.NamedNode):
            return term
        iri = term.value
        found = self._known.get(iri)
        if found is None:
            known = iri.startswith(_WORLDS)
            found = term if known else ox.NamedNode(f"urn:domicile:{self.text(iri)}")
            self._known[iri] = found
        return found

    def text(self, value: str) -> str:
        return hmac.new(self._secret, value.encode(), hashlib.sha256).hexdigest()[:16]


def _renamed(quad: Quad, names: _Names) -> Quad:
    term = quad.object
    if isinstance(term, ox.Literal):
        if quad.predicate.value in _NAMED:
            term = ox.Literal(names.text(term.value), datatype=term.datatype)
    else:
        term = names.of(term)
    return ox.Quad(names.of(quad.subject), quad.predicate, term, names.of(quad.graph_name))
