"""The channels that there are: by name, secret, topic and agent, and how many there may be."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pod.config import Settings
from pod.errors import TooManyRequests
from pod.model import Agent, AgentKind, Iri
from pod.notify.channel import Wanted
from pod.notify.outlet import Outlet
from pod.notify.webhooks import Webhook


@dataclass(eq=False, slots=True)
class Channel:
    """A subscription. `id` names it to whoever may end it, `secret` lets its subscriber connect;
    `position` is the change up to which everything was told, as long as it is not in step."""

    id: str
    wanted: Wanted
    topic: Iri
    agent: Agent
    position: int
    ends: datetime
    secret: str = ""
    outlet: Outlet | None = None
    idle_since: float = 0.0
    webhook: Webhook | None = None

    @property
    def recursive(self) -> bool:
        return self.wanted.recursive


class Registry:
    """Iterates over its channels. Not thread-safe: `Channels` holds its lock around each use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._named: dict[str, Channel] = {}
        self._topics: defaultdict[Iri, set[Channel]] = defaultdict(set)
        self._secrets: dict[bytes, Channel] = {}
        self._agents: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._named)

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._named.values())

    def __contains__(self, channel: Channel) -> bool:
        return channel.id in self._named

    def check_room(self, agent: Agent) -> None:
        """Raises TooManyRequests where `agent` may have no further channel."""
        most = self._settings.channels_of_agent
        if agent.kind is AgentKind.PUBLIC:
            most = self._settings.channels_of_public
        full = len(self._named) >= self._settings.channels
        if full or self._agents[_name(agent)] >= most:
            raise TooManyRequests("too many channels; end some, or try again", retry_after=60)

    def add(self, channel: Channel) -> None:
        self._named[channel.id] = channel
        self._topics[channel.topic].add(channel)
        self._agents[_name(channel.agent)] += 1
        if channel.secret:
            self._secrets[_digest(channel.secret)] = channel

    def remove(self, channel: Channel) -> bool:
        """Whether it was there."""
        if self._named.pop(channel.id, None) is None:
            return False
        on_topic, name = self._topics[channel.topic], _name(channel.agent)
        on_topic.discard(channel)
        if not on_topic:
            del self._topics[channel.topic]
        self._agents[name] -= 1
        if not self._agents[name]:
            del self._agents[name]
        self._secrets.pop(_digest(channel.secret), None)
        return True

    def named(self, identifier: str) -> Channel | None:
        return self._named.get(identifier)

    def of_secret(self, secret: str) -> Channel | None:
        """Found by a digest, so that how long it takes tells nothing of a secret."""
        return self._secrets.get(_digest(secret))

    def on(self, topic: Iri) -> set[Channel]:
        return self._topics.get(topic, set())

    def below(self, subject: Iri) -> list[Channel]:
        """Those on `subject`, and for a container on what is in it."""
        return [
            channel
            for topic, channels in self._topics.items()
            if topic == subject or (subject.is_container and topic.startswith(subject))
            for channel in channels
        ]


def _name(agent: Agent) -> str:
    return agent.webid or ""


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
