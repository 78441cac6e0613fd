"""The hostile programs of the sandbox's threat model, each with what must happen to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pod.errors import BadInput, BadOutput, LimitHit, PodError, ProgramError
from pod.http.texts import Texts
from pod.http.views.cards import page
from pod.programs import broker, schema
from pod.programs.broker import Limits
from pod.programs.guest.build import build
from pod.programs.manifest import Program, load_program
from pod.programs.sandbox import Outcome, Sandbox

HERE = Path(__file__).parent / "programs" / "hostile"
DEADLINE = 1.0
ROWS = {"columns": ["a"], "rows": [["x" * 100]]}


@pytest.fixture(scope="module")
def program() -> Program:
    build()
    return load_program(HERE)


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(Limits(cpu_seconds=DEADLINE, grace_seconds=1.0, memory_bytes=96 << 20))


def attempt(sandbox: Sandbox, program: Program, mode: str, **params: Any) -> Outcome:
    return sandbox.run_app(program, {"mode": mode, **params}, lambda name, given: ROWS)


class Listener:
    """TCP v4, v6 and UDP on one port of loopback; `heard` is what came."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        first = socket.create_server(("127.0.0.1", 0))
        self.port = first.getsockname()[1]
        self._doors = [first]
        if socket.has_ipv6:
            self._doors.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        for door in self._doors:
            threading.Thread(target=self._accept, args=(door,), daemon=True).start()
        threading.Thread(target=self._receive, daemon=True).start()

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                peer, _ = door.accept()
            except OSError:
                return
            with peer:
                self.heard.append(peer.recv(10))

    def _receive(self) -> None:
        while True:
            try:
                self.heard.append(self._udp.recv(10))
            except OSError:
                return

    def close(self) -> None:
        for door in [*self._doors, self._udp]:
            door.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


