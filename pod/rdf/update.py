"""The part of SPARQL Update that patches one document: triples in, triples out.

https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pod.errors import BadInput, Unprocessable
from pod.rdf.patterns import VARIABLE_IRI
from pod.rdf.sparql import Token, check_token, tokens

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
                check_token(self._ahead)
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
