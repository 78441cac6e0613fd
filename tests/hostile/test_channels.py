"""Notifications against those who want to hear what is not theirs, or to wear the server out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pod import server
from pod.config import load
from pod.model import Agent, AgentKind
from tests.hooks import hooked
from tests.protocol.test_notifications import (
    KINDS,
    LD,
    RECURSIVE,
    channel,
    listening,
    put,
    subscribe,
)
from tests.servers import ALICE, Served, running, serving
from tests.sockets import TEXT, Socket, frame

BOUNDS = {
    "channels_of_agent": 20,
    "channels_of_public": 30,
    "channels_open": 40,
    "channel_queue": 40,
    "channel_topics": 3,
    "channel_idle_seconds": 5.0,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("hostile"), **BOUNDS) as served:
        yield served


def share(served: Served, path: str, *, with_alice: bool, public: bool = False) -> None:
    """The rules of one document: the owner's, and perhaps Read for Alice or everybody."""
    name = path.rpartition("/")[2]
    lines = [
        "@prefix acl: <http://www.w3.org/ns/auth/acl#>.",
        f"<#owner> a acl:Authorization; acl:agent <{served.base}profile/card#me>;"
        f" acl:accessTo <{name}>; acl:mode acl:Read, acl:Write, acl:Control.",
    ]
    if with_alice:
        lines.append(
            f"<#alice> a acl:Authorization; acl:agent <{ALICE}>; acl:accessTo <{name}>;"
            " acl:mode acl:Read."
        )
    if public:
        lines.append(
            "<#all> a acl:Authorization; acl:agentClass <http://xmlns.com/foaf/0.1/Agent>;"
            f" acl:accessTo <{name}>; acl:mode acl:Read."
        )
    put(served, path + ".acl", "\n".join(lines))


