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
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pod import cli_apps, control, kit
from pod.config import FILE, Settings, load
from pod.errors import BadInput, PodError
from pod.model import Json

if TYPE_CHECKING:
    from pod.host import Host

log = logging.getLogger(__name__)
MOST_SAID = 20  # sentences on files that could not be imported

# What holds data is loaded by the functions that need it: a command that a running server answers
# is done before that would be loaded.


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
    _initialise(settings)
    if args.name is not None and password is not None:
        host = _open(load(args.data))
        try:
            host.accounts.create_owner(args.name, password, email=args.email)
        finally:
            host.close()
    return {"data": str(settings.data), "base_url": settings.base_url}


def _initialise(settings: Settings) -> None:
    from pod import server

    server.initialise(settings)


def _open(settings: Settings) -> Host:
    from pod import server

    return server.open_host(settings)


def _password(file: str | None) -> str | None:
    if file is None:
        return None
    try:
        text = sys.stdin.readline() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: {error}", setting="password_file") from None
    return text.strip("\r\n")


def _serve(args: argparse.Namespace) -> None:
    flags = {name: getattr(args, name) for name in ("host", "port", "base_url", "workers")}
    settings = _settings(args, **flags)
    if not (settings.data / FILE).exists():
        if settings.base_url == Settings().base_url:
            flags["base_url"] = f"http://localhost:{settings.port}/"
            settings = _settings(args, **flags)
        _initialise(settings)
    _warn_of_port(settings)
    _run_server(settings)


def _warn_of_port(settings: Settings) -> None:
    """A pod keeps the address it was made for: its owner's identity begins with it."""
    address = urlsplit(settings.base_url)
    if address.hostname == "localhost" and (address.port or 80) != settings.port:
        log.warning(
            "this pod's address is %s: its pages name that one, though port %d is served",
            settings.base_url,
            settings.port,
        )


def _run_server(settings: Settings, *, sample: bool = False) -> None:
    from pod.host import HOME
    from pod.http.serving import serve

    host = _open(settings)
    door = control.listen(host)
    try:
        if sample:
            with host.use(HOME) as services:
                if services.trial.state(services.owner) is None:
                    services.trial.start(services.owner)
        serve(host)
    finally:
        door.shutdown()
        (settings.data / control.NAME).unlink(missing_ok=True)
        host.close()


def _demo(args: argparse.Namespace) -> None:
    base_url = None if (args.data / FILE).exists() else f"http://localhost:{args.port}/"
    settings = _settings(args, port=args.port, base_url=base_url)
    if not (settings.data / FILE).exists():
        _initialise(settings)
    if not args.holders:
        return _run_server(settings, sample=True)
    from pod.standin import CLIENT, METER, SECRET, TOKEN, Holder

    holder = Holder().start()
    try:
        hosts = ("https://gw.ext.prod.api.enedis.fr", "https://conso.boris.sh")
        stands = ",".join(f"{host}={holder.origin}" for host in hosts)
        print(
            f"a stand-in for Enedis listens on {holder.origin}: usage_point_id={METER}, "
            f"data-connect {CLIENT} / {SECRET}, conso-api {TOKEN}",
            file=sys.stderr,
        )
        changed = {"holder_hosts": stands, "outbound_loopback": True}
        _run_server(replace(settings, **changed), sample=True)  # type: ignore[arg-type]
    finally:
        holder.close()


def _command(args: argparse.Namespace, command: str, **arguments: Any) -> Any:
    """In the server that holds the folder, or here where none runs."""
    _existing(args.data)
    pod = getattr(args, "pod", None)
    try:
        return control.ask(args.data, command, pod, arguments)
    except ConnectionError:
        host = _open(_settings(args))
        try:
            return control.run(host, command, pod, arguments)
        finally:
            host.close()


def _existing(data: Path) -> None:
    if not (data / FILE).exists():
        raise BadInput(f"{data} holds no pod; `domicile init --data {data}` makes one")


def _import(args: argparse.Namespace) -> Any:
    files = [os.fspath(Path(file).resolve()) for file in args.files]
    done = _command(args, "import_files", files=files)
    named = dict(zip(files, args.files, strict=True))
    for answer in done:  # as the caller wrote it, with what lies below a folder or in an archive
        at = next(
            (f for f in files if answer["file"] in (f, f"{f}/{answer['file'][len(f) + 1 :]}")), ""
        )
        answer["file"] = named.get(at, "") + answer["file"][len(at) :]
    failed = [answer for answer in done if "error" in answer]
    if failed:
        print(json.dumps(done, ensure_ascii=False, indent=None if args.json else 1))
        more = f"; and {len(failed) - MOST_SAID} more" if len(failed) > MOST_SAID else ""
        raise PodError("; ".join(_why(answer) for answer in failed[:MOST_SAID]) + more)
    return done


def _why(answer: Json) -> str:
    """One sentence: which file and line, and what is wrong."""
    from pod.http.failures import failure  # not before it is needed: it takes 60 ms to load
    from pod.http.texts import Texts

    error = answer["error"]
    if error["code"] in ("not-found", "too-large"):
        return str(error["detail"])
    found = failure(Texts("en"), error)
    line = "" if found.line is None else f", line {found.line}"
    return f"{Path(answer['file']).name}{line}: {found.said}"


def _connect(args: argparse.Namespace) -> Any:
    """Secrets come by standard input, never by the command line, which others can see."""
    try:
        secrets = json.loads(sys.stdin.read())
        facts = dict(fact.split("=", 1) for fact in args.fact)
    except ValueError:
        raise BadInput("secrets are JSON on standard input, facts NAME=VALUE") from None
    words = {"connector": args.connector, "service": args.service}
    return _command(args, "connect", **words, facts=facts, secrets=secrets)


