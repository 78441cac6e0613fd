"""What is kept of a channel is all that was asked for and all that a decision needs."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from pod.errors import Unprocessable
from pod.model import Agent, AgentKind, Iri, Verb
from pod.notify.channel import Kind, Wanted, _rate, agent_of, agent_to_json, wanted_of
from pod.notify.message import Notice
from pod.notify.outlet import Outlet


def test_an_agent_is_kept_whole() -> None:
    """A field that is not kept would give a webhook other rights after a restart."""
    agent = Agent(
        AgentKind.PERSON, "https://a.example/#me", "https://app.example/", "https://i.example/"
    )
    assert agent_of(agent_to_json(agent)) == agent
    assert {f.name for f in fields(Agent)} == set(agent_to_json(agent))


def test_what_was_wanted_is_kept_whole() -> None:
    now = datetime.now(UTC)
    rate = timedelta(days=1, milliseconds=5) - timedelta(days=1)
    wanted = Wanted(
        Kind.WEBHOOK, "/x", "https://h.example/", "text/turtle", rate, now, now, '"tag"', True
    )
    assert wanted_of(wanted.to_json()) == wanted
    least = Wanted(Kind.WEBSOCKET, "/x")
    assert wanted_of(least.to_json()) == least
    assert wanted_of(replace(least, rate=timedelta(seconds=20)).to_json()).rate.seconds == 20


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT5S", 5), ("PT0.25S", 0.25), ("PT1M30S", 90), ("PT2H", 7200), ("P1D", 86400)],
)
def test_durations(text: str, seconds: float) -> None:
    assert _rate(text).total_seconds() == seconds


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "5S", "-PT5S", "P1Y", "P2D", "PT" + "9" * 99 + "S"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(Unprocessable):
        _rate(text)


def notice(event: int) -> Notice:
    return Notice(event, Verb.UPDATE, Iri("https://a.example/x"), None, None, datetime.now(UTC))


def test_an_outlet_wakes_once_and_cuts_off() -> None:
    woken: list[int] = []
    outlet = Outlet(3, lambda: woken.append(1))
    for event in (1, 2, 3):
        outlet.put(notice(event))
    assert (len(woken), outlet.room(), outlet.settled) == (1, 0, False)
    taken = outlet.take()
    assert [one.event for one in taken] == [1, 2, 3]
    assert not outlet.settled, "taken is not sent"
    outlet.sent(taken[-1])
    assert (outlet.settled, outlet.reached) == (True, 3)
    for event in range(4, 8):
        outlet.put(notice(event))
    assert (outlet.ended, outlet.take(), outlet.settled) == ("too slow", [], False)
    assert outlet.reached == 3, "the next connection goes on from there"


def test_where_only_the_newest_is_wanted_nobody_is_too_slow() -> None:
    outlet = Outlet(3, lambda: None, newest=True)
    for event in range(1, 100):
        outlet.put(notice(event))
    assert ([one.event for one in outlet.take()], outlet.ended) == ([99], None)


def test_an_end_drops_what_waits() -> None:
    outlet = Outlet(3, lambda: None)
    outlet.put(notice(1))
    outlet.end("over")
    outlet.put(notice(2))
    assert (outlet.take(), outlet.ended) == ([], "over")
