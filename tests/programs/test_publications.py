"""Public data kept up to date: a stand-in that answers as the publishers do, and as they should not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pod import server
from pod.config import Settings
from pod.errors import BadInput, NotFound
from pod.model import Body
from pod.programs.publications import HOME, Publications
from pod.programs.reference import References
from pod.server import HERE
from pod.services import Services

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
TOWN = {"north": "45,76", "east": "4.86"}


class StandIn:
    """Answers `/v1/archive` as Open-Meteo does and `/api/joursTempo` as api-couleur-tempo.fr does;
    `fault`: a status, or what is answered instead."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fault: int | bytes | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                status, body = outer.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str) -> tuple[int, bytes]:
        if isinstance(self.fault, int):
            return self.fault, b"{}"
        if isinstance(self.fault, bytes):
            return 200, self.fault
        asked = {k: v[0] for k, v in parse_qs(urlsplit(path).query).items()}
        found = self.tempo(asked) if path.startswith("/api/") else self.archive(asked)
        return 200, json.dumps(found).encode()

    def archive(self, asked: dict[str, str]) -> Any:
        day, last = (date.fromisoformat(asked[k]) for k in ("start_date", "end_date"))
        days = [(day + timedelta(n)) for n in range((last - day).days + 1)]
        late = date(2026, 11, 24) - timedelta(days=3)
        return {
            "latitude": float(asked["latitude"]) + 0.02,  # the middle of a cell of its grid
            "longitude": float(asked["longitude"]) - 0.03,
            "daily_units": {"time": "iso8601", "temperature_2m_mean": "°C"},
            "daily": {
                "time": [d.isoformat() for d in days],
                "temperature_2m_mean": [None if d > late else d.day / 2 for d in days],
            },
        }

    def tempo(self, asked: dict[str, str]) -> Any:
        year = int(asked["periode"][:4])
        day, found = date(year, 9, 1), []
        while day <= min(date(year + 1, 8, 31), date(2026, 11, 26)):
            code = 0 if day > date(2026, 11, 25) else 3 if (day.month, day.day) == (1, 15) else 1
            found.append(
                {"dateJour": day.isoformat(), "codeJour": code, "periode": asked["periode"]}
            )
            day += timedelta(days=1)
        return found

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def publisher() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    settings = replace(
        Settings(),
        data=tmp_path / "data",
        vault_key_file=str(tmp_path / "key"),
        outbound_loopback=True,
    )
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def publications(services: Services, publisher: StandIn, at: float = NOW) -> Publications:
    shipped = References((HERE / "vocab" / "reference",))
    origins = dict.fromkeys(("temperatures", "tempo-days"), publisher.origin)
    return Publications(services.space, shipped, services.outbound, lambda: at, origins)


def test_nothing_is_asked_before_it_is_agreed_to(services: Services, publisher: StandIn) -> None:
    found = publications(services, publisher)
    assert found.due(services.owner) == []
    with pytest.raises(NotFound):
        found.refresh(services.owner, "temperatures")
    with pytest.raises(NotFound):
        found.agree(services.owner, "tariffs", {})
    assert publisher.asked == [] and found.get("temperatures")["rows"] == []


def test_three_years_of_temperatures_then_a_week(services: Services, publisher: StandIn) -> None:
    found, me = publications(services, publisher), services.owner
    found.agree(me, "temperatures", TOWN)
    assert found.due(me) == ["temperatures"]
    told = found.refresh(me, "temperatures")
    assert (told["changed"], told["error"]) == (True, None) and found.due(me) == []
    (asked,) = publisher.asked
    assert "latitude=45.8&longitude=4.9" in asked, "the place is told to 10 km, and no closer"
    rows = found.get("temperatures")["rows"]
    assert len(rows) == told["rows"] == 365 * 3 + 1 - 2
    assert rows[-1] == ["2026-11-21", 10.5] and found.get("temperatures")["to"] == "2026-11-21"
    later = publications(services, publisher, NOW + 7 * 86400 + 1)
    assert later.due(me) == ["temperatures"]
    later.refresh(me, "temperatures")
    assert "start_date=2026-11-16&end_date=2026-11-30" in publisher.asked[-1]
    iri = services.space.iri_of(f"{HOME}temperatures.json")
    assert services.space.exists(me, iri), "kept as the pod's own document"
    elsewhere = publications(services, publisher)
    elsewhere.agree(me, "temperatures", {"north": 48.9, "east": 2.3})
    elsewhere.refresh(me, "temperatures")
    assert "start_date=2023-11-" in publisher.asked[-1], "another town begins anew"
    assert elsewhere.get("temperatures")["at"] == [48.9, 2.3]
    elsewhere.stop(me, "temperatures")
    assert elsewhere.due(me) == [] and elsewhere.get("temperatures")["rows"]


