"""Codes in pictures and PDFs that the owner drops: read in a sealed process that can be killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import sysconfig
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from pod.errors import BadFile, LimitHit
from pod.model import Body

KINDS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-")
MEMORY_BYTES = 512 << 20
ANSWER_BYTES = 256 << 10
PIXELS = 50_000_000
PAGES = 12
FAULTS = frozenset({"too-large", "too-many-pages", "damaged"})
CODE = Path(__file__).resolve().parent
_one = threading.Semaphore(1)


def is_picture(body: Body) -> bool:
    """Whether the first bytes are those of a PNG, a JPEG or a PDF."""
    return next(body.chunks(length=8), b"").startswith(KINDS)


def codes(body: Body, *, most_bytes: int, seconds: int) -> list[str]:
    """The texts of the DataMatrix codes in a picture or a PDF, at most 20.

    Raises BadFile (`picture-too-large`, `picture-damaged`, …), LimitHit after `seconds`.
    """
    if body.size > most_bytes:
        raise BadFile("the picture is too large", reason="picture-too-large")
    with _one:
        return _said(*_read(body.read(most_bytes), seconds))


def _read(data: bytes, seconds: int) -> tuple[bytes, int]:
    """What the process said, no more of it than may be said, and how it ended."""
    process = subprocess.Popen(  # noqa: S603  (our own interpreter and reader)
        [
            *(sys.executable, "-I", "-S", "-B", str(CODE / "reader.py")),
            *(sysconfig.get_path("purelib"), str(CODE)),
            *(str(MEMORY_BYTES), str(seconds), str(PIXELS), str(PAGES)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    def give(pipe: IO[bytes]) -> None:
        with suppress(BrokenPipeError), pipe:
            pipe.write(data)

    watch = threading.Timer(seconds + 5, stop)
    watch.start()
    giver = threading.Thread(target=give, args=(cast(IO[bytes], process.stdin),), daemon=True)
    giver.start()
    try:
        with cast(IO[bytes], process.stdout) as pipe:
            answer = pipe.read(ANSWER_BYTES + 1)
    finally:
        process.kill()
        watch.cancel()
        code = process.wait()
        giver.join()
    if late.is_set() or code == -signal.SIGXCPU:
        raise LimitHit("the picture took too long to read", limit="wall")
    return answer, code


def _said(answer: bytes, code: int) -> list[str]:
    """What the process said, not believed beyond its shape."""
    if code not in (0, -signal.SIGKILL) or not 0 < len(answer) <= ANSWER_BYTES:
        raise BadFile("the picture cannot be read", reason="picture-damaged")
    try:
        found = json.loads(answer)
        fault, texts = found.get("fault"), found.get("codes", [])
    except (ValueError, AttributeError, RecursionError):
        fault, texts = "damaged", []
    if fault is not None or not isinstance(texts, list):
        word = fault if fault in FAULTS else "damaged"
        raise BadFile("the picture cannot be read", reason=f"picture-{word}")
    return [text for text in texts if isinstance(text, str)]
