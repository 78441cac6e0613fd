"""JSON-LD contexts: inline, or known by name. Nothing is fetched (https://www.w3.org/TR/json-ld11/).

pyoxigraph has no loader, so a context that stays remote is an error and never a request; a long
chain of terms, or a large context repeated at each node, is refused here, because the one ends the
process and the other takes minutes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pod.errors import BadInput, TooLarge

MAX_TERMS = 1000
MAX_TERM_COPIES = 1_000_000

_known: dict[str, Any] = {}


def register(iri: str, document: Mapping[str, Any]) -> None:
    """Makes the context document `document` (an object with `@context`) known as `iri`."""
    _known[iri] = document["@context"]


def inline_contexts(data: bytes) -> bytes:
    """`data` with known contexts in place of their names, unchanged if it names none.

    Raises BadInput for a context that is not known (it is named), for `@import`, for an object
    with two contexts and for what is not JSON; TooLarge for contexts that cost too much. `data`
    must have passed `scan_json`.
    """
    if b"@context" not in data and b"\\u" not in data:
        return data
    contexts = _Contexts()
    try:
        document = json.loads(data, object_pairs_hook=contexts.collect)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"not JSON: {error}", line=getattr(error, "lineno", None)) from None
    contexts.check()
    if not contexts.replaced:
        return data
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


class _Contexts:
    """What the contexts of one document hold, counted while it is read."""

    def __init__(self) -> None:
        self.replaced = False
        self.found = 0
        self.terms = 0
        self._copied = 0

    def collect(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if "@context" in made:
            if sum(key == "@context" for key, _ in pairs) > 1:
                raise BadInput("an object has two @context")
            self.found += 1
            made["@context"] = self._resolve(made["@context"])
        if "@import" in made:
            raise BadInput(f"@import is not followed: {made['@import']}")
        return made

    def _resolve(self, context: Any) -> Any:
        if isinstance(context, list):
            return [self._resolve(part) for part in context]
        if isinstance(context, str):
            if context not in _known:
                raise BadInput(
                    f"remote JSON-LD contexts are not fetched: {context}", context=context
                )
            self.replaced = True
            context = _known[context]
        elif isinstance(context, dict):
            self.terms += len(context)
            if self.terms > MAX_TERMS:
                raise TooLarge(f"more than {MAX_TERMS} terms in contexts", limit=MAX_TERMS)
        self._copied += len(context) if context else 0
        return context

    def check(self) -> None:
        """Every context starts as a copy of the one around it."""
        if self.found * self._copied > MAX_TERM_COPIES:
            raise TooLarge(f"{self.found} contexts of {self._copied} terms are too much")
