"""Wiring: the only place where objects are made and given to each other."""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pod.config import FILE, Settings
from pod.errors import BadInput, Conflict
from pod.host import HOME, WEBHOOKS, Host, check_name, root_of, webid_of
from pod.identity.accounts import Accounts
from pod.identity.clients import Clients
from pod.identity.documents import Documents
from pod.identity.dpop import FAST_CLOCK, Seen
from pod.identity.issuer import Issuer
from pod.identity.keys import Keys
from pod.identity.tokens import Tokens
from pod.identity.webid import starting_documents
from pod.index import Follower, Index, Search
from pod.model import PUBLIC, Body, Iri, Verb
from pod.notify.channels import Channels
from pod.notify.signing import Key
from pod.notify.webhooks import Webhooks
from pod.outbound import Outbound
from pod.programs.consents import Consents
from pod.programs.coverage import Coverage
from pod.programs.drops import Drops
from pod.programs.holders import Connections
from pod.programs.imports import Imports
from pod.programs.installed import Programs
from pod.programs.manifest import Program, load_program
from pod.programs.publications import Publications
from pod.programs.reference import References
from pod.programs.runs import Runs
from pod.programs.sandbox import Limits, Sandbox
from pod.programs.schedules import Schedules
from pod.programs.trial import Trial
from pod.rdf import graph, jsonld
from pod.services import Services
from pod.space import Space
from pod.storage.accounts import ServerStore
from pod.storage.base import Keeping, Store, Transaction, locked
from pod.storage.epoch import Epoch
from pod.storage.grants import GrantStore
from pod.storage.vault import Vault
from pod.writing import FRESH_BODY, FRESH_BYTES, Fresh

HERE = Path(__file__).resolve().parent.parent
BUNDLED = (HERE / "connectors", HERE / "apps")
# JSON-LD contexts that documents may name: nothing is fetched for a parser.
CONTEXTS = {"https://www.w3.org/ns/activitystreams": HERE / "vocab/contexts/activitystreams.jsonld"}
SHAPES = ("home", "provider")
log = logging.getLogger(__name__)
_AHEAD = "latest-proof"  # see `identity.dpop.Seen`


def initialise(settings: Settings) -> None:
    """Makes the data folder of a server: its settings file and, at home, an empty pod.

    Raises Conflict if there is one already. A home's owner gets a name and a password later, from
    the first page or from `Accounts.create_owner`; a provider's pods are made by `Host.create`.
    """
    if settings.shape not in SHAPES:
        raise BadInput(f"the shape is one of {', '.join(SHAPES)}", setting="shape")
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = settings.data / FILE
    if file.exists():
        raise Conflict(f"{settings.data} holds a server's data already")
    if settings.shape == "home":
        _start_pod(settings, HOME, _folder(settings, HOME))
    else:
        (settings.data / "pods").mkdir(mode=0o700, exist_ok=True)
    text = f"base_url = {json.dumps(settings.base_url)}\nshape = {json.dumps(settings.shape)}\n"
    if settings.vault_key_file:
        text += f"vault_key_file = {json.dumps(settings.vault_key_file)}\n"
    file.write_text(text, "utf-8")


def _folder(settings: Settings, name: str) -> Path:
    return settings.data / "pods" / name if name else settings.data / "pod"


def _start_pod(settings: Settings, name: str, folder: Path) -> None:
    """Makes the storage of a new pod in `folder`; one that is begun already stays as it is."""
    owner = str(webid_of(settings, name))
    documents = starting_documents("../../" if name else "../")

    def begin(tx: Transaction) -> None:
        tx.log(Verb.CREATE.value, "owner", owner, None, "/", None, {"pod": "started"})
        for path, kind, body in documents:
            tx.save(path, kind, Body.of(body))

    store = Store(folder, inline_bytes=settings.inline_bytes)
    try:
        if store.head() == 0:
            store.write(begin)
    finally:
        store.close()


def _create_pod(settings: Settings, name: str) -> None:
    """Whole or not at all: made aside, then named. What a crash left aside is swept here."""
    aside = settings.data / "pods" / f".new-{name}"
    shutil.rmtree(aside, ignore_errors=True)
    _start_pod(settings, name, aside)
    aside.rename(_folder(settings, name))


