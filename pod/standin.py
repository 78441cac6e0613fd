"""A stand-in for Enedis Data Connect v5 and for a gateway, on loopback: for tests and for trying out.

It answers with the limits, errors and oddities of the real thing, over readings that are a function
of the time alone. What goes wrong is told by its attributes. It serves nobody's data.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
STEP = timedelta(minutes=30)
WINDOW = 7  # days a call of a load curve
HISTORY = 24 * 30 + 15 + 15  # days: 24 months and 15 days
METER = "00000000000000"
CLIENT, SECRET, TOKEN = "demo", "demo-secret", "demo-gateway-token"
CLC = "/metering_data_clc/v5/consumption_load_curve"
PLC = "/metering_data_plc/v5/production_load_curve"
GATEWAY = "/api/consumption_load_curve"

Refusal = tuple[int, str, str]
GONE: Refusal = (
    403,
    "ADAM-DC-0008",
    "No consent can be found for this customer and this usage point",
)
MOVED: Refusal = (403, "ADAM-DC-0007", "The customer has moved from this usage point")
EARLY: Refusal = (400, "ADAM-DC-0009", "The start date is before the customer's consent")
LONG: Refusal = (400, "ADAM-DC-0015", "The requested period cannot be over 7 days")
OLD: Refusal = (400, "ADAM-DC-0016", "The requested period is too old")
OFF: Refusal = (400, "STM-ERR-0000014", "The load curve is not activated on this usage point")
ABSENT: Refusal = (404, "no_data_found", "No measure found for this usage point")


class Holder:
    """A holder that listens from `start` to `close`. `now` is its own clock."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.refusal: Refusal | None = None  # of every reading, until it is None again
        self.consented_on: date | None = None  # nothing before it is given
        self.token_seconds = 3600.0
        self.per_hour = 10_000
        self.faults: deque[str] = deque()  # of the next requests: a status, or how it misbehaves
        self.asked: list[str] = []  # paths and queries, as they came
        self._tokens: dict[str, float] = {}
        self._hour: deque[float] = deque()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"holder": self})
        )
        self._server.daemon_threads = True

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Holder:
        threading.Thread(target=self._server.serve_forever, name="stand-in", daemon=True).start()
        return self

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forget_tokens(self) -> None:
        """As when they end before they said."""
        self._tokens.clear()

    # ---------------------------------------------------------------- answers

    def token(self, authorization: str, form: dict[str, list[str]]) -> tuple[int, Any]:
        given = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {given}" or form.get("grant_type") != ["client_credentials"]:
            return 401, {"error": "invalid_client"}
        token = secrets.token_urlsafe(16)
        self._tokens[token] = self.now() + self.token_seconds
        return 200, {
            "access_token": token, "token_type": "Bearer", "expires_in": int(self.token_seconds),
        }  # fmt: skip

    def reading(self, path: str, bearer: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        gateway = path == GATEWAY
        if gateway and bearer != TOKEN:
            return 403, {"error": "forbidden"}
        if not gateway and self._tokens.get(bearer, 0.0) <= self.now():
            return 401, {"error": "invalid_token"}
        if self._over():
            return 429, {"error": "ADAM-ERR0069", "error_description": "Too many requests"}
        wrong = self.refusal
        try:
            meter = query["prm" if gateway else "usage_point_id"][0]
            start, end = (date.fromisoformat(query[key][0]) for key in ("start", "end"))
        except (KeyError, ValueError):
            return 400, {"error": "ADAM-ERR0001", "error_description": "bad parameters"}
        wrong = wrong or self._refused(path, meter, start, end)
        if wrong:
            return wrong[0], {"error": wrong[1], "error_description": wrong[2]}
        body = curve(meter, start, end)
        return 200, body if gateway else {"meter_reading": body}

    def _refused(self, path: str, meter: str, start: date, end: date) -> Refusal | None:
        today = datetime.fromtimestamp(self.now(), PARIS).date()
        if meter != METER:
            return GONE
        if path == PLC:
            return ABSENT
        if not start < end <= today:
            return 400, "ADAM-ERR0002", "The end is after yesterday"
        if end - start > timedelta(days=WINDOW):
            return LONG
        if start < today - timedelta(days=HISTORY):
            return OLD
        return EARLY if self.consented_on and start < self.consented_on else None

    def _over(self) -> bool:
        now = self.now()
        while self._hour and self._hour[0] <= now - 3600:
            self._hour.popleft()
        if len(self._hour) >= self.per_hour:
            return True
        self._hour.append(now)
        return False


def watts(start: datetime) -> int:
    """What was drawn in the half hour from `start` (UTC) on."""
    return 150 + int(start.timestamp()) // 1800 * 7919 % 2500


def half_hours(start: date, end: date) -> list[datetime]:
    """Starts (UTC) of the half hours of local days, `end` excluded: 46, 48 or 50 a day."""
    first, last = (
        datetime(d.year, d.month, d.day, tzinfo=PARIS).astimezone(UTC) for d in (start, end)
    )
    return [first + STEP * n for n in range(int((last - first) / STEP))]


def curve(meter: str, start: date, end: date) -> dict[str, Any]:
    """`date` is the END of the step on the local clock, naive: autumn's hour comes twice."""
    return {
        "usage_point_id": meter,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "quality": "BRUT",
        "reading_type": {"measurement_kind": "power", "unit": "W", "aggregate": "average"},
        "interval_reading": [
            {
                "value": str(watts(at)),
                "date": f"{(at + STEP).astimezone(PARIS):%Y-%m-%d %H:%M:%S}",
                "interval_length": "PT30M",
                "measure_type": "B",
            }
            for at in half_hours(start, end)
        ],
    }


class _Handler(BaseHTTPRequestHandler):
    holder: Holder

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.holder.asked.append(self.path)
        if self.holder.faults and self._misbehaves(self.holder.faults.popleft()):
            return
        if parts.path not in (CLC, PLC, GATEWAY):
            return self._say(404, {"error": "no_such_path"})
        bearer = (self.headers.get("authorization") or "").removeprefix("Bearer ")
        self._say(*self.holder.reading(parts.path, bearer, parse_qs(parts.query)))

    def do_POST(self) -> None:
        size = min(int(self.headers.get("content-length") or 0), 1 << 16)
        form = parse_qs(self.rfile.read(size).decode("utf-8", "replace"))
        self.holder.asked.append(self.path)
        if urlsplit(self.path).path != "/oauth2/v3/token":
            return self._say(404, {"error": "no_such_path"})
        self._say(*self.holder.token(self.headers.get("authorization") or "", form))

    def _misbehaves(self, fault: str) -> bool:
        """`503`, `malformed`, `redirect:URL`, `endless`, `slow`, `cut`, `token` (which forgets
        all tokens and then answers)."""
        kind, _, where = fault.partition(":")
        if kind == "token":
            self.holder.forget_tokens()
            return False
        if kind.isdecimal():
            self._say(int(kind), {"error": "server_error"})
        elif kind == "malformed":
            self._send(200, b'{"meter_reading": {"interval_reading": [{"val')
        elif kind == "redirect":
            self.send_response(302)
            self.send_header("location", where)
            self.end_headers()
        else:
            self._streams(kind)
        return True

    def _streams(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        if kind == "cut":
            self.send_header("content-length", "100000")
        self.end_headers()
        try:
            for _ in range(1 if kind == "cut" else 100_000):
                self.wfile.write(b" " * (1 << 16 if kind == "endless" else 1))
                self.wfile.flush()
                if kind == "slow":
                    time.sleep(0.1)
        except OSError:  # the other side had enough
            return

    def _say(self, status: int, value: Any) -> None:
        self._send(status, json.dumps(value).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return
