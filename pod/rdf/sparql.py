"""SPARQL text from strangers: its tokens, and what is let through to an engine.

The engine reads without a tokenizer: `1SERVICE<…>{}`, `SERVICESILENT<…>` and `?a<1)SERVICE#>` do
call a service. So the check works on tokens and refuses what two readers could read differently.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from pod.errors import BadInput, TooLarge
from pod.rdf.scan import MAX_DEPTH, STRINGS

MAX_QUERY_BYTES = 64 << 10
# 20,000 additions in one expression end the process; a person's query has tens.
MAX_OPERATORS = 2000
KINDS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
REACHING_OUT = ("SERVICE", "LOAD", "FROM")

# A prefix is bounded so that a-a-a-… takes linear time; a dot stays in a name that goes on.
_NAME = r"(?:[^\W\d_][\w-]{0,200}+|_)?:(?:[\w:%-]|\\.|\.(?=[\w:%\\-]))*+"
_TOKENS = re.compile(
    r"(?P<space>\s++|\#[^\n\r]*+)"
    rf"|(?P<string>{STRINGS})"
    r"|(?P<iri><[^\x00-\x20<>\"{}|^`]*+>)"
    r"|(?P<quoted><<|>>|\{\||\|\})"
    r"|(?P<variable>[?$]\w++)"
    r"|(?P<number>[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|\.[0-9]++(?:[eE][+-]?[0-9]++)?)"
    r"|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"
    rf"|(?P<name>{_NAME})"
    r"|(?P<word>[^\W0-9]\w*+)"
    r"|(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{0,4})|U([0-9A-Fa-f]{0,8}))")
_GLUED = re.compile(r"(?:SILENT|NAMED)", re.IGNORECASE)
_MEANT = frozenset("\"'\\\n\r")  # what would end or change a string
# An IRI after which two readers stand at the same place: `<` may be "less than", and then # opens
# a comment, a quote a string, a bracket a group.
_PLAIN_IRI = re.compile(r"<(?:[^#()\[\]'!\\]*|[A-Za-z][A-Za-z0-9+.-]*://[^()\[\]'!\\]*)>\Z")


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str) -> Iterator[Token]:
    """Without spaces and comments. Linear in the length of `text`."""
    for match in _TOKENS.finditer(text):
        if match.lastgroup and match.lastgroup != "space":
            yield Token(match.lastgroup, match[0], match.start(), match.end())


def check(
    text: str,
    *,
    kinds: Collection[str] = KINDS,
    max_bytes: int = MAX_QUERY_BYTES,
    max_depth: int = MAX_DEPTH,
) -> None:
    """Lets a query of one of `kinds` pass that reaches for nothing outside its dataset.

    Raises BadInput for SERVICE, LOAD, FROM, updates, nesting over `max_depth`, escapes and IRIs
    that could be read in two ways; TooLarge over `max_bytes` or `MAX_OPERATORS`. What passes may
    still be no SPARQL: that is for the engine to say, which this makes safe to ask.
    """
    found = _checked(text, max_bytes, max_depth)
    declared = {
        one.text[:-1]
        for one, other in pairwise(found)
        if one.kind == "name" and one.text.endswith(":") and other.kind == "iri"
    }
    # An engine takes PREFIXa: for PREFIX a:
    declared |= {name[len("PREFIX") :] for name in declared if name.upper().startswith("PREFIX")}
    for token in found:
        if token.kind == "iri" and not _PLAIN_IRI.match(token.text):
            raise BadInput(f"write {token.text} as a whole IRI (scheme://…), without brackets")
        if reached := _reaches_out(token, declared):
            raise BadInput(f"{reached} is not allowed in a query", keyword=reached)
    kind = _kind(found)
    if not kind.startswith(tuple(kinds)):
        raise BadInput(f"a query starts with {' or '.join(sorted(kinds))}", kinds=sorted(kinds))


def kind_of(text: str) -> str:
    """`SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`; another word or nothing for what is none of them.
    Say `check` first."""
    kind = _kind(list(tokens(text)))
    return next((known for known in KINDS if kind.startswith(known)), kind)


def _kind(found: Sequence[Token]) -> str:
    """The word behind the prologue."""
    for one, other in zip_longest(found, found[1:]):
        if one.kind == "word" and not one.is_word("PREFIX", "BASE", "VERSION"):
            return one.text.upper()
        if one.kind == "name" and (other is None or other.kind != "iri"):
            return ""
    return ""


def _reaches_out(token: Token, declared: Collection[str]) -> str | None:
    """The keyword that an engine could see in `token`: it reads words glued to others."""
    if token.kind in ("word", "language"):
        return next((name for name in REACHING_OUT if name in token.text.upper()), None)
    if token.kind != "name":
        return None
    prefix, _, local = token.text.partition(":")
    behind_dot = local.upper().partition(".")[2]
    for name in REACHING_OUT:
        if name in behind_dot:
            return name
        # service:x is a name, unless `:` is declared: then it may be the service :x.
        for found in re.finditer(name, prefix, re.IGNORECASE):
            rest = prefix[found.end() :]
            if {rest, _GLUED.sub("", rest)} & set(declared):
                return name
    return None


def _checked(text: str, max_bytes: int, max_depth: int) -> list[Token]:
    if len(text) > max_bytes or len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise TooLarge(f"a query has at most {max_bytes} bytes", limit=max_bytes)
    found = list(tokens(text))
    depth = operators = 0
    for token in found:
        if token.kind == "open":
            depth += 1
            if depth > max_depth:
                raise BadInput(f"nested deeper than {max_depth}", limit=max_depth)
        elif token.kind == "close":
            depth = max(0, depth - 1)
        if token.kind in ("open", "word", "other"):
            operators += token.text != ","
        check_token(token)
    if operators > MAX_OPERATORS:
        raise TooLarge(f"more than {MAX_OPERATORS} operators", limit=MAX_OPERATORS)
    return found


def check_token(token: Token) -> None:
    """Raises BadInput for what two readers could read differently."""
    if token.kind == "quoted":
        raise BadInput(f"{token.text} is not read here (with a space between, less than is)")
    if token.kind == "string" and not _is_closed(token.text):
        raise BadInput("a string is not closed")
    if "\\" in token.text:
        _check_escapes(token)


def _is_closed(text: str) -> bool:
    quotes = text[:3] if text[:3] in ('"""', "'''") else text[0]
    return len(text) >= 2 * len(quotes) and text.endswith(quotes)


def _check_escapes(token: Token) -> None:
    # "Codepoint escape sequences [...] are processed before parsing by the grammar"
    # (https://www.w3.org/TR/sparql11-query/#codepointEscape), but not by every engine: only those
    # pass that mean the same either way.
    plain = token.text.replace("\\\\", "")
    for match in _ESCAPE.finditer(plain):
        digits = match[1] or match[2] or ""
        point = int(digits, 16) if len(digits) in (4, 8) else 0x110000
        char = chr(point) if point < 0x110000 else "\\"
        harmless = char not in _MEANT if token.kind == "string" else char.isalnum()
        if token.kind not in ("string", "iri") or not harmless:
            raise BadInput(f"write the character itself instead of {match[0]}")
    if token.kind == "string" and "\\\\u" in token.text.lower():
        raise BadInput("a backslash before u can be read in two ways")
    if token.kind not in ("string", "iri", "name"):
        raise BadInput("a backslash has no meaning here")
