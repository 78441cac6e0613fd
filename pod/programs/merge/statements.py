"""What public bodies state of a person: of two statements of the same thing, the newer stands.

A document is `/benefits/2024.ttl` and the like. Each statement is a resource of its own with the people
it names beside it, derived from one file: the newest by `Source.rank`, so that any order of imports
makes the same document.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from pod.model import Json
from pod.programs.merge.declared import CERTIFICATE, SITUATION
from pod.programs.merge.documents import (
    HEAD,
    ORIGIN,
    PREFIXES,
    Stored,
    known,
    reference,
    sources_text,
)
from pod.programs.merge.model import Change, Family, Found, Ground, Source
from pod.programs.merge.stated import (
    BENEFITS,
    HOUSEHOLD,
    MOST_PEOPLE,
    PAPERS,
    PERSON,
    SEAL,
    STUDIES,
    VEHICLES,
    Field,
    Kind,
    when,
)
from pod.rdf.terms import DOM, PROV, RDF, SCHEMA
from pod.rdf.turtle import Writer

MOST_TOLD = 20
Values = dict[str, list[Any]]  # predicate IRI → objects, sorted
_LINKS = {
    "about": DOM.about,
    "declarants": DOM.declarant,
    "members": SCHEMA.member,
    "student": DOM.about,
    "person": DOM.about,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A checked record: `id` is its fragment, `values` its own statements, `people` those beside it."""

    kind: Kind
    id: str
    folder: str
    first: str
    last: str
    values: Values
    people: dict[str, Values]
    told: Json


def checker(kind: Kind) -> Callable[[Json], Statement]:
    """Makes a Statement of a record of `kind`, or raises ValueError for what it may not hold."""

    def check(record: Json) -> Statement:
        if unknown := set(record) - {"type", "seal", *kind.fields, *_LINKS}:
            raise ValueError(f"unknown field {sorted(unknown)[0][:40]!r}")
        name = f"{kind.name.lower()}-{_digest([_part(record, part) for part in kind.key])}"
        values = _values(kind.fields, record)
        values[RDF.type] = [ox.NamedNode(DOM[kind.name])]
        if kind.also:
            values[RDF.type].append(ox.NamedNode(kind.also))
        if "seal" in record:
            values |= _values(SEAL, {"state": "not-verified", **record["seal"]})
        people: dict[str, Values] = {}
        for link in kind.people:
            _link(link, record.get(link), name, values, people)
        told = {part: record[part] for part in kind.told if part in record}
        if "seal" in record:
            told["seal"] = record["seal"].get("state", "not-verified")
        facts = {"type": kind.name, **told}
        return Statement(kind, name, *when(kind, record), values, people, facts)

    return check


def _link(link: str, given: Any, name: str, values: Values, people: dict[str, Values]) -> None:
    """The people of a record, in the order given, as resources of the same document."""
    found = given if isinstance(given, list) else [given] if given else []
    if len(found) > MOST_PEOPLE:
        raise ValueError(f"{link}: more than {MOST_PEOPLE} people")
    for number, one in enumerate(found, 1):
        if unknown := set(one) - set(PERSON):
            raise ValueError(f"{link}: unknown field {sorted(unknown)[0][:40]!r}")
        iri = f"{name}.{link}-{number}"
        people[iri] = _values(PERSON, one) | {RDF.type: [ox.NamedNode(SCHEMA.Person)]}
        values.setdefault(_LINKS[link], []).append(iri)


def _values(fields: Mapping[str, Field], record: Json) -> Values:
    values: Values = {}
    for name, field in fields.items():
        if record.get(name) is not None:
            values.setdefault(field.predicate, []).append(field.read(record[name]))
        elif field.must:
            raise ValueError(f"{name} is missing")
    return values


def _part(record: Json, name: str) -> Any:
    """What is asked again within a month is the same statement, seen later."""
    value = record.get(name)
    return str(value)[:7] if name == "asOf" and value else value


