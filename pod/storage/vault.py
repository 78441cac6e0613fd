"""Sealed secrets: AES-256-GCM under a key that lies outside the data folder and its backups."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pod.errors import Unavailable

NONCE, KEY = 12, 32


class Vault:
    """Seals and opens; `context` (what the secret is of) must be the same for both."""

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file
        self._cipher: AESGCM | None = None

    def seal(self, secret: bytes, context: str) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._ready().encrypt(nonce, secret, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises Unavailable for another key, another context, or bytes that have changed."""
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
        if not self._key_file.exists():
            self._make()
        key = self._key_file.read_bytes()
        if len(key) != KEY:
            raise Unavailable(f"{self._key_file.name} is not a key")
        return key

    def _make(self) -> None:
        """Written aside and then named, so that a crash leaves no half of a key. Of two processes
        the first one's key stays."""
        folder = self._key_file.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, aside = tempfile.mkstemp(dir=folder, prefix=".key-")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(aside, self._key_file)
        finally:
            Path(aside).unlink()
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
