"""Ma Situation Sociale on households of our own making, where every figure is worked out by hand."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pod.programs.manifest import load_program
from pod.programs.schema import check
from pod.sdk import testing

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "apps" / "ma_situation_sociale"
COLUMNS = {
    query.name: [c for c in query.columns if c not in ("from", "to")]
    for query in load_program(APP).manifest.queries
}
MONTHS = [f"2026-{number:02d}" for number in range(1, 11)]


def run(params: dict[str, Any] | None = None, **given: list[dict[str, Any]]) -> dict[str, Any]:
    """The app's result, which always keeps what its schema promises."""
    days = [row["day"] for row in given.get("transactions", [])]
    if days:
        given["coverage"] = [{"first": min(days), "last": max(days), "count": len(days)}]
    answers: dict[str, Any] = {
        name: {
            "columns": columns,
            "rows": [[row.get(column) for column in columns] for row in given.get(name, [])],
        }
        for name, columns in COLUMNS.items()
    }
    reference = ROOT / "vocab" / "reference" / "social-references.json"
    answers["references"] = json.loads(reference.read_text("utf-8"))
    result: dict[str, Any] = testing.run_app(APP, answers, params)
    check(result, load_program(APP).manifest.result_schema)
    return result


def move(day: str, amount: str, category: str, text: str = "", **more: Any) -> dict[str, Any]:
    row = {"day": day, "amount": amount, "currency": "EUR", "category": category, "text": text}
    return {**row, **more}


def bank(
    salary: str = "1500.00", months: list[str] = MONTHS, **benefits: tuple[int, str, str]
) -> list[dict[str, Any]]:
    """Whole months: salary, rent, electricity, groceries, and {name: (day, amount, text)}."""
    rows = []
    for month in months:
        rows += [
            move(f"{month}-01", "-20.00", "Groceries", "CB CARREFOUR"),
            move(f"{month}-28", salary, "Salary", "VIR SALAIRE"),
            move(f"{month}-02", "-600.00", "Housing", "VIR LOYER"),
            move(f"{month}-10", "-90.10", "Electricity", "PRLV EDF"),
        ]
        rows += [
            move(f"{month}-{day:02d}", amount, "Benefits", text)
            for day, amount, text in benefits.values()
        ]
    return rows


def home(*members: tuple[str, str | None], postal: str = "69003") -> list[dict[str, Any]]:
    return [
        {
            "document": "/household/2026.ttl#h",
            "member": f"#{number}",
            "role": role,
            "born": born,
            "postalCode": postal,
            "month": "2026-10",
            "asOf": "2026-11-24",
        }
        for number, (role, born) in enumerate(members)
    ]


def view(result: dict[str, Any], name: str, among: str = "views") -> dict[str, Any]:
    found: dict[str, Any] = next(v for v in result[among] if v["id"] == name)
    return found


SINGLE = home(("adult", "1990-05-04"))
LONE_PARENT = home(("adult", "1990-05-04"), ("child", "2012-11-02"), ("child", "2020-03-01"))
COUPLE = home(("adult", "1990-05-04"), ("adult", None))
BONUS = (5, "180.00", "VIR CAF DU RHONE PRIME ACTIVITE")
OPEN = {
    "document": "/benefits/2026.ttl#e",
    "right": "activity-bonus",
    "entitled": True,
    "since": "2025-02-01",
    "asOf": "2026-11-24",
}


# ---------------------------------------------------------------- what is left


def test_nothing_is_an_answer_too() -> None:
    result = run()
    assert result["month"] is None and result["left_to_live_on_eur"] is None
    assert set(result["missing"]) >= {"income_eur", "left_to_live_on_eur", "energy_share"}
    assert [v["type"] for v in result["views"]] == ["text"]
    assert [v["type"] for v in result["shared_view"]] == ["text"]


