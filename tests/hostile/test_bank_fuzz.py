"""Statements that somebody has mangled: records that the pod takes, or one BadFile; nothing else.

`FUZZ_STATEMENTS` says how many mutations a format gets: a few hundred in `make test`, 100,000 in
`make fuzz-bank`. Parsers run natively here, for speed: what the box adds is containment.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest

from pod.programs.merge import Source
from pod.programs.merge.registry import checked
from pod.sdk import testing
from tests.programs.make_bank import files
from tests.programs.make_recorded import CONNECTORS

BANK = CONNECTORS / "bank"
SOURCE = Source("/imports/x", "0")
ROUNDS = int(os.environ.get("FUZZ_STATEMENTS", "300"))
SEEDS = {name: data for name, data in files().items() if len(data) < 60_000}
SEEDS["berlin.json"] = b"""{"account": {"iban": "FR7630006000011234567890189"}, "transactions": {
"booked": [{"transactionId": "1", "bookingDate": "2026-01-05", "valueDate": "2026-01-05",
"transactionAmount": {"amount": "-12.50", "currency": "EUR"}, "creditorName": "EDF",
"creditorAccount": {"iban": "DE89370400440532013000"}, "remittanceInformationUnstructured": "x"}],
"pending": [{"transactionAmount": {"amount": "-2.30", "currency": "EUR"}, "valueDate": "2026-01-06",
"remittanceInformation": {"unstructured": ["a", "b"]}}]}, "_links": {"next": {"href": "/2"}}}"""
SPICE = [
    b"<", b">", b"&", b";", b",", b"\"", b"\n", b"\0", b"\xff", b":61:", b":86:", b"</STMTTRN>", b"<STMTTRN>",
    b"<Ntry>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&#99999999;", b"9" * 400, b"-", b"1e999", b"NaN", b"^",
    b"!Type:",
    "\u0663".encode(), "\u2028".encode(), b"<Stmt>" * 100, b"31/02/2026", b"20260231", b"?20?20", b"{4:",
]  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(found) + 1)
        way = chance.randrange(5)
        if way == 0:
            found[at : at + chance.randint(1, 40)] = b""
        elif way == 1:
            found[at:at] = chance.choice(SPICE)
        elif way == 2 and at < len(found):
            found[at] = chance.randrange(256)
        elif way == 3:
            found[at:at] = found[at : at + chance.randint(1, 200)]
        elif way == 4 and chance.random() < 0.2:
            del found[at:]
    return bytes(found)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", SEEDS)
def test_mangled_statements_are_read_or_refused(name: str) -> None:
    chance, said = random.Random(name), {"read": 0, "refused": 0, "unknown": 0}
    sdk = testing.sdk()
    with testing.loaded(BANK, "mapping.py") as module:
        for _ in range(ROUNDS):
            data = mutated(SEEDS[name], chance)
            answers = {}
            for _ in range(3):
                pieces = iter([data, b""])
                file = sdk.File(name, len(data), lambda pieces=pieces: next(pieces, b""), answers)
                try:
                    form = module.recognise(file)
                    records = list(module.read(file, form)) if form else []
                except sdk.BadFile:
                    said["refused"] += 1
                    break
                if not records:
                    said["unknown"] += 1
                    break
                if records[0].get("type") != "Question":
                    checked([r for r in records if "problem" not in r], SOURCE)
                    said["read"] += 1
                    break
                answer = {"account": "FR76", "date": 0, "label": 1, "amount": 2}
                answers[records[0]["signature"]] = answer
    print(f"\n{name}: {said}")
    assert sum(said.values()) <= ROUNDS


@pytest.mark.parametrize(
    ("suffix", "tag", "value"),
    [
        ("ofx", b"<DTSERVER>", b"20260131299999"),
        ("ofx", b"<DTSERVER>", b"20260231120000"),
        ("xml", b"<CreDtTm>", b"9999-12-31T23:59:59-14:00"),
        ("xml", b"<CreDtTm>", b"0001-01-01T00:00:00+14:00"),
        ("xml", b"<CreDtTm>", b"0999-01-01T00:00:00"),
    ],
)
def test_an_export_date_that_is_none_is_left_out(suffix: str, tag: bytes, value: bytes) -> None:
    name, data = next((n, d) for n, d in SEEDS.items() if n.endswith(suffix) and tag in d)
    head, _, rest = data.partition(tag)
    mangled = head + tag + value + rest[re.match(rb"[^<\r\n]*", rest).end() :]  # type: ignore[union-attr]
    _, records = testing.import_file(BANK, name, mangled)
    checked([r for r in records if "problem" not in r], SOURCE)
    assert records[-1]["type"] == "File" and records[-1]["exported"] is None


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("solde_faux.sta", b"EUR1000,00", b"EUR10011234567890,189"),
        ("solde_faux.sta", b"DR12,50N", b"DR10011234567890,18N"),
        ("revolut.csv", b"-10.00,0.50", b"-9999999999999,9999999999999"),
    ],
)
def test_an_amount_beyond_all_measure_is_refused(name: str, old: bytes, new: bytes) -> None:
    assert old in SEEDS[name]
    with pytest.raises(testing.sdk().BadFile):
        testing.import_file(BANK, name, SEEDS[name].replace(old, new))


def test_an_account_s_currency_that_is_none_is_that_of_its_amounts() -> None:
    name, data = next((n, d) for n, d in SEEDS.items() if n.endswith("xml") and b"<Acct>" in d)
    mangled = re.sub(rb"<Ccy>[^<]*</Ccy>", b"", data).replace(
        b"<Acct>", b"<Acct><Ccy>20260231EUR</Ccy>"
    )
    assert mangled != data
    _, records = testing.import_file(BANK, name, mangled)
    checked([r for r in records if "problem" not in r], SOURCE)
    assert {r["currency"] for r in records if r["type"] == "Account"} == {"EUR"}


def test_a_sound_statement_is_read(tmp_path: Path) -> None:
    """The positive control: unmangled, the seeds are read or asked about, but for the two that are not."""
    for name, data in SEEDS.items():
        try:
            form, records = testing.import_file(BANK, name, data)
        except testing.sdk().BadFile:
            assert name in ("bombe.xml", "coupe.ofx")
            continue
        assert form
        assert records
