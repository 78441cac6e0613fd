"""The old protocol of notifications, `solid-0.1`: `sub URI` is answered by `ack URI`, a change by
`pub URI`. It knows nobody, so it tells of what everybody may read.

https://github.com/solid/solid-spec/blob/main/api-websockets.md
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pod.config import Settings
from pod.errors import PodError
from pod.http.connections import Caller, Connections, Listener, at_last, close
from pod.http.messages import Receive, Send
from pod.model import Iri
from pod.notify.channels import Channels
from pod.notify.outlet import Outlet
from pod.notify.registry import Channel

OLD = "solid-0.1"


class Updates:
    """For one storage. `topic` gives the resource that a text names, or raises a PodError; `in_thread`
    runs what may take its time."""

    def __init__(
        self,
        settings: Settings,
        channels: Channels,
        connections: Connections,
        topic: Callable[[str], Iri],
        in_thread: Callable[..., Awaitable[str]],
    ) -> None:
        self._settings = settings
        self._channels = channels
        self._connections = connections
        self._topic = topic
        self._in_thread = in_thread

    async def run(self, caller: Caller, receive: Receive, send: Send) -> None:
        """One WebSocket, until it ends."""
        chosen = OLD if OLD in caller.protocols else None
        await send({"type": "websocket.accept", "subprotocol": chosen})
        topics: dict[str, Channel] = {}
        listener = Listener(receive, self._settings.channel_frame_bytes)

        def outlet(wake: Callable[[], None]) -> Outlet:
            return Outlet(self._settings.channel_queue, wake)

        async def write(text: str) -> None:
            await send({"type": "websocket.send", "text": text})

        async def pump(made: Outlet, ready: asyncio.Event) -> None:
            async def said(text: str) -> None:
                await write(await self._in_thread(self._sub, text, caller.origin, topics, made))

            listener.said = said
            await write(f"protocol {OLD}")
            while True:
                await ready.wait()
                ready.clear()
                changed = [str(n.target or n.object) for n in made.take()]
                for topic in dict.fromkeys(iri for iri in changed if iri in topics):
                    await write(f"pub {topic}")

        def leave(_: Outlet) -> None:
            for channel in topics.values():
                self._channels.drop(channel)

        made = await self._connections.run(caller, outlet, pump, listener.run, leave)
        await at_last(close(send, made, listener))

    def _sub(
        self, text: str, origin: str | None, topics: dict[str, Channel], outlet: Outlet
    ) -> str:
        verb, _, uri = text.strip().partition(" ")
        if verb != "sub" or not uri:
            return "error this is not understood"
        try:
            topic = self._topic(uri)
            if str(topic) not in topics:
                if len(topics) >= self._settings.channel_topics:
                    return f"err {uri} too many topics"
                topics[str(topic)] = self._channels.listen(topic, outlet, origin)
        except PodError:
            return f"err {uri} forbidden"
        return f"ack {uri}"
