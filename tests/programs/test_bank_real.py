"""Every bank file of the study: records, periods and sums against the files' own balances."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pod.programs.merge import Source, merge_documents
from pod.sdk import testing
from tests.programs.make_recorded import CONNECTORS

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
BANK = CONNECTORS / "bank"
ASKED = "FR7630006000011234567890189"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the study's files are not here")

# file: (format, transactions, first day, last day, sum by currency)
EXPECTED: dict[str, tuple[str, int, str, str, dict[str, str]]] = {
    "camt/camt.053.001.02.xml": ("camt", 3, "2010-10-18", "2010-10-18", {"SEK": "-64321.50"}),
    "camt/camt053_duplicate_same_day.xml": ("camt", 2, "2026-04-07", "2026-04-07", {"EUR": "-9.00"}),
    "camt/camt053_multicurrency.xml": (
        "camt", 3, "2026-04-10", "2026-04-20", {"EUR": "750.25", "USD": "-99.99"},
    ),
    "camt/csv_european_decimals.csv": ("csv", 3, "2026-04-02", "2026-04-09", {"EUR": "2260.94"}),
    "camt/csv_french_headers.csv": ("csv", 3, "2026-04-02", "2026-04-09", {"EUR": "2260.94"}),
    "camt/sample.mt940": ("mt940", 2, "2026-03-20", "2026-03-21", {"EUR": "1170.25"}),
    "camt/sample.ofx": ("ofx", 2, "2026-03-20", "2026-03-21", {"EUR": "1170.25"}),
    "camt/sample.qfx": ("ofx", 1, "2026-03-22", "2026-03-22", {"USD": "-15.00"}),
    "mt940/mt940_tests_ASNB_mt940.txt": ("mt940", 8, "", "", {}),
    "mt940/mt940_tests_betterplace_sepa_snippet.sta": ("mt940", 11, "2007-09-04", "2007-09-04", {}),
    "mt940/mt940_tests_citi_mt940.txt": (
        "mt940", 5, "2024-03-12", "2024-03-12", {"USD": "-1142.75"},
    ),
    "mt940/mt940_tests_cmxl_mt940.sta": (
        "mt940", 16, "2002-11-02", "2013-10-27", {"DEM": "87.30", "EUR": "2200.00", "PLN": "10040.00"},
    ),
    "synthetic/berlin_transactions.json": ("psd2", 1, "2025-01-05", "2025-01-05", {"EUR": "-78.90"}),
    "synthetic/stet_transactions.json": ("psd2", 2, "2025-01-05", "2025-01-06", {"EUR": "166.10"}),
}  # fmt: skip
MISMATCHED = {"mt940/mt940_tests_betterplace_sepa_snippet.sta"}


def said(name: str) -> tuple[str | None, list[dict[str, Any]]]:
    file = DATA / name
    found, records = testing.import_file(BANK, file.name, file.read_bytes())
    if records and records[0]["type"] == "Question":
        answers = {records[0]["signature"]: {"account": ASKED}}
        found, records = testing.import_file(BANK, file.name, file.read_bytes(), answers=answers)
    return found, records


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_recognised_and_its_sums_are_its_own(name: str) -> None:
    form, count, first, last, sums = EXPECTED[name]
    found, records = said(name)
    spent = [r for r in records if r.get("type") == "Transaction"]
    assert (found, len(spent)) == (form, count)
    problems = {r["problem"] for r in records if "problem" in r}
    assert ("balance-mismatch" in problems) == (name in MISMATCHED)
    by_currency: dict[str, Decimal] = {}
    for one in spent:
        by_currency[one["currency"]] = by_currency.get(one["currency"], Decimal(0)) + Decimal(
            one["amount"]
        )
    if first:
        assert (min(r["date"] for r in spent), max(r["date"] for r in spent)) == (first, last)
    if sums:
        assert {c: f"{v:.2f}" for c, v in by_currency.items()} == sums
    merged = merge_documents(
        [r for r in records if "problem" not in r], Source(f"/imports/{count}", "0"), {}.get
    )
    assert merged.found.readings == count
    assert sum(body.count(b" a dom:Transaction") for body in merged.writes.values()) == count


def test_the_days_of_a_month_follow_each_other() -> None:
    """31 statements: each opens with what the one before closed with, and each sum is checked."""
    _, records = said("mt940/mt940_tests_ASNB_mt940.txt")
    balances = [r for r in records if r.get("type") == "Balance"]
    opening = [r["amount"] for r in balances if r["kind"] == "opening"]
    closing = [r["amount"] for r in balances if r["kind"] == "closing"]
    assert len(opening) == len(closing) == 31
    assert opening[1:] == closing[:-1]
    total = sum(Decimal(r["amount"]) for r in records if r.get("type") == "Transaction")
    assert Decimal(opening[0]) + total == Decimal(closing[-1])
