"""Spreadsheets as rows of text, with the standard library and within limits.

SpreadsheetML: ECMA-376 part 1, chapter 18. Serial dates stay numbers.
"""

import re
import zipfile
import zlib
from posixpath import join, normpath
from xml.etree.ElementTree import ParseError, iterparse

from .files import BadFile

MEMBERS = 200
UNPACKED = 96 << 20
RATIO = 200  # of a member over a megabyte; real sheets stay under 40
ROWS = 400_000
COLUMNS = 120
STRINGS = 24 << 20
SHIFT_1904 = 1462
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_CHUNK = 1 << 16
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")
_CELL = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_FOUND = (
    *(KeyError, ValueError, EOFError, NotImplementedError, OSError, RuntimeError, OverflowError),
    *(zipfile.BadZipFile, zlib.error, ParseError),
)


class Workbook:
    """A workbook's sheets. Raises BadFile for what is damaged, or made to harm."""

    def __init__(self, opened):
        try:
            self._zip = zipfile.ZipFile(opened)
            self._check()
            self._strings = None
            self._early = True
            self.sheets = self._sheets()
        except BadFile:
            raise
        except _FOUND as error:
            raise BadFile("xlsx-damaged", text=str(error)[:80]) from None

    def rows(self, sheet):
        """(row number, list of texts) of each row that is not empty."""
        try:
            if self._strings is None:
                self._strings = self._shared()
            yield from self._rows(sheet)
        except _FOUND as error:
            raise BadFile("xlsx-damaged", sheet=sheet, text=str(error)[:80]) from None

    def created(self):
        """When the holder made the file (Dublin Core, in UTC), or None."""
        try:
            for _, item in self._items("docProps/core.xml", "end"):
                if item.tag.endswith("}created") and re.fullmatch(
                    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", (item.text or "").strip()
                ):
                    return item.text.strip()
        except _FOUND:
            pass
        return None

    def _check(self):
        entries = self._zip.infolist()
        if "xl/workbook.xml" not in self._zip.namelist()[:MEMBERS]:
            raise BadFile("xlsx-absent")
        if len(entries) > MEMBERS:
            raise BadFile("xlsx-bomb", limit="members", found=len(entries))
        if sum(entry.file_size for entry in entries) > UNPACKED:
            raise BadFile("xlsx-bomb", limit="size", found=sum(e.file_size for e in entries))
        for entry in entries:
            if entry.file_size > max(1 << 20, entry.compress_size * RATIO):
                raise BadFile("xlsx-bomb", limit="ratio", member=entry.filename[:80])
            if entry.flag_bits & 1:
                raise BadFile("xlsx-encrypted")

    def _sheets(self):
        """Paths of the sheets' members, in the order of the workbook."""
        targets = {}
        for _, item in self._items("xl/_rels/workbook.xml.rels", "end"):
            if "Target" in item.attrib:
                path = normpath(join("/xl", item.attrib["Target"])).lstrip("/")
                targets[item.attrib.get("Id")] = path
        found = []
        for _, item in self._items("xl/workbook.xml", "end"):
            if item.tag in (MAIN + "workbookPr", STRICT + "workbookPr"):
                self._early = item.attrib.get("date1904") not in ("1", "true")
            if item.tag in (MAIN + "sheet", STRICT + "sheet"):
                target = next((v for k, v in item.attrib.items() if k.endswith("}id")), None)
                if targets.get(target, "") in self._zip.namelist():
                    found.append(targets[target])
        return found[:20]

    def _items(self, member, *events):
        with self._zip.open(member) as source:
            yield from iterparse(_Guarded(source, member), events)  # noqa: S314  (guarded)

    def _shared(self):
        if "xl/sharedStrings.xml" not in self._zip.namelist():
            return []
        found, size = [], 0
        for _, item in self._items("xl/sharedStrings.xml", "end"):
            if item.tag in (MAIN + "si", STRICT + "si"):
                found.append(_text(item))
                size += len(found[-1]) + 50
                item.clear()
                if size > STRINGS:
                    raise BadFile("xlsx-bomb", limit="strings")
        return found

    def _rows(self, sheet):
        number, holder = 0, None
        for event, item in self._items(sheet, "start", "end"):
            if event == "start":
                if item.tag in (MAIN + "sheetData", STRICT + "sheetData"):
                    holder = item
            elif item.tag in (MAIN + "row", STRICT + "row"):
                given = item.attrib.get("r", "")
                number = int(given) if given.isdigit() else number + 1
                cells = self._cells(item, number)
                if any(cells):
                    yield number, cells
                if number > ROWS:
                    raise BadFile("xlsx-bomb", line=number, limit="rows")
                if holder is not None:
                    holder.clear()

    def _cells(self, row, number):
        cells = []
        for cell in row:
            found = _CELL.fullmatch(cell.attrib.get("r", ""))
            at = _column(found[1]) if found else len(cells)
            if at >= COLUMNS:
                if _text(cell):
                    raise BadFile("xlsx-bomb", line=number, limit="columns")
                continue
            cells += [""] * (at + 1 - len(cells))
            cells[at] = self._value(cell, number)
        return cells

    def _value(self, cell, number):
        kind = cell.attrib.get("t", "n")
        if kind == "inlineStr":
            return _text(cell).strip()
        value = next((c.text or "" for c in cell if c.tag in (MAIN + "v", STRICT + "v")), "")
        if kind == "s":
            try:
                return self._strings[int(value)].strip()
            except (ValueError, IndexError):
                raise BadFile("xlsx-damaged", line=number) from None
        return self._number(value.strip()) if kind == "n" else value.strip()

    def _number(self, text):
        """A number as somebody would write it: 1.1100000000000001 is how a sheet keeps 1.11."""
        if not self._early and re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text):
            return str(float(text) + SHIFT_1904)
        if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", text):
            found = float(text)
            return str(int(found)) if found.is_integer() else f"{found!r}"
        return text


class _Guarded:
    """A member's bytes, as long as no entity or other encoding hides in them."""

    def __init__(self, source, member):
        self._source, self._member, self._tail = source, member, None

    def read(self, size=_CHUNK):
        data = self._source.read(min(size, _CHUNK) if size and size > 0 else _CHUNK)
        if self._tail is None:
            encoding = _ENCODING.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
            named = encoding[1].lower() if encoding else b"utf-8"
            if b"\0" in data[:200] or named not in (b"utf-8", b"us-ascii"):
                raise BadFile("xlsx-encoding", member=self._member)
        seen = (self._tail or b"") + data
        if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
            raise BadFile("xlsx-entities", member=self._member)
        self._tail = data[-16:]
        return data


def _text(item):
    """The text of a cell or shared string, without the phonetic hints."""
    return "".join(
        part.text or "" for part in item.iter() if part.tag in (MAIN + "t", STRICT + "t")
    )


def _column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
