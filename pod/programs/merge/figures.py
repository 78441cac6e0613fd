"""Powers as whole milliwatts and energies as whole milliwatt-minutes: sums are exact."""

from __future__ import annotations

from decimal import Decimal

PER_WH = 60_000  # mW·min in a Wh
PLACES = 6  # of a figure that has no end in decimals: a sixth of a Wh, at a step of ten minutes


def milliwatts(token: str) -> int:
    """mW of a packed number in W. ValueError for what is no number, or has parts of a mW."""
    if token.isdecimal() and token.isascii():
        return int(token) * 1000
    whole, dot, fraction = token.partition(".")
    digits = whole + fraction
    if not (dot and digits.isdecimal() and digits.isascii() and 0 < len(fraction) <= 3):
        raise ValueError(f"not a power: {token[:40]!r}")
    return int(whole or 0) * 1000 + int(fraction.ljust(3, "0"))


def watts(amount: int) -> str:
    """W of `amount` mW, as short as it is exact."""
    whole, rest = divmod(amount, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


def watt_hours(amount: int) -> str:
    """Wh of `amount` mW·min: exact where decimals can say it, else to a millionth."""
    whole, rest = divmod(amount, PER_WH)
    if not rest:
        return str(whole)
    return format(round(Decimal(amount) / PER_WH, PLACES).normalize(), "f")


def number(text: str) -> int | float:
    """A figure for JSON: an int where it is whole."""
    return float(text) if "." in text else int(text)
