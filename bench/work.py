"""The workloads: what is laid down first, and the requests of each.

A target has two containers: `pub/`, where everyone may read and write, and `priv/`, where nobody may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

POOL = 256  # documents that small patches go to in turn
TURTLE = {"Content-Type": "text/turtle"}
CHILDREN = (10, 1000, 10_000)
_HEAD = (
    "@prefix schema: <http://schema.org/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n"
)


def small(number: int) -> bytes:
    """A document of about 1 KB."""
    words = "What the neighbours said, and what was agreed upon. " * 12
    return (
        f'{_HEAD}<#m{number}> a schema:Event ; schema:name "Meeting {number}" ;\n'
        f'    schema:description "{words}"@en ; schema:attendeeCount {number % 90} ;\n'
        f'    schema:startDate "2026-05-{number % 28 + 1:02d}T10:00:00Z"^^xsd:dateTime ;\n'
        "    schema:organizer <https://alice.example/card#me> ; schema:location <#hall> .\n"
        '<#hall> a schema:Place ; schema:name "Town hall" .\n'
    ).encode()


def large(triples: int = 10_000) -> bytes:
    lines = (
        f'<#s{n}> a schema:Thing ; schema:name "Thing {n}" ; schema:position {n} ; '
        f"schema:isPartOf <#s{n // 10}> .\n"
        for n in range(triples // 4)
    )
    return (_HEAD + "".join(lines)).encode()


def insertion(number: int) -> bytes:
    return (
        "@prefix solid: <http://www.w3.org/ns/solid/terms#>.\n"
        "@prefix note: <http://note.example/>.\n_:p a solid:InsertDeletePatch; "
        f'solid:inserts {{ <#n{number}> note:text "added {number}" . }}.\n'
    ).encode()


class Target:
    """A server by the address of its container."""

    def __init__(self, name: str, container: str) -> None:
        parts = urlsplit(container)
        self.name, self.path = name, parts.path.rstrip("/") + "/"
        self.host = parts.netloc
        self.address = (parts.hostname or "localhost", parts.port or 80)

    def raw(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> bytes:
        lines = {"Host": self.host, **(headers or {})}
        if method not in ("GET", "HEAD"):
            lines["Content-Length"] = str(len(body))
        told = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {self.path}{path} HTTP/1.1\r\n{told}\r\n".encode() + body

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection(*self.address, timeout=120)
        try:
            connection.request(
                method, self.path + path, body or None, {"Host": self.host, **(headers or {})}
            )
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            connection.close()


@dataclass(frozen=True)
class Workload:
    """`prepare` says a word that `request` is given again with a number, counting from 0."""

    name: str
    ok: tuple[int, ...]
    request: Callable[[Target, str, int], bytes]
    prepare: Callable[[Target], str] = lambda target: ""
    unique: bool = False
    connections: int = 16
    longer: float = 1.0
    # What must be in the answer to a GET of `shown` after the first request: a status can lie.
    shown: Callable[[str], str] | None = None
    holds: bytes = b""
    kind: str = ""  # what Content-Type must say


DONE = (200, 201, 204, 205)


def _get(path: str, accept: str = "text/turtle", method: str = "GET") -> Callable[..., bytes]:
    return lambda target, word, number: target.raw(method, path, {"Accept": accept})


def _word(_: Target) -> str:
    return uuid4().hex[:8]


def _tag(target: Target) -> str:
    return target.ask("GET", "pub/small.ttl", {"Accept": "text/turtle"})[1].get("etag", '"none"')


def _pool(target: Target) -> str:
    word = _word(target)
    for number in range(POOL):
        target.ask("PUT", f"pub/pool-{word}/p{number}.ttl", TURTLE, small(number))
    return word


def _large(target: Target) -> str:
    word = _word(target)
    target.ask("PUT", f"pub/large-{word}.ttl", TURTLE, large())
    return word


def workloads(sizes: tuple[int, ...] = CHILDREN) -> list[Workload]:
    n3 = {"Content-Type": "text/n3"}
    binary = {"Content-Type": "application/octet-stream"}
    listings = [
        Workload(f"list {n}", (200,), _get(f"pub/c{n}/"), connections=16 if n < 100 else 2)
        for n in sizes
    ]
    return [
        Workload("GET Turtle", (200,), _get("pub/small.ttl")),
        Workload("GET as JSON-LD", (200,), _get("pub/small.ttl", "application/ld+json"),
                 kind="application/ld+json"),
        Workload("HEAD", (200,), _get("pub/small.ttl", method="HEAD")),
        Workload("404", (404,), _get("pub/none.ttl")),
        Workload("401", (401,), _get("priv/small.ttl")),
        Workload("304", (304,), lambda t, tag, n: t.raw(
            "GET", "pub/small.ttl", {"Accept": "text/turtle", "If-None-Match": tag}), _tag),
        Workload("PUT new", DONE, lambda t, word, n: t.raw(
            "PUT", f"pub/put-{word}/r{n}.ttl", TURTLE, small(n)), _word, unique=True),
        Workload("PATCH small", DONE, lambda t, word, n: t.raw(
            "PATCH", f"pub/pool-{word}/p{n % POOL}.ttl", n3, insertion(n)), _pool, unique=True,
            shown=lambda word: f"pub/pool-{word}/p0.ttl", holds=b"added 0"),
        Workload("PATCH on 10,000 triples", DONE, lambda t, word, n: t.raw(
            "PATCH", f"pub/large-{word}.ttl", n3, insertion(n)), _large, unique=True,
            connections=1, longer=2.0, shown=lambda word: f"pub/large-{word}.ttl",
            holds=b"added 0"),
        *listings,
        Workload("GET 10 MB", (200,), _get("pub/bytes", "*/*"), connections=2),
        Workload("PUT 10 MB", DONE, lambda t, word, n: t.raw(
            "PUT", "pub/bytes", binary, b"\0" * 10_000_000), connections=2),
    ]  # fmt: skip


def lay(target: Target, sizes: tuple[int, ...] = CHILDREN) -> None:
    """What the workloads read. Raises RuntimeError where the target does not take it."""
    for path, kind, body in (
        ("pub/small.ttl", "text/turtle", small(0)),
        ("pub/bytes", "application/octet-stream", b"\0" * 10_000_000),
    ):
        status, _, told = target.ask("PUT", path, {"Content-Type": kind}, body)
        if status not in DONE:
            raise RuntimeError(f"{target.name}: PUT {path}: {status} {told[:200]!r}")
    for size in sizes:
        if target.ask("HEAD", f"pub/c{size}/r{size - 1}.ttl")[0] == 200:
            continue
        for number in range(size):
            body = f"<#i> <http://schema.org/position> {number} .\n".encode()
            target.ask("PUT", f"pub/c{size}/r{number}.ttl", TURTLE, body)
