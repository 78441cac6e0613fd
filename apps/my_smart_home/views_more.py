"""Views on what lasts: the base load, carbon, change over the years, and the meter's own word."""

from words import Said, count, day, euros, join, number, signed, text


def base_load(found, eur):
    watts = found["baseload_w"]
    question = text("Que coûte ce qui tourne toujours ?", "What does the base load cost?")
    if watts is None:
        paragraph = text(
            "Il faut au moins un jour avec trois demi-heures pour le dire.",
            "It takes at least one day with three half hours to say.",
        )
        return {"type": "text", "id": "base-load", "question": question, "paragraphs": [paragraph]}
    share = found["baseload_kwh_year"] / max(1e-9, found["total_kwh"] / found["days"] * 365)
    cost = text("", "")
    if eur is not None:
        cost = text(", {} par an au tarif Base", ", {} a year at the Base price", euros(eur))
    return {
        "type": "figure",
        "id": "base-load",
        "question": question,
        "value": round(watts),
        "unit": "W",
        "secondary": text(
            "{} kWh par an{}",
            "{} kWh a year{}",
            number(found["baseload_kwh_year"]),
            Said(cost["fr"], cost["en"]),
        ),
        "sentence": text(
            "Réfrigérateur, box, veilles, ventilation : ce talon fait environ {} % de votre "
            "consommation.",
            "Fridge, router, stand-by, ventilation: this base load makes about {}% of your use.",
            number(share * 100),
        ),
        "source": text(
            "La troisième demi-heure la plus basse de chaque jour, valeur médiane",
            "The third-lowest half hour of each day, median",
        ),
        "tone": "look" if share > 0.5 else "plain",
    }


def co2(found):
    factor = found["co2_factor"]
    per_year = found["co2_kg"] / found["days"] * 365
    return {
        "type": "figure",
        "id": "co2",
        "question": text("Combien de CO₂ ?", "How much CO₂?"),
        "value": round(found["co2_kg"]),
        "unit": "kg CO₂e",
        "sentence": text(
            "{} g par kWh, sur tout le cycle de vie de l'électricité française, soit environ {} kg "
            "par an à ce rythme.",
            "{} g per kWh, over the whole life cycle of French electricity: about {} kg a year at "
            "this pace.",
            number(factor["kg_per_kwh"] * 1000, 1),
            number(per_year),
        ),
        "source": text("{}", "{}", f"{factor['source']} · {factor['id']}"),
        "doubt": text(
            "C'est une moyenne de l'année : une demi-heure d'hiver, le soir, pèse davantage.",
            "It is a mean over the year: a half hour on a winter evening weighs more.",
        ),
        "tone": "plain",
    }


def since_when(found):
    trend = found["trend"]
    paragraphs = [
        _against(
            trend["year"],
            text("Sur les douze derniers mois", "Over the last twelve months"),
        ),
        _against(
            trend["month"],
            text("Sur les trente derniers jours", "Over the last thirty days"),
        ),
        _turned(trend["change"]),
    ]
    if not any((trend["year"], trend["month"])):
        paragraphs = [
            text(
                "Pour comparer sans confondre les saisons et les habitudes, il faut les mêmes "
                "jours "
                "un an plus tôt : au moins treize mois de mesures. Vous en avez {}.",
                "To compare without taking seasons for habits, the same days of the year before "
                "are "
                "needed: thirteen months of readings at least. You have {}.",
                count(found["days"], "jour", "jours", "day", "days"),
            )
        ]
    return {
        "type": "text",
        "id": "trend",
        "question": text("Mieux ou moins bien, depuis quand ?", "Better or worse, since when?"),
        "paragraphs": [p for p in paragraphs if p],
    }


def _against(period, opening):
    if not period:
        return None
    verdict = text("{} %", "{}%", signed(period["percent"]))
    if abs(period["percent"]) < 3:
        verdict = text("à peu près autant ({} %)", "about as much ({}%)", signed(period["percent"]))
    return text(
        "{} : {} par rapport aux mêmes jours un an plus tôt ({} kWh contre {} kWh, {} comparés). "
        "La météo n'est pas corrigée.",
        "{}: {} against the same days a year before ({} kWh against {} kWh, {} compared). "
        "Weather is not corrected for.",
        Said(opening["fr"], opening["en"]),
        Said(verdict["fr"], verdict["en"]),
        number(period["now_kwh"]),
        number(period["then_kwh"]),
        count(period["days"], "jour", "jours", "day", "days"),
    )


def _turned(change):
    if not change:
        return None
    return text(
        "Le changement le plus net date de la semaine du {} : de {} % à {} % en moyenne, face aux "
        "mêmes semaines un an plus tôt.",
        "The clearest change dates from the week of {}: from {}% to {}% on average, against the "
        "same "
        "weeks a year before.",
        day(change["from"]),
        signed(change["before_percent"]),
        signed(change["after_percent"]),
    )


def checked(found):
    question = text("Le compteur est-il d'accord ?", "Does the meter agree?")
    result = found["index_check"]
    if result is None:
        paragraph = text(
            "Aucun relevé quotidien d'index ne couvre ces jours. Déposez aussi le fichier "
            "« Consommation journalière » d'Enedis : chaque jour sera vérifié au wattheure.",
            "No daily index covers these days. Drop Enedis's daily file as well: each day will be "
            "checked to the watt-hour.",
        )
        return {"type": "text", "id": "check", "question": question, "paragraphs": [paragraph]}
    agree = result["agree"] == result["days"]
    registers = {
        "tempo": text("sur les six registres Tempo", "on the six Tempo registers"),
        "off_peak": text("en heures pleines et creuses", "in peak and off-peak hours"),
    }.get(result["kind"], text("sur le total", "on the total"))
    odd = None
    if not agree:
        odd = text(
            "Premier écart : le {}.", "First difference: {}.", day(result["differences"][0]["day"])
        )
    return {
        "type": "figure",
        "id": "check",
        "question": question,
        "value": result["agree"],
        "unit": text("jours sur {}", "days of {}", number(result["days"])),
        "sentence": join(
            text(
                "{} sur {} où la courbe et les index du compteur disent la même chose, au "
                "wattheure, {}.",
                "{} of {} on which the curve and the meter's registers say the same, to the "
                "watt-hour, {}.",
                count(result["agree"], "jour", "jours", "day", "days"),
                number(result["days"]),
                Said(registers["fr"], registers["en"]),
            ),
            odd,
        ),
        "period": {"from": result["from"], "to": result["to"]},
        "source": text("Index quotidiens du compteur", "The meter's daily registers"),
        "tone": "good" if agree else "look",
    }
