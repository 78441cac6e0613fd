"""A container's representation: what was written to it, then its containment triples and the
metadata of its members (https://solidproject.org/TR/protocol#contained-resource-metadata)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from pod.rdf.graph import Graph

_HEAD = b"""@prefix ldp: <http://www.w3.org/ns/ldp#>.
@prefix dcterms: <http://purl.org/dc/terms/>.
@prefix stat: <http://www.w3.org/ns/posix/stat#>.
@prefix xsd: <http://www.w3.org/2001/XMLSchema#>.
"""
LDP = "http://www.w3.org/ns/ldp#"
GENERATED = (
    f"{LDP}contains",
    "http://www.w3.org/ns/posix/stat#size",
    "http://www.w3.org/ns/posix/stat#mtime",
)


class Member(Protocol):
    """What a listing tells of a member."""

    @property
    def path(self) -> str: ...
    @property
    def modified(self) -> datetime: ...
    @property
    def size(self) -> int: ...


def listing(path: str, own: bytes, members: Iterable[Member], *, root: bool) -> bytes:
    """Turtle with IRIs relative to the container, so that a storage can move."""
    kinds = "ldp:Container, ldp:BasicContainer, ldp:Resource"
    if root:
        kinds += ", <http://www.w3.org/ns/pim/space#Storage>"
    parts = [_HEAD, f"<> a {kinds}.\n".encode()]
    for member in members:
        name = member.path[len(path) :]
        # "./a:b" and not "a:b": a colon in the first segment would read as a scheme.
        name = f"./{name}" if ":" in name else name
        kind = (
            "ldp:Container, ldp:BasicContainer, ldp:Resource"
            if name.endswith("/")
            else "ldp:Resource"
        )
        stamp = member.modified.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        parts.append(
            f"<> ldp:contains <{name}>.\n<{name}> a {kind}; dcterms:modified "
            f'"{stamp}"^^xsd:dateTime; stat:mtime {int(member.modified.timestamp())}; '
            f"stat:size {member.size}.\n".encode()
        )
    # What was written comes last: an @base in it must not move the names above.
    return b"".join([*parts, own])


def names_members(triples: Graph, container: str) -> bool:
    """Whether a body for `container` tries to say what only the server says."""
    return any(triples.match(None, predicate, None) for predicate in GENERATED)
