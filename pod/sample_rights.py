"""What public bodies say of the sample household: answers in the shape of API Particulier's, each kept
with the question that it answers. Nobody's: a parent and two children, of whom one count knows only one.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

Json = dict[str, Any]

PARENT: Json = {
    "nom_naissance": "MOREL", "nom_usage": None, "prenoms": "CAMILLE",
    "date_naissance": "1988-03-12", "sexe": "F",
}  # fmt: skip
CHILDREN: list[Json] = [
    {**PARENT, "prenoms": "LOU", "date_naissance": "2017-06-09", "sexe": "F"},
    {**PARENT, "prenoms": "NOE", "date_naissance": "2023-02-21", "sexe": "M"},
]
HOME: Json = {
    "numero_libelle_voie": "12 RUE DE L'EXEMPLE", "code_postal_ville": "69003 LYON", "pays": "FRANCE",
}  # fmt: skip
ASKED: Json = {
    "nomNaissance": "MOREL", "prenoms": ["CAMILLE"],
    "anneeDateNaissance": 1988, "moisDateNaissance": 3, "jourDateNaissance": 12,
}  # fmt: skip


def write_rights(folder: Path, *, until: date) -> list[Path]:
    """Writes the answers given on `until`: family quotient, activity bonus, scale of childcare."""
    files = []
    for name, data in _answers(until).items():
        kept = {
            "path": f"/v3/dss/{name}/identite",
            "query": ASKED,
            "asked": f"{until.isoformat()}T10:00:00Z",
            "answer": {"data": data, "links": {}, "meta": {}},
        }
        file = folder / f"caf-{name.replace('_', '-')}.answer.json"
        file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
        files.append(file)
    return files


def _answers(until: date) -> dict[str, Json]:
    family = {"allocataires": [PARENT], "enfants": CHILDREN, "adresse": HOME}
    quotient = {
        "fournisseur": "CNAF", "valeur": 742, "annee": until.year, "mois": until.month,
        "annee_calcul": until.year, "mois_calcul": until.month,
    }  # fmt: skip
    scale = {
        "nombre_enfants_a_charge": 1,
        "nombre_enfants_beneficiaire_aeeh": 0,
        "base_ressources_annuelles": {"valeur": 20212.44, "annee_calcul": until.year - 2},
    }
    return {
        "quotient_familial": {"quotient_familial": quotient, **family},
        "prime_activite": {
            "est_beneficiaire": True,
            "avec_majoration": False,
            "date_debut_droit": f"{until.year - 2}-02-01",
        },
        "participation_familiale_eaje": {
            **family,
            "enfants": CHILDREN[:1],
            "parametres_calcul_participation_familiale": scale,
        },
    }
