"""The headers of the storage's answers, as bytes that are put together once where they can be.

https://solidproject.org/TR/protocol · https://solidproject.org/TR/wac#http-definitions
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from pod.access.decide import wac_allow
from pod.access.wac import CONDITIONS
from pod.http.messages import Headers, Request
from pod.model import AccessMode, Agent, Decision, Iri, Resource
from pod.rdf.graph import RDF_TYPES
from pod.rdf.terms import ACL

LDP = "http://www.w3.org/ns/ldp#"
SOLID = "http://www.w3.org/ns/solid/terms#"
STORAGE = "http://www.w3.org/ns/pim/space#Storage"
PATCHES = "text/n3, application/sparql-update"

VARY = (b"vary", b"Accept, Authorization, Origin")
# "Servers SHOULD enumerate the headers" on preflights too: browsers show a script nothing else.
_EXPOSED = (
    b"access-control-expose-headers",
    b"Accept-Patch, Accept-Post, Accept-Put, Accept-Ranges, Allow, Content-Length, Content-Range, "
    b"ETag, Last-Modified, Link, Location, Retry-After, Updates-Via, Vary, WAC-Allow, WWW-Authenticate",
)
# What is stored never runs as us: no scripts, no origin, no guessing of types, no way to see where
# a reader comes from.
STORED = [
    (b"content-security-policy", b"sandbox; default-src 'none'; img-src 'self' data:; "
     b"media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]  # fmt: skip
_PRIVATE = (b"cache-control", b"private, no-cache")
_PUBLIC = (b"cache-control", b"no-cache")
_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}/[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


def cors(request: Request) -> Headers:
    """On every answer, errors too: a script elsewhere may read it, with a token and never with a
    cookie. "If the Origin header field is present [...] set Access-Control-Allow-Origin to the
    value of the Origin"."""
    origin = request.headers.get("origin")
    if origin is None:
        return [VARY]
    return [VARY, (b"access-control-allow-origin", origin.encode("latin-1")), _EXPOSED]


def from_origin(request: Request, agent: Agent) -> Agent:
    """`agent`, asking from the site that the request says its script is of."""
    # "the presence of the acl:origin property [...] is taken into account [...] only when the HTTP
    # request includes the Origin header."
    origin = request.headers.get("origin")
    return agent if origin is None else replace(agent, origin=origin)


def preflight(request: Request, methods: str | None = None) -> Headers:
    """Answers to `OPTIONS` of a browser that asks for a script: what was asked, and nothing else.
    `methods` where they are not those of the storage."""
    found = cors(request)
    methods = methods or allowed_methods("/a/")
    found.append((b"access-control-allow-methods", methods.encode()))
    asked = request.headers.get("access-control-request-headers")
    if asked:
        found.append((b"access-control-allow-headers", asked.encode("latin-1")))
    found.append((b"access-control-max-age", b"86400"))
    return found


def allowed_methods(path: str) -> str:
    """The value of `Allow` by the form of a path: it says nothing about what exists."""
    methods = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH"]
    if path.endswith("/"):
        methods.append("POST")
    # "Servers MUST NOT allow [...] the DELETE method on the root container or its ACL".
    if path not in ("/", "/.acl"):
        methods.append("DELETE")
    return ", ".join(methods)


@lru_cache(4096)
def of_resource(iri: Iri, root: Iri, owner: str) -> tuple[tuple[bytes, bytes], ...]:
    """`Allow`, `Accept-*` and `Link`: what can be said of a resource by its address alone."""
    path = "/" + iri[len(root) :]
    found = [
        (b"allow", allowed_methods(path).encode()),
        (b"accept-patch", PATCHES.encode()),
        (b"accept-put", _puts(iri)),
    ]
    if iri.is_container:
        found.append((b"accept-post", b"*/*"))
    found.append((b"link", ", ".join(_links(iri, root, owner)).encode()))
    found.append((b"updates-via", websocket(f"{root}.notifications/solid-0.1").encode()))
    return tuple(found)


