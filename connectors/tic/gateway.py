"""A frame that a gateway has decoded to JSON: {"mode", "groupList": [{"label", "value", "isValid"}]}
or {label: value}, where a label that starts with `!` had a wrong checksum. What the gateway says is
not sound is left out, and told.
"""

import json
import re

from domicile import BadFile
from frames import Frame

_LABEL = re.compile(r"[A-Z0-9+\-]{2,10}")
MOST_GROUPS = 200


def frame(text, notes):
    """The frame. BadFile for what is none."""
    try:
        said = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadFile("json", line=error.lineno, text=error.msg[:60]) from None
    except (ValueError, RecursionError) as error:
        raise BadFile("json", line=1, text=str(error)[:60]) from None
    groups = list(_groups(said))
    if not 0 < len(groups) <= MOST_GROUPS:
        raise BadFile("json-shape", line=1, expected="ADCO, ADSC")
    found = Frame(any(label == "ADSC" for label, *_ in groups), 1)
    for label, value, sound in groups:
        if not isinstance(label, str) or not isinstance(value, str) or not _LABEL.fullmatch(label):
            raise BadFile("json-shape", line=1, expected="label, value")
        if not sound:
            notes.add("tic-refused", found=label)
            continue
        date, _, rest = value.partition("\t")
        dated = found.standard and "\t" in value
        found.groups[label] = (date, rest) if dated else ("", value)
    return found


def _groups(said):
    """(label, value, whether the gateway found it sound)."""
    if not isinstance(said, dict):
        raise BadFile("json-shape", line=1, expected="ADCO, ADSC")
    listed = said.get("groupList")
    if listed is None:
        for label, value in said.items():
            yield label.removeprefix("!"), value, not label.startswith("!")
        return
    if not isinstance(listed, list):
        raise BadFile("json-shape", line=1, expected="groupList")
    for one in listed:
        if not isinstance(one, dict):
            raise BadFile("json-shape", line=1, expected="label, value")
        yield one.get("label"), one.get("value"), one.get("isValid") is not False
