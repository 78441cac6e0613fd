"""A drop: files, folders and archives that came in together, each an import of its own.

Its record names the imports; what became of each stands in theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

from pod.errors import BadFile, Interrupted, NotFound, PodError
from pod.model import Agent, Body, Json
from pod.programs.bundles import Limits, members
from pod.programs.imports import OVER, Imports
from pod.space import Space

log = logging.getLogger(__name__)

KIND = "drop"
MOST_TRIES = 20  # imports of one file that follow each other
SAVED_EVERY = 20  # members that are unpacked between two records of how far it is


class Drops:
    """Drops into one pod, one after the other."""

    def __init__(self, space: Space, imports: Imports) -> None:
        self._space = space
        self._imports = imports
        self._live: set[str] = set()  # the drops of this process
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="drops")

    @property
    def busy(self) -> bool:
        return bool(self._live)

    def start(self, agent: Agent, given: Sequence[tuple[str, Body]]) -> str:
        """Queues what was dropped and returns the drop's id; `get` tells how far it is."""
        drop = self._new(agent, [name for name, _ in given])
        self._pool.submit(self._finish, agent, drop, given)
        return str(drop["id"])

    def run(self, agent: Agent, given: Sequence[tuple[str, Body]]) -> Json:
        """Imports what was dropped now."""
        drop = self._new(agent, [name for name, _ in given])
        self._finish(agent, drop, given)
        return self.get(agent, str(drop["id"]))

    def get(self, agent: Agent, drop: str) -> Json:
        """{"id","state","started","ended","names","files":[{"name","job"|"error"}],"error"}, each
        file with its `job` as `Imports.get` gives it. Raises NotFound."""
        live = set(self._live)
        found = self._space.journal.recorded(agent, KIND, drop)
        if found is None:
            raise NotFound("there is no such drop")
        if found["state"] != "done":
            found = found if drop in live else {**found, "state": "done", "error": _died()}
        files = [self._told(agent, file) for file in found["files"]]
        if any("job" in file and file["job"]["state"] not in OVER for file in files):
            found = {**found, "state": "importing"}  # one that was answered is imported again
        return {**found, "files": files}

    def answer(
        self, agent: Agent, drop: str, job: str, fields: Mapping[str, object], rest: bool
    ) -> None:
        """Answers what one file asks, and every other file of the drop that asks the same; with
        `rest` those too that ask alike (of which account). Raises BadInput, NotFound."""
        files = self.get(agent, drop)["files"]
        asking = [f["job"] for f in files if "job" in f and f["job"]["state"] == "asking"]
        if job not in [one["id"] for one in asking]:
            raise NotFound("nothing is asked here")
        mine = next(one["question"] for one in asking if one["id"] == job)
        same = [one for one in asking if rest or one["question"]["signature"] == mine["signature"]]
        self._imports.answer(agent, job, fields, [one["id"] for one in same])

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    # ---------------------------------------------------------------- one drop

    def _new(self, agent: Agent, names: list[str]) -> Json:
        drop: Json = {
            "id": uuid4().hex,
            "state": "unpacking",
            "started": _now(),
            "ended": None,
            "names": [name[:200] for name in names[:50]],
            "files": [],
            "error": None,
        }
        self._live.add(str(drop["id"]))
        self._keep(agent, drop)
        return drop

    def _finish(self, agent: Agent, drop: Json, given: Sequence[tuple[str, Body]]) -> None:
        try:
            waiting = self._unpack(agent, drop, given)
            drop["state"] = "importing"
            self._keep(agent, drop)
            for job, body in waiting:
                self._imports.finish(agent, job, body)
        except Exception:  # a fault of ours must not look like a drop that goes on for ever
            log.exception("drop %s", drop["id"])
            drop["error"] = _fault(PodError("something went wrong here; the server's log names it"))
        finally:
            drop |= {"state": "done", "ended": _now()}
            self._keep(agent, drop)
            self._live.discard(str(drop["id"]))

    def _unpack(
        self, agent: Agent, drop: Json, given: Sequence[tuple[str, Body]]
    ) -> list[tuple[Json, Body]]:
        """All the files first, so that the page shows what is to come."""
        found: list[tuple[Json, Body]] = []
        settings = self._space.settings
        limits = Limits(
            settings.drop_files, settings.drop_bytes, settings.max_import_bytes, settings.drop_depth
        )
        try:
            for member in members(given, limits, self._space.stage):
                if member.body is None:
                    assert member.refused is not None  # noqa: S101  (a Member has one of the two)
                    file = {"name": member.name, "error": _fault(member.refused)}
                elif member.body.size > limits.file_bytes:
                    file = {"name": member.name, "error": _fault(_large(member.name, limits))}
                else:
                    job = self._imports.queue(agent, member.body, member.name)
                    found.append((job, member.body))
                    file = {"name": member.name, "job": job["id"]}
                drop["files"].append(file)
                if len(drop["files"]) % SAVED_EVERY == 0:
                    self._keep(agent, drop)
        except (
            PodError
        ) as error:  # too many, too large: what came out before is imported all the same
            drop["error"] = _fault(error)
        return found

    def _told(self, agent: Agent, file: Json) -> Json:
        if "job" not in file:
            return file
        try:
            job = self._imports.get(agent, str(file["job"]))
            for _ in range(MOST_TRIES):
                if "followed" not in job:
                    break
                job = self._imports.get(agent, str(job["followed"]))
            return {**file, "job": job}
        except NotFound:  # the sample household was cleared
            return {"name": file["name"], "error": _fault(NotFound("this import is gone"))}

    def _keep(self, agent: Agent, drop: Json) -> None:
        self._space.journal.record(agent, None, {(KIND, str(drop["id"])): drop})


def _large(name: str, limits: Limits) -> PodError:
    most = limits.file_bytes >> 20
    return BadFile(f"{name}: larger than {most} MB", file=name, reason="file-large", limit=most)


def _died() -> Json:
    return _fault(Interrupted("the server ended in the middle of this drop; drop the rest again"))


def _fault(error: PodError) -> Json:
    return {"code": error.code, "detail": error.detail, "facts": error.facts}


def _now() -> str:
    return datetime.now(UTC).isoformat()
