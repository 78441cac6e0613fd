"""The Solid storage over HTTP: methods on documents, containers and auxiliaries.

https://solidproject.org/TR/protocol · Order in every method: address, credentials, authorization,
and only then what exists, conditions, types and bodies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from pod.errors import (
    BadInput,
    MethodNotAllowed,
    NotFound,
    PodError,
    PreconditionFailed,
    RangeNotSatisfiable,
    UnsupportedType,
)
from pod.groups import Unfetched
from pod.http import edge, headers, paths
from pod.http.bodies import Intake
from pod.http.mailbox import Mailbox
from pod.http.messages import ClientGone, Headers, Request, Response
from pod.http.negotiate import choose
from pod.http.ranges import read_range
from pod.identity.agents import Authenticator, Credentials
from pod.model import AccessMode, Agent, Body, Decision, Iri, Representation, Resource
from pod.rdf.graph import N3, RDF_TYPES, TURTLE
from pod.space import Conditions, Space, Written

T = TypeVar("T")

PATCH_TYPES = (N3, "application/sparql-update")
LOOKED_UP = 8  # group documents of other servers that one request waits for
LONGEST_PATCH = 1 << 20  # bytes
CONVERTED_HERE = 1 << 15  # a document up to this size is converted without leaving the event loop
CHECKED_HERE = 1 << 15  # the same for one that is parsed before it is written
PATCH_READ_HERE = 1 << 12  # the same for a patch, whose reader is slower
_CONTAINERS = (f"{headers.LDP}BasicContainer", f"{headers.LDP}Container")


class _ElsewhereError(Exception):
    """Raised by the choice of a representation that would take the event loop too long."""


class Solid:
    """One storage. `handle` answers every request; nothing that it raises is foreseen."""

    def __init__(
        self, space: Space, authenticator: Authenticator, threads: ThreadPoolExecutor
    ) -> None:
        self._space = space
        self._authenticator = authenticator
        self._settings = space.settings
        self._realm = str(space.root)
        self._owner = str(space.owner.webid)
        self._threads = threads
        self._mail = Mailbox()
        self._intake = Intake(
            lambda chunks, limit: space.stage(chunks, limit),
            self._settings.inline_bytes,
            self._settings.uploads,
        )
        self._methods: dict[str, Callable[[Request, Agent, Iri], Awaitable[Response]]] = {
            "GET": self._get,
            "HEAD": self._get,
            "PUT": self._put,
            "POST": self._post,
            "PATCH": self._patch,
            "DELETE": self._delete,
        }

    async def handle(self, request: Request) -> Response:
        """The answer to any request below the storage's root. Raises ClientGone alone."""
        iri: Iri | None = None
        try:
            if request.method == "OPTIONS" and request.raw_path == b"*":
                return Response(204, headers.cors(request))
            path = paths.canonical(request.raw_path)
            iri = Iri(self._settings.base_url + path[1:])
            if request.method == "OPTIONS":
                return self._options(request, iri)
            act = self._methods.get(request.method)
            if act is None:
                raise MethodNotAllowed("there is no such method here")
            agent = await self._authenticator.identify(
                self._credentials(request), self._space.owner
            )
            if paths.is_reserved("/" + iri[len(self._realm) :]):
                raise NotFound("nothing is served here")
            return await act(request, headers.from_origin(request, agent), iri)
        except PodError as error:
            return self._refusal(error, request, iri)
        except ClientGone:
            raise
        except Exception as error:
            found = edge.fault(error, f"{request.method} {request.raw_path!r}")
            return self._refusal(found, request, iri)

    # ---------------------------------------------------------------- methods

    def _options(self, request: Request, iri: Iri) -> Response:
        """Says nothing about what exists, so it asks for nobody."""
        if "origin" in request.headers and "access-control-request-method" in request.headers:
            return Response(204, headers.preflight(request))
        about = headers.of_resource(iri, self._space.root, self._owner)
        return Response(204, [*headers.cors(request), *about])

    async def _get(self, request: Request, agent: Agent, iri: Iri) -> Response:
        accept = request.headers.get("accept")
        try:
            if iri.is_container and not self._space.is_recent(agent, iri):
                raise _ElsewhereError
            found = self._space.get(agent, iri, partial(_choose_small, accept))
        except (_ElsewhereError, Unfetched):
            found = await self._in_thread(
                self._space.get, agent, iri, lambda resource: choose(accept, resource.type)
            )
        return self._represent(request, iri, found)

    def _represent(self, request: Request, iri: Iri, found: Representation) -> Response:
        send = [
            *headers.cors(request),
            *headers.of_resource(iri, self._space.root, self._owner),
            *headers.of_rights(found.decision),
            *headers.of_state(found.resource, found.etag),
            *headers.STORED,
        ]
        if not headers.is_unchanged(request, found.resource, found.etag):
            raise PreconditionFailed("the resource is not in the state you named")
        if headers.is_fresh(request, found.resource, found.etag):
            return Response(304, send)
        send += [(b"content-type", found.type.encode("latin-1")), (b"accept-ranges", b"bytes")]
        size = found.body.size
        part = self._part(request, found)
        if part is None:
            send.append((b"content-length", str(size).encode()))
            return Response(200, send, stored=found.body, length=size)
        first, length = part
        send.append((b"content-range", f"bytes {first}-{first + length - 1}/{size}".encode()))
        send.append((b"content-length", str(length).encode()))
        return Response(206, send, stored=found.body, start=first, length=length)

    def _part(self, request: Request, found: Representation) -> tuple[int, int] | None:
        wanted = request.headers.get("range")
        if wanted is None or request.method != "GET":
            return None
        unchanged = request.headers.get("if-range")
        if unchanged is not None and unchanged.strip() != found.etag:
            return None
        return read_range(wanted, found.body.size)

    async def _put(self, request: Request, agent: Agent, iri: Iri) -> Response:
        await self._require(agent, iri, AccessMode.WRITE)
        if "content-range" in request.headers:
            raise BadInput("a PUT is of the whole (RFC 9110, 14.5)")
        kind = _content_type(request)
        limit = self._settings.max_rdf_bytes if kind in RDF_TYPES else self._settings.max_body_bytes
        body = await self._intake.take(request, limit)
        kind = _stored_type(kind, body, container=iri.is_container)
        wanted = (agent, iri, body, kind, _conditions(request))
        here = kind not in RDF_TYPES or body.size <= CHECKED_HERE
        return self._written(request, await self._submit(here, self._space.submit_put, *wanted))

    async def _post(self, request: Request, agent: Agent, iri: Iri) -> Response:
        decision = await self._require(agent, iri, AccessMode.APPEND)
        if not iri.is_container:
            raise MethodNotAllowed("POST goes to a container")
        as_container = _wants_container(request)
        kind = _content_type(request)
        limit = self._settings.max_rdf_bytes if kind in RDF_TYPES else self._settings.max_body_bytes
        if not decision.allows(AccessMode.WRITE):
            limit = min(limit, self._settings.guest_bytes)
        body = await self._intake.take(request, limit)
        slug = request.headers.get("slug")
        name = None if slug is None or len(iri) > 1024 else paths.name_of(slug)
        post = partial(self._space.post, slug=name, as_container=as_container)
        kind = _stored_type(kind, body, container=as_container)
        return self._written(request, await self._in_thread(post, agent, iri, body, kind))

    async def _patch(self, request: Request, agent: Agent, iri: Iri) -> Response:
        await self._require(agent, iri, AccessMode.APPEND, AccessMode.READ)
        kind = _content_type(request)
        if kind not in PATCH_TYPES:
            if kind is None:
                raise BadInput("a patch says its Content-Type")
            raise UnsupportedType("a patch is text/n3 or application/sparql-update", type=kind)
        body = await request.read(min(LONGEST_PATCH, self._settings.max_rdf_bytes))
        wanted = (agent, iri, body, kind, _conditions(request))
        here = len(body) <= PATCH_READ_HERE
        written = await self._submit(here, self._space.submit_append, *wanted)
        if written is None:
            written = await self._in_thread(self._space.patch, *wanted)
        return self._written(request, written)

    async def _delete(self, request: Request, agent: Agent, iri: Iri) -> Response:
        _refuse_query(request)
        await self._in_thread(self._space.delete, agent, iri, _conditions(request))
        about = headers.of_resource(iri, self._space.root, self._owner)
        allow = [pair for pair in about if pair[0] == b"allow"]
        return Response(204, [*headers.cors(request), *allow])

    def _written(self, request: Request, written: Written) -> Response:
        """ "the server [...] MUST respond with the 201 status code": exactly where it is new."""
        iri = written.resource.iri
        send = [
            *headers.cors(request),
            *headers.of_resource(iri, self._space.root, self._owner),
            *headers.of_state(written.resource, written.etag),
        ]
        if not written.created:
            return Response(204, send)
        send += [(b"location", iri.encode()), (b"content-length", b"0")]
        return Response(201, send)

    # ---------------------------------------------------------------- around them

    async def _in_thread(self, act: Callable[..., T], *arguments: Any) -> T:
        """What `act` answers, which may take its time."""
        loop = asyncio.get_running_loop()
        return await self._told(
            lambda: loop.run_in_executor(self._threads, partial(act, *arguments))
        )

    async def _submit(self, here: bool, act: Callable[..., Future[T]], *arguments: Any) -> T:
        """What the writer answers to what `act` submits, `here` if that takes no time."""

        async def once() -> T:
            submitted = act(*arguments) if here else await self._in_thread(act, *arguments)
            return await self._mail.wait(submitted)

        return await self._told(once)

    async def _told(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """The answer of `attempt`; where it needs groups of other servers, once they were fetched."""
        for _ in range(LOOKED_UP):
            try:
                return await attempt()
            except Unfetched as waiting:
                await asyncio.wrap_future(waiting.done)
        return await attempt()

    def _credentials(self, request: Request) -> Credentials:
        """A cookie is never among them. The address is the configured one, never the `Host`'s."""
        return Credentials(
            request.method,
            self._settings.base_url + request.raw_path.decode("latin-1")[1:],
            request.headers.get("authorization"),
            request.headers.get("dpop"),
        )

    async def _require(self, agent: Agent, iri: Iri, *modes: AccessMode) -> Decision:
        try:
            return self._space.require(agent, iri, *modes)
        except Unfetched:
            return await self._in_thread(self._space.require, agent, iri, *modes)

    def _refusal(self, error: PodError, request: Request, iri: Iri | None) -> Response:
        more: Headers = []
        # 404 too: clients (rdflib) learn there how they may make what they did not find.
        if iri is not None and error.status in (404, 405, 415):
            about = headers.of_resource(iri, self._space.root, self._owner)
            more = [pair for pair in about if pair[0] != b"link"]
        if isinstance(error, RangeNotSatisfiable):
            more.append((b"accept-ranges", b"bytes"))
        return edge.refuse(error, request, self._realm, more)


def _choose_small(accept: str | None, resource: Resource) -> str:
    kind = choose(accept, resource.type)
    if kind != resource.type and resource.size > CONVERTED_HERE:
        raise _ElsewhereError
    return kind


def _conditions(request: Request) -> Conditions:
    since = request.headers.get("if-unmodified-since")
    return Conditions(
        request.headers.get("if-match"),
        request.headers.get("if-none-match"),
        None if since is None else headers.parse_date(since),
    )


def _content_type(request: Request) -> str | None:
    """The media type of the body; None where there is no body and nothing is said.

    "Servers MUST reject PUT, POST and PATCH requests without the Content-Type header field with a
    status code of 400", where they have content.
    """
    _refuse_query(request)
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedType("a body comes without Content-Encoding")
    said = request.headers.get("content-type")
    if said is None:
        if request.length == 0:
            return None
        raise BadInput("a body says its Content-Type")
    found = headers.media_type(said)
    if found is None:
        raise BadInput("that is no media type")
    kind, parameters = found
    if kind not in (*RDF_TYPES, *PATCH_TYPES):
        return f"{kind};{parameters}" if parameters else kind
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if "charset=" in charset and "charset=utf-8" not in charset:
        raise UnsupportedType("RDF is UTF-8", type=said)
    return kind


def _stored_type(kind: str | None, body: Body, *, container: bool) -> str:
    if not container:
        return kind or "application/octet-stream"
    if kind not in (None, TURTLE) and body.size:
        raise UnsupportedType("a container is described in text/turtle", type=kind)
    return TURTLE


def _refuse_query(request: Request) -> None:
    if request.query:
        raise BadInput("what is written has no query in its address")


def _wants_container(request: Request) -> bool:
    """`Link: <http://www.w3.org/ns/ldp#BasicContainer>; rel="type"`."""
    for link in request.headers.get("link", "").split(","):
        target, _, parameters = link.strip().partition(">")
        if target.lstrip("<") in _CONTAINERS and "type" in parameters.replace('"', "").split("="):
            return True
    return False
