"""The meter's own frames: Enedis's test frames, checksums that are spaces, clocks, captures cut short."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pod.errors import BadOutput
from pod.programs import shapes
from pod.programs.merge import Source, merge_documents
from pod.sdk import testing
from tests.programs import make_tic as make
from tests.programs.make_tic import OLD, PRM, TIC

NIGHT = datetime(2024, 10, 27, 0, 10, 5, tzinfo=UTC)
ARRIVED = "2026-02-03T10:00:00Z"
HOME = f"/energy/electricity/{PRM}/"


def read(name: str, data: bytes | str) -> tuple[str | None, list[dict[str, Any]]]:
    return testing.import_file(TIC, name, data.encode() if isinstance(data, str) else data)


def refused(name: str, data: bytes | str) -> tuple[str, int | None]:
    with pytest.raises(testing.sdk().BadFile) as bad:
        read(name, data)
    return bad.value.reason, bad.value.line


def of_type(records: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [r for r in records if r.get("type") == kind]


def merged(store: dict[str, bytes], data: str, arrived: str = ARRIVED) -> Any:
    records = [r for r in read("a.tic", data)[1] if "problem" not in r]
    digest = hashlib.sha256(data.encode()).hexdigest()
    source = Source(f"/imports/{digest[:8]}", digest, arrived=arrived)
    found = merge_documents(records, source, store.get)
    store |= found.writes
    return found


# ---------------------------------------------------------------- Enedis's own frames


def test_enedis_frames_are_read_and_the_invalid_one_refused_by_its_line(shared_data: Path) -> None:
    folder = shared_data / "tic"
    old = read("a.txt", (folder / "ticFrameHistoric.txt").read_bytes())[1]
    (reading,) = of_type(old, "MeterReading")
    assert (reading["meter"], reading["at"]) == ("812164417227", None)
    assert (reading["registers"], reading["subscribedKva"]) == ({"BASE": 104}, 3)
    new = read("a.txt", (folder / "ticFrameStandard.txt").read_bytes())[1]
    (reading,) = of_type(new, "MeterReading")
    # Summer time: 10:16:01 is 08:16:01 in UTC. EASD01's checksum is a space.
    assert reading["at"] == "2017-09-15T08:16:01Z" and "EAS D1" in reading["registers"]
    (curve,) = of_type(new, "LoadCurve")
    assert (curve["start"], curve["values"]) == ("2017-09-13T08:30:00Z", [0, 0])
    invalid = (folder / "ticFrameStandard_PCOUP_Invalid.txt").read_bytes()
    assert refused("a.txt", invalid) == ("tic-checksum", 25)
    assert invalid.split(b"\n")[24] == b"PCOUP\t02\t\\\r"


def test_a_gateways_json_says_the_same_less_what_it_found_unsound(shared_data: Path) -> None:
    folder = shared_data / "tic"
    pairs = (
        ("ticFrameStandard.txt", "ticFrameStandard_summarized.json", "PCOUP"),
        ("ticFrameHistoric.txt", "ticFrameHistoric_full_details.json", "MOTDETAT"),
    )
    for text, decoded, left_out in pairs:
        frame, said = (read(name, (folder / name).read_bytes())[1] for name in (text, decoded))
        assert [r for r in said if "problem" in r] == [
            {"problem": "tic-refused", "found": left_out}
        ]
        kinds = ("MeterReading", "LoadCurve")
        assert [of_type(frame, kind) for kind in kinds] == [of_type(said, kind) for kind in kinds]


# ---------------------------------------------------------------- checksums


def test_every_change_of_one_character_is_seen() -> None:
    """A sum to six bits sees any change that is not of a multiple of 64."""
    for frame in (make.historic(OLD), make.standard(make.at(NIGHT, 0))):
        at = frame.index("924" if "\t" in frame else "920")
        for other in "0123456789":
            if other != frame[at]:
                spoilt = frame[:at] + other + frame[at + 1 :]
                assert refused("a.txt", spoilt)[0] == "tic-checksum"


def test_a_checksum_that_is_a_space_is_one() -> None:
    value = next(f"{n:09}" for n in range(999) if make.checksum(f"HCHC {n:09}") == " ")
    (reading,) = of_type(read("a.txt", make.historic({**OLD, "HCHC": value}))[1], "MeterReading")
    assert reading["registers"]["HCHC"] == int(value)


# ---------------------------------------------------------------- moments


def test_the_doubled_hour_is_two_moments_and_two_pairs_of_points() -> None:
    frames = [(NIGHT + timedelta(hours=n), make.at(NIGHT + timedelta(hours=n), n)) for n in (0, 1)]
    assert frames[0][1]["DATE"][1:] == frames[1][1]["DATE"][1:] == "241027021005\t"
    records = read("a.tic", make.log((at, make.standard(said)) for at, said in frames))[1]
    assert [r["at"] for r in of_type(records, "MeterReading")] == [
        "2024-10-27T00:10:05Z",
        "2024-10-27T01:10:05Z",
    ]
    assert [r["start"] for r in of_type(records, "LoadCurve")] == [
        "2024-10-26T23:00:00Z",
        "2024-10-27T00:00:00Z",
    ]


def test_frames_become_a_load_curve_without_gaps_in_any_order() -> None:
    """Half-hourly frames over the autumn change: 50 half hours, each told twice, count once."""
    start = datetime(2024, 10, 26, 22, tzinfo=UTC)  # the local midnight
    moments = [start + timedelta(minutes=30 * n, seconds=7) for n in range(52)]
    frames = [
        (moment, make.standard(make.at(moment, n, (100 + n - 1, 100 + n))))
        for n, moment in enumerate(moments)
    ]
    halves = [make.log(frames[a:b]) for a, b in ((0, 20), (19, 40), (39, 52))]
    stores = []
    for order in permutations(halves):
        store: dict[str, bytes] = {}
        for text in (*order, order[0]):
            merged(store, text)
        stores.append(store)
    assert all(store == stores[0] for store in stores)
    month = stores[0][f"{HOME}2024-10.ttl"].decode()
    day = month[month.index("2024-10-27") :]
    assert "dom:count 50" in day or 'dom:count "50"' in day
    assert "dom:missing 0" in day or 'dom:missing "0"' in day
    assert not shapes.available() or shapes.faults(stores[0]) == []


def test_a_frame_without_a_date_is_of_when_it_arrived() -> None:
    store: dict[str, bytes] = {}
    merged(store, make.historic(OLD))
    (path,) = store
    assert path == "/energy/electricity/812345678901/readings/2026-02.ttl"
    assert f'"{ARRIVED}"'.encode() in store[path]
    merged(store, make.historic(OLD))  # again: nothing more
    assert store[path].count(b"a dom:MeterReading") == 1
    listened: dict[str, bytes] = {}
    merged(listened, make.log([(NIGHT, make.historic(OLD))]))
    assert (
        b'"2024-10-27T00:10:05Z"'
        in listened["/energy/electricity/812345678901/readings/2024-10.ttl"]
    )
    with pytest.raises((BadOutput, ValueError)):
        merged({}, make.historic(OLD), arrived="")


# ---------------------------------------------------------------- captures


def test_one_bad_frame_among_others_is_left_out_and_told() -> None:
    good, bad = (
        make.standard(make.at(NIGHT, 0)),
        make.standard(make.at(NIGHT, 9)).replace("924", "925"),
    )
    records = read("a.tic", f"{bad}{good}")[1]
    assert len(of_type(records, "MeterReading")) == 1
    assert [r["problem"] for r in records if "problem" in r] == ["tic-refused"]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (make.standard(make.at(NIGHT, 0))[:-1], "tic-cut", 1),
        ("\n" + make.standard(make.at(NIGHT, 0))[:200], "tic-cut", 1),
        ("\x02\nADSC\t1" + "2" * 9000 + "\tX\r\x03", "tic-long", 1),
        ("\x02\nADSC\t\x03", "tic-group", 2),
        (make.historic({**OLD, "ADCO": "81234567890?"}).replace("ADCO 8", "ADCO 8"), None, None),
        (make.historic({k: v for k, v in OLD.items() if not k.startswith("HC")}), "no-readings", 1),
        (make.historic({**OLD, "HCHC": "00x"}), "bad-value", 1),
        (make.standard({**make.at(NIGHT, 0), "DATE": "X241027021005\t"}), "bad-time", 1),
        (make.standard({**make.at(NIGHT, 0), "DATE": "E241327021005\t"}), "bad-time", 1),
        (make.standard({**make.at(NIGHT, 0), "PRM": "-"}), "bad-meter", 1),
        ('{"ADSC": "1", "EAST": 5}', "json-shape", 1),
        ('{"ADSC": "041876543210",\n "EAST": }', "json", 2),
        ('{"ADSC": ' + "[" * 100_000, "json", 1),
        ('{"mode": "STANDARD", "groupList": [{"label": ["ADSC"], "value": "1"}], "ADSC": 1}', "json-shape", 1),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(text: str, reason: str | None, line: int | None) -> None:
    if reason is None:
        assert read("a.txt", text)[0] is None  # nobody's: not even the first group is one
    else:
        assert refused("a.txt", text) == (reason, line)


def test_points_that_do_not_follow_each_other_are_not_guessed() -> None:
    said = make.at(NIGHT, 0)
    said["CCASN-1"] = f"{make.stamp(NIGHT - timedelta(days=1))}\t00100"
    records = read("a.txt", make.standard(said))[1]
    assert not of_type(records, "LoadCurve") and of_type(records, "MeterReading")
    assert [r["problem"] for r in records if "problem" in r] == ["tic-curve"]
