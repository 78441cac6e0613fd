"""The commands for who writes programs: `new`, `check`, `run --watch`, `fictitious`. The rest is in `cli`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pod.config import load
from pod.errors import BadInput, NotFound, PodError

if TYPE_CHECKING:
    from pod.services import Services

Words = Callable[[str, Any, str], argparse.ArgumentParser]


def add(plain: Words, of_pod: Words, command: Callable[..., Any]) -> None:
    """Adds these commands' words: `command(args, name, …)` runs one on a data folder."""

    def fictitious(args: argparse.Namespace) -> Any:
        folder = os.fspath(args.folder.resolve())
        facts = {"days": args.days, "seed": args.seed, "until": args.until}
        return command(args, "fictitious", folder=folder, **facts)

    fresh = plain("new", _new, "start an app or a connector from its template")
    fresh.add_argument("kind", choices=("app", "connector"))
    fresh.add_argument("name", metavar="NAME")
    fresh.add_argument(
        "--home", type=Path, help="folder to make it in; default: apps or connectors, here"
    )
    check = plain("check", _check, "check a program: its manifest, and its examples in the sandbox")
    check.add_argument("folder", type=Path, metavar="FOLDER")
    check.add_argument("--write", action="store_true", help="keep what it yields as what it must")
    meaning = (
        "files of a fictitious household, drawn from the statistics of this pod's own data: "
        "for development, not anonymous"
    )
    drawn = of_pod("fictitious", fictitious, meaning)
    drawn.add_argument("folder", type=Path, metavar="FOLDER", help="a new one")
    drawn.add_argument("--days", type=int, default=365)
    drawn.add_argument("--seed", type=int, default=1, help="the same files for the same seed")
    drawn.add_argument("--until", help="last local day; default: that of the pod's own data")


def add_watch(run: argparse.ArgumentParser) -> None:
    """The options of `run` for who writes the app."""
    run.add_argument(
        "--watch",
        action="store_true",
        help="run a folder's app at each save, on a made-up household",
    )
    run.add_argument(
        "--household", type=Path, help="with --watch: a folder of files in place of the sample's"
    )


def _new(args: argparse.Namespace) -> Any:
    from pod.programs import author

    home = args.home or Path(f"{args.kind}s")
    return {"folder": str(author.new(args.kind, args.name, home))}


def _check(args: argparse.Namespace) -> Any:
    from pod.programs import author
    from pod.programs.reference import References
    from pod.programs.sandbox import Sandbox
    from pod.server import HERE

    references = References((HERE / "vocab" / "reference",))
    found = author.check(args.folder, Sandbox(), references, write=args.write, undrawn=_undrawn)
    if not found["ok"]:
        print(json.dumps(found, ensure_ascii=False, indent=None if args.json else 1))
        wrong = [f"{one['file']}: {one['why']}" for one in found["checked"] if not one["ok"]]
        raise PodError("; ".join(wrong))
    return found


def _undrawn(result: Any) -> list[str]:
    from pod.http.texts import Texts
    from pod.http.views.read import undrawn

    return undrawn(result, Texts("en"))


def watch(args: argparse.Namespace, params: dict[str, str]) -> None:
    """Runs an app's folder at each save until Ctrl-C; what came out is a line of JSON (`--json`), or for
    people. No pod of anybody's is opened."""
    from pod.programs.watching import LINE, LINES, Trying, lines, saves

    named = Path("apps") / args.app
    folder = Path(args.app) if Path(args.app).is_dir() else named
    if not folder.is_dir():
        raise NotFound(f"{args.app}: there is no such folder, nor {named}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _made_up(args.household) as (services, references):
            space, sandbox = services.space, services.sandbox
            trying = Trying(space, sandbox, references, folder.resolve(), params)
            print(f"watching {folder}; Ctrl-C ends", file=sys.stderr, flush=True)
            for _ in saves(folder.resolve(), services.settings.watch_seconds):
                told = trying.once()
                told["undrawn"] = _undrawn(told.get("result"))
                if args.json:
                    print(json.dumps(told, ensure_ascii=False), flush=True)
                    continue
                for line in islice(lines(told, folder), LINES):
                    print(line[:LINE], flush=True)
    except KeyboardInterrupt:
        print(file=sys.stderr)


@contextmanager
def _made_up(files: Path | None) -> Iterator[tuple[Services, Any]]:
    """A pod in a temporary folder, with the sample household or the household of a folder."""
    from pod import server
    from pod.host import HOME
    from pod.programs.reference import References

    with tempfile.TemporaryDirectory(prefix="domicile-") as place:
        key = f"{place}/vault.key"
        settings = load(Path(place) / "data", vault_key_file=key, shape="home")
        server.initialise(settings)
        host = server.open_host(settings)
        try:
            with host.use(HOME) as services:
                print("filling a made-up household…", file=sys.stderr, flush=True)
                _fill(services, files or _sample(Path(place)))
                yield services, References((server.HERE / "vocab" / "reference",))
        finally:
            host.close()


def _sample(place: Path) -> Path:
    """The files of the sample household, of the last 13 months."""
    from pod.sample import write_household, write_statements
    from pod.sample_rights import write_rights

    folder = place / "household"
    folder.mkdir()
    until = date.today() - timedelta(days=1)  # noqa: DTZ011  (a sample's last day)
    write_household(folder, until=until, days=396)
    for file in write_statements(folder, until=until, days=396)[1:]:
        file.unlink()
    write_rights(folder, until=until)
    return folder


def _fill(services: Services, folder: Path) -> None:
    """Raises BadInput for a file that cannot be imported."""
    from pod.commands import import_files

    if not folder.is_dir():
        raise NotFound(f"{folder}: there is no such folder")
    files = [f for f in sorted(folder.iterdir()) if f.is_file() and f.name != "about.json"]
    for told in import_files(services, [os.fspath(f.resolve()) for f in files]):
        if "error" in told:
            raise BadInput(f"{Path(told['file']).name}: {told['error']['detail']}")
