"""A server that is told to stop does, though somebody asks what takes long."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from pod.http.serving import _stop_when_told
from tests.servers import TURTLE, running

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?i) }"


def test_queries_are_ended_and_told_why(tmp_path: Path) -> None:
    with running(tmp_path, query_seconds=60) as served:
        values = ", ".join(str(n) for n in range(300))
        document = f"<> <#p> {values}."
        assert served.owner.put("d", content=document, headers={"content-type": TURTLE}).is_success
        answers: list[httpx.Response] = []

        def ask() -> None:
            answers.append(served.owner.get(".pod/sparql", params={"query": SLOW}, timeout=60))

        asking = [threading.Thread(target=ask) for _ in range(6)]
        for thread in asking:
            thread.start()
        time.sleep(1.5)
        assert not answers, "all six take long"
        begun = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(15) == 0
        assert time.monotonic() - begun < 8, "loaded machines included"
        for thread in asking:
            thread.join()
    assert [answer.status_code for answer in answers] == [503] * 6


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_heard_where_the_loop_is_woken_too_often(name: signal.Signals) -> None:
    """As when thousands of connections end at once: the pipe that wakes the loop is full."""
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}

    async def served() -> None:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        _stop_when_told(loop, stopping)
        with pytest.raises(BlockingIOError):
            while True:
                loop._csock.send(b"\0" * 4096)  # type: ignore[attr-defined]
        os.kill(os.getpid(), name)
        await asyncio.wait_for(stopping.wait(), 10)

    try:
        asyncio.run(served())
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