def test_a_single_person() -> None:
    result = run(transactions=bank(), households=SINGLE)
    assert result["month"] == "2026-10"
    # 1500 − (600 + 90.10), one unit; groceries are not a fixed charge
    assert (result["income_eur"], result["fixed_charges_eur"]) == ("1500.00", "690.10")
    assert (result["consumption_units"], result["left_to_live_on_eur"]) == (1, "809.90")
    assert result["energy_share"] == pytest.approx(90.10 / 1500, abs=1e-4)
    assert result["energy"] == {
        "from": "2026-01", "to": "2026-10", "months": 10, "spent_eur": "901.00",
        "income_eur": "15000.00", "threshold": 0.08, "over": False,
    }  # fmt: skip
    assert result["allowances"] == [] and result["questions"] == []


def test_a_lone_parent_of_two() -> None:
    rows = bank("1000.00", bonus=BONUS, family=(5, "141.99", "VIR CAF ALLOCATIONS FAMILIALES"))
    result = run(transactions=rows, households=LONE_PARENT)
    # In October the elder is 13 still: 1 + 0.3 + 0.3. 1000 + 180 + 141.99 − 690.10 = 631.89
    assert (result["income_eur"], result["consumption_units"]) == ("1321.99", 1.6)
    assert result["left_before_units_eur"] == "631.89"
    assert result["left_to_live_on_eur"] == "394.93"  # 631.89 / 1.6 = 394.93125
    assert [a for a in result["allowances"] if a["month"] == "2026-10"] == [
        {"benefit": "activity-bonus", "month": "2026-10", "amount_eur": "180.00"},
        {"benefit": "family-allowances", "month": "2026-10", "amount_eur": "141.99"},
    ]


def test_a_couple() -> None:
    result = run(transactions=bank(), households=COUPLE)
    assert (result["consumption_units"], result["left_to_live_on_eur"]) == (1.5, "539.93")


@pytest.mark.parametrize(
    ("born", "units"),
    [
        ("2012-10-01", 1.5), ("2012-10-02", 1.3), ("2012-09", 1.5), ("2012-10", 1.3),
        ("2011", 1.5), ("2012", 1.3), ("2013", 1.3), (None, None),
    ],
)  # fmt: skip
def test_ages_are_those_of_the_first_of_the_month(born: str | None, units: float | None) -> None:
    result = run(transactions=bank(), households=home(("adult", "1990"), ("child", born)))
    assert result["consumption_units"] == units
    if units is None:
        assert result["left_to_live_on_eur"] is None
        assert "naissance" in result["missing"]["left_to_live_on_eur"]["fr"]
        assert result["left_before_units_eur"] == "809.90"
    assert bool(result["notes"]) == (born in ("2012-10", "2012"))


def test_the_newest_household_counts() -> None:
    old = [{**row, "document": "#old", "asOf": "2025-01-01"} for row in LONE_PARENT]
    assert run(transactions=bank(), households=SINGLE + old)["consumption_units"] == 1


def test_without_a_household_the_whole_is_told_and_the_rest_is_not() -> None:
    result = run(transactions=bank())
    assert result["left_to_live_on_eur"] is None and result["left_before_units_eur"] == "809.90"
    assert "foyer" in view(result, "left")["doubt"]["fr"]


def test_only_whole_months_count() -> None:
    rows = [*bank(), move("2026-11-02", "-600.00", "Housing", "VIR LOYER")]
    rows.append(move("2025-12-20", "-5.00", "Groceries"))
    result = run(transactions=rows, households=SINGLE)
    assert result["month"] == "2026-10"
    assert [m["whole"] for m in result["by_month"]] == [False, *[True] * 10, False]
    assert run({"month": "2026-03"}, transactions=rows)["month"] == "2026-03"
    assert run({"month": "2026-11"}, transactions=rows)["income_eur"] is None


