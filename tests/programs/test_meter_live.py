"""A meter that is listened to: a pseudo-terminal for a serial port, a broker on loopback; noise, lost
connections, wrong passwords; and all the way into the pod, through the box."""

from __future__ import annotations

import os
import pty
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod import server
from pod.config import Settings
from pod.errors import BadInput
from pod.host import HOME
from pod.http.serving import _import
from pod.listening import meter, mqtt, serial
from pod.listening.frames import LONGEST, MOST, Batch, Cutter
from pod.listening.meter import Listener
from pod.programs.guest.build import build
from tests.programs import make_tic as make
from tests.programs.mqtt_broker import Broker

NIGHT = datetime(2024, 10, 27, 0, 10, 5, tzinfo=UTC)
FRAME = make.standard(make.at(NIGHT, 0)).encode()
OTHER = make.historic(make.OLD).encode()
QUICK = Settings(meter_sample_seconds=1e-6, meter_hold_seconds=0.0)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((serial, "WAIT_SECONDS"), (mqtt, "WAIT_SECONDS"), (meter, "FIRST_WAIT")):
        monkeypatch.setattr(module, name, 0.05)


def soon(what: Callable[[], object], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


@contextmanager
def listening(source: str, given: list[bytes], **more: object) -> Iterator[Listener]:
    found = Listener(
        replace(QUICK, meter=source, **more),  # type: ignore[arg-type]
        lambda name, content: given.append(content),
    )
    found.start()
    try:
        yield found
    finally:
        found.close()


# ---------------------------------------------------------------- frames


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([FRAME, OTHER, b"\xff\x00noise", b"\x03", b"\x02cut", b"x" * 5000])),
    st.integers(1, 700),
)
def test_whole_frames_are_found_however_they_are_cut(parts: list[bytes], size: int) -> None:
    """Noise that begins a frame may take the next one with it only if that has no start of its own."""
    stream, cutter = b"".join(parts), Cutter()
    found = [f for at in range(0, len(stream), size) for f in cutter.take(stream[at : at + size])]
    whole = [part for part in parts if part in (FRAME, OTHER)]
    assert [f for f in found if f in (FRAME, OTHER)] == whole
    assert all(f.startswith(b"\x02") and f.endswith(b"\x03") for f in found)


def test_an_endless_frame_is_not_held() -> None:
    cutter = Cutter()
    for _ in range(1000):
        assert list(cutter.take(b"\x02" + b"y" * 1000)) == []
    list(cutter.take(b"z" * 10 * LONGEST))
    assert len(cutter._held) <= LONGEST
    assert list(cutter.take(FRAME)) == [FRAME]


def test_one_frame_of_each_half_hour_waits_until_the_oldest_is_due() -> None:
    batch = Batch(1800, 3600)
    kept = [now for now in range(0, 7200, 60) if batch.add(FRAME, now)]
    assert kept == [0, 1800, 3600, 5400]
    assert not batch.due(3599) and batch.due(3600)
    content, count = batch.content()
    assert count == 4 and content.startswith(b"@1970-01-01T00:00:00Z\n\x02")
    batch.forget(4)
    assert batch.content() == (b"", 0) and not batch.due(9999)
    full = Batch(1, 1)
    assert sum(full.add(FRAME, now) for now in range(MOST * 2)) == MOST


# ---------------------------------------------------------------- a serial port


def test_frames_come_by_a_serial_port_and_it_may_be_lost_and_come_back(tmp_path: Path) -> None:
    port = tmp_path / "port"
    given: list[bytes] = []
    lead, end = pty.openpty()
    port.symlink_to(os.ttyname(end))
    with listening(str(port), given):
        time.sleep(0.2)  # it clears what was there before it listened
        os.write(lead, b"noise\x03" + FRAME[:300])
        os.write(lead, FRAME[300:] + b"\xff\xff")
        soon(lambda: given)
        assert given[0].startswith(b"@20") and given[0].endswith(FRAME + b"\n")
        os.close(lead)  # unplugged
        os.close(end)
        again, end = pty.openpty()
        port.unlink()
        port.symlink_to(os.ttyname(end))
        before = len(given)

        def heard() -> bool:
            os.write(again, OTHER)
            return len(given) > before

        soon(heard)
        assert given[-1].endswith(OTHER + b"\n")
    os.close(again)
    os.close(end)


def test_the_other_speed_is_tried_where_nothing_whole_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serial, "QUIET_SECONDS", 0.2)
    monkeypatch.setattr(serial, "WAIT_SECONDS", 0.05)
    lead, end = pty.openpty()
    over = threading.Event()
    speeds = []
    for _ in serial.pieces(os.ttyname(end), over.is_set, lambda: 0.0):
        speeds.append(termios.tcgetattr(end)[4])
        if len(speeds) > 12:
            over.set()
    assert set(speeds) == {termios.B9600, termios.B1200}
    for descriptor in (lead, end):
        os.close(descriptor)


