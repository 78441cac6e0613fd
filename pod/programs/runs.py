"""Runs of apps: the box asks declared queries, the pod answers within the owner's consent.

A run reads as the program's own agent, so that the ACL, the manifest and the consent all have to
agree; its result and where it came from (PROV-O) are written in one transaction with the log.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

from pod.errors import Interrupted, NotAllowed, NotFound, PodError
from pod.model import Activity, Agent, Iri, Json, Verb
from pod.programs.answers import Answers, preview
from pod.programs.consents import Consents
from pod.programs.manifest import Program
from pod.programs.reference import Known
from pod.programs.sandbox import Outcome, Sandbox
from pod.rdf.graph import TURTLE
from pod.space import Space, Write

log = logging.getLogger(__name__)

OVER = ("done", "failed")


class Runs:
    """Runs of the apps in `programs`, one at a time, in the foreground or behind a page."""

    def __init__(
        self,
        space: Space,
        sandbox: Sandbox,
        programs: Mapping[str, Program],
        consents: Consents,
        references: Known,
    ) -> None:
        self._space = space
        self._sandbox = sandbox
        self._programs = programs
        self._consents = consents
        self._references = references
        self._live: set[str] = set()  # the runs of this process
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="runs")

    @property
    def busy(self) -> bool:
        """Whether a run waits or goes on behind a page."""
        return bool(self._live)

    def start(
        self, agent: Agent, name: str, params: Json | None = None, *, by: str = "owner"
    ) -> str:
        """Queues a run and returns its id; NotAllowed at once where there is no consent. `by` is
        what started it: `owner`, `schedule`, `change`."""
        run = self._new(agent, name, by)
        self._pool.submit(self._finish, agent, run, params or {})
        return str(run["id"])

    def follow(self, agent: Agent, reference: str) -> None:
        """Runs again what has a result and was worked out with a reference that has changed."""
        for name, program in self._programs.items():
            reads = any(query.reference == reference for query in program.manifest.queries)
            if reads and self.all(agent, name) and self._consents.active(agent, name):
                self.start(agent, name, by="change")

    def run(self, agent: Agent, name: str, params: Json | None = None) -> Json:
        """Runs an app and returns its result. Raises ProgramError, NotAllowed, NotFound."""
        run = self._new(agent, name)
        self._finish(agent, run, params or {}, aloud=True)
        return self.result(agent, name)

    def get(self, agent: Agent, run: str) -> Json:
        live = set(self._live)
        found = self._space.journal.recorded(agent, "run", run)
        if found is None:
            raise NotFound("there is no such run")
        return _told(found, live)

    def all(self, agent: Agent, name: str | None = None) -> list[Json]:
        """Run records, the newest first."""
        live = set(self._live)
        runs = (_told(value, live) for _, value in self._space.journal.records(agent, "run"))
        return [run for run in runs if name in (None, run["program"])]

    def result(self, agent: Agent, name: str) -> Json:
        """The latest result of an app. Raises NotFound before its first run."""
        iri = Iri(self._consents.results(name) + "result.json")
        body = self._space.get(agent, iri).body
        result: Json = json.loads(body.read(self._space.settings.run_result_bytes * 2))
        return result

    def preview(self, agent: Agent, consent: Json) -> Json:
        """What `answers.preview` says of a draft of a consent. For the owner."""
        self._space.journal.only_owner(agent)
        program = self._programs[consent["program"]]
        return preview(self._space, self._references, consent, program, agent)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _new(self, agent: Agent, name: str, by: str = "owner") -> Json:
        program = self._programs.get(name)
        if program is None or program.manifest.kind != "app":
            raise NotFound(f"there is no app {name!r}", program=name)
        if self._consents.active(agent, name) is None:
            activity = Activity(
                Verb.REFUSE, agent, None, name, {"reason": "no-consent", "program": name}
            )
            self._space.journal.record(agent, activity, {})
            raise NotAllowed("the owner has not agreed to what this app reads", program=name)
        run: Json = {
            "id": uuid4().hex,
            "program": name,
            "version": program.manifest.version,
            "digest": program.digest,
            "by": by,
            "state": "waiting",
            "started": datetime.now(UTC).isoformat(),
            "ended": None,
            "audit": None,
            "error": None,
        }
        self._live.add(str(run["id"]))
        self._keep(agent, run)
        return run

    def _keep(self, agent: Agent, run: Json, activity: Activity | None = None) -> None:
        self._space.journal.record(agent, activity, {("run", str(run["id"])): run})

    def _finish(self, agent: Agent, run: Json, params: Json, *, aloud: bool = False) -> None:
        try:
            program = self._programs.get(run["program"])
            if program is None or program.digest != run["digest"]:
                raise NotAllowed("the app was changed or removed before its turn came")
            self._keep(agent, {**run, "state": "running"})
            consent = self._consents.active(agent, run["program"]) or {}

            def agreed() -> None:
                """A run is of one agreement: not of none, nor of a later one, perhaps narrower."""
                now = self._consents.active(agent, run["program"]) or {}
                if not now or now["id"] != consent.get("id"):
                    raise NotAllowed("the owner has taken back what this run was agreed to")

            answers = Answers(self._space, self._references, consent, program, agreed)
            try:
                outcome = self._sandbox.run_app(program, params, answers)
                _count(outcome.audit, answers)
            except PodError as error:
                _count(error.facts.get("audit") or {}, answers)
                raise
            try:
                agreed()
                self._store(run, program, outcome, answers.used)
            except PodError as error:
                error.facts |= {"audit": outcome.audit}
                raise
        except PodError as error:
            self._fail(agent, run, error)
            if aloud:
                raise
        except Exception:  # a fault of ours must not look like a run that goes on for ever
            log.exception("run %s", run["id"])
            fault = PodError("something went wrong here; the server's log names it")
            self._fail(agent, run, fault)
            if aloud:
                raise fault from None
        finally:
            self._live.discard(str(run["id"]))

    def _fail(self, agent: Agent, run: Json, error: PodError) -> None:
        audit = error.facts.pop("audit", None)
        failed = {
            **run, "state": "failed", "ended": _now(), "audit": audit, "error": _fault(error)
        }  # fmt: skip
        summary = {"run": run["id"], "error": error.code, **_refused(audit)}
        actor = self._space.program(run["program"])
        self._keep(agent, failed, Activity(Verb.RUN, actor, None, run["program"], summary))

    def _store(self, run: Json, program: Program, outcome: Outcome, used: set[Iri]) -> None:
        name = run["program"]
        actor = self._space.program(name)
        home = self._consents.results(name)
        done = {**run, "state": "done", "ended": _now(), "audit": outcome.audit}
        body = json.dumps(outcome.result, ensure_ascii=False, separators=(",", ":")).encode()
        done["result_bytes"] = len(body)
        summary = {
            "run": run["id"],
            "by": run["by"],
            "documents": len(used),
            "queries": [call["name"] for call in outcome.audit["calls"]],
            **_refused(outcome.audit),
        }
        self._space.put_all(
            actor,
            [
                Write(Iri(home + "result.json"), body, "application/json"),
                Write(Iri(home + "result.ttl"), _provenance(self._space, done, used), TURTLE),
            ],
            Activity(Verb.RUN, actor, Iri(home + "result.json"), name, summary),
            {("run", str(run["id"])): done},
        )


def _count(audit: Json, answers: Answers) -> None:
    """Says of each question that was answered how many rows there were."""
    left = {name: list(counts) for name, counts in answers.rows.items()}
    for call in audit.get("calls") or ():
        if not call.get("refused") and left.get(call["name"]):
            call["rows"] = left[call["name"]].pop(0)


def _told(run: Json, live: set[str]) -> Json:
    """A run as it is now: one that is neither over nor of this process died with its server."""
    if run["state"] in OVER or run["id"] in live:
        return run
    error = Interrupted("the server ended in the middle of this run; no result was written")
    return {**run, "state": "failed", "error": _fault(error)}


def _fault(error: PodError) -> Json:
    return {"code": error.code, "detail": error.detail, "facts": error.facts}


def _provenance(space: Space, run: Json, used: set[Iri]) -> bytes:
    """PROV-O of a result (https://www.w3.org/TR/prov-o/): what ran, when, on which documents."""
    documents = ", ".join(f"<{space.relative(iri)}>" for iri in sorted(used))
    derived = f";\n prov:wasDerivedFrom {documents}" if documents else ""
    return f"""@prefix prov: <http://www.w3.org/ns/prov#>.
@prefix xsd: <http://www.w3.org/2001/XMLSchema#>.
@prefix schema: <https://schema.org/>.
<result.json> a prov:Entity; prov:wasGeneratedBy <#run-{run["id"]}>{derived}.
<#run-{run["id"]}> a prov:Activity; prov:wasAssociatedWith <#program>;
 prov:startedAtTime "{run["started"]}"^^xsd:dateTime;
 prov:endedAtTime "{run["ended"]}"^^xsd:dateTime.
<#program> a prov:SoftwareAgent; schema:name "{run["program"]}";
 schema:softwareVersion "{run["version"]}"; schema:identifier "{run["digest"]}".
""".encode()


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _refused(audit: Json | None) -> Json:
    refused = [call["name"] for call in (audit or {}).get("calls", ()) if call.get("refused")]
    return {"refused": refused} if refused else {}
