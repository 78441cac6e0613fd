"""The request that an app sends a browser with, and the answer that goes back through it.

https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth · Only `code` with PKCE S256.
Until the app and its redirect_uri are known to fit, nothing is sent anywhere: the person reads the
error here. After that, errors go back to the app.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pod.errors import BadInput
from pod.identity.clients import Client, Clients
from pod.model import AccessMode

SCOPES = ("openid", "webid", "offline_access", "profile")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
LONGEST = 2048  # characters of state and nonce
READ, WRITE, APPEND, CONTROL = (
    *(AccessMode.READ, AccessMode.WRITE),
    *(AccessMode.APPEND, AccessMode.CONTROL),
)
# What may be agreed to, from the least to the most. Control is never part of it unless chosen.
CEILINGS: dict[str, frozenset[AccessMode]] = {
    "read": frozenset({READ}),
    "write": frozenset({READ, WRITE, APPEND}),
    "control": frozenset({READ, WRITE, APPEND, CONTROL}),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request whose app and address fit. `fault`: the error that goes back."""

    client: Client
    redirect: str
    state: str | None
    scope: frozenset[str]
    nonce: str | None
    challenge: str
    key: str | None  # thumbprint of the key that the code is bound to, where it was said
    prompt: frozenset[str]
    max_age: int | None
    fault: str | None = None


def read_query(query: str) -> dict[str, str]:
    """ "Request and response parameters MUST NOT be included more than once." Raises BadInput."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=40)
    except ValueError:
        raise BadInput("the request has too many parameters", error="invalid_request") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadInput("a parameter comes twice", error="invalid_request")
    return {name: value for name, value in found.items() if value}


def read_request(params: Mapping[str, str], clients: Clients) -> Asked:
    """Raises BadInput for an app or an address that does not fit: never lead anybody there."""
    client = clients.find(params.get("client_id"))
    if client.is_credential:
        raise BadInput("a credential signs nobody in", error="unauthorized_client")
    redirect = params.get("redirect_uri", "")
    # "[...] simple string comparison": to the letter.
    if redirect not in client.redirects:
        raise BadInput(
            "the app wants the answer at an address that is not its own", error="redirect"
        )
    age = params.get("max_age", "")
    return Asked(
        client,
        redirect,
        params.get("state"),
        frozenset(params.get("scope", "").split()) & frozenset(SCOPES),
        params.get("nonce"),
        params.get("code_challenge", ""),
        params.get("dpop_jkt"),
        frozenset(params.get("prompt", "").split()),
        int(age) if age.isascii() and age.isdigit() and len(age) < 9 else None,
        _fault(params),
    )


def _fault(params: Mapping[str, str]) -> str | None:
    for name in ("request", "request_uri", "registration"):
        if name in params:
            return f"{name}_not_supported"
    if params.get("response_type") != "code":
        return "unsupported_response_type"
    if params.get("response_mode", "query") != "query":
        return "invalid_request"
    if "openid" not in params.get("scope", "").split():
        return "invalid_scope"
    if params.get("code_challenge_method") != "S256":
        return "invalid_request"  # no plain, and never none: there is nothing to downgrade to
    if not CHALLENGE.fullmatch(params.get("code_challenge", "")):
        return "invalid_request"
    if any(len(params.get(name, "")) > LONGEST for name in ("state", "nonce", "dpop_jkt")):
        return "invalid_request"
    prompt = params.get("prompt", "").split()
    if "none" in prompt and len(prompt) > 1:
        return "invalid_request"
    return None


def answer(asked: Asked, issuer: str, **facts: Any) -> str:
    """Where the browser goes next: the app's address with `code` or `error`, `state` and `iss`.

    https://www.rfc-editor.org/rfc/rfc9207: an app that speaks with several issuers must see which
    one answers.
    """
    parts = urlsplit(asked.redirect)
    sent = [*parse_qsl(parts.query, keep_blank_values=True), *facts.items()]
    if asked.state is not None:
        sent.append(("state", asked.state))
    sent.append(("iss", issuer))
    return urlunsplit(parts._replace(query=urlencode(sent)))
