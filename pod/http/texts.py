"""Words, numbers and dates in the reader's language: Fluent for sentences, Babel for the rest.

https://projectfluent.org/fluent/guide/ · French typography (narrow no-break spaces, curly
apostrophes) is put in when the sentences are loaded, so that the files stay easy to type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from fluent.runtime import FluentBundle, FluentResource
from markupsafe import Markup, escape

LANGUAGES = ("fr", "en")
FOLDER = Path(__file__).parent / "locale"
LOCALES = {"fr": Locale("fr"), "en": Locale("en", "GB")}
NARROW = "\u202f"  # espace fine insécable
FIXED = "\u00a0"
MINUS = "\u2212"
_STRONG = ("\ue000", "\ue001")  # private use: marks what `rich` sets in bold
_STRONG_TEXT = re.compile(f"(?<={_STRONG[0]})[^{_STRONG[1]}]*")
_JOINT = re.compile(r"(?<=\w)([_-])(?=\w)")
_SOFT = r"\1<wbr>"
_UNITS = {"B": ("o", "B"), "kB": ("ko", "kB"), "MB": ("Mo", "MB"), "GB": ("Go", "GB")}


@cache
def bundle(language: str) -> FluentBundle:
    """The sentences of `language`. Raises ValueError for a file that does not parse."""
    source = (FOLDER / f"{language}.ftl").read_text("utf-8")
    found = FluentBundle([str(LOCALES[language]).replace("_", "-")], use_isolating=False)
    resource = FluentResource(typeset(source, language))
    for entry in resource.body:
        if type(entry).__name__ == "Junk":
            raise ValueError(f"{language}.ftl: {str(entry)[:80]!r}")
    found.add_resource(resource)
    return found


def typeset(text: str, language: str) -> str:
    """Typographic apostrophes; in French, spaces that do not break beside : ; ! ? % « »."""
    text = text.replace("'", "\u2019")
    if language == "fr":
        text = re.sub(r" (?=[:;!?%»])", NARROW, text)
        text = re.sub(r"(?<=«) ", NARROW, text)
    return text


def negotiate(*wishes: str | None, default: str = "fr") -> str:
    """The first of `wishes` that is spoken here; a wish may be an Accept-Language header."""
    for wish in wishes:
        for part in (wish or "")[:200].split(","):
            name = part.split(";")[0].strip().lower().split("-")[0]
            if name in LANGUAGES:
                return name
    return default


class Texts:
    """One reader's language and time zone. `t("id", fact=…)` is a sentence."""

    def __init__(self, language: str, zone: str = "Europe/Paris") -> None:
        self.language = language
        self.zone = ZoneInfo(zone)
        self.locale = LOCALES[language]
        self._bundle = bundle(language)

    def __call__(self, name: str, /, **facts: Any) -> str:
        """The sentence `name`. Raises KeyError for one that does not exist."""
        key = name.replace(".", "-")
        message = self._bundle.get_message(key) if self.has(key) else None
        if message is None or message.value is None:
            raise KeyError(f"no text {name!r} in {self.language}.ftl")
        said, faults = self._bundle.format_pattern(message.value, facts)
        if faults:
            raise KeyError(f"text {name!r}: {faults[0]}")
        return str(said)

    def has(self, name: str) -> bool:
        return bool(self._bundle.has_message(name))

    def rich(self, name: str, /, **facts: Any) -> Markup:
        """The sentence with its text facts in bold; everything is escaped."""
        marked = {k: _marked(v) if isinstance(v, str) else v for k, v in facts.items()}
        text = _STRONG_TEXT.sub(
            lambda m: _JOINT.sub(_SOFT, m[0]), str(escape(self(name, **marked)))
        )
        return Markup(text.replace(_STRONG[0], "<b>").replace(_STRONG[1], "</b>"))  # noqa: S704

    def own(self, words: Any) -> str:
        """A program's {"fr","en"} text, or its plain one; empty for anything else."""
        if isinstance(words, Mapping):
            words = words.get(self.language) or next((w for w in words.values() if w), "")
        return words if isinstance(words, str) else ""

    # ---------------------------------------------------------------- numbers

    def number(self, value: float, decimals: int | None = None) -> str:
        """Grouped, with `decimals` digits after the mark; without: as many as its size makes sense."""
        if decimals is None:
            shape = "#,##0." + "#" * _decimals(value)
        else:
            shape = "#,##0" + ("." + "0" * decimals if decimals else "")
        said: str = format_decimal(value, shape, locale=self.locale)
        return said.replace("-", MINUS)

    def amount(self, value: float, unit: str, decimals: int | None = None) -> str:
        """A number with its unit: 14,20 €, 5 830 kWh."""
        if unit in ("€", "EUR"):
            return self.euros(value, decimals)
        return (
            f"{self.number(value, decimals)}{FIXED}{unit}" if unit else self.number(value, decimals)
        )

    def euros(self, value: float, decimals: int | None = None) -> str:
        decimals = (0 if abs(value) >= 100 else 2) if decimals is None else decimals
        shape = "¤#,##0" if self.language == "en" else "#,##0"
        shape += "." + "0" * decimals if decimals else ""
        shape += "" if self.language == "en" else f"{FIXED}¤"
        said: str = format_currency(value, "EUR", shape, locale=self.locale, currency_digits=False)
        return said.replace("-", MINUS)

    def money(self, value: str, currency: str) -> str:
        """An amount of any currency, from decimal text."""
        said: str = format_currency(Decimal(value), currency, locale=self.locale)
        return said.replace("-", MINUS)

    def percent(self, share: float) -> str:
        said: str = format_percent(share, locale=self.locale)
        return said.replace("-", MINUS).replace(FIXED, NARROW)

    def size(self, count: int) -> str:
        """Bytes: 900 ko, 1.2 MB."""
        value, name = float(count), "B"
        for name in _UNITS:
            if value < 1000 or name == "GB":
                break
            value /= 1000
        decimals = 0 if name == "B" or value >= 10 else 1
        return f"{self.number(value, decimals)}{FIXED}{_UNITS[name][self.language == 'en']}"

    def seconds(self, value: float) -> str:
        if value < 1:
            return f"{self.number(value * 1000, 0)}{FIXED}ms"
        return f"{self.number(value, 1)}{FIXED}s"

    # ---------------------------------------------------------------- dates

    def local(self, moment: datetime | str) -> datetime:
        """A moment in the owner's time zone."""
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return moment.astimezone(self.zone)

    def day(self, value: date | str, style: str = "long") -> str:
        """`full`: lundi 23 novembre 2026; `long`: 23 novembre 2026; `medium`: 23 nov. 2026."""
        value = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        said: str = format_date(value, style, locale=self.locale)
        return self._fixed(said.replace(",", ""))

    def today(self, value: date) -> str:
        """lundi 23 novembre."""
        said: str = format_date(value, "EEEE d MMMM", locale=self.locale)
        return self._fixed(said)

    def month(self, value: str | date, style: str = "yMMMM") -> str:
        """`2026-11`: novembre 2026; with `MMM`: nov."""
        value = date.fromisoformat(f"{value[:7]}-01") if isinstance(value, str) else value
        said: str = format_skeleton(
            style, datetime(value.year, value.month, 1, tzinfo=UTC), locale=self.locale
        )
        return said

    def day_name(self, value: date, style: str = "EEE") -> str:
        said: str = format_date(value, style, locale=self.locale)
        return said

    def weekday_short(self, value: str) -> str:
        """sam. 1er nov., Sat 1 Nov: for a day among those of a month."""
        day = date.fromisoformat(value[:10])
        return f"{self.day_name(day)}{FIXED}{self.day_month(value)}"

    def day_month(self, value: str | date) -> str:
        """23 nov."""
        value = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        said: str = format_skeleton(
            "MMMd", datetime(value.year, value.month, value.day, tzinfo=UTC), locale=self.locale
        )
        return self._fixed(said)

    def clock(self, value: str) -> str:
        """18 h 30 or 18:30, from the wall clock of an ISO moment or of `18:30`."""
        wall = value[11:16] if "T" in value else value[:5]
        hours, _, minutes = wall.partition(":")
        if self.language == "en":
            return f"{hours}:{minutes or '00'}"
        return f"{int(hours)}{FIXED}h" + (f"{FIXED}{minutes}" if minutes.strip("0") else "")

    def time(self, moment: datetime | str) -> str:
        shape = "H:mm" if self.language == "fr" else "HH:mm"
        said: str = format_time(self.local(moment).time(), shape, locale=self.locale)
        return said.replace(":", f"{FIXED}h{FIXED}") if self.language == "fr" else said

    def moment(self, value: datetime | str) -> str:
        """23 novembre 2026, 18 h 05."""
        return f"{self.day(self.local(value).date())}, {self.time(value)}"

    def ago(self, moment: datetime | str, now: datetime | None = None) -> str:
        """il y a 3 minutes; beyond a day, the day and the time."""
        past = (now or datetime.now(UTC)) - self.local(moment)
        if past > timedelta(hours=20):
            return self.moment(moment)
        if past < timedelta(seconds=45):
            return self("just-now")
        said: str = format_timedelta(-past, add_direction=True, threshold=1, locale=self.locale)
        return said

    def period(self, since: str | date | None, until: str | date | None) -> str:
        """du 9 août 2023 au 25 juillet 2024; open ends are said."""
        if since and until:
            return self("period-from-to", **{"from": self.day(since), "to": self.day(until)})
        if since:
            return self("period-from", **{"from": self.day(since)})
        return self("period-to", to=self.day(until)) if until else self("period-all")

    def lapse(self, iso: str) -> str:
        """An ISO duration of a meter's step: PT30M is 30 min."""
        found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?", iso)
        if found is None:
            return iso
        hours, minutes = (int(part or 0) for part in found.groups())
        return f"{hours * 60 + minutes}{FIXED}min"

    def _fixed(self, said: str) -> str:
        if self.language == "fr":
            said = re.sub(r"(?:(?<=^)|(?<= ))1(?= )", "1er", said)
        return re.sub(r"(?<=\d) |(?<=1er) ", FIXED, said)


def breakable(text: str) -> Markup:
    """A file's name that may break after _ and -, never within a word of it."""
    return Markup(_JOINT.sub(_SOFT, str(escape(text))))  # noqa: S704


def _marked(value: str) -> str:
    return _STRONG[0] + value.translate(dict.fromkeys(map(ord, _STRONG))) + _STRONG[1]


def _decimals(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
