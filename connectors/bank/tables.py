"""CSV of banks: the header says what each column is, in the words of each bank; else the owner is asked.

A header is known by its signature: the owner's answer for it holds for every later file that has it.
"""

import csv
import hashlib
import io
import re
import unicodedata
from functools import lru_cache

from domicile import BadFile
from money import amount, day, decimal_mark, is_iban
from statement import Statement

ROLES = ("date", "valueDate", "label", "amount", "debit", "credit", "currency", "account", "reference",
         "counterparty", "counterpartyAccount", "balance", "fee", "state")  # fmt: skip
# What the columns of known banks are called, without accents, case and what stands in brackets.
# Where a file has several of a role the first named here is taken.
NAMES = {
    "date": "date operation|dateop|date de l operation|date de comptabilisation|date comptable"
    "|date d operation|completed date|booking date|buchungstag|date",
    "valueDate": "date de valeur|dateval|date valeur|value date|valuta|date effective",
    "label": "libelle operation|libelle|label|libelle de l operation|libelle simplifie|nature de l operation"
    "|payment reference|detail de l ecriture|description|verwendungszweck|details|intitule|motif",
    "amount": "montant|amount|montant de l operation|betrag|montant operation|somme",
    "debit": "debit|debit euros|montant debit|sortie",
    "credit": "credit|credit euros|montant credit|entree",
    "currency": "devise|currency|ccy|monnaie|wahrung",
    "account": "accountnum|numero de compte|compte|iban|numero compte",
    "reference": "reference|ref|reference operation|transaction id",
    "counterparty": "partner name|payee|supplierfound|tiers|beneficiaire|contrepartie|account name",
    "counterpartyAccount": "partner iban|account number",
    "balance": "solde|accountbalance|balance",
    "fee": "fee|frais",
    "state": "state|etat|statut",
}
HEADLESS = {  # banks whose files have no header: what the columns are
    "bnpparibas": ("date", "", "", "label", "amount"),
    "lcl": ("date", "amount", "", "", "label", "", "", ""),
}
PREAMBLE = 12
MOST_COLUMNS = 60
DROPPED = ("REVERTED", "DECLINED", "FAILED")
SHOWN = 6
_DAY = re.compile(r"([0-9]{1,4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,4})(?:[ T].*)?")
_ACCOUNT = re.compile(
    r"(?:compte|iban|carte)\D{0,30}?([A-Z]{2}[0-9]{2}[A-Z0-9 ]{10,40}|[*X]*[0-9]{4,20})", re.I
)
_AMOUNT_NAME = re.compile(r"(montant|amount) (eur|euros?)")


def plain(text):
    """Lower case without accents or brackets: what headers are compared by."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    flat = re.sub(r"\((eur|euros?|en euros?)\)", "", flat)
    return " ".join(re.findall(r"[a-z0-9]+", flat))


def rows_of(text):
    """(delimiter, [(line, cells)]). BadFile for cells without an end."""
    head = [line for line in text.splitlines()[:40] if line.strip()]
    mark = max(
        ";\t,", key=lambda c: (min((line.count(c) for line in head[-3:]), default=0), c == ";")
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        found = [
            (reader.line_num, [cell.strip() for cell in cells[:MOST_COLUMNS]])
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error:
        raise BadFile("bad-line", line=reader.line_num) from None
    return mark, found


def recognise(text):
    """Whether it looks like a statement: a header in a bank's words, or days and amounts in its rows."""
    try:
        _, rows = rows_of(text.rpartition("\n")[0] or text)
    except BadFile:
        return False
    at, roles = _header(rows)
    if at is not None and _enough(roles):
        return True
    likely = (any(map(_DAY.fullmatch, c)) and any(map(_money, c)) for _, c in rows[:30])
    return sum(likely) >= min(2, len(rows))


def read(file, notes):
    """(statements, None), or a Question record where the owner has to say what the columns are."""
    mark, rows = rows_of(file.text(("utf-8-sig", "cp1252")))
    if not rows:
        raise BadFile("no-statement", line=1)
    at, roles = _header(rows)
    headless = _headless(rows) if at is None else None
    if headless:
        roles = {role: n for n, role in enumerate(HEADLESS[headless]) if role}
        body = [r for r in rows if _DAY.fullmatch(r[1][0])]
    else:
        at = at if at is not None else 0
        body = rows[at + 1 :]
    names = rows[at][1] if not headless else []
    signature = hashlib.sha256("\x1f".join(plain(n) for n in names).encode()).hexdigest()[:32]
    if (said := file.answers.get(signature)) is not None:
        roles = {role: n for role, n in said.items() if role in ROLES and _place(n)}
    if not _enough(roles):
        shown = [cells[:20] for _, cells in body[:SHOWN]]
        question = {"type": "Question", "about": "columns", "signature": signature}
        return {**question, "columns": names[:20], "rows": shown}, None
    account = _account(rows[: at or 0] if not headless else rows[:3])
    return _statements(body, roles, mark, account, notes), None


