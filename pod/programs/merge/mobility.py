"""Trips, visits and events as their holders state them: one document a local month and class,
`/mobility/trips/2025-03.ttl`, `/mobility/visits/2025-03.ttl`, `/agenda/2025-03.ttl`.

A trip or a visit is known by its start and its device, an event by its UID and its start: of two
files that tell it the newer one's counts. That a phone's trip and a car's are one is for apps to see.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from pod.model import Json
from pod.programs.merge.check import DAY, TIME, line, match
from pod.programs.merge.electricity import slug
from pod.programs.merge.items import Field, Item, Items, Part, Shape, item
from pod.programs.merge.model import Document, Family, Found, Ground
from pod.programs.merge.positions import DEVICE
from pod.rdf.terms import DOM, ICAL, SCHEMA, XSD

MODES = frozenset(
    (
        *("Walk", "Run", "Bike", "EBike", "KickScooter", "Skate", "Motorcycle", "Car", "Vehicle"),
        *("Bus", "Coach", "Tram", "Metro", "Train", "RER", "TER", "Intercity", "TGV"),
        *("Boat", "Plane", "Other", "Unknown"),
    )
)
LEVELS = 10
MOST_KM = 45_000

FROM = Part(SCHEMA.fromLocation, SCHEMA.Place, "from")
TO = Part(SCHEMA.toLocation, SCHEMA.Place, "to")
AT = Part(SCHEMA.location, SCHEMA.Place, "place")
SPAN = (
    Field("start", SCHEMA.startTime, XSD.dateTime),
    Field("end", SCHEMA.endTime, XSD.dateTime),
)
LOCAL_DAY = Field("localDay", DOM.day, XSD.date)  # on which it starts
TRIP = Shape(
    types=(DOM.Trip, SCHEMA.TravelAction),
    fields=(
        *SPAN,
        Field("fromLatitude", SCHEMA.latitude, XSD.decimal, FROM),
        Field("fromLongitude", SCHEMA.longitude, XSD.decimal, FROM),
        Field("toLatitude", SCHEMA.latitude, XSD.decimal, TO),
        Field("toLongitude", SCHEMA.longitude, XSD.decimal, TO),
        Field("km", DOM.distanceKm, XSD.decimal),
        Field("mode", DOM.mode, ""),
        Field("confidence", DOM.modeConfidence, XSD.decimal),
        Field("label", DOM.holderLabel),
        Field("device", DOM.device),
    ),
    must=("start", "end", "device", "mode"),
    derived=(LOCAL_DAY,),
)
VISIT = Shape(
    types=(DOM.Visit,),
    fields=(
        *SPAN,
        Field("latitude", SCHEMA.latitude, XSD.decimal, AT),
        Field("longitude", SCHEMA.longitude, XSD.decimal, AT),
        Field("name", SCHEMA.name, part=AT),
        Field("label", DOM.holderLabel),
        Field("level", DOM.level, XSD.integer),
        Field("device", DOM.device),
    ),
    must=("start", "end", "device", "latitude", "longitude"),
    derived=(LOCAL_DAY,),
)
EVENT = Shape(
    types=(DOM.CalendarEvent, ICAL.Vevent),
    fields=(
        Field("uid", ICAL.uid),
        Field("start", ICAL.dtstart, XSD.dateTime),
        Field("end", ICAL.dtend, XSD.dateTime),
        Field("day", DOM.day, XSD.date),
        Field("lastDay", DOM.lastDay, XSD.date),
        Field("summary", ICAL.summary),
        Field("location", ICAL.location),
        Field("latitude", SCHEMA.latitude, XSD.decimal, AT),
        Field("longitude", SCHEMA.longitude, XSD.decimal, AT),
        Field("status", ICAL.status),
        Field("free", ICAL.transp),
    ),
    must=("uid",),
)


def _trip(record: Json) -> Item:
    start, end = _span(record)
    device = match(DEVICE, record["device"])
    if record["mode"] not in MODES:
        raise ValueError("mode is not known")
    metres = record.get("distanceM")
    values = {
        "start": start,
        "end": end,
        "device": device,
        "mode": str(DOM[record["mode"]]),
        "label": line(record.get("label"), 60),
        "km": None if metres is None else _decimal(metres / 1000, 0, MOST_KM, 3),
        "confidence": _maybe(record.get("confidence"), 0, 1, 3),
        **_spot(record.get("from"), "fromLatitude", "fromLongitude"),
        **_spot(record.get("to"), "toLatitude", "toLongitude"),
    }
    return item(TRIP, _fragment(start, device), values)


def _visit(record: Json) -> Item:
    start, end = _span(record)
    device = match(DEVICE, record["device"])
    level = record.get("level") or 0
    if type(level) is not int or not 0 <= level < LEVELS:
        raise ValueError("level is not known")
    values = {
        "start": start,
        "end": end,
        "device": device,
        "label": line(record.get("label"), 60),
        "name": line(record.get("name"), 140),
        "level": str(level) if level else None,
        **_spot(record["at"], "latitude", "longitude"),
    }
    fragment = _fragment(start, device) + (f"-{level}" if level else "")
    return item(VISIT, fragment, values)


def _event(record: Json) -> Item:
    """A timed event has `start` and `end`, one of whole days `day` and `lastDay`, both included."""
    uid = line(record["uid"], 300)
    if not uid:
        raise ValueError("an event has a uid")
    if record.get("start"):
        start, end = _span(record)
        when: dict[str, str | None] = {"start": start, "end": end}
    else:
        days = [date.fromisoformat(match(DAY, record[key])) for key in ("day", "lastDay")]
        if days[1] < days[0]:
            raise ValueError("ends before it starts")
        start = days[0].isoformat()
        when = {"day": start, "lastDay": days[1].isoformat()}
    values = {
        **when,
        "uid": uid,
        "summary": line(record.get("summary")),
        "location": line(record.get("location")),
        "status": line(record.get("status"), 20),
        "free": line(record.get("free"), 20),
        **_spot(record.get("at"), "latitude", "longitude"),
    }
    name = hashlib.sha256(uid.encode()).hexdigest()[:12]
    return item(EVENT, f"{re.sub('[^0-9TZ]', '', start)}-{name}", values)


def _span(record: Json) -> tuple[str, str]:
    start, end = match(TIME, record["start"]), match(TIME, record["end"])
    for text in (start, end):
        datetime.fromisoformat(text)
    if end < start:
        raise ValueError("ends before it starts")
    return start, end


def _spot(place: Any, north: str, east: str) -> Mapping[str, str | None]:
    """Latitude and longitude of [latitude, longitude]; nothing of None."""
    if place is None:
        return {}
    if not isinstance(place, list) or len(place) != 2:
        raise ValueError("a place is [latitude, longitude]")
    return {north: _decimal(place[0], -90, 90, 6), east: _decimal(place[1], -180, 180, 6)}


def _maybe(value: Any, least: float, most: float, places: int) -> str | None:
    return None if value is None else _decimal(value, least, most, places)


def _decimal(value: Any, least: float, most: float, places: int) -> str:
    """A number within its bounds in its one spelling: 4.85, 3, 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"not a number from {least} to {most}: {str(value)[:40]}")
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _fragment(start: str, device: str) -> str:
    return f"{re.sub('[^0-9TZ]', '', start)}-{slug(device)}"


