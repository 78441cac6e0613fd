"""Persons and households as an answer names them."""

import re
from itertools import takewhile


def person(said, role=None):
    """{"role","familyName","usedName","givenNames","birthDate","sex"}, what is not said left out."""
    return told(
        role=role,
        familyName=said.words("nom_naissance") or said.words("nom"),
        usedName=said.words("nom_usage"),
        givenNames=said.names("prenoms") or said.names("prenom"),
        birthDate=said.birth("date_naissance"),
        sex=SEXES.get(said.words("sexe") or said.words("sexe_etat_civil") or ""),
    )


def asked(query):
    """Whom the question was about, by the words of the question: a name, a birth date, a number."""
    names = query.get("prenoms", []) + query.get("prenoms[]", [])
    born = [query.get(f"{part}DateNaissance") for part in ("annee", "mois", "jour")]
    known = [part[0].zfill(2) for part in takewhile(bool, born)]
    birth = "-".join(known) if re.fullmatch(BORN, "-".join(known)) else None
    number = next((query[n][0] for n in NUMBERS if query.get(n)), None)
    family = (query.get("nomNaissance") or [None])[0]
    return told(
        familyName=family, givenNames=" ".join(names) or None, birthDate=birth, number=number
    )


def household(said, month, about, day):
    """A Household record of the people and the address of an answer; None where it names nobody."""
    members = [person(one, "adult") for one in said.parts("allocataires")]
    members += [person(one, "child") for one in said.parts("enfants")]
    if not members:
        return None
    home = said.part("adresse")
    lines = ("complement_information", "complement_information_geographique", "numero_libelle_voie")
    street = ", ".join(filter(None, (home.words(n) for n in (*lines, "lieu_dit"))))
    code, _, town = (home.words("code_postal_ville") or "").partition(" ")
    return told(
        type="Household",
        month=month,
        members=members,
        address=street or None,
        postalCode=code or None,
        locality=town or None,
        about=about,
        asOf=day,
    )


def told(**facts):
    """Only what is said."""
    return {name: value for name, value in facts.items() if value not in (None, "", {}, [])}


SEXES = {"M": "male", "F": "female", "Masculin": "male", "Féminin": "female"}
BORN = r"(19|20)[0-9]{2}(-[0-9]{2}){0,2}"
NUMBERS = ("identifiant", "ine", "immatriculation")
