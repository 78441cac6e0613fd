"""Where a new channel begins.

https://solidproject.org/TR/notifications-protocol#notification-features
"""

from __future__ import annotations

from datetime import UTC, datetime

from pod.changes import Changes
from pod.model import Iri
from pod.notify.channel import Wanted
from pod.notify.message import notices


def first_change(changes: Changes, wanted: Wanted, topic: Iri, most: int) -> int:
    """The change after which a new channel begins: now, or earlier where it says from when or from
    which state on it knows nothing; `most` changes back at most."""
    head = changes.head()
    first = max(0, head - most)
    if wanted.start is not None and wanted.start <= datetime.now(UTC):
        return changes.since(wanted.start, first)
    if wanted.state is None:
        return head
    with changes.read(first, most, topic) as batch:
        told = [n for e in batch.events for n in notices(e, topic, wanted.recursive)]
        present = batch.state(topic)
    known = next((n.event for n in told if n.state == wanted.state), None)
    if known is not None:
        return known
    # What the subscriber knows is too old: of all that came since, the last is told.
    return head if present in (None, wanted.state) or not told else told[-1].event - 1
