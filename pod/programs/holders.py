"""Connections to data holders: what the owner agreed to there, asked again and again.

A fetcher runs in the box and sees no secret: tokens are got, kept sealed and added out here, on
requests to the hosts that its manifest declares. What came is imported like a dropped file, and how
far it reaches (the cursor) is written in the transaction of its documents: a crash at any moment
only asks for the same again, and the same answers change nothing.
"""

from __future__ import annotations

import base64
import json
import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

from pod.errors import (
    ActionNeeded,
    BadInput,
    HolderError,
    NotAllowed,
    NotFound,
    PeerError,
    PodError,
    TryLater,
)
from pod.model import Activity, Agent, Body, Json, Verb
from pod.outbound import Answer, Outbound
from pod.programs.imports import Imports
from pod.programs.manifest import Program, Service
from pod.programs.sandbox import Fetched, Sandbox
from pod.space import Space
from pod.storage.vault import Vault

log = logging.getLogger(__name__)

KIND = "connection"
DAY = 86400.0
JITTER = 0.1  # of the time between two runs, so that not all ask at once
RENEWED_BEFORE = 60.0  # seconds: a token that ends sooner is renewed first
FACT = 200
SECRETS = {"token": ("token",), "client": ("client_id", "client_secret"), "none": ()}  # by `auth`
_PASSED = ("content-type", "retry-after", "location")
_SENT = ("accept", "content-type")


