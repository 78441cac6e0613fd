"""The owner's agreement to a program: shown before the first run, kept, narrowed, taken back.

Accepting writes the ACL grants that the program needs and the record that narrows them, in one
transaction; revoking removes both. Without a record in force the program reaches nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import uuid4

from pod.access.wac import write_acl
from pod.errors import BadInput, NotFound
from pod.model import AccessMode, Activity, Agent, Grant, Iri, Json, Verb, Who
from pod.programs.manifest import Program
from pod.programs.merge import HOMES
from pod.programs.narrow import checked
from pod.rdf.graph import TURTLE
from pod.rdf.terms import DOM
from pod.space import Space, Write

READS = frozenset({AccessMode.READ})
OWNS = frozenset({AccessMode.READ, AccessMode.WRITE})
MOST_MONTHS = 240
_TOLD = ("since", "until", "months", "time", "place", "money", "refused")  # in the log


class Consents:
    """Agreements of one pod with the programs in `programs` (by name)."""

    def __init__(self, space: Space, programs: Mapping[str, Program]) -> None:
        self._space = space
        self._programs = programs

    def needs(self, agent: Agent, name: str) -> Json:
        """The summary of the data needed [bilan des données nécessaires], as JSON for the page."""
        manifest = self._program(name).manifest
        queries = []
        for query in manifest.queries:
            documents: set[Iri] = set()
            for kind in query.classes:
                documents.update(self._space.find(agent, str(DOM[kind])))
            queries.append(
                {
                    "name": query.name,
                    "reference": query.reference,
                    "what": query.what,
                    "why": query.why,
                    "classes": list(query.classes),
                    "columns": list(query.columns),
                    "sparql": query.sparql,
                    "documents": len(documents),
                    "without": query.without,
                }
            )
        return {
            "program": name,
            "version": manifest.version,
            "digest": self._program(name).digest,
            "purpose": manifest.purpose,
            "yields": manifest.yields,
            "queries": queries,
        }

    def active(self, agent: Agent, name: str) -> Json | None:
        """The agreement in force, if any: for this very version of the program, or for one of the
        same publisher's that asks for the same."""
        consent = self._space.journal.recorded(agent, "consent", name)
        if consent is None or consent["revoked"]:
            return None
        program = self._program(name)
        vouched = program.key is not None and program.key == consent.get("key")
        same = consent["digest"] == program.digest or (
            vouched and program.asks == consent.get("asks")
        )
        return consent if same else None

    def recent(self, agent: Agent, name: str) -> Json | None:
        """The last agreement there was, revoked or not, or for another version."""
        return self._space.journal.recorded(agent, "consent", name)

    def draft(
        self,
        name: str,
        since: date | None = None,
        until: date | None = None,
        months: int | None = None,
        limits: Json | None = None,
    ) -> Json:
        """A consent that is not given yet: what `accept` would record. Raises BadInput."""
        if since and until and since > until:
            raise BadInput("the period ends before it starts", field="period")
        if months is not None and not 1 <= months <= MOST_MONTHS:
            raise BadInput(f"a period has 1 to {MOST_MONTHS} months", field="period")
        program = self._program(name)
        chosen = checked(limits or {})
        for query in program.manifest.queries:
            if query.name in chosen["refused"] and query.without is None:
                raise BadInput("this app cannot do without that", field=query.name)
        return {
            "id": uuid4().hex,
            "program": name,
            "digest": program.digest,
            "asks": program.asks,
            "key": program.key,
            "version": program.manifest.version,
            "purpose": program.manifest.purpose,
            "since": since.isoformat() if since else None,
            "until": until.isoformat() if until else None,
            "months": months,
            **chosen,
        }

    def all(self, agent: Agent) -> list[Json]:
        """Every agreement there was, the newest first."""
        return [value for _, value in self._space.journal.records(agent, "consent")]

    def accept(
        self,
        agent: Agent,
        name: str,
        since: date | None = None,
        until: date | None = None,
        *,
        months: int | None = None,
        limits: Json | None = None,
    ) -> Json:
        """Agrees to what `needs` shows, for local days `since` to `until` (None: no limit), or for
        the last `months`, within `limits`: {"time","place","money": how exact, "refused": names of
        queries, "without": {query: predicates left out}}."""
        program = self._program(name)
        consent: Json = {
            **self.draft(name, since, until, months, limits),
            "needs": self.needs(agent, name)["queries"],
            "accepted": datetime.now(UTC).isoformat(),
            "expires": None,
            "revoked": None,
        }
        writes = []
        for home in self._homes(program):
            writes += self._grant(agent, home, name, READS)
        writes += self._grant(agent, self.results(name), name, OWNS)
        self._space.put_all(
            agent,
            writes,
            Activity(
                Verb.ACCEPT,
                agent,
                self.results(name),
                name,
                {key: consent[key] for key in _TOLD} | {"consent": consent["id"]},
            ),
            {("consent", name): consent},
        )
        return consent

    def revoke(self, agent: Agent, name: str, *, erase: bool = False) -> None:
        """Takes the agreement back; `erase` also deletes what the program has yielded."""
        consent = self._space.journal.recorded(agent, "consent", name)
        if consent is None or consent["revoked"]:
            raise NotFound("there is no agreement to take back", program=name)
        writes = [
            write
            for home in (*self._homes(self._program(name)), self.results(name))
            for write in self._ungrant(agent, home, name)
        ]
        revoked = {**consent, "revoked": datetime.now(UTC).isoformat()}
        activity = Activity(Verb.UNDO, agent, self.results(name), name, {"consent": consent["id"]})
        self._space.put_all(agent, writes, activity, {("consent", name): revoked})
        if erase:
            self.erase(agent, name)

    def erase(self, agent: Agent, name: str) -> None:
        """Deletes what the program has yielded, earlier versions too."""
        if not self._space.exists(agent, self.results(name)):
            return
        for member in self._space.list(agent, self.results(name)):
            self._space.delete(agent, member.iri)
            self._space.versions.erase(agent, member.iri)

    def results(self, name: str) -> Iri:
        """The container of its own where a program's results go."""
        return self._space.iri_of(f"/apps/{name}/")

    def has_data(self, agent: Agent, name: str) -> bool:
        """Whether the pod has a container of any class that the program may ask for."""
        homes = self._homes(self._program(name))
        return any(self._space.exists(agent, home) for home in homes)

    def _program(self, name: str) -> Program:
        if name not in self._programs:
            raise NotFound(f"there is no program {name!r}", program=name)
        return self._programs[name]

    def _homes(self, program: Program) -> list[Iri]:
        kinds = {kind for query in program.manifest.queries for kind in query.classes}
        return sorted({self._space.iri_of(HOMES[kind]) for kind in kinds})

    def _grant(
        self, agent: Agent, home: Iri, name: str, modes: frozenset[AccessMode]
    ) -> list[Write]:
        program = self._space.program(name).webid
        added = [Grant(Who.AGENT, program, home, below, modes) for below in (False, True)]
        return [
            *self._made(agent, home),
            self._rules(home, [*self._others(agent, home, program), *added]),
        ]

    def _ungrant(self, agent: Agent, home: Iri, name: str) -> list[Write]:
        if self._made(agent, home):
            return []
        others = self._others(agent, home, self._space.program(name).webid)
        return [self._rules(home, others)]

    def _rules(self, home: Iri, grants: list[Grant]) -> Write:
        return Write(home.acl, write_acl(tuple(grants), home.acl, self._space.root), TURTLE)

    def _made(self, agent: Agent, home: Iri) -> list[Write]:
        """What makes the container, where it is not there yet."""
        return [] if self._space.exists(agent, home) else [Write(home, b"", TURTLE)]

    def _others(self, agent: Agent, home: Iri, program: str | None) -> list[Grant]:
        """The rules of `home` without those for `program`; inherited ones become its own."""
        rights = self._space.rights(agent, home)
        grants = [g for g in rights.grants if g.iri != program]
        if not rights.inherited:
            return grants
        return [
            Grant(g.who, g.iri, home, below, g.modes)
            for g in grants
            if g.inherit
            for below in (False, True)
        ]
