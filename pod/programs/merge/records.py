"""Records as connectors yield them, checked: they come out of a box and are not trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pod.errors import BadOutput
from pod.model import Json
from pod.programs.merge.days import minute_of
from pod.programs.merge.model import Source

STEPS = frozenset({600, 900, 1800, 3600})
MOST_VALUES = 20_000
MOST_W = 1_000_000
MOST_WH = 10**13
FLOWS = frozenset({"consumption", "production"})
_TIME = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z")
_DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")
# What the packed literals of registers are cut at.
_NAME = re.compile(r"[^;=\x00-\x1f\x7f]{1,80}")


@dataclass(frozen=True, slots=True)
class Curve:
    """Contiguous slots of `step` minutes from `start` (UTC minutes) on; mW, None for a gap."""

    meter: str | None
    flow: str
    step: int
    start: int
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """Registers (Wh) at the local midnight that starts `day`."""

    meter: str | None
    day: date
    registers: tuple[tuple[str, int], ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """What each register counts from a day on."""

    meter: str | None
    since: date
    name: str
    registers: tuple[tuple[str, str], ...]


Record = Curve | Index | Calendar


def check(records: Sequence[Json], source: Source) -> tuple[list[Record], Source]:
    """The records, and `source` with what the File record says of it. Raises BadOutput."""
    found: list[Record] = []
    for number, record in enumerate(records):
        try:
            kind = record.get("type")
            if kind == "LoadCurve":
                found.append(_curve(record))
            elif kind == "DailyIndex":
                found.append(_index(record))
            elif kind == "TariffCalendar":
                found.append(_calendar(record))
            elif kind == "File":
                source = _facts(record, source)
            else:
                raise ValueError(f"unknown type {str(kind)[:40]!r}")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadOutput(
                f"record {number + 1}: {error}", where=f"record {number + 1}", reason=str(error)
            ) from None
    return found, source


def _curve(record: Json) -> Curve:
    if record["step"] not in STEPS or record["unit"] != "W" or record["flow"] not in FLOWS:
        raise ValueError("step, unit or flow is not known")
    values = record["values"]
    if not isinstance(values, list) or not 0 < len(values) <= MOST_VALUES:
        raise ValueError("values: none, or too many")
    start = minute_of(datetime.fromisoformat(_match(_TIME, record["start"])))
    if start % 5:
        raise ValueError("start is off the grid")
    powers = tuple([_power(value) for value in values])
    return Curve(_meter(record), record["flow"], record["step"] // 60, start, powers)


def _power(value: Any) -> int | None:
    if type(value) is int and 0 <= value <= MOST_W:
        return value * 1000
    if value is None:
        return None
    if type(value) is float and 0 <= value <= MOST_W:
        amount = round(value * 1000)
        if amount / 1000 == value:
            return amount
    raise ValueError(f"not a power in W with three decimals at most: {str(value)[:40]}")


def _index(record: Json) -> Index:
    registers = {_match(_NAME, k): _energy(v) for k, v in record["registers"].items()}
    total = record.get("total")
    if not registers and total is None:
        raise ValueError("no register")
    return Index(
        _meter(record),
        date.fromisoformat(_match(_DAY, record["day"])),
        tuple(registers.items()),
        None if total is None else _energy(total),
    )


def _energy(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MOST_WH:
        raise ValueError(f"not a register in Wh: {str(value)[:40]}")
    return value


def _calendar(record: Json) -> Calendar:
    registers = {_match(_NAME, k): _match(_NAME, v) for k, v in record["registers"].items()}
    if not registers:
        raise ValueError("no register")
    since = date.fromisoformat(_match(_DAY, record["from"]))
    name = str(record.get("name") or "")[:200]
    return Calendar(_meter(record), since, name, tuple(registers.items()))


def _facts(record: Json, source: Source) -> Source:
    exported, end = record.get("exported"), record.get("end")
    return replace(
        source,
        exported=_match(_TIME, exported) if exported else source.exported,
        period_end=_match(_TIME, end) if end else source.period_end,
    )


def _meter(record: Json) -> str | None:
    meter = record["meter"]
    if meter is None:
        return None
    if not isinstance(meter, str) or not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z .*_-]{0,39}", meter):
        raise ValueError("meter is not a number of a meter")
    return meter


def _match(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{str(value)[:60]!r} is not what it should be")
    return value
