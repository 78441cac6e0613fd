"""What is due whether or not anybody asks: done by the serving process, in a thread of its own."""

from __future__ import annotations

import logging
import threading

from pod.host import Host

EVERY_SECONDS = 600.0
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

    def _run(self) -> None:
        while not self._over.wait(1.0):
            try:
                for webid in self._host.remove_due():
                    log.info("deleted as its owner had asked: %s", webid)
            except Exception:  # whatever one thing does, the next is done
                log.exception("something due was not done")
            if self._over.wait(EVERY_SECONDS):
                return
