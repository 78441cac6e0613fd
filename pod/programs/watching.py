"""An app that is being written: run each time that one of its files is saved, on a pod that is nobody's.

Its author is told what came out, or what went wrong and at which line. Nobody has to agree: there is nobody
whose data are read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pod.errors import NotFound, PodError
from pod.model import Json
from pod.programs.answers import Answers
from pod.programs.manifest import ASIDE, SOURCES, load_program
from pod.programs.reference import Known
from pod.programs.sandbox import Sandbox
from pod.space import Space

POLL_SECONDS = 0.2
MOST_LOOKED_AT = 1000  # files
LINE = 160
LINES = 60


class Trying:
    """Runs the app in `folder` on the data in `space`, which are fictitious."""

    def __init__(
        self, space: Space, sandbox: Sandbox, references: Known, folder: Path, params: Json
    ) -> None:
        self._space = space
        self._sandbox = sandbox
        self._references = references
        self._folder = folder
        self._params = params

    def once(self) -> Json:
        """{"ok","seconds","result","logs"}, or with "error" ({"detail","file"?,"line"?,"trace"?}) in place of
        the result."""
        began = time.monotonic()
        try:
            program = load_program(self._folder)
            space = self._space
            answers = Answers(space, self._references, {}, program, agent=space.owner)
            outcome = self._sandbox.run_app(program, self._params, answers, explain=True)
            told: Json = {"ok": True, "result": outcome.result, "logs": list(outcome.logs)}
        except PodError as error:
            facts = {k: error.facts[k] for k in ("file", "line", "trace") if error.facts.get(k)}
            told = {"ok": False, "error": {"code": error.code, "detail": error.detail, **facts}}
            told["logs"] = list(error.facts.get("logs", ()))
        return {**told, "seconds": round(time.monotonic() - began, 2)}


def saves(folder: Path, seconds: float) -> Iterator[None]:
    """At once, then each time that files of the program have changed and rest, for `seconds`. Raises
    NotFound once the folder is gone."""
    until = time.monotonic() + seconds
    seen, last = None, None
    while time.monotonic() < until:
        now = _stamps(folder)
        if now == last and now != seen:  # an editor writes in several steps
            seen = now
            yield
        last = now
        time.sleep(POLL_SECONDS)


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    if not folder.is_dir():
        raise NotFound(f"{folder}: there is no such folder")
    found: dict[Path, tuple[int, int]] = {}
    for path in folder.rglob("*"):
        if path.suffix in SOURCES and not set(path.relative_to(folder).parts) & ASIDE:
            try:
                about = path.stat()
            except FileNotFoundError:
                continue
            found[path] = (about.st_mtime_ns, about.st_size)
            if len(found) >= MOST_LOOKED_AT:
                break
    return found


def lines(told: Json, folder: Path) -> Iterator[str]:
    """What `Trying.once` told, for a terminal: bounded, one thing a line."""
    clock = f"{datetime.now():%H:%M:%S}"  # noqa: DTZ005  (the clock on the author's wall)
    if told["ok"]:
        yield f"{clock} ok, {told['seconds']} s"
        yield from _result(told["result"])
        yield from (f"  not drawn: {why}" for why in told.get("undrawn", ()))
    else:
        error = told["error"]
        yield f"{clock} {error['detail']}"
        yield from _source(folder, error)
        yield from (f"  {line}" for line in error.get("trace", "").splitlines())
    yield from (f"  log: {line}" for line in told["logs"])


def _result(result: Any) -> Iterator[str]:
    for key, value in result.items() if isinstance(result, dict) else ():
        if key != "views":
            yield f"  {key}: {value!r}"
    views = result.get("views") if isinstance(result, dict) else None
    for view in views if isinstance(views, list) else ():
        if isinstance(view, dict):
            question = view.get("question")
            said = question.get("en") if isinstance(question, dict) else question
            value = f" {view['value']} {view.get('unit', '')}" if "value" in view else ""
            yield f"  [{view.get('type')}] {said}{value}"


def _source(folder: Path, error: Json) -> Iterator[str]:
    """The line that is named, as it stands in the file now."""
    try:
        text = (folder / error["file"]).read_text("utf-8").splitlines()[error["line"] - 1]
    except (KeyError, IndexError, OSError, UnicodeDecodeError):
        return
    yield f"  {text.strip()}"
