"""Public reference data that the owner keeps up to date: temperatures of a town, colours of Tempo days.

Shipped references work offline. One that its owner has agreed to refresh is asked of its publisher once
a week, and kept as the pod's own document `/references/NAME.json`, with its earlier versions.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from pod.errors import BadInput, NotFound, PeerError, PodError
from pod.model import Activity, Agent, Json, Verb
from pod.outbound import Outbound
from pod.programs.reference import MOST_BYTES, References, checked
from pod.space import Space, Write

HOME = "/references/"
WEEK = timedelta(days=7)
LATER = timedelta(hours=6)  # after a publisher did not answer
YEARS = 3  # of temperatures, at first
LATE_DAYS = 5  # until which the archive may be empty
SEASONS = 3  # of Tempo days that are asked for: older ones are shipped
ANSWER = 4 << 20
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COLOURS = {1: "blue", 2: "white", 3: "red"}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a reference. `asks(facts, known, today)` are the addresses below
    `origin`, `reads(facts, known, answers)` what of the reference is new: its rows, its first and
    its last day."""

    reference: str
    origin: str
    source: str
    license: str
    asks: Callable[[Json, Json, date], list[str]]
    reads: Callable[[Json, Json, Sequence[Any]], Json]
    place: bool = False  # whether it has to know about where

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc


class Publications:
    """The references of one pod: its own documents, then those of `shipped`. `origins`: other
    addresses for publishers (tests have stand-ins)."""

    def __init__(
        self,
        space: Space,
        shipped: References,
        outbound: Outbound,
        clock: Callable[[], float] = time.time,
        origins: dict[str, str] | None = None,
    ) -> None:
        self._space = space
        self._shipped = shipped
        self._outbound = outbound
        self._clock = clock
        self._origins = origins or {}
        self._one = threading.Lock()

    def get(self, name: str) -> Json:
        """As `References.get`: the pod's own where it can be read, else the shipped one."""
        return self._own(name) or self._shipped.get(name)

    def all(self, agent: Agent) -> list[Json]:
        """{"reference", "own", "refresh": {"host","place","facts","next","refreshed","error"} |
        None}: every reference, and how it is kept up to date."""
        found = []
        for name in self._shipped.names():
            publisher = PUBLISHERS.get(name)
            kept = self._space.journal.recorded(agent, "reference", name)
            about = publisher and {"host": publisher.host, "place": publisher.place}
            found.append(
                {
                    "reference": self.get(name),
                    "own": self._own(name) is not None,
                    "refresh": about and {**about, **(kept or {}), "agreed": kept is not None},
                }
            )
        return found

    def agree(self, agent: Agent, name: str, facts: Json) -> None:
        """Asks the publisher now, and once a week from now on. Raises BadInput, NotFound."""
        publisher = _publisher(name)
        given: Json = {}
        if publisher.place:
            given = {"north": _degrees(facts, "north", 90), "east": _degrees(facts, "east", 180)}
        kept = {"facts": given, "refreshed": None, "error": None}
        activity = Activity(Verb.ACCEPT, agent, None, None, {"asked": publisher.host})
        at = {"next": self._clock()}
        self._space.journal.record(agent, activity, {("reference", name): {**kept, **at}})

    def stop(self, agent: Agent, name: str) -> None:
        """Asks no more. What is known stays."""
        publisher = _publisher(name)
        activity = Activity(Verb.UNDO, agent, None, None, {"asked": publisher.host})
        self._space.journal.record(agent, activity, {("reference", name): None})

    def due(self, agent: Agent) -> list[str]:
        """What is to be asked for now."""
        listed = self._space.journal.records(agent, "reference")
        return [name for name, kept in listed if kept["next"] <= self._clock()]

    def refresh(self, agent: Agent, name: str) -> Json:
        """Asks once: {"rows": how many there are, "changed", "error"}. A publisher that does not
        answer as it says, or answers less than is known, changes nothing."""
        publisher = _publisher(name)
        with self._one:
            kept = self._space.journal.recorded(agent, "reference", name)
            if kept is None:
                raise NotFound("nobody agreed to ask for this", reference=name)
            try:
                changed = self._asked(agent, publisher, kept["facts"])
            except PodError as error:
                told = {"error": error.code, "next": self._clock() + LATER.total_seconds()}
                self._space.journal.record(agent, None, {("reference", name): {**kept, **told}})
                return {"rows": len(self.get(name)["rows"]), "changed": False, "error": error.code}
            told = {"error": None, "next": self._clock() + WEEK.total_seconds()}
            told["refreshed"] = datetime.fromtimestamp(self._clock(), UTC).isoformat()
            self._space.journal.record(agent, None, {("reference", name): {**kept, **told}})
            return {"rows": len(self.get(name)["rows"]), "changed": changed, "error": None}

    def _asked(self, agent: Agent, publisher: Publisher, facts: Json) -> bool:
        known = self.get(publisher.reference)
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        origin = self._origins.get(publisher.reference, publisher.origin)
        answers = []
        for path in publisher.asks(facts, known, today):
            answer = self._outbound.request("GET", origin + path, most_bytes=ANSWER)
            if answer.status != 200:
                raise PeerError(f"{publisher.host} answered {answer.status}")
            answers.append(_json(answer.body, publisher.host))
        try:
            new = publisher.reads(facts, known, answers)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            raise PeerError(f"{publisher.host} did not answer as it says") from None
        if {**known, **new} == known:
            return False
        said = {"source": publisher.source, "license": publisher.license}
        body = json.dumps({**known, **said, **new}, ensure_ascii=False, indent=1).encode()
        if len(body) > MOST_BYTES:
            raise PeerError(f"{publisher.host} answered too much")
        iri = self._space.iri_of(f"{HOME}{publisher.reference}.json")
        told = {"asked": publisher.host, "rows": len(new["rows"])}
        activity = Activity(Verb.UPDATE, agent, iri, None, told)
        self._space.put_all(agent, [Write(iri, body, "application/json")], activity)
        return True

    def _own(self, name: str) -> Json | None:
        try:
            found = self._space.get(self._space.owner, self._space.iri_of(f"{HOME}{name}.json"))
            return checked(found.body.read(MOST_BYTES), f"{name}.json")
        except (NotFound, BadInput):
            return None


