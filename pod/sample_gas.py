"""The gas meter of the sample household: a boiler and a cooker, as GRDF's customer space exports them.

The meter turns in whole cubic metres and the energy is stated in whole kWh, so that sums show the
rounding that real files have. Same arguments, same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

from pod.sample import away, temperature

PCE = "12345678909876"  # fourteen digits, and plainly nobody's
FIRST_INDEX = 8_417
KWH_PER_K = 3.3  # a day, for each degree under the threshold: 140 W per degree
THRESHOLD_C = 17.0
DELAY_DAYS = 2  # a gas day is told two days after it has ended
DAY = timedelta(days=1)

Json = dict[str, Any]


def write_gas(folder: Path, *, until: date, days: int = 730, seed: int = 2024) -> list[Path]:
    """Writes the gas days and the temperatures of the `days` days up to `until`, less the delay."""
    first, last = until - timedelta(days=days - 1), until - timedelta(days=DELAY_DAYS)
    holder = {"frequence": None, "idPce": PCE, "releves": list(_readings(first, last, seed))}
    named = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    made = {
        "donnees_informatives.json": {PCE: holder},
        "temperatures.json": {day.isoformat(): temperature(day, seed) for day in named},
    }
    files = []
    for name, content in made.items():
        file = folder / name
        file.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        files.append(file)
    return files


def burnt(first: date, last: date, seed: int = 2024) -> Iterator[tuple[date, Decimal]]:
    """(gas day, m³ that went through, to a thousandth)."""
    day = first
    while day <= last:
        chance = Random(f"gas {seed} {day.toordinal()}")  # noqa: S311
        cold = max(0.0, THRESHOLD_C - temperature(day, seed))
        heating = KWH_PER_K * cold * (0.35 if away(day) else 1.0) * chance.uniform(0.9, 1.1)
        cooking = 0.0 if away(day) else chance.uniform(0.8, 3.0)
        kwh = Decimal(str(round(heating + cooking, 3)))
        yield day, (kwh / coefficient(day)).quantize(Decimal("0.001"), ROUND_HALF_UP)
        day += DAY


def coefficient(day: date) -> Decimal:
    """kWh per m³, which the grid operator states anew each month."""
    return Decimal("11.05") + Decimal(day.year * 12 + day.month) % 7 * Decimal("0.04")


def _readings(first: date, last: date, seed: int) -> Iterator[Json]:
    absent = (
        first + timedelta(days=(last - first).days * 2 // 5) if last - first > 60 * DAY else None
    )
    index = Decimal(FIRST_INDEX)
    for day, volume in burnt(first, last, seed):
        start, index = index, index + volume
        shown = (int(start), int(index))
        yield _reading(day, None if day == absent else (volume, *shown), coefficient(day))


def _reading(day: date, found: tuple[Decimal, int, int] | None, ratio: Decimal) -> Json:
    """One reading; the hour is the local 06:00, and the offset, as in real files, is not true."""
    said: Json = {
        "dateDebutReleve": f"{day}T06:00:00+00:00",
        "dateFinReleve": f"{day + DAY}T06:00:00+00:00",
        "journeeGaziere": day.isoformat(),
        "qualificationReleve": "Absence de Données",
        "natureReleve": None,
    }
    names = ("volumeBrutConsomme", "energieConsomme", "coeffConversion", "indexDebut", "indexFin")
    if found is None:
        return said | dict.fromkeys(names)
    volume, start, end = found
    energy = int((volume * ratio).quantize(Decimal(1), ROUND_HALF_UP))
    figures = (end - start, energy, float(ratio), start, end)
    said |= {"qualificationReleve": "Mesuré", "natureReleve": "Informative Journalier"}
    return said | dict(zip(names, figures, strict=True))
