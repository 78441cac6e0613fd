"""A program is a folder: `manifest.toml`, Python source, perhaps a result schema. Read, checked, hashed.

Unknown keys are refused, so that a manifest never seems to promise what nobody keeps.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pod.errors import BadInput
from pod.model import Json
from pod.programs.merge import HOMES
from pod.programs.schema import check_schema
from pod.rdf import sparql

NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
FILE_BYTES = 256 << 10
MOST_FILES = 100
AUTHS = ("token", "client", "none")
ORIGIN = re.compile(r"https://[a-z0-9.-]+(?::[0-9]+)?(?:/|$)")
PARAM_TYPES = frozenset({"date", "datetime", "integer", "decimal", "string"})
# Beside the source: not part of what runs, nor of what the digest covers.
ASIDE = frozenset({"recorded", "golden", "examples", "__pycache__"})
SOURCES = (".py", ".js", ".json", ".toml")

Text = Mapping[str, str]  # {"fr": …, "en": …}


@dataclass(frozen=True, slots=True)
class Query:
    """What an app may ask by `name`: `sparql` over documents of `classes`, or a `reference`."""

    name: str
    what: Text
    why: Text
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    params: Mapping[str, str] | None = None
    sparql: str = ""
    reference: str | None = None
    without: Text | None = (
        None  # what the app does where this is refused; None: it cannot do without
    )


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that a connector reads; `head` (a regex) or `zip_member` says it may be one.

    `loose`: what `head` says fits much that is somebody else's, so that all others are asked first.
    """

    id: str
    title: Text
    extensions: tuple[str, ...] = ()
    head: str | None = None
    zip_member: str | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """Where a fetcher may ask: `origins` alone, as `auth` says (`token`: one that the owner has
    from the holder; `client`: client credentials at `token_url`; `none`: open data). `facts`: what
    the owner must tell besides. Quotas are of one connection; `consent_days` until the holder forgets
    the agreement."""

    id: str
    title: Text
    auth: str
    origins: tuple[str, ...]
    facts: tuple[str, ...] = ()
    token_url: str | None = None
    per_second: int = 5
    per_hour: int = 1000
    every_hours: int = 24
    consent_days: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a program says of itself."""

    name: str
    version: str
    kind: str  # "app" or "connector"
    license: str
    publisher: str
    title: Text
    summary: Text
    entry: str
    purpose: Text | None = None
    queries: tuple[Query, ...] = ()
    result_schema: Json | None = None
    yields: Text | None = None
    worlds: tuple[str, ...] = ()
    formats: tuple[Format, ...] = ()
    fetcher: str | None = None
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """A manifest, the source text that goes into the box, and the digest of all that was packed.

    `asks` is the digest of what the owner is asked: an update that keeps it runs on. `key` is the
    publisher's, where a signature was verified.
    """

    manifest: Manifest
    files: Mapping[str, str]
    digest: str
    folder: Path = Path()
    asks: str = ""
    key: str | None = None


def load_program(folder: Path) -> Program:
    """Raises BadInput naming the file and the key."""
    program = read_program(_read(folder), folder.name)
    name = program.manifest.name
    if name != folder.name and not folder.name.startswith("_"):
        raise BadInput(
            f"{folder.name}/manifest.toml: name is {name!r}, its folder is {folder.name!r}"
        )
    return replace(program, folder=folder)


def read_program(files: Mapping[str, str], where: str) -> Program:
    """A program of its files' text, by path; `where` is what errors call it. Raises BadInput."""
    if "manifest.toml" not in files:
        raise BadInput(f"{where}: there is no manifest.toml")
    at = f"{where}/manifest.toml"
    try:
        table = tomllib.loads(files["manifest.toml"])
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{at}: {error}") from None
    manifest = _manifest(table, at, files)
    if not manifest.entry.endswith((".py", ".js") if manifest.kind == "app" else ".py"):
        raise BadInput(f"{at}: entry is Python source; an app's may be JavaScript", key="entry")
    if manifest.entry not in files:
        raise BadInput(f"{at}: entry {manifest.entry!r} is not in the folder")
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0{files[path]}\0".encode())
    language = Path(manifest.entry).suffix
    sources = {path: text for path, text in files.items() if path.endswith(language)}
    return Program(manifest, sources, f"sha256-{digest.hexdigest()}", asks=_asks(manifest))


