"""Ma Situation Sociale: what is left to live on, allowances that did not come, who says what.

`run(pod, params)`: params may hold `from` and `to` (ISO days, both included) and `month` ("2026-10"),
else the last month that the bank's data cover from end to end.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from allowances import by_month, name_benefits, questions
from claims import inconsistencies
from domicile import Denied
from household import read_home, units
from ledger import FIXED, Ledger, next_month, read_entries
from views import owner_views, shared_views
from words import count, text

CENT = Decimal("0.01")
YEAR = 12  # whole months that the energy share looks back over, at most
LEAST = 3  # whole months under which a share or a trend says nothing
MONTHS = 60  # the newest ones are listed
FIGURES = (
    "income_eur", "fixed_charges_eur", "left_before_units_eur", "consumption_units", "left_to_live_on_eur",
    "energy_share",
)  # fmt: skip


def run(pod, params):
    """The result that `result.schema.json` describes."""
    bounds = {key: params[key] for key in ("from", "to") if params.get(key)}
    numbers = [row["number"] for row in _rows(pod, "accounts")]
    covered = _rows(pod, "coverage", **bounds)
    entries, left = read_entries(_rows(pod, "transactions", **bounds), numbers)
    name_benefits(entries)
    return _Situation(pod, params, bounds, covered, entries, left).result()


def _rows(pod, name, **bounds):
    """What the owner did not agree to is not there."""
    try:
        return list(pod.query(name, **bounds))
    except Denied:
        return []


class _Situation:
    def __init__(self, pod, params, bounds, covered, entries, left):
        known = covered[0] if covered and covered[0]["count"] else None
        days = [date.fromisoformat(known[key]) if known else None for key in ("first", "last")]
        self.ledger, self.left = Ledger(entries, *days), left
        self.count = known["count"] if known else 0
        self.missing, self.notes = {}, []
        table = {row["id"]: row for row in pod.query("references")}
        self.scale = {name: Decimal(table[name]["value"]) for name in table}
        self.references = [
            {key: table[name][key] for key in ("id", "value", "date", "source")}
            for name in sorted(table)
        ]
        self.home = read_home(_rows(pod, "households"))
        quotients = sorted(_rows(pod, "quotients"), key=lambda r: (r["asOf"] or "", r["month"]))
        self.provider = quotients[-1]["provider"] if quotients else "CNAF"
        self.differences = inconsistencies(
            self.home,
            self.provider,
            _rows(pod, "childcare"),
            _rows(pod, "tax_notices"),
            _rows(pod, "addresses"),
        )
        self.asked = []
        rights = _rows(pod, "rights")
        if entries:
            payments = _rows(pod, "payments", **bounds)
            self.asked = questions(entries, rights, payments, self.ledger.last)
        wanted = params.get("month")
        whole = self.ledger.whole
        self.month = wanted if wanted in whole else None if wanted or not whole else whole[-1]

    def result(self):
        ledger = self.ledger
        months = [self._month(m) for m in ledger.months[-MONTHS:]]
        first, last = (day.isoformat() if day else None for day in (ledger.first, ledger.last))
        found = {
            "from": first,
            "to": last,
            "transactions": self.count,
            "month": self.month,
            **self._figures(),
            "allowances": by_month(
                [e for e in ledger.entries if e.month in ledger.months[-MONTHS:]]
            ),
            "by_month": months,
            "progress": self._progress(months),
            "questions": self.asked[-50:],
            "inconsistencies": self.differences,
            "references": self.references,
        }
        self._note()
        found["missing"], found["notes"] = self.missing, self.notes
        charges = self._charges()
        found["views"] = owner_views(found, charges)
        found["shared_view"] = shared_views(found)
        return found

    def _figures(self):
        found = dict.fromkeys(FIGURES) | {"energy": None}
        found["energy_share"], found["energy"] = self._energy()
        if self.month is None:
            reason = text(
                "Aucun mois n'est couvert du premier au dernier jour par les relevés de votre banque.",
                "No month is covered from its first to its last day by your bank's statements.",
            )
            for name in FIGURES[:-1]:
                self.missing[name] = reason
            return found
        income, charges = self.ledger.income(self.month), self.ledger.charges(self.month)
        found["income_eur"], found["fixed_charges_eur"] = _eur(income), _eur(charges)
        found["left_before_units_eur"] = _eur(income - charges)
        size, why, doubt = units(self.home, self.month, self.scale)
        if size is None:
            self.missing["consumption_units"] = self.missing["left_to_live_on_eur"] = UNKNOWN[why]
            return found
        if doubt:
            self.notes.append(
                text(
                    "Une date de naissance n'est connue qu'à l'année ou au mois près : l'enfant est "
                    "compté comme ayant moins de 14 ans.",
                    "A date of birth is known only to the year or month: the child is counted as "
                    "under 14.",
                )
            )
        found["consumption_units"] = float(size)
        found["left_to_live_on_eur"] = _eur((income - charges) / size)
        return found

    def _month(self, month):
        ledger = self.ledger
        income, charges = ledger.income(month), ledger.charges(month)
        size = units(self.home, month, self.scale)[0]
        return {
            "month": month,
            "whole": month in ledger.whole,
            "income_eur": _eur(income),
            "fixed_charges_eur": _eur(charges),
            "allowances_eur": _eur(ledger.part(month, "Benefits")),
            "energy_eur": _eur(ledger.energy(month)),
            "left_eur": _eur(income - charges),
            "left_per_unit_eur": _eur((income - charges) / size) if size else None,
        }

    def _energy(self):
        """Over the whole months of the last year: bills come in lumps, and winter weighs."""
        months = [m for m in self.ledger.whole if self._within_year(m)]
        spent = sum((self.ledger.energy(m) for m in months), Decimal(0))
        income = sum((self.ledger.income(m) for m in months), Decimal(0))
        reason = None
        if len(months) < LEAST:
            reason = text(
                "Il faut au moins {} entiers de relevés.",
                "At least {} of statements are needed.",
                count(LEAST, "mois", "mois", "whole month", "whole months"),
            )
        elif income <= 0:
            reason = text("Aucun revenu n'est connu.", "No income is known.")
        elif spent <= 0:
            reason = text(
                "Aucun paiement d'électricité ou de gaz n'est reconnu : l'énergie est peut-être dans "
                "vos charges.",
                "No payment for electricity or gas is recognised: energy may be in your rent's "
                "charges.",
            )
        if reason:
            self.missing["energy_share"] = reason
            return None, None
        share = spent / income
        return round(float(share), 4), {
            "from": months[0],
            "to": months[-1],
            "months": len(months),
            "spent_eur": _eur(spent),
            "income_eur": _eur(income),
            "threshold": float(self.scale["energy-effort"]),
            "over": share > self.scale["energy-effort"],
        }

    def _within_year(self, month):
        end = self.month or (self.ledger.whole[-1] if self.ledger.whole else "")
        return next_month(end, -YEAR) < month <= end if end else False

    def _progress(self, months):
        """The last three whole months against the three before them: means of what is left."""
        whole = [m for m in months if m["whole"] and m["month"] <= (self.month or "")]
        if len(whole) < 2 * LEAST:
            return None
        now, then = whole[-LEAST:], whole[-2 * LEAST : -LEAST]
        mean = [sum(Decimal(m["left_eur"]) for m in part) / LEAST for part in (now, then)]
        return {
            "from": now[0]["month"],
            "to": now[-1]["month"],
            "before_from": then[0]["month"],
            "before_to": then[-1]["month"],
            "now_eur": _eur(mean[0]),
            "before_eur": _eur(mean[1]),
            "change_eur": _eur(mean[0] - mean[1]),
        }

    def _charges(self):
        """[(category, its largest payee's text, Decimal)] of the month."""
        if self.month is None:
            return []
        found = []
        for kind in FIXED:
            amount = -self.ledger.by_category[self.month][kind]
            if amount:
                mine = [
                    e for e in self.ledger.entries if (e.month, e.category) == (self.month, kind)
                ]
                found.append((kind, min(mine, key=lambda e: e.amount).text[:100], amount))
        return sorted(found, key=lambda c: -c[2])

    def _note(self):
        said = (
            ("pending", "opération en attente", "opérations en attente", "pending transaction"),
            (
                "foreign",
                "opération en devises",
                "opérations en devises",
                "foreign currency transaction",
            ),
            (
                "own",
                "virement entre vos comptes",
                "virements entre vos comptes",
                "transfer of your own",
            ),
        )
        for key, one, many, english in said:
            if self.left[key]:
                amount = count(self.left[key], one, many, english, english + "s")
                self.notes.append(text("Non compté : {}.", "Not counted: {}.", amount))


UNKNOWN = {
    "nobody": text(
        "La composition de votre foyer n'est pas connue : la réponse de la CAF ou de la MSA sur le "
        "quotient familial la donne.",
        "Who lives in your home is not known: the answer of CAF or MSA on the family quotient says it.",
    ),
    "age": text(
        "La date de naissance d'un enfant manque : il compte différemment avant et après 14 ans.",
        "A child's date of birth is missing: it counts differently before and from 14 years.",
    ),
}


def _eur(value):
    """A decimal string with two decimals."""
    found = value.quantize(CENT, ROUND_HALF_UP)
    return f"{found if found else abs(found):.2f}"