class Connections:
    """Connections of one pod. `clock` gives the time in seconds since 1970."""

    def __init__(
        self,
        space: Space,
        sandbox: Sandbox,
        programs: Mapping[str, Program],
        imports: Imports,
        outbound: Outbound,
        vault: Vault,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._space = space
        self._sandbox = sandbox
        self._programs = programs
        self._imports = imports
        self._outbound = outbound
        self._vault = vault
        self._clock = clock
        self._one = threading.Lock()
        self._waiting: set[str] = set()  # connections that a page wants run
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="connections")
        self._asked: dict[str, deque[float]] = {}  # when each connection asked, in the last hour

    @property
    def busy(self) -> bool:
        """Whether a connection is run, or waits for it."""
        return bool(self._waiting) or self._one.locked()

    def start(self, agent: Agent, connection: str) -> None:
        """Runs it behind a page; once, however often it is asked for meanwhile."""
        self.get(agent, connection)
        if connection not in self._waiting:
            self._waiting.add(connection)
            self._pool.submit(self._behind, agent, connection)

    def _behind(self, agent: Agent, connection: str) -> None:
        try:
            self.sync(agent, connection)
        except Exception:  # a thread has nobody else to tell
            log.exception("connection %s", connection)
        finally:
            self._waiting.discard(connection)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def add(self, agent: Agent, connector: str, service: str, facts: Json, secrets: Json) -> Json:
        """A new connection, due at once. `secrets`: those of `SECRETS`.
        Raises NotFound, BadInput."""
        program, found = self._service(connector, service)
        wanted = SECRETS[found.auth]
        for given, names in ((facts, found.facts), (secrets, wanted)):
            for name in names:
                value = given.get(name)
                if not isinstance(value, str) or not 0 < len(value.strip()) <= FACT * 20:
                    raise BadInput(f"{name} is missing", field=name)
        connection: Json = {
            "id": uuid4().hex,
            "connector": program.manifest.name,
            "service": found.id,
            "facts": {n: str(facts[n]).strip()[:FACT] for n in found.facts},
            "state": "active",
            "made": self._at(0),
            "consent_until": self._at(found.consent_days * DAY) if found.consent_days else None,
            "next": self._at(0),
            "tries": 0,
            "error": None,
            "last": None,
            "cursor": {},
        }
        connection["sealed"] = self._seal(connection, {n: str(secrets[n]).strip() for n in wanted})
        activity = Activity(Verb.ADD, agent, None, connector, {"connection": connection["id"]})
        self._keep(agent, connection, activity)
        return _shown(connection)

    def all(self, agent: Agent) -> list[Json]:
        """Connections without their secrets, the newest first."""
        return [_shown(c) for _, c in self._space.journal.records(agent, KIND)]

    def get(self, agent: Agent, connection: str) -> Json:
        return _shown(self._found(agent, connection))

    def remove(self, agent: Agent, connection: str) -> None:
        """Forgets it and its secrets; what it brought stays."""
        found = self._found(agent, connection)
        activity = Activity(Verb.UNDO, agent, None, found["connector"], {"connection": found["id"]})
        self._space.journal.record(agent, activity, {(KIND, connection): None})

    def resume(self, agent: Agent, connection: str, secrets: Json | None = None) -> Json:
        """The owner did what was needed: it is due at once, with new `secrets` if there are any."""
        found = self._found(agent, connection)
        _, service = self._service(found["connector"], found["service"])
        if secrets:
            found["sealed"] = self._seal(found, {k: str(v).strip() for k, v in secrets.items()})
        if service.consent_days:
            found["consent_until"] = self._at(service.consent_days * DAY)
        found |= {"state": "active", "error": None, "tries": 0, "next": self._at(0)}
        self._keep(agent, found)
        return _shown(found)

    def due(self, agent: Agent) -> list[str]:
        """Connections that are to be run now."""
        now = self._at(0)
        return [c["id"] for c in self.all(agent) if c["state"] == "active" and c["next"] <= now]

    # ---------------------------------------------------------------- one run

    def sync(self, agent: Agent, connection: str) -> Json:
        """Runs it now, and says {"connection","state","answers","records","documents","error"?}."""
        with self._one:
            found = self._found(agent, connection)
            told: Json = {"connection": connection, "answers": 0, "records": 0, "documents": 0}
            try:
                for _ in range(self._space.settings.sync_rounds):
                    if not self._round(agent, found, told):
                        break
            except HolderError as error:
                self._stopped(agent, found, error)
            except (PeerError, PodError) as error:
                later = TryLater(error.detail, reason=error.code)
                self._stopped(agent, found, later)
            else:
                _, service = self._service(found["connector"], found["service"])
                every = service.every_hours * 3600.0
                wait = every * (1 + random.uniform(0, JITTER))  # noqa: S311  (no secret)
                found |= {"tries": 0, "error": None, "state": "active", "next": self._at(wait)}
                found["last"] = self._at(0)
                self._keep(agent, found)
            wrong = {"error": found["error"]} if found["error"] else {}
            return {**told, "state": found["state"], **wrong}

    def _round(self, agent: Agent, found: Json, told: Json) -> bool:
        """One run of the fetcher, what it brought and its cursor; whether there is more."""
        program, service = self._service(found["connector"], found["service"])
        assert program.manifest.fetcher is not None  # noqa: S101  (it has services)
        kept: list[tuple[str, bytes]] = []
        session = _Session(self, service, found)
        zone = ZoneInfo(self._space.settings.time_zone)
        today = datetime.fromtimestamp(self._clock(), zone).date().isoformat()
        given = {**found["cursor"], "today": today, "facts": found["facts"], "service": service.id}
        outcome = self._sandbox.run_fetcher(
            program,
            given,
            frozenset(service.origins),
            session.fetch,
            lambda name, body: kept.append((name, body)),
            entry=program.manifest.fetcher,
        )
        cursor = outcome.result.get("cursor")
        if not isinstance(cursor, dict):
            raise TryLater("the fetcher returned no cursor", reason="cursor")
        stopped, more = cursor.pop("stopped", None), bool(cursor.pop("more", False))
        found["cursor"] = {
            k: v for k, v in cursor.items() if k not in ("today", "facts", "service")
        }
        self._import(agent, found, kept, told)
        if isinstance(stopped, list) and len(stopped) == 2:
            kind = ActionNeeded if stopped[0] == "action" else TryLater
            raise kind(f"the holder said: {stopped[1]}", reason=str(stopped[1])[:80])
        return more

    def _import(self, agent: Agent, found: Json, kept: list[tuple[str, bytes]], told: Json) -> None:
        """The cursor goes into the transaction of the last answer's documents: after a crash before
        it, all are asked again, and those that were written are recognised by their bytes."""
        record = {(KIND, found["id"]): found}
        for number, (name, body) in enumerate(kept):
            also = record if number == len(kept) - 1 else None
            job = self._imports.run(agent, Body.of(body), name, also)
            if job["error"]:
                raise TryLater(str(job["error"]["detail"]), reason="malformed")
            told["answers"] += 1
            told["records"] += job["records"]
            told["documents"] += job["documents"]
        if not kept:
            self._space.journal.record(agent, None, record)

    def _stopped(self, agent: Agent, found: Json, error: HolderError) -> None:
        """ActionNeeded ends the retries until the owner resumes; TryLater waits longer each time."""
        # Of the cursor, what is stored counts: what this run had in mind may not have been written.
        found["cursor"] = self._found(agent, found["id"])["cursor"]
        found["tries"] += 1
        reason = error.facts.get("reason") or error.code
        found["error"] = {"code": error.code, "detail": error.detail[:300], "reason": reason}
        if isinstance(error, ActionNeeded):
            found |= {"state": "action", "next": None}
        else:
            first = self._space.settings.sync_retry_seconds
            wait = min(first * 2 ** min(found["tries"] - 1, 20), DAY)
            found["next"] = self._at(wait * (1 + random.uniform(0, JITTER)))  # noqa: S311
        summary = {"connection": found["id"], "error": error.code, "reason": reason}
        self._keep(agent, found, Activity(Verb.REFUSE, agent, None, found["connector"], summary))

    # ---------------------------------------------------------------- requests

    def exchange(self, service: Service, found: Json, method: str, url: str, **more: Any) -> Answer:
        """One request within the holder's quotas. Raises TryLater, PeerError."""
        asked = self._asked.setdefault(found["id"], deque(maxlen=service.per_hour))
        now = time.monotonic()
        if len(asked) == service.per_hour and now - asked[0] < 3600:
            raise TryLater("the holder's quota of this hour is used up", reason="quota")
        if len(asked) >= service.per_second:
            time.sleep(max(0.0, asked[-service.per_second] + 1.0 - now))
        asked.append(time.monotonic())
        return self._outbound.request(method, self._real(url), **more)

    def secrets(self, found: Json) -> Json:
        sealed = base64.b64decode(found["sealed"])
        opened: Json = json.loads(self._vault.open(sealed, _context(found)))
        return opened

    def now(self) -> float:
        return self._clock()

    @property
    def most_bytes(self) -> int:
        return self._space.settings.sync_bytes

    def _real(self, url: str) -> str:
        """A stand-in's address where the development setting names one."""
        for pair in self._space.settings.holder_hosts.split(","):
            said, _, meant = pair.strip().partition("=")
            if meant and url.startswith(said + "/"):
                return meant + url[len(said) :]
        return url

    # ---------------------------------------------------------------- records

    def _service(self, connector: str, service: str) -> tuple[Program, Service]:
        program = self._programs.get(connector)
        for found in program.manifest.services if program else ():
            if program and found.id == service:
                return program, found
        raise NotFound(f"there is no service {service!r} of {connector!r}")

    def _found(self, agent: Agent, connection: str) -> Json:
        found = self._space.journal.recorded(agent, KIND, connection)
        if found is None:
            raise NotFound(f"there is no connection {connection!r}")
        return found

    def _seal(self, found: Json, secrets: Json) -> str:
        sealed = self._vault.seal(json.dumps(secrets).encode(), _context(found))
        return base64.b64encode(sealed).decode()

    def _keep(self, agent: Agent, found: Json, activity: Activity | None = None) -> None:
        self._space.journal.record(agent, activity, {(KIND, str(found["id"])): found})

    def _at(self, seconds: float) -> str:
        return (datetime.fromtimestamp(self._clock(), UTC) + timedelta(seconds=seconds)).isoformat()


