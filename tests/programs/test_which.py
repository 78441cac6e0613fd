"""A table that two connectors would ask about: the owner says once which of them it is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pod import server
from pod.config import Settings
from pod.errors import BadInput, NotFound
from pod.model import Body, Json
from pod.programs.drops import Drops
from pod.programs.guest.build import build
from pod.programs.imports import OVER, Imports
from pod.programs.manifest import load_program
from pod.programs.questions import kind_question
from tests.programs.test_bank import UNKNOWN

MANIFEST = """name = "shop_ledger"
version = "0.1.0"
kind = "connector"
license = "Apache-2.0"
publisher = "you"
title.fr = "Registre"
title.en = "Ledger"
summary.fr = "Registre."
summary.en = "Ledger."
worlds = ["importer"]

[importer]
entry = "mapping.py"

[[formats]]
id = "ledger"
title.fr = "Registre"
title.en = "Ledger"
extensions = ["csv"]
loose = true
head = '(?i)^quand'
"""
MAPPING = """
from domicile import BadFile
SIGNATURE = "0" * 32

def recognise(file):
    return "ledger"

def read(file, format):
    if "broken" in file.head_text():
        raise BadFile("bad-line", line=2)
    said = file.answers.get(SIGNATURE)
    if said is None:
        yield {"type": "Question", "about": "columns", "signature": SIGNATURE,
               "columns": ["Quand", "Quoi", "Combien"], "rows": [["a", "b", "c"]]}
        return
    yield {"type": "Purchase", "date": "2026-03-05", "currency": "EUR", "total": "1.00"}
    yield {"type": "File", "format": format, "exported": None}
"""


@pytest.fixture
def imports(tmp_path: Path) -> Iterator[tuple[Imports, Drops]]:
    build()
    folder = tmp_path / "shop_ledger"
    folder.mkdir()
    (folder / "manifest.toml").write_text(MANIFEST)
    (folder / "mapping.py").write_text(MAPPING)
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    programs = {**services.programs, "shop_ledger": load_program(folder)}
    made = Imports(services.space, services.sandbox, programs)
    yield made, Drops(services.space, made)
    made.close()
    services.close()


def over(imports: Imports, job: str) -> Json:
    owner = imports._space.owner
    while (found := imports.get(owner, job))["state"] not in OVER:
        pass
    return found


def test_which_connector_is_asked_once_a_header(imports: tuple[Imports, Drops]) -> None:
    made, _ = imports
    owner = made._space.owner
    job = made.run(owner, Body.of(UNKNOWN.encode()), "inconnu.csv")
    assert (job["state"], job["question"]["about"]) == ("asking", "kind")
    assert job["question"]["columns"] == ["bank", "shop_ledger"]
    assert job["question"]["rows"][0] == ["Quand;Quoi;Combien"]
    for wrong in ({}, {"connector": "linky"}, {"connector": "bank\n"}):
        with pytest.raises(BadInput):
            made.answer(owner, job["id"], wrong)
    after = over(made, made.answer(owner, job["id"], {"connector": "shop_ledger"}))
    assert (after["state"], after["question"]["about"]) == ("asking", "columns")
    assert after["question"]["signature"] == "0" * 32
    columns = {"date": "0", "label": "1", "amount": "2"}
    after = over(made, made.answer(owner, after["id"], columns))
    assert (after["state"], after["connector"]) == ("done", "shop_ledger")
    with pytest.raises(NotFound):  # answered already
        made.answer(owner, job["id"], {"connector": "bank"})
    again = made.run(owner, Body.of(UNKNOWN.replace("EDF", "Eau").encode()), "autre.csv")
    assert (again["state"], again["connector"]) == ("done", "shop_ledger")


def test_one_answer_for_the_rest_of_a_drop(imports: tuple[Imports, Drops]) -> None:
    made, drops = imports
    owner = made._space.owner
    texts = [UNKNOWN, UNKNOWN.replace("Combien", "Montants"), UNKNOWN.replace("Quoi", "Nom")]
    given = [(f"{n}.csv", Body.of(text.encode())) for n, text in enumerate(texts)]
    drop = drops.run(owner, given)
    asking = [file["job"] for file in drop["files"]]
    assert [one["question"]["about"] for one in asking] == ["kind"] * 3
    assert len({one["question"]["signature"] for one in asking}) == 3
    with pytest.raises(NotFound):
        drops.answer(owner, drop["id"], "x" * 32, {"connector": "bank"}, False)
    drops.answer(owner, drop["id"], asking[0]["id"], {"connector": "bank"}, rest=True)
    while (now := drops.get(owner, drop["id"]))["state"] != "done":
        pass
    jobs = [file["job"] for file in now["files"]]
    assert [(j["connector"], j["question"]["about"]) for j in jobs] == [("bank", "columns")] * 3


def test_what_one_guessed_wrongly_another_may_know(imports: tuple[Imports, Drops]) -> None:
    made, _ = imports
    broken = UNKNOWN.replace("EDF", "broken").encode()
    job = made.run(made._space.owner, Body.of(broken), "inconnu.csv")
    assert (job["connector"], job["question"]["about"]) == ("bank", "columns")


def test_a_question_of_kind_is_bounded() -> None:
    body = Body.of(b"\n\n" + b"x;" * 100_000)
    asked = kind_question(body, ["a", "b"])
    assert len(asked["rows"][0][0]) == 80
    assert (
        asked["signature"]
        == kind_question(Body.of(body.read(1 << 20) + b"\ny"), ["a"])["signature"]
    )
