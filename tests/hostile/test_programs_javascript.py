"""The hostile programs once more, in JavaScript: another guest, the same box, the same limits."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pod.errors import BadInput, BadOutput, LimitHit, PodError, ProgramError, Unavailable
from pod.programs import author
from pod.programs.broker import Limits
from pod.programs.guest.build import JS, build
from pod.programs.manifest import Program, load_program
from pod.programs.reference import References
from pod.programs.sandbox import Outcome, Sandbox
from pod.server import HERE as PROJECT
from tests.hostile.test_programs import ROWS, Listener
from tests.strangers import write_app

HERE = Path(__file__).parent / "programs" / "hostile_js"
DEADLINE = 0.6


@pytest.fixture(scope="module")
def program() -> Program:
    try:
        build(language=JS)
    except Unavailable as missing:
        pytest.skip(missing.detail)
    return load_program(HERE)


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(Limits(cpu_seconds=DEADLINE, grace_seconds=1.0, memory_bytes=96 << 20))


def attempt(sandbox: Sandbox, program: Program, mode: str, **params: Any) -> Outcome:
    return sandbox.run_app(program, {"mode": mode, **params}, lambda name, given: ROWS)


def test_the_control_it_computes_and_is_sealed_like_the_other(
    sandbox: Sandbox, program: Program
) -> None:
    outcome = attempt(sandbox, program, "adds")
    assert outcome.result == {"sum": 3, "rows": [{"a": "x" * 100}], "column": ["x" * 100]}
    assert outcome.audit["layers"] == ["rlimits", "no_new_privs", "landlock", "seccomp"]
    assert outcome.audit["memory_bytes"] < 600 << 20
    seen = attempt(sandbox, program, "clock").result
    assert seen["now"] % 3_600_000 == 0, "the clock is coarse: the hour"
    assert seen["random"][0] != seen["random"][1]
    assert attempt(sandbox, program, "clock").result["random"] != seen["random"]


def test_1_no_network(sandbox: Sandbox, program: Program) -> None:
    listener = Listener()
    try:
        with socket.create_connection(("127.0.0.1", listener.port)) as control:
            control.send(b"CONTROL")
        try:
            outcome = attempt(sandbox, program, "network", port=listener.port)
        except ProgramError:
            pass  # a trap is as good
        else:
            assert "answered" not in outcome.logs
        time.sleep(0.3)
        assert listener.heard == [b"CONTROL"]
    finally:
        listener.close()


def test_2_3_4_there_is_nothing_to_reach_for(sandbox: Sandbox, program: Program) -> None:
    answers = attempt(sandbox, program, "reaching").result
    assert all(a.startswith("refused") for a in answers.values()), answers
    with suppress(ProgramError):
        assert "loaded" not in attempt(sandbox, program, "imports").logs
    names = attempt(sandbox, program, "globals").result
    assert "JSON" in names, "the control"
    assert not {"process", "Deno", "WebAssembly", "Worker", "XMLHttpRequest"} & set(names)


@pytest.mark.parametrize("mode", ["spin", "spin_catching", "slow_regex"])
def test_5_endless_loops_end(sandbox: Sandbox, program: Program, mode: str) -> None:
    with pytest.raises(LimitHit) as stopped:
        attempt(sandbox, program, mode)
    assert stopped.value.facts["limit"] in ("cpu", "wall")
    assert (stopped.value.facts["audit"].get("cpu_s") or 0) <= DEADLINE + 0.3


@pytest.mark.parametrize(
    "mode",
    [
        *("spin_in_c", "big_integer", "memory", "recursion", "nested_json", "nested_result"),
        *("large_result", "not_a_number", "forged", "not_json", "surrogate", "promise"),
    ],
)
def test_5_8_9_10_11_what_is_too_much_or_unsound_is_refused(
    sandbox: Sandbox, program: Program, mode: str
) -> None:
    began = time.monotonic()
    with pytest.raises((LimitHit, BadOutput, ProgramError)):
        attempt(sandbox, program, mode)
    assert time.monotonic() - began < DEADLINE + 3
    assert attempt(sandbox, program, "state").result == {"seen": None}, "nothing is left of a run"


def test_6_a_timer_is_not_waited_for(sandbox: Sandbox, program: Program) -> None:
    began = time.monotonic()
    with suppress(PodError):  # a trap is as good
        assert attempt(sandbox, program, "timer").result == "set"
    assert time.monotonic() - began < DEADLINE + 2


def test_10_floods_are_capped(program: Program) -> None:
    box = Sandbox(Limits(cpu_seconds=5, grace_seconds=2, read_bytes=5000))
    outcome = attempt(box, program, "logging")
    assert len(outcome.logs) <= 100 and all(len(line) <= 500 for line in outcome.logs)
    for mode, limit in (("calls", "calls"), ("reading", "read")):
        with pytest.raises(LimitHit) as stopped:
            attempt(box, program, mode)
        assert stopped.value.facts["limit"] == limit


def test_12_only_declared_queries_are_answered(sandbox: Sandbox, program: Program) -> None:
    outcome = attempt(sandbox, program, "undeclared")
    assert outcome.result.pop("control") == "done: 1"
    assert set(outcome.result.values()) == {"refused: Denied"}
    assert [c.get("refused", False) for c in outcome.audit["calls"]].count(True) == 4


def test_the_author_is_told_the_file_and_the_line(tmp_path: Path, program: Program) -> None:
    sandbox = Sandbox()
    with pytest.raises(ProgramError) as told:
        attempt(sandbox, program, "elsewhere")
    assert told.value.detail == "other.js:3: RangeError: on purpose"
    assert "main.js" in told.value.facts["trace"]
    references = References((PROJECT / "vocab" / "reference",))
    for source, said in (
        ("exports.run = () => {\n  return {{\n};\n", r"main\.js:2: SyntaxError"),
        (
            "exports.run = () => {\n  const a = 1;\n  return nothing;\n};\n",
            r"main\.js:3: Reference",
        ),
        ("const a = 1;\n", "main.js exports no function run"),
        (
            "exports.run = () => ({ days: Array(2e5).fill('123456789') });\n",
            r"in \$\.days; 1048576 at most",
        ),
        ("exports.run = () => ({ days: -1, total_kwh: 0, views: [] });\n", r"\$\.days is under 0"),
    ):
        with pytest.raises(ProgramError, match=said):
            author.check(javascript(tmp_path / str(len(source)), source), sandbox, references)


TEMPLATE = """
const { Result, said, views } = require("domicile");

