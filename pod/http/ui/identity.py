"""Who vouches for the owner: the issuers that her profile names, added and taken away.

https://solidproject.org/TR/oidc#oidc-issuer-discovery · Whoever is named there can act as her
everywhere, so a change wants a fresh proof, and an issuer has to answer before it is named. The
pages here are entered by passkey, password or code, whatever the profile says: a mistake can be
undone from them.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import PeerError, PodError
from pod.http.ui.safety import require_proof
from pod.http.ui.visit import Fields, Owner, Visit, go

router = APIRouter()
HERE = "/.pod/identity"
MOST = 5  # issuers of one person


@router.get("/identity")
def identity(visit: Owner, done: str = "") -> Response:
    require_proof(visit, HERE)
    return _page(visit, done=done)


def _page(
    visit: Visit, status: int = 200, *, done: str = "", fault: str | None = None, asked: str = ""
) -> Response:
    own = visit.host.issuer.name
    issuers = visit.space.profile.issuers(visit.agent)
    return visit.page(
        "identity",
        status=status,
        webid=str(visit.agent.webid),
        listed=[{"address": one, "own": one == own} for one in issuers],
        own=own,
        here_named=own in issuers,
        done=done,
        fault=fault,
        asked=asked,
    )


@router.post("/identity/add")
def add(visit: Owner, fields: Fields) -> Response:
    require_proof(visit, HERE)
    asked = fields.get("issuer", "").strip()
    issuers = visit.space.profile.issuers(visit.agent)
    try:
        own = visit.host.issuer.name
        at_home = asked.rstrip("/") == own.rstrip("/")
        found = own if at_home else visit.host.issuer.documents.issuer_named(asked)
    except PodError as error:
        key = "identity-no-answer" if isinstance(error, PeerError) else "identity-no-address"
        return _page(visit, 400, fault=visit.texts(key), asked=asked)
    if found not in issuers:
        if len(issuers) >= MOST:
            return _page(visit, 400, fault=visit.texts("identity-full"), asked=asked)
        visit.space.profile.set_issuers(visit.agent, [*issuers, found])
    return go(f"{HERE}?done=added")


@router.post("/identity/remove")
def remove(visit: Owner, fields: Fields) -> Response:
    """One of several alone: without any, nobody could say who she is. That of this server only
    with a word more."""
    require_proof(visit, HERE)
    gone = fields.get("issuer", "")
    issuers = visit.space.profile.issuers(visit.agent)
    left = [one for one in issuers if one != gone]
    if len(left) == len(issuers):
        return go(HERE)
    if not left:
        return _page(visit, 400, fault=visit.texts("identity-last"))
    if gone == visit.host.issuer.name and fields.get("sure") != "yes":
        return _page(visit, 400, fault=visit.texts("identity-sure"))
    visit.space.profile.set_issuers(visit.agent, left)
    return go(f"{HERE}?done=removed")
