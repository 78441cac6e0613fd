"""The pod's side of one run's pipe: starts the worker, answers it within limits, ends it.

Every byte that comes out of a worker is hostile input (`wire`): lines and payloads are capped, and
nothing that is said there is believed beyond what it asks.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, cast

from pod.errors import BadOutput, LimitHit, NotAllowed, PodError, ProgramError, Unavailable
from pod.model import Json
from pod.programs.wire import LINE_BYTES, Message, plain, read_fault, read_message

CODE = Path(__file__).resolve().parent
WORKER = CODE / "worker.py"
LOG_LINES = 100
LOG_CHARACTERS = 500
FAULT_BYTES = 64 << 10
BATCH_BYTES = 4 << 20  # of records in one message: the guest sends 64 KB, or one large record
READY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. Seconds, bytes, counts. `grace_seconds` is what the wall clock gives on
    top of the processor time; the time that the pod takes to answer is not counted."""

    cpu_seconds: float = 10.0
    grace_seconds: float = 2.0
    memory_bytes: int = 128 << 20
    calls: int = 100
    read_bytes: int = 64 << 20
    result_bytes: int = 1 << 20
    yield_bytes: int = 64 << 20
    import_cpu_seconds_per_mb: float = 1.0

    def for_file(self, size: int) -> Limits:
        """The same for an importer of a file of `size` bytes: it may read that file once, whatever
        its size, and takes its time for it."""
        more = self.import_cpu_seconds_per_mb * size / (1 << 20)
        return replace(
            self, cpu_seconds=self.cpu_seconds + more, read_bytes=max(self.read_bytes, size)
        )


@dataclass(slots=True)
class Talk:
    """How the pod answers one run: `answers` by kind of message, `(name, payload) -> payload`;
    `taken` is given what an importer yields. `audit` and `logs` fill while it lasts."""

    program: str
    limits: Limits
    answers: dict[str, Callable[[str, bytes], bytes]]
    taken: Callable[[bytes], None] | None = None
    audit: Json = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)
    read: int = 0
    yielded: int = 0


def converse(talk: Talk, guest: Path, world: str, job: Json | None) -> bytes:
    """Runs `job` in a fresh worker; the result's bytes. None: only starts one, for its layers.

    Raises the ProgramError that ended it; Unavailable where no worker starts.
    """
    talk.audit |= {"calls": [], "layers": [], "exit": "killed", "bytes_read": 0}
    began = time.monotonic()
    worker = _Worker(guest, world, talk.limits)
    try:
        return _talk(talk, worker, None if job is None else json.dumps(job).encode())
    except PodError as error:
        talk.audit["exit"] = error.facts.get("limit") or error.code
        error.facts.setdefault("program", talk.program)
        raise
    finally:
        worker.end()
        talk.audit |= {
            "wall_s": round(time.monotonic() - began, 3),
            "cpu_s": round(worker.cpu_seconds, 3),
            "memory_bytes": worker.memory_bytes,
            "bytes_read": talk.read,
        }


