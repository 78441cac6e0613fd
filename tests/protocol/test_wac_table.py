"""The permission table of Web Access Control, row by row: an ACL document as people write it, who
asks, what comes out. https://solidproject.org/TR/wac"""

from __future__ import annotations

from dataclasses import replace

import pytest

from pod.access.decide import decide, wac_allow
from pod.access.wac import read_acl
from pod.errors import Unprocessable
from pod.model import PUBLIC, AccessMode, Agent, AgentKind, Decision, Grant, Iri, Who
from pod.rdf import graph

ROOT = Iri("http://pod.example/")
FOLDER = Iri("http://pod.example/energy/")
DOC = Iri("http://pod.example/energy/2024.ttl")
OWNER = "http://pod.example/profile/card#me"
BOB = "https://bob.example/card#me"
APP = "http://pod.example/.pod/programs/my_smart_home"
FRIENDS = "http://pod.example/friends#us"

R, W, A, C = AccessMode.READ, AccessMode.WRITE, AccessMode.APPEND, AccessMode.CONTROL

alice = Agent(AgentKind.OWNER, OWNER)
alice_app = Agent(AgentKind.PERSON, OWNER, client="https://app.example/id")
bob = Agent(AgentKind.PERSON, BOB)
carol = Agent(AgentKind.PERSON, "https://carol.example/#me")
program = Agent(AgentKind.PROGRAM, APP)
other_program = Agent(AgentKind.PROGRAM, APP + "2")

HEAD = """@prefix acl: <http://www.w3.org/ns/auth/acl#>.
@prefix foaf: <http://xmlns.com/foaf/0.1/>.
"""


def grants_of(rules: str, acl: Iri) -> tuple[Grant, ...]:
    return read_acl(graph.parse((HEAD + rules).encode(), graph.TURTLE, acl), acl)


def judge(
    agent: Agent,
    rules: str,
    target: Iri = DOC,
    acl: Iri | None = None,
    origin: str | None = None,
) -> Decision:
    acl = acl or target.acl
    return decide(
        replace(agent, origin=origin),
        target,
        acl,
        grants_of(rules, acl),
        acl.subject != target,
        owner=OWNER,
        groups={FRIENDS: frozenset({BOB})}.__getitem__,
    )


def rule(whom: str, modes: str, place: str = "acl:accessTo <2024.ttl>") -> str:
    return f"[] a acl:Authorization; {whom}; {place}; acl:mode {modes}.\n"


TO_BOB = f"acl:agent <{BOB}>"
TO_ALL = "acl:agentClass foaf:Agent"
TO_SIGNED_IN = "acl:agentClass acl:AuthenticatedAgent"
TO_FRIENDS = f"acl:agentGroup <{FRIENDS}>"
TO_APP = f"acl:agent <{APP}>"
TO_ALICE = f"acl:agent <{OWNER}>"


@pytest.mark.parametrize(
    ("whom", "allowed"),
    [
        (TO_BOB, {"bob"}),
        (TO_ALICE, {"alice", "alice_app"}),
        (TO_ALL, {"alice", "alice_app", "bob", "carol", "public"}),
        (TO_SIGNED_IN, {"alice", "alice_app", "bob", "carol"}),
        (TO_FRIENDS, {"bob"}),
        (TO_APP, {"program"}),
        ("acl:origin <https://app.example>", set()),
        (f'acl:agent "{BOB}"', set()),
        ("acl:agent foaf:Agent", set()),
        ("acl:agent _:somebody", set()),
    ],
)
def test_who_matches_what(whom: str, allowed: set[str]) -> None:
    agents = {
        "alice": alice,
        "alice_app": alice_app,
        "bob": bob,
        "carol": carol,
        "program": program,
        "other_program": other_program,
        "public": PUBLIC,
    }
    given = rule(whom, "acl:Read")
    assert {name for name, agent in agents.items() if judge(agent, given).allows(R)} == allowed


@pytest.mark.parametrize(
    ("modes", "allows"),
    [
        ("acl:Read", {R}),
        ("acl:Append", {A}),
        ("acl:Write", {W, A}),
        ("acl:Control", {C}),
        ("acl:Read, acl:Append", {R, A}),
        ("acl:Read, acl:Write, acl:Control", {R, W, A, C}),
    ],
)
def test_which_mode_implies_what(modes: str, allows: set[AccessMode]) -> None:
    decision = judge(bob, rule(TO_BOB, modes))
    assert {mode for mode in AccessMode if decision.allows(mode)} == allows


