# ruff: noqa: E501  (headers as apps write them)
"""Writes `recorded/` and `golden/` of the connectors of a car's log, receipts, certificates and what is entered
by hand: made-up data in the forms that apps and people use. `python -m tests.programs.make_things`, then look at the difference.
"""

from __future__ import annotations

import json
from typing import Any

from tests.programs.make_recorded import CONNECTORS, golden, text_of

FUELIO = """"## Vehicle"
"Name","Description","DistUnit","FuelUnit","ConsumptionUnit","ImportCSVDateFormat","VIN","Plate","Make","Model","Year"
"Petite bleue","","0","0","0","yyyy-MM-dd","","","Renault","Clio","2019"
"## Log"
"Data","Odo (km)","Fuel (litres)","Full","Price (optional)","l/100km (optional)","latitude (optional)","longitude (optional)","City (optional)","Notes (optional)","Missed","TankNumber","FuelType","VolumePrice"
"2026-02-01 14:42","45210.0","36.504","1","63.87",,"0.0","0.0","Station du Marché","","0","1","119","1.75"
"2026-01-12 08:05","44630.0","20.0","0","34.80",,"0.0","0.0","","","0","1","119","1.74"
"2026-01-13","44700.0","beaucoup","0","",,"0.0","0.0","","","0","1","119",""
"## CostCategories"
"CostTypeID","Name","priority","color"
"1","Service","0","#795548"
"""
DRIVVO = """##Refuelling
Compteur,Date,Carburant,Prix / L,Coût total,Litres,Plein complet,,Notes
12345,5/3/2026,SP95-E10,1.85,55.50,30.0,Oui,,
12700,2026-03-17 18:20:00,SP95-E10,1.90,52.73,27.75,Non,,autoroute
##Service
Compteur,Date,Coût,Titre
12500,10/3/2026,150.00,Vidange
##Vehicle
Nom,Modèle
Break,508
"""
ACAR = """"Metadata"
"Android Version","aCar Version","Date Format","Time Format"
"13","5.4.3","M/d/yyyy","HH:mm"

"Vehicles"
"Name","Make","Model"
"Altima","Nissan","Altima"

"Fill-Up Records"
"Vehicle","Date","Time","Odometer Reading","Distance Unit","Volume","Volume Unit","Price per Unit","Total Cost","Payment","Partial Fill-Up?","Fuel Type","Fuel Brand"
"Altima","3/5/2026","08:11","106,421","mi","10.500","gal (US)","$3.459","$36.32","Card","No","Regular","Shell"
"""
TABLE = """Date;Heure;Véhicule;Litres;Prix au litre;Kilométrage;Station;Plein
01/02/2026;18:30;Clio;41,20;1,759;45 210;Gare;oui
14/02/2026;;Clio;12,00;;45 602;;non
30/02/2026;;Clio;10,00;;;;
15/02/2026;;Clio;quinze;;;;
"""
CHARGES = """date,kWh,cost,location
2026-03-01 22:05,31.4,6.28,Domicile
2026-03-08,42,19.74,Borne A6
"""


def barcode(first: str) -> str:
    """Twelve digits with their check digit: of numbers that shops use within themselves (2…)."""
    total = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(first))
    return f"{first}{(10 - total) % 10}"


YOGURT, BREAD = barcode("200000000001"), barcode("200000000002")
RECEIPTS = f"""Date;Heure;Magasin;Ticket;Libellé;Quantité;Unité;Prix unitaire;Montant;EAN
05/03/2026;18:04;Épicerie du Port;0412;Yaourt nature bio x4;2;;1,95;3,90;{YOGURT}
05/03/2026;18:04;Épicerie du Port;0412;Pommes;1,240;kg;2,90;3,60;
07/03/2026;09:30;Épicerie du Port;0455;YAOURT NAT BIO X4;1;;1,95;1,95;
07/03/2026;09:30;Épicerie du Port;0455;Remise fidélité;;;;-0,50;
07/03/2026;09:30;Épicerie du Port;0455;Pain complet;1;;2,10;2,10;2000000000029
demain;09:30;Épicerie du Port;0456;Pain complet;1;;2,10;2,10;
"""
OBJECTS: list[dict[str, Any]] = [
    {
        **{
            "date": "2026-03-09T12:15:00+01:00",
            "store": {"name": "Halles"},
            "id": "A-77",
            "total": 8.05,
        },
        "items": [
            {"name": "Pain complet", "qty": 1, "price": 2.1, "gtin": BREAD},
            {"name": "Comté", "quantity": "0,312", "unit": "kg", "amount": "5,95"},
        ],
    },
    {"date": "2026-03-09", "store": "Halles", "items": [{"price": 3}], "total": "3,00"},
]


