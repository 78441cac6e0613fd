"""Ways to prove who one is: passkeys, recovery codes, a fresh proof before what matters; leaving."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from pod.errors import BadInput, Conflict, PodError, TooManyRequests, Unauthenticated
from pod.http.ui.entrance import has_passkeys, passkey_failed
from pod.http.ui.visit import Fields, Owner, SeeOther, Visit, go
from pod.identity.sessions import Session

router = APIRouter()
AFTER = "/.pod/settings"  # where a proof leads if nothing else is named
NEXT = (AFTER, "/.pod/leave", "/.pod/export", "/.pod/identity")


def session_of(visit: Visit) -> Session:
    if visit.session is None:
        raise SeeOther("/.pod/sign-in")
    return visit.session


def require_proof(visit: Visit, then: str) -> Session:
    """The session, if its owner has just proved who she is; else leads to where she does."""
    session = session_of(visit)
    if not visit.accounts.proofs.is_fresh(session):
        raise SeeOther(f"/.pod/confirm?next={then}")
    return session


# -------------------------------------------------------------------- a fresh proof


@router.get("/confirm")
def confirm_page(visit: Owner, next: str = AFTER) -> Response:
    return _confirm(visit, next)


def _confirm(visit: Visit, then: str, status: int = 200, fault: str | None = None) -> Response:
    wanted = visit.accounts.proofs.wanted(session_of(visit).account)
    return visit.page(
        "confirm",
        status=status,
        wanted=wanted,
        offered=has_passkeys(visit),
        then=then if then in NEXT else AFTER,
        fault=fault,
    )


@router.post("/confirm")
def confirm(visit: Owner, fields: Fields) -> Response:
    then = fields.get("next", AFTER)
    try:
        password = fields.get("password", "")
        visit.accounts.confirm(session_of(visit), password, peer=visit.peer, device=visit.device)
    except (Unauthenticated, TooManyRequests) as error:
        late = isinstance(error, TooManyRequests)
        fault = visit.texts("sign-in-wait" if late else "confirm-wrong")
        return _confirm(visit, then, error.status, fault)
    return go(then if then in NEXT else AFTER)


# -------------------------------------------------------------------- passkeys, asked by a script


@router.post("/passkeys/ask")
def ask(visit: Owner, fields: Fields) -> Response:
    """What the browser has to sign to prove that it is still her."""
    return JSONResponse(visit.accounts.passkeys.ask(session_of(visit).account.id))


@router.post("/passkeys/confirm")
def confirm_by_passkey(visit: Owner, fields: Fields) -> Response:
    try:
        visit.accounts.confirm_by_passkey(session_of(visit), fields.get("response", ""))
    except (BadInput, Unauthenticated) as error:
        return _said(visit, error)
    then = fields.get("next", AFTER)
    return JSONResponse({"next": then if then in NEXT else AFTER})


@router.post("/passkeys/begin")
def begin(visit: Owner, fields: Fields) -> Response:
    session = session_of(visit)
    if not visit.accounts.proofs.is_fresh(session):
        return JSONResponse({"next": f"/.pod/confirm?next={AFTER}"})
    try:
        return JSONResponse(visit.accounts.passkeys.begin(session.account.id, session.account.name))
    except Conflict as error:
        return _said(visit, error)


@router.post("/passkeys/finish")
def finish(visit: Owner, fields: Fields) -> Response:
    session = require_proof(visit, AFTER)
    label = " ".join(fields.get("label", "").split()) or visit.texts("passkey-unnamed")
    try:
        visit.accounts.passkeys.finish(session.account.id, fields.get("response", ""), label)
    except (BadInput, Conflict, Unauthenticated) as error:
        return _said(visit, error)
    return JSONResponse({"next": "/.pod/settings?saved=passkey"})


@router.post("/passkeys/drop")
def drop(visit: Owner, fields: Fields) -> Response:
    session = require_proof(visit, AFTER)
    visit.accounts.passkeys.drop(session.account.id, fields.get("id", ""))
    return go("/.pod/settings?saved=passkey-gone")


def _said(visit: Visit, error: PodError) -> Response:
    key = "passkey-known" if isinstance(error, Conflict) else "passkey-failed"
    return passkey_failed(visit, error, key)


# -------------------------------------------------------------------- recovery codes


@router.post("/settings/codes")
def codes(visit: Owner, fields: Fields) -> Response:
    """New codes, shown this once, to be printed."""
    account = require_proof(visit, AFTER).account
    return visit.page("codes", codes=visit.accounts.proofs.new_codes(account))


# -------------------------------------------------------------------- leaving


@router.get("/leave")
def leave_page(visit: Owner) -> Response:
    session = require_proof(visit, "/.pod/leave")
    used = visit.space.journal.usage(visit.agent)
    days = visit.host.settings.leaving_days
    leaving = visit.accounts.leaving(session.account)
    return visit.page("leave", days=days, used=used, leaving_at=leaving)


@router.post("/leave")
def leave(visit: Owner, fields: Fields) -> Response:
    """Nothing is lost yet: the deletion is announced, and every page says so until it is due."""
    session = require_proof(visit, "/.pod/leave")
    visit.accounts.leave(session.account)
    visit.accounts.sessions.end_others(session)
    return go("/.pod/")


@router.post("/leave/undo")
def stay(visit: Owner, fields: Fields) -> Response:
    visit.accounts.stay(session_of(visit).account)
    return go("/.pod/")
