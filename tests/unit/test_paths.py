"""Addresses: one spelling a resource, and whatever could be read in two ways refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pod.errors import BadInput, NotAcceptable, RangeNotSatisfiable
from pod.http.negotiate import choose, prefers_html
from pod.http.paths import DEEPEST, canonical, is_reserved, name_of
from pod.http.ranges import read_range


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/", "/"),
        (b"/a/b.ttl", "/a/b.ttl"),
        (b"/%61/%7Eb", "/a/~b"),
        (b"/a%3ab:c", "/a%3Ab:c"),
        (b"/caf%c3%a9", "/caf%C3%A9"),
        (b"/caf\xc3\xa9", "/caf%C3%A9"),
        (b"/cafe%CC%81", "/caf%C3%A9"),
        (b"/a%20b", "/a%20b"),
        (b'/a"<>b', "/a%22%3C%3Eb"),
        (b"/x%2eacl", "/x.acl"),
        (b"/.acl", "/.acl"),
        (b"/a/.meta", "/a/.meta"),
        (b"/...", "/..."),
        (b"/a.acl.ttl", "/a.acl.ttl"),
        (b"/%3F%23", "/%3F%23"),
        (b"/100%25", "/100%25"),
    ],
)
def test_one_spelling(raw: bytes, path: str) -> None:
    assert canonical(raw) == path
    assert canonical(path.encode()) == path


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"a", b"*", b"//", b"//a", b"/a//b", b"/a//", b"/.", b"/..", b"/a/../b", b"/./a",
        b"/%2e%2e/a", b"/a/%2E/b", b"/.%2e", b"/a%2fb", b"/a%2Fb", b"/a\\b", b"/a%5cb", b"/a%00b",
        b"/a%0d%0ab", b"/a\x7fb", b"/a%c2%85b", b"/%ff", b"/%c0%ae%c0%ae", b"/%c0%af", b"/%ed%a0%80",
        b"/%f4%90%80%80", b"/%", b"/%2", b"/%zz", b"/%u002e", b"/a.acl/b", b"/a.acl/", b"/x/.meta/y",
        b"/.acl.acl", b"/a.acl.acl", b"/a.meta.acl", b"/a.acl.meta", b"/a%2eacl%2eacl",
        b"/a%E2%80%AEb", b"/" + b"a/" * (DEEPEST + 1), b"/" + b"a" * 2048, b"/" + b"\xc3\xa9" * 1000,
    ],
)  # fmt: skip
def test_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        canonical(raw)


def test_look_alikes_stay_distinct() -> None:
    names = ["/a", "/а", "/ａ", "/A", "/a\u200d", "/ﬁ", "/fi", "/K", "/\u212a\u0301"]
    assert len({canonical(name.encode()) for name in names}) == len(names)


@given(some.binary(max_size=60))
def test_canonical_is_a_fixed_point(tail: bytes) -> None:
    try:
        path = canonical(b"/" + tail)
    except BadInput:
        return
    assert canonical(path.encode()) == path
    assert path.isascii()
    assert "//" not in path and "/../" not in path + "/" and "/./" not in path + "/"


@given(some.text(max_size=120))
def test_a_slug_becomes_one_name_or_none(slug: str) -> None:
    name = name_of(slug.encode("utf-8", "surrogatepass").decode("latin-1"))
    if name is not None:
        assert "/" not in name
        assert canonical(f"/c/{name}".encode()) == f"/c/{name}"
        assert not name.endswith((".acl", ".meta"))
        assert not is_reserved(f"/{name}")


@pytest.mark.parametrize("slug", ["", " ", ".", "..", "/", ".acl", ".meta", "x.acl.meta.acl"])
def test_slugs_that_name_nothing_or_an_auxiliary(slug: str) -> None:
    assert name_of(slug) in (None, "x")


def test_reserved_names_are_whole_segments() -> None:
    assert is_reserved("/.pod") and is_reserved("/.pod/") and is_reserved("/.oidc/x")
    assert not is_reserved("/.podium") and not is_reserved("/a/.pod/") and not is_reserved("/.acl")


TTL, JSON, NT = "text/turtle", "application/ld+json", "application/n-triples"


@pytest.mark.parametrize(
    ("accept", "stored", "sent"),
    [
        (None, TTL, TTL),
        ("*/*", JSON, JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", TTL, TTL),
        (JSON, TTL, JSON),
        ("text/turtle;q=0.5, application/ld+json;q=0.6", TTL, JSON),
        ("application/ld+json, text/turtle", TTL, TTL),
        ("application/*", TTL, JSON),
        ("*/*;q=0.1, text/turtle;q=0", TTL, JSON),
        ("TEXT/Turtle ; Q=1", JSON, TTL),
        ("application/n-triples", TTL, NT),
        ("text/*", "text/plain;charset=utf-8", "text/plain;charset=utf-8"),
        ("a/b;q=2, text/turtle;q=x, application/ld+json;q=0.001", TTL, JSON),
    ],
)
def test_choice_of_a_representation(accept: str | None, stored: str, sent: str) -> None:
    assert choose(accept, stored) == sent


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", ",;,=", "text/turtle;q=-1"])
def test_nothing_acceptable(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        choose(accept, "text/plain")


def test_who_is_a_browser() -> None:
    assert prefers_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert not prefers_html("*/*") and not prefers_html(None)
    assert not prefers_html("text/turtle, text/html;q=0.5")
    assert not prefers_html("text/turtle, text/html")


@given(some.text(max_size=30), some.integers(0, 50))
def test_a_range_lies_inside(header: str, size: int) -> None:
    for text in (header, f"bytes={header}"):
        try:
            found = read_range(text, size)
        except RangeNotSatisfiable:
            continue
        if found is not None:
            first, length = found
            assert 0 <= first < first + length <= size
