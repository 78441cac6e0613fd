"""For who writes a program: a new folder from the template, and a check that runs it in the box.

An app's `examples/in/QUERY.json` are answers, `examples/out/result.json` what it must make of them; a
connector's `golden/FILE.json` is what it must say of `recorded/FILE`. See docs/developer.md.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pod.errors import BadFile, BadInput, Conflict, NotAllowed, NotFound
from pod.model import Body, Json
from pod.programs import shapes
from pod.programs.manifest import NAME, Program, load_program
from pod.programs.merge import Source, merge_documents
from pod.programs.merge.registry import checked as check_records
from pod.programs.questions import question
from pod.programs.recognise import candidates
from pod.programs.reference import References
from pod.programs.sandbox import Sandbox

FACTS = ("reason", "line")
ARRIVED = "2026-01-01T00:00:00Z"  # of a recorded file, which nobody has dropped


def new(kind: str, name: str, home: Path) -> Path:
    """Copies the template of `kind` ("app" or "connector") to home/name. Raises BadInput, Conflict."""
    if not NAME.fullmatch(name):
        raise BadInput(f"a name is like my_program, not {name!r}", setting="name")
    folder = home / name
    if folder.exists():
        raise Conflict(f"{folder} exists already")
    template = Path(__file__).resolve().parents[2] / f"{kind}s" / "_template"
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in [f for f in folder.rglob("*") if f.is_file()]:
        text = file.read_text("utf-8")
        text = text.replace('name = "template"', f'name = "{name}"')
        file.write_text(text.replace("template-half-hours", f"{name}-half-hours"), "utf-8")
    return folder


def check(
    folder: Path,
    sandbox: Sandbox,
    references: References,
    *,
    write: bool = False,
    undrawn: Callable[[Any], list[str]] = lambda result: [],
) -> Json:
    """{"program","kind","digest","checked":[{"file","ok","why"?}],"ok","shapes"?} of a program's
    folder. `shapes` says so where what a connector yields could not be held to the shapes; `undrawn`
    tells which views of an app's result a page could not draw.

    `write` keeps what it yields as what it must yield. Raises BadInput for a manifest or a schema
    that is not sound.
    """
    if not folder.is_dir():
        raise NotFound(f"{folder}: there is no such folder")
    program = load_program(folder.resolve())
    if program.manifest.kind == "app":
        checked = [_example(program, sandbox, references, write, undrawn)]
    else:
        checked = list(_recordings(program, sandbox, write))
    absent = program.manifest.kind == "connector" and not shapes.available()
    return {
        "program": program.manifest.name,
        "kind": program.manifest.kind,
        "digest": program.digest,
        "checked": checked,
        "ok": bool(checked) and all(one["ok"] for one in checked),
        **({"shapes": shapes.ABSENT} if absent else {}),
    }


def _example(
    program: Program,
    sandbox: Sandbox,
    references: References,
    write: bool,
    undrawn: Callable[[Any], list[str]],
) -> Json:
    examples = program.folder / "examples"
    queries = {query.name: query for query in program.manifest.queries}

    def answer(name: str, params: Mapping[str, Any]) -> Json:
        file = examples / "in" / f"{name}.json"
        if file.is_file():
            found: Json = _json(file)
            return found
        if reference := queries[name].reference:
            return references.get(reference)
        raise NotAllowed(f"examples/in/{name}.json is missing", query=name)

    golden = examples / "out" / "result.json"
    outcome = sandbox.run_app(program, {}, answer, explain=True)
    if wrong := undrawn(outcome.result):
        return {"file": "examples/out/result.json", "ok": False, "why": "; ".join(wrong)}
    return _compared("examples/out/result.json", golden, outcome.result, write)


def _recordings(program: Program, sandbox: Sandbox, write: bool) -> Iterator[Json]:
    files = sorted((program.folder / "recorded").glob("*"))
    if not files:
        yield {"file": "recorded/", "ok": False, "why": "there is no recorded file"}
    for file in files:
        said = _said(program, sandbox, file)
        golden = program.folder / "golden" / f"{file.name}.json"
        compared = _compared(f"recorded/{file.name}", golden, said, write)
        if compared["ok"] and shapes.available() and (wrong := _unfit(file, said)):
            compared |= {"ok": False, "why": "; ".join(wrong)}
        yield compared


def _unfit(file: Path, said: Json) -> list[str]:
    """What of the documents that a file's records make does not fit the shapes."""
    records = [record for record in said.get("records", ()) if "problem" not in record]
    if not records or question(records) is not None:
        return []
    source = Source(f"/imports/{file.name}", "0" * 64, file.name, arrived=ARRIVED)
    return shapes.faults(merge_documents(records, source, lambda path: None).writes)


def _said(program: Program, sandbox: Sandbox, file: Path) -> Json:
    """What a connector says of a file, as its golden file holds it. Raises BadOutput for records
    that the pod would not take."""
    body = Body(file.stat().st_size, path=file)
    if not list(candidates([program], body)):
        return {"format": None, "records": []}
    records: list[Json] = []
    try:
        outcome = sandbox.run_importer(program, body, file.name, records.append)
    except BadFile as bad:
        facts = {
            k: v for k, v in bad.facts.items() if k not in (*FACTS, "program", "audit", "logs")
        }
        return {"bad_file": {"reason": bad.facts["reason"], "line": bad.facts.get("line"), **facts}}
    if question(records) is not None:
        return {"format": outcome.result["format"], "records": records}
    source = Source(raw=f"/imports/{file.name}", sha256="0" * 64, name=file.name)
    check_records([record for record in records if "problem" not in record], source)
    return {"format": outcome.result["format"], "records": records}


def _compared(name: str, golden: Path, found: Any, write: bool) -> Json:
    if write:
        golden.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        golden.write_text(text + "\n", "utf-8")
    if not golden.is_file():
        return {"file": name, "ok": False, "why": f"{golden.name} is missing; --write makes it"}
    where = _difference(_json(golden), found)
    return {"file": name, "ok": where is None, **({"why": where} if where else {})}


def _difference(expected: Any, found: Any, where: str = "$") -> str | None:
    """The first place where the two differ, None if nowhere."""
    pairs: list[tuple[Any, Any, str]] = []
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        pairs = [(expected[key], found[key], f"{where}.{key}") for key in expected]
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = [
            (a, b, f"{where}[{n}]") for n, (a, b) in enumerate(zip(expected, found, strict=True))
        ]
    elif expected != found:
        return f"{where}: {_short(expected)} expected, {_short(found)} found"
    return next(filter(None, (_difference(*pair) for pair in pairs)), None)


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput(f"{file.name}: {error}") from None
