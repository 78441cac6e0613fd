"""Documents of energy are a pure function of the set of imported files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.programs.merge import Source, merge_documents

PARIS = ZoneInfo("Europe/Paris")
DOM = "https://w3id.org/domicile/ns#"
# The last days of October: a day of 25 hours, and the end of a month.
FIRST = datetime(2024, 10, 26, 22, tzinfo=UTC)
HOURS = 24 * 6

File = tuple[Source, list[dict[str, Any]]]
Slot = tuple[int, datetime]

powers = st.one_of(st.none(), st.integers(0, 9000), st.sampled_from([0.5, 284.125]))


@st.composite
def curves(draw: st.DrawFn) -> dict[str, Any]:
    step = draw(st.sampled_from([600, 900, 1800, 3600]))
    at = draw(st.integers(0, HOURS * 3600 // step - 1)) * step
    at += draw(st.sampled_from([0, 0, 0, 600, 1800]))
    start = FIRST + timedelta(seconds=at)
    values = draw(st.lists(powers, min_size=1, max_size=60))
    return {
        "type": "LoadCurve",
        "meter": "14290000000000",
        "flow": draw(st.sampled_from(["consumption"] * 4 + ["production"])),
        "unit": "W",
        "step": step,
        "start": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "values": values,
    }


def indexes() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda day, wh, total: {
            "type": "DailyIndex",
            "meter": "14290000000000",
            "day": f"2024-12-{day:02d}" if day else "2025-01-01",
            "registers": {"EAS F1": wh, "EAS F10": 3},
            "total": total,
        },
        st.integers(0, 31),
        st.integers(0, 5),
        st.one_of(st.none(), st.just(7)),
    )


@st.composite
def files(draw: st.DrawFn) -> list[File]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        records = [
            *draw(st.lists(curves(), min_size=1, max_size=3)),
            *draw(st.lists(indexes(), max_size=2, unique_by=lambda r: r["day"])),
        ]
        exported = draw(st.sampled_from([None, "2024-11-03T08:00:00Z", "2024-11-20T08:00:00Z"]))
        end = draw(st.sampled_from(["2024-11-01T22:00:00Z", "2024-11-09T22:00:00Z"]))
        records.append({"type": "File", "exported": exported, "end": end})
        sha = draw(st.sampled_from("0123456789abcdef")) + f"{number}"
        found.append((Source(f"/imports/{number}.csv", sha), records))
    return found


def stored(given_files: Iterable[File]) -> dict[str, bytes]:
    store: dict[str, bytes] = {}
    for source, records in given_files:
        store |= merge_documents(records, source, store.get).writes
    return store


def slots(records: Sequence[dict[str, Any]], flow: str) -> dict[Slot, Any]:
    """Values by (step, START); in one file the later record stays."""
    found: dict[Slot, Any] = {}
    for record in records:
        if record["type"] == "LoadCurve" and record["flow"] == flow:
            start = datetime.fromisoformat(record["start"])
            for at, value in enumerate(record["values"]):
                if value is not None:
                    when = start + timedelta(seconds=at * record["step"])
                    found[record["step"], when] = value
    return found


def model(given_files: Sequence[File], flow: str) -> dict[Slot, Decimal]:
    """What counts, said simply: newest first, finer first, and nothing over anything else."""
    best: dict[Slot, tuple[Any, Any]] = {}
    for source, records in given_files:
        facts = records[-1]
        rank = (facts["exported"] or facts["end"], facts["end"], source.sha256, source.raw)
        for slot, value in slots(records, flow).items():
            if slot not in best or best[slot][0] < rank:
                best[slot] = (rank, value)
    order = sorted(best, key=lambda slot: (slot[0], slot[1]))
    order.sort(key=lambda slot: best[slot][0], reverse=True)
    counted: dict[Slot, Decimal] = {}
    taken: set[tuple[Any, datetime]] = set()
    for step, when in order:
        day = when.astimezone(PARIS).date()
        parts = {(day, when + timedelta(minutes=5 * n)) for n in range(step // 300)}
        if not parts & taken:
            taken |= parts
            counted[step, when] = Decimal(str(best[step, when][1]))
    return counted


def read(store: dict[str, bytes], flow: str) -> dict[Slot, Decimal]:
    """What the documents say counts."""
    found: dict[Slot, Decimal] = {}
    for body in store.values():
        subjects: dict[Any, dict[str, list[str]]] = {}
        for quad in ox.parse(body, format=ox.RdfFormat.TURTLE, base_iri="http://x.example/"):
            facts = subjects.setdefault(quad.subject, {})
            facts.setdefault(quad.predicate.value, []).append(quad.object.value)
        for facts in subjects.values():
            kinds = facts.get("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", [])
            observed = facts.get("http://www.w3.org/ns/sosa/observedProperty", [""])[0]
            wanted = "ActivePowerImport" if flow == "consumption" else "ActivePowerExport"
            if f"{DOM}LoadCurveDay" in kinds and observed == DOM + wanted:
                found |= _slots(facts)
    return found


def _slots(facts: dict[str, list[str]]) -> dict[Slot, Decimal]:
    start = datetime.fromisoformat(facts[f"{DOM}startsAt"][0])
    step = 3600 if facts[f"{DOM}step"] == ["PT1H"] else 60 * int(facts[f"{DOM}step"][0][2:-1])
    values = facts[f"{DOM}values"][0].split()
    assert int(facts[f"{DOM}count"][0]) == len(values)
    assert "-" not in (values[0], values[-1])
    known = {
        (step, start + timedelta(seconds=step * at)): Decimal(v)
        for at, v in enumerate(values)
        if v != "-"
    }
    energy = sum(known.values()) * step / 3600
    assert abs(Decimal(facts[f"{DOM}energyWh"][0]) - energy) <= Decimal("0.000001")
    assert Decimal(facts[f"{DOM}maxW"][0]) == max(known.values())
    day = facts[f"{DOM}day"][0]
    assert all(when.astimezone(PARIS).date().isoformat() == day for _, when in known)
    return known


@settings(max_examples=120, deadline=None)
@given(files())
def test_order_of_imports_changes_no_byte(given_files: list[File]) -> None:
    results = [stored(order) for order in permutations(given_files)]
    assert all(result == results[0] for result in results)


@settings(max_examples=80, deadline=None)
@given(files())
def test_documents_say_what_a_simple_model_says(given_files: list[File]) -> None:
    store = stored(given_files)
    for flow in ("consumption", "production"):
        assert read(store, flow) == model(given_files, flow)


@settings(max_examples=80, deadline=None)
@given(files(), st.data())
def test_importing_again_writes_nothing(given_files: list[File], data: st.DataObject) -> None:
    store = stored(given_files)
    source, records = data.draw(st.sampled_from(given_files))
    again = merge_documents(records, source, store.get)
    assert again.writes == {}
    assert again.changed == []
