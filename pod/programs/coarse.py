"""Packed series made coarser: a load curve by the day or the month, registers by the month, positions by
the cell of a grid. What has times packed in it and is not made coarser here is left out."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyoxigraph as ox

from pod.programs.merge.days import DAY, Days, utc
from pod.programs.merge.figures import milliwatts, watts
from pod.programs.merge.packed import GAP
from pod.programs.merge.positions import pack, unpack
from pod.rdf.terms import DOM, QUDT, RDF, SOSA, XSD

Quad = Any  # of pyoxigraph, whose classes are not typed
TIMES = ("exact", "day", "month")
DEGREES = {"district": 10_000, "commune": 100_000}  # cells, in millionths of a degree
METRES = {"district": 1_000, "commune": 10_000}
_STEP = re.compile(r"PT(?:([0-9]{1,2})H)?(?:([0-9]{1,3})M)?")
_PACKED = frozenset({DOM["values"], DOM.positions, DOM.registers, DOM.energyWh})
_SAME = (SOSA.madeBySensor, SOSA.observedProperty, QUDT.unit)

Node = dict[str, list[Any]]  # predicate → objects
Bucket = tuple[date, tuple[tuple[str, ...], ...]]  # its first day; meter, flow and unit


def cell(millionths: int, place: str) -> int:
    """The middle of the cell that a coordinate lies in."""
    size = DEGREES[place]
    return millionths // size * size + size // 2


def series(
    quads: list[Quad], time: str, place: str, since: date | None, until: date | None, days: Days
) -> tuple[list[Quad], list[Quad]]:
    """Of one document: its packed series as they are made no finer than `time` and `place`, and what
    else there is, without them."""
    if not any(quad.predicate.value in _PACKED for quad in quads):
        return [], quads
    nodes: dict[Any, Node] = {}
    for quad in quads:
        nodes.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    made: list[Quad] = []
    gone: set[Any] = set()  # subjects that are told otherwise, or not at all
    packed = set(_PACKED) if time != "exact" else {DOM.positions}
    graph = quads[0].graph_name if quads else None
    if time == "exact":
        for subject, node in nodes.items():
            if _is(node, DOM.PositionDay):
                made += _positions(subject, node, place, graph)
    else:
        curves = {s: n for s, n in nodes.items() if _is(n, DOM.LoadCurveDay)}
        made += _curves(list(curves.values()), time, since, until, days, graph)
        gone |= curves.keys() | {s for s, n in nodes.items() if _is(n, DOM.SupersededReadings)}
    if time == "month":
        gone |= _later([(s, n) for s, n in nodes.items() if _is(n, DOM.DailyIndex)])
    kept = [
        quad
        for quad in quads
        if quad.subject not in gone
        and (
            quad.predicate.value not in packed
            or (quad.predicate.value == DOM.registers and _is(nodes[quad.subject], DOM.DailyIndex))
        )
    ]
    return made, kept


def _is(node: Node, kind: str) -> bool:
    return any(one.value == kind for one in node.get(RDF.type, ()))


def _one(node: Node, predicate: str) -> str:
    return str(node[predicate][0].value)


def _curves(
    curves: list[Node],
    time: str,
    since: date | None,
    until: date | None,
    days: Days,
    graph: Any,
) -> list[Quad]:
    """Each day of a bucket at its mean power: the energy of the bucket stays, its course is gone."""
    energy: dict[Bucket, int] = {}  # milliwatt minutes
    steps: dict[Bucket, int] = {}
    for node in curves:
        try:
            day, step = date.fromisoformat(_one(node, DOM.day)), _minutes(_one(node, DOM.step))
            found = [milliwatts(word) for word in _one(node, DOM["values"]).split() if word != GAP]
        except (ValueError, KeyError):
            continue  # an edit has made it unreadable: nothing is told of it
        bucket = day.replace(day=1) if time == "month" else day
        key = (bucket, tuple(tuple(sorted(o.value for o in node.get(p, ()))) for p in _SAME))
        energy[key] = energy.get(key, 0) + step * sum(found)
        steps[key] = min(step, steps.get(key, step))
    made: list[Quad] = []
    for key, total in energy.items():
        covered = _days(key[0], since, until) if time == "month" else [key[0]]
        length = sum(days.length(day) for day in covered)
        for day in covered:
            made += _flat(day, total / length, steps[key], key, days, graph)
    return made


def _days(first: date, since: date | None, until: date | None) -> list[date]:
    """The days of a month, within the period and not after today: which of them have readings is
    finer than a month."""
    last = (first + timedelta(days=32)).replace(day=1) - DAY
    begin = max(first, since or first)
    end = max(begin, min(last, until or last, datetime.now(UTC).date()))
    return [begin + DAY * at for at in range((end - begin).days + 1)]


def _flat(day: date, mean: float, step: int, key: Bucket, days: Days, graph: Any) -> list[Quad]:
    minutes = days.length(day)
    count, value = minutes // step, watts(round(mean))
    name = hashlib.sha256(repr((graph.value, day, key)).encode()).hexdigest()[:16]
    subject = ox.NamedNode(f"urn:domicile:curve:{name}")
    said: list[tuple[str, Any]] = [
        (RDF.type, ox.NamedNode(DOM.LoadCurveDay)),
        (RDF.type, ox.NamedNode(SOSA.ObservationCollection)),
        (DOM.day, _typed(day.isoformat(), XSD.date)),
        (DOM.startsAt, _typed(utc(days.start(day)), XSD.dateTime)),
        (DOM.step, _typed("PT1H" if step == 60 else f"PT{step}M", XSD.dayTimeDuration)),
        (DOM["count"], _typed(str(count), XSD.integer)),
        (DOM["values"], ox.Literal(" ".join([value] * count))),
        (DOM.energyWh, _typed(f"{mean * minutes / 60_000:.1f}", XSD.decimal)),
    ]
    for predicate, values in zip(_SAME, key[1], strict=True):
        said += [(predicate, ox.NamedNode(value)) for value in values]
    return [ox.Quad(subject, ox.NamedNode(p), o, graph) for p, o in said]


def _later(indexes: list[tuple[Any, Node]]) -> set[Any]:
    """All but the first index of each meter and month."""
    firsts: dict[tuple[Any, ...], tuple[str, Any]] = {}
    for subject, node in indexes:
        day = node.get(DOM.day, [None])[0]
        if day is None:
            continue
        meter = tuple(sorted(o.value for o in node.get(SOSA.madeBySensor, ())))
        at = (day.value, subject)
        key = (day.value[:7], meter)
        firsts[key] = min(firsts.get(key, at), at, key=lambda one: one[0])
    kept = {subject for _, subject in firsts.values()}
    return {subject for subject, _ in indexes if subject not in kept}


def _positions(subject: Any, node: Node, place: str, graph: Any) -> list[Quad]:
    """Where the device came into each cell, and when."""
    try:
        start = int(datetime.fromisoformat(_one(node, DOM.startsAt)).timestamp())
        found = list(unpack(start, _one(node, DOM.positions)))
    except (ValueError, KeyError):
        return []
    kept: list[tuple[int, int, int, int]] = []
    for at, north, east, _ in found:
        spot = cell(north, place), cell(east, place)
        if not kept or kept[-1][1:3] != spot:
            kept.append((at, *spot, METRES[place]))
    text = pack([(at - start, north, east, metres) for at, north, east, metres in kept])
    return [ox.Quad(subject, ox.NamedNode(DOM.positions), ox.Literal(text), graph)]


def _typed(text: str, kind: str) -> Any:
    return ox.Literal(text, datatype=ox.NamedNode(kind))


def _minutes(text: str) -> int:
    match = _STEP.fullmatch(text)
    found = int(match[1] or 0) * 60 + int(match[2] or 0) if match else 0
    if not 0 < found <= 1440:
        raise ValueError("no step")
    return found
