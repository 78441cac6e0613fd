"""Documents of energy by hand: what they say, what somebody added, what an edit has spoilt."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pod.errors import BadOutput, Conflict
from pod.programs.merge import HOMES, Source, merge_documents
from pod.rdf import graph

METER = "14290000000000"
MONTH = f"/energy/electricity/{METER}/2024-01.ttl"
OLD = Source("/imports/old.csv", "0a")
NEW = Source("/imports/new.csv", "0b")


def curve(start: str, values: list[Any], step: int = 1800, **other: Any) -> dict[str, Any]:
    record = {"type": "LoadCurve", "meter": METER, "flow": "consumption", "unit": "W"}
    return {**record, "step": step, "start": start, "values": values, **other}


def facts(end: str, exported: str | None = None) -> dict[str, Any]:
    return {"type": "File", "format": "x", "exported": exported, "end": end}


def merged(store: dict[str, bytes], source: Source, *records: dict[str, Any], **how: Any) -> Any:
    result = merge_documents(records, source, store.get, **how)
    store |= result.writes
    return result


def day(store: dict[str, bytes], name: str, path: str = MONTH) -> dict[str, list[str]]:
    """The statements of one subject, by the end of their predicate."""
    base = f"http://pod.example{path}"
    found: dict[str, list[str]] = {}
    for _, predicate, value in graph.parse(store[path], graph.TURTLE, base).match(f"{base}#{name}"):
        found.setdefault(predicate.rpartition("#")[2].rpartition("/")[2], []).append(str(value))
    return found


def test_a_day_of_half_hours() -> None:
    store: dict[str, bytes] = {}
    values = [100 + n for n in range(48)]
    values[7] = None
    values[9] = 109.5
    found = merged(
        store, OLD, curve("2024-01-14T23:00:00Z", values), facts("2024-01-15T23:00:00Z")
    ).found
    said = day(store, "2024-01-15-PT30M")
    assert said["startsAt"] == ["2024-01-14T23:00:00Z"]
    assert said["day"] == ["2024-01-15"]
    assert (said["count"], said["missing"], said["maxW"]) == (["48"], ["1"], ["147"])
    assert said["values"][0].split()[6:11] == ["106", "-", "108", "109.5", "110"]
    assert said["energyWh"] == ["2910.75"]
    assert said["wasDerivedFrom"] == ["http://pod.example/imports/old.csv"]
    assert (found.readings, found.missing, found.energy_wh) == (47, 1, 2910.75)
    assert (found.first, found.last) == ("2024-01-15", "2024-01-15")
    assert found.gaps == [
        {"from": "2024-01-15T02:30:00Z", "to": "2024-01-15T03:00:00Z", "missing": 1}
    ]


@pytest.mark.parametrize(
    ("start", "count", "name"),
    [
        ("2024-03-30T23:00:00Z", 46, "2024-03-31-PT30M"),
        ("2024-10-26T22:00:00Z", 50, "2024-10-27-PT30M"),
    ],
)
def test_days_when_clocks_change(start: str, count: int, name: str) -> None:
    store: dict[str, bytes] = {}
    merged(store, OLD, curve(start, [10] * (count + 1)))
    path = f"/energy/electricity/{METER}/{name[:7]}.ttl"
    said = day(store, name, path)
    assert (said["count"], said["missing"]) == ([str(count)], ["0"])


def test_the_step_changes_at_noon() -> None:
    store: dict[str, bytes] = {}
    morning = curve("2024-01-14T23:00:00Z", [10] * 24)
    evening = curve("2024-01-15T11:00:00Z", [20] * 11, step=3600)
    found = merged(store, OLD, morning, evening).found
    halves, hours = day(store, "2024-01-15-PT30M"), day(store, "2024-01-15-PT60M")
    assert (halves["count"], halves["energyWh"], halves["step"]) == (["24"], ["120"], ["PT30M"])
    assert (hours["count"], hours["energyWh"], hours["step"]) == (["11"], ["220"], ["PT1H"])
    assert halves["missing"] == hours["missing"] == ["2"]
    assert found.steps == {30: 24, 60: 11}


def test_ten_minutes_are_sixths_of_an_hour() -> None:
    store: dict[str, bytes] = {}
    merged(store, OLD, curve("2024-01-15T11:00:00Z", [1, 1, 2, 3], step=600))
    assert day(store, "2024-01-15-PT10M")["energyWh"] == ["1.166667"]


def test_where_two_files_disagree_the_newer_wins_and_it_is_told() -> None:
    store: dict[str, bytes] = {}
    old = (OLD, curve("2024-01-15T11:00:00Z", [1, 2, 3]), facts("2024-01-15T13:00:00Z"))
    new = (NEW, curve("2024-01-15T11:30:00Z", [7, None, 8]), facts("2024-01-16T13:00:00Z"))
    merged(store, *old)
    result = merged(store, *new)
    said = day(store, "2024-01-15-PT30M")
    assert said["values"] == ["1 7 3 8"]
    assert said["origin"] == ["1*1 0*1 1*1 0*1"]
    (change,) = result.changed
    assert (change.day, change.replaced, change.old_wh, change.new_wh) == ("2024-01-15", 1, 3, 9.5)
    other: dict[str, bytes] = {}
    merged(other, *new)
    second = merged(other, *old)
    assert (second.changed, second.found.kept) == ([], 1)
    assert other == store


def test_an_export_date_counts_before_the_end_of_the_period() -> None:
    store: dict[str, bytes] = {}
    late = facts("2024-01-20T00:00:00Z", exported="2024-02-01T00:00:00Z")
    merged(store, OLD, curve("2024-01-15T11:00:00Z", [1]), late)
    merged(store, NEW, curve("2024-01-15T11:00:00Z", [2]), facts("2024-01-25T00:00:00Z"))
    assert day(store, "2024-01-15-PT30M")["values"] == ["1"]


def test_readings_under_another_step_are_kept_but_do_not_count() -> None:
    store: dict[str, bytes] = {}
    merged(store, OLD, curve("2024-01-15T11:00:00Z", [100, 200]), facts("2024-01-15T13:00:00Z"))
    hour = curve("2024-01-15T11:00:00Z", [160], step=3600)
    result = merged(store, NEW, hour, facts("2024-01-16T13:00:00Z"))
    assert day(store, "2024-01-15-PT30M") == {}
    assert day(store, "2024-01-15-PT30M-superseded")["values"] == ["100 200"]
    assert day(store, "2024-01-15-PT60M")["energyWh"] == ["160"]
    assert result.changed[0].replaced == 2


def test_what_somebody_added_is_kept_and_stays_where_it_is() -> None:
    store: dict[str, bytes] = {}
    merged(store, OLD, curve("2024-01-15T11:00:00Z", [1, 2]))
    added = """
