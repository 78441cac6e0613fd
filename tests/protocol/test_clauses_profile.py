"""What a new pod has: the owner's WebID, preferences, type indexes, an inbox; and what stays.

https://solid.github.io/webid-profile/ · https://solid.github.io/type-indexes/ ·
https://www.w3.org/TR/ldn/"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pod import server
from pod.config import Settings
from pod.errors import BadInput, Conflict, Forbidden, Unprocessable
from pod.model import Activity, Agent, AgentKind, Body, Iri, Verb
from pod.rdf import graph
from pod.rdf.terms import FOAF, LDP, PIM, RDF, SOLID
from pod.space import Space, Write
from tests.protocol.clauses import PREFIXES, UPDATE, Check, Clauses, Place, code
from tests.servers import TURTLE, Served, running

clause = Clauses()
CARD = "/profile/card"
OTHER = "https://evil.example/"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("profile"), guest_bytes=2000, guest_members=5) as served:
        yield served


def read(at: Place, url: str, who: str = "public") -> graph.Graph:
    answer = code(at.get(url, who=who, accept=TURTLE), 200)
    assert answer.headers["content-type"] == TURTLE
    return graph.parse(answer.content, TURTLE, str(answer.url))


@clause("a world-readable Turtle profile, a foaf:Agent with solid:oidcIssuer")
def _(at: Place) -> None:
    base = at.served.base
    found, me = read(at, CARD), base + "profile/card#me"
    assert FOAF.Agent in found.values(me, RDF.type)
    assert found.values(me, SOLID.oidcIssuer) == [base]


@clause("P pim:storage, ldp:inbox, exactly one pim:preferencesFile")
def _(at: Place) -> None:
    base = at.served.base
    found, me = read(at, CARD), base + "profile/card#me"
    assert found.values(me, PIM.storage) == [base]
    assert found.values(me, LDP.inbox) == [base + "inbox/"]
    assert found.values(me, PIM.preferencesFile) == [base + "settings/prefs"]
    code(at.get("/settings/prefs", who="public"), 401)


@clause("a public type index, world-readable and linked from the profile")
def _(at: Place) -> None:
    index = read(at, CARD).value(at.served.base + "profile/card#me", SOLID.publicTypeIndex)
    kinds = read(at, str(index)).values(str(index), RDF.type)
    assert {SOLID.TypeIndex, SOLID.ListedDocument} <= set(kinds)
    code(at.put(str(index), who="alice"), 403)


@clause("a private type index, owner-only and linked from the preferences")
def _(at: Place) -> None:
    me = at.served.base + "profile/card#me"
    index = read(at, "/settings/prefs", "owner").value(me, SOLID.privateTypeIndex)
    kinds = read(at, str(index), "owner").values(str(index), RDF.type)
    assert {SOLID.TypeIndex, SOLID.UnlistedDocument} <= set(kinds)
    for who, status in (("public", 401), ("alice", 403)):
        code(at.get(str(index), who=who), status)
    assert not read(at, CARD).match(None, SOLID.privateTypeIndex)


@clause("409 on changes to solid:oidcIssuer: PUT, PATCH and DELETE, by the owner too")
def _(at: Place) -> None:
    before = at.get(CARD)
    issuer = f"<{at.served.base}>"
    text = before.text
    code(at.put(CARD, text.replace("solid:oidcIssuer <../>", f"solid:oidcIssuer <{OTHER}>")), 409)
    code(
        at.put(CARD, text.replace("solid:oidcIssuer <../>", f"solid:oidcIssuer <../>, <{OTHER}>")),
        409,
    )
    code(at.put(CARD, PREFIXES), 409)
    code(at.put(CARD, b"text", "text/plain"), 409)
    code(at.put(CARD, "{}", "application/ld+json"), 409)
    code(at.n3(CARD, f"solid:inserts {{ <#me> solid:oidcIssuer <{OTHER}> }}"), 409)
    code(at.n3(CARD, f"solid:deletes {{ <#me> solid:oidcIssuer {issuer} }}"), 409)
    both = "solid:where { <#me> solid:oidcIssuer ?o }; solid:deletes { <#me> solid:oidcIssuer ?o }"
    code(at.n3(CARD, f"{both}; solid:inserts {{ <#me> solid:oidcIssuer <{OTHER}> }}"), 409)
    update = "DELETE WHERE { <#me> <http://www.w3.org/ns/solid/terms#oidcIssuer> ?o }"
    code(at.patch(CARD, update, UPDATE), 409)
    code(at.delete(CARD), 409)
    after = at.get(CARD)
    assert (after.text, after.headers["etag"]) == (before.text, before.headers["etag"])


@clause("422 for profile data that clients could not follow")
def _(at: Place) -> None:
    for insert in (
        "<#me> <http://www.w3.org/ns/pim/space#preferencesFile> </other>",
        "<#me> <http://www.w3.org/ns/pim/space#storage> 'text'",
        "<#me> <http://www.w3.org/ns/ldp#inbox> 'text'",
    ):
        code(at.n3(CARD, f"solid:inserts {{ {insert} }}"), 422)
    gone = "<#me> <http://www.w3.org/ns/pim/space#preferencesFile> </settings/prefs>"
    code(at.n3(CARD, f"solid:deletes {{ {gone} }}"), 422)


@clause("the rest of the profile is its owner's to write")
def _(at: Place) -> None:
    code(at.n3(CARD, "solid:inserts { <#me> foaf:name 'Ada' }"), 204)
    code(at.put(CARD, at.get(CARD).text + "# more\n"), 204)
    assert "Ada" in at.get(CARD, who="public").text


@clause("LDN: POST application/ld+json is 201 with Location; only the owner lists and reads")
def _(at: Place) -> None:
    inbox = str(read(at, CARD).value(at.served.base + "profile/card#me", LDP.inbox))
    note = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": "Announce",
        "actor": "https://alice.example/profile/card#me",
        "object": {"id": "https://alice.example/photos/", "name": "Photos"},
    }
    assert "application/ld+json" in (accept := at.ask("OPTIONS", inbox).headers["accept-post"]) or (
        accept == "*/*"
    )
    for who in ("public", "alice"):
        place = code(at.post(inbox, json.dumps(note), "application/ld+json", who=who), 201).headers[
            "location"
        ]
        assert place.startswith(inbox)
        denied = 401 if who == "public" else 403
        for url in (inbox, place):
            code(at.get(url, who=who), denied)
        for answer in (
            at.put(place, who=who),
            at.delete(place, who=who),
            at.delete(inbox, who=who),
        ):
            code(answer, denied)
        code(at.put(inbox + "chosen", who=who), denied)
    listed = read(at, inbox, "owner")
    assert place in listed.values(inbox, LDP.contains)
    body = code(at.get(place, accept="application/ld+json"), 200)
    assert body.json() == note
    as_turtle = read(at, place, "owner")
    assert as_turtle.match(None, "https://www.w3.org/ns/activitystreams#actor")
    code(at.get(inbox, accept="application/ld+json"), 200)
    for bad in ("{", '{"@context": "https://evil.example/context"}'):
        code(at.post(inbox, bad, "application/ld+json", who="public"), 400)


@clause("LDN: what strangers leave is limited in size and number")
def _(at: Place) -> None:
    inbox = at.served.base + "inbox/"
    large = json.dumps({"https://ex.example/p": "x" * 3000})
    code(at.post(inbox, large, "application/ld+json", who="public"), 413)
    code(at.post(inbox, large, "application/ld+json"), 201)
    last = 0
    for _ in range(6):
        last = at.post(inbox, "{}", "application/ld+json", who="public").status_code
    assert last == 507
    code(at.post(inbox, "{}", "application/ld+json"), 201)


@pytest.mark.parametrize("check", **clause.parameters())
def test_clause(served: Served, check: Check) -> None:
    number = [row for _, row in clause.rows].index(check)
    check(Place(served, f"profile-{number}/"))


# -------------------------------------------------------------------- below HTTP


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Space]:
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services.space
    services.close()


def test_the_issuer_stays_on_every_path_and_changes_on_one(space: Space) -> None:
    card, webid = Iri(space.root + "profile/card"), str(space.owner.webid)
    before = space.get(space.owner, card).body.read(1 << 20)
    bad = before.replace(b"oidcIssuer <../>", b"oidcIssuer <https://evil.example/>")
    with pytest.raises(Conflict):
        space.put_all(space.owner, [Write(card, bad, TURTLE)], Activity(Verb.IMPORT, space.owner))
    with pytest.raises(Conflict):
        space.put(space.owner, card, Body.of(bad), TURTLE)
    for agent in (
        replace(space.owner, client="https://app.example/"),
        Agent(AgentKind.PERSON, webid),
    ):
        with pytest.raises(Forbidden):
            space.profile.set_issuers(agent, [OTHER])
    for issuers in ([], ["text"], ["https://a.example/> . <#x> <#y> <#z"]):
        with pytest.raises(BadInput):
            space.profile.set_issuers(space.owner, issuers)
    assert space.get(space.owner, card).body.read(1 << 20) == before
    space.profile.set_issuers(space.owner, ["https://one.example/", "https://two.example/"])
    now = graph.parse(space.get(space.owner, card).body.read(1 << 20), TURTLE, card)
    assert set(now.values(webid, SOLID.oidcIssuer)) == {
        "https://one.example/",
        "https://two.example/",
    }
    assert len(now.values(webid, PIM.preferencesFile)) == 1
    with pytest.raises((Conflict, Unprocessable)):
        space.put(space.owner, card, Body.of(before), TURTLE)
