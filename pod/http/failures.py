"""Why a file could not be imported, in a reader's words: the pages and the command line say the same."""

from __future__ import annotations

from dataclasses import dataclass

from pod.http.texts import Texts
from pod.model import Json

_UNTOLD = dict.fromkeys(("text", "found", "expected", "limit", "member", "field", "count"), "–")


@dataclass(frozen=True, slots=True)
class Failure:
    """`said`: what is wrong; `todo`: what to do; `line`: where, if it is at one line."""

    said: str
    todo: str
    line: int | None


def failure(texts: Texts, error: Json) -> Failure:
    """`error` is {"code","detail","facts"}, as an import keeps it."""
    facts = error.get("facts") or {}
    reason = f"bad-file-{facts.get('reason')}"
    code = f"import-error-{error.get('code')}"
    narrow = f"{code}-{facts.get('reason')}"
    key = next((k for k in (reason, narrow, code) if texts.has(k)), "import-error-other")
    inner = facts.get("facts")
    told = {**facts, **(inner if isinstance(inner, dict) else {})}
    told = {k: str(v)[:120] for k, v in told.items() if isinstance(v, str | int | float)}
    line = facts.get("line")
    return Failure(
        texts(key, **_UNTOLD | told),
        texts(f"{key}-todo" if texts.has(f"{key}-todo") else "import-error-todo"),
        line if isinstance(line, int) else None,
    )
