"""What the pages need of a request: whose it is, and whether it may change something.

For handlers of the pages' FastAPI app (`request.app.state.host`). A write needs the session's
cookie, its CSRF token, and a browser that says it comes from these pages.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pod.config import Settings
from pod.errors import Forbidden, Unauthenticated
from pod.host import HOME, Host
from pod.http.hosts import is_loopback, name_of
from pod.http.paths import canonical
from pod.identity.accounts import Session
from pod.identity.throttle import KNOWN
from pod.model import Iri
from pod.services import Services

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
OUTSIDE = "/.oidc/"  # pages that other sites lead to
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def host_of(request: Request) -> Host:
    host: Host = request.app.state.host
    return host


@asynccontextmanager
async def open_pod(request: Request) -> AsyncIterator[Services | None]:
    """The pod that the pages of this request are about, open within the block: the one at home; at
    a provider that of the account that is signed in, None for a visitor."""
    host = host_of(request)
    name: str | None = HOME
    if not host.is_home:
        session = await run_in_threadpool(current, request)
        name = host.name_of(session.account.webid) if session else None
    if name is None:
        yield None
        return
    use = host.use(name)
    found = await run_in_threadpool(use.__enter__)
    try:
        yield found
    finally:
        use.__exit__(None, None, None)


def pod_of(request: Request) -> Services | None:
    """What `open_pod` found."""
    found: Services | None = request.state.pod
    return found


# -------------------------------------------------------------------- whose request


def cookie_name(settings: Settings) -> str:
    """`__Host-`: set by this very host over https, for all of it, or not believed at all."""
    return "__Host-domicile" if settings.base_url.startswith("https:") else "domicile"


def token_of(request: Request) -> str | None:
    """The value of the session's cookie."""
    return request.cookies.get(cookie_name(host_of(request).settings))


def current(request: Request) -> Session | None:
    """The session of this browser, None for a visitor. Looked up once a request."""
    if not hasattr(request.state, "session"):
        host = host_of(request)
        if request.scope.get("path", "").startswith(OUTSIDE):
            cookie = request.cookies.get(outside_name(host.settings))
            request.state.session = host.accounts.sessions.find_outside(cookie)
        else:
            request.state.session = host.accounts.session(token_of(request))
    session: Session | None = request.state.session
    return session


def require(request: Request) -> Session:
    """The session, or Unauthenticated."""
    session = current(request)
    if session is None:
        raise Unauthenticated("sign in first")
    return session


def outside_name(settings: Settings) -> str:
    return f"{'__Secure-' * settings.base_url.startswith('https:')}domicile-sign-in"


def device_name(settings: Settings) -> str:
    return f"{'__Host-' * settings.base_url.startswith('https:')}domicile-device"


def device_of(request: Request) -> str | None:
    """What this browser was given when somebody signed in with it; it opens nothing."""
    return request.cookies.get(device_name(host_of(request).settings))


def set_device(response: Response, device: str, settings: Settings) -> None:
    response.set_cookie(
        device_name(settings),
        device,
        max_age=int(KNOWN.total_seconds()),
        path="/",
        secure=settings.base_url.startswith("https:"),
        httponly=True,
        samesite="strict",
    )


def set_cookie(response: Response, token: str, outside: str, settings: Settings) -> None:
    """Lets the browser keep a session: not for scripts, not for other sites. The second cookie,
    `outside`, comes along when another site leads here, and shows the consent page alone."""
    secure = settings.base_url.startswith("https:")
    response.set_cookie(
        outside_name(settings),
        outside,
        max_age=settings.session_days * 86_400,
        path=OUTSIDE,
        secure=secure,
        httponly=True,
        samesite="lax",
    )
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
        outside_name(settings), path=OUTSIDE, secure=secure, httponly=True, samesite="lax"
    )
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
    host = name_of(request.headers.get("host", ""))
    return is_loopback(peer_of(request)) and (host == "localhost" or is_loopback(host))


def resource_of(request: Request, prefix: str) -> Iri:
    """The resource that a page's address names after `prefix` ("/.pod/data")."""
    raw = request.scope["raw_path"]
    path = canonical(raw[len(prefix.encode()) :] or b"/")
    pod = pod_of(request)
    if pod is None:
        raise Unauthenticated("sign in first")
    return Iri(pod.space.root + path[1:])


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
    settings = host_of(request).settings
    if origin == settings.origin:
        return True
    # `Host` has passed `check_host`. Over http an https base URL is not ours to speak for.
    scheme = urlsplit(settings.base_url).scheme
    return origin == f"{scheme}://{request.headers.get('host', '')}"
