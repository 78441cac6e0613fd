"""My Smart Home: what the meters of electricity and gas say about a home.

`run(pod, params)`: params may hold `from` and `to` (ISO local days, both included),
`subscribed_kva` and `off_peak_hours` ("22:00-06:00") where no contract is known.
"""

from datetime import date

from bills import OPTIONS, bills, cents, cost, fair_window, power_for, read_tariffs
from curve import PER_KWH, read_curves
from domicile import Denied, zone
from gas import read_gas, summary
from habits import night_charges
from heating import same_weather, sensitivity
from hours import find_hours
from measures import (
    base_load,
    by_day,
    by_month,
    clock,
    complete_days,
    energy,
    energy_within,
    kwh,
    largest,
    missing_half_hours,
    week,
)
from registers import check, colours_from, read_registers
from tempo import PERIODS, read_colours, split, unknown_days
from trend import compare
from views import empty_views, views
from views_gas import gas_views
from words import count, day, number, text

DEFAULT_HOURS = "22:00-06:00"
HOURS_A_YEAR = 8.76  # kWh a year for each W
NUMBERS = """from to meter total_kwh baseload_w baseload_kwh_year off_peak_share evening_share max_w
max_at co2_kg co2_factor tempo_kwh bill_eur subscribed_kva priced_kva off_peak_hours heating
comparison index_check night_charges trend same_weather gas"""


def run(pod, params):
    """The result that `result.schema.json` describes."""
    first = date.fromisoformat(params.get("from") or "0001-01-01")
    last = date.fromisoformat(params.get("to") or "9999-12-31")
    bounds = {key: params[key] for key in ("from", "to") if params.get(key)}
    curves = read_curves(pod.query("load_curve", **bounds), zone("Europe/Paris"), first, last)
    temperatures = _temperatures(pod, bounds)
    found = _Home(pod, params, bounds, curves, temperatures).result() if curves else _nothing()
    return found | _gas(pod, bounds, (first, last), temperatures, found)


def _gas(pod, bounds, span, temperatures, found):
    """What `found` becomes with the gas meter that has most days; without one, it says so."""
    meters = read_gas(pod, bounds, *span)
    if not meters:
        none = text("Aucune journée de gaz sur cette période.", "No gas day in this period.")
        return {"gas": None, "missing": found["missing"] | {"gas": none}}
    factor = next(f for f in pod.query("emission_factors") if f["energy"] == "gas")
    gas, missing = summary(meters[0], factor, pod.query("gas_tariffs"), temperatures)
    kept = {name: why for name, why in found["missing"].items() if name != "gas"}
    seen = found["views"] if found["days"] else []
    return {
        "gas": gas,
        "missing": kept | missing,
        "views": [*seen, *gas_views(gas, found["by_month"])],
    }


def _temperatures(pod, bounds):
    """{day: °C}: the owner's own table, and what came with the gas."""
    found = {date.fromisoformat(row["day"]): row["celsius"] for row in pod.query("temperatures")}
    try:
        near = pod.query("day_temperatures", **bounds)
    except Denied:
        return found
    return found | {date.fromisoformat(row["day"]): row["celsius"] for row in near}


