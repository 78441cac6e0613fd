"""Runs a program natively, without the box: for unit tests of programs, and for a quick look.

Not part of what the box holds.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any


def sdk() -> ModuleType:
    """This package under the name that programs know."""
    if "domicile" not in sys.modules:
        folder = Path(__file__).resolve().parent
        spec = importlib.util.spec_from_file_location(
            "domicile", folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules["domicile"] = module
        spec.loader.exec_module(module)
    return sys.modules["domicile"]


@contextmanager
def loaded(folder: Path, entry: str) -> Iterator[ModuleType]:
    """The program's entry module, with its folder first on the path; its modules are forgotten after."""
    sdk()
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(entry.removesuffix(".py"))
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder):
                del sys.modules[name]


def run_app(
    folder: Path,
    answers: Mapping[str, Any] | Callable[[str, dict[str, Any]], Any],
    params: dict[str, Any] | None = None,
    entry: str = "main.py",
) -> Any:
    """The result of an app; `answers` maps query names to {"columns","rows",…}, or is a function."""

    def ask(name: str, text: str) -> tuple[bool, str]:
        if callable(answers):
            return True, json.dumps(answers(name, json.loads(text)))
        if name not in answers:
            return False, "not granted"
        return True, json.dumps(answers[name])

    with loaded(folder, entry) as module:
        result = module.run(sdk().Inputs(ask, lambda text: None), params or {})
        given = result.as_dict() if isinstance(result, sdk().Result) else result
        return json.loads(json.dumps(given, allow_nan=False))


def import_file(
    folder: Path,
    name: str,
    data: bytes,
    entry: str = "mapping.py",
    answers: dict[str, Any] | None = None,
) -> tuple[str | None, list[dict[str, Any]]]:
    """(format or None, what was yielded); raises the SDK's BadFile as the program does."""
    pieces = [data[i : i + (1 << 20)] for i in range(0, len(data), 1 << 20)]
    chunks = iter([*pieces, b""])
    with loaded(folder, entry) as module:
        file = sdk().File(name, len(data), lambda: next(chunks, b""), answers)
        found = module.recognise(file)
        if found is None:
            return None, []
        return found, [json.loads(json.dumps(r)) for r in module.read(file, found)]


def fetch(
    folder: Path,
    cursor: dict[str, Any],
    answer: Callable[[dict[str, Any]], tuple[int, dict[str, str], bytes]],
    entry: str = "fetch.py",
) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    """(the next cursor, what was kept); `answer(request)` gives (status, headers, body)."""
    said: list[bytes] = []
    kept: list[tuple[str, bytes]] = []

    def ask(text: str) -> tuple[bool, str]:
        status, headers, body = answer(json.loads(text))
        said.append(body)
        head = {"answer": len(said) - 1, "status": status, "headers": headers}
        return True, json.dumps(head) + "\n" + body.decode("latin-1")

    def keep(number: int, name: str) -> tuple[bool, str]:
        kept.append((name, said[number]))
        return True, ""

    with loaded(folder, entry) as module:
        web = sdk().Web(ask, keep, lambda text: None)
        return json.loads(json.dumps(module.fetch(web, cursor))), kept
