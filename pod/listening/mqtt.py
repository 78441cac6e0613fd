"""Frames that a gateway publishes to an MQTT broker at home: a subscription, and nothing is sent.

A payload is a frame as the meter sends it. What else is published under the topic is not a frame and
is dropped by the cutter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

WAIT_SECONDS = 0.5
CONNECT_SECONDS = 10.0
KEEP_ALIVE = 60
MOST_BYTES = 8192  # of a payload
MOST_WAITING = 100  # payloads; a meter sends one every second or two
PORTS = {"mqtt": 1883, "mqtts": 8883}


def pieces(address: SplitResult, password_file: str, over: Callable[[], bool]) -> Iterator[bytes]:
    """The payloads of `mqtt://user@host:port/topic`, until `over`; b"" each time nothing has come for
    a moment. OSError where the broker cannot be reached, refuses, or goes away."""
    inbox = _Inbox(unquote(address.path.lstrip("/")))
    client = inbox.client()
    if address.username:
        secret = Path(password_file).read_text("utf-8").strip() if password_file else None
        client.username_pw_set(unquote(address.username), secret)
    if address.scheme == "mqtts":
        client.tls_set()
    try:
        client.connect(address.hostname or "", address.port or PORTS[address.scheme], KEEP_ALIVE)
        while not over():
            client.loop(WAIT_SECONDS)
            yield b""
            while inbox.waiting:
                yield inbox.waiting.popleft()
            if inbox.lost:
                raise OSError(inbox.lost)
    finally:
        client.disconnect()


class _Inbox:
    """What the broker tells: payloads that wait, and why no more will come."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self.waiting: deque[bytes] = deque(maxlen=MOST_WAITING)
        self.lost = ""

    def client(self) -> paho.Client:
        client = paho.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        client.connect_timeout = CONNECT_SECONDS
        client.on_connect, client.on_disconnect = self._connected, self._ended
        client.on_subscribe, client.on_message = self._subscribed, self._told
        return client

    def _connected(self, client: Any, _: Any, __: Any, reason: Any, ___: Any) -> None:
        if reason.is_failure:
            self.lost = f"the broker refused: {reason}"
        else:
            client.subscribe(self._topic, qos=0)

    def _subscribed(self, _: Any, __: Any, ___: Any, reasons: Any, ____: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            self.lost = "the broker refused the subscription"

    def _ended(self, _: Any, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        self.lost = self.lost or f"the connection ended: {reason}"

    def _told(self, _: Any, __: Any, message: Any) -> None:
        if len(message.payload) <= MOST_BYTES:
            self.waiting.append(bytes(message.payload))
