"""The staging data of API Particulier as the paths they answer to: official mock answers, invented persons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# The mocks' folders name a provider where the path names a body.
BODIES = {"cnav": "dss"}
TWO_WORDS = ("france_travail", "gip_mds")
HOW = {"civility": "identite"}


@dataclass(frozen=True)
class Mock:
    file: Path
    path: str
    params: dict[str, Any]
    status: int
    payload: str

    @property
    def name(self) -> str:
        return f"{self.file.parent.name}/{self.file.name}"

    def envelope(self, asked: str = "2026-11-24T10:00:00Z") -> bytes:
        """As the pod keeps an answer: where it came from, and its own bytes."""
        head = json.dumps({"path": self.path, "query": self.params, "asked": asked})
        return f'{head[:-1]}, "answer": {self.payload}}}'.encode()


def mocks(data: Path) -> Iterator[Mock]:
    """Every answer and error, FranceConnect's own left out."""
    for file in sorted(data.glob("api-particulier/api_particulier_*/*.y*ml")):
        found = yaml.safe_load(file.read_text("utf-8"))
        _, _, version, rest = file.parent.name.split("_", 3)
        name, _, how = rest.partition("_with_")
        body = next((b for b in TWO_WORDS if name.startswith(b)), name.partition("_")[0])
        path = f"/{version}/{BODIES.get(body, body)}/{name[len(body) + 1 :]}/{HOW.get(how, how)}"
        params = found["params"] or {}
        yield Mock(file, path, params, found["status"], found["payload"])