class _Home:
    """One run: what was asked of the pod, and what is worked out from it, once."""

    def __init__(self, pod, params, bounds, curves, temperatures):
        self.curve, self.others = curves[0], curves[1:]
        self.missing, self.notes = {}, []
        index = pod.query("daily_index", **bounds)
        self.registers = read_registers(index, pod.query("tariff_calendars"), self.curve.meter)
        self.tariffs = read_tariffs(pod.query("tariffs"))
        self.colours = colours_from(self.registers) | read_colours(pod.query("tempo_days"))
        self.factor = next(f for f in pod.query("emission_factors") if f["energy"] == "electricity")
        self.temperatures = temperatures
        contract = _contract(pod)
        self.max_w, self.max_at = largest(self.curve)
        self.kva = self._kva(params, contract)
        self.hours = self._hours(params, contract)
        self.inside = clock(self.hours["value"])
        self._note_meters()

    def result(self):
        curve, total = self.curve, energy(self.curve)
        self.priced_kva = self.tariffs.priced(self.kva["value"])
        watts = base_load(curve)
        evening = [18 * 60 <= minute < 20 * 60 for minute in range(1440)]
        found = {
            "from": curve.first.isoformat(),
            "to": curve.last.isoformat(),
            "days": (curve.last - curve.first).days + 1,
            "readings": curve.readings,
            "missing_half_hours": missing_half_hours(curve),
            "meter": curve.meter,
            "total_kwh": kwh(total),
            "by_month": by_month(curve),
            "baseload_w": _plain(watts),
            "baseload_kwh_year": None if watts is None else round(watts * HOURS_A_YEAR, 2),
            "off_peak_share": _share(energy_within(curve.stretches, self.inside), total),
            "evening_share": _share(energy_within(curve.stretches, evening), total),
            "max_w": self.max_w,
            "max_at": self.max_at,
            "co2_kg": round(total / PER_KWH * float(self.factor["kg_per_kwh"]), 3),
            "co2_factor": {
                "id": self.factor["id"],
                "source": self.factor["source"],
                "date": self.factor["date"],
                "kg_per_kwh": float(self.factor["kg_per_kwh"]),
                "scope": self.factor["scope"],
            },
            "subscribed_kva": self.kva,
            "priced_kva": self.priced_kva,
            "off_peak_hours": self.hours,
            "tariffs": self.tariffs.listed(),
        }
        found |= self._tempo() | self._bills() | self._heating()
        found["index_check"] = check(curve, self.registers, self.inside, self.colours)
        found["night_charges"] = night_charges(curve)
        found["trend"] = compare(curve)
        found["gas"] = None
        found["missing"], found["notes"] = self.missing, self.notes
        daily = {d: amount / PER_KWH for d, amount in by_day(curve).items()}
        found["views"] = views(found, daily, week(curve), self._year_of_base_load(watts))
        return found

    def _tempo(self):
        unknown = unknown_days(self.curve, self.colours)
        if unknown:
            self.missing["tempo_kwh"] = self.missing["bill_eur.tempo"] = text(
                "La couleur Tempo n'est pas connue pour {}, à partir du {}.",
                "The Tempo colour is not known for {}, from {} on.",
                count(len(unknown), "jour", "jours", "day", "days"),
                day(min(unknown)),
            )
            return {"tempo_kwh": None}
        amounts = split(self.curve, self.colours)
        return {"tempo_kwh": {period: kwh(amounts[period]) for period in PERIODS}}

    def _bills(self):
        priced = bills(self.curve, self.tariffs, self.priced_kva, self.inside, self.colours)
        window = fair_window(self.curve, self.colours)
        fair = None
        if window:
            part = self.curve.between(*window)
            costs = bills(part, self.tariffs, self.priced_kva, self.inside, self.colours)
            fair = {
                "from": window[0].isoformat(),
                "to": window[1].isoformat(),
                "days": (window[1] - window[0]).days + 1,
                "eur": {option: cents(costs[option]) for option in OPTIONS},
                "missing_half_hours": missing_half_hours(part),
                "red_peak_kwh": kwh(split(part, self.colours)["red_peak"]),
                "red_days": sum(self.colours[d] == "red" for d in part.days),
            }
        return {"bill_eur": {o: cents(priced[o]) for o in OPTIONS}, "comparison": fair}

    def _heating(self):
        whole, amounts = complete_days(self.curve), by_day(self.curve)
        days = [d for d in whole if self.temperatures.get(d) is not None]
        pairs = [(float(self.temperatures[d]), amounts[d] / PER_KWH) for d in sorted(days)]
        found = sensitivity(pairs)
        if found is None and not self.temperatures:
            self.missing["heating"] = text(
                "Aucune température n'est connue pour votre commune.",
                "No temperatures are known for your town.",
            )
        elif found is None:
            self.missing["heating"] = text(
                "Les températures connues ne couvrent que {} de vos mesures, ou votre consommation "
                "ne monte pas quand il fait froid.",
                "The known temperatures cover only {} of your readings, or your use does not rise "
                "with the cold.",
                count(len(pairs), "jour", "jours", "day", "days"),
            )
        kwh_of = {d: amounts[d] / PER_KWH for d in whole}
        return {"heating": found, "same_weather": same_weather(kwh_of, self.temperatures)}

    def _kva(self, params, contract):
        given = params.get("subscribed_kva") or contract.get("kva")
        if given:
            source = "params" if params.get("subscribed_kva") else "contract"
            said = text("D'après votre contrat.", "From your contract.")
            return {"value": _plain(float(given)), "source": source, "text": said}
        said = text(
            "Votre contrat n'est pas connu : c'est la plus petite puissance qui laisse passer "
            "votre "
            "maximum, {} W.",
            "Your contract is not known: this is the smallest power that lets your maximum, {} W, "
            "through.",
            number(self.max_w),
        )
        value = power_for(self.max_w)
        return {"value": value, "source": "largest power drawn", "text": said}

    def _hours(self, params, contract):
        given = params.get("off_peak_hours") or contract.get("hours")
        if given:
            source = "params" if params.get("off_peak_hours") else "contract"
            said = text("D'après votre contrat.", "From your contract.")
            return {"value": given, "source": source, "text": said}
        if self.registers.period_kinds() == "off_peak":
            read = find_hours(self.curve, self.registers)
            if read:
                said = text(
                    "Lues dans le relevé de votre compteur.", "Read from your meter's registers."
                )
                return {"value": read, "source": "meter registers", "text": said}
        said = text(
            "Heures creuses de 22 h à 6 h par défaut : les vôtres sont sur votre contrat, et "
            "depuis "
            "novembre 2025 bien des foyers en ont d'autres.",
            "Off-peak hours from 22:00 to 6:00 by default: yours are in your contract, and since "
            "November 2025 many homes have others.",
        )
        return {"value": DEFAULT_HOURS, "source": "default", "text": said}

    def _year_of_base_load(self, watts):
        """Euros a year of the base load at the Base price; None without either."""
        if watts is None:
            return None
        used = {"all": round(watts * HOURS_A_YEAR * PER_KWH)}
        return cents(cost(self.tariffs, "base", self.priced_kva, used, 0))

    def _note_meters(self):
        if self.others:
            self.notes.append(
                text(
                    "{} dans votre pod : celui qui a le plus de mesures est compté, les autres "
                    "non.",
                    "{} in your pod: the one with most readings is counted, the others are not.",
                    count(len(self.others) + 1, "compteur", "compteurs", "meter", "meters"),
                )
            )


def _contract(pod):
    try:
        rows = list(pod.query("contract"))
    except Denied:
        return {}
    return rows[0] if rows else {}


def _share(part, total):
    return round(part / total, 6) if total else None


def _plain(value):
    return int(value) if value is not None and value == int(value) else value


def _nothing():
    reason = text("Aucune courbe de charge sur cette période.", "No load curve in this period.")
    lists = {"by_month": [], "tariffs": [], "notes": [], "views": empty_views()}
    zeros = {"days": 0, "readings": 0, "missing_half_hours": 0}
    names = NUMBERS.split()
    return dict.fromkeys(names) | zeros | lists | {"missing": dict.fromkeys(names, reason)}
