"""The page: what the owner sees, and exactly what a social worker would be shown."""

from decimal import Decimal

from views_rights import allowances, differences, letters, questions
from words import Said, count, euros, join, month, number, text

CATEGORIES = {
    "Housing": ("Logement", "Housing"), "Electricity": ("Électricité", "Electricity"),
    "Gas": ("Gaz", "Gas"), "Water": ("Eau", "Water"), "Telecom": ("Télécom", "Telecom"),
    "Insurance": ("Assurances", "Insurance"), "BankFees": ("Frais bancaires", "Bank fees"),
    "Taxes": ("Impôts", "Taxes"),
}  # fmt: skip
SHOWN = 13  # months in a chart
BANK = text("Vos relevés bancaires", "Your bank statements")


def owner_views(found, charges):
    """In the order in which one asks."""
    if not found["transactions"] and not found["inconsistencies"]:
        return [_empty()]
    made = [
        *_common(found),
        _charges(found, charges),
        differences(found),
        *letters(found),
        _notes(found),
    ]
    return [view for view in made if view]


def shared_views(found):
    """Without payees, postal codes, letters: sums by month, what is asked, where bodies differ."""
    if not found["transactions"] and not found["inconsistencies"]:
        return [_empty()]
    made = [_scope(), *_common(found), differences(found, shared=True)]
    return [view for view in made if view]


def _scope():
    return {
        "type": "text",
        "id": "scope",
        "question": text("Ce que montre cette vue", "What this view shows"),
        "paragraphs": [
            text(
                "Des totaux par mois, les aides reçues, des questions sur celles qui manquent, et les "
                "points sur lesquels des administrations ne s'accordent pas.",
                "Totals by month, allowances received, questions about those that are missing, and the "
                "points on which public bodies do not agree.",
            ),
            text(
                "Elle ne montre ni vos opérations, ni qui vous payez, ni noms, dates de naissance ou "
                "adresses, ni vos courriers.",
                "It shows neither your transactions, nor whom you pay, nor names, dates of birth or "
                "addresses, nor your letters.",
            ),
        ],
    }


def _common(found):
    return [
        _left(found),
        _income(found),
        _energy(found),
        _months(found),
        questions(found),
        allowances(found, [m["month"] for m in found["by_month"]][-SHOWN:]),
        _progress(found),
    ]


def _left(found):
    value, units = found["left_to_live_on_eur"], found["consumption_units"]
    view = {
        "type": "figure",
        "id": "left",
        "question": text("Que reste-t-il pour vivre ?", "What is left to live on?"),
        "value": None if value is None else float(value),
        "unit": "€",
        "tone": "plain",
        "source": text(
            "Relevés bancaires ; foyer selon la CAF ou la MSA ; unités de consommation de l'Insee",
            "Bank statements; household as CAF or MSA states it; Insee's consumption units",
        ),
        "doubt": found["missing"].get("left_to_live_on_eur"),
    }
    if value is None:
        whole = found["left_before_units_eur"]
        if whole is not None:
            view["sentence"] = text(
                "En {}, il reste {} pour tout le foyer, après les charges fixes.",
                "In {} {} are left for the whole home, after fixed charges.",
                month(found["month"]),
                euros(Decimal(whole), 2),
            )
        return view
    view["secondary"] = text("par unité de consommation", "per consumption unit")
    view["sentence"] = text(
        "En {} : {} de revenus, {} de charges fixes ; {} pour {}.",
        "In {}: {} of income, {} of fixed charges; {} for {}.",
        month(found["month"]),
        euros(Decimal(found["income_eur"]), 2),
        euros(Decimal(found["fixed_charges_eur"]), 2),
        euros(Decimal(found["left_before_units_eur"]), 2),
        _units(units),
    )
    return view


def _units(value):
    said = number(value, 1)
    plural = "s" if value >= 2 else ""
    return Said(
        f"{said.fr} unité{plural} de consommation",
        f"{said.en} consumption unit{'s' if value != 1 else ''}",
    )


def _income(found):
    value = found["income_eur"]
    return {
        "type": "figure",
        "id": "income",
        "question": text("Combien est entré ?", "How much came in?"),
        "value": None if value is None else float(value),
        "unit": "€",
        "tone": "plain",
        "sentence": None
        if value is None
        else text(
            "Salaires, prestations et virements réguliers de {}.",
            "Wages, benefits and regular transfers of {}.",
            month(found["month"]),
        ),
        "source": BANK,
        "doubt": found["missing"].get("income_eur"),
    }


