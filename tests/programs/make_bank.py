"""Writes connectors/bank/recorded and golden: `python -m tests.programs.make_bank`, then look."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from pod.sample import write_statements
from tests.programs.make_recorded import CONNECTORS, golden, text_of

BANK = CONNECTORS / "bank"
QIF = (
    "!Type:Bank\nD05/01'26\nT-86,40\nPEDF\nMFacture janvier\n^\nD28/01'26\nT1 684,37\nPSALAIRE\n^\n"
)
UNKNOWN = "Quand;Quoi;Combien\n05/01/2026;EDF;-86,40\n06/01/2026;Café;-2,30\n"
REVOLUT = (
    "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
    "CARD_PAYMENT,Current,2026-01-04 10:00:00,2026-01-05 09:00:00,Café,-2.30,0.00,EUR,COMPLETED,97.70\n"
    "CARD_PAYMENT,Current,2026-01-06 10:00:00,,Hotel,-80.00,0.00,EUR,REVERTED,97.70\n"
    "TRANSFER,Current,2026-01-07 10:00:00,2026-01-07 10:00:01,To Zoé,-10.00,0.50,EUR,COMPLETED,87.20\n"
)
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>&b;</BkToCstmrStmt></Document>
"""
MT940 = """:20:STARTUMS
:25:FR7630006000011234567890189
:28C:00001/001
:60F:C260131EUR1000,00
:61:2602010201DR12,50NMSCNONREF//A1
:86:020?00PAIEMENT CB?20CAFE DE LA?21 PLACE?32CAFE
:61:2602020202C100,NTRFNONREF//A2
:86:VIREMENT
:62F:C260202EUR1080,00
-
"""


def files() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        made = write_statements(Path(folder), until=date(2026, 1, 31), days=31)
        found = {file.name: file.read_bytes() for file in made}
    texts = {
        "releve.qif": QIF, "inconnu.csv": UNKNOWN, "revolut.csv": REVOLUT, "bombe.xml": BOMB,
        "solde_faux.sta": MT940, "coupe.ofx": found["releve_20260101-20260131.ofx"].decode("cp1252")[:900],
    }  # fmt: skip
    return found | {name: text.encode() for name, text in texts.items()}


def main() -> None:
    for folder in ("recorded", "golden"):
        (BANK / folder).mkdir(exist_ok=True)
        for old in (BANK / folder).iterdir():
            old.unlink()
    for name, data in files().items():
        file = BANK / "recorded" / name
        file.write_bytes(data)
        (BANK / "golden" / f"{name}.json").write_text(text_of(golden(BANK, file)), "utf-8")


if __name__ == "__main__":
    main()
