"""Sealed secrets: AES-256-GCM under a key that lies outside the data folder and its backups."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pod.errors import Unavailable

NONCE = 12


class Vault:
    """Seals and opens; `context` (what the secret is of) must be the same for both."""

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file
        self._cipher: AESGCM | None = None

    def seal(self, secret: bytes, context: str) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._ready().encrypt(nonce, secret, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises Unavailable if it was sealed under another key, for another context, or changed."""
        try:
            return self._ready().decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
        except InvalidTag:
            raise Unavailable(f"the secret of {context} cannot be opened with this key") from None

    def _ready(self) -> AESGCM:
        if self._cipher is None:
            self._cipher = AESGCM(self._key())
        return self._cipher

    def _key(self) -> bytes:
        """The key, made at the first use: whole in its file, readable by its owner alone."""
        self._key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = self._key_file.read_bytes()
            if len(key) != 32:
                raise Unavailable(f"{self._key_file.name} is not a key") from None
            return key
        key = secrets.token_bytes(32)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        return key