@pytest.mark.parametrize(
    ("target", "acl", "place", "allowed"),
    [
        (DOC, DOC.acl, "acl:accessTo <2024.ttl>", True),
        (DOC, DOC.acl, "acl:default <2024.ttl>", False),
        (DOC, DOC.acl, "acl:accessTo <2025.ttl>", False),
        (DOC, DOC.acl, "acl:accessTo <./>", False),
        (DOC, FOLDER.acl, "acl:default <./>", True),
        (DOC, FOLDER.acl, "acl:accessTo <./>", False),
        (DOC, FOLDER.acl, "acl:accessTo <2024.ttl>", False),
        (DOC, FOLDER.acl, "acl:default <../>", False),
        (DOC, ROOT.acl, "acl:default <./>", True),
        (DOC, ROOT.acl, "acl:default <energy/>", False),
        (DOC, ROOT.acl, "acl:accessTo <./>", False),
        (FOLDER, FOLDER.acl, "acl:accessTo <./>", True),
        (FOLDER, FOLDER.acl, "acl:default <./>", False),
        (FOLDER, ROOT.acl, "acl:default <./>", True),
        (ROOT, ROOT.acl, "acl:accessTo </>", True),
        (ROOT, ROOT.acl, "acl:default </>", False),
    ],
)
def test_where_a_rule_applies(target: Iri, acl: Iri, place: str, allowed: bool) -> None:
    assert judge(bob, rule(TO_BOB, "acl:Read", place), target, acl).allows(R) is allowed


@pytest.mark.parametrize(
    "rules",
    [
        f"[] {TO_BOB}; acl:accessTo <2024.ttl>; acl:mode acl:Read.",
        f"[] a acl:Authorization; {TO_BOB}; acl:mode acl:Read.",
        f"[] a acl:Authorization; {TO_BOB}; acl:accessTo <2024.ttl>.",
        "[] a acl:Authorization; acl:accessTo <2024.ttl>; acl:mode acl:Read.",
        "",
    ],
)
def test_an_authorization_that_lacks_a_part_gives_nothing(rules: str) -> None:
    assert judge(bob, rules) == Decision(frozenset(), frozenset(), DOC.acl)


@pytest.mark.parametrize(
    ("rules", "origin", "allowed"),
    [
        (rule(f"{TO_BOB}; acl:origin <https://a.example>", "acl:Read"), None, True),
        (rule(f"{TO_BOB}; acl:origin <https://a.example>", "acl:Read"), "https://a.example", True),
        (rule(f"{TO_BOB}; acl:origin <https://a.example/>", "acl:Read"), "https://a.example", True),
        (rule(f"{TO_BOB}; acl:origin <https://a.example>", "acl:Read"), "https://b.example", False),
        (rule(TO_BOB, "acl:Read"), "https://b.example", True),
        (
            rule(TO_BOB, "acl:Read") + rule("acl:origin <https://a.example>", "acl:Read"),
            "https://b.example",
            True,
        ),
        (rule("acl:origin <https://a.example>", "acl:Read"), "https://a.example", False),
    ],
)
def test_an_origin_narrows_and_never_grants(rules: str, origin: str | None, allowed: bool) -> None:
    assert judge(bob, rules, origin=origin).allows(R) is allowed


BY_ISSUER = "acl:condition [ a acl:IssuerCondition; acl:issuer <https://op.example/> ]"
BY_CLIENT = (
    "acl:condition [ a acl:ClientCondition; acl:clientGroup <http://pod.example/apps#good> ]"
)


@pytest.mark.parametrize(
    ("conditions", "issuer", "client", "allowed"),
    [
        (BY_ISSUER, "https://op.example/", None, True),
        (BY_ISSUER, "https://op.example", None, False),
        (BY_ISSUER, "https://evil.example/", None, False),
        (BY_ISSUER, None, "https://op.example/", False),
        (BY_CLIENT, None, "https://good.example/", True),
        (BY_CLIENT, "https://good.example/", None, False),
        (f"{BY_CLIENT}; {BY_ISSUER}", "https://op.example/", "https://good.example/", True),
        (f"{BY_CLIENT}; {BY_ISSUER}", "https://op.example/", "https://bad.example/", False),
        (f"{BY_CLIENT}; {BY_ISSUER}", None, "https://good.example/", False),
    ],
)
def test_conditions_are_all_to_be_met(
    conditions: str, issuer: str | None, client: str | None, allowed: bool
) -> None:
    agent = Agent(AgentKind.PERSON, BOB, client, issuer)
    grants = grants_of(rule(f"{TO_BOB}; {conditions}", "acl:Read"), DOC.acl)
    apps = {"http://pod.example/apps#good": frozenset({"https://good.example/"})}
    found = decide(agent, DOC, DOC.acl, grants, False, owner=OWNER, groups=apps.__getitem__)
    assert found.allows(R) is allowed


