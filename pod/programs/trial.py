"""The sample household: generated files that come in by the same door as anybody's.

It fills an empty pod, so that a visitor sees at once what the pod does with a real person's files,
and can be cleared again to start with one's own.
"""

from __future__ import annotations

import tempfile
import threading
from datetime import date, timedelta
from pathlib import Path

from pod.errors import Conflict
from pod.model import Activity, Agent, Body, Iri, Json, Verb
from pod.programs.consents import Consents
from pod.programs.imports import Imports
from pod.programs.runs import Runs
from pod.sample import write_household, write_statements
from pod.sample_gas import write_gas
from pod.sample_rights import write_rights
from pod.sample_trips import write_trips
from pod.space import Space

APPS = (
    "ma_situation_sociale",
    "coach_co2",
    "my_smart_home",
)  # the home page shows the last one run
HOMES = (
    *("/energy/", "/finance/", "/benefits/", "/household/", "/mobility/"),
    *("/apps/", "/imports/"),
)


class Trial:
    """Fills a pod with a fictitious household, and empties it of that again."""

    def __init__(self, space: Space, imports: Imports, consents: Consents, runs: Runs) -> None:
        self._space = space
        self._imports = imports
        self._consents = consents
        self._runs = runs
        self._lock = threading.Lock()
        self._filling = 0  # threads of this process that do

    @property
    def busy(self) -> bool:
        """Whether the sample is being filled in or cleared."""
        return self._filling > 0 or self._lock.locked()

    def state(self, agent: Agent) -> Json | None:
        """{"state": filling|ready|failed} while the pod holds the sample, else None."""
        filling = self._filling
        found = self._space.journal.recorded(agent, "trial", "household")
        if found is not None and found["state"] == "filling" and not filling:
            return {"state": "failed", "error": "the server ended in the middle"}
        return found

    def fill(self, agent: Agent, until: date | None = None) -> list[Json]:
        """Generates, imports, agrees and runs; returns the import jobs. Conflict if there is data."""
        self._filling += 1
        try:
            return self._fill(agent, until)
        finally:
            self._filling -= 1

    def _fill(self, agent: Agent, until: date | None) -> list[Json]:
        with self._lock:
            if self._imports.all(agent, 1):
                raise Conflict("the pod holds data already; the sample wants an empty one")
            self._keep(agent, {"state": "filling"})
            with tempfile.TemporaryDirectory() as folder:
                end = until or date.today() - timedelta(days=1)  # noqa: DTZ011  (a sample's last day)
                files = write_household(Path(folder), until=end)
                files += write_gas(Path(folder), until=end)
                files += write_statements(Path(folder), until=end, days=730)[:1]
                files += write_rights(Path(folder), until=end)
                files += write_trips(Path(folder), until=end)
                jobs = [self._imports.run(agent, self._staged(f), f.name) for f in files]
            for app in APPS:
                self._consents.accept(agent, app)
                self._runs.run(agent, app)
            self._keep(agent, {"state": "ready"})
            return jobs

    def start(self, agent: Agent) -> None:
        """`fill` behind a page: `state` and the import jobs tell how far it is."""
        self._filling += 1
        self._keep(agent, {"state": "filling"})
        threading.Thread(target=self._fill_quietly, args=(agent,), name="trial").start()

    def clear(self, agent: Agent) -> None:
        """Removes what the sample brought, so that the owner starts with an empty pod."""
        with self._lock:
            for app in APPS:
                if self._consents.active(agent, app):
                    self._consents.revoke(agent, app)
            for path in HOMES:
                self._remove(agent, self._space.iri_of(path))
                self._space.versions.erase(agent, self._space.iri_of(path))
            for kind in ("import", "imported", "raw", "run"):
                for name, _ in self._space.journal.records(agent, kind, 10_000):
                    self._space.journal.record(agent, None, {(kind, name): None})
            activity = Activity(Verb.UNDO, agent, None, None, {"trial": "cleared"})
            self._space.journal.record(agent, activity, {("trial", "household"): None})

    def _staged(self, file: Path) -> Body:
        with file.open("rb") as open_file:
            return self._space.stage(iter(lambda: open_file.read(1 << 16), b""))

    def _remove(self, agent: Agent, home: Iri) -> None:
        if self._space.exists(agent, home):
            for member in self._space.list(agent, home):
                if member.iri.is_container:
                    self._remove(agent, member.iri)
                else:
                    self._space.delete(agent, member.iri)
            self._space.delete(agent, home)

    def _fill_quietly(self, agent: Agent) -> None:
        try:
            self.fill(agent)
        except Exception as error:  # the page shows it; a thread has nobody else to tell
            self._keep(agent, {"state": "failed", "error": str(error)})
            raise
        finally:
            self._filling -= 1

    def _keep(self, agent: Agent, state: Json) -> None:
        self._space.journal.record(agent, None, {("trial", "household"): state})
