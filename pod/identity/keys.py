"""The identity provider's signing keys: an ES256 and an RS256 one a generation, sealed at rest.

A new generation comes every `signing_key_days`, or by `rotate`; the one before it goes on to be
published, so that what it signed stays valid until it expires. Without the vault's key (a copy of
the data folder alone) the old keys cannot be opened: new ones are made, and everybody signs in again.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from pod.config import Settings
from pod.errors import Unavailable
from pod.identity import jws
from pod.model import Json
from pod.storage.accounts import ServerStore
from pod.storage.vault import Vault

log = logging.getLogger(__name__)

NAME = "signing-keys"
RSA_BITS = 2048
OVERLAP = 2 * 86_400  # seconds: what an old key signed has long expired


class Keys:
    """Signs, and tells which keys may have signed. Thread-safe; made at the first use."""

    def __init__(self, store: ServerStore, vault: Vault, settings: Settings) -> None:
        self._store = store
        self._vault = vault
        self._lasts = settings.signing_key_days * 86_400
        self._turn = threading.Lock()
        self._known: dict[str, tuple[jws.Private, float]] = {}

    def sign(self, alg: str, header: Json, claims: Json) -> str:
        """A token signed by the newest key for `alg`."""
        kid, key = self._newest(alg)
        return jws.sign(key, {**header, "kid": kid}, claims)

    def find(self, kid: object) -> jws.Public | None:
        """The public key called `kid`, if it is one of ours."""
        self._ready()
        found = self._valid(time.time()).get(kid) if isinstance(kid, str) else None
        return None if found is None else found[0].public_key()

    def published(self) -> Json:
        """The JWK set (https://www.rfc-editor.org/rfc/rfc7517#section-5)."""
        self._ready()
        return {
            "keys": [
                {**jws.public_jwk(key.public_key()), "kid": kid, "use": "sig", "alg": _alg(key)}
                for kid, (key, _) in self._valid(time.time()).items()
            ]
        }

    def rotate(self) -> None:
        """Signs with new keys from now on; the old ones are published for `OVERLAP` seconds more."""
        self._ready()
        with self._turn:
            self._make(time.time())

    def _newest(self, alg: str) -> tuple[str, jws.Private]:
        self._ready()
        if time.time() - max(made for _, made in self._known.values()) > self._lasts:
            self.rotate()
        fitting = [(made, kid, key) for kid, (key, made) in self._known.items() if _alg(key) == alg]
        _, kid, key = max(fitting, key=lambda one: one[0])
        return kid, key

    def _ready(self) -> None:
        if self._known:
            return
        with self._turn:
            if not self._known:
                self._known = self._opened()
                if not self._known:
                    self._make(time.time())

    def _opened(self) -> dict[str, tuple[jws.Private, float]]:
        sealed = self._store.secret(NAME)
        if sealed is None:
            return {}
        try:
            kept = json.loads(self._vault.open(sealed, NAME))
        except Unavailable:
            log.warning("the signing keys cannot be opened with this vault's key: making new ones")
            return {}
        return {one["kid"]: (_loaded(one["pem"]), one["made"]) for one in kept}

    def _valid(self, now: float) -> dict[str, tuple[jws.Private, float]]:
        """The newest generation, and each that was followed by another less than `OVERLAP` ago."""
        born = sorted({made for _, made in self._known.values()})
        followed = zip(born, [*born[1:], now])  # noqa: B905  (none: no pair)
        over = {made for made, end in followed if end < now - OVERLAP}
        return {kid: one for kid, one in self._known.items() if one[1] not in over}

    def _make(self, now: float) -> None:
        """Adds a generation, drops those that nothing valid was signed with, seals all."""
        kept = self._valid(now)
        for key in (
            ec.generate_private_key(ec.SECP256R1()),
            rsa.generate_private_key(65537, RSA_BITS),
        ):
            kept[secrets.token_urlsafe(9)] = (key, now)
        text = json.dumps(
            [{"kid": kid, "pem": _pem(key), "made": made} for kid, (key, made) in kept.items()]
        )
        self._store.set_secret(NAME, self._vault.seal(text.encode(), NAME))
        self._known = kept


def _alg(key: jws.Private) -> str:
    return "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"


def _pem(key: jws.Private) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _loaded(pem: str) -> jws.Private:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Unavailable("the signing keys are of another kind")
    return key
