"""One run in one process: loads the guest, seals itself, and only then reads the program.

Started with `-I -S -B`, an empty environment, and a pipe on descriptors 0 and 1. Speaks lines of
JSON, some followed by as many raw bytes as they say. Knows nothing of the pod; what it writes is as
untrusted as the guest. argv: SITE_PACKAGES CODE CWASM WORLD MEMORY_BYTES CPU_SECONDS [probe]
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

TICK = 0.05
RANDOM_BYTES = 4096


class Pipe:
    """The only thing that stays open."""

    def __init__(self) -> None:
        self._in = os.fdopen(0, "rb", buffering=1 << 16)
        self._out = os.fdopen(1, "wb", buffering=0)

    def send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        if payload:
            message = {**message, "n": len(payload)}
        data = memoryview(json.dumps(message).encode() + b"\n" + payload)
        while data:
            data = data[self._out.write(data) :]

    def receive(self) -> tuple[dict[str, Any], bytes]:
        message = json.loads(self._in.readline())
        return message, self._in.read(message["n"]) if "n" in message else b""

    def ask(self, message: dict[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytes]:
        self.send(message, payload)
        return self.receive()


def main() -> None:
    packages, code, guest, world, memory, seconds = sys.argv[1:7]
    sys.path[:0] = [packages, code]
    import engine as engines  # type: ignore[import-not-found]
    import seal  # type: ignore[import-not-found]
    import wasmtime
    from wasmtime import component

    pipe = Pipe()
    engine = engines.engine()
    compiled = component.Component.deserialize_file(engine, guest)
    linker = component.Linker(engine)
    _link(linker, pipe, world)
    linker.define_unknown_imports_as_traps(compiled)
    store = wasmtime.Store(engine)
    store.set_limits(memory_size=int(memory))
    store.set_epoch_deadline(max(1, round(float(seconds) / TICK)))
    unsealed = "unsealed" in sys.argv[7:]  # the positive control of a test
    layers = [] if unsealed else seal.seal(int(float(seconds)) + 2)
    threading.Thread(target=_tick, args=(engine,), daemon=True).start()
    pipe.send({"m": "ready", "layers": layers})
    _, job = pipe.receive()
    if "probe" in sys.argv[7:]:
        pipe.send({"m": "result", "layers": layers}, json.dumps(_probe()).encode())
        os._exit(0)
    _run(pipe, linker, store, compiled, job.decode())


def _run(pipe: Pipe, linker: Any, store: Any, compiled: Any, job: str) -> None:
    try:
        instance = linker.instantiate(store, compiled)
        answer = instance.get_func(store, "run")(store, job)
        kind = "result" if answer.tag == "ok" else "fault"
        pipe.send({"m": kind, "cpu": time.process_time()}, answer.payload.encode())
    except Exception as error:  # whatever ends the guest, the parent is told in one line
        text = str(error)
        kinds = {
            "wasm trap: interrupt": "cpu",
            "call stack exhausted": "stack",
            "has not been defined": "import",
        }
        kind = next((name for sign, name in kinds.items() if sign in text), "trap")
        pipe.send({"m": "trap", "kind": kind, "text": text[-300:], "cpu": time.process_time()})
    os._exit(0)


def _tick(engine: Any) -> None:
    """The epoch moves with the processor time used, so that a busy machine takes nothing away."""
    spent = 0.0
    while True:
        time.sleep(TICK)
        used = time.process_time()
        while spent + TICK <= used:
            spent += TICK
            engine.increment_epoch()


def _link(linker: Any, pipe: Pipe, world: str) -> None:
    from wasmtime.component import Record, Variant

    def asked(kind: str, name: str, text: str) -> Any:
        message, payload = pipe.ask({"m": kind, "name": name[:200]}, text.encode())
        return Variant("ok" if message.get("ok") else "err", payload.decode())

    def yield_records(_: Any, lines: str) -> Any:
        pipe.send({"m": "yield"}, lines.encode())
        return Variant("ok", "")

    worlds: dict[str, dict[str, Any]] = {
        "app": {"query": lambda _, name, params: asked("query", name, params)},
        "importer": {
            "read-chunk": lambda _: pipe.ask({"m": "read"})[1],
            "yield-records": yield_records,
        },
        "fetcher": {"fetch": lambda _, request: asked("fetch", "", request)},
    }

    def now(_: Any) -> Any:
        moment: Any = Record()  # coarse: the hour
        moment.seconds, moment.nanoseconds = int(time.time()) // 3600 * 3600, 0
        return moment

    wasi: dict[str, dict[str, Any]] = {
        "wasi:clocks/wall-clock": {"now": now},
        "wasi:clocks/monotonic-clock": {"now": lambda _: time.monotonic_ns()},
        "wasi:random/random": {
            "get-random-bytes": lambda _, size: os.urandom(min(size, RANDOM_BYTES))
        },
        "wasi:cli/environment": {
            "get-environment": lambda _: [],
            "get-arguments": lambda _: [],
        },
        "wasi:filesystem/preopens": {"get-directories": lambda _: []},
    }
    with linker.root() as root:
        for name, given in (
            (f"domicile:box/{world}@0.1.0", worlds[world]),
            ("domicile:box/journal@0.1.0", {"log": lambda _, text: _log(pipe, text)}),
            *((f"{name}@0.2.9", given) for name, given in wasi.items()),
        ):
            with root.add_instance(name) as instance:
                for function, body in given.items():
                    instance.add_func(function, body)


_logged = 0
MOST_LOGS = 200


def _log(pipe: Pipe, text: str) -> None:
    global _logged
    _logged += 1
    if _logged <= MOST_LOGS:
        pipe.send({"m": "log"}, text[:500].encode("utf-8", "replace") or b" ")


def _probe() -> dict[str, str]:
    """What could this process still do, if the guest had escaped into it? For the hostile tests."""
    import ctypes

    def tried(attempt: Any) -> str:
        try:
            return f"done: {attempt()!r}"[:80]
        except BaseException as error:
            return f"refused: {type(error).__name__}"

    system = ctypes.CDLL(None, use_errno=True)

    def call(*words: Any) -> str:
        if system.syscall(*words) < 0:
            raise OSError(ctypes.get_errno())
        return "answered"

    def fork() -> str:
        child = os.fork()
        if child == 0:
            os._exit(0)
        return "forked"

    return {
        "open": tried(lambda: os.close(os.open("/etc/passwd", os.O_RDONLY))),
        "list": tried(lambda: len(os.listdir("/"))),
        "socket": tried(
            lambda: call(*((41, 2, 1, 0) if os.uname().machine == "x86_64" else (198, 2, 1, 0)))
        ),
        "kill": tried(lambda: os.kill(os.getppid(), 0)),
        "proc": tried(lambda: len(open(f"/proc/{os.getppid()}/environ", "rb").read())),
        "fork": tried(fork),
        "exec": tried(lambda: os.execv("/bin/true", ["true"]))
        if sys.argv[-1] != "unsealed"
        else "not tried",
    }


main()
