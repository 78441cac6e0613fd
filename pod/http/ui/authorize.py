"""The pages that an app leads to: agree to what the app may do, sign out (`entrance`: sign in).

https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint · Another site may open
these pages, so nothing happens by opening them, but for the way back to an app that was agreed to.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput
from pod.http import deps
from pod.http.ui import asking
from pod.http.ui.entrance import sign_in_page
from pod.http.ui.visit import Anyone, Fields, Visit
from pod.identity.authorization import CEILINGS, Asked, read_query
from pod.identity.sessions import Session
from pod.model import Activity, Verb

router = APIRouter()
PROPOSED = "write"  # what is marked on the consent page: everyday apps read and write


@router.get("/authorize")
def authorize(visit: Anyone) -> Response:
    asked = asking.asked_of(visit)
    session = visit.session
    if session is None or _too_old(session, asked):
        if "none" in asked.prompt:
            return asking.back(visit, asked, error="login_required")
        return sign_in_page(visit, asked)
    issuer = visit.host.issuer
    agreed = issuer.agreed(session.account.webid, asked.client)
    if agreed is not None and "consent" not in asked.prompt:
        return asking.to(issuer.code(session.account.webid, asked, session.created))
    if "none" in asked.prompt:
        return asking.back(visit, asked, error="consent_required")
    chosen = next((name for name, modes in CEILINGS.items() if modes == agreed), PROPOSED)
    root = str(visit.space.root)
    return asking.page(visit, "authorize", asked, chosen=chosen, choices=tuple(CEILINGS), root=root)


def _too_old(session: Session, asked: Asked) -> bool:
    """Whether the app wants the person to sign in anew."""
    age = (datetime.now(UTC) - session.created).total_seconds()
    return "login" in asked.prompt or (asked.max_age is not None and age > max(asked.max_age, 1))


@router.post("/consent")
def consent(visit: Anyone, fields: Fields) -> Response:
    asked, session = asking.asked_of(visit), visit.session
    if session is None:
        return sign_in_page(visit, asked)
    if fields.get("decision") != "agree":
        return asking.back(visit, asked, error="access_denied")
    ceiling, webid = fields.get("ceiling", ""), session.account.webid
    issuer, owner = visit.host.issuer, visit.services.owner
    issuer.agree(webid, asked.client, ceiling)
    agreed = {"app": asked.client.id, "name": asked.client.name, "ceiling": ceiling}
    visit.space.journal.record(owner, Activity(Verb.ACCEPT, owner, summary=agreed), {})
    return asking.to(issuer.code(webid, asked, session.created))


# -------------------------------------------------------------------- signing out


def _leaving(visit: Visit) -> str | None:
    """Where an app wants the browser after the sign-out, if the address is one of its own.

    https://openid.net/specs/openid-connect-rpinitiated-1_0.html
    """
    try:
        params = read_query(visit.request.url.query)
        hint = visit.host.issuer.read_hint(params.get("id_token_hint", ""))
        named = params.get("client_id") or (hint or {}).get("azp")
        target = params.get("post_logout_redirect_uri")
        if target is None or not isinstance(named, str):
            return None
        if target not in visit.host.issuer.clients.find(named).after_sign_out:
            return None
    except BadInput:
        return None
    if "state" not in params:
        return target
    parts = urlsplit(target)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("state", params["state"])]
    return urlunsplit(parts._replace(query=urlencode(query)))


@router.get("/sign-out")
def sign_out_page(visit: Anyone) -> Response:
    target = _leaving(visit)
    if visit.session is None and target is not None:
        return asking.to(target)
    page = visit.page("authorize-sign-out", query=visit.request.url.query)
    page.headers["content-security-policy"] = asking.policy(target)
    return page


@router.post("/sign-out")
def sign_out(visit: Anyone, fields: Fields) -> Response:
    session = visit.session
    if session is not None:
        visit.accounts.sessions.end_one(session.account, session.id)
    response = asking.to(_leaving(visit) or "/.pod/sign-in")
    deps.drop_cookie(response, visit.host.settings)
    return response
