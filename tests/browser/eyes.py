"""One visitor: a browser with a language, a width and a colour scheme, and what every page owes."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from pod.http.texts import FOLDER, Texts

AXE = Axe()
LOCALE = {"fr": "fr-FR", "en": "en-GB"}
HEIGHT = {1280: 800, 390: 844}


class Visitor:
    """`page` is the browser's; `t` says the sentences of the visitor's language."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        language: str = "fr",
        width: int = 1280,
        scheme: Any = "light",
        script: bool = True,
    ) -> None:
        self.base, self.language, self.script = base, language, script
        self.t = Texts(language)
        self._context = browser.new_context(
            viewport={"width": width, "height": HEIGHT[width]},
            color_scheme=scheme,
            locale=LOCALE[language],
            java_script_enabled=script,
            has_touch=width < 600,
            reduced_motion="reduce",  # colours are measured, not their way there
        )
        self._context.set_default_timeout(15_000)
        self.page: Page = self._context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in (urlsplit(self.base).netloc, ""):
            self.faults.append(f"another host: {request.url}")

    def close(self) -> None:
        self._context.close()

    # ---------------------------------------------------------------- moving about

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def h1(self) -> str:
        return self.page.locator("h1").inner_text()

    def press(self, name: str) -> None:
        """A link or a button, by its words: by all of them, if there is one."""
        roles = ("link", "button")
        exact = [self.page.get_by_role(role, name=name, exact=True) for role in roles]
        loose = [self.page.get_by_role(role, name=name) for role in roles]
        next(found for found in (*exact, *loose) if found.count()).first.click()

    def wait_for(self, title: str) -> None:
        """Until this is the page's heading."""
        self.page.get_by_role("heading", level=1, name=title, exact=True).wait_for(timeout=30_000)

    def choose(self, *files: Path) -> None:
        """Through the file input, as without a script."""
        self.page.set_input_files("form.drop input[type=file]", list(files))
        if not self.script:
            self.page.locator("form.drop button[type=submit]").click()

    def drop(self, name: str, data: bytes) -> None:
        """A file let fall on the page, as the browser tells it."""
        transfer = self.page.evaluate_handle(
            """([name, data]) => {
                const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
                const carried = new DataTransfer();
                carried.items.add(new File([bytes], name, {type: 'text/csv'}));
                return carried;
            }""",
            [name, base64.b64encode(data).decode()],
        )
        for event in ("dragenter", "dragover"):
            self.page.dispatch_event("main", event, {"dataTransfer": transfer})
        assert "over" in (self.page.locator("form.drop").get_attribute("class") or "").split()
        with self.page.expect_navigation():
            self.page.dispatch_event("main", "drop", {"dataTransfer": transfer})

    # ---------------------------------------------------------------- what every page owes

    def look(self, *, axe: bool = True) -> None:
        """Asserts what holds on every page."""
        where, page = self.path, self.page
        assert self.faults == [], where
        assert page.locator("h1").count() == 1, where
        assert self.h1.strip(), where
        assert page.locator("html").get_attribute("lang") == self.language, where
        assert re.fullmatch(r".+ · Domicile", page.title()), (where, page.title())
        if self.script:
            wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1], (where, wide)
        self._words(page.locator("body").inner_text())
        if axe and self.script:
            found = serious(page)
            assert found == [], (where, found)

    def _words(self, text: str) -> None:
        keys, other = phrases(self.language)
        found = set(re.findall(r"(?<![\w/.-])[a-z]+(?:-[a-z]+)+(?![\w/-])", text))
        assert not keys & found, (self.path, keys & found)
        assert not re.search(r"\{ \$\w", text), self.path
        assert not [said for said in other if said in text], self.path


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical, one line each."""
    found = AXE.run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@cache
def phrases(language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names of all sentences, and sentences that only the other language says."""
    files = {name: (FOLDER / f"{name}.ftl").read_text("utf-8") for name in LOCALE}
    said = {
        name: dict(re.findall(r"^([a-z][\w-]*) = ([^{\n]{16,})$", text, re.M))
        for name, text in files.items()
    }
    other = said["en" if language == "fr" else "fr"]
    texts = Texts("en" if language == "fr" else "fr")
    keys = frozenset(re.findall(r"^([a-z]+(?:-[a-z]+)+) =", files["fr"], re.M))
    own = set(said[language].values())
    return keys, tuple(texts(name) for name, value in other.items() if value not in own)
