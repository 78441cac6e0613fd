"""Half hours of power in a CSV file: the least connector that recognises, reads and complains well.

`recognise(file)` gives a format's id or None; `read(file, format)` yields records, and raises BadFile with
a reason and a line for a file that is damaged. Nothing that was yielded counts unless `read` ends well.
"""

from datetime import datetime, timedelta

from domicile import BadFile

FORMAT, HEAD, STEP = "template-half-hours", "start_utc;watts", timedelta(minutes=30)


def recognise(file):
    return FORMAT if file.head_text().splitlines()[:1] == [HEAD] else None


def read(file, format):
    start, values = None, []
    for number, line in file.lines():
        if number == 1 or not line:
            continue
        at, watts = reading(number, line)
        if start is not None and at != start + STEP * len(values):
            yield curve(start, values)  # something is missing: the next record starts after it
            start = None
        if start is None:
            start, values = at, []
        values.append(watts)
    if start is None:
        raise BadFile("no-readings", line=1)
    yield curve(start, values)
    yield {"type": "File", "format": format, "exported": None}


def reading(number, line):
    try:
        at, watts = line.split(";")
        return datetime.fromisoformat(at.removesuffix("Z")), int(watts)
    except ValueError:
        raise BadFile("bad-line", line=number, text=line[:40]) from None


def curve(start, values):
    return {
        "type": "LoadCurve",
        "meter": None,
        "flow": "consumption",
        "step": 1800,
        "unit": "W",
        "start": f"{start.isoformat()}Z",
        "values": values,
    }
