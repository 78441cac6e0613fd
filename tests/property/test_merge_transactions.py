"""A month of transactions is a pure function of the set of imported files; likes are counted right."""

from __future__ import annotations

import random
import re
import time
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.errors import BadOutput, Conflict
from pod.programs.merge import HOMES, Source, merge_documents

IBAN = "FR7630006000011234567890189"
MONTH = f"/finance/{IBAN.lower()}/2026-03.ttl"
FEBRUARY = f"/finance/{IBAN.lower()}/2026-02.ttl"

File = tuple[Source, list[dict[str, Any]]]


def spent(day: str = "2026-03-05", amount: str = "-4.50", **other: Any) -> dict[str, Any]:
    return {
        "type": "Transaction", "account": IBAN, "currency": "EUR", "date": day, "amount": amount,
        "description": "CAFE DU COIN", "scheme": "csv", **other,
    }  # fmt: skip


def source(name: str) -> Source:
    return Source(f"/imports/{name}", name)


def stored(*files: File) -> dict[str, bytes]:
    store: dict[str, bytes] = {}
    for origin, records in files:
        store |= merge_documents(records, origin, store.get).writes
    return store


def amounts(store: dict[str, bytes], path: str = MONTH) -> list[str]:
    """Of what counts, sorted."""
    text = store[path].decode()
    named = re.findall(r"<#(\S+)> a dom:Transaction", text)
    return sorted(
        re.search(rf"<#{re.escape(n)}-amount>.*schema:value (\S+)", text)[1] for n in named
    )


def test_two_coffees_stay_two_and_in_two_files_are_the_same_two() -> None:
    coffees = [spent(), spent()]
    assert amounts(stored((source("a"), coffees))) == ["-4.50", "-4.50"]
    assert amounts(stored((source("a"), coffees), (source("b"), coffees))) == ["-4.50", "-4.50"]


def test_one_transaction_in_three_formats_is_one() -> None:
    files = [
        (source("a"), [spent(scheme="ofx", reference="F1")]),
        (source("b"), [spent(scheme="camt", reference="C9")]),
        (source("c"), [spent()]),
    ]
    for order in permutations(files):
        assert amounts(stored(*order)) == ["-4.50"]


def test_another_reference_is_another_transaction() -> None:
    files = [(source(r), [spent(scheme="ofx", reference=r)]) for r in ("F1", "F2")]
    assert amounts(stored(*files)) == ["-4.50", "-4.50"]


def test_what_is_pending_becomes_what_is_booked() -> None:
    waiting = (source("a"), [spent(status="pending")])
    booked = (source("b"), [spent(scheme="camt", reference="1")])
    for files in ((waiting, booked), (booked, waiting)):
        store = stored(*files)
        assert amounts(store) == ["-4.50"]
        shown = store[MONTH].decode().split("dom:SupersededTransaction")[0]
        assert 'dom:status "pending"' not in shown


def pending(store: dict[str, bytes]) -> int:
    """How many transactions that count wait for their booking."""
    blocks = [b for body in store.values() for b in body.decode().split("\n\n")]
    return sum(" a dom:Transaction," in b and 'dom:status "pending"' in b for b in blocks)


@pytest.mark.parametrize(
    ("announced", "booked", "left"),
    [
        ("2026-02-27", {"day": "2026-03-02"}, 0),  # over the end of a month
        ("2026-03-02", {"day": "2026-03-06"}, 0),
        ("2026-02-27", {"day": "2026-03-05"}, 1),  # six days
        ("2026-03-06", {"day": "2026-03-04"}, 1),  # booked before it was announced
        ("2026-03-02", {"day": "2026-03-04", "amount": "-4.60"}, 1),
        ("2026-03-02", {"day": "2026-03-04", "description": "CARTE 02/03 CAFE DU COIN LYON"}, 0),
        ("2026-03-02", {"day": "2026-03-04", "description": "CARTE 02/03 LIBRAIRIE"}, 1),
        ("2026-03-02", {"day": "2026-03-20", "amount": "-9.00", "reference": "R1"}, 0),
        ("2026-03-02", {"day": "2026-03-20", "amount": "-9.00", "reference": "R2"}, 1),
    ],
)
def test_what_is_pending_is_gone_once_it_is_booked_on_another_day(
    announced: str, booked: dict[str, Any], left: int
) -> None:
    waiting = (source("a"), [spent(announced, status="pending", reference="R1", scheme="stet")])
    done = (source("b"), [spent(**{"scheme": "stet", **booked})])
    for files in ((waiting, done), (done, waiting), (waiting, done, waiting)):
        store = stored(*files)
        assert pending(store) == left
        counted = [a for path in (FEBRUARY, MONTH) if path in store for a in amounts(store, path)]
        assert len(counted) == 1 + left


def test_a_booking_stands_for_one_announcement() -> None:
    waiting = (source("a"), [spent(status="pending"), spent(status="pending")])
    store = stored(waiting, (source("b"), [spent("2026-03-07")]))
    assert pending(store) == 1
    assert pending(stored((source("b"), [spent("2026-03-07")]), waiting)) == 1


