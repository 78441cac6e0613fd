"""One run in one process: loads the guest, seals itself, and only then reads the program.

Started with `-I -S -B`, an empty environment, and a pipe on descriptors 0 and 1. Speaks lines of
JSON, some followed by as many raw bytes as they say. Knows nothing of the pod; what it writes is as
untrusted as the guest. argv: SITE_PACKAGES CODE CWASM WORLD MEMORY_BYTES CPU_SECONDS
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

WASI = ("0.2.9", "0.2.12")  # as the guests' tools name it: CPython's, StarlingMonkey's
TICK = 0.05
RANDOM_BYTES = 4096
LOG_LINES = 100
LOG_CHARACTERS = 500
SPARE_SECONDS = 2  # the processor time that the kernel gives after the guest's own deadline
SPARE_BYTES = 256 << 20  # this process beside the guest's memory: Python, copies of answers
KINDS = {
    "wasm trap: interrupt": "cpu",
    "call stack exhausted": "stack",
    "has not been defined": "import",
}


class Pipe:
    """The only thing that stays open."""

    def __init__(self) -> None:
        self._in = os.fdopen(0, "rb", buffering=1 << 16)
        self._out = os.fdopen(1, "wb", buffering=0)
        self.logged = 0

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

    def log(self, text: str) -> None:
        self.logged += 1
        if self.logged <= LOG_LINES:
            self.send({"m": "log"}, text[:LOG_CHARACTERS].encode("utf-8", "replace"))


def main() -> None:
    packages, code, guest, world, memory, seconds = sys.argv[1:7]
    sys.path += [packages, code]
    import engine as engines  # type: ignore[import-not-found]
    import seal  # type: ignore[import-not-found]
    import wasmtime
    from wasmtime import component

    pipe = Pipe()
    engine = engines.engine()
    compiled = component.Component.deserialize_file(engine, guest)
    linker = component.Linker(engine)
    _link(linker, _given(pipe, world))
    linker.define_unknown_imports_as_traps(compiled)
    store = wasmtime.Store(engine)
    store.set_limits(memory_size=int(memory))
    store.set_epoch_deadline(max(1, round(float(seconds) / TICK)))
    layers = seal.seal(int(float(seconds)) + SPARE_SECONDS, int(memory) + SPARE_BYTES)
    threading.Thread(target=_tick, args=(engine,), daemon=True).start()
    pipe.send({"m": "ready", "layers": layers})
    _, job = pipe.receive()
    try:
        _run(pipe, linker.instantiate(store, compiled), store, job.decode())
    except BaseException as error:  # whatever ends the guest, the parent is told in one line
        text = str(error)
        kind = "memory" if isinstance(error, MemoryError) else "trap"
        kind = next((name for sign, name in KINDS.items() if sign in text), kind)
        pipe.send({"m": "trap", "name": kind})
    os._exit(0)


def _run(pipe: Pipe, instance: Any, store: Any, job: str) -> None:
    answer = instance.get_func(store, "run")(store, job)
    pipe.send({"m": "result" if answer.tag == "ok" else "fault"}, answer.payload.encode())


def _tick(engine: Any) -> None:
    """The epoch moves with the processor time used, so that a busy machine takes nothing away."""
    spent = time.process_time()
    while True:
        time.sleep(TICK)
        used = time.process_time()
        while spent + TICK <= used:
            spent += TICK
            engine.increment_epoch()


def _given(pipe: Pipe, world: str) -> dict[str, dict[str, Any]]:
    """The functions of the run's own world, by interface: nothing else exists for the guest."""
    from wasmtime.component import Record, Variant

    def asked(kind: str, name: str, text: str) -> Any:
        message, payload = pipe.ask({"m": kind, "name": name[:200]}, text.encode())
        return Variant("ok" if message.get("ok") else "err", payload.decode())

    def now(_: Any) -> Any:
        moment: Any = Record()  # coarse: the hour
        moment.seconds, moment.nanoseconds = int(time.time()) // 3600 * 3600, 0
        return moment

    def fetched(_: Any, request: str) -> Any:
        message, payload = pipe.ask({"m": "fetch"}, request.encode())
        return Variant("ok" if message.get("ok") else "err", payload.decode("latin-1"))

    system: dict[str, dict[str, Any]] = {
        "clocks/wall-clock": {"now": now},
        "clocks/monotonic-clock": {"now": lambda _: time.monotonic_ns()},
        "random/random": {
            "get-random-bytes": lambda _, size: os.urandom(min(size, RANDOM_BYTES)),
            "get-random-u64": lambda _: int.from_bytes(os.urandom(8), "little"),
        },
        "cli/environment": {"get-environment": lambda _: [], "get-arguments": lambda _: []},
        "filesystem/preopens": {"get-directories": lambda _: []},
    }
    worlds: dict[str, dict[str, Any]] = {
        "app": {"query": lambda _, name, params: asked("query", name, params)},
        "importer": {
            "read-chunk": lambda _: pipe.ask({"m": "read"})[1].decode("latin-1"),
            "yield-records": lambda _, lines: pipe.send({"m": "yield"}, lines.encode()),
        },
        "fetcher": {
            "fetch": fetched,
            "keep": lambda _, answer, name: asked("keep", name, str(answer)),
        },
    }
    return {
        f"domicile:box/{world}@0.2.0": worlds[world],
        "domicile:box/journal@0.2.0": {
            "log": lambda _, text: pipe.log(text),
            "at": lambda _, place: pipe.ask({"m": "at", "name": place[:200]}) and None,
        },
    } | {
        f"wasi:{interface}@{version}": functions
        for version in WASI
        for interface, functions in system.items()
    }


def _link(linker: Any, given: dict[str, dict[str, Any]]) -> None:
    with linker.root() as root:
        for name, functions in given.items():
            with root.add_instance(name) as instance:
                for function, body in functions.items():
                    instance.add_func(function, body)


if __name__ == "__main__":
    main()