def _publisher(name: str) -> Publisher:
    if name not in PUBLISHERS:
        raise NotFound("nobody publishes this", reference=name)
    return PUBLISHERS[name]


def _degrees(facts: Json, key: str, most: int) -> float:
    """Rounded to a tenth, about 10 km: more is nobody's business."""
    try:
        value = float(str(facts.get(key, "")).strip().replace(",", "."))
    except ValueError:
        raise BadInput("that is no number of degrees", field=key) from None
    if not -most <= value <= most:
        raise BadInput("that is nowhere on Earth", field=key)
    return round(value, 1)


def _json(body: bytes, host: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise PeerError(f"{host} did not answer with JSON") from None


def _day(value: Any) -> str:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("not a day")
    return date.fromisoformat(value).isoformat()


# ---------------------------------------------------------------- temperatures


def _ask_temperatures(facts: Json, known: Json, today: date) -> list[str]:
    """The daily means since the last known one (https://open-meteo.com/en/docs/historical-weather-api).
    Those of the last days may still change, and are asked again."""
    last = today - timedelta(days=1)
    days = [row[0] for row in known["rows"]]
    first = last - timedelta(days=365 * YEARS)
    if days and known.get("at") == [facts["north"], facts["east"]]:
        first = min(date.fromisoformat(max(days)) - timedelta(days=LATE_DAYS), last)
    asked = {
        "latitude": facts["north"],
        "longitude": facts["east"],
        "start_date": first.isoformat(),
        "end_date": last.isoformat(),
        "daily": "temperature_2m_mean",
        "timezone": "Europe/Paris",
    }
    return ["/v1/archive?" + urlencode(asked)]


def _read_temperatures(facts: Json, known: Json, answers: Sequence[Any]) -> Json:
    (answer,) = answers
    if answer["daily_units"]["temperature_2m_mean"] != "°C":
        raise ValueError("not in degrees Celsius")
    days, means = answer["daily"]["time"], answer["daily"]["temperature_2m_mean"]
    at = [facts["north"], facts["east"]]
    if any(
        abs(float(answer[k]) - v) > 1 for k, v in zip(("latitude", "longitude"), at, strict=True)
    ):
        raise ValueError("of another place")
    rows = {row[0]: row[1] for row in known["rows"]} if known.get("at") == at else {}
    for day, mean in zip(days, means, strict=True):
        if mean is not None:
            if not -90 <= float(mean) <= 60:
                raise ValueError("no temperature on Earth")
            rows[_day(day)] = float(mean)
    if not rows:
        raise ValueError("nothing known")
    return {
        "rows": [[day, rows[day]] for day in sorted(rows)],
        "from": min(rows),
        "to": max(rows),
        "at": at,
    }


# ---------------------------------------------------------------- Tempo


def _ask_tempo(facts: Json, known: Json, today: date) -> list[str]:
    """The last seasons, 1 September to 31 August (https://www.api-couleur-tempo.fr/api)."""
    newest = today.year if today.month >= 9 else today.year - 1
    seasons = [f"{y}-{y + 1}" for y in range(newest - SEASONS + 1, newest + 1)]
    return ["/api/joursTempo?" + urlencode({"periode": season}) for season in seasons]


def _read_tempo(facts: Json, known: Json, answers: Sequence[Any]) -> Json:
    """One row a season: [first, last known day, white days, red days]."""
    rows = {row[0]: row for row in known["rows"]}
    for answer in answers:
        if not answer:
            continue
        days = {_day(one["dateJour"]): _COLOURS.get(one["codeJour"]) for one in answer}
        known_days = sorted(day for day, colour in days.items() if colour)
        first = date.fromisoformat(known_days[0])
        if (first.month, first.day) != (9, 1):
            raise ValueError("a season begins on 1 September")
        last = first
        while (last + timedelta(days=1)).isoformat() in known_days:
            last += timedelta(days=1)
        within = [day for day in known_days if day <= last.isoformat()]
        listed = [" ".join(d for d in within if days[d] == c) for c in ("white", "red")]
        old = rows.get(first.isoformat())
        if old is None or old[1] <= last.isoformat():
            rows[first.isoformat()] = [first.isoformat(), last.isoformat(), *listed]
    ordered = [rows[first] for first in sorted(rows)]
    return {"rows": ordered, "from": ordered[0][0], "to": ordered[-1][1]}


PUBLISHERS = {
    one.reference: one
    for one in (
        Publisher(
            "temperatures",
            "https://archive-api.open-meteo.com",
            "Open-Meteo, ERA5 (Copernicus)",
            "CC BY 4.0",
            _ask_temperatures,
            _read_temperatures,
            place=True,
        ),
        Publisher(
            "tempo-days",
            "https://www.api-couleur-tempo.fr",
            "RTE, by api-couleur-tempo.fr",
            "facts",
            _ask_tempo,
            _read_tempo,
        ),
    )
}