def _header(rows):
    """(index, roles) of the first row that names a date and something else, or (None, {})."""
    for at, (_, cells) in enumerate(rows[:PREAMBLE]):
        names = [plain(c) for c in cells]
        roles = {}
        for role, known in NAMES.items():
            spot = next((names.index(k) for k in known.split("|") if k in names), None)
            if spot is None and role == "amount":
                spot = next((n for n, k in enumerate(names) if _AMOUNT_NAME.fullmatch(k)), None)
            if spot is not None:
                roles[role] = spot
        if "date" in roles and len(roles) >= 2 and not any(_DAY.fullmatch(c) for c in cells):
            return at, roles
    return None, {}


def _place(number):
    return type(number) is int and 0 <= number < MOST_COLUMNS


def _enough(roles):
    return (
        "date" in roles
        and "label" in roles
        and ("amount" in roles or {"debit", "credit"} <= roles.keys())
    )


def _headless(rows):
    for bank, columns in HEADLESS.items():
        some = [cells for _, cells in rows if cells and _DAY.fullmatch(cells[0])]
        money = columns.index("amount")
        if some and all(len(c) == len(columns) and _money(c[money]) for c in some[:20]):
            return bank
    return None


def _money(text):
    return (
        bool(re.fullmatch(r"[+-]?[0-9 \u00a0\u202f.]{1,15}([.,][0-9]{1,2})?\s*(€|EUR)?", text))
        and any(c.isdigit() for c in text)
        and not _DAY.fullmatch(text)
    )


def _account(rows):
    text = "\n".join(" ".join(cells) for _, cells in rows)
    found = _ACCOUNT.search(text)
    return re.sub(r"\s", "", found[1]).strip("*Xx") if found else None


class _Row(dict):
    """A row's cells by their role; "" where there is none."""

    def __init__(self, roles, line, cells):
        super().__init__(_EMPTY)
        self.line, self.cells = line, cells
        width = len(cells)
        for role, at in roles.items():
            if at < width:
                self[role] = cells[at]


_EMPTY = dict.fromkeys(ROLES, "")


def _statements(body, roles, mark, account, notes):
    rows = [_Row(roles, line, cells) for line, cells in body]
    moneys = (row[role] for row in rows for role in ("amount", "debit", "credit"))
    point = decimal_mark(moneys, "," if mark == ";" else ".")
    order = _order([row["date"] for row in rows])
    found = {}
    for row in rows:
        if not row["date"]:
            notes.add("row-without-date", row.line)
            continue
        if row["state"].upper() in DROPPED:
            notes.add("not-carried-out", row.line)
            continue
        try:
            when, value = _iso(row["date"], order), _value(row, point)
        except ValueError:
            text = ";".join(row.cells)[:60]
            raise BadFile("bad-transaction", line=row.line, text=text) from None
        currency = row["currency"].upper()
        own = re.sub(r"\s", "", row["account"]) or account
        key = (own, currency if re.fullmatch("[A-Z]{3}", currency) else "EUR")
        statement = found.setdefault(key, Statement(*key))
        statement.add(when, value, row.line, **_facts(row, order, notes))
    if not found:
        raise BadFile("no-statement", line=1)
    return list(found.values())


def _facts(row, order, notes):
    facts = {"description": row["label"]}
    for role in ("reference", "counterparty"):
        if row[role]:
            facts[role] = row[role]
    if is_iban(row["counterpartyAccount"]):
        facts["counterpartyAccount"] = row["counterpartyAccount"]
    if row["valueDate"]:
        try:
            facts["valueDate"] = _iso(row["valueDate"], order)
        except ValueError:
            notes.add("bad-value-date", row.line)
    if row["state"].upper() == "PENDING":
        facts["status"] = "pending"
    return facts


def _value(row, point):
    if row["amount"]:
        value = amount(row["amount"], point)
        return value - abs(amount(row["fee"], point)) if row["fee"] else value
    debit, credit = row["debit"], row["credit"]
    if not debit and not credit:
        raise ValueError("no amount")
    total = amount(credit, point) if credit else 0
    return total - abs(amount(debit, point)) if debit else total


def _order(texts):
    found = [m for m in map(_DAY.fullmatch, texts) if m]
    if any(len(m[1]) == 4 for m in found):
        return "ymd"
    if any(int(m[2]) > 12 for m in found) and not any(int(m[1]) > 12 for m in found):
        return "mdy"
    return "dmy"


@lru_cache(maxsize=4096)
def _iso(text, order):
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError("no date")
    parts = dict(zip(order, found.groups(), strict=True))
    year = int(parts["y"])
    return day(year + 2000 if year < 100 else year, parts["m"], parts["d"])
