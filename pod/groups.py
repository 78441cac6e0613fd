"""Members of groups that other servers list: fetched through `Outbound`, remembered for a while.

A decision never waits for another server: where members are not known, `Unfetched` is raised and
the fetch begins; whoever can wait does, and asks again. A fetch that fails is remembered as a group
without members: access is denied. https://solidproject.org/TR/wac#acl-agentgroup
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from pod.config import Settings
from pod.errors import PodError, Unavailable
from pod.model import Iri
from pod.outbound import Outbound
from pod.rdf import graph
from pod.rdf.terms import VCARD, Named

ACCEPT = "text/turtle, application/ld+json;q=0.9, application/n-triples;q=0.8"
FETCHES = 4  # at once; more wait for their turn
RETRY_SECONDS = 30.0  # until a document that could not be had is asked for again
_NOBODY: dict[str, frozenset[str]] = {}

Parse = Callable[[bytes, str, Iri], graph.Graph]
Members = dict[str, frozenset[str]]  # of each group in a document


class Unfetched(Unavailable):
    """A decision needs a group's document; `done` ends when it was fetched, or could not be."""

    def __init__(self, done: Future[None]) -> None:
        super().__init__("a group of another server is being looked up; try again", retry_after=1)
        self.done = done


@dataclass(frozen=True, slots=True)
class _Known:
    members: Members
    until: float  # time.monotonic()


class Groups:
    """At most `remote_groups` documents, each for `group_seconds`. Thread-safe."""

    def __init__(self, outbound: Outbound | None, settings: Settings, parse: Parse) -> None:
        self._outbound = outbound
        self._settings = settings
        self._parse = parse
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._coming: dict[str, Future[None]] = {}
        self._turn = threading.Lock()
        self._threads = ThreadPoolExecutor(FETCHES, "groups")

    def members(self, group: str) -> frozenset[str]:
        """The members of `group`, an IRI elsewhere. Raises Unfetched where they are not known."""
        if self._outbound is None:
            return frozenset()
        document = group.partition("#")[0]
        with self._turn:
            found = self._known.get(document)
            if found is not None and found.until > time.monotonic():
                return found.members.get(group, frozenset())
            raise Unfetched(self._begin(document))

    def close(self) -> None:
        """Does not wait for other servers."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(self, document: str) -> Future[None]:
        if document not in self._coming:
            if len(self._coming) >= self._settings.remote_groups:
                raise Unavailable("too many groups are being looked up; try again", retry_after=5)
            self._coming[document] = self._threads.submit(self._fetch, document)
        return self._coming[document]

    def _fetch(self, document: str) -> None:
        members, seconds = _NOBODY, min(RETRY_SECONDS, self._settings.group_seconds)
        try:
            members = self._read(document)
            seconds = self._settings.group_seconds
        except PodError:
            pass  # nobody is a member of what cannot be read
        finally:
            with self._turn:
                self._known.pop(document, None)
                while len(self._known) >= self._settings.remote_groups:
                    self._known.popitem(last=False)
                self._known[document] = _Known(members, time.monotonic() + seconds)
                self._coming.pop(document, None)

    def _read(self, document: str) -> Members:
        assert self._outbound is not None  # noqa: S101  (nothing is fetched without)
        limit = self._settings.group_bytes
        answer = self._outbound.request(
            "GET", document, headers={"Accept": ACCEPT}, most_bytes=limit
        )
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status != 200:
            return {}
        found: dict[str, set[str]] = {}
        # "the members of the group are specified with the vcard:hasMember predicate"
        for group, _, member in self._parse(answer.body, kind, Iri(document)).match(
            None, VCARD.hasMember
        ):
            if isinstance(group, Named) and isinstance(member, Named):
                found.setdefault(str(group), set()).add(str(member))
        return {group: frozenset(who) for group, who in found.items()}