def test_what_is_no_income() -> None:
    rows = [
        *bank(),
        move("2026-10-15", "500.00", "Housing", "REMBOURSEMENT LOYER"),  # lowers the charge
        move("2026-10-16", "700.00", "UncategorisedMoney", "VIR M MARTIN"),  # once
        move(
            "2026-10-17", "900.00", "UncategorisedMoney", "VIR", other="FR76 3000 6000"
        ),  # one's own
        move("2026-10-18", "9.00", "Salary", "SALARY", currency="CHF"),
        move("2026-10-19", "8.00", "Salary", "VIR SALAIRE", status="pending"),
        move("2026-10-20", "40.00", "Benefits", "VIR CPAM DU RHONE"),  # health costs given back
    ]
    result = run(transactions=rows, accounts=[{"number": "FR7630006000"}], households=SINGLE)
    assert (result["income_eur"], result["fixed_charges_eur"]) == ("1500.00", "190.10")
    told = " ".join(note["en"] for note in result["notes"])
    assert "1 pending" in told and "1 foreign" in told and "1 transfer of your own" in told


def test_the_same_sender_three_months_in_a_row_is_income() -> None:
    rows = bank()
    rows += [
        move(f"{m}-15", "200.00", "UncategorisedMoney", f"VIR PENSION 2026{m[5:]}01")
        for m in MONTHS[-3:]
    ]
    assert run(transactions=rows)["income_eur"] == "1700.00"
    assert run(transactions=rows[:-1])["income_eur"] == "1500.00"


def test_energy_over_the_threshold_is_told() -> None:
    result = run(transactions=bank("900.00"), households=SINGLE)
    assert result["energy_share"] == pytest.approx(0.1001, abs=1e-4)
    assert view(result, "energy")["tone"] == "look" and result["energy"]["over"]
    few = run(transactions=bank(months=MONTHS[:2]))
    assert few["energy_share"] is None and "3" in few["missing"]["energy_share"]["en"]
    none = run(transactions=[r for r in bank() if r["category"] != "Electricity"])
    assert none["energy_share"] is None and "recognised" in none["missing"]["energy_share"]["en"]


def test_progress_is_three_months_against_the_three_before() -> None:
    rows = bank(months=MONTHS[:7]) + bank("1600.00", months=MONTHS[7:])
    assert run(transactions=rows)["progress"] == {
        "from": "2026-08", "to": "2026-10", "before_from": "2026-05", "before_to": "2026-07",
        "now_eur": "909.90", "before_eur": "809.90", "change_eur": "100.00",
    }  # fmt: skip
    assert run(transactions=bank(months=MONTHS[:5]))["progress"] is None


# ---------------------------------------------------------------- allowances


def without(rows: list[dict[str, Any]], month: str) -> list[dict[str, Any]]:
    return [r for r in rows if not (r["category"] == "Benefits" and r["day"].startswith(month))]


def asked(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(q["benefit"], q["month"], q["kind"], q["because"]) for q in result["questions"]]


def test_an_open_right_that_did_not_come_is_asked_about() -> None:
    rows = without(bank(bonus=BONUS), "2026-09")
    result = run(transactions=rows, rights=[OPEN])
    assert asked(result) == [("activity-bonus", "2026-09", "missing", "open-right")]
    (one,) = result["questions"]
    assert (one["usual_day"], one["expected_by"]) == ("2026-09-05", "2026-09-10")
    assert (one["amount_eur"], one["document"]) == ("180.00", OPEN["document"])
    said = view(result, "allowances-missing")["paragraphs"]
    assert said[0]["fr"].startswith("Prime d’activité, septembre")
    assert said[0]["fr"].endswith("?") and "pas des erreurs" in said[-1]["fr"]
    assert asked(run(transactions=bank(bonus=BONUS), rights=[OPEN])) == []


def test_the_margin_is_waited_for() -> None:
    rows = without(bank(bonus=BONUS), "2026-10")
    until = [r for r in rows if r["day"] <= "2026-10-10"]
    assert asked(run(transactions=until, rights=[OPEN])) == []
    until.append(move("2026-10-11", "-1.00", "Groceries"))
    assert asked(run(transactions=until, rights=[OPEN]))[0][1] == "2026-10"


