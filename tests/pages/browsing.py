"""A browser without scripts: signed in as the owner, it sends what the forms on the pages send."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.servers import NAME, PASSWORD, TURTLE, Served


class Browser:
    """Follows redirects, keeps its cookie, and says where its forms come from."""

    def __init__(self, served: Served) -> None:
        self.served = served
        origin = served.base.rstrip("/")
        self.http = httpx.Client(
            base_url=served.base,
            headers={"origin": origin, "accept-language": "en"},
            follow_redirects=True,
            timeout=60,
        )
        self.http.post("/.pod/sign-in", data={"name": NAME, "password": PASSWORD})
        self.csrf = str(fields(self.http.get("/.pod/data").text)["csrf"])

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get("/.pod" + path, **more)

    def post(self, path: str, /, **given: str) -> httpx.Response:
        return self.http.post("/.pod" + path, data={"csrf": self.csrf, **given})

    def edit(self, path: str, /, **given: str) -> httpx.Response:
        """The forms that edit are multipart, without a file."""
        parts = [(name, (None, value)) for name, value in {"csrf": self.csrf, **given}.items()]
        return self.http.post("/.pod/edit" + path, files=parts)

    def upload(self, path: str, *files: tuple[str, bytes, str]) -> httpx.Response:
        parts = [("file", file) for file in files]
        return self.http.post("/.pod/upload" + path, data={"csrf": self.csrf}, files=parts)

    def put(self, path: str, text: str | bytes, kind: str = TURTLE) -> None:
        data = text.encode() if isinstance(text, str) else text
        answer = self.served.owner.put(path, content=data, headers={"content-type": kind})
        assert answer.status_code in (201, 204), answer.text

    def stored(self, path: str) -> bytes:
        answer = self.served.owner.get(path)
        assert answer.status_code == 200, answer.text
        return answer.content

    def exists(self, path: str) -> bool:
        return self.served.owner.head(path).status_code == 200

    def undo(self, page: httpx.Response) -> httpx.Response:
        """Presses the button that `page` offers."""
        found = re.search(r'name="seq" value="(\d+)"', page.text)
        assert found, page.text
        return self.post("/undo", seq=found[1])

    def close(self) -> None:
        self.http.close()


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and name and given.get("type") not in ("checkbox", "file", "search"):
            if given.get("type") != "radio" or "checked" in given:
                self.found[name] = given.get("value") or ""
        elif tag == "textarea" and name:
            self._area = name
            self.found[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and self._is_chosen(given):
            self.found[self._select] = given.get("value") or ""

    def _is_chosen(self, given: dict[str, str | None]) -> bool:
        return "selected" in given or self._select not in self.found

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            if self._area:  # the first newline is not part of the text
                self.found[self._area] = self.found[self._area].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data


def fields(page: str) -> dict[str, str]:
    """Names and values of the fields on a page, as a browser would send them."""
    reader = _Fields()
    reader.feed(page)
    return reader.found
