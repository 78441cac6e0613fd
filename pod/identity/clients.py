"""Apps that ask to sign somebody in: who they say they are, and where answers to them may go.

An app is a Client ID Document at its own address (https://solidproject.org/TR/oidc#clientids), or
registered itself and got a name that means nothing (https://www.rfc-editor.org/rfc/rfc7591), or is
a script with a credential that the owner made.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from pod.config import Settings
from pod.errors import BadInput, PodError, TooManyRequests, Unauthenticated, Unavailable
from pod.identity.documents import Documents
from pod.identity.jws import ALGORITHMS
from pod.identity.throttle import address_key
from pod.model import Json
from pod.storage.accounts import ServerStore
from pod.storage.grants import GrantStore

CONTEXT = "https://www.w3.org/ns/solid/oidc-context.jsonld"
METHODS = ("none", "client_secret_basic", "client_secret_post")
MOST_ADDRESSES = 20
UNUSED = timedelta(hours=1)  # an app that registered and that nobody agreed to
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,40}:[^\s<>\"{}|\\^`\x00-\x20\x7f-\uffff]{1,2000}")
_CREDENTIAL = "credential-"


@dataclass(frozen=True, slots=True)
class Client:
    """An app. `address` is its own, None where it has none that could be checked."""

    id: str
    name: str
    address: str | None
    redirects: tuple[str, ...]
    after_sign_out: tuple[str, ...] = ()
    method: str = "none"
    secret: bytes | None = None
    alg: str = (
        "ES256"  # of its ID tokens, where it does not say: what deployed Solid clients expect
    )

    @property
    def is_credential(self) -> bool:
        return self.id.startswith(_CREDENTIAL)


class Clients:
    """Finds, registers and recognises apps. Thread-safe; it blocks."""

    def __init__(
        self, settings: Settings, store: ServerStore, grants: GrantStore, documents: Documents
    ) -> None:
        self._settings = settings
        self._store = store
        self._grants = grants
        self._documents = documents

    def find(self, identifier: str | None) -> Client:
        """Raises BadInput (facts: `error`) for an app that is not known or not well described."""
        if not identifier or len(identifier) > 2000:
            raise _unknown("the app does not say who it is")
        if identifier.startswith(("https://", "http://")):
            return self._described(identifier)
        if identifier.startswith(_CREDENTIAL):
            row = self._grants.credential(identifier)
            if row is None:
                raise _unknown("there is no such credential")
            return Client(
                row["id"], row["name"], None, (), (), "client_secret_basic", row["secret"]
            )
        row = self._grants.app(identifier, datetime.now(UTC))
        if row is None:
            raise _unknown("this app is not registered here any more")
        return _client(identifier, row["description"], None, row["secret"])

    def _described(self, identifier: str) -> Client:
        try:
            found = self._documents.app(identifier)
        except PodError as error:
            raise _unknown(f"the app's description cannot be read: {error.detail}") from None
        # "The client_id [...] MUST be the URL of the document": or anybody could speak for it.
        if found.get("client_id") != identifier:
            raise _unknown("the app's description is not about this address")
        context = found.get("@context")
        if CONTEXT not in (context if isinstance(context, list) else [context]):
            raise _unknown("the app's description lacks the context of Solid-OIDC")
        return _client(identifier, found, identifier, None)

    def recognise(self, header: str | None, params: Mapping[str, str]) -> Client:
        """The app that sends this request, by its secret where it has one.

        https://www.rfc-editor.org/rfc/rfc6749#section-2.3 · Raises Unauthenticated, BadInput.
        """
        identifier, secret = params.get("client_id"), params.get("client_secret")
        if header is not None:
            if secret is not None:
                raise BadInput("one way to say who you are is enough", error="invalid_request")
            named, secret = _basic(header)
            if identifier not in (None, named):
                raise BadInput("two apps are named", error="invalid_request")
            identifier = named
        try:
            client = self.find(identifier)
        except BadInput as error:
            raise Unauthenticated(error.detail, error="invalid_client") from None
        given = None if secret is None else digest(secret)
        if client.secret is None:
            if secret:
                raise Unauthenticated("this app has no secret", error="invalid_client")
        elif given is None or not hmac.compare_digest(given, client.secret):
            raise Unauthenticated("the secret is wrong", error="invalid_client")
        return client

    def register(self, said: Any, peer: str) -> Json:
        """Registers an app for a while. Raises BadInput (facts: `error`), TooManyRequests,
        Unavailable where there are too many."""
        now = datetime.now(UTC)
        key = f"register {address_key(peer)}"
        if self._store.attempts(key, now - timedelta(hours=1)) >= self._settings.registrations:
            raise TooManyRequests("too many registrations from here", retry_after=3600)
        if not isinstance(said, dict):
            raise BadInput("an app describes itself in JSON", error="invalid_client_metadata")
        kept = {name: said[name] for name in _KEPT if name in said}
        secret = None
        if kept.setdefault("token_endpoint_auth_method", "client_secret_basic") != "none":
            secret = secrets.token_urlsafe(32)
        identifier = secrets.token_urlsafe(16)
        client = _client(identifier, kept, None, None)
        self._store.note_attempt(key, now)
        self._grants.drop_expired(now)
        if self._grants.count_apps() >= self._settings.registered_apps:
            raise Unavailable("too many apps are registered; try again later", retry_after=3600)
        self._grants.add_app(
            identifier, kept, None if secret is None else digest(secret), now, now + UNUSED
        )
        ends = int((now + timedelta(days=self._settings.registered_app_days)).timestamp())
        answer = {
            **kept,
            "client_id": identifier,
            "client_id_issued_at": int(now.timestamp()),
            "client_name": client.name,
            "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "id_token_signed_response_alg": client.alg,
        }
        if secret is not None:
            answer |= {"client_secret": secret, "client_secret_expires_at": ends}
        return answer

    def keep(self, client: Client) -> None:
        """Somebody agreed to it: its registration lasts."""
        until = datetime.now(UTC) + timedelta(days=self._settings.registered_app_days)
        self._grants.keep_app(client.id, until)


def new_credential() -> tuple[str, str]:
    """(name, secret)"""
    return _CREDENTIAL + secrets.token_urlsafe(12), secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


_KEPT = (
    "redirect_uris",
    "post_logout_redirect_uris",
    "client_name",
    "client_uri",
    "token_endpoint_auth_method",
    "id_token_signed_response_alg",
    "application_type",
)


def _client(identifier: str, said: Any, address: str | None, secret: bytes | None) -> Client:
    said = json.loads(said) if isinstance(said, str) else said
    redirects = _addresses(said.get("redirect_uris"), "invalid_redirect_uri")
    if not redirects:
        raise BadInput("an app says where answers go", error="invalid_redirect_uri")
    method = said.get("token_endpoint_auth_method", "none")
    alg = said.get("id_token_signed_response_alg", "ES256")
    if (address is None and method not in METHODS) or alg not in ALGORITHMS:
        raise BadInput("this is not offered here", error="invalid_client_metadata")
    name = _name(said.get("client_name")) or urlsplit(address or redirects[0]).netloc
    after = _addresses(said.get("post_logout_redirect_uris"), "invalid_client_metadata")
    method = "none" if address is not None else method
    return Client(identifier, name, address, redirects, after, method, secret, alg)


def _addresses(given: Any, error: str) -> tuple[str, ...]:
    if given is None:
        return ()
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or len(listed) > MOST_ADDRESSES:
        raise BadInput(f"at most {MOST_ADDRESSES} addresses in a list", error=error)
    for one in listed:
        if not isinstance(one, str) or not _may_lead_to(one):
            raise BadInput("answers do not go to such an address", error=error)
    return tuple(listed)


def _may_lead_to(address: str) -> bool:
    """https anywhere; http on the person's own machine; a scheme of an app of its own (a name with
    a dot, RFC 8252, 7.1). Never a fragment, a user, or something that runs (`javascript:`)."""
    if not _ADDRESS.fullmatch(address) or "#" in address:
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host) and "@" not in parts.netloc
    if parts.scheme == "http":
        return "@" not in parts.netloc and _is_this_machine(host)
    return "." in parts.scheme


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name(given: Any) -> str:
    """A name that shows as it is: nothing invisible, nothing that turns the direction of writing."""
    if not isinstance(given, str):
        return ""
    text = unicodedata.normalize("NFC", given[:400])
    shown = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    return " ".join(shown.split())[:80]


def _basic(header: str) -> tuple[str, str]:
    """ "The client identifier is encoded using the application/x-www-form-urlencoded encoding
    algorithm [...], and the encoded value is used as the username" (RFC 6749, 2.3.1)."""
    scheme, _, text = header.partition(" ")
    try:
        named, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except ValueError:
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise Unauthenticated("the Authorization header is not understood", error="invalid_client")
    return unquote_plus(named), unquote_plus(secret)


def _unknown(text: str) -> BadInput:
    return BadInput(text, error="invalid_client")
