"""An app of a stranger, written from docs/developer.md alone, with a bug: its author is told the file and the
line, the owner one calm sentence, and the result of before stays."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import httpx
import pytest

from pod import server
from pod.commands import run_app
from pod.errors import BadInput, ProgramError
from pod.http.texts import Texts
from pod.programs import author
from pod.programs.guest.build import build
from pod.programs.reference import References
from pod.programs.sandbox import Limits, Sandbox
from pod.server import HERE
from tests.strangers import pod_with, serving_with, write_app
from tests.visiting import Pages, visiting

REFERENCES = References((HERE / "vocab" / "reference",))
# What is wrong, the source, the line that is to be told, what is to be said, the owner's sentence.
BUGS = {
    "loop": (
        "def run(pod, params):\n"
        "    rows = list(pod.query('load_curve'))\n"
        "    at = 0\n"
        "    while at < len(rows):\n"
        "        at += rows[0]['day'] == 'never'\n"
        "    return {'days': at, 'total_kwh': 0, 'views': []}\n",
        {4, 5},
        "too long",
        "run-error-program-limit",
    ),
    "loop-in-c": (
        "def run(pod, params):\n    days = 0\n    days = sum(range(10**13))\n    return {'days': days}\n",
        {3},
        "too long",
        "run-error-program-limit",
    ),
    "schema": (
        "def run(pod, params):\n"
        "    days = total(pod)\n"
        "    return {\n        'days': days, 'total_kwh': 0, 'views': []\n    }\n\n\n"
        "def total(pod):\n    return -1\n",
        {3, 4},
        r"\$.days is under 0",
        "run-error-program-bad-output",
    ),
    "exception": (
        "def run(pod, params):\n    return helper(pod.query('load_curve'))\n\n\n"
        "def helper(table):\n    return {'days': len(table) / 0}\n",
        {6},
        "ZeroDivisionError",
        "run-error-program",
    ),
    "huge": (
        "def run(pod, params):\n"
        "    text = 'x' * (2 << 20)\n"
        "    return {'days': 0, 'total_kwh': 0, 'views': [text]}\n",
        {3},
        r"2097\d\d\d bytes, most of them in \$.views; 1048576 at most",
        "run-error-program-limit",
    ),
    "syntax": (
        "def run(pod, params):\n    total = 0\n    return {'days': total\n",
        {3},
        "SyntaxError",
        "run-error-program",
    ),
    "recursion": (
        "def run(pod, params):\n    return deeper(0)\n\n\n"
        "def deeper(n):\n    return deeper(n + 1)\n",
        {6},
        "RecursionError",
        "run-error-program",
    ),
    "memory": (
        "def run(pod, params):\n"
        "    held = []\n"
        "    while True:\n"
        "        held.append(bytearray(1 << 20))\n",
        {4},
        "too much memory",
        "run-error-program-limit",
    ),
    "not-json": (
        "def run(pod, params):\n    return {'days': {1, 2}}\n",
        {2},
        "TypeError",
        "run-error-program",
    ),
    "undeclared": (
        "def run(pod, params):\n    return {'days': len(pod.query('everything'))}\n",
        {2},
        "Denied",
        "run-error-program",
    ),
}
ON_PAGES = ("loop", "schema", "exception", "huge", "syntax")


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    build()
    return Sandbox(Limits(cpu_seconds=0.6, memory_bytes=96 << 20))


@pytest.mark.parametrize("bug", BUGS)
def test_the_author_is_told_the_file_and_the_line(
    tmp_path: Path, sandbox: Sandbox, bug: str
) -> None:
    main, lines, said, _ = BUGS[bug]
    folder = write_app(tmp_path, "theirs", main)
    with pytest.raises(ProgramError, match=said) as told:
        author.check(folder, sandbox, REFERENCES)
    assert told.value.facts["file"] == "main.py"
    assert told.value.facts["line"] in lines
    assert told.value.detail.startswith(f"main.py:{told.value.facts['line']}: ")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with each of them installed under its own name."""
    folder = tmp_path_factory.mktemp("strangers")
    (folder / "apps").mkdir()
    for bug in ON_PAGES:
        write_app(folder / "apps", "with_" + bug, BUGS[bug][0])
    write_app(folder / "apps", "right", RIGHT)
    with serving_with(folder, run_cpu_seconds=0.5) as base:
        yield base


RIGHT = "def run(pod, params):\n    return {'days': 3, 'total_kwh': 1.5, 'views': []}\n"


def ran(pages: Pages, name: str) -> httpx.Response:
    """Agrees, waits for the run, and opens what the app's page leads to."""
    asked = pages.post(f"/.pod/apps/{name}/consent", data={"period": "all"}, follow=False)
    run = asked.headers["location"]
    until = time.monotonic() + 20
    while not pages.client.get(f"{run}/state").json()["over"]:
        assert time.monotonic() < until, "the run does not end"
        time.sleep(0.02)
    return pages.get(run)


def test_the_owner_reads_one_calm_sentence(pages: str) -> None:
    with visiting(pages, "fr") as owner, visiting(pages, "en") as reader:
        for bug in ON_PAGES:
            sentence, name = BUGS[bug][3], "with_" + bug
            french = ran(owner, name)
            english = reader.get(french.url.path)
            for page, language in ((french, "fr"), (english, "en")):
                texts = Texts(language)
                calm, technical = html.unescape(page.text).split("<details>", 1)
                assert texts(sentence) in calm, bug
                assert texts("run-error-kept") in calm
                for word in ("main.py", "Traceback", "Error:", "line"):
                    assert word not in visible(calm), (bug, word)
                assert "main.py" in technical or sentence != "run-error-program", bug
            assert Texts("fr")("app-last-failed") in html.unescape(
                owner.get(f"/.pod/apps/{name}").text
            )
        right = html.unescape(ran(owner, "right").text)
        assert Texts("fr")("error-happened") not in right, "the control"


def visible(page: str) -> str:
    """What is read on a page: no markup."""
    return re.sub(r"<[^>]*>", " ", page.split("<main", 1)[-1])


def test_what_was_there_before_stays(tmp_path: Path) -> None:
    """The next version of an app is wrong: the result of the one before is still shown."""
    with pod_with(tmp_path, {"theirs": RIGHT}) as services:
        before = run_app(services, "theirs", agree=True)
        settings, folder = services.settings, services.programs["theirs"].folder
    (folder / "main.py").write_text(BUGS["exception"][0], "utf-8")
    with mock.patch.object(server, "BUNDLED", (folder.parent,)):
        again = server.build(settings)
    try:
        with pytest.raises(ProgramError, match=r"main\.py:6"):
            run_app(again, "theirs", agree=True)
        assert again.runs.result(again.owner, "theirs") == before
        assert again.runs.all(again.owner, "theirs")[0]["error"]["facts"]["line"] == 6
    finally:
        again.close()


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("manifest.toml", 'name = "theirs\n', "line 1"),
        ("result.schema.json", '{\n "type": "object",\n}', "line 3"),
        ("result.schema.json", '{"pattern": "x"}', "pattern"),
    ],
)
def test_what_is_wrong_beside_the_source_is_told_with_its_line(
    tmp_path: Path, sandbox: Sandbox, file: str, text: str, said: str
) -> None:
    folder = write_app(tmp_path, "theirs", RIGHT)
    (folder / file).write_text(text, "utf-8")
    with pytest.raises(BadInput, match=said) as told:
        author.check(folder, sandbox, REFERENCES)
    assert file in told.value.detail
