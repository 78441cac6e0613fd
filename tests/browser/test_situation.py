"""Ma Situation Sociale in a browser: find the missing allowance, see what a social worker would see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pod import server
from pod.config import Settings
from pod.http.ui.welcome import SAMPLE_NAMES
from tests.browser.conftest import OPEN
from tests.servers import free_port, serving

LAST = date(2026, 11, 23)
PAGE = "/.pod/apps/ma_situation_sociale"
FOUND = {
    "fr": ("Prime d’activité, septembre", "Une aide n’est-elle pas arrivée", "Ma vue"),
    "en": ("Activity bonus, September", "Did an allowance not come", "My view"),
}


@pytest.fixture(scope="module", params=["fr", "en"])
def pod(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("situation")
    port = free_port()
    settings = replace(
        Settings(),
        data=folder / "data",
        base_url=f"http://localhost:{port}/",
        vault_key_file=str(folder / "key"),
    )
    server.initialise(settings)
    services = server.build(settings)
    services.accounts.create_owner(SAMPLE_NAMES[request.param], None, language=request.param)
    services.trial.fill(services.owner, LAST)
    services.close()
    with serving(settings.data, port):
        yield f"{request.param} http://localhost:{port}"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_missing_allowance_and_the_view_to_share(
    visit: OPEN, pod: str, width: int, scheme: str
) -> None:
    language, base = pod.split()
    allowance, question, own = FOUND[language]
    me = visit(base, language=language, width=width, scheme=scheme)
    me.go("/.pod/")
    me.press(me.t("sign-in-sample"))
    me.go(PAGE)
    assert allowance in me.text and question in me.text
    assert "REGIE DU PARC" in me.text and own in me.text
    wide = "document.documentElement.scrollWidth"
    assert me.page.evaluate(wide) <= width
    me.look()
    me.page.get_by_role("link", name=me.t("app-view-shared")).click()
    assert me.page.url.endswith("?view=shared")
    assert me.t("app-view-shared-said") in me.text
    assert allowance in me.text and "REGIE DU PARC" not in me.text
    assert me.page.evaluate(wide) <= width
    me.look()
    me.page.get_by_role("link", name=me.t("app-view-own")).click()
    assert "REGIE DU PARC" in me.text
