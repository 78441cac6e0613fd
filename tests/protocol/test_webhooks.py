"""Webhook channels: signed, in order, retried within bounds, and nothing missed by a restart."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, import_key

from tests.hooks import Hook, hooked
from tests.protocol.test_notifications import KINDS, channel, put
from tests.servers import Served, running, serving

WEBHOOK = KINDS[1]
QUICK = {
    "outbound_loopback": True,
    "webhook_retry_seconds": 0.05,
    "webhook_attempts": 4,
    "outbound_seconds": 1.0,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("webhooks"), **QUICK) as served:
        yield served


def hook_on(served: Served, hook: Hook, path: str, **more: Any) -> Any:
    return channel(served.owner, served.base + path, WEBHOOK, sendTo=hook.url, **more)


def is_over(client: httpx.Client, made: Any, seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if client.get(made["id"]).status_code == 404:
            return True
        time.sleep(0.05)
    return False


def test_a_webhook_is_told_in_order(served: Served) -> None:
    with hooked() as hook:
        made = hook_on(served, hook, "w/order")
        assert (made["sendTo"], made["topic"]) == (hook.url, served.base + "w/order")
        assert "receiveFrom" not in made
        tags = [put(served, "w/order", f"<> <#is> {n}.") for n in range(10)]
        assert hook.wait_for(10)
        assert hook.states == tags
        assert [body["type"] for _, body in hook.heard] == ["Create", *["Update"] * 9]
        assert {head["content-type"] for head, _ in hook.heard} == {"application/ld+json"}
        assert served.owner.delete(made["id"]).status_code == 204
        put(served, "w/order", "<> <#is> 11.")
        assert not hook.wait_for(11, 0.5)


def test_a_webhook_can_tell_who_sends(served: Served) -> None:
    with hooked() as hook:
        made = hook_on(served, hook, "w/signed")
        put(served, "w/signed")
        assert hook.wait_for(1)
        head = hook.heard[0][0]
        served.owner.delete(made["id"])
    # As a receiver would: the sender's document names its issuer, and that its keys.
    sender = served.public.get(made["sender"], headers={"accept": "application/ld+json"}).json()
    issuer = sender["oidcIssuer"]
    keys = served.public.get(issuer + "/.well-known/openid-configuration").json()["jwks_uri"]
    known = KeySet.import_key_set(served.public.get(keys).json())
    scheme, _, text = head["authorization"].partition(" ")
    assert scheme == "DPoP"
    token = jwt.decode(text, known, algorithms=["ES256"])
    assert (token.claims["iss"], token.claims["webid"]) == (issuer, made["sender"])
    assert token.claims["exp"] > time.time()
    own = import_key(jwt.decode(head["dpop"], known, algorithms=["ES256"]).header["jwk"])
    proof = jwt.decode(head["dpop"], own, algorithms=["ES256"])
    assert (proof.claims["htm"], proof.claims["htu"]) == ("POST", hook.url)
    assert token.claims["cnf"]["jkt"] == own.thumbprint()
    # It signs nobody in here.
    shown = {name: head[name] for name in ("authorization", "dpop")}
    assert served.public.get("settings/prefs", headers=shown).status_code == 401


def test_what_fails_is_tried_again_and_then_goes_on(served: Served) -> None:
    with hooked(answer=lambda n: 500 if n < 3 else 204) as hook:
        hook_on(served, hook, "w/again")
        tags = [put(served, "w/again", f"<> <#is> {n}.") for n in range(3)]
        assert hook.wait_for(5)
        assert hook.states == [tags[0]] * 3 + tags[1:]
        assert len({body["id"] for _, body in hook.heard}) == 3, "told again it has the same id"


def test_attempts_are_bounded(served: Served) -> None:
    with hooked(answer=lambda _: 500) as hook:
        made = hook_on(served, hook, "w/bounded")
        put(served, "w/bounded")
        assert is_over(served.owner, made)
        assert len(hook.heard) == QUICK["webhook_attempts"]


def test_who_is_gone_is_not_asked_again(served: Served) -> None:
    with hooked(answer=lambda _: 410) as hook:
        made = hook_on(served, hook, "w/gone")
        put(served, "w/gone")
        assert is_over(served.owner, made)
        assert len(hook.heard) == 1


def test_one_that_hangs_keeps_no_other_waiting(served: Served) -> None:
    with hooked(pause=60) as slow, hooked() as quick:
        made = hook_on(served, slow, "w/hangs")
        hook_on(served, quick, "w/hangs")
        began = time.monotonic()
        put(served, "w/hangs")
        assert quick.wait_for(1)
        assert time.monotonic() - began < 1
        assert is_over(served.owner, made, 20), "each attempt ends with outbound_seconds"
        assert len(slow.heard) == QUICK["webhook_attempts"]


def test_a_rate_holds_for_webhooks(served: Served) -> None:
    with hooked() as hook:
        made = hook_on(served, hook, "w/rate", rate="PT1S")
        first = put(served, "w/rate")
        assert hook.wait_for(1)
        tags = [put(served, "w/rate", f"<> <#is> {n}.") for n in range(5)]
        assert not hook.wait_for(2, 0.4)
        assert hook.wait_for(2)
        assert hook.states == [first, tags[-1]]
        served.owner.delete(made["id"])


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_missed_by_a_restart(tmp_path: Path, ending: signal.Signals) -> None:
    broken = True
    settings = {**QUICK, "webhook_attempts": 1000}
    with (
        hooked(answer=lambda _: 500 if broken else 200) as hook,
        running(tmp_path, **settings) as served,
    ):
        made = hook_on(served, hook, "w/restart")
        tags = [put(served, "w/restart", f"<> <#is> {n}.") for n in range(3)]
        assert hook.wait_for(1)
        served.process.send_signal(ending)
        served.process.wait(20)
        hook.heard.clear()
        broken = False
        with serving(served.data, served.port, **settings):
            assert hook.wait_for(3), "told without anybody asking for anything"
            assert hook.states == tags
            tags.append(put(served, "w/restart", "<> <#is> 9."))
            assert hook.wait_for(4)
            assert hook.states == tags
            assert served.owner.get(made["id"]).json()["sendTo"] == hook.url
        with serving(served.data, served.port, **settings):
            assert not hook.wait_for(5, 1.0), "what was acknowledged is not told again"
