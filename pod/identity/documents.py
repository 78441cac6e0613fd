"""What others publish about themselves (profiles, issuers, keys, app descriptions), kept for a time.

Everything foreign comes through `Outbound`; what lies in this very server is read in process. A
failure is kept too, for a few seconds, so that nobody makes this server knock at a door all day.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar
from urllib.parse import urljoin

from pod.config import Settings
from pod.errors import BadInput, PeerError, PodError, TooLarge
from pod.identity.jws import ALGORITHMS, Public, read_jwk
from pod.model import Json
from pod.outbound import Outbound
from pod.rdf import graph
from pod.rdf.scan import scan_json
from pod.rdf.terms import SOLID

T = TypeVar("T")

FAILED_SECONDS = 10.0
REDIRECTS = 3
PROFILE_BYTES = 1 << 20
ISSUER_BYTES = 1 << 18
APP_BYTES = 1 << 16
REFRESH_SECONDS = (
    30.0  # an unknown key makes us look at its issuer's keys again, this often at most
)
MOST_KEYS = 32
_RDF = "text/turtle, application/ld+json;q=0.8"
_STRIPES = 64

Own = Callable[[str], tuple[str, bytes] | None]
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`?#]{1,2000}")


class Kept(Generic[T]):
    """Values by address for `seconds`, at most `most`; the oldest makes room. Thread-safe."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._turn = threading.Lock()
        self._making = [threading.Lock() for _ in range(_STRIPES)]  # one fetch an address at a time
        self._kept: dict[str, tuple[float, T | PodError]] = {}

    def get(self, key: str, make: Callable[[str], T]) -> T:
        """The value, made where it is not known. Raises what `make` raised."""
        found = self._find(key)
        if found is None:
            with self._making[hash(key) % _STRIPES]:
                found = self._find(key) or self._made(key, make)
        if isinstance(found, PodError):
            raise type(found)(found.detail, **found.facts)
        return found

    def forget(self, key: str) -> None:
        with self._turn:
            self._kept.pop(key, None)

    def _find(self, key: str) -> T | PodError | None:
        until, value = self._kept.get(key, (0.0, None))
        return value if until > time.monotonic() else None

    def _made(self, key: str, make: Callable[[str], T]) -> T | PodError:
        seconds, value = self._seconds, None
        try:
            value = made = make(key)
        except PodError as error:
            seconds, made = FAILED_SECONDS, error  # type: ignore[assignment]
        with self._turn:
            self._kept.pop(key, None)
            while len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (time.monotonic() + seconds, made)
        return made if value is None else value


