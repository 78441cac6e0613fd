"""Answers of Data Connect v5 and of the gateways that repeat it: a load curve as JSON.

`date` is the END of a step on the local clock; the period's end is exclusive.
"""

import json
import re

from clock import OffGrid, Stamps, day_number, local, midnight, minutes_of_step
from curve import curves
from domicile import BadFile
from hourly import placed
from values import Powers


def read(text, notes, name=""):
    """(records, facts) of the answer; `name` tells the flow where the answer does not."""
    body = _body(text)
    kinds = body.get("reading_type")
    kinds = kinds if isinstance(kinds, dict) else {}
    entries = body.get("interval_reading")
    if not isinstance(entries, list):
        raise BadFile("columns", expected="interval_reading")
    unit = str(kinds.get("unit", "W"))
    if unit not in ("W", "kW") or kinds.get("aggregate", "average") != "average":
        found = [str(kinds.get(key, "?")) for key in ("measurement_kind", "aggregate", "unit")]
        raise BadFile("quantity", found=" ".join(found)[:40])
    labelled = list(_readings(entries, Powers(unit), text, notes))
    readings = list(_within(placed(labelled, notes), body, notes))
    if not readings:
        raise BadFile("no-readings", line=1)
    meter = str(body.get("usage_point_id") or "") or None
    said = str(kinds.get("flow_direction") or name).lower()
    flow = "production" if "prod" in said else "consumption"
    records, facts = curves(readings, meter, flow, notes)
    announced = {"from": str(body.get("start", "")), "to": str(body.get("end", ""))}
    return records, {**facts, "meter": meter, "announced": announced}


def _body(text):
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadFile("json", line=error.lineno, text=error.msg[:60]) from None
    except RecursionError:
        raise BadFile("json", line=1, text="nested too deeply") from None
    found = found.get("meter_reading", found) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise BadFile("columns", line=1, expected="meter_reading")
    return found


def _readings(entries, powers, text, notes):
    stamps, lines = Stamps(), _lines(text)
    for number, entry in enumerate(entries):
        line = lines[number] if number < len(lines) else 1
        if not isinstance(entry, dict):
            raise BadFile("bad-line", line=line, text=str(entry)[:40])
        length = str(entry.get("interval_length") or "")
        step = minutes_of_step(length)
        if length and step is None:
            raise BadFile("step-unknown", line=line, text=length[:20])
        value = entry.get("value")
        try:
            end = stamps.label(str(entry.get("date", "")))
        except OffGrid:
            notes.add("off-grid", line, at=str(entry.get("date"))[:40])
            continue
        except ValueError:
            raise BadFile("bad-time", line=line, text=str(entry.get("date"))[:40]) from None
        yield end, powers.read("" if value is None else str(value), line), line, step


def _lines(text):
    """The line on which each entry's date stands: JSON itself knows no lines."""
    found, line, at = [], 1, 0
    for match in re.finditer(r'"date"\s*:', text):
        line += text.count("\n", at, match.start())
        at = match.start()
        found.append(line)
    return found


def _within(readings, body, notes):
    """Readings of the announced period; what lies outside is told and left out."""
    try:
        start, end = (midnight(day_number(str(body[key])[:10])) for key in ("start", "end"))
    except (KeyError, ValueError):
        yield from readings
        return
    outside = []
    for reading in readings:
        if start < reading[0] <= end:
            yield reading
        else:
            outside.append(reading)
    if outside:
        first, last = local(outside[0][0]), local(outside[-1][0])
        facts = {"count": len(outside), "from": first, "to": last}
        notes.add("outside-period", outside[0][2], **facts)