@pytest.mark.parametrize(("day", "kind"), [(10, None), (11, "late"), (24, "late")])
def test_a_late_one_is_told_with_its_day(day: int, kind: str | None) -> None:
    rows = without(bank(bonus=BONUS), "2026-09")
    rows.append(move(f"2026-09-{day:02d}", "180.00", "Benefits", BONUS[2]))
    result = run(transactions=rows, rights=[OPEN])
    assert [q["kind"] for q in result["questions"]] == ([kind] if kind else [])
    assert all(q["seen_on"] == f"2026-09-{day:02d}" for q in result["questions"])


def test_within_a_grouped_transfer_it_came() -> None:
    rows = without(bank(bonus=BONUS), "2026-09")
    rows.append(move("2026-09-05", "321.99", "Benefits", "VIR CAF DU RHONE"))
    assert asked(run(transactions=rows, rights=[OPEN])) == []
    rows[-1]["amount"] = "100.00"  # less than it usually is
    assert len(asked(run(transactions=rows, rights=[OPEN]))) == 1


def test_caf_pays_all_in_one_and_skips_a_month() -> None:
    rows = without(bank(all=(5, "321.99", "VIR CAF DU RHONE")), "2026-09")
    found = asked(run(transactions=rows, rights=[OPEN]))
    assert found == [("activity-bonus", "2026-09", "missing", "open-right")]


def test_a_right_that_never_shows_is_asked_about_once() -> None:
    result = run(transactions=bank(), rights=[OPEN])
    assert asked(result) == [("activity-bonus", None, "missing", "open-right")]
    young = {**OPEN, "since": "2026-10-01"}
    assert asked(run(transactions=bank(), rights=[young])) == []
    for other in ({"entitled": False}, {"right": "health-cover"}, {"role": "child"}):
        assert asked(run(transactions=bank(), rights=[{**OPEN, **other}])) == []


def test_a_right_that_was_closed_is_not_asked_about() -> None:
    rows = without(bank(bonus=BONUS), "2026-09")
    closed = {**OPEN, "entitled": False, "asOf": "2026-11-25", "document": "#closed"}
    assert asked(run(transactions=rows, rights=[OPEN, closed])) == []


def test_housing_aid_that_stops_is_asked_about_once() -> None:
    rows = bank(aid=(5, "210.00", "VIR CAF DU RHONE APL"))
    for month in MONTHS[-3:]:
        rows = without(rows, month)
    found = asked(run(transactions=rows))
    assert found == [("housing-aid", "2026-08", "missing", "usual-transfer")]


def test_a_stated_payment_that_no_account_shows() -> None:
    def paid(day: str, amount: str) -> dict[str, Any]:
        row = {"document": f"#{day}", "benefit": "unemployment", "payer": "France Travail"}
        return {**row, "paidOn": day, "amount": amount}

    rows = bank()
    rows.append(move("2026-10-05", "512.30", "Benefits", "VIR FRANCE TRAVAIL"))
    result = run(
        transactions=rows,
        payments=[
            paid("2026-10-02", "512.30"),
            paid("2026-09-02", "400.00"),
            paid("2026-10-25", "1"),
        ],
    )
    assert asked(result) == [("unemployment", "2026-09", "missing", "stated-payment")]
    assert result["questions"][0]["amount_eur"] == "400.00"


# ---------------------------------------------------------------- who says what


def notice(parts: str, declarants: int = 1, postal: str = "69003", year: str = "2025") -> Any:
    row = {"document": f"/papers/{year}.ttl#n", "year": year, "parts": parts, "postalCode": postal}
    more = {"assessedOn": "2026-07-31"}
    return [{**row, **more, "declarant": f"#d{n}"} for n in range(declarants)]


@pytest.mark.parametrize(
    ("members", "parts", "declarants", "differs"),
    [
        (LONE_PARENT, "2.00", 1, False), (LONE_PARENT, "2.50", 1, False),
        (LONE_PARENT, "1.50", 1, True), (LONE_PARENT, "1.00", 1, True),
        (SINGLE, "1.00", 1, False), (SINGLE, "1.50", 1, True),
        (COUPLE, "2.00", 2, False), (COUPLE, "2.50", 2, True),
    ],
)  # fmt: skip
def test_parts_against_children(members: Any, parts: str, declarants: int, differs: bool) -> None:
    result = run(households=members, tax_notices=notice(parts, declarants))
    assert [i["about"] for i in result["inconsistencies"]] == (["children"] if differs else [])


