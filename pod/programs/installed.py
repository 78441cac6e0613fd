"""The programs of one pod: those that come with Domicile, and the apps that its owner installed.

An installed app is a record of the pod: the text of its files, its digest, and the key that its
publisher signed it with. The key of the first installation is the app's for good: only that key
updates it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pod.errors import BadInput, Conflict, NotFound, PodError, TooLarge
from pod.model import Activity, Agent, Json, Verb
from pod.outbound import Outbound
from pod.programs.manifest import FILE_BYTES, MOST_FILES, Program, read_program
from pod.programs.packages import PACKAGE_BYTES, read_files, read_package
from pod.space import Space

KIND = "app"  # of the records
log = logging.getLogger(__name__)


class Programs(Mapping[str, Program]):
    """Programs by name: `shipped` ones and the pod's own. Reads are of one moment; thread-safe."""

    def __init__(self, space: Space, shipped: Mapping[str, Program], outbound: Outbound) -> None:
        self._space = space
        self._shipped = shipped
        self._outbound = outbound
        self._turn = threading.Lock()
        self._all = {**shipped, **self._stored()}

    def __getitem__(self, name: str) -> Program:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def items(self) -> ItemsView[str, Program]:
        return self._all.items()

    def installed(self, agent: Agent, name: str) -> Json | None:
        """{"digest","version","key","from","at","files"} of an app that the owner installed."""
        return self._space.journal.recorded(agent, KIND, name)

    def install_zip(self, agent: Agent, data: bytes, source: str) -> Program:
        """Of a package. It has to be signed: nobody else vouches for what it is."""
        program, files = read_package(data)
        if program.key is None:
            raise BadInput(
                "this package is not signed; what you wrote yourself is installed as a folder",
                reason="package-unsigned",
            )
        return self._install(agent, program, files, source)

    def install_files(self, agent: Agent, files: dict[str, bytes], source: str) -> Program:
        """Of a folder's files by their path: the owner's own, signed or not."""
        program, texts = read_files(files)
        return self._install(agent, program, texts, source)

    def install_folder(self, agent: Agent, folder: Path) -> Program:
        """Of a folder on this machine."""
        files: dict[str, bytes] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                raise BadInput(f"{name}: links are refused", reason="package-path")
            if not path.is_file() or "__pycache__" in path.parts:
                continue
            if path.stat().st_size > FILE_BYTES or len(files) > 4 * MOST_FILES:
                if name.split("/")[0] == "examples":  # they are not part of the app
                    continue
                raise TooLarge(f"{name}: too large, or too many files", reason="package-large")
            files[name] = path.read_bytes()
        return self.install_files(agent, files, folder.name)

    def install_address(self, agent: Agent, url: str) -> Program:
        """Of a package elsewhere. Raises PeerError, BadInput."""
        self._space.journal.only_owner(agent)
        answer = self._outbound.request("GET", url, most_bytes=PACKAGE_BYTES)
        if answer.status != 200:
            raise BadInput(f"the address answers {answer.status}", reason="package-address")
        return self.install_zip(agent, answer.body, url)

    def remove(self, agent: Agent, name: str) -> None:
        """Uninstalls. What it has yielded is not touched: revoke first. Raises NotFound, Conflict."""
        with self._turn:
            if self.installed(agent, name) is None:
                kind = Conflict if name in self._shipped else NotFound
                raise kind("no app that you installed", program=name)
            activity = Activity(Verb.REMOVE, agent, None, name, {"app": "removed"})
            self._space.journal.record(agent, activity, {(KIND, name): None})
            self._all = {key: one for key, one in self._all.items() if key != name}

    def _install(
        self, agent: Agent, program: Program, files: Mapping[str, str], source: str
    ) -> Program:
        name = program.manifest.name
        with self._turn:
            if name in self._shipped:
                raise Conflict(f"{name!r} comes with Domicile", reason="package-shipped")
            before = self.installed(agent, name)
            if before is not None and before["key"] != program.key:
                raise Conflict(
                    "another publisher's key than that of the app you have; remove that one first",
                    reason="package-key",
                )
            most = self._space.settings.installed_apps
            if before is None and len(self._all) - len(self._shipped) >= most:
                raise Conflict(f"{most} apps are installed already", reason="package-many")
            record: Json = {
                "digest": program.digest,
                "version": program.manifest.version,
                "key": program.key,
                "from": source[:500],
                "at": datetime.now(UTC).isoformat(),
                "files": dict(files),
            }
            if before is None or before["digest"] != program.digest:
                verb = Verb.ADD if before is None else Verb.UPDATE
                facts = {"app": "installed", "version": program.manifest.version}
                facts |= {"digest": program.digest, "key": program.key or ""}
                activity = Activity(verb, agent, None, name, facts)
                self._space.journal.record(agent, activity, {(KIND, name): record})
            self._all = {**self._all, name: program}
        return program

    def _stored(self) -> dict[str, Program]:
        found = {}
        for name, record in self._space.journal.records(self._space.owner, KIND):
            try:
                program = read_program(record["files"], name)
                if name not in self._shipped and program.digest == record["digest"]:
                    found[name] = replace(program, key=record["key"])
            except PodError as error:  # what an older version took may not be taken any more
                log.warning("the app %s is not read any more: %s", name, error.detail)
        return dict(sorted(found.items()))
