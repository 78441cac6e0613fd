"""The identity provider's endpoints for programs: discovery, keys, tokens, registration, userinfo.

https://solidproject.org/TR/oidc · Any script may read them (CORS): they take tokens and secrets,
never a cookie. The pages for people below `/.oidc/` are in
`http/ui/authorize.py` and `entrance.py`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from pod.errors import (
    BadInput,
    MethodNotAllowed,
    NotFound,
    PodError,
    Unauthenticated,
)
from pod.http import edge, headers
from pod.http.messages import ClientGone, Headers, Request, Response
from pod.identity.agents import Authenticator, Credentials
from pod.identity.authorization import read_query
from pod.identity.issuer import Issuer
from pod.model import AgentKind, Json
from pod.rdf.scan import scan_json

log = logging.getLogger(__name__)

DISCOVERY = b"/.well-known/openid-configuration"
PREFIX = b"/.oidc/"
PAGES = (
    *(b"/.oidc/authorize", b"/.oidc/consent", b"/.oidc/sign-out", b"/.oidc/sign-in"),
    *(b"/.oidc/sign-in/code", b"/.oidc/sign-in/sample"),
    *(b"/.oidc/sign-in/passkey", b"/.oidc/sign-in/passkey/ask"),
)
LONGEST_FORM = 32 << 10
_JSON = (b"content-type", b"application/json")
_NEVER_KEPT = [(b"cache-control", b"no-store"), (b"pragma", b"no-cache")]
# RFC 6749 has one status for every error of the token endpoint but this.
_STATUS = {"invalid_client": 401, "invalid_token": 401}


class Oidc:
    """Answers requests below `/.oidc/` that no person makes. Raises ClientGone alone."""

    def __init__(self, issuer: Issuer, authenticator: Authenticator) -> None:
        self._issuer = issuer
        self._authenticator = authenticator
        self._endpoints: dict[
            bytes, tuple[tuple[str, ...], Callable[[Request], Awaitable[Response]]]
        ] = {
            DISCOVERY: (("GET", "HEAD"), self._discovery),
            b"/.oidc/jwks": (("GET", "HEAD"), self._jwks),
            b"/.oidc/token": (("POST",), self._token),
            b"/.oidc/register": (("POST",), self._register),
            b"/.oidc/userinfo": (("GET", "POST"), self._userinfo),
            b"/.oidc/revoke": (("POST",), self._revoke),
        }

    async def handle(self, request: Request) -> Response:
        found = self._endpoints.get(request.raw_path)
        try:
            if found is None:
                raise NotFound("nothing is served here")
            methods, act = found
            allow = (b"allow", ", ".join((*methods, "OPTIONS")).encode())
            if request.method == "OPTIONS":
                return Response(204, [*_preflight(request), allow])
            if request.method not in methods:
                error = MethodNotAllowed("not with this method")
                return edge.refuse(error, request, self._issuer.name, [allow])
            return await act(request)
        except PodError as error:
            return self._refusal(error, request)
        except ClientGone:
            raise
        except Exception as error:
            fault = edge.fault(error, f"{request.method} {request.raw_path!r}")
            return self._refusal(fault, request)

    # ---------------------------------------------------------------- endpoints

    async def _discovery(self, request: Request) -> Response:
        return self._json(request, self._issuer.discovery(), [(b"cache-control", b"max-age=300")])

    async def _jwks(self, request: Request) -> Response:
        found = await asyncio.to_thread(self._issuer.keys.published)
        return self._json(request, found, [(b"cache-control", b"max-age=300")])

    async def _token(self, request: Request) -> Response:
        params = await _form(request)
        authorization, proof = (request.headers.get(n) for n in ("authorization", "dpop"))
        found = await asyncio.to_thread(self._issuer.token, params, authorization, proof)
        return self._json(request, found, _NEVER_KEPT)

    async def _register(self, request: Request) -> Response:
        _check_type(request, "application/json")
        body = await request.read(LONGEST_FORM)
        try:
            scan_json(body, max_bytes=LONGEST_FORM, max_depth=8)
            said = json.loads(body)
        except (ValueError, RecursionError, BadInput):
            raise BadInput("this is no JSON", error="invalid_client_metadata") from None
        found = await asyncio.to_thread(self._issuer.clients.register, said, request.peer)
        return self._json(request, found, _NEVER_KEPT, 201)

    async def _userinfo(self, request: Request) -> Response:
        """https://openid.net/specs/openid-connect-core-1_0.html#UserInfo"""
        address = self._issuer.name + request.raw_path.decode("latin-1")[1:]
        shown = Credentials(
            request.method,
            address,
            request.headers.get("authorization"),
            request.headers.get("dpop"),
        )
        agent = await self._authenticator.identify(shown)
        if agent.kind is AgentKind.PUBLIC or agent.issuer != self._issuer.name:
            raise Unauthenticated("a token of this identity provider is wanted")
        return self._json(request, {"sub": agent.webid, "webid": agent.webid}, _NEVER_KEPT)

    async def _revoke(self, request: Request) -> Response:
        params = await _form(request)
        authorization = request.headers.get("authorization")
        await asyncio.to_thread(self._issuer.revoke, params, authorization)
        return Response(200, [*headers.cors(request), *_NEVER_KEPT, (b"content-length", b"0")])

    # ---------------------------------------------------------------- answers

    def _json(self, request: Request, found: Any, more: Headers, status: int = 200) -> Response:
        body = json.dumps(found).encode()
        size = (b"content-length", str(len(body)).encode())
        sniffed = (b"x-content-type-options", b"nosniff")
        return Response(status, [*headers.cors(request), _JSON, size, sniffed, *more], body)

    def _refusal(self, error: PodError, request: Request) -> Response:
        """An error of OAuth where there is a name for it (RFC 6749, 5.2), else problem+json."""
        name = error.facts.get("error")
        if not name or request.raw_path == b"/.oidc/userinfo":
            return edge.refuse(error, request, self._issuer.name)
        status = _STATUS.get(name, error.status if error.status != 401 else 400)
        body: Json = {"error": name, "error_description": error.detail}
        more = list(_NEVER_KEPT)
        if status == 401:
            more.append((b"www-authenticate", b'Basic realm="token"'))
        return self._json(request, body, more, status)


async def _form(request: Request) -> dict[str, str]:
    _check_type(request, "application/x-www-form-urlencoded")
    body = await request.read(LONGEST_FORM)
    try:
        return read_query(body.decode("ascii"))
    except UnicodeDecodeError:
        raise BadInput("a form is percent-encoded", error="invalid_request") from None


def _check_type(request: Request, wanted: str) -> None:
    said = headers.media_type(request.headers.get("content-type", ""))
    if said is None or said[0] != wanted:
        raise BadInput(f"this is sent as {wanted}", error="invalid_request")


def _preflight(request: Request) -> Headers:
    if "origin" not in request.headers:
        return headers.cors(request)
    return headers.preflight(request)
