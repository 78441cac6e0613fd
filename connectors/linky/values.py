"""Powers and registers as they are written: a wrong number stops the import at its line."""

import re

from domicile import BadFile

MOST_W = 1_000_000
MOST_WH = 10**12
_NUMBER = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,6}))?")
_EMPTY = {"", "null", "-", "n/a", "nan", "absence de donnees", "absence de données"}


class Powers:
    """Reads powers in `unit` as W: int where whole, else a float of three decimals at most."""

    def __init__(self, unit):
        factor = {"w": 1000, "kw": 1_000_000}.get(unit.strip().lower())
        if factor is None:
            raise BadFile("unit", expected="W, kW", found=unit[:20])
        self._factor, self.known = factor, {}

    def read(self, text, line):
        """None where there is no value. Raises BadFile naming the line."""
        try:
            return self.known[text]
        except KeyError:
            value = self.known[text] = self._read(text.strip(), line)
            return value

    def _read(self, text, line):
        if text.lower() in _EMPTY:
            return None
        found = _NUMBER.fullmatch(text)
        if not found:
            reason = "negative" if re.fullmatch(r"-[0-9.,]+", text) else "bad-value"
            raise BadFile(reason, line=line, text=text[:40])
        fraction = (found[2] or "").ljust(6, "0")
        millionths = int(found[1]) * 10**6 + int(fraction)
        milliwatts, rest = divmod(millionths * self._factor, 10**6)
        if rest * 2 >= 10**6:
            milliwatts += 1
        if milliwatts > MOST_W * 1000:
            raise BadFile("absurd-value", line=line, text=text[:40], limit="1 MW")
        watts, rest = divmod(milliwatts, 1000)
        return milliwatts / 1000 if rest else watts


def register(text, line, factor=1):
    """A register in Wh, None where it is empty. Raises BadFile naming the line."""
    if text.lower() in _EMPTY:
        return None
    plain = text.replace(",", ".")
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,3})?", plain):
        whole, _, fraction = plain.partition(".")
        thousandths = (int(whole) * 1000 + int(fraction.ljust(3, "0") or 0)) * factor
        if thousandths % 1000 == 0 and thousandths <= MOST_WH * 1000:
            return thousandths // 1000
    reason = "negative" if re.fullmatch(r"-[0-9.,]+", text) else "bad-value"
    raise BadFile(reason, line=line, text=text[:40])
