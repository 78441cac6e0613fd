"""The pod's own data, read once; a household's files, in the very formats of holders."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from pod.errors import BadInput
from pod.model import Agent, Json
from pod.programs.fictitious.curve import DAY, HALF_HOUR, SLOTS, Curve
from pod.programs.fictitious.measure import measure, repeated
from pod.programs.fictitious.money import habits, spend
from pod.sample import METER, PARIS, Reading, hour_file, index_file, ofx
from pod.sample_rights import write_rights
from pod.space import Space

MOST_DAYS = 1100
SAID = {
    "fr": "Données fictives, tirées des statistiques d’un seul foyer. Elles ne sont pas anonymes : rien n’est "
    "promis au-delà de ce qui est mesuré ici. Pour développer, pas pour publier.",
    "en": "Fictitious data, drawn from the statistics of one household. They are not anonymous: nothing is "
    "promised beyond what is measured here. For development, not for publication.",
}

_READINGS = """PREFIX dom: <https://w3id.org/domicile/ns#>
PREFIX sosa: <http://www.w3.org/ns/sosa/> PREFIX qudt: <http://qudt.org/schema/qudt/>
PREFIX unit: <http://qudt.org/vocab/unit/> PREFIX schema: <https://schema.org/>
SELECT ?meter ?startsAt ?step ?values WHERE { GRAPH ?g { ?r a dom:LoadCurveDay ;
  sosa:observedProperty dom:ActivePowerImport ; sosa:madeBySensor ?sensor ; dom:startsAt ?startsAt ;
  dom:step ?step ; dom:values ?values ; qudt:unit unit:W .
  OPTIONAL { ?sensor schema:identifier ?meter } } }"""
_MOVES = """PREFIX dom: <https://w3id.org/domicile/ns#> PREFIX schema: <https://schema.org/>
SELECT ?day (STR(?value) AS ?amount) (STRAFTER(STR(?kind), "#") AS ?category) WHERE { GRAPH ?g {
  ?move a dom:Transaction ; dom:bookingDate ?day ; dom:category ?kind ; schema:amount ?sum .
  ?sum schema:value ?value ; schema:currency "EUR" } }"""


def own_days(space: Space, agent: Agent) -> dict[date, list[float | None]]:
    """Mean W of the half hours of each local day, of the meter that has most."""
    sums: dict[str, dict[datetime, list[float]]] = defaultdict(dict)
    for meter, starts, step, values in space.query(agent, _READINGS).rows:
        minutes = {"PT60M": 60, "PT1H": 60}.get(step) or int(step[2:-1])
        now = datetime.fromisoformat(starts)
        for text in str(values).split():
            for part in range(max(1, minutes // 30)):
                at = now + part * HALF_HOUR
                slot = at.replace(minute=at.minute // 30 * 30)
                if text != "-":
                    held = sums[str(meter)].setdefault(slot, [0.0, 0.0])
                    held[0] += float(text) * min(minutes, 30)
                    held[1] += min(minutes, 30)
            now += timedelta(minutes=minutes)
    found: dict[date, list[float | None]] = {}
    for slot, (energy, known) in max(sums.values(), key=len, default={}).items():
        local = slot.astimezone(PARIS)
        day = found.setdefault(local.date(), [None] * SLOTS)
        if known >= 30:
            day[local.hour * 2 + local.minute // 30] = energy / known
    return found


def own_moves(space: Space, agent: Agent) -> list[tuple[date, Decimal, str]]:
    rows = space.query(agent, _MOVES).rows
    return sorted((date.fromisoformat(d), Decimal(a), c) for d, a, c in rows)


def write(
    space: Space, agent: Agent, folder: Path, *, days: int, seed: int, until: date | None = None
) -> Json:
    """Writes a household's files into `folder` (new, the owner's user's alone) in holders' formats, and
    about.json beside them, which is returned: what they are, what was measured, in which order they are
    to be imported. What the pod has no data of comes from the sample household, and is said.

    Raises BadInput where there is too little to draw from.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"1 to {MOST_DAYS} days", setting="days")
    real, moves = own_days(space, agent), own_moves(space, agent)
    curve = Curve(real)
    last = until or max(real)
    first = last - (days - 1) * DAY
    powers = list(curve.draw(first, last, seed))
    entries = (
        spend(habits(moves), first, last, seed, frozenset((d, a) for d, a, _ in moves))
        if moves
        else []
    )
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise BadInput(f"{folder}: {error.strerror}", setting="folder") from None
    files = _curves(folder, powers, first, last)
    if entries:
        files.append(
            _kept(folder / f"releve_{first:%Y%m%d}-{last:%Y%m%d}.ofx", ofx(entries, last), "cp1252")
        )
    rights = write_rights(folder, until=last)
    for file in rights:
        file.chmod(0o600)
    about: Json = {
        "said": SAID,
        "seed": seed,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "drawn_from": {"days": len(real), "transactions": len(moves)},
        "measured": measure(real, powers) | {"transactions_repeated": repeated(moves, entries)},
        "of_the_sample_household": [f.name for f in rights],
        "files": [f.name for f in (*files, *rights)],
    }
    _kept(folder / "about.json", json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return about


def _curves(
    folder: Path, powers: Sequence[tuple[datetime, int]], first: date, last: date
) -> list[Path]:
    files, start = [], first
    while start <= last:  # a customer space gives a year at most
        end = min(start + 365 * DAY, last + DAY)
        readings = (Reading(at + HALF_HOUR, 30, watts) for at, watts in powers)
        name = f"Enedis_Conso_Heure_{start:%Y%m%d}-{end:%Y%m%d}_{METER}.csv"
        files.append(_kept(folder / name, hour_file(readings, start, end), "utf-8-sig"))
        start = end
    name = f"Enedis_Conso_Jour_{first:%Y%m%d}-{last + DAY:%Y%m%d}_{METER}.csv"
    return [*files, _kept(folder / name, index_file(powers, first, last + DAY), "utf-8-sig")]


def _kept(file: Path, text: str, encoding: str) -> Path:
    file.touch(0o600)
    file.write_text(text, encoding, newline="")
    return file
