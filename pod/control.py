"""The local socket through which a command reaches the server that holds the data folder.

One JSON line asks, one answers: {"command","pod","arguments"} → {"ok": …} or {"error": {code, detail,
facts}}. The socket lies in the data folder, for its owner's user alone (0600).
"""

from __future__ import annotations

import json
import os
import socket
import socketserver
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pod.errors import BadInput, PodError
from pod.model import Json

if TYPE_CHECKING:  # who only asks a running server loads neither storage nor sandbox
    from pod.host import Host

NAME = "domicile.sock"
LINE_BYTES = 1 << 20


class RemoteError(PodError):
    """An error that the serving process answered with."""


def listen(host: Host) -> socketserver.BaseServer:
    """Answers commands in a thread of its own, until `shutdown()` of what it returns."""
    path = host.settings.data / NAME
    path.unlink(missing_ok=True)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline(LINE_BYTES)
            self.wfile.write(json.dumps(_answer(host, line)).encode() + b"\n")

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    before = os.umask(0o177)
    try:
        server = Server(_short(path), Handler)
    finally:
        os.umask(before)
    threading.Thread(target=server.serve_forever, name="control", daemon=True).start()
    return server


def _answer(host: Host, line: bytes) -> Json:
    try:
        asked = json.loads(line)
        return {"ok": run(host, asked.get("command"), asked.get("pod"), asked["arguments"])}
    except PodError as error:
        return {"error": {"code": error.code, "detail": error.detail, "facts": error.facts}}
    except (ValueError, TypeError, AttributeError) as error:
        return {"error": {"code": "bad-input", "detail": str(error), "facts": {}}}


def run(host: Host, command: str, pod: str | None, arguments: Json) -> Any:
    """The answer of a command, on the pod that it names. Raises BadInput, and what it raises."""
    from pod.commands import COMMANDS, HOST_COMMANDS
    from pod.host import check_name

    if command in HOST_COMMANDS:
        return HOST_COMMANDS[command](host, **arguments)
    if command not in COMMANDS:
        raise BadInput("there is no such command")
    with host.use(check_name(host, pod)) as services:
        return COMMANDS[command](services, **arguments)


def ask(data: Path, command: str, pod: str | None, arguments: Json) -> Any:
    """Runs `command` in the server that holds `data`. Raises ConnectionError if there is none."""
    with socket.socket(socket.AF_UNIX) as peer:
        try:
            peer.connect(_short(data / NAME))
        except OSError as error:
            raise ConnectionError(str(error)) from None
        with peer.makefile("rwb") as stream:
            asked = {"command": command, "pod": pod, "arguments": arguments}
            stream.write(json.dumps(asked).encode() + b"\n")
            stream.flush()
            answer = json.loads(stream.readline())
    if "error" in answer:
        raise RemoteError(answer["error"]["detail"], **answer["error"]["facts"])
    return answer["ok"]


def _short(path: Path) -> str:
    """A name for the socket within the 108 bytes that the system allows."""
    full = str(path.resolve())
    return full if len(full.encode()) < 100 else os.path.relpath(full)
