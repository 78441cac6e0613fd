"""Serving in this very process: granian's embedded server, spoken to in ASGI.

ASGI and not RSGI, though RSGI is a fifth faster: granian's RSGI gives paths already decoded (`%2f`
and `/` are one, bytes that are no UTF-8 are replaced), leaves out headers that are not ASCII, and
ends a body that breaks off like one that is whole. One process, because SQLite has one writer.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import ipaddress
import logging
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.server.embed import Server

from pod.config import Settings
from pod.errors import Unavailable
from pod.host import HOME, Host
from pod.http.app import Application
from pod.http.messages import LONGEST_HEAD
from pod.listening.meter import Listener
from pod.model import Body
from pod.worker import Worker

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0
WARM_AFTER = 0.3  # seconds: the first answer before the pages that may be asked for next
CONNECTIONS = 4096
HEAD_MILLISECONDS = 10_000
SWITCH_SECONDS = 0.001
PROBES = 3  # that stay without an answer until a connection is closed
LOOKS = 100
M_TRIM_THRESHOLD, M_ARENA_MAX = -1, -8  # of <malloc.h>
GARBAGE = 20_000  # objects made more than freed until the youngest are searched for cycles


def serve(host: Host) -> None:
    """Answers on `settings.host`:`settings.port` until SIGTERM or SIGINT; requests that are being
    answered then get `DRAIN_SECONDS`. Raises Unavailable if the port is taken."""
    asyncio.run(_serve(host))


async def _serve(host: Host) -> None:
    settings = host.settings
    # Each statement lets the interpreter go; who takes it meanwhile should not keep it for long.
    sys.setswitchinterval(SWITCH_SECONDS)
    _give_memory_back()
    _search_less_garbage()
    app = Application(host)
    logging.getLogger("_granian").setLevel(logging.ERROR)
    _allow_connections()
    server = _listening(app, settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    _stop_when_told(loop, stopping)
    worker = Worker(host)
    listener = Listener(settings, lambda name, content: _import(host, name, content))
    running = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.sleep(0)  # binds the port, or fails
    if not running.done():
        await _notice_who_is_gone(settings)
        _announce(host)
        loop.call_later(WARM_AFTER, app.warm)
        worker.start()
        listener.start()
    await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not running.done():
        await _drain(app)
        server.stop()  # type: ignore[no-untyped-call]
    try:
        await running
    except OSError as error:
        raise Unavailable(f"cannot listen on {settings.host}:{settings.port}: {error}") from None
    finally:
        await asyncio.to_thread(listener.close)
        await asyncio.to_thread(worker.close)
        await asyncio.to_thread(app.close)


def _import(host: Host, name: str, content: bytes) -> None:
    """What the meter has said enters as a file that the owner drops does."""
    with host.use(HOME) as pod:
        pod.imports.run(pod.owner, Body.of(content), name)


def _give_memory_back() -> None:
    """What an import took goes back to the system soon, where the C library can be told so (glibc:
    https://man7.org/linux/man-pages/man3/mallopt.3.html): few arenas, whose ends are trimmed."""
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is not None:
        tell(M_TRIM_THRESHOLD, 64 << 10)
        tell(M_ARENA_MAX, 2)


def _search_less_garbage() -> None:
    """What is loaded stays, so no search for cycles looks at it; and a request makes hundreds of
    objects, few of them in cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 10)


def _listening(app: Application, settings: Settings) -> Server:
    """Raises Unavailable if the certificate or its key cannot be used."""
    certificate, key = settings.tls_certificate_file, settings.tls_key_file
    try:
        return Server(
            app,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            backlog=1024,
            backpressure=CONNECTIONS,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=LONGEST_HEAD
            ),
            log_enabled=False,
            ssl_cert=Path(certificate) if certificate else None,
            ssl_key=Path(key) if key else None,
            ssl_protocol_min=SSLProtocols.tls12,
        )
    except OSError as error:  # ssl.SSLError is one
        raise Unavailable(f"the certificate {certificate} cannot be used: {error}") from None


def _allow_connections() -> None:
    """Each connection is an open file; many systems allow 1024 until somebody asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS * 2
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _notice_who_is_gone(settings: Settings) -> None:
    """Has the system ask connections that are silent whether anybody is there (RFC 9293, 3.8.4), and
    close those where nobody is; on Linux alone.

    granian sends no pings of WebSockets (https://github.com/emmett-framework/granian/issues/613) and
    shows its socket to nobody, so it is looked for; what it accepts inherits these options.
    """
    for _ in range(LOOKS if sys.platform == "linux" else 0):
        if _has_probes(settings.port, max(1, round(settings.silence_seconds))):
            return
        await asyncio.sleep(0)  # it listens one or two turns of the loop later
    log.warning("connections that break off without a word are noticed late on this system")


def _has_probes(port: int, silence: int) -> bool:
    options = (
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, silence),
        (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, max(1, silence // PROBES)),
        (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, PROBES),
        # The same where something was sent and nobody says that it came.
        (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 2000 * silence),
    )
    for file in Path("/proc/self/fd").iterdir():
        try:
            with socket.socket(fileno=os.dup(int(file.name))) as found:
                listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                if listens and found.getsockname()[1] == port:
                    for option in options:
                        found.setsockopt(*option)
                    return True
        except OSError:
            continue  # no socket, or closed meanwhile
    return False


def _stop_when_told(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> None:
    """At SIGTERM and SIGINT. Not by `loop.add_signal_handler`, which hears of a signal by a byte in the
    pipe that wakes the loop: where many threads wake it at once the pipe is full, and the byte lost."""

    def told(*_: object) -> None:
        loop.call_soon_threadsafe(stopping.set)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, told)


async def _drain(app: Application) -> None:
    app.end_connections()
    waited = 0.0
    while app.running and waited < DRAIN_SECONDS:
        await asyncio.sleep(0.05)
        waited += 0.05


def _announce(host: Host) -> None:
    line = f"Domicile is at {host.settings.base_url}"
    code = host.accounts.setup_code()
    if code and not (_only_here(host.settings.host) and _only_here(_name(host))):
        line += f" · setup code for the first visit: {code}"
    print(line, file=sys.stdout, flush=True)


def _name(host: Host) -> str:
    return urlsplit(host.settings.base_url).hostname or ""


def _only_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
