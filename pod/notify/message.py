"""What is said of a change: ActivityStreams, written once for all who hear it.

https://solidproject.org/TR/notifications-protocol#notification-message
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from pod.changes import Event
from pod.model import Iri, Json, Verb
from pod.notify.channel import ACTIVITY_STREAMS, CONTEXT, NOTIFY
from pod.rdf.graph import TURTLE


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. `event` is the change it tells of; told again it has the same `id`.

    `object` is what changed; of Add and Remove what came or went, and `target` is the container.
    """

    event: int
    verb: Verb
    object: Iri
    target: Iri | None
    state: str | None
    published: datetime
    _texts: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def id(self) -> str:
        name = f"{self.event} {self.verb} {self.object} {self.target or ''} {self.state or ''}"
        return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"

    def text(self, media_type: str) -> str:
        """As JSON-LD or Turtle; the same string for everybody."""
        found = self._texts.get(media_type)
        if found is None:
            made = self._turtle() if media_type == TURTLE else json.dumps(self.to_json())
            found = self._texts[media_type] = made
        return found

    def to_json(self) -> Json:
        made: Json = {
            "@context": [ACTIVITY_STREAMS, CONTEXT],
            "id": self.id,
            "type": self.verb.value,
            "object": str(self.object),
        }
        if self.target is not None:
            made["target"] = str(self.target)
        if self.state is not None:
            made["state"] = self.state
        made["published"] = _iso(self.published)
        return made

    def _turtle(self) -> str:
        lines = [f"<{self.id}> a as:{self.verb.value}", f"as:object <{self.object}>"]
        if self.target is not None:
            lines.append(f"as:target <{self.target}>")
        if self.state is not None:
            lines.append(f"notify:state {json.dumps(self.state)}")
        lines.append(f'as:published "{_iso(self.published)}"^^xsd:dateTime')
        return (
            f"@prefix as: <{ACTIVITY_STREAMS}#>.\n@prefix notify: <{NOTIFY}>.\n"
            "@prefix xsd: <http://www.w3.org/2001/XMLSchema#>.\n\n" + ";\n  ".join(lines) + ".\n"
        )


def notices(event: Event, topic: Iri, recursive: bool) -> list[Notice]:
    """What a subscriber of `topic` hears of `event`, if anything.

    Of the topic itself Create, Update, Delete; of a container's members Add and Remove; and, where
    it is `recursive`, Create, Update, Delete of everything below it.
    """
    found = []
    if event.iri == topic or (recursive and event.iri.startswith(topic)):
        found.append(Notice(event.id, event.verb, event.iri, None, event.state, event.at))
    member = topic.is_container and event.iri.parent == topic and event.iri != topic
    if member and event.verb is not Verb.UPDATE and not event.iri.is_auxiliary:
        verb = Verb.ADD if event.verb is Verb.CREATE else Verb.REMOVE
        found.append(Notice(event.id, verb, event.iri, topic, event.listing, event.at))
    return found


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