def _remove_pod(settings: Settings, name: str) -> None:
    """Gone at once for everybody, then deleted; what a crash left of it is swept here."""
    folder = _folder(settings, name)
    aside = folder.with_name(f".gone-{name}")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.rename(aside)
        shutil.rmtree(aside)
    if name == HOME:
        _start_pod(settings, name, folder)


def open_host(settings: Settings) -> Host:
    """Opens the data folder and wires everything. A home's pod is open at once: raises Unavailable
    if another process holds it."""
    for iri, file in CONTEXTS.items():
        jsonld.register(iri, json.loads(file.read_text("utf-8")))
    lock = locked(settings.data / "lock", "this data folder")
    try:
        return _opened(settings, lock)
    except BaseException:
        os.close(lock)
        raise


def _opened(settings: Settings, lock: int) -> Host:
    accounts_store = ServerStore(settings.data / "server.db")
    try:
        epoch = Epoch(accounts_store, _vault_key(settings, accounts_store).with_suffix(".epoch"))
        if not epoch.begin():
            # Proofs that the newer database knew may still be fresh, of a fast clock too.
            accounts_store.set_meta(_AHEAD, str(int(time.time()) + FAST_CLOCK))
            log.warning("the server's database is an older copy: everybody signs in anew")
        home = str(webid_of(settings, HOME)) if settings.shape == "home" else None
        accounts = Accounts(accounts_store, settings, home)
        closing = [lambda: os.close(lock), accounts_store.close, epoch.turn, accounts.tokens.close]
        outbound = Outbound(settings)
        vault = Vault(_vault_key(settings, accounts_store))
        issuer = _issuer(
            settings, accounts_store, accounts, lambda iri: _own(host, iri), outbound, vault
        )
        shared = _Shared(settings, accounts, issuer, outbound, vault)
        host = Host(
            settings,
            accounts,
            issuer,
            shared.open_pod,
            lambda name: _create_pod(settings, name),
            lambda name: _remove_pod(settings, name),
            lambda: _close(closing),
        )

        def ended(webid: str, client: str) -> None:
            epoch.turn()
            host.end_client(webid, client)

        issuer.ended = ended
        if host.is_home:
            with host.use(HOME):
                pass
    except BaseException:
        accounts_store.close()
        raise
    return host


def build(settings: Settings, name: str = HOME) -> Services:
    """One pod for a command that runs where no server does; closing it closes all.

    Raises BadInput where the server has several pods and none is named, or the other way round.
    """
    host = open_host(settings)
    try:
        with host.use(check_name(host, name)) as services:
            return replace(services, close=host.close)
    except BaseException:
        host.close()
        raise


