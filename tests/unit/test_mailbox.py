"""What other threads tell the event loop is heard, however they and it take turns."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from pod.http.mailbox import Mailbox

WAITERS, TIMES = 16, 300


@pytest.fixture
def quick_turns() -> Iterator[None]:
    """Threads take turns as often as can be: what can come between two steps does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("quick_turns")
def test_nobody_is_forgotten() -> None:
    async def ask(mail: Mailbox, pool: ThreadPoolExecutor, number: int) -> int:
        heard = 0
        for _ in range(TIMES):
            told: Future[int] = Future()
            pool.submit(told.set_result, number)
            heard += await mail.wait(told) == number
        return heard

    async def everybody() -> list[int]:
        mail = Mailbox()
        with ThreadPoolExecutor(4) as pool:
            waiting = asyncio.gather(*(ask(mail, pool, number) for number in range(WAITERS)))
            return await asyncio.wait_for(waiting, 60)

    assert asyncio.run(everybody()) == [TIMES] * WAITERS


def test_what_failed_is_told_too() -> None:
    async def one() -> None:
        told: Future[None] = Future()
        told.set_exception(ValueError("no"))
        await Mailbox().wait(told)

    with pytest.raises(ValueError, match="no"):
        asyncio.run(one())
