"""Laws of decisions, and ACL documents that say what their grants say."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pod.access.decide import decide, wac_allow
from pod.access.wac import read_acl, write_acl
from pod.model import (
    PUBLIC,
    AccessMode,
    Agent,
    AgentKind,
    Condition,
    Decision,
    Grant,
    Iri,
    Via,
    Who,
)
from pod.rdf import graph

ROOT = Iri("http://pod.example/alice/")
OWNER = "http://pod.example/alice/card#me"
BOB = "https://bob.example/#me"
PROGRAM = ROOT + ".pod/programs/app"
GROUP = "http://pod.example/alice/friends#us"
APP, ISSUER = "https://app.example/id", "https://issuer.example/"
DOCUMENT = Iri(ROOT + "a:b/doc")
AGENTS = st.sampled_from(
    [
        Agent(AgentKind.OWNER, OWNER),
        Agent(AgentKind.PERSON, OWNER, client=APP),
        Agent(AgentKind.PERSON, BOB, client=APP, issuer=ISSUER),
        Agent(AgentKind.PERSON, BOB),
        Agent(AgentKind.PROGRAM, PROGRAM),
        PUBLIC,
    ]
)
CONDITIONS = st.frozensets(
    st.builds(
        Condition,
        st.sampled_from(Via),
        st.frozensets(st.sampled_from([APP, ISSUER])),
        st.frozensets(st.just(GROUP)),
        st.booleans(),
    ),
    max_size=2,
)
ORIGINS = ["https://app.example", "https://evil.example"]
MODES = st.frozensets(st.sampled_from(AccessMode), min_size=1)
SUBJECTS = st.one_of(
    st.tuples(st.just(Who.AGENT), st.sampled_from([OWNER, BOB, PROGRAM])),
    st.just((Who.GROUP, GROUP)),
    st.just((Who.AUTHENTICATED, None)),
    st.just((Who.EVERYONE, None)),
)
TARGETS = st.sampled_from([ROOT, DOCUMENT, DOCUMENT.parent])
GRANTS = st.one_of(
    st.builds(
        lambda subject, *rest: Grant(*subject, *rest),
        SUBJECTS,
        TARGETS,
        st.booleans(),
        MODES,
        st.frozensets(st.sampled_from(ORIGINS), max_size=2),
        CONDITIONS,
    ),
    st.builds(Grant, st.just(Who.ORIGIN), st.sampled_from(ORIGINS), TARGETS, st.booleans(), MODES),
)
PLACES = st.sampled_from(
    [
        (DOCUMENT, DOCUMENT.acl, False),
        (DOCUMENT, DOCUMENT.parent.acl, True),
        (DOCUMENT, ROOT.acl, True),
    ]
)


def judge(
    agent: Agent, place: tuple[Iri, Iri, bool], grants: list[Grant], origin: str | None = None
) -> Decision:
    target, acl, inherited = place
    return decide(
        replace(agent, origin=origin),
        target,
        acl,
        tuple(grants),
        inherited,
        owner=OWNER,
        groups=lambda group: frozenset({BOB, APP}) if group == GROUP else frozenset(),
    )


@given(AGENTS, PLACES, st.lists(GRANTS, max_size=6), GRANTS, st.sampled_from([None, *ORIGINS]))
def test_adding_an_authorization_never_removes_access(
    agent: Agent, place: tuple[Iri, Iri, bool], grants: list[Grant], more: Grant, origin: str | None
) -> None:
    before, after = (
        judge(agent, place, grants, origin),
        judge(agent, place, [*grants, more], origin),
    )
    assert before.modes <= after.modes
    assert before.public <= after.public


@given(AGENTS, PLACES, st.lists(GRANTS, max_size=6), st.sampled_from(ORIGINS))
def test_an_origin_only_narrows(
    agent: Agent, place: tuple[Iri, Iri, bool], grants: list[Grant], origin: str
) -> None:
    assert judge(agent, place, grants, origin).modes <= judge(agent, place, grants).modes


@given(AGENTS, PLACES, st.lists(GRANTS, max_size=6))
def test_every_mode_has_its_reason(
    agent: Agent, place: tuple[Iri, Iri, bool], grants: list[Grant]
) -> None:
    decision = judge(agent, place, grants)
    assert {reason.mode for reason in decision.reasons} == decision.modes
    for reason in decision.reasons:
        assert reason.mode in reason.grant.modes
        assert reason.acl == place[1]
        assert reason.grant in grants or agent.kind is AgentKind.OWNER


@given(PLACES, st.lists(GRANTS, max_size=6))
def test_nobody_has_less_than_the_public_but_programs(
    place: tuple[Iri, Iri, bool], grants: list[Grant]
) -> None:
    person = judge(Agent(AgentKind.PERSON, BOB), place, grants)
    assert person.public <= person.modes
    assert judge(PUBLIC, place, grants).modes == person.public
    named = [g for g in grants if g.who is Who.AGENT and g.iri == PROGRAM]
    program = Agent(AgentKind.PROGRAM, PROGRAM)
    assert judge(program, place, grants).modes == judge(program, place, named).modes


@given(AGENTS, PLACES, st.lists(GRANTS, max_size=6))
def test_wac_allow_is_exact(
    agent: Agent, place: tuple[Iri, Iri, bool], grants: list[Grant]
) -> None:
    decision = judge(agent, place, grants)
    user, public = (part.split('"')[1].split() for part in wac_allow(decision).split(","))
    assert set(public) <= set(user)
    for mode in AccessMode:
        allowed = decision.allows(mode) or mode.value in public
        assert (mode.value in user) == allowed


@given(st.lists(GRANTS, max_size=8), st.sampled_from([DOCUMENT.acl, ROOT.acl, DOCUMENT.parent.acl]))
def test_acl_documents_say_what_their_grants_say(grants: list[Grant], acl: Iri) -> None:
    body = write_acl(grants, acl, ROOT)
    assert body == write_acl(reversed(grants), acl, ROOT)
    read = read_acl(graph.parse(body, graph.TURTLE, acl), acl)
    assert set(read) == set(grants)
    assert write_acl(read, acl, ROOT) == body
    assert str(ROOT).encode() not in body
