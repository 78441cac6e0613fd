"""Files of Enedis and EDF, written from readings: `(START in UTC, minutes, W or None)`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
METER = "14298765432109"
Reading = tuple[datetime, int, int | float | None]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)


def readings(first: date, days: int, minutes: int = 30) -> list[Reading]:
    """Whole local days; the powers depend on the moment alone."""
    now, end = midnight(first), midnight(first + timedelta(days=days))
    found: list[Reading] = []
    while now < end:
        found.append((now, minutes, power(now)))
        now += timedelta(minutes=minutes)
    return found


def power(moment: datetime) -> int:
    """Some even W for a moment, the same whenever it is asked."""
    minute = int(moment.timestamp()) // 60
    return 160 + minute * 7919 % 1213 * 2


def ends(given: Iterable[Reading]) -> list[tuple[datetime, int, Any]]:
    return [((at + timedelta(minutes=m)).astimezone(PARIS), m, value) for at, m, value in given]


HEAD = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite"
)


def hourly(given: Sequence[Reading], *, step: str = "", metier: str = "Consommation") -> str:
    first, last = given[0][0].astimezone(PARIS), ends(given)[-1][0]
    lines = [
        HEAD + ";Pas en minutes",
        f"{METER};Courbe de charge;{first:%d/%m/%Y};{last:%d/%m/%Y};Energie active;{metier};"
        f"Comptage Brut;W;{step}",
        "Horodate;Valeur",
    ]
    lines += [f"{end.isoformat()};{'' if v is None else v}" for end, _, v in ends(given)]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def history(given: Sequence[Reading]) -> str:
    lines = ["debut;fin;kW"]
    for (start, _, value), (end, _, _) in zip(given, ends(given), strict=True):
        kilo = "null" if value is None else f"{value / 1000:g}".replace(".", ",")
        span = f"{start.astimezone(PARIS):%Y-%m-%dT%H:%M};{end:%Y-%m-%dT%H:%M}"
        lines.append(f'{span};"{kilo}"' if "," in kilo else f"{span};{kilo}")
    return "\n".join(lines) + "\n"


MEASURES = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;"
    "Unité;Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire"
)


def r63(given: Sequence[Reading], meter: str = METER, metier: str = "CONS") -> str:
    """Rows below the header, so that files of several meters are put together."""
    period = f"{given[0][0].astimezone(PARIS):%F} 00:00:00;{ends(given)[-1][0]:%F} 00:00:00"
    return "".join(
        f"{meter};{period};PA;{metier};BRUT;W;{end:%F %T};{'' if v is None else v};B;PT{m}M;0;0\n"
        for end, m, v in ends(given)
    )


def edf(given: Sequence[Reading]) -> str:
    lines = [
        "",
        "Récapitulatif de mes puissances atteintes en W",
        "",
        "Date et heure de relève par le distributeur;Puissance atteinte (W);Nature de la donnée",
        "",
    ]
    newest = ends(given)[::-1]
    for day, block in groupby(newest, key=lambda e: (e[0] - timedelta(minutes=1)).date()):
        lines.append(f"{day:%d/%m/%Y};;")
        lines += [f"{end:%T};{'' if v is None else v};Réelle" for end, _, v in block]
        lines.append("")
    return "\n".join(lines)


def data_connect(given: Sequence[Reading], until: date | None = None) -> str:
    rows = [
        {
            "value": str(value),
            "date": f"{end:%F %T}",
            "interval_length": f"PT{minutes}M",
            "measure_type": "B",
        }
        for end, minutes, value in ends(given)
        if value is not None
    ]
    answer = {
        "usage_point_id": METER,
        "start": f"{given[0][0].astimezone(PARIS):%F}",
        "end": (until or ends(given)[-1][0].date()).isoformat(),
        "quality": "BRUT",
        "reading_type": {"measurement_kind": "power", "unit": "W", "aggregate": "average"},
        "interval_reading": rows,
    }
    return json.dumps({"meter_reading": answer}, indent=1) + "\n"


REGISTERS = [f"EAS F{n}" for n in range(1, 11)] + [f"EAS D{n}" for n in range(1, 5)] + ["EAS T"]


def daily(days: Sequence[tuple[date, dict[str, int]]], names: dict[str, str]) -> str:
    """Registers of local midnights; summer rows are stamped 01:00, as Enedis does."""
    lines = [
        HEAD,
        f"{METER};Index;{days[0][0]:%d/%m/%Y};{days[-1][0]:%d/%m/%Y};Energie active;Consommation;"
        "Comptage Brut;Wh",
        ";".join(["Horodate", "Type de releve", *REGISTERS]),
    ]
    for day, values in days:
        stamp = midnight(day).astimezone(PARIS)
        stamp += timedelta(hours=1) if stamp.dst() else timedelta()
        cells = [str(values.get(name, "")) for name in REGISTERS]
        lines.append(f"{stamp.isoformat()};Arrêté quotidien;" + ";".join(cells))
    if names:
        lines += _calendar(days[0][0], names)
    return "\ufeff" + "\n".join(lines) + "\n"


def _calendar(since: date, names: dict[str, str]) -> list[str]:
    titles = ["Periode", "Identifiant calendrier fournisseur", "Libelle calendrier fournisseur"]
    cells = [f"Du {midnight(since).astimezone(PARIS).isoformat()} au", "FC000020", "HP/HC"]
    for number in range(1, 11):
        kind = f"classe temporelle {number}"
        titles += [f"Identifiant {kind}", f"Libelle {kind}", f"Cadran {kind}"]
        register = f"EAS F{number}"
        cells += ["X" if register in names else "", names.get(register, ""), register]
    return [";".join(titles), ";".join(cells)]
