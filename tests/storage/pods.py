"""What the tests of storage and index share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pod.index import Follower, Index
from pod.model import Body, Iri, Json
from pod.rdf import graph
from pod.storage.base import Store, Transaction

ROOT = "http://localhost"
TTL = "text/turtle"


def write(store: Store, path: str, data: bytes | Body, kind: str = TTL, **facts: Any) -> int:
    """One document in a transaction of its own; its version."""

    def work(tx: Transaction) -> int:
        return put(tx, path, data, kind, facts)

    return store.write(work)


def put(
    tx: Transaction, path: str, data: bytes | Body, kind: str = TTL, facts: Json | None = None
) -> int:
    tx.log("Update", "owner", "http://localhost/me", None, path, None, facts or {})
    return tx.save(path, kind, data if isinstance(data, Body) else Body.of(data)).version


def remove(store: Store, path: str) -> None:
    def work(tx: Transaction) -> None:
        tx.log("Delete", "owner", "http://localhost/me", None, path, None, {})
        tx.remove(path)

    store.write(work)


def iri(path: str) -> Iri:
    return Iri(ROOT + path)


def parse(body: Body, kind: str, at: Iri) -> Iterable[Any]:
    return graph.parse(body.read(1 << 20), kind, str(at))


def index_of(folder: Path, store: Store) -> Index:
    return Index(folder, store, Follower(store, iri, parse))
