"""The key that notifications to webhooks are signed with (ES256), derived from a secret of the pod.

https://www.rfc-editor.org/rfc/rfc7515 · https://www.rfc-editor.org/rfc/rfc7638
"""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from pod.model import Json

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


class Key:
    """Signs, and says by what it can be verified: `public`, a JWK, and its `thumbprint`. Thread-safe."""

    def __init__(self, secret: bytes) -> None:
        number = int.from_bytes(hashlib.sha512(b"webhooks\0" + secret).digest())
        self._key = ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        self.public = {
            "crv": "P-256",
            "kty": "EC",
            "x": _text(numbers.x.to_bytes(32)),
            "y": _text(numbers.y.to_bytes(32)),
        }
        name = json.dumps(self.public, separators=(",", ":"), sort_keys=True)
        self.thumbprint = _text(hashlib.sha256(name.encode()).digest())

    def sign(self, header: Json, claims: Json) -> str:
        """A token signed with the key (compact form)."""
        head = {**header, "alg": "ES256", "kid": self.thumbprint}
        signed = ".".join(_text(json.dumps(part).encode()) for part in (head, claims))
        signature = self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(signature)
        return f"{signed}.{_text(r.to_bytes(32) + s.to_bytes(32))}"

    def published(self) -> Json:
        """The JWK set (https://www.rfc-editor.org/rfc/rfc7517#section-5)."""
        return {"keys": [{**self.public, "kid": self.thumbprint, "use": "sig", "alg": "ES256"}]}


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
