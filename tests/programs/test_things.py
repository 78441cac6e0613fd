"""Receipts and a car's log: what their connectors read, and that bad files are refused calmly."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest

from pod.errors import BadOutput
from pod.model import Body
from pod.programs.manifest import load_program
from pod.programs.merge import Source, merge_documents
from pod.programs.recognise import candidates
from pod.programs.shapes import faults
from pod.sdk import testing
from tests.programs import make_things
from tests.programs.make_recorded import CONNECTORS
from tests.programs.make_things import BREAD, YOGURT, barcode

MINE = ("car", "receipts", "dpe", "by_hand")
BAD = ("vide.csv", "coupe.json", "rien.json", "other.json")
MUTATIONS = int(os.environ.get("FUZZ_EXAMPLES", "400"))
FILES = [
    (connector, name, data)
    for connector, made in make_things.files().items()
    for name, data in made.items()
]


def read(connector: str, name: str, data: bytes) -> list[dict[str, Any]]:
    found, records = testing.import_file(CONNECTORS / connector, name, data)
    assert found is not None
    return [r for r in records if r.get("type") != "File"]


def test_recorded_files_are_what_their_generator_writes() -> None:
    for connector, name, data in FILES:
        assert (CONNECTORS / connector / "recorded" / name).read_bytes() == data


def test_no_connector_takes_what_is_anothers() -> None:
    """By its first bytes a file may be several connectors'; what each says of it must be one's alone."""
    for file in sorted(CONNECTORS.glob("[a-z]*/recorded/*")):
        for mine in MINE:
            program = load_program(CONNECTORS / mine)
            data = file.read_bytes()
            if file.parts[-3] == mine or not list(candidates([program], Body.of(data))):
                continue
            assert testing.import_file(CONNECTORS / mine, file.name, data)[0] is None, file


def test_a_bank_is_asked_after_receipts_and_cars() -> None:
    programs = [load_program(f) for f in sorted(CONNECTORS.iterdir()) if f.name[0] != "_"]
    for connector, name, data in FILES:
        if name.endswith(".csv") and name != "vide.csv":
            names = [p.manifest.name for p, _ in candidates(programs, Body.of(data))]
            assert connector in names, name
            assert "bank" not in names or names.index(connector) < names.index("bank"), name


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("Yaourt nature bio x4", YOGURT),
        ("YAOURT NAT BIO X4", YOGURT),
        ("YAOURT NAT BIO X6", None),  # another size
        ("YA NAT BIO X4", None),  # too short to be sure
        ("Pain", None),
        ("pain COMPLET", BREAD),
        ("Pain compl. seigle", None),
    ],
)
def test_labels_that_are_cut_short(label: str, found: str | None) -> None:
    with testing.loaded(CONNECTORS / "receipts", "labels.py") as module:
        labels = module.Labels()
        labels.learn("Yaourt nature bio x4", YOGURT)
        labels.learn("Pain complet", BREAD)
        assert labels.find(label) == found
        other = barcode("200000000009")
        labels.learn("Yaourt naturel biologique x4", other)
        assert labels.find("YAOURT NAT BIO X4") is None  # two products fit


def test_barcodes_are_checked() -> None:
    with testing.loaded(CONNECTORS / "receipts", "cells.py") as cells:
        assert cells.ean("4006381333931") == "4006381333931"  # the example of GS1
        assert cells.ean("73513537") == "0000073513537"
        assert cells.ean(" 036000291452 ") == "0036000291452"
        assert cells.ean("") is None
        for bad in ("4006381333930", "123", "40063813339310", "abcdefgh"):
            with pytest.raises(ValueError, match=r"barcode|digit"):
                cells.ean(bad)


def test_units_of_an_app_become_kilometres_and_litres() -> None:
    (one,) = read("car", "a.csv", make_things.ACAR.encode())
    assert (one["odometerKm"], one["quantity"], one["currency"]) == ("171268", "39.7468", "USD")
    days = make_things.ACAR.replace('"M/d/yyyy"', '"d/M/yyyy"').encode()
    assert read("car", "a.csv", days)[0]["date"] == "2026-05-03"


def documents(*files: tuple[str, list[dict[str, Any]]]) -> dict[str, bytes]:
    stored: dict[str, bytes] = {}
    for name, records in files:
        source = Source(raw=f"/imports/{name}", sha256=name)
        stored |= merge_documents(records, source, stored.get).writes
    return stored


def test_documents_fit_the_shapes_and_say_the_same_in_any_order() -> None:
    made = [
        (name, [r for r in read(connector, name, data) if "type" in r])
        for connector, name, data in FILES
        if name not in BAD
    ]
    stored = documents(*made)
    homes = {path.rpartition("/")[0] for path in stored}
    assert {"/purchases", "/mobility/refuels", "/housing", "/household"} < homes
    assert faults(stored) == []
    shuffled = made * 2
    random.Random(5).shuffle(shuffled)
    assert documents(*shuffled) == stored


def test_the_newer_receipt_counts_with_its_lines_alone() -> None:
    receipt = {
        "type": "Purchase",
        "date": "2026-03-05",
        "shop": "Halles",
        "number": "7",
        "currency": "EUR",
    }
    old = receipt | {"total": "5.00", "lines": [{"label": "Pain"}, {"label": "Sel"}]}
    new = receipt | {"total": "3.00", "lines": [{"label": "Pain complet"}]}
    file = {"type": "File", "format": "x", "exported": None}
    first = [old, file | {"end": "2026-03-05T12:00:00Z"}]
    second = [new, file | {"end": "2026-03-06T12:00:00Z"}]
    (text,) = documents(("a", first), ("b", second)).values()
    assert documents(("b", second), ("a", first)) == {"/purchases/2026-03.ttl": text}
    assert b"Pain complet" in text and b'"Sel"' not in text and text.count(b"PurchaseLine") == 1


def test_two_receipts_that_say_the_same_are_two() -> None:
    coffee = {
        "type": "Purchase",
        "date": "2026-03-05",
        "shop": "Bar",
        "currency": "EUR",
        "total": "2.10",
    }
    file = {"type": "File", "format": "x", "exported": None}
    (text,) = documents(("a", [coffee, coffee, file])).values()
    assert text.count(b"a dom:Purchase,") == 2
    (again,) = documents(("a", [coffee, coffee, file]), ("b", [coffee, file])).values()
    assert again.count(b"a dom:Purchase,") == 2


@pytest.mark.parametrize(
    "spoilt",
    [
        {"date": "2026-13-01"},
        {"currency": "euros"},
        {"lines": [{"label": "x", "ean": "4006381333930"}]},
        {"lines": [{"label": ""}]},
        {"lines": [{"label": "x"}] * 501},
        {"lines": [{"label": "x", "unit": "stone"}]},
        {"total": 2.5},
    ],
)
def test_a_record_that_is_not_what_it_should_be_is_refused(spoilt: dict[str, Any]) -> None:
    good = {"type": "Purchase", "date": "2026-03-05", "currency": "EUR", "lines": [{"label": "x"}]}
    file = {"type": "File", "format": "x", "exported": None}
    assert documents(("a", [good, file]))
    with pytest.raises(Exception, match="record 1"):
        documents(("a", [good | spoilt, file]))


@pytest.mark.parametrize(("connector", "name", "data"), FILES, ids=[f[1] for f in FILES])
def test_mutated_files_are_read_or_refused(connector: str, name: str, data: bytes) -> None:
    """Never anything but records that the merge takes, or BadFile."""
    chance, sdk = random.Random(name), testing.sdk()
    taken = 0
    for _ in range(MUTATIONS // len(FILES)):
        bytes_ = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(bytes_))
            piece = chance.choice(
                [b"", b";", b'"', b"\n", b"\0", b"9" * 40, b"\xff", b"{", b"- 1,2.3", data[:9]]
            )
            bytes_[at : at + chance.randint(0, 4)] = piece
        try:
            found, records = testing.import_file(CONNECTORS / connector, name, bytes(bytes_))
        except sdk.BadFile:
            continue
        if found is not None:
            taken += 1
            kept = [r for r in records if "type" in r]
            try:
                assert merge_documents(kept, Source("/imports/x", "x"), lambda _: None).writes
            except BadOutput:
                assert connector == "by_hand"  # hands on what was entered; the merge checks it
    assert taken or name in BAD or name.endswith(".json")  # JSON is soon no JSON


def test_long_files_have_an_end() -> None:
    sdk = testing.sdk()
    many = "Date;Litres\n" + "01/02/2026;1\n" * 50_001
    with pytest.raises(sdk.BadFile) as bad:
        testing.import_file(CONNECTORS / "car", "a.csv", many.encode())
    assert bad.value.reason == "too-many"
    deep = '{"items": ' + "[" * 100_000
    with pytest.raises(sdk.BadFile):
        testing.import_file(CONNECTORS / "receipts", "a.json", ('{"shop": 1, ' + deep[1:]).encode())
    receipt = {"shop": "x", "date": "2026-01-01", "items": [{"label": "y", "price": 1}] * 501}
    with pytest.raises(sdk.BadFile):
        testing.import_file(CONNECTORS / "receipts", "a.json", json.dumps(receipt).encode())
