"""The first page of an empty pod, signing out, and the language of a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    PodError,
    TooManyRequests,
)
from pod.http import deps
from pod.http.ui.visit import (
    LANGUAGE_COOKIE,
    Anyone,
    Fields,
    Owner,
    SeeOther,
    Visit,
    go,
    language_of,
)
from pod.identity.accounts import Account

router = APIRouter()
BACK = ("/.pod/setup", "/.pod/sign-in", "/.pod/sign-in/code")
SAMPLE_NAMES = {"fr": "Foyer exemple", "en": "Sample household"}


@router.get("/setup")
def setup(found: Anyone) -> Response:
    _only_first(found)
    return _setup_page(found)


def _only_first(found: Visit) -> None:
    """At home the first visitor alone; at a provider everybody, where its settings say so."""
    if found.host.is_home:
        over = found.accounts.owner() is not None
    else:
        over = found.session is not None or not found.host.settings.sign_up
    if over:
        raise SeeOther("/.pod/" if found.session else "/.pod/sign-in")


def _setup_page(found: Visit, status: int = 200, **facts: Any) -> Response:
    known: dict[str, Any] = {"name": "", "field": None, "fault": None}
    if not found.host.is_home:
        address = found.host.settings.base_url
        return found.page("sign-up", status=status, address=address, **{**known, **facts})
    wanted = not found.local and found.accounts.setup_code() is not None
    known["filled"] = found.services.trial.state(found.services.owner) is not None
    return found.page("setup", status=status, code_wanted=wanted, **{**known, **facts})


@router.post("/setup")
def create(found: Anyone, fields: Fields) -> Response:
    _only_first(found)
    accounts = found.accounts
    name = fields.get("name", "")
    try:
        account = _created(found, name, fields)
    except (BadInput, Conflict, Forbidden, TooManyRequests) as error:
        field = str(error.facts.get("field", "password"))
        key = f"setup-bad-{field}"
        if isinstance(error, TooManyRequests):
            key = "setup-too-many" if found.host.is_home else "sign-up-too-many"
        elif field == "name" and not found.host.is_home:
            key = "sign-up-taken" if isinstance(error, Conflict) else "sign-up-bad-name"
        return _setup_page(found, error.status, name=name, field=field, fault=found.texts(key))
    return found.with_session(
        go("/.pod/"), accounts.start_session(account, deps.label_of(found.request))
    )


def _created(found: Visit, name: str, fields: Mapping[str, str]) -> Account:
    accounts, password = found.accounts, fields.get("password", "")
    if found.host.is_home:
        accounts.check_setup_code(fields.get("code", ""), local=found.local)
        return accounts.create_owner(name, password, language=found.texts.language)
    accounts.check_sign_up(found.peer)
    account = found.host.create(name.strip().lower(), password, language=found.texts.language)
    accounts.note_sign_up(found.peer)
    return account


@router.post("/setup/sample")
def sample(found: Anyone, fields: Fields) -> Response:
    """A pod without a password, filled with a fictitious household, on this machine only."""
    _only_first(found)
    if not found.host.is_home:
        raise NotFound("a sample household is for a home")
    accounts = found.accounts
    try:
        accounts.check_setup_code(fields.get("code", ""), local=found.local)
    except PodError as error:
        return _setup_page(found, error.status, field="code", fault=found.texts("setup-bad-code"))
    name = SAMPLE_NAMES[found.texts.language]
    account = accounts.create_owner(name, None, language=found.texts.language)
    if found.services.trial.state(found.services.owner) is None:
        found.services.trial.start(found.services.owner)
    return found.with_session(
        go("/.pod/"), accounts.start_session(account, deps.label_of(found.request))
    )


@router.post("/sign-out")
def sign_out(found: Owner, fields: Fields) -> Response:
    found.accounts.sign_out(deps.token_of(found.request) or "")
    response = go("/.pod/sign-in")
    deps.drop_cookie(response, found.host.settings)
    return response


@router.post("/language")
def language(found: Anyone, fields: Fields) -> Response:
    """Before the sign-in: remembered by the browser."""
    chosen = language_of(fields.get("language"))
    back = fields.get("back", "")
    response = go(back if back in BACK else "/.pod/")
    if chosen:
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=365 * 86400,
            path="/.pod/",
            secure=found.host.settings.base_url.startswith("https:"),
            httponly=True,
            samesite="lax",
        )
    return response
