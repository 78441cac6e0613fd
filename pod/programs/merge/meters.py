"""Records of meters as connectors yield them, checked: they come out of a box and are not trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pod.model import Json
from pod.programs.merge.check import DAY, TIME, match
from pod.programs.merge.days import minute_of

STEPS = frozenset({600, 900, 1800, 3600})
MOST_VALUES = 20_000
MOST_W = 1_000_000
MOST_WH = 10**13
FLOWS = frozenset({"consumption", "production"})
# What the packed literals of registers are cut at.
NAME = re.compile(r"[^;=\x00-\x1f\x7f]{1,80}")


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


def curve(record: Json) -> Curve:
    if record["step"] not in STEPS or record["unit"] != "W" or record["flow"] not in FLOWS:
        raise ValueError("step, unit or flow is not known")
    values = record["values"]
    if not isinstance(values, list) or not 0 < len(values) <= MOST_VALUES:
        raise ValueError("values: none, or too many")
    start = minute_of(datetime.fromisoformat(match(TIME, record["start"])))
    if start % 5:
        raise ValueError("start is off the grid")
    powers = tuple([_power(value) for value in values])
    return Curve(meter_of(record), record["flow"], record["step"] // 60, start, powers)


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


def index(record: Json) -> Index:
    registers = {match(NAME, k): _energy(v) for k, v in record["registers"].items()}
    total = record.get("total")
    if not registers and total is None:
        raise ValueError("no register")
    return Index(
        meter_of(record),
        date.fromisoformat(match(DAY, record["day"])),
        tuple(registers.items()),
        None if total is None else _energy(total),
    )


def _energy(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MOST_WH:
        raise ValueError(f"not a register in Wh: {str(value)[:40]}")
    return value


def calendar(record: Json) -> Calendar:
    registers = {match(NAME, k): match(NAME, v) for k, v in record["registers"].items()}
    if not registers:
        raise ValueError("no register")
    since = date.fromisoformat(match(DAY, record["from"]))
    name = str(record.get("name") or "")[:200]
    return Calendar(meter_of(record), since, name, tuple(registers.items()))


def meter_of(record: Json) -> str | None:
    """The meter that a record names, None for a file that does not. ValueError for another thing."""
    meter = record["meter"]
    if meter is None:
        return None
    if not isinstance(meter, str) or not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z .*_-]{0,39}", meter):
        raise ValueError("meter is not a number of a meter")
    return meter
