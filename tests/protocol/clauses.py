"""Clauses of the Solid specifications as rows of tests: each has a name, and is held to against a
running server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.servers import ALICE, TURTLE, Served

N3, UPDATE = "text/n3", "application/sparql-update"
NOTE = b'# kept as it is\n@prefix ex: <https://ex.example/>.\n<#it> ex:says "hi" .\n'
PREFIXES = (
    "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n"
    "@prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"
    "@prefix vcard: <http://www.w3.org/2006/vcard/ns#>.\n"
    "@prefix solid: <http://www.w3.org/ns/solid/terms#>.\n"
    "@prefix ex: <https://ex.example/>.\n"
)
CONTAINER = '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"'
TO_ALICE = f"acl:agent <{ALICE}>"
TO_ALL = "acl:agentClass foaf:Agent"

Check = Callable[["Place"], None]


@dataclass
class Clauses:
    """The rows of one module, in the order of its text."""

    rows: list[tuple[str, Check]] = field(default_factory=list)

    def __call__(self, name: str) -> Callable[[Check], Check]:
        def add(check: Check) -> Check:
            self.rows.append((name, check))
            return check

        return add

    def parameters(self) -> dict[str, Any]:
        return {
            "argvalues": [check for _, check in self.rows],
            "ids": [name for name, _ in self.rows],
        }


@dataclass
class Place:
    """A container of a test's own on a running server, and hands to work in it."""

    served: Served
    path: str  # relative to the root, ends in a slash

    @property
    def url(self) -> str:
        return self.served.base + self.path

    def as_(self, who: str) -> httpx.Client:
        client: httpx.Client = getattr(self.served, who)
        return client

    def ask(
        self, method: str, name: str, body: Any = None, *, who: str = "owner", **headers: str
    ) -> httpx.Response:
        """`name` is relative to this place, or absolute from the root where it starts with `/`."""
        path = name if name.startswith(("/", "http")) else self.path + name
        named = {k.replace("_", "-"): v for k, v in headers.items() if v is not None}
        return self.as_(who).request(method, path, content=body, headers=named)

    def get(self, name: str = "", *, who: str = "owner", **headers: str) -> httpx.Response:
        return self.ask("GET", name, who=who, **headers)

    def put(
        self, name: str, body: Any = NOTE, kind: str = TURTLE, *, who: str = "owner", **more: str
    ) -> httpx.Response:
        return self.ask("PUT", name, body, who=who, content_type=kind, **more)

    def post(
        self,
        name: str = "",
        body: Any = NOTE,
        kind: str = TURTLE,
        *,
        who: str = "owner",
        **more: str,
    ) -> httpx.Response:
        return self.ask("POST", name, body, who=who, content_type=kind, **more)

    def patch(
        self, name: str, body: str, kind: str = N3, *, who: str = "owner", **more: str
    ) -> httpx.Response:
        return self.ask("PATCH", name, body, who=who, content_type=kind, **more)

    def n3(self, name: str, parts: str, *, who: str = "owner", **more: str) -> httpx.Response:
        text = f"{PREFIXES}_:p a solid:InsertDeletePatch; {parts}."
        return self.patch(name, text, who=who, **more)

    def delete(self, name: str, *, who: str = "owner", **headers: str) -> httpx.Response:
        return self.ask("DELETE", name, who=who, **headers)

    def share(self, name: str, *rules: str) -> httpx.Response:
        """The owner keeps everything; each rule is "whom; acl:mode …", on what is named and below,
        or brings its own `acl:accessTo` and `acl:default`."""
        answer = self.put(name + ".acl", self.rules(name, *rules))
        assert answer.status_code in (201, 204), answer.text
        return answer

    def rules(self, name: str, *rules: str) -> str:
        target = self.url + name
        both = f"acl:accessTo <{target}>"
        both += f"; acl:default <{target}>" if target.endswith("/") else ""
        me = f"acl:agent <{self.served.base}profile/card#me>"
        text = PREFIXES
        for rule in (f"{me}; acl:mode acl:Read, acl:Write, acl:Control", *rules):
            where = "" if "acl:accessTo" in rule or "acl:default" in rule else f"; {both}"
            text += f"[] a acl:Authorization{where}; {rule}.\n"
        return text


def code(answer: httpx.Response, *wanted: int) -> httpx.Response:
    assert answer.status_code in wanted, f"{answer.status_code}: {answer.text[:300]}"
    return answer


def links(answer: httpx.Response) -> set[tuple[str, str]]:
    """(relation, target) of an answer's `Link` headers."""
    return {
        (part.partition('rel="')[2].partition('"')[0], part.strip()[1:].partition(">")[0])
        for part in answer.headers.get("link", "").split(", ")
        if part
    }
