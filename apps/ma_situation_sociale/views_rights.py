"""Views on allowances and on what public bodies say: questions, never verdicts."""

from decimal import Decimal

from claims import SUBJECTS, letter, sides
from words import Said, day, euros, join, month, number, text

BENEFITS = {
    "activity-bonus": ("Prime d'activité", "Activity bonus"), "rsa": ("RSA", "RSA"),
    "housing-aid": ("Aide au logement", "Housing aid"),
    "disabled-adult": ("Allocation aux adultes handicapés", "Disabled adults' allowance"),
    "disabled-child": ("Allocation d'éducation de l'enfant handicapé", "Disabled child's allowance"),
    "family-support": ("Allocation de soutien familial", "Family support allowance"),
    "young-child": ("Prestation d'accueil du jeune enfant", "Young child benefit"),
    "family-allowances": ("Allocations familiales", "Family allowances"),
    "unemployment": ("Indemnités de France Travail", "Unemployment payments"),
    "pension": ("Retraite", "Pension"), "sick-pay": ("Indemnités journalières", "Sick pay"),
    "grouped": ("CAF ou MSA, sans détail", "CAF or MSA, no detail"),
}  # fmt: skip
TOLD = 8  # questions in words
BANK = text("Vos relevés bancaires", "Your bank statements")


def _benefit(name):
    return text(*BENEFITS.get(name, (name, name)))


def _named(name):
    words = _benefit(name)
    return Said(words["fr"], words["en"])


def questions(found):
    asked = found["questions"]
    question = text("Une aide n'est-elle pas arrivée ?", "Did an allowance not come?")
    view = {"type": "text", "id": "allowances-missing", "question": question}
    if not found["transactions"]:
        return None
    if not asked:
        said = text(
            "Rien d'inhabituel dans les versements que nous pouvons suivre.",
            "Nothing unusual among the transfers that we can follow.",
        )
        return {**view, "paragraphs": [said]}
    paragraphs = [_asked(q) for q in reversed(asked[-TOLD:])]
    if len(asked) > TOLD:
        more = number(len(asked) - TOLD)
        paragraphs.append(text("Et {} plus anciennes.", "And {} older ones.", more))
    paragraphs.append(
        text(
            "Ce sont des questions, pas des erreurs : la CAF regroupe des versements, l'aide au "
            "logement peut aller au propriétaire, et un autre compte a pu la recevoir.",
            "These are questions, not errors: CAF groups transfers, housing aid may go to the "
            "landlord, and another account may have received it.",
        )
    )
    return {**view, "paragraphs": paragraphs}


def _asked(one):
    name = _named(one["benefit"])
    if one["month"] is None:
        return text(
            "{} : le droit est ouvert, mais vos comptes n'en montrent aucun versement. Arrive-t-elle "
            "ailleurs ?",
            "{}: the right is open, but your accounts show no transfer of it. Does it arrive elsewhere?",
            name,
        )
    if one["kind"] == "late":
        return text(
            "{}, {} : arrivée le {}, après le {}. L'organisme a-t-il expliqué ce retard ?",
            "{}, {}: came on {}, after {}. Did the payer explain the delay?",
            name,
            month(one["month"]),
            day(one["seen_on"]),
            day(one["expected_by"]),
        )
    if one["because"] == "stated-payment":
        return text(
            "{} : {} dits versés le {}, que vos comptes ne montrent pas au {}. Sur quel compte ?",
            "{}: {} said to be paid on {}, which your accounts do not show by {}. On which account?",
            name,
            euros(Decimal(one["amount_eur"]), 2),
            day(one["usual_day"]),
            day(one["expected_by"]),
        )
    reason = {
        "open-right": Said("le droit est ouvert", "the right is open"),
        "usual-transfer": Said("elle venait chaque mois", "it came every month"),
    }[one["because"]]
    return text(
        "{}, {} : attendue vers le {}, pas vue au {} ; {}. Est-elle comprise dans un autre versement ?",
        "{}, {}: expected around {}, not seen by {}; {}. Is it within another transfer?",
        name,
        month(one["month"]),
        day(one["usual_day"]),
        day(one["expected_by"]),
        reason,
    )


def allowances(found, months):
    rows = [a for a in found["allowances"] if a["month"] in months]
    if not rows:
        return None
    return {
        "type": "table",
        "id": "allowances",
        "question": text("Quelles aides ai-je reçues ?", "Which allowances did I receive?"),
        "columns": [
            {"title": text("Mois", "Month"), "kind": "text"},
            {"title": text("Aide", "Allowance"), "kind": "text"},
            {"title": text("Montant", "Amount"), "kind": "eur", "decimals": 2},
        ],
        "rows": [
            [_shown(month(a["month"])), _benefit(a["benefit"]), float(a["amount_eur"])]
            for a in reversed(rows)
        ],
        "source": BANK,
    }


def _shown(said):
    return {"fr": said.fr, "en": said.en}


def differences(found, shared=False):
    question = text(
        "Les administrations disent-elles la même chose ?", "Do public bodies say the same?"
    )
    view = {"type": "text", "id": "differences", "question": question}
    if not found["inconsistencies"]:
        said = text(
            "Rien de ce que nous pouvons comparer ne diffère (enfants, code postal).",
            "Nothing that we can compare differs (children, postal code).",
        )
        return {**view, "paragraphs": [said]}
    paragraphs = []
    for one in found["inconsistencies"]:
        about = SUBJECTS[one["about"]]
        head = text("{} :", "{}:", Said(about["fr"], about["en"]))
        if one["about"] == "address" and shared:
            said = text("ils diffèrent d'une source à l'autre.", "they differ between sources.")
        else:
            said = sides(one)
        paragraphs.append(join(head, said))
    if not shared:
        paragraphs.append(text("Un brouillon suit.", "A draft follows."))
    return {**view, "paragraphs": paragraphs}


def letters(found):
    return [
        {
            "type": "text",
            "id": f"letter-{one['about']}",
            "question": text(
                "Brouillon de demande de correction : {}",
                "Draft request for correction: {}",
                _lower(SUBJECTS[one["about"]]),
            ),
            "paragraphs": letter(one),
        }
        for one in found["inconsistencies"]
    ]


def _lower(words):
    return Said(words["fr"].lower(), words["en"].lower())
