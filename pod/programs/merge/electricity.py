"""Electricity: `/energy/electricity/METER/2024-01.ttl` for the load curve of a local month,
`/energy/electricity/METER/index/2024.ttl` for a year of registers,
`/energy/electricity/METER/readings/2024-01.ttl` for what the meter itself told at moments of a month.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from pod.programs.merge.meters import Curve, Index, Record, calendar, curve, index
from pod.programs.merge.model import Document, Family, Found, Ground
from pod.programs.merge.months import Month, month_path, parts_of
from pod.programs.merge.readings import Readings, Snapshot, count, placed, snapshot
from pod.programs.merge.report import find
from pod.programs.merge.years import Year, year_path

HOME = "/energy/electricity/"
UNKNOWN = "unknown-meter"


def meter_folder(meter: str | None) -> str:
    """The container of a meter's documents."""
    return f"{HOME}{slug(meter or UNKNOWN) or UNKNOWN}/"


def slug(text: str) -> str:
    """Lower-case letters, digits and single hyphens, as names of containers are."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _place(records: Sequence[Record | Snapshot], ground: Ground) -> dict[str, list[Any]]:
    """A file that does not name its meter is the only one that the pod knows, if there is one only."""
    known = set(ground.known_meters.get(HOME, ()))
    only = next(iter(known)) if len(known) == 1 else None
    found: dict[str, list[Any]] = {}
    for record in records:
        folder = meter_folder(record.meter or only)
        if isinstance(record, Curve):
            for part in parts_of(record, ground.days):
                found.setdefault(month_path(folder, part[1]), []).append(part)
        elif isinstance(record, Snapshot):
            path, items = placed(record, folder, ground)
            found.setdefault(path, []).extend(items)
        else:
            day = record.day if isinstance(record, Index) else record.since
            found.setdefault(year_path(folder, day), []).append(record)
    return found


def _open(path: str, body: bytes | None, ground: Ground) -> Document:
    if "/index/" in path:
        return Year(path, body)
    if "/readings/" in path:
        return Readings(path, body)
    return Month(path, body, ground.days)


def _count(records: Sequence[Record | Snapshot], ground: Ground, found: Found) -> None:
    snapshots = [record for record in records if isinstance(record, Snapshot)]
    find([r for r in records if not isinstance(r, Snapshot)], ground.days, found)
    if not snapshots:
        return
    found.facts["told"] = told = count(snapshots, ground)
    found.meters += [one["meter"] for one in told if one["meter"] not in found.meters]
    found.readings = found.readings or len(snapshots)
    for one in told:
        found.reach(*(ground.days.day_at(one[name]) for name in ("from", "to")))


FAMILY = Family(
    home=HOME,
    classes=("LoadCurveDay", "DailyIndex", "TariffCalendar", "ElectricityContract", "MeterReading"),
    types={
        "LoadCurve": curve,
        "DailyIndex": index,
        "TariffCalendar": calendar,
        "MeterReading": snapshot,
    },
    place=_place,
    open=_open,
    count=_count,
)
