"""The only HTTP client: every request that leaves goes through `Outbound.request`.

What an address may be is decided where the connection is made, on the very address connected to, so
that no name that resolves differently a moment later gets through (DNS rebinding): public addresses
only, none that is private, link-local, mapped into IPv6, translated by NAT64 or this machine's own.
Redirects are not followed: who wants to, asks again for the new address. Environment variables
that name proxies are ignored.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore

from pod.config import Settings
from pod.errors import PeerError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
_TEREDO = ipaddress.ip_network("2001::/32")
_6TO4 = ipaddress.ip_network("2002::/16")
_OWN_HEADERS = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
AGENT = "Domicile"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: header names in lower case; of a repeated header the values with commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Resolve = Callable[[str, int], Iterable[str]]


class Outbound:
    """Requests to other servers, at most `outbound_at_once` at a time. Thread-safe; it blocks.

    `resolve` gives the addresses of a name; by default the system's resolver. `trust`: a TLS
    context of its own (tests have an authority of their own).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        trust: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._settings = settings
        self._places = threading.BoundedSemaphore(settings.outbound_at_once)
        self._trust = trust or _trust(settings)
        looking = threading.BoundedSemaphore(settings.outbound_at_once)
        self._network = _Guarded(settings.outbound_loopback, resolve or _resolve, looking)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        most_bytes: int | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """Sends one request and reads the whole answer, whatever its status; a redirect too.

        `most_bytes` and `seconds` narrow `outbound_bytes` and `outbound_seconds` (which bound the
        whole exchange, not each step of it). Raises PeerError, whose text names no address that a
        stranger could learn from.
        """
        limit = min(most_bytes or self._settings.outbound_bytes, self._settings.outbound_bytes)
        longest = min(seconds or self._settings.outbound_seconds, self._settings.outbound_seconds)
        self._check(url)
        if not self._places.acquire(timeout=longest):
            raise PeerError("too many requests to other servers at once; try again", url=url)
        try:
            return self._exchange(method, url, headers or {}, body, limit, longest)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise PeerError(f"no answer: {type(error).__name__}", url=url) from None
        except (OSError, ValueError) as error:
            raise PeerError(f"it cannot be reached: {type(error).__name__}", url=url) from None
        finally:
            self._places.release()

    def admit(self, url: str) -> None:
        """Raises PeerError for an address that `request` would not connect to now: for those who
        take one to ask it later. It blocks while the name is looked up, `outbound_seconds` at most."""
        self._check(url)
        parts = urlsplit(url)
        end = time.monotonic() + self._settings.outbound_seconds
        try:
            self._network.until(end).addresses(parts.hostname or "", parts.port or 443)
        except (httpcore.ConnectError, httpcore.TimeoutException, OSError, ValueError):
            raise PeerError("it has no public address", url=url[:200]) from None

    def _check(self, url: str) -> None:
        """https alone; http to loopback where the development setting allows it."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise PeerError("this is no address", url=url[:200]) from None
        plain = parts.scheme == "http" and self._settings.outbound_loopback and _is_own(host or "")
        if not (parts.scheme == "https" or plain) or not host or parts.username or port == 0:
            raise PeerError("only https addresses are asked", url=url[:200])
        if not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
            raise PeerError("this is no address", url=ascii(url[:200]))

    def _exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        limit: int,
        longest: float,
    ) -> Answer:
        end = time.monotonic() + longest
        step = dict.fromkeys(("connect", "read", "write", "pool"), longest)
        own = [(k, v) for k, v in headers.items() if k.lower() not in _OWN_HEADERS]
        sent: list[tuple[bytes | str, bytes | str]] = [("User-Agent", AGENT), *own]
        sent += [("Accept-Encoding", "identity"), ("Connection", "close")]
        network = self._network.until(end)
        with (
            httpcore.ConnectionPool(ssl_context=self._trust, network_backend=network) as pool,
            pool.stream(
                method, url, headers=sent, content=body, extensions={"timeout": step}
            ) as found,
        ):
            if found.headers and _header(found.headers, b"content-encoding") not in (
                "",
                "identity",
            ):
                raise PeerError("the answer is compressed, though nobody asked for it", url=url)
            parts, size = [], 0
            for piece in found.iter_stream():
                size += len(piece)
                if size > limit:
                    raise PeerError(f"the answer is larger than {limit} bytes", url=url)
                parts.append(piece)
            return Answer(found.status, _joined(found.headers), b"".join(parts))


def _trust(settings: Settings) -> ssl.SSLContext:
    """The system's authorities and those of `outbound_ca_file`."""
    context = ssl.create_default_context()
    if settings.outbound_ca_file:
        context.load_verify_locations(settings.outbound_ca_file)
    return context


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    return next((v.decode("latin-1").lower() for k, v in headers if k.lower() == name), "")


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


