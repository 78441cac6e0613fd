"""Gas files and meter frames that somebody has mangled: records that the pod takes, or one BadFile.

`FUZZ_METERS` says how many mutations a seed gets: some in `make test`, 100,000 in `make fuzz-meters`.
Parsers run natively here, for speed: what the box adds is containment.
"""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from pod.programs.merge import Source, merge_documents
from pod.sdk import testing
from tests.hostile.test_bank_fuzz import mutated
from tests.programs import make_gas, make_tic

ROUNDS = int(os.environ.get("FUZZ_METERS", "40"))
SOURCE = Source("/imports/x", "0" * 64, arrived="2026-01-01T00:00:00Z")
SEEDS = {
    **{f"grdf/{name}": data for name, data in make_gas.files().items()},
    **{f"tic/{name}": data for name, data in make_tic.files().items()},
}


def spoilt(name: str, data: bytes, chance: random.Random) -> bytes:
    """Mutated bytes; of a workbook most often its sheet's, so that more than the archive is tried."""
    if not name.endswith(".xlsx") or chance.random() < 0.2:
        return mutated(data, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as held, zipfile.ZipFile(out, "w") as made:
        for member in held.namelist():
            part = held.read(member)
            made.writestr(member, mutated(part, chance) if "sheet1" in member else part)
    return out.getvalue()


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", SEEDS)
def test_mangled_files_are_read_or_refused(name: str) -> None:
    chance, said = random.Random(name), {"read": 0, "refused": 0, "unknown": 0}
    folder = make_gas.CONNECTORS / name.partition("/")[0]
    sdk = testing.sdk()
    with testing.loaded(Path(folder), "mapping.py") as module:
        for _ in range(ROUNDS):
            data = spoilt(name, SEEDS[name], chance)
            pieces = iter([data, b""])
            file = sdk.File(name, len(data), lambda pieces=pieces: next(pieces, b""))
            try:
                form = module.recognise(file)
                records = list(module.read(file, form)) if form else []
            except sdk.BadFile as bad:
                assert isinstance(bad.reason, str)
                said["refused"] += 1
                continue
            said["read" if records else "unknown"] += 1
            found = [record for record in records if "problem" not in record]
            if len(found) > 1:  # else a File alone: nothing was in it
                merge_documents(found, SOURCE, lambda path: None)
    print(name, said)
    assert ROUNDS < 100 or said["refused"] or said["unknown"]
