"""Allowances in the bank: which they are, when they usually come, and which one did not.

What is found here is a question, never an error: CAF groups several benefits in one transfer, and
housing aid may go straight to the landlord.
"""

import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from ledger import last_day, next_month, plain

# In order: the first that fits. `grouped`: a payer whose text names no benefit, or several.
BENEFITS = (
    ("activity-bonus", r"prime d? ?activite|ppa"),
    ("rsa", r"rsa|revenu de? ?solidarite( active)?"),
    ("housing-aid", r"apl|als|alf|aide au logement|aide logement|allocation logement"),
    ("disabled-adult", r"aah|adulte handicape"),
    ("disabled-child", r"aeeh|enfant handicape"),
    ("family-support", r"asf|soutien familial"),
    ("young-child", r"paje|cmg|jeune enfant"),
    ("family-allowances", r"allocations? familiales?|alloc fam|alloc familiales"),
    ("unemployment", r"france travail|pole emploi"),
    ("pension", r"carsat|retraite"),
    ("sick-pay", r"(cpam|ameli|assurance maladie) .*(indemnite|ij)"),
    ("refund", r"cpam|ameli|assurance maladie"),
)
PAYER = re.compile(r" (?:caisse d allocations familiales|caf|msa) ")
MANY = "grouped"
LEAST = 3  # months with a transfer, before a day is usual
MARGIN = 5  # days after the usual one, at least
EARLY = 10  # days before it that still count as this month's
MATCH = 7  # days that a stated payment may take to the account
PAID_BY_CAF = ("activity-bonus", "rsa", "disabled-adult", "disabled-child", "family-support")
_KNOWN = [(name, re.compile(f" (?:{words}) ")) for name, words in BENEFITS]


def name_benefits(entries):
    """Sets `benefit` on the transfers of public payers."""
    for entry in entries:
        if entry.category == "Benefits" and entry.amount > 0:
            entry.benefit = _benefit(f" {plain(entry.said)} ")


def _benefit(words):
    whole = PAYER.sub(" ", words) if "caisse d allocations familiales" in words else words
    found = [name for name, known in _KNOWN if known.search(whole)]
    named = [name for name in found if name != "refund"] or found
    if len(named) == 1 or (named and named[0] in ("sick-pay", "refund")):
        return named[0]
    return MANY


def by_month(entries):
    """[{"benefit","month","amount_eur"}] of what came, refunds of health costs left out."""
    sums = defaultdict(Decimal)
    for entry in entries:
        if entry.benefit and entry.benefit != "refund":
            sums[entry.month, entry.benefit] += entry.amount
    return [
        {"benefit": benefit, "month": month, "amount_eur": f"{sums[month, benefit]:.2f}"}
        for month, benefit in sorted(sums)
    ]


def questions(entries, rights, payments, until):
    """What did not come, or came late, up to the bank's last day `until`:
    [{"benefit","month","kind","because","usual_day","expected_by","seen_on","amount_eur","document"}].

    Kind: "missing" or "late". Because: "open-right", "usual-transfer", "stated-payment".
    """
    found = _open_rights(entries, rights, until)
    found += _usual(entries, rights, {q["benefit"] for q in found}, until)
    return found + _stated(entries, payments, until)


def _open_rights(entries, rights, until):
    found = []
    for right, stated in sorted(_newest(rights).items()):
        if right not in PAID_BY_CAF or not stated["entitled"] or stated["role"] == "child":
            continue
        own = [e for e in entries if e.benefit == right]
        grouped = [e for e in entries if e.benefit == MANY]
        if _months(own) < LEAST and _months(grouped) >= LEAST:
            own, grouped = grouped, []  # it comes within CAF's one transfer, as far as we can see
        since = max(stated["since"] or "", own[0].day.isoformat() if own else "")
        if _months(own) >= LEAST:
            found += _gaps(right, own, grouped, since[:7], until, "open-right", stated["document"])
        elif not own and not grouped and entries:
            found.append(_never(right, stated, entries, until))
    return [q for q in found if q]


