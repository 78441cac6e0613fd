"""Brakes on guessing. An address that guesses has to wait; an account that is guessed at answers
more and more slowly, but never shuts: its owner is let through from where it has signed in before,
that is from an address, or in a browser that has a cookie of that time. The cookie counts where all
come from one address, as behind a proxy.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from datetime import datetime, timedelta

from pod.errors import TooManyRequests
from pod.storage.accounts import ServerStore

LONGEST_NAME = 80
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

    def check(self, peer: str, name: str, now: datetime, device: str | None = None) -> None:
        """Raises TooManyRequests (facts: `retry_after` in seconds) where a try has to wait.

        `device`: what `remember` gave the browser. It lets in nobody, and is good for as many
        wrong passwords as an address.
        """
        address, account = address_key(peer), _account(name)
        if device and self._knows(device, name, now):
            return
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

    def _knows(self, device: str, name: str, now: datetime) -> bool:
        """Whether `name` has signed in there, and not too many guesses came from there since."""
        tried = self._store.attempts(_tries(device), now - WINDOW)
        known = self._store.attempts(_device(device, name), now - KNOWN)
        return bool(known) and tried < self._attempts

    def failed(self, peer: str, name: str, now: datetime, device: str | None = None) -> None:
        account = _account(name)
        if device:
            self._store.note_attempt(_tries(device), now)
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

    def remember(self, name: str, now: datetime) -> str:
        """What the browser in which `name` has just signed in keeps: random, new each time."""
        device = secrets.token_urlsafe(24)
        self._store.note_attempt(_device(device, name), now)
        return device


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
    """One key for all that is looked up as one name."""
    return "account " + _digest(name.strip()[:LONGEST_NAME].casefold())


def _device(device: str, name: str) -> str:
    return f"device {_account(name)} {_digest(device)}"


def _tries(device: str) -> str:
    return f"tries {_digest(device)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _known(peer: str, name: str) -> str:
    return f"known {_account(name)} {address_key(peer)}"
