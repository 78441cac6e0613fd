"""Random terms, graphs and Turtle texts."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import strategies as st

BASE = "http://pod.example/alice/doc"
IRIS = st.sampled_from(
    [
        BASE,
        BASE + "#me",
        BASE + "#it's",
        "http://pod.example/alice/",
        "http://pod.example/alice/a:b",
        "http://pod.example/alice/%C3%A9?q=(1)",
        "http://pod.example/",
        "http://pod.example/bob/card#me",
        "http://pod.example//double",
        "https://schema.org/name",
        "https://schema.org/1.5",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "urn:x:y#z",
        "mailto:a@b.example",
        "http://é.example/ü#ñ",
    ]
).map(ox.NamedNode)
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
) | st.sampled_from(
    ["[[[", "#]", '"""', "'''", "\\", "\\u0041", "a.b", "<x>", "\n\r", "{?x}", "1.0"]
)
LITERALS = st.one_of(
    TEXT.map(ox.Literal),
    st.builds(lambda t: ox.Literal(t, language="fr-be"), TEXT),
    st.integers().map(ox.Literal),
    st.booleans().map(ox.Literal),
    st.sampled_from(["1", "01", "1.50", "-.5", "x"]).map(
        lambda t: ox.Literal(t, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    ),
)
BLANKS = st.sampled_from(["x", "b0", "b7", "long-label"]).map(ox.BlankNode)
GROUND = st.builds(ox.Triple, IRIS, IRIS, IRIS | LITERALS)
TRIPLES = st.builds(ox.Triple, IRIS | BLANKS, IRIS, IRIS | BLANKS | LITERALS)
GRAPHS = st.lists(TRIPLES, max_size=12)
GROUND_GRAPHS = st.lists(GROUND, max_size=12)


def quads(triples: list[ox.Triple]) -> list[ox.Quad]:
    return [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
