"""The result as views, in French and English."""

from words import Said, count, day, euros, join, month, number, text

MODES = {
    "Walk": ("À pied", "On foot"), "Run": ("En courant", "Running"), "Bike": ("Vélo", "Bicycle"),
    "EBike": ("Vélo électrique", "E-bike"), "KickScooter": ("Trottinette", "Kick scooter"),
    "Skate": ("Rollers", "Skates"), "Motorcycle": ("Deux-roues motorisé", "Motorcycle"),
    "Car": ("Voiture", "Car"), "Vehicle": ("Véhicule", "Vehicle"), "Bus": ("Bus", "Bus"),
    "Coach": ("Autocar", "Coach"), "Tram": ("Tramway", "Tram"), "Metro": ("Métro", "Metro"),
    "Train": ("Train", "Train"), "RER": ("RER", "RER"), "TER": ("Train régional", "Regional train"),
    "Intercity": ("Intercités", "Intercity train"), "TGV": ("TGV", "High-speed train"),
    "Boat": ("Bateau", "Boat"), "Plane": ("Avion", "Plane"), "Other": ("Autre", "Other"),
    "Unknown": ("Inconnu", "Not known"),
}  # fmt: skip
PURPOSES = {
    "commute": ("Domicile-travail", "Commute"), "home": ("Retour à la maison", "Back home"),
    "work": ("Vers le travail", "To work"), "frequent": ("Lieu fréquent", "Frequent place"),
    "other": ("Autre", "Other"),
}  # fmt: skip
IDEAS = {
    "bike": ("Le vélo sous 5 km, au lieu de la voiture", "A bicycle under 5 km instead of the car"),
    "train": (
        "Le train au lieu de l'avion, sous 1 500 km",
        "The train instead of the plane, under 1,500 km",
    ),
    "carpool": ("À deux en voiture pour aller au travail", "Two in the car to go to work"),
    "telework": (
        "Le télétravail, les jours que vous avez dits",
        "Working from home on the days that you said",
    ),
}
SOURCE = text("Vos trajets et les facteurs de l'ADEME", "Your trips and ADEME's factors")


def views(found):
    """Figures first, then where it comes from, then what could change."""
    made = [
        _total(found),
        _by_mode(found),
        _by_month(found),
        _purposes(found),
        _ideas(found),
        _year(found),
    ]
    return [view for view in [*made, _last(found)] if view]


def _total(found):
    return {
        "type": "figure",
        "id": "co2",
        "question": text("Que pèsent mes trajets ?", "What do my trips weigh?"),
        "value": round(found["co2_kg"], 1),
        "unit": "kg CO₂e",
        "sentence": text(
            "{} et {} km, du {} au {}.",
            "{} and {} km, from {} to {}.",
            count(found["trips"], "trajet", "trajets", "trip", "trips"),
            number(found["km"]),
            day(found["from"]),
            day(found["to"]),
        ),
        "secondary": _money(found),
        "source": SOURCE,
        "doubt": found["missing"].get("co2_kg"),
        "tone": "plain",
    }


def _money(found):
    if found["eur"] is None:
        return None
    said = text("Marche et voiture : {}.", "Walking and car: {}.", euros(found["eur"]))
    return join(said, found["missing"].get("eur"))


def _by_mode(found):
    shown = [m for m in found["by_mode"] if m["km"] > 0][:12]
    top = max(shown, key=lambda m: m["co2_kg"])
    return {
        "type": "bar",
        "id": "by-mode",
        "question": text("Quels modes pèsent le plus ?", "Which means weigh most?"),
        "horizontal": True,
        "x": [_name(MODES, m["mode"]) for m in shown],
        "x_kind": "text",
        "series": [{"name": text("CO₂", "CO₂"), "values": [m["co2_kg"] for m in shown]}],
        "unit": "kg CO₂e",
        "highlight": [shown.index(top)],
        "sentence": text(
            "{} : {} km sur {}.",
            "{}: {} km out of {}.",
            Said(*MODES[top["mode"]]),
            number(top["km"]),
            number(found["km"]),
        ),
        "source": SOURCE,
    }


def _by_month(found):
    if len(found["by_month"]) < 2:
        return None
    top = max(found["by_month"], key=lambda m: m["co2_kg"])
    return {
        "type": "bar",
        "id": "by-month",
        "question": text("Et mois par mois ?", "And month by month?"),
        "x": [m["month"] for m in found["by_month"]],
        "x_kind": "month",
        "series": [
            {"name": text("CO₂", "CO₂"), "values": [m["co2_kg"] for m in found["by_month"]]}
        ],
        "unit": "kg CO₂e",
        "sentence": text(
            "Le mois le plus lourd est {}.", "The heaviest month is {}.", month(top["month"])
        ),
        "source": SOURCE,
    }