def _asks(manifest: Manifest) -> str:
    """The digest of what a consent is given to: questions, their reasons, purpose and output."""
    said = {
        "queries": [asdict(query) for query in manifest.queries],
        "purpose": manifest.purpose,
        "yields": manifest.yields,
        "schema": manifest.result_schema,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return f"sha256-{hashlib.sha256(text.encode()).hexdigest()}"


def _read(folder: Path) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise BadInput(f"{folder.name}/{name}: links are refused", file=name)
        if path.is_dir() or set(path.relative_to(folder).parts) & ASIDE:
            continue
        if path.suffix in (".wasm", ".cwasm", ".so", ".pyc"):
            raise BadInput(f"{folder.name}/{name}: compiled code is refused", file=name)
        if path.suffix not in SOURCES:
            continue
        if not path.is_file():
            raise BadInput(f"{folder.name}/{name}: no plain file", file=name)
        if path.stat().st_size > FILE_BYTES or len(files) >= MOST_FILES:
            raise BadInput(f"{folder.name}/{name}: too large, or too many files", file=name)
        try:
            files[name] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            raise BadInput(f"{folder.name}/{name}: not UTF-8 text", file=name) from None
    return files


def _manifest(table: Json, where: str, files: Mapping[str, str]) -> Manifest:
    keys = _Keys(table, where)
    name = keys.text("name")
    if not NAME.fullmatch(name):
        raise BadInput(f"{where}: name {name!r} is not like my_program", key="name")
    kind = keys.text("kind")
    common: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "version": keys.text("version"),
        "license": keys.text("license"),
        "publisher": keys.text("publisher"),
        "title": keys.words("title"),
        "summary": keys.words("summary"),
    }
    if kind == "app":
        result = _Keys(keys.table("result"), f"{where}: [result]")
        special: dict[str, Any] = {
            "entry": keys.text("entry"),
            "purpose": keys.words("purpose"),
            "queries": tuple(_query(q, where) for q in keys.tables("queries")),
            "result_schema": _schema(result.text("schema"), files, where),
            "yields": result.words("yields"),
        }
        result.end()
    elif kind == "connector":
        importer = _Keys(keys.table("importer"), f"{where}: [importer]")
        special = {
            "entry": importer.text("entry"),
            "worlds": keys.texts("worlds"),
            "formats": tuple(_format(f, where) for f in keys.tables("formats")),
        }
        importer.end()
        if (found := keys.maybe("fetcher", dict)) is not None:
            fetcher = _Keys(found, f"{where}: [fetcher]")
            special["fetcher"] = fetcher.text("entry")
            special["services"] = tuple(_service(t, where) for t in keys.tables("services"))
            fetcher.end()
    else:
        raise BadInput(f"{where}: kind is 'app' or 'connector'", key="kind")
    keys.end()
    return Manifest(**common, **special)


def _query(table: Json, where: str) -> Query:
    keys = _Keys(table, f"{where}: [[queries]]")
    name = keys.text("name")
    reference = keys.maybe("reference", str)
    what, why = keys.words("what"), keys.words("why")
    if reference is not None:
        keys.end()
        return Query(name, what, why, reference=reference)
    params = keys.maybe("params", dict) or {}
    for param, kind in params.items():
        if kind not in PARAM_TYPES:
            raise BadInput(f"{where}: parameter {param!r} has no known type", key=f"params.{param}")
    query = Query(
        name,
        what,
        why,
        classes=keys.texts("classes"),
        columns=keys.texts("columns"),
        params=params,
        sparql=keys.text("sparql"),
        without=keys.maybe_words("without"),
    )
    for kind in query.classes:  # where they are is what the owner grants
        if kind not in HOMES:
            raise BadInput(f"{where}: the pod knows no class {kind!r}", key="queries.classes")
    try:
        sparql.check(query.sparql)
    except BadInput as error:
        raise BadInput(f"{where}: {name}: {error.detail}", key="queries.sparql") from None
    keys.end()
    return query


