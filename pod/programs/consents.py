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
from pod.rdf.graph import TURTLE
from pod.rdf.terms import DOM
from pod.space import Space, Write

READS = frozenset({AccessMode.READ})
OWNS = frozenset({AccessMode.READ, AccessMode.WRITE})


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
        """The agreement in force for this very version of the program, if any."""
        consent = self._space.journal.recorded(agent, "consent", name)
        if consent is None or consent["revoked"]:
            return None
        return consent if consent["digest"] == self._program(name).digest else None

    def all(self, agent: Agent) -> list[Json]:
        """Every agreement there was, the newest first."""
        return [value for _, value in self._space.journal.records(agent, "consent")]

    def accept(
        self, agent: Agent, name: str, since: date | None = None, until: date | None = None
    ) -> Json:
        """Agrees to what `needs` shows, for local days `since` to `until` (None: no limit)."""
        if since and until and since > until:
            raise BadInput("the period ends before it starts")
        program = self._program(name)
        consent: Json = {
            "id": uuid4().hex,
            "program": name,
            "digest": program.digest,
            "version": program.manifest.version,
            "purpose": program.manifest.purpose,
            "needs": self.needs(agent, name)["queries"],
            "since": since.isoformat() if since else None,
            "until": until.isoformat() if until else None,
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
                {"since": consent["since"], "until": consent["until"], "consent": consent["id"]},
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
            for member in self._space.list(agent, self.results(name)):
                self._space.delete(agent, member.iri)

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
