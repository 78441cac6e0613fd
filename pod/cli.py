"""The command line (`domicile`): thin: it reads words, calls a command, prints its answer.

Exit status: 0 success, 2 misuse, 1 anything else with one clear sentence on standard error.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pod import control, server
from pod.commands import COMMANDS
from pod.config import FILE, Settings, load
from pod.errors import BadInput, PodError
from pod.http.serving import serve
from pod.model import Json


def main(words: Sequence[str] | None = None) -> None:
    """The entry point of `domicile`."""
    parser = _parser()
    args = parser.parse_args(words)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    try:
        answer = args.act(args)
    except BadInput as error:
        _fail(error, 2 if "setting" in error.facts else 1)
    except PodError as error:
        _fail(error, 1)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    if answer is not None:
        print(json.dumps(answer, ensure_ascii=False, indent=None if args.json else 1))


def _fail(error: PodError, status: int) -> None:
    print(f"domicile: {error.detail}", file=sys.stderr)
    raise SystemExit(status)


# -------------------------------------------------------------------- acts


def _settings(args: argparse.Namespace, **flags: Any) -> Settings:
    return load(args.data, **flags)


def _init(args: argparse.Namespace) -> Json:
    settings = _settings(args, base_url=args.base_url, shape="provider" if args.provider else None)
    password = _password(args.password_file)
    if password is not None and args.name is None:
        raise BadInput("a password wants a --name to go with it", setting="name")
    server.initialise(settings)
    if args.name is not None and password is not None:
        services = server.build(load(args.data))
        try:
            services.accounts.create_owner(args.name, password, email=args.email)
        finally:
            services.close()
    return {"data": str(settings.data), "base_url": settings.base_url}


def _password(file: str | None) -> str | None:
    if file is None:
        return None
    try:
        text = sys.stdin.readline() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: {error}", setting="password_file") from None
    return text.strip("\r\n")


def _serve(args: argparse.Namespace) -> None:
    settings = _settings(
        args, host=args.host, port=args.port, base_url=args.base_url, workers=args.workers
    )
    if not (settings.data / FILE).exists():
        server.initialise(settings)
    _run_server(settings)


def _run_server(settings: Settings, *, sample: bool = False) -> None:
    services = server.build(settings)
    door = control.listen(services)
    try:
        if sample and services.trial.state(services.owner) is None:
            services.trial.start(services.owner)
        serve(services)
    finally:
        door.shutdown()
        (settings.data / control.NAME).unlink(missing_ok=True)
        services.close()


def _demo(args: argparse.Namespace) -> None:
    base_url = None if (args.data / FILE).exists() else f"http://localhost:{args.port}/"
    settings = _settings(args, port=args.port, base_url=base_url)
    if not (settings.data / FILE).exists():
        server.initialise(settings)
    _run_server(settings, sample=True)


def _command(args: argparse.Namespace, command: str, **arguments: Any) -> Any:
    """In the server that holds the folder, or here where none runs."""
    _existing(args.data)
    try:
        return control.ask(args.data, command, arguments)
    except ConnectionError:
        services = server.build(_settings(args))
        try:
            return COMMANDS[command](services, **arguments)
        finally:
            services.close()


def _existing(data: Path) -> None:
    if not (data / FILE).exists():
        raise BadInput(f"{data} holds no pod; `domicile init --data {data}` makes one")


def _import(args: argparse.Namespace) -> Any:
    files = [os.fspath(Path(file).resolve()) for file in args.files]
    done = _command(args, "import_files", files=files)
    for given, answer in zip(args.files, done, strict=True):
        answer["file"] = given
    failed = [answer for answer in done if "error" in answer]
    if failed:
        print(json.dumps(done, ensure_ascii=False, indent=None if args.json else 1))
        raise PodError("; ".join(answer["error"]["detail"] for answer in failed))
    return done


def _run(args: argparse.Namespace) -> Any:
    params = {key: getattr(args, key) for key in ("from", "to") if getattr(args, key)}
    if not args.no_consent:
        print(
            f"domicile: running {args.app} agrees to what it reads (`domicile needs {args.app}` "
            "tells); nothing leaves this machine",
            file=sys.stderr,
        )
    return _command(args, "run_app", app=args.app, agree=not args.no_consent, params=params)


def _needs(args: argparse.Namespace) -> Any:
    return _command(args, "needs", app=args.app)


def _query(args: argparse.Namespace) -> Any:
    text = sys.stdin.read() if args.sparql == "-" else args.sparql
    return _command(args, "query", sparql=text)


def _token(args: argparse.Namespace) -> Any:
    return _command(args, "create_token", name=args.name, webid=args.webid)


def _credentials(args: argparse.Namespace) -> Any:
    if args.action == "create":
        facts = {"name": args.name or "script", "ceiling": args.ceiling, "pod": args.pod}
        return _command(args, "create_credentials", **facts)
    if args.action == "list":
        return _command(args, "list_credentials")
    if not args.name:
        raise BadInput("which credentials? `domicile credentials list` shows them", setting="name")
    return _command(args, "drop_credentials", identifier=args.name)


def _simple(name: str) -> Any:
    return lambda args: _command(args, name)


# -------------------------------------------------------------------- words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="domicile",
        description="A server of one's own for personal data.",
        epilog=_settings_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, act: Any, meaning: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=meaning, description=meaning)
        sub.add_argument("--data", type=Path, default=Path(os.environ.get("DOMICILE_DATA", "data")))
        sub.add_argument("--json", action="store_true", help="one JSON value on one line")
        sub.set_defaults(act=act)
        return sub

    init = add("init", _init, "make a data folder with an empty pod")
    init.add_argument("--base-url")
    init.add_argument("--name")
    init.add_argument("--email")
    init.add_argument(
        "--password-file", help="its first line is the password; - for standard input"
    )
    init.add_argument("--provider", action="store_true")
    run = add("serve", _serve, "serve the pod")
    run.add_argument("--host")
    run.add_argument("--port", type=int)
    run.add_argument("--base-url")
    run.add_argument("--workers", type=int)
    demo = add("demo", _demo, "serve a pod filled with a sample household")
    demo.add_argument("--port", type=int, default=8080)
    add("import", _import, "import files").add_argument("files", nargs="+", metavar="FILE")
    app = add("run", _run, "run an app and print its result")
    app.add_argument("app", metavar="APP")
    app.add_argument("--from", help="first local day, YYYY-MM-DD")
    app.add_argument("--to", help="last local day, YYYY-MM-DD")
    app.add_argument("--no-consent", action="store_true", help="fail where no consent is in force")
    add("needs", _needs, "what an app reads, why, and what comes out").add_argument("app")
    add("query", _query, "SPARQL over the pod").add_argument("sparql", metavar="SPARQL")
    add("reindex", _simple("reindex"), "build the RDF store anew from the documents")
    add("doctor", _simple("doctor"), "what works on this machine, and whether the data are whole")
    token = add("token", _token, "a token for scripts: Authorization: Bearer TOKEN")
    token.add_argument("name", help="what it is for")
    token.add_argument("--webid", help="whom it stands for; default: the owner")
    creds = add("credentials", _credentials, "client credentials for Solid clients and scripts")
    creds.add_argument("action", choices=("create", "list", "drop"))
    creds.add_argument("name", nargs="?", help="create: what they are for; drop: their id")
    creds.add_argument("--pod", help="which pod of a provider")
    creds.add_argument(
        "--ceiling",
        choices=("read", "write", "control"),
        default="control",
        help="the most that they may do (default: all that the rules allow the owner)",
    )
    add("rotate-keys", _simple("rotate_keys"), "sign tokens with new keys from now on")
    return parser


def _settings_help() -> str:
    lines = ["settings (domicile.toml in the data folder, or DOMICILE_NAME in the environment):"]
    lines += [
        f"  {setting.name:18} {setting.metadata['meaning']} [{setting.default!s}]"
        for setting in fields(Settings)
    ]
    return "\n".join(lines)
