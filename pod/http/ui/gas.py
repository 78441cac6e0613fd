"""Months of gas as the calendars show them."""

from __future__ import annotations

import re

from pod.http.ui.curve import Month
from pod.http.ui.visit import Visit
from pod.model import Resource
from pod.programs.merge.gas import HOME
from pod.rdf.graph import Graph, parse
from pod.rdf.terms import DOM, RDF

_MONTH = re.compile(r"(\d{4}-\d\d)\.ttl")
# A document's version is a position of the log, and never comes back with other content.
_known: dict[tuple[str, int], Month] = {}


def coverage(visit: Visit) -> dict[str, dict[str, Month]]:
    """meter → month (`2024-01`) → its gas days: how many, and their Wh."""
    home = visit.iri(HOME)
    found: dict[str, dict[str, Month]] = {}
    if not visit.space.exists(visit.agent, home):
        return found
    for folder in visit.space.list(visit.agent, home):
        if not folder.iri.is_container:
            continue
        months = {
            named[1]: _month(visit, member, named[1])
            for member in visit.space.list(visit.agent, folder.iri)
            if (named := _MONTH.fullmatch(member.iri.name))
        }
        if months:
            found[folder.iri.name] = months
    return found


def _month(visit: Visit, member: Resource, name: str) -> Month:
    key = (str(member.iri), member.version)
    if key not in _known:
        if len(_known) > 5000:
            _known.clear()
        shown = visit.space.get(visit.agent, member.iri)
        body = shown.body.read(visit.services.settings.max_rdf_bytes)
        _known[key] = _summed(parse(body, shown.type, str(member.iri)), name)
    return _known[key]


def _summed(graph: Graph, name: str) -> Month:
    count, energy = 0, 0.0
    for subject, _, _ in graph.match(None, RDF.type, DOM.GasDay):
        count += 1
        try:
            energy += float(str(graph.value(str(subject), DOM.energyKWh) or 0)) * 1000
        except ValueError:  # edited by somebody else
            continue
    return Month(name, count, 0, energy)
