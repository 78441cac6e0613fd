"""Statements of bank accounts: which format is it, and what does it hold."""

import hashlib

import camt
import mt940
import ofx
import psd2
import qif
import tables
from domicile import BadFile
from notes import Notes
from statement import records

READERS = {"ofx": ofx, "qif": qif, "camt": camt, "mt940": mt940, "psd2": psd2, "csv": tables}


def recognise(file):
    """A format's id, or None for a file of somebody else."""
    text = file.head_text()
    return next((name for name, reader in READERS.items() if reader.recognise(text)), None)


def read(file, format):
    """Records, then what was odd, then one File record; or a Question alone, to be answered first."""
    notes = Notes()
    statements, exported = READERS[format].read(file, notes)
    if isinstance(statements, dict):
        yield statements
        return
    if any(statement.account is None for statement in statements):
        signature = hashlib.sha256(file.bytes()).hexdigest()[:32]
        said = file.answers.get(signature, {}).get("account")
        if not isinstance(said, str):
            yield {"type": "Question", "about": "account", "signature": signature, "columns": [],
                   "rows": [[t["date"], t.get("description", "")[:80], f"{t['amount']:f}"]
                            for s in statements for t in s.transactions[:5]][:5]}  # fmt: skip
            return
        for statement in statements:
            statement.account = statement.account or said
    yield from records(statements, format)
    yield from notes
    days = [t["date"] for s in statements for t in s.transactions]
    days += [b[1] for s in statements for b in s.balances]
    if not days:
        raise BadFile("no-statement", line=1)
    yield {"type": "File", "format": format, "exported": exported, "end": f"{max(days)}T23:59:59Z"}
