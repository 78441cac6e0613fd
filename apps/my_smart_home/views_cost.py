"""Views on money and heating."""

from datetime import date

from bills import OPTIONS, holds_a_winter
from words import Said, count, day, euros, join, number, text

NAMES = {
    "base": text("Base", "Base"),
    "off_peak": text("Heures creuses", "Peak / off-peak"),
    "tempo": text("Tempo", "Tempo"),
}


def tariffs(found):
    question = text("Quel tarif serait le moins cher ?", "Which tariff would be cheapest?")
    fair = found["comparison"] or _without_tempo(found)
    known = [option for option in OPTIONS if fair["eur"][option] is not None]
    if not known:
        paragraph = text("Aucun prix n'est connu.", "No prices are known.")
        return {"type": "text", "id": "tariffs", "question": question, "paragraphs": [paragraph]}
    costs = fair["eur"]
    cheapest = min(known, key=lambda option: costs[option])
    return {
        "type": "bar",
        "id": "tariffs",
        "question": question,
        "horizontal": True,
        "x": [NAMES[option] for option in known],
        "x_kind": "text",
        "series": [
            {
                "name": text("Énergie et abonnement", "Energy and subscription"),
                "values": [costs[option] for option in known],
            }
        ],
        "unit": "€",
        "highlight": [known.index(cheapest)],
        "sentence": join(_verdict(known, costs, cheapest), _over(fair), _red(fair, cheapest)),
        "period": {"from": fair["from"], "to": fair["to"]},
        "source": _source(found),
        "doubt": _doubt(found, fair, known),
    }


def _without_tempo(found):
    return {
        **{key: found[key] for key in ("from", "to", "days", "missing_half_hours")},
        "eur": {**found["bill_eur"], "tempo": None},
    }


def _verdict(known, costs, cheapest):
    others = [option for option in known if option != cheapest]
    if not others:
        return None
    parts = [
        text("{} de moins que {}", "{} less than {}", euros(costs[o] - costs[cheapest]), _name(o))
        for o in others
    ]
    listed = Said(
        " et ".join(part["fr"] for part in parts), " and ".join(part["en"] for part in parts)
    )
    return text("{} : {}.", "{}: {}.", _name(cheapest), listed)


def _name(option):
    return Said(NAMES[option]["fr"], NAMES[option]["en"])


def _over(fair):
    return text(
        "Chaque mesure est comptée à son prix sur {}, du {} au {} ; l'abonnement l'est au prorata.",
        "Each reading is counted at its price over {}, from {} to {}; the subscription is "
        "prorated.",
        count(fair["days"], "jour", "jours", "day", "days"),
        day(fair["from"]),
        day(fair["to"]),
    )


def _red(fair, cheapest):
    """Tempo is cheap only as long as little is used at peak on red days."""
    if cheapest != "tempo" or not fair["red_days"]:
        return None
    return text(
        "Il n'est avantageux que si l'on consomme peu entre 6 h et 22 h les jours rouges : vous y "
        "avez consommé {} kWh en {}.",
        "It pays only for those who use little between 6:00 and 22:00 on red days: you used {} kWh "
        "then, on {}.",
        number(fair["red_peak_kwh"]),
        count(fair["red_days"], "jour", "jours", "day", "days"),
    )


def _source(found):
    listed = found["tariffs"][0]
    return text(
        "{}, prix du {} pour les trois options, {} kVA",
        "{}, prices of {} for all three options, {} kVA",
        listed["source"],
        day(listed["from"]),
        number(found["priced_kva"]),
    )


def _doubt(found, fair, known):
    """Everything that the comparison rests on and that may be otherwise."""
    doubts = []
    if "tempo" not in known:
        doubts.append(
            text(
                "Tempo n'est pas compté : la couleur des jours n'est pas connue sur cette période.",
                "Tempo is not counted: the colours of the days are not known in this period.",
            )
        )
    elif not holds_a_winter(date.fromisoformat(fair["from"]), date.fromisoformat(fair["to"])):
        doubts.append(
            text(
                "Ces jours ne contiennent pas un hiver entier : Tempo, cher les jours rouges de "
                "l'hiver, y paraît trop avantageux.",
                "These days do not hold a whole winter: Tempo, dear on winter's red days, looks "
                "too "
                "good here.",
            )
        )
    if found["priced_kva"] != found["subscribed_kva"]["value"]:
        doubts.append(
            text(
                "Les prix connus sont ceux de {} kVA, pas de {} kVA : l'abonnement réel diffère de "
                "quelques euros par mois, presque autant pour chaque option.",
                "The known prices are for {} kVA, not {} kVA: the real subscription differs by a "
                "few "
                "euros a month, by nearly the same for each option.",
                number(found["priced_kva"]),
                number(found["subscribed_kva"]["value"]),
            )
        )
    if found["subscribed_kva"]["source"] != "contract":
        doubts.append(found["subscribed_kva"]["text"])
    if found["off_peak_hours"]["source"] == "default":
        doubts.append(found["off_peak_hours"]["text"])
    if fair["missing_half_hours"]:
        doubts.append(
            text(
                "{} ne sont pas comptées.",
                "{} are not counted.",
                count(
                    fair["missing_half_hours"],
                    "demi-heure manquante",
                    "demi-heures manquantes",
                    "missing half hour",
                    "missing half hours",
                ),
            )
        )
    return join(*doubts) if doubts else None


def heating(found):
    question = text("Que pèse le chauffage ?", "What does heating weigh?")
    known = found["heating"]
    if known is None:
        what_to_do = text(
            "Avec les températures de votre commune (fichier ouvert de Météo-France, rangé sous "
            "« reference/temperatures.json » dans le dossier de données), cette page dira combien "
            "chaque degré de froid vous coûte.",
            "With your town's temperatures (an open file of Météo-France, kept as "
            "“reference/temperatures.json” in the data folder) this page will say what each degree "
            "of cold costs you.",
        )
        paragraphs = [found["missing"]["heating"], what_to_do]
        return {"type": "text", "id": "heating", "question": question, "paragraphs": paragraphs}
    return {
        "type": "figure",
        "id": "heating",
        "question": question,
        "value": known["w_per_k"],
        "unit": text("W par degré", "W per degree"),
        "sentence": text(
            "Sous {} °C dehors, chaque degré de moins ajoute {} W, soit {} kWh par jour.",
            "Under {} °C outside, each degree less adds {} W: {} kWh a day.",
            number(known["threshold_c"], 1),
            number(known["w_per_k"]),
            number(known["w_per_k"] * 24 / 1000, 1),
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
