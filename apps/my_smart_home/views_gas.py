"""Views on gas, and on both energies in the weather that it was."""

from views_use import METER
from words import count, day, euros, join, month, number, text

SOURCE = text("Journées gazières de GRDF", "GRDF's gas days")
MONTHS_SHOWN = 24


def gas_views(gas, electricity):
    """Views of gas; `electricity` is the list of its months, for the two side by side."""
    pages = [_how_much(gas), _beside(gas, electricity), _months(gas), _co2(gas), _heating(gas)]
    pages += [weather("gas", gas["same_weather"]), _check(gas)]
    period = {"from": gas["from"], "to": gas["to"]}
    return [{"period": period, **page} for page in pages if page]


def _how_much(gas):
    cost = None
    if gas["eur"] is not None:
        cost = text(
            "Au prix de votre contrat : {}, abonnement compris.",
            "At your contract's price: {}, subscription included.",
            euros(gas["eur"]),
        )
    return {
        "type": "figure",
        "id": "gas-how-much",
        "question": text("Combien de gaz ai-je consommé ?", "How much gas have I used?"),
        "value": gas["kwh"],
        "unit": "kWh",
        "secondary": text("{} m³", "{} m³", number(gas["m3"])),
        "sentence": join(
            text(
                "Du {} au {}, soit {} kWh par jour en moyenne, d'après {} de 6 h à 6 h.",
                "From {} to {}, {} kWh a day on average, from {} from 6:00 to 6:00.",
                day(gas["from"]),
                day(gas["to"]),
                number(gas["kwh"] / gas["readings"], 1),
                count(gas["readings"], "journée", "journées", "day", "days"),
            ),
            cost,
        ),
        "source": SOURCE,
        "doubt": _doubt(gas),
        "tone": "plain",
    }


def _doubt(gas):
    doubts = []
    if gas["missing_days"]:
        doubts.append(
            text(
                "{} sans mesure : rien n'a été inventé à leur place.",
                "{} without a reading: nothing was made up in their place.",
                count(gas["missing_days"], "jour", "jours", "day", "days"),
            )
        )
    if gas["estimated_days"]:
        doubts.append(
            text(
                "{} par le distributeur.",
                "{} by the grid operator.",
                count(
                    gas["estimated_days"],
                    "jour estimé",
                    "jours estimés",
                    "day estimated",
                    "days estimated",
                ),
            )
        )
    return join(*doubts) if doubts else None


def _beside(gas, electricity):
    """kWh a month of gas and electricity, in the months that either knows."""
    mine = {m["month"]: m["kwh"] for m in gas["by_month"]}
    other = {m["month"]: m["kwh"] for m in electricity}
    if not other:
        return None
    months = sorted(mine.keys() | other.keys())[-MONTHS_SHOWN:]
    both = [key for key in months if key in mine and key in other]
    sentence = None
    if both:
        burnt, drawn = (sum(held[key] for key in both) for held in (mine, other))
        sentence = text(
            "Là où les deux sont connus ({}), le gaz fait {} % de l'énergie.",
            "Where both are known ({}), gas is {}% of the energy.",
            count(len(both), "mois", "mois", "month", "months"),
            number(burnt / (burnt + drawn) * 100 if burnt + drawn else 0),
        )
    return {
        "type": "stacked",
        "id": "both-by-month",
        "question": text("Gaz et électricité, mois par mois ?", "Gas and electricity, by month?"),
        "x": months,
        "x_kind": "month",
        "series": [
            {
                "name": text("Gaz", "Gas"),
                "values": [_rounded(mine.get(key)) for key in months],
            },
            {
                "name": text("Électricité", "Electricity"),
                "values": [_rounded(other.get(key)) for key in months],
            },
        ],
        "unit": "kWh",
        "sentence": sentence,
        "source": join(SOURCE, text("·", "·"), METER),
    }


def _rounded(kwh):
    return None if kwh is None else round(kwh, 1)


def _months(gas):
    columns = [
        {"title": text("Mois", "Month"), "kind": "text"},
        {"title": text("Jours connus", "Known days"), "kind": "number", "decimals": 0},
        {"title": text("kWh", "kWh"), "kind": "number", "decimals": 0},
        {"title": text("m³", "m³"), "kind": "number", "decimals": 0},
    ]
    if gas["eur"] is not None:
        columns.append({"title": text("€", "€"), "kind": "number", "decimals": 2})
    rows = []
    for one in gas["by_month"][::-1][:MONTHS_SHOWN]:
        row = [text("{}", "{}", month(one["month"])), one["days"], one["kwh"], one["m3"]]
        rows.append([*row, one["eur"]] if gas["eur"] is not None else row)
    tariff = gas["tariff"]
    price = text(
        "Pour voir des euros ici, indiquez le prix de votre contrat dans "
        "« reference/gas-tariffs.json », dans le dossier de données.",
        "To see euros here, put your contract's price into “reference/gas-tariffs.json”, in the "
        "data folder.",
    )
    if gas["eur"] is not None:
        price = text(
            "{} € le kWh et {} € par mois à partir du {}.",
            "€{} a kWh and €{} a month from {} on.",
            number(tariff["price_kwh"], 4),
            number(tariff["subscription_month"], 2),
            day(tariff["from"]),
        )
    return {
        "type": "table",
        "id": "gas-by-month",
        "question": text("Combien de gaz chaque mois ?", "How much gas each month?"),
        "columns": columns,
        "rows": rows,
        "sentence": price,
        "source": SOURCE,
    }


