"""The thread that listens, as long as the server runs: connects again where the source is lost, and
gives what it has kept away as one file every so often."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from pod.config import Settings
from pod.listening import mqtt, serial
from pod.listening.frames import Batch, Cutter

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
log = logging.getLogger(__name__)

Give = Callable[[str, bytes], None]


class Listener:
    """`give(name, content)` takes a file of frames; what it raises leaves them waiting for the next
    time. Nothing listens where the setting `meter` is empty."""

    def __init__(
        self, settings: Settings, give: Give, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings, self._give, self._clock = settings, give, clock
        self._over = threading.Event()
        self._batch = Batch(settings.meter_sample_seconds, settings.meter_hold_seconds)
        self._heard = 0.0
        self._thread = threading.Thread(target=self._run, name="meter", daemon=True)

    def start(self) -> None:
        if self._settings.meter:
            self._thread.start()

    def close(self) -> None:
        """Ends, and gives away what waits."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()
            self._give_away()

    def _run(self) -> None:
        wait = FIRST_WAIT
        while not self._over.is_set():
            started = time.monotonic()
            try:
                self._listen()
            except (OSError, ValueError) as error:  # ValueError: of an address, or a topic
                log.warning("the meter cannot be heard: %s; trying again in %d s", error, wait)
            except Exception:  # a fault of ours must not end the server's ears for ever
                log.exception("the meter cannot be heard")
            self._over.wait(wait)
            well = time.monotonic() - started > LONGEST_WAIT
            wait = FIRST_WAIT if well else min(LONGEST_WAIT, wait * 2)

    def _listen(self) -> None:
        cutter = Cutter()
        for piece in self._pieces():
            now = self._clock()
            for frame in cutter.take(piece):
                self._heard = time.monotonic()
                self._batch.add(frame, now)
            if self._batch.due(now):
                self._give_away()

    def _pieces(self) -> Iterator[bytes]:
        source = self._settings.meter
        if source.startswith(("mqtt://", "mqtts://")):
            return mqtt.pieces(
                urlsplit(source), self._settings.meter_password_file, self._over.is_set
            )
        return serial.pieces(source, self._over.is_set, lambda: self._heard)

    def _give_away(self) -> None:
        content, count = self._batch.content()
        if not count:
            return
        try:
            self._give(f"compteur-{content[1:21].decode().replace(':', '')}.tic", content)
        except Exception:
            log.exception("what the meter said could not be kept; it waits")
            return
        self._batch.forget(count)
