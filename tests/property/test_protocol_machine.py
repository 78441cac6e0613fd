"""Random requests by four agents against a dictionary that knows the rules: containers, twins,
patches and access rules. The storage's endpoint and the model never disagree."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pod.rdf import graph
from pod.rdf.terms import LDP
from tests.inprocess import BOB, Here, here
from tests.servers import ALICE, TURTLE

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))
WEBIDS = {"alice": f"acl:agent <{ALICE}>", "bob": f"acl:agent <{BOB}>"}
WEBIDS["public"] = "acl:agentClass foaf:Agent"
OWNERS = {"read", "write", "append", "control"}
PREFIX = "@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; "

AGENTS = st.sampled_from(["owner", "alice", "alice", "bob", "public"])
PATHS = st.sampled_from(["x", "a", "a/", "a/x", "a/b", "a/b/", "a/b/x", "c/", "c/x"])
NUMBERS = st.integers(1, 4)
MODES = st.frozensets(st.sampled_from(["read", "write", "append", "control"]))
GRANTS = st.dictionaries(
    st.tuples(st.sampled_from(sorted(WEBIDS)), st.booleans()), MODES, min_size=1, max_size=4
)
MOSTLY_OWNER = st.sampled_from(["owner"] * 5 + ["alice", "bob", "public"])

Grants = dict[tuple[str, bool], frozenset[str]]  # (who, inherited) → modes


class Machine(RuleBasedStateMachine):
    """Every example has a container of its own on one pod; its owner has everything."""

    pod: Here

    def __init__(self) -> None:
        super().__init__()
        self.root = f"m{next(_count)}/"
        assert self.pod.ask("owner", "PUT", self.root, content_type=TURTLE).status == 201
        # What is stored: numbers that a document says; containers too. And whose rules.
        self.stored: dict[str, set[int]] = {"": set()}
        self.rules: dict[str, Grants] = {}

    # ---------------------------------------------------------------- the model

    def modes(self, who: str, path: str) -> set[str]:
        if who == "owner":
            return OWNERS
        place, inherited = path, False
        while place not in self.rules:
            if place == "":
                return set()
            place, inherited = _above(place), True
        found: set[str] = set()
        for (granted, below), modes in self.rules[place].items():
            if below is inherited and granted in (who, "public"):
                found |= modes
        return found | ({"append"} if "write" in found else set())

    def denied(self, who: str) -> int:
        return 401 if who == "public" else 403

    def creates(self, who: str, path: str) -> int:
        """0 where `who` may make `path`, whose own modes are known to be enough."""
        above = _above(path)
        while above not in self.stored:
            above = _above(above)
        if "append" not in self.modes(who, above):
            return self.denied(who)
        place = path
        while place != "":
            if _twin(place) in self.stored:
                return 409
            place = _above(place)
        return 0

    def make(self, path: str, says: set[int]) -> None:
        self.stored[path] = says
        while path != "":
            path = _above(path)
            self.stored.setdefault(path, set())

    # ---------------------------------------------------------------- requests

    def ask(self, who: str, method: str, path: str, body: str = "", **more: str) -> int:
        kind = {"content_type": TURTLE} if method in ("PUT", "POST") else {}
        answer = self.pod.ask(who, method, self.root + path, body.encode(), **(kind | more))
        self.answer = answer
        return answer.status

    @rule(who=AGENTS, path=PATHS, says=st.sets(NUMBERS))
    def put(self, who: str, path: str, says: set[int]) -> None:
        if "write" not in self.modes(who, path):
            wanted = self.denied(who)
        elif path in self.stored:
            wanted = 204
        else:
            wanted = self.creates(who, path) or 201
        assert self.ask(who, "PUT", path, _text(says)) == wanted
        if wanted in (201, 204):
            self.make(path, set(says))

    @rule(who=AGENTS, path=PATHS, name=st.sampled_from(["x", "b"]), below=st.booleans(), n=NUMBERS)
    def post(self, who: str, path: str, name: str, below: bool, n: int) -> None:
        link = {"link": '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"'} if below else {}
        if "append" not in self.modes(who, path):
            wanted = self.denied(who)
        elif not path.endswith("/"):
            wanted = 405
        else:
            wanted = 201 if path in self.stored else 404
        assert self.ask(who, "POST", path, _text({n}), slug=name, **link) == wanted
        if wanted == 201:
            place = dict(self.answer.headers)[b"location"].decode()
            made = place.removeprefix(self.pod.base + self.root)
            assert made.startswith(path) and made.endswith("/") is below
            assert made not in self.stored and _twin(made) not in self.stored
            free = path + name not in self.stored and path + name + "/" not in self.stored
            assert free is (made.removesuffix("/") == path + name)
            self.make(made, {n})

    @rule(who=AGENTS, path=PATHS, n=NUMBERS)
    def insert(self, who: str, path: str, n: int) -> None:
        if "append" not in self.modes(who, path):
            wanted = self.denied(who)
        elif path in self.stored:
            wanted = 204
        else:
            wanted = self.creates(who, path) or 201
        body = PREFIX + f"solid:inserts {{ <> <#p> {n} }}."
        assert self.ask(who, "PATCH", path, body, content_type="text/n3") == wanted
        if wanted in (201, 204):
            self.make(path, self.stored.get(path, set()) | {n})

    @rule(who=AGENTS, path=PATHS, gone=NUMBERS, new=NUMBERS)
    def change(self, who: str, path: str, gone: int, new: int) -> None:
        if not {"read", "write"} <= self.modes(who, path):
            wanted = self.denied(who)
        elif path in self.stored:
            wanted = 204 if gone in self.stored[path] else 409
        else:
            wanted = self.creates(who, path) or 409
        body = PREFIX + f"solid:deletes {{ <> <#p> {gone} }}; solid:inserts {{ <> <#p> {new} }}."
        assert self.ask(who, "PATCH", path, body, content_type="text/n3") == wanted
        if wanted == 204:
            self.stored[path] = self.stored[path] - {gone} | {new}

    @rule(who=AGENTS, path=PATHS)
    def delete(self, who: str, path: str) -> None:
        container = path.endswith("/")
        needs = {"read", "write"} if container else {"write"}
        if not needs <= self.modes(who, path) or "write" not in self.modes(who, _above(path)):
            wanted = self.denied(who)
        elif path not in self.stored:
            wanted = 404
        else:
            full = container and any(_above(p) == path for p in self.stored if p)
            wanted = 409 if full else 204
        assert self.ask(who, "DELETE", path) == wanted
        if wanted == 204:
            del self.stored[path]
            self.rules.pop(path, None)

    @rule(who=AGENTS, path=PATHS, method=st.sampled_from(["GET", "HEAD"]))
    def get(self, who: str, path: str, method: str) -> None:
        modes = self.modes(who, path)
        found = 200 if path in self.stored else 404
        wanted = found if "read" in modes else self.denied(who)
        assert self.ask(who, method, path) == wanted
        if wanted != 200:
            return
        said = dict(self.answer.headers)[b"wac-allow"].decode()
        user, public = (set(p.split('"')[1].split()) for p in said.split(","))
        assert user == modes and public == self.modes("public", path)
        if method == "GET":
            self.compare(path)

    @rule(who=MOSTLY_OWNER, path=st.sampled_from(["", "a/", "a/", "a/x", "a/b/"]), grants=GRANTS)
    def allow(self, who: str, path: str, grants: Grants) -> None:
        if "control" not in self.modes(who, path):
            wanted = self.denied(who)
        elif path not in self.stored:
            wanted = 409
        else:
            wanted = 204 if path in self.rules else 201
        assert self.ask(who, "PUT", path + ".acl", self.acl(path, grants)) == wanted
        if wanted in (201, 204):
            self.rules[path] = grants

    @rule(who=st.sampled_from(sorted(WEBIDS)), at=st.sampled_from(["", "a/"]), grants=GRANTS)
    def allow_and_try(self, who: str, at: str, grants: Grants) -> None:
        """What differs between a container and what lies in it shows at once."""
        self.put("owner", at, set())
        self.put("owner", at + "old", {1})
        self.allow("owner", at, grants)
        self.put(who, f"{at}new{len(self.stored)}", {2})
        self.delete(who, at + "old")

    @rule(who=AGENTS, path=PATHS)
    def inherit(self, who: str, path: str) -> None:
        if "control" not in self.modes(who, path):
            wanted = self.denied(who)
        else:
            wanted = 204 if path in self.rules else 404
        assert self.ask(who, "DELETE", path + ".acl") == wanted
        if wanted == 204:
            del self.rules[path]

    # ---------------------------------------------------------------- what must agree

    def acl(self, path: str, grants: Grants) -> str:
        iri = f"<{self.pod.base}{self.root}{path}>"
        text = "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n"
        text += "@prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"
        own = f"acl:agent <{self.pod.base}profile/card#me>"
        rows = [(own, b, frozenset(OWNERS)) for b in (False, True)]
        rows += [(WEBIDS[who], below, modes) for (who, below), modes in grants.items() if modes]
        for whom, below, modes in rows:
            place = f"acl:{'default' if below else 'accessTo'} {iri}"
            named = ", ".join(f"acl:{mode.capitalize()}" for mode in sorted(modes))
            text += f"[] a acl:Authorization; {whom}; {place}; acl:mode {named}.\n"
        return text

    def compare(self, path: str) -> None:
        stored = self.answer.stored
        assert stored is not None
        iri = self.pod.base + self.root + path
        found = graph.parse(stored.read(1 << 20), TURTLE, iri)
        if path.endswith("/") or path == "":
            named = {str(o).removeprefix(iri) for o in found.values(iri, LDP.contains)}
            assert {path + name for name in named} == {
                p for p in self.stored if p and _above(p) == path
            }
        assert {int(o) for o in found.values(iri, iri + "#p")} == self.stored[path]

    @invariant()
    def nothing_is_lost(self) -> None:
        for path in ("", "a/", "a/b/", "a/b/x"):
            wanted = 200 if path in self.stored else 404
            assert self.ask("owner", "GET", path) == wanted
            if wanted == 200:
                self.compare(path)


def _above(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1]


def _twin(path: str) -> str:
    return path[:-1] if path.endswith("/") else path + "/"


def _text(says: set[int]) -> str:
    return "".join(f"<> <#p> {n} .\n" for n in sorted(says))


_count = iter(range(1 << 30))


def test_random_requests_never_disagree_with_the_model() -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        Machine.pod = stack.enter_context(here(Path(folder)))
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=40,
                deadline=None,
                # A failure is shown as it was found: to shrink it takes minutes.
                phases=(Phase.explicit, Phase.reuse, Phase.generate),
                suppress_health_check=list(HealthCheck),
            ),
        )
