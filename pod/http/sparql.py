"""SPARQL over the pod: `/.pod/sparql`, read only, answered from what the requester may read.

https://www.w3.org/TR/sparql11-protocol/ · A token says who asks, as at the storage, and never a
cookie. Scripts of other origins may ask.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pod.errors import (
    BadInput,
    MethodNotAllowed,
    NotAcceptable,
    PodError,
    Unavailable,
    UnsupportedType,
)
from pod.http import edge, headers, results
from pod.http.messages import ClientGone, Request, Response
from pod.http.negotiate import choose, read_accept
from pod.identity.agents import Authenticator, Credentials
from pod.model import Agent
from pod.rdf.graph import TURTLE, convert
from pod.rdf.sparql import MAX_QUERY_BYTES, check, kind_of
from pod.space import Dataset, Space

METHODS = "GET, HEAD, POST, OPTIONS"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MOST_FIELDS = 2000  # of a form: the query and the documents it names
LONGEST_FORM = 4 * MAX_QUERY_BYTES  # bytes, percent-encoded


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's query, and the dataset that it names (None: everything that may be read)."""

    text: str
    dataset: Dataset | None


class Sparql:
    """The endpoint of one storage. `handle` raises ClientGone alone."""

    def __init__(
        self, space: Space, authenticator: Authenticator, threads: ThreadPoolExecutor
    ) -> None:
        self._space = space
        self._authenticator = authenticator
        self._address = f"{space.root}.pod/sparql"
        self._places = space.settings.queries_waiting
        self._threads = threads

    async def handle(self, request: Request) -> Response:
        try:
            if request.method == "OPTIONS":
                found = headers.preflight(request, METHODS)
                return Response(204, [*found, (b"allow", METHODS.encode())])
            if request.method not in ("GET", "HEAD", "POST"):
                raise MethodNotAllowed("queries come by GET or POST")
            agent = await self._authenticator.identify(
                Credentials(
                    request.method,
                    self._address,
                    request.headers.get("authorization"),
                    request.headers.get("dpop"),
                ),
                self._space.owner,
            )
            # "requests made via the HTTP GET method to the SPARQL endpoint with no query parameter
            # strings" (https://www.w3.org/TR/sparql11-service-description/#accessing)
            if request.method != "POST" and not request.query:
                return self._described(request)
            agent = headers.from_origin(request, agent)
            return await self._answer(request, agent, await _asked(request))
        except PodError as error:
            return self._refusal(error, request)
        except ClientGone:
            raise
        except Exception as error:
            return self._refusal(edge.fault(error, f"{request.method} /.pod/sparql"), request)

    def _refusal(self, error: PodError, request: Request) -> Response:
        more = [(b"allow", METHODS.encode())] if error.status == 405 else []
        return edge.refuse(error, request, str(self._space.root), more)

    async def _answer(self, request: Request, agent: Agent, asked: Asked) -> Response:
        if self._places <= 0:
            raise Unavailable("too many queries at once; try again")
        self._places -= 1
        try:
            work = asyncio.get_running_loop().run_in_executor(
                self._threads, self._ask, agent, asked, request.headers.get("accept")
            )
            body, kind = await work
        finally:
            self._places += 1
        send = [
            *headers.cors(request),
            (b"content-type", f"{kind}; charset=utf-8".encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"private, no-store"),
            *headers.STORED,
        ]
        return Response(200, send, body)

    def _described(self, request: Request) -> Response:
        kind = choose(request.headers.get("accept"), TURTLE)
        body = convert(results.description(self._address), TURTLE, kind, self._address)
        send = [
            *headers.cors(request),
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-cache"),
            *headers.STORED,
        ]
        return Response(200, send, body)

    def _ask(self, agent: Agent, asked: Asked, accept: str | None) -> tuple[bytes, str]:
        check(asked.text, max_depth=self._space.settings.max_rdf_depth)
        kind = _chosen(accept, results.offers(kind_of(asked.text)))
        found = self._space.query(agent, asked.text, dataset=asked.dataset)
        return results.write(found, kind, self._address), kind


async def _asked(request: Request) -> Asked:
    """The three ways to ask (https://www.w3.org/TR/sparql11-protocol/#query-operation)."""
    if request.method != "POST":
        return _read(_fields(request.query))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        # "parameters […] within the request body", so those of the address are not looked at.
        return _read(_fields(await request.read(LONGEST_FORM)))
    if kind == QUERY:
        fields = [pair for pair in _fields(request.query) if pair[0] != "query"]
        body = await request.read(MAX_QUERY_BYTES)
        try:
            return _read([*fields, ("query", body.decode("utf-8"))])
        except UnicodeDecodeError:
            raise BadInput("a query is UTF-8") from None
    if kind == UPDATE:
        raise BadInput("only queries are answered here; PATCH the document", keyword="update")
    raise UnsupportedType(f"a query comes as {QUERY} or {FORM}", type=kind)


def _fields(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise BadInput("the parameters are not understood") from None


def _read(fields: list[tuple[str, str]]) -> Asked:
    queries = [value for name, value in fields if name == "query"]
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in fields):
        raise BadInput("only queries are answered here; PATCH the document", keyword="update")
    # "with exactly one `query` parameter"
    if len(queries) != 1:
        raise BadInput("a request has exactly one query")
    default = tuple(value for name, value in fields if name == "default-graph-uri")
    named = tuple(value for name, value in fields if name == "named-graph-uri")
    return Asked(queries[0], Dataset(default, named) if default or named else None)


def _chosen(accept: str | None, offers: tuple[str, ...]) -> str:
    """The offer that `accept` likes most, the first wins a tie. Raises NotAcceptable."""
    if not (accept or "").strip():
        return offers[0]
    best, quality = "", 0.0
    ranges = [(results.ALIASES.get(kind, kind), q) for kind, q in read_accept(accept or "")]
    for offer in offers:
        for wanted in (offer, offer.split("/")[0] + "/*", "*/*"):
            named = [q for kind, q in ranges if kind == wanted]
            if named:
                if max(named) > quality:
                    best, quality = offer, max(named)
                break
    if not best:
        raise NotAcceptable("there is no answer of that kind", offers=list(offers))
    return best
