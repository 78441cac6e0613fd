"""Copy, move, delete of documents and whole containers: whole or not at all, and nobody sees more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pod import server
from pod.config import Settings
from pod.errors import BadInput, Conflict, Forbidden, MethodNotAllowed, NotFound, PodError, TooLarge
from pod.http import paths
from pod.model import PUBLIC, AccessMode, Agent, AgentKind, Body, Grant, Iri, Verb, Who
from pod.services import Services
from pod.space import Space
from pod.tree import DEEPEST, LONGEST

ALICE = Agent(AgentKind.PERSON, "https://alice.example/profile#me")
TTL = "text/turtle"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder: Path = tmp_path_factory.mktemp("pod")
    settings = replace(
        Settings(),
        data=folder / "data",
        vault_key_file=str(folder / "vault.key"),
        version_gap_seconds=0.0,
        tree_resources=40,
        inline_bytes=1000,
    )
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


@pytest.fixture
def space(services: Services) -> Space:
    return services.space


@pytest.fixture
def home(space: Space, request: pytest.FixtureRequest) -> Iri:
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    return space.iri_of(f"/t/{name}/")


def put(space: Space, iri: str, text: str = "<> a <#T>.", kind: str = TTL) -> Iri:
    space.put(space.owner, Iri(iri), Body.of(text.encode()), kind)
    return Iri(iri)


def rules(space: Space, iri: Iri, who: Who, name: str | None, *modes: AccessMode) -> None:
    below = (False, True) if iri.is_container else (False,)
    grants = [Grant(Who.AGENT, space.owner.webid, iri, b, frozenset(AccessMode)) for b in below]
    grants += [Grant(who, name, iri, b, frozenset(modes)) for b in below]
    space.set_grants(space.owner, iri, grants)


def text(space: Space, iri: str) -> bytes:
    return space.get(space.owner, Iri(iri)).body.read(1 << 20)


def test_a_document_moves_with_its_description_and_its_rules(space: Space, home: Iri) -> None:
    doc = put(space, home + "a")
    put(space, doc.meta, "<a> <#said> 'about'.")
    rules(space, doc, Who.AGENT, ALICE.webid, AccessMode.READ)
    etag = space.get(space.owner, doc).etag
    target = Iri(home + "deep/er/b")
    space.tree.move(space.owner, doc, target)
    assert text(space, target) == b"<> a <#T>."
    assert space.get(ALICE, target).etag != etag
    assert b"about" in text(space, target.meta)
    for gone in (doc, doc.meta, doc.acl):
        assert not space.exists(space.owner, gone)
    with pytest.raises(Forbidden):
        space.get(ALICE, doc)
    with pytest.raises(Forbidden):
        space.get(ALICE, Iri(home + "deep/er/"))
    names = [r.iri for r in space.list(space.owner, Iri(home + "deep/er/"))]
    assert names == [target]
    assert space.journal.activities(space.owner, limit=1)[0].verb is Verb.MOVE


def test_a_container_moves_with_everything(space: Space, home: Iri) -> None:
    for name in ("x/a", "x/y/b", "x/y/z/c"):
        put(space, home + name, f"<> <#is> '{name}'.")
    big = put(space, home + "x/big", "b" * 5000, "text/plain")
    rules(space, Iri(home + "x/y/"), Who.AGENT, ALICE.webid, AccessMode.READ)
    space.tree.move(space.owner, Iri(home + "x/"), Iri(home + "w/v/"))
    assert text(space, home + "w/v/y/z/c") == b"<> <#is> 'x/y/z/c'."
    assert text(space, home + "w/v/big") == b"b" * 5000
    assert space.get(ALICE, Iri(home + "w/v/y/b"))
    with pytest.raises(Forbidden):
        space.get(ALICE, Iri(home + "w/v/a"))
    assert not space.exists(space.owner, big)
    assert not space.exists(space.owner, Iri(home + "x/"))
    asked = f"SELECT ?g WHERE {{ GRAPH ?g {{ ?s <{home}w/v/a#is> ?o }} }}"
    assert space.query(space.owner, asked).rows == [[home + "w/v/a"]]
    assert space.check(space.owner) == {"log": [], "blobs": []}


def test_a_copy_has_the_rules_of_its_new_place(space: Space, home: Iri) -> None:
    put(space, home + "x/open")
    put(space, home + "x/big", "b" * 5000, "text/plain")
    rules(space, Iri(home + "x/"), Who.EVERYONE, None, AccessMode.READ)
    assert space.get(PUBLIC, Iri(home + "x/open"))
    space.tree.copy(space.owner, Iri(home + "x/"), Iri(home + "y/"))
    assert text(space, home + "y/open") == text(space, home + "x/open")
    with pytest.raises(PodError):
        space.get(PUBLIC, Iri(home + "y/open"))
    assert not space.exists(space.owner, Iri(home + "y/.acl"))
    # The two share a file; neither takes it from the other.
    space.tree.delete(space.owner, Iri(home + "x/"))
    assert text(space, home + "y/big") == b"b" * 5000


def test_where_nothing_goes(space: Space, home: Iri) -> None:
    put(space, home + "x/a")
    put(space, home + "taken")
    inside: list[tuple[str, str, type[PodError]]] = [
        ("x/", "x/y/", Conflict),  # into itself
        ("x/", "x/", Conflict),
        ("x/a", "taken", Conflict),
        ("x/a", "taken/b", Conflict),  # below a document
        ("x/", "taken/", Conflict),  # /taken and /taken/
        ("x/a", "b/", BadInput),  # a document becomes no container
        ("x/", "b", BadInput),
        ("x/a", "b.acl", BadInput),
        ("x/a", "b.meta", BadInput),
        ("missing", "b", NotFound),
        ("x/a", "n" * LONGEST, BadInput),
        ("x/", "d/" * DEEPEST, BadInput),
    ]
    for act in (space.tree.move, space.tree.copy):
        for source, target, error in inside:
            with pytest.raises(error):
                act(space.owner, Iri(home + source), Iri(home + target))
        for reserved in (".pod/x", ".pod", ".well-known/x", ".oidc/y", ".notifications/z"):
            with pytest.raises((BadInput, NotFound)):
                act(space.owner, Iri(home + "x/a"), Iri(space.root + reserved))
        with pytest.raises(NotFound):
            act(space.owner, Iri(home + "x/a"), Iri("https://elsewhere.example/a"))
    assert text(space, home + "x/a") == b"<> a <#T>."
    assert (LONGEST, DEEPEST) == (paths.LONGEST, paths.DEEPEST)


def test_the_root_and_the_profile_stay(space: Space) -> None:
    with pytest.raises(MethodNotAllowed):
        space.tree.delete(space.owner, space.root)
    for iri in ("/profile/", "/profile/card"):
        with pytest.raises(Conflict):
            space.tree.delete(space.owner, space.iri_of(iri))
        with pytest.raises(Conflict):
            space.tree.move(space.owner, space.iri_of(iri), space.iri_of("/elsewhere" + iri[8:]))
    assert space.get(PUBLIC, space.iri_of("/profile/card"))


def test_each_step_wants_its_right(space: Space, home: Iri) -> None:
    source, target = Iri(home + "from/"), Iri(home + "to/")
    put(space, source + "a")
    put(space, source + "secret")
    put(space, target + "b")
    read, write = AccessMode.READ, AccessMode.WRITE
    rules(space, source, Who.AGENT, ALICE.webid, read)
    rules(space, target, Who.AGENT, ALICE.webid, read)
    move = space.tree.move
    with pytest.raises(Forbidden):  # no right to create
        space.tree.copy(ALICE, Iri(source + "a"), Iri(target + "a"))
    rules(space, target, Who.AGENT, ALICE.webid, read, write)
    space.tree.copy(ALICE, Iri(source + "a"), Iri(target + "a"))
    with pytest.raises(Forbidden):  # no right to delete
        move(ALICE, Iri(source + "a"), Iri(target + "a2"))
    rules(space, source, Who.AGENT, ALICE.webid, read, write)
    move(ALICE, Iri(source + "a"), Iri(target + "a2"))
    # One document inside that she may not read stops the whole container.
    rules(space, Iri(source + "secret"), Who.AGENT, "https://bob.example/#me", read)
    rules(space, home, Who.AGENT, ALICE.webid, read, write)
    for act in (move, space.tree.copy):
        with pytest.raises(Forbidden):
            act(ALICE, source, Iri(home + "mine/"))
    with pytest.raises(Forbidden):
        space.tree.delete(ALICE, source)
    # Rules go along only with Control of them.
    rules(space, Iri(source + "secret"), Who.AGENT, ALICE.webid, read, write)
    with pytest.raises(Forbidden):
        move(ALICE, Iri(source + "secret"), Iri(home + "secret"))
    assert text(space, source + "secret") == b"<> a <#T>."
    with pytest.raises(PodError):
        space.tree.extent(PUBLIC, source)


def test_too_much_at_once_is_refused_whole(space: Space, home: Iri) -> None:
    for number in range(45):
        put(space, f"{home}x/{number}")
    with pytest.raises(TooLarge):
        space.tree.delete(space.owner, Iri(home + "x/"))
    assert len(space.list(space.owner, Iri(home + "x/"))) == 45


def test_undo_of_each(space: Space, home: Iri) -> None:
    put(space, home + "x/a", "<> <#is> 'first'.")
    put(space, home + "x/y/b")
    undo = space.versions.undo
    moved = space.tree.move(space.owner, Iri(home + "x/"), Iri(home + "m/"))
    assert undo(space.owner, moved) == home + "x/"
    assert text(space, home + "x/a") == b"<> <#is> 'first'."
    copied = space.tree.copy(space.owner, Iri(home + "x/"), Iri(home + "c/"))
    undo(space.owner, copied)
    assert not space.exists(space.owner, Iri(home + "c/"))
    deleted = space.tree.delete(space.owner, Iri(home + "x/"))
    undo(space.owner, deleted)
    assert text(space, home + "x/a") == b"<> <#is> 'first'."
    assert space.exists(space.owner, Iri(home + "x/y/b"))
    with pytest.raises(Conflict):  # it is there again
        undo(space.owner, deleted)
    changed = space.put(space.owner, Iri(home + "x/a"), Body.of(b"<> <#is> 'second'."), TTL)
    seq = changed.resource.version
    undo(space.owner, seq)
    assert text(space, home + "x/a") == b"<> <#is> 'first'."
    with pytest.raises(Conflict):  # changed since
        undo(space.owner, seq)
    for agent in (ALICE, PUBLIC):
        with pytest.raises(PodError):
            undo(agent, seq)
    with pytest.raises(NotFound):
        undo(space.owner, 10**9)


def test_undo_gives_no_access_back(space: Space, home: Iri) -> None:
    """A document that was private in an open folder does not come back open."""
    doc = put(space, home + "open/private", "<> a <#Secret>.")
    put(space, home + "open/deep/b")
    rules(space, Iri(home + "open/"), Who.EVERYONE, None, AccessMode.READ)
    rules(space, doc, Who.AGENT, "https://bob.example/#me", AccessMode.READ)
    with pytest.raises(PodError):
        space.get(PUBLIC, doc)
    seq = space.tree.delete(space.owner, doc)
    space.versions.undo(space.owner, seq)
    assert space.get(space.owner, doc)
    for agent in (PUBLIC, Agent(AgentKind.PERSON, "https://bob.example/#me")):
        with pytest.raises(PodError):
            space.get(agent, doc)
    # A whole container too, with one rule on its top.
    seq = space.tree.delete(space.owner, Iri(home + "open/deep/"))
    space.versions.undo(space.owner, seq)
    with pytest.raises(PodError):
        space.get(PUBLIC, Iri(home + "open/deep/b"))
    assert space.get(space.owner, Iri(home + "open/deep/b"))
    # And a change of rules is no change that an undo takes back.
    space.drop_grants(space.owner, doc)
    seq = space.journal.activities(space.owner, limit=1)[0].seq
    with pytest.raises(NotFound):
        space.versions.undo(space.owner, seq)
