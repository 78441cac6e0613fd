"""The box: one sealed worker a run, in one of three worlds. What it is asked and what it may say.

`run_app` asks declared queries and yields a result; `run_importer` is given one file and yields
records; `run_fetcher` asks declared hosts. See reference: docs/developer.md.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pod.errors import BadOutput, NotAllowed, PodError, ProgramError, Unavailable
from pod.model import Body, Json
from pod.programs.broker import Limits, Talk, converse
from pod.programs.guest.build import JS, PYTHON, guest_path, trusted
from pod.programs.manifest import Program, Query
from pod.programs.schema import check
from pod.programs.seal import LAYERS
from pod.programs.wire import sound_json

__all__ = ["Fetched", "GuestState", "Limits", "Outcome", "Sandbox"]

CHUNK = 1 << 20
TEXT_PARAM = 200
ENVELOPE = ".answer.json"
PLACES = 30_000  # that a program may tell while its author looks for an error

Answer = Callable[[str, Mapping[str, Any]], Json]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that ended well. `audit`: calls, bytes, times, layers, hash of what came out."""

    result: Any
    audit: Json
    logs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a holder's host answered: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class GuestState:
    """Whether the guest is built, and which layers the last worker had and lacked."""

    built: bool
    layers: tuple[str, ...]
    missing: tuple[str, ...]


class Sandbox:
    """Runs programs, one at a time. Raises Unavailable until `make setup` has built the guest."""

    def __init__(self, limits: Limits | None = None, cache: Path | None = None) -> None:
        self.limits = limits or Limits()
        self._guests = {language: guest_path(cache, language) for language in (PYTHON, JS)}
        self._one = threading.Semaphore(1)

    def ready(self) -> GuestState:
        """Starts a worker that runs nothing, to see which layers this machine has."""
        if not trusted(self._guests[PYTHON]):
            return GuestState(built=False, layers=(), missing=LAYERS)
        talk = Talk("", self.limits, {})
        self._converse(talk, "app", None)
        layers = tuple(talk.audit["layers"])
        return GuestState(True, layers, tuple(layer for layer in LAYERS if layer not in layers))

    def run_app(
        self, program: Program, params: Json, answer: Answer, *, explain: bool = False
    ) -> Outcome:
        """`answer(name, params)` gives {"columns","rows",…} of a declared query, or raises NotAllowed.
        `explain`, for its author: an error that has no place is sought by running it once more.

        The result is JSON that fits the manifest's schema. Raises LimitHit, BadOutput, ProgramError.
        """
        queries = {query.name: query for query in program.manifest.queries}

        def ask(name: str, payload: bytes) -> bytes:
            if name not in queries:
                raise NotAllowed("this query is not in the manifest", query=name[:80])
            return json.dumps(
                answer(name, _typed(queries[name], payload)),
                ensure_ascii=False,
                separators=(",", ":"),
            ).encode()

        talk = Talk(program.manifest.name, self.limits, {"query": ask})
        job = self._job(program, "app", params=params, most=self.limits.result_bytes)
        try:
            result = self._finished(talk, "app", job)
            self._checked(talk, program, result)
        except ProgramError as error:
            python = program.manifest.entry.endswith(".py")  # JavaScript cannot be followed
            if explain and python and error.facts.get("line") is None:
                self._explain(error, program, job, ask)
            raise
        return Outcome(result, talk.audit, tuple(talk.logs))

    def _explain(
        self, error: ProgramError, program: Program, job: Json, ask: Callable[[str, bytes], bytes]
    ) -> None:
        """Runs it again, slower, and adds to `error` which of its lines ran last."""
        last = ""

        def at(place: str, _: bytes) -> bytes:
            nonlocal last
            last = place
            return b""

        limits = replace(self.limits, calls=self.limits.calls + PLACES)
        talk = Talk(program.manifest.name, limits, {"query": ask, "at": at})
        with suppress(PodError):
            self._converse(talk, "app", {**job, "traced": True})
        file, _, line = last.rpartition(":")
        if file in program.files and line.isdecimal() and len(line) < 9:
            error.facts |= {"file": file, "line": int(line)}
            error.detail = f"{file}:{line}: {error.detail}"

    def run_importer(
        self,
        program: Program,
        file: Body,
        name: str,
        on_record: Callable[[Json], None],
        on_progress: Callable[[int, int], None] | None = None,
        *,
        format: str | None = None,
        answers: Mapping[str, Json] | None = None,
    ) -> Outcome:
        """Calls `on_record` for each record; what it was given counts only if this returns.
        `answers`: the owner's, to Question records, by their signature.

        The result is {"format": id}, {"format": None} if the connector does not know the file.
        Raises BadFile with the line, LimitHit, BadOutput, ProgramError.
        """
        chunks = file.chunks(step=CHUNK)
        read = 0

        def give(_: str, __: bytes) -> bytes:
            nonlocal read
            chunk = next(chunks, b"")
            read += len(chunk)
            if on_progress is not None:
                on_progress(read, file.size)
            return chunk

        def take(payload: bytes) -> None:
            for line in payload.split(b"\n"):
                on_record(_record(line))

        limits = self.limits.for_file(file.size)
        talk = Talk(program.manifest.name, limits, {"read": give}, take)
        job = self._job(program, "importer", name=name, size=file.size, format=format)
        job["answers"] = dict(answers or {})
        result = self._finished(talk, "importer", job)
        known = {form.id for form in program.manifest.formats}
        # None: it does not know the file after all.
        if result is not None and (
            not isinstance(result, dict) or result.get("format") not in known
        ):
            raise BadOutput("no such format", where="format", reason="not declared")
        return Outcome(result, talk.audit, tuple(talk.logs))

    def run_fetcher(
        self,
        program: Program,
        cursor: Json,
        origins: frozenset[str],
        fetch: Callable[[Json], Fetched],
        keep: Callable[[str, bytes], None],
        *,
        entry: str,
    ) -> Outcome:
        """`fetch(request)` asks a declared origin, with credentials added there; `keep(name, body)`
        is given, just as they came, the answers that are to be imported; one whose name ends in
        `.answer.json` with the question it answers (`enveloped`).

        The result is {"cursor": …} for the next time. Raises ActionNeeded and TryLater of the
        program's, LimitHit, BadOutput, ProgramError.
        """
        bodies: list[bytes] = []
        asked: list[str] = []

        def ask(_: str, payload: bytes) -> bytes:
            request = _request(payload, origins)
            answer = fetch(request)
            bodies.append(answer.body)
            asked.append(request["url"])
            head = {"answer": len(bodies) - 1, "status": answer.status, "headers": answer.headers}
            return json.dumps(head).encode() + b"\n" + answer.body

        def kept(name: str, payload: bytes) -> bytes:
            number = payload.decode("utf-8", "replace")
            if not number.isdecimal() or len(number) > 9 or int(number) >= len(bodies):
                raise NotAllowed("no such answer", name=name[:80])
            body = bodies[int(number)]
            keep(name, enveloped(asked[int(number)], body) if name.endswith(ENVELOPE) else body)
            return b""

        talk = Talk(program.manifest.name, self.limits, {"fetch": ask, "keep": kept})
        job = self._job(program, "fetcher", cursor=cursor) | {"entry": entry}
        result = self._finished(talk, "fetcher", job)
        return Outcome(result, talk.audit, tuple(talk.logs))

    def _job(self, program: Program, world: str, **facts: Any) -> Json:
        entry = program.manifest.entry
        return {"world": world, "files": dict(program.files), "entry": entry, **facts}

    def _finished(self, talk: Talk, world: str, job: Json) -> Any:
        try:
            return sound_json(self._converse(talk, world, job), "result")
        except ProgramError as error:
            error.facts |= {"audit": talk.audit, "logs": talk.logs}
            raise

    def _converse(self, talk: Talk, world: str, job: Json | None) -> bytes:
        language = JS if job is not None and job["entry"].endswith(".js") else PYTHON
        guest = self._guests[language]
        if not trusted(guest):
            how = "javascript" if language == JS else "setup"
            raise Unavailable(f"the sandbox for {language} is not built: run `make {how}`")
        with self._one:
            return converse(talk, guest, world, job)

    def _checked(self, talk: Talk, program: Program, result: Any) -> None:
        try:
            check(result, program.manifest.result_schema or True)
        except BadOutput as error:
            error.facts |= {"program": program.manifest.name, "audit": talk.audit}
            raise


