"""What the groups of a frame mean: registers at a moment, and the points of the load curve.

Dates are `SAAMMJJhhmmss`: the season S says the offset (H winter, UTC+1; E summer, UTC+2; small
letters where the meter's clock is not sure of itself). A historic frame has no date: the moment is
when it arrived, where whoever listened has written it; else the pod takes that of the file.
"""

import re
from datetime import datetime, timedelta, timezone

from domicile import BadFile

OFFSETS = {"H": 1, "E": 2}
_DATE = re.compile(r"([HEhe ])([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})")
STEPS = (600, 900, 1800, 3600)
UTC = timezone.utc  # noqa: UP017
HISTORIC = (
    *("BASE", "HCHC", "HCHP", "EJPHN", "EJPHPM"),
    *("BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW", "BBRHCJR", "BBRHPJR"),
)
CURVES = (("CCASN", "consumption"), ("CCAIN", "production"))


def records(frames, notes):
    """A MeterReading a frame, and a LoadCurve for the points of each that has some. The same moment
    told twice counts once."""
    found, curves = {}, {}
    for frame in frames:
        number = _number(frame)
        reading = _reading(frame, number)
        found[(number, reading["at"])] = reading
        for label, flow in CURVES:
            for record in _curve(frame, label, flow, number, notes):
                curves[(number, flow, record["start"], record["step"])] = record
    return [*found.values(), *curves.values()]


def end(frames):
    """The latest moment that a frame tells, None where none does."""
    moments = [_moment(frame) for frame in frames]
    return max((at for at in moments if at), default=None)


def _number(frame):
    """The point of delivery [PRM], as Enedis's files name it; in the historic mode the meter's own
    address."""
    number = frame.value("PRM") or frame.value("ADSC") or frame.value("ADCO")
    if not re.fullmatch(r"[0-9A-Z]{6,20}", number):
        raise BadFile("bad-meter", line=frame.line, text=number[:40])
    return number


def _moment(frame):
    date = frame.groups.get("DATE", ("", ""))[0]
    return _utc(_date(date, frame.line)) if date else frame.arrived


def _reading(frame, number):
    registers = _registers(frame)
    if not registers:
        raise BadFile("no-readings", line=frame.line)
    standard = frame.standard
    said = {
        "total": _whole(frame, "EAST"),
        "produced": _whole(frame, "EAIT"),
        "apparentVa": _whole(frame, "SINSTS" if standard else "PAPP"),
        "subscribedKva": _subscribed(frame),
        "tariff": _words(frame, "NGTF" if standard else "OPTARIF"),
        "period": _words(frame, "LTARF" if standard else "PTEC"),
    }
    reading = {
        "type": "MeterReading",
        "meter": number,
        "at": _moment(frame),
        "registers": registers,
    }
    return reading | {name: value for name, value in said.items() if value is not None}


def _registers(frame):
    """Wh by the names that Enedis's daily files have: `EAS F1` for the supplier's first register."""
    if not frame.standard:
        return {n: v for n in HISTORIC if (v := _whole(frame, n)) is not None}
    named = [(f"EASF{n:02}", f"EAS F{n}") for n in range(1, 11)]
    named += [(f"EASD{n:02}", f"EAS D{n}") for n in range(1, 5)]
    return {name: v for label, name in named if (v := _whole(frame, label)) is not None}


def _subscribed(frame):
    """kVA; in the historic mode amperes at 200 VA each, as contracts count them."""
    if frame.standard:
        return _whole(frame, "PREF")
    amperes = _whole(frame, "ISOUSC")
    if amperes is None:
        return None
    kva, rest = divmod(amperes, 5)
    return kva if not rest else None


def _whole(frame, label):
    text = frame.value(label)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise BadFile("bad-value", line=frame.line, text=f"{label} {text}"[:40])
    return int(text)


def _words(frame, label):
    """Words of a group without dots and spaces that fill it up."""
    return " ".join(frame.value(label).strip(".").split())[:40] or None


def _curve(frame, label, flow, number, notes):
    """The last two points of the load curve: each is the mean power of the step that ends at its
    date. Their distance is the step; without it they are not known well enough to keep."""
    points = [(frame.groups.get(name), name) for name in (f"{label}-1", label)]
    if any(group is None or not group[0] for group, _ in points):
        return
    (before, first), (after, last) = (
        (_date(group[0], frame.line), _whole(frame, name)) for group, name in points
    )
    step = int((after - before).total_seconds())
    off = before.second or before.minute % 5
    if step not in STEPS or off or first is None or last is None:
        notes.add("tic-curve", frame.line, found=label)
        return
    yield {
        "type": "LoadCurve",
        "meter": number,
        "flow": flow,
        "step": step,
        "unit": "W",
        "start": _utc(before - timedelta(seconds=step)),
        "values": [first, last],
    }


def _date(text, line):
    found = _DATE.fullmatch(text)
    offset = OFFSETS.get(found[1].upper()) if found else None
    if offset is None:
        raise BadFile("bad-time", line=line, text=text[:40])
    year, month, day, hour, minute, second = map(int, found.groups()[1:])
    try:
        local = datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise BadFile("bad-time", line=line, text=text[:40]) from None
    return local - timedelta(hours=offset)


def _utc(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
