"""Documents of single things: one subject each, described by a table instead of code.

A `Shape` says how a thing is written and read back; what counts where files disagree is `newest`,
or a class's own rule. A class of this kind needs no more than a shape, a checker and a path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pod.programs.merge import documents
from pod.programs.merge.documents import Statements, Stored, literal, reference
from pod.programs.merge.model import Change, Rank, Source
from pod.rdf.terms import PROV, XSD
from pod.rdf.turtle import Writer

NOBODY: Rank = ("", "", "", "")
_TERMS = Writer(documents.PREFIXES)


@dataclass(frozen=True, slots=True)
class Part:
    """A node of its own that hangs on a thing by `predicate`: `#ID-SUFFIX`, of class `kind`."""

    predicate: str
    kind: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Field:
    """A value by `name`: what it is written with, as what, and on which part (None: the thing)."""

    name: str
    predicate: str
    datatype: str = XSD.string
    part: Part | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How things of a class are written; a shape is itself alone. `types`: RDF classes, the one
    that finds them first; `superseded`: the class of what is kept but does not count; `must`: fields
    that a stored thing cannot be read without; `figures`: fields whose change is told; `derived`:
    fields that are computed at each writing and never read back."""

    types: tuple[str, ...]
    fields: tuple[Field, ...]
    must: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    superseded: str = ""
    derived: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing as one file has it: `id` is the fragment of its IRI, `raw` the path of the file."""

    shape: Shape
    id: str
    values: tuple[tuple[str, str], ...]
    raw: str = ""

    def get(self, name: str) -> str:
        """A value, "" where there is none."""
        for key, value in self.values:
            if key == name:
                return value
        return ""


Ranks = Callable[[str], Rank]
Settled = tuple[list[Item], list[Item]]  # what counts, what is kept only
Settle = Callable[[Sequence[Item], Ranks], Settled]


def item(shape: Shape, fragment: str, values: Mapping[str, str | None]) -> Item:
    """An item without its empty values."""
    return Item(shape, fragment, tuple(sorted((k, v) for k, v in values.items() if v)))


def newest(items: Sequence[Item], rank: Ranks) -> Settled:
    """Of things of the same id the one that the newest file has; nothing else is kept."""
    held: dict[str, Item] = {}
    for one in items:
        other = held.get(one.id)
        if other is None or (rank(other.raw), other.values) < (rank(one.raw), one.values):
            held[one.id] = one
    return list(held.values()), []


class Items:
    """The things of one document: what is stored, and what `join` adds."""

    def __init__(
        self,
        path: str,
        body: bytes | None,
        shapes: Sequence[Shape],
        settle: Settle = newest,
        derive: Callable[[Item], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._path, self._body, self._shapes = path, body, shapes
        self._settle, self._derive = settle, derive
        found = [shape.types[0] for shape in shapes]
        found += [shape.superseded for shape in shapes if shape.superseded]
        self._stored = Stored(path, body, found)
        self._sources = self._stored.sources()
        self._counted: list[Item] = []
        self._kept: list[Item] = []
        for shape in shapes:
            self._counted += self._load(shape, shape.types[0])
            if shape.superseded:
                self._kept += self._load(shape, shape.superseded)

    @property
    def counted(self) -> Sequence[Item]:
        """What counts, as it is stored and joined so far."""
        return self._counted

    def join(self, parts: Iterable[Item], source: Source) -> tuple[list[Change], int]:
        """Adds what `source` says: (what changed, how much of it lost to something newer)."""
        source = documents.known(self._sources, source)
        fresh = [replace(part, raw=source.raw) for part in parts]
        before = {one.id: one for one in self._counted}
        # What the same file was read as before makes room.
        held = [one for one in (*self._counted, *self._kept) if one.raw != source.raw]
        self._counted, self._kept = self._settle([*held, *fresh], self._rank)
        after = {one.id: one for one in self._counted}
        replaced = [
            after[name]
            for name, one in before.items()
            if name in after and _differ(one, after[name])
        ]
        lost = sum(_differ(one, after[one.id]) for one in fresh if one.id in after)
        return [Change(self._path, one.get("date"), 1) for one in replaced], lost

    def text(self) -> bytes | None:
        """The document, or None if the stored one says the same."""
        things = [documents.HEAD]
        things += [self._text(one, one.shape.types, one.id) for one in _ordered(self._counted)]
        things += [self._text(one, (one.shape.superseded,), one.id) for one in _ordered(self._kept)]
        used = {one.raw for one in (*self._counted, *self._kept)} - {""}
        things.append(documents.sources_text(self._sources, used))
        things.append(self._stored.foreign())
        body = "".join(things).encode()
        if body == self._body or (self._body is not None and self._stored.says(body)):
            return None
        return body

    def _rank(self, raw: str) -> Rank:
        return self._sources[raw].rank if raw else NOBODY

    # ---------------------------------------------------------------- reading

    def _load(self, shape: Shape, kind: str) -> Iterator[Item]:
        everything = (*shape.fields, *shape.derived)
        own = [f.predicate for f in everything if f.part is None] + [PROV.wasDerivedFrom]
        parts = {f.part: [g.predicate for g in everything if g.part == f.part] for f in everything}
        for iri in self._stored.subjects(kind):
            links = [part.predicate for part in parts if part is not None]
            found = self._stored.take(iri, [*own, *links], (*shape.types, kind))
            values = dict(self._values(shape, None, found, iri))
            for part, predicates in parts.items():
                if part is not None and part.predicate in found:
                    inner = self._stored.take(f"{iri}-{part.suffix}", predicates, (part.kind,))
                    values |= self._values(shape, part, inner, iri)
            for name in shape.must:
                if name not in values:
                    raise self._stored.spoilt(iri, f"{name} is not there")
            raws = [
                o.value.removeprefix(documents.ORIGIN) for o in found.get(PROV.wasDerivedFrom, ())
            ]
            raw = max((r for r in raws if r in self._sources), key=self._rank, default="")
            yield replace(item(shape, iri.partition("#")[2], values), raw=raw)

    def _values(
        self, shape: Shape, part: Part | None, found: Statements, iri: str
    ) -> Iterator[tuple[str, str]]:
        for field in shape.fields:
            if field.part == part and field.predicate in found:
                yield field.name, self._stored.one(found, field.predicate, iri)

    # ---------------------------------------------------------------- writing

    def _text(self, one: Item, types: Sequence[str], name: str) -> str:
        shape = one.shape
        values = {**dict(one.values), **self._derive(one)}
        lines = [f"\n<#{name}> a " + ", ".join(_TERMS.iri(kind) for kind in types)]
        parts: dict[str, list[str]] = {}  # by what each is written after
        for key, predicate, write, part in _plan(shape):
            if key not in values:
                continue
            said = f"{predicate} {write(values[key])}"
            if part is None:
                lines.append(said)
                continue
            link, head = part
            if head not in parts:
                parts[head] = []
                lines.append(f"{link[0]} <#{name}-{link[1]}>")
            parts[head].append(said)
        if one.raw:
            lines.append(f"prov:wasDerivedFrom {reference(one.raw)}")
        text = " ;\n    ".join(lines) + " .\n"
        for head, said_of_it in parts.items():
            text += f"<#{name}{head} ; " + " ; ".join(said_of_it) + " .\n"
        return text


Link = tuple[tuple[str, str], str]  # (predicate, suffix) of a part, and what follows its name
Planned = tuple[str, str, Callable[[str], str], Link | None]


@lru_cache(maxsize=64)
def _plan(shape: Shape) -> tuple[Planned, ...]:
    """For each field its name, its predicate, how its value is written, and its part."""
    made = []
    for field in (*shape.fields, *shape.derived):
        part: Link | None = None
        if field.part is not None:
            link = (_TERMS.iri(field.part.predicate), field.part.suffix)
            part = (link, f"-{field.part.suffix}> a {_TERMS.iri(field.part.kind)}")
        made.append((field.name, _TERMS.iri(field.predicate), _object(field.datatype), part))
    return tuple(made)


def _object(datatype: str) -> Callable[[str], str]:
    """Writes a value as Turtle; an empty datatype is an IRI, a path of the pod or relative."""
    if not datatype:
        return "<{}>".format
    if datatype == XSD.string:
        return literal
    kind = _TERMS.iri(datatype)
    if datatype == XSD.decimal:
        return lambda value: value if "." in value else f'"{value}"^^{kind}'
    return lambda value: f'"{value}"^^{kind}'


def _differ(one: Item, other: Item) -> bool:
    return any(one.get(name) != other.get(name) for name in one.shape.figures)


def _ordered(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda one: (one.shape.types[0], one.id))
