"""Solid Notifications: discovery, subscriptions, messages, features, and each kind of channel."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from rdflib import RDF, Graph, Namespace, URIRef

from tests.servers import ALICE, TURTLE, Served, running
from tests.sockets import Socket

NOTIFY = Namespace("http://www.w3.org/ns/solid/notifications#")
AS = Namespace("https://www.w3.org/ns/activitystreams#")
CONTEXT = "https://www.w3.org/ns/solid/notification/v1"
RECURSIVE = "https://w3id.org/domicile/ns#recursive"
KINDS = ("WebSocketChannel2023", "WebhookChannel2023", "StreamingHTTPChannel2023")
LD = "application/ld+json"
IDLE = 1.5


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("notify"), channel_idle_seconds=IDLE) as served:
        yield served


def subscribe(
    client: httpx.Client, topic: str, kind: str = KINDS[0], **more: Any
) -> httpx.Response:
    wanted = {"@context": [CONTEXT], "type": str(NOTIFY[kind]), "topic": topic, **more}
    return client.post(
        f".notifications/{kind}/", content=json.dumps(wanted), headers={"content-type": LD}
    )


def channel(client: httpx.Client, topic: str, kind: str = KINDS[0], **more: Any) -> Any:
    answer = subscribe(client, topic, kind, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def listening(client: httpx.Client, topic: str, **more: Any) -> Socket:
    found = Socket(channel(client, topic, **more)["receiveFrom"])
    assert found.status == 101
    return found


def put(served: Served, path: str, body: str = "") -> str:
    """Writes a document; its ETag."""
    answer = served.owner.put(path, content=body, headers={"content-type": TURTLE})
    assert answer.status_code in (201, 204), answer.text
    return answer.headers["etag"]


# -------------------------------------------------------------------- discovery


def test_the_storage_describes_where_to_subscribe(served: Served) -> None:
    link = served.public.get("profile/card").headers["link"]
    assert "http://www.w3.org/ns/solid/terms#storageDescription" in link
    about = served.base + ".well-known/solid"
    told = Graph().parse(data=served.public.get(about).text, format="turtle")
    for kind in KINDS:
        service = URIRef(f"{served.base}.notifications/{kind}/")
        assert (URIRef(about), NOTIFY.subscription, service) in told
        assert (service, NOTIFY.channelType, NOTIFY[kind]) in told
        features = set(told.objects(service, NOTIFY.feature))
        assert features == {
            *(NOTIFY[name] for name in ("accept", "endAt", "rate", "startAt", "state")),
            URIRef(RECURSIVE),
        }
    answer = served.public.get(about, headers={"accept": LD})
    assert [one["id"] for one in answer.json()["subscription"]] == [
        f"{served.base}.notifications/{kind}/" for kind in KINDS
    ]


def test_a_place_to_subscribe_describes_itself(served: Served) -> None:
    found = served.public.get(f".notifications/{KINDS[0]}/", headers={"accept": LD}).json()
    assert found["channelType"] == str(NOTIFY[KINDS[0]])
    assert "rate" in found["feature"]


def test_scripts_elsewhere_may_subscribe_and_read_the_answer(served: Served) -> None:
    place = f".notifications/{KINDS[0]}/"
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}
    assert served.public.options(place, headers=asked).headers["access-control-allow-origin"]
    topic = served.base + "profile/card"
    wanted = {"@context": [CONTEXT], "type": str(NOTIFY[KINDS[0]]), "topic": topic}
    for body, status in ((json.dumps(wanted), 200), ("{", 400)):
        headers = {"content-type": LD, "origin": "https://app.example"}
        answer = served.public.post(place, content=body, headers=headers)
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert "access-control-allow-credentials" not in answer.headers


# -------------------------------------------------------------------- subscriptions


def test_a_subscription_answers_what_it_made(served: Served) -> None:
    topic = served.base + "t/made"
    found = channel(served.owner, topic, rate="PT0.5S", accept="text/turtle")
    assert found["id"].startswith(f"{served.base}.notifications/{KINDS[0]}/")
    assert (found["type"], found["topic"]) == (str(NOTIFY[KINDS[0]]), topic)
    assert found["receiveFrom"].startswith("ws://")
    assert (found["rate"], found["accept"]) == ("PT0.5S", "text/turtle")
    ends = datetime.fromisoformat(found["endAt"]) - datetime.now(UTC)
    assert timedelta(hours=23) < ends < timedelta(hours=24)
    shown = served.owner.get(found["id"]).json()
    assert "receiveFrom" not in shown, "the address to connect to is told once"


def test_a_subscription_in_turtle_is_answered_in_turtle(served: Served) -> None:
    topic = URIRef(served.base + "t/turtle")
    wanted = f"[] a <{NOTIFY[KINDS[0]]}>; <{NOTIFY.topic}> <{topic}>."
    answer = served.owner.post(
        f".notifications/{KINDS[0]}/",
        content=wanted,
        headers={"content-type": TURTLE, "accept": TURTLE},
    )
    assert answer.headers["content-type"] == TURTLE
    told = Graph().parse(data=answer.text, format="turtle")
    (made,) = told.subjects(RDF.type, NOTIFY[KINDS[0]])
    assert str(told.value(made, NOTIFY.receiveFrom)).startswith("ws://")
    assert told.value(made, NOTIFY.topic) == topic


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 200),
        ({"type": str(NOTIFY.WebhookChannel2023)}, 422),
        ({"type": "https://other.example/Channel"}, 422),
        ({"topic": None}, 422),
        ({"topic": "https://other.example/x"}, 422),
        ({"topic": "{base}.notifications/x"}, 422),
        ({"topic": "{base}.pod/settings"}, 422),
        ({"topic": "{base}t/x#fragment"}, 422),
        ({"topic": "{base}t/../x"}, 422),
        ({"topic": ["{base}t/x", "{base}t/y"]}, 422),
        ({"topic": "{base}" + "x" * 100_000}, 413),
        ({"topic": "{base}" + "x" * 50_000}, 422),
        ({"sendTo": "https://hook.example/"}, 422),
        ({"rate": "often"}, 422),
        ({"rate": "P400D"}, 422),
        ({"endAt": "tomorrow"}, 422),
        ({"startAt": "99999-01-01T00:00:00Z"}, 422),
        ({"accept": "image/png"}, 422),
        ({"state": "x" * 1000}, 422),
        ({"@context": ["https://other.example/context"]}, 400),
    ],
)
def test_what_cannot_be_subscribed_to(served: Served, change: dict[str, Any], status: int) -> None:
    text = json.dumps({"topic": "{base}t/x", **change}).replace("{base}", served.base)
    wanted = {k: v for k, v in json.loads(text).items() if v is not None}
    body = {"@context": [CONTEXT], "type": str(NOTIFY[KINDS[0]]), **wanted}
    answer = served.owner.post(
        f".notifications/{KINDS[0]}/", content=json.dumps(body), headers={"content-type": LD}
    )
    assert answer.status_code == status, answer.text


def test_a_subscription_is_rdf(served: Served) -> None:
    answer = served.owner.post(
        f".notifications/{KINDS[0]}/", content="x", headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 415
    assert LD in answer.headers["accept-post"]
    assert served.owner.put(f".notifications/{KINDS[0]}/", content="x").status_code == 405
    assert served.owner.get(".notifications/OtherChannel/").status_code == 404


def test_a_channel_is_ended_by_its_agent(served: Served) -> None:
    made = channel(served.owner, served.base + "t/ended")
    socket = Socket(made["receiveFrom"])
    assert served.alice.delete(made["id"]).status_code == 404
    assert served.public.delete(made["id"]).status_code == 404
    assert served.owner.delete(made["id"]).status_code == 204
    assert socket.next() is None
    assert socket.code == 1000
    assert served.owner.delete(made["id"]).status_code == 404
    assert Socket(made["receiveFrom"]).status == 403


# -------------------------------------------------------------------- messages


def test_a_document_from_its_making_to_its_end(served: Served) -> None:
    topic = served.base + "t/life"
    socket = listening(served.owner, topic)
    tags = [put(served, "t/life", f"<> <#is> {n}.") for n in range(5)]
    served.owner.delete("t/life")
    heard = [socket.notice() for _ in range(6)]
    assert [one["type"] for one in heard] == ["Create", *["Update"] * 4, "Delete"]
    assert [one.get("state") for one in heard] == [*tags, None]
    assert {one["object"] for one in heard} == {topic}
    assert len({one["id"] for one in heard}) == 6
    for one in heard:
        assert one["@context"] == ["https://www.w3.org/ns/activitystreams", CONTEXT]
        age = datetime.now(UTC) - datetime.fromisoformat(one["published"])
        assert timedelta(0) <= age < timedelta(seconds=30)


def test_a_container_tells_of_its_members(served: Served) -> None:
    put(served, "c/first")
    folder = served.base + "c/"
    socket = listening(served.owner, folder)
    put(served, "c/a")
    added = served.owner.head("c/").headers["etag"]
    put(served, "c/a", "<#x> <#y> 1.")
    put(served, "c/deep/er/b")
    served.owner.delete("c/a")
    heard = [socket.notice() for _ in range(3)]
    assert [(one["type"], one["object"]) for one in heard] == [
        ("Add", folder + "a"),
        ("Add", folder + "deep/"),
        ("Remove", folder + "a"),
    ]
    assert {one["target"] for one in heard} == {folder}
    assert heard[0]["state"] == added, "the state of the container, as a GET tells it"
    assert socket.notice(0.3) is None


def test_everything_below_a_container(served: Served) -> None:
    folder = served.base + "deep/"
    put(served, "deep/x")
    socket = listening(served.owner, folder, **{RECURSIVE: True})
    put(served, "deep/a/b/c")
    put(served, "deep/a/b/c", "<#x> <#y> 1.")
    served.owner.delete("deep/a/b/c")
    heard = []
    while (one := socket.notice(1.0)) is not None:
        heard.append((one["type"], one["object"].removeprefix(folder)))
    assert ("Add", "a/") in heard
    assert [one for one in heard if one[1] == "a/b/c"] == [
        ("Create", "a/b/c"),
        ("Update", "a/b/c"),
        ("Delete", "a/b/c"),
    ]


def test_messages_in_turtle(served: Served) -> None:
    socket = listening(served.owner, served.base + "t/in-turtle", accept="text/turtle")
    tag = put(served, "t/in-turtle")
    told = Graph().parse(data=socket.next() or "", format="turtle")
    (one,) = told.subjects(RDF.type, AS.Create)
    assert str(told.value(one, AS.object)) == served.base + "t/in-turtle"
    assert str(told.value(one, NOTIFY.state)) == tag


# -------------------------------------------------------------------- features


def test_a_state_that_is_known_is_where_it_goes_on(served: Served) -> None:
    known = put(served, "t/state")
    missed = [put(served, "t/state", f"<> <#is> {n}.") for n in range(3)]
    socket = listening(served.owner, served.base + "t/state", state=known)
    assert [socket.notice()["state"] for _ in range(3)] == missed
    later = put(served, "t/state", "<> <#is> 9.")
    assert socket.notice()["state"] == later
    present = listening(served.owner, served.base + "t/state", state=later)
    assert present.notice(0.3) is None
    lost = listening(served.owner, served.base + "t/state", state='"nobody knows"')
    assert lost.notice()["state"] == later, "of a state that is too old the last one is told"
    assert lost.notice(0.3) is None


def test_start_in_the_past_tells_again_and_in_the_future_waits(served: Served) -> None:
    put(served, "t/start")
    time.sleep(0.05)
    moment = datetime.now(UTC).isoformat()
    tag = put(served, "t/start", "<> <#is> 1.")
    past = listening(served.owner, served.base + "t/start", startAt=moment)
    assert past.notice()["state"] == tag
    begins = datetime.now(UTC) + timedelta(seconds=1)
    future = listening(served.owner, served.base + "t/start", startAt=begins.isoformat())
    put(served, "t/start", "<> <#is> 2.")
    time.sleep(1.1)
    tag = put(served, "t/start", "<> <#is> 3.")
    assert future.notice()["state"] == tag


def test_a_channel_ends_when_it_said_it_would(served: Served) -> None:
    ends = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    made = channel(served.owner, served.base + "t/end", endAt=ends)
    socket = Socket(made["receiveFrom"])
    began = time.monotonic()
    assert socket.next(5) is None
    assert socket.code == 1000
    assert 0.5 < time.monotonic() - began < 2.5
    assert Socket(made["receiveFrom"]).status == 403


def test_a_rate_thins_out(served: Served) -> None:
    socket = listening(served.owner, served.base + "t/rate", rate="PT0.6S")
    tags = [put(served, "t/rate", f"<> <#is> {n}.") for n in range(10)]
    first = socket.notice()
    began = time.monotonic()
    last = socket.notice()
    assert 0.3 < time.monotonic() - began < 3
    assert first["state"] == tags[0]
    assert last["state"] == tags[-1]
    assert socket.notice(0.8) is None


# -------------------------------------------------------------------- connections


def test_who_comes_back_is_told_what_came_meanwhile(served: Served) -> None:
    made = channel(served.owner, served.base + "t/back")
    first = put(served, "t/back")
    socket = Socket(made["receiveFrom"])
    assert socket.notice()["state"] == first, "a change between subscribing and connecting"
    socket.close()
    missed = [put(served, "t/back", f"<> <#is> {n}.") for n in range(4)]
    socket = Socket(made["receiveFrom"])
    assert [socket.notice()["state"] for _ in range(4)] == missed
    again = Socket(made["receiveFrom"])
    assert socket.next(5) is None, "a new connection takes the place of the old one"
    tag = put(served, "t/back", "<> <#is> 9.")
    assert again.notice()["state"] == tag
    again.close()
    time.sleep(IDLE + 0.7)
    assert Socket(made["receiveFrom"]).status == 403, "an address does not live for ever"


def test_streaming_http(served: Served) -> None:
    made = channel(served.owner, served.base + "t/stream", KINDS[2])
    assert made["receiveFrom"].startswith("http://")
    with served.public.stream(
        "GET", made["receiveFrom"], headers={"origin": "https://a.example"}
    ) as stream:
        assert stream.headers["content-type"] == LD
        assert stream.headers["access-control-allow-origin"] == "https://a.example"
        lines = (line for line in stream.iter_lines() if line)
        tags = [put(served, "t/stream", f"<> <#is> {n}.") for n in range(3)]
        assert [json.loads(next(lines))["state"] for _ in range(3)] == tags
        assert served.owner.delete(made["id"]).status_code == 204
        assert next(lines, None) is None


def test_the_old_protocol_is_for_public_topics(served: Served) -> None:
    card = served.base + "profile/card"
    via = served.public.head("profile/card").headers["updates-via"]
    socket = Socket(via, "Sec-WebSocket-Protocol: solid-0.1")
    assert b"sec-websocket-protocol: solid-0.1" in socket.head
    assert socket.next() == "protocol solid-0.1"
    socket.say(f"sub {card}")
    assert socket.next() == f"ack {card}"
    for hidden in (served.base, served.base + "settings/prefs", "https://x.example/"):
        socket.say(f"sub {hidden}")
        assert socket.next() == f"err {hidden} forbidden"
    text = served.public.get("profile/card").text
    put(served, "settings/prefs", "<#x> <#y> 1.")
    put(served, "profile/card", text + "\n# again")
    assert socket.next() == f"pub {card}"
    assert socket.next(0.3) is None


def test_another_agent_hears_what_is_shared_with_her(served: Served) -> None:
    put(served, "shared/a")
    rules = f"""@prefix acl: <http://www.w3.org/ns/auth/acl#>.
    <#alice> a acl:Authorization; acl:agent <{ALICE}>; acl:accessTo <./>; acl:mode acl:Read.
    <#owner> a acl:Authorization; acl:agent <{served.base}profile/card#me>; acl:accessTo <./>;
      acl:default <./>; acl:mode acl:Read, acl:Write, acl:Control."""
    put(served, "shared/.acl", rules)
    folder = listening(served.alice, served.base + "shared/", **{RECURSIVE: True})
    assert subscribe(served.alice, served.base + "shared/a").status_code == 403
    put(served, "shared/b")
    put(served, "shared/a", "<#x> <#y> 1.")
    assert folder.notice()["type"] == "Add"
    assert folder.notice(0.5) is None, "what she may not read is not told"
