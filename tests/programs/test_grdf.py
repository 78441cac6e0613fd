"""GRDF's files: what each says, one gas day by three formats, and files made to harm."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pod.programs import shapes
from pod.programs.merge import Source, merge_documents
from pod.sample_gas import PCE as SAMPLE_PCE
from pod.sample_gas import burnt, write_gas
from pod.sdk import testing
from tests.programs import make_gas as make
from tests.programs.make_gas import GRDF, PCE

BILLION = '<!DOCTYPE a [<!ENTITY b "' + "x" * 1000 + '"><!ENTITY c "' + "&b;" * 1000 + '">]>'
GAS = "/energy/gas/"


def read(name: str, data: bytes | str) -> tuple[str | None, list[dict[str, Any]]]:
    return testing.import_file(GRDF, name, data.encode() if isinstance(data, str) else data)


def refused(name: str, data: bytes | str) -> tuple[str, int | None]:
    with pytest.raises(testing.sdk().BadFile) as bad:
        read(name, data)
    return bad.value.reason, bad.value.line


def readings(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in records if r.get("type") in ("GasDay", "GasReading")]


def merged(store: dict[str, bytes], name: str, data: bytes | str, **of_source: str) -> Any:
    """`store` with a file merged into it, as the pod would."""
    raw = data.encode() if isinstance(data, str) else data
    records = [r for r in read(name, raw)[1] if "problem" not in r]
    digest = hashlib.sha256(raw).hexdigest()
    known = {path.split("/")[3] for path in store if path.startswith(GAS)} - {"unknown-meter"}
    source = Source(f"/imports/{digest[:8]}-{name}", digest, name, **of_source)
    found = merge_documents(records, source, store.get, known_meters={GAS: known})
    store |= found.writes
    return found


# ---------------------------------------------------------------- the real files


@pytest.mark.parametrize(
    ("name", "count", "kwh", "m3"),
    [
        ("donnees_informatives.json", 1095, 62_213, 5_617),
        ("donnees_publiees.json", 87, 117_744, 10_557),
        ("Donnees_informatives_PCE_DAILY.xlsx", 360, 23_181, 2_100),
        ("Donnees_informatives_PCE_WEEKLY.xlsx", 53, 23_181, 2_100),
        ("Donnees_informatives_PCE_MONTHLY.xlsx", 13, 23_181, 2_100),
    ],
)
def test_real_files_sum_up(shared_data: Path, name: str, count: int, kwh: int, m3: int) -> None:
    """The sums are the files' own: each was added up with nothing but the standard library."""
    found = readings(read(name, (shared_data / "grdf" / name).read_bytes())[1])
    assert len(found) == count
    assert sum(Decimal(r["kwh"]) for r in found) == kwh
    assert sum(Decimal(r["m3"]) for r in found) == m3


def test_real_files_become_one_history(shared_data: Path) -> None:
    store: dict[str, bytes] = {}
    for name in ("donnees_informatives.json", "donnees_publiees.json"):
        merged(store, name, (shared_data / "grdf" / name).read_bytes())
    before = dict(store)
    name = "Donnees_informatives_PCE_DAILY.xlsx"
    found = merged(store, name, (shared_data / "grdf" / name).read_bytes())
    # 360 days that both tell: the JSON reaches a year further, so it is the newer and stays.
    assert (found.writes, len(found.changed), found.found.kept) == ({}, 0, 13)
    assert store == before
    some = {path: body for path, body in store.items() if "2021-1" in path or "readings" in path}
    assert not shapes.available() or shapes.faults(some) == []


# ---------------------------------------------------------------- one day, three formats


def test_the_same_day_by_three_formats_is_one() -> None:
    days = make.days(date(2024, 10, 25), 5)
    files = [
        ("a.json", make.space(days)),
        ("a.xlsx", make.workbook(make.sheet([make.DAILY, *make.daily_rows(days)]))),
        ("a.ndjson", "\n".join(make.adict(one, "+02:00") for one in days)),
    ]
    stores = []
    for order in permutations(files):
        store: dict[str, bytes] = {}
        for name, data in (*order, order[0]):
            merged(store, name, data)
        stores.append(store)
        text = store[f"{GAS}{PCE}/2024-10.ttl"].decode()
        assert text.count("a dom:GasDay") == 5
    assert all(store == stores[0] for store in stores)


