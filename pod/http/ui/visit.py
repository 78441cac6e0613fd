"""One request to the pages: who visits, in which language, and what a form may do.

A page wants a session (else it leads to the sign-in); a form also what `deps.check_write` wants.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.requests import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile
from starlette.types import Message

from pod.errors import BadInput, RequestTimeout, TooLarge
from pod.host import Host
from pod.http import deps
from pod.http.texts import LANGUAGES, Texts, negotiate
from pod.http.ui.render import render
from pod.identity.accounts import Account, Accounts, Session
from pod.model import Agent, Iri
from pod.services import Services
from pod.space import Space

LANGUAGE_COOKIE = "domicile-language"
FIELD = 4096  # characters of one field of a form
FORM_BYTES = 1 << 20  # of a form without files
EDITED = 2 << 20  # bytes of a form that edits a document
FIELDS = 4000  # of such a form


class SeeOther(Exception):
    """Leads elsewhere: to the sign-in, to the set-up, or on after a form."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


class Answered(Exception):
    """Ends a request with an answer that is made already."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with what the pages need. `session` is None before the sign-in."""

    request: Request
    host: Host
    pod: Services | None
    texts: Texts
    session: Session | None

    @property
    def services(self) -> Services:
        """The pod that these pages are about; a provider's visitor is led to the sign-in."""
        if self.pod is None:
            raise SeeOther("/.pod/sign-in")
        return self.pod

    @property
    def accounts(self) -> Accounts:
        return self.host.accounts

    @property
    def space(self) -> Space:
        return self.services.space

    @property
    def agent(self) -> Agent:
        """The owner, for pages that want a session."""
        if self.session is None:
            raise SeeOther("/.pod/sign-in")
        return self.services.owner

    @property
    def account(self) -> Account:
        """Whose pages these are, for pages that want a session."""
        if self.session is None:
            raise SeeOther("/.pod/sign-in")
        return self.session.account

    @property
    def local(self) -> bool:
        """Whether the visitor is on this machine."""
        return deps.is_local(self.request)

    @property
    def peer(self) -> str:
        return deps.peer_of(self.request)

    def page(self, template: str, *, place: str = "", status: int = 200, **facts: Any) -> Response:
        """A page in the reader's language; `place` is the one of the six it belongs to."""
        account = self.session.account if self.session else None
        trial = self.services.trial.state(self.services.owner) if account else None
        html = render(
            template,
            self.texts,
            place=place,
            account=account,
            theme=account.theme if account else None,
            where=urlsplit(self.host.settings.base_url).netloc,
            here=self.request.url.path,
            csrf=self.session.csrf if self.session else "",
            trial=trial,
            leaving=self.accounts.leaving(account) if account else None,
            now=datetime.now(UTC),
            **facts,
        )
        return HTMLResponse(html, status)

    def with_session(self, response: Response, token: str) -> Response:
        outside = self.accounts.sessions.outside(token)
        deps.set_cookie(response, token, outside, self.host.settings)
        deps.set_device(response, self.accounts.remember(token), self.host.settings)
        return response

    @property
    def device(self) -> str | None:
        return deps.device_of(self.request)

    def iri(self, path: str) -> Iri:
        return self.space.iri_of(path)


def go(target: str) -> Response:
    """On to another page after a form (POST, redirect, GET)."""
    return RedirectResponse(target, 303)


def visit(request: Request) -> Visit:
    """Anybody's visit."""
    host = deps.host_of(request)
    session = deps.current(request)
    language = negotiate(
        request.query_params.get("language"),
        session.account.language if session else None,
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language"),
        default=host.settings.language,
    )
    texts = Texts(language, host.settings.time_zone)
    return Visit(request, host, deps.pod_of(request), texts, session)


def owner(found: Annotated[Visit, Depends(visit)]) -> Visit:
    """The owner's visit; anybody else is led to the sign-in, or to the set-up of an empty pod."""
    if found.session is None:
        first = found.host.is_home and found.accounts.owner() is None
        raise SeeOther("/.pod/setup" if first else "/.pod/sign-in")
    return found


def bounded(request: Request, most: int, told: int) -> Request:
    """The request with a body of at most `most` bytes that does not pause for too long. Reading on
    raises TooLarge (facts: limit, as `told`), RequestTimeout."""
    left, idle = most, deps.host_of(request).settings.body_idle_seconds

    async def receive() -> Message:
        nonlocal left
        try:
            message = await asyncio.wait_for(request.receive(), idle)
        except TimeoutError:
            raise RequestTimeout("the body stopped coming") from None
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge("larger than what is taken", limit=told)
        return message

    return Request(request.scope, receive)


async def form(request: Request) -> Mapping[str, str]:
    """The fields of a small form that these pages sent."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > FORM_BYTES:
        await drain(request)
        raise TooLarge("longer than a form of these pages", limit=FORM_BYTES >> 20)
    small = bounded(request, FORM_BYTES, 1)
    given = await small.form(max_files=0, max_fields=50, max_part_size=FIELD)
    fields = {k: v[:FIELD] for k, v in given.items() if isinstance(v, str)}
    await run_in_threadpool(deps.check_write, request, fields)
    return fields


async def drain(request: Request) -> None:
    """Reads on and forgets: a browser that is answered while it sends shows no answer."""
    async for _ in request.stream():
        pass


async def long_form(request: Request, found: Annotated[Visit, Depends(owner)]) -> Mapping[str, str]:
    """The fields of a form that edits a document (`multipart/form-data`). The owner's session is
    known before a byte of the body is read. Raises TooLarge over `EDITED` bytes."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > EDITED:
        await drain(request)
        raise TooLarge("longer than what is edited here", limit=EDITED >> 20)
    given = await bounded(request, EDITED, EDITED >> 20).form(
        max_files=0, max_fields=FIELDS, max_part_size=EDITED
    )
    fields = {k: v for k, v in given.items() if isinstance(v, str)}
    await run_in_threadpool(deps.check_write, request, fields)
    return fields


def text_file(given: object) -> UploadFile:
    """A file of a form. Raises BadInput where none was chosen."""
    if not isinstance(given, UploadFile) or not (given.filename or given.size):
        raise BadInput("no file was chosen", reason="no-file")
    return given


def language_of(given: str | None) -> str | None:
    return given if given in LANGUAGES else None


Anyone = Annotated[Visit, Depends(visit)]
Owner = Annotated[Visit, Depends(owner)]
Fields = Annotated[Mapping[str, str], Depends(form)]
LongFields = Annotated[Mapping[str, str], Depends(long_form)]
