"""Adding as text is adding: what `append` makes says what the definition of a patch says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.rdf import graph
from pod.rdf.append import append
from pod.rdf.patch import Patch, apply, read_patch

BASE = "https://pod.example/a/b"
OTHER = "@prefix ex: <http://example.org/>.\n"


def added(body: str, patch: str, kind: str = graph.TURTLE) -> bytes | None:
    found = insertions(patch)
    assert found.insertions is not None
    return append(body.encode(), found.insertions, dict(found.prefixes), kind, BASE)


def insertions(patch: str) -> Patch:
    return read_patch(patch.encode(), "application/sparql-update", BASE)


def agrees(body: str, patch: str, made: bytes, kind: str = graph.TURTLE) -> bool:
    whole = apply(insertions(patch), body.encode(), kind, BASE)
    return graph.isomorphic(*(_set(graph.read(text, kind, BASE)) for text in (made, whole)))


def _set(found: graph.Graph) -> graph.Graph:
    return graph.Graph(dict.fromkeys(found.quads))


INSERT = 'PREFIX new: <http://new.example/> INSERT DATA { <#n> new:p "five" . }'


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<#a> <#b> <#c> .",
        "<#a> <#b> <#c> . # a comment without an end of line",
        OTHER + "<#a> ex:b <#c> .\n",
        "# first\n" + OTHER + "PREFIX x: <http://x.example/>\n<#a> ex:b x:c .",
        "@prefix : <#>.\n:a :b 'text with @, #, < and a dot. ' .",
        '<#a> <#b> """long\n# no comment""" .',
        OTHER + "@prefix ex: <http://other.example/>.\n<#a> ex:b <#c> .",
        OTHER + "<#a> ex:b [ ex:c ( 1 2 ) ] .",
    ],
)
def test_what_is_added_stands_in_the_text(body: str) -> None:
    made = added(body, INSERT)
    assert made is not None and agrees(body, INSERT, made)
    assert b"new:p" in made, "with the prefix that the patch uses"
    for line in body.splitlines():
        assert line.encode() in made, "what was written stays"
    again = added(made.decode(), INSERT.replace("five", "six").replace("#n", "#m"))
    assert again is not None and again.count(b"@prefix new:") == 1


@pytest.mark.parametrize(
    "body",
    [
        "@base <https://elsewhere.example/>.\n<#a> <#b> <#c> .",
        "BASE <https://elsewhere.example/>\n<#a> <#b> <#c> .",
        "<#a> <#b> <#c> .\n@prefix new: <http://not.the.same.example/>.",
        "<#a> <#b> <#c> .PREFIX new: <http://not.the.same.example/>",
        "@prefix new: <relative/>.\n<#a> <#b> <#c> .",
        "@prefix new: <http://x.example/\\u0061>.\n<#a> <#b> <#c> .",
        "@prefix new: <http://x.example/> # before its dot\n.\n<#a> <#b> <#c> .",
        '<#n> <http://new.example/p> "five" .',
    ],
)
def test_what_only_a_parser_can_tell_is_left_to_it(body: str) -> None:
    assert added(body, INSERT) is None


def test_blank_nodes_are_fresh() -> None:
    body, patch = "_:b0 <#p> _:b1 .", "INSERT DATA { _:b0 <#q> _:x . _:x <#r> 1 }"
    made = added(body, patch)
    assert made is not None and agrees(body, patch, made)


def test_n_triples_stay_n_triples() -> None:
    body = "<http://x.example/a> <http://x.example/b> _:c .\n"
    made = added(body, INSERT, graph.N_TRIPLES)
    assert made is not None and agrees(body, INSERT, made, graph.N_TRIPLES)


_NAME = st.sampled_from(["<#a>", "<#b>", "ex:c", "<../d>", "<http://new.example/e>", "_:b0", "_:z"])
_VALUE = st.one_of(
    _NAME, st.sampled_from(['"x"', '"@base"@en', "'''a\nb'''", "7", "true", '"1.5"^^ex:t'])
)
_TRIPLE = st.tuples(_NAME, st.sampled_from(["ex:p", "<#q>", "a"]), _VALUE).map(
    lambda parts: " ".join(parts) + " .\n"
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_TRIPLE, max_size=6), st.lists(_TRIPLE, min_size=1, max_size=4), st.booleans())
def test_random_documents(before: list[str], inserts: list[str], newline: bool) -> None:
    body = OTHER + "".join(before)
    body = body if newline else body.rstrip("\n") + " # end"
    patch = "PREFIX ex: <http://example.org/> INSERT DATA {\n" + "".join(inserts) + "}"
    made = added(body, patch)
    if made is not None:
        assert agrees(body, patch, made)
