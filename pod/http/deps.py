"""What the pages need of a request: whose it is, and whether it may change something.

For handlers of the pages' FastAPI app (`request.app.state.services`). A write needs the session's
cookie, its CSRF token, and a browser that says it comes from these pages.
"""

from __future__ import annotations

import hmac
import ipaddress
import socket
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from pod.config import Settings
from pod.errors import Forbidden, Misdirected, Unauthenticated
from pod.http.paths import canonical
from pod.identity.accounts import Session
from pod.model import Iri
from pod.services import Services

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


# -------------------------------------------------------------------- whose request


def cookie_name(settings: Settings) -> str:
    """`__Host-`: set by this very host over https, for all of it, or not believed at all."""
    return "__Host-domicile" if settings.base_url.startswith("https:") else "domicile"


def token_of(request: Request) -> str | None:
    """The value of the session's cookie."""
    return request.cookies.get(cookie_name(services_of(request).settings))


def current(request: Request) -> Session | None:
    """The session of this browser, None for a visitor. Looked up once a request."""
    if not hasattr(request.state, "session"):
        request.state.session = services_of(request).accounts.session(token_of(request))
    session: Session | None = request.state.session
    return session


def require(request: Request) -> Session:
    """The session, or Unauthenticated."""
    session = current(request)
    if session is None:
        raise Unauthenticated("sign in first")
    return session


def set_cookie(response: Response, token: str, settings: Settings) -> None:
    """Lets the browser keep a session: not for scripts, not for other sites."""
    secure = settings.base_url.startswith("https:")
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_days * 86_400,
        path="/" if secure else "/.pod/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def drop_cookie(response: Response, settings: Settings) -> None:
    secure = settings.base_url.startswith("https:")
    response.delete_cookie(
        cookie_name(settings),
        path="/" if secure else "/.pod/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def label_of(request: Request) -> str:
    """What the list of signed-in browsers shows of this one."""
    return request.headers.get("user-agent", "")[:200]


def peer_of(request: Request) -> str:
    """The address of who is connected (of the proxy where one is in between)."""
    return request.client.host if request.client else ""


def is_local(request: Request) -> bool:
    """Whether the visitor sits at this machine: connected over loopback, to a loopback name, and
    through no proxy."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    host = _name_of(request.headers.get("host", ""))
    return _is_loopback(peer_of(request)) and (host == "localhost" or _is_loopback(host))


def resource_of(request: Request, prefix: str) -> Iri:
    """The resource that a page's address names after `prefix` ("/.pod/data")."""
    raw = request.scope["raw_path"]
    path = canonical(raw[len(prefix.encode()) :] or b"/")
    return Iri(services_of(request).space.root + path[1:])


# -------------------------------------------------------------------- writes


def check_write(request: Request, form: Mapping[str, Any] | None = None) -> None:
    """Whether these pages themselves send this write. Raises Forbidden (facts: `csrf`).

    A visitor without a session (setting up, signing in) has no CSRF token yet; where the browser
    comes from is checked for everyone.
    """
    if not _is_from_here(request):
        raise Forbidden("this form was not sent from these pages", csrf="origin")
    session = current(request)
    if session is None:
        return
    given = request.headers.get(CSRF_HEADER) or (form or {}).get(CSRF_FIELD)
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode("utf-8", "replace"), session.csrf.encode()
    ):
        raise Forbidden("this form is out of date; load the page again", csrf="token")


def _is_from_here(request: Request) -> bool:
    """`Sec-Fetch-Site` where the browser sends it, else `Origin`; both must agree, and `null` is
    nobody's origin (https://www.w3.org/TR/fetch-metadata/)."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is not None:
        return _is_own_origin(origin, request)
    return site is not None


def _is_own_origin(origin: str, request: Request) -> bool:
    settings = services_of(request).settings
    if origin == settings.origin:
        return True
    # `Host` has passed `check_host`. Over http an https base URL is not ours to speak for.
    scheme = urlsplit(settings.base_url).scheme
    return origin == f"{scheme}://{request.headers.get('host', '')}"


# -------------------------------------------------------------------- names


def check_host(host: str | None, settings: Settings) -> None:
    """Whether the pages answer under this `Host`: a name that somebody lets point here (DNS
    rebinding) would share a page's origin with theirs. Raises Misdirected."""
    name = _name_of(host or "")
    if name not in _names(settings) and not _is_address(name):
        raise Misdirected("these pages do not answer under this name", host=name[:100])


@lru_cache(8)
def _names(settings: Settings) -> frozenset[str]:
    own = socket.gethostname().lower()
    given = (name.strip().lower() for name in settings.hosts.split(","))
    base = urlsplit(settings.base_url).hostname or ""
    return frozenset({"localhost", own, f"{own}.local", base, *given} - {""})


@lru_cache(256)
def _name_of(host: str) -> str:
    """The host without its port; empty for what is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "") if "/" not in host and "@" not in host else ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    """A page cannot be given an address for a name: rebinding needs a name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)
