"""Official papers by the code that is printed on them: which text holds one, and what it says."""

import json
import re

from barcode import take_apart  # beside this file
from domicile import BadFile, problem
from papers import record_of

FORMAT = "2d-doc"
CODE = re.compile(r"DC0[0-9][A-Z0-9]{6}")
MOST_CODES = 100


def recognise(file):
    text = file.head_text().lstrip("\ufeff \t\r\n")
    return FORMAT if CODE.match(text) or re.search(f'"{CODE.pattern}', text) else None


def read(file, format):
    found = list(_codes(file.text()))
    if len(found) > MOST_CODES:
        raise BadFile("2ddoc-many", count=len(found))
    days, records, odd = [], [], []
    for line, text in found:
        code = take_apart(text, line)
        records.append(record_of(code, line))
        odd += [problem("2ddoc-shortened", line, field=name) for name in code["cut"]]
        days += filter(None, (code["signed_on"], code["issued"]))
    if not records:
        raise BadFile("2ddoc-none", line=1)
    yield from records
    yield from odd
    exported = f"{max(days).isoformat()}T00:00:00Z" if days else None
    yield {"type": "File", "format": format, "exported": exported}


def _codes(text):
    """(line, text of a code) of each: one a line, or any string of a JSON file."""
    if not CODE.match(text.lstrip("\ufeff \t\r\n")):
        try:
            yield from ((None, found) for found in _strings(json.loads(text)))
        except (ValueError, RecursionError):
            raise BadFile("json", line=1) from None
        return
    # Lines of a file, and not `splitlines`: that would cut at the code's own separators.
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.strip("\ufeff \t\r"):
            yield number, line.strip("\ufeff \t\r")


def _strings(value):
    if isinstance(value, str):
        if CODE.match(value):
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
