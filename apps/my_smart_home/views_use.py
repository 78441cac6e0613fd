"""Views on what was used: how much, when, and how strongly at once."""

from datetime import date, timedelta

from words import Said, clock, count, day, hour, join, month, number, ranges, text, weekday

MOST_DAYS = 800  # beyond, months are drawn instead of days
MANY_DAYS = 400  # beyond, weeks are: the seasons show, the week-ends do not hide them
KNOWN_DAYS = 4  # of a week, for its mean
METER = text("Courbe de charge du compteur", "The meter's load curve")


def how_much(found):
    per_day = found["total_kwh"] / max(1, found["days"])
    sentence = text(
        "Du {} au {}, soit {} kWh par jour en moyenne, d'après {}.",
        "From {} to {}, {} kWh a day on average, from {}.",
        day(found["from"]),
        day(found["to"]),
        number(per_day, 1),
        count(found["readings"], "mesure", "mesures", "reading", "readings"),
    )
    return {
        "type": "figure",
        "id": "how-much",
        "question": text("Combien ai-je consommé ?", "How much have I used?"),
        "value": found["total_kwh"],
        "unit": "kWh",
        "secondary": _a_year(found["days"], per_day),
        "sentence": join(sentence, *found["notes"]),
        "source": METER,
        "doubt": _gaps(found["missing_half_hours"]),
        "tone": "plain",
    }


def _a_year(days, per_day):
    """Only where all seasons are in it."""
    if days < 340 or days == 365:
        return None
    return text("{} kWh par an", "{} kWh a year", number(per_day * 365))


def _gaps(lost):
    if not lost:
        return None
    return text(
        "{} sans mesure : rien n'a été inventé à leur place, le vrai total est plus grand.",
        "{} without a reading: nothing was made up in their place, the true total is larger.",
        count(lost, "demi-heure", "demi-heures", "half hour", "half hours"),
    )


def by_month(found):
    months = found["by_month"]
    whole = [m for m in months if _whole(m["month"], found)]
    sentence = text(
        "Les mois du début et de la fin ne sont pas entiers.",
        "The months at the start and the end are not whole.",
    )
    if len(whole) > 1:
        most = max(whole, key=lambda m: m["kwh"])
        least = min(whole, key=lambda m: m["kwh"])
        sentence = text(
            "Le mois le plus lourd est {} ({} kWh), le plus léger {} ({} kWh).",
            "The heaviest month is {} ({} kWh), the lightest {} ({} kWh).",
            month(most["month"]),
            number(most["kwh"]),
            month(least["month"]),
            number(least["kwh"]),
        )
    return {
        "type": "bar",
        "id": "by-month",
        "question": text("Combien chaque mois ?", "How much each month?"),
        "x": [m["month"] for m in months],
        "x_kind": "month",
        "partial": [n for n, m in enumerate(months) if not _whole(m["month"], found)],
        "series": [_series([round(m["kwh"], 1) for m in months])],
        "unit": "kWh",
        "sentence": sentence,
        "source": METER,
    }


def _whole(key, found):
    first = date.fromisoformat(key + "-01")
    after = (first + timedelta(days=32)).replace(day=1)
    start, end = date.fromisoformat(found["from"]), date.fromisoformat(found["to"])
    return start <= first and after - timedelta(days=1) <= end


def _series(values):
    return {"name": text("Consommation", "Use"), "values": values, "area": True}


def by_day(found, daily):
    first, last = date.fromisoformat(found["from"]), date.fromisoformat(found["to"])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if len(days) > MOST_DAYS:
        return None
    top = max(daily, key=daily.get)
    return {
        "type": "line",
        "id": "by-day",
        "question": text("Quand est-ce que je consomme ?", "When do I use it?"),
        **(_weeks(days, daily) if len(days) > MANY_DAYS else _days(days, daily)),
        "sentence": text(
            "Le jour le plus lourd a été le {} : {} kWh.",
            "The heaviest day was {}: {} kWh.",
            day(top),
            number(daily[top], 1),
        ),
        "source": METER,
    }


