"""MT940: `:61:` a transaction, `:86:` its words, `:60F:` and `:62F:` the balances around them."""

import re

from domicile import BadFile
from money import amount, day, is_iban
from statement import Statement

_FIELD = re.compile(r":([0-9]{2}[A-Z]?):(.*)")
_LINE = re.compile(
    r"([0-9]{6})([0-9]{4}|\s{4})?(RC|RD|EC|ED|C|D)([A-Z])?([0-9]{1,15},[0-9]{0,6})"
    r"(?:[NFS][A-Z0-9]{3})?(.*)",
    re.S,
)
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,15},[0-9]{0,6})")
KINDS = {"60": "opening", "62": "closing", "64": "available"}
SIGNS = {"C": 1, "RD": 1, "EC": 1, "D": -1, "RC": -1, "ED": -1}


def recognise(text):
    return bool(re.search(r"(?m)^:20:", text[:4000])) and bool(re.search(r"(?m)^:25:", text))


def read(file, notes):
    statements, last = [], None
    for number, tag, text in _fields(file):
        if tag == "20":
            last = None
        elif tag == "25":
            statements.append(
                Statement(re.sub(r"[^0-9A-Za-z/]", "", text)[:50].replace("/", "-") or None)
            )
        elif not statements:
            continue
        elif (tag[:2] in KINDS and len(tag) == 3) or tag == "64":
            _balance(statements[-1], tag, text, number)
        elif tag == "61":
            last = _transaction(statements[-1], text, number)
        elif tag == "86" and last is not None:
            _describe(last, text)
            last = None
    if not statements:
        raise BadFile("no-statement", line=1)
    for statement in statements:
        statement.account = (
            statement.account if not is_iban(statement.account or "") else statement.account.upper()
        )
    return statements, None


def _fields(file):
    """(line, tag, text with its further lines)."""
    held = None
    for number, line in file.lines():
        line = line.rpartition("{4:")[2] if line.startswith("{") else line
        found = _FIELD.match(line)
        if found:
            if held:
                yield held
            held = (number, found[1], found[2])
        elif held and line.strip() not in ("-", "-}", "-}{5:}"):
            held = (held[0], held[1], (held[2] + "\n" + line)[:4000])
    if held:
        yield held


def _transaction(statement, text, number):
    first, _, more = text.partition("\n")
    found = _LINE.fullmatch(first.rstrip())
    if not found:
        raise BadFile("bad-transaction", line=number, text=first[:60])
    valued, entry, mark, _, money, rest = found.groups()
    try:
        when = _short(valued)
        booked = _booked(valued, entry) if (entry or "").strip() else when
        value = SIGNS[mark] * amount(money)
    except ValueError:
        raise BadFile("bad-transaction", line=number, text=first[:60]) from None
    own, _, bank = rest.partition("//")
    facts = {"valueDate": when, "description": " ".join(more.split())}
    if bank.strip():
        facts["reference"] = bank.strip()
    if is_iban(own.strip()):
        facts["counterpartyAccount"] = own.strip()
        facts["counterparty"] = " ".join(more.split())
    statement.add(booked, value, number, **facts)
    return statement.transactions[-1]


def _describe(last, text):
    code = re.match(r"\s?[0-9]{3}([?<>@$~])[0-9]{2}", text)
    if not code:
        words = " ".join(text.split())
        last["description"] = words or last["description"]
        return
    parts = {}
    for part in text.replace("\n", "").split(code[1])[1:]:
        parts.setdefault(part[:2], part[2:])
    purpose = "".join(parts[k] for k in sorted(parts) if "20" <= k <= "29" or "60" <= k <= "63")
    last["description"] = " ".join(f"{parts.get('00', '')} {purpose}".split())[:300]
    name = " ".join((parts.get("32", "") + parts.get("33", "")).split())
    if name:
        last["counterparty"] = name
    if is_iban(parts.get("31", "")):
        last["counterpartyAccount"] = parts["31"]


def _balance(statement, tag, text, number):
    found = _BALANCE.match(text.strip())
    if not found:
        raise BadFile("bad-balance", line=number, text=text[:60])
    statement.currency = found[3]
    try:
        value = amount(found[4])
        when = _short(found[2])
    except ValueError:
        raise BadFile("bad-balance", line=number, text=text[:60]) from None
    value = -value if found[1] == "D" else value
    statement.balances.append((KINDS[tag[:2]], when, found[3], value))


def _short(text):
    return day(2000 + int(text[:2]), text[2:4], text[4:6])


def _booked(valued, entry):
    """The entry date has no year: the one that is nearest to the value date."""
    year, month = 2000 + int(valued[:2]), int(valued[2:4])
    apart = int(entry[:2]) - month
    year += 1 if apart < -6 else -1 if apart > 6 else 0
    return day(year, entry[:2], entry[2:4])
