"""`domicile new` and `domicile check`: what docs/developer.md promises to who writes a program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pod.errors import BadInput, BadOutput, Conflict, ProgramError
from pod.programs import author, shapes
from pod.programs.guest.build import build
from pod.programs.reference import References
from pod.programs.sandbox import Sandbox
from pod.server import BUNDLED, HERE, _programs

REFERENCES = References((HERE / "vocab" / "reference",))


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    build()
    return Sandbox()


def domicile(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pod", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("kind", ["app", "connector"])
def test_a_new_program_works_and_is_held_to_its_examples(
    tmp_path: Path, sandbox: Sandbox, kind: str
) -> None:
    folder = author.new(kind, "my_first", tmp_path)
    found = author.check(folder, sandbox, REFERENCES)
    assert (found["ok"], found["program"], found["kind"]) == (True, "my_first", kind)
    (golden,) = folder.rglob("half_hours.csv.json" if kind == "connector" else "result.json")
    right = golden.read_text("utf-8")
    golden.write_text(right.replace("620", "621").replace("13.25", "13.26"), "utf-8")
    wrong = author.check(folder, sandbox, REFERENCES)
    assert not wrong["ok"]
    (why,) = [one["why"] for one in wrong["checked"] if not one["ok"]]
    assert "expected" in why
    assert author.check(folder, sandbox, REFERENCES, write=True)["ok"]
    assert golden.read_text("utf-8") == right
    with pytest.raises(Conflict):
        author.new(kind, "my_first", tmp_path)
    for name in ("../x", "A", "", "a b", "_a"):
        with pytest.raises(BadInput):
            author.new(kind, name, tmp_path)


def test_what_check_finds(tmp_path: Path, sandbox: Sandbox) -> None:
    app = author.new("app", "an_app", tmp_path)
    (app / "examples/in/load_curve.json").unlink()
    with pytest.raises(ProgramError):  # the pod refuses a query that nobody has answered
        author.check(app, sandbox, REFERENCES)
    main = app / "main.py"
    main.write_text("def run(pod, params):\n    return {'days': -1}\n")
    with pytest.raises(BadOutput):
        author.check(app, sandbox, REFERENCES)
    manifest = app / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8") + "\n[network]\nhosts = []\n", "utf-8")
    with pytest.raises(BadInput, match="network"):
        author.check(app, sandbox, REFERENCES)

    connector = author.new("connector", "a_connector", tmp_path)
    mapping = connector / "mapping.py"
    mapping.write_text(mapping.read_text("utf-8").replace('"unit": "W"', '"unit": "hp"'), "utf-8")
    with pytest.raises(BadOutput, match="unit"):
        author.check(connector, sandbox, REFERENCES)


STRICTER = """@prefix dom: <https://w3id.org/domicile/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
dom:StricterShape a sh:NodeShape ; sh:targetClass dom:LoadCurveDay ;
    sh:property [ sh:path dom:count ; sh:maxInclusive 1 ; sh:message "too many"@en, "trop"@fr ] .
"""


def test_what_a_connector_yields_is_held_to_the_shapes(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    rdflib = pytest.importorskip("rdflib")
    pytest.importorskip("pyshacl")
    connector = author.new("connector", "a_connector", tmp_path)
    found = author.check(connector, sandbox, REFERENCES)
    assert found["ok"] and "shapes" not in found
    stricter = rdflib.Graph().parse(data=STRICTER, format="turtle")
    with monkeypatch.context() as patched:
        patched.setattr(shapes, "_shapes", lambda: stricter)
        found = author.check(connector, sandbox, REFERENCES)
    (why,) = [one["why"] for one in found["checked"] if not one["ok"]]
    assert why.startswith("/energy/electricity/") and "count: too many" in why
    monkeypatch.setattr(shapes, "available", lambda: False)
    found = author.check(connector, sandbox, REFERENCES)
    assert found["ok"] and found["shapes"] == shapes.ABSENT


@pytest.mark.parametrize(
    "folder",
    sorted(f for home in BUNDLED for f in home.iterdir() if f.is_dir()),
    ids=lambda f: f.name,
)
def test_every_program_here_passes_its_check(folder: Path) -> None:
    done = domicile("check", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"]


def test_templates_are_not_offered() -> None:
    assert {"my_smart_home", "linky"} <= _programs().keys()
    assert "template" not in _programs()


def test_the_commands(tmp_path: Path) -> None:
    made = domicile("new", "app", "mine", "--home", str(tmp_path), "--json")
    folder = tmp_path / "mine"
    assert json.loads(made.stdout) == {"folder": str(folder)}
    assert domicile("check", str(folder)).returncode == 0
    golden = folder / "examples/out/result.json"
    golden.write_text(golden.read_text("utf-8").replace("13.25", "1"), "utf-8")
    wrong = domicile("check", str(folder), "--json")
    assert wrong.returncode == 1
    assert not json.loads(wrong.stdout)["ok"]
    assert "total_kwh: 1 expected, 13.25 found" in wrong.stderr
    again = domicile("new", "app", "mine", "--home", str(tmp_path))
    assert again.returncode == 1
    assert domicile("new", "game", "x").returncode == 2
    assert domicile("new", "app", "Not a name").returncode == 2
    missing = domicile("check", str(tmp_path / "nowhere"))
    assert (missing.returncode, missing.stdout) == (1, "")
