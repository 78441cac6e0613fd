"""Which records go into which documents, and the merge of a whole file.

Documents of a meter: `/energy/electricity/METER/2024-01.ttl` for the load curve of a local month,
`/energy/electricity/METER/index/2024.ttl` for a year of registers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence

from pod.errors import BadOutput
from pod.model import Json
from pod.programs.merge.days import Days
from pod.programs.merge.model import Change, Found, Merged, Source
from pod.programs.merge.months import Month, Part, month_path, parts_of
from pod.programs.merge.records import Calendar, Curve, Index, Record, check
from pod.programs.merge.report import find
from pod.programs.merge.years import Year, year_path

ELECTRICITY = "/energy/electricity/"
UNKNOWN = "unknown-meter"
# Where documents of a class are: what a program that may read the class is granted.
HOMES = {
    "LoadCurveDay": ELECTRICITY,
    "DailyIndex": ELECTRICITY,
    "TariffCalendar": ELECTRICITY,
    "ElectricityContract": ELECTRICITY,
}


def merge_documents(
    records: Sequence[Json],
    source: Source,
    existing: Callable[[str], bytes | None],
    *,
    zone: str = "Europe/Paris",
    known_meters: Collection[str] = (),
) -> Merged:
    """Documents as they are after importing `records` of `source`, whatever came in before.

    `existing` gives the stored Turtle at a path of the pod. A file that does not name its meter is
    the only one of `known_meters`, if there is one only. Raises BadOutput for records that are not
    what they should be, Conflict for a stored document that an edit has made unreadable.
    """
    checked, source = check(records, source)
    days = Days(zone)
    only = next(iter(known_meters)) if len(set(known_meters)) == 1 else None
    months: dict[str, list[Part]] = {}
    years: dict[str, list[Index | Calendar]] = {}
    for record in checked:
        folder = meter_folder(record.meter or only)
        if isinstance(record, Curve):
            for part in parts_of(record, days):
                months.setdefault(month_path(folder, part[1]), []).append(part)
        else:
            day = record.day if isinstance(record, Index) else record.since
            years.setdefault(year_path(folder, day), []).append(record)
    if not months and not years:
        raise BadOutput("the connector yielded no record", where="records", reason="none")
    return _joined(checked, source, months, years, existing, days)


def meter_folder(meter: str | None) -> str:
    """The container of a meter's documents."""
    letters = unicodedata.normalize("NFKD", meter or UNKNOWN).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
    return f"{ELECTRICITY}{slug or UNKNOWN}/"


def _joined(
    records: list[Record],
    source: Source,
    months: dict[str, list[Part]],
    years: dict[str, list[Index | Calendar]],
    existing: Callable[[str], bytes | None],
    days: Days,
) -> Merged:
    writes: dict[str, bytes] = {}
    changed: list[Change] = []
    kept = 0
    for path in sorted(months):
        month = Month(path, existing(path), days)
        changes, lost = month.join(months[path], source)
        changed, kept = changed + changes, kept + lost
        if (body := month.text()) is not None:
            writes[path] = body
    for path in sorted(years):
        year = Year(path, existing(path))
        changes, lost = year.join(years[path], source)
        changed, kept = changed + changes, kept + lost
        if (body := year.text()) is not None:
            writes[path] = body
    found: Found = find(records, days)
    found.documents = sorted((*months, *years))
    found.replaced, found.kept = sum(change.replaced for change in changed), kept
    return Merged(writes, found, changed)
