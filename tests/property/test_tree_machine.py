"""The random requests of `test_protocol_machine`, and between them conditions, whole containers that are
moved, copied and deleted, versions that are restored, and undo: the dictionary still knows it all."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from pod.errors import PodError
from pod.model import PUBLIC, Agent, AgentKind, Iri
from pod.rdf import graph
from tests.inprocess import BOB, here
from tests.property.test_protocol_machine import (
    AGENTS,
    EXAMPLES,
    GRANTS,
    MOSTLY_OWNER,
    NUMBERS,
    PATHS,
    Grants,
    Machine,
    _above,
    _text,
)
from tests.servers import ALICE, TURTLE

PEOPLE = {"alice": Agent(AgentKind.PERSON, ALICE), "bob": Agent(AgentKind.PERSON, BOB)}
PEOPLE["public"] = PUBLIC
TARGETS = st.sampled_from(["a/", "a/b/", "c/", "c/d/", "n/", "n/m/", "x", "a/x", "c/y", "n/z"])
CONTAINERS = st.sampled_from(["a/", "a/", "a/b/", "c/", "n/", "a/x", "x"])


class TreeMachine(Machine):
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, set[str]] = {}  # every tag that a path ever had
        self.previous: dict[str, set[int]] = {}  # what the newest version of a document says
        for path in ("a/x", "a/b/x", "c/y"):
            self.put("owner", path, {1, 2})

    @property
    def space(self):  # type: ignore[no-untyped-def]
        return self.pod.services.space

    def iri(self, path: str) -> Iri:
        return Iri(self.pod.base + self.root + path)

    def below(self, path: str) -> set[str]:
        inside = {p for p in self.stored if path.endswith("/") and p.startswith(path)}
        return inside | ({path} & self.stored.keys())

    # ---------------------------------------------------------------- what comes before

    def make(self, path: str, says: set[int]) -> None:
        """Every write of the machine ends here: what it replaces is the newest version."""
        if path in self.stored and self.stored[path] != says:
            self.previous[path] = self.stored[path]
        else:
            self.previous.pop(path, None)
        super().make(path, says)

    @rule(who=AGENTS, path=PATHS, gone=NUMBERS, new=NUMBERS)
    def change(self, who: str, path: str, gone: int, new: int) -> None:
        before = self.stored.get(path)
        super().change(who, path, gone, new)
        if self.stored.get(path) != before:
            assert before is not None
            self.previous[path] = before
        elif self.answer.status == 204:
            self.previous.pop(path, None)

    @rule(who=AGENTS, path=PATHS)
    def delete(self, who: str, path: str) -> None:
        super().delete(who, path)
        if path not in self.stored:
            self.previous.pop(path, None)

    # ---------------------------------------------------------------- conditions

    @rule(
        who=MOSTLY_OWNER,
        path=PATHS,
        says=st.sets(NUMBERS),
        how=st.sampled_from(["current", "stale", "any", "new"]),
    )
    def put_if(self, who: str, path: str, says: set[int], how: str) -> None:
        tag = self.tag(path)
        if how == "stale" and tag is not None:
            self.insert("owner", path, sum(self.stored[path]) + 5)
            tag = self.tag(path)
        old = sorted(self.tags.get(path, set()) - {tag})
        if not (how != "stale" or old):
            return
        there = path in self.stored
        header, fits = {
            "current": ({"if_match": tag or '"none"'}, there),
            "stale": ({"if_match": ", ".join(old)}, False),
            "any": ({"if_match": "*"}, there),
            "new": ({"if_none_match": "*"}, not there),
        }[how]
        if "write" not in self.modes(who, path):
            wanted = self.denied(who)
        elif not there and (refused := self.creates(who, path)):
            wanted = refused
        else:
            wanted = (204 if there else 201) if fits else 412
        assert self.ask(who, "PUT", path, _text(says), **header) == wanted
        self.done[f"{how} {wanted}"] += 1
        if wanted in (201, 204):
            self.make(path, set(says))

    @rule(who=AGENTS, path=PATHS)
    def get_if_new(self, who: str, path: str) -> None:
        tag = self.tag(path)
        if not (tag is not None):
            return
        wanted = 304 if "read" in self.modes(who, path) else self.denied(who)
        assert self.ask(who, "GET", path, if_none_match=f'"x", {tag}') == wanted
        if old := self.tags[path] - {tag}:
            wanted = 200 if "read" in self.modes(who, path) else self.denied(who)
            assert self.ask(who, "GET", path, if_none_match=", ".join(sorted(old))) == wanted

    def tag(self, path: str) -> str | None:
        if self.ask("owner", "HEAD", path) != 200:
            assert path not in self.stored
            return None
        tag = dict(self.answer.headers)[b"etag"].decode()
        self.tags.setdefault(path, set()).add(tag)
        return tag

    # ---------------------------------------------------------------- whole trees

    def agent(self, who: str) -> Agent:
        return PEOPLE.get(who, self.space.owner)

    def has_all(self, who: str, path: str, *modes: str) -> bool:
        """`modes` on everything in the tree, and on what could lie in each container of it."""
        places = self.below(path) | {path}
        places |= {p + "something" for p in places if p.endswith("/")}
        return all(set(modes) <= self.modes(who, p) for p in places)

    def leaves(self, who: str, path: str, *modes: str) -> int:
        needs = {"write", *(["read"] if path.endswith("/") else [])}
        here = needs <= self.modes(who, path) and "write" in self.modes(who, _above(path))
        if not here or not self.has_all(who, path, *needs, *modes):
            return self.denied(who)
        return 0 if path in self.stored else 404

    def arrives(self, who: str, source: str, target: str) -> int:
        if target.endswith("/") is not source.endswith("/"):
            return 400
        if source.endswith("/") and target.startswith(source):
            return 409
        if "write" not in self.modes(who, target):
            return self.denied(who)
        if refused := self.creates(who, target):
            return refused
        return 409 if target in self.stored else 0

    def act(self, name: str, who: str, *paths: str) -> int:
        """The status of what a method of the tree says."""
        try:
            self.position = getattr(self.space.tree, name)(self.agent(who), *map(self.iri, paths))
        except PodError as error:
            return error.status
        return 0

    @rule(who=MOSTLY_OWNER, source=CONTAINERS, to=TARGETS, undone=st.booleans())
    def move(self, who: str, source: str, to: str, undone: bool) -> None:
        ruled = {p for p in self.below(source) if p in self.rules}
        wanted = self.leaves(who, source, "read")
        if not wanted and ruled:
            controls = all("control" in self.modes(who, p) for p in {*ruled, to})
            wanted = 0 if controls else self.denied(who)
        wanted = wanted or self.arrives(who, source, to)
        assert self.act("move", who, source, to) == wanted
        self.done[f"move {wanted}"] += 1
        if wanted:
            return
        self.moved(source, to)
        if undone:
            self.space.versions.undo(self.space.owner, self.position)
            self.done["move undone"] += 1
            self.moved(to, source)

    def moved(self, source: str, target: str) -> None:
        for path in sorted(self.below(source)):
            new = target + path[len(source) :]
            self.make(new, self.stored.pop(path))
            if path in self.rules:
                self.rules[new] = self.rules.pop(path)
            self.previous.pop(path, None)

    @rule(who=MOSTLY_OWNER, source=CONTAINERS, to=TARGETS)
    def copy(self, who: str, source: str, to: str) -> None:
        wanted = 0 if self.has_all(who, source, "read") else self.denied(who)
        if not wanted and source not in self.stored:
            wanted = 404
        wanted = wanted or self.arrives(who, source, to)
        assert self.act("copy", who, source, to) == wanted
        self.done[f"copy {wanted}"] += 1
        if not wanted:
            for path in sorted(self.below(source)):
                self.make(to + path[len(source) :], set(self.stored[path]))

    @rule(who=MOSTLY_OWNER, path=CONTAINERS, undone=st.booleans())
    def delete_all(self, who: str, path: str, undone: bool) -> None:
        wanted = self.leaves(who, path)
        assert self.act("delete", who, path) == wanted
        self.done[f"delete {wanted}"] += 1
        if wanted:
            return
        gone = {p: self.stored.pop(p) for p in self.below(path)}
        for place in gone:
            self.rules.pop(place, None)
            self.previous.pop(place, None)
        if not undone:
            return
        self.space.versions.undo(self.space.owner, self.position)
        self.done["delete undone"] += 1
        # "What is restored is the owner's alone where its container would open it."
        if self.opened(_above(path)):
            self.rules[path] = {}
        self.make(path, gone[path] if not path.endswith("/") else set())
        for place in gone:
            if not place.endswith("/"):
                self.make(place, gone[place])
                self.previous.pop(place, None)

    @rule(at=st.sampled_from(["", "a/"]), grants=GRANTS)
    def undo_where_it_is_open(self, at: str, grants: Grants) -> None:
        self.allow("owner", at, grants)
        self.delete_all("owner", at + ("a/" if at == "" else "b/"), True)
        for who in PEOPLE:
            self.get(who, "a/b/x", "GET")

    def opened(self, container: str) -> bool:
        """Whether the rules that something new there inherits name anybody but the owner."""
        while container not in self.rules:
            if container == "":
                return False
            container = _above(container)
        return any(self.rules[container].values())

    # ---------------------------------------------------------------- versions

    @rule(path=PATHS, says=st.sets(NUMBERS), number=NUMBERS, undone=st.booleans())
    def restore(self, path: str, says: set[int], number: int, undone: bool) -> None:
        if path not in self.previous and not path.endswith("/"):
            self.put("owner", path, says)
            self.insert("owner", path, number)
        if not (path in self.previous and not path.endswith("/")):
            return
        versions, iri = self.space.versions, self.iri(path)
        newest = versions.of(self.space.owner, iri)[0]
        found = graph.parse(newest.body.read(1 << 20), TURTLE, iri)
        said = {int(o) for o in found.values(iri, iri + "#p")}
        assert said == self.previous[path]
        if undone:
            versions.undo(self.space.owner, newest.ended)
        else:
            versions.restore(self.space.owner, iri, newest.id)
        self.make(path, said)
        self.done["undone" if undone else "restored"] += 1


def test_trees_versions_and_conditions_never_disagree_with_the_model() -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        pod = here(Path(folder), version_gap_seconds=0.0, version_count=5)
        TreeMachine.pod = stack.enter_context(pod)
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            TreeMachine,
            settings=settings(
                max_examples=max(20, EXAMPLES // 2),
                stateful_step_count=40,
                deadline=None,
                phases=(Phase.explicit, Phase.reuse, Phase.generate),
                suppress_health_check=list(HealthCheck),
            ),
        )
        # The control: each way out exists, by hand where chance did not lead there.
        each_way(TreeMachine())
    ways = {
        "undone",
        "restored",
        "move 0",
        "move 403",
        "move 404",
        "move 409",
        "move undone",
        "copy 0",
    }
    ways |= {
        "copy 409",
        "delete 0",
        "delete undone",
        "current 204",
        "stale 412",
        "new 201",
        "new 412",
    }
    assert not {way for way in ways if not TreeMachine.done[way]}, TreeMachine.done


def each_way(machine: TreeMachine) -> None:
    machine.move("owner", "a/", "n/", True)
    machine.move("owner", "a/", "c/", False)
    machine.move("owner", "a/b/", "n/m/", False)
    machine.move("owner", "a/b/", "n/", False)
    machine.move("alice", "a/", "n/", False)
    machine.copy(
        "owner",
        "a/",
        "c/",
    )
    machine.copy("owner", "a/", "c/d/")
    machine.restore("x", {1}, 2, False)
    machine.restore("x", {1}, 3, True)
    machine.put_if("owner", "x", {2}, "current")
    machine.put_if("owner", "x", {3}, "stale")
    machine.put_if("owner", "x", {3}, "new")
    machine.put_if("owner", "a/y", {3}, "new")
    machine.delete_all("owner", "a/", True)
    machine.delete_all("owner", "a/", False)
    machine.nothing_is_lost()
