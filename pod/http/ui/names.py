"""What things are called on the first level: never an address, never a media type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from pod.http.texts import Texts
from pod.programs.manifest import Program

_MONTH = re.compile(r"\d{4}-\d\d")
_YEAR = re.compile(r"\d{4}")
_METER = re.compile(r"\d{14}")


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to a thing: what it is called and where it is shown."""

    name: str
    link: str


class Names:
    """Names of documents and containers in one reader's language."""

    def __init__(self, texts: Texts, programs: Mapping[str, Program]) -> None:
        self._texts = texts
        self._programs = programs

    def of(self, path: str) -> str:
        """The name of the thing at a storage path."""
        texts = self._texts
        if path == "/":
            return texts("place-data")
        parts = [unquote(part) for part in path.strip("/").split("/")]
        last, above = parts[-1], parts[:-1]
        if path.endswith("/"):
            return self._folder(last, above)
        stem, _, suffix = last.rpartition(".")
        if suffix == "ttl" and _MONTH.fullmatch(stem):
            return _sentence(texts.month(stem))
        if suffix == "ttl" and _YEAR.fullmatch(stem) and above[-1:] == ["index"]:
            return texts("name-index", year=stem)
        if suffix == "ttl" and _YEAR.fullmatch(stem) and above[:1] == ["energy"]:
            return stem
        known = {
            "profile/card": "name-card",
            "settings/prefs": "name-prefs",
            "settings/publicTypeIndex.ttl": "name-public-type-index",
            "settings/privateTypeIndex.ttl": "name-private-type-index",
        }
        key = known.get("/".join(parts), f"name-{last.replace('.', '-')}")
        return texts(key) if re.fullmatch(r"[a-z-]+", key) and texts.has(key) else last

    def _folder(self, last: str, above: list[str]) -> str:
        if _METER.fullmatch(last):
            return self._texts("name-meter", meter=last)
        if above[:1] == ["apps"]:
            return self.program(last)
        key = f"folder-{last}"
        return self._texts(key) if re.fullmatch(r"[a-z-]+", key) and self._texts.has(key) else last

    def program(self, name: str) -> str:
        """The title of a program; its name for one that is not installed any more."""
        program = self._programs.get(name)
        return self._texts.own(program.manifest.title) if program else name

    def crumbs(self, path: str) -> list[Crumb]:
        """The way from the root, without the thing itself."""
        found = []
        walked = "/"
        for part in [p for p in path.split("/") if p][: None if path == "/" else -1]:
            found.append(Crumb(self.of(walked), link(walked)))
            walked += part + "/"
        if path != "/":
            found.append(Crumb(self.of(walked), link(walked)))
        return found


def link(path: str) -> str:
    """The page that shows the thing at a storage path."""
    return "/.pod/data" + quote(path, safe="/%:@!$&'()*+,;=~")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