def _energy(found):
    energy = found["energy"]
    view = {
        "type": "figure",
        "id": "energy",
        "question": text("Quelle part prend l'énergie ?", "What share does energy take?"),
        "value": None,
        "unit": "%",
        "tone": "plain",
        "source": text("ONPE, taux d'effort énergétique", "ONPE, energy effort rate"),
        "doubt": found["missing"].get("energy_share"),
    }
    if energy is None:
        return view
    limit = number(energy["threshold"] * 100)
    view["value"] = round(found["energy_share"] * 100, 1)
    view["tone"] = "look" if energy["over"] else "plain"
    spent = text(
        "{} d'électricité et de gaz sur {}.",
        "{} of electricity and gas over {}.",
        euros(Decimal(energy["spent_eur"]), 2),
        count(energy["months"], "mois", "mois", "month", "months"),
    )
    verdict = text("Le seuil est de {} %.", "The threshold is {}%.", limit)
    if energy["over"]:
        verdict = text(
            "C'est plus que le seuil de {} %, qui vaut pour les ménages aux revenus modestes : des "
            "aides existent (chèque énergie, FSL).",
            "This is over the threshold of {}%, which holds for households on low incomes: there is "
            "help (energy voucher, FSL).",
            limit,
        )
    view["sentence"] = join(spent, verdict)
    view["doubt"] = text(
        "L'énergie comprise dans vos charges, le bois et le fioul ne sont pas comptés.",
        "Energy within your rent's charges, wood and heating oil are not counted.",
    )
    return view


def _months(found):
    shown = [m for m in found["by_month"] if m["whole"]][-SHOWN:]
    if not shown:
        return None
    series = (
        ("income_eur", "Revenus", "Income"),
        ("fixed_charges_eur", "Charges fixes", "Fixed charges"),
        ("left_eur", "Reste", "Left"),
    )
    return {
        "type": "line",
        "id": "by-month",
        "question": text("Et mois après mois ?", "And month after month?"),
        "x": [m["month"] for m in shown],
        "x_kind": "month",
        "series": [
            {"name": text(fr, en), "values": [float(m[key]) for m in shown]}
            for key, fr, en in series
        ],
        "unit": "€",
        "source": BANK,
    }


def _progress(found):
    progress = found["progress"]
    if progress is None:
        return None
    change = Decimal(progress["change_eur"])
    return {
        "type": "figure",
        "id": "progress",
        "question": text("Est-ce mieux qu'avant ?", "Is it better than before?"),
        "value": float(change),
        "unit": "€",
        "secondary": text("par mois, pour tout le foyer", "a month, for the whole home"),
        "sentence": text(
            "Il reste en moyenne {} par mois de {} à {}, contre {} de {} à {}.",
            "On average {} are left a month from {} to {}, against {} from {} to {}.",
            euros(Decimal(progress["now_eur"]), 2),
            month(progress["from"]),
            month(progress["to"]),
            euros(Decimal(progress["before_eur"]), 2),
            month(progress["before_from"]),
            month(progress["before_to"]),
        ),
        "tone": "good" if change > 0 else "look" if change < 0 else "plain",
        "source": BANK,
    }


def _charges(found, charges):
    if not charges:
        return None
    return {
        "type": "table",
        "id": "charges",
        "question": text("Quelles sont mes charges fixes ?", "What are my fixed charges?"),
        "columns": [
            {"title": text("Poste", "Item"), "kind": "text"},
            {"title": text("Principal versement", "Largest payment"), "kind": "text"},
            {"title": text("Montant", "Amount"), "kind": "eur", "decimals": 2},
        ],
        "rows": [
            [text(*CATEGORIES[kind]), payee, float(amount)] for kind, payee, amount in charges
        ],
        "sentence": text("En {}.", "In {}.", month(found["month"])),
        "source": text(
            "Relevés bancaires ; dépenses pré-engagées au sens de l'Insee, et impôts",
            "Bank statements; Insee's pre-committed spending, and taxes",
        ),
    }


def _notes(found):
    if not found["notes"]:
        return None
    question = text("Ce qui n'est pas compté", "What is not counted")
    return {"type": "text", "id": "notes", "question": question, "paragraphs": found["notes"]}


def _empty():
    said = text(
        "Votre pod n'a encore ni relevés bancaires, ni réponses d'administrations. Déposez un relevé "
        "dans « Sources », puis relancez l'application.",
        "Your pod has neither bank statements nor answers of public bodies yet. Drop a statement into "
        "“Sources”, then run the app again.",
    )
    question = text("Quelle est ma situation ?", "What is my situation?")
    return {"type": "text", "id": "left", "question": question, "paragraphs": [said]}
