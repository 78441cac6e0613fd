"""The JSON of the customer space: {PCE: {"releves": […]}}.

A reading with `journeeGaziere` is that gas day; one without (the published ones) is what was used
between two dates. Its volumes are whole m³ and the index spans do not add up to them: kWh are taken
as they are stated, never computed again.
"""

import json
import re

from domicile import BadFile
from values import Found, celsius, day, figure, gas_day, meter, plain, quality

_EACH = re.compile(r'"dateDebutReleve"\s*:')


def read(file, notes):
    """(records by what they are of, facts of the file)."""
    text = file.text(("utf-8-sig",))
    found, lines = Found(notes), _Lines(text)
    for name, holder in _members(whole(text)):
        if not isinstance(holder, dict) or not isinstance(holder.get("releves"), list):
            raise BadFile("json-shape", line=1, expected="releves")
        pce = meter(holder.get("idPce") or name, 1)
        if pce is None:
            notes.add("no-meter")
        for one in holder["releves"]:
            _add(found, one, pce, next(lines))
    return found.records, found.facts()


def whole(text):
    """JSON whose decimals stay text. BadFile with its line."""
    try:
        return json.loads(text, parse_float=str, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise BadFile("json", line=error.lineno, text=error.msg[:60]) from None
    except (ValueError, RecursionError) as error:
        raise BadFile("json", line=1, text=str(error)[:60]) from None


def _refuse(name):
    raise ValueError(f"{name} is not JSON")  # RFC 8259, section 6


def _members(found):
    """(PCE, what is said of it): of the whole answer, or of one already taken out of it."""
    if isinstance(found, dict):
        if "releves" in found:
            return [(None, found)]
        return list(found.items())
    raise BadFile("json-shape", line=1, expected="{PCE: {releves}}")


class _Lines:
    """The line of each reading in turn: JSON itself forgets where it was written."""

    def __init__(self, text):
        self._text, self._each, self._at, self._line = text, _EACH.finditer(text), 0, 1

    def __next__(self):
        if found := next(self._each, None):
            self._line += self._text.count("\n", self._at, found.start())
            self._at = found.start()
        return self._line


def _add(found, one, pce, line):
    if not isinstance(one, dict):
        raise BadFile("json-shape", line=line, expected="dateDebutReleve")
    figures = {
        "m3": figure(one.get("volumeBrutConsomme"), "m3", line),
        "kwh": figure(one.get("energieConsomme"), "kwh", line),
        "coefficient": figure(one.get("coeffConversion"), "coefficient", line),
        "indexStart": figure(one.get("indexDebut"), "index", line),
        "indexEnd": figure(one.get("indexFin"), "index", line),
        "celsius": celsius(one.get("temperature"), line),
        "quality": quality(one.get("qualificationReleve"), found.notes, line),
        "status": status_of(one.get("status")),
    }
    if one.get("journeeGaziere") is not None:
        found.day(pce, day(one["journeeGaziere"], line), line, **figures)
        return
    since, until = (
        gas_day(one.get("dateDebutReleve"), line),
        gas_day(one.get("dateFinReleve"), line),
    )
    found.period(pce, since, until, nature(one.get("natureReleve")), line, **figures)


def nature(text):
    """published: what the supplier bills by; informative: what it does not."""
    return "published" if plain(text or "").startswith("publie") else "informative"


def status_of(text):
    """provisional, final, or None."""
    return {"provisoire": "provisional", "definitive": "final"}.get(plain(text or ""))
