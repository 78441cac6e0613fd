"""Whether the signature on a paper is its authority's: by the certificates that the owner has put into
the data folder's `authorities/`, one file each, called like the certificate (`FR000001.pem` or `.der`).

A paper whose certificate is not there is not verified, and says so; one whose signature is wrong is
not what it says, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from pod.errors import BadFile
from pod.model import Json

MOST_BYTES = 64 << 10
NAME_LENGTH = 8  # authority (4) and certificate (4)


class Authorities:
    """The certificates in `folder`, read when a paper names them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def checked(self, records: Iterable[Json]) -> list[Json]:
        """The records, each seal with its `state`: "verified" or "not-verified", whatever the
        connector said of it. Raises BadFile where a known certificate's signature is wrong."""
        return [self._checked(r) if isinstance(r.get("seal"), dict) else r for r in records]

    def _checked(self, record: Json) -> Json:
        seal = record["seal"]
        name, signed = seal.get("certificate"), record.get("signedOn")
        key = self._key(name, signed) if isinstance(name, str) else None
        if key is None:
            return {**record, "seal": {**seal, "state": "not-verified"}}
        if not _right(key, str(seal.get("signed")), str(seal.get("signature"))):
            raise BadFile("the signature is wrong", reason="forged", certificate=name)
        return {**record, "seal": {**seal, "state": "verified"}}

    def _key(self, name: str, signed: Any) -> ec.EllipticCurvePublicKey | None:
        """The key of a certificate that was valid on the day of the signature; None if it is not known."""
        if len(name) != NAME_LENGTH or not (name.isascii() and name.isalnum()):
            return None
        for suffix in (".pem", ".der"):
            file = self._folder / f"{name}{suffix}"
            if file.is_file() and file.stat().st_size <= MOST_BYTES:
                key = _read(file.read_bytes(), suffix, signed)
                return key if isinstance(key, ec.EllipticCurvePublicKey) else None
        return None


def _read(data: bytes, suffix: str, signed: Any) -> Any:
    """The public key of a certificate, or one that stands alone (PEM)."""
    try:
        if suffix == ".pem" and b"BEGIN PUBLIC KEY" in data:
            return serialization.load_pem_public_key(data)
        load = (
            x509.load_pem_x509_certificate if suffix == ".pem" else x509.load_der_x509_certificate
        )
        found = load(data)
        if isinstance(signed, str):
            first, last = found.not_valid_before_utc.date(), found.not_valid_after_utc.date()
            if not first <= date.fromisoformat(signed) <= last:
                return None
        return found.public_key()
    except (ValueError, TypeError):
        return None


def _right(key: ec.EllipticCurvePublicKey, signed: str, signature: str) -> bool:
    """ECDSA with SHA-256 over the message up to its unit separator; the signature is r, then s."""
    try:
        found = bytes.fromhex(signature)
        r, s = int.from_bytes(found[:32], "big"), int.from_bytes(found[32:], "big")
        key.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True
