"""The owner's pages as a browser without scripts uses them: a session, its cookie, its CSRF token."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.servers import NAME, PASSWORD

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
ENGLISH = {"accept-language": "en", "accept": "text/html"}


class Pages:
    """A signed-in browser. `get` follows redirects; `post` sends a form of these pages."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.csrf = ""

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, follow_redirects=True, **more)

    def post(self, path: str, follow: bool = True, **more: Any) -> httpx.Response:
        fields = {"csrf": self.csrf, **more.pop("data", {})}
        headers = SAME_ORIGIN | more.pop("headers", {})
        return self.client.post(path, data=fields, headers=headers, follow_redirects=follow, **more)

    def drop(self, name: str, data: bytes, seconds: float = 60.0) -> httpx.Response:
        """Drops a file and follows its import to the end; the page that tells what became of it."""
        answer = self.post("/.pod/imports", files={"file": (name, data)}, follow=False)
        if answer.status_code != 303:
            return answer
        job = answer.headers["location"]
        until = time.monotonic() + seconds
        while not self.client.get(f"{job}/state").json()["over"]:
            assert time.monotonic() < until, "the import does not end"
            time.sleep(0.02)
        return self.get(job)


@contextmanager
def visiting(base: str, language: str = "en") -> Iterator[Pages]:
    """The owner's browser, signed in."""
    headers = ENGLISH | {"accept-language": language}
    with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
        pages = Pages(client)
        signed = pages.post("/.pod/sign-in", data={"name": NAME, "password": PASSWORD})
        assert signed.status_code == 200, signed.text
        client.post("/.pod/language", headers=SAME_ORIGIN)
        pages.csrf = csrf_of(signed.text)
        yield pages


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]
