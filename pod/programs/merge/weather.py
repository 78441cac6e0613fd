"""Mean temperatures outside, by day, as a holder of other data gives them beside: one document a
year, `/energy/temperatures/2021.ttl`. Of two files that tell a day the newer one's counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pod.model import Json
from pod.programs.merge.check import DAY, match
from pod.programs.merge.gas import temperature
from pod.programs.merge.items import Field, Item, Items, Shape, item
from pod.programs.merge.model import Family, Found, Ground
from pod.rdf.terms import DOM, XSD

HOME = "/energy/temperatures/"
DAY_TEMPERATURE = Shape(
    types=(DOM.DayTemperature,),
    fields=(
        Field("day", DOM.day, XSD.date),
        Field("celsius", DOM.outsideCelsius, XSD.decimal),
    ),
    must=("day", "celsius"),
    figures=("celsius",),
)


def _temperature(record: Json) -> Item:
    day = date.fromisoformat(match(DAY, record["day"])).isoformat()
    return item(DAY_TEMPERATURE, day, {"day": day, "celsius": temperature(record["celsius"])})


def _place(items: Sequence[Item], ground: Ground) -> dict[str, list[Item]]:
    placed: dict[str, list[Item]] = {}
    for one in items:
        placed.setdefault(f"{HOME}{one.get('day')[:4]}.ttl", []).append(one)
    return placed


def _count(items: Sequence[Item], ground: Ground, found: Found) -> None:
    found.readings += len(items)
    for one in items:
        found.reach(one.get("day"), one.get("day"))


FAMILY = Family(
    home=HOME,
    classes=("DayTemperature",),
    types={"DayTemperature": _temperature},
    place=_place,
    open=lambda path, body, ground: Items(path, body, [DAY_TEMPERATURE]),
    count=_count,
)
