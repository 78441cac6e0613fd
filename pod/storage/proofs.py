"""What an account can show for itself besides its password, and what it has announced: tables of
the server's database. No pod data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from pod.model import Json
from pod.storage.accounts import ServerStore
from pod.storage.rows import milliseconds

metadata = MetaData()

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),  # the credential's
    Column("account", String, nullable=False),
    Column("data", LargeBinary, nullable=False),  # AttestedCredentialData: its public key
    Column("counter", BigInteger, nullable=False),
    Column("label", String, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
)
recovery = Table(
    "recovery",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # sha256 of account and code
    Column("account", String, nullable=False),
)
proof = Table(
    "proof",
    metadata,
    Column("session", LargeBinary, primary_key=True),
    Column("how", String, nullable=False),
    Column("seen", BigInteger, nullable=False),
)
leaving = Table(
    "leaving",
    metadata,
    Column("webid", String, primary_key=True),
    Column("expires", BigInteger, nullable=False),
)


class ProofStore:
    """Rows as dicts, moments as UTC datetimes; in the database of `store`."""

    def __init__(self, store: ServerStore) -> None:
        self._store = store
        store.create(metadata)

    # ---------------------------------------------------------------- passkeys

    def add_passkey(
        self, identifier: bytes, account: str, data: bytes, counter: int, label: str, now: datetime
    ) -> None:
        at = milliseconds(now)
        row = {"id": identifier, "account": account, "data": data, "counter": counter}
        self._store.run(insert(passkey).values(**row, label=label, created=at, seen=at))

    def passkey(self, identifier: bytes) -> Json | None:
        return self._store.first(select(passkey).where(passkey.c.id == identifier))

    def passkeys(self, account: str) -> list[Json]:
        wanted = select(passkey).where(passkey.c.account == account)
        return self._store.all(wanted.order_by(passkey.c.created))

    def use_passkey(self, identifier: bytes, counter: int, now: datetime) -> None:
        wanted = update(passkey).where(passkey.c.id == identifier)
        self._store.run(wanted.values(counter=counter, seen=milliseconds(now)))

    def drop_passkey(self, account: str, identifier: bytes) -> None:
        mine = (passkey.c.id == identifier) & (passkey.c.account == account)
        self._store.run(delete(passkey).where(mine))

    # ---------------------------------------------------------------- recovery codes

    def set_codes(self, account: str, digests: list[bytes]) -> None:
        """In place of all earlier ones."""
        rows = [insert(recovery).values(digest=d, account=account) for d in digests]
        self._store.run(delete(recovery).where(recovery.c.account == account), *rows)

    def count_codes(self, account: str) -> int:
        return len(self._store.all(select(recovery).where(recovery.c.account == account)))

    def take_code(self, account: str, digest: bytes) -> bool:
        """Whether there was such a code; it is used up."""
        mine = (recovery.c.account == account) & (recovery.c.digest == digest)
        return self._store.count(delete(recovery).where(mine)) == 1

    # ---------------------------------------------------------------- proofs of a session

    def set_proof(self, session: bytes, how: str, now: datetime) -> None:
        values = {"how": how, "seen": milliseconds(now)}
        wanted = upsert(proof).values(session=session, **values)
        self._store.run(wanted.on_conflict_do_update(index_elements=["session"], set_=values))

    def proof(self, session: bytes) -> Json | None:
        return self._store.first(select(proof).where(proof.c.session == session))

    def drop_proofs(self, before: datetime) -> None:
        self._store.run(delete(proof).where(proof.c.seen < milliseconds(before)))

    # ---------------------------------------------------------------- leaving

    def set_leaving(self, webid: str, at: datetime | None) -> None:
        """When everything of `webid` goes; None: it stays."""
        rows = [delete(leaving).where(leaving.c.webid == webid)]
        if at is not None:
            rows.append(insert(leaving).values(webid=webid, expires=milliseconds(at)))  # type: ignore[arg-type]
        self._store.run(*rows)

    def leaving(self, webid: str) -> datetime | None:
        found = self._store.first(select(leaving).where(leaving.c.webid == webid))
        at: datetime | None = found["expires"] if found else None
        return at

    def due(self, now: datetime) -> list[str]:
        """WebIDs whose time has come."""
        wanted = select(leaving).where(leaving.c.expires <= milliseconds(now))
        return [row["webid"] for row in self._store.all(wanted)]

    def forget(self, account: str, webid: str) -> None:
        """Everything of an account that is gone."""
        self._store.run(
            delete(passkey).where(passkey.c.account == account),
            delete(recovery).where(recovery.c.account == account),
            delete(leaving).where(leaving.c.webid == webid),
        )
