"""Values as the public bodies write them: dates that do not exist, amounts, names, empty words."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from domicile import BadFile, problem

PARTIAL = re.compile(r"((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})")
MONTH = re.compile(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])")
MOST_ODD = 50


class Said:
    """One object of an answer: its values by name, each of its type, and what was odd in them.

    BadFile `bad-value` where the type is wrong: an answer that is not what it was is not guessed at.
    """

    def __init__(self, found, where, odd):
        if not isinstance(found, dict):
            raise BadFile("bad-value", field=where)
        self._found, self._where, self.odd = found, where, odd

    def __contains__(self, name):
        return self._found.get(name) is not None

    def _take(self, name, kind):
        value = self._found.get(name)
        if value is None:
            return None
        if type(value) is not kind:
            raise BadFile("bad-value", field=self._name(name), text=str(value)[:40])
        return value

    def _name(self, name):
        return f"{self._where}.{name}" if self._where else name

    def part(self, name):
        """An object in this one; an empty one where it is not there."""
        return Said(self._found.get(name) or {}, self._name(name), self.odd)

    def parts(self, name):
        found = self._take(name, list) or []
        return [Said(one, f"{self._name(name)}[{n}]", self.odd) for n, one in enumerate(found)]

    def words(self, name):
        text = self._take(name, str)
        return " ".join(text.split()) or None if text is not None else None

    def names(self, name):
        """Given names: one text or a list of them."""
        value = self._found.get(name)
        if isinstance(value, list):
            value = " ".join(map(str, value))
        return " ".join(str(value).split()) or None if value is not None else None

    def yes(self, name):
        return self._take(name, bool)

    def count(self, name):
        return self._take(name, int)

    def amount(self, name):
        """Euros as text with a point: never a float."""
        value = self._found.get(name)
        if value is None:
            return None
        try:
            if type(value) in (bool, list, dict):
                raise InvalidOperation
            found = Decimal(str(value))
            if not found.is_finite() or found != round(found, 2):
                raise InvalidOperation
        except InvalidOperation:
            raise BadFile("bad-value", field=self._name(name), text=str(value)[:40]) from None
        return format(found, "f")

    def day(self, name):
        """An ISO date. One that no calendar has is told and left out: the raw answer keeps it."""
        text = self.words(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text[:10]).isoformat()
        except ValueError:
            self.complain("date-impossible", name, text)
            return None

    def birth(self, name):
        """A date of birth as far as it is known: `2020-05-00` is 2020-05, `2020-00-00` is 2020."""
        text = self.words(name)
        if text is None:
            return None
        match = PARTIAL.fullmatch(text)
        if match and match[3] == "00":
            return match[1] if match[2] == "00" else f"{match[1]}-{match[2]}"
        return self.day(name)

    def month(self, year, month):
        """`2024-06` of two numbers."""
        found = f"{self.count(year)}-{self.count(month) or 0:02d}"
        if not MONTH.fullmatch(found):
            raise BadFile("bad-value", field=self._name(month), text=found[:20])
        return found

    def complain(self, reason, name, text):
        if len(self.odd) < MOST_ODD:
            self.odd.append(problem(reason, field=self._name(name), text=text[:40]))