class Documents:
    """The published side of people, issuers and apps. Thread-safe; it blocks.

    `own` reads what this server itself holds (media type and body), None for what it does not.
    """

    def __init__(self, settings: Settings, outbound: Outbound, own: Own) -> None:
        self._settings = settings
        self._outbound = outbound
        self._own = own
        most = settings.remote_documents
        self._profiles: Kept[frozenset[str]] = Kept(settings.profile_seconds, most)
        self._issuers: Kept[str] = Kept(settings.issuer_seconds, most)
        self._keys: Kept[tuple[float, dict[str, Public]]] = Kept(settings.issuer_seconds, most)
        self._apps: Kept[Json] = Kept(settings.profile_seconds, most)

    def issuers(self, webid: str) -> frozenset[str]:
        """The issuers that the profile of `webid` lists. Raises PeerError, BadInput.

        https://solidproject.org/TR/oidc#oidc-issuer-discovery
        """
        document = webid.partition("#")[0]
        own = self._own(document)
        if own is not None:
            return self._listed(webid, document, *own)  # in process, and always as it is now
        return self._profiles.get(webid, self._read_profile)

    def issuer_named(self, address: str) -> str:
        """How the identity provider at `address` calls itself, asked now: with a slash or without.
        Raises BadInput for what is no address, PeerError where none answers."""
        if not _ADDRESS.fullmatch(address):
            raise BadInput("an identity provider is named by its address")
        bare = address.rstrip("/")
        place = bare + "/.well-known/openid-configuration"
        _, body, _ = self._fetch(place, "application/json", ISSUER_BYTES)
        name = _object(body).get("issuer")
        if name not in (bare, bare + "/"):
            raise PeerError("the issuer gives itself another name", url=address)
        return str(name)

    def key(self, issuer: str, kid: object) -> Public | None:
        """The key called `kid` of an issuer; without a `kid` the only one it has."""
        address = self._issuers.get(issuer, self._read_issuer)
        made, keys = self._keys.get(address, self._read_keys)
        if kid not in keys and time.monotonic() - made > REFRESH_SECONDS:
            self._keys.forget(address)
            keys = self._keys.get(address, self._read_keys)[1]
        if kid is None and len(keys) == 1:
            return next(iter(keys.values()))
        return keys.get(kid) if isinstance(kid, str) else None

    def app(self, identifier: str) -> Json:
        """A Client ID Document (https://solidproject.org/TR/oidc#clientids-document).

        Raises PeerError, BadInput.
        """
        return self._apps.get(identifier, self._read_app)

    # ---------------------------------------------------------------- reading

    def _read_profile(self, webid: str) -> frozenset[str]:
        document = webid.partition("#")[0]
        kind, body, place = self._fetch(document, _RDF, PROFILE_BYTES)
        return self._listed(webid, place, kind, body)

    def _listed(self, webid: str, base: str, kind: str, body: bytes) -> frozenset[str]:
        depth = self._settings.max_rdf_depth
        found = graph.parse(body, kind, base, max_bytes=PROFILE_BYTES, max_depth=depth)
        return frozenset(str(o) for o in found.values(webid, SOLID.oidcIssuer))

    def _read_issuer(self, issuer: str) -> str:
        """Where its keys are; it must call itself exactly what it was called."""
        address = issuer.rstrip("/") + "/.well-known/openid-configuration"
        _, body, _ = self._fetch(address, "application/json", ISSUER_BYTES)
        found = _object(body)
        if found.get("issuer") != issuer:
            raise PeerError("the issuer gives itself another name", url=issuer)
        keys = found.get("jwks_uri")
        if not isinstance(keys, str):
            raise PeerError("the issuer does not say where its keys are", url=issuer)
        return keys

    def _read_keys(self, address: str) -> tuple[float, dict[str, Public]]:
        _, body, _ = self._fetch(address, "application/json", ISSUER_BYTES)
        listed = _object(body).get("keys")
        keys: dict[str, Public] = {}
        for number, jwk in enumerate(listed[:MOST_KEYS] if isinstance(listed, list) else ()):
            try:
                key = read_jwk({k: v for k, v in jwk.items() if isinstance(v, str)})
            except (BadInput, AttributeError):
                continue  # keys of other kinds stand beside those that we understand
            if jwk.get("use", "sig") == "sig" and jwk.get("alg", ALGORITHMS[0]) in ALGORITHMS:
                keys[str(jwk.get("kid", f"#{number}"))] = key
        return time.monotonic(), keys

    def _read_app(self, identifier: str) -> Json:
        own = self._own(identifier)
        if own is not None:
            kind, body = own
        else:
            accept = "application/ld+json, application/json;q=0.8"
            kind, body, _ = self._fetch(identifier, accept, APP_BYTES, redirects=0)
        if kind not in ("application/ld+json", "application/json"):
            raise PeerError("the app's description is not JSON-LD", url=identifier)
        return _object(body)

    def _fetch(
        self, url: str, accept: str, most: int, redirects: int = REDIRECTS
    ) -> tuple[str, bytes, str]:
        """(media type, body, address that answered)"""
        for _ in range(redirects + 1):
            answer = self._outbound.request("GET", url, headers={"Accept": accept}, most_bytes=most)
            if answer.status == 200:
                kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                return kind, answer.body, url
            target = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307, 308) or not target:
                raise PeerError(f"it answers {answer.status}", url=url)
            url = urljoin(url, target)  # and the new address passes the same checks
        raise PeerError("it leads on and on", url=url)


def _object(body: bytes) -> Json:
    try:
        scan_json(body, max_bytes=ISSUER_BYTES, max_depth=16)
        found = json.loads(body)
    except (ValueError, RecursionError, TooLarge, BadInput):
        raise PeerError("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise PeerError("the answer is no object")
    return found
