"""A fetcher in the box: declared hosts only, answers kept byte for byte, its words to the owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.errors import ActionNeeded, NotAllowed, TryLater
from pod.model import Json
from pod.programs.guest.build import build
from pod.programs.manifest import Manifest, Program
from pod.programs.sandbox import Fetched, Outcome, Sandbox

BODY = bytes(range(256))
ORIGINS = frozenset({"https://holder.example"})
WORDS = {"fr": "x", "en": "x"}


def fetcher(source: str) -> Program:
    manifest = Manifest("holder", "1", "connector", "Apache-2.0", "tests", WORDS, WORDS, "fetch.py")
    return Program(manifest, {"fetch.py": source}, "sha256-0", Path())


class Holder:
    def __init__(self) -> None:
        build()
        self.asked: list[Json] = []
        self.kept: list[tuple[str, bytes]] = []

    def fetch(self, request: Json) -> Fetched:
        self.asked.append(request)
        return Fetched(200, {"content-type": "text/csv"}, BODY)

    def run(self, source: str) -> Outcome:
        def keep(name: str, body: bytes) -> None:
            if name == "no":
                raise NotAllowed("not this one")
            self.kept.append((name, body))

        return Sandbox().run_fetcher(
            fetcher(source), {"page": 1}, ORIGINS, self.fetch, keep, entry="fetch.py"
        )


def test_what_a_host_said_is_kept_as_it_came() -> None:
    holder = Holder()
    outcome = holder.run(
        "def fetch(web, cursor):\n"
        "    said = web.get('https://holder.example/a?b=c', {'accept': 'text/csv'})\n"
        "    assert said.status == 200 and said.body == bytes(range(256))\n"
        "    said.keep('readings.csv')\n"
        "    web.post('https://holder.example/b', 'x=1')\n"
        "    return {'page': cursor['page'] + 1, 'type': said.headers['content-type']}\n"
    )
    assert outcome.result == {"cursor": {"page": 2, "type": "text/csv"}}
    assert holder.kept == [("readings.csv", BODY)]
    assert [(r["method"], r["url"]) for r in holder.asked] == [
        ("GET", "https://holder.example/a?b=c"),
        ("POST", "https://holder.example/b"),
    ]
    assert [call["kind"] for call in outcome.audit["calls"]] == ["fetch", "keep", "fetch"]


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/",
        "http://holder.example/",
        "https://holder.example:8443/",
        "https://holder.example@other.example/",
        "https://user@holder.example/",
        "https://holder.example.other.example/",
        "HTTPS://HOLDER.EXAMPLE/",
        "//holder.example/",
        "file:///etc/passwd",
        "https://[",
    ],
)
def test_no_other_host_is_asked(url: str) -> None:
    holder = Holder()
    outcome = holder.run(
        "import domicile\n"
        "def fetch(web, cursor):\n"
        f"    try:\n        web.get({url!r})\n"
        "    except domicile.Denied as why:\n        return {'denied': str(why)}\n"
    )
    assert "denied" in outcome.result["cursor"]
    assert holder.asked == []
    assert outcome.audit["calls"][0]["refused"]


def test_only_an_answer_that_came_can_be_kept() -> None:
    holder = Holder()
    outcome = holder.run(
        "from wit_world.imports import fetcher\n"
        "def fetch(web, cursor):\n"
        "    web.get('https://holder.example/')\n"
        "    found = []\n"
        "    for number, name in ((1, 'x'), (4294967295, 'x'), (0, 'no')):\n"
        "        try:\n            found.append(fetcher.keep(number, name))\n"
        "        except Exception as why:\n            found.append(type(why).__name__)\n"
        "    return {'found': found}\n"
    )
    assert outcome.result["cursor"]["found"] == ["Err", "Err", "Err"]
    assert holder.kept == []


@pytest.mark.parametrize(
    ("name", "error"), [("ActionNeeded", ActionNeeded), ("TryLater", TryLater)]
)
def test_a_fetcher_says_whether_the_owner_is_needed(name: str, error: type[Exception]) -> None:
    with pytest.raises(error, match="agreement expired"):
        Holder().run(
            "import domicile\n"
            f"def fetch(web, cursor):\n    raise domicile.{name}('the agreement expired')\n"
        )
