"""The server's own database: accounts, sessions, tokens, attempts, sealed secrets. No pod data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from pod.model import Json
from pod.storage.rows import milliseconds, moment

metadata = MetaData()

account = Table(
    "account",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String),
    Column("webid", String, nullable=False),
    Column("password", String),  # argon2id, encoded; none for the sample household
    Column("language", String),
    Column("theme", String),
    Column("created", BigInteger, nullable=False),
)
session = Table(
    "session",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # sha256 of the cookie's token
    Column("account", String, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("label", String, nullable=False),
)
visit = Table(
    "visit",
    metadata,
    Column("account", String, primary_key=True),
    Column("latest", BigInteger, nullable=False),  # when a page of the owner's was last looked at
    Column("before", BigInteger),  # the end of the visit before that one
)
token = Table(
    "token",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # sha256 of the token
    Column("name", String, nullable=False),
    Column("webid", String, nullable=False),
    Column("created", BigInteger, nullable=False),
)
attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("attempt_key", "key", "at"),
)
secret = Table(
    "secret",
    metadata,
    Column("name", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)


class ServerStore:
    """Rows as dicts, moments as UTC datetimes. Small and rarely written: each call commits."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)  # SQLite gives its journal the mode of the database
        self._engine = self.engine = create_engine(f"sqlite:///{file}", hide_parameters=True)
        event.listen(self._engine, "connect", _prepare)
        metadata.create_all(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    # ---------------------------------------------------------------- accounts

    def account(self, name: str | None = None) -> Json | None:
        """The account called `name` (any case), or the first one."""
        wanted = select(account).order_by(account.c.created)
        if name is not None:
            wanted = wanted.where(func.lower(account.c.name) == name.lower())
        return self.first(wanted)

    def account_of(self, identifier: str) -> Json | None:
        return self.first(select(account).where(account.c.id == identifier))

    def add_account(self, row: Json) -> None:
        self.run(insert(account).values(**{**row, "created": milliseconds(row["created"])}))

    def change_account(self, identifier: str, **values: Any) -> None:
        self.run(update(account).where(account.c.id == identifier).values(**values))

    def account_by(self, webid: str) -> Json | None:
        return self.first(select(account).where(account.c.webid == webid))

    def drop_account_of(self, webid: str) -> None:
        """With its sessions and tokens."""
        owned = select(account.c.id).where(account.c.webid == webid)
        self.run(
            delete(session).where(session.c.account.in_(owned)),
            delete(visit).where(visit.c.account.in_(owned)),
            delete(token).where(token.c.webid == webid),
            delete(account).where(account.c.webid == webid),
        )

    def visit(self, of: str) -> Json | None:
        """{"latest", "before"}: when the owner was last here, and the time before."""
        return self.first(select(visit).where(visit.c.account == of))

    def set_visit(self, of: str, latest: datetime, before: datetime | None) -> None:
        values = {"latest": milliseconds(latest), "before": before and milliseconds(before)}
        put = upsert(visit).values(account=of, **values)
        self.run(put.on_conflict_do_update(index_elements=["account"], set_=values))

    # ---------------------------------------------------------------- sessions and tokens

    def add_session(
        self, digest: bytes, of: str, now: datetime, expires: datetime, label: str
    ) -> None:
        self.run(
            insert(session).values(
                digest=digest,
                account=of,
                created=milliseconds(now),
                seen=milliseconds(now),
                expires=milliseconds(expires),
                label=label,
            )
        )

    def session(self, digest: bytes) -> Json | None:
        return self.first(select(session).where(session.c.digest == digest))

    def sessions(self, of: str) -> list[Json]:
        return self.all(
            select(session).where(session.c.account == of).order_by(session.c.seen.desc())
        )

    def touch_session(self, digest: bytes, now: datetime) -> None:
        self.run(update(session).where(session.c.digest == digest).values(seen=milliseconds(now)))

    def drop_expired(self, now: datetime) -> None:
        self.run(delete(session).where(session.c.expires <= milliseconds(now)))

    def drop_session(self, digest: bytes) -> None:
        self.run(delete(session).where(session.c.digest == digest))

    def drop_other_sessions(self, of: str, but: bytes) -> None:
        self.run(delete(session).where(session.c.account == of, session.c.digest != but))

    def add_token(self, digest: bytes, name: str, webid: str, now: datetime) -> None:
        self.run(
            insert(token).values(digest=digest, name=name, webid=webid, created=milliseconds(now))
        )

    def token(self, digest: bytes) -> Json | None:
        return self.first(select(token).where(token.c.digest == digest))

    def tokens(self, webid: str | None = None) -> list[Json]:
        """Those that stand for `webid`, or all."""
        wanted = select(token).order_by(token.c.created.desc())
        if webid is not None:
            wanted = wanted.where(token.c.webid == webid)
        return self.all(wanted)

    def drop_token(self, digest: bytes) -> None:
        self.run(delete(token).where(token.c.digest == digest))

    # ---------------------------------------------------------------- attempts and secrets

    def note_attempt(self, key: str, now: datetime) -> None:
        self.run(insert(attempt).values(key=key, at=milliseconds(now)))

    def attempts(self, key: str, since: datetime) -> int:
        counted = select(func.count()).where(
            attempt.c.key == key, attempt.c.at >= milliseconds(since)
        )
        with self._engine.connect() as connection:
            return int(connection.scalar(counted) or 0)

    def forget_attempts(self, key: str | None = None, before: datetime | None = None) -> None:
        wanted = delete(attempt)
        if key is not None:
            wanted = wanted.where(attempt.c.key == key)
        if before is not None:
            wanted = wanted.where(attempt.c.at < milliseconds(before))
        self.run(wanted)

    def secret(self, name: str) -> bytes | None:
        found = self.first(select(secret).where(secret.c.name == name))
        return None if found is None else bytes(found["sealed"])

    def set_secret(self, name: str, sealed: bytes) -> None:
        statement = upsert(secret).values(name=name, sealed=sealed)
        self.run(statement.on_conflict_do_update(index_elements=["name"], set_={"sealed": sealed}))

    def meta(self, name: str) -> str | None:
        found = self.first(select(meta).where(meta.c.name == name))
        return None if found is None else str(found["value"])

    def set_meta(self, name: str, value: str) -> None:
        statement = upsert(meta).values(name=name, value=value)
        self.run(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    # ---------------------------------------------------------------- for tables beside these

    def create(self, tables: MetaData) -> None:
        """Makes what is missing of `tables`."""
        tables.create_all(self._engine)

    def run(self, *statements: Any) -> None:
        """All of them or none."""
        with self._engine.begin() as connection:
            for statement in statements:
                connection.execute(statement)

    def count(self, statement: Any) -> int:
        """How many rows it changed."""
        with self._engine.begin() as connection:
            return int(connection.execute(statement).rowcount)

    def first(self, wanted: Any) -> Json | None:
        with self._engine.connect() as connection:
            found = connection.execute(wanted).mappings().first()
        return None if found is None else _row(found)

    def all(self, wanted: Any) -> list[Json]:
        with self._engine.connect() as connection:
            return [_row(r) for r in connection.execute(wanted).mappings()]


def _row(found: Any) -> Json:
    moments = ("created", "seen", "expires", "latest", "before")
    return {k: moment(v) if k in moments and v is not None else v for k, v in found.items()}


def _prepare(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")