def test_of_two_that_disagree_the_newer_counts_whatever_the_order() -> None:
    old, new = make.days(date(2024, 10, 25), 3), make.days(date(2024, 10, 25), 4)
    new[0]["energieConsomme"] = 99
    files = [("old.json", make.space(old)), ("new.json", make.space(new))]
    texts = set()
    for order in (files, files[::-1]):
        store: dict[str, bytes] = {}
        told = [merged(store, name, data) for name, data in order]
        assert [len(one.changed) for one in told] == [0, 1 if order is files else 0]
        texts.add(store[f"{GAS}{PCE}/2024-10.ttl"])
    (text,) = texts
    assert b'energyKWh "99"' in text and b'energyKWh "55"' not in text


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        # 23, 25 and 24 hours.
        ("2024-03-30", "2024-03-30T05:00:00Z", "2024-03-31T04:00:00Z"),
        ("2024-10-26", "2024-10-26T04:00:00Z", "2024-10-27T05:00:00Z"),
        ("2024-10-27", "2024-10-27T05:00:00Z", "2024-10-28T05:00:00Z"),
    ],
)
def test_a_gas_day_runs_from_six_to_six_on_the_local_clock(
    day: str, starts: str, ends: str
) -> None:
    store: dict[str, bytes] = {}
    merged(store, "a.json", make.space(make.days(date.fromisoformat(day), 1)))
    (text,) = (body.decode() for body in store.values())
    assert f'dom:startsAt "{starts}"' in text and f'dom:endsAt "{ends}"' in text


def test_moments_are_the_date_as_written_or_truly_utc() -> None:
    one = make.published()[0]
    for since, until in (
        ("2024-03-28T06:00:00+00:00", "2024-04-28T06:00:00+00:00"),  # the customer space
        ("2024-03-28T06:00:00+01:00", "2024-04-28T06:00:00+02:00"),  # ADICT
        ("2024-03-28T05:00:00Z", "2024-04-28T04:00:00.000Z"),  # true UTC
    ):
        given = {**one, "dateDebutReleve": since, "dateFinReleve": until}
        (found,) = readings(read("a.json", make.space([given]))[1])
        assert (found["from"], found["to"]) == ("2024-03-28", "2024-04-28")
    wrong = {**one, "dateDebutReleve": "2024-03-28T07:00:00+00:00"}
    assert refused("a.json", make.space([wrong])) == ("bad-time", 7)


def test_a_day_without_data_is_a_gap_in_every_format_and_hides_nothing_known() -> None:
    known = make.days(date(2024, 10, 25), 1)
    gone = make.absent(known[0])
    rows = make.daily_rows([{**gone, "volumeBrutConsomme": 0, "energieConsomme": 0}])
    later = make.days(date(2024, 10, 26), 1)
    store: dict[str, bytes] = {}
    merged(store, "a.json", make.space(known))
    for name, data in (
        ("b.json", make.space([gone, *later])),
        ("b.xlsx", make.workbook(make.sheet([make.DAILY, *rows, *make.daily_rows(later)]))),
    ):
        assert [r["at"] for r in read(name, data)[1] if "problem" in r] == ["2024-10-25"]
        merged(store, name, data)
    assert b"<#2024-10-25>" in store[f"{GAS}{PCE}/2024-10.ttl"]


def test_figures_are_decimals_and_never_worked_out() -> None:
    one = {**make.days(date(2024, 10, 25), 1)[0], "energieConsomme": 0.1, "coeffConversion": None}
    text = make.space([one]).replace("0.1,", "96.10000000000000142,")
    (found,) = readings(read("a.json", text)[1])
    assert (found["kwh"], found["m3"]) == ("96.1", "5")
    record = {"type": "GasDay", "meter": None, "day": "2024-10-25", "kwh": 96.1}
    with pytest.raises(Exception, match="record 1"):
        merge_documents([record], Source("/imports/x", "0"), {}.get)


# ---------------------------------------------------------------- what is wrong, in one sentence


def test_a_wrong_cell_is_named_by_its_row() -> None:
    rows = make.daily_rows(make.days(date(2024, 10, 25), 3))
    for column, text, reason in (
        (4, "beaucoup", "bad-value"),
        (4, "-3", "negative"),
        (4, "999999999999", "absurd-value"),
        (0, "32/10/2024", "bad-time"),
        (0, "Brumaire 2024", "bad-time"),
    ):
        wrong = [list(row) for row in rows]
        wrong[1][column] = text
        data = make.workbook(make.sheet([make.DAILY, *wrong]))
        assert refused("a.xlsx", data) == (reason, 11), text


