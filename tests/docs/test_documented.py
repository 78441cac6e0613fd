"""Every setting, error and command is documented; what the documents name exists."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest

from pod import errors
from pod.cli import _parser
from pod.config import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", [f.name for f in fields(Settings)])
def test_setting_is_documented(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "docs/settings.md").read_text("utf-8")


def test_no_setting_is_invented() -> None:
    named = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/settings.md").read_text("utf-8"), re.M)
    assert set(named) == {f.name for f in fields(Settings)}


def test_every_error_is_documented_with_its_status() -> None:
    text = (ROOT / "docs/errors.md").read_text("utf-8")
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, errors.PodError):
            assert f"| `{kind.code}` | {kind.status} |" in text


def test_the_readme_names_real_files_and_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target
    actions = [a for a in _parser()._actions if a.choices]
    commands = set(actions[0].choices or ())
    for used in re.findall(r"domicile (\w+)", text):
        assert used in commands, used


# What the sign-in has to stand, each word of it in a row of docs/attacks.md.
ATTACKS = (
    *("alg none", "algorithm confusion", "wrong typ", "key in the header swapped", "htm and htu"),
    *("expired", "future", "replayed", "restart", "two processes", "without a key"),
    *("other audience", "issuer mix-up", "does not list the issuer", "redirect_uri tricks"),
    *("open redirect", "PKCE downgrade", "code reuse", "refresh reuse", "CSRF on every form"),
    *("fixation", "clickjacking", "enumeration by text", "enumeration by time", "stuffing"),
    *("registration flood", "SSRF by profile, keys, app description", "private", "link-local"),
    *("IPv6-mapped", "redirects", "DNS rebinding", "slow drip", "1 GB body", "deep JSON"),
)


def test_the_table_of_attacks_names_every_attack_and_tests_that_exist() -> None:
    text = (ROOT / "docs/attacks.md").read_text("utf-8")
    rows = re.findall(r"^\| (?!attack|-)(.+?) \| (.+) \|$", text, re.M)
    attacks = "\n".join(attack for attack, _ in rows)
    assert [one for one in ATTACKS if one not in attacks] == []
    for attack, tests in rows:
        source = ""
        for file, test in re.findall(r"`([\w/]+\.py)`|`(test_\w+)`", tests):
            if file:
                place = ROOT / "tests" / ("" if "/" in file else "hostile") / file
                source = place.read_text("utf-8")
            else:
                assert f"def {test}(" in source, (attack, test)
        assert source, f"no test for {attack}"
