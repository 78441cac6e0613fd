"""The permission table of Web Access Control in full: who is granted what × what is asked for × the
modes × the method, through the storage's endpoint. https://solidproject.org/TR/wac#access-modes"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from pod.model import Activity, Iri, Verb
from pod.space import Write
from tests.inprocess import Here, here
from tests.servers import ALICE, TURTLE

MODES = ("Read", "Write", "Append", "Control")
SETS = [set(chosen) for size in range(5) for chosen in combinations(MODES, size)]
# who is granted → who asks, and whether the grant is theirs
SUBJECTS = {
    "agent": (f"acl:agent <{ALICE}>", "alice", True),
    "another agent": (f"acl:agent <{ALICE}>", "bob", False),
    "agent, to the public": (f"acl:agent <{ALICE}>", "public", False),
    "foaf:Agent": ("acl:agentClass foaf:Agent", "public", True),
    "foaf:Agent, signed in": ("acl:agentClass foaf:Agent", "bob", True),
    "acl:AuthenticatedAgent": ("acl:agentClass acl:AuthenticatedAgent", "bob", True),
    "acl:AuthenticatedAgent, to the public": (
        "acl:agentClass acl:AuthenticatedAgent", "public", False,
    ),
    "agentGroup": ("acl:agentGroup </group#us>", "alice", True),
    "agentGroup, no member": ("acl:agentGroup </group#us>", "bob", False),
    "origin alone": ("acl:origin <https://app.example>", "alice", False),
}  # fmt: skip
OBJECTS = {
    "document": "{}.ttl",
    "missing document": "{}-none.ttl",
    "container": "{}-c/",
    "missing container": "{}-none/",
    "acl": "{}-ruled.acl",
    "meta": "{}-described.meta",
}
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "insert", "delete", "DELETE")
OWN = b"<#s> <#p> 1 .\n"


def expected(method: str, what: str, modes: set[str]) -> int:
    """The status for somebody who has `modes`; 0: refused."""
    has = modes | ({"Append"} if "Write" in modes else set())
    missing, container = what.startswith("missing"), what.endswith("container")
    needs = {
        "GET": {"Read"},
        "HEAD": {"Read"},
        "OPTIONS": set(),
        "PUT": {"Write"},
        "POST": {"Append"},
        "insert": {"Append"},
        "delete": {"Read", "Write"},
        # "For a container Read too": who deletes it sees that it is empty.
        "DELETE": {"Read", "Write"} if container else {"Write"},
    }[method]
    if what == "acl" and method != "OPTIONS":
        needs = {"Control"}
    if not needs <= has:
        return 0
    answers = {
        "GET": 404 if missing else 200,
        "HEAD": 404 if missing else 200,
        "OPTIONS": 204,
        "PUT": 201 if missing else 204,
        "POST": (404 if missing else 201) if container else 405,
        "insert": 201 if missing else 204,
        "delete": 409 if missing else 204,
        "DELETE": 404 if missing else 204,
    }
    return answers[method]


@pytest.fixture(scope="module")
def pod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    with here(tmp_path_factory.mktemp("table")) as made:
        group = f"<#us> <http://www.w3.org/2006/vcard/ns#hasMember> <{ALICE}>.".encode()
        assert made.ask("owner", "PUT", "group", group, content_type=TURTLE).status == 201
        yield made


def rules(whom: str, modes: set[str], name: str, *, below: bool) -> bytes:
    text = (
        "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n"
        "@prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"
        "<#owner> a acl:Authorization; acl:agent </profile/card#me>; "
        f"acl:accessTo <{name}>; acl:mode acl:Read, acl:Write, acl:Control.\n"
    )
    if modes:
        named = ", ".join(f"acl:{mode}" for mode in sorted(modes))
        default = f"acl:default <{name}>; " if below else ""
        text += (
            f"<#s> a acl:Authorization; {whom}; acl:accessTo <{name}>; {default}acl:mode {named}.\n"
        )
        text += "<#s> <#p> 1 .\n"
    return (text if modes else text + "<#s> <#p> 1 .\n").encode()


def prepare(pod: Here, at: str, whom: str, modes: set[str]) -> None:
    """Everything that the cases act on, in one write; each method has objects of its own."""
    writes = []

    def add(name: str, body: bytes) -> None:
        writes.append(Write(Iri(pod.base + at + name), body, TURTLE))

    add("keep", OWN)
    for method in METHODS:
        add(f"{method}.ttl", OWN)
        add(f"{method}-c/", b"<> <#p> 1 .\n")
        add(f"{method}-ruled", OWN)
        add(f"{method}-ruled.acl", rules(whom, modes, f"{method}-ruled", below=False))
        add(f"{method}-described", OWN)
        add(f"{method}-described.meta", OWN)
    writes.append(Write(Iri(pod.base + at + ".acl"), rules(whom, modes, "./", below=True), TURTLE))
    space = pod.services.space
    space.put_all(space.owner, writes, Activity(Verb.CREATE, space.owner))


def send(pod: Here, who: str, method: str, path: str, what: str, whom: str, modes: set[str]) -> int:
    if method in ("insert", "delete"):
        subject = "<>" if what == "container" else "<#s>"
        triple = f"{subject} <#p> {2 if method == 'insert' else 1}"
        body = (
            "@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; "
            f"solid:{method}s {{ {triple} }}."
        ).encode()
        return pod.ask(who, "PATCH", path, body, content_type="text/n3").status
    if method in ("PUT", "POST"):
        body = OWN
        if what == "acl" and method == "PUT":
            body = rules(whom, modes, path.rsplit("/", 1)[1].removesuffix(".acl"), below=False)
        return pod.ask(who, method, path, body, content_type=TURTLE).status
    return pod.ask(who, method, path).status


@pytest.mark.parametrize("modes", SETS, ids=lambda modes: "+".join(sorted(modes)) or "nothing")
@pytest.mark.parametrize("subject", SUBJECTS)
def test_permission_table(pod: Here, subject: str, modes: set[str]) -> None:
    whom, who, theirs = SUBJECTS[subject]
    at = f"{list(SUBJECTS).index(subject)}/{SETS.index(modes)}/"
    prepare(pod, at, whom, modes)
    wrong = []
    for method in METHODS:
        for what, name in OBJECTS.items():
            got = send(pod, who, method, at + name.format(method), what, whom, modes)
            wanted = expected(method, what, modes if theirs else set())
            wanted = wanted or (401 if who == "public" else 403)
            if got != wanted:
                wrong.append(f"{method} of {what}: {got}, not {wanted}")
    assert not wrong