def _sync(args: argparse.Namespace) -> Any:
    if args.connection is None:
        return _command(args, "list_connections")
    found = _command(args, "sync", connection=args.connection)
    if found.get("error"):
        print(json.dumps(found, ensure_ascii=False, indent=None if args.json else 1))
        raise PodError(str(found["error"]["detail"]))
    return found


def _run(args: argparse.Namespace) -> Any:
    params = {key: getattr(args, key) for key in ("from", "to") if getattr(args, key)}
    if args.watch:
        return kit.watch(args, params)
    if not args.no_consent:
        print(
            f"running {args.app} agrees to what it reads (`domicile needs {args.app}` "
            "tells); nothing leaves this machine",
            file=sys.stderr,
        )
    return _command(args, "run_app", app=args.app, agree=not args.no_consent, params=params)


def _query(args: argparse.Namespace) -> Any:
    text = sys.stdin.read() if args.sparql == "-" else args.sparql
    return _command(args, "query", sparql=text)


def _token(args: argparse.Namespace) -> Any:
    return _command(args, "create_token", name=args.name, webid=args.webid)


def _pod(args: argparse.Namespace) -> Any:
    if args.action == "list":
        return _command(args, "list_pods")
    if args.name is None:
        raise BadInput("`pod create` wants a name", setting="name")
    password = _password(args.password_file)
    arguments = {"name": args.name, "email": args.email, "password": password}
    return _command(args, "create_pod", **arguments)


def _credentials(args: argparse.Namespace) -> Any:
    if args.action == "create":
        facts = {"name": args.name or "script", "ceiling": args.ceiling}
        return _command(args, "create_credentials", **facts)
    if args.action == "list":
        return _command(args, "list_credentials")
    if not args.name:
        raise BadInput("which credentials? `domicile credentials list` shows them", setting="name")
    return _command(args, "drop_credentials", identifier=args.name)


def _export(args: argparse.Namespace) -> Any:
    return _command(args, "export", file=os.fspath(args.file.resolve()))


def _restore(args: argparse.Namespace) -> Any:
    return _command(args, "restore", file=os.fspath(args.file.resolve()))


def _backup(args: argparse.Namespace) -> Any:
    return _command(args, "backup", folder=os.fspath(args.folder.resolve()))


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

    def of_pod(name: str, act: Any, meaning: str) -> argparse.ArgumentParser:
        sub = add(name, act, meaning)
        sub.add_argument("--pod", help="which of a provider's pods")
        return sub

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
    init.add_argument("--provider", action="store_true", help="several pods, made by `pod create`")
    pods = add("pod", _pod, "make a pod at a provider, or list them")
    pods.add_argument("action", choices=("create", "list"))
    pods.add_argument("name", nargs="?", help="1 to 63 small letters, digits and hyphens")
    pods.add_argument("--email")
    pods.add_argument(
        "--password-file", help="its first line is the password; - for standard input"
    )
    run = add("serve", _serve, "serve the pod")
    run.add_argument("--host")
    run.add_argument("--port", type=int)
    run.add_argument("--base-url")
    run.add_argument("--workers", type=int)
    demo = add("demo", _demo, "serve a pod filled with a sample household")
    demo.add_argument("--port", type=int, default=8080)
    demo.add_argument("--holders", action="store_true", help="with stand-ins of data holders")
    of_pod("import", _import, "import files, folders and archives").add_argument(
        "files", nargs="+", metavar="FILE"
    )
    holder = of_pod("connect", _connect, "connect a holder; its secrets as JSON on standard input")
    holder.add_argument("connector", metavar="CONNECTOR")
    holder.add_argument("service", metavar="SERVICE")
    holder.add_argument("fact", nargs="*", metavar="NAME=VALUE")
    of_pod("sync", _sync, "one run of a connection; without a name: what there is").add_argument(
        "connection", nargs="?", metavar="CONNECTION"
    )
    app = of_pod("run", _run, "run an app and print its result")
    app.add_argument("app", metavar="APP")
    app.add_argument("--from", help="first local day, YYYY-MM-DD")
    app.add_argument("--to", help="last local day, YYYY-MM-DD")
    app.add_argument("--no-consent", action="store_true", help="fail where no consent is in force")
    kit.add_watch(app)
    cli_apps.add(add, of_pod, _command)
    of_pod("query", _query, "SPARQL over the pod").add_argument("sparql", metavar="SPARQL")
    of_pod("reindex", _simple("reindex"), "build the RDF store anew from the documents")
    of_pod(
        "doctor", _simple("doctor"), "what works on this machine, and whether the data are whole"
    )
    out = of_pod("export", _export, "the whole pod as one zip file, with a manifest")
    out.add_argument("file", type=Path, metavar="FILE")
    copy = add("backup", _backup, "a copy of the data folder while it is served")
    copy.add_argument("folder", type=Path, metavar="FOLDER", help="a new one, elsewhere")
    into = of_pod("restore", _restore, "an exported pod's documents, into a new pod")
    into.add_argument("file", type=Path, metavar="FILE")
    kit.add(add, of_pod, _command)
    token = of_pod("token", _token, "a token for scripts: Authorization: Bearer TOKEN")
    token.add_argument("name", help="what it is for")
    token.add_argument("--webid", help="whom it stands for; default: the owner")
    creds = of_pod("credentials", _credentials, "client credentials for Solid clients and scripts")
    creds.add_argument("action", choices=("create", "list", "drop"))
    creds.add_argument("name", nargs="?", help="create: what they are for; drop: their id")
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