# -------------------------------------------------------------------- addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet; what it hides (mapped IPv4, NAT64, 6to4)
    must be so too."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _TEREDO or found in _LOCAL_NAT64:
            return False
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None and found.ipv4_mapped is None and not _is_open(inner):
            return False
        if found.ipv4_mapped is not None:
            return _is_open(found.ipv4_mapped)
        if found in _6TO4 and inner is None:
            return False
    return _is_open(found)


def _is_open(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return found.is_global and not found.is_multicast and not found.is_reserved


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.split("%")[0]).is_loopback


def _is_own(host: str) -> bool:
    """Whether a name can only be this machine's: the one kind that may be asked without TLS."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return _is_loopback(host)
    except ValueError:
        return False


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in found]


class _Guarded(httpcore.NetworkBackend):
    """Connects to allowed addresses only, and lets no exchange outlast its end."""

    def __init__(
        self,
        loopback: bool,
        resolve: Resolve,
        turns: threading.BoundedSemaphore,
        end: float = 0.0,
    ) -> None:
        self._loopback = loopback
        self._resolve = resolve
        self._turns = turns  # names that are looked up at once
        self._end = end
        self._inner = httpcore.SyncBackend()

    def until(self, end: float) -> _Guarded:
        return _Guarded(self._loopback, self._resolve, self._turns, end)

    def addresses(self, host: str, port: int) -> list[str]:
        """Those of a name, if all are allowed. Raises ConnectError, OSError."""
        found = list(dict.fromkeys(self._looked_up(host, port)))
        if not found or not all(self._allowed(a) for a in found):
            raise httpcore.ConnectError("no public address")
        return found

    def _looked_up(self, host: str, port: int) -> Iterable[str]:
        """The system's resolver has a time of its own and cannot be stopped: nobody waits longer
        than until the end, and only so many may be at it."""
        if not self._turns.acquire(timeout=_left(self._end)):
            raise httpcore.ConnectTimeout("too many names are being looked up")
        found: Future[Iterable[str]] = Future()

        def look() -> None:
            try:
                found.set_result(self._resolve(host, port))
            except BaseException as error:
                found.set_exception(error)
            finally:
                self._turns.release()

        threading.Thread(target=look, name="resolver", daemon=True).start()
        try:
            return found.result(_left(self._end))
        except TimeoutError:
            raise httpcore.ConnectTimeout("the name was not found in time") from None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self.addresses(host, port)
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses[:4]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, _left(self._end), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _Ending(stream, self._end)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("no sockets of this machine")

    def _allowed(self, address: str) -> bool:
        try:
            return is_public(address) or (self._loopback and _is_loopback(address))
        except ValueError:
            return False


class _Ending(httpcore.NetworkStream):
    """A stream whose every step ends at one moment, so that a slow drip ends too."""

    def __init__(self, inner: httpcore.NetworkStream, end: float) -> None:
        self._inner = inner
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._end))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, _left(self._end))
        return _Ending(inner, self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left