class _Session:
    """The requests of one run, with what opens the holder's door."""

    def __init__(self, connections: Connections, service: Service, found: Json) -> None:
        self._connections = connections
        self._service = service
        self._found = found
        self._token = ""
        self._ends = 0.0
        self._bytes = 0

    def fetch(self, request: Json) -> Fetched:
        """One request of the fetcher's, to a declared origin. A token that the holder no longer
        takes is renewed once."""
        method = str(request.get("method", "GET"))
        if method not in ("GET", "POST"):
            raise NotAllowed("only GET and POST")
        answer = self._ask(method, request)
        if answer.status == 401 and self._service.auth == "client":
            self._ends = 0.0
            answer = self._ask(method, request)
        self._bytes += len(answer.body)
        if self._bytes > self._connections.most_bytes:
            raise TryLater("the holder answered more than one run may bring", reason="too-large")
        told = {k: v for k, v in answer.headers.items() if k in _PASSED}
        return Fetched(answer.status, told, answer.body)

    def _ask(self, method: str, request: Json) -> Answer:
        given = request.get("headers")
        given = given if isinstance(given, dict) else {}
        headers = {k.lower(): str(v) for k, v in given.items() if k.lower() in _SENT}
        if self._service.auth != "none":
            headers["authorization"] = f"Bearer {self._bearer()}"
        body = str(request.get("body") or "").encode()
        return self._connections.exchange(
            self._service, self._found, method, request["url"], headers=headers, body=body
        )

    def _bearer(self) -> str:
        secrets = self._connections.secrets(self._found)
        if self._service.auth == "token":
            return str(secrets["token"])
        if self._connections.now() >= self._ends - RENEWED_BEFORE:
            self._renew(secrets)
        return self._token

    def _renew(self, secrets: Json) -> None:
        """Client credentials, https://www.rfc-editor.org/rfc/rfc6749#section-4.4"""
        name = f"{secrets['client_id']}:{secrets['client_secret']}".encode()
        headers = {
            "authorization": f"Basic {base64.b64encode(name).decode()}",
            "content-type": "application/x-www-form-urlencoded",
        }
        form = urlencode({"grant_type": "client_credentials"}).encode()
        url = str(self._service.token_url)
        answer = self._connections.exchange(
            self._service, self._found, "POST", url, headers=headers, body=form
        )
        if answer.status in (400, 401, 403):
            raise ActionNeeded("the holder refuses the client's secret", reason="client-refused")
        try:
            said = json.loads(answer.body)
            self._token, lasts = str(said["access_token"]), float(said.get("expires_in", 300))
        except (ValueError, KeyError, TypeError):
            host = urlsplit(url).hostname
            raise TryLater(f"{host} gave no token ({answer.status})", reason="token") from None
        self._ends = self._connections.now() + max(lasts, 2 * RENEWED_BEFORE)


def _context(found: Json) -> str:
    return f"connection {found['id']}"


def _shown(found: Json) -> Json:
    return {k: v for k, v in found.items() if k != "sealed"}
