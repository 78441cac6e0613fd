"""Files that cannot be imported, by the pages and by the command line of a running server: one clear
sentence with file and line, the raw file kept (or said why not), and not a byte of data changed."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from pod.http.texts import LANGUAGES, Texts
from pod.programs.guest.build import build
from tests.programs import linky_files as write
from tests.programs.make_recorded import CONNECTORS
from tests.programs.test_linky_xlsx import handmade, inline
from tests.servers import Served, running
from tests.visiting import Pages, visiting

GOOD = write.hourly(write.readings(date(2024, 5, 14), 3)).encode()
LINES = GOOD.split(b"\r\n")
BOMB = handmade(inline([["a", "1"]]), members={"xl/media/zeros.xml": "0" * (300 << 20)})


@dataclass(frozen=True)
class Bad:
    """A file, what is said of it in English, and the line that is named."""

    name: str
    data: bytes
    said: str
    line: int | None = None


BAD = (
    Bad("empty.csv", b"", "The file is empty."),
    Bad("page.csv", b"<!DOCTYPE html><html><body>Connexion</body></html>", "This is a web page"),
    Bad("birds.csv", b"Oiseau;Couleur\nmerle;noir\n", "does not know this kind"),
    Bad("image.csv", bytes(range(256)) * 64, "does not know this kind"),
    Bad("truncated.csv", GOOD[: GOOD.rindex(b";") - 8], "does not look like", len(LINES) - 1),
    Bad("utf16.csv", GOOD.decode("utf-8-sig").encode("utf-16"), "encoding is damaged", 1),
    Bad(
        "rubbish.csv",
        b"\r\n".join([*LINES[:60], b"<script>alert(1)</script>", *LINES[61:]]),
        "One line does not look like the others",
        61,
    ),
    Bad(
        "bytes.csv",
        b"\r\n".join([*LINES[:60], b"\x00\xff\x01", *LINES[61:]]),
        "encoding is damaged",
        61,
    ),
    Bad("archive.xlsx", b"PK\x03\x04" + b"\x00" * 500, "does not know this kind"),
    Bad("damaged.xlsx", handmade(inline([["a", "1"]]))[:-100], "The Excel workbook is damaged."),
    Bad("bomb.xlsx", BOMB, "unfold into something enormous"),
)
LIMIT = 64 << 20


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    build()
    with running(tmp_path_factory.mktemp("bad"), max_import_bytes=LIMIT) as served:
        yield served


@pytest.fixture(scope="module")
def pages(served: Served) -> Iterator[Pages]:
    with visiting(served.base) as pages:
        good = pages.drop("good.csv", GOOD)  # the control: the same way takes a good file in
        assert "Here is what was found" in good.text
        yield pages


def stored(served: Served) -> dict[str, str]:
    """Every document of energy, by its digest."""
    found: dict[str, str] = {}

    def walk(address: str) -> None:
        listing = served.owner.get(address, headers={"accept": "application/n-triples"})
        assert listing.status_code == 200
        for member in re.findall(r"ldp#contains> <([^>]+)>", listing.text):
            if member.endswith("/"):
                walk(member)
            else:
                found[member] = hashlib.sha256(served.owner.get(member).content).hexdigest()

    walk("energy/")
    assert found
    return found


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("bad", BAD, ids=lambda b: b.name)
def test_a_bad_file_on_the_page(served: Served, pages: Pages, bad: Bad) -> None:
    before = stored(served)
    told = pages.drop(bad.name, bad.data)
    assert told.status_code == 200
    assert "This file could not be imported" in told.text
    assert bad.said in words(told.text)
    assert bad.name in told.text
    assert "<script>alert" not in told.text
    if bad.line is not None:
        assert f"line {bad.line}" in told.text
    kept = re.search(r'href="/\.pod/data(/imports/[^"]+)"', told.text)
    assert kept, "the raw file is kept, and shown"
    assert served.owner.get(kept[1]).content == bad.data
    assert stored(served) == before


@pytest.mark.parametrize("running_server", [True, False])
def test_bad_files_on_the_command_line(
    served: Served, pages: Pages, tmp_path: Path, running_server: bool
) -> None:
    before = stored(served)
    data = served.data
    if not running_server:
        data = tmp_path / "cold"
        init = ("init", "--data", str(data), "--base-url", "http://localhost:9/")
        assert domicile(*init, key=tmp_path).returncode == 0
    for bad in BAD:
        (tmp_path / bad.name).write_bytes(bad.data)
    files = [str(tmp_path / bad.name) for bad in BAD]
    done = domicile("import", *files, "--data", str(data), "--json", key=tmp_path)
    assert done.returncode == 1
    answers = json.loads(done.stdout)
    assert [a["file"] for a in answers] == files
    (sentences,) = [x for x in done.stderr.splitlines() if x.startswith("domicile: ")]
    for bad, answer in zip(BAD, answers, strict=True):
        assert answer["error"]["code"] == "bad-file"
        assert answer["error"]["facts"]["file"] == bad.name
        assert answer["error"]["facts"].get("line") == bad.line
        assert bad.name in answer["error"]["detail"]
        line = "" if bad.line is None else f", line {bad.line}"
        assert re.search(rf"{re.escape(bad.name + line)}: [^;]*{re.escape(bad.said)}", sentences)
    assert stored(served) == before


def test_200_megabytes(served: Served, pages: Pages, tmp_path: Path) -> None:
    before = stored(served)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as out:
        out.truncate(200 << 20)
    done = domicile("import", str(huge), "--data", str(served.data), "--json", key=tmp_path)
    assert done.returncode == 1
    assert json.loads(done.stdout)[0]["error"]["code"] == "too-large"
    assert "huge.csv: larger than 64 MB" in done.stderr
    assert "not kept" in done.stderr
    with huge.open("rb") as file:
        told = pages.post("/.pod/imports", files={"file": ("huge.csv", file)})
    assert told.status_code == 413
    assert "over 64 MB" in words(told.text)
    assert "It was not kept" in words(told.text)
    assert stored(served) == before
    listed = served.owner.get("imports/").text
    assert "huge" not in listed


def domicile(*words: str, key: Path) -> subprocess.CompletedProcess[str]:
    environ = {"DOMICILE_VAULT_KEY_FILE": str(key / "vault.key"), "PATH": "/usr/bin:/bin"}
    environ["DOMICILE_MAX_IMPORT_BYTES"] = str(LIMIT)
    return subprocess.run(
        [sys.executable, "-m", "pod", *words],
        capture_output=True,
        text=True,
        env=environ,
        timeout=120,
        check=False,
    )


SDK = CONNECTORS.parent / "pod" / "sdk"


def reasons() -> set[str]:
    """Every reason that a connector or the pod itself can give, read out of the sources."""
    found = {"empty", "html", "unknown"}
    folders = [f for f in CONNECTORS.iterdir() if f.is_dir() and not f.name.startswith(("_", "."))]
    for source in (file for folder in (*folders, SDK) for file in folder.glob("*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "BadFile"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_sentence(language: str) -> None:
    texts = Texts(language)
    assert {"bad-line", "encoding", "xlsx-bomb", "empty"} <= reasons()
    assert [r for r in reasons() if not texts.has(f"bad-file-{r}")] == []
