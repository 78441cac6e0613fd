"""Damaged, foreign and hostile files: one clear reason, and the line, before anything is used."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pod.sdk import testing
from tests.programs import linky_files as write
from tests.programs.linky_files import METER, readings
from tests.programs.make_recorded import LINKY

BadFile = testing.sdk().BadFile
DAY = readings(date(2024, 5, 14), 1)
HOURLY = write.hourly(DAY)
ROWS = HOURLY.split("\r\n")
R63 = f"{write.MEASURES}\n{write.r63(DAY)}"


def refused(data: bytes | str, name: str = "file.csv") -> tuple[str, int | None]:
    """(reason, line) of a file that the connector takes for its own and cannot read."""
    raw = data if isinstance(data, bytes) else data.encode()
    with pytest.raises(BadFile) as raised:
        testing.import_file(LINKY, name, raw)
    assert len(str(raised.value.facts)) < 300
    return raised.value.reason, raised.value.line


def hourly(line: int, text: str) -> str:
    """The hour file with one line replaced."""
    return "\r\n".join([*ROWS[: line - 1], text, *ROWS[line:]])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rubbish", "bad-line"),
        ("\x00\x01\x02", "bad-line"),
        ("2024-05-14T09:00:0", "bad-line"),
        ("2024-05-14T09:00:00+02:00", "bad-line"),
        ("2024-05-14T09:0;12", "bad-time"),
        ("2024-05-14T09:00:00;12", "bad-time"),
        ("2024-02-30T09:00:00+01:00;12", "bad-time"),
        ("2024-13-01T09:00:00+01:00;12", "bad-time"),
        ("2024-05-14T25:00:00+02:00;12", "bad-time"),
        ("1924-05-14T09:00:00+02:00;12", "bad-time"),
        ("14 mai 2024 09:00;12", "bad-time"),
        ("2024-05-14T09:00:00+02:00;douze", "bad-value"),
        ("2024-05-14T09:00:00+02:00;1e3", "bad-value"),
        ("2024-05-14T09:00:00+02:00;１２", "bad-value"),
        ("2024-05-14T09:00:00+02:00;0x1F", "bad-value"),
        ("2024-05-14T09:00:00+02:00;-12", "negative"),
        ("2024-05-14T09:00:00+02:00;1000001", "absurd-value"),
        ("2024-05-14T09:00:00+02:00;99999999999999999999", "bad-value"),
        ("2024-05-14T09:00:00+02:00;12;13", "bad-line"),
        ("<html><body>504</body></html>", "bad-line"),
        ('2024-05-14T09:00:00+02:00;"12', "bad-line"),
    ],
)
def test_a_wrong_line_is_named(text: str, reason: str) -> None:
    assert refused(hourly(21, text)) == (reason, 21)


def test_a_line_cut_short_at_the_end() -> None:
    assert refused(HOURLY[: HOURLY.rindex(";") - 9]) == ("bad-line", len(ROWS) - 1)


def test_nothing_is_yielded_before_the_whole_file_is_read() -> None:
    text = hourly(len(ROWS) - 1, "rubbish")
    chunks = iter([text.encode(), b""])
    with testing.loaded(LINKY, "mapping.py") as mapping:
        file = testing.sdk().File("x.csv", len(text.encode()), lambda: next(chunks))
        with pytest.raises(BadFile):
            next(iter(mapping.read(file, "enedis-hourly")))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (HOURLY.encode("utf-16"), ("encoding", 1)),
        (write.history(DAY).encode("utf-16"), ("encoding", 1)),
        (write.edf(DAY).encode("utf-16"), ("encoding", 1)),
        (R63.encode() + "é".encode("latin-1") + b"\x81", ("encoding", 50)),
        (R63.encode().decode("latin-1").encode(), ("encoding", 1)),
        ("\r\n".join(ROWS[:3]), ("no-readings", 3)),
        ("\r\n".join(ROWS[:2]), ("no-readings", 2)),
        (ROWS[0], ("no-readings", 1)),
        (write.MEASURES + "\n", ("no-readings", 1)),
        ("debut;fin;kW\n", ("no-readings", 1)),
        (write.edf(DAY).split("14/05")[0], ("no-readings", 4)),
        ("\r\n".join([*ROWS[:4], ROWS[3].split(";")[0] + ";"]), ("step-unknown", 4)),
        (write.hourly([(at, m, None) for at, m, _ in DAY]), ("no-readings", 51)),
        (HOURLY.replace(";W;", ";VA;"), ("unit", None)),
        (HOURLY.replace("Courbe de charge", "Puissance maximale"), ("quantity", 2)),
        (HOURLY.replace("Consommation", "Autre chose"), ("quantity", 2)),
        (HOURLY.replace("Horodate;Valeur", "Horodate;Puissance"), ("columns", 3)),
        (R63.replace("PT30M", "PT7M"), ("step-unknown", 2)),
        (R63.replace(";Unité;", ";Autre;"), ("columns", 1)),
        (R63.replace("2024-05-14 04:00:00", "2024-05-32 04:00:00"), ("bad-time", 9)),
        (R63 + "cut;short\n", ("bad-line", 50)),
        (write.history(DAY).replace("T04:00;2024-05-14T04:30", "T04:00;"), ("bad-time", 10)),
        (write.history(DAY).replace("T04:30;", "T05:50;", 1), ("bad-time", 10)),
        (write.history(DAY) + "2024-05-15T00:00", ("bad-line", 50)),
    ],
)
def test_a_file_that_cannot_be_read(data: bytes | str, expected: tuple[str, int | None]) -> None:
    assert refused(data) == expected


def test_edf_rows_that_cannot_be() -> None:
    text = write.edf(DAY)
    assert refused(text.replace("09:00:00;", "29:00:00;"))[0] == "bad-time"
    assert refused(text.replace("14/05/2024;;", "34/05/2024;;"))[0] == "bad-line"
    assert refused(text.replace("09:00:00;", "rubbish;")) == ("bad-time", 37)
    assert refused(text.replace("Réelle\n08:30", "Réelle\nrubbish\n08:30"))[0] == "bad-line"


def daily(**replace: str) -> str:
    text = write.daily([(date(2024, 5, n), {"EAS F1": n, "EAS T": n}) for n in range(1, 6)], {})
    for old, new in replace.items():
        text = text.replace(old.replace("_", " "), new)
    return text


def test_registers_that_cannot_be() -> None:
    text = daily()
    assert refused(text.replace("quotidien;3;", "quotidien;-3;")) == ("negative", 6)
    assert refused(text.replace("quotidien;3;", "quotidien;x;")) == ("bad-value", 6)
    assert refused(text.replace("2024-05-03", "2024-05-33")) == ("bad-time", 6)
    assert refused(text.replace("2024-05-03", "rubbish")) == ("bad-line", 6)
    assert refused(text.replace(";Wh", ";kvarh")) == ("unit", 2)
    assert refused(text.split("2024-05-01")[0]) == ("no-readings", 3)
    found = testing.import_file(
        LINKY, "x", text.replace("T01:00:00+02", "T17:00:00+02", 1).encode()
    )
    assert [r["problem"] for r in found[1] if "problem" in r] == ["off-midnight"]


def answer(**changes: Any) -> str:
    text = write.data_connect(DAY)
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (answer()[:900], ("json", 45)),
        (answer(PT30M="PT7M"), ("step-unknown", 15)),
        (answer().replace('"2024-05-14 01:00:00"', '"soon"'), ("bad-time", 21)),
        (answer().replace('"W"', '"Wh"').replace("average", "sum"), ("quantity", None)),
        ('{"interval_reading": {}}', ("columns", None)),
        ('{"interval_reading": []}', ("no-readings", 1)),
        ('{"interval_reading": ["x"]}', ("bad-line", 1)),
        ('{"interval_reading": ' + "[" * 100_000, ("json", 1)),
    ],
)
def test_answers_that_cannot_be_read(text: str, expected: tuple[str, int | None]) -> None:
    assert refused(text, "answer.json") == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"<!DOCTYPE html><html><head><title>Enedis</title></head></html>",
        b"%PDF-1.7",
        b"Date;Libelle;Montant\n01/02/2024;CAF;100\n",
        b"PK\x03\x04 not a zip",
        b"\xff\xfeD\x00a\x00t\x00e\x00",
        b"{}",
        b'{"meter_reading": 1}',
        bytes(range(256)) * 100,
        b"Identifiant;PRM\n1;2\n",
    ],
)
def test_files_of_others(data: bytes) -> None:
    if data.startswith(b"PK"):
        assert refused(data) == ("xlsx-damaged", None)
    else:
        assert testing.import_file(LINKY, "file", data) == (None, [])


def test_odd_things_are_bounded() -> None:
    rows = "".join(f"{hour:02d}:{m:02d}:00;5;Réelle\n" for hour in range(24) for m in (3, 7))
    text = write.edf(DAY) + f"\n15/05/2024;;\n{rows}"
    records = testing.import_file(LINKY, "x", text.encode())[1]
    odd = [r for r in records if r.get("problem") == "off-grid"]
    (more,) = [r for r in records if r.get("problem") == "more"]
    assert (len(odd), more["of"], more["count"]) == (20, "off-grid", 28)
    assert METER not in str(odd)