const MINUTES = { PT10M: 10, PT15M: 15, PT30M: 30, PT1H: 60, PT60M: 60 };

exports.run = (pod, params) => {
  const days = new Set();
  let wh = 0;
  for (const row of pod.query("load_curve", params)) {
    days.add(row.day);
    for (const power of row.values.split(" ")) {
      if (power !== "-") wh += Number(power) * (MINUTES[row.step] / 60);
    }
  }
  const kwh = Math.round(wh) / 1000;
  return new Result({ days: days.size, total_kwh: kwh }).show(
    views.figure(said("Combien en tout ?", "How much in all?"), kwh, "kWh", {
      id: "total",
      sentence: said(`Sur ${days.size} jours mesurés.`, `Over ${days.size} days of readings.`),
      tone: "plain",
    }),
  );
};
"""


def javascript(home: Path, source: str) -> Path:
    """The template's app with another entry, in JavaScript."""
    home.mkdir()
    folder = write_app(home, "theirs", "")
    (folder / "main.py").unlink()
    (folder / "main.js").write_text(source, "utf-8")
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("main.py", "main.js"), "utf-8")
    return folder


def test_the_template_in_javascript_answers_the_same(tmp_path: Path, program: Program) -> None:
    references = References((PROJECT / "vocab" / "reference",))
    folder = javascript(tmp_path / "js", TEMPLATE)
    assert author.check(folder, Sandbox(), references)["ok"]
    # The control: the example is what the one in Python makes.
    assert author.check(author.new("app", "mine", tmp_path), Sandbox(), references)["ok"]


def test_connectors_stay_in_python(tmp_path: Path) -> None:
    folder = author.new("connector", "theirs", tmp_path)
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("mapping.py", "mapping.js"), "utf-8")
    (folder / "mapping.js").write_text("")
    with pytest.raises(BadInput):
        load_program(folder)


def test_without_the_guest_it_says_what_to_do(tmp_path: Path, program: Program) -> None:
    with pytest.raises(Unavailable, match="make javascript"):
        attempt(Sandbox(cache=tmp_path), program, "adds")
