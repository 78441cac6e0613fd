"""Solid Notifications over HTTP and WebSockets, below `/.notifications/` of each storage.

https://solidproject.org/TR/notifications-protocol · No cookie is looked at: whoever subscribes has a
token or is the public; whoever connects has the channel's address, which nobody can guess.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pod.errors import (
    BadInput,
    MethodNotAllowed,
    NotFound,
    PodError,
    Unprocessable,
    UnsupportedType,
)
from pod.http import edge, headers, paths
from pod.http.connections import Caller, Connections, Listener, at_last, close
from pod.http.messages import ClientGone, Receive, Request, Response, Send
from pod.http.negotiate import choose
from pod.http.updates import OLD, Updates
from pod.identity.agents import Credentials
from pod.model import Agent, Iri, Json
from pod.notify.channel import CONTEXT, FEATURES, RECURSIVE, Kind, read_wanted
from pod.notify.outlet import Outlet
from pod.notify.registry import Channel
from pod.rdf.graph import JSON_LD, RDF_TYPES, convert
from pod.services import Services

T = TypeVar("T")

PLACE = ".notifications/"
LONGEST_REQUEST = 64 << 10  # bytes of a subscription
DEEPEST_REQUEST = 8


class Notifications:
    """The notifications of one storage: discovery, subscriptions, connections."""

    def __init__(
        self, services: Services, threads: ThreadPoolExecutor, connections: Connections
    ) -> None:
        self._services = services
        self._settings = services.settings
        self._channels = services.channels
        self._root = str(services.space.root)
        self._place = self._root + PLACE
        self._path = urlsplit(self._place).path
        self._threads = threads
        self._connections = connections
        self._updates = Updates(
            self._settings, self._channels, connections, self._topic, self._in_thread
        )

    # ---------------------------------------------------------------- discovery

    def description(self, kind: str) -> bytes:
        """The storage's description, with the places to subscribe at."""
        about = f"{self._root}.well-known/solid"
        made: Json = {
            "@context": [
                CONTEXT,
                {
                    "pim": "http://www.w3.org/ns/pim/space#",
                    "solid": headers.SOLID,
                    "storage": {"@reverse": "solid:storageDescription"},
                },
            ],
            "id": about,
            "storage": {"id": self._root, "type": "pim:Storage"},
            "subscription": [self._service(one) for one in Kind],
        }
        return _written(made, kind, about)

    def _service(self, kind: Kind) -> Json:
        return {
            "id": f"{self._place}{kind.value}/",
            "channelType": kind.iri,
            "feature": [*FEATURES, RECURSIVE],
        }

    # ---------------------------------------------------------------- requests

    async def handle(self, request: Request, send: Send) -> Response | None:
        """The answer to any request below `/.notifications/`; None where it was sent as a stream."""
        try:
            if request.method == "OPTIONS":
                found = headers.preflight(request) if "origin" in request.headers else []
                return Response(204, [*found, (b"allow", b"GET, HEAD, POST, DELETE, OPTIONS")])
            path = paths.canonical(request.raw_path)[len(self._path) :]
            place, _, rest = path.partition("/")
            if place in ("sender", "keys", ".well-known"):
                return self._about_sender(request, path)
            kind = _kind(place)
            if rest.startswith("receive/"):
                return await self._stream(request, kind, rest.removeprefix("receive/"), send)
            agent = self._agent(request)
            if not rest:
                return await self._at_service(request, agent, kind)
            return await self._at_channel(request, agent, rest)
        except PodError as error:
            return edge.refuse(error, request, self._root, _allowed(error))
        except ClientGone:
            raise
        except Exception as error:
            found_error = edge.fault(error, f"{request.method} below {PLACE}")
            return edge.refuse(found_error, request, self._root)

    async def _at_service(self, request: Request, agent: Agent, kind: Kind) -> Response:
        if request.method in ("GET", "HEAD"):
            made = {"@context": [CONTEXT], **self._service(kind)}
            return self._answer(request, 200, made, self._service(kind)["id"])
        if request.method != "POST":
            raise MethodNotAllowed("subscriptions are POSTed here")
        said = headers.media_type(request.headers.get("content-type", ""))
        if said is None or said[0] not in RDF_TYPES:
            raise UnsupportedType("a subscription is " + ", ".join(RDF_TYPES))
        data = await request.read(LONGEST_REQUEST)
        base = f"{self._place}{kind.value}/"
        wanted = read_wanted(data, said[0], base, kind)
        topic = self._topic(wanted.topic)
        channel = await self._in_thread(self._channels.subscribe, agent, wanted, topic)
        return self._answer(request, 200, self._described(channel), base, private=True)

    async def _at_channel(self, request: Request, agent: Agent, name: str) -> Response:
        if request.method in ("GET", "HEAD"):
            channel = self._channels.find(agent, name)
            made = self._described(channel, with_secret=False)
            return self._answer(request, 200, made, made["id"], private=True)
        if request.method != "DELETE":
            raise MethodNotAllowed("a channel is read or deleted")
        await self._in_thread(self._channels.unsubscribe, agent, name)
        return Response(204, headers.cors(request))

    def _described(self, channel: Channel, *, with_secret: bool = True) -> Json:
        kind = channel.wanted.kind
        made: Json = {"@context": [CONTEXT], "id": f"{self._place}{kind.value}/{channel.id}"}
        made |= channel.wanted.to_json()
        if channel.secret and with_secret:
            made["receiveFrom"] = f"{self._place}{kind.value}/receive/{channel.secret}"
            if kind is Kind.WEBSOCKET:
                made["receiveFrom"] = headers.websocket(made["receiveFrom"])
        if channel.webhook is not None:
            made["sender"] = self._channels.webhooks.sender
        return made

    def _about_sender(self, request: Request, path: str) -> Response:
        """Whom notifications to webhooks come from, and by which keys that can be verified."""
        webhooks = self._channels.webhooks
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed("this can only be read")
        if path == "sender":
            about = webhooks.sender
            made = {
                "@context": {"solid": headers.SOLID, "oidcIssuer": {"@id": "solid:oidcIssuer", "@type": "@id"}},
                "@id": about,
                "oidcIssuer": webhooks.issuer,
            }  # fmt: skip
            return self._answer(request, 200, made, about)
        if path == "keys":
            return self._plain(request, webhooks.published())
        if path != ".well-known/openid-configuration":
            raise NotFound("nothing is served here")
        return self._plain(request, {"issuer": webhooks.issuer, "jwks_uri": f"{self._place}keys"})

    # ---------------------------------------------------------------- connections

    async def _stream(
        self, request: Request, kind: Kind, secret: str, send: Send
    ) -> Response | None:
        """https://solid.github.io/notifications/streaming-http-channel-2023"""
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed("this can only be read")
        if kind is not Kind.STREAMING:
            raise NotFound("there is no such channel")
        caller = Caller(request.peer, request.headers.get("origin"))
        self._connections.check_room(caller)
        channel, outlet = self._connect(secret, kind)
        start = [
            *headers.cors(request),
            (b"content-type", channel.wanted.accept.encode()),
            *_UNKEPT,
        ]
        if request.method == "HEAD":
            return Response(200, start)
        await send({"type": "http.response.start", "status": 200, "headers": start})

        async def write(text: str) -> None:
            body = f"{text}\n".encode()
            await send({"type": "http.response.body", "body": body, "more_body": True})

        async def listen() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass

        await write("")

        async def pump(made: Outlet, ready: asyncio.Event) -> None:
            await self._pump(channel, made, ready, write, ping=True)

        await self._connections.run(caller, outlet, pump, listen, partial(self._leave, channel))
        await at_last(send({"type": "http.response.body", "body": b""}))
        return None

    async def websocket(self, path: str, caller: Caller, receive: Receive, send: Send) -> None:
        """https://solid.github.io/notifications/websocket-channel-2023"""
        below = path.removeprefix(self._path)
        kind, secret = Kind.WEBSOCKET, below.removeprefix(f"{Kind.WEBSOCKET.value}/receive/")
        try:
            self._connections.check_room(caller)
            if below == OLD:
                return await self._updates.run(caller, receive, send)
            channel, outlet = self._connect(secret, kind)
        except PodError:
            return await send({"type": "websocket.close", "code": 1008})
        await send({"type": "websocket.accept"})
        listener = Listener(receive, self._settings.channel_frame_bytes)

        async def write(text: str) -> None:
            await send({"type": "websocket.send", "text": text})

        async def pump(made: Outlet, ready: asyncio.Event) -> None:
            await self._pump(channel, made, ready, write)

        leave = partial(self._leave, channel)
        made = await self._connections.run(caller, outlet, pump, listener.run, leave)
        await at_last(close(send, made, listener))

    def _connect(
        self, secret: str, kind: Kind
    ) -> tuple[Channel, Callable[[Callable[[], None]], Outlet]]:
        """The channel, and what connects to it once it is known whom to wake."""
        channel = self._channels.of_secret(secret, kind)
        return channel, partial(self._channels.connect, channel)

    def _leave(self, channel: Channel, outlet: Outlet) -> None:
        self._channels.disconnect(channel, outlet)

    async def _pump(
        self,
        channel: Channel,
        outlet: Outlet,
        ready: asyncio.Event,
        write: Callable[[str], Awaitable[None]],
        ping: bool = False,
    ) -> None:
        rate = channel.wanted.rate.total_seconds()
        silence = self._settings.channel_ping_seconds if ping else None
        while True:
            try:
                async with asyncio.timeout(silence):
                    await ready.wait()
            except TimeoutError:
                await write("")
                continue
            ready.clear()
            found = outlet.take()
            for notice in found:
                await write(notice.text(channel.wanted.accept))
                outlet.sent(notice)
            if found:
                self._channels.taken(channel)
            if rate and found:
                await asyncio.sleep(rate)

    # ---------------------------------------------------------------- around them

    def _topic(self, text: str) -> Iri:
        """The resource of this storage that `text` names. Raises Unprocessable."""
        base = self._settings.base_url
        try:
            if not text.startswith(base) or "?" in text or "#" in text:
                raise BadInput("a topic is a resource of this storage, without query and fragment")
            iri = Iri(base + paths.canonical(text[len(base) - 1 :].encode())[1:])
        except (BadInput, UnicodeEncodeError) as error:
            raise Unprocessable(f"topic: {error}") from None
        if not iri.startswith(self._root) or paths.is_reserved("/" + iri[len(self._root) :]):
            raise Unprocessable("a topic is a resource of this storage")
        return iri

    def _agent(self, request: Request) -> Agent:
        path = paths.canonical(request.raw_path)
        credentials = Credentials(
            request.method,
            self._settings.base_url + path[1:],
            request.headers.get("authorization"),
            request.headers.get("dpop"),
        )
        tokens = self._services.accounts.tokens
        return headers.from_origin(request, tokens.authenticate(credentials, self._services.owner))

    def _answer(
        self, request: Request, status: int, made: Json, about: str, *, private: bool = False
    ) -> Response:
        kind = choose(request.headers.get("accept"), JSON_LD)
        body = _written(made, kind, about)
        return self._sent(request, status, body, kind, private=private)

    def _plain(self, request: Request, made: Json) -> Response:
        return self._sent(request, 200, json.dumps(made).encode(), "application/json")

    def _sent(
        self, request: Request, status: int, body: bytes, kind: str, *, private: bool = False
    ) -> Response:
        send = [
            *headers.cors(request),
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            *(_UNKEPT if private else _KEPT),
        ]
        return Response(status, send, body)

    async def _in_thread(self, act: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(act, *arguments))


_UNKEPT = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
_KEPT = [(b"cache-control", b"no-cache"), (b"x-content-type-options", b"nosniff")]


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError:
        raise NotFound("nothing is served here") from None


def _written(made: Json, kind: str, about: str) -> bytes:
    data = json.dumps(made).encode()
    return data if kind == JSON_LD else convert(data, JSON_LD, kind, about)


def _allowed(error: PodError) -> list[tuple[bytes, bytes]]:
    if error.status == 405:
        return [(b"allow", b"GET, HEAD, POST, DELETE, OPTIONS")]
    if error.status == 415:
        return [(b"accept-post", ", ".join(RDF_TYPES).encode())]
    return []
