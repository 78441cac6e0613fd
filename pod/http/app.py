"""The server's one ASGI application: the storage, below `/.oidc/` the identity provider, and below
`/.pod/` the owner's pages.

The pages are built in a thread while the storage already answers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote, unquote

from pod.errors import MethodNotAllowed, PodError
from pod.http import edge, headers, paths
from pod.http.bodies import send_response
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
from pod.rdf.graph import TURTLE, convert
from pod.services import Services

log = logging.getLogger(__name__)

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Pages = Callable[[Services], Asgi]

PAGES = b"/.pod/"
HEALTH = b"/.pod/health"
STORAGE_DESCRIPTION = b"/.well-known/solid"
_DEEPER = 4  # names that the pages put before a path of the storage
_DESCRIBED = """\
@prefix pim: <http://www.w3.org/ns/pim/space#>.
@prefix solid: <http://www.w3.org/ns/solid/terms#>.

<{root}> a pim:Storage; solid:storageDescription <{root}.well-known/solid>.
"""


class Application:
    """Answers HTTP for one pod. `pages` makes the owner's pages, by default those of `pod.http.ui`."""

    def __init__(self, services: Services, pages: Pages | None = None) -> None:
        self._services = services
        self._make_pages = pages or _own_pages
        self._pages: asyncio.Task[Asgi] | None = None
        self._solid = Solid(services.space, services.accounts.tokens)
        self._oidc = Oidc(services.issuer, services.accounts.tokens)
        self._realm = str(services.space.root)
        self.running = 0  # requests that are being answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.running += 1
            try:
                await self._answer(scope, receive, send)
            except ClientGone:
                pass
            finally:
                self.running -= 1
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    def warm(self) -> None:
        """Starts to build the pages, so that the first visitor does not wait."""
        if self._pages is None:
            making = asyncio.to_thread(self._make_pages, self._services)
            self._pages = asyncio.get_running_loop().create_task(making)

    def close(self) -> None:
        """Waits for the storage's writes."""
        self._solid.close()

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
        idle = self._services.settings.body_idle_seconds
        try:
            request = read_request(scope, receive, idle)
            if (raw.startswith(PAGES) and raw != HEALTH) or raw in SIGN_IN_PAGES:
                check_host(request.headers.get("host"), self._services.settings)
                scope["path"] = unquote(path := paths.canonical(raw, paths.DEEPEST + _DEEPER))
                scope["raw_path"] = path.encode()
                self.warm()
                pages = await asyncio.shield(self._pages) if self._pages else None
                if pages is not None:
                    return await pages(scope, receive, send)
            response = await self._own(request)
        except PodError as error:
            plain = Request(scope["method"], raw, b"", {}, "", receive)
            response = edge.refuse(error, plain, self._realm)
        await send_response(response, scope["method"] == "HEAD", scope, send)

    async def _own(self, request: Request) -> Response:
        if request.raw_path == HEALTH:
            return self._document(request, b'{"status":"ok"}', "application/json")
        if request.raw_path == STORAGE_DESCRIPTION:
            return self._description(request)
        if request.raw_path.startswith(SIGN_IN) or request.raw_path == DISCOVERY:
            return await self._oidc.handle(request)
        if request.raw_path == PAGES[:-1]:
            return Response(308, [(b"location", PAGES), (b"content-length", b"0")])
        return await self._solid.handle(request)

    def _description(self, request: Request) -> Response:
        """https://solidproject.org/TR/protocol#storage-description-resource"""
        try:
            kind = choose(request.headers.get("accept"), TURTLE)
        except PodError as error:
            return edge.refuse(error, request, self._realm)
        body = _DESCRIBED.format(root=self._realm).encode()
        if kind != TURTLE:
            body = convert(body, TURTLE, kind, self._realm)
        return self._document(request, body, kind)

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


def _own_pages(services: Services) -> Asgi:
    from pod.http.ui import pages

    return pages(services)
