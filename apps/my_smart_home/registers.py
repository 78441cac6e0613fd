"""The meter's own registers at midnight, and whether the curve says the same."""

from dataclasses import dataclass
from datetime import date

from curve import DAY, PER_WH, meter_of
from measures import complete_days, energy_within
from tempo import split_day

NAMES = {
    "bleu heures creuses": "blue_off_peak",
    "bleu heures pleines": "blue_peak",
    "blanc heures creuses": "white_off_peak",
    "blanc heures pleines": "white_peak",
    "rouge heures creuses": "red_off_peak",
    "rouge heures pleines": "red_peak",
    "heures creuses": "off_peak",
    "heures pleines": "peak",
    "base": "all",
}
SHOWN = 10  # differences kept in the result


@dataclass(slots=True)
class Registers:
    """`used[day]` = ({period: Wh} or {}, total Wh) that the meter counted during a local day."""

    used: dict

    def period_kinds(self):
        """Which options the registers tell apart: "tempo", "off_peak", "base"; or nothing."""
        periods = {period for by_period, _ in self.used.values() for period in by_period}
        if "blue_peak" in periods:
            return "tempo"
        if "off_peak" in periods:
            return "off_peak"
        return "base" if "all" in periods else None


def read_registers(index, calendars, meter):
    """What the meter counted each day for which it was read at both midnights."""
    readings = {
        date.fromisoformat(row["day"]): (_pairs(row["registers"]), row["total"])
        for row in index
        if meter_of(row) == meter
    }
    known = sorted(
        (date.fromisoformat(row["since"]), _pairs(row["names"]))
        for row in calendars
        if meter_of(row) == meter
    )
    used = {}
    for day in sorted(readings):
        if day + DAY in readings:
            names = next((n for since, n in reversed(known) if since <= day), {})
            found = _used(readings[day], readings[day + DAY], names)
            if found is not None:
                used[day] = found
    return Registers(used)


def check(curve, registers, inside, colours):
    """How the curve agrees with the meter, to the watt-hour, on every day that both know whole.

    {"from","to","days","agree","kind","differences":[{"day","period","meter_wh","curve_wh"}]}, or
    None where there is no such day. Registers are whole watt-hours: less than one apart is equal.
    """
    whole = complete_days(curve)
    compared, agree, differences = [], 0, []
    for day, (by_period, total) in registers.used.items():
        if day not in whole:
            continue
        compared.append(day)
        said = _curve_says(curve.days[day], day, by_period, inside, colours)
        found = [
            {"day": day.isoformat(), "period": p, "meter_wh": wh, "curve_wh": round(amount, 1)}
            for p, wh, amount in _sides(by_period, total, said)
            if abs(wh - amount) >= 1
        ]
        agree += not found
        differences += found
    if not compared:
        return None
    return {
        "from": compared[0].isoformat(),
        "to": compared[-1].isoformat(),
        "days": len(compared),
        "agree": agree,
        "kind": registers.period_kinds(),
        "differences": differences[:SHOWN],
    }


def colours_from(registers):
    """{day: colour} of the days on which the peak register of one Tempo colour alone moved."""
    colours = {}
    for day, (by_period, _) in registers.used.items():
        moved = [c for c in ("blue", "white", "red") if by_period.get(f"{c}_peak", 0) > 0]
        if len(moved) == 1:
            colours[day] = moved[0]
    return colours


def _pairs(text):
    return dict(part.strip().rsplit("=", 1) for part in (text or "").split(";") if "=" in part)


def _used(start, end, names):
    """({period: Wh}, total Wh) between two readings; None where a register ran backwards."""
    by_period = {}
    moved = {r: int(end[0][r]) - int(start[0][r]) for r in start[0] if r in end[0]}
    for register, amount in moved.items():
        period = NAMES.get(names.get(register, "").strip().lower())
        if period:
            by_period[period] = by_period.get(period, 0) + amount
    total = end[1] - start[1] if None not in (start[1], end[1]) else sum(by_period.values())
    if total < 0 or any(amount < 0 for amount in by_period.values()):
        return None
    return by_period, total


def _curve_says(stretches, day, by_period, inside, colours):
    """{period: Wh} of one day of the curve, by the periods that the registers tell apart."""
    whole = sum(s.energy for s in stretches)
    said = {"all": whole}
    if "blue_peak" in by_period and day in colours and day - DAY in colours:
        said |= split_day(stretches, colours[day - DAY], colours[day])
    elif "off_peak" in by_period:
        low = energy_within(stretches, inside)
        said |= {"off_peak": low, "peak": whole - low}
    return {period: amount / PER_WH for period, amount in said.items()}


def _sides(by_period, total, said):
    """(period, the meter's Wh, the curve's Wh), register by register, then the total."""
    split = "blue_peak" not in by_period or len(said) > 1
    if split:
        yield from ((p, wh, said.get(p, 0.0)) for p, wh in by_period.items() if p != "all")
    yield "all", total, said["all"]
