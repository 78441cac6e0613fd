"""The one door: what each kind of agent may do, and that a write is whole, recorded and indexed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pod import server
from pod.config import Settings
from pod.errors import (
    BadInput,
    Conflict,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    Unauthenticated,
)
from pod.model import (
    PUBLIC,
    AccessMode,
    Activity,
    Agent,
    AgentKind,
    Body,
    Grant,
    Iri,
    Verb,
    Who,
)
from pod.services import Services
from pod.space import Conditions, Space, Write
from pod.storage.looks import MOST_PLACES, looked_at

ALICE = Agent(AgentKind.PERSON, "https://alice.example/profile#me")
TTL = "text/turtle"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder: Path = tmp_path_factory.mktemp("pod")
    settings = replace(Settings(), data=folder / "data", vault_key_file=str(folder / "vault.key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


@pytest.fixture
def space(services: Services) -> Space:
    return services.space


@pytest.fixture
def home(space: Space, request: pytest.FixtureRequest) -> Iri:
    name = request.node.name.replace("[", "-").replace("]", "")
    return space.iri_of(f"/t/{name}/")


def grant(space: Space, home: Iri, who: Who, iri: str | None, *modes: AccessMode) -> None:
    own = [
        Grant(Who.AGENT, space.owner.webid, home, below, frozenset(AccessMode))
        for below in (False, True)
    ]
    more = [Grant(who, iri, home, below, frozenset(modes)) for below in (False, True)]
    space.set_grants(space.owner, home, [*own, *more])


def text(value: str) -> Body:
    return Body.of(value.encode())


def test_a_new_storage_is_its_owners_alone(space: Space, home: Iri) -> None:
    doc = Iri(home + "doc")
    assert space.put(space.owner, doc, text("<> a <#T>."), TTL).created
    with pytest.raises(Unauthenticated):
        space.get(PUBLIC, doc)
    with pytest.raises(Forbidden):
        space.get(ALICE, doc)
    # A missing resource answers as an existing one.
    with pytest.raises(Forbidden):
        space.get(ALICE, Iri(home + "missing"))
    with pytest.raises(NotFound):
        space.get(space.owner, Iri(home + "missing"))


def test_bytes_are_the_record_and_json_ld_is_the_same_graph(space: Space, home: Iri) -> None:
    doc = Iri(home + "doc")
    body = b"# a comment\n@prefix : <#>.\n:a   :b :c ;\n  :d 1.50 .\n"
    space.put(space.owner, doc, Body.of(body), TTL)
    assert space.get(space.owner, doc).body.read(1000) == body
    converted = space.get(space.owner, doc, "application/ld+json")
    assert b"1.50" in converted.body.read(1000)
    assert converted.etag != space.get(space.owner, doc).etag


def test_append_inserts_but_neither_reads_nor_replaces(space: Space, home: Iri) -> None:
    doc = Iri(home + "doc")
    space.put(space.owner, doc, text("<#a> <#b> <#c>."), TTL)
    grant(space, home, Who.AGENT, ALICE.webid, AccessMode.APPEND)
    insert = b"""@prefix solid: <http://www.w3.org/ns/solid/terms#>.
        <> a solid:InsertDeletePatch; solid:inserts { <#x> <#y> <#z>. }."""
    space.patch(ALICE, doc, insert, "text/n3")
    assert b"#x" in space.get(space.owner, doc).body.read(1000)
    with pytest.raises(Forbidden):
        space.get(ALICE, doc)
    with pytest.raises(Forbidden):
        space.put(ALICE, doc, text("<> a <#T>."), TTL)
    with pytest.raises(Forbidden):
        space.delete(ALICE, doc)


def test_read_is_not_control(space: Space, home: Iri) -> None:
    doc = Iri(home + "doc")
    space.put(space.owner, doc, text("<> a <#T>."), TTL)
    grant(space, home, Who.EVERYONE, None, AccessMode.READ)
    assert space.get(PUBLIC, doc)
    with pytest.raises(Unauthenticated):
        space.get(PUBLIC, home.acl)
    with pytest.raises(Forbidden):
        space.rights(ALICE, home)
    assert AccessMode.READ in space.decide(PUBLIC, doc).public


def test_write_on_a_container_creates_and_deletes_below_it(space: Space, home: Iri) -> None:
    space.put(space.owner, home, Body.of(b""), TTL)
    grant(space, home, Who.AGENT, ALICE.webid, AccessMode.WRITE)
    doc = Iri(home + "deep/er/doc")
    assert space.put(ALICE, doc, text("<> a <#T>."), TTL).created
    space.delete(ALICE, doc)
    assert not space.exists(space.owner, doc)


def test_conditions(space: Space, home: Iri) -> None:
    doc = Iri(home + "doc")
    etag = space.put(space.owner, doc, text("<> a <#A>."), TTL).etag
    with pytest.raises(PreconditionFailed):
        space.put(space.owner, doc, text("<> a <#B>."), TTL, Conditions(if_none_match="*"))
    after = space.put(space.owner, doc, text("<> a <#B>."), TTL, Conditions(if_match=etag)).etag
    assert after != etag
    with pytest.raises(PreconditionFailed):
        space.put(space.owner, doc, text("<> a <#C>."), TTL, Conditions(if_match=etag))
    ld = space.get(space.owner, doc, "application/ld+json").etag
    space.put(space.owner, doc, text("<> a <#D>."), TTL, Conditions(if_match=ld))


def test_a_document_and_a_container_never_share_a_name(space: Space, home: Iri) -> None:
    space.put(space.owner, Iri(home + "x"), text("<> a <#A>."), TTL)
    for twin in ("x/", "x/y", "x/y/z"):
        with pytest.raises(Conflict):
            space.put(space.owner, Iri(home + twin), text(""), TTL)
    made = space.post(space.owner, home, text("<> a <#A>."), TTL, slug="x")
    assert made.resource.iri != home + "x"


def test_the_root_stays(space: Space) -> None:
    with pytest.raises(MethodNotAllowed):
        space.delete(space.owner, space.root)
    with pytest.raises(MethodNotAllowed):
        space.delete(space.owner, space.root.acl)
    with pytest.raises(Conflict):
        space.put(space.owner, space.root.acl, text("<> a <#Nothing>."), TTL)


def test_a_container_that_is_not_empty_stays(space: Space, home: Iri) -> None:
    space.put(space.owner, Iri(home + "x"), text("<> a <#A>."), TTL)
    with pytest.raises(Conflict):
        space.delete(space.owner, home)
    space.delete(space.owner, Iri(home + "x"))
    space.delete(space.owner, home)
    assert not space.exists(space.owner, home)


def test_bad_rdf_is_refused_and_names_the_line(space: Space, home: Iri) -> None:
    with pytest.raises(BadInput, match="line 2"):
        space.put(space.owner, Iri(home + "doc"), text("<#a> <#b> <#c>.\n<#a> <#b> ."), TTL)
    assert not space.exists(space.owner, Iri(home + "doc"))


def test_put_all_is_whole_or_not_at_all(space: Space, home: Iri) -> None:
    first = space.put(space.owner, Iri(home + "a"), text("<> a <#A>."), TTL)
    log = Activity(Verb.IMPORT, space.owner)
    writes = [
        Write(Iri(home + "b"), b"<> a <#B>.", TTL, 0),
        Write(Iri(home + "a"), b"<> a <#A2>.", TTL, first.resource.version - 1),
    ]
    head = space.journal.activities(space.owner, limit=1)[0].seq
    with pytest.raises(PreconditionFailed):
        space.put_all(space.owner, writes, log)
    assert not space.exists(space.owner, Iri(home + "b"))
    assert space.journal.activities(space.owner, limit=1)[0].seq == head
    space.put_all(space.owner, [writes[0], replace(writes[1], expect=None)], log)
    assert space.get(space.owner, Iri(home + "a")).body.read(99) == b"<> a <#A2>."
    assert space.journal.activities(space.owner, limit=1)[0].verb is Verb.IMPORT


def test_queries_see_only_what_the_agent_may_read(space: Space, home: Iri) -> None:
    kind = f"{home}#Secret"
    space.put(space.owner, Iri(home + "private/a"), text(f"<#x> a <{kind}>."), TTL)
    space.put(space.owner, Iri(home + "open/b"), text(f"<#y> a <{kind}>."), TTL)
    grant(space, Iri(home + "open/"), Who.AGENT, ALICE.webid, AccessMode.READ)
    ask = f"SELECT ?s WHERE {{ ?s a <{kind}> }}"
    assert len(space.query(space.owner, ask).rows) == 2
    assert space.query(ALICE, ask).rows == [[f"{home}open/b#y"]]
    assert space.query(PUBLIC, ask).rows == []
    assert list(space.find(ALICE, kind)) == [home + "open/b"]


def test_a_program_is_never_the_owner_nor_anybody(space: Space, home: Iri) -> None:
    program = space.program("some_app")
    doc = Iri(home + "doc")
    space.put(space.owner, doc, text("<> a <#A>."), TTL)
    grant(space, home, Who.AUTHENTICATED, None, AccessMode.READ)
    assert space.get(ALICE, doc)
    with pytest.raises(Forbidden):
        space.get(program, doc)
    # Even a grant to the program itself is nothing without the owner's consent.
    grant(space, home, Who.AGENT, program.webid, AccessMode.READ)
    with pytest.raises(Forbidden):
        space.get(program, doc)
    consent = {"revoked": None, "expires": None}
    space.journal.record(space.owner, None, {("consent", "some_app"): consent})
    assert space.get(program, doc)
    space.journal.record(
        space.owner, None, {("consent", "some_app"): {**consent, "revoked": "now"}}
    )
    with pytest.raises(Forbidden):
        space.get(program, doc)


def test_refusals_and_looks_are_counted_for_the_owner_alone(space: Space, home: Iri) -> None:
    doc = Iri(home + "doc")
    space.put(space.owner, doc, text("<> a <#A>."), TTL)
    for _ in range(3):
        with pytest.raises(Forbidden):
            space.get(ALICE, doc)
    grant(space, home, Who.AGENT, ALICE.webid, AccessMode.READ)
    space.get(ALICE, doc)
    looks = [look for look in space.journal.looks(space.owner, limit=50) if look.object == doc]
    assert {(look.refused, look.count) for look in looks} == {(True, 3), (False, 1)}
    with pytest.raises(Forbidden):
        space.journal.looks(ALICE, limit=50)
    with pytest.raises(Unauthenticated):
        space.journal.activities(PUBLIC)


def test_a_listing_tells_members_and_changes_its_etag(space: Space, home: Iri) -> None:
    space.put(space.owner, Iri(home + "a:b"), text("<> a <#A>."), TTL)
    before = space.get(space.owner, home)
    assert b"ldp:contains <./a:b>" in before.body.read(10_000)
    space.put(space.owner, Iri(home + "a:b"), text("<> a <#Longer>."), TTL)
    assert space.get(space.owner, home).etag != before.etag
    with pytest.raises(Conflict):
        forged = "<> <http://www.w3.org/ns/ldp#contains> <z>."
        space.put(space.owner, home, text(forged), TTL)


def test_a_listing_s_tag_changes_whenever_the_listing_does(space: Space) -> None:
    """Deep below too: the date of a container that is listed is that of what was last written in it."""
    place = space.iri_of("/a/b/c/x")
    space.put(space.owner, place, Body.of(b"<> <#p> 1 ."), "text/turtle")

    def seen() -> list[tuple[str, bytes]]:
        found = [space.get(space.owner, space.iri_of(p)) for p in ("/", "/a/", "/a/b/", "/a/b/c/")]
        return [(one.etag, one.body.read(1 << 20)) for one in found]

    before = seen()
    assert before == seen()
    time.sleep(1.1)  # dates are told in seconds
    space.put(space.owner, place, Body.of(b"<> <#p> 2 ."), "text/turtle")
    for (tag, body), (later_tag, later_body) in zip(before, seen(), strict=True):
        assert body != later_body
        assert tag != later_tag


def test_what_a_question_is_counted_on() -> None:
    few = ["/a/x", "/a/y", "/b/c/z"]
    assert looked_at(few, whole=False) == set(few)
    assert looked_at(few, whole=True) == {"/a/", "/b/c/"}
    assert looked_at([], whole=True) == set()
    many = [f"/a/b{n}/x" for n in range(MOST_PLACES + 1)]
    assert looked_at(many, whole=True) == looked_at(many, whole=False) == {"/a/"}
    assert looked_at([*many, "/x"], whole=True) == {"/"}
