"""The part of the command line that is about apps: what they need, packing, installing, removing."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pod.errors import BadInput

Ask = Callable[..., Any]  # a command on a pod, wherever it is open


def add(add: Callable[..., Any], of_pod: Callable[..., Any], ask: Ask) -> None:
    """Adds the words; `ask(args, command, **arguments)` runs one in the process that has the pod."""

    def needs(args: argparse.Namespace) -> Any:
        return ask(args, "needs", app=args.app)

    def app(args: argparse.Namespace) -> Any:
        if args.action == "list":
            return ask(args, "list_apps")
        if args.app is None:
            raise BadInput(f"`app {args.action}` wants an app", setting="app")
        if args.action == "remove":
            return ask(args, "remove_app", app=args.app, erase=args.erase)
        local = "://" not in args.app
        source = os.fspath(Path(args.app).resolve()) if local else args.app
        return ask(args, "install_app", source=source)

    of_pod("needs", needs, "what an app reads, why, and what comes out").add_argument("app")
    kept = of_pod("app", app, "install, list or remove apps")
    kept.add_argument("action", choices=("install", "list", "remove"))
    kept.add_argument(
        "app",
        nargs="?",
        help="install: a folder, a signed package or its https address; remove: NAME",
    )
    kept.add_argument("--erase", action="store_true", help="remove: its results too")
    packed = add("pack", _pack, "make a package of an app's folder, signed with a key of yours")
    packed.add_argument("folder", type=Path, metavar="FOLDER")
    packed.add_argument(
        "--key", type=Path, metavar="FILE", help="your private key; made where there is none"
    )
    packed.add_argument("--out", type=Path, metavar="FILE", help="default: NAME-VERSION.zip, here")


def _pack(args: argparse.Namespace) -> Any:
    """Needs no pod."""
    from pod.programs.manifest import load_program
    from pod.programs.packages import key_text, pack, publisher_key

    if not args.folder.is_dir():
        raise BadInput(f"{args.folder}: there is no such folder", setting="folder")
    folder = args.folder.resolve()
    program = load_program(folder)
    key = None if args.key is None else publisher_key(args.key)
    manifest = program.manifest
    out = args.out or Path(f"{manifest.name}-{manifest.version}.zip")
    data = pack(folder, program, key)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise BadInput(f"{out}: {error.strerror}", setting="out") from None
    return {
        "file": os.fspath(out),
        "bytes": len(data),
        "digest": program.digest,
        "key": key and key_text(key.public_key()),
    }
