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
import threading
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
WRITERS = 16
IN_A_WORK = 200  # documents that are laid down in one commit
FOLDER = 1000  # documents in each folder


@dataclass(frozen=True)
class Grown:
    """Times in milliseconds (medians). `lag`, in seconds, is the longest time that a commit was not
    in the RDF store: while documents were laid down, and while they were put as fast as can be.
    Memory in MB: the process's own at its peak, without the pages of files that it has mapped."""

    documents: int
    put: float
    get: float
    listing: float
    point: float
    laying: float
    lag: float
    rate: float  # documents put a second, meanwhile
    memory: float


class Watch:
    """Looks every 10 ms at how far the RDF store is behind and how much memory there is."""

    def __init__(self, services: Services) -> None:
        self._follower = services.space._index._follower
        self.lag = self.memory = 0.0
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            self.lag = max(self.lag, self._follower.lag)
            self.memory = max(self.memory, own_memory())
            time.sleep(0.01)

    def take(self) -> float:
        """The longest lag since the last call, once the store has all."""
        self._follower.catch_up()
        found, self.lag = self.lag, 0.0
        return found


def own_memory() -> float:
    """MB of this process that are no file's; its peak in all where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(x.split()[1]) for x in lines if x.startswith("RssAnon")) / 1024
    except (OSError, StopIteration):
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


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


def put_for(services: Services, seconds: float, mark: str) -> float:
    """Puts documents by `WRITERS` threads; how many a second."""
    space, counts = services.space, [0] * WRITERS
    ends = time.monotonic() + seconds

    def writer(name: int) -> None:
        while time.monotonic() < ends:
            at = Iri(f"{space.root}grown/{mark}/w{name}-{counts[name]}")
            space.put(space.owner, at, Body.of(body(counts[name], 10)), TURTLE)
            counts[name] += 1

    threads = [threading.Thread(target=writer, args=(name,)) for name in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def measured(services: Services, watch: Watch, documents: int, mark: str, seconds: float) -> Grown:
    space = services.space
    owner, index = space.owner, space._index
    laying = watch.take()
    rate = put_for(services, seconds, mark)
    lag = watch.take()
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
    return Grown(documents, puts, gets, listing, points, laying, lag, rate, watch.memory)


def place(number: int) -> str:
    return f"/grown/f{number // FOLDER}/d{number}"


def grow(
    folder: Path, documents: int, children: int, triples: int, seconds: float = 1.0
) -> tuple[Grown, Grown]:
    """A pod with few documents, then the same one with `documents`, `triples` in each, and
    `children` in one container; each is written to for `seconds` as fast as can be."""
    settings = Settings(data=folder / "data")
    server.initialise(settings)
    services = server.build(settings)
    watch = Watch(services)
    try:
        few = min(FOLDER, documents)
        lay(services.space, 0, few, triples, place)
        lay(services.space, 0, 10, 1, lambda n: f"/grown/wide/d{n}")
        small = measured(services, watch, few, "before", seconds)
        lay(services.space, few, documents, triples, place)
        lay(services.space, 10, children, 1, lambda n: f"/grown/wide/d{n}")
        return small, measured(services, watch, documents, "after", seconds)
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
        ("laying", "longest lag of the RDF store while laid down, s"),
        ("lag", "longest lag while put at full rate, s"),
        ("rate", "documents put a second meanwhile"),
        ("memory", "peak memory of its own, MB"),
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
    asked.add_argument("--seconds", type=float, default=10.0, help="of writing at full rate")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sizes = (given.documents, given.children, given.triples, given.seconds)
        print(report(*grow(Path(folder), *sizes)))


if __name__ == "__main__":
    main()
