"""The temperatures beside the readings: {"2020-12-01": 7.59…}, a mean a day, in °C.

The customer space gives those of the weather station next to the home; the files that hold readings
have none in practice.
"""

from datetime import timedelta

from domicile import BadFile
from space import whole
from values import celsius, day, start_of


def read(file, notes):
    """(records by day, facts of the file)."""
    text = file.text(("utf-8-sig",))
    held = whole(text)
    if not isinstance(held, dict):
        raise BadFile("json-shape", line=1, expected='{"2020-12-01": 7.6}')
    records, at, line = {}, 0, 1
    for name, value in held.items():
        place = text.find(f'"{name}"', at)
        if place >= 0:
            line, at = line + text.count("\n", at, place), place
        one = celsius(value, line)
        if one is not None:
            gas = day(name, line)
            records[gas] = {"type": "DayTemperature", "day": gas.isoformat(), "celsius": one}
    return records, {
        "exported": None,
        "end": start_of(max(records) + timedelta(days=1)) if records else None,
    }