def _co2(gas):
    factor = gas["co2_factor"]
    return {
        "type": "figure",
        "id": "gas-co2",
        "question": text("Combien de CO₂ pour le gaz ?", "How much CO₂ for the gas?"),
        "value": round(gas["co2_kg"]),
        "unit": "kg CO₂e",
        "sentence": text(
            "{} g par kWh, combustion et amont compris.",
            "{} g per kWh, combustion and upstream.",
            number(factor["kg_per_kwh"] * 1000),
        ),
        "source": text("{}", "{}", f"{factor['source']} · {factor['id']}"),
        "tone": "plain",
    }


def _heating(gas):
    known = gas["heating"]
    if known is None:
        return None
    return {
        "type": "figure",
        "id": "gas-heating",
        "question": text("Que pèse le froid sur le gaz ?", "What does cold weigh on gas?"),
        "value": round(known["w_per_k"] * 24 / 1000, 1),
        "unit": text("kWh par jour et par degré", "kWh a day and degree"),
        "sentence": text(
            "Sous {} °C dehors, chaque degré de moins ajoute autant, chaque jour.",
            "Under {} °C outside, each degree less adds as much, each day.",
            number(known["threshold_c"], 1),
        ),
        "source": text(
            "Régression sur {}",
            "Regression over {}",
            count(known["days"], "jour", "jours", "day", "days"),
        ),
        "doubt": text(
            "Le froid explique {} % des écarts d'un jour à l'autre.",
            "Cold explains {}% of the differences between days.",
            number(known["r2"] * 100),
        ),
        "tone": "plain",
    }


QUESTIONS = {
    "gas": text(
        "À météo égale, plus ou moins de gaz qu'un an plus tôt ?",
        "In the same weather, more or less gas than a year before?",
    ),
    "electricity": text(
        "À météo égale, plus ou moins d'électricité qu'un an plus tôt ?",
        "In the same weather, more or less electricity than a year before?",
    ),
}


def weather(energy, same):
    """What the year before would have used in this year's weather, against what was used."""
    if same is None:
        return None
    return {
        "type": "figure",
        "id": f"{energy}-same-weather",
        "question": QUESTIONS[energy],
        "value": abs(same["percent"]),
        "unit": text("% de plus", "% more")
        if same["percent"] > 0
        else text("% de moins", "% less"),
        "sentence": text(
            "{} kWh en {} ; avec vos habitudes d'un an plus tôt, le même froid en aurait demandé "
            "{}. L'hiver a compté {} degrés-jours, contre {}.",
            "{} kWh in {}; with your habits of a year before the same cold would have taken {}. "
            "There were {} degree days, against {}.",
            number(same["used_kwh"]),
            count(same["days"], "jour", "jours", "day", "days"),
            number(same["expected_kwh"]),
            number(same["degree_days"]),
            number(same["degree_days_then"]),
        ),
        "period": {"from": same["from"], "to": same["to"]},
        "source": text(
            "Degrés-jours sous {} °C, d'après les températures connues",
            "Degree days under {} °C, from the known temperatures",
            number(same["threshold_c"], 1),
        ),
        "doubt": text(
            "Le froid expliquait {} % des écarts d'un jour à l'autre : c'est un ordre de grandeur.",
            "Cold explained {}% of the differences between days: take it as a rough figure.",
            number(same["r2"] * 100),
        ),
        "tone": "good" if same["percent"] <= -3 else "look" if same["percent"] >= 3 else "plain",
    }


def _check(gas):
    found = gas["check"]
    if found is None:
        return None
    return {
        "type": "figure",
        "id": "gas-check",
        "question": text(
            "Les factures s'appuient-elles sur ces jours ?", "Do bills rest on these days?"
        ),
        "value": found["percent"],
        "unit": "%",
        "sentence": text(
            "Sur {} que le fournisseur facture et dont chaque jour est connu, les jours font "
            "{} kWh et les relevés publiés {} kWh.",
            "Over {} that the supplier bills by and of which each day is known, the days make "
            "{} kWh and the published readings {} kWh.",
            count(found["periods"], "relevé", "relevés", "reading", "readings"),
            number(found["days_kwh"]),
            number(found["published_kwh"]),
        ),
        "period": {"from": found["from"], "to": found["to"]},
        "source": text("Relevés publiés de GRDF", "GRDF's published readings"),
        "tone": "good" if abs(found["percent"]) < 2 else "look",
    }
