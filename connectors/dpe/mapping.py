"""Answers of ADEME's register of energy performance certificates."""

import json
import re
from decimal import Decimal

from domicile import BadFile, Notes

FIELDS = ("numero_dpe", "date_etablissement_dpe", "etiquette_dpe", "etiquette_ges", "conso_5_usages_par_m2_ep",
          "emission_ges_5_usages_par_m2", "surface_habitable_logement", "annee_construction",
          "type_energie_principale_chauffage", "cout_total_5_usages", "identifiant_ban")  # fmt: skip
MOST = 100
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/*-]{0,79}")


def recognise(file):
    """The format's id, or None."""
    text = file.head_text()
    return "ademe-lines" if '"results"' in text and '"numero_dpe"' in text else None


def read(file, format):
    """Records, then what was odd, then one File record."""
    try:
        results = json.loads(file.text(("utf-8-sig",)), parse_float=Decimal)["results"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadFile("bad-json", line=1) from None
    if not isinstance(results, list) or not results:
        raise BadFile("no-readings", line=1)
    if len(results) > MOST:
        raise BadFile("too-many", limit=MOST)
    notes, count, end = Notes(), 0, None
    for at, one in enumerate(results, 1):
        try:
            record = _record(one)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
            notes.add("bad-record", at)
            continue
        count += 1
        end = max(end or "", record.get("issuedOn", "")) or None
        yield record
    if not count:
        raise BadFile("no-readings", line=1)
    yield from notes
    yield {
        "type": "File",
        "format": format,
        "exported": None,
        "end": f"{end}T12:00:00Z" if end else None,
    }


def _record(one):
    built = one.get("annee_construction")
    address = one.get("identifiant_ban")
    made = {
        "type": "EnergyCertificate",
        "number": str(one["numero_dpe"])[:80],
        "energyClass": str(one["etiquette_dpe"]),
        "climateClass": one.get("etiquette_ges"),
        "issuedOn": str(one["date_etablissement_dpe"])[:10]
        if one.get("date_etablissement_dpe")
        else None,
        "energy": _figure(one.get("conso_5_usages_par_m2_ep")),
        "emissions": _figure(one.get("emission_ges_5_usages_par_m2")),
        "surface": _figure(one.get("surface_habitable_logement")),
        "built": int(built) if built is not None and 1000 <= int(built) <= 2100 else None,
        "heating": str(one.get("type_energie_principale_chauffage") or "")[:300] or None,
        "cost": _figure(one.get("cout_total_5_usages")),
        "addressId": address if isinstance(address, str) and _CODE.fullmatch(address) else None,
    }
    if made["energyClass"] not in tuple("ABCDEFG") or not _CODE.fullmatch(made["number"]):
        raise ValueError("not a certificate")
    return {k: v for k, v in made.items() if v is not None}


def _figure(value):
    if value is None or isinstance(value, bool):
        return None
    found = round(Decimal(str(value)), 2)
    if not 0 <= found < 10**9:
        raise ValueError("out of range")
    return f"{found:.2f}"