CERTIFICATE = {
    **{"numero_dpe": "2169E0000001X", "date_etablissement_dpe": "2021-11-03", "etiquette_dpe": "D"},
    **{"etiquette_ges": "B", "conso_5_usages_par_m2_ep": 206.4, "emission_ges_5_usages_par_m2": 8},
    **{
        "surface_habitable_logement": 61.7,
        "annee_construction": 1930,
        "cout_total_5_usages": 1180.5,
    },
    **{"type_energie_principale_chauffage": "Électricité", "identifiant_ban": "69383_0001_00012"},
}
ANSWER = {"total": 1, "results": [CERTIFICATE]}
ENTERED: dict[str, Any] = {
    **{"by_hand": 1, "entered": "2026-03-08T17:40:00Z"},
    "records": [
        {
            **{
                "type": "Purchase",
                "date": "2026-03-08",
                "shop": "Marché",
                "number": "c0ffee",
                "currency": "EUR",
            },
            "lines": [{"label": "Poireaux", "quantity": "1.5", "unit": "kg", "amount": "3.60"}],
        },
        {
            "type": "SituationChange",
            "day": "2026-03-01",
            "change": "job-start",
            "note": "à mi-temps",
        },
        {
            "type": "DailyIndex",
            "meter": "12345678901234",
            "day": "2026-03-08",
            "registers": {"Total": 7_654_321},
            "total": 7_654_321,
        },
    ],
}


def files() -> dict[str, dict[str, bytes]]:
    """Recorded files by connector and name."""
    return {
        "car": {
            "fuelio.csv": FUELIO.encode(),
            "drivvo.csv": DRIVVO.encode("utf-8-sig"),
            "acar.csv": ACAR.encode(),
            "pleins.csv": TABLE.encode("cp1252"),
            "recharges.csv": CHARGES.encode(),
            "vide.csv": TABLE.split("\n")[0].encode(),
        },
        "receipts": {
            "tickets.csv": RECEIPTS.encode(),
            "tickets.json": json.dumps(OBJECTS, ensure_ascii=False, indent=1).encode(),
            "coupe.json": json.dumps(OBJECTS).encode()[:-30],
        },
        "dpe": {
            "dpe.json": json.dumps(ANSWER, ensure_ascii=False, indent=1).encode(),
            "sans_etiquette.json": json.dumps(
                {"results": [CERTIFICATE, {"numero_dpe": "2169E0000002Y", "etiquette_dpe": "Z"}]}
            ).encode(),
            "rien.json": b'{"total": 0, "results": [], "hint": {"numero_dpe": null}}',
        },
        "by_hand": {
            "market.json": json.dumps(ENTERED, ensure_ascii=False, indent=1).encode(),
            "other.json": json.dumps({**ENTERED, "records": [{"type": "Transaction"}]}).encode(),
        },
    }


def main() -> None:
    for connector, made in files().items():
        for name in ("recorded", "golden"):
            (CONNECTORS / connector / name).mkdir(exist_ok=True)
            for old in (CONNECTORS / connector / name).iterdir():
                old.unlink()
        for name, data in made.items():
            file = CONNECTORS / connector / "recorded" / name
            file.write_bytes(data)
            told = text_of(golden(CONNECTORS / connector, file))
            (CONNECTORS / connector / "golden" / f"{name}.json").write_text(told, "utf-8")


if __name__ == "__main__":
    main()
