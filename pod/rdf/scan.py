"""Size and depth of a stranger's text, before any parser sees it.

The parsers recurse: 32 KB of nested JSON-LD or 6 KB of nested SPARQL end the process. These scans
run in linear time, on regular expressions without backtracking, and know what is inside strings,
IRIs and comments. They let no nesting over the limit through and refuse nothing for its brackets
in text.
"""

from __future__ import annotations

import re
from array import array
from itertools import accumulate

from pod.errors import BadInput, TooLarge

MAX_BYTES = 16 << 20
MAX_DEPTH = 64
# Nested JSON-LD is copied once a level: 450 KB at depth 64 take 0.6 s.
MAX_JSON_WORK = 4_000_000

# What is not closed runs to the end (a short string: of its line), where the parser stops as well.
STRINGS = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n\r]++|\\.)*+"?'
    r"|'(?:[^'\\\n\r]++|\\.)*+'?"
)
TURTLE_TEXT = STRINGS + r"|#[^\n\r]*+|\\."
_TURTLE = re.compile(rf"{TURTLE_TEXT}|<[^>]*+>?".encode(), re.DOTALL)
_TURTLE_12 = re.compile(rf"(<<)|{TURTLE_TEXT}|<[^>]*+>?".encode(), re.DOTALL)

_TURTLE_OPEN, _TURTLE_CLOSE = b"[({<", b"])}>"
_JSON_OPEN, _JSON_CLOSE = b"[{", b"]}"


def scan_turtle(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> None:
    """For Turtle, N-Triples and N3: brackets and `<<`. Raises TooLarge or BadInput."""
    _check_size(data, max_bytes)
    if sum(data.count(opener) for opener in (b"[", b"(", b"{", b"<<")) <= max_depth:
        return
    if b"<<" in data:
        bare = _TURTLE_12.sub(rb"\1", data).replace(b"<<", b"<").replace(b">>", b">")
    else:
        bare = _TURTLE.sub(b"", data)
    _check_depth(_depth(bare, _TURTLE_OPEN, _TURTLE_CLOSE), max_depth)


def scan_json(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> None:
    """For JSON-LD: arrays and objects. Raises TooLarge or BadInput."""
    _check_size(data, max_bytes)
    openers = data.count(b"[") + data.count(b"{")
    if openers <= max_depth:
        return
    # Without escapes every second piece between quotes is outside of strings.
    pieces = data.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')
    depth = _depth(b"".join(pieces[::2]), _JSON_OPEN, _JSON_CLOSE)
    _check_depth(depth, max_depth)
    if openers * depth > MAX_JSON_WORK:
        raise TooLarge(f"{openers} values nested {depth} deep are too much", limit=MAX_JSON_WORK)


def _depth(bare: bytes, openers: bytes, closers: bytes) -> int:
    others = bytes(set(range(256)) - set(openers + closers))
    signs = bytes.maketrans(openers + closers, b"\x01" * len(openers) + b"\xff" * len(closers))
    levels = list(accumulate(array("b", bare.translate(signs, others)), initial=0))
    if min(levels) < 0:
        raise BadInput("a bracket is closed that was never opened")
    return max(levels)


def _check_size(data: bytes, max_bytes: int) -> None:
    if len(data) > max_bytes:
        raise TooLarge(f"{len(data)} bytes of RDF, at most {max_bytes} are read", limit=max_bytes)


def _check_depth(depth: int, max_depth: int) -> None:
    if depth > max_depth:
        raise BadInput(f"nested {depth} deep, at most {max_depth} is read", limit=max_depth)
