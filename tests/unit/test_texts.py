"""Words, numbers and dates as a French and an English reader expect them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from pod.http.texts import FOLDER, Texts, breakable, negotiate

FR, EN = Texts("fr"), Texts("en")
THIN, FIXED = "\u202f", "\u00a0"


def test_both_languages_say_the_same_things() -> None:
    names, facts = {}, {}
    for language in ("fr", "en"):
        text = (FOLDER / f"{language}.ftl").read_text("utf-8")
        entries = re.split(r"^(?=[a-z][\w-]* =)", text, flags=re.M)[1:]
        names[language] = [entry.split(" =")[0] for entry in entries]
        facts[language] = {e.split(" =")[0]: set(re.findall(r"\$(\w+)", e)) for e in entries}
    assert names["fr"] == names["en"]
    assert len(names["fr"]) == len(set(names["fr"])) > 400
    assert facts["fr"] == facts["en"]


@pytest.mark.parametrize("texts", [FR, EN], ids=["fr", "en"])
def test_no_sentence_is_left_straight(texts: Texts) -> None:
    """No straight apostrophe; in French never a plain space before ; : ! ? » or after «."""
    text = (FOLDER / f"{texts.language}.ftl").read_text("utf-8")
    for name in re.findall(r"^([a-z][\w-]*) = [^{\n]+$", text, re.M):
        said = texts(name)
        assert "'" not in said
        if texts.language == "fr":
            assert not re.search(r" [;:!?»%]|« ", said), name


@pytest.mark.parametrize(
    ("value", "decimals", "fr", "en"),
    [
        (16848, None, f"16{THIN}848", "16,848"),
        (5830.467, 3, f"5{THIN}830,467", "5,830.467"),
        (0.5, None, "0,5", "0.5"),
        (12.34, None, "12,3", "12.3"),
        (-3, None, "\u22123", "\u22123"),
        (0, None, "0", "0"),
        (1e15, None, f"1{THIN}000{THIN}000{THIN}000{THIN}000{THIN}000", "1,000,000,000,000,000"),
    ],
)
def test_numbers(value: float, decimals: int | None, fr: str, en: str) -> None:
    assert FR.number(value, decimals) == fr
    assert EN.number(value, decimals) == en


def test_money_units_and_sizes() -> None:
    assert FR.euros(14.2) == f"14,20{FIXED}€"
    assert EN.euros(14.2) == "€14.20"
    assert FR.euros(1299) == f"1{THIN}299{FIXED}€"
    assert EN.euros(-190) == "\u2212€190"
    assert FR.amount(194, "W") == f"194{FIXED}W"
    assert FR.percent(0.26) == f"26{THIN}%"
    assert EN.percent(0.26) == "26%"
    assert FR.size(508_625) == f"509{FIXED}ko"
    assert EN.size(1_500_000) == f"1.5{FIXED}MB"
    assert FR.size(0) == f"0{FIXED}o"


def test_days() -> None:
    first = date(2026, 12, 1)
    assert FR.day(first).replace(FIXED, " ") == "1er décembre 2026"
    assert EN.day(first).replace(FIXED, " ") == "1 December 2026"
    assert FR.day("2026-11-23", "full").replace(FIXED, " ") == "lundi 23 novembre 2026"
    assert FR.weekday_short("2026-11-01").replace(FIXED, " ") == "dim. 1er nov."
    assert EN.weekday_short("2026-11-01").replace(FIXED, " ") == "Sun 1 Nov"
    assert FR.month("2026-08") == "août 2026"
    assert FR.clock("18:30") == f"18{FIXED}h{FIXED}30"
    assert FR.clock("2026-11-23T08:00:00+01:00") == f"8{FIXED}h"
    assert EN.clock("18:30") == "18:30"
    assert FR.lapse("PT1H") == f"60{FIXED}min"
    assert FR.lapse("odd") == "odd"
    with pytest.raises(ValueError, match="month"):
        FR.day("2026-13-01")


def test_moments_are_told_in_the_owners_time() -> None:
    """23:30 in UTC on the last of October is the next day in Paris, an hour after summer time."""
    moment = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert FR.moment(moment).replace(FIXED, " ") == "1er novembre 2026, 0 h 30"
    assert EN.time(moment) == "00:30"
    assert Texts("en", "UTC").time(moment) == "23:30"


@pytest.mark.parametrize(
    ("past", "fr", "en"),
    [
        (timedelta(seconds=3), "à l’instant", "just now"),
        (timedelta(minutes=3), "il y a 3 minutes", "3 minutes ago"),
        (timedelta(hours=5), "il y a 5 heures", "5 hours ago"),
    ],
)
def test_ago(past: timedelta, fr: str, en: str) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert FR.ago(now - past, now).replace(FIXED, " ") == fr
    assert EN.ago(now - past, now).lower() == en


def test_periods_may_be_open() -> None:
    said = [FR.period(*p).replace(FIXED, " ") for p in (("2023-08-09", "2024-07-25"),
            ("2023-08-09", None), (None, "2024-07-25"), (None, None))]  # fmt: skip
    assert said == [
        "du 9 août 2023 au 25 juillet 2024",
        "depuis le 9 août 2023",
        "jusqu’au 25 juillet 2024",
        FR("period-all"),
    ]


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        (("en",), "en"),
        ((None, "de-DE,de;q=0.9,en-US;q=0.8"), "en"),
        (("xx", "", None), "fr"),
        (("FR-ca",), "fr"),
        (("en" + ";" * 10_000,), "en"),
        (("<script>",), "fr"),
    ],
)
def test_languages(wishes: tuple[str | None, ...], found: str) -> None:
    assert negotiate(*wishes) == found


def test_a_missing_sentence_or_fact_is_a_fault() -> None:
    with pytest.raises(KeyError, match=r"no text .no-such-sentence"):
        FR("no-such-sentence")
    with pytest.raises(KeyError, match="home-hello"):
        FR("home-hello")


def test_facts_in_sentences_are_escaped_and_bold() -> None:
    said = FR.rich("did-import", name="<b onload=x>'&.csv")
    assert "<b>&lt;b onload=x&gt;&#39;&amp;.csv</b>" in said
    spoofed = FR.rich("did-import", name="a\ue001<i>\ue000b")
    assert spoofed.count("<b>") == spoofed.count("</b>") == 1
    assert "<i>" not in spoofed


def test_file_names_break_between_words() -> None:
    assert breakable("Enedis_Conso-2024.csv") == "Enedis_<wbr>Conso-<wbr>2024.csv"
    assert breakable("<script>_x") == "&lt;script&gt;_x"
    assert FR.rich("did-import", name="a_b&_c").count("&amp;") == 1


def test_a_programs_words() -> None:
    assert FR.own({"fr": "oui", "en": "yes"}) == "oui"
    assert FR.own({"en": "yes"}) == "yes"
    assert FR.own("plain") == "plain"
    assert FR.own({}) == FR.own(None) == FR.own(["x"]) == FR.own({"fr": 3}) == ""
