"""Every connector still says of its recorded files what its golden files hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.programs.make_recorded import CONNECTORS, files, golden

RECORDED = sorted(CONNECTORS.glob("[a-z]*/recorded/*"))


@pytest.mark.parametrize("file", RECORDED, ids=lambda f: f"{f.parts[-3]}/{f.name}")
def test_a_recorded_file_says_what_its_golden_file_holds(file: Path) -> None:
    folder = file.parents[1]
    expected = folder / "golden" / f"{file.name}.json"
    assert golden(folder, file) == json.loads(expected.read_text("utf-8"))


def test_no_golden_file_is_left_over() -> None:
    for folder in CONNECTORS.glob("[a-z]*/golden"):
        names = {f"{f.name}.json" for f in (folder.parent / "recorded").iterdir()}
        assert {f.name for f in folder.iterdir()} == names


def test_recorded_files_of_linky_are_what_their_generator_writes() -> None:
    recorded = CONNECTORS / "linky" / "recorded"
    assert {f.name: f.read_bytes() for f in recorded.iterdir()} == files()
