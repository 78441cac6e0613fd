"""Settings of the pages and of the account: language, theme, password, browsers, tokens."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, TooManyRequests, Unauthenticated
from pod.http.ui.entrance import has_passkeys
from pod.http.ui.visit import Fields, Owner, Visit, go, language_of
from pod.identity.accounts import Session
from pod.model import Json

router = APIRouter()
THEMES = ("system", "light", "dark")


@router.get("/settings")
def settings(visit: Owner, saved: str = "") -> Response:
    return _page(visit, saved=saved)


def _page(visit: Visit, status: int = 200, **more: Any) -> Response:
    session = _session(visit)
    known: dict[str, Any] = {"saved": "", "fault": None, "field": None, "token": None}
    return visit.page(
        "settings",
        status=status,
        themes=THEMES,
        chosen=session.account.theme or "system",
        webid=session.account.webid,
        sessions=[_shown(visit, one, session) for one in _sessions(visit)],
        passkeys=visit.accounts.passkeys.of(session.account.id),
        offered=has_passkeys(visit),
        codes=visit.accounts.proofs.codes_left(session.account),
        known=visit.accounts.proofs.has_code_proof(session),
        tokens=visit.accounts.tokens.tokens(_mine(visit)),
        guest=visit.services.settings,
        **{**known, **more},
    )


def _session(visit: Visit) -> Session:
    if visit.session is None:
        raise Unauthenticated("sign in first")
    return visit.session


def _mine(visit: Visit) -> str | None:
    """Whose tokens these pages tell of: at home everybody's, for the owner made them all."""
    return None if visit.host.is_home else _session(visit).account.webid


def _sessions(visit: Visit) -> list[Session]:
    return visit.accounts.sessions.of(_session(visit).account)


def _shown(visit: Visit, one: Session, mine: Session) -> Json:
    browsers = (("Firefox", "Firefox"), ("Edg", "Edge"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    browser = next((name for mark, name in browsers if mark in one.label), "")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    system = next((name for name in systems if name in one.label), "")
    return {
        "id": one.id,
        "name": visit.texts("session-name", browser=browser or "?", system=system or "?"),
        "seen": one.seen,
        "mine": one.id == mine.id,
    }


@router.post("/settings/language")
def language(visit: Owner, fields: Fields) -> Response:
    chosen = language_of(fields.get("language"))
    if chosen:
        visit.accounts.change(_session(visit).account, language=chosen)
    return go("/.pod/settings")


@router.post("/settings/theme")
def theme(visit: Owner, fields: Fields) -> Response:
    chosen = fields.get("theme")
    if chosen in THEMES:
        stored = None if chosen == "system" else chosen
        visit.accounts.change(_session(visit).account, theme=stored)
    return go("/.pod/settings")


@router.post("/settings/name")
def name(visit: Owner, fields: Fields) -> Response:
    try:
        visit.accounts.change(_session(visit).account, name=fields.get("name", ""))
    except BadInput:
        return _page(visit, 400, field="name", fault=visit.texts("setup-bad-name"))
    return go("/.pod/settings?saved=name")


@router.post("/settings/password")
def password(visit: Owner, fields: Fields) -> Response:
    """Signs every other browser out."""
    try:
        visit.accounts.set_password(
            _session(visit),
            fields.get("old"),
            fields.get("new", ""),
            peer=visit.peer,
            device=visit.device,
        )
    except (BadInput, Unauthenticated, TooManyRequests) as error:
        field = "old" if isinstance(error, Unauthenticated) else "new"
        key = "sign-in-wait" if isinstance(error, TooManyRequests) else f"settings-bad-{field}"
        return _page(visit, error.status, field=field, fault=visit.texts(key))
    return go("/.pod/settings?saved=password")


@router.post("/settings/sessions")
def sessions(visit: Owner, fields: Fields) -> Response:
    """Signs one other browser out, or all others."""
    session = _session(visit)
    if fields.get("others"):
        visit.accounts.sessions.end_others(session)
    elif fields.get("id") and fields["id"] != session.id:
        visit.accounts.sessions.end_one(session.account, fields["id"])
    return go("/.pod/settings?saved=sessions")


@router.post("/settings/tokens")
def tokens(visit: Owner, fields: Fields) -> Response:
    """Makes a token, shown once, or ends one."""
    if fields.get("drop"):
        visit.accounts.tokens.drop_token(fields["drop"], _mine(visit))
        return go("/.pod/settings?saved=token")
    label = " ".join(fields.get("name", "").split())[:80]
    if not label:
        return _page(visit, 400, field="token", fault=visit.texts("settings-bad-token"))
    return _page(visit, token=visit.accounts.create_token(label, _session(visit).account.webid))


@router.get("/trial/end")
def trial_page(visit: Owner) -> Response:
    if visit.services.trial.state(visit.agent) is None:
        return go("/.pod/")
    return visit.page("trial-end", fault=None, field=None, name="")


@router.post("/trial/end")
def trial_end(visit: Owner, fields: Fields) -> Response:
    """Clears the sample household; its visitor becomes the owner, with a name and a password."""
    session = _session(visit)
    try:
        if not session.account.has_password:
            visit.accounts.set_password(session, None, fields.get("password", ""), peer=visit.peer)
        visit.accounts.change(session.account, name=fields.get("name", ""))
    except BadInput as error:
        field = str(error.facts.get("field", "password"))
        return visit.page(
            "trial-end",
            status=400,
            fault=visit.texts(f"setup-bad-{field}"),
            field=field,
            name=fields.get("name", ""),
        )
    visit.services.trial.clear(visit.agent)
    return go("/.pod/")
