"""A store against a dict, through random writes, failures, removals and reopenings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pod.model import Body, Json
from pod.storage.base import Store, Transaction
from pod.storage.snapshot import container_of, upwards
from pod.storage.versions import Keeping

NAMES = [
    "/",
    "/a",
    "/b/",
    "/b/c",
    "/b/d/",
    "/b/d/e",
    "/b/d/e.acl",
    "/b/.acl",
    "/.acl",
    "/b-1",
    "/b0",
]
paths = st.sampled_from(NAMES)
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))


class Refused(Exception):
    pass


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.heads: list[int] = []
        self.model: dict[str, tuple[str, int, bytes]] = {}
        self.records: dict[str, Json] = {}
        self.changes: list[tuple[int, str, bool, bool]] = []
        self.seq = 0
        self.open()

    def open(self) -> None:
        self.store = Store(Path(self.folder.name), inline_bytes=8, keeping=Keeping(count=0))
        self.store.subscribe(self.heads.append)

    def log(self, tx: Transaction) -> int:
        return tx.log("Update", "owner", "me", None, None, None, {"é": [1, None]})

    @rule(writes=st.dictionaries(paths, st.binary(max_size=20), min_size=1, max_size=3))
    def save(self, writes: dict[str, bytes]) -> None:
        bodies = {path: self.store.stage(iter([data]), 100) for path, data in writes.items()}

        def work(tx: Transaction) -> int:
            seq = self.log(tx)
            for path, body in bodies.items():
                assert tx.save(path, f"t/{len(path)}", body).version == seq
                assert tx.row(path) is not None, "a transaction sees its own writes"
            return seq

        self.seq = self.store.write(work)
        for path, data in writes.items():
            created = path not in self.model
            self.model[path] = (f"t/{len(path)}", self.seq, data)
            self.changed(path, created=created)

    @rule(path=paths)
    def touch(self, path: str) -> None:
        """As a container is touched: the same body again, a file that a row names already."""
        if path not in self.model:
            return

        def work(tx: Transaction) -> int:
            row = tx.row(path)
            assert row is not None
            seq = self.log(tx)
            tx.save(path, row.type, row.body)
            return seq

        self.seq = self.store.write(work)
        kind, _, data = self.model[path]
        self.model[path] = (kind, self.seq, data)
        self.changed(path)

    @rule(path=paths)
    def remove(self, path: str) -> None:
        def work(tx: Transaction) -> int:
            seq = self.log(tx)
            tx.remove(path)
            return seq

        self.seq = self.store.write(work)
        if self.model.pop(path, None):
            self.changed(path, deleted=True)

    def changed(self, path: str, *, created: bool = False, deleted: bool = False) -> None:
        """Of a container only its making and its end: its listing follows from its members."""
        if created or deleted or not path.endswith("/"):
            self.changes.append((self.seq, path, created, deleted))

    @rule(path=paths, name=st.sampled_from("xyz"))
    def refuse(self, path: str, name: str) -> None:
        def work(tx: Transaction) -> None:
            self.log(tx)
            tx.save(path, "t/t", Body.of(b"half"))
            tx.put_record("kind", name, {"half": True})
            raise Refused

        with pytest.raises(Refused):
            self.store.write(work)

    @rule(name=st.sampled_from("xyz"), value=st.none() | st.integers())
    def keep(self, name: str, value: int | None) -> None:
        if value is None:
            self.store.write(lambda tx: tx.drop_record("kind", name))
            self.records.pop(name, None)
        else:
            self.store.write(lambda tx: tx.put_record("kind", name, {"v": value}))
            self.records[name] = {"v": value}

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.open()
        blobs = [data for _, _, data in self.model.values() if len(data) > 8]
        assert len(list((Path(self.folder.name) / "blobs").iterdir())) == len(blobs)

    @invariant()
    def agrees(self) -> None:
        with self.store.read() as snap:
            for path in NAMES:
                row = snap.row(path)
                found = row and (row.type, row.version, row.body.read(99))
                assert found == self.model.get(path)
                acls = [p + ".acl" for p in upwards(path) if p + ".acl" in self.model]
                nearest = snap.nearest_acl(path)
                assert (nearest and nearest.path) == next(iter(acls), None)
            listed = sorted(p for p in self.model if p != "/" and not p.endswith(".acl"))
            for container in ("/", "/b/", "/b/d/"):
                members = [p for p in listed if container_of(p) == container]
                assert [c.path for c in snap.children(container)] == members
                assert snap.count_children(container) == len(members)
                below = [p for p in listed if p.startswith(container) and p != container]
                assert [c.path for c in snap.descendants(container)] == below
            assert dict(snap.records("kind")) == self.records
            assert snap.bytes_used() == sum(len(data) for _, _, data in self.model.values())
            found_changes = [(c.seq, c.path, c.created, c.deleted) for c in snap.changes(0, 1000)]
            assert found_changes == self.changes
            assert snap.head() == self.seq
        assert self.heads == sorted(set(self.heads))

    def teardown(self) -> None:
        assert self.store.verify_log() is None
        assert self.store.missing_blobs() == []
        self.store.close()
        self.folder.cleanup()


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=EXAMPLES, stateful_step_count=15, deadline=None)
