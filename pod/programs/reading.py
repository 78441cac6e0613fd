"""Who reads a file, and what it says: the connectors that may know it, asked in turn in the box."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pod.config import Settings
from pod.errors import BadFile
from pod.model import Body, Json
from pod.programs import pictures
from pod.programs.authorities import Authorities
from pod.programs.manifest import Program
from pod.programs.questions import kind_question, question
from pod.programs.recognise import candidates
from pod.programs.sandbox import Outcome, Sandbox


@dataclass(frozen=True, slots=True)
class Reading:
    """What a connector made of a file."""

    program: Program
    outcome: Outcome
    records: list[Json]


class Reader:
    """Reads files of one pod with `connectors`."""

    def __init__(self, settings: Settings, sandbox: Sandbox, connectors: Sequence[Program]) -> None:
        self._settings = settings
        self._sandbox = sandbox
        self._connectors = connectors
        self._authorities = Authorities(settings.data / "authorities")

    def read(self, job: Json, body: Body, answers: Mapping[str, Json], live: Json) -> list[Json]:
        """The records of a file, and into `job` who read it and what was odd; a Question alone where
        the owner must say something first. `live` is kept at how far it is. Raises BadFile."""

        def progress(read: int, total: int) -> None:
            live.update(read=read, total=total)

        if pictures.is_picture(body):
            body = self._codes(job, body)
        unsure: list[Reading] = []
        wrong: BadFile | None = None
        for program, loose in candidates(self._connectors, body):
            live.update(state="reading", connector=program.manifest.name, total=body.size)
            try:
                reading = self._box(program, job["name"], body, progress, answers)
            except BadFile as error:
                if not loose:
                    raise
                wrong = wrong or error  # what one guessed wrongly, another may know
                continue
            if reading is not None and loose and question(reading.records) is not None:
                unsure.append(reading)
            elif reading is not None:
                return self._taken(job, reading)
        if not unsure:
            raise wrong or _unknown(job["name"], body)
        names = [reading.program.manifest.name for reading in unsure]
        which = kind_question(body, names)
        said = answers.get(which["signature"], {}).get("connector")
        if len(unsure) > 1 and said not in names:
            job |= {"audit": unsure[0].outcome.audit, "connector": None}
            return [which]
        chosen = names.index(said) if said in names else 0
        return self._taken(job, unsure[chosen])

    def _box(
        self,
        program: Program,
        name: str,
        body: Body,
        progress: Callable[[int, int], None],
        answers: Mapping[str, Json],
    ) -> Reading | None:
        """What a connector reads in a file, None if it does not know it."""
        records: list[Json] = []
        try:
            outcome = self._sandbox.run_importer(
                program, body, name, records.append, progress, answers=answers
            )
        except BadFile as error:
            raise _named(error, name) from None
        return Reading(program, outcome, records) if outcome.result is not None else None

    def _taken(self, job: Json, reading: Reading) -> list[Json]:
        job |= {
            "connector": reading.program.manifest.name,
            "format": reading.outcome.result["format"],
            "digest": reading.program.digest,
            "audit": reading.outcome.audit,
        }
        job["problems"] = [r for r in reading.records if "problem" in r]
        return self._sealed(job, [r for r in reading.records if "problem" not in r])

    def _codes(self, job: Json, body: Body) -> Body:
        """What the codes in a picture say, one a line, in place of the picture."""
        settings = self._settings
        try:
            found = pictures.codes(
                body, most_bytes=settings.max_picture_bytes, seconds=settings.picture_seconds
            )
            if not found:
                raise BadFile("there is no code in this picture", reason="picture-no-code")
        except BadFile as error:
            raise _named(error, job["name"]) from None
        return Body.of("\n".join(found).encode())

    def _sealed(self, job: Json, records: list[Json]) -> list[Json]:
        """The records, with what their authorities' certificates say of the signatures."""
        try:
            return self._authorities.checked(records)
        except BadFile as error:
            raise _named(error, job["name"]) from None


def _named(error: BadFile, name: str) -> BadFile:
    """What a connector says of a file, with the file's name."""
    line = f", line {error.facts['line']}" if "line" in error.facts else ""
    detail = f"{name}{line}: this file cannot be read ({error.facts.get('reason')})"
    return BadFile(detail, **{**error.facts, "file": name})


def _unknown(name: str, body: Body) -> BadFile:
    head = next(body.chunks(length=512), b"").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return BadFile(f"{name}: this is a web page, not a data file", file=name, reason="html")
    return BadFile(f"{name}: no connector knows this kind of file", file=name, reason="unknown")