def _digest(parts: Sequence[Any]) -> str:
    """Of what makes two statements the same: capitals and accents of names are how each writes them."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True).casefold()
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Statements:
    """A stored document while a file is merged into it."""

    def __init__(self, path: str, body: bytes | None, kinds: Sequence[Kind]) -> None:
        self._path = path
        self._known = {DOM[kind.name]: kind for kind in kinds}
        self._stored = Stored(path, body, self._known)
        self._body = body
        self._sources = self._stored.sources()
        self._statements: dict[str, tuple[Source, Values, dict[str, Values]]] = {}
        for iri, kind in self._known.items():
            for subject in self._stored.subjects(iri):
                self._read(subject, kind)

    def _read(self, subject: str, kind: Kind) -> None:
        name = subject.partition("#")[2]
        kinds = [DOM[kind.name], *([kind.also] if kind.also else [])]
        predicates = {f.predicate for f in (*kind.fields.values(), *SEAL.values())}
        links = {_LINKS[link] for link in kind.people}
        values = self._stored.take(subject, predicates | links | {PROV.wasDerivedFrom}, kinds)
        raw = self._stored.one(values, PROV.wasDerivedFrom, subject)[len(ORIGIN) :]
        source = self._sources.get(raw, Source(raw, ""))
        del values[PROV.wasDerivedFrom]
        people = {}
        for link in links & values.keys():
            found = sorted(self._of(node) for node in values[link])
            values[link] = list(found)
            for person in found:
                people[person] = self._stored.take(
                    f"{self._stored.base}#{person}",
                    {f.predicate for f in PERSON.values()},
                    [SCHEMA.Person],
                )
        self._statements[name] = (source, values, people)

    def _of(self, node: Any) -> str:
        return str(node.value).partition("#")[2]

    def join(self, parts: Iterable[Statement], source: Source) -> tuple[list[Change], int]:
        """Takes what is newer than what stands: (what it replaced, how much was older)."""
        changes, kept = [], 0
        source = known(self._sources, source)
        for part in parts:
            before = self._statements.get(part.id)
            same = before is not None and _same(before[1:], (part.values, part.people))
            if before is not None and before[0].rank > source.rank:
                kept += not same
                continue
            self._statements[part.id] = (source, part.values, part.people)
            if before is not None and not same:
                changes.append(Change(self._path, part.folder, 1))
        return changes, kept

    def text(self) -> bytes | None:
        """The document, None where what is stored says the same."""
        writer = Writer(PREFIXES, ORIGIN + self._path)
        blocks = []
        for name in sorted(self._statements):
            source, values, people = self._statements[name]
            derived = [f"prov:wasDerivedFrom {reference(source.raw)}"]
            blocks.append(_block(writer, name, values, derived))
            blocks += [_block(writer, iri, people[iri], []) for iri in sorted(people)]
        used = {source.raw for source, _, _ in self._statements.values()}
        body = HEAD + "".join(blocks) + sources_text(self._sources, used) + self._stored.foreign()
        made = body.encode()
        return None if self._body is not None and self._stored.says(made) else made


def _same(
    before: tuple[Values, dict[str, Values]], after: tuple[Values, dict[str, Values]]
) -> bool:
    return bool(_plain(before) == _plain(after))


def _plain(found: tuple[Values, dict[str, Values]]) -> Any:
    values, people = found
    return [
        {k: sorted(map(str, v)) for k, v in one.items()} for one in (values, *_in_order(people))
    ]


def _in_order(people: dict[str, Values]) -> list[Values]:
    return [people[name] for name in sorted(people)]


def _block(writer: Writer, name: str, values: Values, more: list[str]) -> str:
    lines = []
    for predicate in sorted(values, key=lambda p: (p != RDF.type, p)):
        objects = ", ".join(
            sorted(f"<#{o}>" if isinstance(o, str) else writer.term(o) for o in values[predicate])
        )
        lines.append(f"{'a' if predicate == RDF.type else writer.iri(predicate)} {objects}")
    return f"\n<#{name}> " + " ;\n    ".join(lines + more) + " .\n"


def _family(home: str, kinds: Sequence[Kind]) -> Family:
    def place(records: Sequence[Statement], ground: Ground) -> Mapping[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for record in records:
            found.setdefault(f"{home}{record.folder}.ttl", []).append(record)
        return found

    def tell(records: Sequence[Statement], ground: Ground, found: Found) -> None:
        found.readings += len(records)
        stated = found.facts.setdefault("stated", [])
        stated += [record.told for record in records[: MOST_TOLD - len(stated)]]
        for record in records:
            if record.first:
                found.reach(record.first, record.last)

    return Family(
        home=home,
        classes=tuple(kind.name for kind in kinds),
        types={kind.name: checker(kind) for kind in kinds},
        place=place,
        open=lambda path, body, ground: Statements(path, body, kinds),
        count=tell,
    )


FAMILIES = (
    _family("/papers/", PAPERS),
    _family("/benefits/", BENEFITS),
    _family("/household/", (*HOUSEHOLD, SITUATION)),
    _family("/studies/", STUDIES),
    _family("/vehicles/", VEHICLES),
    _family("/housing/", (CERTIFICATE,)),
)
