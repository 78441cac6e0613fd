"""A whole pod as one zip file, and back: every document and file as it is stored, its access rules,
and a manifest with digests.

    manifest.json            {"format","root","owner","made","resources":[{"path","entry","type",
                              "modified","size","sha256"}]} (`entry`: null for an empty container)
    pod/PATH                 what is stored at PATH, access rules (`.acl`) and descriptions included
    containers/N             what somebody wrote about a container itself

Nothing that opens anything is in it: no account, no token, no secret, no agreement. Restoring gives
the data back and no access: rules stay in the archive for the owner to read, and are not put in
force again.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import RawIOBase
from pathlib import Path
from typing import IO, Any

from pod.errors import BadInput, Conflict, PodError, TooLarge
from pod.identity.webid import starting_documents
from pod.model import Agent, Body, Iri, Json
from pod.space import Space

FORMAT = "domicile-archive-1"
PIECE = 1 << 18
MANIFEST_BYTES = 256 << 20
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]{1,2047}")
RESERVED = (".pod", ".oidc", ".well-known", ".notifications")
FIRST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name


class Sink(RawIOBase):
    """What a zip writer writes to: it cannot seek, and is emptied as it fills."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        found = bytes(self._held)
        self._held.clear()
        return found


def export(space: Space, agent: Agent) -> Iterator[bytes]:
    """The archive in pieces, made while it is sent. For the owner. What is written meanwhile is in
    it or not, each document whole; the manifest says what it holds."""
    space.journal.only_owner(agent)
    return _export(space, agent)


def _export(space: Space, agent: Agent) -> Iterator[bytes]:
    sink = Sink()
    listed: list[Json] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for row in space.tree.stored(agent):
            path, modified, body = row.path, row.modified, row.body
            entry: str | None = f"pod{path}"
            if path.endswith("/"):
                entry = f"containers/{len(listed)}" if body.size else None
            digest = hashlib.sha256()
            if entry is not None:
                info = zipfile.ZipInfo(entry, max(modified.timetuple()[:6], FIRST))
                info.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(info, "w", force_zip64=body.size > 1 << 31) as file:
                    for piece in body.chunks(step=PIECE):
                        digest.update(piece)
                        file.write(piece)
                        yield sink.taken()
            facts = {"path": path, "entry": entry, "type": row.type, "size": body.size}
            facts |= {"modified": modified.isoformat(), "sha256": digest.hexdigest()}
            listed.append(facts)
        told = {"format": FORMAT, "root": str(space.root), "owner": str(agent.webid)}
        told["made"] = datetime.now(UTC).isoformat()
        archive.writestr("manifest.json", json.dumps({**told, "resources": listed}, indent=1))
        yield sink.taken()
    yield sink.taken()


def restore(space: Space, agent: Agent, file: Path) -> Json:
    """{"documents","rules","problems":[{"path","why"}]}: puts an archive's documents into a pod that
    nothing was written to yet. `rules`: how many access rules were left in the archive.

    Raises BadInput for what is no whole archive (nothing is written then), Conflict for a pod in use.
    """
    space.journal.only_owner(agent)
    known = {path for path, _, _ in starting_documents()}
    if any(row.path not in known for row in space.tree.stored(agent)):
        raise Conflict("this pod is in use; restore into a new one")
    try:
        with zipfile.ZipFile(file) as archive:
            listed = _manifest(archive)
            for one in listed:
                _verify(archive, one)
            return _put_back(space, agent, archive, listed)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise BadInput(f"{file.name} is no archive of a pod: {error}") from None


def _manifest(archive: zipfile.ZipFile) -> list[Json]:
    try:
        if archive.getinfo("manifest.json").file_size > MANIFEST_BYTES:
            raise TooLarge("the manifest is too large", limit=MANIFEST_BYTES >> 20)
        told = json.loads(archive.read("manifest.json"))
        listed = told["resources"]
        fine = told["format"] == FORMAT and all(
            isinstance(one["path"], str)
            and one["path"].startswith("/")
            and isinstance(one["type"], str)
            and isinstance(one["size"], int)
            and isinstance(one["sha256"], str)
            and isinstance(one["entry"], str | None)
            for one in listed
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        fine = False
    if not fine:
        raise BadInput("this is no archive of a pod, or of a later version")
    return list(listed)


def _verify(archive: zipfile.ZipFile, one: Json) -> None:
    """Reads no more than was announced: a zip file can unfold to anything."""
    digest, size = hashlib.sha256(), 0
    if one["entry"] is not None:
        try:
            with archive.open(one["entry"]) as file:
                while size <= one["size"] and (piece := file.read(PIECE)):
                    digest.update(piece)
                    size += len(piece)
        except KeyError:
            size = -1
    if size != one["size"] or digest.hexdigest() != one["sha256"]:
        raise BadInput(f"the archive is damaged: {one['path']} is not what it was")


def _put_back(space: Space, agent: Agent, archive: zipfile.ZipFile, listed: list[Json]) -> Json:
    done, problems = 0, []
    rules = [one for one in listed if one["path"].endswith(".acl")]
    # Containers first: what lies in them makes them anew otherwise, without what was said of them.
    rest = [one for one in listed if not one["path"].endswith(".acl") and one["path"] != "/"]
    for one in sorted(rest, key=lambda one: (not one["path"].endswith("/"), one["path"])):
        try:
            space.put(agent, _iri(space, one["path"]), _body(space, archive, one), one["type"])
            done += 1
        except PodError as error:
            problems.append({"path": one["path"], "why": error.detail})
    return {"documents": done, "rules": len(rules), "problems": problems}


def _iri(space: Space, path: str) -> Iri:
    parts = path[1:].removesuffix("/").split("/")
    if not _PATH.fullmatch(path) or parts[0] in RESERVED or {".", "..", ""} & set(parts):
        raise BadInput("that is no path in a pod")
    return space.iri_of(path)


def _body(space: Space, archive: zipfile.ZipFile, one: Json) -> Body:
    if one["entry"] is None:
        return Body.of(b"")
    with archive.open(one["entry"]) as file:
        return space.stage(_pieces(file))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
