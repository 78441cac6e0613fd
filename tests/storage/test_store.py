"""The store: whole writes, one commit for many, a log whose chain shows tampering, kill -9."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pod.errors import TooLarge, Unavailable
from pod.index import Index
from pod.model import Body, Iri
from pod.rdf import graph
from pod.storage.base import Store, Transaction
from pod.storage.vault import Vault

ROUNDS = int(os.environ.get("DOMICILE_CRASH_ROUNDS", "4"))
ROOT = "http://localhost/"
TTL = "text/turtle"


def put(tx: Transaction, path: str, body: Body) -> None:
    tx.log("Update", "owner", "me", None, path, None, {})
    tx.save(path, TTL, body)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path, inline_bytes=100)
    yield found
    found.close()


def test_a_failed_work_undoes_itself_alone(store: Store) -> None:
    def fails(tx: Transaction) -> None:
        put(tx, "/bad", Body.of(b"x"))
        raise ValueError("no")

    results: list[object] = []

    def writer(number: int) -> None:
        try:
            store.write(
                fails if number % 3 == 0 else lambda tx: put(tx, f"/{number}", Body.of(b"x"))
            )
        except ValueError as error:
            results.append(error)

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20
    with store.read() as snap:
        assert snap.row("/bad") is None
        assert sum(snap.row(f"/{n}") is not None for n in range(60)) == 40
    assert store.verify_log() is None


def test_a_reader_sees_one_moment(store: Store) -> None:
    store.write(lambda tx: put(tx, "/a", Body.of(b"old")))
    with store.read() as snap:
        assert snap.row("/a").body.data == b"old"  # type: ignore[union-attr]
        store.write(lambda tx: put(tx, "/a", Body.of(b"new")))
        assert snap.row("/a").body.data == b"old"  # type: ignore[union-attr]
    with store.read() as snap:
        assert snap.row("/a").body.data == b"new"  # type: ignore[union-attr]


def test_large_bodies_are_files_and_are_swept(tmp_path: Path) -> None:
    store = Store(tmp_path, inline_bytes=100)
    body = store.stage(iter([b"x" * 80, b"y" * 80]), 1000)
    assert body.path is not None
    with pytest.raises(TooLarge):
        store.stage(iter([b"x" * 600, b"y" * 600]), 1000)
    store.write(lambda tx: put(tx, "/big", body))
    store.stage(iter([b"z" * 200]), 1000)  # never named: left by a crash, say
    store.close()
    store = Store(tmp_path, inline_bytes=100)
    assert len(list((tmp_path / "blobs").iterdir())) == 1
    with store.read() as snap:
        assert snap.row("/big").body.read(999) == b"x" * 80 + b"y" * 80  # type: ignore[union-attr]
    assert store.missing_blobs() == []
    store.close()


def test_a_changed_log_shows(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for n in range(5):
        store.write(lambda tx, n=n: put(tx, f"/{n}", Body.of(b"x")))
    assert store.verify_log() is None
    store.close()
    with sqlite3.connect(tmp_path / "pod.db") as forger:
        forger.execute("UPDATE activity SET object='/other' WHERE seq=3")
    store = Store(tmp_path)
    assert store.verify_log() == 3
    store.close()


def test_a_folder_has_one_process(tmp_path: Path, store: Store) -> None:
    with pytest.raises(Unavailable):
        Store(tmp_path)


def test_listing_in_pages(store: Store) -> None:
    def fill(tx: Transaction) -> None:
        for n in range(25):
            put(tx, f"/c/{n:02}", Body.of(b""))
        put(tx, "/c/00.acl", Body.of(b""))
        put(tx, "/c/d/", Body.of(b""))
        put(tx, "/c/d/e", Body.of(b""))

    store.write(fill)
    with store.read() as snap:
        names: list[str] = []
        while page := snap.children("/c/", names[-1] if names else "", 10):
            names += [child.path.removeprefix("/c/") for child in page]
        assert names == [*(f"{n:02}" for n in range(25)), "d/"]
        assert len(list(snap.descendants("/c/"))) == 27
        assert snap.acl_subjects() == {"/c/00"}


def test_the_vault_opens_only_what_it_sealed(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys" / "k")
    sealed = vault.seal(b"secret", "enedis")
    assert b"secret" not in sealed
    assert Vault(tmp_path / "keys" / "k").open(sealed, "enedis") == b"secret"
    for wrong in (
        lambda: vault.open(sealed, "bank"),
        lambda: vault.open(sealed[:-1] + b"x", "enedis"),
        lambda: Vault(tmp_path / "other").open(sealed, "enedis"),
    ):
        with pytest.raises(Unavailable):
            wrong()
    assert (tmp_path / "keys" / "k").stat().st_mode & 0o077 == 0


class StoreMachine(RuleBasedStateMachine):
    """A store against a dict, through random writes, removals and reopenings."""

    paths = st.sampled_from(["/a", "/b", "/c/d", "/c/e", "/a.acl"])

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name), inline_bytes=8)
        self.model: dict[str, bytes] = {}

    @rule(path=paths, data=st.binary(max_size=20))
    def save(self, path: str, data: bytes) -> None:
        body = self.store.stage(iter([data]), 100)
        self.store.write(lambda tx: put(tx, path, body))
        self.model[path] = data

    @rule(path=paths)
    def remove(self, path: str) -> None:
        def work(tx: Transaction) -> None:
            tx.log("Delete", "owner", "me", None, path, None, {})
            tx.remove(path)

        self.store.write(work)
        self.model.pop(path, None)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store(Path(self.folder.name), inline_bytes=8)

    @invariant()
    def agrees(self) -> None:
        with self.store.read() as snap:
            found = {p: snap.row(p) for p in ["/a", "/b", "/c/d", "/c/e", "/a.acl"]}
            assert {p: r.body.read(99) for p, r in found.items() if r} == self.model

    def teardown(self) -> None:
        assert self.store.verify_log() is None
        self.store.close()
        self.folder.cleanup()


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = hypothesis_settings(
    max_examples=15, stateful_step_count=12, deadline=None
)


WRITER = """
import sys
from pathlib import Path
from pod.model import Body
from pod.storage.base import Store
store = Store(Path(sys.argv[1]), inline_bytes=100)
start = int(sys.argv[2])
for n in range(start, 10**9):
    size = 20 if n % 2 else 400
    body = store.stage(iter([f'<#n> <#is> "{n}:{"x" * size}".'.encode()]), 10**6)
    def work(tx):
        tx.log("Update", "owner", "me", None, "/doc", None, {"n": n})
        for path in ("/doc", "/twin"):
            tx.save(path, "text/turtle", body)
    store.write(work)
    print(n, flush=True)