@pytest.mark.parametrize(
    ("agent", "rules", "header"),
    [
        (bob, rule(TO_BOB, "acl:Write"), 'user="append write",public=""'),
        (
            bob,
            rule(TO_BOB, "acl:Write") + rule(TO_ALL, "acl:Read"),
            'user="append read write",public="read"',
        ),
        (PUBLIC, rule(TO_ALL, "acl:Read"), 'user="read",public="read"'),
        (PUBLIC, rule(TO_BOB, "acl:Read"), 'user="",public=""'),
        (carol, rule(TO_SIGNED_IN, "acl:Append"), 'user="append",public=""'),
        (
            alice,
            rule(TO_ALICE, "acl:Read, acl:Write, acl:Control"),
            'user="append control read write",public=""',
        ),
        (program, rule(TO_ALL, "acl:Read"), 'user="read",public="read"'),
    ],
)
def test_wac_allow(agent: Agent, rules: str, header: str) -> None:
    assert wac_allow(judge(agent, rules)) == header


def test_the_owner_in_person_is_never_locked_out_of_the_rules() -> None:
    nothing = judge(alice, "")
    assert nothing.modes == {C}
    assert nothing.reasons[0].grant.iri == OWNER
    assert judge(alice_app, "").modes == frozenset()
    none = decide(alice, DOC, None, (), True, owner=OWNER, groups=lambda _: frozenset())
    assert none.modes == {C}
    for agent in (alice_app, bob, program, PUBLIC):
        denied = decide(agent, DOC, None, (), True, owner=OWNER, groups=lambda _: frozenset())
        assert not denied.modes


def test_reasons_name_the_grant_and_its_document() -> None:
    rules = rule(TO_BOB, "acl:Read") + rule(TO_FRIENDS, "acl:Read, acl:Write")
    reasons = judge(bob, rules).reasons
    assert {(r.mode, r.grant.who) for r in reasons} == {
        (R, Who.AGENT),
        (R, Who.GROUP),
        (W, Who.GROUP),
    }
    assert {r.acl for r in reasons} == {DOC.acl}


def test_groups_are_asked_only_where_they_matter() -> None:
    def fail(group: str) -> frozenset[str]:
        raise AssertionError(group)

    acl = DOC.acl
    for agent, rules in (
        (PUBLIC, rule(TO_FRIENDS, "acl:Read")),
        (program, rule(TO_FRIENDS, "acl:Read")),
        (bob, rule(TO_FRIENDS, "acl:Read", "acl:accessTo <other>")),
    ):
        assert not decide(
            agent, DOC, acl, grants_of(rules, acl), False, owner=OWNER, groups=fail
        ).modes


@pytest.mark.parametrize(
    "rules",
    [
        rule(TO_BOB, "acl:Read").replace(
            "; acl:mode", "; acl:condition [ a acl:TimeCondition ]; acl:mode"
        ),
        rule(TO_BOB, "acl:Read, acl:Access"),
        rule(TO_BOB, "<http://else.example/Mode>"),
        rule("acl:agentClass <http://else.example/Class>", "acl:Read"),
        rule(TO_BOB, "acl:Read").replace("; acl:mode", "; acl:notAfter 5; acl:mode"),
    ],
)
def test_rules_that_are_not_understood_are_refused(rules: str) -> None:
    with pytest.raises(Unprocessable):
        grants_of(rules, DOC.acl)


def test_what_other_clients_add_is_read_over() -> None:
    rules = """<#a> a acl:Authorization, <http://else.example/T>; acl:defaultForNew <./>;
        <http://www.w3.org/2000/01/rdf-schema#label> "mine";
        acl:agent <https://bob.example/card#me>; acl:accessTo <2024.ttl>; acl:mode acl:Read."""
    assert grants_of(rules, DOC.acl) == (Grant(Who.AGENT, BOB, DOC, False, frozenset({R})),)
