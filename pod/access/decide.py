"""Who may do what: grants in, a decision and its reasons out. Pure.

https://solidproject.org/TR/wac#authorization-evaluation
"""

from __future__ import annotations

from collections.abc import Callable

from pod.model import (
    PUBLIC,
    AccessMode,
    Agent,
    AgentKind,
    Condition,
    Decision,
    Grant,
    Iri,
    Reason,
    Via,
    Who,
)

_ORDER = (AccessMode.READ, AccessMode.WRITE, AccessMode.APPEND, AccessMode.CONTROL)
_CONTROL = frozenset({AccessMode.CONTROL})
_NOBODY: frozenset[str] = frozenset()

Groups = Callable[[str], frozenset[str]]


def decide(
    agent: Agent,
    target: Iri,
    acl: Iri | None,
    grants: tuple[Grant, ...],
    inherited: bool,
    *,
    owner: str,
    groups: Groups,
) -> Decision:
    """What `agent` may do to `target`, what everyone may, and which grant of `acl` says so.

    `acl` is the effective ACL, `grants` what `read_acl` found in it, `inherited` whether it is
    that of a container above. `groups` gives the WebIDs in a group; it is asked only where it
    matters. No ACL (None) denies everything.

    The owner in person (not a program, not an app that acts for the owner) always has Control of
    what is in the storage, so that no rule locks the owner out of the rules.
    """
    whole = acl.subject if acl is not None and inherited else target
    modes: set[AccessMode] = set()
    public: set[AccessMode] = set()
    reasons: list[Reason] = []
    for grant in grants:
        # "an Authorization can be evaluated explicitly (via acl:accessTo) or inherited (via
        # acl:default) against a particular request."
        if grant.inherit is not inherited or grant.target != whole or acl is None:
            continue
        # "The presence of the acl:origin property and its value is taken into account in the
        # evaluation only when the HTTP request includes the Origin header." It narrows the
        # Authorization that it stands in; others admit browsers as they admit anybody.
        if grant.origins and agent.origin is not None and agent.origin not in grant.origins:
            continue
        if grant.who is Who.EVERYONE and _holds(grant, PUBLIC, groups):
            public |= grant.modes
        if _matches(agent, grant, groups) and _holds(grant, agent, groups):
            modes |= grant.modes
            reasons += [Reason(mode, acl, grant) for mode in _ORDER if mode in grant.modes]
    if agent.kind is AgentKind.OWNER and AccessMode.CONTROL not in modes:
        modes.add(AccessMode.CONTROL)
        rule = Grant(Who.AGENT, owner, target, False, _CONTROL)
        reasons.append(Reason(AccessMode.CONTROL, acl or target.acl, rule))
    return Decision(frozenset(modes), frozenset(public), acl, tuple(reasons))


def _matches(agent: Agent, grant: Grant, groups: Groups) -> bool:
    who, webid = grant.who, agent.webid
    # "The acl:agent predicate denotes an agent being given the access permission."
    if who is Who.AGENT:
        return webid is not None and grant.iri == webid and agent.kind is not AgentKind.PUBLIC
    # A program has what is granted to it by name, and nothing that is granted to a crowd.
    if agent.kind is AgentKind.PROGRAM:
        return False
    # "foaf:Agent: Allows access to any agent."
    if who is Who.EVERYONE:
        return True
    if webid is None or agent.kind is AgentKind.PUBLIC:
        return False
    # "acl:AuthenticatedAgent: Allows access to any authenticated agent."
    if who is Who.AUTHENTICATED:
        return True
    # "The object of an acl:agentGroup statement is an instance of vcard:Group, where the members
    # of the group are specified with the vcard:hasMember predicate."
    if who is Who.GROUP:
        return webid in (groups(grant.iri) if grant.iri else _NOBODY)
    # An origin alone grants nothing: any client can write what it likes in that header.
    return False


def _holds(grant: Grant, agent: Agent, groups: Groups) -> bool:
    """Conditions "are conjunctive, i.e., all must be satisfied for an Authorization to be
    applicable" (https://github.com/solid/web-access-control-spec/pull/134)."""
    return all(_is_met(condition, agent, groups) for condition in grant.conditions)


def _is_met(condition: Condition, agent: Agent, groups: Groups) -> bool:
    """One of the client's (or issuer's) names, groups and classes is enough."""
    if condition.anyone:
        return True
    found = agent.client if condition.via is Via.CLIENT else agent.issuer
    if found is None:
        return False
    return found in condition.iris or any(found in groups(group) for group in condition.groups)


def wac_allow(decision: Decision) -> str:
    """The value of the `WAC-Allow` header: `user="append read write",public="read"`.

    https://solidproject.org/TR/wac#wac-allow
    """
    # "when a request requires acl:Append, then access will be granted to agents having acl:Write"
    user = _names(decision.modes | decision.public)
    return f'user="{user}",public="{_names(decision.public)}"'


def _names(modes: frozenset[AccessMode]) -> str:
    named = {mode.value for mode in modes}
    if AccessMode.WRITE in modes:
        named.add(AccessMode.APPEND.value)
    return " ".join(sorted(named))
