"""The depth scans: never a crash, never nesting over the limit, never a refusal for text."""

from __future__ import annotations

import json
from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.errors import BadInput, TooLarge
from pod.rdf import graph, sparql
from pod.rdf.scan import scan_json, scan_turtle
from tests.property.strategies import BASE, TEXT

LIMIT = 8
NOISE = st.text("[](){}<>\"'#\\ab:. \n;,?|^!&=", max_size=300)


@given(st.binary(max_size=300) | NOISE.map(str.encode))
def test_any_bytes_are_accepted_or_refused(data: bytes) -> None:
    for scan in (scan_turtle, scan_json):
        with suppress(BadInput, TooLarge):
            scan(data, max_depth=LIMIT)


@given(NOISE | st.text(max_size=300))
def test_any_query_is_accepted_or_refused(text: str) -> None:
    for start in ("", "SELECT * {", "PREFIX a: <b:c> ASK "):
        with suppress(BadInput, TooLarge):
            sparql.check(start + text, max_depth=LIMIT)


# Text full of brackets, written as each of Turtle's strings, as a comment, as an IRI.
_SAFE = TEXT | st.sampled_from(["[" * 20, "(((((((((({{{{{{{{{{", '"[[[[[[[[[[', "<<<<<<<<<<"])
STRINGS = st.one_of(
    _SAFE.map(lambda t: str(ox.Literal(t))),
    _SAFE.map(lambda t: "'" + str(ox.Literal(t))[1:-1].replace("'", "\\'") + "'"),
    _SAFE.map(lambda t: '"""' + t.replace("\\", "\\\\").replace('"', '\\"') + '"""'),
    _SAFE.map(lambda t: "'''" + t.replace("\\", "\\\\").replace("'", "\\'") + "'''"),
    st.sampled_from(
        ["<http://x/((((((((((>", "<http://x/(#((((((((((y>", "<#'>", "e:\\(\\(\\#\\'"]
    ),
)
COMMENTS = st.sampled_from(["\n", " ", " #[[[[[[[[[[[\n", " # it's \"open\r", "#<<<<<<\n"])


@st.composite
def nested(draw: st.DrawFn, opener: str, closer: str) -> tuple[str, int]:
    """A Turtle term that nests as deep as the number beside it."""
    depth = draw(st.integers(0, 2 * LIMIT))
    # The parser has no long strings in quoted triples.
    text = draw(STRINGS) if opener[0] != "<" else '"[[[[[[[[[[[[[["'
    for _ in range(depth):
        text = f"{opener}{draw(COMMENTS)} {text}{draw(COMMENTS)}{closer}"
    return text, depth


NESTED = st.one_of(nested("[ <#p>", "]"), nested("(", ")"), nested("<<( <#s> <#p>", ")>>"))


@given(st.lists(NESTED, min_size=1, max_size=6), COMMENTS)
def test_turtle_nests_as_deep_as_the_limit(terms: list[tuple[str, int]], space: str) -> None:
    text = "@prefix e: <http://e/>.\n" + "".join(
        f"<#s>{space} <#p> {term} {space}.\n" for term, _ in terms
    )
    # Quoted triples nest by two brackets a level.
    depth = max(d * (2 if t.startswith("<<(") else 1) for t, d in terms)
    parsed = len(graph.parse(text.encode(), graph.TURTLE, BASE, max_depth=4 * LIMIT))
    assert parsed >= 1
    if depth <= LIMIT:
        scan_turtle(text.encode(), max_depth=LIMIT)
    else:
        with pytest.raises(BadInput):
            scan_turtle(text.encode(), max_depth=LIMIT)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _SAFE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_SAFE, inner, max_size=3),
    max_leaves=30,
)


def depth_of(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max(map(depth_of, inner), default=0) + isinstance(value, dict | list)


@given(JSON, st.integers(0, 4), st.booleans())
def test_json_nests_as_deep_as_the_limit(value: object, limit: int, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    if depth_of(value) <= limit:
        scan_json(data, max_depth=limit)
    else:
        with pytest.raises(BadInput):
            scan_json(data, max_depth=limit)


@given(st.integers(0, 2 * LIMIT), _SAFE, st.sampled_from(["()", "{}"]))
def test_queries_nest_as_deep_as_the_limit(depth: int, text: str, pair: str) -> None:
    literal = str(ox.Literal(text.replace("\\", "/")))
    inner = f"BIND({literal} AS ?x) # ((({{{{\n" if pair == "{}" else literal
    query = pair[0] * depth + inner + pair[1] * depth
    query = f"ASK {{ {query} }}" if pair == "{}" else f"ASK {{ FILTER({query} != 1) }}"
    within = depth + 2 <= LIMIT
    ox.Store().query(query)
    if within:
        sparql.check(query, max_depth=LIMIT)
    else:
        with pytest.raises(BadInput):
            sparql.check(query, max_depth=LIMIT)
