"""Wiring: the only place where objects are made and given to each other."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pod.config import FILE, Settings
from pod.errors import BadInput, Conflict
from pod.identity.accounts import Accounts
from pod.identity.clients import Clients
from pod.identity.documents import Documents
from pod.identity.dpop import Seen
from pod.identity.issuer import Issuer
from pod.identity.keys import Keys
from pod.identity.tokens import Tokens
from pod.identity.webid import starting_documents
from pod.index import Index
from pod.model import PUBLIC, Body, Iri, Verb
from pod.outbound import Outbound
from pod.programs.consents import Consents
from pod.programs.imports import Imports
from pod.programs.manifest import Program, load_program
from pod.programs.reference import References
from pod.programs.runs import Runs
from pod.programs.sandbox import Limits, Sandbox
from pod.programs.trial import Trial
from pod.rdf import graph
from pod.services import Services
from pod.space import Space
from pod.storage.accounts import ServerStore
from pod.storage.base import Store, Transaction
from pod.storage.grants import GrantStore
from pod.storage.vault import Vault

HERE = Path(__file__).resolve().parent.parent
BUNDLED = (HERE / "connectors", HERE / "apps")
PROFILE = "profile/card#me"
_AHEAD = "latest-proof"  # see `identity.dpop.Seen`


def initialise(settings: Settings) -> None:
    """Makes the data folder of a home: its settings file, its secrets' key, an empty pod.

    Raises Conflict if there is one already. The owner's name and password come later, from the
    first page or from `Accounts.create_owner`.
    """
    if settings.shape != "home":
        raise BadInput("this version serves one pod at home; providers come later", setting="shape")
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = settings.data / FILE
    if file.exists():
        raise Conflict(f"{settings.data} holds a pod already")
    store = Store(settings.data / "pod", inline_bytes=settings.inline_bytes)
    try:
        if store.head() == 0:
            owner = settings.base_url + PROFILE
            store.write(lambda tx: _start(tx, owner))
    finally:
        store.close()
    text = f"base_url = {json.dumps(settings.base_url)}\nshape = {json.dumps(settings.shape)}\n"
    if settings.vault_key_file:
        text += f"vault_key_file = {json.dumps(settings.vault_key_file)}\n"
    file.write_text(text, "utf-8")


def _start(tx: Transaction, owner: str) -> None:
    tx.log(Verb.CREATE.value, "owner", owner, None, "/", None, {"pod": "started"})
    for path, kind, body in starting_documents():
        tx.save(path, kind, Body.of(body))


def build(settings: Settings) -> Services:
    """Opens the data folder and wires everything. Raises Unavailable if another process holds it."""
    root = Iri(settings.base_url)
    webid = Iri(settings.base_url + PROFILE)
    store = Store(settings.data / "pod", inline_bytes=settings.inline_bytes)
    closing: list[Callable[[], None]] = [store.close]
    try:
        accounts_store = ServerStore(settings.data / "server.db")
        closing.append(accounts_store.close)
        index = Index(
            settings.data / "pod", store, lambda path: Iri(root + path[1:]), _parser(settings)
        )
        index.start()
        closing.append(index.close)
        space = Space(root, webid, store, index, settings)
        closing.append(space.close)
        sandbox = Sandbox(_limits(settings))
        programs = _programs()
        references = References((settings.data / "reference", HERE / "vocab" / "reference"))
        imports = Imports(space, sandbox, programs)
        consents = Consents(space, programs)
        runs = Runs(space, sandbox, programs, consents, references)
        closing += [imports.close, runs.close]
        accounts = Accounts(accounts_store, settings, webid)
        closing.append(accounts.tokens.close)
        outbound = Outbound(settings)
        issuer = _issuer(settings, accounts_store, accounts, space, outbound)
    except BaseException:
        _close(closing)
        raise
    return Services(
        settings=settings,
        space=space,
        accounts=accounts,
        issuer=issuer,
        programs=programs,
        sandbox=sandbox,
        imports=imports,
        consents=consents,
        runs=runs,
        trial=Trial(space, imports, consents, runs),
        outbound=outbound,
        close=lambda: _close(closing),
    )


def _issuer(
    settings: Settings, store: ServerStore, accounts: Accounts, space: Space, outbound: Outbound
) -> Issuer:
    """The identity provider, and the tokens that the storage accepts."""

    def own(address: str) -> tuple[str, bytes] | None:
        """What the public reads at an address of this storage; None for another server's."""
        if not address.startswith(space.root):
            return None
        found = space.get(PUBLIC, Iri(address))
        return found.type, found.body.read(settings.max_rdf_bytes)

    grants = GrantStore(store)
    keys = Keys(store, Vault(_vault_key(settings, store)), settings)
    documents = Documents(settings, outbound, own)
    tokens = Tokens(settings, keys, grants, documents)
    ahead = int(store.meta(_AHEAD) or 0)
    seen = Seen(settings, ahead, lambda moment: store.set_meta(_AHEAD, str(moment)))
    accounts.tokens.accept(tokens, seen, settings)
    clients = Clients(settings, store, grants, documents)
    return Issuer(settings, keys, grants, clients, tokens, seen)


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
        memory_bytes=settings.run_memory_bytes,
        calls=settings.run_calls,
        read_bytes=settings.run_read_bytes,
        result_bytes=settings.run_result_bytes,
        yield_bytes=settings.run_yield_bytes,
    )


def _parser(settings: Settings) -> Callable[[Body, str, Iri], Iterable[Any]]:
    def parse(body: Body, kind: str, iri: Iri) -> Iterable[Any]:
        data = body.read(settings.max_rdf_bytes)
        return graph.parse(data, kind, str(iri), max_depth=settings.max_rdf_depth).quads

    return parse
