"""Connectors of mobility and agenda: the RFC's recurrences, JSON in small pieces, bad files."""

from __future__ import annotations

import json
import random
from datetime import date
from itertools import islice
from typing import Any

import pytest

from pod.sdk import testing
from tests.programs import make_mobility
from tests.programs.make_recorded import CONNECTORS

RECORDED = [
    (connector, name, data)
    for connector, made in make_mobility.files().items()
    for name, data in made.items()
]


def test_recorded_files_are_what_their_generator_writes() -> None:
    for connector, name, data in RECORDED:
        assert (CONNECTORS / connector / "recorded" / name).read_bytes() == data


# RFC 5545, section 3.8.5.3, all with the first date given there.
@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=2", "1997-09-02", "0902 0904 0906"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,TH", "1997-09-02", "0902 0904 0916 0918"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "1997-08-05", "0805 0810 0819 0824"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "1997-08-05", "0805 0817 0819 0831"),
        ("FREQ=MONTHLY;BYDAY=1FR", "1997-09-05", "0905 1003 1107 1205"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1SU", "1997-09-07", "0907 0928 1102 1130"),
        ("FREQ=MONTHLY;BYDAY=-2MO", "1997-09-22", "0922 1020 1117 1222"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28", "0928 1029 1128 1229"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02", "0213 0313 1113"),
        ("FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "0904 1007 1106"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "0929 1030 1127 1230"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30", "2007-01-15", "0115 0130 0215 0315"),
        ("FREQ=YEARLY;BYMONTH=6,7", "1997-06-10", "0610 0710 0610"),
        ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "0519 0518 0517"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13", "0313 0320 0327 0305"),
        ("FREQ=YEARLY", "2024-02-29", "0229 0229"),
    ],
)
def test_recurrences_are_those_of_the_rfc(rule: str, first: str, expected: str) -> None:
    with testing.loaded(CONNECTORS / "calendar", "rules.py") as rules:
        days = rules.Rule(rule).dates(date.fromisoformat(first))
        found = [f"{d:%m%d}" for d in islice(days, len(expected.split()))]
    assert found == expected.split()


@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9", "FREQ=DAILY;COUNT=x", "FREQ=WEEKLY;BYDAY=XX", ""]
)
def test_rules_that_are_not_understood_say_so(rule: str) -> None:
    with testing.loaded(CONNECTORS / "calendar", "rules.py") as rules, pytest.raises(rules.Unknown):
        rules.Rule(rule)


def test_a_meeting_at_half_past_six_stays_so_when_clocks_change() -> None:
    _, records = testing.import_file(
        CONNECTORS / "calendar", "a.ics", make_mobility.calendar().encode()
    )
    starts = [r["start"] for r in records if r.get("uid") == "judo@example.org"]
    assert starts == ["2025-03-18T17:30:00Z", "2025-04-08T16:30:00Z", "2025-04-02T16:30:00Z"]


# ---------------------------------------------------------------- JSON larger than memory


def items(data: bytes, size: int) -> list[Any]:
    sdk = testing.sdk()
    pieces = iter([*(data[i : i + size] for i in range(0, len(data), size)), b""])
    return list(sdk.json_items(sdk.File("a.json", len(data), lambda: next(pieces, b""))))


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_json_is_the_same_in_pieces_of_any_size(size: int) -> None:
    value = {"a": [1, -2.5e3, "é€", {"b": [[], {}]}, None, True], "c": {"d": 12345}, "e": []}
    text = json.dumps(value, indent=1, ensure_ascii=False).encode()
    expected = [*(("a", item) for item in value["a"]), ("c", value["c"])]
    assert items(text, size) == items(b"\xef\xbb\xbf" + text, size) == expected
    assert items(b"[12,34]", size) == [("", 12), ("", 34)]
    assert items(b"{}", size) == items(b" [ ] ", size) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", 1),
        (b"nonsense", 1),
        (b'{"a": [1,\n2', 2),
        (b'{"a": [1 2]}', 1),
        (b'{"a": 1} x', 1),
        (b"{1: 2}", 1),
        (b"[NaN]", 1),
        (b"[" * 100_000, 1),
        (b'["' + b"a" * (5 << 20) + b'"]', 1),
    ],
)
def test_what_is_no_json_is_told_with_its_line(text: bytes, line: int) -> None:
    with pytest.raises(testing.sdk().BadFile) as bad:
        items(text, 1 << 16)
    assert (bad.value.reason, bad.value.line) == ("json", line)


# ---------------------------------------------------------------- bad files


def test_a_damaged_file_is_a_bad_file_or_some_records_and_nothing_else() -> None:
    rand = random.Random(1)
    outcomes = set()
    for connector, name, data in RECORDED:
        for _ in range(150):
            spoilt = bytearray(data)
            for _ in range(rand.randint(1, 12)):
                spoilt[rand.randrange(len(spoilt))] = rand.randrange(256)
            try:
                found, _ = testing.import_file(CONNECTORS / connector, name, bytes(spoilt))
                outcomes.add("read" if found else "unknown")
            except testing.sdk().BadFile:
                outcomes.add("bad")
    assert outcomes == {"read", "unknown", "bad"}
