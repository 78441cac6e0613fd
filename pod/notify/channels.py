"""The channels of one pod, and the thread that follows its log for them.

Each channel has a position in the log. Those that wait for nothing are told of a change together:
it is read once, decided once an agent, written once a topic. One that is behind (it just connected,
or came back) first reads alone what it missed. Nothing here runs while there is no channel.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pod.changes import Batch, Event
from pod.errors import NotFound, PodError, Unauthenticated
from pod.model import AccessMode, Agent, AgentKind, Iri
from pod.notify.channel import Kind, Wanted
from pod.notify.message import Notice, notices
from pod.notify.outlet import Outlet
from pod.notify.registry import Channel, Registry
from pod.notify.start import first_change
from pod.notify.webhooks import Webhook, Webhooks
from pod.space import Space

BATCH = 200
NEVER = float("inf")
REVOKED = "the right to read was taken back"
OVER = "the channel is over"
GONE = "the channel was ended"
log = logging.getLogger(__name__)


class Channels:
    """Subscribes, ends, connects. Thread-safe. `webhooks` delivers those of that kind."""

    def __init__(self, space: Space, webhooks: Webhooks) -> None:
        self._space = space
        self._settings = space.settings
        self._step = max(1, min(BATCH, space.settings.channel_queue // 4))
        self._webhooks = webhooks
        self._turn = threading.RLock()
        self._wake = threading.Event()
        self._channels = Registry(space.settings)
        self._behind: set[Channel] = set()
        self._position = 0
        self._next_end = NEVER  # no channel ends by itself before that moment of `time.monotonic`
        self._thread: threading.Thread | None = None
        self._closed = False
        space.changes.follow(self._moved)
        webhooks.start(self._wake.set, self._undeliverable)
        for hook in webhooks.stored():
            ends = hook.wanted.end or datetime.now(UTC)
            topic = space.iri_of(hook.path)
            self._add(
                Channel(hook.id, hook.wanted, topic, hook.agent, hook.position, ends, webhook=hook)
            )
            webhooks.due(hook)

    # ---------------------------------------------------------------- for subscribers

    def subscribe(self, agent: Agent, wanted: Wanted, topic: Iri) -> Channel:
        """A new channel, for an agent that may read `topic`.

        Raises Unauthenticated, Forbidden; TooManyRequests over the limits; Unprocessable for a
        webhook to an address that is not asked.
        """
        self._space.require(agent, topic, AccessMode.READ)
        now = datetime.now(UTC)
        ends = now + self._longest(wanted.kind)
        ends = min(ends, wanted.end) if wanted.end else ends
        wanted = replace(wanted, topic=str(topic), end=ends)
        identifier, secret = secrets.token_urlsafe(24), ""
        if wanted.kind is Kind.WEBHOOK:
            if agent.kind is AgentKind.PUBLIC:
                raise Unauthenticated("a webhook is for somebody who has signed in")
            self._webhooks.admit(wanted.send_to or "")
        else:
            secret = secrets.token_urlsafe(32)
        start = first_change(self._space.changes, wanted, topic, self._settings.channel_replay)
        with self._turn:
            self._channels.check_room(agent)
            channel = Channel(identifier, wanted, topic, agent, start, ends, secret)
            channel.idle_since = time.monotonic()
            if wanted.kind is Kind.WEBHOOK:
                path = "/" + topic[len(self._space.root) :]
                channel.webhook = Webhook(identifier, wanted, path, agent, start)
            self._add(channel)
        if channel.webhook is not None:
            self._webhooks.keep(channel.webhook)
            self._webhooks.due(channel.webhook)
        return channel

    def unsubscribe(self, agent: Agent, identifier: str) -> None:
        """Ends a channel, for its agent and for the pod's owner. Raises NotFound for anybody else;
        one of the public is ended by whoever knows its name."""
        self._end(self.find(agent, identifier), GONE)

    def end_client(self, webid: str, client: str) -> None:
        """Ends every channel that an app made for `webid`, webhooks too: its access is over."""
        with self._turn:
            made = [
                c for c in self._channels if c.agent.webid == webid and c.agent.client == client
            ]
        for channel in made:
            self._end(channel, REVOKED)

    def find(self, agent: Agent, identifier: str) -> Channel:
        with self._turn:
            found = self._channels.named(identifier)
        if found is None or not (
            found.agent.kind is AgentKind.PUBLIC
            or found.agent.webid == agent.webid
            or agent.kind is AgentKind.OWNER
        ):
            raise NotFound("there is no such channel")
        return found

    def of_secret(self, secret: str, kind: Kind) -> Channel:
        """The channel that whoever knows `secret` may connect to. Raises NotFound."""
        with self._turn:
            channel = self._channels.of_secret(secret)
        if channel is None or channel.wanted.kind is not kind:
            raise NotFound("there is no such channel")
        return channel

    def connect(self, channel: Channel, wake: Callable[[], None]) -> Outlet:
        """Where the notices of a channel come; `wake` as for `Outlet`. A connection that there is
        already gives way to the new one."""
        with self._turn:
            if (before := channel.outlet) is not None:
                self._let_go(channel, before)
                before.end("connected again")
            channel.outlet = outlet = Outlet(
                self._settings.channel_queue,
                wake,
                channel.position,
                newest=bool(channel.wanted.rate),
            )
            if channel in self._channels:
                self._behind.add(channel)
            else:
                outlet.end(OVER)
        self._wake.set()
        return outlet

    def taken(self, channel: Channel) -> None:
        """There is room again: who is behind reads on."""
        if channel in self._behind:
            self._wake.set()

    def disconnect(self, channel: Channel, outlet: Outlet) -> None:
        """The connection is gone; the channel waits `channel_idle_seconds` for another."""
        with self._turn:
            if channel.outlet is outlet:
                self._let_go(channel, outlet)
                self._mind(channel)

    def _let_go(self, channel: Channel, outlet: Outlet) -> None:
        """Where the next connection goes on: after what was sent."""
        channel.position = outlet.reached
        if outlet.settled and channel not in self._behind:
            channel.position = max(outlet.reached, self._position)
        channel.outlet = None
        channel.idle_since = time.monotonic()
        self._behind.discard(channel)

    def listen(self, topic: Iri, outlet: Outlet, origin: str | None = None) -> Channel:
        """A channel of the old protocol, which knows nobody: of what everybody may read (from
        `origin`)."""
        nobody = Agent(AgentKind.PUBLIC, origin=origin)
        self._space.require(nobody, topic, AccessMode.READ)
        ends = datetime.now(UTC) + self._longest(Kind.WEBSOCKET)
        wanted = Wanted(Kind.WEBSOCKET, str(topic))
        with self._turn:
            self._channels.check_room(nobody)
            position = self._space.changes.head()
            made = Channel(secrets.token_urlsafe(24), wanted, topic, nobody, position, ends)
            made.outlet = outlet
            self._add(made)
            self._behind.add(made)
        self._wake.set()
        return made

    def drop(self, channel: Channel) -> None:
        self._end(channel, GONE)

    @property
    def webhooks(self) -> Webhooks:
        return self._webhooks

    @property
    def busy(self) -> bool:
        """Whether somebody known listens, or is still to be told something. The public keeps no pod
        open: strangers could keep all of them so."""
        with self._turn:
            return any(
                c.agent.kind is not AgentKind.PUBLIC if c.webhook is None else c.webhook.pending
                for c in self._channels
            )

    def close(self) -> None:
        with self._turn:
            self._closed = True
            for channel in self._channels:
                if channel.outlet is not None:
                    channel.outlet.end("the server is closing")
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._webhooks.close()

    # ---------------------------------------------------------------- inside

    def _longest(self, kind: Kind) -> timedelta:
        if kind is Kind.WEBHOOK:
            return timedelta(days=self._settings.webhook_days)
        return timedelta(hours=self._settings.channel_hours)

    def _add(self, channel: Channel) -> None:
        with self._turn:
            if not self._channels:
                self._position = self._space.changes.head()
            self._channels.add(channel)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="channels", daemon=True)
                self._thread.start()
            self._mind(channel)

    def _end(self, channel: Channel, why: str) -> None:
        with self._turn:
            if not self._channels.remove(channel):
                return
            self._behind.discard(channel)
        # One topic of the old protocol that may no longer be read leaves the others as they are.
        if channel.outlet is not None and (channel.secret or why == OVER):
            channel.outlet.end(why)
        if channel.webhook is not None:
            self._webhooks.forget(channel.webhook)

    def _undeliverable(self, identifier: str, why: str) -> None:
        with self._turn:
            channel = self._channels.named(identifier)
        if channel is not None:
            log.info("a webhook channel ended: %s", why)
            self._end(channel, why)

    def _moved(self, _: int) -> None:
        if self._channels:
            self._wake.set()

    # ---------------------------------------------------------------- the reader of the log

    def _run(self) -> None:
        while not self._closed:
            self._wake.wait(self._until_next())
            self._wake.clear()
            try:
                self._expire()
                while not self._closed and self._advance():
                    pass
                self._catch_up()
                self._webhooks.retry()
            except PodError as error:
                if not self._closed:
                    log.error("channels fell behind: %s", error.detail)
                    self._try_again()
            except Exception:
                log.exception("a notification failed")
                self._try_again()

    def _try_again(self) -> None:
        time.sleep(1.0)
        self._wake.set()

    def _until_next(self) -> float | None:
        """Seconds until something ends or is tried again by itself."""
        again = self._webhooks.until_next()
        found = min(self._next_end - time.monotonic(), NEVER if again is None else again)
        return None if found == NEVER else max(0.0, found) + 0.01

    def _mind(self, channel: Channel) -> None:
        """Looks at all ends when this one is due, not at each connection that comes and goes."""
        end = time.monotonic() + self._ends_in(channel)
        if end < self._next_end:
            self._next_end = end
            self._wake.set()

    def _ends_in(self, channel: Channel) -> float:
        left = (channel.ends - datetime.now(UTC)).total_seconds()
        if channel.outlet is None and channel.webhook is None:
            waited = time.monotonic() - channel.idle_since
            left = min(left, self._settings.channel_idle_seconds - waited)
        return min(left, 3600.0)

    def _expire(self) -> None:
        if time.monotonic() < self._next_end:
            return
        with self._turn:
            left = {c: self._ends_in(c) for c in self._channels}
            over = [channel for channel, seconds in left.items() if seconds <= 0]
            later = [seconds for seconds in left.values() if seconds > 0]
            self._next_end = time.monotonic() + min(later) if later else NEVER
        for channel in over:
            self._end(channel, OVER)

    def _advance(self) -> bool:
        """Tells all that are in step of some changes; whether there were any."""
        with self._space.changes.read(self._position, BATCH) as batch:
            for event in batch.events:
                self._tell(batch, event)
            if batch.events:
                with self._turn:
                    self._webhooks.passed(self._position, batch.events[-1].id)
                    self._position = batch.events[-1].id
            return bool(batch.events)

    def _tell(self, batch: Batch, event: Event) -> None:
        for topic, channels in self._concerned(event):
            told = {deep: notices(event, topic, deep) for deep in (False, True)}
            for channel, outlet in channels:
                self._pass_on(batch, channel, outlet, event, told[channel.recursive])
        if event.iri.is_acl:
            self._recheck(batch, event.iri.subject)

    def _concerned(self, event: Event) -> list[tuple[Iri, list[tuple[Channel, Outlet | None]]]]:
        """The channels in step on what the event is about and on what that is in. Whoever connects
        from here on is behind, and reads the event by itself."""
        topics, above = [event.iri], event.iri
        while above != self._space.root:
            above = above.parent
            topics.append(above)
        with self._turn:
            return [
                (topic, [(c, c.outlet) for c in channels if c not in self._behind])
                for topic in topics
                if (channels := self._channels.on(topic))
            ]

    def _pass_on(
        self,
        batch: Batch,
        channel: Channel,
        outlet: Outlet | None,
        event: Event,
        found: Sequence[Notice],
    ) -> None:
        """Read is asked again for each message: without it on the topic the channel is over; what
        lies below is told to who may read that too."""
        if event.id <= channel.position or not found:
            return
        if channel.wanted.start is not None and event.at < channel.wanted.start:
            return
        if not batch.allows(channel.agent, channel.topic):
            return self._end(channel, REVOKED)
        if channel.webhook is not None:
            return self._webhooks.due(channel.webhook)
        for notice in found:
            if outlet is not None and self._heard(batch, channel, event, notice):
                outlet.put(notice)

    def _heard(self, batch: Batch, channel: Channel, event: Event, notice: Notice) -> bool:
        of_topic = notice.object == channel.topic or notice.target == channel.topic
        return of_topic or batch.hears(channel.agent, event, notice.object)

    def _recheck(self, batch: Batch, subject: Iri) -> None:
        """The rules of `subject` have changed: who may no longer read, hears no more."""
        with self._turn:
            below = self._channels.below(subject)
        for channel in below:
            if not batch.allows(channel.agent, channel.topic):
                self._end(channel, REVOKED)

    def _catch_up(self) -> None:
        """Each that is behind reads what it missed; one whose queue is full goes on later."""
        with self._turn:
            behind = list(self._behind)
        for channel in behind:
            # An event is two notices at most, so what is read at once fits.
            while (outlet := channel.outlet) is not None and outlet.room() >= 2 * self._step:
                if self._caught_up(channel, outlet):
                    break

    def _caught_up(self, channel: Channel, outlet: Outlet) -> bool:
        with self._turn:
            if channel.position >= self._position or channel not in self._behind:
                self._behind.discard(channel)
                return True
        with self._space.changes.read(channel.position, self._step) as batch:
            for event in batch.events:
                if event.id > self._position:
                    break
                found = notices(event, channel.topic, channel.recursive)
                self._pass_on(batch, channel, outlet, event, found)
                channel.position = event.id
        return False
