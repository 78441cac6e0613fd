"""Where errors become answers: problem+json for programs (RFC 9457), a small page for browsers."""

from __future__ import annotations

import json
import logging
import secrets
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pod.errors import PodError
from pod.http.headers import cors
from pod.http.messages import Headers, Request, Response
from pod.http.negotiate import prefers_html
from pod.model import Json

log = logging.getLogger(__name__)
_PLAIN = (str, int, float, list, tuple, dict, type(None))  # what a fact may be to be told

# The pages' own words live in locale/; these few must work where nothing else does.
_WORDS = {
    "fr": {
        401: ("Accès privé", "Ce document n’est pas public. Connectez-vous pour l’ouvrir."),
        403: ("Accès refusé", "Ce document ne vous est pas ouvert."),
        404: ("Introuvable", "Il n’y a rien à cette adresse."),
        421: ("Autre nom", "Ces pages ne répondent pas sous ce nom (réglage « hosts »)."),
        500: (
            "Une erreur est survenue",
            "Elle est de notre fait ; le journal du serveur la nomme.",
        ),
        "link": "Ouvrir mes pages",
    },
    "en": {
        401: ("Private", "This document is not public. Sign in to open it."),
        403: ("Not open to you", "This document is not shared with you."),
        404: ("Not found", "There is nothing at this address."),
        421: ("Another name", "These pages do not answer under this name (setting “hosts”)."),
        500: ("Something went wrong", "It is our fault; the log of the server names it."),
        "link": "Open my pages",
    },
}
_PAGE = """\
<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{refresh}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:18vh auto;padding:0 1.5rem}}
</style></head>
<body><main><h1>{title}</h1><p>{text}</p><p><a href="{target}">{link}</a></p></main></body></html>
"""
_PAGE_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
)


def fault(error: Exception, what: str) -> PodError:
    """The answer to an error that nobody foresaw: its number, and nothing else, leaves the log."""
    number = secrets.token_hex(4)
    log.error("fault %s: %s", number, what, exc_info=error)
    return PodError(f"something went wrong here; fault {number} in the log", fault=number)


def problem(error: PodError) -> Json:
    """The members of a problem document: type, title, status, detail, `code` and the facts."""
    facts = {k: v for k, v in error.facts.items() if isinstance(v, _PLAIN)}
    return {
        **facts,
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
    }


def problem_headers(error: PodError, realm: str) -> Headers:
    """What the status wants besides: who may ask again, and when."""
    found: Headers = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
    if error.status == 401:
        found.append((b"www-authenticate", challenge(error, realm).encode("latin-1", "replace")))
    if error.status in (429, 503):
        wait = error.facts.get("retry_after", 1)
        found.append((b"retry-after", str(int(wait)).encode()))
    if error.status == 416:
        found.append((b"content-range", f"bytes */{error.facts.get('size', 0)}".encode()))
    return found


def challenge(error: PodError, realm: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc6750#section-3 · rfc9449#section-7.1

    Solid-OIDC: "the `as_uri` parameter" names the identity provider of this server.
    """
    told = error.facts.get("error")
    why = f', error="{told}"' if told else ""
    parts = urlsplit(realm)
    issuer = f"{parts.scheme}://{parts.netloc}/"
    dpop = f'DPoP realm="{realm}", as_uri="{issuer}", algs="ES256 RS256"{why}'
    return f'Bearer realm="{realm}"{why}, {dpop}'


def refuse(error: PodError, request: Request, realm: str, more: Headers | None = None) -> Response:
    """The whole answer of the storage to `error`."""
    headers = [*cors(request), *problem_headers(error, realm), *(more or [])]
    if request.method in ("GET", "HEAD") and prefers_html(request.headers.get("accept")):
        body, kind = page(error, request), b"text/html; charset=utf-8"
        headers.append(_PAGE_POLICY)
    else:
        told = json.dumps(problem(error), default=str)
        body, kind = told.encode(), b"application/problem+json"
    headers += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if error.status in (408, 413):
        headers.append((b"connection", b"close"))
    return Response(error.status, headers, body)


def page(error: PodError, request: Request) -> bytes:
    """A page for a person who opened a storage address: it leads to the owner's pages."""
    from pod.http.texts import negotiate  # not before it is needed: it takes 60 ms to load

    language = negotiate(request.headers.get("accept-language"))
    words: dict[Any, Any] = _WORDS[language]
    title, text = words.get(error.status, (HTTPStatus(error.status).phrase, error.detail))
    path = request.raw_path.decode("latin-1")
    shows = path.startswith("/") and path != "/" and error.status in (401, 403)
    target = "/.pod/data" + path if shows else "/.pod/"
    # Who types the server's address wants the pages: nothing else can be at its root for a browser.
    refresh = '<meta http-equiv="refresh" content="0; url=/.pod/">' if path == "/" else ""
    return _PAGE.format(
        language=language,
        title=escape(title),
        text=escape(text),
        link=escape(words["link"]),
        target=escape(target, quote=True),
        refresh=refresh,
    ).encode()
