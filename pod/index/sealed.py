"""Asks a question in a process that can be killed, that has no network and no files but the view's.

The process opens a checkpoint of the RDF store (hard links, made when the log has moved), because
opening the store itself beside its writer is undefined.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from pod.errors import LimitHit, Unavailable
from pod.index import ask
from pod.model import Json

ANSWER_BYTES = 64 << 20
MEMORY_BYTES = 512 << 20
MOST_AT_ONCE = 2
LAST_WORDS = 4 << 10  # bytes of what a process says when it fails
MOST_FILES = 4096  # of a view, that are open at once
# What an answer needs once the store is open: memory, its pipes, files that are open already.
ALLOWED = (
    "read", "write", "readv", "writev", "pread64", "close", "mmap", "munmap", "mprotect", "mremap",
    "madvise", "brk", "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "getrandom",
    "exit", "exit_group", "sched_yield", "sched_getaffinity", "getpid", "gettid", "fstat", "lseek",
    "fadvise64", "getrusage", "set_robust_list", "rseq", "restart_syscall", "membarrier",
)  # fmt: skip
_CLONE_THREAD = 0x10000
log = logging.getLogger(__name__)


class Views:
    """Checkpoints of a store in `folder`, one for each position that is asked at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._users: dict[Path, int] = {}
        self._current: tuple[int, Path] | None = None
        shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def at(self, position: int, graphs: ox.Store) -> Iterator[Path]:
        """The view of `position`, which `graphs` must be at and stay at until this is entered."""
        with self._lock:
            if self._current is None or self._current[0] != position:
                self._forget()
                self._folder.mkdir(mode=0o700, exist_ok=True)
                place = self._folder / f"{position}-{os.urandom(4).hex()}"
                graphs.backup(str(place))
                self._current = (position, place)
            path = self._current[1]
            self._users[path] = self._users.get(path, 0) + 1
        try:
            yield path
        finally:
            with self._lock:
                self._users[path] -= 1
                self._drop_unused()

    def forget(self) -> None:
        """Lets the last view go: it holds on to files that the store has left behind."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        if self._current is not None:
            self._users.setdefault(self._current[1], 0)
            self._current = None
        self._drop_unused()

    def _drop_unused(self) -> None:
        current = None if self._current is None else self._current[1]
        for path in [p for p, users in self._users.items() if not users and p != current]:
            del self._users[path]
            shutil.rmtree(path, ignore_errors=True)


class Asker:
    """Runs at most `MOST_AT_ONCE` questions at a time."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._places = MOST_AT_ONCE
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def ask(self, view: Path | None, question: Json, *, seconds: float, quads: str = "") -> Any:
        """What `ask.ask` answers of a view, or of N-Quads. Raises LimitHit, and Unavailable if too
        many others ask or after `close`."""
        with self._free:
            self._free.wait_for(lambda: self._closed or self._places > 0, seconds)
            self._check()
            if self._places <= 0:
                raise Unavailable("other queries are running; try again")
            self._places -= 1
        try:
            return json.loads(self._run(_order(view, quads, question, seconds), seconds))
        finally:
            with self._free:
                self._places += 1
                self._free.notify()

    def _check(self) -> None:
        if self._closed:
            raise Unavailable("the pod is being closed")

    def close(self) -> None:
        """Ends the questions that run, refuses those that wait and all others."""
        with self._free:
            self._closed = True
            for child in self._running:
                child.kill()
            self._free.notify_all()

    def _run(self, order: bytes, seconds: float) -> bytes:
        with self._free:
            self._check()
            child = _started()
            self._running.add(child)
        try:
            return _asked(child, order, seconds)
        except LimitHit:
            self._check()
            raise
        finally:
            with self._free:
                self._running.discard(child)


def _order(view: Path | None, quads: str, question: Json, seconds: float) -> bytes:
    order = {
        "store": view and str(view.resolve()),  # the process works at the root of the file system
        "quads": quads,
        "filters": {
            "reads": seccomp_filter(reads=True).hex(),
            "opens nothing": seccomp_filter(reads=False).hex(),
        },
        "files": min(MOST_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
        "cpu": int(seconds) + 1,
        "memory": MEMORY_BYTES,
        "bytes": ANSWER_BYTES,
        "question": question,
    }
    return json.dumps(order).encode()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own interpreter, our own file)
        [sys.executable, "-I", "-B", ask.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env={},
    )


def _asked(child: subprocess.Popen[bytes], order: bytes, seconds: float) -> bytes:
    assert child.stdin and child.stdout and child.stderr  # noqa: S101  (all are pipes)
    late = threading.Event()
    said: list[bytes] = []
    hearing = threading.Thread(target=_hear, args=(child.stderr, said), daemon=True)
    hearing.start()

    def stop() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        with suppress(BrokenPipeError), child.stdin as questions:
            questions.write(order)
        answer = child.stdout.read(ANSWER_BYTES + 1)
    finally:
        timer.cancel()
        child.kill()
        child.stdout.close()
        code = child.wait()
        hearing.join()
        child.stderr.close()
    if late.is_set():
        raise LimitHit(f"the query took over {seconds:g} s", limit="wall")
    return _checked(answer, code, b"".join(said)[-LAST_WORDS:])


def _hear(stream: IO[bytes], said: list[bytes]) -> None:
    """What the process says before it fails; it is read to the end, so that it never waits, and the
    first and the last of it are kept."""
    while piece := stream.read1(LAST_WORDS):  # type: ignore[attr-defined]
        del said[1:-1]
        said.append(piece)


def _checked(answer: bytes, code: int, said: bytes) -> bytes:
    if len(answer) > ANSWER_BYTES:
        raise LimitHit(f"the answer has over {ANSWER_BYTES} bytes", limit="output")
    if answer.endswith(b"}"):
        return answer
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise LimitHit("the query computed for too long", limit="cpu")
    log.error("the process of a query ended with %s: %s", code, said.decode("utf-8", "replace"))
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        raise LimitHit("the query needed too much memory", limit="memory")
    raise Unavailable("the query could not be asked")


@cache
def seccomp_filter(*, reads: bool) -> bytes:
    """The filter for this machine, which lets files be opened for reading if `reads` (then Landlock
    says which); empty where there is no libseccomp (the query's text has been
    checked, and rlimits and the deadline hold all the same)."""
    try:
        import pyseccomp as seccomp
    except (ImportError, OSError, RuntimeError):
        log.warning("no libseccomp here: queries run without a system call filter")
        return b""
    rules = seccomp.SyscallFilter(seccomp.ERRNO(1))
    for call in ALLOWED:
        with suppress(OSError, RuntimeError):  # this architecture has no such call
            rules.add_rule(seccomp.ALLOW, call)
    if reads:
        written = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        rules.add_rule(seccomp.ALLOW, "openat", seccomp.Arg(2, seccomp.MASKED_EQ, written, 0))
    # Threads, but no processes; clone3's flags cannot be filtered: libc falls back to clone.
    threads = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
    rules.add_rule(seccomp.ALLOW, "clone", threads)
    rules.add_rule(seccomp.ERRNO(38), "clone3")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