def until(true: Any, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


# -------------------------------------------------------------------- who may hear


@pytest.mark.parametrize("kind", KINDS)
def test_without_read_there_is_no_channel(served: Served, kind: str) -> None:
    put(served, "h/private")
    more = {"sendTo": "https://hook.example/"} if kind == KINDS[1] else {}
    for path in ("h/private", "h/", "", "h/missing", "profile/card.acl", ".acl"):
        topic = served.base + path
        assert subscribe(served.public, topic, kind, **more).status_code == 401, path
        assert subscribe(served.alice, topic, kind, **more).status_code == 403, path
    assert subscribe(served.public, served.base + "profile/card", KINDS[0]).status_code == 200


def test_a_subscription_does_not_show_what_exists(served: Served) -> None:
    put(served, "h/exists")
    answers = [subscribe(served.alice, served.base + path) for path in ("h/exists", "h/exists-not")]
    said = [{**a.json(), "iri": None} for a in answers]
    assert said[0] == said[1]


def test_rights_that_are_taken_back_end_the_channel_at_once(served: Served) -> None:
    put(served, "h/taken")
    share(served, "h/taken", with_alice=True)
    hers = listening(served.alice, served.base + "h/taken")
    mine = listening(served.owner, served.base + "h/taken")
    tag = put(served, "h/taken", "<> <#is> 1.")
    assert hers.notice()["state"] == mine.notice()["state"] == tag
    share(served, "h/taken", with_alice=False)
    tag = put(served, "h/taken", "<> <#is> 2.")
    assert mine.notice()["state"] == tag
    assert hers.next(5) is None, "nothing more comes"
    assert hers.code == 1008


def test_what_waits_is_not_sent_after_rights_are_taken_back(served: Served) -> None:
    put(served, "h/waits")
    share(served, "h/waits", with_alice=True)
    made = channel(served.alice, served.base + "h/waits")
    put(served, "h/waits", "<> <#is> 1.")
    share(served, "h/waits", with_alice=False)
    late = Socket(made["receiveFrom"])
    assert late.next(3) is None
    assert late.code != 1006


def test_a_stream_and_the_old_protocol_stop_too(served: Served) -> None:
    put(served, "h/public")
    share(served, "h/public", with_alice=False, public=True)
    topic = served.base + "h/public"
    made = channel(served.public, topic, KINDS[2])
    old = Socket(served.public.head("h/public").headers["updates-via"])
    assert old.next() == "protocol solid-0.1"
    old.say(f"sub {topic}")
    assert old.next() == f"ack {topic}"
    with served.public.stream("GET", made["receiveFrom"]) as stream:
        lines = (line for line in stream.iter_lines() if line)
        tag = put(served, "h/public", "<> <#is> 1.")
        assert json.loads(next(lines))["state"] == tag
        assert old.next() == f"pub {topic}"
        share(served, "h/public", with_alice=False, public=False)
        put(served, "h/public", "<> <#is> 2.")
        assert next(lines, None) is None
    assert old.next(0.5) is None
    assert old.code is None, "its other topics go on"


def test_below_a_container_only_what_may_be_read(served: Served) -> None:
    put(served, "h/tree/open")
    put(served, "h/tree/closed")
    rules = (
        "@prefix acl: <http://www.w3.org/ns/auth/acl#>."
        f"<#a> a acl:Authorization; acl:agent <{ALICE}>, <{served.base}profile/card#me>;"
        " acl:accessTo <./>; acl:default <./>; acl:mode acl:Read."
        f"<#o> a acl:Authorization; acl:agent <{served.base}profile/card#me>;"
        " acl:accessTo <./>; acl:default <./>; acl:mode acl:Write, acl:Control."
    )
    put(served, "h/tree/.acl", rules)
    share(served, "h/tree/closed", with_alice=False)
    hers = listening(served.alice, served.base + "h/tree/", **{RECURSIVE: True})
    put(served, "h/tree/closed", "<> <#is> 1.")
    tag = put(served, "h/tree/open", "<> <#is> 1.")
    put(served, "h/tree/open.acl", rules.replace("<./>", "<open>"))
    assert hers.notice()["state"] == tag
    assert hers.notice(0.5) is None, "nothing of the closed one, nothing of access rules"


def test_a_cookie_is_never_looked_at(served: Served) -> None:
    put(served, "h/cookie")
    signed_in = httpx.Client(base_url=served.base)
    with signed_in:
        origin = {"origin": served.base.rstrip("/"), "sec-fetch-site": "same-origin"}
        password = {"name": "Ada", "password": "correct horse battery"}
        signed_in.post(".pod/sign-in", data=password, headers=origin)
        assert signed_in.cookies, "signed in to the pages"
        assert subscribe(signed_in, served.base + "h/cookie").status_code == 401
        cookie = "; ".join(f"{k}={v}" for k, v in signed_in.cookies.items())
        made = channel(served.owner, served.base + "h/cookie")
        assert signed_in.get(made["id"]).status_code == 404
        assert signed_in.delete(made["id"]).status_code == 404
    old = Socket(f"ws://localhost:{served.port}/.notifications/solid-0.1", f"Cookie: {cookie}")
    assert old.next() == "protocol solid-0.1"
    old.say(f"sub {served.base}h/cookie")
    assert old.next() == f"err {served.base}h/cookie forbidden"


# -------------------------------------------------------------------- addresses that are guessed


def test_forged_addresses_lead_nowhere(served: Served) -> None:
    made = channel(served.owner, served.base + "h/forged")
    place = f"ws://localhost:{served.port}/.notifications/{KINDS[0]}/"
    name, secret = made["id"].rpartition("/")[2], made["receiveFrom"].rpartition("/")[2]
    assert len(secret) >= 43, "256 bits"
    for path in (
        name,
        f"receive/{name}",
        "receive/",
        f"receive/{secret[:-1]}",
        f"receive/{secret}x",
        f"receive/{secret}/",
        f"receive/%00{secret}",
        "receive/../" + name,
        f"../{KINDS[2]}/receive/{secret}",
    ):
        assert Socket(place + path).status == 403, path
    stream = f".notifications/{KINDS[2]}/receive/"
    assert served.public.get(stream + secret).status_code == 404, "one kind is not another"
    for other in ("h/forged", "profile/card", ".pod/", "", ".notifications/"):
        assert Socket(f"ws://localhost:{served.port}/{other}").status == 403
    assert Socket(made["receiveFrom"]).status == 101


# -------------------------------------------------------------------- webhooks


@pytest.mark.parametrize(
    "url",
    [
        "http://hook.example/",
        "https://127.0.0.1/",
        "https://localhost:8443/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://0x7f000001/",
        "https://user:secret@93.184.216.34/",
        "https://93.184.216.34:0/",
        "ftp://hook.example/",
        "https://no-such-name.invalid/",
    ],
)
def test_webhooks_to_addresses_that_are_not_asked(served: Served, url: str) -> None:
    answer = subscribe(served.owner, served.base + "h/hook", KINDS[1], sendTo=url)
    assert answer.status_code == 422, answer.text


def test_control_a_public_address_is_taken(served: Served) -> None:
    url = "https://93.184.216.34/hook"
    made = channel(served.owner, served.base + "h/hook", KINDS[1], sendTo=url)
    assert served.owner.delete(made["id"]).status_code == 204
    assert (
        subscribe(served.public, served.base + "profile/card", KINDS[1], sendTo=url).status_code
        == 401
    )


def test_a_webhook_that_became_private_is_not_asked(tmp_path: Path) -> None:
    """The guard is where the connection is made: an address that was allowed once is asked again."""
    quick = {"webhook_retry_seconds": 0.05, "webhook_attempts": 3}
    with hooked() as hook, running(tmp_path, outbound_loopback=True, **quick) as served:
        made = channel(served.owner, served.base + "h/became", KINDS[1], sendTo=hook.url)
        put(served, "h/became")
        assert hook.wait_for(1)
        served.process.terminate()
        served.process.wait(20)
        with serving(served.data, served.port, **quick):
            put(served, "h/became", "<> <#is> 1.")
            assert until(lambda: served.owner.get(made["id"]).status_code == 404)
        assert len(hook.heard) == 1


def test_a_webhook_that_redirects_is_not_followed(tmp_path: Path) -> None:
    quick = {"webhook_retry_seconds": 0.05, "webhook_attempts": 3, "outbound_loopback": True}
    with hooked() as inner, running(tmp_path, **quick) as served:
        with hooked(answer=lambda _: 307, headers={"location": inner.url}) as hook:
            made = channel(served.owner, served.base + "h/moved", KINDS[1], sendTo=hook.url)
            put(served, "h/moved")
            assert until(lambda: served.owner.get(made["id"]).status_code == 404)
            assert len(hook.heard) == 3
        assert not inner.heard


def test_rights_taken_back_end_a_webhook(tmp_path: Path) -> None:
    with hooked() as hook, running(tmp_path, outbound_loopback=True) as served:
        put(served, "h/hooked")
        share(served, "h/hooked", with_alice=True)
        made = channel(served.alice, served.base + "h/hooked", KINDS[1], sendTo=hook.url)
        put(served, "h/hooked", "<> <#is> 1.")
        assert hook.wait_for(1)
        share(served, "h/hooked", with_alice=False)
        put(served, "h/hooked", "<> <#is> 2.")
        assert until(lambda: served.owner.get(made["id"]).status_code == 404)
        assert len(hook.heard) == 1


# -------------------------------------------------------------------- wearing the server out


def test_a_flood_of_subscriptions_has_an_end(served: Served) -> None:
    topic = served.base + "profile/card"
    answers = [subscribe(served.alice, topic).status_code for _ in range(40)]
    # Those of the tests before may not be forgotten yet.
    assert 40 - BOUNDS["channels_of_agent"] <= answers.count(429) < 40
    answers = [subscribe(served.public, topic).status_code for _ in range(50)]
    assert answers.count(429) >= 50 - BOUNDS["channels_of_public"]
    assert subscribe(served.public, topic).headers["retry-after"]
    listening(served.owner, topic).close()  # others are not kept out
    time.sleep(BOUNDS["channel_idle_seconds"] + 0.7)
    assert subscribe(served.alice, topic).status_code == 200, "who never connected is forgotten"
    time.sleep(BOUNDS["channel_idle_seconds"] + 0.7)


def test_a_flood_of_connections_has_an_end(served: Served) -> None:
    via = f"ws://localhost:{served.port}/.notifications/solid-0.1"
    sockets = [Socket(via) for _ in range(60)]
    assert [one.status for one in sockets].count(101) == BOUNDS["channels_open"]
    assert served.public.get("profile/card").status_code == 200
    del sockets
    assert until(lambda: Socket(via).status == 101)


def test_topics_on_one_old_connection_have_an_end(served: Served) -> None:
    for name in "abcd":
        put(served, f"h/many/{name}")
        share(served, f"h/many/{name}", with_alice=False, public=True)
    old = Socket(f"ws://localhost:{served.port}/.notifications/solid-0.1")
    old.next()
    for name in "abcd":
        old.say(f"sub {served.base}h/many/{name}")
    said = [old.next() or "" for _ in range(4)]
    assert [text.split()[0] for text in said] == ["ack", "ack", "ack", "err"]


@pytest.mark.parametrize("old", [False, True])
def test_huge_frames_of_a_client(served: Served, old: bool) -> None:
    topic = served.base + "profile/card"
    via = f"ws://localhost:{served.port}/.notifications/solid-0.1"
    whole = listening(served.public, topic) if not old else Socket(via)
    whole.say("x" * 5000)
    while whole.next(5) is not None:
        pass
    assert whole.code == 1009
    claims = listening(served.public, topic) if not old else Socket(via)
    claims.send(frame(TEXT, b"x", claims=1 << 40))
    while claims.next(5) is not None:
        pass
    assert claims.code is not None
    bad = listening(served.public, topic) if not old else Socket(via)
    bad.send(b"\xff" * 200)
    while bad.next(5) is not None:
        pass
    assert bad.code is not None
    assert served.public.get("profile/card").status_code == 200


def test_a_slow_reader_is_cut_off_and_others_are_not(served: Served) -> None:
    """Long names make notices large, so that the kernel's own buffers are soon full."""
    folder = "h/" + "/".join("n" * 200 for _ in range(9)) + "/"
    put(served, folder + "first")
    topic = served.base + folder
    made = channel(served.owner, topic, **{RECURSIVE: True})
    slow = Socket(made["receiveFrom"], buffer=1024)
    quick = listening(served.owner, topic, **{RECURSIVE: True})
    told, heard, rounds = 4, [], 600
    for _ in range(rounds):
        put(served, folder + "x")
        assert served.owner.delete(folder + "x").status_code == 204
        heard += [quick.notice()["type"] for _ in range(told)]
    assert heard == ["Create", "Add", "Delete", "Remove"] * rounds, "all of it, in order"
    got = 0
    while slow.next(10) is not None:
        got += 1
    assert slow.code is not None, "the server let it go"
    assert 0 < got < told * rounds


def test_the_subscription_itself_is_bounded(served: Served) -> None:
    place = f".notifications/{KINDS[0]}/"
    for body in ("[" * 100_000, '{"topic":' * 5000, " " * 200_000):
        answer = served.public.post(place, content=body, headers={"content-type": LD})
        assert answer.status_code in (400, 413), answer.text


# -------------------------------------------------------------------- what is gone


def test_names_of_what_was_private_are_not_told_once_it_is_gone(tmp_path: Path) -> None:
    """The rules of a private container are gone with it; those above it let Alice in."""
    with running(tmp_path) as served:
        acl = (
            "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n"
            "<#o> a acl:Authorization; acl:agent <{me}>; acl:accessTo <./>; acl:default <./>;"
            " acl:mode acl:Read, acl:Write, acl:Control.\n"
        )
        hers = (
            f"<#a> a acl:Authorization; acl:agent <{ALICE}>; acl:accessTo <./>;"
            " acl:default <./>; acl:mode acl:Read.\n"
        )
        turtle = {"content-type": "text/turtle"}
        me = f"{served.base}profile/card#me"
        put = served.owner.put
        put("a/open/note", content="<> <#p> 1 .", headers=turtle)
        put("a/secret/divorce", content="<> <#p> 1 .", headers=turtle)
        assert put("a/.acl", content=acl.format(me=me) + hers, headers=turtle).is_success
        assert put("a/secret/.acl", content=acl.format(me=me), headers=turtle).is_success
        assert served.alice.get("a/secret/divorce").status_code == 403
        for gone in ("a/secret/divorce", "a/secret/", "a/open/note"):
            assert served.owner.delete(gone).is_success
        served.process.terminate()
        served.process.wait(20)
        services = server.build(load(served.data))
        try:
            space = services.space
            alice = Agent(AgentKind.PERSON, ALICE)
            told, kept = set(), set()
            with space.changes.read(0, 1000) as batch:
                for event in batch.events:
                    name = event.iri.removeprefix(served.base)
                    (told if batch.hears(alice, event, event.iri) else kept).add(name)
        finally:
            services.close()
        assert "a/open/note" in told  # the control: she could read it until it went
        assert {"a/secret/divorce", "a/secret/"} <= kept
        assert not any("divorce" in name for name in told)
