"""Bodies on their way in and out: bounded, and in constant memory whatever their size."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from queue import Queue

from pod.errors import BadInput, Unavailable
from pod.http.messages import Request, Response, Scope, Send
from pod.model import Body

PIECE = 1 << 18  # bytes read from a file, or given to it, at once
QUEUED = 4  # pieces that wait for the disk
_CLOSED = BadInput("the body ended early")

Stage = Callable[[Iterable[bytes], int], Body]


class Intake:
    """Takes bodies in: small ones in memory, large ones straight to a file, `most` at a time."""

    def __init__(self, stage: Stage, inline: int, most: int) -> None:
        self._stage = stage
        self._inline = inline
        self._places = most

    async def take(self, request: Request, limit: int) -> Body:
        """The body of `request`. Raises TooLarge, BadInput, RequestTimeout, Unavailable."""
        pieces: list[bytes] = []
        size, chunks = 0, request.chunks(limit)
        async for piece in chunks:
            pieces.append(piece)
            size += len(piece)
            if size > self._inline:
                break
        else:
            return Body.of(b"".join(pieces))
        if self._places <= 0:
            raise Unavailable("too many uploads at once; try again")
        self._places -= 1
        flow = _Flow(self._stage, limit)
        try:
            async for piece in chunks:
                pieces.append(piece)
                size += len(piece)
                if size >= PIECE:  # each costs both threads a wait
                    await flow.put(b"".join(pieces))
                    pieces, size = [], 0
            await flow.put(b"".join(pieces))
            return await flow.finish()
        except BaseException as error:
            flow.fail(error)
            raise
        finally:
            self._places += 1


class _Flow:
    """A body that the event loop puts piece by piece and a thread of its own stages: a sender that
    is slow holds this thread and none that others wait for."""

    def __init__(self, stage: Stage, limit: int) -> None:
        self._pieces: Queue[bytes | BaseException | None] = Queue()
        self._room = asyncio.Semaphore(QUEUED)
        self._loop = asyncio.get_running_loop()
        self._done: Future[Body] = Future()
        threading.Thread(target=self._run, args=(stage, limit), name="upload", daemon=True).start()

    async def put(self, piece: bytes) -> None:
        await self._room.acquire()
        if self._done.done():
            self._done.result()  # the disk is full, say: raised here
        self._pieces.put(piece)

    async def finish(self) -> Body:
        self._pieces.put(None)
        return await asyncio.wrap_future(self._done)

    def fail(self, error: BaseException) -> None:
        self._pieces.put(error)

    def _run(self, stage: Stage, limit: int) -> None:
        try:
            self._done.set_result(stage(self._iterate(), limit))
        except BaseException as error:
            self._done.set_exception(error)
            self._loop.call_soon_threadsafe(self._room.release)

    def _iterate(self) -> Iterator[bytes]:
        while (piece := self._pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise _CLOSED
            self._loop.call_soon_threadsafe(self._room.release)
            yield piece


async def send_response(
    response: Response, request_is_head: bool, scope: Scope, send: Send
) -> None:
    """Sends `response`; of a file at most `PIECE` bytes are in memory."""
    start = {"type": "http.response.start", "status": response.status, "headers": response.headers}
    stored = response.stored
    if stored is None or request_is_head:
        await send(start)
        body = b"" if request_is_head else response.data
        await send({"type": "http.response.body", "body": body})
    elif stored.data is not None:
        await send(start)
        end = response.start + response.length
        await send({"type": "http.response.body", "body": stored.data[response.start : end]})
    else:
        await _send_file(response, _file_of(stored), start, scope, send)


async def _send_file(
    response: Response, file: Path, start: dict[str, object], scope: Scope, send: Send
) -> None:
    whole = response.start == 0 and response.stored is not None
    whole = whole and response.stored is not None and response.length == response.stored.size
    if whole and "http.response.pathsend" in scope.get("extensions", {}):
        await send(start)
        path = str(file)
        await send({"type": "http.response.pathsend", "path": path})
        return
    handle = await asyncio.to_thread(file.open, "rb")
    with handle:
        await asyncio.to_thread(handle.seek, response.start)
        await send(start)
        left = response.length
        while left > 0:
            piece = await asyncio.to_thread(handle.read, min(PIECE, left))
            if not piece:
                raise OSError(f"{file} is shorter than it was")
            left -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": left > 0})


def _file_of(body: Body) -> Path:
    if body.path is None:
        raise ValueError("a body has bytes or a file")
    return body.path
