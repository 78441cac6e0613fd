"""A container's representation: what was written to it, then its containment triples and the
metadata of its members (https://solidproject.org/TR/protocol#contained-resource-metadata)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Protocol

import pyoxigraph as ox

from pod.errors import Conflict
from pod.rdf.graph import TURTLE, Graph, read
from pod.rdf.patch import Change, Patch, apply
from pod.rdf.terms import DCT, LDP, RDF, STAT

_HEAD = b"""@prefix ldp: <http://www.w3.org/ns/ldp#>.
@prefix dcterms: <http://purl.org/dc/terms/>.
@prefix stat: <http://www.w3.org/ns/posix/stat#>.
@prefix xsd: <http://www.w3.org/2001/XMLSchema#>.
"""
GENERATED = (LDP.contains, STAT.size, STAT.mtime)
OF_MEMBERS = (DCT.modified, RDF.type)


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
    made = BytesIO()  # it gives what it holds without a copy
    made.write(_HEAD + f"<> a {kinds}.\n".encode())
    for member in members:
        name = member.path[len(path) :]
        # "./a:b" and not "a:b": a colon in the first segment would read as a scheme.
        name = f"./{name}" if ":" in name else name
        kind = (
            "ldp:Container, ldp:BasicContainer, ldp:Resource"
            if name.endswith("/")
            else "ldp:Resource"
        )
        stamp = member.modified.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        made.write(
            f"<> ldp:contains <{name}>.\n<{name}> a {kind}; dcterms:modified "
            f'"{stamp}"^^xsd:dateTime; stat:mtime {int(member.modified.timestamp())}; '
            f"stat:size {member.size}.\n".encode()
        )
    # What was written comes last: an @base in it must not move the names above.
    made.write(own)
    return made.getvalue()


def generated(quads: Iterable[ox.Quad], container: str) -> list[ox.Triple]:
    """Those of `quads` that only the server says: containment, and metadata of members."""
    return [
        quad.triple
        for quad in quads
        if quad.predicate.value in GENERATED
        or (quad.predicate.value in OF_MEMBERS and _is_member(quad.subject, container))
    ]


def _is_member(subject: object, container: str) -> bool:
    if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(container):
        return False
    name = subject.value[len(container) :].removesuffix("/")
    return name != "" and "/" not in name and "#" not in name


def names_members(triples: Graph, container: str) -> bool:
    """Whether a body for `container` says what only the server says."""
    return bool(generated(triples.quads, container))


def facts(listed: bytes, container: str) -> list[ox.Triple]:
    """The triples of a listing, for a patch that is applied beside them."""
    return [quad.triple for quad in read(listed, TURTLE, container, max_bytes=len(listed) + 1)]


def without_listing(body: bytes, kind: str, container: str, told: list[ox.Triple]) -> bytes:
    """`body` for `container` without what the server says anyway (`told`).

    "Servers MUST NOT allow HTTP PUT or PATCH on a container to update its containment triples; if
    the server receives such a request, it MUST respond with a 409 status code"; and likewise for
    the metadata of members. Who sends back what was read changes nothing of it. Raises Conflict.
    """
    said = dict.fromkeys(generated(read(body, kind, container), container))
    if not said:
        return body
    contained = {triple for triple in told if triple.predicate.value == LDP.contains}
    named = {triple for triple in said if triple.predicate.value == LDP.contains}
    if said.keys() - set(told) or (named and named != contained):
        raise Conflict("what a container holds is not written by hand", iri=container)
    patterns = tuple((t.subject, t.predicate, t.object) for t in said)
    return apply(Patch((Change(deletes=patterns),)), body, kind, container)
