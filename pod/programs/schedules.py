"""When apps run by themselves: each day, each week, or once what they read has changed.

A schedule is a record of the pod. It never runs what its owner has not agreed to: while no agreement
is in force it rests, and goes on with the next one.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pod.errors import BadInput, NotAllowed, NotFound
from pod.model import Activity, Agent, Json, Verb
from pod.programs.consents import Consents
from pod.programs.manifest import Program
from pod.programs.merge import HOMES
from pod.programs.runs import Runs
from pod.space import Space

KIND = "schedule"  # of the records
EVERY = {"day": timedelta(days=1), "week": timedelta(days=7)}
WHEN = ("hand", "day", "week", "change")
PAGE = 200  # changes that are read at once


class Schedules:
    """Of one pod's apps. `due` is called from time to time, by one thread."""

    def __init__(
        self, space: Space, programs: Mapping[str, Program], consents: Consents, runs: Runs
    ) -> None:
        self._space = space
        self._programs = programs
        self._consents = consents
        self._runs = runs

    def get(self, agent: Agent, name: str) -> Json:
        """{"when","next","seen"}: `next` is the earliest moment of the next run (None: not by the
        clock), `seen` the position of the log up to which changes were looked at."""
        found = self._space.journal.recorded(agent, KIND, name)
        return found or {"when": "hand", "next": None, "seen": 0}

    def set(self, agent: Agent, name: str, when: str) -> Json:
        """Runs `name` by `hand`, each `day` or `week`, or on `change`. Raises BadInput, NotFound."""
        if name not in self._programs or self._programs[name].manifest.kind != "app":
            raise NotFound(f"there is no app {name!r}", program=name)
        if when not in WHEN:
            raise BadInput(f"an app runs by {', '.join(WHEN)}", field="when")
        record = self._next(when, datetime.now(UTC))
        activity = Activity(Verb.UPDATE, agent, None, name, {"schedule": when})
        self._space.journal.record(agent, activity, {(KIND, name): record})
        return record

    def drop(self, agent: Agent, name: str) -> None:
        """Forgets it, with the app."""
        self._space.journal.record(agent, None, {(KIND, name): None})

    def run_due(self, agent: Agent, now: datetime | None = None) -> list[str]:
        """Starts what is due; the names. What is paused stays due."""
        moment = now or datetime.now(UTC)
        started = []
        for name, record in self._space.journal.records(agent, KIND):
            if name not in self._programs or not self._consents.active(agent, name):
                continue
            by = self._due(agent, name, record, moment)
            if by is None:
                continue
            self._keep(agent, name, self._next(record["when"], moment))
            try:
                self._runs.start(agent, name, by=by)
            except NotAllowed:  # revoked at this very moment
                continue
            started.append(name)
        return started

    def _due(self, agent: Agent, name: str, record: Json, now: datetime) -> str | None:
        if record["next"] is not None and now < datetime.fromisoformat(record["next"]):
            return None
        if record["when"] in EVERY:
            return "schedule"
        if record["when"] != "change":
            return None
        seen, changed = self._changes(name, int(record["seen"]))
        if not changed and seen > record["seen"]:
            self._keep(agent, name, {**record, "seen": seen})
        return "change" if changed else None

    def _changes(self, name: str, seen: int) -> tuple[int, bool]:
        """The last change that was looked at after `seen`, and whether any is of a document where the
        app's classes are: access rules are none of its data."""
        kinds = {kind for query in self._programs[name].manifest.queries for kind in query.classes}
        head = self._space.changes.head()
        for home in sorted({HOMES[kind] for kind in kinds}):
            at = seen
            while True:
                with self._space.changes.read(at, PAGE, self._space.iri_of(home)) as batch:
                    events = batch.events
                if any(not e.iri.is_auxiliary and not e.iri.is_container for e in events):
                    return head, True
                if len(events) < PAGE:
                    break
                at = events[-1].id
        return head, False

    def _next(self, when: str, now: datetime) -> Json:
        """Spread over the first tenth of the time, so that not all pods of a server start at once."""
        gap = EVERY.get(when)
        if gap is not None:
            later = now + gap + gap / 10 * random.random()  # noqa: S311  (no secret)
        elif when == "change":
            later = now + timedelta(seconds=self._space.settings.run_gap_seconds)
        moment = later.isoformat() if when != "hand" else None
        return {"when": when, "next": moment, "seen": self._space.changes.head()}

    def _keep(self, agent: Agent, name: str, record: Json) -> None:
        self._space.journal.record(agent, None, {(KIND, name): record})
