"""`python -m bench`: Domicile in a fresh folder, and peers by their address, in interleaved rounds.

    python -m bench --rounds 3 --peer css=http://localhost:3101/bench/b/

A peer runs already; below its container are `pub/`, where everyone may read and write, and
`priv/small.ttl`, which nobody may read. The first peer is what the ratios are over.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import Result, load
from bench.work import CHILDREN, TURTLE, Target, Workload, lay, small, workloads
from pod import server
from pod.config import Settings

RULES = """@prefix acl: <http://www.w3.org/ns/auth/acl#>.
@prefix foaf: <http://xmlns.com/foaf/0.1/>.
<#owner> a acl:Authorization; acl:agent <{owner}>; acl:accessTo <./>; acl:default <./>;
  acl:mode acl:Read, acl:Write, acl:Control.
"""
EVERYONE = """<#all> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <./>;
  acl:default <./>; acl:mode acl:Read, acl:Write.
"""
Rows = dict[str, dict[str, list[Result | str]]]


@contextmanager
def own(folder: Path) -> Iterator[tuple[Target, int]]:
    """Domicile as `domicile serve` runs it, on a free port; and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(data=folder / "data", base_url=f"http://localhost:{port}/", port=port)
    server.initialise(settings)
    services = server.build(settings)
    owner = str(services.space.owner.webid)
    token = services.accounts.tokens.create_token("bench", owner)
    services.close()
    command = [sys.executable, "-m", "pod", "serve", "--data", str(settings.data)]
    running = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        target = Target("domicile", f"http://localhost:{port}/b/")
        target.address = ("127.0.0.1", port)
        _wait(target)
        signed = {**TURTLE, "Authorization": f"Bearer {token}"}
        for name, rules in (("pub", RULES + EVERYONE), ("priv", RULES)):
            target.ask("PUT", f"{name}/small.ttl", signed, small(0))
            target.ask("PUT", f"{name}/.acl", signed, rules.format(owner=owner).encode())
        yield target, running.pid
    finally:
        running.terminate()
        running.wait(30)


def _wait(target: Target) -> None:
    for _ in range(600):
        try:
            target.ask("HEAD", "")
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server does not start")


def measure(target: Target, work: Workload, seconds: float) -> Result | str:
    """A run of `seconds`, warmed up by a third of that; or why there is none."""
    word = work.prepare(target)
    _, path, _ = work.request(target, word, 0).split(b" ", 2)
    first = load(
        target.address, [work.request(target, word, 0)], connections=1, seconds=0, once=True
    )
    if not set(first.statuses) <= set(work.ok):
        return f"status {next(iter(first.statuses))}"
    if work.kind:
        told = target.ask("GET", path.decode()[len(target.path) :], {"Accept": work.kind})[1]
        if work.kind not in told.get("content-type", ""):
            return f"void: sent {told.get('content-type')}"
    if work.shown is not None:
        found = target.ask("GET", work.shown(word), {"Accept": "text/turtle"})[2]
        if work.holds not in found:
            return "void: nothing was changed"

    def run(length: float, rate: float, offset: int) -> Result:
        count = int(rate * length * 1.5) + 200 if work.unique else 1
        made = [work.request(target, word, offset + n) for n in range(count)]
        return load(
            target.address, made, connections=work.connections, seconds=length, once=work.unique
        )

    warm = run(seconds / 3, 1500, 1)
    result = run(seconds * work.longer, warm.rate, 10_000)
    bad = sum(n for status, n in result.statuses.items() if status not in work.ok)
    return f"{bad} bad answers" if bad else result


def report(rows: Rows, names: list[str], machine: str) -> str:
    """A table of requests a second, medians of the rounds, with ratios to the first peer."""
    lines = [machine, "", f"| workload | {' | '.join(names)} | p50 / p99 ms (domicile) |"]
    lines.append("|---" * (len(names) + 2) + "|")
    for work, cells in rows.items():
        told, first = [], None
        for name in names:
            runs = [r for r in cells.get(name, []) if isinstance(r, Result)]
            rate = statistics.median([r.rate for r in runs]) if runs else None
            first = rate if name == names[0] else first
            if rate is None:
                told.append(str(next(iter(cells.get(name, [])), "–")))
            else:
                ratio = f" ({rate / first:.1f}×)" if first and name != names[0] else ""
                told.append(f"{rate:,.1f}{ratio}" if rate < 100 else f"{rate:,.0f}{ratio}")
        ours = [r for r in cells.get("domicile", []) if isinstance(r, Result)]
        late = (
            [statistics.median([r.percentile(p) for r in ours]) for p in (0.5, 0.99)]
            if ours
            else []
        )
        lines.append(f"| {work} | {' | '.join(told)} | {' / '.join(f'{x:.2f}' for x in late)} |")
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench", description=__doc__)
    asked.add_argument("--peer", action="append", default=[], help="NAME=address of its container")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=1.5)
    asked.add_argument("--only", default="", help="workloads, by the beginning of their names")
    asked.add_argument("--children", type=int, default=max(CHILDREN), help="largest listing")
    given = asked.parse_args()
    sizes = tuple(n for n in CHILDREN if n <= given.children)
    only = tuple(given.only.split(","))
    chosen = [w for w in workloads(sizes) if w.name.startswith(only)]
    with tempfile.TemporaryDirectory() as folder, own(Path(folder)) as (ours, _):
        targets = [Target(*peer.split("=", 1)) for peer in given.peer] + [ours]
        for target in targets:
            lay(target, tuple(n for n in sizes if any(w.name == f"list {n}" for w in chosen)))
        rows: Rows = {}
        for number in range(given.rounds):
            for work in chosen:
                for target in targets if number % 2 == 0 else targets[::-1]:
                    found = measure(target, work, given.seconds)
                    rows.setdefault(work.name, {}).setdefault(target.name, []).append(found)
                    told = f"{found.rate:,.0f}/s" if isinstance(found, Result) else found
                    print(f"{number} {work.name:26} {target.name:12} {told}", flush=True)
        machine = f"{os.cpu_count()} cores, {os.uname().machine}, load {os.getloadavg()[0]:.1f}"
        print("\n" + report(rows, [t.name for t in targets], machine))


if __name__ == "__main__":
    main()
