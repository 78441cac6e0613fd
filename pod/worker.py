"""What is due whether or not anybody asks: done by the serving process, in a thread of its own."""

from __future__ import annotations

import logging
import threading

from pod.errors import NotFound, Unavailable
from pod.host import Host

EVERY_SECONDS = 60.0
log = logging.getLogger(__name__)


class Worker:
    """Looks every `EVERY_SECONDS` for what is due, and soon after its start."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Waits for what it is at."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _open_telling(self) -> None:
        """One after the other: those that have nothing left to tell make room for the next."""
        for name in self._host.telling():
            while not self._over.is_set():
                try:
                    with self._host.use(name):
                        break
                except NotFound:
                    break
                except Unavailable:
                    self._over.wait(1.0)

    def _sync_due(self) -> None:
        """What holders and publishers are asked for: of the pods that are open."""
        for name in self._host.names():
            if not self._host.is_open(name):
                continue
            with self._host.use(name) as pod:
                for connection in pod.connections.due(pod.owner):
                    if self._over.is_set():
                        return
                    pod.connections.sync(pod.owner, connection)
                for reference in pod.publications.due(pod.owner):
                    if self._over.is_set():
                        return
                    if pod.publications.refresh(pod.owner, reference)["changed"]:
                        pod.runs.follow(pod.owner, reference)

    def _run_due(self) -> None:
        """Apps that run by themselves: of the pods that are open."""
        for name in self._host.names():
            if self._over.is_set():
                return
            if self._host.is_open(name):
                with self._host.use(name) as pod:
                    pod.schedules.run_due(pod.owner)

    def _run(self) -> None:
        self._open_telling()
        while not self._over.wait(1.0):
            try:
                self._sync_due()
                self._run_due()
                for webid in self._host.remove_due():
                    log.info("deleted as its owner had asked: %s", webid)
            except Exception:  # whatever one thing does, the next is done
                log.exception("something due was not done")
            if self._over.wait(EVERY_SECONDS):
                return
