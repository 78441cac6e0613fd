"""What each file of the study becomes: its connector, its records, its period, and whether its sums are
its own. `python -m tests.programs.shared_files` prints the table.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pod.model import Body
from pod.programs.manifest import load_program
from pod.programs.merge import Source, merge_documents
from pod.programs.recognise import candidates
from pod.sdk import testing
from tests.programs.make_recorded import CONNECTORS

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FOLDERS = ("2ddoc", "camt", "enedis", "grdf", "mt940", "synthetic", "tic")
ACCOUNT = (
    "FR7630006000011234567890189"  # the answer where a file does not say which account it is of
)
ARRIVED = "2026-11-24T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what it was read as ("" for nobody's), or the reason and line of its refusal."""

    name: str
    connector: str = ""
    format: str = ""
    records: tuple[tuple[str, int], ...] = ()
    first: str = ""
    last: str = ""
    sums: str = ""
    problems: tuple[tuple[str, int], ...] = ()
    refused: tuple[str, int | None] | None = None


def files() -> list[Path]:
    """The data files, without their licences."""
    found = [f for folder in FOLDERS for f in sorted((DATA / folder).iterdir())]
    return [f for f in found if not f.name.startswith("LICENSE")]


def row(file: Path) -> Row:
    """Recognised by content and read, as the pod does, by the first connector that knows it."""
    name, data = f"{file.parent.name}/{file.name}", file.read_bytes()
    every = [
        load_program(f) for f in sorted(CONNECTORS.iterdir()) if (f / "manifest.toml").is_file()
    ]
    every = [program for program in every if not program.folder.name.startswith("_")]
    for program in candidates(every, Body.of(data)):
        connector = program.manifest.name
        try:
            found, records = read(program.folder, file)
        except testing.sdk().BadFile as bad:
            return Row(name, connector, refused=(bad.reason, bad.line))
        if found is not None:
            return _row(name, connector, found, records, data)
    return Row(name)


def read(folder: Path, file: Path) -> tuple[str | None, list[dict[str, Any]]]:
    """(format, what a connector says of a file), its question answered. Raises the SDK's BadFile."""
    data = file.read_bytes()
    found, records = testing.import_file(folder, file.name, data)
    if records and records[0].get("type") == "Question":
        answers = {records[0]["signature"]: {"account": ACCOUNT}}
        found, records = testing.import_file(folder, file.name, data, answers=answers)
    return found, records


def _row(name: str, connector: str, form: str, records: list[dict[str, Any]], data: bytes) -> Row:
    kept = [record for record in records if "problem" not in record]
    source = Source("/imports/x", hashlib.sha256(data).hexdigest(), name, arrived=ARRIVED)
    merged = merge_documents(kept, source, lambda path: None)
    types = Counter(record["type"] for record in kept if record["type"] != "File")
    return Row(
        name,
        connector,
        form,
        tuple(sorted(types.items())),
        merged.found.first or "",
        merged.found.last or "",
        "; ".join(_sums(kept)),
        tuple(sorted(Counter(r["problem"] for r in records if "problem" in r).items())),
    )


def _sums(records: list[dict[str, Any]]) -> Iterator[str]:
    curves = [r for r in records if r["type"] == "LoadCurve" and r["flow"] == "consumption"]
    if curves:
        watt_hours = sum(
            Decimal(str(v)) * r["step"] / 3600 for r in curves for v in r["values"] if v is not None
        )
        yield f"{(watt_hours / 1000).normalize():f} kWh"
    money: dict[str, Decimal] = {}
    for one in records:
        if one["type"] == "Transaction":
            money[one["currency"]] = money.get(one["currency"], Decimal(0)) + Decimal(one["amount"])
    yield from (f"{amount:.2f} {currency}" for currency, amount in sorted(money.items()))
    gas = [r for r in records if r["type"] in ("GasDay", "GasReading")]
    if gas:
        kwh, m3 = (sum(Decimal(r.get(unit) or 0) for r in gas) for unit in ("kwh", "m3"))
        yield f"{kwh} kWh, {m3} m³"


def main() -> None:
    print(
        "| file | connector | records | period | sums | odd |\n| --- | --- | --- | --- | --- | --- |"
    )
    for file in files():
        one = row(file)
        said = ", ".join(f"{count} {kind}" for kind, count in one.records)
        odd = ", ".join(f"{kind} ({count})" for kind, count in one.problems)
        if one.refused:
            odd = f"refused: {one.refused[0]}, line {one.refused[1]}"
        period = f"{one.first} – {one.last}" if one.first else ""
        reader = f"{one.connector} {one.format}".strip() or "nobody's"
        print(f"| {one.name} | {reader} | {said} | {period} | {one.sums} | {odd} |")


if __name__ == "__main__":
    main()
