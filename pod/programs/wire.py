"""Reading what a worker writes: hostile bytes, whatever they seem to say.

Nothing here believes a length, a type or a depth before it has looked; what leaves is plain, finite,
encodable and bounded, and everything else is one BadOutput.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from pod.errors import (
    ActionNeeded,
    BadFile,
    BadOutput,
    LimitHit,
    PodError,
    ProgramError,
    TryLater,
)
from pod.model import Json

LINE_BYTES = 4096
JSON_DEPTH = 64
INTEGER_BITS = 64
MOST_FACTS = 20
# What the pod itself says of an error; a program's own facts never take these names.
OUR_FACTS = frozenset({"audit", "file", "line", "logs", "program", "reason"})


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a worker: what it is, `size` raw bytes to follow, and a few words."""

    kind: str
    size: int = 0
    name: str = ""
    layers: tuple[str, ...] = ()


def read_message(line: bytes) -> Message:
    """Raises BadOutput for anything that no worker of ours would write."""
    try:
        said = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise BadOutput("the program broke the protocol", where="message", reason="not a message")
    size, layers = said.get("n", 0), said.get("layers", [])
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise BadOutput("the program broke the protocol", where="size", reason="not a size")
    return Message(
        plain(said.get("m"), 20),
        size,
        plain(said.get("name", ""), 200),
        tuple(plain(layer, 30) for layer in layers[:10]) if isinstance(layers, list) else (),
    )


def plain(value: Any, most: int) -> str:
    """Text of at most `most` characters that can be stored and shown: no lone surrogates."""
    text = value if isinstance(value, str) else "" if value is None else repr(value)
    return text[:most].encode("utf-8", "replace").decode("utf-8")


def sound_json(payload: bytes, where: str) -> Any:
    """A JSON value without NaN, infinities, lone surrogates, integers over 64 bits or deep nesting.

    Raises BadOutput. Takes about as long as `json.loads`: what a value costs is paid in the pod.
    """
    try:
        value = json.loads(
            payload.decode("utf-8"),
            parse_constant=_refused,
            parse_float=_finite,
            parse_int=_bounded,
        )
        # Only what has that many brackets can be that deep; only an escape can be a surrogate.
        if payload.count(b"[") + payload.count(b"{") > JSON_DEPTH:
            _check_depth(value)
        if b"\\ud" in payload or b"\\uD" in payload:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BadOutput(f"{where}: not sound JSON", where=where, reason="not sound JSON") from None
    return value


def _refused(_: str) -> Any:
    raise ValueError


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _bounded(text: str) -> int:
    value = int(text) if len(text) <= INTEGER_BITS else 1 << INTEGER_BITS
    if value.bit_length() >= INTEGER_BITS:
        raise ValueError(text[:INTEGER_BITS])
    return value


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(JSON_DEPTH):
        deeper: list[Any] = []
        for item in level:
            inner = item.values() if isinstance(item, dict) else item
            deeper += [each for each in inner if isinstance(each, dict | list)]
        if not deeper:
            return
        level = deeper
    raise ValueError("too deep")


def read_fault(payload: bytes) -> PodError:
    """A program's own end as an error of the pod's: the author's words, cut to size, never trusted."""
    try:
        fault = json.loads(payload)
    except (ValueError, RecursionError):
        fault = None
    if not isinstance(fault, dict):
        fault = {}
    if isinstance(fault.get("bad_file"), dict):
        return _bad_file(fault["bad_file"])
    if isinstance(fault.get("holder"), dict):
        return _holder(fault["holder"])
    if isinstance(fault.get("too_large"), dict):
        return _too_large(fault["too_large"])
    error = plain(fault.get("error", "error"), 80)
    facts = {
        "error": error,
        "message": plain(fault.get("message"), 500),
        "file": plain(fault.get("file"), 200),
        "line": _line(fault.get("line")),
        "trace": plain(fault.get("trace"), 4000),
    }
    place = f"{facts['file']}:{facts['line']}: " if facts["file"] else ""
    if error == "MemoryError":
        at = {key: facts[key] for key in ("file", "line") if facts[key]}
        return LimitHit(f"{place}the program wanted too much memory", limit="memory", **at)
    return ProgramError(f"{place}{error}: {facts['message']}", **facts)


def _line(value: Any) -> int | None:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 40
    return value if sound else None


def _bad_file(fault: Json) -> BadFile:
    error = BadFile("the file cannot be read", reason=plain(fault.get("reason", "unknown"), 60))
    error.facts |= _facts(fault.get("facts"))
    line = _line(fault.get("line"))
    if line is not None:
        error.facts["line"] = line
    return error


def _too_large(fault: Json) -> LimitHit:
    size, most, where = _line(fault.get("bytes")), _line(fault.get("most")), fault.get("where")
    said = f"the result has {size} bytes, most of them in {plain(where, 80)}; {most} at most"
    return LimitHit(said, limit="output")


def _holder(fault: Json) -> PodError:
    reason = plain(fault.get("reason"), 200)
    if fault.get("kind") == "action":
        return ActionNeeded(f"the holder wants the owner: {reason}", reason=reason)
    return TryLater(f"the holder is not ready: {reason}", reason=reason)


def _facts(facts: Any) -> Json:
    found: Json = {}
    for key, value in list(facts.items() if isinstance(facts, dict) else ())[:MOST_FACTS]:
        name = plain(key, 40)
        if name in OUR_FACTS:
            continue
        found[name] = value if _exact(value) else plain(value, 200)
    return found


def _exact(value: Any) -> bool:
    """A boolean, or a number that JSON keeps."""
    if isinstance(value, int):
        return value.bit_length() < 53
    return isinstance(value, float) and math.isfinite(value)
