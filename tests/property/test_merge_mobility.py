"""Documents of mobility are a pure function of the set of imported files."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from pod.errors import BadOutput
from pod.programs.merge import Source, merge_documents
from pod.programs.merge.positions import pack, unpack
from tests.programs.make_recorded import CONNECTORS
from tests.unit.test_vocab import VOCAB

File = tuple[Source, list[dict[str, Any]]]
FIRST = 1_743_283_200  # 2025-03-29T21:20Z: the last evening before summer time


@st.composite
def positions(draw: st.DrawFn) -> dict[str, Any]:
    # Twelve seconds around local midnight, so that files meet in the same five seconds.
    points = draw(
        st.lists(
            st.tuples(
                st.integers(FIRST + 5990, FIRST + 6010),
                st.integers(45_760_000, 45_760_003),
                st.just(4_859_700),
                st.integers(-1, 2),
            ),
            min_size=1,
            max_size=8,
        )
    )
    return {
        "type": "Positions",
        "packs": {draw(st.sampled_from(["phone", "watch"])): pack_of(points)},
    }


def pack_of(points: list[Any]) -> str:
    """As connectors do it: the first differs from zero."""
    words, before = [], (0, 0, 0)
    for point in points:
        words.append(
            " ".join(str(a - b) for a, b in zip(point[:3], before, strict=True)) + f" {point[3]}"
        )
        before = point[:3]
    return " ".join(words)


@st.composite
def trips(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "type": "Trip",
        "device": draw(st.sampled_from(["phone", "car"])),
        "start": draw(st.sampled_from(["2025-03-29T22:10:00Z", "2025-03-31T22:10:00Z"])),
        "end": "2025-03-31T22:30:00Z",
        "from": [45.76, 4.85],
        "to": None,
        "distanceM": draw(st.sampled_from([None, 1200.5])),
        "mode": draw(st.sampled_from(["Tram", "Unknown"])),
        "confidence": draw(st.sampled_from([None, 0.5])),
    }


@st.composite
def files(draw: st.DrawFn) -> list[File]:
    found = []
    for number in range(draw(st.integers(2, 3))):
        records = draw(st.lists(st.one_of(positions(), trips()), min_size=1, max_size=4))
        exported = draw(st.sampled_from([None, "2025-04-03T08:00:00Z", "2025-04-20T08:00:00Z"]))
        records.append({"type": "File", "exported": exported, "end": "2025-04-01T00:00:00Z"})
        found.append(
            (Source(f"/imports/{number}.json", f"{draw(st.integers(0, 9))}{number}"), records)
        )
    return found


def stored(given_files: Any) -> dict[str, bytes]:
    store: dict[str, bytes] = {}
    for source, records in given_files:
        store |= merge_documents(records, source, store.get).writes
    return store


@settings(max_examples=60, deadline=None)
@given(files())
def test_neither_order_nor_repetition_matters(some: list[File]) -> None:
    expected = stored(some)
    for order in permutations(some):
        assert stored([*order, order[0]]) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 10**6)] * 3, st.integers(-1, 9)), min_size=1))
def test_positions_are_read_as_they_were_written(points: Any) -> None:
    there = sorted((FIRST + at, north, east, metres) for at, north, east, metres in points)
    assert list(unpack(there[0][0], pack(there))) == there


def test_the_newer_file_takes_the_five_seconds_and_the_older_one_keeps_the_rest() -> None:
    old = pack_of([(FIRST, 1, 1, 5), (FIRST + 60, 2, 2, 5)])
    new = pack_of([(FIRST + 1, 9, 9, 5)])
    done = stored(
        [
            (
                Source("/imports/new.json", "a", exported="2025-05-01T00:00:00Z"),
                [{"type": "Positions", "packs": {"phone": new}}],
            ),
            (
                Source("/imports/old.json", "b", exported="2025-04-01T00:00:00Z"),
                [{"type": "Positions", "packs": {"phone": old}}],
            ),
        ]
    )
    (text,) = (body.decode() for body in done.values())
    assert '"0 9 9 5"' in text and '"0 2 2 5"' in text and "0 1 1 5" not in text


TEN, LATE = "2025-03-29T22:10:00Z", "2025-03-29T22:20:00Z"
TRIP = {"type": "Trip", "device": "phone", "start": TEN, "end": LATE, "mode": "Car"}
VISIT = {"type": "Visit", "device": "phone", "start": TEN, "end": LATE, "at": [45, 4]}


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "Positions", "packs": {}},
        {"type": "Positions", "packs": {"phone": "1 2 3"}},
        {"type": "Positions", "packs": {"phone": f"{FIRST} 90000001 0 1"}},
        {"type": "Positions", "packs": {"phone": f"{FIRST} 0 0 -2"}},
        {"type": "Positions", "packs": {"phone": "5 0 0 1"}},
        {"type": "Positions", "packs": {'x" ; <y> <z': f"{FIRST} 0 0 1"}},
        {"type": "Positions", "packs": {"phone": f"{FIRST} 0 0 1 " + "1 0 0 1 " * 10_000}},
        TRIP | {"end": "2025-03-29T22:00:00Z"},
        TRIP | {"mode": "Rocket"},
        TRIP | {"start": "2025-13-29T22:10:00Z", "end": "2025-13-29T22:20:00Z"},
        VISIT | {"at": [91, 0]},
        VISIT | {"at": ["1> <x", 0]},
        {"type": "Event", "uid": "", "day": "2025-03-29", "lastDay": "2025-03-29"},
        {"type": "Event", "uid": "a", "day": "2025-03-29", "lastDay": "2025-03-28"},
    ],
)  # fmt: skip
def test_what_a_box_yields_is_not_trusted(bad: dict[str, Any]) -> None:
    with pytest.raises(BadOutput):
        merge_documents([bad], Source("/imports/x.json", "a"), lambda _: None)


def test_the_controls_are_taken() -> None:
    assert len(stored([(Source("/imports/x.json", "a"), [TRIP, VISIT])])) == 2


def test_documents_conform_to_their_shapes() -> None:
    pyshacl = pytest.importorskip("pyshacl")
    import json

    records: list[dict[str, Any]] = [
        {
            "type": "Event",
            "uid": "a@b",
            "start": "2025-03-24T08:00:00Z",
            "end": "2025-03-24T09:00:00Z",
            "summary": 'a "quoted" \\ one',
        }
    ]
    for file in (
        CONNECTORS / "google_timeline" / "golden" / "Timeline.json.json",
        CONNECTORS / "tracks" / "golden" / "ride.gpx.json",
    ):
        records += [
            r
            for r in json.loads(file.read_text())["records"]
            if r.get("type") not in (None, "File")
        ]
    done = stored([(Source("/imports/x.json", "a"), records)])
    assert len(done) == 4
    graph = Graph()
    for path, body in done.items():
        graph.parse(data=body.decode(), format="turtle", publicID=f"https://home.example{path}")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=Graph().parse(VOCAB / "shapes.ttl"))
    assert conforms, report
    assert not merge_documents(records, Source("/imports/x.json", "a"), done.get).writes
