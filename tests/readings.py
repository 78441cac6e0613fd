"""Readings as the answers that the app my_smart_home is given, written apart from its code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "apps" / "my_smart_home"
SENSOR = "http://localhost:8080/energy/electricity/14290000000000/2024-01.ttl#meter"
METER = "14290000000000"
GAS_SENSOR = "http://localhost:8080/energy/gas/21400000000000/2024-01.ttl#meter"
GAS_METER = "21400000000000"

Reading = tuple[datetime, int, str | int | None]  # START (aware), minutes, W


def reference(name: str) -> dict[str, Any]:
    return json.loads((ROOT / "vocab" / "reference" / f"{name}.json").read_text("utf-8"))


def load_curve(readings: Iterable[Reading], meter: str | None = METER, sensor: str = SENSOR) -> Any:
    """One row a local day and step, holes between its first and last slot as `-`."""
    days: dict[tuple[date, int], dict[datetime, Any]] = {}
    for start, step, watts in readings:
        day = start.astimezone(PARIS).date()
        days.setdefault((day, step), {})[start.astimezone(UTC)] = watts
    rows = []
    for (day, step), slots in days.items():
        first, last = min(slots), max(slots)
        times = [first]
        while times[-1] < last:
            times.append(times[-1] + timedelta(minutes=step))
        values = ["-" if slots.get(t) is None else str(slots[t]) for t in times]
        stamp = first.strftime("%Y-%m-%dT%H:%M:%SZ")
        text = {60: "PT1H"}.get(step, f"PT{step}M")
        rows.append(
            [
                sensor,
                meter,
                day.isoformat(),
                stamp,
                text,
                " ".join(values),
                "http://qudt.org/vocab/unit/W",
            ]
        )
    columns = ["sensor", "meter", "day", "startsAt", "step", "values", "unit"]
    return {"columns": columns, "rows": rows[::-1]}  # the pod promises no order


def daily_index(days: dict[date, dict[str, int]], meter: str | None = METER) -> Any:
    rows = [
        [
            SENSOR,
            meter,
            day.isoformat(),
            ";".join(f"{k}={v}" for k, v in found.items()),
            sum(found.values()),
        ]
        for day, found in days.items()
    ]
    return {"columns": ["sensor", "meter", "day", "registers", "total"], "rows": rows}


def calendars(since: date, names: dict[str, str], meter: str | None = METER) -> Any:
    text = ";".join(f"{k}={v}" for k, v in names.items())
    return {
        "columns": ["sensor", "meter", "since", "names"],
        "rows": [[SENSOR, meter, since.isoformat(), text]],
    }


def gas_days(rows: Iterable[tuple[date, Any, Any]], sensor: str = GAS_SENSOR) -> Any:
    """(gas day, kWh, m³) as the app's answer."""
    columns = ["sensor", "meter", "day", "kwh", "m3", "celsius", "quality"]
    found = [[sensor, GAS_METER, day.isoformat(), kwh, m3, None, None] for day, kwh, m3 in rows]
    return {"columns": columns, "rows": found[::-1]}


def answers(curve: Any, **other: Any) -> dict[str, Any]:
    """Every query that the app declares; `other` replaces some."""
    return {
        "load_curve": curve,
        "daily_index": daily_index({}),
        "tariff_calendars": {"columns": ["sensor", "meter", "since", "names"], "rows": []},
        "contract": {"columns": ["kva", "hours"], "rows": []},
        "tariffs": reference("tariffs"),
        "tempo_days": reference("tempo-days"),
        "emission_factors": reference("emission-factors"),
        "temperatures": reference("temperatures"),
        "gas_days": gas_days([]),
        "gas_readings": {"columns": ["sensor", "meter", "since", "until", "kwh"], "rows": []},
        "gas_tariffs": reference("gas-tariffs"),
        "day_temperatures": {"columns": ["day", "celsius"], "rows": []},
        **other,
    }


def hour_file(path: Path) -> list[Reading]:
    """Readings of an Enedis hour file: stamps are ENDs, the step is the time since the last one."""
    lines = path.read_text("utf-8-sig").splitlines()
    at = lines.index("Horodate;Valeur")
    found = [line.split(";") for line in lines[at + 1 :] if line]
    ends = [datetime.fromisoformat(stamp).astimezone(UTC) for stamp, _ in found]
    steps = [int((b - a).total_seconds()) // 60 for a, b in pairwise(ends)]
    readings = []
    for number, (end, (_, value)) in enumerate(zip(ends, found, strict=True)):
        step = steps[number - 1] if number else 0
        if step not in (10, 15, 30, 60):
            step = steps[number]
        readings.append((end - timedelta(minutes=step), step, value or None))
    return readings


def index_file(path: Path) -> tuple[dict[date, dict[str, int]], dict[str, str]]:
    """Registers by local day (its midnight), and their names, of an Enedis daily file."""
    lines = path.read_text("utf-8-sig").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Horodate;"))
    head = lines[at].split(";")
    days: dict[date, dict[str, int]] = {}
    for number, line in enumerate(lines[at + 1 :], at + 1):
        if line.startswith("Periode"):
            cells = lines[number + 1].split(";")
            names = {
                cells[i + 1]: cells[i]
                for i in range(4, len(cells) - 1)
                if cells[i + 1][:4] == "EAS "
            }
            return days, {k: v for k, v in names.items() if v}
        cells = line.split(";")
        found = {head[i]: int(c) for i, c in enumerate(cells) if head[i][:5] == "EAS F" and c}
        days[date.fromisoformat(cells[0][:10])] = found
    return days, {}


def half_hours(first: date, days: int, watts: Any) -> list[Reading]:
    """Half hours of whole local days; `watts(local start)` says how much (None: a gap)."""
    now = datetime(first.year, first.month, first.day, tzinfo=PARIS).astimezone(UTC)
    last = first + timedelta(days=days)
    end = datetime(last.year, last.month, last.day, tzinfo=PARIS).astimezone(UTC)
    found = []
    while now < end:
        found.append((now, 30, watts(now.astimezone(PARIS))))
        now += timedelta(minutes=30)
    return found
