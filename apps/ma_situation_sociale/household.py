"""Who lives in the home, and how many consumption units that makes.

Insee: "1 CU for the first adult, 0.5 CU for the other persons aged 14 years or older, 0.3 CU for the
children under 14 years" https://www.insee.fr/fr/metadonnees/definition/c1802; ages on the 1st of the month.
"""

from decimal import Decimal

GROWN = 14


class Home:
    """The newest statement of a household: `members` (role, born), `postal`, `as_of`, `document`."""

    def __init__(self, document, postal, month, as_of):
        self.document, self.postal, self.month, self.as_of = document, postal, month, as_of
        self.members = {}

    @property
    def children(self):
        return sum(role == "child" for role, _ in self.members.values())


def read_home(rows):
    """None where nobody stated one."""
    homes = {}
    for row in rows:
        key = row["document"]
        if key not in homes:
            homes[key] = Home(key, row["postalCode"], row["month"] or "", row["asOf"] or "")
        homes[key].members[row["member"]] = (row["role"], row["born"])
    found = sorted(homes.values(), key=lambda h: (h.as_of, h.month, h.document))
    return found[-1] if found else None


def units(home, month, scale):
    """(Decimal units or None, why not, whether an age was uncertain).

    `scale`: {"cu-first-adult","cu-from-14","cu-under-14": Decimal}. Why not: "nobody", "age".
    """
    if home is None or not home.members:
        return None, "nobody", False
    total, first, doubt = Decimal(0), True, False
    members = sorted(home.members.values(), key=lambda m: (m[0] == "child", m[1] or ""))
    for role, born in members:
        grown, sure = (True, True) if role == "adult" else _grown(born, month)
        if grown is None:
            return None, "age", False
        doubt = doubt or not sure
        if first:
            total, first = total + scale["cu-first-adult"], False
        else:
            total += scale["cu-from-14" if grown else "cu-under-14"]
    return total, None, doubt


def _grown(born, month):
    """(14 or older on the 1st of `month`, whether that is certain); None without a birth date."""
    if not born:
        return None, False
    birthday = f"{int(born[:4]) + GROWN:04d}{born[4:]}"
    first = f"{month}-01"
    if len(birthday) == 10:
        return birthday <= first, True
    # A month or a year alone: certain only where its last day is past, or its first is to come.
    known = len(birthday)
    return birthday < first[:known], birthday != first[:known]
