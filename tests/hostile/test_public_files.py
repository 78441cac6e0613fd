"""Mutated codes and answers: read or refused in one word, never anything else, and never for long."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pod.errors import BadOutput
from pod.programs.merge import Source, merge_documents
from pod.sdk import testing
from tests.programs.make_recorded import CONNECTORS
from tests.programs.particulier import mocks
from tests.programs.test_public_papers import code

COUNT = int(os.environ.get("DOMICILE_FUZZ", "2000"))  # 100000 for the long proof
PIECES = (b"\x1d", b"\x1e", b"\x1f", b"\x00", b"=", b"\xff\xfe", b'"', b"{", b"[", b"\\u0000", b"9" * 40,
          b"null", b"1e999", b"-0", b"NaN", b"../", "é".encode(), b"\xc3")  # fmt: skip


def mutated(seeds: list[bytes], count: int, seed: int = 7) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            match chance.randrange(5):
                case 0:
                    data[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del data[at : at + chance.randint(1, 20)]
                case 2:
                    data[at:at] = chance.choice(PIECES)
                case 3:
                    other = chance.randrange(len(data) + 1)
                    data[at:at] = data[other : other + 30]
                case _:
                    data = data[:at] if chance.random() < 0.2 else data
        yield bytes(data)


def survive(folder: Path, name: str, seeds: list[bytes]) -> tuple[int, int]:
    """(how many were read, how many refused); the records of what is read fit or are refused too."""
    sdk = testing.sdk()
    read = refused = 0
    with testing.loaded(folder, "mapping.py") as module:
        for data in mutated(seeds, COUNT):
            chunks: Callable[[], bytes] = iter([data, b""]).__next__
            file = sdk.File(name, len(data), chunks)
            try:
                found = module.recognise(file)
                records = list(module.read(file, found)) if found else []
                given = [json.loads(json.dumps(r)) for r in records if "problem" not in r]
                if given:
                    merge_documents(given, Source("/imports/x", "0" * 64), lambda path: None)
                    read += 1
            except (sdk.BadFile, BadOutput):
                refused += 1
    return read, refused


def test_mutated_codes_are_read_or_refused(shared_data: Path) -> None:
    specimens = json.loads((shared_data / "2ddoc" / "specimens.json").read_text("utf-8"))
    seeds = [one["raw"].encode() for one in specimens] + [json.dumps(specimens).encode()]
    read, refused = survive(CONNECTORS / "public_papers", "x.txt", seeds)
    assert read > COUNT // 50  # the control: not everything is refused
    assert refused > COUNT // 50


def test_mutated_answers_are_read_or_refused(shared_data: Path) -> None:
    seeds = [m.envelope() for m in mocks(shared_data)][::5]
    read, refused = survive(CONNECTORS / "api_particulier", "x.json", seeds)
    assert read > COUNT // 50
    assert refused > COUNT // 50


NESTED = '{"path": "/v3/dss/revenu_solidarite_active/identite", "answer": '


@pytest.mark.parametrize(
    ("connector", "data"),
    [
        ("api_particulier", NESTED + "[" * 200_000),
        ("api_particulier", NESTED + '{"data": ' * 100_000),
        ("api_particulier", NESTED + '{"data": {"est_beneficiaire": ' + "9" * 5_000 + "}}}"),
        ("public_papers", '["DC04FR000001125E125C", ' + "[" * 200_000),
        ("public_papers", "\n".join([code()] * 101)),
        ("public_papers", code() + "=" * 5_000_000),
        ("public_papers", code("2801FR" + "4Y\x1d" * 2_000)),
    ],
)
def test_bombs_are_refused_at_once(connector: str, data: str) -> None:
    began = time.monotonic()
    with pytest.raises(testing.sdk().BadFile):
        testing.import_file(CONNECTORS / connector, "x", data.encode())
    assert time.monotonic() - began < 5


def test_the_control_is_read() -> None:
    found: Any = testing.import_file(CONNECTORS / "public_papers", "x", code().encode())
    assert found[0] == "2d-doc"
