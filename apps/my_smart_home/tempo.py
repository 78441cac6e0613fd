"""Tempo: the colour of a day holds from 6:00 to 6:00 on the next; peak is 6:00 to 22:00."""

from datetime import date

from curve import DAY

PERIODS = ("blue_off_peak", "blue_peak", "white_off_peak", "white_peak", "red_off_peak", "red_peak")
MORNING, NIGHT = 6 * 60, 22 * 60


def read_colours(table):
    """{day: "blue" | "white" | "red"} from the reference data: one row a season."""
    colours = {}
    for row in table:
        day, last = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
        while day <= last:
            colours[day] = "blue"
            day += DAY
        for colour in ("white", "red"):
            colours.update((date.fromisoformat(d), colour) for d in row[colour].split())
    return colours


def split_day(stretches, before, today):
    """{period: mW·min} of one day, given the colours of the day before and of this day."""
    amounts = {}
    for stretch in stretches:
        step = stretch.step
        for minute, value in stretch:
            if minute < MORNING:
                period = f"{before}_off_peak"
            elif minute < NIGHT:
                period = f"{today}_peak"
            else:
                period = f"{today}_off_peak"
            amounts[period] = amounts.get(period, 0) + value * step
    return amounts


def split(curve, colours):
    """{period: mW·min} of a curve whose days all have a known colour."""
    amounts = dict.fromkeys(PERIODS, 0)
    for day, stretches in curve.days.items():
        for period, amount in split_day(stretches, colours[day - DAY], colours[day]).items():
            amounts[period] += amount
    return amounts


def unknown_days(curve, colours):
    """The days of a curve of which the colour, or the one of the night before, is not known."""
    return [day for day in curve.days if day not in colours or day - DAY not in colours]
