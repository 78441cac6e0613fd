"""Writes connectors/linky/recorded and, from what the connector says of them, golden.

`python -m tests.programs.make_recorded`, then look at the difference: golden files are right because
somebody has read them, and the tests hold the connector to them.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pod.sdk import testing
from tests.programs import linky_files as write
from tests.programs.linky_files import METER, Reading, readings

CONNECTORS = Path(__file__).resolve().parents[2] / "connectors"
LINKY = CONNECTORS / "linky"


def golden(folder: Path, file: Path) -> dict[str, Any]:
    """What a connector says of a file, as its golden file holds it."""
    sdk = testing.sdk()
    try:
        found, records = testing.import_file(folder, file.name, file.read_bytes())
    except sdk.BadFile as bad:
        return {"bad_file": {"reason": bad.reason, "line": bad.line, **bad.facts}}
    return {"format": found, "records": records}


def text_of(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def autumn_with_changing_steps() -> list[Reading]:
    """Half hours, hours, ten minutes, half hours; a day is missing, one value is empty."""
    given = readings(date(2024, 10, 26), 1)
    hours = readings(date(2024, 10, 27), 1, 60)
    tens = readings(date(2024, 10, 28), 1, 10)[: 6 * 9]
    halves = readings(date(2024, 10, 28), 3)[18:]
    given += hours + tens + [r for r in halves if not 48 - 18 <= halves.index(r) < 96 - 18]
    at = given.index(halves[5])
    given[at] = (*given[at][:2], None)
    return given


def registers(first: date, days: int) -> list[tuple[date, dict[str, int]]]:
    found, low, high = [], 4_100_000, 9_200_000
    for number in range(days):
        values = {"EAS F1": low, "EAS F2": high, "EAS D1": low + high, "EAS T": low + high}
        found.append((first + timedelta(days=number), values))
        low, high = low + 2_000 + 37 * number, high + 5_000 + 91 * number
    return found


def r64() -> str:
    head = write.MEASURES.replace(";Pas;", ";Cadran;Libellé classe temporelle;")
    rows = [head]
    for day, values in registers(date(2024, 3, 30), 4):
        for register, name in (("EAS F1", "Heures Creuses"), ("EAS F2", "Heures Pleines")):
            rows.append(
                f"{METER};2024-03-30 00:00:00;2024-04-02 00:00:00;EA;CONS;BRUT;Wh;{day} 00:00:00;"
                f"{values[register]};B;{register};{name};0;0"
            )
    return "\n".join(rows) + "\n"


def edf_with_repetitions() -> str:
    """The autumn day with its real double hour, rows written twice, and a minute of no step."""
    lines = write.edf(readings(date(2024, 10, 26), 3)).split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("11:30:00"))
    return "\n".join([*lines[: at + 1], lines[at], "11:17:00;410;Réelle", *lines[at + 1 :]])


def files() -> dict[str, bytes]:
    spring = readings(date(2024, 3, 30), 2)
    spring[20] = (*spring[20][:2], None)
    autumn = readings(date(2024, 10, 27), 1)
    broken = write.hourly(readings(date(2024, 5, 1), 1)).split("\r\n")
    broken[20] = "<<< server error >>>"
    names = {"EAS F1": "Heures Creuses", "EAS F2": "Heures Pleines"}
    r63 = f"{write.MEASURES}\n{write.r63(autumn)}{write.r63(autumn, '14290000000001', 'PROD')}"
    return {
        f"Enedis_Conso_Heure_20241026-20241031_{METER}.csv": write.hourly(
            autumn_with_changing_steps()
        ).encode(),
        f"Enedis_Conso_Heure_20240501-20240502_{METER}.csv": write.hourly(
            readings(date(2024, 5, 1), 1, 10), step="10", metier="Production"
        ).encode(),
        f"Enedis_Conso_Heure_broken_{METER}.csv": "\r\n".join(broken).encode(),
        f"Enedis_Conso_Jour_20240329-20240403_{METER}.csv": write.daily(
            registers(date(2024, 3, 29), 6), names
        ).encode(),
        f"historique_conso_{METER}.csv": write.history(spring).encode(),
        "ENEDIS_R63_P_CdC_20241102083000.csv": r63.encode(),
        "R64_index.csv": r64().encode(),
        "mes-puissances-atteintes-30min-004000000000-90909.csv": edf_with_repetitions().encode(
            "cp1252"
        ),
        "data_connect.json": write.data_connect(
            readings(date(2024, 10, 27), 2, 60)[:27], date(2024, 10, 28)
        ).encode(),
    }


def main() -> None:
    for folder in ("recorded", "golden"):
        (LINKY / folder).mkdir(exist_ok=True)
        for old in (LINKY / folder).iterdir():
            old.unlink()
    for name, data in files().items():
        file = LINKY / "recorded" / name
        file.write_bytes(data)
        (LINKY / "golden" / f"{name}.json").write_text(text_of(golden(LINKY, file)), "utf-8")


if __name__ == "__main__":
    main()
