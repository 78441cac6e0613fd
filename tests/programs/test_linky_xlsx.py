"""Spreadsheets: the same readings as their text, whoever wrote them; and those made to harm."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from pod.sdk import testing
from tests.programs import linky_files as write
from tests.programs.linky_files import METER, PARIS, readings
from tests.programs.make_recorded import LINKY, registers
from tests.programs.test_linky import LAYOUTS, known
from tests.programs.test_linky_bad import refused

TEXTS = [name for name in LAYOUTS if name.endswith("csv")]
DAYS = readings(date(2024, 10, 26), 3)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.removeprefix("\ufeff").splitlines(), delimiter=";"))


def workbook(*sheets: list[list[Any]]) -> bytes:
    """As openpyxl writes it: texts are shared strings, dates are serial numbers."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Feuille {number + 1}")
        for row in rows:
            sheet.append(row)
    book.properties.created = datetime(2024, 11, 2, 9, 30)  # noqa: DTZ001  (openpyxl wants it so)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def handmade(sheet: str, *, strings: str = "", members: dict[str, str] | None = None) -> bytes:
    """The least workbook, with the sheet's XML as given."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": sheet.replace("MAIN", main),
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings.replace("MAIN", main)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**parts, **(members or {})}.items():
            archive.writestr(name, text)
    return out.getvalue()


def inline(rows: list[list[str]]) -> str:
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )
    return f'<worksheet xmlns="MAIN"><sheetData>{cells}</sheetData></worksheet>'


@pytest.mark.parametrize("name", TEXTS)
def test_a_spreadsheet_of_texts(name: str) -> None:
    form, written = LAYOUTS[name]
    data = workbook(rows_of(written(DAYS)))
    found, records = testing.import_file(LINKY, name.replace(".csv", ".xlsx"), data)
    assert found == form
    assert known(records) == DAYS
    assert records[-1]["exported"] == "2024-11-02T09:30:00Z"


@pytest.mark.parametrize("name", TEXTS)
def test_a_spreadsheet_of_inline_strings(name: str) -> None:
    data = handmade(inline(rows_of(LAYOUTS[name][1](DAYS))))
    assert known(testing.import_file(LINKY, name, data)[1]) == DAYS


@pytest.mark.parametrize("early", [True, False], ids=["from-1900", "from-1904"])
def test_serial_dates_and_numbers(early: bool) -> None:
    rows: list[list[Any]] = rows_of(write.hourly(DAYS))[:3]
    for end, _, value in write.ends(DAYS):
        rows.append([end.replace(tzinfo=None), value])
    book = openpyxl.Workbook()
    if not early:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert known(testing.import_file(LINKY, "x.xlsx", out.getvalue())[1]) == DAYS


def test_numbers_as_a_sheet_keeps_them() -> None:
    rows: list[list[Any]] = rows_of(write.history(DAYS))
    text = inline([[str(cell) for cell in row] for row in rows])
    for row in rows[1:]:
        kilo = float(row[2].replace(",", "."))
        old = f'<c t="inlineStr"><is><t>{row[2]}</t></is></c></row>'
        text = text.replace(old, f"<c><v>{kilo:.17g}</v></c></row>")
    assert "0000000000000" in text
    assert known(testing.import_file(LINKY, "x.xlsx", handmade(text))[1]) == DAYS


def test_serial_days_and_times_of_edf() -> None:
    rows: list[list[Any]] = rows_of(write.edf(DAYS))
    for row in rows:
        if row and row[0][2:3] == "/":
            row[0] = datetime.strptime(row[0], "%d/%m/%Y")  # noqa: DTZ007
        elif row and row[0][2:3] == ":":
            row[0] = datetime.strptime(row[0], "%H:%M:%S").time()  # noqa: DTZ007
            row[1] = int(row[1])
    data = workbook(rows)
    assert known(testing.import_file(LINKY, "edf.xlsx", data)[1]) == DAYS


def test_registers_with_their_calendar_on_another_sheet() -> None:
    given = registers(date(2024, 3, 29), 6)
    text = write.daily(given, {"EAS F1": "Heures Creuses", "EAS F2": "Heures Pleines"})
    rows = rows_of(text)
    plain = testing.import_file(LINKY, "x.csv", text.encode())[1]
    for data in (workbook(rows), workbook(rows[:-2], rows[-2:])):
        found, records = testing.import_file(LINKY, "x.xlsx", data)
        assert found == "enedis-daily-index"
        assert [_plain(r) for r in records[:-1]] == [_plain(r) for r in plain[:-1]]


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "line"}


def test_a_sheet_before_the_one_with_the_readings() -> None:
    data = workbook([["Bonjour"], ["rien ici"]], rows_of(write.hourly(DAYS)))
    assert known(testing.import_file(LINKY, "x.xlsx", data)[1]) == DAYS


def test_somebody_elses_spreadsheet() -> None:
    assert testing.import_file(LINKY, "x.xlsx", workbook([["Date", "Montant"], [1, 2]]))[0] is None
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("stops.txt", "stop_id")
    assert testing.import_file(LINKY, "gtfs.zip", out.getvalue())[0] is None


def test_a_wrong_cell_is_named_by_its_row() -> None:
    rows = rows_of(write.hourly(DAYS))
    rows[20][1] = "beaucoup"
    assert refused(workbook(rows), "x.xlsx") == ("bad-value", 21)


BILLION = '<!DOCTYPE a [<!ENTITY b "' + "x" * 1000 + '"><!ENTITY c "' + "&b;" * 1000 + '">]>'
SHEET = inline(rows_of(write.hourly(DAYS[:4])))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (handmade(SHEET, members={"xl/media/a": "0" * (30 << 20)}), "xlsx-bomb"),
        (handmade(SHEET, members={f"a{n}": "" for n in range(300)}), "xlsx-bomb"),
        (handmade(BILLION + SHEET), "xlsx-entities"),
        (handmade(" " * 65_530 + BILLION + SHEET), "xlsx-entities"),
        (handmade('<?xml version="1.0" encoding="cp037"?>' + SHEET), "xlsx-encoding"),
        (handmade(SHEET.replace("</row>", "", 1)), "xlsx-damaged"),
        (handmade(SHEET)[:-100], "xlsx-damaged"),
        (handmade(SHEET.replace('t="inlineStr"', 't="s"')), "xlsx-damaged"),
    ],
    ids=["ratio", "members", "entities", "late-entities", "encoding", "xml", "cut", "strings"],
)
def test_spreadsheets_made_to_harm(data: bytes, reason: str) -> None:
    assert refused(data, "x.xlsx")[0] == reason


def test_a_spreadsheet_larger_than_memory_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO(handmade(SHEET))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=0) as archive:
        for number in range(5):
            archive.writestr(f"xl/media/{number}", bytes(21 << 20))
    assert refused(out.getvalue(), "x.xlsx") == ("xlsx-bomb", None)


def test_many_columns_and_rows_are_bounded() -> None:
    wide = SHEET.replace('<c t="inlineStr">', '<c r="XFD1" t="inlineStr">', 1)
    assert refused(handmade(wide), "x.xlsx")[0] == "xlsx-bomb"
    late = SHEET.replace("<row>", '<row r="9999999">', 1)
    assert refused(handmade(late), "x.xlsx")[0] == "xlsx-bomb"


def test_the_clock_of_a_spreadsheet_is_the_local_one() -> None:
    day = readings(date(2024, 7, 1), 1)
    rows: list[list[Any]] = rows_of(write.hourly(day))[:3]
    rows += [[(end - timedelta()).replace(tzinfo=None), v] for end, _, v in write.ends(day)]
    records = testing.import_file(LINKY, "x.xlsx", workbook(rows))[1]
    assert known(records)[0][0].astimezone(PARIS).hour == 0
    assert {r["meter"] for r in records if "values" in r} == {METER}
