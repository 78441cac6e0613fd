"""SPARQL text from strangers: what is let through to an engine, and updates read as patches.

The engine reads without a tokenizer: `1SERVICE<…>{}`, `SERVICESILENT<…>` and `?a<1)SERVICE#>` do
call a service. So the check works on tokens and refuses what two readers could read differently.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pod.errors import BadInput, TooLarge, Unprocessable
from pod.rdf.patterns import VARIABLE_IRI
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
    for token in found:
        if token.kind == "iri" and not _PLAIN_IRI.match(token.text):
            raise BadInput(f"write {token.text} as a whole IRI (scheme://…), without brackets")
        if reached := _reaches_out(token):
            raise BadInput(f"{reached} is not allowed in a query", keyword=reached)
    words = (t.text.upper() for t in found if t.kind == "word")
    kind = next((w for w in words if w not in ("PREFIX", "BASE", "VERSION")), "")
    if not kind.startswith(tuple(kinds)):
        raise BadInput(f"a query starts with {' or '.join(sorted(kinds))}", kinds=sorted(kinds))


def _reaches_out(token: Token) -> str | None:
    """The keyword that an engine could see in `token`, glued to others or behind a dot too."""
    if token.kind in ("word", "language"):
        seen = token.text.upper()
    elif token.kind == "name":
        seen = token.text.upper().partition(".")[2]
    else:
        return None
    return next((name for name in REACHING_OUT if name in seen), None)


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
        _check_token(token)
    if operators > MAX_OPERATORS:
        raise TooLarge(f"more than {MAX_OPERATORS} operators", limit=MAX_OPERATORS)
    return found


def _check_token(token: Token) -> None:
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


# -------------------------------------------------------------------- updates

Block = str | None  # the triples between braces as Turtle, variables as IRIs


@dataclass(frozen=True, slots=True)
class Step:
    inserts: Block = None
    deletes: Block = None
    where: Block = None


@dataclass(slots=True)
class Update:
    """What `read_update` found."""

    steps: list[Step] = field(default_factory=list)
    prefixes: tuple[tuple[str, str], ...] = ()


def read_update(text: str) -> Update:
    """INSERT DATA, DELETE DATA, DELETE WHERE and DELETE/INSERT … WHERE with triples only,
    one after the other (https://www.w3.org/TR/sparql11-update/).

    Raises Unprocessable for any other update, BadInput for what is none.
    """
    return _Reader(text).update()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._ahead: Token | None = None
        self._prefixes: dict[str, str] = {}
        self._header = ""

    def update(self) -> Update:
        made = Update()
        while self._peek() is not None:
            self._prologue()
            if self._peek() is None:
                break
            made.steps.append(self._step())
            if self._peek() is not None:
                self._expect(";")
        if not made.steps:
            raise Unprocessable("the update does nothing")
        made.prefixes = tuple(self._prefixes.items())
        return made

    def _peek(self) -> Token | None:
        if self._ahead is None:
            self._ahead = next(self._tokens, None)
            if self._ahead is not None:
                _check_token(self._ahead)
        return self._ahead

    def _next(self) -> Token:
        token = self._peek()
        if token is None:
            raise BadInput("the update ends too early")
        self._ahead = None
        return token

    def _expect(self, text: str) -> Token:
        token = self._next()
        if token.text.upper() != text:
            raise BadInput(f"{token.text[:40]!r} where {text} should be")
        return token

    def _take(self, word: str) -> bool:
        token = self._peek()
        if token is None or not token.is_word(word):
            return False
        self._ahead = None
        return True

    def _prologue(self) -> None:
        while True:
            if self._take("PREFIX"):
                name, iri = self._next(), self._next()
                if name.kind != "name" or not name.text.endswith(":") or iri.kind != "iri":
                    raise BadInput("PREFIX wants a name, a colon and an IRI")
                self._prefixes[name.text[:-1]] = iri.text[1:-1]
                self._header += f"@prefix {name.text} {iri.text} .\n"
            elif self._take("BASE"):
                self._header += f"@base {self._next().text} .\n"
            else:
                return

    def _step(self) -> Step:
        verb = self._next()
        if verb.is_word("INSERT") and self._take("DATA"):
            return Step(inserts=self._block(ground=True))
        if verb.is_word("DELETE") and self._take("DATA"):
            return Step(deletes=self._block(ground=True))
        if verb.is_word("DELETE") and self._take("WHERE"):
            block = self._block()
            return Step(deletes=block, where=block)
        if not verb.is_word("INSERT", "DELETE"):
            raise Unprocessable(
                f"{verb.text[:40]} is not served: insert and delete triples", keyword=verb.text[:40]
            )
        deletes = self._block() if verb.is_word("DELETE") else None
        inserts = self._block() if deletes is None or self._take("INSERT") else None
        if not self._take("WHERE"):
            token = self._peek()
            raise Unprocessable(f"{token.text[:40] if token else 'nothing'} where WHERE should be")
        return Step(inserts, deletes, self._block())

    def _block(self, *, ground: bool = False) -> str:
        """The triples of a `{ … }`, checked to be nothing else, as Turtle."""
        opened = self._next()
        if opened.text != "{":
            raise Unprocessable(f"{opened.text[:40]!r} where {{ should be")
        parts, last, end = [self._header], "", opened.end
        while (token := self._next()).text != "}":
            # Comments and line ends become a space; what was written together stays together.
            parts.append(" " if token.start > end else "")
            parts.append(self._triple_token(token, ground=ground))
            last, end = token.text, token.end
        if last and last != ".":
            parts.append(" .")
        return "".join(parts)

    def _triple_token(self, token: Token, *, ground: bool) -> str:
        if token.text in "{}" or (token.kind == "word" and not _is_term(token)):
            raise Unprocessable(
                f"{token.text[:40]} is not served: a patch has triples only",
                keyword=token.text[:40],
            )
        if token.kind == "variable":
            if ground:
                raise BadInput(f"{token.text[:40]} in DATA")
            return f"<{VARIABLE_IRI}{token.text[1:]}>"
        return token.text.lower() if token.kind == "word" else token.text


def _is_term(token: Token) -> bool:
    return token.text == "a" or token.is_word("TRUE", "FALSE")
