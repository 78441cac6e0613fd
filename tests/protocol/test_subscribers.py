"""Many subscribers of one topic: each change reaches all, in order, in under a second.

`make notify` has 2,000 of them (NOTIFY_SUBSCRIBERS), `make test` 200.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers import TURTLE, Served, running
from tests.sockets import TEXT, handshake, unframe

SUBSCRIBERS = int(os.environ.get("NOTIFY_SUBSCRIBERS", "200"))
CHANGES = 20
WITHIN = 1.0  # seconds
WANTED = {
    "@context": ["https://www.w3.org/ns/solid/notification/v1"],
    "type": "http://www.w3.org/ns/solid/notifications#WebSocketChannel2023",
}

pytestmark = pytest.mark.timeout(600)


class Subscriber(asyncio.Protocol):
    """One WebSocket; it writes down when each frame came."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._greeted = False
        self.ready = asyncio.get_running_loop().create_future()
        self.heard: list[tuple[float, bytes]] = []

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._greeted and b"\r\n\r\n" in self._data:
            head, _, rest = bytes(self._data).partition(b"\r\n\r\n")
            self._greeted, self._data = True, bytearray(rest)
            self.ready.set_result(head.split(b" ")[1])
        while self._greeted and (found := unframe(self._data)) is not None:
            if found[0] == TEXT:
                self.heard.append((time.monotonic(), found[1]))


async def subscribe(port: int, topic: str) -> str:
    """The address to connect to: a request by hand, since a thousand of httpx take a minute."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({**WANTED, "topic": topic}).encode()
    head = (
        "POST /.notifications/WebSocketChannel2023/ HTTP/1.1\r\n"
        f"Host: localhost:{port}\r\nContent-Type: application/ld+json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["receiveFrom"])


async def connect(port: int, topic: str) -> tuple[asyncio.Transport, Subscriber]:
    url = await subscribe(port, topic)
    loop = asyncio.get_running_loop()
    transport, made = await loop.create_connection(Subscriber, "127.0.0.1", port)
    transport.write(handshake(url))
    assert await made.ready == b"101", urlsplit(url).netloc
    return transport, made


async def measure(served: Served) -> tuple[list[float], float]:
    """For each change the seconds until the last subscriber had it; and the longest that another
    request had to wait meanwhile."""
    topic = served.base + "profile/card"
    text = served.public.get("profile/card").text
    found: list[tuple[asyncio.Transport, Subscriber]] = []
    for _ in range(0, SUBSCRIBERS, 50):
        found += await asyncio.gather(*(connect(served.port, topic) for _ in range(50)))
    took, tags, longest = [], [], 0.0
    for number in range(CHANGES):
        began = time.monotonic()
        answer = await asyncio.to_thread(
            served.owner.put,
            "profile/card",
            content=f"{text}\n# {number}",
            headers={"content-type": TURTLE},
        )
        tags.append(answer.headers["etag"])
        asked = time.monotonic()
        await asyncio.to_thread(served.public.get, "profile/card")
        longest = max(longest, time.monotonic() - asked)
        while any(len(one.heard) <= number for _, one in found):
            assert time.monotonic() - began < 30
            await asyncio.sleep(0.01)
        took.append(max(one.heard[number][0] for _, one in found) - began)
    for transport, one in found:
        assert [json.loads(data)["state"] for _, data in one.heard] == tags
        transport.close()
    return took, longest


def test_each_change_reaches_all_in_order(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    with running(tmp_path, channels_open_of_address=SUBSCRIBERS) as served:
        took, longest = asyncio.run(measure(served))
    middle = sorted(took)[len(took) // 2]
    print(
        f"{SUBSCRIBERS} subscribers, {CHANGES} changes: the last one heard after "
        f"{middle * 1000:.0f} ms (median), {max(took) * 1000:.0f} ms (longest); "
        f"a GET meanwhile took {longest * 1000:.0f} ms at most"
    )
    assert max(took) < WITHIN
