"""Works that share a commit do what they would have done one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pod.model import Body
from pod.storage.base import Keeping, Store, Transaction
from tests.storage.test_writer import together

PATHS = ("/", "/a/", "/a/x", "/a/x.acl", "/a/b/", "/a/b/y", "/z")
STEPS = ("save", "touch", "remove", "look", "count", "tree")
steps = st.tuples(st.sampled_from(STEPS), st.sampled_from(PATHS))
works = st.lists(st.tuples(st.lists(steps, max_size=5), st.booleans()), min_size=1, max_size=6)


def work(number: int, does: list[tuple[str, str]], fails: bool) -> Callable[[Transaction], Any]:
    def run(tx: Transaction) -> list[Any]:
        tx.log("Update", "owner", None, None, "/", None, {"n": number})
        seen: list[Any] = []
        for step, path in does:
            if step == "save":
                tx.save(path, "t/t", Body.of(f"{number}".encode()))
            elif step == "touch" and path.endswith("/"):
                tx.touch(path)
            elif step == "remove":
                tx.remove(path)
            elif step == "tree" and path.endswith("/"):
                tx.remove_tree(path)
            elif step == "count":
                seen.append((tx.head(), sorted(c.path for c in tx.children("/a/"))))
            elif (row := tx.row(path)) is not None:
                seen.append((row.path, row.version, row.body.data))
            acl = tx.nearest_acl("/a/x")
            seen.append(None if acl is None else acl.version)
        if fails:
            raise LookupError(str(number))
        return seen

    return run


def state(store: Store) -> Any:
    with store.read() as snap:
        rows = [(r.version, r.body.data) if (r := snap.row(p)) else None for p in PATHS]
        changes = [(c.id, c.seq, c.path, c.deleted, c.created) for c in snap.changes(0, 1000)]
        kept = [(v.path, v.version, v.ended, v.deleted) for p in PATHS for v in snap.kept.of(p)]
        return rows, changes, kept, snap.head()


@settings(max_examples=8, deadline=None)
@given(works)
def test_one_commit_or_many(given_works: list[tuple[list[tuple[str, str]], bool]]) -> None:
    made = [work(number, does, fails) for number, (does, fails) in enumerate(given_works)]
    with tempfile.TemporaryDirectory() as folder:
        one = Store(Path(folder) / "one", keeping=Keeping(gap_seconds=0.0))
        many = Store(Path(folder) / "many", keeping=Keeping(gap_seconds=0.0))
        try:
            # In the order of the list: the writer is held until all wait.
            answers = together(one, made, ordered=True)
            for found, each in zip(answers, made, strict=True):
                try:
                    expected: Any = many.write(each)
                except LookupError as error:
                    expected = error
                assert str(found) == str(expected)
            assert state(one) == state(many)
            assert one.verify_log() is None
        finally:
            one.close()
            many.close()
