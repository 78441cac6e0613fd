"""A meter's output at a serial port: seven bits, even parity, at one of two speeds.

The historic mode sends at 1,200 baud, the standard mode at 9,600 (Enedis-NOI-CPT_54E): the other is
tried where nothing whole has come for a while.
"""

from __future__ import annotations

import os
import select
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SPEEDS = (termios.B9600, termios.B1200)
QUIET_SECONDS = 12.0  # without a whole frame, until the other speed is tried
WAIT_SECONDS = 0.5
_PIECE = 4096


@contextmanager
def opened(path: str) -> Iterator[int]:
    """The port's descriptor, raw, which is nobody's controlling terminal. OSError if there is none."""
    port = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield port
    finally:
        os.close(port)


def tune(port: int, speed: int) -> None:
    """7E1, raw, at a speed. OSError for what is no terminal."""
    try:
        settings = termios.tcgetattr(port)
        settings[0] = termios.IGNBRK | termios.INPCK | termios.ISTRIP  # input: strip the parity bit
        settings[1] = 0  # output: as it is
        settings[2] = termios.CS7 | termios.PARENB | termios.CREAD | termios.CLOCAL
        settings[3] = 0  # no echo, no lines, no signals
        settings[4] = settings[5] = speed
        settings[6][termios.VMIN], settings[6][termios.VTIME] = 0, 0
        termios.tcsetattr(port, termios.TCSANOW, settings)
        termios.tcflush(port, termios.TCIFLUSH)
    except termios.error as error:
        raise OSError(f"not a serial port: {error}") from None


def pieces(path: str, over: Callable[[], bool], heard: Callable[[], float]) -> Iterator[bytes]:
    """What comes in, until `over`; b"" each time nothing has come for a moment. `heard` says when the
    last whole frame was there (monotonic seconds). OSError when the port is lost."""
    with opened(path) as port:
        turn, since = 0, time.monotonic()
        tune(port, SPEEDS[turn])
        while not over():
            ready, _, _ = select.select([port], [], [], WAIT_SECONDS)
            if ready:
                data = os.read(port, _PIECE)
                if not data:
                    raise OSError("the port was closed")
                yield data
            else:
                yield b""
            if time.monotonic() - max(since, heard()) > QUIET_SECONDS:
                turn, since = 1 - turn, time.monotonic()
                tune(port, SPEEDS[turn])
