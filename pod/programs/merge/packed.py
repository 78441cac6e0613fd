"""Readings as literals: numbers separated by spaces, and which file each of them came from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pod.programs.merge.figures import milliwatts, watts
from pod.programs.merge.settle import Slots

GAP = "-"


def pack(slots: Slots, step: int) -> tuple[int, list[str], list[str]]:
    """(first minute, values, raw path of each or "-"): from the first slot to the last."""
    first, last = min(slots), max(slots)
    values, raws = [], []
    for minute in range(first, last + 1, step):
        reading = slots.get(minute)
        if reading is None:
            values.append(GAP)
            raws.append(GAP)
        else:
            values.append(watts(reading[0]))
            raws.append(reading[1])
    return first, values, raws


def unpack(first: int, step: int, values: str, raws: Sequence[str]) -> Slots:
    """The opposite of `pack`. ValueError for what is no number."""
    return {
        first + step * at: (milliwatts(token), raws[at])
        for at, token in enumerate(values.split())
        if token != GAP
    }


def pack_origin(raws: Sequence[str]) -> str | None:
    """Runs of positions in the sorted list of files: `0*20 -*2 1*26`; None if there is one file."""
    names = sorted(set(raws) - {GAP, ""})
    if len(names) == 1 and "" not in raws:
        return None
    places = {name: str(at) for at, name in enumerate(names)} | {GAP: GAP, "": "?"}
    return " ".join(f"{places[raw]}*{len(list(run))}" for raw, run in groupby(raws))


def unpack_origin(text: str | None, names: Sequence[str], count: int) -> list[str]:
    """The file of each value; "" for all where an edit has left them without one."""
    if text is None:
        return list(names) * count if len(names) == 1 else [""] * count
    places = {str(at): name for at, name in enumerate(sorted(names))} | {GAP: GAP, "?": ""}
    found: list[str] = []
    for run in text.split():
        place, _, times = run.partition("*")
        if place not in places or not times.isdecimal() or int(times) > count:
            return [""] * count
        found += [places[place]] * int(times)
    return found if len(found) == count else [""] * count
