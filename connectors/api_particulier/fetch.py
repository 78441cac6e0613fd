"""API Particulier by identity: each right of one person, and the family quotient of the last months.

Each answer is kept with its question (`.answer.json`). One body that is broken does not keep the others
from being asked: what came is kept, then the pod hears what did not.
"""

import json
from datetime import date

from domicile import ActionNeeded, Denied, TryLater

ORIGIN = "https://particulier.api.gouv.fr"
RIGHTS = (
    "revenu_solidarite_active",
    "prime_activite",
    "complementaire_sante_solidaire",
    "allocation_adulte_handicape",
    "allocation_enfant_handicape",
    "allocation_soutien_familial",
    "participation_familiale_eaje",
)
QUOTIENT = "quotient_familial"
MONTHS = 12  # of the quotient, at the first time
LOOK_BACK = 2  # months that the body may still revise


def fetch(web, cursor):
    today = date.fromisoformat(cursor["today"])
    try:
        person = _person(cursor["facts"])
    except ValueError:
        raise ActionNeeded("identity") from None
    told = {"quotient": cursor.get("quotient"), "absent": []}
    stopped = None
    questions = [(name, {}) for name in RIGHTS]
    questions += [(QUOTIENT, month) for month in _months(told["quotient"], today)]
    for name, month in questions:
        try:
            if not _ask(web, name, person | month):
                told["absent"].append(name)
        except ActionNeeded as wrong:
            return {
                **told,
                "quotient": cursor.get("quotient"),
                "stopped": [wrong.kind, wrong.reason],
            }
        except TryLater as busy:
            stopped = [busy.kind, busy.reason]
            if busy.reason == "quota":
                break
    told["absent"] = sorted(set(told["absent"]))
    if stopped:
        return {**told, "quotient": cursor.get("quotient"), "stopped": stopped}
    return {**told, "quotient": f"{today.year}-{today.month:02d}"}


def _person(facts):
    """The question's words. Given names are one parameter each."""
    year, month, day = facts["birth_date"].split("-")
    return {
        "nomNaissance": facts["family_name"],
        "prenoms[]": facts["given_names"].split(),
        "anneeDateNaissance": int(year),
        "moisDateNaissance": int(month),
        "jourDateNaissance": int(day),
        "sexeEtatCivil": facts["sex"],
        "codeCogInseePaysNaissance": facts["birth_country"],
        "codeCogInseeCommuneNaissance": facts["birth_municipality"],
        "recipient": facts["recipient"],
    }


def _months(known, today):
    """The months to ask for, oldest first."""
    here = today.year * 12 + today.month - 1
    first = here - MONTHS + 1
    if known:
        year, month = known.split("-")
        first = max(first, int(year) * 12 + int(month) - 1 - LOOK_BACK)
    return [{"annee": n // 12, "mois": n % 12 + 1} for n in range(min(first, here), here + 1)]


def _ask(web, name, question):
    """True where something was said; False where the body knows nobody of that name."""
    url = f"{ORIGIN}/v3/dss/{name}/identite?{_encoded(question)}"
    try:
        said = web.get(url, {"accept": "application/json"})
    except Denied as why:
        raise TryLater(str(why)) from None
    if said.status == 200:
        if not _whole(said):
            raise TryLater("malformed")
        month = f"_{question['annee']}-{question['mois']:02d}" if "annee" in question else ""
        said.keep(f"{name}{month}.answer.json")
        return True
    if said.status == 404:
        return False
    if said.status in (401, 403):
        raise ActionNeeded("refused" if said.status == 401 else "privileges")
    if said.status in (400, 409, 422):
        raise ActionNeeded("identity")
    raise TryLater("quota" if said.status == 429 else f"status-{said.status}")


def _whole(said):
    try:
        return isinstance(json.loads(said.body)["data"], dict)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _encoded(question):
    return "&".join(
        f"{_quoted(name)}={_quoted(str(one))}"
        for name, value in question.items()
        for one in (value if isinstance(value, list) else [value])
    )


def _quoted(text):
    safe = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    return "".join(chr(b) if b in safe else f"%{b:02X}" for b in text.encode())