def websocket(url: str) -> str:
    """The address of a WebSocket at an http(s) address."""
    return "ws" + url.removeprefix("http")


def _puts(iri: Iri) -> bytes:
    if iri.is_container or iri.is_acl:
        return b"text/turtle"
    return ", ".join(RDF_TYPES).encode() if iri.is_meta else b"*/*"


def _links(iri: Iri, root: Iri, owner: str) -> list[str]:
    links = [f'<{LDP}Resource>; rel="type"']
    if iri.is_container:
        links += [f'<{LDP}{kind}>; rel="type"' for kind in ("Container", "BasicContainer")]
    if iri == root:
        links += [f'<{STORAGE}>; rel="type"', f'<{owner}>; rel="{SOLID}owner"']
    # A description is authorized as what it describes: it has its subject's rules.
    links.append(f'<{iri.subject.acl}>; rel="acl"')
    if iri.is_acl:
        # "Servers that support specific condition types [...] advertise them via Link headers".
        links += [f'<{kind}>; rel="{ACL.condition}"' for kind in CONDITIONS]
    if not iri.is_auxiliary:
        links.append(f'<{iri.meta}>; rel="describedby"')
    links.append(f'<{root}.well-known/solid>; rel="{SOLID}storageDescription"')
    return links


def of_rights(decision: Decision) -> Headers:
    """`WAC-Allow`, and who may keep a copy."""
    public = AccessMode.READ in decision.public
    return [_wac(decision.modes, decision.public), _PUBLIC if public else _PRIVATE]


@lru_cache(256)
def _wac(user: frozenset[AccessMode], public: frozenset[AccessMode]) -> tuple[bytes, bytes]:
    return (b"wac-allow", wac_allow(Decision(user, public, None)).encode())


def of_state(resource: Resource, etag: str) -> Headers:
    return [(b"etag", etag.encode()), (b"last-modified", http_date(resource.modified))]


@lru_cache(1024)
def http_date(moment: datetime) -> bytes:
    return format_datetime(moment, usegmt=True).encode()


def is_fresh(request: Request, resource: Resource, etag: str) -> bool:
    """Whether the client has this representation (RFC 9110, 13.1.2 and 13.1.3)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return has_tag(tags, etag)
    since = request.headers.get("if-modified-since")
    moment = None if since is None else parse_date(since)
    return moment is not None and resource.modified.replace(microsecond=0) <= moment


def is_unchanged(request: Request, resource: Resource, etag: str) -> bool:
    """Whether what the client wants unchanged is so (RFC 9110, 13.1.1 and 13.1.4): `If-Match` is
    looked at first, and alone."""
    tags = request.headers.get("if-match")
    if tags is not None:
        return has_tag(tags, etag, weak=False)
    since = request.headers.get("if-unmodified-since")
    moment = None if since is None else parse_date(since)
    return moment is None or resource.modified.replace(microsecond=0) <= moment


def has_tag(tags: str, etag: str, *, weak: bool = True) -> bool:
    """Whether a list of entity tags names `etag`, by weak or by strong comparison (RFC 9110,
    8.8.3.2): `If-None-Match` wants the one, `If-Match` the other."""
    if tags.strip() == "*":
        return True
    found = [tag.strip() for tag in tags.split(",")]
    return etag in ([tag.removeprefix("W/") for tag in found] if weak else found)


def parse_date(text: str) -> datetime | None:
    """An HTTP date; None for anything else (RFC 9110, 13.1.3: then the header is ignored)."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def media_type(text: str) -> tuple[str, str] | None:
    """(type in lower case, its parameters as sent), None if it is not one."""
    bare, _, parameters = text.strip().partition(";")
    bare = bare.strip().lower()
    if not _TYPE.fullmatch(bare) or len(parameters) > 200 or not parameters.isprintable():
        return None
    return bare, parameters.strip()