def test_1_no_network(sandbox: Sandbox, program: Program, listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as control:
        control.send(b"CONTROL")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        control.sendto(b"CONTROL", ("127.0.0.1", listener.port))
    try:
        answers = attempt(sandbox, program, "network", port=listener.port).result
        assert all(a.startswith("refused") for a in answers.values()), answers
    except ProgramError:
        pass  # a trap at the first call is as good
    time.sleep(0.3)
    assert listener.heard == [b"CONTROL", b"CONTROL"]


@pytest.mark.parametrize("mode", ["files", "processes"])
def test_2_3_no_files_no_processes(sandbox: Sandbox, program: Program, mode: str) -> None:
    answers = attempt(sandbox, program, mode).result
    assert answers
    assert all(a.startswith("refused") for a in answers.values()), answers


def test_4_no_environment(
    sandbox: Sandbox, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOMICILE_SECRET", "s3cret")
    try:
        answers = attempt(sandbox, program, "environment").result
    except ProgramError as error:  # reading stdin may trap
        assert "s3cret" not in str(error.facts)
    else:
        assert answers["environ"] == {}
        assert answers["argv"] == []
        assert not answers["stdin"].startswith("done: 's")


@pytest.mark.parametrize(
    "mode", ["spin", "spin_catching", "spin_in_c", "big_integer", "slow_regex"]
)
def test_5_endless_loops_end(sandbox: Sandbox, program: Program, mode: str) -> None:
    began = time.process_time(), time.monotonic()
    with pytest.raises(LimitHit) as stopped:
        attempt(sandbox, program, mode)
    assert stopped.value.facts["limit"] in ("cpu", "wall")
    # Processor time is what is bounded; the wall clock has the grace on top, and a busy machine.
    assert (stopped.value.facts["audit"].get("cpu_s") or 0) <= DEADLINE + 0.3
    assert time.monotonic() - began[1] <= DEADLINE + 1.0 + 1.5


def test_6_sleeping_is_not_possible(sandbox: Sandbox, program: Program) -> None:
    began = time.monotonic()
    with pytest.raises(PodError):
        attempt(sandbox, program, "sleep")
    assert time.monotonic() - began < DEADLINE + 2.5


def test_7_a_stopped_worker_is_killed(
    sandbox: Sandbox, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers: list[int] = []
    start = subprocess.Popen

    def noted(*args: Any, **words: Any) -> Any:
        worker = start(*args, **words)
        workers.append(worker.pid)
        threading.Timer(0.4, lambda: os.kill(worker.pid, signal.SIGSTOP)).start()
        return worker

    monkeypatch.setattr(broker.subprocess, "Popen", noted)
    began = time.monotonic()
    with pytest.raises(LimitHit) as stopped:
        attempt(sandbox, program, "spin")
    assert stopped.value.facts["limit"] == "wall"
    assert time.monotonic() - began < DEADLINE + 1.0 + 2.0
    with pytest.raises(ProcessLookupError):
        os.kill(workers[0], 0)


def test_8_memory_is_bounded(sandbox: Sandbox, program: Program) -> None:
    with pytest.raises(PodError):
        attempt(sandbox, program, "memory")
    assert attempt(sandbox, program, "memory_caught").result["mb"] <= 96


@pytest.mark.parametrize("mode", ["recursion", "nested_json", "nested_result", "nested_code"])
def test_9_depth_is_bounded(sandbox: Sandbox, program: Program, mode: str) -> None:
    with pytest.raises(PodError):
        attempt(sandbox, program, mode)


def test_10_floods_are_capped(program: Program) -> None:
    box = Sandbox(Limits(cpu_seconds=5, grace_seconds=2, read_bytes=5000))
    with pytest.raises(PodError):
        attempt(box, program, "large_result")
    for mode in ("printing", "logging"):
        outcome = attempt(box, program, mode)
        assert len(outcome.logs) <= 100
        assert all(len(line) <= 500 for line in outcome.logs)
    with pytest.raises(LimitHit) as stopped:
        attempt(box, program, "calls")
    assert stopped.value.facts["limit"] == "calls"
    with pytest.raises(LimitHit) as stopped:
        attempt(box, program, "reading")
    assert stopped.value.facts["limit"] == "read"


@pytest.mark.parametrize("mode", ["not_a_number", "huge_number", "surrogate", "not_json"])
def test_11_unsound_results_are_refused(sandbox: Sandbox, program: Program, mode: str) -> None:
    with pytest.raises((BadOutput, ProgramError)):
        attempt(sandbox, program, mode)
    assert attempt(sandbox, program, "state").result == {"seen": None}


def test_12_only_declared_queries_are_answered_and_refusals_are_noted(
    sandbox: Sandbox, program: Program
) -> None:
    outcome = attempt(sandbox, program, "undeclared")
    control = outcome.result.pop("control")
    assert control.startswith("done")
    assert all(a.startswith("refused") for a in outcome.result.values()), outcome.result
    assert [c.get("refused", False) for c in outcome.audit["calls"]].count(True) >= 4


def test_13_nothing_is_left_of_a_run(sandbox: Sandbox, program: Program) -> None:
    for _ in range(2):
        assert attempt(sandbox, program, "state").result == {"seen": None}


def test_an_app_has_no_other_worlds_functions(sandbox: Sandbox, program: Program) -> None:
    with pytest.raises(ProgramError) as stopped:
        attempt(sandbox, program, "other_world")
    assert stopped.value.facts["reason"] == "import"


def escaped(*flags: str) -> dict[str, str]:
    """What a worker can still do by itself, by attempt."""
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-S", "-B", str(Path(__file__).with_name("escape.py"))),
            *(sysconfig.get_path("purelib"), str(broker.CODE), *flags),
        ],
        check=True,
        capture_output=True,
        env={},
        cwd="/",
        timeout=20,
    )
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


def test_14_after_the_seal_every_call_is_refused() -> None:
    control = escaped("unsealed")
    Path("/tmp/domicile-escaped").unlink()
    allowed = {name for name, answer in control.items() if answer == "done"}
    assert {"open", "write", "list", "stat", "tcp", "udp", "unix", "fork", "exec"} <= allowed
    sealed = escaped()
    assert all(answer.startswith("refused") for answer in sealed.values()), sealed
    assert not Path("/tmp/domicile-escaped").exists()


def test_17_compiled_code_and_links_are_refused_in_a_package(tmp_path: Path) -> None:
    for name, make in (
        ("x.wasm", lambda f: f.write_bytes(b"\0asm")),
        ("x.cwasm", lambda f: f.write_bytes(b"x")),
        ("link.py", lambda f: f.symlink_to("/etc/passwd")),
    ):
        folder = tmp_path / name / "hostile"
        shutil.copytree(HERE, folder)
        assert load_program(folder)  # the control
        make(folder / name)
        with pytest.raises(BadInput, match="refused"):
            load_program(folder)


def test_16_a_changed_byte_changes_the_digest(tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    shutil.copytree(HERE, folder)
    before = load_program(folder).digest
    main = folder / "main.py"
    main.write_text(main.read_text() + "\n")
    assert load_program(folder).digest != before


def test_a_result_that_departs_from_its_schema_is_refused() -> None:
    declared = {
        "type": "object",
        "properties": {"a": {"type": ["number", "null"], "maximum": 5}},
        "additionalProperties": False,
    }
    schema.check({"a": 5}, declared)
    for wrong in ({"a": 6}, {"a": "x"}, {"b": 1}, []):
        with pytest.raises(BadOutput) as refused:
            schema.check(wrong, declared)
        assert refused.value.facts["where"]


def test_15_markup_in_a_result_is_text_on_the_page(sandbox: Sandbox, program: Program) -> None:
    result = attempt(sandbox, program, "markup").result
    script = result["html"]
    assert script.startswith("<script>"), "the control: it comes out of the box as it is"
    paragraph = {"fr": script, "en": script}
    given = [
        {"type": "text", "id": "a", "question": paragraph, "paragraphs": [paragraph]},
        {"type": "figure", "id": "b", "question": paragraph, "value": 1, "unit": script,
         "sentence": paragraph},
        {"type": "bar", "id": "c", "question": paragraph, "x": [script], "unit": script,
         "series": [{"name": paragraph, "values": [1]}]},
    ]  # fmt: skip
    drawn = str(page(given, Texts("en")))
    assert "taken" in drawn
    assert "<script" not in drawn
