"""Answers of API Particulier, each kept with the path that it answers to."""

import json
import re

from answers import ENDPOINTS
from domicile import BadFile
from people import asked
from values import Said

FORMAT = "api-particulier"
PATH = re.compile(r"/v[34]/([a-z_]+/[a-z_]+)/[a-z_]+")
KEPT = re.compile(r'\{\s*"path"\s*:\s*"/v[34]/[a-z_]+/[a-z_]+/[a-z_]+"')
ASKED = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z")


def recognise(file):
    return FORMAT if KEPT.match(file.head_text().lstrip("\ufeff \t\r\n")) else None


def read(file, format):
    kept = _parsed(file.text())
    path = PATH.fullmatch(str(kept.get("path")))
    if path is None or path[1] not in ENDPOINTS:
        raise BadFile("endpoint", text=str(kept.get("path"))[:80])
    moment = kept.get("asked")
    if moment is not None and not (isinstance(moment, str) and ASKED.fullmatch(moment)):
        raise BadFile("bad-value", field="asked", text=str(moment)[:40])
    answer = kept.get("answer")
    if isinstance(answer, dict) and answer.get("errors"):
        raise BadFile("refused", **_refusal(answer["errors"]))
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
        raise BadFile("bad-value", field="data")
    odd = []
    said = Said(answer["data"], "", odd)
    about, day = asked(_query(kept.get("query"))), moment[:10] if moment else None
    records = [r for r in ENDPOINTS[path[1]](said, about, day) if r]
    if not records:
        raise BadFile("nothing-said")
    yield from records
    yield from odd
    yield {"type": "File", "format": format, "exported": moment}


def _parsed(text):
    try:
        # Amounts stay as they are written: a float would not.
        kept = json.loads(text, parse_float=_Written, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadFile("json", line=1) from None
    if not isinstance(kept, dict):
        raise BadFile("json", line=1)
    return kept


def _once(pairs):
    """An object. A name that is there twice could say one thing here and another elsewhere."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


class _Written(str):
    """A number with decimals, as the answer writes it."""


def _query(found):
    """The question's parameters: lists of texts by name."""
    if not isinstance(found, dict):
        return {}
    return {
        str(name): [str(v)[:100] for v in (value if isinstance(value, list) else [value])]
        for name, value in found.items()
    }


def _refusal(errors):
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    return {"code": str(first.get("code"))[:20], "text": str(first.get("detail"))[:200]}
