"""Months of gas as the calendars show them."""

from __future__ import annotations

from pod.http.ui import months
from pod.http.ui.months import Month
from pod.http.ui.visit import Visit
from pod.programs.merge.gas import HOME
from pod.rdf.graph import Graph
from pod.rdf.terms import DOM, RDF


def coverage(visit: Visit) -> dict[str, dict[str, Month]]:
    """meter → month (`2024-01`) → its gas days: how many, and their Wh."""
    return months.coverage(visit, HOME, _summed)


def _summed(graph: Graph, name: str) -> Month:
    count, energy = 0, 0.0
    for subject, _, _ in graph.match(None, RDF.type, DOM.GasDay):
        count += 1
        try:
            energy += float(str(graph.value(str(subject), DOM.energyKWh) or 0)) * 1000
        except ValueError:  # edited by somebody else
            continue
    return Month(name, count, 0, energy)
