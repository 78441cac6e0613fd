"""What only the owner can say of a file: which column is what, which account it is.

A connector that does not know yields one Question record and nothing else. It comes out of a box, so
it is checked; the answer is kept under the signature that it came with, and goes into the box of
every later import: a header is asked about once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pod.errors import BadInput, BadOutput
from pod.model import Body, Json
from pod.programs.merge.check import line

COLUMNS = ("date", "label", "amount", "debit", "credit", "currency", "account", "reference")
MUST = ("date", "label")
MOST_ANSWERS = 500
HEAD = 8192  # bytes of a file that its kind is asked by
_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T].*)?")
_SUM = re.compile(r"[+-]?\d[\d \u00a0\u202f.]{0,14}([.,]\d{1,2})?( ?(€|EUR))?")
_SIGNATURE = re.compile(r"[0-9a-f]{32}")
_ACCOUNT = re.compile(r"[0-9A-Za-z][0-9A-Za-z ]{3,48}")


def question(records: Sequence[Json]) -> Json | None:
    """The question among records, checked and cut to what a page shows. Raises BadOutput."""
    asked = next((record for record in records if record.get("type") == "Question"), None)
    if asked is None:
        return None
    try:
        if asked["about"] not in ("columns", "account", "kind") or not _SIGNATURE.fullmatch(
            asked["signature"]
        ):
            raise ValueError("not a question")
        rows = [[line(cell, 80) for cell in row[:20]] for row in asked["rows"][:6]]
        columns = [line(name, 80) for name in asked["columns"][:20]]
    except (KeyError, TypeError, ValueError) as error:
        raise BadOutput("not a question", where="question", reason=str(error)) from None
    width = max([len(columns), *map(len, rows)], default=0)
    columns += [""] * (width - len(columns))
    facts = {"about": asked["about"], "signature": asked["signature"]}
    return {**facts, "columns": columns, "rows": rows}


def kind_question(body: Body, connectors: Sequence[str]) -> Json:
    """Which of several `connectors` a table is for: asked once for all tables of the same header."""
    text = next(body.chunks(length=HEAD, step=HEAD), b"").decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    signature = hashlib.sha256(("kind\n" + (lines[0] if lines else "")).encode()).hexdigest()[:32]
    return {
        **{"type": "Question", "about": "kind", "signature": signature},
        **{"columns": list(connectors), "rows": [[said[:80]] for said in lines[:6]]},
    }


def alike(one: Json, other: Json) -> bool:
    """Whether the owner's answer to `one` may answer `other` as well."""
    if one["about"] == "account":
        return bool(other["about"] == "account")
    same = ("about", "signature") if one["about"] == "columns" else ("about", "columns")
    return all(one[key] == other[key] for key in same)


def guess(asked: Json) -> dict[str, int]:
    """What the columns seem to be, role → place: only proposed to the owner, never used as said."""
    rows = asked["rows"]
    columns = [[row[at] for row in rows if at < len(row)] for at in range(len(asked["columns"]))]
    days = [at for at, cells in enumerate(columns) if _all(_DAY, cells)]
    sums = [at for at, cells in enumerate(columns) if at not in days and _all(_SUM, cells)]
    words = [sum(map(str.isalpha, "".join(cells))) for cells in columns]
    found: dict[str, int] = {}
    if days:
        found["date"] = days[0]
    if any(words):
        found["label"] = words.index(max(words))
    for one, other in pairwise(sums):
        if all(bool(a) != bool(b) for a, b in zip(columns[one], columns[other], strict=False)):
            return {**found, "debit": one, "credit": other}
    if sums:
        found["amount"] = sums[0]
    return found


def _all(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    known = [cell for cell in cells if cell]
    return bool(known) and all(map(pattern.fullmatch, known))


def answer(asked: Json, fields: Mapping[str, Any]) -> Json:
    """The owner's answer from a form: {"date": 0, …}, {"account": "FR76…"} or {"connector": "bank"}.
    Raises BadInput."""
    if asked["about"] == "kind":
        if fields.get("connector") not in asked["columns"]:
            raise BadInput("one of them is wanted", reason="kind")
        return {"connector": str(fields["connector"])}
    if asked["about"] == "account":
        account = str(fields.get("account", "")).strip()
        if not _ACCOUNT.fullmatch(account):
            raise BadInput("this is not the number of an account", reason="account")
        return {"account": account.replace(" ", "").upper()}
    found: Json = {}
    for role in COLUMNS:
        at = str(fields.get(role, ""))
        if at.isdecimal() and int(at) < len(asked["columns"]):
            found[role] = int(at)
    money = "amount" in found or {"debit", "credit"} <= found.keys()
    if not money or any(role not in found for role in MUST):
        raise BadInput("the date, the text and the amount are wanted", reason="columns")
    if len(set(found.values())) < len(found):
        raise BadInput("a column is one thing only", reason="columns")
    return found
