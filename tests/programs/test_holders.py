"""Connections through their whole life, against the stand-in: no gap, no duplicate, no secret."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from pod import server, standin
from pod.config import Settings
from pod.errors import BadInput
from pod.http.ui.curve import days
from pod.model import Json
from pod.programs import holders
from pod.programs.guest.build import build
from pod.rdf.graph import parse
from pod.services import Services
from pod.standin import PARIS, Holder, half_hours, watts
from tests.conftest import LONG

START = datetime(2025, 11, 20, 12, tzinfo=PARIS).timestamp()
DAY = 86400.0
# Half hours of the days on which the clocks change.
CHANGES = {"2024-03-31": 46, "2024-10-27": 50, "2025-03-30": 46, "2025-10-26": 50}


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a run would have slept for the holder's sake."""
    slept: list[float] = []
    monkeypatch.setattr(holders, "time", SimpleNamespace(
        time=time.time, monotonic=time.monotonic, sleep=slept.append))  # fmt: skip
    return slept


class Household:
    """A pod with a connection to a stand-in; both have the same clock unless told otherwise."""

    def __init__(self, folder: Path, **changed: object) -> None:
        build()
        self.at = START
        self.holder = Holder(lambda: self.at).start()
        hosts = ("https://gw.ext.prod.api.enedis.fr", "https://conso.boris.sh")
        self.settings = replace(
            Settings(), data=folder / "data", vault_key_file=str(folder / "key"),
            outbound_loopback=True, holder_hosts=",".join(f"{h}={self.holder.origin}" for h in hosts),
            **changed,  # type: ignore[arg-type]
        )  # fmt: skip
        server.initialise(self.settings)
        self.services = self.opened()

    def opened(self) -> Services:
        services = server.build(self.settings)
        services.connections._clock = lambda: self.at
        return services

    def restart(self) -> None:
        self.services.close()
        self.services = self.opened()

    def connect(self, service: str = "data-connect") -> str:
        secrets = {"token": standin.TOKEN}
        if service == "data-connect":
            secrets = {"client_id": standin.CLIENT, "client_secret": standin.SECRET}
        facts = {"usage_point_id": standin.METER}
        services = self.services
        return str(services.connections.add(services.owner, "linky", service, facts, secrets)["id"])

    def sync(self, connection: str) -> Json:
        return self.services.connections.sync(self.services.owner, connection)

    def state(self, connection: str) -> Json:
        return self.services.connections.get(self.services.owner, connection)

    def stored(self) -> dict[datetime, float | None]:
        """Every reading that counts. A half hour that is there twice fails here."""
        space, found = self.services.space, {}
        home = space.iri_of(f"/energy/electricity/{standin.METER}/")
        if not space.exists(self.services.owner, home):
            return {}
        for member in space.list(self.services.owner, home):
            body = space.get(self.services.owner, member.iri).body.read(1 << 24)
            for day in days(parse(body, "text/turtle", str(member.iri))):
                for n, value in enumerate(day.watts):
                    at = day.starts + timedelta(minutes=30) * n
                    assert at not in found
                    found[at] = value
        return found

    def is_whole(self, since: date) -> bool:
        until = datetime.fromtimestamp(self.at, PARIS).date()
        return self.stored() == {at: watts(at) for at in half_hours(since, until)}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Household]:
    house = Household(tmp_path, sync_rounds=1)
    yield house
    house.services.close()
    house.holder.close()


def short(house: Household, days_before: int = 30) -> date:
    """The holder has only the last days, so that a test is short."""
    since = date(2025, 11, 20) - timedelta(days=days_before)
    house.holder.consented_on = since
    return since


@pytest.mark.timeout(300)
def test_two_years_then_every_day(tmp_path: Path) -> None:
    house = Household(tmp_path, sync_rounds=40)
    first = date(2025, 11, 20) - timedelta(days=735) if LONG else short(house, 60)
    try:
        connection = house.connect()
        told = house.sync(connection)
        assert (told["state"], "error" in told) == ("active", False)
        assert house.is_whole(first)
        counted: dict[date, int] = {}
        for at in house.stored():
            day = at.astimezone(PARIS).date()
            counted[day] = counted.get(day, 0) + 1
        assert {d.isoformat(): n for d, n in counted.items() if n != 48} == {
            day: n for day, n in CHANGES.items() if day >= first.isoformat()
        }
        for _ in range(3):
            house.at += DAY * 1.1  # a day, and the jitter of it
            assert connection in house.services.connections.due(house.services.owner)
            assert house.sync(connection)["state"] == "active"
        assert house.is_whole(first)
        asked = len(house.holder.asked)
        assert house.sync(connection)["documents"] == 0  # the same day once more changes nothing
        assert len(house.holder.asked) > asked
    finally:
        house.services.close()
        house.holder.close()


@pytest.mark.parametrize("fault", ["503", "429", "malformed", "cut", "500"])
def test_what_passes_is_waited_for(house: Household, fault: str) -> None:
    short(house)
    connection = house.connect("conso-api")
    house.sync(connection)
    house.at += DAY
    house.holder.faults.append(fault)
    told = house.sync(connection)
    assert told["error"]["code"] == "holder-try-later"
    state = house.state(connection)
    assert (state["state"], state["tries"]) == ("active", 1)
    wait = datetime.fromisoformat(state["next"]).timestamp() - house.at
    assert 900 <= wait <= 990
    assert house.services.connections.due(house.services.owner) == []
    house.at += wait + 1
    assert house.services.connections.due(house.services.owner) == [connection]
    house.sync(connection)
    assert house.state(connection)["error"] is None


