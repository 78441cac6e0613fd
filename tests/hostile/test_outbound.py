"""The one HTTP client against addresses and servers that mean ill, each with its control."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pod.config import Settings
from pod.errors import PeerError
from pod.outbound import Outbound, is_public

HERE = replace(Settings(), outbound_loopback=True, outbound_seconds=2.0, outbound_bytes=100_000)


@contextlib.contextmanager
def listening(*pieces: bytes, pause: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers each connection with `pieces`, and what it was sent."""
    heard: list[bytes] = []
    place = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = place.accept()
                with peer, contextlib.suppress(OSError):
                    heard.append(_request(peer))
                    for piece in pieces:
                        peer.sendall(piece)
                        time.sleep(pause)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{place.getsockname()[1]}/x", heard
    finally:
        place.shutdown(socket.SHUT_RDWR)
        place.close()
        thread.join(5)


def _request(peer: socket.socket) -> bytes:
    """The head, and the two bytes of the one body that these tests send."""
    said = b""
    while b"\r\n\r\n" not in said or (b"Length: 2" in said and not said.endswith(b"{}")):
        if not (piece := peer.recv(65536)):
            break
        said += piece
    return said


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-A: 1\r\nX-A: 2\r\n\r\nhello"


def test_control_an_answer_comes_through() -> None:
    with listening(OK) as (url, heard):
        found = Outbound(HERE).request("POST", url, headers={"X-Mine": "1"}, body=b"{}")
    assert (found.status, found.body, found.headers["x-a"]) == (200, b"hello", "1, 2")
    assert heard[0].startswith(b"POST /x HTTP/1.1\r\n")
    assert b"X-Mine: 1" in heard[0]
    assert heard[0].endswith(b"{}")


def test_without_the_development_setting_loopback_is_not_asked() -> None:
    with listening(OK) as (url, heard):
        for asked in (url, url.replace("http:", "https:")):
            with pytest.raises(PeerError):
                Outbound(replace(HERE, outbound_loopback=False)).request("GET", asked)
    assert heard == []


PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::3", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1",
    "2002:7f00:1::1", "2002:a00:1::1", "2001:0:1::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
def test_control_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_to_one_is_not_connected_to(address: str) -> None:
    strict = replace(HERE, outbound_loopback=False)
    client = Outbound(strict, resolve=lambda host, port: [address])
    with pytest.raises(PeerError, match="no answer: ConnectError"):
        client.request("GET", "https://innocent.example/")


def test_a_name_that_is_looked_up_for_long_keeps_nobody_for_longer() -> None:
    over = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        if host == "slow.example":
            over.wait(30)
        return ["93.184.215.14"]

    client = Outbound(replace(HERE, outbound_seconds=0.3, outbound_at_once=2), resolve=resolve)
    try:
        client.admit("https://quick.example/")  # the control
        for ask in (client.admit, lambda url: client.request("GET", url)):
            began = time.monotonic()
            with pytest.raises(PeerError):
                ask("https://slow.example/")
            assert time.monotonic() - began < 2
        with pytest.raises(PeerError):  # both turns are taken, and no third thread waits
            client.admit("https://quick.example/")
        names = [thread.name for thread in threading.enumerate()]
        assert names.count("resolver") == 2
    finally:
        over.set()
    until = time.monotonic() + 5
    while "resolver" in [thread.name for thread in threading.enumerate()]:
        assert time.monotonic() < until
        time.sleep(0.01)
    client.admit("https://quick.example/")


def test_one_private_address_among_public_ones_is_enough() -> None:
    client = Outbound(HERE, resolve=lambda host, port: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(PeerError, match="ConnectError"):
        client.request("GET", "https://innocent.example/")


def test_rebinding_what_is_checked_is_what_is_connected_to() -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) > 1 else ["10.0.0.1"]

    with listening(OK) as (url, heard):
        port = url.rsplit(":", 1)[1].removesuffix("/x")
        client = Outbound(HERE, resolve=resolve)
        with pytest.raises(PeerError):
            client.request("GET", f"http://x.localhost:{port}/")
        assert heard == []
        assert client.request("GET", f"http://x.localhost:{port}/").status == 200  # the control
    assert asked == ["x.localhost", "x.localhost"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "//example.org/", "",
        "https://", "https://user@example.org/", "https://example.org:99999/", "gopher://x/",
        "https://example.org/\r\nX: y", "https://ex\u00e4mple.org/", "https://example.org/ a",
        "http://localhost.example.org/", "http://127.0.0.1.example.org/", "https://[::1",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(PeerError):
        Outbound(HERE, resolve=never).request("GET", url)


def test_a_redirect_is_told_and_not_followed() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with listening(answer) as (url, heard):
        found = Outbound(HERE).request("GET", url)
    assert (found.status, found.headers["location"], len(heard)) == (302, "http://10.0.0.1/", 1)


def test_an_endless_body_ends_at_the_limit() -> None:
    with (
        listening(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 65536] * 50) as (url, _),
        pytest.raises(PeerError, match="larger than 100000"),
    ):
        Outbound(HERE).request("GET", url)


def test_a_slow_drip_ends_at_the_whole_time() -> None:
    drip = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 60]
    with listening(*drip, pause=0.1) as (url, _):
        began = time.monotonic()
        with pytest.raises(PeerError, match="ReadTimeout"):
            Outbound(HERE).request("GET", url, seconds=0.7)
        assert time.monotonic() - began < 1.5


def test_a_compressed_answer_is_not_unpacked() -> None:
    with (
        listening(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b") as (url, _),
        pytest.raises(PeerError, match="compressed"),
    ):
        Outbound(HERE).request("GET", url)


@pytest.mark.parametrize(
    "noise", [b"", b"\x00\xff" * 50, b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000]
)
def test_noise_is_an_error_of_the_peer(noise: bytes) -> None:
    with listening(noise) as (url, _), pytest.raises(PeerError):
        Outbound(HERE).request("GET", url)


def test_no_more_at_once_than_the_setting() -> None:
    one = Outbound(replace(HERE, outbound_at_once=1))

    def hold(url: str) -> None:
        with contextlib.suppress(PeerError):
            one.request("GET", url)

    with listening(b"HTTP/1.1 200 OK\r\n\r\n", b"x", b"y", pause=0.6) as (url, heard):
        first = threading.Thread(target=hold, args=(url,))
        first.start()
        while not heard:
            time.sleep(0.01)
        with pytest.raises(PeerError, match="at once"):
            one.request("GET", url, seconds=0.3)
        first.join()


def test_a_program_cannot_choose_headers_that_frame_a_message() -> None:
    with listening(OK) as (url, heard):
        Outbound(HERE).request(
            "GET", url, headers={"Host": "elsewhere.example", "Transfer-Encoding": "chunked"}
        )
        with pytest.raises(PeerError):
            Outbound(HERE).request("GET", url, headers={"X-A": "1\r\nX-B: 2"})
    assert b"elsewhere" not in heard[0]
    assert b"chunked" not in heard[0]
    assert all(b"X-B" not in h for h in heard)
