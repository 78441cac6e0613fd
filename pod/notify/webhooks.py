"""Webhook channels: kept in the pod with their position, delivered in order, retried, bounded.

Each reads the log by itself from its position, so what was not acknowledged before the server ended,
however it ended, is sent after it started again (with the same `id`, if it had arrived).
https://solid.github.io/notifications/webhook-channel-2023
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pod.errors import PeerError, PodError, Unprocessable
from pod.model import Agent, Json
from pod.notify.channel import Wanted, agent_of, agent_to_json, wanted_of
from pod.notify.message import Notice, notices
from pod.notify.signing import Key
from pod.outbound import Outbound
from pod.space import Space

RECORD = "channel"
BATCH = 500
ANSWER_BYTES = 16 << 10
LONGEST_WAIT = 3600.0
TOKEN_SECONDS = 20 * 60
UNREACHABLE = "its webhook does not answer"
REFUSED = "its webhook said that it is gone"
log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Webhook:
    """A durable channel. `path` is its topic in the storage; `position` the change up to which the
    webhook has acknowledged everything."""

    id: str
    wanted: Wanted
    path: str
    agent: Agent
    position: int
    failures: int = 0
    not_before: float = 0.0  # seconds since 1970
    pending: bool = False  # something is to be delivered
    working: bool = field(default=False, repr=False)
    over: bool = False

    def to_json(self) -> Json:
        return {
            "wanted": {**self.wanted.to_json(), "topic": self.path},
            "agent": agent_to_json(self.agent),
            "position": self.position,
            "failures": self.failures,
            "not_before": self.not_before,
        }


class Webhooks:
    """Delivers what is due in threads of its own, at most `webhooks_at_once` at a time.

    They are signed as the agent `sender`, by the issuer `issuer`: both are this storage's own and
    can sign nobody in. `stands` says whether an agent's app still has its access. `marker` is a file
    that is there as long as a channel is: so a server of many pods knows which to open after it
    started.
    """

    def __init__(
        self,
        space: Space,
        outbound: Outbound,
        key: Key,
        marker: Path,
        stands: Callable[[Agent], bool],
    ) -> None:
        self._space = space
        self._settings = space.settings
        self._outbound = outbound
        self._key = key
        self._marker = marker
        self._stands = stands
        self.issuer = f"{space.root}.notifications"
        self.sender = f"{space.root}.notifications/sender"
        self._turn = threading.Lock()
        self._hooks: set[Webhook] = set()
        self._due: queue.SimpleQueue[Webhook | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._moved: Callable[[], None] = lambda: None
        self._failed: Callable[[str, str], None] = lambda _id, _why: None
        self._closed = False

    def start(self, moved: Callable[[], None], failed: Callable[[str, str], None]) -> None:
        """`moved` is called when a retry is set, `failed` with the id of a channel that is over."""
        self._moved, self._failed = moved, failed

    def stored(self) -> list[Webhook]:
        """The channels that there are."""
        owner, journal = self._space.owner, self._space.journal
        most = self._settings.channels
        found = [_read(name, value) for name, value in journal.records(owner, RECORD, most)]
        self._hooks.update(found)
        return found

    def published(self) -> Json:
        """The keys by which a webhook verifies what it is sent (a JWK set)."""
        return self._key.published()

    def admit(self, url: str) -> None:
        """Raises Unprocessable for an address that nothing would be sent to."""
        try:
            self._outbound.admit(url)
        except PeerError as error:
            raise Unprocessable(f"sendTo: {error.detail}") from None

    def keep(self, hook: Webhook) -> None:
        with self._turn:
            self._hooks.add(hook)
            self._marker.touch()
        self._save(hook)

    def forget(self, hook: Webhook) -> None:
        with self._turn:
            self._hooks.discard(hook)
            hook.over, hook.pending = True, False
            self._space.journal.record(self._space.owner, None, {(RECORD, hook.id): None})
            if not self._hooks:
                self._marker.unlink(missing_ok=True)

    def due(self, hook: Webhook) -> None:
        """There is something to deliver."""
        with self._turn:
            hook.pending = True
            self._queue(hook)

    def passed(self, position: int, reached: int) -> None:
        """The log went on to `reached`: who was in step and was told nothing, stays so."""
        with self._turn:
            for hook in self._hooks:
                if not (hook.pending or hook.working) and hook.position >= position:
                    hook.position = reached

    def retry(self) -> None:
        """Tries again what waited long enough."""
        with self._turn:
            for hook in self._hooks:
                if hook.pending:
                    self._queue(hook)

    def until_next(self) -> float | None:
        """Seconds until the next retry."""
        with self._turn:
            waits = [h.not_before for h in self._hooks if h.pending and not h.working]
        return min(waits) - time.time() if waits else None

    def close(self) -> None:
        """What is on its way is not waited for: it is sent again, with the same `id`."""
        with self._turn:
            self._closed = True
            for _ in self._threads:
                self._due.put(None)
        for thread in self._threads:
            thread.join(0.5)

    def _queue(self, hook: Webhook) -> None:
        if hook.working or self._closed or hook.not_before > time.time():
            return
        hook.working = True
        self._due.put(hook)
        if len(self._threads) < min(self._settings.webhooks_at_once, max(1, len(self._hooks))):
            thread = threading.Thread(target=self._work, name="webhook", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while (hook := self._due.get()) is not None and not self._closed:
            try:
                self._deliver(hook)
            except PodError as error:
                if self._closed:
                    return
                log.error("a webhook was not served: %s", error.detail)
                self._later(hook)
            except Exception:
                log.exception("a webhook was not served")
                self._later(hook)
            finally:
                with self._turn:
                    hook.working = False
                self._moved()

    # ---------------------------------------------------------------- one channel

    def _deliver(self, hook: Webhook) -> None:
        """Sends in order until everything is acknowledged, or one thing is not."""
        while not self._closed and not hook.over:
            with self._turn:
                hook.pending = False  # what comes from here on is read below, or makes it due again
            found, reached = self._next(hook)
            if reached == hook.position:
                return
            with self._turn:
                hook.pending = True
            for place, notice in enumerate(found, 1):
                if not self._allowed(hook):
                    return self._failed(hook.id, "its agent may no longer read the topic")
                if not self._send(hook, notice):
                    return
                hook.failures = 0
                if hook.wanted.rate:
                    hook.not_before = time.time() + hook.wanted.rate.total_seconds()
                if place == len(found) or found[place].event != notice.event:
                    hook.position = notice.event
                    self._save(hook)
            hook.position = reached
            if hook.wanted.rate and found:
                return

    def _next(self, hook: Webhook) -> tuple[list[Notice], int]:
        """Some notices after the hook's position, and the change up to which these are all."""
        topic, wanted = self._space.iri_of(hook.path), hook.wanted
        found: list[Notice] = []
        with self._space.changes.read(hook.position, BATCH, topic) as batch:
            for event in batch.events:
                if wanted.start is not None and event.at < wanted.start:
                    continue
                for notice in notices(event, topic, wanted.recursive):
                    of_topic = topic in (notice.object, notice.target)
                    if of_topic or batch.hears(hook.agent, event, notice.object):
                        found.append(notice)
            reached = batch.events[-1].id if len(batch.events) == BATCH else batch.last
        # Who asks for a rate hears of the last of what came in between.
        return (found[-1:] if wanted.rate else found), reached

    def _allowed(self, hook: Webhook) -> bool:
        if not self._stands(hook.agent):
            return False
        with self._space.changes.read(hook.position, 0) as batch:
            return batch.allows(hook.agent, self._space.iri_of(hook.path))

    def _send(self, hook: Webhook, notice: Notice) -> bool:
        """Whether the webhook took it; if not, the next attempt is set or the channel is over."""
        url, kind = hook.wanted.send_to or "", hook.wanted.accept
        headers = {"Content-Type": kind, **self._signature(url)}
        try:
            answer = self._outbound.request(
                "POST",
                url,
                headers=headers,
                body=notice.text(kind).encode(),
                most_bytes=ANSWER_BYTES,
            )
        except PeerError:
            status = 0
        else:
            status = answer.status
        if 200 <= status < 300:
            return True
        if status == 410:
            self._failed(hook.id, REFUSED)
        else:  # a redirect too: nobody agreed to the other address
            self._later(hook)
        return False

    def _later(self, hook: Webhook) -> None:
        hook.failures += 1
        if hook.failures >= self._settings.webhook_attempts:
            return self._failed(hook.id, UNREACHABLE)
        wait = self._settings.webhook_retry_seconds * 2 ** (hook.failures - 1)
        with self._turn:
            hook.pending = True
            hook.not_before = time.time() + min(wait, LONGEST_WAIT)
        self._save(hook)

    def _save(self, hook: Webhook) -> None:
        with self._turn:
            if not hook.over:
                value = {(RECORD, hook.id): hook.to_json()}
                self._space.journal.record(self._space.owner, None, value)

    def _signature(self, url: str) -> dict[str, str]:
        """A token in the form of Solid-OIDC's, by which a webhook can tell that it is us: as other
        servers do it, since the protocol does not say how."""
        now = int(time.time())
        token = self._key.sign(
            {},
            {
                "webid": self.sender,
                "azp": self.sender,
                "sub": self.sender,
                "iss": self.issuer,
                "aud": [self.sender, "solid"],
                "cnf": {"jkt": self._key.thumbprint},
                "iat": now,
                "exp": now + TOKEN_SECONDS,
                "jti": secrets.token_urlsafe(16),
            },
        )
        parts = urlsplit(url)
        proof = self._key.sign(
            {"typ": "dpop+jwt", "jwk": self._key.public},
            {
                "htm": "POST",
                "htu": parts._replace(query="", fragment="").geturl(),
                "iat": now,
                "jti": secrets.token_urlsafe(16),
            },
        )
        return {"Authorization": f"DPoP {token}", "DPoP": proof}


def _read(name: str, value: Json) -> Webhook:
    wanted = wanted_of(value["wanted"])
    return Webhook(
        name,
        wanted,
        value["wanted"]["topic"],
        agent_of(value["agent"]),
        value["position"],
        value["failures"],
        value["not_before"],
    )