@pytest.mark.parametrize(
    ("refusal", "reason"), [(standin.GONE, "consent-gone"), (standin.MOVED, "moved-house")]
)
def test_what_the_owner_must_settle_stops_the_retries(
    house: Household, refusal: standin.Refusal, reason: str
) -> None:
    since = short(house)
    connection = house.connect()
    while not house.stored() or not house.is_whole(since):
        house.sync(connection)
    before = house.stored()
    house.at += DAY
    house.holder.refusal = refusal
    assert house.sync(connection)["error"]["reason"] == reason
    state = house.state(connection)
    assert (state["state"], state["next"]) == ("action", None)
    house.at += 30 * DAY
    assert house.services.connections.due(house.services.owner) == []
    assert house.stored() == before
    house.at -= 29 * DAY
    house.holder.refusal = None
    house.services.connections.resume(house.services.owner, connection)
    house.sync(connection)
    assert house.is_whole(since)


def test_a_token_that_ends_in_the_middle(house: Household) -> None:
    since = short(house)
    connection = house.connect()
    for _ in range(6):
        house.holder.faults.append("token")  # all tokens end with the next request
        house.sync(connection)
    assert house.is_whole(since)
    tokens = [path for path in house.holder.asked if path.startswith("/oauth2/")]
    assert len(tokens) > 6


def test_a_clock_that_is_ahead_or_behind(house: Household) -> None:
    since = short(house)
    connection = house.connect()
    house.holder.now = lambda: house.at - 3 * DAY  # the pod asks for days that are not there yet
    for _ in range(6):
        house.sync(connection)
    assert len(house.stored()) > 0
    house.holder.now = lambda: house.at + DAY
    house.services.connections.resume(house.services.owner, connection)
    for _ in range(6):
        house.sync(connection)
    assert house.is_whole(since)


def test_the_quota_of_an_hour(house: Household) -> None:
    since = short(house)
    house.holder.per_hour = 8
    connection = house.connect()
    reasons = set()
    for _ in range(60):
        reasons.add((house.sync(connection).get("error") or {}).get("reason"))
        if house.stored() and house.is_whole(since):
            break
        house.at += 1900 if "quota" in reasons else 0
    assert house.is_whole(since)
    assert "quota" in reasons


@pytest.mark.parametrize("step", range(0, 30, 3))
def test_killed_anywhere_and_started_again(tmp_path: Path, step: int) -> None:
    """The process ends at the `step`-th write of a run (what is written is durable, the rest is
    gone); another one begins where the records say."""
    house = Household(tmp_path, sync_rounds=3)
    try:
        since = short(house)
        connection = house.connect("conso-api")
        while not house.services.connections.get(house.services.owner, connection)["cursor"].get(
            "known"
        ):
            house.sync(connection)
        store = house.services.space._store
        write, left = store.write, step

        class Killed(BaseException):
            pass

        def killing(work: object, *more: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return write(work, *more, **named)  # type: ignore[arg-type]

        store.write = killing  # type: ignore[method-assign,assignment]
        with contextlib.suppress(Killed):
            house.sync(connection)
        store.write = write  # type: ignore[method-assign]
        house.restart()
        for _ in range(4):
            house.sync(connection)
        assert house.is_whole(since)
    finally:
        house.services.close()
        house.holder.close()


def test_no_secret_is_in_the_data_or_in_what_is_told(house: Household) -> None:
    short(house)
    connection = house.connect()
    told = json.dumps(
        [house.sync(connection), house.services.connections.all(house.services.owner)]
    )
    log = house.services.space.journal.activities(house.services.owner, limit=100)
    told += json.dumps([dict(a.summary) for a in log])
    house.services.close()
    data = b"".join(p.read_bytes() for p in house.settings.data.rglob("*") if p.is_file())
    for secret in (standin.SECRET, *house.holder._tokens):
        assert secret not in told
        assert secret.encode() not in data
    assert standin.METER.encode() in data  # the control: what is no secret is found
    house.services = house.opened()


@pytest.mark.parametrize(
    "fault",
    [
        "redirect:http://127.0.0.1:1/",
        "redirect:http://169.254.169.254/latest",
        "endless",
        "slow",
    ],
)
def test_hostile_holders(tmp_path: Path, fault: str) -> None:
    house = Household(tmp_path, sync_rounds=1, outbound_seconds=1.5)
    try:
        short(house)
        connection = house.connect("conso-api")
        house.sync(connection)
        before, house.at = house.stored(), house.at + DAY
        house.holder.faults.append(fault)
        began = time.monotonic()
        told = house.sync(connection)
        assert time.monotonic() - began < 10
        assert told["error"]["code"] == "holder-try-later"
        assert house.stored() == before
        log = house.services.space.journal.activities(house.services.owner, limit=1)
        assert log[0].summary["connection"] == connection
        house.sync(connection)  # the control: the same holder, well again
        assert house.state(connection)["error"] is None
    finally:
        house.services.close()
        house.holder.close()


def test_what_a_connection_needs_is_asked_for(house: Household) -> None:
    services = house.services
    with pytest.raises(BadInput, match="client_secret"):
        services.connections.add(
            services.owner, "linky", "data-connect", {"usage_point_id": "1"}, {"client_id": "x"}
        )
    with pytest.raises(BadInput, match="usage_point_id"):
        services.connections.add(services.owner, "linky", "conso-api", {}, {"token": "x"})