class _Worker:
    """One process, its pipe, and a watch that kills it at its deadline on the wall clock."""

    def __init__(self, guest: Path, world: str, limits: Limits) -> None:
        self._limits = limits
        self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and worker)
            [
                *(sys.executable, "-I", "-S", "-B", str(WORKER), sysconfig.get_path("purelib")),
                *(str(CODE), str(guest), world),
                *(str(limits.memory_bytes), str(limits.cpu_seconds)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        self._in = cast(IO[bytes], self._process.stdin)
        self._out = cast(IO[bytes], self._process.stdout)
        self.ready = False
        self.cpu_seconds = 0.0
        self.memory_bytes = 0
        self._own = 0  # its peak as it was last seen alive
        self._late = False
        self._ended = False
        self._changed = threading.Condition()  # of what the watch looks at
        self._paused: float | None = None
        self._deadline = time.monotonic() + READY_SECONDS
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def started(self) -> None:
        """From here on the program's own time runs."""
        self.ready = True
        with self._changed:
            given = self._limits.cpu_seconds + self._limits.grace_seconds
            self._deadline = time.monotonic() + given
            self._changed.notify()

    @contextmanager
    def our_time(self) -> Iterator[None]:
        """While the pod works out an answer, the program's clock stands still."""
        self._paused = began = time.monotonic()
        try:
            yield
        finally:
            self._deadline += time.monotonic() - began
            self._paused = None

    def receive(self, most: int) -> tuple[Message, bytes]:
        """The next message and its payload. Raises LimitHit, BadOutput, or why there is none."""
        line = self._out.readline(LINE_BYTES)
        if not line:
            raise self._why_gone()
        message = read_message(line)
        self._own = max(self._own, _peak(self._process.pid))
        if message.size > most:
            raise LimitHit("the program yielded too much", limit="output")
        payload = self._out.read(message.size) if message.size else b""
        if len(payload) < message.size:
            raise self._why_gone()
        return message, payload

    def send(self, message: Json, payload: bytes = b"") -> None:
        with suppress(BrokenPipeError):  # it died meanwhile: the next `receive` says of what
            self._in.write(json.dumps({**message, "n": len(payload)}).encode() + b"\n" + payload)
            self._in.flush()

    def end(self) -> int:
        """Kills the process if it still runs, and closes the pipe; how it ended."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._process.returncode is None:
            self._own = max(self._own, _peak(self._process.pid))
            self._kill()
            _, status, used = os.wait4(self._process.pid, 0)
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu_seconds = used.ru_utime + used.ru_stime
            self.memory_bytes = self._own or used.ru_maxrss * (
                1 if sys.platform == "darwin" else 1024
            )
            for stream in (self._in, self._out):
                with suppress(BrokenPipeError):  # what was still to be said, nobody will hear
                    stream.close()
        return self._process.returncode

    def _why_gone(self) -> PodError:
        """The pipe is closed: the watch, the kernel's limits, the system, or the worker itself."""
        os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        code = self.end()
        if not self.ready:
            return Unavailable("the sandbox's worker does not start: run `make setup`")
        if self._late:
            return LimitHit("the program took too long", limit="wall")
        if self.cpu_seconds >= self._limits.cpu_seconds:
            return LimitHit("the program computed for too long", limit="cpu")
        if code == -signal.SIGKILL:
            return LimitHit("the program wanted too much memory", limit="memory")
        return ProgramError("the program was stopped by the sandbox", reason="worker")

    def _watch(self) -> None:
        with self._changed:
            while not self._ended:
                left = self._left()
                if left <= 0:
                    self._late = True
                    self._kill()
                    return
                self._changed.wait(left)

    def _kill(self) -> None:
        """By its id, which is its own until `end` waits for it. (`Popen.kill` may wait itself, and
        what the process used would be lost.)"""
        os.kill(self._process.pid, signal.SIGKILL)

    def _left(self) -> float:
        if self._paused is None:
            return self._deadline - time.monotonic()
        return max(self._deadline - self._paused, 0.1)


def _talk(talk: Talk, worker: _Worker, job: bytes | None) -> bytes:
    limits = talk.limits
    most = max(limits.result_bytes, FAULT_BYTES, 0 if talk.taken is None else BATCH_BYTES)
    while True:
        message, payload = worker.receive(most)
        kind = message.kind
        if not worker.ready:
            if kind != "ready":
                raise BadOutput("the program broke the protocol", where="message", reason="early")
            talk.audit["layers"] = list(message.layers)
            worker.started()
            if job is None:
                talk.audit["exit"] = "ok"
                return b""
            worker.send({}, job)
        elif kind == "log":
            if len(talk.logs) < LOG_LINES:
                talk.logs.append(payload.decode("utf-8", "replace")[:LOG_CHARACTERS])
        elif kind == "yield" and talk.taken is not None:
            _take(talk, worker, talk.taken, payload)
        elif kind in talk.answers:
            _answer(talk, worker, message, payload)
        else:
            return _ended(talk, message, payload)


def _take(talk: Talk, worker: _Worker, taken: Callable[[bytes], None], payload: bytes) -> None:
    talk.yielded += len(payload)
    if talk.yielded > talk.limits.yield_bytes:
        raise LimitHit("the program yielded too much", limit="output")
    with worker.our_time():
        taken(payload)


def _answer(talk: Talk, worker: _Worker, message: Message, payload: bytes) -> None:
    entry: Json = {"kind": message.kind, "name": message.name[:80]}
    if message.kind != "read":
        if len(talk.audit["calls"]) >= talk.limits.calls:
            raise LimitHit("the program asked too often", limit="calls")
        talk.audit["calls"].append(entry)
    try:
        with worker.our_time():
            body = talk.answers[message.kind](message.name, payload)
    except NotAllowed as refused:
        entry |= {"refused": True, "why": plain(refused.detail, 200)}
        worker.send({"ok": False}, refused.detail.encode())
        return
    talk.read += len(body)
    if talk.read > talk.limits.read_bytes:
        raise LimitHit("the program read too much", limit="read")
    entry |= {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    worker.send({"ok": True}, body)


def _ended(talk: Talk, message: Message, payload: bytes) -> bytes:
    if message.kind == "result":
        if len(payload) > talk.limits.result_bytes:
            raise LimitHit("the result is too large", limit="output")
        talk.audit |= {"exit": "ok", "output_sha256": hashlib.sha256(payload).hexdigest()}
        return payload
    if message.kind == "fault":
        raise read_fault(payload)
    if message.kind == "trap":
        if message.name == "cpu":
            raise LimitHit("the program computed for too long", limit="cpu")
        if message.name == "memory":
            raise LimitHit("the program wanted too much memory", limit="memory")
        raise ProgramError("the program was stopped by the sandbox", reason=message.name[:20])
    raise BadOutput("the program broke the protocol", where="message", reason="unknown message")


def _peak(pid: int) -> int:
    """The most memory that a process that still runs has had, in bytes, 0 where nobody says. What
    `wait4` tells counts its parent's too: the child had that much before it became another program."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.M)
    return int(found[1]) << 10 if found else 0
