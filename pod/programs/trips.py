"""What the owner says of trips and places: a trip's mode or purpose in `/mobility/corrections/trips.ttl`,
a place's name in `/mobility/corrections/places.ttl`. Apps that merge trips read it and learn from it.

Both documents are the owner's: they are patched, and what else stands in them stays.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from pod.errors import BadInput, NotFound
from pod.model import Agent, Json
from pod.programs.merge.mobility import MODES
from pod.rdf.graph import TURTLE, Graph, parse
from pod.rdf.patch import SPARQL_UPDATE
from pod.rdf.statements import change
from pod.rdf.terms import DOM, PROV, RDF, SCHEMA, XSD, Literal, Named, Term
from pod.space import Space

TRIPS = "/mobility/corrections/trips.ttl"
PLACES = "/mobility/corrections/places.ttl"
PURPOSES = ("commute", "leisure", "shopping", "family", "business", "other")
KINDS = ("home", "work", "other")
MOST = 5000  # corrections in a document
LONGEST = 80  # characters of a place's name
Facts = list[tuple[str, Term]]
_TRIP = re.compile(r"[\w:+.@/-]{1,80}")


def said(space: Space, agent: Agent) -> dict[str, Json]:
    """trip → {"mode", "purpose"} as the owner has said them, None where nothing was."""
    graph, found = _read(space, agent, TRIPS), {}
    for subject, _, _ in graph.match(None, RDF.type, DOM.TripCorrection):
        mode, purpose = (graph.value(str(subject), p) for p in (DOM.mode, DOM.purpose))
        found[str(graph.value(str(subject), DOM.trip) or "")] = {
            "mode": str(mode).removeprefix(str(DOM)) if mode is not None else None,
            "purpose": str(purpose) if purpose is not None else None,
        }
    return found


def correct(
    space: Space, agent: Agent, trip: str, *, mode: str | None, purpose: str | None
) -> None:
    """Says what a trip was; None: nothing is said of that any more. Raises BadInput."""
    if not _TRIP.fullmatch(trip):
        raise BadInput("that is no trip", reason="trip")
    if mode is not None and mode not in MODES:
        raise BadInput("there is no such mode", reason="mode")
    if purpose is not None and purpose not in PURPOSES:
        raise BadInput("there is no such purpose", reason="purpose")
    facts: Facts = [(DOM.trip, Literal(trip))]
    facts += [(DOM.mode, Named(DOM[mode]))] if mode else []
    facts += [(DOM.purpose, Literal(purpose))] if purpose else []
    _say(space, agent, TRIPS, trip, DOM.TripCorrection, facts if mode or purpose else [])


def name_place(space: Space, agent: Agent, north: float, east: float, name: str, kind: str) -> None:
    """Names the place at a latitude and longitude (degrees, WGS 84, kept to four decimals: about
    10 m). `kind`: of `KINDS`. No name and `other`: nothing is said of it any more. Raises BadInput."""
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise BadInput("that is nowhere", reason="place")
    name = " ".join(name.split())
    if len(name) > LONGEST or not name.isprintable():
        raise BadInput(f"a name has at most {LONGEST} characters", reason="name")
    if kind not in KINDS:
        raise BadInput("there is no such kind of place", reason="kind")
    at = [f"{value:.4f}" for value in (north, east)]
    facts: Facts = [
        (SCHEMA.latitude, Literal(at[0], XSD.decimal)),
        (SCHEMA.longitude, Literal(at[1], XSD.decimal)),
        (DOM.placeKind, Literal(kind)),
    ]
    facts += [(SCHEMA.name, Literal(name))] if name else []
    _say(
        space, agent, PLACES, " ".join(at), DOM.NamedPlace, facts if name or kind != "other" else []
    )


def _say(space: Space, agent: Agent, path: str, about: str, kind: str, facts: Facts) -> None:
    """Replaces all that is said of one thing by `facts`, by none of them: takes it back."""
    name = hashlib.sha256(about.encode()).hexdigest()[:16]
    subject = Named(f"{space.iri_of(path)}#{name}")
    graph = _read(space, agent, path)
    old = [(subject, Named(str(p)), value) for _, p, value in graph.match(subject)]
    if not old and len(graph.match(None, RDF.type, kind)) >= MOST:
        raise BadInput("there are too many corrections", reason="many")
    new: list[tuple[Term, Named, Term]] = []
    if facts:
        now = Literal(datetime.now(UTC).isoformat(timespec="seconds"), XSD.dateTime)
        told = [(RDF.type, Named(kind)), *facts, (PROV.generatedAtTime, now)]
        new = [(subject, Named(predicate), value) for predicate, value in told]
    if patch := change(old, new):
        space.patch(agent, space.iri_of(path), patch, SPARQL_UPDATE)


def _read(space: Space, agent: Agent, path: str) -> Graph:
    iri = space.iri_of(path)
    try:
        found = space.get(agent, iri, TURTLE)
    except NotFound:
        return parse(b"", TURTLE, str(iri))
    return parse(found.body.read(space.settings.max_rdf_bytes), TURTLE, str(iri))
