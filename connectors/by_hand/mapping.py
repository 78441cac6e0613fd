"""What the owner typed into a form, kept as a file like any other: {"by_hand": 1, "entered", "records"}.

Records have the shapes of other connectors' and are merged, checked and told apart in the same way.
"""

import json
import re

from domicile import BadFile

TYPES = ("Purchase", "Refuel", "DailyIndex", "SituationChange", "EnergyCertificate")
MOST = 100
_TIME = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z")


def recognise(file):
    """The format's id, or None."""
    return "by-hand" if re.match(r'\s*\{\s*"by_hand"\s*:\s*1\b', file.head_text()) else None


def read(file, format):
    """The records as they were entered, then one File record."""
    try:
        said = json.loads(file.text(("utf-8-sig",)))
        records, entered = said["records"], said["entered"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadFile("bad-json", line=1) from None
    if (
        not isinstance(records, list)
        or not records
        or not isinstance(entered, str)
        or not _TIME.fullmatch(entered)
    ):
        raise BadFile("bad-json", line=1)
    if len(records) > MOST:
        raise BadFile("too-many", limit=MOST)
    for record in records:
        if not isinstance(record, dict) or record.get("type") not in TYPES:
            raise BadFile("bad-json", line=1)
        yield record
    yield {"type": "File", "format": format, "exported": entered}
