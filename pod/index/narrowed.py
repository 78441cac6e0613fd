"""A question to less than what is stored: graphs go through the caller's hands into a store of their
own, and only that one is asked. What was left out cannot be joined, counted or guessed at."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from pod.errors import LimitHit
from pod.index.sealed import Asker
from pod.index.solutions import Solutions, question, solutions_of
from pod.model import Iri
from pod.rdf import sparql as text

MOST_TRIPLES = 5_000_000
Narrow = Callable[[list[Any]], Iterable[Any]]  # the quads of a graph → those that may be asked


def ask_narrowed(
    asker: Asker,
    folder: Path,
    graphs: ox.Store,
    sparql: str,
    *,
    chosen: Collection[Iri],
    narrow: Narrow,
    bindings: Mapping[str, Any],
    seconds: float,
    rows: int,
) -> Solutions:
    """The answer of a sealed process over what `narrow` leaves of the `chosen` graphs.

    Raises what `Index.query_sealed` raises, LimitHit (`read`) over `MOST_TRIPLES`.
    """
    text.check(sparql)
    left = MOST_TRIPLES
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        store = ox.Store(str(Path(place) / "store"))
        for iri in chosen:
            quads = list(graphs.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
            left -= len(quads)
            if left < 0:
                raise LimitHit("there is too much to narrow for one question", limit="read")
            store.bulk_extend(narrow(quads))
        store.flush()
        del store  # nobody writes to what the process opens
        asked = question(sparql, None, bindings, rows, seconds)
        return solutions_of(asker.ask(Path(place) / "store", asked, seconds=seconds))
