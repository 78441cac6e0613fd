"""Errors as pages: what happened, what was kept, what to do."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.requests import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from pod.errors import BadInput, NotFound, PodError
from pod.http.texts import Texts
from pod.http.ui.visit import Answered, SeeOther, visit

log = logging.getLogger(__name__)


def handle(app: FastAPI) -> None:
    """Every way out of a page that is not the page."""
    app.add_exception_handler(SeeOther, _lead)
    app.add_exception_handler(Answered, _answered)
    app.add_exception_handler(PodError, _pod_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unforeseen)


async def _lead(request: Request, error: Exception) -> Response:
    assert isinstance(error, SeeOther)  # noqa: S101
    if wants_json(request):
        return JSONResponse({"code": "unauthenticated"}, 401)
    return RedirectResponse(error.target, 303)


async def _answered(request: Request, error: Exception) -> Response:
    assert isinstance(error, Answered)  # noqa: S101
    return error.response


def _pod_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PodError)  # noqa: S101
    return page(request, error)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    found = NotFound("there is no such page") if status == 404 else BadInput("not understood")
    return page(request, found, status)


def _invalid(request: Request, error: Exception) -> Response:
    return page(request, BadInput("not understood"))


def _gone(request: Request, error: Exception) -> Response:
    """Who left reads nothing; but granian says so too for chunks that cannot be read."""
    return page(request, BadInput("the body ended early"))


def _unforeseen(request: Request, error: Exception) -> Response:
    number = secrets.token_hex(4)
    log.error("fault %s: %s %s", number, request.method, request.url.path, exc_info=error)
    return page(request, PodError("something went wrong", fault=number))


def wants_json(request: Request) -> bool:
    return request.url.path.startswith("/.pod/api/") or "json" in request.headers.get("accept", "")


def page(request: Request, error: PodError, status: int | None = None) -> Response:
    """The error in the reader's words; JSON for those who asked for it."""
    status = status or error.status
    if wants_json(request):
        return JSONResponse({"code": error.code, "detail": error.detail, "status": status}, status)
    found = visit(request)
    facts = told(error, found.texts)
    if found.session is None:
        return found.page("error-outside", status=status, **facts)
    return found.page("error", status=status, **facts)


def told(error: PodError, texts: Texts) -> dict[str, Any]:
    """{"title", "said", "todo"} of an error, in words that its code and facts choose."""
    code = error.code if texts.has(f"error-{error.code}") else "internal"
    facts = {k: v for k, v in error.facts.items() if isinstance(v, str | int | float)}
    reason = str(error.facts.get("reason", ""))
    said = f"error-{error.code}-{reason}"
    key = said if reason and texts.has(said) else f"error-{code}"
    return {
        "title": texts(f"error-{code}"),
        "said": texts(f"{key}-said", **{"fault": "–", "limit": "–", **facts})
        if texts.has(f"{key}-said")
        else "",
        "todo": texts(f"error-{code}-todo") if texts.has(f"error-{code}-todo") else "",
        "detail": error.detail,
    }
