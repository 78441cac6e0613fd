"""A dropped file, from its bytes to documents: kept, recognised, read in the box, merged, written.

The raw file is kept first, whatever becomes of it. Its records become documents by one native merge
a class (`merge`), and all documents of an import are written in one transaction, or none is.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import PurePath
from uuid import uuid4

from pod.errors import BadFile, Interrupted, NotFound, PodError, PreconditionFailed
from pod.model import Activity, Agent, Body, Iri, Json, Verb
from pod.programs.manifest import Program
from pod.programs.merge import METERED, UNKNOWN, Merged, Source, merge_documents
from pod.programs.questions import MOST_ANSWERS, alike, answer, question
from pod.programs.reading import Reader
from pod.programs.sandbox import Sandbox
from pod.rdf.graph import TURTLE
from pod.space import Space, Write

log = logging.getLogger(__name__)

Records = Mapping[tuple[str, str], Json]

MERGE_RETRIES = 5
OVER = ("done", "failed", "asking")
TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".zip": "application/zip",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".html": "text/html",
}


class Imports:
    """Imports into one pod through the connectors among `programs`."""

    def __init__(self, space: Space, sandbox: Sandbox, programs: Mapping[str, Program]) -> None:
        self._space = space
        self._connectors = [p for p in programs.values() if p.manifest.kind == "connector"]
        self._reader = Reader(space.settings, sandbox, self._connectors)
        self._live: dict[str, Json] = {}  # how far the jobs of this process are
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="imports")
        # Told once no import waits or runs any more: what follows them needs to look only then.
        self.settled: Callable[[Agent], None] = lambda agent: None

    @property
    def busy(self) -> bool:
        """Whether an import waits or runs behind a page."""
        return bool(self._live)

    def start(self, agent: Agent, body: Body, name: str) -> str:
        """Queues an import and returns its id; `get` tells how far it is."""
        job = self._new(agent, body, name)
        self._pool.submit(self.finish, agent, job, body)
        return str(job["id"])

    def run(self, agent: Agent, body: Body, name: str, also: Records | None = None) -> Json:
        """Imports a file now. Its job says what was found, or in `error` what was wrong.

        `also`: the pod's own records that are written in the transaction of its documents, or not
        at all.
        """
        job = self._new(agent, body, name)
        self.finish(agent, job, body, also)
        return self.get(agent, str(job["id"]))

    def queue(self, agent: Agent, body: Body, name: str) -> Json:
        """A job that waits until it is given to `finish`, which may only be done once."""
        return self._new(agent, body, name)

    def get(self, agent: Agent, job: str) -> Json:
        """A job as JSON: state, progress, what was found, what was odd, what went wrong."""
        live = dict(self._live)
        found = self._space.journal.recorded(agent, "import", job)
        if found is None:
            raise NotFound("there is no such import")
        return _told(found, live)

    def all(self, agent: Agent, limit: int = 200) -> list[Json]:
        """Jobs, the newest first."""
        live = dict(self._live)
        jobs = self._space.journal.records(agent, "import", limit)
        return [_told(found, live) for _, found in jobs]

    def again(self, agent: Agent, job: str) -> str:
        """Queues the import of a file that was kept once more. Raises NotFound if it is not there.

        The import that it follows tells so, `followed` by the new one's id.
        """
        before = self.get(agent, job)
        if before["raw"] is None:
            raise NotFound("this file was not kept; drop it again")
        kept = self._space.get(agent, Iri(before["raw"]))
        after = self._new(agent, kept.body, str(before["name"]))
        followed = {**before, "followed": after["id"]}
        self._space.journal.record(agent, None, {("import", job): followed})
        self._pool.submit(self.finish, agent, after, kept.body)
        return str(after["id"])

    def answer(
        self, agent: Agent, job: str, fields: Mapping[str, object], others: Sequence[str] = ()
    ) -> str:
        """Keeps the owner's answer to what an import asks, and queues the import of the kept file
        once more, and of those of `others` that ask the same. Returns the id of the first one's.
        Raises BadInput for an answer that cannot be, NotFound where nothing is asked."""
        asked = self._asked(agent, job)
        if asked is None:
            raise NotFound("nothing is asked here")
        said = answer(asked, fields)
        asking = [(other, self._asked(agent, other)) for other in others if other != job]
        same = [(other, its) for other, its in asking if its is not None and alike(asked, its)]
        signatures = {asked["signature"], *(its["signature"] for _, its in same)}
        self._space.journal.record(agent, None, {("answer", one): said for one in signatures})
        for other, _ in same:
            self.again(agent, other)
        return self.again(agent, job)

    def _asked(self, agent: Agent, job: str) -> Json | None:
        found = self.get(agent, job)
        asking = found["state"] == "asking" and "followed" not in found
        return found.get("question") if asking else None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    # ---------------------------------------------------------------- one job

    def _new(self, agent: Agent, body: Body, name: str) -> Json:
        job: Json = {
            "id": uuid4().hex,
            "name": PurePath(name.replace("\\", "/")).name[:200] or "file",
            "size": body.size,
            "state": "waiting",
            "started": _now(),
            "ended": None,
            "read": 0,
            "total": body.size,
            "connector": None,
            "format": None,
            "documents": 0,
            "records": 0,
            "changed": 0,
            "from": None,
            "to": None,
            "problems": [],
            "found": None,
            "raw": None,
            "arrived": None,
            "repeated": False,
            "error": None,
        }
        self._live[str(job["id"])] = {}
        self._space.journal.record(agent, None, {("import", str(job["id"])): job})
        return job

    def finish(self, agent: Agent, job: Json, body: Body, also: Records | None = None) -> None:
        """Imports the file of a job that waits; what is wrong with it is kept with the job."""
        live = self._live[str(job["id"])]
        live["state"] = "recognising"
        try:
            job["sha256"] = _digest(body)
            raw = self._keep_raw(agent, job, body)
            if (before := self._same(agent, job)) is not None:
                job |= {**before, "state": "done", "ended": _now(), "repeated": True}
                self._log(agent, job, {("import", str(job["id"])): job, **(also or {})})
                return
            if body.size == 0:
                raise BadFile(f"{job['name']}: the file is empty", file=job["name"], reason="empty")
            answers = dict(self._space.journal.records(agent, "answer", MOST_ANSWERS))
            records = self._reader.read(job, body, answers, live)
            if (asked := question(records)) is not None:
                job |= {"state": "asking", "ended": _now(), "question": asked}
                self._space.journal.record(agent, None, {("import", str(job["id"])): job})
                return
            live["state"] = "merging"
            self._merge(agent, job, records, Iri(raw), also or {})
        except PodError as error:
            self._fail(agent, job, error)
        except Exception:  # a fault of ours must not look like an import that goes on for ever
            log.exception("import %s", job["id"])
            self._fail(agent, job, PodError("something went wrong here; the server's log names it"))
        finally:
            self._live.pop(str(job["id"]), None)
        if not self._live:
            self.settled(agent)

    def _fail(self, agent: Agent, job: Json, error: PodError) -> None:
        job |= {"state": "failed", "ended": _now(), "error": _fault(error)}
        self._log(agent, job, {("import", str(job["id"])): job})

    def _keep_raw(self, agent: Agent, job: Json, body: Body) -> Iri:
        """Keeps the file as it came under a name of its own; the same bytes are kept once."""
        kept = self._space.journal.recorded(agent, "raw", job["sha256"])
        if kept is not None and self._space.exists(agent, self._space.iri_of(kept["path"])):
            job["raw"] = self._space.iri_of(kept["path"])
            job["arrived"] = kept.get("arrived", job["started"])
            self._space.journal.record(agent, None, {("import", str(job["id"])): job})
            return Iri(job["raw"])
        stem, suffix = PurePath(job["name"]).stem, PurePath(job["name"]).suffix.lower()
        path = f"/imports/{_slug(stem)}-{job['sha256'][:8]}{suffix if suffix in TYPES else ''}"
        iri = job["raw"] = self._space.iri_of(path)
        self._space.put(agent, iri, body, TYPES.get(suffix, "application/octet-stream"))
        job["arrived"] = job["started"]
        value = {"path": path, **{k: job[k] for k in ("name", "size", "arrived")}}
        # With the job, so that it can be tried again if the server ends from here on.
        self._space.journal.record(
            agent, None, {("raw", job["sha256"]): value, ("import", str(job["id"])): job}
        )
        return iri

    def _same(self, agent: Agent, job: Json) -> Json | None:
        """What an earlier import of the same bytes by the same program found, if it still stands."""
        done = self._space.journal.recorded(agent, "imported", job["sha256"])
        if done is None or done["digest"] not in {p.digest for p in self._connectors}:
            return None
        if not all(self._space.exists(agent, self._space.iri_of(p)) for p in done["paths"]):
            return None
        result: Json = done["job"]
        return {**result, "documents": 0}

    def _merge(self, agent: Agent, job: Json, records: list[Json], raw: Iri, also: Records) -> None:
        for _ in range(MERGE_RETRIES):
            versions: dict[str, int] = {}
            path, arrived = self._space.relative(raw), f"{job['arrived'][:19]}Z"
            source = Source(path, job["sha256"], job["name"], arrived=arrived)
            merged = merge_documents(
                records,
                source,
                self._existing(agent, versions),
                zone=self._space.settings.time_zone,
                known_meters={home: self._meters(agent, home) for home in METERED},
            )
            job |= _found(merged)
            done = {**job, "state": "done", "ended": _now()}
            writes = [
                Write(self._space.iri_of(path), body, TURTLE, versions.get(path, 0))
                for path, body in merged.writes.items()
            ]
            imported = {
                "digest": job["digest"],
                "paths": sorted(versions.keys() | merged.writes.keys()),
                "job": {k: job[k] for k in _REPEATED},
            }
            try:
                self._log(
                    agent,
                    done,
                    {
                        ("import", str(job["id"])): done,
                        ("imported", job["sha256"]): imported,
                        **also,
                    },
                    writes,
                )
                job |= done
                return
            except PreconditionFailed:
                continue  # somebody wrote a month between our reading and our writing: merge again
        raise PreconditionFailed("the documents keep changing; try again")

    def _meters(self, agent: Agent, path: str) -> list[str]:
        """The meters that the pod has documents of, as their containers are called."""
        home = self._space.iri_of(path)
        if not self._space.exists(agent, home):
            return []
        names = [member.iri.name for member in self._space.list(agent, home)]
        return [name for name in names if name != UNKNOWN]

    def _existing(self, agent: Agent, versions: dict[str, int]) -> Callable[[str], bytes | None]:
        def read(path: str) -> bytes | None:
            try:
                found = self._space.get(agent, self._space.iri_of(path), TURTLE)
            except NotFound:
                return None
            versions[path] = found.resource.version
            return found.body.read(self._space.settings.max_rdf_bytes)

        return read

    def _log(
        self,
        agent: Agent,
        job: Json,
        records: Mapping[tuple[str, str], Json],
        writes: list[Write] | None = None,
    ) -> None:
        summary = {
            k: job.get(k) for k in ("id", "name", "format", "documents", "records", "from", "to")
        }
        summary |= {"problems": len(job["problems"]), "changed": job["changed"]}
        if job["error"]:
            summary |= {"error": job["error"]["code"], **job["error"]["facts"]}
        if job.get("repeated"):
            summary["repeated"] = True
        raw = Iri(job["raw"]) if job["raw"] else None
        activity = Activity(Verb.IMPORT, agent, raw, job["connector"], summary)
        self._space.put_all(agent, writes or [], activity, records)


def _told(job: Json, live: Mapping[str, Json]) -> Json:
    """A job as it is now. `live` was read before the record, so that one that ends between the two
    is over in its record; one that neither is over nor known here died with its server."""
    if job["state"] in OVER:
        return job
    if (now := live.get(str(job["id"]))) is not None:
        return {**job, **now}
    error = Interrupted("the server ended in the middle of this import; nothing was half-written")
    return {**job, "state": "failed", "error": _fault(error)}


def _fault(error: PodError) -> Json:
    return {"code": error.code, "detail": error.detail, "facts": error.facts}


_REPEATED = ("connector", "format", "records", "from", "to", "problems", "found", "digest")


def _found(merged: Merged) -> Json:
    return {
        "documents": len(merged.writes),
        "records": merged.found.readings,
        "changed": len(merged.changed),
        "from": merged.found.first,
        "to": merged.found.last,
        "found": merged.found.as_json(),
    }


def _digest(body: Body) -> str:
    digest = hashlib.sha256()
    for chunk in body.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-")[:80] or "file"


def _now() -> str:
    return datetime.now(UTC).isoformat()
