"""What may not happen to the owner's profile: whoever changes its issuer takes the identity over.

https://solid.github.io/webid-profile/ · https://solidproject.org/TR/oidc#webid-document
"""

from __future__ import annotations

from pod.errors import Conflict, Unprocessable
from pod.rdf.graph import Graph
from pod.rdf.terms import LDP, PIM, SOLID, Literal, Named

_PLACES = (
    *(PIM.storage, PIM.preferencesFile, LDP.inbox),
    *(SOLID.oidcIssuer, SOLID.publicTypeIndex, SOLID.privateTypeIndex),
)


def issuers(profile: Graph | None, webid: str) -> frozenset[tuple[str, bool]]:
    """Who vouches for `webid`, and whether it is an IRI as it must be."""
    found = [] if profile is None else profile.values(webid, SOLID.oidcIssuer)
    return frozenset((str(term), isinstance(term, Named)) for term in found)


def check_profile(before: Graph | None, after: Graph | None, webid: str) -> None:
    """Raises Conflict if the issuers of `webid` would change, Unprocessable for a profile that
    clients could not follow. None: there is no document."""
    if issuers(before, webid) != issuers(after, webid):
        raise Conflict(
            "who vouches for the owner (solid:oidcIssuer) is not changed here", reason="issuer"
        )
    if after is not None:
        check_places(after, webid)


def check_places(profile: Graph, webid: str) -> None:
    """What a profile points to is named by IRIs, and there is exactly one preferences file."""
    for predicate in _PLACES:
        for term in profile.values(webid, predicate):
            if isinstance(term, Literal):
                raise Unprocessable(f"<{predicate}> wants an IRI", property=predicate)
    # "the WebID Profile MUST contain exactly one pim:preferencesFile" for its owner
    if len(profile.values(webid, PIM.preferencesFile)) != 1:
        raise Unprocessable("a profile names exactly one pim:preferencesFile")
