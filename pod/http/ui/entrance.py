"""The one way in, to the owner's pages (`/.pod/`) and for an app that leads here (`/.oidc/`): a
passkey, else the password, else a recovery code.

The same functions and pages serve both; under `/.oidc/` the app's request comes along, and the way
leads on to the question of consent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from pod.errors import BadInput, PodError, TooManyRequests, Unauthenticated
from pod.http import deps
from pod.http.hosts import name_of
from pod.http.ui import asking
from pod.http.ui.visit import Anyone, Fields, Visit, go
from pod.identity.authorization import Asked

router = APIRouter()  # served under both prefixes
WRONG = {"sign-in": "sign-in-wrong", "sign-in-code": "code-wrong"}


def has_passkeys(visit: Visit) -> bool:
    """Whether a browser offers passkeys under the name that this page was opened with."""
    return visit.accounts.passkeys.available(name_of(visit.request.headers.get("host", "")))


def sign_in_page(
    visit: Visit, asked: Asked | None, template: str = "sign-in", status: int = 200, **more: Any
) -> Response:
    """Where a visitor says who she is. `asked`: for the app whose request this is."""
    known = visit.accounts.owner()
    facts: dict[str, Any] = {
        "fault": None,
        "name": known.name if known is not None and visit.local else "",  # elsewhere not told
        "open_door": _is_open(visit),
        "sign_up": not visit.host.is_home and visit.host.settings.sign_up,
        "passkeys": has_passkeys(visit),
        "first": visit.host.is_home and known is None,
        "at": "/.pod" if asked is None else "/.oidc",
        **more,
    }
    if asked is None:
        return visit.page(template, status=status, app=None, query="", **facts)
    return asking.page(visit, template, asked, status, **facts)


def _asked(visit: Visit) -> Asked | None:
    outside = visit.request.url.path.startswith(deps.OUTSIDE)
    return asking.asked_of(visit) if outside else None


def _is_open(visit: Visit) -> bool:
    """A sample household has no password: who sits at this machine walks in."""
    known = visit.accounts.owner()
    return known is not None and not known.has_password and visit.local


def _entered(visit: Visit, asked: Asked | None, token: str, after: str = "/.pod/") -> Response:
    return visit.with_session(go(_onward(visit, asked, after)), token)


def _onward(visit: Visit, asked: Asked | None, after: str = "/.pod/") -> str:
    """Where one is led who came in. The session that this browser had before is over."""
    before = visit.session
    if before is not None:
        visit.accounts.sessions.end_one(before.account, before.id)
    # Who has just signed in is not asked to again.
    query = asking.query_of(visit, ("prompt", "login"))
    return after if asked is None else f"/.oidc/authorize?{query}"


def _try(
    visit: Visit, fields: Fields, template: str, enter: Callable[..., str], secret: str, after: str
) -> Response:
    """In by a name and a `secret`, or the page again with what was wrong."""
    asked, name = _asked(visit), fields.get("name", "")
    try:
        token = enter(
            name,
            fields.get(secret, ""),
            peer=visit.peer,
            label=deps.label_of(visit.request),
            replaces=deps.token_of(visit.request),
            device=visit.device,
        )
    except (Unauthenticated, TooManyRequests, BadInput) as error:
        late = isinstance(error, TooManyRequests)
        fault = visit.texts("sign-in-wait" if late else WRONG[template])
        return sign_in_page(visit, asked, template, error.status, fault=fault, name=name)
    return _entered(visit, asked, token, after)


# -------------------------------------------------------------------- by password


@router.get("/sign-in")
def show(visit: Anyone) -> Response:
    asked = _asked(visit)
    if asked is None and visit.session is not None:
        return go("/.pod/")
    if asked is None and visit.host.is_home and visit.accounts.owner() is None:
        return go("/.pod/setup")
    return sign_in_page(visit, asked)


@router.post("/sign-in")
def by_password(visit: Anyone, fields: Fields) -> Response:
    return _try(visit, fields, "sign-in", visit.accounts.sign_in, "password", "/.pod/")


@router.post("/sign-in/sample")
def walk_in(visit: Anyone, fields: Fields) -> Response:
    asked, known = _asked(visit), visit.accounts.owner()
    if known is None or not _is_open(visit):
        return sign_in_page(visit, asked, status=403)
    label = deps.label_of(visit.request)
    token = visit.accounts.start_session(known, label, deps.token_of(visit.request))
    return _entered(visit, asked, token)


# -------------------------------------------------------------------- by recovery code


@router.get("/sign-in/code")
def show_code(visit: Anyone) -> Response:
    asked = _asked(visit)
    if asked is None and visit.session is not None:
        return go("/.pod/")
    return sign_in_page(visit, asked, "sign-in-code")


@router.post("/sign-in/code")
def by_code(visit: Anyone, fields: Fields) -> Response:
    """In with a recovery code, and on to a new password (or to the app)."""
    enter, after = visit.accounts.sign_in_by_code, "/.pod/settings?saved=code"
    return _try(visit, fields, "sign-in-code", enter, "code", after)


# -------------------------------------------------------------------- by passkey, from a script


@router.post("/sign-in/passkey/ask")
def ask(visit: Anyone, fields: Fields) -> Response:
    """What the browser has to sign to enter: with any passkey of this server."""
    return JSONResponse(visit.accounts.passkeys.ask())


@router.post("/sign-in/passkey")
def by_passkey(visit: Anyone, fields: Fields) -> Response:
    asked = _asked(visit)
    try:
        token = visit.accounts.sign_in_by_passkey(
            fields.get("response", ""),
            label=deps.label_of(visit.request),
            replaces=deps.token_of(visit.request),
        )
    except (BadInput, Unauthenticated) as error:
        return passkey_failed(visit, error)
    return visit.with_session(JSONResponse({"next": _onward(visit, asked)}), token)


def passkey_failed(visit: Visit, error: PodError, key: str = "passkey-failed") -> Response:
    return JSONResponse({"said": visit.texts(key)}, error.status)
