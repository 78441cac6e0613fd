"""The server's one ASGI application: the storages, below `/.oidc/` the identity provider, and below
`/.pod/` the pages of the storages' owners.

The pages are built in a thread while the storage already answers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from pod.errors import BadInput, MethodNotAllowed, NotFound, PodError
from pod.host import HOME, Host
from pod.http import edge, headers, paths
from pod.http.bodies import send_response
from pod.http.channels import PLACE, Notifications
from pod.http.connections import Caller, Connections
from pod.http.hosts import check_host
from pod.http.messages import (
    ClientGone,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    read_request,
)
from pod.http.negotiate import choose
from pod.http.oidc import DISCOVERY, Oidc
from pod.http.oidc import PAGES as SIGN_IN_PAGES
from pod.http.oidc import PREFIX as SIGN_IN
from pod.http.solid import Solid
from pod.http.sparql import Sparql
from pod.rdf.graph import TURTLE
from pod.services import Services

log = logging.getLogger(__name__)

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Pages = Callable[[Host], Asgi]

PAGES = b"/.pod/"
HEALTH = b"/.pod/health"
DESCRIPTION = b".well-known/solid"  # below the root of each storage
SPARQL = b".pod/sparql"  # the same
THREADS = 32  # requests that wait for the disk at once: they share commits
ASKING = 4  # queries that are waited for at once
_DEEPER = 4  # names that the pages put before a path of the storage


@dataclass(frozen=True, slots=True)
class _Storage:
    """What answers for one open pod, and the paths of its own beside its documents."""

    services: Services
    solid: Solid
    sparql: Sparql
    description: bytes
    query: bytes
    notifications: Notifications
    channels: bytes


class Application:
    """Answers HTTP for a server's pods. `pages` makes the owners' pages, by default those of
    `pod.http.ui`."""

    def __init__(self, host: Host, pages: Pages | None = None) -> None:
        self._host = host
        self._make_pages = pages or _own_pages
        self._pages: asyncio.Task[Asgi] | None = None
        self._threads = ThreadPoolExecutor(THREADS, "storage")
        self._asking = ThreadPoolExecutor(ASKING, "sparql")
        self._storages: dict[str, _Storage] = {}
        settings = host.settings
        self._connections = Connections(settings.channels_open, settings.channels_open_of_address)
        self._realm = host.settings.base_url
        self._oidc = Oidc(host.issuer, host.accounts.tokens)
        self.running = 0  # requests that are being answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.running += 1
            try:
                await self._answer(scope, receive, send)
            except ClientGone:
                # granian says so too for chunks that cannot be read: then somebody waits.
                await self._unreadable(scope, receive, send)
            finally:
                self.running -= 1
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await receive()
            await self._websocket(scope, receive, send)

    def warm(self) -> None:
        """Starts to build the pages, so that the first visitor does not wait."""
        if self._pages is None:
            making = asyncio.to_thread(self._make_pages, self._host)
            self._pages = asyncio.get_running_loop().create_task(making)

    def close(self) -> None:
        """Waits for the storage's writes, and for no query."""
        self.end_connections()
        self._threads.shutdown(wait=True)
        self._asking.shutdown(wait=True, cancel_futures=True)

    def end_connections(self) -> None:
        """Ends what would never end by itself, WebSockets and streams, and queries, which may take
        long: they are answered that the server is closing."""
        self._connections.end()
        for storage in self._storages.values():
            storage.services.space.end_queries()

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A pod is not kept open by who only listens: when it is closed, the WebSocket ends."""
        try:
            path = paths.canonical(scope.get("raw_path") or quote(scope["path"]).encode())
            name = self._host.name_in(path)
            if name is None or not self._host.exists(name):
                raise NotFound("there is no such pod")
            if not self._host.is_open(name):
                await asyncio.to_thread(self._open, name)
            with self._host.use(name) as services:
                storage = self._storage(name, services)
            if not path.encode().startswith(storage.channels):
                raise NotFound("there is no WebSocket here")
            await storage.notifications.websocket(path, _caller(scope), receive, send)
        except PodError:
            await send({"type": "websocket.close", "code": 1008})
        except Exception as error:
            edge.fault(error, "a WebSocket")  # its path is a secret
            await send({"type": "websocket.close", "code": 1011})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.warm()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope.get("raw_path"):
            scope["raw_path"] = quote(scope["path"]).encode()
        raw = scope["raw_path"]
        idle = self._host.settings.body_idle_seconds
        request = Request(scope["method"], raw, b"", {}, "", receive)  # as long as it is not read
        try:
            request = read_request(scope, receive, idle)
            pages = raw.startswith(PAGES) and raw not in (HEALTH, b"/" + SPARQL)
            if pages or raw in SIGN_IN_PAGES:
                check_host(request.headers.get("host"), self._host.settings)
                scope["path"] = unquote(path := paths.canonical(raw, paths.DEEPEST + _DEEPER))
                scope["raw_path"] = path.encode()
                self.warm()
                made = await asyncio.shield(self._pages) if self._pages else None
                if made is not None:
                    return await made(scope, receive, send)
            await self._own(request, scope, send)
        except PodError as error:
            response = edge.refuse(error, request, self._realm)
            await send_response(response, scope["method"] == "HEAD", scope, send)

    async def _unreadable(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = Request(scope["method"], scope["raw_path"], b"", {}, "", receive)
        response = edge.refuse(BadInput("the body ended early"), plain, self._realm)
        response.headers.append((b"connection", b"close"))
        await send_response(response, False, scope, send)

    async def _own(self, request: Request, scope: Scope, send: Send) -> None:
        raw = request.raw_path
        if raw == HEALTH:
            response = self._document(request, b'{"status":"ok"}', "application/json")
        elif raw.startswith(SIGN_IN) or raw == DISCOVERY:
            response = await self._oidc.handle(request)
        elif raw == PAGES[:-1] or (raw == b"/" and not self._host.is_home):
            response = Response(308, [(b"location", PAGES), (b"content-length", b"0")])
        elif (home := self._host.home) is not None:
            return await self._of_pod(HOME, home, request, scope, send)
        else:
            name = self._host.name_in(paths.canonical(raw)) if raw != b"*" else None
            if name is not None and self._host.exists(name):
                return await self._of_provider(name, request, scope, send)
            if request.method != "OPTIONS":
                raise NotFound("there is no such pod")
            response = self._document(request, b"", "text/plain")
        await send_response(response, request.method == "HEAD", scope, send)

    async def _of_provider(self, name: str, request: Request, scope: Scope, send: Send) -> None:
        """The pod stays open until the answer is sent, but not for those who only listen."""
        if not self._host.is_open(name):
            await asyncio.to_thread(self._open, name)
        with self._host.use(name) as services:
            listening = request.raw_path.startswith(self._storage(name, services).channels)
            if not listening:
                return await self._of_pod(name, services, request, scope, send)
        await self._of_pod(name, services, request, scope, send)

    async def _of_pod(
        self, name: str, services: Services, request: Request, scope: Scope, send: Send
    ) -> None:
        storage = self._storage(name, services)
        response: Response | None
        if request.raw_path == storage.description:
            response = self._description(request, storage)
        elif request.raw_path == storage.query:
            response = await storage.sparql.handle(request)
        elif request.raw_path.startswith(storage.channels):
            response = await storage.notifications.handle(request, send)
        else:
            response = await storage.solid.handle(request)
        if response is None:
            return
        await send_response(response, request.method == "HEAD", scope, send)

    def _open(self, name: str) -> None:
        with self._host.use(name):
            pass

    def _storage(self, name: str, services: Services) -> _Storage:
        """Made anew where the pod was closed and opened again."""
        found = self._storages.get(name)
        if found is None or found.services is not services:
            found = self._made(services)
            if len(self._storages) > self._host.settings.open_pods:
                self._storages = {n: s for n, s in self._storages.items() if self._host.is_open(n)}
            self._storages[name] = found
        return found

    def _made(self, services: Services) -> _Storage:
        space, tokens = services.space, services.accounts.tokens
        root = urlsplit(space.root).path.encode()
        return _Storage(
            services,
            Solid(space, tokens, self._threads),
            Sparql(space, tokens, self._asking),
            root + DESCRIPTION,
            root + SPARQL,
            Notifications(services, self._threads, self._connections),
            root + PLACE.encode(),
        )

    def _description(self, request: Request, storage: _Storage) -> Response:
        """https://solidproject.org/TR/protocol#storage-description-resource"""
        try:
            kind = choose(request.headers.get("accept"), TURTLE)
        except PodError as error:
            return edge.refuse(error, request, str(storage.services.space.root))
        return self._document(request, storage.notifications.description(kind), kind)

    def _document(self, request: Request, body: bytes, kind: str) -> Response:
        if request.method == "OPTIONS":
            found = headers.preflight(request) if "origin" in request.headers else []
            return Response(204, [*found, (b"allow", b"GET, HEAD, OPTIONS")])
        if request.method not in ("GET", "HEAD"):
            error = MethodNotAllowed("this can only be read")
            more = [(b"allow", b"GET, HEAD, OPTIONS")]
            return edge.refuse(error, request, self._realm, more)
        send = [
            *headers.cors(request),
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-cache"),
            (b"x-content-type-options", b"nosniff"),
        ]
        return Response(200, send, body)


def _caller(scope: Scope) -> Caller:
    client = scope.get("client")
    origin = next((v for name, v in scope["headers"] if name == b"origin"), None)
    return Caller(
        client[0] if client else "",
        None if origin is None else origin.decode("latin-1"),
        tuple(scope.get("subprotocols") or ()),
    )


def _own_pages(host: Host) -> Asgi:
    from pod.http.ui import pages

    return pages(host)
