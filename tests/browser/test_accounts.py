"""A table that nobody has described, from the drop to where the money goes; and a correction."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.http.texts import Texts
from tests.browser.conftest import OPEN
from tests.browser.test_hands import household, inside  # noqa: F401  (fixtures)

NUMBER = "FR7612345000017654321098765"
WAYS = [("fr", 390, "light", True), ("en", 1280, "dark", True), ("fr", 1280, "light", False)]


def table(number: int) -> str:
    """Each visitor has a header of its own: what was answered once is not asked again."""
    return (
        f"Quand {number};Quoi;Combien;Rubrique {number}\n"
        "05/01/2026;Grainothèque du quai;-86,40;\n06/01/2026;Café;-2,30;\n28/01/2026;Salaire;1684,37;\n"
    )


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_from_an_unknown_table_to_where_the_money_goes(
    inside: OPEN,  # noqa: F811
    tmp_path: Path,
    way: int,
) -> None:
    language, width, scheme, script = WAYS[way]
    me = inside(language=language, width=width, scheme=scheme, script=script)
    account = f"{NUMBER[:-1]}{way}"
    file = tmp_path / f"mine-{way}.csv"
    file.write_text(table(way), "utf-8")

    def look() -> None:
        me.go(f"{me.path}?language={language}")  # the sample's owner speaks French
        me.look()

    me.go("/.pod/sources?language=" + language)
    me.choose(file)
    me.page.locator("form[action$='/answer']").wait_for(timeout=30_000)
    look()
    chosen = [
        me.page.locator(f"#ask-{role} option:checked").inner_text()
        for role in ("date", "label", "amount")
    ]
    assert chosen == [f"Quand {way}", "Quoi", "Combien"]
    assert not me.page.locator("#ask-debit").is_visible()
    me.page.locator("#ask-label").select_option(label=f"Quand {way}")  # two roles, one column
    me.press(me.t("ask-go-on"))
    fault = Texts("fr")("ask-fault-columns")  # after a form the owner's language
    assert me.page.locator("[role=alert]").inner_text() == fault
    me.faults.clear()  # the browser notes the 422
    me.page.locator("#ask-label").select_option(label="Quoi")
    me.page.locator(".foot button").click()
    me.page.locator("#ask-account").wait_for(timeout=30_000)
    look()
    me.page.locator("#ask-account").fill(account)
    me.page.locator(".foot button").click()
    me.page.locator(f"a[href$='/accounts/{account.lower()}/2026-01']").click(timeout=30_000)
    look()
    assert me.page.locator("svg.drawing:visible").count() == 1
    assert me.t("money-UncategorisedMoney") in me.text
    me.page.locator("a.tag.warn").first.click()
    look_here = me.page.url
    me.go(look_here.removeprefix(me.base) + f"&language={language}")
    me.look()
    me.page.locator("#category").select_option("Groceries")
    assert me.page.locator("#words").input_value() == "grainotheque"
    me.page.locator(".card .btn").first.click()
    me.page.locator("[role=status]").wait_for()
    assert me.page.locator("a.tag.warn").count() == 0
    me.page.locator("[role=status] button").click()
    me.page.locator("a.tag.warn").first.wait_for()
    me.go(f"/.pod/accounts?language={language}")
    me.look()
    assert "8765" not in me.page.title()
