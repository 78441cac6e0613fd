"""Who is asked first: a loose format waits until every other connector has been."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.model import Body
from pod.programs.manifest import Program, load_program
from pod.programs.recognise import candidates

CONNECTORS = Path(__file__).resolve().parents[2] / "connectors"
TABLE = b"Date;Station;Litres\n05/01/2026;Gare;41,20\n06/01/2026;Gare;12,00\n"
QIF = b"!Type:Bank\nD05/01'26\nT-86,40\nPEDF\n^\n"
MANIFEST = """name = "fuel"
version = "0.1.0"
kind = "connector"
license = "Apache-2.0"
publisher = "you"
title.fr = "Pleins"
title.en = "Refuels"
summary.fr = "Pleins."
summary.en = "Refuels."
worlds = ["importer"]

[importer]
entry = "mapping.py"

[[formats]]
id = "fuel"
title.fr = "Pleins"
title.en = "Refuels"
extensions = ["csv"]
head = '(?m)(^Date;Station;Litres|^T-)'
"""


@pytest.fixture
def programs(tmp_path: Path) -> list[Program]:
    """The bank, then one that comes later in the order of names."""
    (tmp_path / "fuel").mkdir()
    (tmp_path / "fuel" / "manifest.toml").write_text(MANIFEST)
    (tmp_path / "fuel" / "mapping.py").write_text("")
    return [load_program(CONNECTORS / "bank"), load_program(tmp_path / "fuel")]


def names(programs: list[Program], data: bytes) -> list[str]:
    return [p.manifest.name for p, _ in candidates(programs, Body(len(data), data=data))]


def test_any_table_is_the_banks_only_if_it_is_nobody_elses(programs: list[Program]) -> None:
    assert names(programs, TABLE) == ["fuel", "bank"]
    assert names(programs, TABLE.replace(b"Litres", b"Montant")) == ["bank"]


def test_a_format_that_is_sure_keeps_its_place(programs: list[Program]) -> None:
    assert names(programs, QIF) == ["bank", "fuel"]