def _days(days, daily):
    return {
        "x": [d.isoformat() for d in days],
        "x_kind": "day",
        "series": [_series([round(daily[d], 2) if d in daily else None for d in days])],
        "unit": "kWh",
    }


def _weeks(days, daily):
    """Means of the known days of each week; none for a week that is hardly known."""
    weeks = {}
    for d in days:
        known = weeks.setdefault(d - timedelta(days=d.weekday()), [])
        if d in daily:
            known.append(daily[d])
    means = [round(sum(k) / len(k), 2) if len(k) >= KNOWN_DAYS else None for k in weeks.values()]
    return {
        "x": [monday.isoformat() for monday in weeks],
        "x_kind": "week",
        "series": [_series(means)],
        "unit": text("kWh par jour, en moyenne sur la semaine", "kWh a day, mean of each week"),
    }


def when(found, week):
    cells = [(w, d, h) for d, row in enumerate(week) for h, w in enumerate(row) if w is not None]
    watts, top_day, top_hour = max(cells, key=lambda cell: cell[0])
    name = weekday(top_day)
    busiest = text(
        "L'heure la plus chargée est le {} à {} ({} W en moyenne).",
        "The busiest hour is {} at {} ({} W on average).",
        Said(name["fr"], name["en"]),
        hour(top_hour),
        number(watts),
    )
    shares = text(
        "{} % de votre consommation tombe entre 18 h et 20 h, {} % en heures creuses ({}).",
        "{}% of your use falls between 18:00 and 20:00, {}% in off-peak hours ({}).",
        number((found["evening_share"] or 0) * 100),
        number((found["off_peak_share"] or 0) * 100),
        ranges(found["off_peak_hours"]["value"]),
    )
    return {
        "type": "heatmap",
        "id": "by-hour",
        "question": text("À quelles heures ?", "At which hours?"),
        "rows": [weekday(place) for place in range(7)],
        "columns": [f"{h} h" for h in range(24)],
        "values": week,
        "unit": "W",
        "sentence": join(busiest, _car(found["night_charges"]), shares),
        "source": METER,
        "doubt": None
        if found["off_peak_hours"]["source"] != "default"
        else found["off_peak_hours"]["text"],
    }


def _car(charges):
    """Hedged: the curve shows that something large runs on some nights, not what it is."""
    if not charges:
        return None
    often = charges["per_week"] >= 1
    pace = charges["per_week"] if often else charges["per_week"] * 52 / 12
    return text(
        "Environ {} par {}, quelque chose tire {} W de plus que d'habitude, le plus souvent de {} "
        "à "
        "{} : c'est peut-être une voiture qui se recharge.",
        "On about {} a {}, something draws {} W more than usual, mostly from {} to {}: it may be a "
        "car that charges.",
        count(round(pace), "nuit", "nuits", "night", "nights"),
        Said("semaine", "week") if often else Said("mois", "month"),
        number(charges["extra_w"]),
        hour(charges["start"]),
        hour(charges["end"]),
    )


def peak(found):
    at = found["max_at"]
    moment = clock(at[11:16])
    sentence = text(
        "Le {} à {}. Une puissance souscrite de {} kVA suffit à la laisser passer.",
        "On {} at {}. A subscribed power of {} kVA is enough to let it through.",
        day(at[:10]),
        moment,
        number(found["subscribed_kva"]["value"]),
    )
    if found["subscribed_kva"]["value"] * 1000 < found["max_w"]:
        sentence = text(
            "Le {} à {} : plus que la puissance souscrite de {} kVA.",
            "On {} at {}: more than the subscribed power of {} kVA.",
            day(at[:10]),
            moment,
            number(found["subscribed_kva"]["value"]),
        )
    return {
        "type": "figure",
        "id": "peak",
        "question": text("Quelle a été ma plus forte puissance ?", "What was my largest power?"),
        "value": found["max_w"],
        "unit": "W",
        "sentence": sentence,
        "source": METER,
        "doubt": text(
            "C'est une moyenne sur le pas du compteur : un instant a pu tirer davantage.",
            "It is a mean over the meter's step: a moment may have drawn more.",
        ),
        "tone": "plain",
    }
