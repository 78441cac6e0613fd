"""Connections that stay open: of those who went without a word, of too many from one place, and of
scripts of other sites."""

from __future__ import annotations

import ctypes
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.protocol.test_notifications import KINDS, channel, listening, put, subscribe
from tests.servers import ALICE, Served, running
from tests.sockets import Socket

SO_ATTACH_FILTER = 26  # Linux
HERS, EVIL = "https://app.example", "https://evil.example"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("connections")
    with running(folder, silence_seconds=1, channels_open_of_address=3) as served:
        yield served


def until(true: Callable[[], bool], seconds: float = 8.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def unplug(peer: socket.socket) -> None:
    """From now on nothing arrives here, so nothing is acknowledged: as if the cable were pulled."""
    drop = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # BPF: return 0
    program = struct.pack("HL", 1, ctypes.addressof(drop))
    peer.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def opens(served: Served) -> bool:
    one = Socket(f"ws://localhost:{served.port}/.notifications/solid-0.1")
    one.close()
    return one.status == 101


def test_who_went_without_a_word_is_noticed(served: Served) -> None:
    """And the control: who is silent but there stays."""
    topic = served.base + "profile/card"
    there = listening(served.owner, topic)
    gone = [listening(served.owner, topic) for _ in range(2)]
    assert not opens(served), "three are all that this address may have"
    for one in gone:
        unplug(one._peer)
    assert until(lambda: opens(served))
    time.sleep(1.5)  # the one that stays is asked at least twice
    tag = put(served, "profile/card", served.owner.get("profile/card").text + "\n")
    assert there.notice()["state"] == tag
    for one in (there, *gone):
        one.close()
    assert until(lambda: opens(served))


def test_connections_of_one_address_have_an_end(served: Served) -> None:
    via = f"ws://localhost:{served.port}/.notifications/solid-0.1"
    sockets = [Socket(via) for _ in range(3)]
    assert [one.status for one in sockets] == [101] * 3
    assert Socket(via).status == 403
    stream = channel(served.public, served.base + "profile/card", KINDS[2])["receiveFrom"]
    assert served.public.get(stream).status_code == 503
    elsewhere = socket.socket()  # another address of this machine is another place
    elsewhere.bind(("127.0.0.2", 0))
    elsewhere.connect(("127.0.0.1", served.port))
    with elsewhere:
        request = f"GET {httpx.URL(stream).path} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        elsewhere.sendall(request.encode())
        assert elsewhere.recv(12) == b"HTTP/1.1 200"
    for one in sockets:
        one.close()
    assert until(lambda: opens(served))


# -------------------------------------------------------------------- scripts of other sites


@pytest.fixture(scope="module")
def narrowed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A document that Alice, and everybody, may read from one site alone."""
    with running(tmp_path_factory.mktemp("origins")) as served:
        put(served, "o/hers", '<> <urn:x:says> "hers".')
        put(served, "o/all", '<> <urn:x:says> "all".')
        for name, whom in (
            ("hers", f"acl:agent <{ALICE}>"),
            ("all", "acl:agentClass <http://xmlns.com/foaf/0.1/Agent>"),
        ):
            rules = (
                "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n"
                f"<#o> a acl:Authorization; acl:agent <{served.base}profile/card#me>;"
                f" acl:accessTo <{name}>; acl:mode acl:Read, acl:Write, acl:Control.\n"
                f"<#a> a acl:Authorization; {whom}; acl:origin <{HERS}>; acl:accessTo <{name}>;"
                " acl:mode acl:Read.\n"
            )
            put(served, f"o/{name}.acl", rules)
        yield served


@pytest.mark.parametrize(("origin", "sees"), [(None, True), (HERS, True), (EVIL, False)])
def test_an_origin_narrows_queries_and_channels_too(
    narrowed: Served, origin: str | None, sees: bool
) -> None:
    """https://solidproject.org/TR/wac#acl-origin"""
    headers = {} if origin is None else {"origin": origin}
    alice = narrowed.alice
    assert alice.get("o/hers", headers=headers).is_success is sees
    query = {"query": "SELECT ?o { ?s <urn:x:says> ?o }"}
    rows = alice.get(".pod/sparql", params=query, headers=headers).json()["results"]["bindings"]
    assert {row["o"]["value"] for row in rows} == ({"hers", "all"} if sees else set())
    with httpx.Client(base_url=narrowed.base, headers={**alice.headers, **headers}) as script:
        for kind in (KINDS[0], KINDS[2]):
            answer = subscribe(script, narrowed.base + "o/hers", kind)
            assert answer.status_code == (200 if sees else 403), answer.text


@pytest.mark.parametrize(("origin", "word"), [(None, "ack"), (HERS, "ack"), (EVIL, "err")])
def test_an_origin_narrows_the_old_protocol(
    narrowed: Served, origin: str | None, word: str
) -> None:
    via = f"ws://localhost:{narrowed.port}/.notifications/solid-0.1"
    old = Socket(via, *([] if origin is None else [f"Origin: {origin}"]))
    assert old.next() == "protocol solid-0.1"
    old.say(f"sub {narrowed.base}o/all")
    assert (old.next() or "").split()[0] == word


def test_the_owner_ends_any_channel_from_a_page_of_hers(narrowed: Served, tmp_path: Path) -> None:
    made = channel(narrowed.alice, narrowed.base + "o/hers")
    page = {"origin": narrowed.base.rstrip("/")}
    shown = narrowed.owner.get(made["id"], headers=page)
    assert json.loads(shown.text)["topic"] == narrowed.base + "o/hers"
    assert narrowed.owner.delete(made["id"], headers=page).status_code == 204
