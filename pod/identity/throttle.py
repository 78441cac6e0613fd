"""Brakes on guessing. An address that guesses has to wait; an account that is guessed at answers
more and more slowly, but never shuts: its owner is let through from where it has signed in before.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timedelta

from pod.errors import TooManyRequests
from pod.storage.accounts import ServerStore

WINDOW = timedelta(minutes=15)
KNOWN = timedelta(days=90)
FREE = 5  # wrong passwords for an account before its answers slow down
LONGEST_WAIT = 30  # seconds between two tries at one account


class Throttle:
    """Counts failures by address and by account name, whether or not such an account exists."""

    def __init__(self, store: ServerStore, attempts: int) -> None:
        self._store = store
        self._attempts = attempts
        self._next: dict[str, datetime] = {}

    def check(self, peer: str, name: str, now: datetime) -> None:
        """Raises TooManyRequests (facts: `retry_after` in seconds) where a try has to wait."""
        address, account = address_key(peer), _account(name)
        if self._store.attempts(address, now - WINDOW) >= self._attempts:
            raise TooManyRequests(
                "too many wrong passwords from here; wait a little",
                retry_after=int(WINDOW.total_seconds()),
            )
        if self._store.attempts(_known(peer, name), now - KNOWN):
            return
        ready = self._next.get(account, now)
        if ready > now:
            wait = int((ready - now).total_seconds()) + 1
            raise TooManyRequests("wait a moment before the next try", retry_after=wait)

    def failed(self, peer: str, name: str, now: datetime) -> None:
        account = _account(name)
        self._store.note_attempt(address_key(peer), now)
        self._store.note_attempt(account, now)
        extra = self._store.attempts(account, now - WINDOW) - FREE
        if extra > 0:
            if len(self._next) > 10_000:  # one entry a name that was tried
                self._next.clear()
            self._next[account] = now + timedelta(seconds=min(2**extra, LONGEST_WAIT))

    def passed(self, peer: str, name: str, now: datetime) -> None:
        """Forgets the failures from here, and remembers that its owner signs in from here."""
        self._store.forget_attempts(address_key(peer))
        self._store.forget_attempts(_known(peer, name))
        self._store.note_attempt(_known(peer, name), now)
        self._store.forget_attempts(before=now - KNOWN)
        self._next.pop(_account(name), None)


def address_key(peer: str) -> str:
    """One key an IPv4 address, and one an IPv6 network: a household has 2^64 addresses of those."""
    try:
        address = ipaddress.ip_address(peer.split("%")[0])
    except ValueError:
        return f"address {peer[:64]}"
    if address.version == 6:
        if address.ipv4_mapped:
            return f"address {address.ipv4_mapped}"
        return f"address {ipaddress.ip_network((address, 64), strict=False)}"
    return f"address {address}"


def _account(name: str) -> str:
    return "account " + hashlib.sha256(name.casefold().encode("utf-8", "replace")).hexdigest()


def _known(peer: str, name: str) -> str:
    return f"known {_account(name)} {address_key(peer)}"
