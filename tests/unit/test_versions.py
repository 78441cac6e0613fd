"""Earlier versions: kept within limits, seen by the owner alone, restored, erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pod import server
from pod.config import Settings
from pod.errors import Conflict, NotFound, PodError
from pod.model import PUBLIC, AccessMode, Agent, AgentKind, Body, Grant, Iri, Who
from pod.services import Services
from pod.space import Space

ALICE = Agent(AgentKind.PERSON, "https://alice.example/profile#me")
TTL = "text/turtle"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    settings = replace(
        Settings(),
        data=tmp_path / "data",
        vault_key_file=str(tmp_path / "vault.key"),
        inline_bytes=1000,
        version_gap_seconds=0.0,
        version_count=3,
        version_bytes=10_000,
        version_quota_bytes=40_000,
    )
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


@pytest.fixture
def space(services: Services) -> Space:
    return services.space


def put(space: Space, path: str, data: bytes, kind: str = "text/plain") -> Iri:
    iri = space.iri_of(path)
    space.put(space.owner, iri, Body.of(data) if len(data) < 1000 else space.stage([data]), kind)
    return iri


def bodies(space: Space, iri: Iri) -> list[bytes]:
    return [v.body.read(1 << 20) for v in space.versions.of(space.owner, iri)]


def test_the_last_ones_are_kept_and_come_back(space: Space) -> None:
    for number in range(6):
        doc = put(space, "/a", b"%d" % number)
    assert bodies(space, doc) == [b"4", b"3", b"2"]
    third = space.versions.of(space.owner, doc)[1]
    space.versions.restore(space.owner, doc, third.id)
    assert space.get(space.owner, doc).body.read(9) == b"3"
    assert bodies(space, doc) == [b"5", b"4", b"3"]  # what it replaced can come back too
    with pytest.raises(NotFound):
        space.versions.restore(space.owner, space.iri_of("/b"), third.id)
    with pytest.raises(NotFound):
        space.versions.one(space.owner, doc, 10**6)


def test_a_large_one_is_a_file_that_stays(space: Space) -> None:
    doc = put(space, "/big", b"1" * 5000)
    put(space, "/big", b"2" * 5000)
    put(space, "/big", b"3" * 50_000)  # over version_bytes: it will not be kept
    put(space, "/big", b"4")
    assert bodies(space, doc) == [b"2" * 5000, b"1" * 5000]
    kept = space.versions.of(space.owner, doc)[1]
    space.versions.restore(space.owner, doc, kept.id)
    assert space.get(space.owner, doc).body.read(9000) == b"1" * 5000
    assert space.check(space.owner)["blobs"] == []


def test_a_deleted_document_comes_back_with_its_description(space: Space) -> None:
    doc = put(space, "/f/a", b"<> a <#A>.", TTL)
    put(space, "/f/a.meta", b"<a> <#b> <#c>.", TTL)
    space.delete(space.owner, doc)
    names = [v.path for v in space.versions.deleted(space.owner, 10)]
    assert sorted(names) == ["/f/a", "/f/a.meta"]
    seq = space.versions.of(space.owner, doc)[0].ended
    assert space.versions.undo(space.owner, seq) == doc
    assert space.get(space.owner, doc.meta).body.read(99) == b"<a> <#b> <#c>."
    assert space.versions.deleted(space.owner, 10) == []


def test_the_quota_drops_the_oldest(space: Space) -> None:
    for number in range(200):
        put(space, f"/many/{number}", b"x" * 900)
    for number in range(200):
        put(space, f"/many/{number}", b"y")
    assert 0 < space.versions.bytes_used(space.owner) <= 40_000 + 64 * (900 + 512)
    assert bodies(space, space.iri_of("/many/0")) == []
    assert bodies(space, space.iri_of("/many/199")) == [b"x" * 900]


def test_access_rules_are_never_kept(space: Space) -> None:
    doc = put(space, "/a", b"1")
    own = Grant(Who.AGENT, space.owner.webid, doc, False, frozenset(AccessMode))
    for _ in range(3):
        space.set_grants(space.owner, doc, [own])
    space.tree.delete(space.owner, doc)
    assert bodies(space, doc.acl) == []
    assert bodies(space, doc) == [b"1"]


def test_the_identity_provider_does_not_come_back(space: Space) -> None:
    """solid.md: 409 on changes to the protected triple, on every path."""
    card = space.iri_of("/profile/card")
    before = space.get(space.owner, card).body.read(9999)
    own_issuer = space.root
    space.profile.set_issuers(space.owner, ["https://e.example/"])
    space.profile.set_issuers(space.owner, [own_issuer])
    foreign, own = space.versions.of(space.owner, card)[:2]
    assert b"e.example" in foreign.body.read(9999)
    assert b"e.example" not in before + own.body.read(9999)
    with pytest.raises(Conflict):
        space.versions.restore(space.owner, card, foreign.id)
    space.versions.restore(space.owner, card, own.id)


def test_they_are_the_owners_and_can_be_erased(space: Space) -> None:
    doc = put(space, "/f/a", b"1" * 5000)
    put(space, "/f/a", b"2")
    put(space, "/g", b"1")
    put(space, "/g", b"2")
    for agent in (ALICE, PUBLIC, space.program("x")):
        with pytest.raises(PodError):
            space.versions.of(agent, doc)
        with pytest.raises(PodError):
            space.versions.deleted(agent, 5)
        with pytest.raises(PodError):
            space.versions.erase(agent)
    space.versions.erase(space.owner, space.iri_of("/f/"))
    assert bodies(space, doc) == []
    assert bodies(space, space.iri_of("/g")) == [b"1"]
    space.versions.erase(space.owner)
    assert space.versions.bytes_used(space.owner) == 0


def test_history_moves_along_and_is_not_copied(space: Space) -> None:
    doc = put(space, "/f/a", b"1")
    put(space, "/f/a", b"2")
    space.tree.copy(space.owner, space.iri_of("/f/"), space.iri_of("/c/"))
    space.tree.move(space.owner, space.iri_of("/f/"), space.iri_of("/h/"))
    assert bodies(space, space.iri_of("/c/a")) == []
    assert bodies(space, doc) == []
    assert bodies(space, space.iri_of("/h/a")) == [b"1"]


def test_a_burst_costs_one(tmp_path: Path) -> None:
    settings = replace(Settings(), data=tmp_path / "d", vault_key_file=str(tmp_path / "k"))
    server.initialise(settings)
    services = server.build(settings)
    try:
        for number in range(20):
            doc = put(services.space, "/a", b"%d" % number)
        assert len(bodies(services.space, doc)) <= 1
        services.space.delete(services.space.owner, doc)
        assert bodies(services.space, doc)[0] == b"19"
    finally:
        services.close()
