"""Signed tokens (JWS, compact form) with ES256 and RS256, and the keys that sign and check them.

https://www.rfc-editor.org/rfc/rfc7515 · https://www.rfc-editor.org/rfc/rfc7517 · Directly on
`cryptography`, because every private request is checked here; held equal to a library by
`tests/property/test_jws.py`. No other algorithm exists here: neither `none` nor a symmetric one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from pod.errors import BadInput
from pod.model import Json

ALGORITHMS = ("ES256", "RS256")
LONGEST = 8192  # characters of a token
DEEPEST = 64  # objects and lists in a header or in claims
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PART = re.compile(r"[A-Za-z0-9_-]+")
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_ES256 = ec.ECDSA(hashes.SHA256())
_SHA256, _PKCS1 = hashes.SHA256(), padding.PKCS1v15()

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Public = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class Jws:
    """A token that was taken apart; nothing of it is believed before `check`."""

    header: Json
    claims: Json
    signed: bytes
    signature: bytes

    def check(self, key: Public) -> bool:
        """Whether the holder of `key` signed it, with the algorithm that is the key's."""
        alg = self.header.get("alg")
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                if alg != "ES256" or len(self.signature) != 64:
                    return False
                r, s = (int.from_bytes(self.signature[i : i + 32]) for i in (0, 32))
                key.verify(encode_dss_signature(r, s), self.signed, _ES256)
            else:
                if alg != "RS256":
                    return False
                key.verify(self.signature, self.signed, _PKCS1, _SHA256)
        except InvalidSignature:
            return False
        return True


def read(token: str) -> Jws:
    """Takes a token apart. Raises BadInput for anything that is not one."""
    if len(token) > LONGEST or not _TOKEN.fullmatch(token):
        raise BadInput("this is no signed token")
    head, body, signature = token.split(".")
    header = read_object(head)
    # "crit [...] if any of the listed extension Header Parameters are not understood and supported
    # by the recipient, then the JWS is invalid."
    if "crit" in header or "b64" in header:
        raise BadInput("the token wants an extension that is not understood")
    return Jws(header, read_object(body), f"{head}.{body}".encode(), decode(signature))


def read_object(part: str) -> Json:
    """The JSON object in one part of a token. Raises BadInput."""
    data = decode(part)
    if data.count(b"{") + data.count(b"[") > DEEPEST:  # no deeper than that, whatever they do
        raise BadInput("the token nests too deep")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise BadInput("the token holds no JSON") from None
    if not isinstance(found, dict):
        raise BadInput("the token holds no object")
    return found


def sign(key: Private, header: Json, claims: Json) -> str:
    """A token; its `alg` is the key's."""
    alg = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    parts = ({**header, "alg": alg}, claims)
    text = ".".join(encode(json.dumps(p, separators=(",", ":")).encode()) for p in parts)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(text.encode(), _ES256))
        signature = r.to_bytes(32) + s.to_bytes(32)
    else:
        signature = key.sign(text.encode(), _PKCS1, _SHA256)
    return f"{text}.{encode(signature)}"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: Any) -> bytes:
    """base64url without padding. Raises BadInput."""
    if not isinstance(text, str) or not _PART.fullmatch(text) or len(text) % 4 == 1:
        raise BadInput("this is no base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# -------------------------------------------------------------------- keys


def public_jwk(key: Public) -> Json:
    """The members of a JWK that its thumbprint is taken of (RFC 7638, 3.2)."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        point = key.public_numbers()
        x, y = encode(point.x.to_bytes(32)), encode(point.y.to_bytes(32))
        return {"crv": "P-256", "kty": "EC", "x": x, "y": y}
    numbers = key.public_numbers()
    return {"e": _integer(numbers.e), "kty": "RSA", "n": _integer(numbers.n)}


def _integer(number: int) -> str:
    return encode(number.to_bytes((number.bit_length() + 7) // 8))


def read_jwk(jwk: Any) -> Public:
    """A public key: P-256, or RSA of 2048 to 4096 bits. Raises BadInput for any other, and for one
    that shows a private part."""
    if not isinstance(jwk, dict) or _PRIVATE & jwk.keys():
        raise BadInput("this is no public key")
    try:
        if jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
            x, y = decode(jwk.get("x")), decode(jwk.get("y"))
            if len(x) != 32 or len(y) != 32:
                raise BadInput("this is no point of P-256")
            numbers = ec.EllipticCurvePublicNumbers(
                int.from_bytes(x), int.from_bytes(y), ec.SECP256R1()
            )
            return numbers.public_key()
        if jwk.get("kty") == "RSA":
            n, e = int.from_bytes(decode(jwk.get("n"))), int.from_bytes(decode(jwk.get("e")))
            if not 2048 <= n.bit_length() <= 4096 or not 3 <= e < 1 << 32:
                raise BadInput("an RSA key has 2048 to 4096 bits")
            return rsa.RSAPublicNumbers(e, n).public_key()
    except ValueError:
        raise BadInput("this is no key") from None
    raise BadInput("keys are P-256 or RSA")


def thumbprint(key: Public) -> str:
    """https://www.rfc-editor.org/rfc/rfc7638"""
    text = json.dumps(public_jwk(key), separators=(",", ":"), sort_keys=True)
    return encode(hashlib.sha256(text.encode()).digest())