def test_a_difference_drafts_a_request_that_names_source_and_date() -> None:
    result = run(households=LONE_PARENT, tax_notices=notice("1.50"), transactions=bank())
    (one,) = result["inconsistencies"]
    assert [(c["source"], c["value"], c["as_of"]) for c in one["claims"]] == [
        ("CAF", "2", "2026-11-24"),
        ("Impôts", "1.5", "2026-07-31"),
    ]
    draft = "\n".join(p["fr"] for p in view(result, "letter-children")["paragraphs"])
    assert "CAF\u202f: 2\u00a0enfants, au 24\u00a0novembre\u00a02026." in draft
    assert (
        "Impôts\u202f: 1,5 part pour 1\u00a0déclarant (revenus de 2025), au 31\u00a0juillet"
        in draft
    )
    assert "article 16" in draft and "des parts, pas des enfants" in draft


def test_msa_is_called_by_its_name() -> None:
    quotient = [{"document": "#q", "provider": "MSA", "value": 700, "month": "2026-10"}]
    result = run(households=LONE_PARENT, tax_notices=notice("1.00"), quotients=quotient)
    assert result["inconsistencies"][0]["claims"][0]["source"] == "MSA"


def test_caf_against_itself_and_addresses() -> None:
    share = [{"document": "#c", "children": 1, "year": "2026", "asOf": "2026-10-01"}]
    proof = [{"document": "#p", "postalCode": "38000", "issuedOn": "2026-09-01"}]
    result = run(households=LONE_PARENT, childcare=share, addresses=proof)
    assert [i["about"] for i in result["inconsistencies"]] == ["children", "address"]
    assert [c["value"] for c in result["inconsistencies"][1]["claims"]] == ["69003", "38000"]
    assert (
        run(households=LONE_PARENT, addresses=[{**proof[0], "postalCode": "69003"}])[
            "inconsistencies"
        ]
        == []
    )


# ---------------------------------------------------------------- what is shared, and hostile words


def test_the_shared_view_holds_sums_and_nobody_else() -> None:
    proof = [{"document": "#p", "postalCode": "38000", "issuedOn": "2026-09-01"}]
    rows = bank(bonus=BONUS)
    result = run(
        transactions=rows,
        households=LONE_PARENT,
        tax_notices=notice("1.00"),
        addresses=proof,
        rights=[OPEN],
    )
    own, shared = json.dumps(result["views"]), json.dumps(result["shared_view"])
    for secret in ("LOYER", "EDF", "38000", "69003", "article 16"):
        assert secret in own and secret not in shared, secret
    for secret in ("1990-05-04", "2012-11-02", "2020-03-01"):
        assert secret not in shared
    for name in ("scope", "left", "energy", "by-month", "allowances", "differences"):
        assert view(result, name, "shared_view")
    assert view(result, "left") == view(result, "left", "shared_view")


def test_hostile_words_are_words() -> None:
    evil = "<script>alert(1)</script> {0} {} %s \u202e"
    rows = bank()
    rows += [move("2026-10-03", "-999.00", "Housing", evil, party=evil * 50)]
    rows += [move("2026-10-05", "10.00", "Benefits", "CAF " + evil)]
    result = run(transactions=rows, households=home(("adult", "1990"), postal=evil))
    (row,) = [r for r in view(result, "charges")["rows"] if r[0]["en"] == "Housing"]
    assert row[1].startswith("<script>") and len(row[1]) == 100


def test_fifty_thousand_transactions() -> None:
    first = date(2021, 1, 1)
    rows = [
        move(
            (first + timedelta(days=n // 25)).isoformat(), "-3.10", "Groceries", f"CB SHOP {n % 97}"
        )
        for n in range(50_000)
    ]
    rows += bank(bonus=BONUS)
    result = run(transactions=rows, households=SINGLE, rights=[OPEN])
    assert result["transactions"] == 50_050 and result["month"] == "2026-10"
