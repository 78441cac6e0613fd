"""Channels: what a subscriber asked for, and how it is read and described.

https://solidproject.org/TR/notifications-protocol
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from pod.errors import Unprocessable
from pod.model import AccessMode, Agent, AgentKind, Json
from pod.rdf import graph
from pod.rdf.jsonld import register
from pod.rdf.terms import RDF, XSD, Named, Term

NOTIFY = "http://www.w3.org/ns/solid/notifications#"
CONTEXT = "https://www.w3.org/ns/solid/notification/v1"
ACTIVITY_STREAMS = "https://www.w3.org/ns/activitystreams"
# No standard asks for everything below a container, so the term is the project's own.
RECURSIVE = "https://w3id.org/domicile/ns#recursive"
FEATURES = ("accept", "endAt", "rate", "startAt", "state")
ACCEPTED = (graph.JSON_LD, graph.TURTLE)
LONGEST_RATE = timedelta(days=1)
_LONGEST_TEXT = 200

# What the context of that name says of the terms that are used here.
_TERMS: Json = {
    "@vocab": NOTIFY,
    "id": "@id",
    "type": "@type",
    **{name: {"@id": NOTIFY + name, "@type": "@id"} for name in ("topic", "sendTo", "receiveFrom")},
    **{name: {"@id": NOTIFY + name, "@type": XSD.dateTime} for name in ("startAt", "endAt")},
    "rate": {"@id": NOTIFY + "rate", "@type": XSD.duration},
    **{name: {"@id": NOTIFY + name, "@type": "@vocab"} for name in ("channelType", "feature")},
    "subscription": {"@id": NOTIFY + "subscription", "@type": "@id"},
}
register(CONTEXT, {"@context": _TERMS})

_DURATION = re.compile(
    r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,6})?)S)?)?"
)


class Kind(StrEnum):
    """Channel types, by their names in the vocabulary of the protocol."""

    WEBSOCKET = "WebSocketChannel2023"
    WEBHOOK = "WebhookChannel2023"
    STREAMING = "StreamingHTTPChannel2023"

    @property
    def iri(self) -> str:
        return NOTIFY + self.value


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription asks for. `topic` is as it was sent; `rate` is the least time between two
    notifications; `state` the ETag that the subscriber knows."""

    kind: Kind
    topic: str
    send_to: str | None = None
    accept: str = graph.JSON_LD
    rate: timedelta = timedelta()
    start: datetime | None = None
    end: datetime | None = None
    state: str | None = None
    recursive: bool = False

    def to_json(self) -> Json:
        """The members of a description that the subscriber chose, as JSON-LD under `CONTEXT`."""
        found: Json = {"type": self.kind.iri, "topic": self.topic, "accept": self.accept}
        if self.send_to is not None:
            found["sendTo"] = self.send_to
        if self.rate:
            found["rate"] = f"PT{self.rate.total_seconds():.6f}".rstrip("0").rstrip(".") + "S"
        if self.start is not None:
            found["startAt"] = self.start.isoformat()
        if self.end is not None:
            found["endAt"] = self.end.isoformat()
        if self.state is not None:
            found["state"] = self.state
        if self.recursive:
            found[RECURSIVE] = True
        return found


def read_wanted(data: bytes, media_type: str, base: str, kind: Kind) -> Wanted:
    """The subscription in `data` (an RDF document). Raises BadInput, UnsupportedType, Unprocessable."""
    triples = graph.parse(data, media_type, base)
    about = {subject for subject, _, _ in triples.match(None, NOTIFY + "topic")}
    if len(about) != 1:
        raise Unprocessable("a subscription names one topic")
    (subject,) = about
    if [str(t) for t in triples.values(subject, RDF.type)] != [kind.iri]:
        raise Unprocessable(f"the type of what is asked for here is {kind.iri}")

    def one(name: str) -> Term | None:
        found = triples.values(subject, name if ":" in name else NOTIFY + name)
        if len(found) > 1:
            raise Unprocessable(f"{name.removeprefix(NOTIFY)} is said twice")
        return found[0] if found else None

    topic, send_to, state = one("topic"), one("sendTo"), one("state")
    if not isinstance(topic, Named):
        raise Unprocessable("the topic is an address")
    if (send_to is not None) is not (kind is Kind.WEBHOOK):
        raise Unprocessable("sendTo belongs to a webhook, and to nothing else")
    if send_to is not None and not isinstance(send_to, Named):
        raise Unprocessable("sendTo is an address")
    return Wanted(
        kind,
        str(topic),
        None if send_to is None else str(send_to),
        _accept(one("accept")),
        _rate(one("rate")),
        _moment(one("startAt"), "startAt"),
        _moment(one("endAt"), "endAt"),
        None if state is None else _text(state, "state"),
        str(one(RECURSIVE) or "") in ("true", "1"),
    )


def wanted_of(found: Json) -> Wanted:
    """The reverse of `Wanted.to_json`."""
    return Wanted(
        Kind(found["type"].removeprefix(NOTIFY)),
        found["topic"],
        found.get("sendTo"),
        found["accept"],
        _rate(found.get("rate")),
        _moment(found.get("startAt"), "startAt"),
        _moment(found.get("endAt"), "endAt"),
        found.get("state"),
        bool(found.get(RECURSIVE)),
    )


def agent_to_json(agent: Agent) -> Json:
    """Everything that a decision about `agent` may ask for."""
    return {
        "kind": agent.kind.value,
        "webid": agent.webid,
        "client": agent.client,
        "issuer": agent.issuer,
        "origin": agent.origin,
        "ceiling": None if agent.ceiling is None else sorted(agent.ceiling),
    }


def agent_of(found: Json) -> Agent:
    ceiling = found["ceiling"]
    return Agent(
        AgentKind(found["kind"]),
        found["webid"],
        found["client"],
        found["issuer"],
        found["origin"],
        None if ceiling is None else frozenset(AccessMode(mode) for mode in ceiling),
    )


def _text(term: str, name: str) -> str:
    if len(term) > _LONGEST_TEXT:
        raise Unprocessable(f"{name} is longer than {_LONGEST_TEXT} characters")
    return str(term)


def _accept(term: str | None) -> str:
    """The first media type of an Accept value that notifications are written in."""
    if term is None:
        return graph.JSON_LD
    for part in _text(term, "accept").split(","):
        kind = part.partition(";")[0].strip().lower()
        if kind in ACCEPTED:
            return kind
        if kind in ("*/*", "application/*"):
            return graph.JSON_LD
    raise Unprocessable("notifications are " + " or ".join(ACCEPTED), offers=list(ACCEPTED))


def _rate(term: str | None) -> timedelta:
    if term is None:
        return timedelta()
    found = _DURATION.fullmatch(str(term))
    if found is None or not any(found.groups()):
        raise Unprocessable("rate is a duration such as PT5S")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    rate = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if rate > LONGEST_RATE:
        raise Unprocessable("rate is a day at most")
    return rate


def _moment(term: Any, name: str) -> datetime | None:
    if term is None:
        return None
    try:
        found = datetime.fromisoformat(str(term))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unprocessable(f"{name} is a date and time (xsd:dateTime)") from None
