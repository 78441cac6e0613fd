"""Sentences in French and English, with their numbers, dates and typography."""

import re
from datetime import date

NARROW = "\u202f"  # espace fine insécable
FIXED = "\u00a0"
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_UNITS = re.compile(r"(?<=[0-9]) (?=(?:kWh|Wh|kW|W|kVA|kg|g|h|€|°C|jours?|days?)\b|€|°)")
_BEFORE = re.compile(r" (?=[;:!?»%])")
_AFTER = re.compile(r"(?<=«) ")


class Said:
    """A value that is written differently in each language."""

    def __init__(self, fr, en):
        self.fr, self.en = fr, en


def text(fr, en, *values):
    """{"fr","en"} with `values` (Said, or the same in both) put in place of {} in order."""
    return {
        "fr": _french(fr.format(*(_in(v, "fr") for v in values))),
        "en": _english(en.format(*(_in(v, "en") for v in values))),
    }


def join(*texts):
    """Sentences one after the other; None is left out."""
    kept = [t for t in texts if t]
    return {language: " ".join(t[language] for t in kept) for language in ("fr", "en")}


def number(value, decimals=0):
    """1 234,5 and 1,234.5; a true minus sign."""
    plain = f"{value:,.{decimals}f}".replace("-", "\u2212")
    french = plain.replace(",", NARROW).replace(".", ",")
    return Said(french, plain)


def euros(value, decimals=0):
    """1 234 € and €1,234."""
    said = number(value, decimals)
    return Said(f"{said.fr}{FIXED}€", f"€{said.en}")


def day(value):
    """1er janvier 2024 and 1 January 2024, from a date or its ISO form."""
    when = value if isinstance(value, date) else date.fromisoformat(value)
    number_fr = "1er" if when.day == 1 else str(when.day)
    fr, en = (MONTHS[lang].split()[when.month - 1] for lang in ("fr", "en"))
    return Said(
        f"{number_fr}{FIXED}{fr}{FIXED}{when.year}", f"{when.day}{FIXED}{en}{FIXED}{when.year}"
    )


def month(value):
    """janvier 2024 and January 2024, from "2024-01"."""
    year, place = value.split("-")
    fr, en = (MONTHS[lang].split()[int(place) - 1] for lang in ("fr", "en"))
    return Said(f"{fr}{FIXED}{year}", f"{en}{FIXED}{year}")


def count(value, fr_one, fr_many, en_one, en_many):
    """A number with its noun: one or many."""
    said = number(value)
    return Said(
        f"{said.fr}{FIXED}{fr_one if value < 2 else fr_many}",
        f"{said.en} {en_one if value == 1 else en_many}",
    )


def _in(value, language):
    return getattr(value, language) if isinstance(value, Said) else value


def _english(sentence):
    return _UNITS.sub(FIXED, sentence.replace("'", "’"))


def _french(sentence):
    """Narrow no-break spaces before ; : ! ? » % and after «, no-break ones before units."""
    sentence = _BEFORE.sub(NARROW, sentence.replace("'", "’"))
    return _UNITS.sub(FIXED, _AFTER.sub(NARROW, sentence))