"""


def test_kill_in_the_middle_of_writes(tmp_path: Path) -> None:
    """kill -9 at random moments: documents are the old or the new ones, log and index agree."""
    chance = random.Random(7)
    folder = tmp_path / "pod"
    last = 0
    for _ in range(ROUNDS):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(last + 1)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert child.stdout is not None
        acknowledged = int(child.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.25))
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split(b"\n")
        child.wait()
        child.stdout.close()
        acknowledged = max([acknowledged, *(int(n) for n in rest[:-1] if n)])
        last = _check_after_crash(folder, acknowledged)


def _check_after_crash(folder: Path, acknowledged: int) -> int:
    store = Store(folder, inline_bytes=100)
    with store.read() as snap:
        bodies = []
        for path in ("/doc", "/twin"):
            row = snap.row(path)
            assert row is not None
            bodies.append(row.body.read(10_000))
        logged = snap.activities(limit=1)[0].summary
    assert bodies[0] == bodies[1], "a write is whole or not at all"
    written = int(bodies[0].split(b'"')[1].split(b":")[0])
    assert written >= acknowledged, "what was acknowledged is there"
    assert logged == {"n": written}
    assert store.verify_log() is None
    assert store.missing_blobs() == []
    index = Index(
        folder,
        store,
        lambda path: Iri(ROOT + path[1:]),
        lambda body, kind, iri: graph.parse(body.read(10_000), kind, str(iri)).quads,
    )
    found = index.query("SELECT ?n WHERE { ?s ?p ?n }", graphs=[Iri(ROOT + "doc")], rows=10)
    assert [row[0].split(":")[0] for row in found.rows] == [str(written)]
    index.close()
    store.close()
    return written
