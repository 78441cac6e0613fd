"""Random and damaged requests by several agents against a running pod whose access rules change
meanwhile: no failure, no silence, and no access that an independent model of WAC denies.

`make test` sends 1,500, `make fuzz` 100,000 (FUZZ_REQUESTS; FUZZ_SEED for others).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from random import Random

import pytest

from tests.apps import App, Browser, serving_apps
from tests.hostile.asking import Asking, Speaker
from tests.hostile.judging import HANG, Disagreement, World
from tests.hostile.wac_model import Agent, Authorization, Pod
from tests.hostile.wire import Line
from tests.servers import ALICE, Served

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "1500"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
WORLDS = ("amber", "birch", "cedar", "dahlia")
SLACK = 2.0  # a machine that runs other tests
pytestmark = pytest.mark.timeout(3600)


@dataclass(frozen=True)
class Stage:
    """A running pod, and those who speak to it."""

    served: Served
    speakers: Mapping[str, Speaker]
    pod: Pod

    def world(self, number: int, name: str, model: type[Pod] = Pod, seed: str = "") -> World:
        pod = model(self.pod.base, dict(self.pod.stored), dict(self.pod.rules))
        asking = Asking(number, name, Random(seed or f"{SEED}-{number}"), pod, self.speakers)
        return World(asking, Line(self.served.port), HANG * SLACK)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("fuzz")
    limits = {"body_idle_seconds": 0.2, "query_seconds": 1.5, "access_token_seconds": 7200}
    with serving_apps(folder, **limits) as served, Browser(served.base) as browser:
        webid = f"{served.base}profile/card#me"
        friend = str(served.alice.headers["authorization"])
        forged = f"Bearer {served.token[:-1]}{'A' if served.token[-1] != 'A' else 'B'}"
        owner = Agent("owner", webid, "urn:domicile:token:tests", person=True)
        speakers = {
            "owner": Speaker(owner, bearing(f"Bearer {served.token}")),
            "friend": Speaker(Agent("friend", ALICE, "urn:domicile:token:alice"), bearing(friend)),
            "public": Speaker(Agent("public"), lambda method, url: ()),
            "forger": Speaker(Agent("forger"), bearing(forged), valid=False),
        }
        for ceiling, modes in (("read", {"read"}), ("write", {"read", "write", "append"})):
            app = App.registered(served.base)
            token = app.sign_in(browser, ceiling)["access_token"]
            agent = Agent(f"{ceiling} app", webid, app.id, served.base, ceiling=frozenset(modes))
            speakers[agent.name] = Speaker(agent, proving(app, token))
        stage = Stage(served, speakers, Pod(served.base))
        with closing((world := stage.world(99, "none")).line):
            for path, stored in list(world.walk("/")):
                stage.pod.keep(path, stored.kind, stored.body)
        yield stage


def bearing(header: str):  # type: ignore[no-untyped-def]
    return lambda method, url: (("Authorization", header),)


def proving(app: App, token: str):  # type: ignore[no-untyped-def]
    def proof(method: str, url: str) -> tuple[tuple[str, str], ...]:
        return ("Authorization", f"DPoP {token}"), ("DPoP", app.proof(method, url))

    return proof


def played(world: World, steps: int) -> World:
    with closing(world.line):
        world.begin()
        for _ in range(steps):
            world.step()
        world.audit()
    return world


def test_no_request_gets_what_the_model_denies(stage: Stage) -> None:
    worlds = [stage.world(number, name) for number, name in enumerate(WORLDS)]
    with ThreadPoolExecutor(len(worlds)) as pool:
        steps = [REQUESTS // len(worlds)] * len(worlds)
        played_out = list(pool.map(played, worlds, steps))
    seen = sum((world.seen for world in played_out), Counter[str]())
    print(f"{sum(steps)} requests, seed {SEED}")
    for sort in ("query", "other"):
        longest = max(world.longest.get(sort, 0.0) for world in worlds)
        print(f"  longest {sort}: {longest:.2f} s")
    for what, count in sorted(seen.items()):
        print(f"  {what}: {count}")
    assert stage.served.process.poll() is None
    # The control: what the model allows does succeed, for each method, and much is denied.
    for method in ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"):
        done, failed = seen[f"{method} allowed 2xx"], seen[f"{method} allowed 4xx"]
        assert done > (done + failed) * 0.2, method
        assert seen[f"{method} denied 4xx"] > (done + failed) * 0.2, method
    assert seen["query 200"] and seen["damaged 2xx"]


class OnlyOwnRules(Pod):
    """Forgets acl:default."""

    def applies(
        self, rule: Authorization, place: str, *, inherited: bool, origin: str | None
    ) -> bool:
        return super().applies(rule, place, inherited=False, origin=origin)


class WithoutOrigins(Pod):
    def applies(
        self, rule: Authorization, place: str, *, inherited: bool, origin: str | None
    ) -> bool:
        return super().applies(rule, place, inherited=inherited, origin=None)


class WithoutCeilings(Pod):
    def modes(self, agent: Agent, path: str, origin: str | None = None) -> set[str]:
        return super().modes(
            Agent(agent.name, agent.webid, agent.client, agent.issuer), path, origin
        )


class WithoutConditions(Pod):
    def meets(self, condition: object, agent: Agent) -> bool:
        return True


class EmptyGroups(Pod):
    def group(self, group: str) -> set[str]:
        return set()


class WithoutContainers(Pod):
    """Asks a container for nothing when something is made in it or deleted from it."""

    def allows(
        self, agent: Agent, method: str, path: str, needs: set[str], origin: str | None
    ) -> tuple[bool, bool]:
        own, _ = super().allows(agent, method, path, needs, origin)
        return own, own


class PublicIsNobody(Pod):
    def grants(self, rule: Authorization, agent: Agent) -> bool:
        return agent.webid is not None and super().grants(rule, agent)


# Each with a seed that leads soon to where it matters.
BROKEN: dict[type[Pod], int] = {
    OnlyOwnRules: 4,
    WithoutOrigins: 1,
    WithoutCeilings: 10,
    WithoutConditions: 10,
    EmptyGroups: 13,
    WithoutContainers: 3,
    PublicIsNobody: 1,
}


@pytest.mark.parametrize("model", BROKEN)
def test_a_model_that_is_wrong_is_caught(stage: Stage, model: type[Pod]) -> None:
    """So that agreement means something. The model that is right gets through the same requests."""
    number, seed = 10 + list(BROKEN).index(model), f"wrong-{BROKEN[model]}"
    played(stage.world(number, f"right-{number}", Pod, seed), 60)
    with pytest.raises(Disagreement):
        played(stage.world(20 + number, f"wrong-{number}", model, seed), 2000)
