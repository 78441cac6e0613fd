"""A world: random requests in one container of a running pod, each judged by the model.

`step` raises Disagreement, with the request in full, where the server lets somebody do what the model
denies, refuses what it allows, shows what may not be read, fails, or keeps silent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import pyoxigraph as ox

from tests.hostile import sentences
from tests.hostile.asking import HOST, ORIGINS, RDF, TURTLE, Asking, Case, Speaker
from tests.hostile.wac_model import (
    ANYBODY,
    CANARY,
    Agent,
    Stored,
    above,
    auxiliary,
    resolve,
    subject,
)
from tests.hostile.wire import Answer, Line, Question

HANG = 2.0  # seconds
SPARQL = "/.pod/sparql"


class Disagreement(AssertionError):
    pass


@dataclass
class World:
    """`asking.pod` is what must be there; nothing else writes to its container."""

    asking: Asking
    line: Line
    patience: float = HANG  # seconds
    seen: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)  # seconds, by sort of request
    strays: set[bytes] = field(default_factory=set)  # canaries that damage led out of this world

    def begin(self) -> None:
        """The world's container, some documents in it, and some rules."""
        for path, kind, body in self.asking.first():
            if not (answer := self.as_owner("PUT", path, body.encode(), kind)).ok:
                raise Disagreement(f"the owner cannot write {path}: {answer}")

    def step(self) -> None:
        dice = self.asking.chance.random()
        if dice < 0.012:
            self.query()
        elif dice < 0.11:
            self.damaged()
        else:
            self.judge(self.asking.case())

    def judge(self, case: Case) -> Answer:
        question, pod, path = case.question, self.asking.pod, case.path
        agent, method = case.speaker.agent, question.method
        answer = self.line.ask(question)
        self.look(answer, str(case), question.data(), (case.speaker, case.origin))
        if path is None:
            self.must(answer.status in (400, 404, 414), case, answer, "a target that is refused")
            return answer
        if question.target.startswith(b"http://") and answer.status in (400, 404, 421):
            return answer
        if method == "BREW":
            self.must(answer.status in (401, 405), case, answer, "no such method")
            return answer
        if not case.speaker.valid and method != "OPTIONS":
            self.must(answer.status in (400, 401), case, answer, "who asks is not who it says")
            return answer
        needs = case.needs if case.needs is not None else self.least(case)
        own, whole = pod.allows(agent, method, path, needs, case.origin)
        kept = "allowed" if whole else "denied"
        self.seen[f"{method} {kept} {'2xx' if answer.ok else '4xx'}"] += 1
        denied = 401 if agent.webid is None else 403
        if not whole:
            self.must(not answer.ok, case, answer, "the model denies it")
        strict = method != "PATCH" or not {"read", "append"} & pod.modes(agent, path, case.origin)
        if not own and strict and case.clean and not path.startswith("/."):
            self.must(answer.status == denied, case, answer, "refused before anything else shows")
        if whole and (case.needs is not None or method != "PATCH"):
            self.must(answer.status not in (401, 403), case, answer, "the model allows it")
        if method in ("GET", "HEAD") and answer.status == 200:
            self.compare(case, answer, path)
        elif answer.ok and method in ("PUT", "POST", "PATCH", "DELETE"):
            self.done(case, answer, path)
        return answer

    def least(self, case: Case) -> set[str]:
        """What the least that a damaged patch can be needs: one of two, the one that is there."""
        has = self.asking.pod.modes(case.speaker.agent, str(case.path), case.origin)
        return {"append"} if "append" in has else {"read"}

    def look(
        self,
        answer: Answer,
        what: str,
        data: bytes,
        *askers: tuple[Speaker, str | None],
        places: Mapping[str, Stored] | None = None,
    ) -> None:
        """What holds for every answer, whoever (with which Origin) asks whatever: it shows nothing of
        this world that none of `askers` may read (of `places`, else of all), but what was sent."""
        sort = "query" if places is not None else "other"
        self.longest[sort] = max(self.longest.get(sort, 0.0), answer.seconds)
        self.seen[str(answer.status)] += 1
        mine = f"canary-{self.asking.number}-".encode()
        shown = CANARY.findall(repr(answer.headers).encode() + answer.body)
        secret = {c for c in shown if c.startswith(mine)} - set(CANARY.findall(data))
        if secret:
            secret = (secret - self.strays).difference(
                *(self.readable(*asker, places) for asker in askers)
            )
        if answer.status >= 500 or answer.seconds > self.patience or secret:
            held = [p for p, s in self.asking.pod.stored.items() if s.canaries & secret]
            why = f"shows {secret} of {held}" if secret else "fails or waits"
            self.fail(what, data, answer, why)

    def readable(
        self, speaker: Speaker, origin: str | None, places: Mapping[str, Stored] | None = None
    ) -> set[bytes]:
        """The canaries (of `places`, which a query is over, else of all) that may be shown to a
        speaker. The owner in person asks over all documents, as she may give herself Read."""
        found: set[bytes] = set()
        if not speaker.valid:
            return found
        if places is not None and speaker.agent.person:
            return found.union(*(stored.canaries for stored in places.values()))
        for path, stored in (self.asking.pod.stored if places is None else places).items():
            mode = "control" if path.endswith(".acl") else "read"
            if stored.canaries and mode in self.asking.pod.modes(speaker.agent, path, origin):
                found |= stored.canaries
        return found

    def compare(self, case: Case, answer: Answer, path: str) -> None:
        stored = self.asking.pod.stored.get(path)
        self.must(
            stored is not None or not path.startswith(self.asking.root), case, answer, "not there"
        )
        said = answer.headers.get("wac-allow", "")
        told = [set(part.split('"')[1].split()) for part in said.split(",")]
        known = self.asking.pod.modes(case.speaker.agent, path, case.origin)
        everybody = self.asking.pod.modes(ANYBODY, path, case.origin)
        self.must(told == [known, everybody], case, answer, f"WAC-Allow is not {known} {everybody}")
        if stored is None:
            return
        self.asking.tags[path] = answer.headers["etag"]
        same = answer.headers["content-type"] == stored.kind and not path.endswith("/")
        if same and case.question.method == "GET":
            self.must(answer.body == stored.body, case, answer, "not what was written")

    def done(self, case: Case, answer: Answer, path: str) -> None:
        """Takes over what a write did; what it did must be what it was allowed to do."""
        pod, method, body = self.asking.pod, case.question.method, case.question.body
        before = pod.stored.get(path)
        if method == "DELETE":
            self.must(before is not None and not pod.members(path), case, answer, "was not there")
            pod.drop(path)
            return
        if method == "POST":
            place = answer.headers["location"]
            made = "/" + place.removeprefix(pod.base)
            free = made not in pod.stored and (made.rstrip("/") not in pod.stored)
            inside = above(made) == path and not auxiliary(made) and resolve(made.encode()) == made
            self.must(inside and free, case, answer, f"{place} is no new member")
            pod.keep(made, TURTLE if made.endswith("/") else case.kind, body)
            return
        self.must((answer.status == 201) is (before is None), case, answer, "201 for what is new")
        twin = path.rstrip("/") if path.endswith("/") else path + "/"
        self.must(auxiliary(path) or twin not in pod.stored, case, answer, "its twin exists")
        if method == "PUT":
            self.take_over(path, TURTLE if path.endswith("/") else case.kind, body)
            return
        kind, has = (
            before.kind if before else TURTLE,
            pod.modes(case.speaker.agent, path, case.origin),
        )
        self.take_over(path, kind, self.read(path))
        if before is not None and not {"write", "read"} <= has and not path.endswith(".acl"):
            lost = before.canaries - pod.stored[path].canaries
            self.must(not lost, case, answer, f"{lost} are gone without the right to delete")

    def take_over(self, path: str, kind: str, body: bytes) -> None:
        try:
            self.asking.pod.keep(path, kind, body)
        except (
            Exception
        ):  # rules that the model's parser cannot read: others are put in their place
            self.seen["rules that only the server can read"] += 1
            self.reset(path)

    def must(self, true: bool, case: Case, answer: Answer, why: str) -> None:
        if not true:
            self.fail(str(case), case.question.data(), answer, why, case)

    def fail(
        self, what: str, data: bytes, answer: Answer, why: str, case: Case | None = None
    ) -> None:
        lines = [
            f"world {self.asking.number} {self.asking.root}: {why}",
            what,
            repr(data),
            str(answer),
        ]
        if case is not None and case.path is not None:
            place = subject(case.path)
            while place not in self.asking.pod.rules and place != "/":
                place = above(place)
            agent = case.speaker.agent
            lines.append(
                f"{agent} has {self.asking.pod.modes(agent, case.path, case.origin)} by {place}"
            )
            rules = self.asking.pod.stored.get(place + ".acl")
            lines.append(rules.body.decode("utf-8", "replace") if rules else "")
        raise Disagreement("\n".join(lines))

    # ---------------------------------------------------------------- as the owner

    def as_owner(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        """What must succeed; a write is taken over."""
        question = Question(method, path.encode(), HOST, body)
        if kind:
            question = question.having(("Content-Type", kind))
        answer = self.line.ask(self.asking.proven(self.asking.owner, question))
        if answer.ok and method == "PUT":
            self.asking.pod.keep(path, kind, body)
        return answer

    def read(self, path: str) -> bytes:
        """What is stored at `path`. The owner may always give back to herself what she needs for it."""
        for _ in range(2):
            answer = self.as_owner("GET", path)
            if answer.status == 200:
                return answer.body
            self.reset(subject(path) + ".acl")
        raise Disagreement(f"the owner cannot read {path}: {answer}")

    def reset(self, acl: str) -> None:
        name = self.asking.pod.url(subject(acl))
        text = (
            "@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#owner> a acl:Authorization; "
            f"acl:agent <{self.asking.owner.agent.webid}>; acl:accessTo <{name}>; acl:default <{name}>; "
            "acl:mode acl:Read, acl:Write, acl:Control."
        )
        answer = self.as_owner("PUT", acl, text.encode(), TURTLE)
        if not answer.ok:
            raise Disagreement(f"the owner cannot set {acl}: {answer}")

    # ---------------------------------------------------------------- what nobody can foresee

    def damaged(self) -> None:
        """A request whose head is damaged: what it means now, only the server knows. Nothing may come
        of it that neither its sender nor the public may do."""
        case = self.asking.case()
        chance = self.asking.chance
        question = case.question.having(("Connection", "close"))
        data = sentences.damaged(chance, question.head) + b"\r\n\r\n" + question.body
        speaker, public = case.speaker, self.asking.speakers["public"]
        self.line.close()
        answer = self.line.send(data, question.method)
        self.line.close()
        self.look(answer, f"damaged: {speaker.agent}", data, (speaker, None), (public, None))
        kept = "2xx" if answer.ok else "4xx"
        self.seen[f"damaged {kept}"] += 1
        if (answer.ok or answer.status == 0) and question.method not in ("GET", "HEAD", "OPTIONS"):
            agents = [public.agent, *([speaker.agent] if speaker.valid else [])]
            self.audit(agents, f"{data!r}\n{answer}")
            placed = {c for stored in self.asking.pod.stored.values() for c in stored.canaries}
            self.strays |= set(CANARY.findall(data)) - placed

    def query(self) -> None:
        """What a query shows: canaries of documents that may be read; and all of them, if it asks so."""
        chance, pod, root = self.asking.chance, self.asking.pod, self.asking.root
        speaker, within = chance.choice(list(self.asking.speakers.values())), pod.url(root)
        says = f"GRAPH ?g {{ ?s <{sentences.SAYS}> ?o }}"
        exact = f"SELECT ?o {{ {says} FILTER(STRSTARTS(STR(?g), '{within}')) }}"
        whole = chance.random() < 0.5
        text = exact if whole else sentences.query(chance, within)
        origin = chance.choice((None, *ORIGINS))
        given = "query=" + quote(text)
        if not whole and chance.random() < 0.3:
            given += "&default-graph-uri=" + quote(pod.url(chance.choice(list(pod.stored))))
        if chance.random() < 0.5:
            question = Question("GET", f"{SPARQL}?{given}".encode(), HOST)
        else:
            question = Question("POST", SPARQL.encode(), HOST, given.encode())
            question = question.having(("Content-Type", "application/x-www-form-urlencoded"))
        if origin is not None:
            question = question.having(("Origin", origin))
        question = self.asking.proven(speaker, question)
        documents = {p: s for p, s in pod.stored.items() if not p.endswith(("/", ".acl"))}
        answer = self.line.ask(question)
        what = f"{speaker.agent} asks {text}"
        self.look(answer, what, question.data(), (speaker, origin), places=documents)
        self.seen[f"query {answer.status}"] += 1
        if whole and speaker.valid and answer.status == 200:
            plain = {p: s for p, s in documents.items() if not auxiliary(p)}
            readable = self.readable(speaker, origin, plain)
            wanted = {c for s in plain.values() for c in _triples_say(s) if c in readable}
            missing = wanted - set(CANARY.findall(answer.body))
            if missing:
                self.fail(what, question.data(), answer, f"no {missing}")

    # ---------------------------------------------------------------- what is there

    def audit(self, adopt: Collection[Agent] = (), why: str = "") -> None:
        """Compares what is stored with the model. What differs is taken over where one of `adopt` may
        have done it."""
        pod, root = self.asking.pod, self.asking.root
        known = {p: s for p, s in pod.stored.items() if p.startswith(root)}
        if adopt:  # rules first: they say what the owner can look at
            subjects = [p for p in known if not auxiliary(p)]
            answers = {p + ".acl": self.as_owner("GET", p + ".acl") for p in subjects}
            rules = {p: self.stored(p, a) for p, a in answers.items() if a.status == 200}
            self.adopt(rules, {p: s for p, s in known.items() if p.endswith(".acl")}, adopt, why)
            known = {p: s for p, s in pod.stored.items() if p.startswith(root)}
        self.adopt(dict(self.walk(root)), known, adopt, why)

    def adopt(
        self, there: dict[str, Stored], known: dict[str, Stored], by: Collection[Agent], why: str
    ) -> None:
        pod = self.asking.pod
        for path in sorted(there.keys() | known.keys()):
            new, old = there.get(path), known.get(path)
            if new == old:
                continue
            # What belongs to a resource goes with it.
            ways = [("PATCH", path)] if new else [("DELETE", path), ("DELETE", subject(path))]
            if old is None:  # what a POST makes needs no right of its own
                ways.append(("POST", above(path)))
            if not any(
                pod.allows(agent, *way, {"append"}, None)[1] for way in ways for agent in by
            ):
                raise Disagreement(f"world {self.asking.number}: {path} is {new}, not {old}\n{why}")
        for path in known.keys() - there.keys():
            pod.drop(path)
        for path, stored in there.items():
            if stored != known.get(path):
                self.take_over(path, stored.kind, stored.body)
                if path.endswith("/"):  # its canaries are not in the body
                    pod.stored[path] = stored

    def walk(self, path: str) -> Iterator[tuple[str, Stored]]:
        """What is stored at `path` and below, as far as the owner may read it: the rest is believed."""
        pod = self.asking.pod
        for aux in (".acl", ".meta"):
            answer = self.as_owner("GET", path + aux)
            if answer.status == 200:
                yield path + aux, self.stored(path + aux, answer)
            elif answer.status == 403:
                yield from ((p, s) for p, s in pod.stored.items() if p == path + aux)
        answer = self.as_owner("GET", path)
        if answer.status == 403 and "read" not in pod.modes(self.asking.owner.agent, path):
            below = path if path.endswith("/") else path + "\0"
            yield from ((p, s) for p, s in pod.stored.items() if p == path or p.startswith(below))
            return
        if answer.status != 200:
            raise Disagreement(f"the owner asks for {path}: {answer}")
        yield path, self.stored(path, answer)
        if path.endswith("/"):
            for name in re.findall(rb"^<> ldp:contains <(?:\./)?([^>]*)>", answer.body, re.M):
                yield from self.walk(path + name.decode())

    def stored(self, path: str, answer: Answer) -> Stored:
        body = b"" if path.endswith("/") else answer.body
        return Stored(answer.headers["content-type"], body, frozenset(CANARY.findall(answer.body)))


def _triples_say(stored: Stored) -> set[bytes]:
    """The canaries that a document says in its triples: those in comments are none."""
    form = ox.RdfFormat.from_media_type(stored.kind)
    if form is None or stored.kind not in {kind for kind, _ in RDF.values()}:
        return set()
    quads = ox.parse(stored.body, format=form, base_iri="http://localhost/")
    values = (q.object.value for q in quads if q.predicate.value == sentences.SAYS)
    return {c for value in values for c in CANARY.findall(value.encode())}
