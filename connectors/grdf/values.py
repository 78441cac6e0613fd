"""Figures, days and words as GRDF writes them; records of them."""

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal

from domicile import BadFile, zone

PARIS = zone("Europe/Paris")
GAS_HOUR = 6  # "la journée gazière" runs from 06:00 to 06:00 on the local clock
PLACES = Decimal("0.000001")
MOST = {"m3": 10**6, "kwh": 10**8, "coefficient": 100, "index": 10**9}
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
PCE = re.compile(r"[0-9]{14}|GI[0-9]{6}|[0-9A-Z]{4,20}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,20})?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.0+)?(.*)")
ABSENT = "absent"
QUALITIES = {
    "mesure": "measured",
    "estime": "estimated",
    "corrige": "corrected",
    "calcule": "estimated",
    "absence de donnees": ABSENT,
}


def figure(value, what, line):
    """A figure as plain decimal text, None where there is none. `value`: text, int or Decimal;
    `what` one of MOST. A float that JSON has spoilt (`96.10000000000001`) is taken to a millionth.
    BadFile naming the line."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not _NUMBER.fullmatch(text):
        raise BadFile("bad-value", line=line, text=text[:40])
    found = Decimal(text.replace(",", "."))
    if found < 0:
        raise BadFile("negative", line=line, text=text[:40])
    if found > MOST[what]:
        raise BadFile("absurd-value", line=line, text=text[:40])
    return _plain(found)


def celsius(value, line):
    """A temperature to a hundredth of a degree, None where there is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    text = str(value).strip()
    if not _NUMBER.fullmatch(text) or not -60 <= Decimal(text.replace(",", ".")) <= 60:
        raise BadFile("bad-value", line=line, text=text[:40])
    found = Decimal(text.replace(",", ".")).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return _plain(found)


def _plain(found):
    text = format(found.quantize(PLACES, ROUND_HALF_EVEN), "f")
    return text.rstrip("0").rstrip(".") or "0"


def plain(text):
    """Without accents, case and double spaces, to compare."""
    letters = unicodedata.normalize("NFKD", str(text))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).lower().split())


def day(text, line):
    """A date of `2021-08-16`. BadFile naming the line."""
    found = _DAY.fullmatch(text) if isinstance(text, str) else None
    return calendar_day(*map(int, found.groups()), line, text) if found else _bad(text, line)


def calendar_day(year, month, number, line, text):
    """A date that a gas meter may have seen. BadFile naming the line."""
    try:
        found = date(year, month, number)
    except ValueError:
        _bad(text, line)
    return found if FIRST <= found < LAST else _bad(text, line)


def gas_day(text, line):
    """The gas day that starts at a moment. The customer space writes `06:00:00+00:00` for 06:00 on
    the local clock, ADICT the true offset, and both mean the date as it is written."""
    found = _STAMP.fullmatch(text) if isinstance(text, str) else None
    if not found:
        _bad(text, line)
    if found[2] == "06:00:00":
        return day(found[1], line)
    try:
        moment = datetime.fromisoformat(found[1] + "T" + found[2] + found[3].replace("Z", "+00:00"))
        local = moment.astimezone(PARIS) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        _bad(text, line)
    if (local.hour, local.minute, local.second) != (GAS_HOUR, 0, 0):
        _bad(text, line)
    return day(local.date().isoformat(), line)


def _bad(text, line):
    raise BadFile("bad-time", line=line, text=str(text)[:40])


def quality(text, notes, line):
    """measured, estimated, corrected, absent; None for a word that is not known, and is noted."""
    if text is None or not str(text).strip():
        return None
    found = QUALITIES.get(plain(text))
    if found is None:
        notes.add("gas-quality", line, found=str(text)[:40])
    return found


def meter(text, line):
    """A PCE, None where the file does not name it. BadFile for what cannot be one."""
    if text is None or not str(text).strip():
        return None
    found = "".join(str(text).split()).upper()
    if not PCE.fullmatch(found):
        raise BadFile("bad-meter", line=line, text=str(text)[:40])
    return found


def start_of(gas):
    """When a gas day starts, in UTC as ISO text."""
    return utc(datetime(gas.year, gas.month, gas.day, GAS_HOUR, tzinfo=PARIS))


def utc(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: UP017


class Found:
    """Records by what they are of. The first of two that disagree stays, and the other is told."""

    def __init__(self, notes):
        self.records, self.notes, self.end = {}, notes, None

    def day(self, meter, gas, line, **figures):
        """One gas day."""
        end = gas + timedelta(days=1)
        self._add(
            (meter, gas), end, line, {"type": "GasDay", "day": gas.isoformat()}, meter, figures
        )

    def period(self, meter, since, until, nature, line, **figures):
        """What was used from the gas day `since` until that of `until` starts."""
        if until <= since:
            raise BadFile("ends-before", line=line, text=f"{since} – {until}")
        head = {"type": "GasReading", "from": since.isoformat(), "to": until.isoformat()}
        head["nature"] = nature
        self._add((meter, since, until, nature), until, line, head, meter, figures)

    def _add(self, key, end, line, head, meter, figures):
        if figures.get("quality") == ABSENT:
            figures["m3"] = figures["kwh"] = None  # a spreadsheet writes 0 where nothing is known
        if figures["m3"] is None and figures["kwh"] is None:
            self.notes.add("gas-absent", line, at=head.get("day") or head["from"])
            return
        record = {**head, "meter": meter, **{k: v for k, v in figures.items() if v is not None}}
        held = self.records.setdefault(key, record)
        if held is record:
            self.end = max(self.end or end, end)
        elif held == record:
            self.notes.add("duplicate", line, at=head.get("day") or head["from"])
        else:
            self.notes.add("conflicting-duplicate", line, at=head.get("day") or head["from"])

    def facts(self, exported=None):
        """What the File record says: the end of the newest reading, and the export's own date."""
        end = start_of(self.end) if self.end else None
        return {"exported": exported, "end": end}
