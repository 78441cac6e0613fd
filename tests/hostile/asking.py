"""Random requests in one container of a pod, as they are meant and as they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.hostile import sentences
from tests.hostile.wac_model import MEMBER, Agent, Pod, auxiliary, resolve, subject
from tests.hostile.wire import Question

TURTLE, JSON_LD, N_TRIPLES = "text/turtle", "application/ld+json", "application/n-triples"
RDF = {"ttl": (TURTLE, sentences.turtle), "nt": (N_TRIPLES, sentences.n_triples)}
RDF["jsonld"] = (JSON_LD, sentences.json_ld)
PLACES = (
    "a.ttl", "b.jsonld", "c.nt", "d.txt", "group", "in/", "in/a.ttl", "in/deep/", "in/deep/b.ttl",
    "in/deep/x/", "in/deep/x/c.nt", "out/", "out/a:b.ttl", "out/%C3%A9.ttl", "out/s%20p.txt",
    "none.ttl", "none/", "none/a.ttl", "none/deep/er.ttl", "in", "a.ttl/", "a.ttl/below",
)  # fmt: skip
METHODS = ("GET",) * 6 + ("PUT",) * 5 + ("PATCH",) * 3 + ("POST",) * 2 + (
    "DELETE", "DELETE", "HEAD", "OPTIONS", "BREW",
)  # fmt: skip
WRITES = ("PUT", "POST", "PATCH", "DELETE", "BREW")
ORIGINS = ("https://app.example", "https://evil.example")
CONTAINER = '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"'
TRICKS = (
    b"/", b"//", b"/./", b"/../", b"/%2e%2e/", b"/%2E/", b"%2f", b"%2F..%2f", b"\\", b"%5c", b"%00",
    b"%", b"%zz", b"%0d%0aX:y", b"%252e%252e%252f", b"%2525", b".", b"..", b"...", b";a=b", b";/../",
    b"%c0%ae", b"%c0%af", b"\xff", "\uff0e".encode(), "\uff0f".encode(), "\u2215".encode(),
    "\u202e".encode(), b"%E2%80%AE", b"%cc%81", b"%20", b"+", b".acl", b".meta", b".acl.acl",
    b"/.meta/y", b"/.acl", b"%2eacl", b".ACL", b"*", b"@", b"A" * 2100, b"/a" * 40, b"%41" * 20,
)  # fmt: skip
MOST = 60  # resources of a world, from which on its owner tidies up
HOST = (("Host", "localhost"),)


@dataclass(frozen=True)
class Speaker:
    """An agent and how it proves who it is: headers for a method and the address that is asked."""

    agent: Agent
    proof: Callable[[str, str], tuple[tuple[str, str], ...]]
    valid: bool = True  # else: what it says of itself is not believed, whatever it asks


@dataclass(frozen=True)
class Case:
    """A request as it is meant. `path` None: the target must be refused; `clean`: nothing about it but
    access can be wrong before access is decided; `needs`: what a patch does, None: nobody knows."""

    speaker: Speaker
    question: Question
    path: str | None
    clean: bool
    needs: set[str] | None = None
    origin: str | None = None
    kind: str = ""


@dataclass
class Asking:
    """Makes the requests of one world, `/name/`; canaries bear its `number`."""

    number: int
    name: str
    chance: Random
    pod: Pod
    speakers: Mapping[str, Speaker]
    tags: dict[str, str] = field(default_factory=dict)  # ETags that were seen, by path
    said: int = 0

    @property
    def root(self) -> str:
        return f"/{self.name}/"

    @property
    def owner(self) -> Speaker:
        return self.speakers["owner"]

    def canary(self) -> str:
        self.said += 1
        return f"canary-{self.number}-{self.said}-"

    def case(self) -> Case:
        chance = self.chance
        if len(self.pod.stored) > MOST:
            return self.tidying()
        names = ("owner", "owner", "friend", "friend", "public", "public", *self.speakers)
        speaker = self.speakers[chance.choice(names)]
        method = chance.choice(METHODS)
        path = self.place(method)
        if path.endswith(".acl") and method in ("POST", "PATCH"):
            method = "PUT"
        question, kind, needs = Question(method, path.encode(), HOST), "", None
        if method in ("PUT", "POST", "PATCH"):
            kind, body, needs = self.body(method, path)
            question = self.described(Question(method, path.encode(), HOST, body), kind)
        if chance.random() < 0.3:
            question = self.spelled(question)
        clean = chance.random() < 0.75
        if not clean:
            question = self.decorated(question)
        found = self.meant(question.target)
        if method in WRITES and found is not None and not found.startswith(self.root):
            return self.case()  # the others' worlds, and the profile, are not written to
        if method in WRITES and b"?" in question.target:
            clean = False
        origin = chance.choice((None, None, *ORIGINS))
        if origin is not None:
            question = question.having(("Origin", origin))
        return Case(speaker, self.proven(speaker, question), found, clean, needs, origin, kind)

    def place(self, method: str) -> str:
        """A path, most often of something that is there."""
        chance = self.chance
        path = self.root + chance.choice(PLACES)
        if chance.random() < 0.5:
            path = chance.choice([p for p in self.pod.stored if p.startswith(self.root)])
        if method in ("PUT", "DELETE") and chance.random() < 0.15:
            path = self.root + chance.choice(("in/deep/b.ttl", f"in/deep/{self.said}.ttl"))
        if method == "POST" and chance.random() < 0.6:
            path = self.root + chance.choice(("", "in/", "out/", "in/deep/"))
        dice = chance.random()
        if auxiliary(path):
            return path
        return path + (".acl" if dice < 0.1 else ".meta" if dice < 0.14 else "")

    def proven(self, speaker: Speaker, question: Question) -> Question:
        target = question.target.partition(b"?")[0]
        if not target.startswith(b"/"):
            target = b"/" + target.split(b"/", 3)[-1]
        url = self.pod.base + target.decode("latin-1")[1:]
        return question.having(*speaker.proof(question.method, url))

    def meant(self, target: bytes) -> str | None:
        """What a target names; one in absolute form what its path does (RFC 9112, 3.2.2)."""
        if target.startswith(b"http://"):
            target = b"/" + target.split(b"/", 3)[-1]
        return resolve(target.partition(b"?")[0])

    def tidying(self) -> Case:
        """The owner removes something that holds nothing."""
        gone = [p for p in self.pod.stored if p.startswith(self.root) and p != self.root]
        empty = [p for p in gone if auxiliary(p) or not self.pod.members(p)]
        path = self.chance.choice(empty)
        question = Question("DELETE", path.encode(), HOST)
        return Case(self.owner, self.proven(self.owner, question), path, clean=True)

    def body(self, method: str, path: str) -> tuple[str, bytes, set[str] | None]:
        """(media type, bytes, what a patch needs)."""
        chance, needs = self.chance, None
        canary = self.canary()
        if method == "PATCH":
            make = chance.choice((sentences.n3_patch, sentences.n3_patch, sentences.update))
            kind = "text/n3" if make is sentences.n3_patch else "application/sparql-update"
            text, needs = make(chance, canary)
        elif path.endswith(".acl"):
            kind, text = TURTLE, self.rules(path, canary)
        elif path.endswith("/group") and method == "PUT":
            members = chance.sample([s.agent.webid for s in self.speakers.values()], 2)
            named = "".join(f" <#us> <{MEMBER}> <{webid}>." for webid in members if webid)
            kind, text = TURTLE, f'<> <{sentences.SAYS}> "{canary}".{named}'
        elif path.endswith("txt"):
            kind, text = "text/plain", f"{canary} " + "text " * chance.randrange(200)
        else:
            ending = chance.choice(list(RDF)) if method == "POST" else path.rpartition(".")[2]
            kind, make_rdf = RDF.get(ending, RDF["ttl"])
            text = make_rdf(chance, canary)
        body = text.encode()
        if chance.random() < 0.2:
            body, needs = sentences.damaged(chance, body), None
        return kind, body, needs

    def first(self) -> Iterator[tuple[str, str, str]]:
        """(path, media type, body) of what a world begins with: each way to grant and to narrow once."""
        group = f"<#us> <{MEMBER}> <{self.speakers['friend'].agent.webid}>."
        for place in ("", "a.ttl", "in/a.ttl", "in/deep/b.ttl", "out/a:b.ttl", "group", "d.txt"):
            says = f'<> <{sentences.SAYS}> "{self.canary()}". {group if place == "group" else ""}'
            yield self.root + place, "text/plain" if place == "d.txt" else TURTLE, says
        friend, everybody, ours, signed_in = self.whom()[:4]
        origin, one_app, _, _ = self.narrowings()
        for place, whom, what in (
            ("in/", ours, "acl:Read, acl:Append"),
            ("out/", f"{everybody}; {origin}", "acl:Read"),
            ("out/a:b.ttl", f"{signed_in}; {one_app}", "acl:Read, acl:Write"),
            ("a.ttl", everybody, "acl:Read"),
            ("in/deep/", friend, "acl:Write"),
        ):
            name = self.pod.url(self.root + place)
            # Write on what lies in a container is not yet Write on the container.
            own = "" if place == "in/deep/" else f"acl:accessTo <{name}>; "
            more = f"[] a acl:Authorization; {whom}; {own}acl:default <{name}>; acl:mode {what}."
            text = sentences.rules_of_owner(name, str(self.owner.agent.webid)) + more
            yield f"{self.root}{place}.acl", TURTLE, text

    def rules(self, path: str, canary: str) -> str:
        about, whom, more = subject(path), self.whom(), self.narrowings()
        name = "./" if about.endswith("/") else self.pod.url(about)
        narrowed = [f"{one}; {more[n % len(more)]}" for n, one in enumerate(whom * 2)]
        owner = str(self.owner.agent.webid)
        return sentences.rules(self.chance, canary, name, owner, whom * 3 + narrowed)

    def whom(self) -> list[str]:
        return [
            f"acl:agent <{self.speakers['friend'].agent.webid}>",
            "acl:agentClass foaf:Agent",
            f"acl:agentGroup <{self.pod.url(self.root)}group#us>",
            "acl:agentClass acl:AuthenticatedAgent",
            f"acl:agent <{self.owner.agent.webid}>",
        ]

    def narrowings(self) -> list[str]:
        client = next(s.agent.client for s in self.speakers.values() if s.agent.ceiling)
        return [
            f"acl:origin <{ORIGINS[0]}>",
            f"acl:condition [ a acl:ClientCondition; acl:client <{client}> ]",
            f"acl:condition [ a acl:IssuerCondition; acl:issuer <{self.pod.base}> ]",
            "acl:condition [ a acl:ClientCondition; acl:clientClass foaf:Agent ]",
        ]

    def described(self, question: Question, kind: str) -> Question:
        question = question.having(("Content-Type", kind))
        if question.method != "POST":
            return question
        if self.chance.random() < 0.3:
            question = question.having(("Link", CONTAINER))
        slugs = ("new", "a.ttl", "..", "../up", "x.acl", "%2e%2e%2f", "é", "in", "", ".pod", "n/m")
        if self.chance.random() < 0.7:
            question = question.having(("Slug", self.chance.choice(slugs)))
        return question

    def spelled(self, question: Question) -> Question:
        """The target written otherwise: the same resource, another one, or one that is refused."""
        chance, target = self.chance, question.target
        at = chance.randrange(1, len(target) + 1)
        letter = target[at - 1 : at]
        match chance.randrange(9):
            case 0 | 1:  # the same resource: unreserved characters may come encoded
                if letter.isalnum() and target[max(0, at - 3) : at].find(b"%") < 0:
                    code = f"%{letter[0]:02x}" if chance.random() < 0.5 else f"%{letter[0]:02X}"
                    target = target[: at - 1] + code.encode() + target[at:]
            case 2:
                target = target.replace(b"%C3%A9", chance.choice(("é", "e\u0301")).encode())
            case 3:
                target += chance.choice((b"?x=y", b"?", b"?acl", b"?../../x"))
            case 4:
                host = chance.choice((b"localhost", b"evil.example"))
                target = b"http://" + host + target
            case _:
                target = target[:at] + chance.choice(TRICKS) + target[at:]
        return Question(question.method, target, question.headers, question.body)

    def decorated(self, question: Question) -> Question:
        chance = self.chance
        tag = chance.choice([*self.tags.values(), '"wrong"'])
        options = (
            ("Accept", chance.choice((JSON_LD, N_TRIPLES, TURTLE, "text/html", "*/*;q=0", ";,;"))),
            ("Range", chance.choice(("bytes=0-5", "bytes=-1", "bytes=9-2", "bytes=0-0,2-3", "x"))),
            ("If-Match", chance.choice(("*", tag, f"W/{tag}", f'"a", {tag}', "x"))),
            ("If-None-Match", chance.choice(("*", tag, f"W/{tag}"))),
            ("If-Modified-Since", "Mon, 01 Jan 2024 00:00:00 GMT"),
            ("If-Unmodified-Since", chance.choice(("Mon, 01 Jan 2024 00:00:00 GMT", "x"))),
            ("If-Range", tag),
            ("Content-Encoding", "gzip"),
            ("Content-Range", "bytes 0-1/2"),
            ("Cookie", "domicile=x"),
            ("Accept-Language", "fr;q=x"),
            ("Expect", "100-continue"),
            ("X-Forwarded-For", "127.0.0.1"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-Original-URL", self.root),
            ("Access-Control-Request-Method", "PUT"),
            ("Access-Control-Request-Headers", "a" * chance.choice((1, 300))),
            ("Prefer", "return=minimal"),
        )
        return question.having(*chance.sample(options, chance.randrange(1, 4)))