class _Shared:
    """What all pods of a server have in common, and how one is opened with it."""

    def __init__(
        self,
        settings: Settings,
        accounts: Accounts,
        issuer: Issuer,
        outbound: Outbound,
        vault: Vault,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._accounts = accounts
        self._issuer = issuer
        self._outbound = outbound
        self._programs = _programs()
        self._sandbox = Sandbox(_limits(settings))
        self._references = References((settings.data / "reference", HERE / "vocab" / "reference"))

    def open_pod(self, name: str) -> Services:
        settings, sandbox = self._settings, self._sandbox
        root, folder = root_of(settings, name), _folder(settings, name)
        store = Store(folder, inline_bytes=settings.inline_bytes, keeping=_keeping(settings))
        closing: list[Callable[[], None]] = [store.close]

        def iri_of(path: str) -> Iri:
            return Iri(root + path[1:])

        try:
            fresh = Fresh(FRESH_BYTES)
            follower = Follower(store, iri_of, _parser(settings, fresh), settings.index_seconds)
            index, search = Index(folder, store, follower), Search(folder, store, follower)
            follower.start()
            closing.append(follower.close)
            webid = webid_of(settings, name)
            space = Space(root, webid, store, index, settings, search, self._outbound, fresh)
            closing.append(space.close)
            programs = Programs(space, self._programs, self._outbound)
            imports = Imports(space, sandbox, programs)
            coverage = Coverage(space)
            imports.settled = coverage.refresh
            drops = Drops(space, imports)
            connections = Connections(
                space, sandbox, programs, imports, self._outbound, self._vault
            )
            consents = Consents(space, programs)
            publications = Publications(space, self._references, self._outbound)
            runs = Runs(space, sandbox, programs, consents, publications)
            closing += [imports.close, drops.close, connections.close, runs.close]
            key = Key(store.key("webhooks"))
            webhooks = Webhooks(space, self._outbound, key, folder / WEBHOOKS, self._issuer.stands)
            channels = Channels(space, webhooks)
            closing.append(channels.close)
        except BaseException:
            _close(closing)
            raise
        return Services(
            settings=settings,
            space=space,
            accounts=self._accounts,
            issuer=self._issuer,
            programs=programs,
            sandbox=sandbox,
            imports=imports,
            drops=drops,
            coverage=coverage,
            connections=connections,
            consents=consents,
            publications=publications,
            runs=runs,
            schedules=Schedules(space, programs, consents, runs),
            trial=Trial(space, imports, consents, runs),
            channels=channels,
            outbound=self._outbound,
            close=lambda: _close(closing),
        )


def _own(host: Host, address: str) -> tuple[str, bytes] | None:
    """What the public reads at an address of one of these storages; None for another server's."""
    base = host.settings.base_url
    name = host.name_in(address[len(base) - 1 :]) if address.startswith(base) else None
    if name is None:
        return None
    with host.use(name) as services:
        found = services.space.get(PUBLIC, Iri(address))
        return found.type, found.body.read(host.settings.max_rdf_bytes)


def _issuer(
    settings: Settings,
    store: ServerStore,
    accounts: Accounts,
    own: Callable[[str], tuple[str, bytes] | None],
    outbound: Outbound,
    vault: Vault,
) -> Issuer:
    """The identity provider, and the tokens that the storages accept."""
    grants = GrantStore(store)
    keys = Keys(store, vault, settings)
    documents = Documents(settings, outbound, own)
    tokens = Tokens(settings, keys, grants, documents)
    ahead = int(store.meta(_AHEAD) or 0)
    seen = Seen(settings, ahead, lambda moment: store.set_meta(_AHEAD, str(moment)))
    accounts.tokens.accept(tokens, seen, settings)
    clients = Clients(settings, store, grants, documents)
    return Issuer(settings, keys, grants, clients, tokens, seen, documents)


def _vault_key(settings: Settings, store: ServerStore) -> Path:
    """Outside the data folder, so that no copy of it holds the key: named after the folder's own
    random name, which moves with it."""
    if settings.vault_key_file:
        return Path(settings.vault_key_file)
    name = store.meta("vault")
    if name is None:
        name = secrets.token_hex(8)
        store.set_meta("vault", name)
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "domicile" / f"{name}.key"


def _close(closing: list[Callable[[], None]]) -> None:
    while closing:
        closing.pop()()


def _programs() -> dict[str, Program]:
    folders = (f for home in BUNDLED for f in sorted(home.iterdir()) if f.is_dir())
    programs = [load_program(f) for f in folders if not f.name.startswith(("_", "."))]
    return {program.manifest.name: program for program in programs}


def _limits(settings: Settings) -> Limits:
    return Limits(
        cpu_seconds=settings.run_cpu_seconds,
        import_cpu_seconds_per_mb=settings.import_cpu_seconds_per_mb,
        memory_bytes=settings.run_memory_bytes,
        calls=settings.run_calls,
        read_bytes=settings.run_read_bytes,
        result_bytes=settings.run_result_bytes,
        yield_bytes=settings.run_yield_bytes,
    )


def _keeping(settings: Settings) -> Keeping:
    return Keeping(
        count=settings.version_count,
        body_bytes=settings.version_bytes,
        quota_bytes=settings.version_quota_bytes,
        gap_seconds=settings.version_gap_seconds,
    )


def _parser(settings: Settings, fresh: Fresh) -> Callable[[Body, str, Iri], Iterable[Any]]:
    def parse(body: Body, kind: str, iri: Iri) -> Iterable[Any]:
        data = body.read(settings.max_rdf_bytes)
        known = fresh.find((iri, kind, data)) if len(data) <= FRESH_BODY else None
        return known or graph.parse(data, kind, str(iri), max_depth=settings.max_rdf_depth)

    return parse
