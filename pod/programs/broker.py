"""The pod's side of one run's pipe: starts the worker, answers it within limits, ends it.

Every byte that comes out of a worker is hostile input: lines and payloads are capped, JSON is
read with its depth bounded, and nothing that is said there is believed beyond what it asks.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pod.errors import BadFile, BadOutput, LimitHit, NotAllowed, PodError, ProgramError
from pod.model import Json

WORKER = Path(__file__).resolve().parent / "worker.py"
LINE_BYTES = 4096
LOG_LINES = 100
READY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. Seconds, bytes, counts."""

    cpu_seconds: float = 10.0
    grace_seconds: float = 2.0
    memory_bytes: int = 128 << 20
    calls: int = 100
    read_bytes: int = 64 << 20
    result_bytes: int = 1 << 20
    yield_bytes: int = 64 << 20


@dataclass(slots=True)
class Talk:
    """How the pod answers one run: `answers` by message kind, `(name, payload) -> payload`."""

    program: str
    limits: Limits
    answers: dict[str, Callable[[str, bytes], bytes]]
    taken: Callable[[bytes], None] | None = None
    audit: Json = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)
    read: int = 0
    yielded: int = 0


def converse(talk: Talk, guest: Path, world: str, job: Json, flags: tuple[str, ...] = ()) -> bytes:
    """Runs `job` in a fresh worker; the result's bytes. Raises the ProgramError that ended it."""
    limits = talk.limits
    talk.audit |= {"calls": [], "layers": [], "exit": "killed", "bytes_read": 0}
    began = time.monotonic()
    command = [
        *(sys.executable, "-I", "-S", "-B", str(WORKER), sysconfig.get_path("purelib")),
        *(str(WORKER.parent), str(guest), world, str(limits.memory_bytes), str(limits.cpu_seconds)),
        *flags,
    ]
    worker = subprocess.Popen(  # noqa: S603  (our own interpreter and worker)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    watch = _Watch(worker, limits.cpu_seconds + limits.grace_seconds)
    try:
        return _talk(talk, worker, watch, json.dumps(job).encode())
    except PodError as error:
        talk.audit["exit"] = error.facts.get("limit") or error.code
        error.facts.setdefault("program", talk.program)
        raise
    finally:
        watch.end()
        worker.kill()
        worker.wait()
        for stream in (worker.stdin, worker.stdout):
            if stream is not None:
                _close(stream)
        talk.audit["wall_s"] = round(time.monotonic() - began, 3)
        talk.audit["bytes_read"] = talk.read


def _close(stream: Any) -> None:
    with suppress(BrokenPipeError):  # what was still to be said, nobody was left to hear
        stream.close()


class _Watch:
    """Kills the worker at its deadline on the wall clock. Time that the pod takes to answer does
    not count; starting the worker has a bound of its own."""

    def __init__(self, worker: subprocess.Popen[bytes], seconds: float) -> None:
        self._worker = worker
        self._seconds = seconds
        self._left = READY_SECONDS
        self._timer: threading.Timer | None = None
        self._since = 0.0
        self.fired = False
        self.resume()

    def started(self) -> None:
        self.pause()
        self._left = self._seconds
        self.resume()

    def pause(self) -> None:
        self.end()
        self._left -= time.monotonic() - self._since

    def resume(self) -> None:
        self._since = time.monotonic()
        self._timer = threading.Timer(max(0.0, self._left), self._fire)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _fire(self) -> None:
        self.fired = True
        self._worker.kill()


def _talk(talk: Talk, worker: subprocess.Popen[bytes], watch: _Watch, job: bytes) -> bytes:
    while True:
        message, payload = _receive(talk, worker, watch)
        kind = message.get("m")
        if kind == "ready":
            talk.audit["layers"] = [str(layer)[:30] for layer in message.get("layers", [])][:10]
            watch.started()
            _send(worker, {"n": len(job)}, job)
        elif kind == "log":
            if len(talk.logs) < LOG_LINES:
                talk.logs.append(payload.decode("utf-8", "replace")[:500])
        elif kind == "yield":
            watch.pause()
            _take(talk, payload)
            watch.resume()
        elif kind in talk.answers:
            watch.pause()
            _answer(talk, worker, kind, str(message.get("name", "")), payload)
            watch.resume()
        else:
            return _ended(talk, kind, message, payload)


def _receive(talk: Talk, worker: subprocess.Popen[bytes], watch: _Watch) -> tuple[Json, bytes]:
    assert worker.stdout is not None  # noqa: S101  (made with a pipe)
    line = worker.stdout.readline(LINE_BYTES)
    if not line:
        limit = "wall" if watch.fired else "memory"
        raise LimitHit("the program was stopped", limit=limit)
    message = _parse(line)
    size = message.get("n", 0)
    most = max(talk.limits.result_bytes, 1 << 20) + (1 << 16)
    if not isinstance(size, int) or size < 0:
        raise BadOutput("the program broke the protocol", where="size", reason="not a size")
    if size > most:
        raise LimitHit("the program yielded too much", limit="output")
    payload = worker.stdout.read(size) if size else b""
    if len(payload) < size:
        raise LimitHit("the program was stopped", limit="wall" if watch.fired else "memory")
    return message, payload


def _parse(line: bytes) -> Json:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or not line.endswith(b"\n"):
        raise BadOutput("the program broke the protocol", where="message", reason="not a message")
    return message


def _send(worker: subprocess.Popen[bytes], message: Json, payload: bytes = b"") -> None:
    assert worker.stdin is not None  # noqa: S101  (made with a pipe)
    with suppress(BrokenPipeError):  # it died meanwhile: the next read says of what
        worker.stdin.write(json.dumps(message).encode() + b"\n" + payload)
        worker.stdin.flush()


def _take(talk: Talk, payload: bytes) -> None:
    talk.yielded += len(payload)
    if talk.taken is None:
        raise BadOutput("the program broke the protocol", where="yield", reason="not its world")
    if talk.yielded > talk.limits.yield_bytes:
        raise LimitHit("the program yielded too much", limit="output")
    talk.taken(payload)


def _answer(
    talk: Talk, worker: subprocess.Popen[bytes], kind: str, name: str, payload: bytes
) -> None:
    calls = talk.audit["calls"]
    entry: Json = {"kind": kind, "name": name[:80]}
    if kind != "read":
        if len(calls) >= talk.limits.calls:
            raise LimitHit("the program asked too often", limit="calls")
        calls.append(entry)
    try:
        body = talk.answers[kind](name, payload)
    except NotAllowed as refused:
        entry["refused"] = True
        text = refused.detail.encode()
        _send(worker, {"ok": False, "n": len(text)}, text)
        return
    talk.read += len(body)
    if talk.read > talk.limits.read_bytes:
        raise LimitHit("the program read too much", limit="read")
    entry |= {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    _send(worker, {"ok": True, "n": len(body)}, body)


def _ended(talk: Talk, kind: Any, message: Json, payload: bytes) -> bytes:
    cpu = message.get("cpu")
    talk.audit["cpu_s"] = round(cpu, 3) if isinstance(cpu, int | float) else None
    if kind == "result":
        if len(payload) > talk.limits.result_bytes:
            raise LimitHit("the result is too large", limit="output")
        talk.audit |= {"exit": "ok", "output_sha256": hashlib.sha256(payload).hexdigest()}
        return payload
    if kind == "fault":
        raise _fault(payload)
    if kind == "trap":
        what = str(message.get("kind", "trap"))[:20]
        if what == "cpu":
            raise LimitHit("the program computed for too long", limit="cpu")
        raise ProgramError("the program was stopped by the sandbox", reason=what)
    raise BadOutput("the program broke the protocol", where="message", reason="unknown message")


def _fault(payload: bytes) -> PodError:
    """A program's own error: the author's words, cut to size, never trusted."""
    try:
        fault = json.loads(payload)
    except (ValueError, RecursionError):
        fault = {}
    if not isinstance(fault, dict):
        fault = {}
    if isinstance(fault.get("bad_file"), dict):
        return _bad_file(fault["bad_file"])
    error, line = str(fault.get("error", "error"))[:80], fault.get("line")
    if error == "MemoryError":
        return LimitHit("the program wanted too much memory", limit="memory")
    facts = {
        "error": error,
        "message": str(fault.get("message", ""))[:500],
        "file": str(fault.get("file", ""))[:200],
        "line": line if isinstance(line, int) else None,
        "trace": str(fault.get("trace", ""))[:2000],
    }
    return ProgramError(f"{facts['file']}:{facts['line']}: {error}: {facts['message']}", **facts)


def _bad_file(fault: Json) -> BadFile:
    line = fault.get("line")
    facts = fault.get("facts")
    plain = {
        str(k)[:40]: v if isinstance(v, int | float) else str(v)[:200]
        for k, v in (facts if isinstance(facts, dict) else {}).items()
    }
    plain |= {"reason": str(fault.get("reason", "unknown"))[:60]}
    if isinstance(line, int):
        plain["line"] = line
    return BadFile("the file cannot be read", **plain)
