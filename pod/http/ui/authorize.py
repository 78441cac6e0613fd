"""The pages that an app leads to: sign in, agree to what the app may do, sign out.

https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint · Another site may open
these pages, so nothing happens by opening them, but for the way back to an app that was agreed to.
The app's request stays in the address and is read anew at each step.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, TooManyRequests, Unauthenticated
from pod.http import deps
from pod.http.ui.render import POLICY
from pod.http.ui.visit import Anyone, Fields, Visit, go
from pod.identity.authorization import CEILINGS, Asked, answer, read_query, read_request
from pod.identity.clients import Client
from pod.identity.sessions import Session
from pod.model import Activity, Verb

router = APIRouter()
PROPOSED = "write"  # what is marked on the consent page: everyday apps read and write


class _Shown(Exception):
    """Ends a step with an answer: a page, or the way back to the app."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def _asked(visit: Visit) -> Asked:
    """The app's request, from the address. Where it does not fit, the person reads so here."""
    try:
        asked = read_request(read_query(visit.request.url.query), visit.host.issuer.clients)
    except BadInput as error:
        reason = "redirect" if error.facts.get("error") == "redirect" else "client"
        page = visit.page("authorize-fault", status=400, reason=reason, detail=error.detail)
        raise _Shown(page) from None
    if asked.fault is not None:
        raise _Shown(_back(visit, asked, error=asked.fault))
    return asked


@router.get("/authorize")
def authorize(visit: Anyone) -> Response:
    try:
        asked = _asked(visit)
        session = _signed_in(visit, asked)
    except _Shown as found:
        return found.response
    client, issuer = asked.client, visit.host.issuer
    agreed = issuer.agreed(session.account.webid, client)
    if agreed is not None and "consent" not in asked.prompt:
        return _to(issuer.code(session.account.webid, asked, session.created))
    if "none" in asked.prompt:
        return _back(visit, asked, error="consent_required")
    chosen = next((name for name, modes in CEILINGS.items() if modes == agreed), PROPOSED)
    return _page(
        visit, "authorize", asked, chosen=chosen, choices=tuple(CEILINGS), **_who(client, asked)
    )


def _signed_in(visit: Visit, asked: Asked) -> Session:
    session = visit.session
    if session is not None and not _too_old(session, asked):
        return session
    if "none" in asked.prompt:
        raise _Shown(_back(visit, asked, error="login_required"))
    raise _Shown(_sign_in_page(visit, asked))


def _too_old(session: Session, asked: Asked) -> bool:
    """Whether the app wants the person to sign in anew."""
    age = (datetime.now(UTC) - session.created).total_seconds()
    return "login" in asked.prompt or (asked.max_age is not None and age > max(asked.max_age, 1))


def _sign_in_page(visit: Visit, asked: Asked, status: int = 200, **more: Any) -> Response:
    known = {
        "fault": None,
        "name": "",
        "first": visit.host.is_home and visit.accounts.owner() is None,
    }
    facts = {**known, **more, **_who(asked.client, asked)}
    return _page(visit, "authorize-sign-in", asked, status, **facts)


@router.post("/sign-in")
def sign_in(visit: Anyone, fields: Fields) -> Response:
    try:
        asked = _asked(visit)
    except _Shown as found:
        return found.response
    name = fields.get("name", "")
    try:
        token = visit.accounts.sign_in(
            name,
            fields.get("password", ""),
            peer=visit.peer,
            label=deps.label_of(visit.request),
            replaces=deps.token_of(visit.request),
        )
    except (Unauthenticated, TooManyRequests, BadInput) as error:
        late = isinstance(error, TooManyRequests)
        said = visit.texts("sign-in-wait" if late else "sign-in-wrong")
        return _sign_in_page(visit, asked, error.status, fault=said, name=name)
    if visit.session is not None:
        visit.accounts.sessions.end_one(visit.session.account, visit.session.id)
    # Who has just signed in is not asked to again.
    pairs = parse_qsl(visit.request.url.query, keep_blank_values=True)
    query = urlencode([(k, v) for k, v in pairs if (k, v) != ("prompt", "login")])
    return visit.with_session(go(f"/.oidc/authorize?{query}"), token)


@router.post("/consent")
def consent(visit: Anyone, fields: Fields) -> Response:
    try:
        asked = _asked(visit)
        session = visit.session
        if session is None:
            raise _Shown(_sign_in_page(visit, asked))
        if fields.get("decision") != "agree":
            raise _Shown(_back(visit, asked, error="access_denied"))
    except _Shown as found:
        return found.response
    ceiling, webid = fields.get("ceiling", ""), session.account.webid
    issuer, owner = visit.host.issuer, visit.services.owner
    issuer.agree(webid, asked.client, ceiling)
    agreed = {"app": asked.client.id, "name": asked.client.name, "ceiling": ceiling}
    visit.space.journal.record(owner, Activity(Verb.ACCEPT, owner, summary=agreed), {})
    return _to(issuer.code(webid, asked, session.created))


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
        return _to(target)
    page = visit.page("authorize-sign-out", query=visit.request.url.query)
    page.headers["content-security-policy"] = _policy(target)
    return page


@router.post("/sign-out")
def sign_out(visit: Anyone, fields: Fields) -> Response:
    session = visit.session
    if session is not None:
        visit.accounts.sessions.end_one(session.account, session.id)
    response = _to(_leaving(visit) or "/.pod/sign-in")
    deps.drop_cookie(response, visit.host.settings)
    return response


# -------------------------------------------------------------------- answers


def _who(client: Client, asked: Asked) -> dict[str, Any]:
    return {
        "app": client.name,
        "address": client.address,
        "target": urlsplit(asked.redirect).netloc,
    }


def _page(visit: Visit, template: str, asked: Asked, status: int = 200, **facts: Any) -> Response:
    pairs = parse_qsl(visit.request.url.query, keep_blank_values=True)
    query = urlencode([pair for pair in pairs if pair[0] != "language"])
    page = visit.page(template, status=status, query=query, **facts)
    page.headers["content-security-policy"] = _policy(asked.redirect)
    return page


def _policy(target: str | None) -> str:
    """A browser follows a form's redirect only to where the page says that forms may go."""
    if target is None:
        return POLICY
    parts = urlsplit(target)
    place = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    return POLICY.replace("form-action 'self'", f"form-action 'self' {place}")


def _back(visit: Visit, asked: Asked, **facts: Any) -> Response:
    return _to(answer(asked, visit.host.issuer.name, **facts))


def _to(target: str) -> Response:
    """On to an address that was checked: never to be kept, never told to others."""
    response = go(target)
    response.headers["referrer-policy"] = "no-referrer"
    return response