@pytest.mark.parametrize(
    ("name", "text", "reason", "line"),
    [
        ("a.json", '{"1": {"idPce": "x", "releves": [', "json", 1),
        ("a.json", '{"1": {"idPce": "?!", "releves": []}}', "bad-meter", 1),
        ("a.json", '{"21401234567890": {"idPce": null, "releves": []}}', "no-readings", 1),
        ("a.json", '{"releves": [{"journeeGaziere": NaN}]}', "json", 1),
        ("a.json", '{"idPce": null, "releves": ' + "[" * 100_000, "json", 1),
        ("a.json", '{"idPce": null, "releves": [7]}', "json-shape", 1),
        ("a.ndjson", '\n{"pce": {"id_pce": 1}, "consommation": {]}', "json", 2),
        ("a.json", '{"2024-01-01": 7.5, "2024-13-01": 3}', "bad-time", 1),
        ("a.json", '{"2024-01-01": 7.5,\n "2024-01-02": 300}', "bad-value", 2),
        ("a.json", '{"2024-01-01": 7.5, "2024-01-02": 1e999}', "bad-value", 1),
    ],
)
def test_damaged_text_is_refused_by_its_line(name: str, text: str, reason: str, line: int) -> None:
    assert refused(name, text) == (reason, line)


def test_injections_are_not_use() -> None:
    line = make.adict(make.days(date(2024, 10, 25), 1)[0], "+02:00")
    records = read("a.ndjson", line + "\n" + line.replace("Consommation", "Injection"))[1]
    assert len(readings(records)) == 1
    assert [r["problem"] for r in records if "problem" in r] == ["other-quantity"]


SHEET = make.sheet([make.DAILY, *make.daily_rows(make.days(date(2024, 10, 25), 5))])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make.workbook(SHEET + " " * (30 << 20)), None),
        (make.workbook(SHEET, **{"xl/media/a": "0" * (30 << 20)}), None),
        (make.workbook(SHEET, **{f"a{n}": "" for n in range(300)}), None),
        (make.workbook(BILLION + SHEET), None),
        (make.workbook(SHEET)[:-100], None),
        (make.workbook(SHEET.replace("</sheetData>", BILLION + "</sheetData>")), None),
        (make.workbook(SHEET.replace('<row r="12">', '<row r="9999999">')), "xlsx-bomb"),
        (make.workbook(SHEET.replace("</worksheet>", "<worksheet>")), "xlsx-damaged"),
    ],
    ids=["bomb", "ratio", "members", "entities", "cut", "late-entities", "rows", "xml"],
)
def test_spreadsheets_made_to_harm(data: bytes, reason: str | None) -> None:
    """What cannot be looked into is left to the reader of other workbooks, which refuses it."""
    assert len(readings(read("a.xlsx", make.workbook(SHEET))[1])) == 5  # the same, left alone
    if reason is None:
        linky = GRDF.parent / "linky"
        assert read("a.xlsx", data)[0] is None
        with pytest.raises(testing.sdk().BadFile) as bad:
            testing.import_file(linky, "a.xlsx", data)
        assert bad.value.reason.startswith("xlsx-")
    else:
        assert refused("a.xlsx", data)[0] == reason


# ---------------------------------------------------------------- the sample household


def test_the_sample_household_burns_what_its_file_says(tmp_path: Path) -> None:
    until = date(2026, 10, 31)
    files = write_gas(tmp_path, until=until)
    held = json.loads(files[0].read_text())[SAMPLE_PCE]["releves"]
    assert (len(held), held[-1]["journeeGaziere"]) == (728, "2026-10-29")
    found = readings(read(files[0].name, files[0].read_bytes())[1])
    assert len(found) == 727  # one day is absent
    whole = sum(m3 for _, m3 in burnt(date(2024, 11, 1), date(2026, 10, 29)))
    assert abs(sum(Decimal(r["m3"]) for r in found) - whole) < 30  # whole m³, a day lost
    assert read(files[1].name, files[1].read_bytes())[0] == "grdf-temperatures"