def _never(right, stated, entries, until):
    """An open right of which the bank's data of two months show nothing at all."""
    since = max(stated["since"] or "", entries[0].day.isoformat())
    if until - date.fromisoformat(since) < timedelta(days=62):
        return None
    return _question(right, "missing", "open-right", None, None, None, None, stated["document"])


def _usual(entries, rights, asked, until):
    """Transfers that were monthly and stopped, of benefits of which no statement says anything."""
    stated = _newest(rights)
    found = []
    for benefit in ("housing-aid", "family-allowances", "young-child", "pension", *PAID_BY_CAF):
        own = [e for e in entries if e.benefit == benefit]
        if benefit in asked or benefit in stated or _months(own) < LEAST:
            continue
        grouped = [e for e in entries if e.benefit == MANY]
        since = own[0].month
        gaps = _gaps(benefit, own, grouped, since, until, "usual-transfer", None)
        # Gone for months, it has most likely ended: one question, about the first month.
        missing = [q for q in gaps if q["kind"] == "missing"]
        found += [q for q in gaps if q["kind"] == "late"] + missing[:1]
    return found


def _gaps(benefit, own, grouped, since, until, because, document):
    """Month after month, whether a transfer came around its usual day."""
    firsts = {}
    for entry in own:
        firsts.setdefault(entry.month, entry.day)
    days = [day.day for day in firsts.values()]
    usual = round(median(days))
    margin = max(MARGIN, round(median(abs(d - usual) for d in days)))
    amount = sorted(e.amount for e in own)[len(own) // 2]
    used, found = set(), []
    month = max(since, min(firsts))
    while month <= until.isoformat()[:7]:
        expected = min(
            date.fromisoformat(month + "-01") + timedelta(days=usual - 1), last_day(month)
        )
        latest = expected + timedelta(days=margin)
        start = expected - timedelta(days=EARLY)
        came = [e for e in own if start <= e.day < _next(expected) and id(e) not in used]
        if came:
            used.add(id(came[0]))
            if came[0].day > latest:
                found.append(
                    _question(benefit, "late", because, month, expected, latest, came[0], document)
                )
        elif until > latest and not any(
            start <= e.day <= latest and e.amount >= amount for e in grouped
        ):
            gone = _question(benefit, "missing", because, month, expected, latest, None, document)
            found.append({**gone, "amount_eur": f"{amount:.2f}"})
        month = next_month(month)
    return found


def _next(expected):
    """The day from which a transfer is the next month's."""
    return expected + timedelta(days=30 - EARLY)


def _stated(entries, payments, until):
    """Payments that a body says it made, and that no account shows within a week."""
    found, used, same = [], set(), defaultdict(list)
    for entry in entries:
        same[entry.amount].append(entry)
    first = entries[0].day if entries else None
    for row in sorted(payments, key=lambda r: (r["paidOn"], r["document"])):
        paid, amount = date.fromisoformat(row["paidOn"]), Decimal(row["amount"])
        latest = paid + timedelta(days=MATCH)
        if first is None or paid < first or latest >= until or amount <= 0:
            continue
        near = (e for e in same[amount] if paid <= e.day <= latest and id(e) not in used)
        came = next(near, None)
        if came:
            used.add(id(came))
            continue
        question = _question(
            row["benefit"], "missing", "stated-payment", row["paidOn"][:7], paid, latest, None,
            row["document"],
        )  # fmt: skip
        found.append({**question, "amount_eur": f"{amount:.2f}"})
    return found


def _question(benefit, kind, because, month, expected, latest, seen, document):
    return {
        "benefit": benefit,
        "kind": kind,
        "because": because,
        "month": month,
        "usual_day": expected.isoformat() if expected else None,
        "expected_by": latest.isoformat() if latest else None,
        "seen_on": seen.day.isoformat() if seen else None,
        "amount_eur": f"{seen.amount:.2f}" if seen else None,
        "document": document,
    }


def _newest(rights):
    """{right: its newest statement}; where several people have it, one who is entitled."""
    found = {}
    for row in sorted(rights, key=lambda r: (r["asOf"] or "", bool(r["entitled"]))):
        found[row["right"]] = row
    return found


def _months(entries):
    return len({e.month for e in entries})
