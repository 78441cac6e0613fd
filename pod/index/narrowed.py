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

MOST_TRIPLES = 5_000_000  # of what is narrowed
MOST_IN_MEMORY = 400_000  # of what is left: more of it is asked on the disk
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
    asked = question(sparql, None, bindings, rows, seconds)
    kept: list[Any] = []
    left = MOST_TRIPLES
    found = iter(chosen)
    for iri in found:
        quads = list(graphs.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
        left -= len(quads)
        kept += narrow(quads)
        if len(kept) > MOST_IN_MEMORY or left < 0:
            break
    else:
        lines = ox.serialize(kept, format=ox.RdfFormat.N_QUADS) or b""
        return solutions_of(asker.ask(None, asked, seconds=seconds, quads=lines.decode()))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        store = ox.Store(str(Path(place) / "store"))
        store.bulk_extend(kept)
        del kept
        for iri in found:
            quads = list(graphs.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
            left -= len(quads)
            if left < 0:
                raise LimitHit("there is too much to narrow for one question", limit="read")
            store.bulk_extend(narrow(quads))
        store.flush()
        del store  # nobody writes to what the process opens
        return solutions_of(asker.ask(Path(place) / "store", asked, seconds=seconds))