entry = st.builds(
    lambda day, amount, words, scheme, reference, status: spent(
        day, amount, description=words, scheme=scheme, status=status,
        reference=f"{scheme}{reference}" if reference and scheme != "csv" else None,
    ),
    st.sampled_from(["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]),
    st.sampled_from(["-4.50", "10.00"]), st.sampled_from(["A", "B", "EDF"]),
    st.just(""), st.integers(0, 3), st.sampled_from(["booked"] * 4 + ["pending"]),
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> list[File]:
    made = []
    for number in range(draw(st.integers(2, 4))):
        scheme = draw(st.sampled_from(["csv", "ofx", "camt"]))
        entries = draw(st.lists(entry, min_size=1, max_size=6))
        records = [
            {**e, "scheme": scheme, "reference": e["reference"] if scheme != "csv" else None}
            for e in entries
        ]
        day = draw(st.integers(10, 12))
        records.append({"type": "Balance", "account": IBAN, "date": "2026-03-09", "kind": "closing",
                        "amount": f"{draw(st.integers(0, 3))}.00", "currency": "EUR"})  # fmt: skip
        records.append({"type": "File", "exported": f"2026-03-{day}T00:00:00Z"})
        made.append((source(f"{number}.{scheme}"), records))
    return made


@settings(deadline=None)
@given(files(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(some: list[File], chance: random.Random) -> None:
    expected = stored(*some)
    again = [*some, *chance.choices(some, k=2)]
    chance.shuffle(again)
    assert stored(*again) == expected
    assert merge_documents(some[0][1], some[0][0], expected.get).writes == {}


@settings(deadline=None)
@given(files())
def test_no_file_has_more_likes_than_are_counted(some: list[File]) -> None:
    store = stored(*some)
    for _, records in some:
        mine = sorted(
            r["amount"] for r in records if r["type"] == "Transaction" and r["status"] == "booked"
        )
        counted = [
            amount for path in (FEBRUARY, MONTH) if path in store for amount in amounts(store, path)
        ]
        for amount in mine:
            counted.remove(amount)


@pytest.mark.parametrize(
    "record",
    [
        spent(amount=-4.5),
        spent(amount="1e3"),
        spent(amount="NaN"),
        spent(amount="-4,50"),
        spent(day="2026-02-30"),
        spent(account="../../profile"),
        spent(account=7),
        spent(currency="eur"),
        spent(scheme="a b"),
        spent(status="maybe"),
        spent(description=["x"]),
        {**spent(), "type": "Balance", "kind": "x"},
    ],
)  # fmt: skip
def test_records_out_of_a_box_are_not_trusted(record: dict[str, Any]) -> None:
    with pytest.raises(BadOutput):
        merge_documents([record], source("a"), {}.get)


def test_words_that_look_like_turtle_stay_words() -> None:
    store = stored((source("a"), [spent(description='x" . <#a> a <#b> \\ \n')]))
    assert merge_documents([spent("2026-03-06")], source("b"), store.get).writes
    assert all(path.startswith(HOMES["Transaction"]) for path in store)


def test_an_edit_that_spoils_a_transaction_stops_the_import_and_names_it() -> None:
    store = stored((source("a"), [spent()]))
    store[MONTH] = store[MONTH].replace(b"schema:value -4.50 ; ", b"")
    with pytest.raises(Conflict, match=r"2026-03\.ttl#2026-03-05--4\.50-EUR-1"):
        merge_documents([spent("2026-03-06")], source("b"), store.get)


def test_the_owner_s_correction_comes_before_the_list() -> None:
    rule = b"""@prefix dom: <https://w3id.org/domicile/ns#> .
<#1> a dom:CategoryRule ; dom:pattern "Caf\xc3\xa9 du coin" ; dom:category dom:Leisure ."""
    assert b"ns#Restaurants" in stored((source("a"), [spent()]))[MONTH]
    store = {"/finance/categories.ttl": rule}
    store |= merge_documents([spent()], source("a"), store.get).writes
    assert b"ns#Leisure" in store[MONTH]


def test_fifty_thousand_transactions_merge_in_time() -> None:
    day = date(2016, 1, 1)
    records = [
        spent((day + timedelta(days=n // 14)).isoformat(), f"-{n % 97}.{n % 100:02d}", scheme="ofx",
              reference=f"F{n}", description=f"CARTE {n % 900} CARREFOUR")
        for n in range(50_000)
    ]  # fmt: skip
    began = time.process_time()
    merged = merge_documents(records, source("a"), {}.get)
    assert merged.found.readings == 50_000
    assert time.process_time() - began < 8  # about 2 s on an idle core


def test_what_is_written_fits_the_shapes() -> None:
    pyshacl = pytest.importorskip("pyshacl")
    rdflib = pytest.importorskip("rdflib")
    store = stored(
        (source("a"), [spent(), spent(), spent(scheme="ofx", reference="1", counterparty="Café")]),
        (source("b"), [spent(scheme="camt", reference="2", status="pending"), spent("2026-03-07", "12")]),
    )  # fmt: skip
    shapes = rdflib.Graph().parse(Path(__file__).parents[2] / "vocab" / "shapes.ttl")
    for path, body in store.items():
        graph = rdflib.Graph().parse(
            data=body, format="turtle", publicID=f"http://pod.example{path}"
        )
        conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
        assert conforms, report
    broken = store[MONTH].replace(b'schema:currency "EUR"', b'schema:currency "euro"')
    graph = rdflib.Graph().parse(data=broken, format="turtle", publicID="http://pod.example/x")
    assert not pyshacl.validate(graph, shacl_graph=shapes)[0]
