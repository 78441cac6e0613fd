"""`python -m bench.growth`: does it stay as fast when it grows? Documents, children, triples by size.

Times what an owner's program does (`Space.put`, `Space.get`, in this process) on a small pod and on
one of the size asked for, and prints the ratios.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pod import server
from pod.config import Settings
from pod.model import Body, Iri
from pod.rdf.graph import TURTLE
from pod.services import Services
from pod.space import Space
from pod.storage.base import Transaction

SAMPLES = 200
IN_A_WORK = 2000  # documents that are laid down in one commit
FOLDER = 1000  # documents in each folder


@dataclass(frozen=True)
class Grown:
    """Times in milliseconds (medians); `lag` in seconds; memory in MB, of the process at its peak."""

    documents: int
    put: float
    get: float
    listing: float
    point: float
    lag: float
    memory: float


def body(number: int, triples: int) -> bytes:
    lines = (f'<#i{n}> <http://schema.org/position> "{number}-{n}".\n' for n in range(triples))
    return "".join(lines).encode()


def lay(space: Space, start: int, end: int, triples: int, path: Callable[[int], str]) -> None:
    """Documents `start` to `end`, written as the storage writes, without asking for each."""
    for first in range(start, end, IN_A_WORK):
        last = min(first + IN_A_WORK, end)

        def work(tx: Transaction, first: int = first, last: int = last) -> None:
            tx.log("Create", "owner", str(space.owner.webid), None, "/grown/", None, {})
            for number in range(first, last):
                place = path(number)
                above = place[: place.rindex("/") + 1]
                if tx.row(above) is None:
                    tx.save("/grown/", TURTLE, Body.of(b""))
                    tx.save(above, TURTLE, Body.of(b""))
                tx.save(place, TURTLE, Body.of(body(number, triples)))

        space._store.write(work)


def milliseconds(act: Callable[[int], object], samples: int = SAMPLES) -> float:
    found = []
    for number in range(samples):
        begun = time.perf_counter()
        act(number)
        found.append((time.perf_counter() - begun) * 1000)
    return statistics.median(found)


def measured(services: Services, documents: int, mark: str) -> Grown:
    space = services.space
    owner, index = space.owner, space._index
    begun = time.perf_counter()
    index.catch_up()
    lag = time.perf_counter() - begun
    puts = milliseconds(
        lambda n: space.put(
            owner, Iri(f"{space.root}grown/{mark}/d{n}"), Body.of(body(n, 10)), TURTLE
        )
    )
    step = max(1, documents // SAMPLES)
    gets = milliseconds(lambda n: space.get(owner, space.iri_of(place(n * step % documents))).body)
    listing = milliseconds(lambda n: space.get(owner, Iri(space.root + "grown/wide/")).body.size, 3)
    index.catch_up()

    def point(n: int) -> None:
        name = f"{space.iri_of(place(n * step % documents))}#i0"
        text = f"SELECT ?o WHERE {{ GRAPH ?g {{ <{name}> <http://schema.org/position> ?o }} }}"
        assert len(index.query(text, graphs=None, rows=10).rows) == 1  # noqa: S101

    points = milliseconds(point)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 if sys.platform == "darwin" else 1024
    )
    return Grown(documents, puts, gets, listing, points, lag, peak)


def place(number: int) -> str:
    return f"/grown/f{number // FOLDER}/d{number}"


def grow(folder: Path, documents: int, children: int, triples: int) -> tuple[Grown, Grown]:
    """A pod with few documents, then the same one with `documents`, `triples` in each, and
    `children` in one container."""
    settings = Settings(data=folder / "data")
    server.initialise(settings)
    services = server.build(settings)
    try:
        few = min(FOLDER, documents)
        lay(services.space, 0, few, triples, place)
        lay(services.space, 0, 10, 1, lambda n: f"/grown/wide/d{n}")
        small = measured(services, few, "before")
        lay(services.space, few, documents, triples, place)
        lay(services.space, 10, children, 1, lambda n: f"/grown/wide/d{n}")
        return small, measured(services, documents, "after")
    finally:
        services.close()


def report(small: Grown, large: Grown) -> str:
    lines = ["| | at first | grown | ratio |", "|---|---|---|---|"]
    for name, label in (
        ("documents", "documents"),
        ("put", "PUT, ms"),
        ("get", "GET, ms"),
        ("listing", "the wide listing, ms"),
        ("point", "point query, ms"),
        ("lag", "until the RDF store has all, s"),
        ("memory", "peak memory, MB"),
    ):
        one, other = getattr(small, name), getattr(large, name)
        ratio = other / one if one else 0.0
        lines.append(f"| {label} | {one:,.3f} | {other:,.3f} | {ratio:.2f} |")
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.growth", description=__doc__)
    asked.add_argument("--documents", type=int, default=100_000)
    asked.add_argument("--children", type=int, default=30_000)
    asked.add_argument("--triples", type=int, default=10, help="in each document")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(report(*grow(Path(folder), given.documents, given.children, given.triples)))


if __name__ == "__main__":
    main()
