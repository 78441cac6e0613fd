"""Writes connectors/grdf/recorded and, from what the connector says of them, golden.

`python -m tests.programs.make_gas`, then look at the difference.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

from tests.programs.make_recorded import CONNECTORS, golden, text_of

GRDF = CONNECTORS / "grdf"
PCE = "21401234567890"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DAILY = [
    "Date de relevé", "Index de début de période (m3)", "Index de fin de période (m3)",
    "Volume consommé (m3)", "Energie consommée (kWh)", "Coefficient de conversion",
    "Température locale (°C)", "Qualification du relevé",
]  # fmt: skip
FIGURES = ("indexDebut", "indexFin", "volumeBrutConsomme", "energieConsomme")
SUMS = ["Date de relevé", "Volume consommé (m3)", "Energie consommée (kWh)"]


def sheet(rows: list[list[str]], *, export: str = "02/11/2024", pce: str = PCE) -> str:
    """The sheet's XML as the customer space lays it out: the table starts at B9."""
    table = [
        (1, ["", "Données informatives et détaillées", "", "", f"Export du {export}"]),
        (3, ["", "", "Adresse du logement :"]),
        (4, ["", "", "N° PCE :", pce]),
        (7, ["", "Les consommations dans ce tableau sont fournies à titre indicatif."]),
        *[(9 + n, ["", *row]) for n, row in enumerate(rows)],
    ]
    cells = "".join(f'<row r="{n}">{"".join(map(_cell, row))}</row>' for n, row in table)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def _cell(text: str) -> str:
    if text.replace(".", "", 1).isdigit():
        return f"<c><v>{text}</v></c>"
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(xml: str, **more: str) -> bytes:
    """The least workbook, the same bytes each time."""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": xml,
        **more,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (2024, 11, 2, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return out.getvalue()


def days(first: date, count: int) -> list[dict[str, Any]]:
    """Readings in the shape of the customer space's JSON."""
    found, index = [], 12_000
    for n in range(count):
        day, volume = first + timedelta(days=n), 5 + n % 4
        found.append(
            {
                "dateDebutReleve": f"{day}T06:00:00+00:00",
                "dateFinReleve": f"{day + timedelta(days=1)}T06:00:00+00:00",
                "journeeGaziere": day.isoformat(),
                "indexDebut": index,
                "indexFin": index + volume,
                "volumeBrutConsomme": volume,
                "energieConsomme": volume * 11 + n % 3,
                "coeffConversion": 11.2,
                "qualificationReleve": "Estimé" if n == 2 else "Mesuré",
                "natureReleve": "Informative Journalier",
                "temperature": 9.25 if n == 1 else None,
                "status": "Provisoire" if n == count - 1 else None,
            }
        )
        index += volume
    return found


def daily_rows(readings: list[dict[str, Any]]) -> list[list[str]]:
    return [
        [
            date.fromisoformat(one["journeeGaziere"]).strftime("%d/%m/%Y"),
            *("" if one[k] is None else str(one[k]) for k in FIGURES),
            "",
            "",
            one["qualificationReleve"],
        ]
        for one in readings
    ]


def published() -> list[dict[str, Any]]:
    """What bills rest on: periods that touch, with the quality and status that they have."""
    spans = (("2024-03-28", "2024-04-28"), ("2024-04-28", "2024-05-28"))
    return [
        {
            **days(date.fromisoformat(since), 1)[0],
            "dateFinReleve": f"{until}T06:00:00+00:00",
            "journeeGaziere": None,
            "natureReleve": "Publiée",
            "volumeBrutConsomme": 96,
            "energieConsomme": 1075,
            "indexFin": 12_096,
            "status": "Définitive",
            "qualificationReleve": "Corrigé",
        }
        for since, until in spans
    ]


def adict(one: dict[str, Any], offset: str, *, nature: str = "Informative Journalier") -> str:
    """One line of ADICT's answer for a reading of the customer space."""
    index = {"index_brut_debut": {"valeur_index": one["indexDebut"], "horodate_Index": None}}
    until = {"index_brut_fin": {"valeur_index": one["indexFin"], "horodate_Index": None}}
    said = {
        "pce": {"id_pce": PCE},
        "periode": {"valeur": None, "date_debut": None, "date_fin": None},
        "releve_debut": {"date_releve": None, **index},
        "releve_fin": {"date_releve": None, **until},
        "consommation": {
            "date_debut_consommation": one["dateDebutReleve"].replace("+00:00", offset),
            "date_fin_consommation": one["dateFinReleve"].replace("+00:00", offset),
            "volume_brut": one["volumeBrutConsomme"],
            "coeff_calcul": {"coeff_pta": None, "valeur_pcs": None, "coeff_conversion": 11.2},
            "energie": one["energieConsomme"],
            "type_qualif_conso": one["qualificationReleve"],
            "sens_flux_gaz": "Consommation",
            "statut_conso": "Provisoire",
            "journee_gaziere": one["journeeGaziere"],
            "type_conso": nature,
        },
        "statut_restitution": None,
    }
    return json.dumps(said, ensure_ascii=False)


def space(readings: list[dict[str, Any]], pce: str = PCE) -> str:
    holder = {"idPce": pce, "frequence": None, "releves": readings}
    return json.dumps({pce: holder}, ensure_ascii=False, indent=1)


def absent(one: dict[str, Any]) -> dict[str, Any]:
    """A day that the holder says it knows nothing of."""
    gone = dict.fromkeys(("volumeBrutConsomme", "energieConsomme", "indexDebut", "indexFin"))
    return {**one, **gone, "qualificationReleve": "Absence de Données"}


def files() -> dict[str, bytes]:
    spring, autumn = days(date(2024, 3, 29), 5), days(date(2024, 10, 25), 5)
    autumn[3] = absent(autumn[3])
    rows = daily_rows(days(date(2024, 10, 25), 5))
    rows[3][3:5] = ["0", "0"]
    rows[3][7] = "Absence de Données"
    nothing = {"pce": {"id_pce": PCE}, "consommation": None}
    lines = [*(adict(one, "+01:00") for one in spring[:2]), adict(spring[2], "+02:00")]
    lines += [adict(published()[0], "+02:00", nature="Publiée"), "", json.dumps(nothing)]
    weeks = [
        ["Du 25/10/2024 au 27/10/2024", "18", "200"],
        ["Du 28/10/2024 au 29/10/2024", "13", "144"],
    ]
    months = [
        ["Septembre 2024", "61", "683"],
        ["Octobre 2024", "140", "1568.5"],
        ["Novembre 2024", "9", "101"],
    ]
    wrong = space(spring).replace('"energieConsomme": 67', '"energieConsomme": "soixante"')
    return {
        "donnees_informatives.json": space([*spring, *autumn, autumn[-1]]).encode(),
        "donnees_publiees.json": space(published()).encode(),
        "valeur_fausse.json": wrong.encode(),
        "consos.ndjson": "\n".join(lines).encode(),
        "temperatures.json": b'{\n "2024-10-25": 12.300000000000001,\n "2024-10-26": -0.5\n}\n',
        "Donnees_informatives_PCE_DAILY.xlsx": workbook(sheet([DAILY, *rows])),
        "Donnees_informatives_PCE_WEEKLY.xlsx": workbook(sheet([SUMS, *weeks])),
        "Donnees_informatives_PCE_MONTHLY.xlsx": workbook(sheet([SUMS, *months], pce="")),
    }


def main() -> None:
    for folder in ("recorded", "golden"):
        (GRDF / folder).mkdir(exist_ok=True)
        for old in (GRDF / folder).iterdir():
            old.unlink()
    for name, data in files().items():
        file = GRDF / "recorded" / name
        file.write_bytes(data)
        (GRDF / "golden" / f"{name}.json").write_text(text_of(golden(GRDF, file)), "utf-8")


if __name__ == "__main__":
    main()
