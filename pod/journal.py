"""The owner's side of the log: what happened, who looked, and the records that explain it.

Records are small JSON values by kind and name (a consent, a run, an import): state that the pod
itself keeps about the pod, not documents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pod.errors import Forbidden, Unauthenticated
from pod.gate import Gate
from pod.model import AccessMode, Activity, Agent, AgentKind, Json, Look, Verb
from pod.storage.base import LookRow, Store, StoredActivity, Transaction


def write_activity(tx: Transaction, gate: Gate, activity: Activity) -> int:
    """Adds the activity to the log inside `tx`; its position becomes the version of what is saved."""
    agent = activity.agent
    return tx.log(
        activity.verb.value,
        agent.kind.value,
        agent.webid,
        agent.client,
        gate.path_of(activity.object) if activity.object else None,
        activity.instrument,
        dict(activity.summary),
    )


class Journal:
    """Reads and writes for the owner alone; anybody else gets Unauthenticated or Forbidden."""

    def __init__(self, store: Store, gate: Gate) -> None:
        self._store = store
        self._gate = gate

    def record(
        self,
        agent: Agent,
        activity: Activity | None,
        records: Mapping[tuple[str, str], Json | None],
    ) -> None:
        """Writes records ((kind, name) → value; None drops it), with the activity that explains them.

        Progress that nobody would look for in a log (how far an import is) goes without one.
        """
        self.only_owner(agent)

        def work(tx: Transaction) -> None:
            if activity is not None:
                write_activity(tx, self._gate, activity)
            for (kind, name), value in records.items():
                if value is None:
                    tx.drop_record(kind, name)
                else:
                    tx.put_record(kind, name, value)

        self._store.write(work)

    def recorded(self, agent: Agent, kind: str, name: str) -> Json | None:
        self.only_owner(agent)
        with self._store.read() as snap:
            return snap.record(kind, name)

    def records(self, agent: Agent, kind: str, limit: int = 1000) -> Sequence[tuple[str, Json]]:
        """(name, value) of `kind`, the newest first."""
        self.only_owner(agent)
        with self._store.read() as snap:
            return snap.records(kind, limit=limit)

    def activities(self, agent: Agent, **wanted: Any) -> Sequence[Activity]:
        """The log, the newest first. `wanted`: the filters of `Snapshot.activities`."""
        self.only_owner(agent)
        with self._store.read() as snap:
            return [self._activity(row) for row in snap.activities(**wanted)]

    def usage(self, agent: Agent) -> Json:
        """{"bytes"}: how much is stored, auxiliaries included."""
        self.only_owner(agent)
        with self._store.read() as snap:
            return {"bytes": snap.bytes_used()}

    def looks(self, agent: Agent, **wanted: Any) -> Sequence[Look]:
        """Reads by others and refusals, counted an hour, the newest first."""
        self.only_owner(agent)
        self._gate.looks.flush()
        with self._store.read() as snap:
            return [self._look(row) for row in snap.looks(**wanted)]

    def only_owner(self, agent: Agent) -> None:
        """Raises for anybody else."""
        if agent != self._gate.owner:
            kind = Unauthenticated if agent.kind is AgentKind.PUBLIC else Forbidden
            raise kind("only the owner reads and writes this")

    def _activity(self, row: StoredActivity) -> Activity:
        return Activity(
            Verb(row.verb),
            Agent(AgentKind(row.kind), row.webid, row.client),
            self._gate.iri_of(row.object) if row.object else None,
            row.instrument,
            row.summary,
            row.seq,
            row.at,
        )

    def _look(self, row: LookRow) -> Look:
        return Look(
            row.hour,
            Agent(AgentKind(row.kind), row.webid or None, row.client or None),
            self._gate.iri_of(row.path),
            AccessMode(row.mode),
            row.refused,
            row.count,
        )