def _purposes(found):
    return {
        "type": "table",
        "id": "purposes",
        "question": text("Pour aller où ?", "Where to?"),
        "columns": [
            {"title": text("Motif", "Purpose"), "kind": "text"},
            {"title": text("Trajets", "Trips"), "kind": "number"},
            {"title": text("km", "km"), "kind": "number", "decimals": 0},
            {"title": text("kg CO₂e", "kg CO₂e"), "kind": "number", "decimals": 1},
        ],
        "rows": [
            [_name(PURPOSES, p["purpose"]), p["trips"], p["km"], p["co2_kg"]]
            for p in sorted(found["by_purpose"], key=lambda p: -p["co2_kg"])
        ],
        "sentence": _homes(found),
        "source": SOURCE,
    }


def _homes(found):
    names = {p["name"] for p in found["places"]}
    if "home" not in names:
        return text("Votre domicile n'a pas été reconnu.", "Your home was not recognised.")
    if "work" not in names:
        return text(
            "Votre domicile est reconnu à vos nuits ; aucun lieu de travail ne l'est.",
            "Your home is recognised by your nights; no place of work is.",
        )
    return text(
        "Domicile et travail sont reconnus à vos nuits et à vos journées.",
        "Home and work are recognised by your nights and your days.",
    )


def _ideas(found):
    if not found["what_if"]:
        return None
    best = max(found["what_if"], key=lambda w: w["saved_kg"])
    return {
        "type": "bar",
        "id": "what-if",
        "question": text("Et si je faisais autrement ?", "What if I did otherwise?"),
        "horizontal": True,
        "x": [_name(IDEAS, w["id"]) for w in found["what_if"]],
        "x_kind": "text",
        "series": [
            {
                "name": text("CO₂ évité", "CO₂ avoided"),
                "values": [w["saved_kg"] for w in found["what_if"]],
            }
        ],
        "unit": "kg CO₂e",
        "highlight": [found["what_if"].index(best)],
        "sentence": text(
            "Sur vos propres trajets, le plus utile : {} kg de moins sur {}.",
            "On your own trips, the most useful one: {} kg less over {}.",
            number(best["saved_kg"], 1),
            count(best["trips"], "trajet", "trajets", "trip", "trips"),
        ),
        "source": SOURCE,
        "doubt": text("Ces idées ne s'ajoutent pas.", "These ideas do not add up."),
    }


def _year(found):
    if found["year"]["kg"] is None:
        return None
    mean = next((r for r in found["year"]["references"] if r["kind"] == "transport"), None)
    compared = mean and text(
        "La moyenne en France pour les transports est de {} kg.",
        "The French mean for transport is {} kg.",
        number(mean["kg"]),
    )
    return {
        "type": "figure",
        "id": "year",
        "question": text("Et sur une année ?", "And over a year?"),
        "value": round(found["year"]["kg"]),
        "unit": text("kg CO₂e par an", "kg CO₂e a year"),
        "sentence": compared or None,
        "source": text(mean["source"], mean["source"]) if mean else SOURCE,
        "doubt": text(
            "C'est la période connue, étendue à un an : ce qui n'a pas été noté n'est pas compté.",
            "This is the known period stretched to a year: what was not noted is not counted.",
        ),
        "tone": "good" if mean and found["year"]["kg"] < mean["kg"] else "plain",
    }


def _last(found):
    shown = found["list"][-30:][::-1]
    return {
        "type": "table",
        "id": "trips",
        "question": text("Mes derniers trajets", "My latest trips"),
        "columns": [
            {"title": text("Départ", "Start"), "kind": "text"},
            {"title": text("Mode", "Mode"), "kind": "text"},
            {"title": text("Confiance", "Confidence"), "kind": "text"},
            {"title": text("km", "km"), "kind": "number", "decimals": 1},
            {"title": text("kg CO₂e", "kg CO₂e"), "kind": "number", "decimals": 2},
            {"title": text("Vu par", "Seen by"), "kind": "text"},
        ],
        "rows": [
            [
                t["start"][:16].replace("T", " "),
                _name(MODES, t["mode"]),
                _sure(t),
                t["km"],
                t["co2_kg"],
                ", ".join(t["sources"]),
            ]
            for t in shown
        ],
        "source": text("Vos appareils", "Your devices"),
    }


def _sure(trip):
    how = {
        "owner": Said("dit par vous", "said by you"),
        "habit": Said("votre habitude", "your habit"),
        "holder": Said("dit par l'appareil", "said by the device"),
        "pace": Said("d'après l'allure", "by its pace"),
    }[trip["known_by"]]
    return text("{} %, {}", "{}%, {}", number(trip["confidence"] * 100), how)


def _name(names, key):
    fr, en = names.get(key, (key, key))
    return text(fr.replace("{", ""), en.replace("{", ""))
