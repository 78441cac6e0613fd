"""What the ADICT interface answers: a JSON object a line, one a consumption.

`journee_gaziere` says which gas day it is; without it, it is what was used between two dates.
"""

from domicile import BadFile
from space import nature, status_of, whole
from values import Found, day, figure, gas_day, meter, plain, quality


def read(file, notes):
    """(records by what they are of, facts of the file)."""
    text = file.text(("utf-8-sig",))
    found = Found(notes)
    for line, one in _objects(text):
        if not isinstance(one, dict):
            raise BadFile("json-shape", line=line, expected="consommation")
        _add(found, one, line)
    return found.records, found.facts()


def _objects(text):
    """(line, object): one a line, or those of one array."""
    if text.lstrip().startswith("["):
        return [(1, one) for one in whole(text)]
    return [(n, _line(n, one)) for n, one in enumerate(text.splitlines(), 1) if one.strip()]


def _line(number, text):
    try:
        return whole(text)
    except BadFile as bad:
        raise BadFile("json", line=number, **bad.facts) from None


def _add(found, one, line):
    used, pce = _part(one, "consommation"), meter(_part(one, "pce").get("id_pce"), line)
    if not used:  # nothing to give for a period that was asked about, with the reason
        found.notes.add("gas-absent", line, text=str(_part(one, "statut_restitution"))[:60])
        return
    if plain(used.get("sens_flux_gaz") or "consommation") != "consommation":
        found.notes.add("other-quantity", line, found=str(used.get("sens_flux_gaz"))[:40])
        return
    start = _part(_part(one, "releve_debut"), "index_brut_debut")
    end = _part(_part(one, "releve_fin"), "index_brut_fin")
    figures = {
        "m3": figure(used.get("volume_brut"), "m3", line),
        "kwh": figure(used.get("energie"), "kwh", line),
        "coefficient": figure(
            _part(used, "coeff_calcul").get("coeff_conversion"), "coefficient", line
        ),
        "indexStart": figure(start.get("valeur_index"), "index", line),
        "indexEnd": figure(end.get("valeur_index"), "index", line),
        "quality": quality(used.get("type_qualif_conso"), found.notes, line),
        "status": status_of(used.get("statut_conso")),
    }
    if used.get("journee_gaziere") is not None:
        found.day(pce, day(used["journee_gaziere"], line), line, **figures)
        return
    since = gas_day(used.get("date_debut_consommation"), line)
    until = gas_day(used.get("date_fin_consommation"), line)
    found.period(pce, since, until, nature(used.get("type_conso")), line, **figures)


def _part(one, name):
    """An object inside another, empty where there is none."""
    found = one.get(name)
    return found if isinstance(found, dict) else {}
