"""An app as a file that travels: a zip of its folder, signed over the digest of what it holds.

`pack` makes one, `read_package` reads one of anybody's. Nothing is unpacked: members become text in
memory within the bounds that a folder has, so that no name in an archive can lead anywhere.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from unicodedata import category

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pod.errors import BadInput, PodError, TooLarge
from pod.programs.bundles import ENTRY
from pod.programs.manifest import (
    ASIDE,
    FILE_BYTES,
    MOST_FILES,
    SOURCES,
    Manifest,
    Program,
    read_program,
)

SIGNATURE = "SIGNATURE"  # beside the manifest: {"key","signature"}, not part of the digest
PACKAGE_BYTES = 4 << 20  # of a package, and of all that it unpacks to
SIGNATURE_BYTES = 1 << 10
MOST_SAID, MOST_TITLE = 500, 60  # characters
COMPILED = (".wasm", ".cwasm", ".so", ".pyc")
_SAID = b"domicile app 1\n"  # what is signed begins with it: a signature is good for nothing else
_MANIFEST = "package-manifest"
_EPOCH = (2000, 1, 1, 0, 0, 0)  # the same folder makes the same bytes


def pack(folder: Path, program: Program, key: Ed25519PrivateKey | None) -> bytes:
    """A zip of what `program`'s digest covers and its README; with `key`, signed."""
    files = {name: text for name, text in _packed(folder) if name != SIGNATURE}
    if key is not None:
        files[SIGNATURE] = json.dumps(
            {"key": key_text(key.public_key()), "signature": _text(key.sign(_signed(program)))}
        ).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{program.manifest.name}/{name}", _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def _packed(folder: Path) -> Iterable[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        wanted = path.suffix in SOURCES or name.as_posix() == "README.md"
        if wanted and path.is_file() and not set(name.parts) & ASIDE:
            yield name.as_posix(), path.read_bytes()


def read_package(data: bytes) -> tuple[Program, dict[str, str]]:
    """The program in a zip and its files' text; its `key` is that of a signature that fits, None
    where there is none. Raises BadInput, TooLarge for what is not to be installed."""
    if len(data) > PACKAGE_BYTES or data.count(ENTRY) > 2 * MOST_FILES:
        raise TooLarge("larger than an app", reason="package-large", limit=PACKAGE_BYTES >> 20)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = _members(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise _bad("this is no zip file, or a damaged one", "package-damaged") from None
    return read_files(found)


def read_files(found: dict[str, bytes]) -> tuple[Program, dict[str, str]]:
    """The same for files by their path: one folder that holds all of them, or none."""
    found = _without_folder(found)
    signature = found.pop(SIGNATURE, None)
    files: dict[str, str] = {}
    for name, body in found.items():
        path = PurePosixPath(name)
        if path.suffix.lower() in COMPILED:
            raise _bad(f"{name}: compiled code is refused", "package-compiled", file=name)
        if path.suffix not in SOURCES or set(path.parts) & ASIDE:
            continue
        if len(body) > FILE_BYTES or len(files) >= MOST_FILES:
            raise TooLarge(f"{name}: too large, or too many files", reason="package-large", limit=4)
        try:
            files[name] = body.decode("utf-8")
        except UnicodeDecodeError:
            raise _bad(f"{name}: not UTF-8 text", "package-damaged", file=name) from None
    try:
        program = read_program(files, "package")
    except PodError as error:
        raise _bad(error.detail, _MANIFEST) from None
    _read_aloud(program.manifest)
    if program.manifest.kind != "app":
        raise _bad("only apps are installed: a connector comes with the pod", "package-kind")
    return (program if signature is None else _vouched(program, signature)), files


def _read_aloud(manifest: Manifest) -> None:
    """What pages will say of it is short, and has nothing that is not seen (a reader could take the
    name of one app for another's)."""
    own = (manifest.title, manifest.summary, manifest.purpose or {}, manifest.yields or {})
    asked = [words for q in manifest.queries for words in (q.what, q.why, q.without or {})]
    said = [text for words in (*own, *asked) for text in words.values()]
    for text in (*said, manifest.version, manifest.license, manifest.publisher):
        if len(text) > MOST_SAID or any(category(c) in ("Cc", "Cf") for c in text):
            raise _bad(f"too long, or with signs that are not seen: {text[:40]!a}", _MANIFEST)
    if any(len(text) > MOST_TITLE for text in (*manifest.title.values(), manifest.publisher)):
        raise _bad(f"a title has at most {MOST_TITLE} letters", _MANIFEST)


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Every file of an archive, bounded while it comes out, whatever the archive says of itself."""
    found: dict[str, bytes] = {}
    left = PACKAGE_BYTES
    for entry in archive.infolist():
        name = entry.filename
        if entry.is_dir():
            continue
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not _plain(name) or kind not in (0, stat.S_IFREG):
            raise _bad(f"{name[:80]!a}: a path or a link that is refused", "package-path")
        if entry.flag_bits & 1:
            raise _bad(f"{name}: locked by a password", "package-damaged")
        if name in found:
            raise _bad(f"{name}: there are two of them", "package-path")
        with archive.open(entry) as opened:
            body = opened.read(left + 1)
        left -= len(body)
        if left < 0:
            raise TooLarge("larger than an app", reason="package-large", limit=PACKAGE_BYTES >> 20)
        found[name] = body
    return found


def _plain(name: str) -> bool:
    """A relative path downwards, that every system reads alike."""
    parts = name.split("/")
    odd = any(c in '\\:*?"<>|' or not c.isprintable() for c in name)
    return not odd and len(name) <= 200 and not any(part in ("", ".", "..") for part in parts)


def _without_folder(found: dict[str, bytes]) -> dict[str, bytes]:
    if not all(_plain(name) for name in found):
        raise _bad("a path that is refused", "package-path")
    tops = {name.partition("/")[0] for name in found}
    if len(tops) == 1 and "manifest.toml" not in found:
        return {name.partition("/")[2]: body for name, body in found.items() if "/" in name}
    return found


def _vouched(program: Program, signature: bytes) -> Program:
    """The program with the key of its signature. A signature that does not fit is worse than none."""
    try:
        if len(signature) > SIGNATURE_BYTES:
            raise ValueError
        said = json.loads(signature)
        key = Ed25519PublicKey.from_public_bytes(_bytes(said["key"]))
        key.verify(_bytes(said["signature"]), _signed(program))
    except (InvalidSignature, ValueError, TypeError, KeyError, binascii.Error):
        raise _bad("the signature does not fit what was packed", "package-signature") from None
    return replace(program, key=key_text(key))


def _signed(program: Program) -> bytes:
    return _SAID + program.digest.encode()


# -------------------------------------------------------------------- keys


def publisher_key(file: Path) -> Ed25519PrivateKey:
    """The private key in `file` (PEM); a new one, readable by this user alone, where there is none."""
    try:
        if not file.exists():
            made = Ed25519PrivateKey.generate()
            body = made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            file.touch(mode=0o600, exist_ok=False)
            file.write_bytes(body)
            return made
        found = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(f"{file.name}: no private key that can be read ({error})") from None
    if not isinstance(found, Ed25519PrivateKey):
        raise BadInput(f"{file.name}: not an Ed25519 key")
    return found


def key_text(key: Ed25519PublicKey) -> str:
    """A public key as it is shown and compared."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _text(raw)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _bad(detail: str, reason: str, **facts: str) -> BadInput:
    return BadInput(detail, reason=reason, **facts)
