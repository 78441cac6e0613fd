"""What all formats come to: statements with their transactions and balances, and their sums checked."""

import re
from decimal import Decimal

from domicile import BadFile, problem
from money import written

MOST = 300_000
LARGEST = Decimal(10) ** 13
_ACCOUNT = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_*+-]{0,49}")


class Statement:
    """One account's part of a file. `balances`: (kind, day, currency, Decimal)."""

    def __init__(self, account=None, currency="EUR", **facts):
        self.account, self.currency, self.facts = account, currency, facts
        self.transactions, self.balances = [], []

    def add(self, day, amount, line=None, **facts):
        if len(self.transactions) >= MOST:
            raise BadFile("too-many-transactions", line=line)
        if abs(amount) >= LARGEST:  # a sum of columns may pass what one of them may hold
            raise BadFile("bad-transaction", line=line)
        self.transactions.append({"date": day, "amount": amount, **facts})


def records(statements, scheme):
    """Records of statements, and a problem where a balance is not what the sum makes it."""
    told = set()
    for statement in statements:
        if not _ACCOUNT.fullmatch(statement.account):
            raise BadFile("bad-account", found=statement.account[:60])
        if statement.account not in told:
            told.add(statement.account)
            yield {"type": "Account", "account": statement.account, "currency": statement.currency,
                   **statement.facts}  # fmt: skip
        for one in statement.transactions:
            yield {"type": "Transaction", "account": statement.account, "scheme": scheme,
                   "currency": statement.currency, **one, "amount": written(one["amount"])}  # fmt: skip
        for kind, day, currency, value in statement.balances:
            yield {"type": "Balance", "account": statement.account, "kind": kind, "date": day,
                   "currency": currency, "amount": written(value)}  # fmt: skip
        yield from _checked(statement)


def _checked(statement):
    for currency in {balance[2] for balance in statement.balances}:
        of = {kind: value for kind, _, c, value in statement.balances if c == currency}
        if "opening" not in of or "closing" not in of:
            continue
        total = sum(
            (
                one["amount"]
                for one in statement.transactions
                if one.get("currency", statement.currency) == currency
                and one.get("status") != "pending"
            ),
            Decimal(0),
        )
        if of["opening"] + total != of["closing"]:
            yield problem(
                "balance-mismatch",
                found=written(of["opening"] + total),
                stated=written(of["closing"]),
                currency=currency,
            )
