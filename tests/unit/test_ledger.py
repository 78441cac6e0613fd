"""Transfers between own accounts, what columns seem to be, and what a rule begins with."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from pod.programs.corrections import _may_have, fits, proposed
from pod.programs.ledger import Entry, Own, transfers
from pod.programs.merge.categories import rewritten, rules
from pod.programs.merge.finance import RULES
from pod.programs.questions import guess

A, B, C = (
    "FR7610000000000000000000001",
    "FR7610000000000000000000002",
    "FR7610000000000000000000003",
)
OWNS = {
    "a": Own("a", A, "Compte courant", "Banque", "M. Léo Dupont"),
    "b": Own("b", B, "Livret A", "Banque", "M. Léo Dupont"),
    "c": Own("c", C),
}


def entry(account: str, amount: str, day: str = "2026-03-05", **facts: Any) -> Entry:
    name = f"{account}-{day}-{amount}-{facts.get('n', 1)}"
    facts.pop("n", None)
    return Entry(account, name, day, Decimal(amount), "EUR", **facts)


@pytest.mark.parametrize(
    ("out", "into", "found"),
    [
        ({"other_account": B}, {}, True),
        ({}, {"other_account": A}, True),
        ({"text": f"VIR VERS {B}"}, {}, True),
        ({"text": "VIR SEPA LIVRET A"}, {}, True),
        ({}, {"text": "VIREMENT DE MR DUPONT LEO"}, True),
        ({}, {}, False),  # the same amount alone says nothing
        ({"text": "VIR LOYER"}, {"text": "REMBOURSEMENT"}, False),
        ({"other_account": "DE00"}, {"text": "VIREMENT LEO DUPONT"}, False),  # a third one
        ({"text": "LIVRET A", "pending": True}, {}, False),
    ],
)
def test_the_two_sides_of_a_transfer_are_found(
    out: dict[str, Any], into: dict[str, Any], found: bool
) -> None:
    sides = [entry("a", "-50.00", **out), entry("b", "50.00", "2026-03-08", **into)]
    expected = {sides[0].key: sides[1], sides[1].key: sides[0]} if found else {}
    for order in permutations(sides):
        assert transfers(order, OWNS) == expected


def test_what_is_no_transfer_stays_a_transaction() -> None:
    out = entry("a", "-50.00", other_account=B)
    for other in (
        entry("b", "50.00", "2026-03-09"),  # four days
        entry("b", "50.01"),
        entry("b", "-50.00"),
        entry("a", "50.00"),
        Entry("b", "x", "2026-03-05", Decimal("50.00"), "CHF"),
        entry("elsewhere", "50.00"),
    ):
        assert transfers([out, other], OWNS) == {}


def test_each_side_is_of_one_transfer_the_surest_then_the_nearest() -> None:
    out = entry("a", "-50.00", text="VIR LIVRET A")
    near, far = entry("b", "50.00", "2026-03-06"), entry("b", "50.00", "2026-03-07")
    sure = entry("c", "50.00", "2026-03-08", other_account=A)
    for order in permutations([out, near, far]):
        assert transfers(order, OWNS) == {out.key: near, near.key: out}
    for order in permutations([out, near, sure]):
        assert transfers(order, OWNS) == {out.key: sure, sure.key: out}


def test_what_columns_seem_to_be() -> None:
    rows = [
        ["05/01/2026", "06/01/2026", "Café", "", "-2,30", "1 000,00"],
        ["06/01/2026", "", "EDF", "x", "-86,40", "913,60"],
    ]
    asked = {"columns": list("abcdef"), "rows": rows}
    assert guess(asked) == {"date": 0, "label": 2, "amount": 4}
    apart = [["2026-01-05", "Café", "2,30", ""], ["2026-01-06", "Paie", "", "12.00"]]
    assert guess({"columns": list("abcd"), "rows": apart}) == {
        "date": 0,
        "label": 1,
        "debit": 2,
        "credit": 3,
    }
    assert guess({"columns": [], "rows": []}) == {}
    assert guess({"columns": ["a"], "rows": [["9" * 400]]}) == {}


@pytest.mark.parametrize(
    ("text", "other", "words"),
    [
        ("CB 12 CARREFOUR CITY 31/01", "", "carrefour city"),
        ("PRLV SEPA EDF ELECTRICITE", "", "edf electricite"),
        ("FACTURE 12", "Café de l'Été", "cafe"),
        ("CB 12", "", "cb 12"),
    ],
)
def test_a_rule_begins_with_who_is_named(text: str, other: str, words: str) -> None:
    one = entry("a", "-1.00", text=text, other=other)
    assert proposed(one) == words
    assert fits(words, one) and not fits("nobody", one)


def test_a_rule_is_rewritten_and_what_somebody_added_stays() -> None:
    added = b"""@prefix dom: <https://w3id.org/domicile/ns#> .
<#a> a dom:CategoryRule ; dom:pattern "Caf\xc3\xa9" ; dom:category dom:Leisure .
<#b> a dom:CategoryRule ; dom:pattern "edf" ; dom:category dom:Gas .
<#spoilt> a dom:CategoryRule ; dom:pattern "no category" .
<#note> dom:label "mine" .
"""
    once = rewritten(RULES, added, "cafe", "Restaurants")
    assert rules(RULES, once).learnt == (("cafe", "Restaurants"), ("edf", "Gas"))
    assert b"no category" in once and b'"mine"' in once
    assert rewritten(RULES, once, "cafe", "Restaurants") == once
    gone = rewritten(RULES, once, "cafe", None)
    assert rules(RULES, gone).learnt == (("edf", "Gas"),)
    assert b"no category" in gone and b'"mine"' in gone
    quoted = rewritten(RULES, None, 'x" . <#y>', "Gas")  # words are plain before; and escaped here
    assert rules(RULES, quoted).learnt == (("x y", "Gas"),)


@pytest.mark.parametrize(
    ("words", "said"),
    [("cafe du", True), ("cb 12", True), ("12 leo", True), ("loin du", False), ("caf", False)],
)
def test_a_glance_at_a_document_misses_nothing(words: str, said: bool) -> None:
    body = 'schema:description "CB 12" ; x "Café du Coin" . "Léo"'.encode()
    assert _may_have(body, words) is said