def test_tempo_days_are_added_and_unknown_ones_left_out(
    services: Services, publisher: StandIn
) -> None:
    found, me = publications(services, publisher), services.owner
    before = found.get("tempo-days")["rows"]
    found.agree(me, "tempo-days", {})
    assert found.refresh(me, "tempo-days")["changed"]
    rows = found.get("tempo-days")["rows"]
    assert rows[: len(before) - 2] == before[:-2], "seasons that were not asked for stay"
    assert rows[-2] == ["2025-09-01", "2026-08-31", "", "2026-01-15"]
    assert rows[-1] == ["2026-09-01", "2026-11-25", "", ""]
    assert not found.refresh(me, "tempo-days")["changed"], "the same again writes nothing"


@pytest.mark.parametrize(
    "fault",
    [
        *(404, 429, 500, 302),
        *(b"", b"<html>", b"null", b"[]", b"{}", b"[" * 100_000),
        b'{"daily_units": {"temperature_2m_mean": "\\u00b0F"},'
        b' "daily": {"time": [], "temperature_2m_mean": []}}',
        b'{"latitude": 45.8, "longitude": 4.9, "daily_units": {"temperature_2m_mean": "\xc2\xb0C"},'
        b' "daily": {"time": ["2026-11-01"], "temperature_2m_mean": [900]}}',
        b'{"latitude": 5, "longitude": 4.9, "daily_units": {"temperature_2m_mean": "\xc2\xb0C"},'
        b' "daily": {"time": ["2026-11-01"], "temperature_2m_mean": [9]}}',
        b'{"latitude": 45.8, "longitude": 4.9, "daily_units": {"temperature_2m_mean": "\xc2\xb0C"},'
        b' "daily": {"time": ["<script>"], "temperature_2m_mean": [9]}}',
        b" " * (5 << 20),
    ],
    ids=lambda fault: str(fault)[:24],
)
def test_a_publisher_that_errs_changes_nothing(
    services: Services, publisher: StandIn, fault: int | bytes
) -> None:
    found, me = publications(services, publisher), services.owner
    found.agree(me, "temperatures", TOWN)
    found.refresh(me, "temperatures")
    before = found.get("temperatures")
    publisher.fault = fault
    told = found.refresh(me, "temperatures")
    assert told["error"] and not told["changed"]
    assert found.get("temperatures") == before
    again = publications(services, publisher, NOW + 6 * 3600)
    assert again.due(me) == ["temperatures"], "and is asked again six hours later"
    publisher.fault = None
    assert again.refresh(me, "temperatures")["error"] is None


@pytest.mark.parametrize(
    "fault",
    [
        b'[{"dateJour": "2026-09-01", "codeJour": 0}]',
        b'[{"dateJour": "2026-09-02", "codeJour": 1}]',
        b'[{"dateJour": "2026-09-01", "codeJour": [1]}]',
        b'[{"dateJour": 1e999, "codeJour": 1}]',
        b"[[]]",
    ],
)
def test_tempo_days_that_are_none_change_nothing(
    services: Services, publisher: StandIn, fault: bytes
) -> None:
    found, me = publications(services, publisher), services.owner
    before = found.get("tempo-days")
    found.agree(me, "tempo-days", {})
    publisher.fault = fault
    assert found.refresh(me, "tempo-days")["error"]
    assert found.get("tempo-days") == before


@pytest.mark.parametrize(
    "place",
    [{"north": "x", "east": 0}, {"north": 91, "east": 0}, {"north": 1, "east": "nan"}, {"east": 1}],
)
def test_what_is_nowhere_is_refused(
    services: Services, publisher: StandIn, place: dict[str, Any]
) -> None:
    found = publications(services, publisher)
    with pytest.raises(BadInput):
        found.agree(services.owner, "temperatures", place)
    assert found.due(services.owner) == []


def test_an_own_document_that_is_no_reference_is_not_used(
    services: Services, publisher: StandIn
) -> None:
    found = publications(services, publisher)
    iri = services.space.iri_of(f"{HOME}tariffs.json")
    services.space.put(services.owner, iri, Body.of(b"[1, 2]"), "application/json")
    assert found.get("tariffs")["id"] == "tariffs"
