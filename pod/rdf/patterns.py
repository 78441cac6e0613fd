"""Triples with variables, and the ways in which they fit a set of triples, within a step limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyoxigraph as ox

from pod.errors import Unprocessable

MAX_STEPS = 500_000
MAX_PATTERNS = 100
# Variables travel through the Turtle parser as IRIs with this beginning.
VARIABLE_IRI = "urn:x-domicile-variable:"


class Variable(str):
    """A variable of a pattern; blank nodes of a `where` are variables without a name."""

    __slots__ = ()


Slot = Any  # a pyoxigraph term or a Variable
Pattern = tuple[Slot, Slot, Slot]
Solution = dict[Variable, Any]


def pattern_of(quad: ox.Quad, *, blanks_vary: bool) -> Pattern:
    """The pattern that a parsed triple stands for."""

    def slot(term: Any) -> Slot:
        if isinstance(term, ox.NamedNode) and term.value.startswith(VARIABLE_IRI):
            return Variable(term.value[len(VARIABLE_IRI) :])
        if blanks_vary and isinstance(term, ox.BlankNode):
            return Variable("_:" + term.value)
        return term

    return slot(quad.subject), slot(quad.predicate), slot(quad.object)


def variables(patterns: Sequence[Pattern]) -> frozenset[Variable]:
    return frozenset(s for pattern in patterns for s in pattern if isinstance(s, Variable))


class Steps:
    """A budget of comparisons, shared by all that one patch does."""

    def __init__(self, limit: int = MAX_STEPS) -> None:
        self.limit = self._left = limit

    def take(self, count: int = 1) -> None:
        self._left -= count
        if self._left < 0:
            raise Unprocessable(
                f"the patch needs more than {self.limit} steps on this document", limit=self.limit
            )


class Matcher:
    """Finds solutions in `triples`, which must not change meanwhile."""

    def __init__(self, triples: Sequence[ox.Triple], steps: Steps) -> None:
        self._all = triples
        self._steps = steps
        self._tables: dict[int, dict[Any, list[Any]]] = {}

    def _by(self, part: int) -> dict[Any, list[Any]]:
        """The triples by their subject (0), predicate (1) or object (2)."""
        if part not in self._tables:
            table = self._tables[part] = {}
            for triple in self._all:
                table.setdefault(_parts(triple)[part], []).append(triple)
        return self._tables[part]

    def solve(self, patterns: Sequence[Pattern]) -> Iterator[Solution]:
        """Every way to bind the variables so that all `patterns` are in the document.

        Raises Unprocessable when the steps run out, or over `MAX_PATTERNS` patterns.
        """
        if len(patterns) > MAX_PATTERNS:
            raise Unprocessable(f"more than {MAX_PATTERNS} patterns", limit=MAX_PATTERNS)
        return self._solve(list(patterns), {})

    def _solve(self, left: list[Pattern], bound: Solution) -> Iterator[Solution]:
        if not left:
            yield bound
            return
        # The pattern with the fewest candidates first: joins stay near the size of their result.
        self._steps.take(4 * len(left))
        choices = [self._candidates(pattern, bound) for pattern in left]
        first = min(range(len(left)), key=lambda at: len(choices[at]))
        rest = left[:first] + left[first + 1 :]
        for triple in choices[first]:
            # What a candidate costs grows with what is bound and with the depth of the search.
            self._steps.take(2 + len(bound))
            added = _unify(left[first], triple, bound)
            if added is not None:
                yield from self._solve(rest, {**bound, **added})

    def _candidates(self, pattern: Pattern, bound: Solution) -> Sequence[Any]:
        best = self._all
        for part, slot in enumerate(pattern):
            term = bound.get(slot) if isinstance(slot, Variable) else slot
            if term is not None:
                found = self._by(part).get(term, ())
                if len(found) < len(best):
                    best = found
        return best


def _parts(triple: Any) -> tuple[Any, Any, Any]:
    return triple.subject, triple.predicate, triple.object


def _unify(pattern: Pattern, triple: Any, bound: Solution) -> Solution | None:
    added: Solution = {}
    for slot, term in zip(pattern, _parts(triple), strict=True):
        if isinstance(slot, Variable):
            known = bound.get(slot, added.get(slot))
            if known is None:
                added[slot] = term
                continue
        else:
            known = slot
        if known != term:
            return None
    return added


def instantiate(
    pattern: Pattern, solution: Solution, blanks: dict[Any, ox.BlankNode]
) -> ox.Triple | None:
    """The triple that `pattern` makes of `solution`; None where it makes no RDF (a literal as
    subject). Blank nodes become those of `blanks`, where there is one."""

    def term(slot: Slot) -> Any:
        return solution[slot] if isinstance(slot, Variable) else blanks.get(slot, slot)

    try:
        return ox.Triple(*(term(slot) for slot in pattern))
    except TypeError:
        return None
