"""What the identity provider keeps in the server's database: apps, agreements, sign-ins, codes.

Secrets and tokens are kept as their SHA-256 alone. A *sign-in* is what an app got at one time: its
refresh tokens follow each other within it, and it ends as a whole.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from pod.model import Json
from pod.storage.accounts import ServerStore, metadata
from pod.storage.rows import milliseconds, moment

# Apps that registered themselves.
app = Table(
    "app",
    metadata,
    Column("id", String, primary_key=True),
    Column("description", Text, nullable=False),  # JSON
    Column("secret", LargeBinary),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
)
# What somebody agreed to at the sign-in to an app.
agreement = Table(
    "agreement",
    metadata,
    Column("webid", String, primary_key=True),
    Column("client", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("modes", String, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
)
sign_in = Table(
    "sign_in",
    metadata,
    Column("id", String, primary_key=True),
    Column("webid", String, nullable=False),
    Column("client", String, nullable=False),
    Column("modes", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("key", String),  # thumbprint of the only key that may refresh it; none: any
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Index("sign_in_client", "webid", "client"),
)
refresh = Table(
    "refresh",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("sign_in", String, nullable=False),
    Column("used", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Index("refresh_sign_in", "sign_in"),
)
code = Table(
    "code",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("request", Text, nullable=False),  # JSON
    Column("sign_in", String),  # what it was exchanged for
    Column("expires", BigInteger, nullable=False),
)
# A script's own name and secret (client credentials). Its `sign_in` has the same id.
credential = Table(
    "credential",
    metadata,
    Column("id", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("webid", String, nullable=False),
    Column("name", String, nullable=False),
    Column("created", BigInteger, nullable=False),
)


class GrantStore:
    """Rows as dicts, moments as UTC datetimes; each call commits. Thread-safe."""

    def __init__(self, store: ServerStore) -> None:
        self._engine = store.engine
        metadata.create_all(self._engine)

    # ---------------------------------------------------------------- apps

    def add_app(
        self, identifier: str, said: Json, secret: bytes | None, now: datetime, expires: datetime
    ) -> None:
        self._run(
            insert(app).values(
                id=identifier,
                description=json.dumps(said),
                secret=secret,
                created=milliseconds(now),
                expires=milliseconds(expires),
            )
        )

    def app(self, identifier: str, now: datetime) -> Json | None:
        return self._first(
            select(app).where(app.c.id == identifier, app.c.expires > milliseconds(now))
        )

    def count_apps(self) -> int:
        with self._engine.connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(app)) or 0)

    def keep_app(self, identifier: str, until: datetime) -> None:
        self._run(update(app).where(app.c.id == identifier).values(expires=milliseconds(until)))

    # ---------------------------------------------------------------- agreements

    def agree(self, webid: str, client: str, name: str, modes: str, now: datetime) -> None:
        row = {"name": name, "modes": modes, "seen": milliseconds(now)}
        statement = upsert(agreement).values(
            webid=webid, client=client, created=milliseconds(now), **row
        )
        keys = ["webid", "client"]
        self._run(statement.on_conflict_do_update(index_elements=keys, set_=row))

    def agreement(self, webid: str, client: str) -> Json | None:
        where = (agreement.c.webid == webid, agreement.c.client == client)
        return self._first(select(agreement).where(*where))

    def agreements(self, webid: str) -> list[Json]:
        wanted = select(agreement).where(agreement.c.webid == webid)
        return self._all(wanted.order_by(agreement.c.created.desc()))

    def touch_agreement(self, webid: str, client: str, now: datetime) -> None:
        where = (agreement.c.webid == webid, agreement.c.client == client)
        self._run(update(agreement).where(*where).values(seen=milliseconds(now)))

    def drop_agreement(self, webid: str, client: str) -> None:
        """With every sign-in of that app."""
        ids = select(sign_in.c.id).where(sign_in.c.webid == webid, sign_in.c.client == client)
        self._run(
            delete(refresh).where(refresh.c.sign_in.in_(ids)),
            delete(sign_in).where(sign_in.c.webid == webid, sign_in.c.client == client),
            delete(agreement).where(agreement.c.webid == webid, agreement.c.client == client),
        )

    # ---------------------------------------------------------------- sign-ins

    def add_sign_in(self, row: Json) -> None:
        self._run(insert(sign_in).values(**_stored(row)))

    def sign_in(self, identifier: str, now: datetime) -> Json | None:
        where = (sign_in.c.id == identifier, sign_in.c.expires > milliseconds(now))
        return self._first(select(sign_in).where(*where))

    def drop_sign_in(self, identifier: str) -> None:
        self._run(
            delete(refresh).where(refresh.c.sign_in == identifier),
            delete(sign_in).where(sign_in.c.id == identifier),
        )

    def add_refresh(self, digest: bytes, of: str, now: datetime, until: datetime) -> None:
        """A refresh token, and the new end of its sign-in."""
        self._run(
            insert(refresh).values(
                digest=digest, sign_in=of, used=False, created=milliseconds(now)
            ),
            update(sign_in).where(sign_in.c.id == of).values(expires=milliseconds(until)),
        )

    def refresh(self, digest: bytes) -> Json | None:
        return self._first(select(refresh).where(refresh.c.digest == digest))

    def use_refresh(self, digest: bytes) -> bool:
        """Whether it was unused until now: of two at once, one is told so."""
        statement = (
            update(refresh)
            .where(refresh.c.digest == digest, refresh.c.used.is_(False))
            .values(used=True)
        )
        return self._changed(statement)

    # ---------------------------------------------------------------- codes

    def add_code(self, digest: bytes, request: Json, expires: datetime) -> None:
        self._run(
            insert(code).values(
                digest=digest, request=json.dumps(request), expires=milliseconds(expires)
            )
        )

    def code(self, digest: bytes) -> Json | None:
        found = self._first(select(code).where(code.c.digest == digest))
        return None if found is None else {**found, "request": json.loads(found["request"])}

    def use_code(self, digest: bytes, of: str) -> bool:
        """Whether it was unused until now."""
        unused = (code.c.digest == digest, code.c.sign_in.is_(None))
        return self._changed(update(code).where(*unused).values(sign_in=of))

    # ---------------------------------------------------------------- credentials

    def add_credential(self, row: Json, of: Json) -> None:
        """A credential and the sign-in that it is good for, together."""
        self._run(insert(credential).values(**_stored(row)), insert(sign_in).values(**_stored(of)))

    def credential(self, identifier: str) -> Json | None:
        return self._first(select(credential).where(credential.c.id == identifier))

    def credentials(self, webid: str) -> list[Json]:
        wanted = (
            select(credential, sign_in.c.modes)
            .join(sign_in, sign_in.c.id == credential.c.id)
            .where(credential.c.webid == webid)
        )
        return self._all(wanted.order_by(credential.c.created.desc()))

    def drop_credential(self, identifier: str) -> None:
        self._run(delete(credential).where(credential.c.id == identifier))
        self.drop_sign_in(identifier)

    # ----------------------------------------------------------------

    def drop_expired(self, now: datetime) -> None:
        """What is over: codes (kept a day, to notice one that comes twice), apps, sign-ins."""
        at = milliseconds(now)
        over = select(sign_in.c.id).where(sign_in.c.expires <= at)
        self._run(
            delete(code).where(code.c.expires <= at - 86_400_000),
            delete(app).where(app.c.expires <= at),
            delete(refresh).where(refresh.c.sign_in.in_(over)),
            delete(sign_in).where(sign_in.c.expires <= at),
        )

    def _run(self, *statements: Any) -> None:
        with self._engine.begin() as connection:
            for statement in statements:
                connection.execute(statement)

    def _changed(self, statement: Any) -> bool:
        with self._engine.begin() as connection:
            return bool(connection.execute(statement).rowcount)

    def _first(self, wanted: Any) -> Json | None:
        with self._engine.connect() as connection:
            found = connection.execute(wanted).mappings().first()
        return None if found is None else _row(found)

    def _all(self, wanted: Any) -> list[Json]:
        with self._engine.connect() as connection:
            return [_row(r) for r in connection.execute(wanted).mappings()]


def _row(found: Any) -> Json:
    moments = ("created", "seen", "expires")
    return {k: moment(v) if k in moments else v for k, v in found.items()}


def _stored(row: Json) -> Json:
    return {k: milliseconds(v) if isinstance(v, datetime) else v for k, v in row.items()}
