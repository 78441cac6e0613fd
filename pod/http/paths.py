"""From the bytes of a request target to the one path that names a resource.

Unreserved characters are decoded, hexadecimal digits are upper-case, names are in Unicode's
composed form (NFC); nothing else is folded, so names that only look alike stay distinct. Whatever
two readers could read differently is refused (https://www.rfc-editor.org/rfc/rfc3986#section-6).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from pod.errors import BadInput

LONGEST = 2048  # bytes
DEEPEST = 32  # segments
RESERVED = (".pod", ".oidc", ".well-known", ".notifications")
_AUXILIARY = (".acl", ".meta")
_KEPT = "!$&'()*+,;=:@-._~"  # with letters and digits: what a segment may hold as it is
# Nothing to decode, no segment that starts with a dot or ends like an auxiliary.
_PLAIN = re.compile(rb"(?:/[A-Za-z0-9_~!$&'()*+,;=:@-]+(?:\.[A-Za-z0-9_~-]+)?){0,32}/?")
_ENCODED = re.compile(rb"%[0-9A-Fa-f]{2}")
# Percent-encoded characters that have a meaning of their own stay encoded ("%3A" is not ":").
_DELIMITER = re.compile(rb"(%(?:2[1346-9A-Ca-c]|3[ABDFabdf]|40|5[BDbd]|25))")
# They turn the direction of what follows: a name that shows as another.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


@lru_cache(4096)
def canonical(raw: bytes, deepest: int = DEEPEST) -> str:
    """The canonical path of a request target without its query. Raises BadInput."""
    if len(raw) > LONGEST:
        raise BadInput(f"an address has at most {LONGEST} bytes", limit=LONGEST)
    if _PLAIN.fullmatch(raw) and raw and b".acl" not in raw and b".meta" not in raw:
        return raw.decode("ascii")
    if not raw.startswith(b"/"):
        raise BadInput("a path starts with a slash")
    segments = [_segment(segment) for segment in raw[1:].split(b"/")]
    if len(segments) > deepest + 1 or (len(segments) > deepest and segments[-1]):
        raise BadInput(f"at most {deepest} names below each other", limit=deepest)
    if "" in segments[:-1]:
        raise BadInput("two slashes in a row")
    _check_auxiliary(segments)
    path = "/" + "/".join(segments)
    if len(path) > LONGEST:
        raise BadInput(f"an address has at most {LONGEST} bytes", limit=LONGEST)
    return path


def is_reserved(path: str) -> bool:
    """Whether a canonical path belongs to the server, not to the storage."""
    return path.startswith("/.") and path[1:].split("/", 1)[0] in RESERVED


@lru_cache(1024)
def name_of(slug: str) -> str | None:
    """A `Slug` header as a canonical segment, None where nothing of it can be one.

    https://www.rfc-editor.org/rfc/rfc5023#section-9.7
    """
    try:
        text = unquote_to_bytes(slug.encode("latin-1", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        return None
    text = _DIRECTION.sub("", unicodedata.normalize("NFC", text))
    kept = "".join("-" if c in "/\\" or unicodedata.category(c) == "Cc" else c for c in text)
    kept = kept.strip().strip("-")[:100]
    while kept.endswith(_AUXILIARY):
        kept = kept.rpartition(".")[0]
    if not kept.strip(".") or kept in RESERVED:
        return None
    return quote(kept, safe=_KEPT, errors="ignore") or None


def _segment(raw: bytes) -> str:
    if b"%" in _ENCODED.sub(b"", raw):
        raise BadInput("a percent sign is followed by two hexadecimal digits")
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("a path is UTF-8") from None
    if text in (".", ".."):
        raise BadInput("dot segments are not followed")
    if any(c in "/\\" or unicodedata.category(c) == "Cc" for c in text):
        raise BadInput("slashes, backslashes and control characters are no part of a name")
    if _DIRECTION.search(text):
        raise BadInput("characters that turn the direction of writing are no part of a name")
    parts = _DELIMITER.split(raw)
    return "".join(
        part.decode("ascii").upper() if place % 2 else _recoded(part)
        for place, part in enumerate(parts)
    )


def _recoded(part: bytes) -> str:
    text = unicodedata.normalize("NFC", unquote_to_bytes(part).decode("utf-8"))
    return quote(text, safe=_KEPT)


def _check_auxiliary(segments: list[str]) -> None:
    """Only a last segment names an auxiliary, and none has an auxiliary of its own."""
    *above, last = segments
    for name in (*above, last.rpartition(".")[0] if last.endswith(_AUXILIARY) else ""):
        if name.endswith(_AUXILIARY):
            raise BadInput("an auxiliary resource holds nothing and has none of its own")