def _format(table: Json, where: str) -> Format:
    keys = _Keys(table, f"{where}: [[formats]]")
    head = keys.maybe("head", str)
    try:
        re.compile(head or "")
    except re.error as error:
        raise BadInput(f"{where}: head: {error}", key="formats.head") from None
    found = Format(
        keys.text("id"),
        keys.words("title"),
        keys.texts("extensions"),
        head,
        keys.maybe("zip_member", str),
        bool(keys.maybe("loose", bool)),
    )
    if head is None and found.zip_member is None:
        raise BadInput(f"{where}: {found.id} has neither head nor zip_member", key="formats")
    keys.end()
    return found


def _service(table: Json, where: str) -> Service:
    keys = _Keys(table, f"{where}: [[services]]")
    numbers = ("per_second", "per_hour", "every_hours", "consent_days")
    found = Service(
        keys.text("id"),
        keys.words("title"),
        keys.text("auth"),
        keys.texts("origins"),
        keys.texts("facts"),
        keys.maybe("token_url", str),
        **{name: n for name in numbers if (n := keys.maybe(name, int)) is not None},
    )
    asked = (*found.origins, *([found.token_url] if found.token_url else ()))
    if found.auth not in AUTHS or (found.auth == "client") != bool(found.token_url):
        raise BadInput(f"{where}: {found.id}: auth is one of {', '.join(AUTHS)}", key="services")
    if not found.origins or not all(ORIGIN.match(url) for url in asked):
        raise BadInput(f"{where}: {found.id}: origins are like https://host", key="services")
    keys.end()
    return found


def _schema(name: str, files: Mapping[str, str], where: str) -> Json:
    if name not in files:
        raise BadInput(f"{where}: result.schema {name!r} is not a file here")
    try:
        schema = json.loads(files[name])
    except ValueError as error:
        raise BadInput(f"{name}: not JSON: {error}") from None
    check_schema(schema, name)
    found: Json = schema
    return found


class _Keys:
    """Takes keys out of a table, each of its type; `end` refuses what is left over."""

    def __init__(self, table: Json, where: str) -> None:
        self._left = dict(table)
        self._where = where

    def maybe(self, key: str, kind: type) -> Any:
        value = self._left.pop(key, None)
        if value is not None and not isinstance(value, kind):
            raise BadInput(f"{self._where}: {key} is not a {kind.__name__}", key=key)
        return value

    def _must(self, key: str, kind: type) -> Any:
        value = self.maybe(key, kind)
        if value is None:
            raise BadInput(f"{self._where}: {key} is missing", key=key)
        return value

    def text(self, key: str) -> str:
        return str(self._must(key, str))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._must(key, list)
        if not all(isinstance(value, str) for value in values):
            raise BadInput(f"{self._where}: {key} is not a list of strings", key=key)
        return tuple(values)

    def table(self, key: str) -> Json:
        return dict(self._must(key, dict))

    def tables(self, key: str) -> list[Json]:
        return [dict(table) for table in self._must(key, list)]

    def words(self, key: str) -> Text:
        words = self._must(key, dict)
        if set(words) != {"fr", "en"} or not all(isinstance(w, str) for w in words.values()):
            raise BadInput(f"{self._where}: {key} wants both .fr and .en", key=key)
        return dict(words)

    def maybe_words(self, key: str) -> Text | None:
        return self.words(key) if key in self._left else None

    def end(self) -> None:
        for key in self._left:
            raise BadInput(f"{self._where}: unknown key {key!r}", key=key)