def _day(one: Item, ground: Ground, end: bool = False) -> date:
    """The local day on which a thing starts, or ends."""
    if one.get("day"):
        return date.fromisoformat(one.get("lastDay" if end else "day"))
    moment = datetime.fromisoformat(one.get("end" if end else "start")).astimezone(UTC)
    return ground.days.day_of(int(moment.timestamp()) // 60)


def _placer(home: str) -> Callable[[Sequence[Item], Ground], dict[str, list[Item]]]:
    def place(items: Sequence[Item], ground: Ground) -> dict[str, list[Item]]:
        placed: dict[str, list[Item]] = {}
        for one in items:
            placed.setdefault(f"{home}{_day(one, ground):%Y-%m}.ttl", []).append(one)
        return placed

    return place


def _opener(shape: Shape) -> Callable[[str, bytes | None, Ground], Document]:
    def open_(path: str, body: bytes | None, ground: Ground) -> Document:
        def derive(one: Item) -> dict[str, str]:
            return {"localDay": _day(one, ground).isoformat()}

        return Items(path, body, [shape], derive=derive)

    return open_


def _count(items: Sequence[Item], ground: Ground, found: Found) -> None:
    found.readings += len(items)
    for one in items:
        found.reach(_day(one, ground).isoformat(), _day(one, ground, end=True).isoformat())


def _family(
    home: str, kind: str, record: str, shape: Shape, check: Callable[[Json], Item]
) -> Family:
    return Family(
        home=home,
        classes=(kind,),
        types={record: check},
        place=_placer(home),
        open=_opener(shape),
        count=_count,
    )


# Corrections are the owner's own documents (`programs.trips`): no file brings any.
CORRECTIONS = Family(
    home="/mobility/corrections/",
    classes=("TripCorrection", "NamedPlace"),
    types={},
    place=lambda items, ground: {},
    open=lambda path, body, ground: Items(path, body, []),
    count=lambda items, ground, found: None,
)
TRIPS = _family("/mobility/trips/", "Trip", "Trip", TRIP, _trip)
VISITS = _family("/mobility/visits/", "Visit", "Visit", VISIT, _visit)
EVENTS = _family("/agenda/", "CalendarEvent", "Event", EVENT, _event)