def test_what_is_no_serial_port_is_said_and_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(FRAME)
    for path in (file, tmp_path / "absent"):
        with pytest.raises(OSError, match=r"serial port|No such file"):
            next(serial.pieces(str(path), lambda: False, lambda: 0.0))


# ---------------------------------------------------------------- a broker


def test_frames_come_by_mqtt_from_one_topic_and_the_broker_may_start_again() -> None:
    broker, given = Broker(), []
    with listening(f"mqtt://127.0.0.1:{broker.port}/maison/tic", given):
        broker.publish("maison/autre", OTHER)
        broker.publish("maison/tic", b"not a frame")
        broker.publish("maison/tic", b"\x02" + b"x" * 100_000 + b"\x03")
        broker.publish("maison/tic", FRAME)
        soon(lambda: given)
        assert given == [given[0]] and given[0].endswith(FRAME + b"\n")
        broker.drop()
        broker.publish("maison/tic", OTHER)
        soon(lambda: len(given) > 1)
        assert given[1].endswith(OTHER + b"\n")
        assert broker.topics == ["maison/tic"] * 2
    broker.close()


def test_a_password_comes_from_its_file_and_a_wrong_one_hears_nothing(tmp_path: Path) -> None:
    broker = Broker(password="le bon")
    source = f"mqtt://foyer@127.0.0.1:{broker.port}/tic"
    file = tmp_path / "password"
    for secret, right in (("un autre", False), ("le bon", True)):
        file.write_text(secret + "\n")
        given: list[bytes] = []
        with listening(source, given, meter_password_file=str(file)):
            if right:
                broker.publish("tic", FRAME)
                soon(lambda given=given: given)
            else:
                time.sleep(0.4)
        assert bool(given) == bool(broker.topics) == right
    broker.close()


# ---------------------------------------------------------------- into the pod


def test_what_cannot_be_kept_waits(tmp_path: Path) -> None:
    broker, tries = Broker(), []

    def give(name: str, content: bytes) -> None:
        tries.append((name, content))
        if len(tries) < 3:
            raise OSError("the disk is full")

    found = Listener(replace(QUICK, meter=f"mqtt://127.0.0.1:{broker.port}/tic"), give)
    found.start()
    broker.publish("tic", FRAME)
    soon(lambda: len(tries) >= 3)
    assert all(content.endswith(FRAME + b"\n") for _, content in tries[:3])
    found.close()
    assert len(tries) == 3 and tries[0][0].startswith("compteur-20")
    broker.close()


def test_a_provider_listens_to_nobody(tmp_path: Path) -> None:
    from pod.config import load

    with pytest.raises(BadInput, match="home"):
        load(tmp_path, {}, shape="provider", meter="/dev/ttyUSB0")
    assert load(tmp_path, {}, meter="/dev/ttyUSB0").meter == "/dev/ttyUSB0"


def test_what_the_meter_says_is_in_the_pod(tmp_path: Path) -> None:
    build()
    broker = Broker()
    own = Settings(data=tmp_path, meter=f"mqtt://127.0.0.1:{broker.port}/tic")
    own = replace(own, meter_sample_seconds=1e-6, meter_hold_seconds=3600.0)
    server.initialise(own)
    host = server.open_host(own)
    try:
        listener = Listener(own, lambda name, content: _import(host, name, content))
        listener.start()
        wrong = FRAME.replace(b"\t231\t", b"\t237\t")  # its checksum is not
        right = [make.standard(make.at(NIGHT.replace(hour=n), n)).encode() for n in range(2)]
        for count, frame in enumerate([wrong, *right], 1):
            broker.publish("tic", frame)
            soon(lambda count=count: listener._batch.content()[1] == count)
        listener.close()  # what waits is imported when the server ends
        with host.use(HOME) as pod:
            (job,) = pod.imports.all(pod.owner, 10)
            assert (job["state"], job["connector"]) == ("done", "tic")
            assert [p["problem"] for p in job["problems"]] == ["tic-refused"]
            assert job["found"]["told"][0]["readings"] == 2
            iri = pod.space.iri_of(f"/energy/electricity/{make.PRM}/2024-10.ttl")
            text = pod.space.get(pod.owner, iri, "text/turtle").body.read(1 << 20)
            assert text.count(b"dom:LoadCurveDay") == 1
    finally:
        host.close()
        broker.close()