def enveloped(url: str, answer: bytes) -> bytes:
    """JSON that holds an answer byte for byte, with the path and the parameters that it answers to.

    Where answers to several questions are equal to the letter, only the question tells them apart.
    """
    parts = urlsplit(url)
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = {"path": parts.path, "query": parse_qs(parts.query), "asked": moment}
    return json.dumps(head, ensure_ascii=False).encode()[:-1] + b', "answer": ' + answer + b"}"


def _typed(query: Query, payload: bytes) -> dict[str, Any]:
    """The parameters of a query as their declared types; NotAllowed for any other."""
    try:
        given = sound_json(payload, "params")
    except BadOutput:
        raise NotAllowed("parameters are not sound JSON", query=query.name) from None
    if not isinstance(given, dict):
        raise NotAllowed("parameters are an object", query=query.name)
    declared = query.params or {}
    found = {}
    for name, value in given.items():
        if name not in declared:
            raise NotAllowed(f"{name[:40]!r} is not a parameter of {query.name}", query=query.name)
        if value is None:
            continue
        try:
            found[name] = _PARAMS[declared[name]](value)
        except (ValueError, TypeError, InvalidOperation):
            raise NotAllowed(f"{name!r} is not a {declared[name]}", query=query.name) from None
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > TEXT_PARAM:
        raise ValueError
    return value


_PARAMS: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "integer": lambda value: int(str(value)),
    "decimal": lambda value: Decimal(str(value)),
    "string": _text,
}


def _request(payload: bytes, origins: frozenset[str]) -> Json:
    request = sound_json(payload, "request")
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        raise NotAllowed("a request wants a url")
    try:
        url = urlsplit(request["url"])
    except ValueError:
        raise NotAllowed("this is not a url") from None
    if f"{url.scheme}://{url.netloc}" not in origins:
        raise NotAllowed("this origin is not in the manifest", origin=url.netloc[:100])
    return request


def _record(line: bytes) -> Json:
    record = sound_json(line, "record")
    if not isinstance(record, dict) or not isinstance(record.get("type", ""), str):
        raise BadOutput("a record is an object", where="record", reason="not an object")
    return record
