"""An app's request to sign in, as the pages read and show it.

It stays in the address and is read anew at each step. Where it cannot be followed, what is raised
is the answer: a page, or the way back to the app.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi.responses import Response

from pod.errors import BadInput
from pod.http.ui.render import POLICY
from pod.http.ui.visit import Answered, Visit, go
from pod.identity.authorization import Asked, answer, read_query, read_request


def asked_of(visit: Visit) -> Asked:
    """The app's request, from the address. Where it does not fit, the person reads so here."""
    try:
        asked = read_request(read_query(visit.request.url.query), visit.host.issuer.clients)
    except BadInput as error:
        reason = "redirect" if error.facts.get("error") == "redirect" else "client"
        raise Answered(
            visit.page("authorize-fault", status=400, reason=reason, detail=error.detail)
        ) from None
    if asked.fault is not None:
        raise Answered(back(visit, asked, error=asked.fault))
    return asked


def query_of(visit: Visit, *dropped: tuple[str, str]) -> str:
    """The app's request as it came, without the language that a reader chose and what is
    `dropped`."""
    pairs = parse_qsl(visit.request.url.query, keep_blank_values=True)
    return urlencode([pair for pair in pairs if pair[0] != "language" and pair not in dropped])


def page(visit: Visit, template: str, asked: Asked, status: int = 200, **facts: Any) -> Response:
    """A page that says which app asks."""
    known = {
        "app": asked.client.name,
        "address": asked.client.address,
        "target": urlsplit(asked.redirect).netloc,
        "query": query_of(visit),
    }
    found = visit.page(template, status=status, **{**known, **facts})
    found.headers["content-security-policy"] = policy(asked.redirect)
    return found


def policy(target: str | None) -> str:
    """A browser follows a form's redirect only to where the page says that forms may go."""
    if target is None:
        return POLICY
    parts = urlsplit(target)
    place = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    return POLICY.replace("form-action 'self'", f"form-action 'self' {place}")


def back(visit: Visit, asked: Asked, **facts: Any) -> Response:
    """Back to the app with an answer."""
    return to(answer(asked, visit.host.issuer.name, **facts))


def to(target: str) -> Response:
    """On to an address that was checked: never to be kept, never told to others."""
    response = go(target)
    response.headers["referrer-policy"] = "no-referrer"
    return response