# a comment of the owner
<#2024-01-15-PT30M> <http://www.w3.org/2000/01/rdf-schema#comment> "we were away"@en .
<#note> <http://schema.org/about> [ <http://schema.org/name> "x" ], <notes.ttl>, </photos/1.jpg> .
"""
    store[MONTH] += added.encode()
    assert merged(store, OLD, curve("2024-01-15T11:00:00Z", [1, 2])).writes == {}
    assert b"a comment of the owner" in store[MONTH]
    merged(store, NEW, curve("2024-01-16T11:00:00Z", [3]))
    text = store[MONTH].decode()
    assert 'comment> "we were away"@en .' in text
    assert "<notes.ttl>" in text
    assert "</photos/1.jpg>" in text
    assert merged(store, NEW, curve("2024-01-16T11:00:00Z", [3])).writes == {}
    assert day(store, "2024-01-15-PT30M")["values"] == ["1 2"]
    assert day(store, "2024-01-16-PT30M")["values"] == ["3"]


def test_a_document_that_a_client_has_written_out_in_full_is_understood() -> None:
    store: dict[str, bytes] = {}
    merged(store, OLD, curve("2024-01-15T11:00:00Z", [1, 2]))
    before = store[MONTH]
    full = graph.parse(before, graph.TURTLE, f"https://me.example{MONTH}")
    store[MONTH] = graph.serialize(full, graph.N_TRIPLES)
    assert b"<https://me.example/imports/old.csv>" in store[MONTH]
    merged(store, NEW, curve("2024-01-16T11:00:00Z", [3]))
    assert b"me.example" not in store[MONTH]
    fresh: dict[str, bytes] = {}
    merged(fresh, OLD, curve("2024-01-15T11:00:00Z", [1, 2]))
    merged(fresh, NEW, curve("2024-01-16T11:00:00Z", [3]))
    assert store == fresh


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('dom:values "1 2"', 'dom:values "1 many"'),
        ('dom:values "1 2"', 'dom:values "1 2", "1 3"'),
        ('dom:values "1 2" ;', ""),
        ('"PT30M"^^', '"PT7M"^^'),
        ("2024-01-15T11:00:00Z", "yesterday"),
        ("unit:W", "unit:KiloW"),
    ],
)
def test_an_edit_that_spoils_a_day_stops_the_import_and_names_it(old: str, new: str) -> None:
    store: dict[str, bytes] = {}
    merged(store, OLD, curve("2024-01-15T11:00:00Z", [1, 2]))
    assert old.encode() in store[MONTH]
    store[MONTH] = store[MONTH].replace(old.encode(), new.encode())
    with pytest.raises(Conflict, match=r"2024-01\.ttl#2024-01-15-PT30M"):
        merge_documents([curve("2024-01-16T11:00:00Z", [3])], NEW, store.get)


def test_readings_without_a_source_lose_to_any_file() -> None:
    store: dict[str, bytes] = {}
    merged(store, OLD, curve("2024-01-15T11:00:00Z", [1, 2]))
    gone = b"prov:wasDerivedFrom </imports/old.csv>"
    store[MONTH] = store[MONTH].replace(gone, b'dom:origin "?*2"')
    merged(store, NEW, curve("2024-01-15T11:30:00Z", [5]))
    said = day(store, "2024-01-15-PT30M")
    assert said["values"] == ["1 5"]
    assert said["wasDerivedFrom"] == ["http://pod.example/imports/new.csv"]
    assert merged(store, NEW, curve("2024-01-15T11:30:00Z", [5])).writes == {}


def test_registers_and_what_they_count() -> None:
    store: dict[str, bytes] = {}
    path = f"/energy/electricity/{METER}/index/2024.ttl"
    index = {"type": "DailyIndex", "meter": METER, "day": "2024-01-10"}
    registers = {"EAS D1": 30, "EAS F10": 5, "EAS F2": 20, "EAS F1": 10}
    names = {"EAS F1": "Bleu Heures Creuses", "EAS F2": 'Bleu "Heures" Pleines'}
    calendar = {"type": "TariffCalendar", "meter": METER, "from": "2024-01-10"}
    found = merged(
        store,
        OLD,
        {**index, "registers": registers, "total": 30},
        {**calendar, "name": "6 cadrans", "registers": names},
    ).found
    assert (found.readings, found.index_days) == (1, 1)
    said = day(store, "2024-01-10", path)
    assert said["registers"] == ["EAS F1=10;EAS F2=20;EAS F10=5;EAS D1=30"]
    assert said["totalWh"] == ["30"]
    named = day(store, "calendar-2024-01-10", path)
    assert named["registerNames"] == ['EAS F1=Bleu Heures Creuses;EAS F2=Bleu "Heures" Pleines']
    assert named["name"] == ["6 cadrans"]
    result = merged(store, NEW, {**index, "registers": {"EAS F1": 11}, "total": None})
    assert [(c.day, c.replaced) for c in result.changed] == [("2024-01-10", 1)]
    assert day(store, "2024-01-10", path)["registers"] == ["EAS F1=11"]


@pytest.mark.parametrize(
    "record",
    [
        curve("2024-01-15T11:00:00Z", [-1]),
        curve("2024-01-15T11:00:00Z", [1_000_001]),
        curve("2024-01-15T11:00:00Z", [0.0001]),
        curve("2024-01-15T11:00:00Z", [True]),
        curve("2024-01-15T11:00:00Z", ["1"]),
        curve("2024-01-15T11:00:00Z", []),
        curve("2024-01-15T11:00:00Z", [1], step=1234),
        curve("2024-01-15T11:01:00Z", [1]),
        curve("2024-01-15T11:00:00+01:00", [1]),
        curve("2024-13-15T11:00:00Z", [1]),
        curve("2024-01-15T11:00:00Z", [1], meter="../../x"),
        curve("2024-01-15T11:00:00Z", [1], meter=7),
        curve("2024-01-15T11:00:00Z", [1], flow="both"),
        {"type": "DailyIndex", "meter": None, "day": "2024-01-10", "registers": {"a;b": 1}},
        {"type": "DailyIndex", "meter": None, "day": "2024-01-10", "registers": {"a": -1}},
        {"type": "DailyIndex", "meter": None, "day": "2024-01-10", "registers": {}},
        {"type": "TariffCalendar", "meter": None, "from": "2024-01-10", "registers": {"a": "b=c"}},
        {"type": "Secret"},
        {},
    ],
)
def test_records_out_of_a_box_are_not_trusted(record: dict[str, Any]) -> None:
    with pytest.raises(BadOutput) as raised:
        merge_documents([record], OLD, {}.get)
    assert raised.value.facts["where"] == "record 1"


def test_a_file_without_a_meter() -> None:
    store: dict[str, bytes] = {}
    record = curve("2024-01-15T11:00:00Z", [1], meter=None)
    merged(store, OLD, record)
    assert list(store) == ["/energy/electricity/unknown-meter/2024-01.ttl"]
    assert b"schema:identifier" not in next(iter(store.values()))
    merged(store, OLD, record, known_meters={"/energy/electricity/": [METER]})
    assert MONTH in store


def test_homes_are_above_all_documents() -> None:
    store: dict[str, bytes] = {}
    merged(store, OLD, curve("2024-01-15T11:00:00Z", [1]))
    assert all(path.startswith(HOMES["LoadCurveDay"]) for path in store)


def test_a_year_merges_in_time() -> None:
    start = datetime(2023, 8, 8, 22, tzinfo=UTC)
    year = [
        curve((start + timedelta(days=d)).strftime("%Y-%m-%dT%H:%M:%SZ"), [(d * n) % 3000 for n in range(48)])
        for d in range(365)
    ]  # fmt: skip
    store: dict[str, bytes] = {}
    merged(store, OLD, *year, facts("2024-08-07T22:00:00Z"))
    began = time.process_time()
    result = merged(store, NEW, *year, facts("2024-08-09T22:00:00Z"))
    took = time.process_time() - began
    assert len(result.writes) == 13
    assert took < 0.8  # 0.4 s on an idle core
