"""Two clients write one document, each only over what it has read: no write of either is lost.

Short in `make test`; `make writers` writes 1,000 times.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from tests.servers import TURTLE, Served, running

WRITES = int(os.environ.get("WRITERS_WRITES", "200"))
N3 = "text/n3"
SOLID = "@prefix solid: <http://www.w3.org/ns/solid/terms#>. _:p a solid:InsertDeletePatch; "


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("writers")) as served:
        yield served


def entries(text: str) -> set[str]:
    return set(re.findall(r"<#e-\w+>", text))


def put(client: httpx.Client, name: str, entry: str, etag: str, text: str) -> int:
    headers = {"content-type": TURTLE, "if-match": etag}
    body = f"{text}{entry} <#is> 1 .\n".encode()
    return client.put(name, content=body, headers=headers).status_code


def patch(client: httpx.Client, name: str, entry: str, etag: str, _: str) -> int:
    body = f"{SOLID} solid:inserts {{ {entry} <#is> 1 }}.".encode()
    return client.patch(
        name, content=body, headers={"content-type": N3, "if-match": etag}
    ).status_code


@pytest.mark.timeout(3600)
def test_two_clients_lose_no_update(served: Served) -> None:
    """Both read, then write what they read with an entry more; who was late reads again."""
    name = "both.ttl"
    assert served.owner.put(name, content=b"", headers={"content-type": TURTLE}).status_code == 201
    barrier = Barrier(2)

    def write(who: str) -> tuple[int, int]:
        late = 0
        headers = {"authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=served.base, headers=headers, timeout=30) as client:
            barrier.wait()
            for number in range(WRITES // 2):
                way = patch if number % 3 == 2 else put
                while True:
                    read = client.get(name)
                    etag = read.headers["etag"]
                    status = way(client, name, f"<#e-{who}{number}>", etag, read.text)
                    if status != 412:
                        break
                    late += 1
                assert status == 204, status
                # Its own write is there, and nothing of the other's that it had seen is gone.
                after = entries(client.get(name).text)
                assert entries(read.text) | {f"<#e-{who}{number}>"} <= after
        return number + 1, late

    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(write, "ab"))
    seconds = time.monotonic() - began
    late = sum(refused for _, refused in done)
    print(f"{WRITES} writes by two clients, {late} refused with 412, in {seconds:.1f} s")
    assert entries(served.owner.get(name).text) == {
        f"<#e-{who}{number}>" for who in "ab" for number in range(WRITES // 2)
    }
    assert late, "they never met: nothing was tried"


def test_the_control_without_if_match_updates_are_lost(served: Served) -> None:
    name = "lost.ttl"
    kind = {"content-type": TURTLE}
    assert served.owner.put(name, content=b"", headers=kind).status_code == 201
    read = served.owner.get(name).text
    for entry in ("<#e-a>", "<#e-b>"):
        body = f"{read}{entry} <#is> 1 .\n".encode()
        assert served.owner.put(name, content=body, headers=kind).status_code == 204
    assert entries(served.owner.get(name).text) == {"<#e-b>"}
