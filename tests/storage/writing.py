"""Run by test_kill as a process of its own: writes as fast as it can until it is killed.

Each of the threads changes its two documents and a third that comes and goes, in one transaction,
and tells its number on standard output once it is acknowledged.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from pod.model import Body
from pod.storage.base import Store, Transaction
from tests.storage.pods import TTL, index_of

THREADS = 3
INLINE = 100


def text(thread: int, number: int) -> bytes:
    return f'<#it> <#is> "{thread}:{number}:{"x" * (20 if number % 2 else 400)}" .'.encode()


def main(folder: Path) -> None:
    store = Store(folder, inline_bytes=INLINE)
    index_of(folder, store)._follower.start()
    for thread in range(THREADS):
        threading.Thread(target=write_on, args=(store, thread)).start()


def write_on(store: Store, thread: int) -> None:
    with store.read() as snap:
        number = int((snap.record("written", str(thread)) or {"n": 0})["n"])
    while True:
        number += 1
        store.stage(iter([b"never saved" * 20]), 1000)
        store.write(work(store.stage(iter([text(thread, number)]), 1000), thread, number))
        sys.stdout.write(f"{thread} {number}\n")
        sys.stdout.flush()


def work(body: Body, thread: int, number: int):  # type: ignore[no-untyped-def]
    def change(tx: Transaction) -> None:
        tx.log("Update", "owner", "me", None, None, None, {"thread": thread, "n": number})
        tx.save(f"/{thread}/one", TTL, body)
        tx.save(f"/{thread}/other", TTL, body)
        if number % 3:
            tx.save(f"/{thread}/extra", TTL, body)
        else:
            tx.remove(f"/{thread}/extra")
        tx.put_record("written", str(thread), {"n": number})

    return change


if __name__ == "__main__":
    main(Path(sys.argv[1]))
